"""Applications as they are kept: events and index agree, a step is kept whole or not at all, and time is watched."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest

from catalogue.model import Form, ItemCode, Mode, ProviderCode, Rows, Use
from catalogue.profile import load_profile
from errors import STATE_CONFLICT, GatewayError
from resolvers.deadline_watch import DeadlineWatch
from resolvers.ports.applications import Change, Filter
from resolvers.ports.calendars import NewYear
from settings import ROOT
from sharing.answer import ItemAnswer, Outcome
from sharing.application import (
    Actor,
    Answered,
    Application,
    ApplicationId,
    Drafted,
    Event,
    Happening,
    Negotiated,
    NegotiationEnded,
    Request,
    RequestedItem,
    State,
    Submitted,
    Withdrawn,
)
from sharing.deadlines import awaited_clock, clock_if_submitted
from sharing.happen import begin, happen
from sharing.notices import notices_of
from sharing.sealed import Granted
from sharing.succession import Awaited
from sharing.terms import Terms
from standards.working_days import year_table
from storage.access import Role
from storage.applications import KINDS, ApplicationBook
from storage.calendars import CalendarStore
from storage.notices import NoticeStore
from storage.parties import PartyBook
from storage.pool import open_pool
from tests.conftest import Database
from tests.signing import GRANT_KEYS

CONSUMER, PROVIDER = ProviderCode("11320000014000127A"), ProviderCode("113200000140002351")
ITEM = ItemCode("101001/000001-009")
PROFILE = load_profile()
TERMS = Terms(
    Form.FULL, Rows.ALL, frozenset({Use.ADMINISTRATIVE_BASIS}), frozenset({"M12"}), frozenset({Mode.ONLINE_LOOKUP}),
    date(2027, 3, 1), 100, frozenset({"ab" * 32}),
)  # fmt: skip
REQUEST = Request((RequestedItem(ITEM, TERMS),), "第七条", "核实户籍", "H-1", "025")
BY = Actor(CONSUMER, "client", "H-1")


class Desk:
    """Our database with two departments, and what works on it."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self.pool = pool
        self.book = ApplicationBook(pool, GRANT_KEYS)
        self.calendars = CalendarStore(pool)
        self.watch = DeadlineWatch(self.book, self.calendars, PROFILE)

    async def take(self, application: Application, at: datetime, what: Happening, **more: object) -> Application:
        """One step more, kept."""
        day = (at + timedelta(hours=8)).date()
        moved = happen(application, Event(len(application.events) + 1, at, day, BY, what))
        calendar = await self.calendars.calendar()
        clock = awaited_clock(moved, calendar, PROFILE)
        notices = notices_of(moved, moved.events[-1])
        known = len(application.events)
        await self.book.keep([Change(moved, known, clock, calendar.version, notices=notices, **more)])  # type: ignore[arg-type]
        return moved

    async def submitted(self, on: date) -> Application:
        """An application that was submitted on this day."""
        at = datetime(on.year, on.month, on.day, 2, tzinfo=UTC)
        drafted = begin(
            ApplicationId(str(uuid4())), Event(1, at, on, BY, Drafted(CONSUMER, PROVIDER, str(uuid4()), REQUEST))
        )
        await self.book.keep([Change(drafted, 0)])
        clock = clock_if_submitted(drafted, on, await self.calendars.calendar(), PROFILE)
        assert clock is not None
        return await self.take(drafted, at, Submitted(clock.due, clock.provisional))

    async def told(self, department: ProviderCode, application: Application) -> list[tuple[str, dict[str, str]]]:
        """The notices about it, the earliest first."""
        found = await NoticeStore(self.pool).list(department, 100, None, undelivered_only=False)
        return [(one.kind, dict(one.facts)) for one in reversed(found) if one.about == application.id]


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[Desk]:
    owner = await asyncpg.connect(database.dsn(Role.OWNER))
    for code in (CONSUMER, PROVIDER):
        await owner.execute("INSERT INTO department VALUES ($1, 'n', 'n', 'government', '320000')", code)
    await owner.close()
    pool = await open_pool(database.dsn(), application_name="test applications", size=5)
    yield Desk(pool)
    await pool.close()


def granted(application: Application) -> Granted:
    return Granted(
        PROVIDER, CONSUMER, frozenset({ITEM}), Form.FULL, Rows.ALL, TERMS.uses, TERMS.matters, TERMS.modes,
        datetime(2026, 3, 2, tzinfo=UTC), datetime(2027, 3, 2, tzinfo=UTC), "同意", application=application.id,
    )  # fmt: skip


ANSWER = Answered((ItemAnswer(ITEM, Outcome.GRANT, TERMS),), "ab" * 32)


