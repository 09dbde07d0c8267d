"""Working days (工作日): Monday to Friday but holidays, and make-up days on weekends. The start day does not count.

The calendar is published a year at a time. Past its end a date can only be provisional; a definite answer is refused.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

from standards.calendar_table import TABLE, TABLE_VERSION

_DAY = timedelta(days=1)
_FREE_BY_LAW = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))
"""Month and day of the festivals that the sun's calendar fixes: 元旦, 劳动节, 国庆节."""
_SPRING_FESTIVAL_WEEKDAYS = 3
_FEWEST_WORKING_DAYS, _MOST_WORKING_DAYS = 240, 255


class CalendarUnpublished(ValueError):  # noqa: N818 - a state of the world, named as the rules name it
    """A definite answer was asked for a year whose calendar is not in the table."""

    def __init__(self, year: int) -> None:
        super().__init__(f"the working calendar of `{year}` is not published")
        self.code = "CALENDAR_UNPUBLISHED"
        self.year = year
        self.message = str(self)
        self.message_zh = f"{year}年工作日历尚未发布"
        self.hint = "add the year's holidays and make-up days once the State Council's notice is out"


@dataclass(frozen=True, slots=True)
class YearTable:
    """One year's exceptions: free days from Monday to Friday, and worked days on a weekend."""

    year: int
    holidays: frozenset[date]
    make_up_days: frozenset[date]

    def __post_init__(self) -> None:
        for day in self.holidays:
            if day.year != self.year or day.weekday() >= 5:
                raise ValueError(f"`{day}` is not a day from Monday to Friday in {self.year}")
        for day in self.make_up_days:
            if day.year != self.year or day.weekday() < 5:
                raise ValueError(f"`{day}` is not a weekend day in {self.year}")


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day, and whether it rests on a calendar not yet published: then it is to be computed again, and told so."""

    date: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The working days of the years in `years`; `version` says which table they come from."""

    years: Mapping[int, YearTable]
    version: int = field(default=TABLE_VERSION)

    def extended(self, table: YearTable) -> "WorkingCalendar":
        """This calendar with another year, or with a year replaced (a notice was amended); the version rises by one."""
        return WorkingCalendar(MappingProxyType({**self.years, table.year: table}), self.version + 1)

    def is_working_day(self, day: date) -> bool:
        """Whether that day is worked. Raises CalendarUnpublished."""
        table = self.years.get(day.year)
        if table is None:
            raise CalendarUnpublished(day.year)
        return day in table.make_up_days if day.weekday() >= 5 else day not in table.holidays

    def add_working_days(self, start: date, term_working_days: int) -> Deadline:
        """The day on which a term of working days after `start` ends; `start` itself does not count.

        In a year without a published calendar weekends alone are left out, and the deadline is provisional.
        Raises ValueError for a negative term.
        """
        if term_working_days < 0:
            raise ValueError(f"a term of `{term_working_days}` working days is negative")
        day, left, provisional = start, term_working_days, False
        while left:
            day += _DAY
            if day.year in self.years:
                left -= self.is_working_day(day)
            else:
                provisional = True
                left -= day.weekday() < 5
        return Deadline(day, provisional)

    def kept(self, start: date, term_working_days: int, told: date | None) -> Deadline:
        """As `add_working_days`; but a day once `told` as the last is kept where a calendar published since would end the
        term earlier: who counted on it may rely on it. A later one replaces it.
        """
        deadline = self.add_working_days(start, term_working_days)
        return deadline if told is None else Deadline(max(deadline.date, told), deadline.provisional)

    def count_working_days(self, year: int) -> int:
        """The number of working days of a year. Raises CalendarUnpublished."""
        first = date(year, 1, 1)
        return sum(self.is_working_day(first + offset * _DAY) for offset in range((date(year, 12, 31) - first).days + 1))

    def working_days_between(self, start: date, end: date) -> int:
        """The working days after `start` up to and including `end`; 0 if `end` is not later.

        Raises CalendarUnpublished.
        """
        return sum(self.is_working_day(start + offset * _DAY) for offset in range(1, (end - start).days + 1))


def why_implausible(table: YearTable) -> str | None:
    """Why this can be no year's whole notice; None where it may be one.

    《全国年节及纪念日放假办法》 sets the festivals; what is arranged around them moves working days, and takes few away.
    """
    fixed = (date(table.year, month, day) for month, day in _FREE_BY_LAW)
    worked = next((day for day in fixed if day.weekday() < 5 and day not in table.holidays), None)
    if worked is not None:
        return f"`{worked}` is a holiday by law, and is not among them"
    first, last = date(table.year, 1, 20), date(table.year, 2, 25)
    if sum(first <= day <= last for day in table.holidays) < _SPRING_FESTIVAL_WEEKDAYS:
        return f"the Spring Festival, between `{first}` and `{last}`, is not among them"
    days = WorkingCalendar({table.year: table}).count_working_days(table.year)
    if not _FEWEST_WORKING_DAYS <= days <= _MOST_WORKING_DAYS:
        return f"the year would have `{days}` working days, not {_FEWEST_WORKING_DAYS} to {_MOST_WORKING_DAYS}"
    return None


def year_table(year: int, holidays: Iterable[date], make_up_days: Iterable[date]) -> YearTable:
    """A year's table from a notice's lists: holidays that fall on weekends are dropped, they are free anyway."""
    return YearTable(year, frozenset(day for day in holidays if day.weekday() < 5), frozenset(make_up_days))


def read_table(text: str) -> Mapping[int, YearTable]:
    """The years of a table in the form of standards.calendar_table."""
    tables = map(_read_year, text.strip().splitlines())
    return MappingProxyType({table.year: table for table in tables})


def _read_year(line: str) -> YearTable:
    year_text, holidays, make_up_days = line.split("|")
    year = int(year_text)
    return YearTable(year, _days(year, holidays), _days(year, make_up_days))


def _days(year: int, text: str) -> frozenset[date]:
    months = (part.split(":") for part in text.split())
    return frozenset(date(year, int(month), int(day)) for month, days in months for day in days.split(","))


CALENDAR = WorkingCalendar(read_table(TABLE))


def add_working_days(start: date, term_working_days: int) -> Deadline:
    """As WorkingCalendar.add_working_days, on the built-in calendar."""
    return CALENDAR.add_working_days(start, term_working_days)


def count_working_days(year: int) -> int:
    """As WorkingCalendar.count_working_days, on the built-in calendar."""
    return CALENDAR.count_working_days(year)
