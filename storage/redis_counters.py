"""Leases of the day's counts, held in Redis or Valkey; PostgreSQL stays the truth.

Units are taken from PostgreSQL in blocks and spent from Redis by one script, so that most takes cost no commit. What is
leased is counted already: whatever Redis loses, forgets or holds back is units that nobody gets, never units too many. A
lease belongs to one reign of the server (its `run_id` and `master_replid`), one limit and one day: a server that comes back
with an older state, a replica that takes over, or a former primary that does so again, begins without leases.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import date
from itertools import repeat
from typing import Any, NamedTuple

import asyncpg
from redis.asyncio import Redis
from redis.exceptions import RedisError

from resolvers.ports.counters import Counters, Take
from storage.background import end, running
from storage.counters import Count, PostgresCounters, Way, count_of
from storage.redis_client import open_redis

BLOCKS = 100
"""A lease is a hundredth of the limit."""
LEAST_LEASED = 200
"""Smaller limits are taken from PostgreSQL each time: a lease of a single unit spares nothing."""
LOST_A_DAY = 3
"""After so many leases lost, a worker makes no new ones that day: a server that flaps must not burn a quota."""
LEASE_S = 2 * 86_400
LARGEST_BATCH = 256
PROBE_DEADLINE_S = 5.0
PROBE_AGAIN_S = 1.0
PROBE_AT_LEAST_S = 30.0

SERVE = """
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
    .. (string.match(redis.call('INFO', 'replication'), 'master_replid:(%w+)') or '')
local told = {run}
for place, name in ipairs(KEYS) do
    local key = name .. ':' .. run
    local units, given = tonumber(ARGV[2 * place]), tonumber(ARGV[2 * place + 1])
    local left = tonumber(redis.call('GET', key) or 0) + given
    local fits = left > 0 and left >= units
    if fits then left = left - units end
    if given > 0 or (fits and units > 0) then
        redis.call('SET', key, string.format('%.0f', left), 'EX', ARGV[1])
    end
    told[place + 1] = fits and 1 or 0
end
return told
"""
"""Add what was given to each lease, then spend the units where they fit. The run's id first, then 1 or 0 for each."""


class Spend(NamedTuple):
    """Units to be spent from a lease after `given` units were added to it."""

    name: str
    units: int
    given: int = 0


def lease_name(day: date, take: Take) -> str:
    """The lease's key but for the run. The limit is in it: under another one, PostgreSQL is asked what is left."""
    return f"oncegate:lease:{day.isoformat()}:{take.limit}:{take.key}"


class Leases:
    """One worker's way to the leases: one call at a time, and none while the server is known not to answer.

    Nobody waits for a connection: it is made in the background, and again after a failure, each time later.
    """

    def __init__(self, client: Redis, failed: Callable[[Exception], None], *, timeout_s: float = 0.1) -> None:
        """`failed` hears of each failure, which is once for each time the server goes away and once for each probe."""
        self._client = client
        self._script = client.register_script(SERVE)
        self._failed = failed
        self._timeout_s = timeout_s
        self._waiting: deque[tuple[Spend, asyncio.Future[bool | None]]] = deque()
        self._spending: asyncio.Task[None] | None = None
        self._probing: asyncio.Task[None] | None = None
        self._run: str | None = None
        self.ready = False
        self.lost = 0
        """How often leases may have been lost: the server began another run, or did not say what became of a block."""

    def open(self) -> None:
        """Begin to connect."""
        if self._probing is None and not self.ready:
            self._probing = asyncio.create_task(self._probe(), name="redis probe")

    async def close(self) -> None:
        """Disconnect."""
        self.ready = False
        await end(*(task for task in (self._probing, self._spending) if task is not None))
        with contextlib.suppress(RedisError, OSError, TimeoutError):
            await self._client.aclose()

    async def spend(self, spends: Sequence[Spend]) -> Sequence[bool] | None:
        """Whether each fitted its lease and was spent; None where the server does not say."""
        if not spends:
            return []
        if not self.ready:
            return None
        loop = asyncio.get_running_loop()
        gathered: list[tuple[Spend, asyncio.Future[bool | None]]] = [(spend, loop.create_future()) for spend in spends]
        self._waiting.extend(gathered)
        if self._spending is None:
            self._spending = asyncio.create_task(self._spend_all(), name="spend leases")
        fitted = await asyncio.gather(*(spent for _, spent in gathered))
        # a call that holds the rest may have failed: what was spent in the first is given up, not given twice
        return None if any(fits is None for fits in fitted) else [fits is True for fits in fitted]

    async def _spend_all(self) -> None:
        try:
            while self._waiting:
                size = min(len(self._waiting), LARGEST_BATCH)
                batch = [spend for spend in (self._waiting.popleft() for _ in range(size)) if not spend[1].done()]
                if batch:
                    told = await self._call([spend for spend, _ in batch]) if self.ready else None
                    for (_, spent), fits in zip(batch, told or repeat(None, len(batch)), strict=True):
                        if not spent.done():
                            spent.set_result(fits)
        finally:
            self._spending = None
            for _, spent in self._waiting:  # left only where this task was ended
                spent.cancel()

    async def _call(self, spends: list[Spend]) -> list[bool] | None:
        arguments = [LEASE_S, *(number for spend in spends for number in (spend.units, spend.given))]
        try:
            async with asyncio.timeout(self._timeout_s):
                told: list[Any] = await self._script(keys=[spend.name for spend in spends], args=arguments)
        except (RedisError, OSError, TimeoutError) as problem:
            self.lost += any(spend.given for spend in spends)
            await self._left(problem)
            return None
        run, *fitted = told
        if self._run is not None and run != self._run:
            self.lost += 1
        self._run = run
        return [fits == 1 for fits in fitted]

    async def _left(self, problem: Exception) -> None:
        """The server is out of reach: until a probe has found it again nobody asks it."""
        self.ready = False
        self._failed(problem)
        with contextlib.suppress(RedisError, OSError, TimeoutError):
            await self._client.connection_pool.disconnect()  # an answer that comes too late must meet nobody
        if self._probing is None:
            self._probing = asyncio.create_task(self._probe(PROBE_AGAIN_S), name="redis probe")

    async def _probe(self, pause_s: float = 0.0) -> None:
        """Try until the server answers; then leases are asked for again."""
        try:
            while not self.ready:
                await asyncio.sleep(pause_s)
                try:
                    async with asyncio.timeout(PROBE_DEADLINE_S):
                        await self._script(keys=[], args=[LEASE_S])
                    self.ready = True
                except (RedisError, OSError, TimeoutError) as problem:
                    self._failed(problem)
                    pause_s = min(max(2 * pause_s, PROBE_AGAIN_S), PROBE_AT_LEAST_S)
        finally:
            self._probing = None


