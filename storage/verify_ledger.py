"""`ledger verify`: read the whole chain as one snapshot and follow it against the published heads."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg

from ledger.chain import Attack, Break, ChainedEntry, Check
from ledger.head import SignedHead, Verifier
from storage.heads import read_head

BIRTH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
PREFETCH = 2_000
ENTRIES = """
    SELECT sequence, recorded_at, id, payload, hash, concealed_until(payload) FROM ledger_entry
    ORDER BY sequence, recorded_at"""
SUBJECTS = """
    SELECT sequence, recorded_at, string_agg(subject, '' ORDER BY ordinal) AS subjects,
           min(concealed_until) AS concealed_from, max(concealed_until) AS concealed_until
    FROM ledger_subject GROUP BY sequence, recorded_at ORDER BY sequence, recorded_at"""


@dataclass(frozen=True, slots=True)
class Verification:
    """How many entries were read, up to which published head they are vouched for, and every break."""

    entries: int
    vouched_until: int
    breaks: tuple[Break, ...]


async def verify_ledger(dsn: str, heads: Sequence[SignedHead], verifier: Verifier) -> Verification:
    """Follow the chain from its first entry, as the auditor or the owner; memory stays small however long it is."""
    connection = await asyncpg.connect(dsn, server_settings={"application_name": "oncegate ledger verify"})
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            check = Check(heads, verifier)
            subjects = _Subjects(aiter(connection.cursor(SUBJECTS, prefetch=PREFETCH)), check)
            async for row in connection.cursor(ENTRIES, prefetch=PREFETCH):
                micros = (row["recorded_at"] - BIRTH) // MICROSECOND
                named = await subjects.of(row)
                entry = ChainedEntry(row["sequence"], micros, row["id"].bytes, row["payload"], named, row["hash"])
                check.follow(entry)
            await subjects.finish()
            breaks = check.finish(await read_head(connection))
            return Verification(check.entries, check.agreed, tuple(breaks))
    finally:
        await connection.close()


class _Subjects:
    """The subject rows beside the entries: both in the chain's order."""

    def __init__(self, rows: AsyncIterator[Any], check: Check) -> None:
        self._rows = rows
        self._check = check
        self._next: Any = None

    async def of(self, entry: Any) -> bytes:
        """The references of this entry; rows before it belong to no entry. What hides the entry from its subjects, or tells
        them of it, is what its payload says.
        """
        sequence, recorded_at, hidden = entry["sequence"], entry["recorded_at"], entry["concealed_until"]
        while True:
            if self._next is None:
                self._next = await anext(self._rows, None)
                if self._next is None:
                    return b""
            place = (self._next["sequence"], self._next["recorded_at"])
            if place > (sequence, recorded_at):
                return b""
            found, self._next = self._next, None
            if place == (sequence, recorded_at):
                if (found["concealed_from"], found["concealed_until"]) != (hidden, hidden):
                    self._check.report(Attack.ALTERED, sequence)
                subjects: bytes = found["subjects"]
                return subjects
            self._check.report(Attack.ALTERED if place[0] == sequence else Attack.INSERTED, place[0])

    async def finish(self) -> None:
        """What is left belongs to no entry either."""
        if self._next is not None:
            self._check.report(Attack.INSERTED, self._next["sequence"])
        async for row in self._rows:
            self._check.report(Attack.INSERTED, row["sequence"])
