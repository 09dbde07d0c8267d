"""Migrations: applied once and in order; what they must refuse; what each role may do."""

import asyncio
import shutil
from pathlib import Path

import asyncpg
import pytest

from errors import DATABASE_NEWER, START_REFUSED, GatewayError
from storage.access import Role
from storage.embedded import Cluster
from storage.migrate import FOLDER, create_database, migrate, migrations, prepare
from storage.pool import open_pool
from tests.conftest import Database

DEPARTMENT = "11320000014000127A"
GRANT = (
    "INSERT INTO sharing_grant (id, consumer, items, form, rows, uses, modes, valid_until, answered_by, basis)"
    " VALUES ('g', $1, '{i}', 'full', 'all', '{work_reference}', '{online_lookup}', 'infinity', 'x', 'b')"
)


async def add_department(connection: asyncpg.Connection) -> None:
    await connection.execute(
        "INSERT INTO department (code, name, name_zh, kind, division_code)"
        " VALUES ($1, 'Office', '办', 'government', '320000')",
        DEPARTMENT,
    )


async def test_prepared_twice_and_by_two_at_once(cluster: Cluster) -> None:
    await asyncio.gather(prepare(cluster.access, "twice"), prepare(cluster.access, "other"))
    owner = cluster.dsn("twice", Role.OWNER)
    assert set(await asyncio.gather(migrate(owner), migrate(owner))) == {len(migrations())}
    connection = await asyncpg.connect(owner)
    assert await connection.fetchval("SELECT count(*) FROM migration") == len(migrations())
    await connection.close()


