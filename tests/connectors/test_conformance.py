"""PostgreSQL answers every fetch as the law in Python does."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from catalogue.predicate import (
    AllOf,
    AnyOf,
    BearerYoungerThan,
    Compare,
    InSubtree,
    IsNull,
    ItemName,
    Literal,
    Not,
    Op,
    Param,
    Unknown,
    YoungerThan,
)
from connectors.base import SourceError
from connectors.memory import MemoryConnector
from connectors.operations import OPERATIONS
from connectors.request import CaseNumber, Cases, Derived, Masked, Matched, Order, Value
from standards.masks import ADDRESS_PREFIX, COMPOUND_SURNAMES, MASKS
from standards.matching import Kind, normalise_for_match
from tests.connectors.conftest import Register
from tests.connectors.samples import BINDINGS, PERSON_TYPES, RESOURCES, asking, person, tables

NASTY_TEXTS = (
    None, "", " ", "  ", "张", "张三", "张 三", " 张三 ", "欧阳", "欧阳娜", "欧阳娜娜", "司马相如", "买买提·艾力", "·", "··",
    "A·B·C·D", "ＡＢＣ１２３", "abc", "ABC", "𠮷野家", "𠮷", "张\n三\n四", "张.三", "Zoë", "Zoe\u0308",
    "ß", "ſ", "Ⅷ", "\u200b", "\u3000",
    "O’Neil", 'say "hi"', "%s _ \\ $1", "320102199001011234", "32010219900101123X",
    "32010219900101123x", "320102900101123",
    "13812345678", "+86 138-1234-5678", "008613812345678", "8613812345678", "86138",
    "025-83212345", "1381234567", "（025）8321",
    "江苏省南京市玄武区中山路1号1-201室", "江苏省苏州市昆山市玉山镇", "南京市", "玄武区中山路", "江苏省", "北京市朝阳区",
    "江苏省，南京市",
    "1990-01-01", "1990", "１９９０－０１－０１", "—–−", "2024-02-29", "x" * 300, "张" + "*" * 5,
)  # fmt: skip
BOUNDARIES = (
    None,
    '{"type":"Polygon","coordinates":[[[118.701,32.0],[118.8,32.01],[118.75,32.099],[118.701,32.0]]]}',
    '{"type": "Polygon", "coordinates": [[[118.7, 32], [119, 32], [119, 33.10], [118.7, 33.1], [118.7, 32]]]}',
    '{"type":"Polygon","coordinates":[[[-0.001,-0.5],[0.005,0],[0,0.25],[-0.001,-0.5]],[[0,0],[0,0.1],[0.1,0],[0,0]]]}',
)
AMOUNTS = (
    "0", "0.00", "1", "-1", "9.99", "10", "999.99", "1000", "1234.56", "-70", "0.5", "0.1", "0.0099", "-0.001",
    "123456789012345678901.5",
)  # fmt: skip
FLOATS = (0.0, 1.0, -1.5, 9.999999, 1e20, 1e-7, 123456.789, 0.1, -0.05, 2.5e15)


def item(name: str) -> ItemName:
    return ItemName(name)


def key(number: int) -> str:
    return f"key {number:03d}"


async def answers(register: Register, cell: Any, items: str, values: tuple[object, ...], **params: object) -> list[Any]:
    """The cell over rows that differ in one item: both connectors agree, and each row has its own key."""
    await register.hold(tables(person=[person(idNumber=key(n), **{items: value}) for n, value in enumerate(values)]))
    memory, postgresql = await register.both(asking([cell]), [key(n) for n in range(len(values))], **params)
    by_key: dict[Any, Any] = dict(postgresql)  # type: ignore[arg-type]
    law: dict[Any, Any] = dict(memory)  # type: ignore[arg-type]
    keys = [key(n) for n in range(len(values))]
    # each beside what it was made from, for whoever reads the failure
    assert list(zip(values, map(by_key.get, keys), strict=True)) == list(zip(values, map(law.get, keys), strict=True))
    assert len(postgresql) == len(memory) == len(values)
    return [by_key[each] for each in keys]


@pytest.mark.parametrize("mask", ["name", "identity_number", "phone", "address", "text", "date"])
async def test_masks_of_texts(register: Register, mask: str) -> None:
    given = await answers(register, Masked(item("name"), mask), "name", NASTY_TEXTS)  # type: ignore[arg-type]
    assert given[0] is None
    assert all(isinstance(value, str) for value in given[1:])


async def test_mask_of_addresses_built_from_every_division(register: Register) -> None:
    names = [part.split("|") for part in ADDRESS_PREFIX.removeprefix("^(?:").removesuffix(")?").split(")?(?:")]
    provinces, cities, counties = names
    built = [
        f"{province}{city}{county}{rest}"
        for rest in ("", "中山路1号")
        for province in ("", *provinces)
        for city in ("", *cities[:3], "镇江市")
        for county in ("", *counties)
    ][:999]
    await answers(register, Masked(item("residence"), "address"), "residence", tuple(built))  # type: ignore[arg-type]


async def test_every_compound_surname(register: Register) -> None:
    names = tuple(surname + rest for surname in COMPOUND_SURNAMES for rest in ("", "甲", "甲乙", "·甲"))
    await answers(register, Masked(item("name"), "name"), "name", names)  # type: ignore[arg-type]


async def test_mask_of_dates(register: Register) -> None:
    days = (None, date(2000, 2, 29), date(1999, 12, 31), date(2000, 1, 1), date(1, 1, 1), date(9999, 12, 30))
    given = await answers(register, Masked(item("birthDate"), "date"), "birthDate", days)  # type: ignore[arg-type]
    assert given[1] == date(2000, 1, 1)


@pytest.mark.parametrize(("of", "values"), [
    ("capital", (None, *(Decimal(text) for text in AMOUNTS))),
    ("count", (None, 0, 1, -1, 9, 10, 99, 100, 2_147_483_647, -70)),
    ("score", (None, *FLOATS)),
])  # fmt: skip
async def test_mask_of_amounts(register: Register, of: str, values: tuple[object, ...]) -> None:
    await answers(register, Masked(item(of), "amount"), of, values)  # type: ignore[arg-type]


async def test_mask_of_boundaries(register: Register) -> None:
    given = await answers(register, Masked(item("boundary"), "boundary"), "boundary", BOUNDARIES)  # type: ignore[arg-type]
    assert json.loads(given[1])["coordinates"][0][0] == [118.7, 32.0]


def test_every_mask_has_its_sql() -> None:
    from connectors.sql_expression import MASKS_SQL

    assert set(MASKS_SQL) == set(MASKS)


@pytest.mark.parametrize("kind", list(Kind))
async def test_matches(register: Register, kind: Kind) -> None:
    await register.hold(tables(person=[person(idNumber=key(n), name=text) for n, text in enumerate(NASTY_TEXTS)]))
    fetch = asking([Matched(item("name"), kind, Param("offered"))])
    seen: set[object] = set()
    for text in NASTY_TEXTS:
        offered = None if text is None else normalise_for_match(kind, text)
        memory, postgresql = await register.both(fetch, [key(n) for n in range(len(NASTY_TEXTS))], offered=offered)
        assert sorted(postgresql, key=str) == sorted(memory, key=str)
        seen |= {row[1] for row in postgresql}
    assert seen == {"MATCH", "NO_MATCH", "NO_DATA", None}


async def test_match_of_a_date(register: Register) -> None:
    cell = Matched(item("birthDate"), "date", Param("offered"))
    given = await answers(register, cell, "birthDate", (None, date(2000, 2, 29), date(850, 1, 1)), offered="2000-02-29")
    assert given == ["NO_DATA", "MATCH", "NO_MATCH"]


YEARS, DAYS = (1996, 2000, 2008, 2010, 2012, 2030), ((2, 28), (2, 27), (3, 1), (12, 31), (1, 1))
LEAP_DAYS = (date(1996, 2, 29), date(2000, 2, 29), date(2008, 2, 29), date(2012, 2, 29))
BIRTHS = (None, *LEAP_DAYS, *(date(year, month, day) for year in YEARS for month, day in DAYS))
TODAYS = (date(2026, 2, 28), date(2026, 3, 1), date(2024, 2, 29), date(2026, 12, 31), date(2026, 1, 1))


@pytest.mark.parametrize("today", TODAYS)
@pytest.mark.parametrize(
    ("op", "years"),
    [
        ("age", None),
        ("is_adult", None),
        ("is_child", None),
        ("at_least_age", 16),
        ("younger_than", 14),
        ("younger_than", 0),
    ],
)
async def test_derivations_from_a_birthday(register: Register, op: str, years: int | None, today: date) -> None:
    given = await answers(register, Derived(op, (item("birthDate"),), years), "birthDate", BIRTHS, today=today)
    assert given[0] is None


async def test_validity(register: Register) -> None:
    today = date(2026, 3, 1)
    days = (None, date(2026, 2, 28), today, date(2026, 3, 2))
    rows = [
        person(validFrom=begins, validUntil=ends, status=status, idNumber=f"{begins} {ends} {status}")
        for begins in days
        for ends in days
        for status in (None, "", "VALID", "有效", "EXPIRED")
    ]
    await register.hold(tables(person=rows))
    keys = [row["id_number"] for row in rows]
    derived = Derived("is_valid", (item("validFrom"), item("validUntil"), item("status")))
    memory, postgresql = await register.both(asking([derived, Value(item("isValid"))]), keys, today=today)
    assert sorted(postgresql, key=str) == sorted(memory, key=str)
    assert {row[1] for row in postgresql} == {True, False, None}


async def test_marriage(register: Register) -> None:
    codes = (None, "", "10", "20", "22", "40", "2")
    given = await answers(register, Derived("is_married", (item("status"),)), "status", codes)
    assert given == [None, False, False, True, True, False, False]


def test_every_operation_of_the_catalogue_is_known() -> None:
    import tomllib
    from pathlib import Path

    used = set()
    for file in Path("catalogue/registers").glob("*.toml"):
        used |= _ops(tomllib.loads(file.read_text()))
    assert used
    assert used <= set(OPERATIONS)


def _ops(node: object) -> set[str]:
    match node:
        case {"derivation": {"op": str(op)}}:
            return {op}
        case dict():
            return {op for each in node.values() for op in _ops(each)}
        case list():
            return {op for each in node for op in _ops(each)}
        case _:
            return set()


async def test_values_travel_as_their_types_say(register: Register) -> None:
    full = person(
        idNumber="k",
        name="张三",
        sex="1",
        birthDate=date(2000, 2, 29),
        capital=Decimal("1.50"),
        count=3,
        score=0.1,
        sealed=True,
        boundary=BOUNDARIES[1],
        validUntil=date(2030, 1, 1),
        status="VALID",
    )
    await register.hold(tables(person=[full, person(idNumber="empty")]))
    fetch = asking([Value(item(name)) for name in (*PERSON_TYPES, "isValid", "age")])
    memory, postgresql = await register.both(fetch, ["k", "empty", "nobody"], today=date(2026, 2, 28))
    assert sorted(postgresql, key=str) == sorted(memory, key=str)
    of_key = next(one for one in postgresql if one[0] == "k")  # a source promises no order among keys
    row = dict(zip(("", *PERSON_TYPES, "isValid", "age"), of_key, strict=True))
    assert (row["capital"], row["score"], row["sealed"], row["age"], row["isValid"]) == ("1.50", 0.1, True, 25, True)


RULES = (
    YoungerThan(item("birthDate"), 14),
    Compare(item("sex"), Op.EQ, Literal("1")),
    Compare(item("sex"), Op.IN, Param("cases")),
    Compare(item("count"), Op.GTE, Literal(5)),
    Compare(item("name"), Op.LTE, Param("upto")),
    Compare(item("isValid"), Op.EQ, Literal(True)),
    InSubtree(item("divisionCode"), Param("own_division")),
    IsNull(item("name")),
    Unknown(YoungerThan(item("birthDate"), 14)),
    Unknown(Compare(item("sex"), Op.IN, Param("cases"))),
)


@pytest.mark.parametrize("where", [None, AnyOf(RULES), AllOf(()), AnyOf(()), Not(AllOf((RULES[0], RULES[1])))])
@pytest.mark.parametrize("unique", [True, False])
async def test_cases(register: Register, where: Any, unique: bool) -> None:
    rows = [
        person(idNumber=key(n), name=("甲", "𠮷", None)[n % 3], sex=("1", "2", None)[n % 4 % 3],
               birthDate=(date(2012, 2, 29), date(1990, 1, 1), None)[n % 5 % 3], count=(4, 5, None)[n % 7 % 3],
               divisionCode=("320102", "3201", None)[n % 11 % 3], status=("VALID", None)[n % 2], capital=Decimal(n))
        for n in range(60)
    ]  # fmt: skip
    await register.hold(tables(person=rows))
    one = Cases(((RULES[0], None), (RULES[1], Masked(item("name"), "name")), (RULES[3], None)), Value(item("name")))  # type: ignore[arg-type]
    two = Cases(((Not(RULES[2]), Value(item("capital"))), (RULES[8], Masked(item("capital"), "amount"))), None)  # type: ignore[arg-type]
    three = Cases(((AllOf((RULES[6], RULES[4])), Value(item("birthDate"))),), Masked(item("birthDate"), "date"))  # type: ignore[arg-type]
    fetch = asking(
        [one, Value(item("isValid")), two, three, CaseNumber(RULES), CaseNumber(()), Cases(((RULES[9], None),), None)],
        where=where,
        unique=unique,
    )
    for cases in (("1", "2"), frozenset({"1"}), ()):
        memory, postgresql = await register.both(
            fetch, [row["id_number"] for row in rows], today=date(2026, 2, 28), cases=cases, upto="乙", own_division="3201"
        )
        assert sorted(postgresql, key=lambda row: str(row[0])) == memory


NUMBERS = (
    None, "", "320102201202280011", "320102201202290011", "320102201203010011", "32010220120228001X", "32010220120301001x",
    "３20102201203010011", "3201022012030100", "91320508MA00Y6G94L", "320102201203010011 ", "320102999999990011",
)  # fmt: skip


@pytest.mark.parametrize("today", [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1), date(2028, 2, 29)])
@pytest.mark.parametrize("years", [0, 14, 16])
async def test_the_bearer_of_a_number_is_younger(register: Register, today: date, years: int) -> None:
    await register.hold(tables(person=[person(idNumber=key(n), name=number) for n, number in enumerate(NUMBERS)]))
    younger = BearerYoungerThan(item("name"), years)
    fetch = asking([CaseNumber((younger, Not(younger), Unknown(younger)))])
    memory, postgresql = await register.both(fetch, [key(n) for n in range(len(NUMBERS))], today=today)
    assert sorted(tuple(row) for row in postgresql) == sorted(tuple(row) for row in memory)


@pytest.mark.parametrize(
    "order",
    [
        (),
        (Order(ItemName("name"), False),),
        (Order(ItemName("name"), True),),
        (Order(ItemName("count"), True), Order(ItemName("name"), False)),
        (Order(ItemName("isValid"), True),),
    ],
)
@pytest.mark.parametrize("first", [1, 3, 100])
async def test_lists_in_order_and_first_of_each_key(register: Register, order: tuple[Order, ...], first: int) -> None:
    rows = [
        person(idNumber=key(n), householdNumber=("h1", "h2", None, "h3")[n % 4], count=(1, 2, None)[n % 5 % 3],
               name=("甲", "a", "Z", "𠮷", "\uffee", None, "")[n % 7], status=("VALID", None)[n % 2])
        for n in range(50)
    ]  # fmt: skip
    await register.hold(tables(person=rows))
    whole = (*order, Order(item("idNumber"), False))
    fetch = asking(
        [Value(item("idNumber")), Masked(item("name"), "name")],  # type: ignore[arg-type]
        lookup="by_household",
        item=item("householdNumber"),
        unique=False,
        order=whole,
        first="first",
    )
    memory, postgresql = await register.both(fetch, ["h2", "h1", "none", "h1"], first=first, today=date(2026, 1, 1))
    assert postgresql == memory
    assert {row[0] for row in postgresql} == {"h1", "h2"}


async def test_no_key_answers_with_more_than_the_most(register: Register) -> None:
    await register.hold(tables(person=[person(idNumber=str(n), householdNumber="h") for n in range(1_200)]))
    fetch = asking([Value(item("idNumber"))], lookup="by_household", item=item("householdNumber"), unique=False)
    memory, postgresql = await register.both(fetch, ["h"])
    assert len(memory) == len(postgresql) == 1_000


async def test_a_second_row_of_a_unique_key_is_seen(register: Register) -> None:
    await register.hold(tables(person=[person(idNumber="k", name="甲"), person(idNumber="k", name="乙")]))
    memory, postgresql = await register.both(asking([Value(item("name"))]), ["k", "k", "other"])
    assert sorted(postgresql, key=str) == sorted(memory, key=str) == [("k", "乙"), ("k", "甲")]


@pytest.mark.parametrize("unique", [True, False])
async def test_a_lookup_by_way_of_another_table(register: Register, unique: bool) -> None:
    people = [person(idNumber=key(n), name=str(n)) for n in range(4)]
    pairs = [("x", 0), ("x", 1), ("x", 1), ("y", 1), ("y", 9), (None, 2)]
    held = [{"holder": holder, "person": key(n)} for holder, n in pairs]
    await register.hold(tables(person=people, holding=[*held, {"holder": "x", "person": None}]))
    order = (Order(item("idNumber"), False),)
    fetch = asking([Value(item("name"))], lookup="by_holder", item=item("holder"), unique=unique, order=order)
    memory, postgresql = await register.both(fetch, ["x", "y", "z"])
    assert postgresql == memory == [("x", "0"), ("x", "1"), ("y", "1")]


async def test_an_item_or_resource_without_a_binding_is_not_connected(register: Register) -> None:
    for fetch in (asking([Value(item("nothing"))]), asking([], resource="Nobody")):
        await register.hold(tables(person=[person(idNumber="k")]))
        for connector in (register.postgresql, MemoryConnector(RESOURCES, BINDINGS, register.contents)):
            with pytest.raises(SourceError) as caught:
                await connector.fetch(fetch, ["k"], {})
            assert caught.value.reason == "NOT_CONNECTED"
