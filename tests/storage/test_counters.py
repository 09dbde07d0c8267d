"""One suite for both ways of counting: by PostgreSQL alone, and by leases in a real Redis over it."""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import asyncpg
import pytest

from errors import LEDGER_UNAVAILABLE, OVERLOADED, GatewayError
from resolvers.ports.counters import Counters, Take
from settings import ROOT
from storage.access import Role
from storage.counters import PostgresCounters
from storage.pool import open_pool
from storage.redis_client import open_redis
from storage.redis_counters import LeasedCounters, Leases
from tests.conftest import Database
from tests.storage.redis import RedisServer
from tests.storage.redis import redis_server as redis_server

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC).timestamp()
OPEN_S = 5.0
LEASE_TIMEOUT_S = 1.0
"""After which a lease that is asked for counts as not to be had."""


class Clock:
    """A clock that the test sets."""

    now = NOON

    def __call__(self) -> float:
        return self.now


class House:
    """Opens counters on one database as so many workers would."""

    def __init__(self, database: Database, redis: RedisServer | None) -> None:
        self.database = database
        self.redis = redis
        self.clock = Clock()
        self.troubles: list[Exception] = []
        self.leases: list[Leases] = []
        self._stack = contextlib.AsyncExitStack()

    async def open(self) -> Counters:
        pool = await open_pool(self.database.dsn(), application_name="test counters", size=2)
        self._stack.push_async_callback(pool.close)
        counters = PostgresCounters(pool, clock=self.clock)
        if self.redis is None:
            return counters
        leases = Leases(open_redis(self.redis.url), self.troubles.append, timeout_s=LEASE_TIMEOUT_S)
        self._stack.push_async_callback(leases.close)
        leases.open()
        self.leases.append(leases)
        async with asyncio.timeout(OPEN_S):
            while not leases.ready:
                await asyncio.sleep(0.01)
        return LeasedCounters(counters, leases)

    async def used(self) -> dict[str, int]:
        """What the database holds as counted today and before, by day and key."""
        connection = await asyncpg.connect(self.database.dsn(Role.OWNER))
        rows = await connection.fetch("SELECT day, key, used FROM day_count")
        await connection.close()
        return {f"{row['day']} {row['key']}": row["used"] for row in rows}

    async def close(self) -> None:
        await self._stack.aclose()


@pytest.fixture(params=["postgresql", "leases"])
async def house(request: pytest.FixtureRequest, database: Database) -> AsyncIterator[House]:
    redis = request.getfixturevalue("redis_server") if request.param == "leases" else None
    opened = House(database, redis)
    yield opened
    await opened.close()


async def one(counters: Counters, *take: object) -> bool:
    (fits,) = await counters.take([Take(*take)])  # type: ignore[arg-type]
    return fits


@pytest.mark.parametrize("limit", [5, 1_000])
async def test_a_limit_is_reached_and_not_passed(house: House, limit: int) -> None:
    counters = await house.open()
    fits = [await one(counters, "grant", 1, limit) for _ in range(limit + 3)]
    assert fits == [True] * limit + [False] * 3
    assert set((await house.used()).values()) == {limit}
    assert await one(counters, "another", 1, limit)


@pytest.mark.parametrize("limit", [5, 1_000])
async def test_units_that_do_not_fit_burn_nothing(house: House, limit: int) -> None:
    counters = await house.open()
    assert await one(counters, "grant", limit - 2, limit)
    assert not await one(counters, "grant", 3, limit)
    assert await one(counters, "grant", 2, limit)
    assert not await one(counters, "grant", 1, limit)
    assert not await one(counters, "grant", limit + 1, limit)


async def test_the_last_units_are_found_wherever_they_are(house: House) -> None:
    """A part may be leased and a part not: what is left of both together is there to be taken."""
    counters = await house.open()
    assert await one(counters, "grant", 1, 1_000)  # leases ten, spends one
    assert await one(counters, "grant", 980, 1_000)
    assert not await one(counters, "grant", 20, 1_000)
    assert await one(counters, "grant", 19, 1_000)
    assert not await one(counters, "grant", 0, 1_000)