async def test_tasks_of_a_register_that_was_withdrawn_before_are_completed(cluster: Cluster, tmp_path: Path) -> None:
    """Migration 23: by the withdrawal that came first after each was reported; their lead is who published last."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    for path in sorted(FOLDER.glob("*.sql"))[:22]:
        shutil.copy(path, folder)
    await create_database(cluster.access, "withdrawn")
    owner = cluster.dsn("withdrawn", Role.OWNER)
    await migrate(owner, folder)
    connection = await asyncpg.connect(owner)
    await add_department(connection)
    for version in range(1, 4):
        await connection.execute(
            "INSERT INTO catalogue_version (version, document, published_by) VALUES ($1, '{}', $2)", version, DEPARTMENT
        )
    for register, text, version in (("gone", "x", 1), ("gone", "", 2), ("kept", "x", 3)):
        await connection.execute(
            "INSERT INTO catalogue_draft (register, path, compiler, state, base, revision, text, published_version,"
            " changed_at) VALUES ($1, 'p', $2, 'published', 1, 1, $3, $4, make_date(2026, 3, $4))",
            *(register, DEPARTMENT, text, version),
        )
    for register, day in (("gone", 1), ("gone", 4), ("kept", 1), ("nowhere", 1)):
        await connection.execute(
            "INSERT INTO change_task (register, kind, basis, effective_on, term_working_days, department, client, handler,"
            " reported_at) VALUES ($1, 'law', 'b', '2026-03-01', 15, $2, 'c', 'h',"
            " make_date(2026, 3, $3))",
            *(register, DEPARTMENT, day),
        )
    await migrate(owner)
    rows = await connection.fetch("SELECT register, lead, completed_version FROM change_task ORDER BY id")
    assert [tuple(row) for row in rows] == [
        *(("gone", DEPARTMENT, 2), ("gone", DEPARTMENT, None)),
        *(("kept", DEPARTMENT, None), ("nowhere", None, None)),
    ]
    await connection.close()


async def test_newer_database_stops(database: Database) -> None:
    connection = await asyncpg.connect(database.dsn(Role.OWNER))
    await connection.execute("INSERT INTO migration VALUES (9999, 'later', '\\x00')")
    await connection.close()
    with pytest.raises(GatewayError, match="`9999`") as refused:
        await migrate(database.dsn(Role.OWNER))
    assert refused.value.code is DATABASE_NEWER


async def test_altered_migration_stops_and_a_failed_one_leaves_nothing(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(FOLDER, folder)
    following = folder / f"{len(migrations()) + 1:04}_more.sql"
    following.write_text("CREATE TABLE more (n int); SELECT 1 / 0;")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(database.dsn(Role.OWNER), folder)
    following.write_text("CREATE TABLE more (n int);")
    await migrate(database.dsn(Role.OWNER), folder)
    following.write_text("CREATE TABLE more (n bigint);")
    with pytest.raises(GatewayError, match="_more` was altered") as refused:
        await migrate(database.dsn(Role.OWNER), folder)
    assert refused.value.code is START_REFUSED


def test_a_gap_in_the_numbers_is_refused(tmp_path: Path) -> None:
    (tmp_path / "0002_second.sql").write_text("SELECT 1")
    with pytest.raises(GatewayError, match="out of order"):
        migrations(tmp_path)


async def test_database_names_are_checked(cluster: Cluster) -> None:
    with pytest.raises(ValueError, match="no database name"):
        await create_database(cluster.access, 'x" OWNER nobody')


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        (role, statement)
        for table in ("ledger_entry", "ledger_subject", "ledger_head")
        for role in (Role.SERVICE, Role.AUDITOR)
        for statement in (f"DELETE FROM {table}", f"TRUNCATE {table}", f"DROP TABLE {table}")
    ]
    + [
        (Role.SERVICE, "INSERT INTO ledger_entry VALUES (1, now(), gen_random_uuid(), '', '')"),
        (Role.SERVICE, "UPDATE ledger_head SET sequence = 0"),
        (Role.SERVICE, "UPDATE ledger_entry SET payload = ''"),
        (Role.SERVICE, "SELECT payload FROM ledger_entry"),
        (Role.SERVICE, "SELECT subject FROM ledger_subject"),
        (Role.SERVICE, "UPDATE epoch SET epoch = 1"),
        (Role.SERVICE, "DELETE FROM sharing_grant"),
        (Role.SERVICE, "CREATE TABLE mine (n int)"),
        (Role.AUDITOR, "SELECT subjects FROM service_case"),
        (Role.AUDITOR, "SELECT secret_hash FROM client_secret"),
        (Role.AUDITOR, "UPDATE sharing_grant SET items = '{x}'"),
        (Role.AUDITOR, "SELECT ledger_append('{}', '{}', '{}', '{}')"),
    ],
)
async def test_roles_may_not(database: Database, role: Role, statement: str) -> None:
    connection = await asyncpg.connect(database.dsn(role))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    finally:
        await connection.close()


async def test_changes_of_rights_move_the_epoch_and_tell_it(database: Database) -> None:
    connection = await asyncpg.connect(database.dsn())
    heard: asyncio.Queue[str] = asyncio.Queue()
    listener = await asyncpg.connect(database.dsn())
    await listener.add_listener("oncegate_epoch", lambda *told: heard.put_nowait(told[3]))
    epoch = await connection.fetchval("SELECT epoch FROM epoch")
    changes = [
        "INSERT INTO client (id, department, title) VALUES ('hall', $1, 't')",
        "UPDATE client SET disabled_at = now() WHERE department = $1",
        GRANT,
        "UPDATE sharing_grant SET revoked_at = now(), revoked_reason = 'r' WHERE consumer = $1",
        "INSERT INTO catalogue_version (version, document, published_by) VALUES (3, '{}', $1)",
    ]
    await add_department(connection)
    for change in changes:
        await connection.execute(change, DEPARTMENT)
    for step in range(1, len(changes) + 2):
        assert await asyncio.wait_for(heard.get(), 5) == str(epoch + step)
    assert await connection.fetchval("SELECT ARRAY[epoch, catalogue_version] FROM epoch") == [epoch + step, 3]
    with pytest.raises(asyncpg.RestrictViolationError):
        await connection.execute("UPDATE sharing_grant SET revoked_reason = NULL")
    await listener.close()
    await connection.close()


async def test_a_rolled_back_change_moves_nothing(database: Database) -> None:
    connection = await asyncpg.connect(database.dsn())
    epoch = await connection.fetchval("SELECT epoch FROM epoch")
    transaction = connection.transaction()
    await transaction.start()
    await add_department(connection)
    await transaction.rollback()
    assert await connection.fetchval("SELECT epoch FROM epoch") == epoch
    await connection.close()


async def test_pool_releases_without_a_round_trip(database: Database) -> None:
    pool = await open_pool(database.dsn(), application_name="test pool", size=1)
    async with pool.acquire() as connection:
        assert await connection.fetchval("SHOW application_name") == "test pool"
        assert connection.get_reset_query() == ""
    await pool.close()
