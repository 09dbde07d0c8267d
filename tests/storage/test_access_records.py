"""Who looked at whom: found right across a rotated key, newest first; what is hidden costs nothing and shows nowhere."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import orjson
import pytest

from errors import GatewayError
from ledger.entry import ConcealedRecord, Entry, Kind, PurposeRecord, canonical, new_id
from ledger.subject import SubjectKeys
from resolvers.ports.access import ToldPage
from storage.access import Role
from storage.access_records import AccessBook
from storage.ledger import LedgerWriter
from storage.pool import open_pool
from tests.conftest import Database
from tests.storage.entries import KEYS

ROTATED = SubjectKeys(2, {**KEYS.keys, 2: bytes(range(32, 64))})
NOW = datetime.now(UTC)
EVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
LAWS = ("《中华人民共和国刑事诉讼法》（中华人民共和国主席令第十号）第一百五十二条",)
HIDDEN = ConcealedRecord(NOW + timedelta(days=90), LAWS, ("ab" * 16,))
LAPSED = ConcealedRecord(NOW - timedelta(days=1), LAWS, ("ab" * 16,))


def entry(matter: str, concealed: ConcealedRecord | None = None) -> Entry:
    now = datetime.now(UTC)
    return Entry(
        id=new_id(now),
        time=now,
        kind=Kind.ANSWERED,
        consumer="11320000014000127A",
        client="a" * 63,  # the longest: what is hidden is read among the first bytes
        purpose=PurposeRecord(matter, "administrative_basis", "H1"),
        mode="online_lookup",
        document="ab" * 32,
        catalogue_version=1,
        epoch=1,
        subjects=[("person", [0])],
        concealed=concealed,
    )


async def write(
    database: Database, entries: Sequence[tuple[Entry, Sequence[str]]], keys: SubjectKeys = KEYS, *, at_once: bool = False
) -> None:
    """Append them one after another (or gathered: at one instant), about these persons."""
    writer = LedgerWriter(database.dsn())
    appends = [writer.append(one.id, canonical(one), 1, [keys(person) for person in persons]) for one, persons in entries]
    if at_once:
        await asyncio.gather(*appends)
    else:
        for append in appends:
            await append
    await writer.close()


class Room:
    def __init__(self, database: Database, pool: Any, keys: SubjectKeys) -> None:
        self.database = database
        self.pool = pool
        self.book = AccessBook(pool, keys)

    async def matters(self, person: str = "anna", first: int = 100, after: str | None = None) -> list[str]:
        return _matters(await self.page(person, first, after))

    async def page(self, person: str = "anna", first: int = 100, after: str | None = None) -> ToldPage:
        return await self.book.of(person, *EVER, first, after)

    async def all_pages(self, first: int, person: str = "anna") -> tuple[list[list[str]], list[str]]:
        pages: list[list[str]] = []
        marks: list[str] = []
        after: str | None = None
        while True:
            page = await self.page(person, first, after)
            pages.append(_matters(page))
            if page.after is None:
                return pages, marks
            marks.append(after := page.after)


def _matters(page: ToldPage) -> list[str]:
    return [orjson.loads(one.payload)["purpose"]["matter"] for one in page.entries]


@pytest.fixture
async def room(database: Database) -> Any:
    pool = await open_pool(database.dsn(), application_name="test")
    yield Room(database, pool, ROTATED)
    await pool.close()


async def test_the_newest_come_first_and_by_pages(room: Room) -> None:
    await write(room.database, [(entry(f"M{number}"), ["anna", "bert"]) for number in range(7)])
    await write(room.database, [(entry("OTHER"), ["bert"])])
    assert await room.matters() == [f"M{number}" for number in reversed(range(7))]
    assert (await room.matters("bert"))[0] == "OTHER"
    assert await room.matters("nobody") == []
    pages, _ = await room.all_pages(3)
    assert pages == [["M6", "M5", "M4"], ["M3", "M2", "M1"], ["M0"]]
    assert [one.number for one in (await room.page("bert")).entries] == [0, *[1] * 7]


async def test_entries_of_one_instant_are_told_once_each(room: Room) -> None:
    await write(room.database, [(entry(f"M{number}"), ["anna"]) for number in range(9)], at_once=True)
    pages, _ = await room.all_pages(2)
    assert [len(page) for page in pages] == [2, 2, 2, 2, 1]
    assert sorted(matter for page in pages for matter in page) == [f"M{number}" for number in range(9)]


async def test_they_are_found_right_across_a_rotated_key(room: Room) -> None:
    await write(room.database, [(entry("OLD-1"), ["anna"]), (entry("OLD-2"), ["anna"])], KEYS)
    await write(room.database, [(entry("NEW-1"), ["anna"])], ROTATED)
    await write(room.database, [(entry("OLD-3"), ["anna"])], KEYS)  # a worker that has not been started again yet
    assert await room.matters() == ["OLD-3", "NEW-1", "OLD-2", "OLD-1"]
    pages, _ = await room.all_pages(1)
    assert pages == [["OLD-3"], ["NEW-1"], ["OLD-2"], ["OLD-1"]]
    only_new = AccessBook(room.pool, SubjectKeys(2, {2: ROTATED.keys[2]}))
    assert _matters(await only_new.of("anna", *EVER, 9, None)) == ["NEW-1"]


async def test_the_period_bounds_them(room: Room) -> None:
    await write(room.database, [(entry("BEFORE"), ["anna"])])
    since = datetime.now(UTC)
    await write(room.database, [(entry("WITHIN"), ["anna"])])
    upto = datetime.now(UTC)
    await write(room.database, [(entry("AFTER"), ["anna"])])
    assert _matters(await room.book.of("anna", since, upto, 9, None)) == ["WITHIN"]
    assert _matters(await room.book.of("anna", EVER[0], upto, 1, None)) == ["WITHIN"]


async def test_what_is_concealed_leaves_no_gap_no_count_and_no_place(room: Room) -> None:
    """The pages of one who was investigated are those of one who was not, to the cursor's form."""
    for number in range(6):
        await write(room.database, [(entry(f"M{number}"), ["anna", "bert"])])
        await write(room.database, [(entry("SECRET", HIDDEN), ["anna"])])
    investigated, marks = await room.all_pages(2)
    assert (investigated, len(marks)) == ((await room.all_pages(2, "bert"))[0], 2)
    assert investigated == [["M5", "M4"], ["M3", "M2"], ["M1", "M0"]]
    assert marks == (await room.all_pages(2, "bert"))[1]
    await write(room.database, [(entry("SECRET", HIDDEN), ["carl"])])
    assert await room.matters("carl") == []


