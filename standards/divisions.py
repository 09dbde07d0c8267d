"""Administrative divisions (县级以上行政区划), GB/T 2260, with validity and successors. The table is Jiangsu's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

from standards.divisions_jiangsu import TABLE

Level = Literal["PROVINCE", "CITY", "COUNTY"]


@dataclass(frozen=True, slots=True)
class Division:
    """A division under one name: in force from `valid_from` up to, not including, `valid_until` (None: today).

    `parent` is a code or None for the province; `successors` are the codes that took over its area.
    """

    code: str
    name: str
    level: Level
    parent: str | None
    valid_from: date
    valid_until: date | None
    successors: tuple[str, ...]


def level(code: str) -> Level:
    """The level that a code says by its zeros."""
    if code.endswith("0000"):
        return "PROVINCE"
    return "CITY" if code.endswith("00") else "COUNTY"


def subtree_prefix(code: str) -> str:
    """What every code below `code` begins with: 320000 → `32`, 320100 → `3201`, 320102 → `320102`."""
    match level(code):
        case "PROVINCE":
            return code[:2]
        case "CITY":
            return code[:4]
        case "COUNTY":
            return code


def contains(ancestor: str, code: str) -> bool:
    """Whether `code` is `ancestor` or lies below it, by the codes alone."""
    return code.startswith(subtree_prefix(ancestor))


def in_force(code: str, on: date) -> Division | None:
    """The division that bore the code on that day, under its name of that day; None if none did."""
    for division in (*EARLIER.get(code, ()), *filter(None, (DIVISIONS.get(code),))):
        if division.valid_from <= on and (division.valid_until is None or on < division.valid_until):
            return division
    return None


def children(code: str, on: date) -> tuple[Division, ...]:
    """The divisions directly below `code` on that day, by code."""
    return tuple(
        division for other in sorted(DIVISIONS) if (division := in_force(other, on)) is not None and division.parent == code
    )


def current_successors(code: str) -> tuple[str, ...]:
    """The codes in force today that cover the area of an abolished code, through every change between; itself if in
    force; empty if unknown."""
    division = DIVISIONS.get(code)
    if division is None:
        return ()
    if division.valid_until is None:
        return (code,)
    found = (after for successor in division.successors for after in current_successors(successor))
    return tuple(dict.fromkeys(found))


def _parent(code: str) -> str | None:
    match level(code):
        case "PROVINCE":
            return None
        case "CITY":
            return code[:2] + "0000"
        case "COUNTY":
            # 3290xx were county-level cities directly under the province, 1984 to 1995.
            return code[:2] + "0000" if code[2:4] == "90" else code[:4] + "00"


def _day(text: str) -> date:
    return date.fromisoformat(text if len(text) == 10 else f"{text}-01-01")


def _read(line: str) -> Division:
    code, name, valid_from, valid_until, *successors = line.split()
    return Division(
        code=code,
        name=name,
        level=level(code),
        parent=_parent(code),
        valid_from=_day(valid_from),
        valid_until=None if valid_until == "-" else _day(valid_until),
        successors=tuple(successors),
    )


def _load() -> tuple[Mapping[str, Division], Mapping[str, tuple[Division, ...]]]:
    latest: dict[str, Division] = {}
    earlier: dict[str, tuple[Division, ...]] = {}
    for division in sorted(map(_read, TABLE.strip().splitlines()), key=lambda each: each.valid_from):
        if division.code in latest:
            earlier[division.code] = (*earlier.get(division.code, ()), latest[division.code])
        latest[division.code] = division
    return MappingProxyType(dict(sorted(latest.items()))), MappingProxyType(earlier)


# Every code ever in the table with the division that bore it last; earlier bearers of a code stand in EARLIER.
DIVISIONS, EARLIER = _load()
IN_FORCE: Mapping[str, Division] = MappingProxyType(
    {code: division for code, division in DIVISIONS.items() if division.valid_until is None}
)
