"""Masked forms (脱敏): the law that every connector's masks are checked against.

Each rule is simple enough for plain SQL at the source; its docstring gives the exact rule. Lengths count code points.
None stays None. A mask is not reversible, and it reveals the length only where its rule says so.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from types import MappingProxyType
from typing import Any, overload

from standards.divisions import DIVISIONS, EARLIER

MIDDLE_DOT = "·"
# fmt: off
COMPOUND_SURNAMES = (
    "欧阳", "司马", "上官", "诸葛", "司徒", "东方", "令狐", "皇甫", "尉迟", "公孙",
    "慕容", "夏侯", "长孙", "宇文", "轩辕", "南宫", "独孤", "端木", "申屠", "闻人",
    "淳于", "单于", "太史", "钟离",
)
# fmt: on


def mask_name(name: str | None) -> str | None:
    """Keep the first character, or the first two where the name has four or more characters and begins with one of
    COMPOUND_SURNAMES; every other character becomes `*`, except a middle dot `·`, which stays; a name of one character
    becomes `*`. The length is the true one. 张三 → 张*, 欧阳娜娜 → 欧阳**, 买买提·艾力 → 买**·**.
    """
    if name is None:
        return None
    if len(name) <= 1:
        return "*" * len(name)
    kept = 2 if len(name) >= 4 and name[:2] in COMPOUND_SURNAMES else 1
    return name[:kept] + re.sub(f"[^{MIDDLE_DOT}]", "*", name[kept:], flags=re.DOTALL)


def mask_identity_number(number: str | None) -> str | None:
    """Keep the first three and the last four of 15 or more characters, `*` for each between; a shorter value becomes
    `*` for each character. 320***********1234.
    """
    return _keep_ends(number, least=15)


def mask_phone(phone: str | None) -> str | None:
    """Keep the first three and the last four of 11 or more characters, `*` for each between; a shorter value becomes
    `*` for each character. 138****1234.
    """
    return _keep_ends(phone, least=11)


def mask_address(address: str | None) -> str | None:
    """Keep what ADDRESS_PREFIX matches at the beginning (province, city, county or district of Jiangsu, each optional,
    in this order), then `****`, whatever the length. An address that begins otherwise keeps nothing.
    """
    if address is None:
        return None
    match = _address_prefix(address)
    return (match.group() if match else "") + "****"


@overload
def mask_date(day: None) -> None: ...
@overload
def mask_date(day: date) -> date: ...
@overload
def mask_date(day: str) -> str: ...
def mask_date(day: date | str | None) -> date | str | None:
    """1 January of the same year. A text keeps its first four characters before `-01-01`."""
    match day:
        case None:
            return None
        case str():
            return day[:4] + "-01-01"
        case _:
            return date(day.year, 1, 1)


def mask_text(text: str | None) -> str | None:
    """Keep the first character, `*` for each other; a text of one character becomes `*`."""
    if text is None:
        return None
    return "*" if len(text) == 1 else text[:1] + "*" * (len(text) - 1)


@overload
def mask_amount(amount: None) -> None: ...
@overload
def mask_amount(amount: int) -> int: ...
@overload
def mask_amount(amount: float) -> float: ...
@overload
def mask_amount(amount: Decimal) -> Decimal: ...
def mask_amount(amount: Decimal | int | float | None) -> Decimal | int | float | None:
    """The order of magnitude: sign · 10^floor(log10 |amount|); zero stays zero. 1234.56 → 1000, −70 → −10."""
    if amount is None:
        return None
    exact = Decimal(str(amount))
    if not exact.is_finite() or exact == 0:
        return amount if exact == 0 else None
    magnitude = Decimal((exact.as_tuple().sign, (1,), exact.adjusted()))
    match amount:
        case Decimal():
            return magnitude.quantize(Decimal(1)) if exact.adjusted() >= 0 else magnitude
        case int():
            return int(magnitude)
        case _:
            return float(magnitude)


def mask_polygon_boundary(boundary: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The bounding box of the first ring on a grid of 0.01 degree, as a GeoJSON Polygon: the lower ends are rounded
    down to the grid, the upper ends are rounded down and raised by 0.01, so that the box always holds the shape.
    Positions run anticlockwise from the south-west corner.
    """
    if boundary is None:
        return None
    ring = boundary["coordinates"][0]
    west, east = _grid([position[0] for position in ring])
    south, north = _grid([position[1] for position in ring])
    corners = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [corners]}


def _keep_ends(text: str | None, least: int) -> str | None:
    if text is None:
        return None
    if len(text) < least:
        return "*" * len(text)
    return text[:3] + "*" * (len(text) - 7) + text[-4:]


def _grid(values: list[float]) -> tuple[float, float]:
    low, high = ((Decimal(str(value)) * 100).to_integral_value(ROUND_FLOOR) for value in (min(values), max(values)))
    return float(low / 100), float((high + 1) / 100)


def _names(level: str) -> str:
    divisions = (*DIVISIONS.values(), *(each for group in EARLIER.values() for each in group))
    names = {division.name for division in divisions if division.level == level}
    return "|".join(sorted(names, key=lambda name: (-len(name), name)))


# One regular expression for Python, PostgreSQL and MySQL. Longer names stand first, so that it does not matter whether an
# engine takes the first alternative that fits or the longest.
ADDRESS_PREFIX = f"^(?:{_names('PROVINCE')})?(?:{_names('CITY')})?(?:{_names('COUNTY')})?"
_address_prefix = re.compile(ADDRESS_PREFIX).match

MASKS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "name": mask_name,
        "identity_number": mask_identity_number,
        "phone": mask_phone,
        "address": mask_address,
        "date": mask_date,
        "text": mask_text,
        "amount": mask_amount,
        "boundary": mask_polygon_boundary,
    }
)
SHOWING_ABSENCE = frozenset(MASKS) - {"amount", "boundary"}
"""Masks that give None for None alone: where one of them shows nothing, nothing is held. An amount that is no number, and a
shape that is none, show nothing either.
"""
