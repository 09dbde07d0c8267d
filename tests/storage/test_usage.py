"""Counting who uses whose data goes on by itself."""

import asyncio

from ledger.entry import canonical
from storage.background import running
from storage.ledger import LedgerWriter
from storage.usage import UsageCounts
from tests.conftest import Database
from tests.storage.test_grants import Room, entry
from tests.storage.test_grants import room as room


async def test_what_gathers_is_counted_again_and_again(room: Room, database: Database) -> None:
    writer = LedgerWriter(database.dsn())
    epoch = await room.service.fetchval("SELECT epoch FROM epoch")
    troubles: list[Exception] = []
    async with running(UsageCounts(room.pool).run(troubles.append, 0.02), "count usage"), asyncio.timeout(10):
        for number in (1, 2):
            one = entry(number)
            await writer.append(one.id, canonical(one), epoch, ())
            while await room.owner.fetchval("SELECT sequence FROM usage_until") < number:
                await asyncio.sleep(0.02)
    await writer.close()
    assert troubles == []
    assert await room.owner.fetchval("SELECT count(DISTINCT item) FROM usage_of_day") > 0
