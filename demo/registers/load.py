"""Fill the registers' five databases, wherever each stands: one transaction each, rows by COPY, marked when complete."""

import asyncio
import hashlib
import json
import multiprocessing
import os
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import TypeAlias

import asyncpg

from demo import rows
from demo.block import PERSONS
from demo.numbers import BLOCKS
from demo.registers.tables import REGISTERS, TABLES, copy_text, ddl, division_history, division_rows, encode_block

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Progress = Callable[[int, int], None]
"""Told how many persons are in, and how many there will be."""

READER = "oncegate_reader"
SOURCE_ROLE = "oncegate_source"
_LOCK = 7_423_005
_IN_PROCESS_UP_TO = 60
"""Blocks. Below this, starting processes takes longer than they save."""
_AHEAD = 6
"""Blocks that are made before their turn: bounds the memory."""


async def load_registers(dsn_of: Callable[[str], str], persons: int, seed: int, progress: Progress) -> bool:
    """Fill the registers' databases; False where they already hold just this.

    `dsn_of` gives an administrator's DSN for the database of a register; what stands there in the schema `public` is
    replaced. `persons` is rounded up to whole thousands. A register whose load was interrupted is left as it was, and
    the next load fills it. The role `oncegate_reader` may read everything, and `oncegate_source` is a member of it where
    that role exists.
    Raises ValueError beyond 2,970,000 persons.
    """
    blocks = -(-persons // PERSONS)
    if not 1 <= blocks <= BLOCKS:
        raise ValueError(f"`{persons}` persons: between 1 and {BLOCKS * PERSONS} can be made")
    mark = _mark(blocks, seed)
    connections: dict[str, Connection] = {}
    try:
        opened = await asyncio.gather(*(asyncpg.connect(dsn_of(register)) for register in REGISTERS))
        connections.update(zip(REGISTERS, opened, strict=True))
        for connection in connections.values():
            await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        lacking = {name: connection for name, connection in connections.items() if await _held_mark(connection) != mark}
        for connection in lacking.values():
            await _make_reader(connection)
        if lacking:
            await _fill(lacking, mark, (blocks, seed), progress)
        return bool(lacking)
    finally:
        for connection in connections.values():
            await connection.close()


async def loaded_persons(dsn: str) -> int | None:
    """How many persons a register was loaded with, by an administrator's DSN; None where it never was."""
    connection = await asyncpg.connect(dsn)
    try:
        mark = await _held_mark(connection)
    finally:
        await connection.close()
    return None if mark is None else int(json.loads(mark)["persons"])


async def create_databases(admin_dsn: str, prefix: str = "register_") -> None:
    """The registers' databases on one server, by `prefix` and register, where they are missing."""
    admin = await asyncpg.connect(admin_dsn)
    try:
        for register in REGISTERS:
            name = prefix + register
            if not await admin.fetchval("SELECT true FROM pg_database WHERE datname = $1", name):
                await admin.execute(f"CREATE DATABASE {name}")
    finally:
        await admin.close()


def _mark(blocks: int, seed: int) -> str:
    """What the databases hold: size, seed, and a fingerprint of all that the rows depend on."""
    root = Path(__file__).parent.parent.parent
    sources = (
        *sorted((root / "demo").rglob("*.py")), *sorted((root / "demo").rglob("*.sql")),
        *sorted((root / "standards").glob("divisions*.py")), root / "catalogue" / "licence_types.toml",
    )  # fmt: skip
    digest = hashlib.sha256()
    for source in sources:
        digest.update(source.read_bytes())
    return json.dumps({"persons": blocks * PERSONS, "seed": seed, "made_by": digest.hexdigest()[:16]})


async def _held_mark(connection: Connection) -> str | None:
    """The mark that a load has left; a database that was never loaded may have PostgreSQL's own words in its place."""
    found: str | None = await connection.fetchval(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
    )
    return found if found is not None and found.startswith("{") else None


async def _make_reader(admin: Connection) -> None:
    if not await admin.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", READER):
        await admin.execute(f"CREATE ROLE {READER} NOLOGIN")
    if await admin.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", SOURCE_ROLE):
        await admin.execute(f"GRANT {READER} TO {SOURCE_ROLE}")
    name = await admin.fetchval("SELECT quote_ident(current_database())")
    await admin.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
    await admin.execute(f"GRANT CONNECT ON DATABASE {name} TO {READER}")


async def _fill(connections: Mapping[str, Connection], mark: str, size: tuple[int, int], progress: Progress) -> None:
    async with asyncio.TaskGroup() as group:
        queues = {register: asyncio.Queue[Mapping[str, bytes] | None](_AHEAD) for register in connections}
        for register, connection in connections.items():
            group.create_task(_fill_one(connection, register, mark, queues[register]))
        blocks = size[0]
        done = 0
        async for made in _make(*size):
            for queue in queues.values():
                await queue.put(made)
            done += 1
            progress(done * PERSONS, blocks * PERSONS)
        for queue in queues.values():
            await queue.put(None)


async def _make(blocks: int, seed: int) -> AsyncIterator[Mapping[str, bytes]]:
    """The blocks in order, a few ahead of their turn."""
    loop = asyncio.get_running_loop()
    waiting: deque[asyncio.Future[Mapping[str, bytes]]] = deque()
    with _executor(blocks) as executor:
        for number in range(blocks):
            waiting.append(loop.run_in_executor(executor, encode_block, number, seed))
            if len(waiting) >= _AHEAD:
                yield await waiting.popleft()
        while waiting:
            yield await waiting.popleft()


def _executor(blocks: int) -> Executor:
    if blocks <= _IN_PROCESS_UP_TO:
        return ThreadPoolExecutor(1)
    return ProcessPoolExecutor(min(4, os.cpu_count() or 1), multiprocessing.get_context("spawn"))


async def _fill_one(
    connection: Connection, register: str, mark: str, queue: "asyncio.Queue[Mapping[str, bytes] | None]"
) -> None:
    """One database, in one transaction: tables, rows, keys and indexes, rights, statistics, and the mark."""
    before, after = ddl(register)
    tables = [table for table in TABLES if table.register == register]
    async with connection.transaction():
        await connection.execute(f"DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public; {before}")
        if register == "geospatial":
            await _copy(connection, "administrative_division", rows.Division._fields, copy_text(division_rows()))
            await _copy(connection, "administrative_division_history", rows.Division._fields, copy_text(division_history()))
        while (made := await queue.get()) is not None:
            for table in tables:
                await _copy(connection, table.name, table.columns, made[table.name])
        await connection.execute(after)
        await connection.execute(f"GRANT USAGE ON SCHEMA public TO {READER}")
        await connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {READER}")
        await connection.execute("ANALYZE")
        name = await connection.fetchval("SELECT quote_ident(current_database())")
        await connection.execute(f"COMMENT ON DATABASE {name} IS '{mark}'")


async def _copy(connection: Connection, table: str, columns: Sequence[str], text: bytes) -> None:
    # the table was made in this transaction: frozen rows need no second pass and no log
    await connection.copy_to_table(table, source=BytesIO(text), columns=columns, format="text", freeze=True)