async def test_what_is_found_is_what_was_kept(desk: Desk) -> None:
    kept = await desk.submitted(date(2026, 3, 2))
    assert await desk.book.find(kept.id) == kept
    assert (await PartyBook(desk.pool).awaited(PROVIDER), await PartyBook(desk.pool).awaited(CONSUMER)) == (
        Awaited(applications=1),
        Awaited(),
    )
    assert await desk.book.find(str(uuid4())) is None
    assert await desk.book.find("' OR true --") is None


def test_every_step_has_a_name_to_be_kept_under() -> None:
    assert set(KINDS.values()) == set(Happening.__args__)


async def test_a_step_on_what_has_moved_is_not_kept_nor_anything_with_it(desk: Desk) -> None:
    application = await desk.submitted(date(2026, 3, 2))
    at = datetime(2026, 3, 4, 2, tzinfo=UTC)
    await desk.take(application, at, Withdrawn("取消"))
    with pytest.raises(GatewayError) as refused:
        await desk.take(application, at, ANSWER, grants=(granted(application),))
    assert refused.value.code is STATE_CONFLICT
    assert await desk.pool.fetchval("SELECT count(*) FROM sharing_grant") == 0
    assert [kind for kind, _ in await desk.told(CONSUMER, application)] == []


async def test_of_many_answers_at_once_one_is_kept_with_its_grant(desk: Desk) -> None:
    application = await desk.submitted(date(2026, 3, 2))
    at = datetime(2026, 3, 4, 2, tzinfo=UTC)
    outcomes = await asyncio.gather(
        *(desk.take(application, at, ANSWER, grants=(granted(application),)) for _ in range(5)), return_exceptions=True
    )
    refusals = [one for one in outcomes if isinstance(one, GatewayError)]
    assert len(refusals) == 4
    assert {one.code for one in refusals} == {STATE_CONFLICT}
    assert await desk.pool.fetchval("SELECT count(*) FROM sharing_grant WHERE application = $1", application.id) == 1


async def test_all_changes_are_kept_or_none(desk: Desk) -> None:
    one, other = await desk.submitted(date(2026, 3, 2)), await desk.submitted(date(2026, 3, 2))
    at = datetime(2026, 3, 4, 2, tzinfo=UTC)
    await desk.take(other, at, Withdrawn("取消"))
    day = date(2026, 3, 4)
    changes = [
        Change(happen(each, Event(len(each.events) + 1, at, day, BY, ANSWER)), len(each.events)) for each in (one, other)
    ]
    with pytest.raises(GatewayError):
        await desk.book.keep(changes)
    assert await desk.book.find(one.id) == one


