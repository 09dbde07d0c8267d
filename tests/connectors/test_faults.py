"""A source that goes away under a fetch, comes back, refuses, is slow: each has its reason, no text tells data or SQL."""

import asyncio
import shutil
import time
from typing import Any

import asyncpg
import pytest

from catalogue.binding import ResourceBinding, Source, SourceName, Sources
from catalogue.model import Catalogue, ResourceName
from catalogue.predicate import Compare, ItemName, Op, Param
from connectors.base import SourceError
from connectors.batch import Batcher
from connectors.guards import guarded
from connectors.postgresql import PostgresConnector
from connectors.registry import open_sources
from connectors.request import Value
from errors import GatewayError
from storage.embedded import Role, start
from tests.conftest import TEST_SERVER, open_folder
from tests.connectors.conftest import Register
from tests.connectors.samples import BINDINGS, DDL, PERSON, RESOURCES, SOURCE, asking, person, tables, write

FETCH = asking([Value(ItemName("name"))])


async def reason_of(batcher: Batcher, key: str = "k") -> str:
    try:
        answer = await batcher.load(FETCH, {}, [key])
    except SourceError as failure:
        return failure.reason
    return str([row[1] for row in answer.rows[key]])


async def test_a_server_that_stops_under_a_fetch_and_comes_back() -> None:
    folder = open_folder()
    try:
        cluster = start(folder, TEST_SERVER)
        admin = await asyncpg.connect(cluster.dsn("postgres", Role.ADMIN))
        await admin.execute(DDL)
        await write(admin, tables(person=[person(idNumber="k", name="甲")]))
        source = Source(SOURCE, "postgresql", "", deadline_ms=3_000, concurrency=4)
        connector = PostgresConnector(cluster.dsn("postgres", Role.SOURCE), RESOURCES, BINDINGS, size=4)
        batcher = Batcher(guarded(connector, source, time.monotonic))
        assert await reason_of(batcher) == "['甲']"

        await admin.execute("BEGIN; LOCK TABLE register.person")  # so that the fetch is under way when the server goes
        waiting = asyncio.ensure_future(reason_of(batcher))
        await asyncio.sleep(0.1)
        assert not waiting.done()
        cluster.stop()
        assert await waiting == "UNREACHABLE"
        assert await reason_of(batcher) == "UNREACHABLE"

        cluster = start(folder, TEST_SERVER)
        try:
            assert await reason_of(batcher) == "['甲']"
        finally:
            await batcher.close()
            cluster.stop()
        admin.terminate()
    finally:
        shutil.rmtree(folder)


async def test_a_statement_ends_at_the_source_though_nobody_says_so(register: Register, database: str) -> None:
    await register.hold(tables(person=[person(idNumber="k", name="甲")]))
    connector = PostgresConnector(database, RESOURCES, BINDINGS, size=1, deadline_ms=200)
    async with register.admin.transaction():
        await register.admin.execute("LOCK TABLE register.person")
        with pytest.raises(SourceError) as failed:
            async with asyncio.timeout(3):
                await connector.fetch(FETCH, ["k"], {})
    assert failed.value.reason == "TIMEOUT"
    await connector.close()


async def test_a_fetch_that_is_slow_or_given_up_leaves_the_source_usable(register: Register, database: str) -> None:
    await register.hold(tables(person=[person(idNumber="k", name="甲")]))
    source = Source(SOURCE, "postgresql", "", deadline_ms=100, concurrency=1)
    connector = PostgresConnector(database, RESOURCES, BINDINGS, size=1)
    batcher = Batcher(guarded(connector, source, time.monotonic))
    assert await reason_of(batcher) == "['甲']"
    async with register.admin.transaction():
        await register.admin.execute("LOCK TABLE register.person")
        assert await reason_of(batcher) == "TIMEOUT"
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(connector.fetch(FETCH, ["k"], {}), 0.05)
    assert await reason_of(batcher) == "['甲']"
    await batcher.close()


