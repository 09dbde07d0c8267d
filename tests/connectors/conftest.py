"""A database of the session's cluster with the sample tables, and both connectors over the same rows."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import pytest_asyncio

from connectors.base import Row
from connectors.memory import MemoryConnector
from connectors.postgresql import PostgresConnector
from connectors.request import Fetch
from storage.embedded import Cluster, Role
from tests.connectors.samples import BINDINGS, DDL, RESOURCES, Tables, tables, write

DATABASE = "connectors"


@dataclass
class Register:
    """The same rows in PostgreSQL and in memory."""

    dsn: str
    admin: "asyncpg.Connection[Any]"
    postgresql: PostgresConnector
    contents: Tables = field(default_factory=tables)

    async def hold(self, contents: Tables) -> None:
        """Let both hold these rows."""
        self.contents = contents
        await write(self.admin, contents)

    async def both(self, fetch: Fetch, keys: Sequence[object], **params: object) -> tuple[list[Row], list[Row]]:
        """What memory answers, and what PostgreSQL answers."""
        memory = MemoryConnector(RESOURCES, BINDINGS, self.contents)
        return (
            [tuple(row) for row in await memory.fetch(fetch, keys, params)],
            [tuple(row) for row in await self.postgresql.fetch(fetch, keys, params)],
        )


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def database(cluster: Cluster) -> str:
    """The DSN, as the role that reads, of a database with the sample tables."""
    admin = await asyncpg.connect(cluster.dsn("postgres", Role.ADMIN))
    await admin.execute(f"CREATE DATABASE {DATABASE}")
    await admin.close()
    inside = await asyncpg.connect(cluster.dsn(DATABASE, Role.ADMIN))
    await inside.execute(DDL)
    await inside.close()
    return cluster.dsn(DATABASE, Role.SOURCE)


@pytest_asyncio.fixture
async def register(cluster: Cluster, database: str) -> AsyncIterator[Register]:
    """Both connectors, empty."""
    admin = await asyncpg.connect(cluster.dsn(DATABASE, Role.ADMIN))
    connector = PostgresConnector(database, RESOURCES, BINDINGS, size=2)
    register = Register(database, admin, connector)
    await register.hold(tables())
    yield register
    await connector.close()
    await admin.close()
