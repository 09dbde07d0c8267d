"""Identity numbers: the vectors, each part that can fail, and the fast test against the strict one."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards import identity_number
from standards.divisions import DIVISIONS
from standards.faults import IdentifierFault, Part

VALID = ("11010519491231002X", "440524188001010014", "360426199101010071")


def written(division: str, born: date, sequence: int) -> str:
    first17 = f"{division}{born:%Y%m%d}{sequence:03d}"
    return first17 + identity_number.check_digit(first17)


numbers = st.builds(
    written,
    st.integers(110000, 839999).map(str),
    st.dates(date(1900, 1, 1), date(2026, 12, 31)),
    st.integers(0, 999),
)


@pytest.mark.parametrize("number", VALID)
def test_valid_vectors(number: str) -> None:
    assert identity_number.parse(number) == number
    assert identity_number.conforms(number)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("110105194912310021", Part.CHECK_DIGIT),
        ("11010519491231002", Part.LENGTH),
        ("110105491231002", Part.LENGTH),
        ("", Part.LENGTH),
        ("1101051949123100AX", Part.ALPHABET),
        ("X1010519491231002X", Part.ALPHABET),
        ("11010519491331002X", Part.BIRTH_DATE),
        ("11010519490229002X", Part.BIRTH_DATE),
        ("110105000012310021", Part.BIRTH_DATE),
        ("١10105194912310021", Part.ALPHABET),
    ],
)
def test_each_part_that_fails_is_named_and_the_number_is_not(text: str, part: Part) -> None:
    with pytest.raises(IdentifierFault) as raised:
        identity_number.parse(text)
    fault = raised.value
    assert (fault.code, fault.part) == ("IDENTITY_NUMBER_INVALID", part)
    assert not identity_number.conforms(text)
    shown = " ".join((str(fault), fault.message, fault.message_zh, fault.hint, repr(fault)))
    assert not text or text not in shown


def test_writing_is_normalised_before_it_is_judged() -> None:
    assert identity_number.parse(" 11010519491231002x\u3000") == VALID[0]
    assert identity_number.parse("１１０１０５１９４９１２３１００２Ｘ") == VALID[0]
    assert not identity_number.conforms("11010519491231002x")


def test_a_birth_date_after_the_given_day_is_refused() -> None:
    number = written("320102", date(2026, 3, 2), 1)
    assert identity_number.parse(number, on=date(2026, 3, 2)) == number
    with pytest.raises(IdentifierFault, match="date of birth"):
        identity_number.parse(number, on=date(2026, 3, 1))


@given(numbers)
def test_a_composed_number_conforms_and_is_read_back(number: str) -> None:
    assert identity_number.conforms(number)
    assert identity_number.parse(number) == number
    assert f"{identity_number.birth_date(number):%Y%m%d}" == number[6:14]
    assert identity_number.sex(number) == ("MALE" if int(number[16]) % 2 else "FEMALE")


@given(numbers, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_changed_character_never_conforms(number: str, place: int, character: str) -> None:
    changed = number[:place] + character + number[place + 1 :]
    assert identity_number.conforms(changed) == (changed == number)


def parses(text: str) -> bool:
    try:
        return identity_number.parse(text) == text
    except IdentifierFault:
        return False


@given(st.text(st.sampled_from("0123456789Xx１ "), min_size=17, max_size=19) | st.text() | numbers)
def test_the_fast_test_agrees_with_the_strict_one(text: str) -> None:
    assert identity_number.conforms(text) == parses(text)


def test_every_month_and_day_is_judged_as_the_calendar_does() -> None:
    for year in (1900, 1999, 2000, 2004, 2100):
        for month in range(14):
            for day in range(33):
                first17 = f"320102{year:04d}{month:02d}{day:02d}001"
                number = first17 + identity_number.check_digit(first17)
                assert identity_number.conforms(number) == parses(number)


@pytest.mark.parametrize("value", [None, 110105194912310021, b"11010519491231002X", ["1"] * 18])
def test_other_types_do_not_conform(value: object) -> None:
    assert not identity_number.conforms(value)


@pytest.mark.parametrize(
    ("division", "codes"),
    [
        ("320102", []),
        ("320103", ["DIVISION_ABOLISHED"]),
        ("320199", ["DIVISION_UNKNOWN"]),
        ("110105", []),  # another province: the table knows nothing of it
        ("810000", []),
        ("820000", []),
        ("830000", []),
    ],
)
def test_a_division_only_warns(division: str, codes: list[str]) -> None:
    number = identity_number.parse(written(division, date(1990, 1, 1) + timedelta(days=1), 7))
    remarks = identity_number.warnings(number, DIVISIONS)
    assert [remark.code for remark in remarks] == codes
    assert all(number not in remark.message + remark.message_zh for remark in remarks)


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = identity_number.normalise(text)
    assert identity_number.normalise(once) == once
