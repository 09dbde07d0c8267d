"""Conditions on one row, spoken in item names.

The same small language serves the catalogue's row rules (`when`), a grant's row scope and a caller's `where`. A connector
evaluates it at the source, so that a row which fails it never leaves; `evaluate` is the law in Python, against which each
connector is tested. Logic is three-valued as in SQL: a missing fact is unknown (`None`), neither true nor false.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NewType, TypeAlias, assert_never

ItemName = NewType("ItemName", str)

NUMBER = re.compile("[0-9]{17}[0-9X]")


class Op(StrEnum):
    """A comparison between an item and an operand."""

    EQ = "eq"
    IN = "in"
    GTE = "gte"
    LTE = "lte"


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant that the catalogue states."""

    value: str | int | float | bool | date | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Param:
    """A value known only when the request runs: `today`, `own_division`, `case_subjects`, or a caller's argument."""

    name: str


Operand: TypeAlias = Literal | Param

TODAY = Param("today")
OWN_DIVISION = Param("own_division")
CASE_SUBJECTS = Param("case_subjects")


@dataclass(frozen=True, slots=True)
class Compare:
    item: ItemName
    op: Op
    operand: Operand


@dataclass(frozen=True, slots=True)
class IsNull:
    item: ItemName


@dataclass(frozen=True, slots=True)
class InSubtree:
    """The item's division code lies in the subtree whose significant digits (`standards.divisions`) the operand holds."""

    item: ItemName
    prefix: Operand


@dataclass(frozen=True, slots=True)
class YoungerThan:
    """On the day of the request the person born on the item's date has not yet reached this age in years."""

    item: ItemName
    years: int


@dataclass(frozen=True, slots=True)
class BearerYoungerThan:
    """The same of the person whose citizen identity number the item holds, by the date of birth in it (GB 11643).

    Any other value is unknown.
    """

    item: ItemName
    years: int


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: "tuple[Predicate, ...]"


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: "tuple[Predicate, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    part: "Predicate"


@dataclass(frozen=True, slots=True)
class Unknown:
    """True exactly where the part is unknown: a fact is missing, so a rule cannot be decided."""

    part: "Predicate"


Predicate: TypeAlias = Compare | IsNull | InSubtree | YoungerThan | BearerYoungerThan | AllOf | AnyOf | Not | Unknown

ALWAYS = AllOf(())
NEVER = AnyOf(())


def all_of(*parts: Predicate) -> Predicate:
    """The conjunction, without needless nesting."""
    kept = tuple(part for part in parts if part != ALWAYS)
    return kept[0] if len(kept) == 1 else AllOf(kept) if kept else ALWAYS


def any_of(*parts: Predicate) -> Predicate:
    """The disjunction, without needless nesting."""
    kept = tuple(part for part in parts if part != NEVER)
    return kept[0] if len(kept) == 1 else AnyOf(kept)


def conjuncts(predicate: Predicate) -> Iterator[Predicate]:
    """What it asks of a row one by one, however it is nested: all of them hold where it does."""
    if isinstance(predicate, AllOf):
        for part in predicate.parts:
            yield from conjuncts(part)
    else:
        yield predicate


def items_of(predicate: Predicate) -> frozenset[ItemName]:
    """Every item that the predicate looks at."""
    match predicate:
        case Compare(item=item) | IsNull(item=item) | InSubtree(item=item):
            return frozenset({item})
        case YoungerThan(item=item) | BearerYoungerThan(item=item):
            return frozenset({item})
        case AllOf(parts=parts) | AnyOf(parts=parts):
            return frozenset().union(*(items_of(part) for part in parts))
        case Not(part=part) | Unknown(part=part):
            return items_of(part)
        case _:
            assert_never(predicate)


def params_of(predicate: Predicate) -> tuple[str, ...]:
    """The run-time values that the predicate needs, in order of first use."""
    names: dict[str, None] = {}
    _collect_params(predicate, names)
    return tuple(names)


