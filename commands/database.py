"""Our own database for the length of one command: the running one, or the embedded one started for it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, TypeAlias, TypeVar

import asyncpg

from catalogue.model import Catalogue, ProviderCode
from errors import INPUT_INVALID, GatewayError
from settings import Settings
from storage.embedded import attach_or_start
from storage.own_database import connect, prepare, published

Done = TypeVar("Done")
Connection: TypeAlias = "asyncpg.Connection[Any]"


@contextlib.contextmanager
def running_database(settings: Settings) -> Iterator[None]:
    """Our own database runs and is of this program's version within the block."""
    with contextlib.ExitStack() as stack:
        if settings.database is None:
            stack.enter_context(attach_or_start(settings.data_dir))
        asyncio.run(prepare(settings))
        yield


def on_database(settings: Settings, act: Callable[[Connection], Awaitable[Done]]) -> Done:
    """What `act` makes of a connection to our own database."""

    async def run() -> Done:
        async with _connected(settings) as connection:
            return await act(connection)

    with running_database(settings):
        return asyncio.run(run())


def on_catalogue(settings: Settings, act: Callable[[Connection, Catalogue], Awaitable[Done]]) -> Done:
    """As `on_database`, with the catalogue that rules."""

    async def run() -> Done:
        async with _connected(settings) as connection:
            return await act(connection, await published(settings))

    with running_database(settings):
        return asyncio.run(run())


@contextlib.asynccontextmanager
async def _connected(settings: Settings) -> AsyncIterator[Connection]:
    connection = await connect(settings)
    try:
        yield connection
    finally:
        await connection.close()


def find_department(catalogue: Catalogue, word: str) -> ProviderCode:
    """A department by its name in departments.toml, its Chinese title or its code. Raises INPUT_INVALID."""
    for department in catalogue.departments.values():
        if word in (department.code, department.name, department.title):
            return department.code
    raise GatewayError(
        INPUT_INVALID,
        f"no department `{word}`",
        "departments are " + ", ".join(one.name for one in catalogue.departments.values()),
    )
