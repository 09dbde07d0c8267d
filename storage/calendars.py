"""Working calendars in our own database: the built-in years, extended by those that an operator loaded."""

from __future__ import annotations

from typing import Any

import asyncpg

from errors import STATE_CONFLICT, GatewayError
from resolvers.ports.calendars import LoadedYear, NewYear
from standards.working_days import CALENDAR, WorkingCalendar, YearTable
from storage.reached import reached

LOADED = "SELECT count(*) FROM working_year"
"""Rows are never deleted; the greatest id would not tell of one that began earlier and was committed later."""
ALL = "SELECT year, holidays, make_up_days FROM working_year ORDER BY year, revision"
LAST = """
    SELECT year, holidays, make_up_days, basis, revision, loaded_at FROM working_year
    WHERE year = $1 ORDER BY revision DESC LIMIT 1"""
LOAD = """
    INSERT INTO working_year (year, revision, holidays, make_up_days, basis, department, client, handler)
    SELECT $1, 1 + coalesce((SELECT max(revision) FROM working_year WHERE year = $1), 0), $2, $3, $4, $5, $6, $7
    RETURNING year, holidays, make_up_days, basis, revision, loaded_at"""


class CalendarStore:
    """Implements the port `Calendars`."""

    def __init__(self, pool: asyncpg.Pool[Any]) -> None:
        self._pool = pool
        self._held = (0, CALENDAR)

    async def calendar(self) -> WorkingCalendar:
        """As the port says."""
        with reached():
            if await self._pool.fetchval(LOADED) != self._held[0]:
                rows = await self._pool.fetch(ALL)
                calendar = CALENDAR
                for row in rows:
                    table = YearTable(row["year"], frozenset(row["holidays"]), frozenset(row["make_up_days"]))
                    calendar = calendar.extended(table)
                self._held = (len(rows), calendar)
        return self._held[1]

    async def loaded(self, year: int) -> LoadedYear | None:
        """As the port says."""
        with reached():
            row = await self._pool.fetchrow(LAST, year)
        return None if row is None else _loaded(row)

    async def load(self, year: NewYear) -> LoadedYear:
        """As the port says."""
        table = year.table
        with reached():
            try:
                row = await self._pool.fetchrow(
                    LOAD,
                    table.year,
                    sorted(table.holidays),
                    sorted(table.make_up_days),
                    year.basis,
                    year.department,
                    year.client,
                    year.handler,
                )
            except asyncpg.UniqueViolationError:
                raise GatewayError(
                    STATE_CONFLICT, f"the year `{table.year}` was loaded by another just now", "look at it, then load again"
                ) from None
        assert row is not None
        return _loaded(row)


def _loaded(row: asyncpg.Record) -> LoadedYear:
    return LoadedYear(
        row["year"], tuple(row["holidays"]), tuple(row["make_up_days"]), row["basis"], row["revision"], row["loaded_at"]
    )
