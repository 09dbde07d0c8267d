"""Parcel codes (宗地代码), GB/T 37346-2019: 19 characters.

6 county division, 3 cadastral district (地籍区), 3 sub-district (地籍子区), 2 features (ownership G state, J collective,
Z disputed; then the kind of right), 5 sequence. The standard gives parcel codes no check character.
"""

import re

from standards.faults import IdentifierFault, Part
from standards.width import to_half_width

CODE = "PARCEL_CODE_INVALID"
OWNERSHIP = "GJZ"
RIGHT_KINDS = "ABCDEFGHLNSWXY"
# The same expression serves a connector that checks at the source.
PATTERN = f"[1-9][0-9]{{11}}[{OWNERSHIP}][{RIGHT_KINDS}][0-9]{{5}}"
_matches = re.compile(PATTERN).fullmatch


def normalise(text: str) -> str:
    """The code without surrounding blanks, half-width, upper-case. Does not check it."""
    return to_half_width(text).upper()


def compose(division_code: str, district: int, sub_district: int, features: str, sequence: int) -> str:
    """A conforming code; `features` are two letters such as `GB` (state-owned, right to use building land)."""
    return f"{division_code}{district:03d}{sub_district:03d}{features}{sequence:05d}"


def parse(text: str) -> str:
    """The normalised code.

    Raises IdentifierFault(PARCEL_CODE_INVALID) with part length, division (the twelve leading digits), feature or
    sequence.
    """
    code = normalise(text)
    if len(code) != 19:
        raise parcel_fault(CODE, Part.LENGTH, f"parcel code has {len(code)} characters, not 19")
    check_parcel_part(code, CODE)
    return code


def check_parcel_part(code: str, fault_code: str) -> None:
    """Raise IdentifierFault(`fault_code`) unless the first nineteen characters are a parcel code."""
    if not re.fullmatch("[1-9][0-9]{11}", code[:12]):
        raise parcel_fault(fault_code, Part.DIVISION, "the first twelve characters are not digits of a division")
    if not re.fullmatch(f"[{OWNERSHIP}][{RIGHT_KINDS}]", code[12:14]):
        raise parcel_fault(fault_code, Part.FEATURE, "characters 13 and 14 are not a parcel's features")
    if not re.fullmatch("[0-9]{5}", code[14:19]):
        raise parcel_fault(fault_code, Part.SEQUENCE, "characters 15 to 19 are not a number")


def conforms(value: object) -> bool:
    """Whether the value is a parcel code in canonical form."""
    return isinstance(value, str) and _matches(value) is not None


_TEXTS_ZH = {
    Part.LENGTH: "代码位数不符",
    Part.DIVISION: "前12位应为行政区划及地籍区、地籍子区数字代码",
    Part.FEATURE: "特征码不符",
    Part.SEQUENCE: "顺序号应为数字",
}


def parcel_fault(code: str, part: Part, message: str) -> IdentifierFault:
    """The fault of a parcel or unit code."""
    hint = "copy the code from the certificate or the register: 12 digits, two letters (such as GB), 5 digits"
    return IdentifierFault(code, part, message, _TEXTS_ZH[part], hint)
