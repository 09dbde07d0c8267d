"""What a cell shows: masks, derivations, comparisons and conformity once more, each in its shortest form."""

import json
import math
import unicodedata
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from standards.divisions import DIVISIONS, EARLIER
from standards.masks import COMPOUND_SURNAMES


def masked(mask: str, value: Any) -> Any:
    """The value under the mask, as it travels."""
    if value is None:
        return None
    match mask:
        case "name":
            if len(value) == 1:
                return "*"
            keep = 2 if len(value) > 3 and value[:2] in COMPOUND_SURNAMES else 1
            return "".join(sign if at < keep or sign == "·" else "*" for at, sign in enumerate(value))
        case "identity_number":
            return _ends(value, 15)
        case "phone":
            return _ends(value, 11)
        case "address":
            rest = value
            for level in ("PROVINCE", "CITY", "COUNTY"):
                named = [name for name in _NAMES[level] if rest.startswith(name)]
                rest = rest[max(map(len, named), default=0) :]
            return value[: len(value) - len(rest)] + "****"
        case "date":
            return value.replace(month=1, day=1)
        case "text":
            return (value[0] if len(value) > 1 else "") + "*" * (len(value) - (len(value) > 1))
        case "amount":
            return _magnitude(value)
        case "boundary":
            ring = json.loads(value)["coordinates"][0]
            west, east = _cell([x for x, _ in ring])
            south, north = _cell([y for _, y in ring])
            box = [[west, south], [east, south], [east, north], [west, north], [west, south]]
            return json.dumps({"type": "Polygon", "coordinates": [box]}, separators=(",", ":"))
    raise AssertionError(mask)


_NAMES = {
    level: {each.name for each in (*DIVISIONS.values(), *(e for g in EARLIER.values() for e in g)) if each.level == level}
    for level in ("PROVINCE", "CITY", "COUNTY")
}


def _ends(text: str, least: int) -> str:
    hidden = range(3, len(text) - 4) if len(text) >= least else range(len(text))
    return "".join("*" if at in hidden else sign for at, sign in enumerate(text))


def _magnitude(value: Any) -> Any:
    if value == 0:
        return value
    power = Decimal(1).scaleb(Decimal(str(value)).adjusted())
    signed = power if value > 0 else -power
    if isinstance(value, Decimal):
        return signed.quantize(Decimal(1)) if abs(signed) >= 1 else signed
    return type(value)(signed)


def _cell(values: Sequence[float]) -> tuple[float, float]:
    low = math.floor(Decimal(str(min(values))) * 100)
    high = math.floor(Decimal(str(max(values))) * 100) + 1
    return low / 100, high / 100


def derive(op: str, held: Sequence[Any], today: date) -> Any:
    """A derived item from its operands."""
    match op:
        case "is_married":
            return None if held[0] is None else held[0] in {"20", "21", "22", "23"}
        case "is_valid":
            begins, ends, status = held
            if status is None:
                return None
            in_term = not (begins is not None and today < begins) and not (ends is not None and today > ends)
            return status in {"VALID", "有效"} and in_term
    if held[0] is None:
        return None
    born = held[0]
    years = today.year - born.year - (1 if (today.month, today.day) < (born.month, born.day) else 0)
    return {"age": years, "is_adult": years >= 18, "is_child": years < 14}[op]


_NOTHING = set(" \t\u3000\u00a0")
_IN_ADDRESS = set(",，。.、;；:：·•()（）[]【】《》\"'“”‘’#＃")


def compared(kind: str, offered: Any, held: Any) -> str | None:
    """MATCH, NO_MATCH or NO_DATA; None where nothing was offered."""
    if offered is None:
        return None
    ours = _plain(kind, held) if held is not None else ""
    if not ours:
        return "NO_DATA"
    return "MATCH" if _plain(kind, offered) == ours else "NO_MATCH"


def _plain(kind: str, value: Any) -> str:
    text = value.isoformat() if isinstance(value, date) else value
    text = "".join(sign for sign in unicodedata.normalize("NFKC", text).upper() if sign not in _NOTHING)
    if kind == "phone":
        digits = "".join(sign for sign in text if sign in "0123456789")
        for prefix in ("0086", "86"):
            if digits.startswith(prefix + "1") and len(digits) == len(prefix) + 11:
                return digits[len(prefix) :]
        return digits
    if kind == "name":
        return text.replace("·", "").replace(".", "")
    if kind == "address":
        return "".join(sign for sign in text if sign not in _IN_ADDRESS)
    return text


def travelling(value: Any) -> Any:
    """A value as an answer carries it."""
    return format(value, "f") if isinstance(value, Decimal) else value


NAMES_OF_CODES = {
    "Sex": {"0": "UNKNOWN", "1": "MALE", "2": "FEMALE", "9": "UNSPECIFIED"},
    "VitalStatus": {"1": "ALIVE", "2": "DECEASED", "3": "DECLARED_DEAD", "4": "MISSING"},
    "HolderKind": {"PERSON": "PERSON", "ORGANISATION": "ORGANISATION"},
    "DivisionLevel": {"PROVINCE": "PROVINCE", "CITY": "CITY", "COUNTY": "COUNTY"},
}


def conforms(kind: str, value: str) -> bool:
    """Whether a held value meets its type's standard (GB 11643, GB 32100, GB/T 36904, GB/T 2260, GB/T 3304)."""
    match kind:
        case "IdentityNumber":
            if len(value) != 18 or not value[:17].isdigit():
                return False
            total = sum(int(digit) * 2 ** (17 - at) for at, digit in enumerate(value[:17]))
            return _is_day(value[6:14]) and value[17] == "10X98765432"[total % 11]
        case "CreditCode":
            signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
            if len(value) != 18 or any(sign not in signs for sign in value):
                return False
            total = sum(signs.index(sign) * pow(3, at, 31) for at, sign in enumerate(value[:17]))
            return value[17] == signs[-total % 31]
        case "DivisionCode":
            return len(value) == 6 and value.isascii() and value.isdigit()
        case "GB/T 3304":
            return value in {f"{number:02d}" for number in (*range(1, 57), 97, 98)}
        case "LicenceIdentifier":
            return value.startswith("1.2.156.3005.2.") and not value.endswith("?")
    return True


def _is_day(text: str) -> bool:
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True
