"""Citizen identity numbers (公民身份号码), GB 11643-1999: 6 digits division, 8 birth date, 3 sequence, 1 check."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from standards.divisions import Division
from standards.faults import IdentifierFault, Part
from standards.width import to_half_width

CODE = "IDENTITY_NUMBER_INVALID"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
# Nobody alive or registered was born outside these years; 9 digits and 4-digit slips fall out here.
_FIRST_YEAR, _LAST_YEAR = 1840, 2099
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_ANYWHERE = re.compile(r"(?=([0-9]{17}[0-9X]))")
# Residence permits of Hong Kong, Macao and Taiwan residents: 810000, 820000, 830000 stand where a division would.
_PERMIT_PREFIXES = ("81", "82", "83")


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark on a conforming number: `code`, lower-case English and Chinese text without the number."""

    code: Literal["DIVISION_ABOLISHED", "DIVISION_UNKNOWN"]
    message: str
    message_zh: str


def normalise(text: str) -> str:
    """The number without surrounding blanks, in half-width digits, with an upper-case X. Does not check it."""
    return to_half_width(text).upper()


def check_digit(first17: str) -> str:
    """The check character `0`–`9` or `X` for seventeen digits (ISO 7064 MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first17, strict=True))
    return _CHECKS[total % 11]


def parse(text: str, *, on: date | None = None) -> str:
    """The normalised number; with `on`, a birth date later than that day is refused as well.

    Raises IdentifierFault(IDENTITY_NUMBER_INVALID) with part length, alphabet, birth_date or check_digit.
    A division that is not in today's table is no fault: codes are abolished (see `warnings`).
    """
    number = normalise(text)
    if len(number) != 18:
        raise _fault(
            Part.LENGTH,
            f"identity number has {len(number)} characters, not 18",
            f"公民身份号码为{len(number)}位，应为18位",
            "give all eighteen characters; numbers of fifteen digits are no longer in use",
        )
    if not (number.isascii() and number[:17].isdigit() and (number[17].isdigit() or number[17] == "X")):
        raise _fault(
            Part.ALPHABET,
            "identity number holds a character that may not stand there",
            "公民身份号码含有不允许的字符",
            "seventeen digits, then a digit or X",
        )
    born = _read_date(number)
    if born is None or (on is not None and born > on):
        raise _fault(
            Part.BIRTH_DATE,
            "digits 7 to 14 of the identity number are not a date of birth",
            "公民身份号码第7至14位不是有效的出生日期",
            "compare the digits 7 to 14 (year, month, day) with the document",
        )
    if check_digit(number[:17]) != number[17]:
        raise _fault(
            Part.CHECK_DIGIT,
            "the check digit of the identity number does not fit",
            "公民身份号码校验码不符",
            "compare the number with the document; usually two digits are swapped or one is misread",
        )
    return number


def birth_date(number: str) -> date:
    """The date of birth in a conforming number."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def sex(number: str) -> Literal["MALE", "FEMALE"]:
    """The sex in a conforming number: an odd seventeenth digit is male."""
    return "MALE" if number[16] in "13579" else "FEMALE"


def warnings(number: str, divisions: Mapping[str, Division]) -> tuple[Remark, ...]:
    """Remarks on a conforming number whose division is abolished or unknown. Never a reason to refuse it.

    Only provinces that the table covers are judged: a table of one province knows nothing of the others.
    """
    code = number[:6]
    if code.startswith(_PERMIT_PREFIXES) or code[:2] + "0000" not in divisions:
        return ()
    division = divisions.get(code)
    if division is None:
        return (
            Remark(
                "DIVISION_UNKNOWN",
                "the division in the identity number is not in the table",
                "公民身份号码中的行政区划代码不在代码表中",
            ),
        )
    if division.valid_until is not None:
        return (
            Remark(
                "DIVISION_ABOLISHED",
                "the division in the identity number has been abolished",
                "公民身份号码中的行政区划代码已撤销",
            ),
        )
    return ()


def conforms(value: object) -> bool:
    """Whether the value is an identity number in canonical form (half-width, upper-case X, no blanks).

    The hot path of answers: six look-ups of slices in tables of weighted sums, no exception, no regular expression.
    """
    if not isinstance(value, str) or len(value) != 18:
        return False
    total = (
        _FIRST(value[:3], _BAD)
        + _SECOND(value[3:6], _BAD)
        + _YEAR(value[6:10], _BAD)
        + _MONTH_DAY(value[10:14], _BAD)
        + _SEQUENCE(value[14:17], _BAD)
    )
    if total < 0:
        return False
    if total >= _LEAP_DAY:
        total -= _LEAP_DAY
        if not _is_leap(int(value[6:10])):
            return False
    return _CHECK_BY_SUM[total] == value[17]


def stands_in(text: str) -> bool:
    """Whether an identity number stands anywhere in the text, also in full-width digits or in the midst of others."""
    if len(text) < 18:
        return False
    return any(conforms(found[1]) for found in _ANYWHERE.finditer(normalise(text)))


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _read_date(number: str) -> date | None:
    try:
        born = birth_date(number)
    except ValueError:
        return None
    return born if _FIRST_YEAR <= born.year <= _LAST_YEAR else None


def _fault(part: Part, message: str, message_zh: str, hint: str) -> IdentifierFault:
    return IdentifierFault(CODE, part, message, message_zh, hint)


def _sums(width: int, offset: int, numbers: range) -> dict[str, int]:
    texts = (f"{number:0{width}d}" for number in numbers)
    return {text: sum(w * int(d) for w, d in zip(_WEIGHTS[offset : offset + width], text, strict=True)) for text in texts}


def _month_day_sums() -> dict[str, int]:
    sums = _sums(4, 10, range(101, 1232))
    real = {f"{month:02d}{day:02d}" for month, days in enumerate(_DAYS, 1) for day in range(1, days + 1)}
    sums = {text: total for text, total in sums.items() if text in real}
    sums["0229"] += _LEAP_DAY
    return sums


# A missing slice makes the sum negative; 29 February lifts it above every real sum, so that the year is looked at.
_BAD = -100_000
_LEAP_DAY = 10_000
_FIRST = _sums(3, 0, range(1000)).get
_SECOND = _sums(3, 3, range(1000)).get
_YEAR = _sums(4, 6, range(_FIRST_YEAR, _LAST_YEAR + 1)).get
_MONTH_DAY = _month_day_sums().get
_SEQUENCE = _sums(3, 14, range(1000)).get
_CHECK_BY_SUM = tuple(_CHECKS[total % 11] for total in range(9 * sum(_WEIGHTS) + 1))
