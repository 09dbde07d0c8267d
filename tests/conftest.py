"""One embedded PostgreSQL for the whole test session, and fresh databases in it."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import asyncpg
import pytest

from storage.access import Role
from storage.embedded import Cluster, ServerSettings, start
from storage.migrate import create_database, migrate

TEST_SERVER = ServerSettings(shared_buffers_mb=64, durable=False)
TEMPLATE = "migrated"
NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class Database:
    """A fresh database of the session's cluster."""

    cluster: Cluster
    name: str

    def dsn(self, role: Role = Role.SERVICE) -> str:
        return self.cluster.dsn(self.name, role)


def open_folder() -> Path:
    """A temporary folder that the cluster's service user can enter, also when the tests run as root."""
    folder = Path(tempfile.mkdtemp(prefix="oncegate-test-"))
    folder.chmod(0o711)
    return folder


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The session's embedded cluster: the product's own code, without fsync."""
    folder = open_folder()
    try:
        with start(folder, TEST_SERVER) as running:
            yield running
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def migrated(cluster: Cluster) -> str:
    """The name of a database with our migrations applied, to be copied and not to be connected to."""

    async def make() -> None:
        await create_database(cluster.access, TEMPLATE)
        await migrate(cluster.dsn(TEMPLATE, Role.OWNER))

    asyncio.run(make())
    return TEMPLATE


@pytest.fixture
def database(cluster: Cluster, migrated: str) -> Iterator[Database]:
    """A fresh database of our own, migrated and empty; dropped after the test."""
    fresh = Database(cluster, f"fresh_{next(NUMBERS)}")
    asyncio.run(create_database(cluster.access, fresh.name, template=migrated))
    yield fresh

    async def drop() -> None:
        connection = await asyncpg.connect(cluster.dsn("postgres", Role.ADMIN))
        await connection.execute(f"DROP DATABASE {fresh.name} WITH (FORCE)")
        await connection.close()

    asyncio.run(drop())


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite-goldens", action="store_true", help="write the golden files anew")


@pytest.fixture(scope="session")
def rewrite_goldens(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written anew."""
    return bool(request.config.getoption("--rewrite-goldens"))
