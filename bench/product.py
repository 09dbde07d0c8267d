"""The product as a department would meet it: `cli serve` in production mode, a registered client, its token, its purpose."""

import asyncio
import base64
import json
import shutil
import sys
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import asyncpg

from bench.registers import Registers
from bench.room import folder
from bench.serving import await_answer, free_port, process
from catalogue.matters import Matter
from catalogue.model import Catalogue
from demo.seed import HALL, department_code, grants
from resolvers.ports.matters import MatterStep
from resolvers.secrets import hash_secret
from settings import Settings, read_settings
from storage.access import Role
from storage.clients import NewClient, create_client
from storage.grants import Granted, add_grants
from storage.keys import load_or_create
from storage.layout import KEYS
from storage.matters import MatterBook
from storage.migrate import create_database
from storage.own_database import connect, prepare, published

CLIENT, SECRET = "bench-hall", "bench-hall-secret-for-measuring"
PURPOSE = 'matter="M12", use=administrative-basis, handler="bench"'
UNBOUNDED = 1_000_000
"""Requests per second: the rate is taken from the client's bucket as ever, it only never runs empty."""
COST = 20_000
"""The large request has 10,300 cells, the default limit is 5,000."""


@dataclass(frozen=True, slots=True)
class Product:
    """A running gateway: its port and process, and the headers that a request needs."""

    name: str
    port: int
    pid: int
    headers: Mapping[str, str]
    database: str
    registers: Registers

    async def entries(self) -> int:
        """How many entries its ledger holds."""
        connection = await asyncpg.connect(self.registers.cluster.dsn(self.database, Role.ADMIN))
        try:
            return int(await connection.fetchval("SELECT sequence FROM ledger_head"))
        finally:
            await connection.close()


@contextmanager
def serve_product(
    registers: Registers,
    name: str = "product",
    catalogue: Path | None = None,
    sources: Path | None = None,
    grants: Callable[[Catalogue], Iterable[Granted]] = lambda _: (),
    department: str = HALL,
    matters: Callable[[Catalogue], Iterable[Matter]] = lambda _: (),
    role: str = "consumer",
    before: Callable[[Settings], None] = lambda _: None,
) -> Iterator[Product]:
    """One worker over the registers, with a database of its own that begins empty but for the demo's grants and `grants`.

    Asked by a client of `department` in this `role`; `matters` are added to the demo's. `before` is done once the database
    is there, and before the worker starts.
    """
    port, database = free_port(), f"bench_{name}"
    settings = _settings(registers, name, port, (catalogue, sources))
    asyncio.run(_seed(registers, database, settings, grants, (department, role, matters)))
    before(settings)
    environment = {**registers.source_environment(), **_environment(settings)}
    with process(name, [sys.executable, "-m", "cli", "serve"], environment) as running:
        await_answer(f"http://127.0.0.1:{port}/readyz", name, running)
        headers = {"Authorization": f"Bearer {_token(port)}", "Sharing-Purpose": PURPOSE}
        yield Product(name, port, running.pid, headers, database, registers)


def _settings(registers: Registers, name: str, port: int, files: tuple[Path | None, Path | None]) -> Settings:
    room = folder(f"gateway-{name}")
    shutil.rmtree(room)
    room.mkdir()
    cluster, database = registers.cluster, f"bench_{name}"
    return read_settings(
        port=port, data_dir=room, database=cluster.dsn(database), database_owner=cluster.dsn(database, Role.OWNER),
        public_url=f"http://127.0.0.1:{port}", token_lifetime_s=36_000, catalogue=files[0], sources=files[1],
    )  # fmt: skip


def _environment(settings: Settings) -> dict[str, str]:
    assert settings.database is not None
    assert settings.database_owner is not None
    given = {
        "port": settings.port, "data_dir": settings.data_dir, "database": settings.database.get_secret_value(),
        "database_owner": settings.database_owner.get_secret_value(), "public_url": settings.public_url,
        "token_lifetime_s": settings.token_lifetime_s, "catalogue": settings.catalogue, "sources": settings.sources,
    }  # fmt: skip
    named = {f"ONCEGATE_{name}".upper(): str(value) for name, value in given.items()}
    return named | {"ONCEGATE_LIMITS__COST": str(COST)}


async def _seed(
    registers: Registers,
    database: str,
    settings: Settings,
    more: Callable[[Catalogue], Iterable[Granted]],
    asked: tuple[str, str, Callable[[Catalogue], Iterable[Matter]]],
) -> None:
    """The database afresh: catalogue, the demo's grants, one client of the counter's department."""
    admin = await asyncpg.connect(registers.cluster.dsn("postgres", Role.ADMIN))
    await admin.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
    await admin.close()
    await create_database(registers.cluster.access, database)
    await prepare(settings)
    catalogue = await published(settings)
    connection = await connect(settings)
    department, role, matters = asked
    try:
        for matter in matters(catalogue):
            await MatterBook(cast("Any", connection)).save(matter, MatterStep("bench", "bench", "for measuring"))
        signer = load_or_create(settings.data_dir / KEYS, production=True).grant
        await add_grants(connection, (*grants(catalogue), *more(catalogue)), signer)
        await create_client(connection, NewClient(
            id=CLIENT, department=department_code(catalogue, department), title="bench", roles=frozenset({role}),
            secret_hash=hash_secret(SECRET), networks=("127.0.0.0/8",), rate_per_second=UNBOUNDED, burst=UNBOUNDED,
        ))  # fmt: skip
    finally:
        await connection.close()


def _token(port: int) -> str:
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}/oauth/token", b"grant_type=client_credentials",
        {"Authorization": "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode(),
         "Content-Type": "application/x-www-form-urlencoded"},
    )  # fmt: skip
    with urllib.request.urlopen(asked, timeout=10) as answered:
        token: str = json.load(answered)["access_token"]
        return token
