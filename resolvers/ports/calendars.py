"""Working calendars: the built-in years, and those that an operator has loaded since."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from standards.working_days import WorkingCalendar, YearTable


@dataclass(frozen=True, slots=True)
class NewYear:
    """A year to be loaded. `basis`: the notice's number; `department`, `client`, `handler`: who loads it."""

    table: YearTable
    basis: str
    department: str
    client: str
    handler: str


@dataclass(frozen=True, slots=True)
class LoadedYear:
    """A year as it was loaded; `revision` counts from 1, one more with each amended notice."""

    year: int
    holidays: tuple[date, ...]
    make_up_days: tuple[date, ...]
    basis: str
    revision: int
    loaded_at: datetime


class Calendars(Protocol):
    """Every method raises LEDGER_UNAVAILABLE where our database is away."""

    async def calendar(self) -> WorkingCalendar:
        """The calendar as of now: deadlines that rest on it are computed anew at each look, so that a provisional one
        becomes definite once its year is loaded. Its `version` rises with each year that is loaded. Asked of the database
        each time, read anew only where a year was loaded since.
        """

    async def loaded(self, year: int) -> LoadedYear | None:
        """The year as it was loaded last; None for a built-in or unpublished one."""

    async def load(self, year: NewYear) -> LoadedYear:
        """Load a year, or replace it: what stood before is kept. Raises STATE_CONFLICT where another did so just now."""
