"""Publishing the ledger's head: each minute signed, and appended to a file outside the database."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from errors import START_REFUSED, GatewayError
from ledger.head import Head, SignedHead, Signer, from_line, sign

LOCK = 7423002  # held by the one worker of the deployment that publishes
LONGEST_LINE = 4096


def read_heads(path: Path) -> list[SignedHead]:
    """The published heads, oldest first; none where nothing was published yet.

    Raises START_REFUSED naming a line that is no head. A last line that a crash cut short is passed over.
    """
    if not path.exists():
        return []
    heads = []
    for number, line in enumerate(path.read_bytes().splitlines(keepends=True), 1):
        if not line.endswith(b"\n"):
            break
        try:
            heads.append(from_line(line))
        except ValueError as problem:
            raise GatewayError(
                START_REFUSED, f"line `{number}` of `{path}` is no signed head", "restore the file from a copy of it"
            ) from problem
    return heads


async def read_head(connection: asyncpg.Connection[Any]) -> Head:
    """The chain's head as the database keeps it, as of now."""
    row = await connection.fetchrow("SELECT sequence, hash FROM ledger_head")
    assert row is not None
    return Head(row["sequence"], row["hash"], datetime.now(UTC))


class HeadPublisher:
    """Appends a signed head to `path` whenever the chain has grown; of several workers only one does."""

    def __init__(self, dsn: str, path: Path, signer: Signer) -> None:
        self._dsn = dsn
        self._path = path
        self._signer = signer
        self._connection: asyncpg.Connection[Any] | None = None
        self._leads = False
        self._published = max((signed.head.sequence for signed in read_heads(path)), default=0)

    async def publish(self) -> SignedHead | None:
        """Publish now. None where another worker does it, or nothing was added. Raises OSError, asyncpg errors."""
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(
                self._dsn, timeout=10, server_settings={"application_name": "oncegate heads"}
            )
            self._leads = False
        if not self._leads:
            self._leads = await self._connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK)
            if not self._leads:
                return None
            self._published = max((signed.head.sequence for signed in read_heads(self._path)), default=0)
        head = await read_head(self._connection)
        if head.sequence <= self._published:
            return None
        signed = sign(head, self._signer)
        await asyncio.to_thread(_append, self._path, signed.to_line())
        self._published = head.sequence
        return signed

    async def run(self, failed: Callable[[Exception], None], interval_s: float = 60.0) -> None:
        """Publish each interval until cancelled; `failed` hears of what went wrong, and the next round tries again."""
        while True:
            try:
                await self.publish()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as problem:
                failed(problem)
                await self.close()
            await asyncio.sleep(interval_s)

    async def close(self) -> None:
        """Give the lock back."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None


def _append(path: Path, line: bytes) -> None:
    """One line, on disk when this returns; a last line that a crash cut short is taken away first."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        size = os.fstat(descriptor).st_size
        start = max(0, size - LONGEST_LINE)
        whole = start + os.pread(descriptor, LONGEST_LINE, start).rfind(b"\n") + 1
        os.ftruncate(descriptor, whole)
        os.pwrite(descriptor, line, whole)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
