"""`make day`: a day of the law over HTTP, on a gateway of its own; the ledger holds each step, the dates are right."""

import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from demo.day import DayWentWrong, Left, answer_due, check_left, today_in_china
from settings import ROOT
from standards.working_days import add_working_days

STEPS = [
    Left("demo-developer", "answered", frozenset({("person.marriageRecord", "WITHHELD")}), "r-1"),
    Left("demo-provider", "workflow", frozenset({("revokeGrant", "REQUESTED")})),
]


def entry(client: str, kind: str, path: str, outcome: str, number: str = "r-1") -> Mapping[str, Any]:
    return {"client": client, "kind": kind, "id": number, "outcomes": [[path, "A-1", outcome, "WHY"]]}


LOOKED = entry("demo-developer", "answered", "person.marriageRecord", "WITHHELD")
REVOKED = entry("demo-provider", "workflow", "revokeGrant", "REQUESTED", "r-2")


def test_the_day_goes_as_the_law_says() -> None:
    before = today_in_china()
    told = subprocess.run(
        [sys.executable, "-m", "cli", "demo", "day"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert told.returncode == 0, told.stdout + told.stderr
    said = told.stdout
    assert said.count("NOT_GRANTED") == 2
    assert "MarriageRecord.registeredOn, MarriageRecord.status, Person.marriageRecord" in said
    assert any(f"due: {answer_due(day)}" in said for day in (before, today_in_china()))
    assert "status: 21，登记日期 · registered on: None" in said
    # the demo's first doubt: asked, reported; the day: asked, drafted, saved, submitted, answered, asked, revoked, asked
    assert "the ledger is whole: 10 entries, vouched for up to entry 10 by" in said


@pytest.mark.parametrize(
    ("submitted", "due"),
    [
        (date(2026, 9, 28), date(2026, 10, 16)),  # the national holiday, and the Saturday that is worked for it
        (date(2026, 11, 27), date(2026, 12, 11)),
        (date(2026, 11, 28), date(2026, 12, 11)),
        (date(2026, 2, 13), date(2026, 3, 5)),
    ],
)
def test_an_answer_is_due_on_the_tenth_working_day(submitted: date, due: date) -> None:
    assert answer_due(submitted) == due
    assert add_working_days(submitted, 10).date == due


def test_entries_are_held_against_the_steps() -> None:
    check_left(STEPS, [entry("demo-hall", "answered", "person", "SHARED"), LOOKED, REVOKED])


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [LOOKED],
        [REVOKED, LOOKED],
        [LOOKED, REVOKED, REVOKED],
        [{**LOOKED, "kind": "refused"}, REVOKED],
        [{**LOOKED, "id": "r-9"}, REVOKED],
        [{**LOOKED, "client": "demo-provider"}, REVOKED],
        [entry("demo-developer", "answered", "person.marriageRecord", "SHARED"), REVOKED],
    ],
)
def test_an_entry_that_is_missing_or_another_is_found(entries: list[Mapping[str, Any]]) -> None:
    with pytest.raises(DayWentWrong):
        check_left(STEPS, entries)