@pytest.mark.parametrize("limit", [5, 1_000])
async def test_no_units_ask_whether_anything_is_left(house: House, limit: int) -> None:
    counters = await house.open()
    assert await one(counters, "grant", 0, limit)
    assert await one(counters, "grant", limit - 1, limit)
    assert [await one(counters, "grant", 0, limit) for _ in range(3)] == [True] * 3
    assert await one(counters, "grant", 1, limit)
    assert not await one(counters, "grant", 0, limit)


@pytest.mark.parametrize("limit", [5, 1_000])
async def test_attempts_that_do_not_fit_use_up_the_key(house: House, limit: int) -> None:
    counters = await house.open()
    assert await one(counters, "attempts", limit - 2, limit, True)
    assert await one(counters, "attempts", 0, limit, True)
    assert not await one(counters, "attempts", 3, limit, True)
    assert not await one(counters, "attempts", 1, limit, True)
    assert not await one(counters, "attempts", 0, limit, True)
    assert not await one(counters, "untried", limit + 1, limit, True)
    assert not await one(counters, "untried", 1, limit, True)


async def test_takes_are_judged_each_for_itself_in_their_order(house: House) -> None:
    counters = await house.open()
    takes = [
        Take("b", 3, 5),
        Take("a", 1_000, 1_000),
        Take("b", 3, 5),
        Take("b", 2, 5),
        Take("a", 1, 1_000),
        Take("c", 0, 1),
    ]
    assert await counters.take(takes) == [True, True, False, True, False, True]
    assert await counters.take([]) == []


async def test_a_day_ends_at_midnight_in_china(house: House) -> None:
    counters = await house.open()
    house.clock.now = datetime(2026, 3, 2, 15, 59, 59, tzinfo=UTC).timestamp()
    assert await one(counters, "grant", 1_000, 1_000)
    assert not await one(counters, "grant", 1, 1_000)
    house.clock.now += 1
    assert await one(counters, "grant", 1_000, 1_000)
    assert not await one(counters, "grant", 1, 1_000)
    assert await house.used() == {"2026-03-02 grant": 1_000, "2026-03-03 grant": 1_000}


async def test_a_limit_that_is_lowered_or_raised_holds_at_once(house: House) -> None:
    counters = await house.open()
    assert [await one(counters, "grant", 1, 1_000) for _ in range(5)] == [True] * 5
    assert not await one(counters, "grant", 1, 5)
    assert not await one(counters, "grant", 0, 5)
    assert await one(counters, "grant", 1_000, 3_000)


async def test_workers_count_together(house: House) -> None:
    """Three workers at once: the sum is the limit to the unit, and the database says so."""
    workers = [await house.open() for _ in range(3)]
    limit = 600

    async def take(counters: Counters) -> int:
        return sum([await one(counters, "grant", 1, limit) for _ in range(60)])

    given = sum(await asyncio.gather(*(take(counters) for counters in workers for _ in range(4))))
    while await one(workers[0], "grant", 1, limit):  # what was on its way to a lease while others asked
        given += 1
    assert given == limit
    assert await house.used() == {"2026-03-02 grant": limit}


async def test_opposite_orders_wait_for_nobody(house: House) -> None:
    first, second = await house.open(), await house.open()
    keys = [f"key {number}" for number in range(20)]
    forwards, backwards = [Take(key, 1, 100) for key in keys], [Take(key, 1, 100) for key in reversed(keys)]
    taken = await asyncio.gather(
        *(one.take(takes) for _ in range(40) for one, takes in ((first, forwards), (second, backwards)))
    )
    assert sum(map(sum, taken)) == 20 * 80


