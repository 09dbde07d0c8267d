"""Comparison without disclosure, and derived items."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.derivations import age, is_adult, is_child, is_married, is_valid
from standards.matching import Kind, Match, held_translation, match, normalise_for_match, normalise_held


@pytest.mark.parametrize(
    ("kind", "offered", "held", "outcome"),
    [
        ("name", "张 三", "张三", Match.MATCH),
        ("name", "买买提•艾力", "买买提·艾力", Match.MATCH),
        ("name", "ｊohn smith", "JOHN　SMITH", Match.MATCH),
        ("name", "张三", "张三丰", Match.NO_MATCH),
        ("name", "", "张三", Match.NO_MATCH),
        ("name", " ", "张三", Match.NO_MATCH),
        ("name", "张三", None, Match.NO_DATA),
        ("name", "张三", " 　", Match.NO_DATA),
        ("name", "", "", Match.NO_DATA),
        ("phone", "+86 138-1234-1234", "13812341234", Match.MATCH),
        ("phone", "13812341234", "008613812341234", Match.MATCH),
        ("phone", "１３８１２３４１２３４", "138 1234 1234", Match.MATCH),
        ("phone", "86123456", "123456", Match.NO_MATCH),
        ("phone", "13812341234", "无", Match.NO_DATA),
        (
            "address",
            "江苏省南京市玄武区中山路1号(北楼)1-201室",
            "江苏省南京市玄武区中山路１号（北楼） 1－201室",
            Match.MATCH,
        ),
        ("address", "中山路1-201室", "中山路12-01室", Match.NO_MATCH),
        ("date", "1990-07-31", date(1990, 7, 31), Match.MATCH),
        ("date", date(1990, 7, 31), "1990-07-31", Match.MATCH),
        ("date", "1990-07-30", date(1990, 7, 31), Match.NO_MATCH),
        ("text", " abc１ ", "ABC1", Match.MATCH),
        ("identity_number", "11010519491231002x", "11010519491231002X", Match.MATCH),
    ],
)
def test_outcomes(kind: str, offered: str, held: str | None, outcome: Match) -> None:
    assert match(kind, offered, held) is outcome


@given(st.sampled_from(list(Kind)), st.text())
def test_normalising_twice_changes_nothing(kind: Kind, text: str) -> None:
    once = normalise_for_match(kind, text)
    assert normalise_for_match(kind, once) == once


@given(st.sampled_from([kind for kind in Kind if kind is not Kind.PHONE]), st.text())
def test_the_held_form_is_what_sql_translate_computes(kind: Kind, text: str) -> None:
    old, new = held_translation(kind)
    assert len(set(old)) == len(old)
    translated = "".join(character if (place := old.find(character)) < 0 else new[place : place + 1] for character in text)
    assert normalise_held(kind, text) == translated


@given(st.text(st.characters(codec="ascii") | st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1))
def test_a_value_matches_itself(text: str) -> None:
    for kind in Kind:
        assert match(kind, text, text) in (Match.MATCH, Match.NO_DATA)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="colour"):
        match("colour", "a", "a")


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (date(2008, 3, 2), date(2026, 3, 1), 17),
        (date(2008, 3, 2), date(2026, 3, 2), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2026, 1, 1), date(2026, 1, 1), 0),
    ],
)
def test_age(born: date, on: date, years: int) -> None:
    assert age(born, on) == years
    assert is_adult(born, on) == (years >= 18)


def test_children_are_under_fourteen() -> None:
    assert is_child(date(2012, 3, 2), date(2026, 3, 1)) is True
    assert is_child(date(2012, 3, 2), date(2026, 3, 2)) is False


def test_validity() -> None:
    first, last = date(2020, 1, 1), date(2025, 12, 31)
    assert is_valid(first, last, "VALID", first) is True
    assert is_valid(first, last, "VALID", last) is True
    assert is_valid(first, last, "VALID", date(2026, 1, 1)) is False
    assert is_valid(first, last, "VALID", date(2019, 12, 31)) is False
    assert is_valid(first, None, "VALID", date(2099, 1, 1)) is True
    assert is_valid(first, last, "REVOKED", first) is False


def test_marriage_and_nothing_held() -> None:
    assert [code for code in ("10", "20", "21", "22", "23", "30", "40", "90") if is_married(code)] == [
        "20",
        "21",
        "22",
        "23",
    ]
    today = date(2026, 1, 1)
    assert (age(None, today), is_adult(None, today), is_child(None, today)) == (None, None, None)
    assert (is_married(None), is_valid(None, None, None, today)) == (None, None)
