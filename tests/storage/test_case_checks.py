"""Checks of cases: the newest is read, those that gather go together, none is kept where no case is open."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from catalogue.model import ProviderCode
from errors import GatewayError
from ledger.entry import new_id
from resolvers.ports.cases import KeptCheck, latest_of
from storage.access import Role
from storage.case_checks import CaseChecks
from storage.pool import open_pool
from tests.conftest import Database

DEPARTMENT = ProviderCode("11320100MB00000001")
OTHER = ProviderCode("11320100MB00000002")
AT = datetime(2026, 11, 2, 1, tzinfo=UTC)
VERDICTS = {"id_card": "NOT_TO_BE_ASKED", "lease": "ASK"}


@pytest.fixture
async def pool(database: Database) -> AsyncIterator["asyncpg.Pool[Any]"]:
    pool = await open_pool(database.dsn(), application_name="checks", size=3)
    owner = await asyncpg.connect(database.dsn(Role.OWNER))
    for code in (DEPARTMENT, OTHER):
        await owner.execute(
            "INSERT INTO department (code, name, name_zh, kind, division_code) VALUES ($1, $1, $1, 'government', '320100')",
            code,
        )
    await owner.close()
    for number in ("C-1", "C-2"):
        await pool.execute(
            "INSERT INTO service_case (number, consumer, matter, opened_by, subjects) VALUES ($1, $2, 'M07', 'h', '{}')",
            *(number, DEPARTMENT),
        )
    yield pool
    await pool.close()


async def keep(checks: CaseChecks, case: str = "C-1", digest: bytes = b"\x01", **of: Any) -> bool:
    return await checks.keep(
        of.get("department", DEPARTMENT),
        case,
        of.get("matter", "M07"),
        of.get("receipt", str(uuid4())),
        of.get("at", AT),
        of.get("digests", {"id_card": digest}),
        of.get("verdicts", VERDICTS),
    )


async def last(checks: CaseChecks, case: str = "C-1", department: ProviderCode = DEPARTMENT) -> KeptCheck | None:
    """The newest that covers what every check here does."""
    return (await checks.latest(department, case, "M07", ["id_card"])).get("id_card")


async def test_the_newest_check_of_the_matter_is_read(pool: "asyncpg.Pool[Any]") -> None:
    checks = CaseChecks(pool)
    assert await last(checks) is None
    assert await keep(checks, receipt=str(new_id(AT)))
    receipt = str(new_id(AT))
    assert await keep(checks, digest=b"\x02", receipt=receipt, at=AT + timedelta(days=1))
    assert await keep(checks, digest=b"\x03", matter="M01")
    newest = await last(checks)
    assert newest == KeptCheck(receipt, AT + timedelta(days=1), VERDICTS, {"id_card": b"\x02"})
    assert await last(checks, "C-2") is None
    assert await last(checks, department=OTHER) is None
    assert [(matter, one.digests) for matter, one in await checks.of_case(DEPARTMENT, "C-1", 2)] == [
        ("M01", {"id_card": b"\x03"}),
        ("M07", {"id_card": b"\x02"}),
    ]


async def test_each_material_is_read_from_the_newest_check_that_covers_it(pool: "asyncpg.Pool[Any]") -> None:
    checks = CaseChecks(pool)
    for number, covered in enumerate((["id_card", "lease", "permit"], ["id_card", "lease"], ["id_card"])):
        verdicts, digests = dict.fromkeys(covered, "ASK"), dict.fromkeys(covered, bytes([number]))
        assert await keep(checks, verdicts=verdicts, digests=digests, at=AT + timedelta(hours=number))
    found = await checks.latest(DEPARTMENT, "C-1", "M07", ["permit", "id_card", "unknown", "lease"])
    assert {material: check.digests[material][0] for material, check in found.items()} == {
        "id_card": 2,
        "lease": 1,
        "permit": 0,
    }
    assert [one.digests for one in (await checks.latest(DEPARTMENT, "C-1", "M07", ["permit"])).values()] == [
        dict.fromkeys(["id_card", "lease", "permit"], b"\x00")
    ]


async def test_nothing_is_kept_without_an_open_case_of_the_department(pool: "asyncpg.Pool[Any]") -> None:
    checks = CaseChecks(pool)
    await pool.execute("UPDATE service_case SET closed_at = now() WHERE number = 'C-2'")
    asked = (keep(checks), keep(checks, "C-2"), keep(checks, department=OTHER), keep(checks, "C-9"))
    assert list(await asyncio.gather(*asked)) == [True, False, False, False]
    assert await pool.fetchval("SELECT count(*) FROM case_check") == 1


async def test_what_gathers_goes_in_one_statement(pool: "asyncpg.Pool[Any]") -> None:
    checks = CaseChecks(pool)
    first = asyncio.ensure_future(keep(checks))
    await asyncio.sleep(0.001)  # it is under way
    await asyncio.gather(first, *(keep(checks) for _ in range(40)))
    transactions = await pool.fetchval("SELECT count(DISTINCT xmin::text) FROM case_check")
    assert (await pool.fetchval("SELECT count(*) FROM case_check"), transactions) == (41, 2)  # the first, and all others
    found = await asyncio.gather(*(last(checks, f"C-{number % 3}") for number in range(30)))
    assert [one is not None for one in found] == [number % 3 == 1 for number in range(30)]


async def test_in_one_batch_the_later_is_the_newest(pool: "asyncpg.Pool[Any]") -> None:
    checks = CaseChecks(pool)
    receipts = [str(uuid4()) for _ in range(20)]
    await asyncio.gather(*(keep(checks, receipt=receipt) for receipt in receipts))
    newest = await last(checks)
    assert newest is not None
    assert newest.receipt == receipts[-1]


async def test_whoever_went_away_takes_nobody_along(pool: "asyncpg.Pool[Any]") -> None:
    checks = CaseChecks(pool)
    receipts = [str(uuid4()) for _ in range(3)]
    tasks = [asyncio.ensure_future(keep(checks, receipt=receipt)) for receipt in receipts]
    await asyncio.sleep(0)
    tasks[1].cancel()
    assert list(await asyncio.gather(tasks[0], tasks[2])) == [True, True]
    kept = {row["receipt"] for row in await pool.fetch("SELECT receipt FROM case_check")}
    assert kept == {UUID(receipts[0]), UUID(receipts[2])}


async def test_a_database_that_is_away_is_a_refusal(database: Database) -> None:
    away = await open_pool(database.dsn(), application_name="away", size=1)
    await away.close()
    checks = CaseChecks(away)
    for asked in (keep(checks), last(checks)):
        with pytest.raises(GatewayError) as refused:
            await asked
        assert refused.value.code.name == "LEDGER_UNAVAILABLE"


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        (Role.AUDITOR, "SELECT digests FROM case_check"),
        (Role.AUDITOR, "SELECT reason FROM case_collection"),
        (Role.AUDITOR, "SELECT content FROM case_proof"),
        (Role.AUDITOR, "SELECT authorities FROM service_case"),
        (Role.SERVICE, "UPDATE case_check SET verdicts = '{}'"),
        (Role.SERVICE, "DELETE FROM case_check"),
        (Role.SERVICE, "UPDATE case_collection SET kind = 'lawful'"),
        (Role.SERVICE, "DELETE FROM case_proof"),
        (Role.SERVICE, "UPDATE case_handover SET reason = 'x'"),
        (Role.SERVICE, "UPDATE service_case SET authorities = '[]'"),
    ],
)
async def test_what_a_case_holds_is_added_to_and_no_more(database: Database, role: Role, statement: str) -> None:
    connection = await asyncpg.connect(database.dsn(role))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    finally:
        await connection.close()


def test_what_changed_between_two_checks() -> None:
    verdicts = dict.fromkeys("ab", "ASK")
    first = KeptCheck("1", AT, verdicts | {"c": "ASK"}, {"a": b"1", "b": b"1", "b x.name": b"1", "b y": b"1", "c": b"1"})
    then = KeptCheck("2", AT, verdicts | {"d": "ASK"}, {"a": b"1", "b": b"2", "b x.name": b"2", "b z": b"1", "d": b"1"})
    before = latest_of(then.verdicts, [first])
    assert before.keys() == {"a", "b"}  # what is checked for the first time has not changed, nor what was left out
    assert then.changed(before) == ("b", "b x.name", "b y", "b z")
    assert then.changed(latest_of(then.verdicts, [then, first])) == ()
