"""Organisations in our own database: dated, never overwritten, no right moved; what each role may see and do."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from catalogue.model import ProviderCode
from errors import NOT_FOUND, STATE_CONFLICT, GatewayError
from resolvers.ports.parties import Description, NewParty, Recorder
from sharing.chain import ONE_STEP, AnswerChain, Officer, Step, Substitution
from sharing.days import Days
from sharing.parties import Office, OfficeKind, PartyKind, Statement, Subject, Zone, holder_of
from sharing.succession import Awaited
from standards import credit_code
from storage.access import Role
from storage.parties import PartyBook
from storage.pool import open_pool
from tests.conftest import Database

TODAY = date(2026, 3, 2)
BY = Recorder("demo-operator", "O-1", TODAY)
ALWAYS = Days(date(2025, 1, 1))
NANJING = "320100"


def code(number: int) -> ProviderCode:
    return ProviderCode(credit_code.compose("11", NANJING, f"MBX00{number:03}0"))


def party(number: int, days: Days = ALWAYS) -> NewParty:
    return NewParty(code(number), "office", "部门", PartyKind.GOVERNMENT, NANJING, Zone.EXTRANET, None, None, days)


def office(number: int, days: Days) -> Office:
    return Office(OfficeKind.COMPETENT_DEPARTMENT, NANJING, code(number), "主管部门", "某人", "文件", days)


async def competent(book: PartyBook, day: date) -> ProviderCode | None:
    """Nanjing's competent department on the day."""
    return holder_of(await book.offices(), OfficeKind.COMPETENT_DEPARTMENT, NANJING, day)


@pytest.fixture
async def pool(database: Database) -> Any:
    opened = await open_pool(database.dsn(), application_name="test", size=3)
    yield opened
    await opened.close()


@pytest.fixture
async def book(pool: asyncpg.Pool) -> PartyBook:
    book = PartyBook(pool)
    for number in (1, 2):
        await book.register(party(number))
    return book


async def test_only_the_registration_of_a_department_moves_the_epoch(pool: asyncpg.Pool, book: PartyBook) -> None:
    before = await pool.fetchval("SELECT epoch FROM epoch")
    await book.describe(code(1), Description(TODAY, {Subject.RULES: (Statement(Subject.RULES, "规范", None, ALWAYS),)}), BY)
    await book.set_answer_chain(code(1), AnswerChain((Step.HANDLE, Step.ISSUE)))
    await book.appoint(office(1, ALWAYS), BY)
    for name in ("a", "b"):
        await book.register_officer(code(1), Officer(name, "名" + name, frozenset({Step.ISSUE}), ALWAYS), BY)
    await book.appoint_substitute(code(1), "a", Substitution("b", Days(TODAY, date(2026, 4, 1))), BY)
    assert await pool.fetchval("SELECT epoch FROM epoch") == before
    await book.register(party(3))
    assert await pool.fetchval("SELECT epoch FROM epoch") == before + 1


async def test_an_office_passes_on_and_a_day_knows_its_holder(book: PartyBook) -> None:
    change = TODAY + timedelta(days=9)
    await book.appoint(office(1, ALWAYS), BY)
    await book.appoint(office(2, Days(change)), BY)
    days = (date(2024, 12, 31), TODAY, change - timedelta(days=1), change)
    assert [await competent(book, day) for day in days] == [None, code(1), code(1), code(2)]
    assert [(one.holder, one.days.ends) for one in await book.offices()] == [(code(1), change), (code(2), None)]


@pytest.mark.parametrize(
    "days",
    [
        Days(date(2026, 2, 1)),  # would change what held before today
        Days(date(2024, 1, 1)),  # two at a time from 2025 on
        Days(TODAY),  # reaches into what is appointed for later
    ],
)
async def test_what_stands_is_not_overwritten(book: PartyBook, days: Days) -> None:
    later = Days(TODAY + timedelta(days=9))
    await book.appoint(office(1, ALWAYS), BY)
    await book.appoint(office(2, later), BY)
    before = await book.offices()
    with pytest.raises(GatewayError) as caught:
        await book.appoint(office(2, days), BY)
    assert (caught.value.code, caught.value.article) == (STATE_CONFLICT, "Art. 5")
    assert await book.offices() == before


async def test_an_entry_is_corrected_on_its_day_and_stays_on_record(pool: asyncpg.Pool, book: PartyBook) -> None:
    await book.appoint(office(1, Days(TODAY)), BY)
    await book.appoint(office(2, Days(TODAY)), BY)
    assert [one.holder for one in await book.offices()] == [code(2)]
    assert await pool.fetchval("SELECT count(*) FROM office") == 2


async def test_an_office_ends_with_its_department(book: PartyBook) -> None:
    end = TODAY + timedelta(days=5)
    await book.register(party(4, Days(date(2025, 1, 1), end)))
    await book.appoint(office(4, ALWAYS), BY)
    assert await competent(book, end - timedelta(days=1)) == code(4)
    assert await competent(book, end) is None
    assert [one.days for one in await book.offices()] == [Days(ALWAYS.begins, end)]