async def test_what_has_happened_cannot_be_changed_by_the_service(desk: Desk) -> None:
    await desk.submitted(date(2026, 3, 2))
    for text in ("UPDATE application_event SET handler = 'x'", "DELETE FROM application_event", "DELETE FROM application"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await desk.pool.execute(text)


async def test_the_auditor_reads_no_words_and_no_handlers(desk: Desk, database: Database) -> None:
    await desk.submitted(date(2026, 3, 2))
    auditor = await asyncpg.connect(database.dsn(Role.AUDITOR))
    try:
        assert await auditor.fetchval("SELECT count(*) FROM application") == 1
        for column in ("detail", "handler"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await auditor.fetch(f"SELECT {column} FROM application_event")
    finally:
        await auditor.close()


async def test_the_provider_is_warned_once_and_both_are_told_once_when_it_is_overdue(desk: Desk) -> None:
    application = await desk.submitted(date(2026, 3, 2))  # due on Monday 16 March, warned from Wednesday 11
    for day in (date(2026, 3, 10), date(2026, 3, 11), date(2026, 3, 12), date(2026, 3, 16)):
        await desk.watch.look(day)
    assert [kind for kind, _ in await desk.told(PROVIDER, application)] == ["application.submitted", "application.due_soon"]
    assert await desk.told(CONSUMER, application) == []
    for _ in range(2):
        await desk.watch.look(date(2026, 3, 17))
    told = {"due": "2026-03-16", "consumer": CONSUMER, "provider": PROVIDER}
    assert (await desk.told(PROVIDER, application))[2:] == [("application.overdue", told)]
    assert await desk.told(CONSUMER, application) == [("application.overdue", told)]
    late = Filter(provider=PROVIDER, overdue_on=date(2026, 3, 17))
    assert [one.id for one in await desk.book.page(late, 10, None)] == [application.id]
    assert await desk.book.page(Filter(provider=PROVIDER, overdue_on=date(2026, 3, 16)), 10, None) == []


async def due(desk: Desk) -> list[date | None]:
    """By when what the consumer has applied for is to be answered, the latest application first."""
    return [one.due for one in (await desk.book.latest(CONSUMER, [ITEM])).get(ITEM, ())]


async def test_what_was_answered_is_watched_no_more(desk: Desk) -> None:
    application = await desk.submitted(date(2026, 3, 2))
    await desk.take(application, datetime(2026, 3, 4, 2, tzinfo=UTC), ANSWER)
    await desk.watch.look(date(2026, 3, 30))
    assert [kind for kind, _ in await desk.told(PROVIDER, application)] == ["application.submitted"]
    assert await due(desk) == [None]


async def agreed(desk: Desk) -> Application:
    """Refused at first, agreed on upon Wednesday 11 March: the answer is due on the 25th."""
    application = await desk.submitted(date(2026, 3, 2))
    refusal = Answered((ItemAnswer(ITEM, Outcome.REFUSE, None, "无关"),), "0" * 64)
    application = await desk.take(application, datetime(2026, 3, 4, 2, tzinfo=UTC), refusal)
    at = datetime(2026, 3, 11, 2, tzinfo=UTC)
    application = await desk.take(application, at, Negotiated((ITEM,), "请复议"))
    return await desk.take(application, at, NegotiationEnded((ITEM,), agreed=True, text="一致", due=date(2026, 3, 25)))


async def test_what_was_agreed_on_is_expected_warned_of_and_found_overdue(desk: Desk) -> None:
    application = await agreed(desk)
    assert await due(desk) == [date(2026, 3, 25)]
    for day in (date(2026, 3, 19), date(2026, 3, 20), date(2026, 3, 25), date(2026, 3, 26)):
        await desk.watch.look(day)
    told = {kind: facts["due"] for kind, facts in await desk.told(PROVIDER, application) if "due" in facts}
    assert told["application.due_soon"] == told["application.overdue"] == "2026-03-25"
    late = Filter(provider=PROVIDER, overdue_on=date(2026, 3, 26))
    assert [one.id for one in await desk.book.page(late, 10, None)] == [application.id]
    assert await desk.book.counts(late) == {State.AGREED: 1}
    await desk.take(application, datetime(2026, 3, 26, 2, tzinfo=UTC), ANSWER)
    assert await desk.book.page(late, 10, None) == []
    assert await due(desk) == [None]


async def test_what_was_agreed_on_before_it_had_a_clock_is_given_one(desk: Desk, database: Database) -> None:
    """As the migration leaves it; nobody is told of a day that moved, for none was told."""
    application = await agreed(desk)
    owner = await asyncpg.connect(database.dsn(Role.OWNER))
    try:
        await owner.execute("UPDATE application SET due = NULL, awaiting = '{}'")
        migration = (ROOT / "storage" / "migrations" / "0019_owed_answers.sql").read_text("utf-8")
        await owner.execute(migration[migration.index("UPDATE") :])
    finally:
        await owner.close()
    before = await desk.told(CONSUMER, application)
    await desk.watch.look(date(2026, 3, 12))
    assert await due(desk) == [date(2026, 3, 25)]
    assert await desk.told(CONSUMER, application) == before


async def test_a_provisional_deadline_is_computed_again_and_its_move_is_told(desk: Desk) -> None:
    application = await desk.submitted(date(2026, 12, 25))
    assert await due(desk) == [date(2027, 1, 8)]
    table = year_table(2027, [date(2027, 1, 1)], [])
    await desk.calendars.load(NewYear(table, "国办发明电〔2026〕号", PROVIDER, "client", "O-1"))
    await desk.watch.look(date(2026, 12, 28))
    assert await due(desk) == [date(2027, 1, 11)]
    told = {
        "due": "2027-01-11", "formerDue": "2027-01-08", "provisional": "false", "consumer": CONSUMER, "provider": PROVIDER,
    }  # fmt: skip
    assert ("application.deadline_moved", told) in await desk.told(PROVIDER, application)
    assert await desk.told(CONSUMER, application) == [("application.deadline_moved", told)]
    assert await desk.book.provisional((await desk.calendars.calendar()).version, 10) == []


async def test_counts_and_pages(desk: Desk) -> None:
    kept = [await desk.submitted(date(2026, 3, day)) for day in (2, 3, 4)]
    await desk.take(kept[0], datetime(2026, 3, 5, 2, tzinfo=UTC), Withdrawn("取消"))
    mine = Filter(consumer=CONSUMER, drafts=True)
    assert await desk.book.counts(mine) == {State.SUBMITTED: 2, State.WITHDRAWN: 1}
    first = await desk.book.page(mine, 2, None)
    rest = await desk.book.page(mine, 2, first[-1].id)
    assert {one.id for one in (*first, *rest)} == {one.id for one in kept}
    assert [
        one.id for one in await desk.book.page(Filter(provider=PROVIDER, states=frozenset({State.WITHDRAWN})), 9, None)
    ] == [kept[0].id]
    assert await desk.book.page(Filter(provider=CONSUMER), 9, None) == []
    assert len(await desk.book.page(Filter(consumer=CONSUMER, item=ITEM), 9, None)) == 3
