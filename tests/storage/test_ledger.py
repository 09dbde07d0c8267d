"""Appending: durable, ordered against revocations, gathered, bounded; the database's hashes are those of ledger/chain.py."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from uuid import RFC_4122

import asyncpg
import orjson
import pytest

from errors import LEDGER_UNAVAILABLE, OVERLOADED
from ledger.chain import GENESIS, ChainedEntry, entry_hash
from ledger.entry import new_id
from ledger.receipt import Recorded, Stale
from storage.access import Role
from storage.ledger import BusyError, LedgerUnavailableError, LedgerWriter, batch_size
from storage.verify_ledger import BIRTH, MICROSECOND
from tests.conftest import Database
from tests.storage.entries import KEYS, append, subjects

MOVE = "INSERT INTO department VALUES ($1, 'n', 'n', 'government', '320000')"


async def owner(database: Database) -> asyncpg.Connection:
    return await asyncpg.connect(database.dsn(Role.OWNER))


async def test_hashes_are_those_of_the_chain(database: Database) -> None:
    writer = LedgerWriter(database.dsn())
    receipts = await asyncio.gather(*(append(writer, number) for number in range(40)))
    assert receipts == [Recorded(n + 1) for n in range(40)]
    await writer.close()
    connection = await owner(database)
    previous = GENESIS
    for row in await connection.fetch("SELECT * FROM ledger_entry ORDER BY sequence"):
        named = b"".join(subjects(row["sequence"] - 1))
        micros = (row["recorded_at"] - BIRTH) // MICROSECOND
        stored = ChainedEntry(row["sequence"], micros, row["id"].bytes, row["payload"], named, row["hash"])
        previous = entry_hash(previous, stored)
        assert row["hash"] == previous
        assert orjson.loads(row["payload"])["purpose"]["handler"] == f"H{row['sequence'] - 1}"
        assert str(row["id"]) == orjson.loads(row["payload"])["id"]
    assert await connection.fetchval("SELECT hash FROM ledger_head") == previous
    found = await connection.fetch("SELECT sequence FROM ledger_subject WHERE subject = ANY($1)", KEYS.all_of("code 5 1"))
    assert [row["sequence"] for row in found] == [6]
    await connection.close()


async def test_an_entry_of_a_former_epoch_is_not_written(database: Database) -> None:
    writer = LedgerWriter(database.dsn())
    connection = await owner(database)
    await connection.execute(MOVE, "11320000014000127A")
    stale, recorded = await asyncio.gather(append(writer, named=[KEYS("a")]), append(writer, epoch=2))
    assert (stale, recorded) == (Stale(2), Recorded(1))
    assert await connection.fetchval("SELECT count(*) FROM ledger_entry") == 1
    assert await connection.fetchval("SELECT count(*) FROM ledger_subject") == 0
    await writer.close()
    await connection.close()


async def test_a_revocation_under_way_is_waited_for(database: Database) -> None:
    writer = LedgerWriter(database.dsn())
    connection = await owner(database)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute(MOVE, "11320000014000127A")
    appending = asyncio.create_task(append(writer))
    await asyncio.sleep(0.1)
    assert not appending.done()
    await transaction.commit()
    assert await appending == Stale(2)
    await writer.close()
    await connection.close()


async def test_nothing_is_written_after_a_committed_revocation(database: Database) -> None:
    """Two writers append while rights move: no entry of a former epoch stands behind one of a later epoch."""
    connection = await owner(database)
    writers = [LedgerWriter(database.dsn()) for _ in range(2)]
    over = asyncio.Event()

    async def work(writer: LedgerWriter) -> None:
        epoch = 1
        while not over.is_set():
            match await append(writer, epoch=epoch):
                case Stale(now):
                    epoch = now
                case Recorded():
                    pass

    working = [asyncio.create_task(work(writer)) for writer in writers for _ in range(4)]
    committed = []
    for number in range(20):
        await connection.execute(MOVE, f"1132000001400{number:04}A")
        head = await connection.fetchval("SELECT sequence FROM ledger_head")  # the chain so far, after the commit
        committed.append((head, number + 2))
        await asyncio.sleep(0.01)
    over.set()
    await asyncio.gather(*working)
    rows = await connection.fetch("SELECT sequence, payload FROM ledger_entry ORDER BY sequence")
    epochs = [orjson.loads(row["payload"])["epoch"] for row in rows]
    assert [row["sequence"] for row in rows] == list(range(1, len(rows) + 1))
    assert epochs == sorted(epochs)
    for head, epoch in committed:
        assert all(found >= epoch for found in epochs[head:])
    for writer in writers:
        await writer.close()
    await connection.close()


@pytest.mark.parametrize(("waiting", "together"), [(1, 1), (32, 32), (33, 32), (64, 32), (101, 51), (2_000, 256)])
def test_of_many_half_go_together(waiting: int, together: int) -> None:
    assert batch_size(waiting) == together


async def test_a_full_queue_refuses(database: Database) -> None:
    writer = LedgerWriter(database.dsn(), most_waiting=3)
    connection = await owner(database)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("SELECT FROM ledger_head FOR UPDATE")
    first = asyncio.create_task(append(writer))
    await asyncio.sleep(0.1)
    waiting = [asyncio.create_task(append(writer)) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(BusyError) as refused:
        await append(writer)
    assert refused.value.code is OVERLOADED
    waiting[1].cancel()
    await transaction.rollback()
    await asyncio.gather(first, waiting[0], waiting[2])
    assert await connection.fetchval("SELECT count(*) FROM ledger_entry") == 3  # who went away needs no record
    await writer.close()
    await connection.close()


async def test_a_lost_connection_fails_and_the_next_entry_gets_a_new_one(database: Database) -> None:
    writer = LedgerWriter(database.dsn())
    await writer.open()
    connection = await owner(database)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("SELECT FROM ledger_head FOR UPDATE")
    appending = asyncio.create_task(append(writer))
    await asyncio.sleep(0.1)
    admin = await asyncpg.connect(database.dsn(Role.ADMIN))
    await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'oncegate ledger'")
    with pytest.raises(LedgerUnavailableError) as refused:
        await appending
    assert refused.value.code is LEDGER_UNAVAILABLE
    await transaction.rollback()
    assert await append(writer) == Recorded(1)
    for each in (writer, connection, admin):
        await each.close()


async def test_a_stuck_database_is_given_up(database: Database) -> None:
    writer = LedgerWriter(database.dsn(), timeout_s=0.2)
    connection = await owner(database)
    async with connection.transaction():
        await connection.execute("SELECT FROM ledger_head FOR UPDATE")
        began = time.monotonic()
        with pytest.raises(LedgerUnavailableError):
            await append(writer)
        assert time.monotonic() - began < 2
    await writer.close()
    await connection.close()


async def test_an_absent_database_is_unavailable(database: Database) -> None:
    writer = LedgerWriter(database.dsn().replace(database.name, "absent"))
    with pytest.raises(LedgerUnavailableError):
        await append(writer)
    with pytest.raises(LedgerUnavailableError):
        await writer.open()
    await writer.close()


async def test_a_month_without_partition_gets_one(database: Database) -> None:
    connection = await owner(database)
    assert await connection.fetchval("SELECT ensure_partitions(14)") > datetime.now(UTC) + timedelta(days=14 * 30)
    for parent in ("ledger_entry", "ledger_subject"):
        for row in await connection.fetch(
            "SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = $1::regclass", parent
        ):
            await connection.execute(f"DROP TABLE {row['name']}")
    await connection.execute("UPDATE ledger_head SET partitions_until = '-infinity'")
    writer = LedgerWriter(database.dsn())
    assert await append(writer, named=[KEYS("a")]) == Recorded(1)
    await writer.close()
    await connection.close()


async def test_a_reader_of_the_chain_does_not_hold_up_new_partitions(database: Database) -> None:
    reader, connection = await owner(database), await owner(database)
    async with reader.transaction():
        await reader.fetch("SELECT * FROM ledger_entry")
        await asyncio.wait_for(connection.execute("SELECT ensure_partitions(20)"), 5)
    await reader.close()
    await connection.close()


def test_ids_are_ordered_by_time() -> None:
    moments = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(milliseconds=step) for step in range(100)]
    ids = [new_id(moment) for moment in moments]
    assert ids == sorted(ids)
    assert {(made.version, made.variant) for made in ids} == {(7, RFC_4122)}
