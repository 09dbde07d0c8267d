"""Our own database as a deployment has it: the embedded one or another PostgreSQL; brought to this program's version."""

from __future__ import annotations

from typing import Any

import asyncpg

from catalogue.model import Catalogue
from errors import DATABASE_NEWER, START_REFUSED, GatewayError
from settings import Settings
from storage.access import Role, attach
from storage.catalogue_versions import Published, load_published, seed_catalogue
from storage.matters import seed_matters
from storage.migrate import create_database, migrate, migrations

DATABASE = "oncegate"


def database_dsn(settings: Settings) -> str:
    """Our own database, as the service. Raises START_REFUSED where the embedded one does not run."""
    if settings.database is not None:
        return settings.database.get_secret_value()
    return attach(settings.data_dir).dsn(DATABASE)


def owner_dsn(settings: Settings) -> str | None:
    """Our own database, as its owner; None where the deployment does not say."""
    if settings.database is None:
        return attach(settings.data_dir).dsn(DATABASE, Role.OWNER)
    return None if settings.database_owner is None else settings.database_owner.get_secret_value()


async def prepare(settings: Settings) -> bool:
    """Migrate our own database, seed its catalogue and matters; whether the catalogue's files say what is published.

    Raises DATABASE_NEWER, START_REFUSED, CATALOGUE_INVALID.
    """
    if settings.database is None:
        await create_database(attach(settings.data_dir), DATABASE)
    owner = owner_dsn(settings)
    if owner is not None:
        await migrate(owner)
    connection = await connect(settings)
    try:
        if owner is None:
            await _check_version(connection)
        await seed_catalogue(connection, settings.catalogue)
        published = await load_published(connection, settings.catalogue)
        folder = settings.catalogue / "matters"
        await seed_matters(connection, published.catalogue, folder, strict=published.files_agree)
        return published.files_agree
    finally:
        await connection.close()


async def connect(settings: Settings) -> asyncpg.Connection[Any]:
    """One connection to our own database, as the service. Raises START_REFUSED where it cannot be reached."""
    try:
        return await asyncpg.connect(database_dsn(settings), timeout=10)
    except (OSError, asyncpg.PostgresError, TimeoutError) as problem:
        raise _unreachable(problem) from problem


async def _check_version(connection: asyncpg.Connection[Any]) -> None:
    known = len(migrations())
    try:
        found = await connection.fetchval("SELECT max(version) FROM migration")
    except (asyncpg.UndefinedTableError, asyncpg.InsufficientPrivilegeError):
        found = None
    if found is None or found < known:
        raise GatewayError(
            START_REFUSED, "the database is older than this program", "set `ONCEGATE_DATABASE_OWNER` so that it is migrated"
        )
    if found > known:
        raise GatewayError(
            DATABASE_NEWER, f"the database has version `{found}`, this program knows `{known}`", "run the newer program"
        )


async def published(settings: Settings) -> Catalogue:
    """The catalogue that rules. Raises as `ruling`."""
    return (await ruling(settings)).catalogue


async def ruling(settings: Settings) -> Published:
    """The catalogue that rules, and whether the files say the same.

    Raises START_REFUSED where none is published, or the database cannot be reached; CATALOGUE_INVALID.
    """
    connection = await connect(settings)
    try:
        return await load_published(connection, settings.catalogue)
    finally:
        await connection.close()


def _unreachable(problem: Exception) -> GatewayError:
    # the driver's text may quote the DSN
    return GatewayError(
        START_REFUSED,
        f"our own database cannot be reached ({type(problem).__name__})",
        "look at `ONCEGATE_DATABASE`, and whether that PostgreSQL runs",
    )
