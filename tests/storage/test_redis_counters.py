"""What becomes of counts when Redis dies, hangs, forgets or remembers too much: never a failure, never a unit too many."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator

import pytest

from errors import START_REFUSED, GatewayError
from storage.counters import PostgresCounters
from storage.redis_client import open_redis
from storage.redis_counters import LOST_A_DAY, LeasedCounters, Leases
from tests.conftest import Database
from tests.storage.redis import RedisServer
from tests.storage.redis import redis_server as redis_server
from tests.storage.test_counters import LEASE_TIMEOUT_S, House, one, tell

LIMIT = 5_000
BLOCK = LIMIT // 100


@pytest.fixture
async def house(database: Database, redis_server: RedisServer) -> AsyncIterator[House]:
    opened = House(database, redis_server)
    yield opened
    await opened.close()


async def drain(counters: LeasedCounters, limit: int = LIMIT) -> int:
    """Take one by one until refused; how many that were."""
    given = 0
    while await one(counters, "grant", 1, limit):
        given += 1
    return given


async def leased(house: House) -> LeasedCounters:
    counters = await house.open()
    assert isinstance(counters, LeasedCounters)
    return counters


async def ready(leases: Leases) -> None:
    async with asyncio.timeout(10):
        while not leases.ready:
            await asyncio.sleep(0.02)


async def test_most_takes_cost_the_database_nothing(house: House) -> None:
    counters = await leased(house)
    assert [await one(counters, "grant", 1, LIMIT) for _ in range(BLOCK)] == [True] * BLOCK
    assert set((await house.used()).values()) == {BLOCK}
    assert await one(counters, "grant", 1, LIMIT)
    assert set((await house.used()).values()) == {2 * BLOCK}


async def test_redis_is_killed_and_comes_back_empty_again_and_again(house: House) -> None:
    """Three workers take while the server dies thrice: no take fails, none waits long, the limit is not passed."""
    assert house.redis is not None
    taking = [asyncio.create_task(tell(house.database.dsn(), house.redis.url, LIMIT, 9.0)) for _ in range(3)]
    await asyncio.sleep(1.5)
    for _ in range(3):
        await asyncio.sleep(0.6)
        house.redis.kill()
        await asyncio.sleep(1.2)
        house.redis.start()
    told = await asyncio.gather(*taking)
    given = sum(worker["given"] for worker in told)
    assert sum(worker["failed"] for worker in told) == 0
    assert sum(worker["troubles"] for worker in told) >= 3
    assert 0.7 * LIMIT < given <= LIMIT
    assert sum(worker["refused"] for worker in told) > 0
    assert max(worker["slowest_ms"] for worker in told) < 2_000
    (used,) = (await house.used()).values()
    assert given <= used <= LIMIT


async def test_a_server_with_an_older_state_gives_nothing_twice(house: House) -> None:
    """It was saved with a full lease, the lease was spent, then it came back as it was saved."""
    assert house.redis is not None
    counters = await leased(house)
    assert await one(counters, "grant", 1, LIMIT)
    assert house.redis.command("SAVE") == b"+OK\r\n"
    given = 1 + sum([await one(counters, "grant", 1, LIMIT) for _ in range(BLOCK - 1)])
    house.redis.kill()
    house.redis.start()
    assert b"oncegate:lease" in house.redis.command("KEYS", "*")  # the old lease is back
    assert await one(counters, "grant", 1, LIMIT)  # finds the connection lost
    await ready(house.leases[0])
    given += 1 + await drain(counters)
    assert given == LIMIT


async def test_a_primary_that_was_one_before_gives_nothing_twice(house: House) -> None:
    """It followed another meanwhile, that knew the lease as it was before it was spent; its run is still the same."""
    assert house.redis is not None
    other = RedisServer(house.redis.folder)
    other.start()
    try:
        follow(other, house.redis)
        counters = await leased(house)
        assert await one(counters, "grant", 1, LIMIT)
        for _ in range(200):  # the lease is on its way, and then to the one that follows
            if b"oncegate:lease" in other.command("KEYS", "*"):
                break
            await asyncio.sleep(0.02)
        assert house.redis.command("WAIT", "1", "5000") == b":1\r\n"
        other.command("REPLICAOF", "NO", "ONE")
        given = 1 + sum([await one(counters, "grant", 1, LIMIT) for _ in range(BLOCK - 1)])
        follow(house.redis, other)
        house.redis.command("REPLICAOF", "NO", "ONE")
        assert b"oncegate:lease" in house.redis.command("KEYS", "*")  # the old lease is back
        given += await drain(counters)
    finally:
        other.kill()
    assert given == LIMIT


def follow(server: RedisServer, primary: RedisServer) -> None:
    """Until it has all that the primary has."""
    for one_of_both in (server, primary):
        one_of_both.command("CONFIG", "SET", "repl-diskless-sync-delay", "0")
    server.command("REPLICAOF", "127.0.0.1", str(primary.port))
    began = time.monotonic()
    while b"master_link_status:up" not in server.command("INFO", "replication"):
        assert time.monotonic() - began < 20
        time.sleep(0.05)


async def test_a_server_that_hangs_delays_one_take(house: House) -> None:
    assert house.redis is not None
    counters = await leased(house)
    assert await one(counters, "grant", 1, LIMIT)
    house.redis.signal(signal.SIGSTOP)
    spent = []
    for _ in range(50):
        began = time.monotonic()
        assert await one(counters, "grant", 1, LIMIT)
        spent.append(time.monotonic() - began)
    assert [number for number, took in enumerate(spent) if took >= LEASE_TIMEOUT_S] == [0]
    house.redis.signal(signal.SIGCONT)
    await ready(house.leases[0])
    assert 51 + await drain(counters) <= LIMIT


async def test_no_server_at_the_start_is_not_waited_for(house: House) -> None:
    assert house.redis is not None
    house.redis.kill()
    leases = Leases(open_redis(house.redis.url), house.troubles.append, timeout_s=LEASE_TIMEOUT_S)
    leases.open()
    redis, house.redis = house.redis, None
    alone = await house.open()
    assert isinstance(alone, PostgresCounters)
    counters = LeasedCounters(alone, leases)
    began = time.monotonic()
    assert await one(counters, "grant", 1, LIMIT)
    assert time.monotonic() - began < LEASE_TIMEOUT_S
    assert set((await house.used()).values()) == {1}
    redis.start()
    await ready(leases)
    assert await one(counters, "grant", 1, LIMIT)
    assert set((await house.used()).values()) == {1 + BLOCK}
    assert house.troubles
    await leases.close()


async def test_what_is_flushed_is_lost_and_no_more(house: House) -> None:
    assert house.redis is not None
    counters = await leased(house)
    assert await one(counters, "grant", 1, LIMIT)
    assert house.redis.command("FLUSHALL") == b"+OK\r\n"
    assert 1 + await drain(counters) == LIMIT - (BLOCK - 1)


async def test_a_server_that_flaps_does_not_burn_the_quota(house: House) -> None:
    """After three runs of the server within a day no more is leased than what is asked for."""
    assert house.redis is not None
    counters = await leased(house)
    given = 0
    for _ in range(LOST_A_DAY + 2):
        await ready(house.leases[0])
        given += await one(counters, "grant", 1, LIMIT)
        house.redis.kill()
        house.redis.start()
        given += await one(counters, "grant", 1, LIMIT)
    await ready(house.leases[0])
    assert given == 2 * (LOST_A_DAY + 2)
    given += await drain(counters)
    assert LIMIT - (LOST_A_DAY + 1) * BLOCK <= given < LIMIT
    house.clock.now += 86_400
    assert await one(counters, "grant", 1, LIMIT)
    assert (await house.used())["2026-03-03 grant"] == BLOCK  # the next day it is tried again


@pytest.mark.parametrize("url", ["http://localhost", "redis://localhost:port/0", "nonsense"])
def test_a_url_that_cannot_be_read_refuses_the_start(url: str) -> None:
    with pytest.raises(GatewayError) as refused:
        open_redis(url)
    assert refused.value.code is START_REFUSED
    assert url not in refused.value.message + refused.value.hint
