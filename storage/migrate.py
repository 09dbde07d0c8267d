"""Bring our own database to this program's version: ordered SQL files, each applied once, in a transaction of its own."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from errors import DATABASE_NEWER, START_REFUSED, GatewayError
from storage.access import Access, Role

FOLDER = Path(__file__).with_name("migrations")
OLDEST_SERVER = 140000
LOCK = 7423000  # one migrator at a time, also from several machines
NEEDED_ROLES = (Role.OWNER, Role.SERVICE, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class Migration:
    """One file `<version>_<name>.sql`."""

    version: int
    name: str
    sql: str

    @property
    def checksum(self) -> bytes:
        return hashlib.sha256(self.sql.encode()).digest()


def migrations(folder: Path = FOLDER) -> tuple[Migration, ...]:
    """The files in order; their numbers run from 1 without a gap."""
    found: list[Migration] = []
    for path in sorted(folder.glob("*.sql")):
        named = re.fullmatch(r"(\d{4})_(\w+)\.sql", path.name)
        if named is None or int(named[1]) != len(found) + 1:
            raise GatewayError(START_REFUSED, f"the migration `{path.name}` is out of order", "number it next in line")
        found.append(Migration(int(named[1]), named[2], path.read_text(encoding="utf-8")))
    return tuple(found)


async def migrate(dsn: str, folder: Path = FOLDER) -> int:
    """Apply what is missing, as the database's owner; gives the version it then has.

    Raises DATABASE_NEWER where the database has a later version than this program; START_REFUSED where an applied
    migration was altered, the server is older than PostgreSQL 14, or a role is missing.
    """
    known = migrations(folder)
    connection = await asyncpg.connect(dsn, server_settings={"application_name": "oncegate migrate"})
    try:
        await _check_server(connection)
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS migration (version integer PRIMARY KEY, name text NOT NULL,"
            " checksum bytea NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())"
        )
        applied = await connection.fetch("SELECT version, name, checksum FROM migration ORDER BY version")
        _check_applied(applied, known)
        for migration in known[len(applied) :]:
            async with connection.transaction():
                await connection.execute(migration.sql)
                await connection.execute(
                    "INSERT INTO migration (version, name, checksum) VALUES ($1, $2, $3)",
                    *(migration.version, migration.name, migration.checksum),
                )
        return len(known)
    finally:
        await connection.close()


def _check_applied(applied: list[Any], known: tuple[Migration, ...]) -> None:
    if len(applied) > len(known):
        raise GatewayError(
            DATABASE_NEWER,
            f"the database has version `{applied[-1]['version']}`, this program knows `{len(known)}`",
            "run the newer program; a database is never taken back to an older version",
        )
    for row, migration in zip(applied, known, strict=False):
        if (row["version"], row["checksum"]) != (migration.version, migration.checksum):
            raise GatewayError(
                START_REFUSED,
                f"the migration `{migration.version:04}_{migration.name}` was altered after it was applied",
                "restore the file and put the change into a new migration",
            )


async def _check_server(connection: asyncpg.Connection[Any]) -> None:
    version = int(await connection.fetchval("SHOW server_version_num"))
    if version < OLDEST_SERVER:
        raise GatewayError(START_REFUSED, f"PostgreSQL `{version // 10000}` is too old", "use PostgreSQL 14 or later")
    there = await connection.fetch("SELECT rolname FROM pg_roles WHERE rolname = ANY($1::text[])", list(NEEDED_ROLES))
    missing = [role.value for role in NEEDED_ROLES if role not in {row["rolname"] for row in there}]
    if missing:
        raise GatewayError(
            START_REFUSED,
            f"the database has no role {', '.join(f'`{role}`' for role in missing)}",
            "as its administrator run: " + " ".join(f"CREATE ROLE {role} LOGIN PASSWORD '…';" for role in missing),
        )


async def create_database(access: Access, name: str, owner: Role = Role.OWNER, template: str = "template0") -> bool:
    """Create a database on an embedded cluster; False where it stands already. `name` is an identifier of ours."""
    if re.fullmatch(r"[a-z][a-z0-9_]{0,62}", name) is None:
        raise ValueError(f"`{name}` is no database name")
    connection = await asyncpg.connect(access.dsn("postgres", Role.ADMIN))
    try:
        await connection.execute(
            f'CREATE DATABASE "{name}" OWNER {owner} TEMPLATE "{template}" STRATEGY file_copy'  # checked above
        )
    except asyncpg.DuplicateDatabaseError:
        return False
    finally:
        await connection.close()
    return True


async def prepare(access: Access, name: str = "oncegate") -> str:
    """Our own database on an embedded cluster, created and migrated; gives the service's DSN."""
    await create_database(access, name)
    await migrate(access.dsn(name, Role.OWNER))
    return access.dsn(name, Role.SERVICE)
