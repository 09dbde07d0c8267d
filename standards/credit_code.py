"""Unified social credit codes (统一社会信用代码), GB 32100-2015: 17 characters of a 31-letter alphabet and a check."""

from operator import mul

from standards.faults import IdentifierFault, Part
from standards.width import to_half_width

CODE = "CREDIT_CODE_INVALID"
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
_ALPHABET_BYTES = ALPHABET.encode()
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_VALUES = bytes(max(ALPHABET.find(chr(point)), 0) for point in range(256))


def normalise(text: str) -> str:
    """The code without surrounding blanks, half-width, upper-case. Does not check it."""
    return to_half_width(text).upper()


def check_digit(first17: str) -> str:
    """The check character for seventeen characters of the alphabet."""
    values = (ALPHABET.index(character) for character in first17)
    total = sum(weight * value for weight, value in zip(_WEIGHTS, values, strict=True))
    return ALPHABET[-total % 31]


def compose(registration: str, division_code: str, organisation: str) -> str:
    """A conforming code of registration authority and category (2), division (6) and organisation code (9)."""
    first17 = registration + division_code + organisation
    return first17 + check_digit(first17)


def parse(text: str) -> str:
    """The normalised code.

    Raises IdentifierFault(CREDIT_CODE_INVALID) with part length, alphabet or check_digit. The first eight characters
    may hold letters, and the organisation code inside is not checked by itself: codes in use do not all fit GB 11714.
    """
    code = normalise(text)
    if len(code) != 18:
        raise _fault(
            Part.LENGTH,
            f"credit code has {len(code)} characters, not 18",
            f"统一社会信用代码为{len(code)}位，应为18位",
            "give all eighteen characters",
        )
    if not set(code) <= set(ALPHABET):
        raise _fault(
            Part.ALPHABET,
            "credit code holds a character outside its alphabet",
            "统一社会信用代码含有不允许的字符",
            "digits and capital letters except I, O, S, V, Z",
        )
    if check_digit(code[:17]) != code[17]:
        raise _fault(
            Part.CHECK_DIGIT,
            "the check character of the credit code does not fit",
            "统一社会信用代码校验码不符",
            "compare the code with the licence; usually two characters are swapped or one is misread",
        )
    return code


def conforms(value: object) -> bool:
    """Whether the value is a credit code in canonical form (half-width, upper-case, no blanks)."""
    if not isinstance(value, str) or len(value) != 18 or not value.isascii():
        return False
    raw = value.encode()
    if raw.translate(None, _ALPHABET_BYTES):
        return False
    return ALPHABET[-sum(map(mul, _WEIGHTS, raw.translate(_VALUES))) % 31] == value[17]


def _fault(part: Part, message: str, message_zh: str, hint: str) -> IdentifierFault:
    return IdentifierFault(CODE, part, message, message_zh, hint)