async def test_a_department_ends_once_and_is_never_prolonged(pool: asyncpg.Pool, book: PartyBook) -> None:
    """What it holds ends with it; the epoch moves, so that every worker knows."""
    day = datetime.now(UTC).date() + timedelta(days=9)
    before = await pool.fetchval("SELECT epoch FROM epoch")
    await book.end(code(1), day, "机构改革", BY)
    assert await pool.fetchval("SELECT epoch FROM epoch") == before + 1
    found = await book.party(code(1))
    assert found is not None
    assert (found.days, found.in_force) == (Days(ALWAYS.begins, day), True)
    for later in (day, day + timedelta(days=1)):
        with pytest.raises(GatewayError) as caught:
            await book.end(code(1), later, "再议", BY)
        assert caught.value.code is STATE_CONFLICT
    for statement in ("NULL", "valid_until + interval '1 day'"):
        with pytest.raises(asyncpg.RestrictViolationError):
            await pool.execute(f"UPDATE department SET valid_until = {statement} WHERE code = $1", code(1))
    await book.end(code(1), day - timedelta(days=1), "提前", BY)
    row = await pool.fetchrow("SELECT ended_by, ended_handler, ended_reason FROM department WHERE code = $1", code(1))
    assert row is not None
    assert tuple(row) == (BY.client, BY.handler, "提前")
    assert await book.awaited(code(1)) == Awaited()


async def test_a_department_keeps_its_officers_on_record(book: PartyBook) -> None:
    assert await book.officers(code(1)) == []
    assert await book.answer_chain(code(1)) == ONE_STEP
    assert await book.answer_chain(code(9)) == ONE_STEP
    end = TODAY + timedelta(days=1)
    for days, steps in ((ALWAYS, {Step.ISSUE}), (Days(end), set[Step]())):
        await book.register_officer(code(1), Officer("a", "甲", frozenset(steps), days), BY)
    held = await book.officers_of((code(1), code(2)))
    assert held[code(2)] == []
    assert [(one.steps, one.days) for one in held[code(1)]] == [
        (frozenset({Step.ISSUE}), Days(ALWAYS.begins, end)),
        (frozenset(), Days(end)),
    ]


async def test_several_departments_are_read_at_once(book: PartyBook) -> None:
    stated = {subject: (Statement(subject, "内容", None, ALWAYS),) for subject in Subject}
    await book.describe(code(2), Description(ALWAYS.begins, stated, superior=code(1)), BY)
    found = await book.parties_of((code(1), code(2), code(9)))
    assert set(found) == {code(1), code(2)}
    assert found[code(1)].statements == ()
    assert {one.subject for one in found[code(2)].statements} == set(Subject)
    assert found[code(2)].superior == code(1)
    assert [one.code for one in await book.parties("320000", code(1), 5)] == [code(2)]
    assert await book.parties("320500", "", 5) == []
    with pytest.raises(GatewayError) as caught:
        await book.describe(code(2), Description(TODAY, {}, superior=code(9)), BY)
    assert caught.value.code is NOT_FOUND


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE office SET holder = NULL",
        "UPDATE office SET valid_from = '2020-01-01'",
        "UPDATE officer SET name = 'x'",
        "UPDATE responsibility SET words = 'x'",
        "UPDATE officer_substitute SET substitute = 'x'",
        "DELETE FROM office",
        "DELETE FROM officer",
        "DELETE FROM responsibility",
        "DELETE FROM entrustment",
        "UPDATE entrustment SET matters = '{}'",
        "UPDATE entrustment SET counter_department = duty_department",
        "UPDATE service_case SET subjects = '{}'",
        "UPDATE department SET division_code = '320500'",
        "DELETE FROM department",
    ],
)
async def test_the_service_may_end_a_term_and_no_more(pool: asyncpg.Pool, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute(statement)


async def test_the_auditor_reads_no_names(database: Database) -> None:
    connection = await asyncpg.connect(database.dsn(Role.AUDITOR))
    try:
        for allowed in ("SELECT id, steps FROM officer", "SELECT kind, holder FROM office", "SELECT * FROM party"):
            await connection.fetch(allowed)
        for denied in ("SELECT name FROM officer", "SELECT head FROM office", "SELECT words FROM responsibility"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetch(denied)
    finally:
        await connection.close()


async def test_what_was_ended_or_closed_does_not_hold_again(pool: asyncpg.Pool, book: PartyBook) -> None:
    await pool.execute(
        "INSERT INTO entrustment (counter_department, duty_department, basis, valid_until)"
        " VALUES ($1, $2, 'b', '2100-01-01')",
        *(code(1), code(2)),
    )
    await pool.execute("INSERT INTO service_case VALUES ('C', $1, 'M', 'h', now(), NULL, '{}')", code(1))
    await pool.execute("UPDATE service_case SET closed_at = now()")
    for prolonged in ("NULL", "'2101-01-01'"):
        with pytest.raises(asyncpg.RestrictViolationError):
            await pool.execute(f"UPDATE entrustment SET valid_until = {prolonged}")
    await pool.execute("UPDATE entrustment SET valid_until = now(), ended_by = 'c/h', ended_reason = 'r'")
    for again in ("UPDATE entrustment SET valid_until = valid_from", "UPDATE service_case SET closed_at = NULL"):
        with pytest.raises(asyncpg.RestrictViolationError):
            await pool.execute(again)


async def test_an_entrustment_still_ends_after_it_begins(pool: asyncpg.Pool, book: PartyBook) -> None:
    add = (
        "INSERT INTO entrustment (counter_department, duty_department, basis, valid_from, valid_until)"
        " VALUES ($1, $2, 'b', '2026-01-02', $3)"
    )
    with pytest.raises(asyncpg.CheckViolationError):
        await pool.execute(add, code(1), code(2), date(2026, 1, 1))
    with pytest.raises(asyncpg.CheckViolationError):  # nobody is entrusted with its own duty
        await pool.execute(add, code(1), code(1), date(2026, 2, 1))
