"""A source that is a PostgreSQL database, over asyncpg.

The pool is our own: it opens a connection when one is first needed, so that start-up waits for no source, it keeps the
prepared statements of each connection, and it has nothing to reset, since a fetch is one statement that only reads.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Mapping, Sequence
from typing import Any, cast

import asyncpg

from catalogue.binding import ResourceBinding
from catalogue.model import LookupKind, Resource, ResourceName
from connectors.base import Row, SourceError
from connectors.by_fetch import ByFetch
from connectors.request import Fetch
from connectors.spatial import PlaceError, place_arrays
from connectors.sql import Statement, compile_fetch
from connectors.sql_scope import placed_value

CONNECT_DEADLINE_S = 5.0
STATEMENTS_A_CONNECTION = 256
_SETTINGS = {
    "application_name": "oncegate",
    "default_transaction_read_only": "on",
    "datestyle": "ISO",
    # the statements are prepared for batches of any size: planning again for each would cost more than it finds
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
}
_LOST = (
    OSError,
    # the table changed under a prepared statement: on a new connection it is prepared anew
    asyncpg.InvalidCachedStatementError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InternalClientError,
)


class _Session:
    """A connection with what it has prepared."""

    __slots__ = ("connection", "prepared")

    def __init__(self, connection: "asyncpg.Connection[Any]") -> None:
        self.connection = connection
        self.prepared: OrderedDict[Statement, Any] = OrderedDict()

    async def statement(self, statement: Statement) -> Any:
        found = self.prepared.get(statement)
        if found is None:
            found = self.prepared[statement] = await self.connection.prepare(statement.text)
            if len(self.prepared) > STATEMENTS_A_CONNECTION:
                self.prepared.popitem(last=False)
        return found


class PostgresConnector:
    """Answers fetches with one statement each, over at most `size` connections. `dsn` should name a role that only reads.

    A statement ends at the source after `deadline_ms`: whoever gave it up may not have been able to say so.
    """

    def __init__(
        self,
        dsn: str,
        resources: Mapping[ResourceName, Resource],
        bindings: Mapping[ResourceName, ResourceBinding],
        size: int = 8,
        deadline_ms: int = 2_000,
    ) -> None:
        self._dsn = dsn
        self._settings = {**_SETTINGS, "statement_timeout": str(deadline_ms)}
        self._resources = resources
        self._bindings = bindings
        self._statements: ByFetch[Statement] = ByFetch()
        self._idle: list[_Session] = []
        self._unopened = size
        self._queue: deque[asyncio.Future[None]] = deque()
        self._closed = False

    async def fetch(self, fetch: Fetch, keys: Sequence[object], params: Mapping[str, object]) -> Sequence[Row]:
        """See `Connector.fetch`. Rows are `asyncpg.Record`s, or tuples where a key is a place."""
        statement = self._statements.get(fetch) or self._compile(fetch)
        places = None if statement.kind is LookupKind.EQUALS else list(dict.fromkeys(keys))
        try:
            arguments = (list(dict.fromkeys(keys)),) if places is None else place_arrays(statement.kind, places)
        except PlaceError as problem:
            raise SourceError("BROKEN", str(problem)) from None
        rows = await self._run(statement, [*arguments, *(placed_value(each, params) for each in statement.operands)])
        return rows if places is None else [(places[cast("int", row[0]) - 1], *row[1:]) for row in rows]

    async def close(self) -> None:
        """Close every idle connection; those at work are closed when their fetch ends."""
        self._closed = True
        while self._idle:
            await self._idle.pop().connection.close(timeout=1)

    def _compile(self, fetch: Fetch) -> Statement:
        binding = self._bindings.get(fetch.resource)
        if binding is None:
            raise SourceError("NOT_CONNECTED", f"{fetch.resource} is bound to no table")
        statement = compile_fetch(fetch, self._resources[fetch.resource], binding)
        self._statements.put(fetch, statement)
        return statement

    async def _run(self, statement: Statement, arguments: list[object]) -> Sequence[Row]:
        session = await self._take()
        whole = False
        try:
            prepared = session.prepared.get(statement) or await session.statement(statement)
            rows: Sequence[Row] = await prepared.fetch(*arguments)
            whole = True
        except Exception as problem:
            failure = _failure(problem)
            whole = failure.reason != "UNREACHABLE"
            raise failure from None
        finally:
            # a fetch that was given up leaves its connection in the middle of an answer
            self._give_back(session, whole)
        return rows

    async def _take(self) -> _Session:
        while True:
            while self._idle:
                session = self._idle.pop()
                if not session.connection.is_closed():
                    return session
                self._unopened += 1
            if self._unopened > 0:
                return await self._open()
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._queue.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self._wake()
                raise

    async def _open(self) -> _Session:
        self._unopened -= 1
        try:
            return _Session(await asyncpg.connect(self._dsn, timeout=CONNECT_DEADLINE_S, server_settings=self._settings))
        except BaseException as problem:
            self._unopened += 1
            self._wake()
            if isinstance(problem, TimeoutError):
                raise SourceError("UNREACHABLE", "no connection came about in time") from None
            if isinstance(problem, Exception):
                raise _failure(problem) from None
            raise

    def _give_back(self, session: _Session, whole: bool) -> None:
        if whole and not self._closed:
            self._idle.append(session)
        else:
            session.connection.terminate()
            self._unopened += 1
        self._wake()

    def _wake(self) -> None:
        while self._queue:
            turn = self._queue.popleft()
            if not turn.done():
                turn.set_result(None)
                return


def _failure(problem: Exception) -> SourceError:
    """The failure's kind, in words that hold neither data nor SQL."""
    state = getattr(problem, "sqlstate", None)
    detail = type(problem).__name__ if state is None else f"{type(problem).__name__} {state}"
    match problem:
        case SourceError():
            return problem
        case asyncpg.QueryCanceledError() | asyncpg.LockNotAvailableError() | TimeoutError():
            return SourceError("TIMEOUT", detail)
        case asyncpg.InsufficientResourcesError():
            return SourceError("OVERLOADED", detail)
        case _ if isinstance(problem, _LOST) or _is_lost(problem):
            return SourceError("UNREACHABLE", detail)
        case _:
            return SourceError("BROKEN", detail)


def _is_lost(problem: Exception) -> bool:
    """asyncpg says `InterfaceError` for a connection that closed, and, as a subclass, for a value that does not fit."""
    return isinstance(problem, asyncpg.InterfaceError) and not isinstance(problem, ValueError)