async def test_what_was_concealed_is_told_in_its_place_once_its_time_has_come(room: Room) -> None:
    await write(
        room.database,
        [
            (entry("M1"), ["anna"]),
            (entry("LAPSED", LAPSED), ["anna"]),
            (entry("M2"), ["anna"]),
            (entry("SECRET", HIDDEN), ["anna"]),
        ],
    )
    assert await room.matters() == ["M2", "LAPSED", "M1"]
    pages, _ = await room.all_pages(1)
    assert pages == [["M2"], ["LAPSED"], ["M1"]]


async def test_what_is_concealed_is_not_even_touched(room: Room) -> None:
    """A search reads as many pages for one who was looked up in secret 1,900 times as for one who never was."""
    owner = await asyncpg.connect(room.database.dsn(Role.OWNER))
    for person, number, others in (("anna", 1_900, 3), ("bert", 0, 3), ("carl", 500, 0)):
        secret = [(entry("SECRET", HIDDEN), [person]) for _ in range(number)]
        told = [(entry(f"M{number}"), [person]) for number in range(others)]
        await write(room.database, [*told, *secret], at_once=True)
    # rows of others, so that both stand in the middle of an index of several levels
    await owner.execute(
        """INSERT INTO ledger_subject SELECT 1000000 + n, 0, now(), substring(sha256(int4send(n)) FROM 1 FOR 18)
        FROM generate_series(1, 30000) AS n"""
    )
    await owner.execute("VACUUM ANALYZE ledger_subject, ledger_entry")
    read = {person: await _pages_read(owner, person) for person in ("anna", "bert", "carl", "nobody")}
    assert abs(read["anna"] - read["bert"]) <= 1, read
    assert abs(read["carl"] - read["nobody"]) <= 1, read
    assert 0 < read["bert"] < 200
    await owner.close()


async def _pages_read(connection: Any, person: str) -> int:
    """Pages of tables and indexes that the second search for this person reads."""
    values = ([*ROTATED.all_of(person)], *EVER, 0, 21)
    search = "SELECT * FROM access_records($1, $2, $3, $4, $5)"
    await connection.fetch(search, *values)
    told = await connection.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {search}", *values)
    plan: Mapping[str, Any] = orjson.loads(told)[0]["Plan"]
    return int(plan["Shared Hit Blocks"]) + int(plan["Shared Read Blocks"])


async def test_the_service_reads_nothing_else(room: Room) -> None:
    await write(room.database, [(entry("SECRET", HIDDEN), ["anna"])])
    service = await asyncpg.connect(room.database.dsn())
    for query in ("SELECT payload FROM ledger_entry", "SELECT subject FROM ledger_subject"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await service.fetch(query)
    await service.close()
    auditor = await asyncpg.connect(room.database.dsn(Role.AUDITOR))
    payload = await auditor.fetchval("SELECT payload FROM ledger_entry")
    told = orjson.loads(payload)["concealed"]
    assert (told["bases"], told["grants"]) == (list(LAWS), ["ab" * 16])
    await auditor.close()


@pytest.mark.parametrize(
    "after", ["", "x", "MjAyNg==", "MjAyNi0wMS0wMVQwMDowMDowMCAx", "MjAyNi0wMS0wMVQwMDowMDowMCswMDowMCAw"]
)
async def test_a_place_that_no_page_gave_is_refused(room: Room, after: str) -> None:
    with pytest.raises(GatewayError) as refused:
        await room.page(after=after)
    assert refused.value.code.name == "INPUT_INVALID"