def _collect_params(predicate: Predicate, names: dict[str, None]) -> None:
    match predicate:
        case Compare(operand=operand) | InSubtree(prefix=operand):
            if isinstance(operand, Param):
                names[operand.name] = None
        case YoungerThan() | BearerYoungerThan():
            names[TODAY.name] = None
        case AllOf(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                _collect_params(part, names)
        case Not(part=part) | Unknown(part=part):
            _collect_params(part, names)
        case IsNull():
            pass
        case _:
            assert_never(predicate)


def to_text(predicate: Predicate) -> str:
    """The predicate as plans print it: `division in subtree $own_division and not (typeCode in $where0.0)`."""
    match predicate:
        case Compare(item=item, op=op, operand=operand):
            sign = {Op.EQ: "=", Op.IN: "in", Op.GTE: ">=", Op.LTE: "<="}[op]
            return f"{item} {sign} {_operand_text(operand)}"
        case IsNull(item=item):
            return f"{item} is null"
        case InSubtree(item=item, prefix=operand):
            return f"{item} in subtree {_operand_text(operand)}"
        case YoungerThan(item=item, years=years):
            return f"{item} younger than {years}"
        case BearerYoungerThan(item=item, years=years):
            return f"bearer of {item} younger than {years}"
        case AllOf(parts=parts):
            return " and ".join(f"({to_text(part)})" for part in parts) or "always"
        case AnyOf(parts=parts):
            return " or ".join(f"({to_text(part)})" for part in parts) or "never"
        case Not(part=part):
            return f"not ({to_text(part)})"
        case Unknown(part=part):
            return f"unknown ({to_text(part)})"
        case _:
            assert_never(predicate)


def _operand_text(operand: Operand) -> str:
    return f"${operand.name}" if isinstance(operand, Param) else repr(operand.value)


def evaluate(predicate: Predicate, row: Callable[[ItemName], object], params: Mapping[str, object]) -> bool | None:
    """The predicate on one row, `row(item)` giving the held value: True, False, or None where a fact is missing."""
    match predicate:
        case Compare(item=item, op=op, operand=operand):
            return _compare(op, row(item), _value(operand, params))
        case IsNull(item=item):
            return row(item) is None
        case InSubtree(item=item, prefix=operand):
            held, prefix = row(item), _value(operand, params)
            return None if held is None or prefix is None else str(held).startswith(str(prefix))
        case YoungerThan(item=item, years=years):
            born, today = row(item), params[TODAY.name]
            if not isinstance(born, date) or not isinstance(today, date):
                return None
            return _age(born, today) < years
        case BearerYoungerThan(item=item, years=years):
            number, today = row(item), params[TODAY.name]
            if not isinstance(number, str) or NUMBER.fullmatch(number) is None or not isinstance(today, date):
                return None
            return number[6:14] > birth_digits_before(today, years)
        case AllOf(parts=parts):
            return _every(evaluate(part, row, params) for part in parts)
        case AnyOf(parts=parts):
            found = _every(_negate(evaluate(part, row, params)) for part in parts)
            return _negate(found)
        case Not(part=part):
            return _negate(evaluate(part, row, params))
        case Unknown(part=part):
            return evaluate(part, row, params) is None
        case _:
            assert_never(predicate)


def birth_digits_before(today: date, years: int) -> str:
    """Whose date of birth, as eight digits, comes after these has not reached that age today."""
    return f"{today.year - years:04}{today.month:02}{today.day:02}"


def _value(operand: Operand, params: Mapping[str, object]) -> object:
    return operand.value if isinstance(operand, Literal) else params[operand.name]


def _compare(op: Op, held: object, operand: object) -> bool | None:
    if held is None or operand is None:
        return None
    match op:
        case Op.EQ:
            return held == operand
        case Op.IN:
            assert isinstance(operand, (tuple, list, frozenset))
            return held in operand
        case Op.GTE:
            return bool(held >= operand)  # type: ignore[operator]
        case Op.LTE:
            return bool(held <= operand)  # type: ignore[operator]
        case _:
            assert_never(op)


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _every(results: Iterable[bool | None]) -> bool | None:
    unknown = False
    for result in results:
        if result is False:
            return False
        unknown = unknown or result is None
    return None if unknown else True


def _negate(result: bool | None) -> bool | None:
    return None if result is None else not result
