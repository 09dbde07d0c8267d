"""Each attack on the ledger, carried out as the table's owner; the verification names the entry."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from errors import GatewayError
from ledger.chain import GENESIS, Attack, Break, ChainedEntry, entry_hash
from ledger.head import SignedHead
from storage.access import Role
from storage.heads import HeadPublisher, read_heads
from storage.keys import SigningKeys, load_or_create, verify_with
from storage.ledger import LedgerWriter
from storage.verify_ledger import BIRTH, MICROSECOND, Verification, verify_ledger
from tests.conftest import Database
from tests.storage.entries import append

ENTRIES = 30
PUBLISHED = (10, 20, 30)


class Scene:
    """A ledger of 30 entries with heads published at 10, 20 and 30."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.heads_file = folder / "heads.jsonl"
        self.keys: SigningKeys = load_or_create(folder / "keys", production=True).head
        self.owner: asyncpg.Connection

    async def prepare(self) -> None:
        self.owner = await asyncpg.connect(self.database.dsn(Role.OWNER))
        writer = LedgerWriter(self.database.dsn())
        publisher = HeadPublisher(self.database.dsn(), self.heads_file, self.keys)
        for number in range(ENTRIES):
            await append(writer, number)
            if number + 1 in PUBLISHED:
                assert await publisher.publish() is not None
        await writer.close()
        await publisher.close()

    async def verify(self, heads: list[SignedHead] | None = None) -> Verification:
        known = read_heads(self.heads_file) if heads is None else heads
        return await verify_ledger(self.database.dsn(Role.AUDITOR), known, verify_with(self.keys.public()))

    async def rehash(self, first: int) -> None:
        """What a clever owner does after an attack: recompute every hash from `first` on, and the stored head."""
        rows = await self.owner.fetch("SELECT * FROM ledger_entry ORDER BY sequence")
        previous = GENESIS
        for row in rows:
            if row["sequence"] >= first:
                named = await self.owner.fetchval(
                    "SELECT string_agg(subject, '' ORDER BY ordinal) FROM ledger_subject WHERE sequence = $1",
                    row["sequence"],
                )
                micros = (row["recorded_at"] - BIRTH) // MICROSECOND
                entry = ChainedEntry(row["sequence"], micros, row["id"].bytes, row["payload"], named or b"", b"")
                made = entry_hash(previous, entry)
                await self.owner.execute("UPDATE ledger_entry SET hash = $1 WHERE sequence = $2", made, row["sequence"])
                previous = made
            else:
                previous = row["hash"]
        await self.owner.execute("UPDATE ledger_head SET sequence = $1, hash = $2", rows[-1]["sequence"], previous)


