"""Working calendars over HTTP: looked at by all, loaded by operators, refused where they cannot be."""

import time
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from errors import INPUT_INVALID, GatewayError
from resolvers.day import today
from resolvers.workflow.calendars import check_past
from standards.working_days import CALENDAR
from tests.calendar_notice import holidays
from tests.server.applicants import office_of
from tests.server.gateway import Answered, Running

THIS = today(time.time()).year
FAR = THIS + 2
"""Loaded here; no other test computes deadlines in it."""
FREE = [str(day) for day in holidays(FAR)]
BASIS = "国办发明电〔2027〕7号"
LOOK = """query($year: Int!) { workingCalendar(year: $year) {
    published workingDays holidays makeUpDays basis revision loadedAt version } }"""
DEADLINE = """query($start: Date!, $days: Int!, $definite: Boolean!) {
    workingDeadline(start: $start, workingDays: $days, definiteOnly: $definite) { endsOn provisional } }"""
LOAD = """mutation($year: Int!, $holidays: [Date!]!, $makeUp: [Date!]!, $basis: String!) {
    loadCalendar(year: $year, holidays: $holidays, makeUpDays: $makeUp, basis: $basis, handler: "OP-1") {
        year published workingDays basis revision version } }"""


def ask(gateway: Running, query: str, client: str = "demo-operator", **variables: Any) -> Answered:
    return gateway.ask(query, variables, client=client, purpose="")


def load(gateway: Running, client: str = "demo-operator", **other: Any) -> Answered:
    given = {"year": FAR, "holidays": FREE, "makeUp": weekend(1), "basis": BASIS, **other}
    return ask(gateway, LOAD, client, **given)


def weekdays(count: int, year: int = FAR) -> list[str]:
    return _days(year, weekend=False)[:count]


def weekend(count: int, year: int = FAR) -> list[str]:
    return _days(year, weekend=True)[:count]


def _days(year: int, *, weekend: bool) -> list[str]:
    days = [date(year, 1, 1) + timedelta(days=offset) for offset in range(40)]
    return [str(day) for day in days if (day.weekday() >= 5) == weekend]


def code(answered: Answered) -> str:
    found: str = answered.body["errors"][0]["extensions"]["code"]
    return found


def test_a_built_in_year(gateway: Running) -> None:
    year = ask(gateway, LOOK, "demo-hall", year=2026).body["data"]["workingCalendar"]
    assert (year["published"], year["workingDays"], year["basis"], year["revision"]) == (True, 248, None, None)
    assert "2026-10-01" in year["holidays"]
    answered = ask(gateway, DEADLINE, "demo-hall", start="2026-09-18", days=10, definite=True)
    assert answered.body["data"]["workingDeadline"] == {"endsOn": "2026-10-09", "provisional": False}


