"""`make day`: a day of the law over HTTP, on a gateway of its own; the ledger holds each step, the dates are right."""

import subprocess
import sys

from demo.day import today_in_china
from settings import ROOT
from standards.working_days import add_working_days


def test_the_day_goes_as_the_law_says() -> None:
    before = today_in_china()
    told = subprocess.run(
        [sys.executable, "-m", "cli", "demo", "day"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert told.returncode == 0, told.stdout + told.stderr
    said = told.stdout
    assert said.count("NOT_GRANTED") == 2
    assert "MarriageRecord.registeredOn, MarriageRecord.status, Person.marriageRecord" in said
    assert any(f"due: {add_working_days(day, 10).date}" in said for day in (before, today_in_china()))
    assert "status: 21，登记日期 · registered on: None" in said
    # the demo's first doubt: asked, reported; the day: asked, drafted, saved, submitted, answered, asked, revoked, asked
    assert "the ledger is whole: 10 entries" in said
