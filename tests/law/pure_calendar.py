"""Working days on the built-in calendar, and on one to which a year is added."""

from collections.abc import Sequence
from datetime import date

from resolvers.roles import Role, require_role
from standards.working_days import CALENDAR, year_table
from tests.calendar_notice import holidays
from tests.law.counting import before_the_holiday, holiday, year_ahead
from tests.law.steps import StepCase


class PureCalendar:
    """What is counted, by the calendar as it is."""

    def __init__(self, case: StepCase) -> None:
        self.calendar = CALENDAR
        self.ended: list[date] = []
        self.is_provisional = False
        self.days = 0
        self.began: date | None = None

    def count(self, start: date, terms: Sequence[int], *, definite: bool = False) -> None:
        found = [self.calendar.add_working_days(start, term) for term in terms]
        if definite:
            for one in found:
                self.calendar.is_working_day(one.date)
        self.began, self.ended = start, [one.date for one in found]
        self.is_provisional = any(one.provisional for one in found)

    def count_year(self, year: int) -> None:
        self.days = self.calendar.count_working_days(year)

    def load(self, years_ahead: int, by: str = "operator") -> None:
        require_role(frozenset({Role(by)}), Role.OPERATOR)
        year = year_ahead(years_ahead)
        self.calendar = self.calendar.extended(year_table(year, [*holidays(year), holiday(year)], []))

    def count_over(self, years_ahead: int) -> None:
        self.count(before_the_holiday(year_ahead(years_ahead)), [1], definite=True)

    def state(self) -> str:
        return "DONE"

    def kept(self) -> object:
        return self.calendar, tuple(self.ended)

    def ends(self) -> list[date]:
        return self.ended

    def provisional(self) -> bool:
        return self.is_provisional

    def working_days(self) -> int:
        return self.days

    def later_by_days(self) -> int:
        assert self.began is not None
        return (self.ended[0] - self.began).days