def test_a_year_is_loaded_amended_and_counted_by_from_the_next_request_on(gateway: Running) -> None:
    """Two workers: the request after the mutation may go to the other one."""
    before = ask(gateway, LOOK, "demo-hall", year=FAR).body["data"]["workingCalendar"]
    assert (before["published"], before["workingDays"], before["holidays"]) == (False, None, [])
    start = f"{FAR - 1}-12-31"
    assert FAR - 1 not in CALENDAR.years
    provisional = ask(gateway, DEADLINE, "demo-hall", start=start, days=5, definite=False).body["data"]["workingDeadline"]
    assert provisional["provisional"]
    refused = ask(gateway, DEADLINE, "demo-hall", start=start, days=5, definite=True)
    assert code(refused) == "CALENDAR_UNPUBLISHED"
    assert refused.body["errors"][0]["extensions"]["messageZh"].endswith("年工作日历尚未发布")
    assert refused.body["data"]["workingDeadline"] is None
    assert f"`{FAR}`" in refused.body["errors"][0]["message"]
    assert refused.body["errors"][0]["extensions"]["article"] == "Art. 16 ¶1"

    loaded = load(gateway).body["data"]["loadCalendar"]
    assert loaded["published"]
    assert (loaded["basis"], loaded["revision"]) == (BASIS, 1)
    assert 240 < loaded["workingDays"] < 262
    seen = [ask(gateway, LOOK, "demo-hall", year=FAR).body["data"]["workingCalendar"] for _ in range(8)]
    assert all(one["published"] and one["holidays"] == FREE and one["makeUpDays"] == weekend(1) for one in seen)
    definite = ask(gateway, DEADLINE, "demo-hall", start=start, days=5, definite=True).body["data"]["workingDeadline"]
    assert not definite["provisional"]

    more = sorted({*FREE, *weekdays(5)})
    amended = load(gateway, holidays=more, makeUp=[], basis="国办发明电〔2027〕9号").body["data"]["loadCalendar"]
    assert (amended["revision"], amended["version"]) == (2, loaded["version"] + 1)
    assert amended["workingDays"] == loaded["workingDays"] - 1 - (len(more) - len(FREE))
    later = ask(gateway, DEADLINE, "demo-hall", start=start, days=5, definite=True).body["data"]["workingDeadline"]
    assert later["endsOn"] > definite["endsOn"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"holidays": weekend(1)}, "INPUT_INVALID"),
        ({"makeUp": weekdays(1)}, "INPUT_INVALID"),
        ({"holidays": weekdays(1, FAR + 1)}, "INPUT_INVALID"),
        ({"makeUp": weekend(1, FAR - 1)}, "INPUT_INVALID"),
        ({"holidays": []}, "INPUT_INVALID"),
        ({"holidays": FREE[:3]}, "INPUT_INVALID"),
        ({"holidays": FREE[-3:]}, "INPUT_INVALID"),
        ({"holidays": [*FREE, *weekdays(20)]}, "INPUT_INVALID"),
        ({"basis": " "}, "INPUT_INVALID"),
        ({"year": THIS - 1, "holidays": weekdays(1, THIS - 1), "makeUp": []}, "INPUT_INVALID"),
        ({"year": THIS + 3, "holidays": weekdays(1, THIS + 3), "makeUp": []}, "INPUT_INVALID"),
        ({"year": -5}, "INPUT_INVALID"),
        ({"client": "demo-hall"}, "ROLE_REQUIRED"),
        ({"client": "demo-provider"}, "ROLE_REQUIRED"),
        ({"client": "demo-auditor"}, "ROLE_REQUIRED"),
    ],
)
def test_what_is_refused_changes_nothing(gateway: Running, change: dict[str, Any], expected: str) -> None:
    before = ask(gateway, LOOK, year=FAR).body
    refused = load(gateway, **change)
    assert code(refused) == expected
    assert (refused.body.get("data") or {}).get("loadCalendar") is None
    assert refused.body["errors"][0]["extensions"]["hint"]
    assert ask(gateway, LOOK, year=FAR).body == before


def test_the_provinces_operator_alone_loads_what_holds_for_all(gateway: Running) -> None:
    before = ask(gateway, LOOK, year=FAR).body
    values: dict[str, Any] = {"year": FAR, "holidays": FREE, "makeUp": [], "basis": BASIS}
    refused = office_of(gateway).refused("app-suzhou-operator", LOAD, **values)
    assert (refused["code"], refused["article"]) == ("NOT_RESPONSIBLE", "Art. 5")
    assert ask(gateway, LOOK, year=FAR).body == before


def test_a_day_that_has_passed_stays_as_it_was_published() -> None:
    table, today_ = CALENDAR.years[2026], date(2026, 5, 10)
    check_past(None, table, today_)
    check_past(table, table, today_)
    check_past(table, replace(table, holidays=table.holidays - {date(2026, 10, 7)}), today_)
    for changed in (
        replace(table, holidays=table.holidays - {date(2026, 1, 1)}),
        replace(table, holidays=table.holidays | {date(2026, 5, 8)}),
        replace(table, make_up_days=table.make_up_days ^ {date(2026, 1, 4)}),
    ):
        with pytest.raises(GatewayError) as caught:
            check_past(table, changed, today_)
        assert (caught.value.code, caught.value.article) == (INPUT_INVALID, "Art. 16 ¶1")


@pytest.mark.parametrize(("start", "days"), [("2026-03-02", -1), ("2026-03-02", 367), ("9999-12-31", 5), ("0001-01-01", 5)])
def test_terms_that_cannot_be_counted(gateway: Running, start: str, days: int) -> None:
    assert code(ask(gateway, DEADLINE, start=start, days=days, definite=False)) == "INPUT_INVALID"


def test_a_year_that_no_calendar_has(gateway: Running) -> None:
    for year in (-1, 0, 99_999):
        found = ask(gateway, LOOK, year=year).body["data"]["workingCalendar"]
        assert not found["published"]
