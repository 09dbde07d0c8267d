"""One small load of the registers for the area, in databases of its own."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest

from demo.registers import REGISTERS, create_databases, load_registers
from demo.registers.load import Progress
from storage.access import Role
from storage.embedded import Cluster

PREFIX = "demo_test_"
SEED = 20


@dataclass(frozen=True)
class Registers:
    """The five databases of a load."""

    cluster: Cluster
    prefix: str

    def dsn_of(self, register: str) -> str:
        return self.cluster.dsn(self.prefix + register, Role.ADMIN)

    def load(self, persons: int, seed: int = SEED, progress: Progress = lambda done, whole: None) -> bool:
        async def run() -> bool:
            await create_databases(self.cluster.dsn("postgres", Role.ADMIN), self.prefix)
            return await load_registers(self.dsn_of, persons, seed, progress)

        return asyncio.run(run())

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
        connection = await asyncpg.connect(loaded.cluster.dsn("postgres", Role.ADMIN))
        for register in REGISTERS:
            await connection.execute(f"DROP DATABASE IF EXISTS {loaded.prefix}{register} WITH (FORCE)")
        await connection.close()

    asyncio.run(drop())
