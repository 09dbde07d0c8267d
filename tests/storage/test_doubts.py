"""Doubts as they are kept: events and index agree, one of two steps is taken, what opens or closes one moves the epoch."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest

from catalogue.model import ItemCode, ProviderCode
from catalogue.profile import load_profile
from errors import STATE_CONFLICT, GatewayError
from ledger.entry import Entry, Kind, PositionOutcome, PurposeRecord, canonical, encode_outcomes, new_id
from resolvers.doubt_watch import DoubtWatch
from resolvers.ports.doubts import DoubtChange, DoubtFilter, NewEvidence
from sharing.application import Actor
from sharing.doubt import (
    Accepted,
    Decided,
    Doubt,
    DoubtId,
    Event,
    Evidence,
    Happening,
    Place,
    Reported,
    Result,
    State,
    Transferred,
    Withdrawn,
    begin,
    happen,
)
from sharing.doubt_clock import doubt_clock
from sharing.doubt_notices import Received, notices_of
from sharing.succession import Awaited
from storage.access import Role
from storage.calendars import CalendarStore
from storage.doubts import KINDS, MOST_OPEN, SELECT_OPEN, DoubtBook, open_doubts
from storage.ledger import LedgerWriter
from storage.notices import NoticeStore
from storage.parties import PartyBook
from storage.pool import open_pool
from tests.conftest import Database
from tests.storage.entries import KEYS

REPORTER, PROVIDER, OTHER = (
    ProviderCode(code) for code in ("11320000014000127A", "113200000140002351", "11320100MBX000166L")
)
ITEM = ItemCode("101001/000001-004")
PROFILE = load_profile()
PERSON = KEYS("32010619850312991X")
BY = Actor(PROVIDER, "client", "P-1")
AT = datetime(2026, 3, 2, 2, tzinfo=UTC)


class Desk:
    """Our database with three departments, and what works on it."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", database: Database) -> None:
        self.pool, self.dsn, self.dsn_of = pool, database.dsn(), database.dsn
        self.book = DoubtBook(pool)
        self.calendars = CalendarStore(pool)

    async def reported(self, path: str = "person.name", subject: bytes = PERSON, on: datetime = AT) -> Doubt:
        """A new doubt, with a piece of evidence."""
        place = Place(str(uuid4()), path, ITEM, "SHARED", subject.hex())
        scan = NewEvidence(
            Evidence("a.png", "image/png", "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881", 1), b"x"
        )
        told = Reported(REPORTER, PROVIDER, place, "姓名不同", (scan.reference,), "ab")
        doubt = begin(DoubtId(str(new_id(on))), Event(1, on, (on + timedelta(hours=8)).date(), BY, told))
        await self._keep(doubt, 0, (scan,))
        return doubt

    async def take(self, doubt: Doubt, what: Happening) -> Doubt:
        """One step more, kept."""
        moved = happen(doubt, Event(len(doubt.events) + 1, AT, date(2026, 3, 2), BY, what))
        await self._keep(moved, len(doubt.events))
        return moved

    async def _keep(self, doubt: Doubt, known: int, evidence: tuple[NewEvidence, ...] = ()) -> None:
        clock = doubt_clock(doubt, await self.calendars.calendar(), PROFILE)
        notices = notices_of(doubt, doubt.events[-1])
        await self.book.keep(DoubtChange(doubt, known, clock, evidence, notices))

    async def epoch(self) -> int:
        found: int = await self.pool.fetchval("SELECT epoch FROM epoch")
        return found

    async def kinds(self, department: ProviderCode) -> list[str]:
        found = await NoticeStore(self.pool).list(department, 100, None, undelivered_only=False)
        return [one.kind for one in reversed(found)]


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[Desk]:
    owner = await asyncpg.connect(database.dsn(Role.OWNER))
    for code in (REPORTER, PROVIDER, OTHER):
        await owner.execute("INSERT INTO department VALUES ($1, 'n', 'n', 'government', '320000')", code)
    await owner.close()
    pool = await open_pool(database.dsn(), application_name="test doubts", size=5)
    yield Desk(pool, database)
    await pool.close()


async def test_what_is_found_is_what_was_kept(desk: Desk) -> None:
    doubt = await desk.take(await desk.reported(), Accepted())
    assert await desk.book.find(doubt.id) == doubt
    assert await PartyBook(desk.pool).awaited(PROVIDER) == Awaited(doubts=1)
    assert await desk.book.find("' OR true --") is None
    assert await desk.book.evidence(doubt.id, doubt.evidence[0].sha256) == b"x"
    assert await desk.book.evidence(doubt.id, "ab" * 32) is None
    assert await desk.kinds(PROVIDER) == ["doubt.reported"]
    assert await desk.kinds(REPORTER) == ["doubt.accepted"]


