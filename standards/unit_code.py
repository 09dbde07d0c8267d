"""Real-estate unit codes (不动产单元代码), GB/T 37346-2019: the parcel's 19 characters and 9 for what stands on it.

The nine: a feature (F house, L wood, Q other, W nothing) and eight digits (building and unit; all zero for W). The
standard gives unit codes no check character.
"""

import re

from standards.faults import Part
from standards.parcel_code import PATTERN as PARCEL_PATTERN
from standards.parcel_code import check_parcel_part, normalise, parcel_fault

CODE = "UNIT_CODE_INVALID"
PATTERN = f"{PARCEL_PATTERN}(?:[FLQ][0-9]{{8}}|W0{{8}})"
_matches = re.compile(PATTERN).fullmatch

__all__ = ["CODE", "PATTERN", "compose", "conforms", "normalise", "parcel_code", "parse"]


def compose(parcel: str, feature: str, building: int = 0, unit: int = 0) -> str:
    """A conforming code; building and unit have up to four digits and are zero for feature `W`."""
    return f"{parcel}{feature}{building:04d}{unit:04d}"


def parcel_code(unit_code: str) -> str:
    """The parcel that a conforming unit code lies on."""
    return unit_code[:19]


def parse(text: str) -> str:
    """The normalised code; separating blanks are dropped (certificates print groups of 6, 6, 7 and 9).

    Raises IdentifierFault(UNIT_CODE_INVALID) with part length, division, feature or sequence.
    """
    code = normalise(text).replace(" ", "")
    if len(code) != 28:
        raise parcel_fault(CODE, Part.LENGTH, f"unit code has {len(code)} characters, not 28")
    check_parcel_part(code, CODE)
    if code[19] not in "FLQW":
        raise parcel_fault(CODE, Part.FEATURE, "character 20 is not F, L, Q or W")
    if not conforms(code):
        raise parcel_fault(CODE, Part.SEQUENCE, "characters 21 to 28 are not a number, or not zero after W")
    return code


def conforms(value: object) -> bool:
    """Whether the value is a unit code in canonical form."""
    return isinstance(value, str) and _matches(value) is not None
