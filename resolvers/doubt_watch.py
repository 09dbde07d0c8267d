"""Watching the time to verify doubts (Art. 18): providers are warned before it ends, both sides told when it is over.

Every worker looks; what was told once is not told again, so that it does not matter which of them was first.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from catalogue.profile import Profile
from resolvers.day import today
from resolvers.deadline_watch import AT_ONCE, DAYS_A_WORKING_DAY, EVERY_S
from resolvers.ports.calendars import Calendars
from resolvers.ports.doubts import DoubtBook
from sharing.doubt_clock import doubt_clock, doubt_mark
from sharing.doubt_notices import deadline_notices


class DoubtWatch:
    """Looks at all open doubts whose time is over soon, or was."""

    def __init__(self, doubts: DoubtBook, calendars: Calendars, profile: Profile) -> None:
        self._doubts = doubts
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
        """One look, on this day in China; deadlines are computed by the calendar as it is now. Raises LEDGER_UNAVAILABLE."""
        calendar = await self._calendars.calendar()
        until = day + timedelta(days=(self._profile.doubt_warn_working_days + 1) * DAYS_A_WORKING_DAY)
        after: str | None = None
        while True:
            found = await self._doubts.due_until(until, AT_ONCE, after)
            for one in found:
                clock = doubt_clock(one, calendar, self._profile)
                await self._doubts.move_due(one, clock)
                await self._doubts.tell(deadline_notices(one, clock, doubt_mark(one, clock, day)))
            if len(found) < AT_ONCE:
                return
            after = found[-1].id
