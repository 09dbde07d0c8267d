"""Watching the time to answer (Art. 16 ¶1): providers are warned before it ends, both sides told when it is overdue.

Every worker looks; what was told once is not told again, so that it does not matter which of them was first.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from catalogue.profile import Profile
from resolvers.day import today
from resolvers.ports.applications import ApplicationBook, Change
from resolvers.ports.calendars import Calendars
from sharing.deadlines import awaited_clock, mark_of
from sharing.notices import deadline_notices, moved_notices
from standards.working_days import WorkingCalendar

EVERY_S = 600.0
AT_ONCE = 200
DAYS_A_WORKING_DAY = 10
"""Among so many days there is a working day, whatever the holidays."""


class DeadlineWatch:
    """Looks at all applications whose answer is due soon, or was."""

    def __init__(self, applications: ApplicationBook, calendars: Calendars, profile: Profile) -> None:
        self._applications = applications
        self._calendars = calendars
        self._profile = profile

    async def run(self, failed: Callable[[Exception], None]) -> None:
        """Look again and again; `failed` hears of what went wrong."""
        while True:
            try:
                await self.look(today(datetime.now(UTC).timestamp()))
            except Exception as problem:  # whatever it is: the next look is to come
                failed(problem)
            await asyncio.sleep(EVERY_S)

    async def look(self, day: date) -> None:
        """One look, on this day in China. Raises LEDGER_UNAVAILABLE."""
        calendar = await self._calendars.calendar()
        await recompute(self._applications, calendar, self._profile)
        until = day + timedelta(days=self._profile.warn_working_days * DAYS_A_WORKING_DAY)
        after: str | None = None
        while True:
            found = await self._applications.due_until(until, AT_ONCE, after)
            for one in found:
                clock = awaited_clock(one, calendar, self._profile)
                if clock is not None:
                    await self._applications.tell(deadline_notices(one, clock, mark_of(one, calendar, self._profile, day)))
            if len(found) < AT_ONCE:
                return
            after = found[-1].id


async def recompute(applications: ApplicationBook, calendar: WorkingCalendar, profile: Profile) -> None:
    """Compute deadlines again that were provisional by another calendar; where one moves, both sides are told."""
    while True:
        stale = await applications.provisional(calendar.version, AT_ONCE)
        for one, former in stale:
            clock = awaited_clock(one, calendar, profile)
            told = () if clock is None else moved_notices(one, former, clock)
            await applications.recompute(Change(one, len(one.events), clock, calendar.version, notices=told))
        if len(stale) < AT_ONCE:
            return