def test_every_step_has_a_name_to_be_kept_under() -> None:
    assert set(KINDS.values()) == set(Happening.__args__)


async def test_of_two_decisions_at_once_one_is_taken(desk: Desk) -> None:
    doubt = await desk.take(await desk.reported(), Accepted())
    decisions = (desk.take(doubt, Decided(Result.CONFIRMED, "无误")) for _ in range(4))
    outcomes = await asyncio.gather(*decisions, return_exceptions=True)
    refusals = [one for one in outcomes if isinstance(one, GatewayError)]
    assert [one.code for one in refusals] == [STATE_CONFLICT] * 3
    assert await desk.kinds(REPORTER) == ["doubt.accepted", "doubt.decided"]


async def test_what_opens_or_closes_a_doubt_moves_the_epoch_and_nothing_else_does(desk: Desk) -> None:
    first = await desk.epoch()
    doubt = await desk.reported()
    opened = await desk.epoch()
    assert opened == first + 1
    (held,) = open_doubts(await desk.pool.fetch(SELECT_OPEN))
    assert held == (ITEM, bytes(PERSON), AT)
    doubt = await desk.take(doubt, Accepted())
    doubt = await desk.take(doubt, Transferred(OTHER, "由其核实"))
    assert await desk.epoch() == opened
    await desk.take(await desk.take(doubt, Accepted()), Decided(Result.CONFIRMED, "无误"))
    assert await desk.epoch() == opened + 1
    assert open_doubts(await desk.pool.fetch(SELECT_OPEN)) == []


async def test_the_same_of_the_same_answer_is_doubted_once(desk: Desk) -> None:
    doubt = await desk.reported()
    again = replace(doubt, id=DoubtId(str(uuid4())))
    clock = doubt_clock(doubt, await desk.calendars.calendar(), PROFILE)
    with pytest.raises(GatewayError) as refused:
        await desk.book.keep(DoubtChange(again, 0, clock))
    assert refused.value.code is STATE_CONFLICT
    await desk.take(doubt, Withdrawn("已澄清"))
    await desk.book.keep(DoubtChange(again, 0, clock))


async def test_a_reporter_has_so_many_open_ones_at_most(desk: Desk) -> None:
    await desk.pool.execute(
        "INSERT INTO doubt SELECT gen_random_uuid(), $1, $2, '{}', 1, 'reported', 'reported', true, 'x', $3,"
        " gen_random_uuid(), 'p', now(), '2026-03-09', false FROM generate_series(1, $4::integer)",
        *(REPORTER, PROVIDER, PERSON, MOST_OPEN),
    )
    with pytest.raises(GatewayError) as refused:
        await desk.reported()
    assert refused.value.code is STATE_CONFLICT


async def test_boxes_by_side_state_item_subject_and_time(desk: Desk) -> None:
    one = await desk.reported()
    other = await desk.take(await desk.reported(subject=KEYS("x"), on=AT + timedelta(seconds=1)), Accepted())
    passed = await desk.take(await desk.reported("person", on=AT + timedelta(seconds=2)), Transferred(OTHER, "转办"))

    async def ids(**chosen: object) -> list[str]:
        return [found.id for found in await desk.book.page(DoubtFilter(**chosen), 10, None)]  # type: ignore[arg-type]

    assert await ids(provider=PROVIDER) == [passed.id, other.id, one.id], "also what it passed on"
    assert await ids(provider=OTHER) == [passed.id]
    assert await ids(reporter=REPORTER, states=frozenset({State.ACCEPTED})) == [other.id]
    assert await ids(reporter=OTHER) == []
    assert await ids(subjects=(bytes(PERSON),)) == [passed.id, one.id]
    assert await ids(subjects=()) == [], "nobody's, not anybody's"
    assert await desk.book.counts(DoubtFilter(subjects=())) == {}
    assert await ids(item=ItemCode("x")) == []
    owner = await asyncpg.connect(desk.dsn_of(Role.OWNER))
    await owner.execute("UPDATE department SET division_code = '320500' WHERE code = $1", PROVIDER)
    await owner.execute("UPDATE department SET division_code = '320102' WHERE code = $1", REPORTER)
    await owner.close()
    assert await ids(within="320000") == await ids(within="320100") == [passed.id, other.id, one.id]
    assert await ids(within="320500") == [other.id, one.id]
    assert await ids(within="320600") == []
    assert await ids(within="320100", provider=OTHER) == [passed.id]
    assert await ids(overdue_on=date(2026, 3, 9)) == []
    assert len(await ids(overdue_on=date(2026, 3, 10))) == 3
    assert [found.id for found in await desk.book.page(DoubtFilter(), 10, other.id)] == [one.id]
    assert await desk.book.counts(DoubtFilter(reporter=REPORTER)) == {
        State.REPORTED: 1, State.ACCEPTED: 1, State.TRANSFERRED: 1,
    }  # fmt: skip


