"""Rights that moved, told over a real Redis while PostgreSQL's NOTIFY is deaf."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import asyncpg
import pytest

from storage import epoch_bus, rights
from storage.access import Role
from storage.background import running
from storage.epoch_bus import CHANNEL, EpochBus
from storage.keys import load_or_create
from storage.pool import open_pool
from storage.redis_client import open_redis
from storage.rights import RightsStore
from storage.seals import Seals
from tests.conftest import Database
from tests.storage.redis import RedisServer
from tests.storage.redis import redis_server as redis_server

MOVE = "INSERT INTO department VALUES ($1, 'n', 'n', 'government', '320000')"


class House:
    """Two workers on one database and one Redis; neither hears PostgreSQL's channel."""

    def __init__(self, database: Database, redis: RedisServer) -> None:
        self.database = database
        self.redis = redis
        self.troubles: list[Exception] = []
        self.stores: list[RightsStore] = []
        self.buses: list[EpochBus] = []

    async def move(self, code: str) -> int:
        """A department is registered; the epoch after it."""
        owner = await asyncpg.connect(self.database.dsn(Role.OWNER))
        await owner.execute(MOVE, code)
        epoch: int = await owner.fetchval("SELECT epoch FROM epoch")
        await owner.close()
        return epoch

    async def all_know(self, epoch: int, within_s: float) -> float:
        """How long it took until all workers were of that epoch."""
        began = time.monotonic()
        async with asyncio.timeout(within_s):
            while any(store.epoch < epoch for store in self.stores):
                await asyncio.sleep(0.005)
        return time.monotonic() - began

    async def connected(self) -> None:
        async with asyncio.timeout(20):
            while not all(bus.ready for bus in self.buses):
                await asyncio.sleep(0.02)


@pytest.fixture
async def house(
    database: Database, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    monkeypatch.setattr(rights, "CHANNEL", "nobody_speaks_here")
    opened = House(database, redis_server)
    keys = load_or_create(tmp_path_factory.mktemp("bus") / "keys", False)
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(2):
            pool = await open_pool(database.dsn(), application_name="test bus", size=2)
            stack.push_async_callback(pool.close)
            store = RightsStore(pool, database.dsn(), opened.troubles.append, Seals(keys.grant, lambda _: None))
            await store.open()
            stack.push_async_callback(store.close)
            bus = EpochBus(open_redis(redis_server.url), pool, store, opened.troubles.append)
            store.on_move(bus.moved)
            await stack.enter_async_context(running(bus.run(), "bus"))
            opened.stores.append(store)
            opened.buses.append(bus)
        await opened.connected()
        yield opened


async def test_who_learns_of_it_tells_the_others(house: House) -> None:
    epoch = await house.move("11320000014000127A")
    await asyncio.sleep(0.3)
    assert [store.epoch for store in house.stores] == [epoch - 1] * 2  # the channel is deaf, and nobody has asked
    await house.stores[0].refresh(epoch)  # as the ledger's refusal makes it
    assert await house.all_know(epoch, 2.0) < 1.0
    assert house.troubles == []


async def test_its_death_is_logged_and_it_comes_back(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.redis.kill()
    async with asyncio.timeout(10):
        while any(bus.ready for bus in house.buses):
            await asyncio.sleep(0.02)
    epoch = await house.move("11320000014000127A")
    await house.stores[0].refresh(epoch)
    assert house.stores[0].epoch == epoch
    assert house.troubles
    house.redis.start()
    await house.connected()
    assert await house.all_know(epoch, 5.0) < 5.0  # what could not be told then is told now
    epoch = await house.move("113200000140002351")
    await house.stores[1].refresh(epoch)
    await house.all_know(epoch, 5.0)


async def test_lies_are_not_believed(house: House) -> None:
    before = [store.epoch for store in house.stores]
    for lie in (b"999999999999", b"-5", b"nonsense", b"9" * 400, b"", "２".encode()):
        client = open_redis(house.redis.url)
        assert await client.publish(CHANNEL, lie) == 2
        await client.aclose()
    await asyncio.sleep(4 * epoch_bus.LOOK_PAUSE_S)
    assert [store.epoch for store in house.stores] == before
    epoch = await house.move("11320000014000127A")
    await house.stores[0].refresh(epoch)
    await house.all_know(epoch, 2.0)
    assert all(bus.ready for bus in house.buses)
    assert house.troubles == []
