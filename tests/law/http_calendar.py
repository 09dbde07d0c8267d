"""Working days through HTTP, by the gateway's calendar."""

from collections.abc import Sequence
from datetime import date

from tests.calendar_notice import holidays
from tests.law.counting import before_the_holiday, holiday, year_ahead
from tests.law.http_house import House
from tests.law.steps import StepCase
from tests.server.gateway import Running

COUNT = """query($start: Date!, $term: Int!, $definite: Boolean!) {
  workingDeadline(start: $start, workingDays: $term, definiteOnly: $definite) { endsOn provisional } }"""
YEAR = "query($year: Int!) { workingCalendar(year: $year) { published workingDays revision holidays } }"
LOAD = """mutation($year: Int!, $holidays: [Date!]!, $basis: String!) {
  loadCalendar(year: $year, holidays: $holidays, makeUpDays: [], basis: $basis, handler: "O-1") { year } }"""


class HttpCalendar:
    """What is counted, by the calendar as it is."""

    def __init__(self, case: StepCase, court: Running) -> None:
        self.house = House(court, case.client)
        self.ended: list[date] = []
        self.is_provisional = False
        self.days = 0
        self.began: date | None = None

    def count(self, start: date, terms: Sequence[int], *, definite: bool = False) -> None:
        told = [self.house.ask("consumer", COUNT, start=start.isoformat(), term=one, definite=definite) for one in terms]
        self.began, self.ended = start, [date.fromisoformat(one["endsOn"]) for one in told]
        self.is_provisional = any(one["provisional"] for one in told)

    def count_year(self, year: int) -> None:
        self.days = self.house.ask("consumer", YEAR, year=year)["workingDays"]

    def load(self, years_ahead: int, by: str = "operator", basis: str = "国办发明电（案例）第1号") -> None:
        year = year_ahead(years_ahead)
        free = [day.isoformat() for day in sorted({*holidays(year), holiday(year)})]
        self.house.ask(by, LOAD, year=year, holidays=free, basis=basis)

    def count_over(self, years_ahead: int) -> None:
        self.count(before_the_holiday(year_ahead(years_ahead)), [1], definite=True)

    def state(self) -> str:
        return "DONE"

    def kept(self) -> object:
        return [self.house.ask("consumer", YEAR, year=year_ahead(years)) for years in (0, 1, 2)], tuple(self.ended)

    def ends(self) -> list[date]:
        return self.ended

    def provisional(self) -> bool:
        return self.is_provisional

    def working_days(self) -> int:
        return self.days

    def later_by_days(self) -> int:
        assert self.began is not None
        return (self.ended[0] - self.began).days
