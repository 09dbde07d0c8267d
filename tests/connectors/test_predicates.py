"""Generated predicates over generated rows: the source decides as `catalogue.predicate.evaluate` does, null by null."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.predicate import (
    AllOf,
    AnyOf,
    Compare,
    InSubtree,
    IsNull,
    ItemName,
    Literal,
    Not,
    Op,
    Param,
    Predicate,
    Unknown,
    YoungerThan,
)
from connectors.request import CaseNumber, Value
from tests.connectors.conftest import Register
from tests.connectors.samples import asking, person, tables

TEXTS = ("", "1", "2", "32", "3201", "320102", "a", "Z", "甲", "𠮷", "\uffee", "%", "3_", "\\")
DAYS = (date(2012, 2, 28), date(2012, 2, 29), date(2012, 3, 1), date(2026, 2, 28), date(2026, 3, 1), date(2000, 1, 1))
VALUES: dict[str, tuple[Any, ...]] = {
    "name": TEXTS, "divisionCode": TEXTS, "birthDate": DAYS, "count": (-1, 0, 1, 2_000_000_000),
    "capital": tuple(Decimal(text) for text in ("0", "1.50", "1.5", "-3", "99999999999999999999.01")),
    "score": (0.0, -1.5, 0.1, 1e300), "sealed": (True, False), "isValid": (True, False), "status": ("VALID", "", "x"),
}  # fmt: skip
ORDERED = ("name", "birthDate", "count", "capital", "score", "divisionCode")
TEXTUAL = ("name", "divisionCode", "status")


@st.composite
def operands(draw: st.DrawFn, values: tuple[Any, ...], taken: dict[str, object]) -> Any:
    """A literal, or a parameter with a value, which may be null."""
    value = draw(st.sampled_from(values))
    if draw(st.booleans()):
        return Literal(value)
    name = f"p{len(taken)}"
    taken[name] = draw(st.sampled_from((value, None)))
    return Param(name)


@st.composite
def leaves(draw: st.DrawFn, taken: dict[str, object]) -> Predicate:
    """One comparison."""
    match draw(st.sampled_from(("eq", "in", "order", "null", "subtree", "young"))):
        case "eq":
            name = draw(st.sampled_from(tuple(VALUES)))
            return Compare(ItemName(name), Op.EQ, draw(operands(VALUES[name], taken)))
        case "in":
            name = draw(st.sampled_from(TEXTUAL))
            lists = st.lists(st.sampled_from(VALUES[name]), max_size=3).map(tuple)
            return Compare(ItemName(name), Op.IN, draw(operands((draw(lists),), taken)))
        case "order":
            name = draw(st.sampled_from(ORDERED))
            return Compare(ItemName(name), draw(st.sampled_from((Op.GTE, Op.LTE))), draw(operands(VALUES[name], taken)))
        case "null":
            return IsNull(ItemName(draw(st.sampled_from(tuple(VALUES)))))
        case "subtree":
            return InSubtree(ItemName("divisionCode"), draw(operands(TEXTS, taken)))
        case _:
            return YoungerThan(ItemName("birthDate"), draw(st.sampled_from((0, 14, 18, 26))))


@st.composite
def predicates(draw: st.DrawFn, taken: dict[str, object]) -> Predicate:
    """A tree of comparisons."""
    return draw(st.recursive(leaves(taken), lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: AllOf(tuple(parts))),
        st.lists(inner, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
        inner.map(Not),
        inner.map(Unknown),
    ), max_leaves=6))  # fmt: skip


ROWS = st.lists(
    st.fixed_dictionaries({
        name: st.sampled_from((*values, None)) for name, values in VALUES.items() if name != "isValid"
    }),
    min_size=5, max_size=12,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
async def test_predicates(register: Register, data: st.DataObject) -> None:
    rows = [person(idNumber=str(n), **row) for n, row in enumerate(data.draw(ROWS))]
    params: dict[str, object] = {"today": data.draw(st.sampled_from(DAYS))}
    each = [data.draw(predicates(params)) for _ in range(8)]
    await register.hold(tables(person=rows))
    # true, unknown or false of every predicate, and the rows that the last lets through
    numbers = [CaseNumber((predicate, Unknown(predicate))) for predicate in each]
    keys = [str(n) for n in range(len(rows))]
    for where in (None, each[-1]):
        fetch = asking([*numbers, Value(ItemName("name"))], where=where)
        memory, postgresql = await register.both(fetch, keys, **params)
        assert sorted(postgresql, key=lambda row: int(str(row[0]))) == memory
