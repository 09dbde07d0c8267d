"""The operations of derived items: the law in Python and the same as SQL, side by side."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from standards import derivations

Law = Callable[[Sequence[Any], int | None, date | None], object]
"""The held values of the operands, `years`, and today."""


@dataclass(frozen=True, slots=True)
class SqlTerms:
    """What an operation's SQL is built from: `items` are its operands' expressions, the rest are or give placeholders.
    `years_ago` gives today, so many years ago.
    """

    items: Sequence[str]
    years: int
    today: Callable[[], str]
    years_ago: Callable[[int], str]
    constant: Callable[[tuple[str, ...]], str]


@dataclass(frozen=True, slots=True)
class Operation:
    """`takes` operands, perhaps a number of years and the day of the request; gives a scalar of the schema, or null."""

    takes: int
    gives: str
    law: Law
    sql: Callable[[SqlTerms], str]
    needs_years: bool = False
    needs_today: bool = False


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier, 28 February where that year has no 29th: who was born after it is younger than
    so many years on `day`.
    """
    if day.year - years < date.min.year:
        return date.min
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _age_sql(born: str, today: str) -> str:
    number_of_day = "to_char({}, 'YYYYMMDD')::integer"
    return f"floor(({number_of_day.format(today)} - {number_of_day.format(born)}) / 10000.0)::integer"


def _is_valid_law(held: Sequence[Any], _: int | None, today: date | None) -> bool | None:
    begins, ends, status = held
    assert today is not None
    return derivations.is_valid(begins, ends, status, today)


def _is_married_law(held: Sequence[Any], _: int | None, __: date | None) -> bool | None:
    return derivations.is_married(held[0])


def _age_law(held: Sequence[Any], _: int | None, today: date | None) -> int | None:
    assert today is not None
    return derivations.age(held[0], today)


def _at_least_age_law(held: Sequence[Any], years: int | None, today: date | None) -> bool | None:
    reached = _age_law(held, None, today)
    return None if reached is None else reached >= (years or 0)


def _younger_than_law(held: Sequence[Any], years: int | None, today: date | None) -> bool | None:
    reached = _at_least_age_law(held, years, today)
    return None if reached is None else not reached


def _is_adult_law(held: Sequence[Any], _: int | None, today: date | None) -> bool | None:
    assert today is not None
    return derivations.is_adult(held[0], today)


def _is_child_law(held: Sequence[Any], _: int | None, today: date | None) -> bool | None:
    assert today is not None
    return derivations.is_child(held[0], today)


def _is_among(item: str, codes: str) -> str:
    return f"CASE WHEN {item} IS NOT NULL THEN {item} = ANY({codes}) END"


def _is_valid_sql(terms: SqlTerms) -> str:
    begins, ends, status = terms.items
    valid = terms.constant(tuple(sorted(derivations.VALID_STATUSES)))
    today = terms.today()
    begun, not_over = f"coalesce({begins} <= {today}, TRUE)", f"coalesce({today} <= {ends}, TRUE)"
    return f"CASE WHEN {status} IS NOT NULL THEN {status} = ANY({valid}) AND {begun} AND {not_over} END"


def _is_married_sql(terms: SqlTerms) -> str:
    return _is_among(terms.items[0], terms.constant(tuple(sorted(derivations.MARRIED_CODES))))


def _age_op(law: Law, gives: str, sql: Callable[[SqlTerms], str], *, needs_years: bool) -> Operation:
    return Operation(1, gives, law, sql, needs_years, needs_today=True)


def _younger_sql(terms: SqlTerms) -> str:
    return f"({terms.items[0]} > {terms.years_ago(terms.years)})"


def _at_least_sql(terms: SqlTerms) -> str:
    return f"({terms.items[0]} <= {terms.years_ago(terms.years)})"


def _is_adult_sql(terms: SqlTerms) -> str:
    return f"({terms.items[0]} <= {terms.years_ago(derivations.ADULT_FROM_YEARS)})"


def _is_child_sql(terms: SqlTerms) -> str:
    return f"({terms.items[0]} > {terms.years_ago(derivations.CHILD_BELOW_YEARS)})"


OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        "age": _age_op(_age_law, "Int", lambda terms: _age_sql(terms.items[0], terms.today()), needs_years=False),
        "at_least_age": _age_op(_at_least_age_law, "Boolean", _at_least_sql, needs_years=True),
        "younger_than": _age_op(_younger_than_law, "Boolean", _younger_sql, needs_years=True),
        "is_adult": _age_op(_is_adult_law, "Boolean", _is_adult_sql, needs_years=False),
        "is_child": _age_op(_is_child_law, "Boolean", _is_child_sql, needs_years=False),
        "is_valid": Operation(3, "Boolean", _is_valid_law, _is_valid_sql, needs_today=True),
        "is_married": Operation(1, "Boolean", _is_married_law, _is_married_sql),
    }
)

NEEDS_TODAY = frozenset(op for op, operation in OPERATIONS.items() if operation.needs_today)
