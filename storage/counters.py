"""The day's counts in our own database: what gathers while one call is under way goes together in the next.

A day is a day in China, by this worker's clock. A count is durable before what it was taken for goes on.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, NamedTuple

import asyncpg

from errors import LEDGER_UNAVAILABLE, OVERLOADED, GatewayError
from resolvers.ports.counters import Take
from storage.reached import TROUBLE

TAKE = "SELECT take_counts($1, $2, $3, $4, $5)"
FORGET = "SELECT forget_counts()"
LARGEST_BATCH = 256
REFUSED = -1
CHINA = timezone(timedelta(hours=8))
"""东八区; there is no summer time."""

Clock = Callable[[], float]
"""Unix seconds."""


def day_in_china(now: float) -> date:
    """The day on which the law counts at this instant (Unix seconds)."""
    return datetime.fromtimestamp(now, CHINA).date()


class Way(StrEnum):
    """What becomes of units that do not fit; the words of `take_counts`."""

    WHOLE = "whole"
    EXHAUST = "exhaust"
    PART = "part"


class Count(NamedTuple):
    """Units to be counted under a key on a day, up to a limit."""

    day: date
    key: str
    units: int
    limit: int
    way: Way


def count_of(take: Take, day: date) -> Count:
    """The take as it is counted by itself."""
    return Count(day, take.key, take.units, take.limit, Way.EXHAUST if take.exhaust else Way.WHOLE)


class PostgresCounters:
    """Implements the port `Counters`; one call is under way at a time."""

    def __init__(
        self, pool: asyncpg.Pool[Any], *, clock: Clock = time.time, most_waiting: int = 5_000, timeout_s: float = 5.0
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._most_waiting = most_waiting
        self._timeout_s = timeout_s
        self._waiting: deque[tuple[Count, asyncio.Future[int]]] = deque()
        self._counting: asyncio.Task[None] | None = None

    def today(self) -> date:
        """The day on which a take counts now."""
        return day_in_china(self._clock())

    async def take(self, takes: Sequence[Take]) -> Sequence[bool]:
        """As the port says."""
        day = self.today()
        return [counted != REFUSED for counted in await self.count([count_of(take, day) for take in takes])]

    async def count(self, counts: Sequence[Count]) -> Sequence[int]:
        """What was counted of each, or REFUSED. Raises LEDGER_UNAVAILABLE, OVERLOADED."""
        if len(self._waiting) + len(counts) > self._most_waiting:
            raise GatewayError(OVERLOADED, f"`{len(self._waiting)}` counts wait to be taken", "ask again in a moment")
        loop = asyncio.get_running_loop()
        gathered: list[tuple[Count, asyncio.Future[int]]] = [(count, loop.create_future()) for count in counts]
        self._waiting.extend(gathered)
        if self._counting is None and gathered:
            self._counting = asyncio.create_task(self._count_all(), name="count")
        return await asyncio.gather(*(counted for _, counted in gathered))

    async def forget(self) -> None:
        """Delete the counts of days long over. Raises OSError, asyncpg's errors."""
        await self._pool.execute(FORGET)

    async def run(self, failed: Callable[[Exception], None], interval_s: float = 6 * 3600.0) -> None:
        """Forget at each interval until cancelled; `failed` hears of what went wrong."""
        while True:
            try:
                await self.forget()
            except TROUBLE as problem:
                failed(problem)
            await asyncio.sleep(interval_s)

    async def _count_all(self) -> None:
        try:
            while self._waiting:
                await self._count_some()
        finally:
            self._counting = None

    async def _count_some(self) -> None:
        """One call for what waits, of one day: around midnight what is of another waits for the next call."""
        day = self._waiting[0][0].day
        batch: list[tuple[Count, asyncio.Future[int]]] = []
        while self._waiting and len(batch) < LARGEST_BATCH and self._waiting[0][0].day == day:
            count, counted = self._waiting.popleft()
            if not counted.done():  # whoever went away while waiting needs no count
                batch.append((count, counted))
        if not batch:
            return
        _, keys, units, limits, ways = zip(*(count for count, _ in batch), strict=True)
        try:
            results = await self._pool.fetchval(TAKE, day, keys, units, limits, ways, timeout=self._timeout_s)
        except BaseException as problem:
            for _, counted in batch:
                if not counted.done():
                    counted.set_exception(_unavailable(problem))
            if not isinstance(problem, Exception):
                raise
            return
        for (_, counted), result in zip(batch, results, strict=True):
            if not counted.done():
                counted.set_result(result)


def _unavailable(cause: BaseException) -> GatewayError:
    failure = GatewayError(
        LEDGER_UNAVAILABLE, "our own database cannot be reached to count, so nothing is given", "ask again later"
    )
    failure.__cause__ = cause
    return failure
