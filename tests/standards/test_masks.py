"""Masks: the exact rule of each, and that none shows more than its rule says."""

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.divisions import DIVISIONS, EARLIER, IN_FORCE
from standards.masks import (
    ADDRESS_PREFIX,
    COMPOUND_SURNAMES,
    MASKS,
    SHOWING_ABSENCE,
    mask_address,
    mask_amount,
    mask_date,
    mask_identity_number,
    mask_name,
    mask_phone,
    mask_polygon_boundary,
    mask_text,
)


@pytest.mark.parametrize("mask", MASKS.values(), ids=MASKS)
def test_none_stays_none(mask: object) -> None:
    assert mask(None) is None  # type: ignore[operator]


@pytest.mark.parametrize("mask", sorted(SHOWING_ABSENCE))
def test_what_shows_absence_gives_none_for_nothing_but_none(mask: str) -> None:
    for held in ("", " ", "·", "张", "320102", "南京市", "\n", "2026-01-01"):
        assert MASKS[mask](held) is not None


def test_an_amount_that_is_no_number_shows_nothing_though_it_is_held() -> None:
    assert mask_amount(float("nan")) is None
    assert {"amount", "boundary"}.isdisjoint(SHOWING_ABSENCE)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("王小明", "王**"),
        ("欧阳娜娜", "欧阳**"),
        ("欧阳修", "欧**"),
        ("王李建国", "王***"),
        ("买买提·艾力", "买**·**"),
        ("John Smith", "J*********"),
        ("张", "*"),
        ("", ""),
        ("张\n三", "张**"),
    ],
)
def test_names(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@given(st.text())
def test_a_masked_name_shows_two_characters_at_most_and_the_true_length(name: str) -> None:
    masked = mask_name(name)
    assert masked is not None
    assert len(masked) == len(name)
    kept = 2 if len(name) >= 4 and name.startswith(COMPOUND_SURNAMES) else min(1, len(name) - 1)
    assert set(masked[max(kept, 0) :]) <= {"*", "·"}


def test_numbers_and_phones() -> None:
    assert mask_identity_number("32010219900101123X") == "320***********123X"
    assert mask_identity_number("320102900101123") == "320********1123"
    assert mask_identity_number("1234567890") == "**********"
    assert mask_phone("13812341234") == "138****1234"
    assert mask_phone("83201234") == "********"


@given(st.text(st.sampled_from("0123456789X")))
def test_masked_numbers_show_three_and_four_characters_at_most(number: str) -> None:
    for mask, least in ((mask_identity_number, 15), (mask_phone, 11)):
        masked = mask(number)
        assert masked is not None
        assert len(masked) == len(number)
        shown = [place for place, character in enumerate(masked) if character != "*"]
        expected = [*range(3), *range(len(number) - 4, len(number))] if len(number) >= least else []
        assert shown == expected


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("江苏省南京市玄武区中山路1号", "江苏省南京市玄武区****"),
        ("江苏省苏州市昆山市花园小区5栋", "江苏省苏州市昆山市****"),
        ("江苏省昆山市花园小区5栋", "江苏省昆山市****"),
        ("南京市鼓楼区市民广场区间路", "南京市鼓楼区****"),
        ("江苏省淮安市楚州区镇淮楼", "江苏省淮安市楚州区****"),
        ("江苏省南京市", "江苏省南京市****"),
        ("上海市黄浦区人民大道", "****"),
        ("张三家", "****"),
        ("", "****"),
    ],
)
def test_addresses(address: str, masked: str) -> None:
    assert mask_address(address) == masked


@given(st.sampled_from(sorted(IN_FORCE)), st.text())
def test_a_masked_address_shows_nothing_below_the_county(code: str, rest: str) -> None:
    division = IN_FORCE[code]
    masked = mask_address(division.name + "　" + rest)
    assert masked == division.name + "****"


def test_engines_agree_on_the_address_prefix() -> None:
    everything = [*DIVISIONS.values(), *(division for group in EARLIER.values() for division in group)]
    for name in {division.name for division in everything}:
        assert mask_address(name) == name + "****"
    for alternatives in re.findall(r"\(\?:(.*?)\)", ADDRESS_PREFIX):
        names = alternatives.split("|")
        for place, name in enumerate(names):
            # The first alternative that fits is then also the longest.
            assert not any(later.startswith(name) for later in names[place + 1 :])


def test_dates() -> None:
    assert mask_date(date(1990, 7, 31)) == date(1990, 1, 1)
    assert mask_date("1990-07-31") == "1990-01-01"


@given(st.text(min_size=1))
def test_a_masked_text_shows_one_character_at_most(text: str) -> None:
    masked = mask_text(text)
    assert masked is not None
    assert masked == (text[0] if len(text) > 1 else "*") + "*" * (len(text) - 1)


@pytest.mark.parametrize(
    ("amount", "masked"),
    [
        (Decimal("1234.56"), Decimal(1000)),
        (Decimal(1000), Decimal(1000)),
        (Decimal("999.99"), Decimal(100)),
        (Decimal("0.05"), Decimal("0.01")),
        (Decimal(0), Decimal(0)),
        (Decimal(-70), Decimal(-10)),
        (5_000_000, 1_000_000),
        (0, 0),
        (123.4, 100.0),
    ],
)
def test_amounts(amount: Decimal, masked: Decimal) -> None:
    assert mask_amount(amount) == masked
    assert type(mask_amount(amount)) is type(amount)


def test_a_whole_amount_is_written_plainly() -> None:
    assert str(mask_amount(Decimal("1234567.89"))) == "1000000"


@given(st.decimals(min_value=Decimal("0.01"), max_value=10**15, places=2))
def test_an_amount_keeps_its_magnitude_alone(amount: Decimal) -> None:
    masked = mask_amount(amount)
    assert masked <= amount < masked * 10
    assert masked.as_tuple().digits.count(1) == 1
    assert set(masked.as_tuple().digits) <= {0, 1}


corner = st.tuples(st.floats(116, 122), st.floats(30, 35.5))


@given(st.lists(corner, min_size=3, max_size=8))
def test_a_masked_boundary_holds_the_shape_and_shows_the_grid_alone(corners: list[tuple[float, float]]) -> None:
    ring = [list(position) for position in [*corners, corners[0]]]
    masked = mask_polygon_boundary({"type": "Polygon", "coordinates": [ring]})
    assert masked is not None
    box = masked["coordinates"][0]
    assert box[0] == box[-1]
    for axis in (0, 1):
        low, high = box[0][axis], box[2][axis]
        assert low <= min(position[axis] for position in ring)
        assert high > max(position[axis] for position in ring)
        assert high - max(position[axis] for position in ring) < 0.0101
        assert all(round(value, 2) == value for value in (low, high))


def test_a_boundary() -> None:
    ring = [[118.7912, 32.0011], [118.8, 32.0011], [118.8, 32.0199], [118.7912, 32.0011]]
    assert mask_polygon_boundary({"type": "Polygon", "coordinates": [ring]}) == {
        "type": "Polygon",
        "coordinates": [[[118.79, 32.0], [118.81, 32.0], [118.81, 32.02], [118.79, 32.02], [118.79, 32.0]]],
    }