@pytest.fixture
async def scene(database: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    made = Scene(database, tmp_path)
    await made.prepare()
    yield made
    await made.owner.close()


async def test_whole(scene: Scene) -> None:
    assert await scene.verify() == Verification(ENTRIES, 30, ())


async def test_edit(scene: Scene) -> None:
    await scene.owner.execute(
        "UPDATE ledger_entry SET payload = convert_to(replace(convert_from(payload, 'UTF8'), 'SHARED', 'MASKED'), 'UTF8')"
        " WHERE sequence = 7"
    )
    assert (await scene.verify()).breaks == (Break(Attack.ALTERED, 7, 7),)


async def test_edit_of_the_moment(scene: Scene) -> None:
    await scene.owner.execute(
        "UPDATE ledger_entry SET recorded_at = recorded_at + interval '1 microsecond' WHERE sequence = 7"
    )
    assert (await scene.verify()).breaks[0] == Break(Attack.ALTERED, 7, 7)


async def test_edit_of_the_id_column(scene: Scene) -> None:
    await scene.owner.execute("UPDATE ledger_entry SET id = gen_random_uuid() WHERE sequence = 7")
    assert (await scene.verify()).breaks == (Break(Attack.ALTERED, 7, 7),)


async def test_delete_in_the_middle(scene: Scene) -> None:
    await scene.owner.execute("DELETE FROM ledger_entry WHERE sequence = 12")
    await scene.owner.execute("DELETE FROM ledger_subject WHERE sequence = 12")
    assert (await scene.verify()).breaks == (Break(Attack.MISSING, 12, 12),)


async def test_delete_with_the_rest_moved_up_and_rehashed(scene: Scene) -> None:
    await scene.owner.execute("DELETE FROM ledger_entry WHERE sequence = 12")
    await scene.owner.execute("DELETE FROM ledger_subject WHERE sequence = 12")
    for table in ("ledger_entry", "ledger_subject"):
        for sequence in range(13, ENTRIES + 1):
            await scene.owner.execute(f"UPDATE {table} SET sequence = sequence - 1 WHERE sequence = $1", sequence)
    await scene.rehash(12)
    assert (await scene.verify()).breaks == (Break(Attack.REWRITTEN, 11, 20), Break(Attack.CUT, 30, 30))


async def test_insert_beside_another(scene: Scene) -> None:
    await scene.owner.execute(
        "INSERT INTO ledger_entry SELECT sequence, recorded_at + interval '1 microsecond', id, hash, payload"
        " FROM ledger_entry WHERE sequence = 9"
    )
    assert (await scene.verify()).breaks == (Break(Attack.INSERTED, 9, 9),)


async def test_insert_behind_the_head(scene: Scene) -> None:
    await scene.owner.execute(
        "INSERT INTO ledger_entry SELECT 31, recorded_at, id, hash, payload FROM ledger_entry WHERE sequence = 9"
    )
    assert {found.first for found in (await scene.verify()).breaks} == {31}


async def test_swap_of_two(scene: Scene) -> None:
    await scene.owner.execute("UPDATE ledger_entry SET sequence = -1 WHERE sequence = 15")
    await scene.owner.execute("UPDATE ledger_entry SET sequence = 15 WHERE sequence = 18")
    await scene.owner.execute("UPDATE ledger_entry SET sequence = 18 WHERE sequence = -1")
    breaks = (await scene.verify()).breaks
    assert breaks[0] == Break(Attack.ALTERED, 15, 15)
    assert Break(Attack.ALTERED, 18, 18) in breaks


async def test_cut_tail_needs_the_published_heads(scene: Scene) -> None:
    for table in ("ledger_entry", "ledger_subject"):
        await scene.owner.execute(f"DELETE FROM {table} WHERE sequence > 26")
    assert (await scene.verify([])).breaks == (Break(Attack.CUT, 27, 30),)  # the stored head still tells
    await scene.rehash(26)
    assert (await scene.verify([])).breaks == ()  # nothing in the database tells any more
    assert (await scene.verify()).breaks == (Break(Attack.CUT, 27, 30),)


async def test_recomputed_chain_needs_the_signed_heads(scene: Scene) -> None:
    await scene.owner.execute(
        "UPDATE ledger_entry SET payload = convert_to(replace(convert_from(payload, 'UTF8'), 'H13', 'H99'), 'UTF8')"
        " WHERE sequence = 14"
    )
    await scene.rehash(14)
    assert (await scene.verify([])).breaks == ()
    found = await scene.verify()
    assert found.breaks == (Break(Attack.REWRITTEN, 11, 20),)
    assert found.vouched_until == 10


async def test_recomputed_chain_with_a_forged_head(scene: Scene, tmp_path: Path) -> None:
    await scene.owner.execute("UPDATE ledger_entry SET recorded_at = recorded_at + interval '1 h' WHERE sequence = 14")
    await scene.owner.execute("UPDATE ledger_subject SET recorded_at = recorded_at + interval '1 h' WHERE sequence = 14")
    await scene.rehash(14)
    forger = load_or_create(tmp_path / "other", production=True).head
    scene.heads_file.unlink()
    publisher = HeadPublisher(scene.database.dsn(), scene.heads_file, forger)
    await publisher.publish()
    await publisher.close()
    assert (await scene.verify()).breaks == (Break(Attack.FORGED_HEAD, 30, 30),)


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE ledger_subject SET subject = set_byte(subject, 17, get_byte(subject, 17) # 1) WHERE sequence = 9",
        "DELETE FROM ledger_subject WHERE sequence = 9",
        "INSERT INTO ledger_subject SELECT sequence, 7, recorded_at, subject FROM ledger_subject WHERE sequence = 9 LIMIT 1",
        "UPDATE ledger_subject SET ordinal = 1 - ordinal + 2 WHERE sequence = 9",
        "UPDATE ledger_subject SET recorded_at = recorded_at + interval '1 microsecond' WHERE sequence = 9",
        "UPDATE ledger_subject SET concealed_until = 'infinity' WHERE sequence = 9",
        "UPDATE ledger_subject SET concealed_until = now() WHERE sequence = 9 AND ordinal = 1",
    ],
)
async def test_edit_of_a_subject_row(scene: Scene, attack: str) -> None:
    await scene.owner.execute(attack)
    assert {(found.first, found.last) for found in (await scene.verify()).breaks} == {(9, 9)}


async def test_subject_rows_of_no_entry(scene: Scene) -> None:
    await scene.owner.execute(
        "INSERT INTO ledger_subject SELECT 99, 0, recorded_at, subject FROM ledger_subject WHERE sequence = 9 LIMIT 1"
    )
    assert (await scene.verify()).breaks == (Break(Attack.INSERTED, 99, 99),)


async def test_only_one_worker_publishes_and_another_takes_over(scene: Scene) -> None:
    first = HeadPublisher(scene.database.dsn(), scene.heads_file, scene.keys)
    second = HeadPublisher(scene.database.dsn(), scene.heads_file, scene.keys)
    writer = LedgerWriter(scene.database.dsn())
    assert await first.publish() is None  # nothing was added
    await append(writer)
    assert await second.publish() is None
    signed = await first.publish()
    assert signed is not None
    assert signed.head.sequence == 31
    await append(writer)
    await first.close()
    while (taken := await second.publish()) is None:
        await asyncio.sleep(0.01)
    assert taken.head.sequence == 32
    await second.close()
    await writer.close()
    assert await scene.verify() == Verification(32, 32, ())


async def test_publishing_goes_on_after_a_failure(scene: Scene) -> None:
    failures: list[Exception] = []
    publisher = HeadPublisher(scene.database.dsn().replace(scene.database.name, "absent"), scene.heads_file, scene.keys)
    running = asyncio.create_task(publisher.run(failures.append, interval_s=0.01))
    while len(failures) < 2:
        await asyncio.sleep(0.01)
    running.cancel()


def test_a_head_cut_short_by_a_crash_is_passed_over(tmp_path: Path) -> None:
    broken = tmp_path / "heads"
    broken.write_bytes(b'{"sequence": 3')
    assert read_heads(broken) == []
    broken.write_bytes(b"nonsense\n")
    with pytest.raises(GatewayError, match="line `1`"):
        read_heads(broken)