async def test_more_fetches_than_connections_take_turns(register: Register) -> None:
    await register.hold(tables(person=[person(idNumber=str(n), name=str(n)) for n in range(40)]))
    answers = await asyncio.gather(*(register.postgresql.fetch(FETCH, [str(n)], {}) for n in range(40)))
    assert [[tuple(row) for row in rows] for rows in answers] == [[(str(n), str(n))] for n in range(40)]


async def test_a_refused_statement_is_broken_and_tells_nothing(register: Register) -> None:
    await register.hold(tables(person=[person(idNumber="k", name="甲")]))
    wrong: list[tuple[Any, list[object], dict[str, object]]] = [
        (asking([Value(ItemName("name"))], where=Compare(ItemName("count"), Op.EQ, Param("p"))), ["k"], {"p": "s3cret"}),
        (FETCH, [320102], {}),
        (asking([Value(ItemName("name"))], resource="Gone"), ["s3cret"], {}),
    ]
    gone = ResourceName("Gone")
    bindings = {**BINDINGS, gone: ResourceBinding(gone, SOURCE, "register.gone", BINDINGS[PERSON].columns, {})}
    connector = PostgresConnector(register.dsn, {**RESOURCES, gone: RESOURCES[PERSON]}, bindings)
    for fetch, keys, params in wrong:
        with pytest.raises(SourceError) as caught:
            await connector.fetch(fetch, keys, params)
        assert caught.value.reason == "BROKEN"
        assert not any(word in str(caught.value) for word in ("s3cret", "320102", "SELECT", "gone"))
        assert caught.value.__suppress_context__
    assert len(await connector.fetch(FETCH, ["k"], {})) == 1
    await connector.close()


async def test_a_table_that_changes_under_a_prepared_statement(register: Register) -> None:
    await register.hold(tables(person=[person(idNumber="k", name="甲")]))
    batcher = Batcher(guarded(register.postgresql, Source(SOURCE, "postgresql", ""), time.monotonic))
    assert await reason_of(batcher) == "['甲']"
    await register.admin.execute("ALTER TABLE register.person ALTER name TYPE varchar(99)")
    try:
        assert await reason_of(batcher) == "['甲']"
    finally:
        await register.admin.execute("ALTER TABLE register.person ALTER name TYPE text")


async def test_nobody_listens_there() -> None:
    for dsn in ("postgresql://u:p@127.0.0.1:1/x", "postgresql://u:p@/x?host=/nonexistent"):
        connector = PostgresConnector(dsn, RESOURCES, BINDINGS)
        with pytest.raises(SourceError) as caught:
            await connector.fetch(FETCH, ["k"], {})
        assert caught.value.reason == "UNREACHABLE"


async def test_the_source_is_only_read(register: Register) -> None:
    await register.hold(tables(person=[person(idNumber="k", name="甲")]))
    await register.postgresql.fetch(FETCH, ["k"], {})
    (session,) = register.postgresql._idle
    for statement in ("DELETE FROM register.person", "CREATE TABLE x ()"):
        with pytest.raises(asyncpg.PostgresError):
            await session.connection.execute(statement)


async def test_the_registry(register: Register, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await register.hold(tables(person=[person(idNumber="k", name="甲")]))
    catalogue = Catalogue(1, {}, {PERSON: RESOURCES[PERSON]}, {})
    monkeypatch.setenv("REGISTER_DSN", database)
    source = Source(SOURCE, "postgresql", "env:REGISTER_DSN")
    down = Source(SourceName("down"), "postgresql", "postgresql://u:p@127.0.0.1:1/x")
    registry = open_sources(Sources({SOURCE: source, down.name: down}, {PERSON: BINDINGS[PERSON]}), catalogue)
    assert await reason_of(registry.batcher(SOURCE)) == "['甲']"
    assert await reason_of(registry.batcher(SourceName("unknown"))) == "NOT_CONNECTED"
    assert await reason_of(registry.batcher(down.name)) == "NOT_CONNECTED"  # it has no binding of this resource
    await registry.close()

    monkeypatch.delenv("REGISTER_DSN")
    for wrong in (source, Source(SOURCE, "oracle", "x")):
        with pytest.raises(GatewayError) as caught:
            open_sources(Sources({SOURCE: wrong}, {}), catalogue)
        assert "`register`" in caught.value.message
