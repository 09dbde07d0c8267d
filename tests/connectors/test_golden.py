"""The SQL of a handful of fetches, word for word; run with REWRITE_GOLDEN=1 in the environment to write them anew."""

import os
from pathlib import Path

import pytest

from catalogue.model import LookupKind, MaskName
from catalogue.predicate import AllOf, Compare, InSubtree, IsNull, ItemName, Literal, Not, Op, Param, Unknown, YoungerThan
from connectors.request import CaseNumber, Cases, Derived, Fetch, Masked, Matched, Order, Value
from connectors.sql import compile_fetch
from tests.connectors.samples import ADDRESS, BINDINGS, PARCEL, RESOURCES, SOURCE, asking

GOLDEN = Path(__file__).parent / "golden"
I = ItemName  # noqa: E741  as short as the fetches are long
CHILD = YoungerThan(I("birthDate"), 14)
OWN = InSubtree(I("divisionCode"), Param("own_division"))
OF_CASE = Compare(I("idNumber"), Op.IN, Param("case_subjects"))


def _place(resource: str, kind: LookupKind, item: str, first: str | None = "first", *, unique: bool = False) -> Fetch:
    cells = (Value(I(item)),)
    return Fetch(SOURCE, resource, "by_place", kind, I(item), cells, None, (Order(I(item), False),), first, unique)  # type: ignore[arg-type]


FETCHES = {
    "unique": asking([Value(I("name")), Value(I("birthDate")), Value(I("capital")), Value(I("sex")), Value(I("boundary"))]),
    "row_rules": asking([
        Cases(((CHILD, Masked(I("name"), MaskName("name"))), (Unknown(CHILD), None)), Value(I("name"))),
        Cases(((CHILD, None), (Unknown(CHILD), None)), Value(I("residence"))),
        CaseNumber((OWN, OF_CASE)),
    ], where=Not(IsNull(I("status")))),
    "list": asking(
        [Value(I("idNumber")), Masked(I("phone"), MaskName("phone")), Derived("age", (I("birthDate"),))],
        lookup="by_household", item=I("householdNumber"), unique=False, first="first",
        where=AllOf((OWN, Compare(I("count"), Op.GTE, Literal(3)), Compare(I("isValid"), Op.EQ, Literal(True)))),
        order=(Order(I("birthDate"), True), Order(I("idNumber"), False)),
    ),
    "detour": asking([Value(I("idNumber"))], lookup="by_holder", item=I("holder"), unique=False),
    "matched": asking([Matched(I("phone"), "phone", Param("phone")), Matched(I("name"), "name", Param("name"))]),
    "at_point": _place(PARCEL, LookupKind.AT_POINT, "parcelCode", None, unique=True),
    "near": _place(ADDRESS, LookupKind.NEAR, "code"),
    "within": _place(PARCEL, LookupKind.WITHIN, "parcelCode"),
}  # fmt: skip


def _text(fetch: Fetch) -> str:
    statement = compile_fetch(fetch, RESOURCES[fetch.resource], BINDINGS[fetch.resource])
    values = "".join(f"-- ${number}: {operand}\n" for number, operand in enumerate(statement.operands, statement.arrays + 1))
    return f"{values}{statement.text};\n"


@pytest.mark.parametrize("name", FETCHES)
def test_golden(name: str) -> None:
    file = GOLDEN / f"{name}.sql"
    if os.environ.get("REWRITE_GOLDEN"):
        file.write_text(_text(FETCHES[name]), encoding="utf-8")
    assert _text(FETCHES[name]) == file.read_text(encoding="utf-8")


def test_every_golden_text_is_tested() -> None:
    assert {file.stem for file in GOLDEN.glob("*.sql")} == set(FETCHES)


def test_no_value_stands_in_a_text() -> None:
    secret = asking(
        [Value(I("name"))],
        where=AllOf((Compare(I("name"), Op.EQ, Literal("s3cret'")), Compare(I("count"), Op.LTE, Literal(987654)),
                     Compare(I("sex"), Op.IN, Literal(("s3cret", "x"))), Compare(I("score"), Op.GTE, Literal(0.987654)))),
    )  # fmt: skip
    text = compile_fetch(secret, RESOURCES[secret.resource], BINDINGS[secret.resource]).text
    assert "s3cret" not in text
    assert "987654" not in text


def test_identifiers_are_quoted() -> None:
    from connectors.sql_scope import quoted, quoted_one

    assert quoted('register.per"son') == '"register"."per""son"'
    assert quoted_one('a."b') == '"a.""b"'
