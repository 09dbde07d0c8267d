"""Appending to the ledger: what gathers while one append is under way goes together in the next; no timer, no wait.

Of many that wait only half go together. Else all requests under way would wait for the same append, and the worker with
them; so some are being recorded while others are shaped and answered.

Once `append` returns `Recorded` the entry is on disk. Where it raises, the entry may or may not be there: a record
without an answer is allowed, an answer without a record never is.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from itertools import repeat
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from errors import LEDGER_UNAVAILABLE, OVERLOADED, GatewayError
from ledger.receipt import Receipt, Recorded, Stale
from ledger.signed_receipt import Claims, ReceiptSeal, Sealed

APPEND = "SELECT sequences, current_epoch FROM ledger_append($1, $2, $3, $4, $5)"
LARGEST_BATCH = 256
WHOLE_BATCH = 32
"""So many go together undivided: of fewer, a commit of its own for each half would cost more than it gains."""


class BusyError(GatewayError):
    """More entries wait than the queue holds."""

    def __init__(self, waiting: int) -> None:
        super().__init__(OVERLOADED, f"`{waiting}` records wait to be written", "ask again in a moment")


class LedgerUnavailableError(GatewayError):
    """The entry could not be written, or it is not known whether it was."""

    def __init__(self) -> None:
        super().__init__(LEDGER_UNAVAILABLE, "the answer could not be recorded, so it is not given", "ask again later")


class Waiting(NamedTuple):
    """An entry on its way: its id, its bytes, what it was decided under, its subjects end to end, who waits for it, and what
    its receipt is to say where a signed one was asked for.
    """

    id: UUID
    payload: bytes
    epoch: int
    subjects: bytes
    done: asyncio.Future[Receipt]
    claims: Claims | None


def batch_size(waiting: int) -> int:
    """How many of those who wait go together in the next append."""
    return min(waiting, max(WHOLE_BATCH, (waiting + 1) // 2), LARGEST_BATCH)


class LedgerWriter:
    """One worker's way into the chain, over a connection of its own that is opened again after a failure."""

    def __init__(
        self, dsn: str, *, seal: ReceiptSeal | None = None, most_waiting: int = 2_000, timeout_s: float = 5.0
    ) -> None:
        self._dsn = dsn
        self._seal = seal
        self._most_waiting = most_waiting
        self._timeout_s = timeout_s
        self._waiting: deque[Waiting] = deque()
        self._connection: asyncpg.Connection[Any] | None = None
        self._appending: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many entries wait for the append under way to end."""
        return len(self._waiting)

    async def open(self) -> None:
        """Connect now instead of at the first entry. Raises LEDGER_UNAVAILABLE."""
        try:
            await self._connected()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as problem:
            raise LedgerUnavailableError from problem

    async def append(
        self, entry: UUID, payload: bytes, epoch: int, subjects: Sequence[bytes], claims: Claims | None = None
    ) -> Receipt:
        """Record an entry under its id: its bytes, the epoch it was decided under, its subjects' references (18 bytes each),
        and with `claims` its signed receipt.

        Gives `Recorded` once it is durable, `Stale` where rights or catalogue have moved since: then nothing was written.
        Raises LEDGER_UNAVAILABLE, OVERLOADED.
        """
        if len(self._waiting) >= self._most_waiting:
            raise BusyError(len(self._waiting))
        if self._closed:
            raise LedgerUnavailableError
        done: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        self._waiting.append(Waiting(entry, payload, epoch, b"".join(subjects), done, claims))
        if self._appending is None:
            self._appending = asyncio.create_task(self._append_all(), name="ledger append")
        return await done

    async def close(self) -> None:
        """Write what still waits, then disconnect."""
        self._closed = True
        if self._appending is not None:
            await self._appending
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    async def _append_all(self) -> None:
        try:
            while self._waiting:
                # whoever went away while waiting gets no answer, and needs no record
                size = batch_size(len(self._waiting))
                batch = [entry for entry in (self._waiting.popleft() for _ in range(size)) if not entry.done.done()]
                if batch:
                    await self._append(batch)
        finally:
            self._appending = None

    async def _append(self, batch: list[Waiting]) -> None:
        ids, payloads, epochs, subjects, waiters, claims = zip(*batch, strict=True)
        try:
            receipts = self._sealed(claims)
            kept = None if receipts is None else [None if one is None else one.place for one in receipts]
            connection = await self._connected()
            row = await connection.fetchrow(APPEND, ids, payloads, epochs, subjects, kept, timeout=self._timeout_s)
            assert row is not None
        except BaseException as problem:
            self._drop()
            for waiter in waiters:
                if not waiter.done():
                    failure = LedgerUnavailableError()
                    failure.__cause__ = problem
                    waiter.set_exception(failure)
            if not isinstance(problem, Exception):
                raise
            return
        stale = Stale(row["current_epoch"])
        for waiter, sequence, receipt in zip(
            waiters, row["sequences"], receipts or repeat(None), strict=receipts is not None
        ):
            if not waiter.done():
                waiter.set_result(stale if sequence is None else Recorded(sequence, receipt))

    def _sealed(self, claims: Sequence[Claims | None]) -> list[Sealed | None] | None:
        """The signed receipts in their entries' places, under one signature; None where none is asked for."""
        asked = [told for told in claims if told is not None]
        if not asked:
            return None
        if self._seal is None:
            raise LedgerUnavailableError
        sealed = iter(self._seal.seal(asked))
        return [None if told is None else next(sealed) for told in claims]

    async def _connected(self) -> asyncpg.Connection[Any]:
        if self._connection is None or self._connection.is_closed():
            milliseconds = str(int(self._timeout_s * 1000))
            self._connection = await asyncpg.connect(
                self._dsn,
                timeout=self._timeout_s,
                server_settings={
                    "application_name": "oncegate ledger",
                    "statement_timeout": milliseconds,
                    "synchronous_commit": "on",  # whatever the server's default is
                    "timezone": "UTC",
                    "jit": "off",
                },
            )
        return self._connection

    def _drop(self) -> None:
        """After a failure the connection's state is unknown: a new one is safe."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None