async def test_two_processes_count_together(house: House) -> None:
    redis = house.redis.url if house.redis is not None else ""
    told = await asyncio.gather(*(tell(house.database.dsn(), redis, 400, 1.0) for _ in range(2)))
    assert sum(one["failed"] for one in told) == 0
    assert sum(one["refused"] for one in told) > 0
    assert 300 < sum(one["given"] for one in told) <= 400


async def tell(dsn: str, redis: str, limit: int, seconds: float) -> dict[str, int]:
    """What a worker in a process of its own was given."""
    arguments = ("-m", "tests.storage.take_and_tell", dsn, redis, "grant", str(limit), str(seconds))
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    said, complained = await process.communicate()
    assert process.returncode == 0, complained.decode()
    told: dict[str, int] = json.loads(said)
    return told


async def test_a_database_that_is_gone_refuses(house: House) -> None:
    counters = await house.open()
    assert await one(counters, "grant", 1, 5)
    connection = await asyncpg.connect(house.database.cluster.dsn("postgres", Role.ADMIN))
    name = house.database.name
    await connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    await connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
    with pytest.raises(GatewayError) as refused:
        await one(counters, "grant", 1, 5)
    assert refused.value.code is LEDGER_UNAVAILABLE
    await connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert await one(counters, "grant", 1, 5)
    await connection.close()


async def test_a_full_queue_refuses(database: Database) -> None:
    pool = await open_pool(database.dsn(), application_name="test counters", size=1)
    counters = PostgresCounters(pool, most_waiting=3)
    async with pool.acquire():
        under_way = asyncio.create_task(counters.take([Take("grant", 1, 5)]))
        await asyncio.sleep(0.05)
        waiting = [asyncio.create_task(counters.take([Take("grant", 1, 5)])) for _ in range(3)]
        await asyncio.sleep(0.05)
        with pytest.raises(GatewayError) as refused:
            await counters.take([Take("grant", 1, 5)])
        assert refused.value.code is OVERLOADED
    assert await asyncio.gather(under_way, *waiting) == [[True]] * 4
    await pool.close()


async def test_whoever_went_away_while_waiting_is_not_counted(database: Database) -> None:
    pool = await open_pool(database.dsn(), application_name="test counters", size=1)
    counters = PostgresCounters(pool, clock=Clock())
    async with pool.acquire():
        first = asyncio.create_task(counters.take([Take("grant", 1, 5)]))
        await asyncio.sleep(0.05)
        gone = asyncio.create_task(counters.take([Take("grant", 1, 5)]))
        await asyncio.sleep(0)
        gone.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await gone
    assert await first == [True]
    assert await counters.take([Take("grant", 4, 5)]) == [True]
    await pool.close()


async def test_what_gathers_goes_in_one_call(database: Database) -> None:
    """A thousand takes at once cost a handful of transactions."""
    pool = await open_pool(database.dsn(), application_name="test counters", size=1)
    counters = PostgresCounters(pool)
    await counters.take([Take("warm", 1, 5)])
    connection = await asyncpg.connect(database.dsn(Role.OWNER))
    before = await connection.fetchval("SELECT txid_current()")
    await asyncio.gather(*(counters.take([Take(f"key {number % 7}", 1, 1_000)]) for number in range(1_000)))
    assert await connection.fetchval("SELECT txid_current()") - before < 12
    await connection.close()
    await pool.close()


async def test_days_long_over_are_forgotten_and_no_others_deleted(database: Database) -> None:
    pool = await open_pool(database.dsn(), application_name="test counters", size=1)
    clock = Clock()
    old = PostgresCounters(pool, clock=clock)
    assert await old.take([Take("of old", 1, 5)]) == [True]
    assert await PostgresCounters(pool).take([Take("of today", 1, 5)]) == [True]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute("DELETE FROM day_count")
    await old.forget()
    assert [row["key"] for row in await pool.fetch("SELECT key FROM day_count")] == ["of today"]
    await pool.close()