class LeasedCounters:
    """Implements the port `Counters`: leases where the limit is large and the server answers, else PostgreSQL alone."""

    def __init__(self, inner: PostgresCounters, leases: Leases) -> None:
        self._inner = inner
        self._leases = leases
        self._day = inner.today()

    async def take(self, takes: Sequence[Take]) -> Sequence[bool]:
        """As the port says. While another worker has a block on its way, the last units may seem taken a moment early."""
        day = self._inner.today()
        if day != self._day:
            self._day, self._leases.lost = day, 0
        leased = [place for place, take in enumerate(takes) if not take.exhaust and take.limit >= LEAST_LEASED]
        told = await self._leases.spend([_spend(takes[place], day) for place in leased])
        fitted = {place: True for place, fits in zip(leased, told or (), strict=told is not None) if fits}
        short = {place for place in leased if told is not None and place not in fitted and takes[place].units}
        asked = [place for place in range(len(takes)) if place not in fitted]
        counts = [self._block(takes[place], day) if place in short else count_of(takes[place], day) for place in asked]
        counted = dict(zip(asked, await self._inner.count(counts), strict=True))
        # what came in part, or with more than was asked for, goes by the lease; alone where the server is silent by now
        deposits = [place for place in asked if place in short and counted[place] != takes[place].units]
        for place in asked:
            fitted[place] = counted[place] >= takes[place].units
        spent = await self._leases.spend([_spend(takes[place], day, counted[place]) for place in deposits])
        fitted.update(zip(deposits, spent or (), strict=spent is not None))
        return [fitted[place] for place in range(len(takes))]

    def _block(self, take: Take, day: date) -> Count:
        """What is asked of PostgreSQL where the lease does not suffice: a block, or as much of it as is left."""
        wanted = take.units if self._leases.lost >= LOST_A_DAY else max(take.units, take.limit // BLOCKS)
        return Count(day, take.key, wanted, take.limit, Way.PART)


def _spend(take: Take, day: date, given: int = 0) -> Spend:
    return Spend(lease_name(day, take), take.units, given)


@contextlib.asynccontextmanager
async def open_counters(
    pool: asyncpg.Pool[Any], redis_url: str | None, failed: Callable[[Exception], None]
) -> AsyncIterator[Counters]:
    """The day's counts of one worker: leased where a Redis or Valkey is configured. The server is not waited for.

    Raises START_REFUSED for a URL that cannot be read.
    """
    leases = None if redis_url is None else Leases(open_redis(redis_url), failed)
    counters = PostgresCounters(pool)
    async with running(counters.run(failed), "forget counts"):
        if leases is None:
            yield counters
            return
        leases.open()
        try:
            yield LeasedCounters(counters, leases)
        finally:
            await leases.close()
