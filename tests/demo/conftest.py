"""One small load of the registers for the area, in databases of its own."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest

from demo.registers import REGISTERS, load_registers
from storage.access import Role
from storage.embedded import Cluster

PREFIX = "demo_test_"
SEED = 20


@dataclass(frozen=True)
class Registers:
    """The five databases of a load."""

    cluster: Cluster
    prefix: str

    def dsn_of(self, database: str) -> str:
        return self.cluster.dsn(database, Role.ADMIN)

    def load(self, persons: int, seed: int = SEED, prefix: str | None = None) -> bool:
        prefix = prefix or self.prefix
        return asyncio.run(load_registers(self.dsn_of, persons, seed, lambda done, whole: None, prefix))

    def rows(self, register: str, sql: str, *values: Any, role: Role = Role.SOURCE) -> list[Any]:
        async def fetch() -> list[Any]:
            connection = await asyncpg.connect(self.cluster.dsn(self.prefix + register, role))
            try:
                return list(await connection.fetch(sql, *values))
            finally:
                await connection.close()

        return asyncio.run(fetch())

    def column(self, register: str, table: str, column: str) -> list[Any]:
        return [row[0] for row in self.rows(register, f"SELECT {column} FROM {table}")]


@pytest.fixture(scope="session")
def registers(cluster: Cluster) -> Iterator[Registers]:
    """A thousand persons, read as the connectors read them."""
    loaded = Registers(cluster, PREFIX)
    assert loaded.load(1_000)
    yield loaded
    drop_databases(loaded)


def drop_databases(loaded: Registers) -> None:
    async def drop() -> None:
        connection = await asyncpg.connect(loaded.dsn_of("postgres"))
        for register in REGISTERS:
            await connection.execute(f"DROP DATABASE IF EXISTS {loaded.prefix}{register} WITH (FORCE)")
        await connection.close()

    asyncio.run(drop())
