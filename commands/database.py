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


async def find_department(
    connection: Connection, catalogue: Catalogue, word: str, *, also_ended: bool = False
) -> ProviderCode:
    """A registered department, in force unless it may be `also_ended`: by its code, its Chinese title, or its name, in
    departments.toml or as registered.

    Raises INPUT_INVALID where there is none, or several of that name.
    """
    named = {one.code for one in catalogue.departments.values() if word in (one.name, one.title)}
    found = await connection.fetch(
        "SELECT code FROM department WHERE ($1 IN (code, name, name_zh) OR code = ANY($2))"
        " AND ($3 OR valid_until IS NULL OR valid_until > now()) ORDER BY code",
        *(word, sorted(named), also_ended),
    )
    match found:
        case [row]:
            return ProviderCode(row["code"])
        case []:
            what = f"no department `{word}` is registered" + ("" if also_ended else " and in force")
            hint = "the query `departments` lists them with their codes; `registerDepartment` registers another"
        case _:
            what = f"several departments are called `{word}`"
            hint = "name it by its code: " + ", ".join(f"`{row['code']}`" for row in found)
    raise GatewayError(INPUT_INVALID, what, hint, article="Art. 5")