async def test_who_oversees_is_told_of_its_own_reports_what_their_reporter_is(desk: Desk) -> None:
    """A department's supervisor must not learn for it what was withheld from it."""
    await desk.pool.execute(
        "INSERT INTO doubt VALUES (gen_random_uuid(), $1, $2, '{}', 1, 'confirmed', 'closed', false, 'x', $3,"
        " gen_random_uuid(), 'p', now(), '2026-03-09', false)",
        *(REPORTER, PROVIDER, PERSON),
    )
    for overseer, seen in ((OTHER, State.CONFIRMED), (REPORTER, State.CLOSED)):
        for reporter in (None, REPORTER):
            chosen = DoubtFilter(reporter=reporter, within="320000", overseer=overseer)
            assert await desk.book.counts(chosen) == {seen: 1}


@pytest.mark.parametrize("column", ["id", "reporter", "item", "subject", "receipt", "path", "reported_at"])
async def test_what_is_doubted_of_whom_by_whom_is_never_altered(desk: Desk, column: str) -> None:
    """Not by the service itself: a step moves state, provider and time alone."""
    doubt = await desk.take(await desk.reported(), Transferred(OTHER, "转办"))
    await desk.book.move_due(doubt, doubt_clock(doubt, await desk.calendars.calendar(), PROFILE))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await desk.pool.execute(f"UPDATE doubt SET {column} = {column}")


async def test_time_is_watched_and_told_once(desk: Desk) -> None:
    doubt = await desk.reported()  # on Monday, 2 March: due on the next Monday
    watch = DoubtWatch(desk.book, desk.calendars, PROFILE)
    for day in (date(2026, 3, 5), date(2026, 3, 6), date(2026, 3, 9), date(2026, 3, 10), date(2026, 3, 11)):
        await watch.look(day)
    assert await desk.kinds(PROVIDER) == ["doubt.reported", "doubt.due_soon", "doubt.overdue"]
    assert await desk.kinds(REPORTER) == ["doubt.overdue"]
    await desk.take(await desk.take(doubt, Accepted()), Decided(Result.CONFIRMED, "无误"))
    await watch.look(date(2026, 3, 20))
    assert len(await desk.kinds(PROVIDER)) == 3


async def test_who_was_told_the_item_of_the_subject(desk: Desk) -> None:
    writer = LedgerWriter(desk.dsn)
    await writer.open()
    answers = (
        ("name", "SHARED", PERSON, REPORTER, OTHER), ("name", "WITHHELD", PERSON, OTHER, None),
        ("name", "MASKED", PERSON, PROVIDER, None), ("name", "SHARED", KEYS("x"), OTHER, None),
        ("sex", "SHARED", PERSON, OTHER, None), ("name", "COMPARED", PERSON, OTHER, None),
    )  # fmt: skip
    receipts = [await _answered(desk, writer, *one) for one in answers]
    await writer.close()
    found = await desk.book.received([bytes(PERSON)], [ItemCode("name")], datetime.now(UTC) - timedelta(days=1))
    assert set(found) == {
        Received(REPORTER, receipts[0]), Received(OTHER, receipts[0]), Received(PROVIDER, receipts[2]),
        Received(OTHER, receipts[5]),
    }  # fmt: skip
    assert await desk.book.received([bytes(PERSON)], [ItemCode("name")], datetime.now(UTC) + timedelta(days=1)) == []


async def _answered(
    desk: Desk, writer: LedgerWriter, item: str, outcome: str, subject: bytes, by: ProviderCode, duty: ProviderCode | None
) -> str:
    """An answer's entry about two persons, of whom the second one is the subject; its receipt."""
    now = datetime.now(UTC)
    entry = Entry(
        id=new_id(now), time=now, kind=Kind.ANSWERED, consumer=by, client="c",
        purpose=PurposeRecord("M01", "administrative_basis", "H", None, duty), mode="online_lookup", document="ab",
        catalogue_version=1, epoch=await desk.epoch(),
        outcomes=encode_outcomes([PositionOutcome(f"b.{item}", item, outcome, "R")]),
        subjects=[("a", [0]), ("b", [1])],
    )  # fmt: skip
    await writer.append(entry.id, canonical(entry), entry.epoch, [KEYS("another"), subject])
    return str(entry.id)
