"""Working days: the vectors, the published calendars day by day, and years that are not published."""

from dataclasses import replace
from datetime import date, timedelta

import chinese_calendar  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.working_days import (
    CALENDAR,
    CalendarUnpublished,
    Deadline,
    YearTable,
    add_working_days,
    count_working_days,
    read_table,
    why_implausible,
    year_table,
)


@pytest.mark.parametrize(
    ("start", "ten", "fifteen"),
    [
        ("2025-01-24", "2025-02-13", "2025-02-20"),
        ("2025-09-26", "2025-10-16", "2025-10-23"),
        ("2026-02-10", "2026-03-02", "2026-03-09"),
        ("2026-02-14", "2026-03-06", "2026-03-13"),
        ("2026-03-02", "2026-03-16", "2026-03-23"),
        ("2026-04-30", "2026-05-18", "2026-05-25"),
        ("2026-09-18", "2026-10-09", "2026-10-15"),
        ("2026-09-30", "2026-10-20", "2026-10-27"),
    ],
)
def test_vectors(start: str, ten: str, fifteen: str) -> None:
    first = date.fromisoformat(start)
    assert add_working_days(first, 10) == Deadline(date.fromisoformat(ten), provisional=False)
    assert add_working_days(first, 15) == Deadline(date.fromisoformat(fifteen), provisional=False)


def test_years() -> None:
    assert [count_working_days(year) for year in (2024, 2025, 2026)] == [251, 248, 248]


def test_every_day_agrees_with_an_independent_calendar() -> None:
    day = date(2004, 1, 1)
    while day <= date(2026, 12, 31):
        assert CALENDAR.is_working_day(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_an_unpublished_year_gives_a_provisional_deadline_and_no_definite_answer() -> None:
    assert add_working_days(date(2026, 12, 30), 1) == Deadline(date(2026, 12, 31), provisional=False)
    assert add_working_days(date(2026, 12, 30), 10).provisional
    with pytest.raises(CalendarUnpublished) as raised:
        count_working_days(2027)
    assert (raised.value.code, raised.value.year) == ("CALENDAR_UNPUBLISHED", 2027)
    with pytest.raises(CalendarUnpublished):
        CALENDAR.is_working_day(date(2003, 12, 31))
    with pytest.raises(CalendarUnpublished):
        CALENDAR.working_days_between(date(2026, 12, 30), date(2027, 1, 5))


def test_a_published_year_makes_the_deadline_definite() -> None:
    # Not the notice of 2027: a table of the test.
    days = [date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3)]
    calendar = CALENDAR.extended(year_table(2027, days, [date(2027, 1, 9)]))
    assert calendar.version == CALENDAR.version + 1
    assert calendar.add_working_days(date(2026, 12, 30), 7) == Deadline(date(2027, 1, 9), provisional=False)
    assert add_working_days(date(2026, 12, 30), 7) == Deadline(date(2027, 1, 8), provisional=True)


def test_a_wrong_table_is_refused() -> None:
    with pytest.raises(ValueError, match="2027-01-02"):
        YearTable(2027, frozenset({date(2027, 1, 2)}), frozenset())
    with pytest.raises(ValueError, match="2027-01-01"):
        YearTable(2027, frozenset(), frozenset({date(2027, 1, 1)}))
    with pytest.raises(ValueError, match="2026-01-01"):
        YearTable(2027, frozenset({date(2026, 1, 1)}), frozenset())
    with pytest.raises(ValueError, match="negative"):
        add_working_days(date(2026, 1, 5), -1)


def test_a_table_line() -> None:
    assert read_table("2027 | 1:1 | 1:9,10\n") == {
        2027: year_table(2027, [date(2027, 1, 1)], [date(2027, 1, 9), date(2027, 1, 10)])
    }


@given(st.dates(date(2004, 1, 1), date(2026, 6, 30)), st.integers(0, 60))
def test_the_term_is_what_lies_between(start: date, term: int) -> None:
    deadline = add_working_days(start, term)
    assert not deadline.provisional
    assert CALENDAR.working_days_between(start, deadline.date) == term
    assert term == 0 or CALENDAR.is_working_day(deadline.date)


@pytest.mark.parametrize("year", sorted(CALENDAR.years))
def test_every_notice_that_there_was_is_plausible(year: int) -> None:
    assert why_implausible(CALENDAR.years[year]) is None


def test_what_cannot_be_a_years_whole_notice_is_told() -> None:
    whole = CALENDAR.years[2026]
    lacking = replace(whole, holidays=whole.holidays - {date(2026, 10, 1)})
    assert "2026-10-01" in (why_implausible(lacking) or "")
    no_spring = replace(whole, holidays=frozenset(day for day in whole.holidays if day.month != 2))
    assert "Spring Festival" in (why_implausible(no_spring) or "")
    much = frozenset(day for day in (date(2026, 7, 1) + timedelta(days=n) for n in range(40)) if day.weekday() < 5)
    assert "working days" in (why_implausible(replace(whole, holidays=whole.holidays | much)) or "")


def test_a_last_day_that_was_told_never_becomes_an_earlier_one() -> None:
    start, told = date(2026, 3, 2), date(2026, 3, 20)
    assert CALENDAR.kept(start, 10, None) == CALENDAR.add_working_days(start, 10)
    assert CALENDAR.kept(start, 10, told).date == told
    assert CALENDAR.kept(start, 20, told).date > told
