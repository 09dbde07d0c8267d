"""Who uses whose data for which matters, counted from the ledger by a function that gives out nothing but sums."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import asyncpg

from catalogue.model import ItemCode, ProviderCode
from resolvers.ports.grants import Usage, UsageFilter, UsageRow
from storage.reached import reached

BATCH = 5_000
QUICK_S = 2.0
"""How long a question waits for what is not counted yet."""
EVERY_S = 3_600.0
PAUSES = 4.0
"""Of the time that the hourly count takes, how many times as long it rests: it must not slow the answers down."""
_TROUBLE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError)
_COUNTED = """
    SELECT usage_until.recorded_at, usage_until.sequence >= ledger_head.sequence AS whole FROM usage_until, ledger_head"""
_ROWS = """
    SELECT consumer, counter, matter, use, item, sum(shown)::bigint AS shown, sum(withheld)::bigint AS withheld,
           max(day) AS last_used_on, count(*) OVER () AS total
    FROM usage_of_day
    WHERE item = ANY($1::text[]) AND day BETWEEN $2 AND $3 AND ($4::text IS NULL OR consumer = $4)
    GROUP BY consumer, counter, matter, use, item
    ORDER BY shown DESC, withheld DESC, consumer, counter, matter, use, item LIMIT $5"""


class UsageCounts:
    """Implements `resolvers.ports.grants.UsageCounts` over the pool of our own database."""

    def __init__(self, pool: asyncpg.Pool[Any]) -> None:
        self._pool = pool

    async def usage(self, wanted: UsageFilter, most: int) -> Usage:
        """From the ledger, brought up to date as far as that is quick. Raises LEDGER_UNAVAILABLE."""
        with reached():
            until = time.monotonic() + QUICK_S
            while await self._pool.fetchval("SELECT count_usage($1, true)", BATCH) == BATCH and time.monotonic() < until:
                pass
            (counted,) = await self._pool.fetch(_COUNTED)
            rows = await self._pool.fetch(
                _ROWS, list(wanted.items), wanted.first_day, wanted.last_day, wanted.consumer, most
            )
        return Usage(
            tuple(map(_row, rows)),
            rows[0]["total"] if rows else 0,
            None if counted["whole"] else counted["recorded_at"],
        )

    async def run(self, failed: Callable[[Exception], None], interval_s: float = EVERY_S) -> None:
        """Count what has gathered, at each interval, in one worker at a time, until cancelled."""
        while True:
            await asyncio.sleep(interval_s)
            try:
                counted: int | None = BATCH
                while counted == BATCH:
                    began = time.monotonic()
                    counted = await self._pool.fetchval("SELECT count_usage($1, false)", BATCH)
                    await asyncio.sleep(PAUSES * (time.monotonic() - began))
            except _TROUBLE as problem:
                failed(problem)


def _row(row: Any) -> UsageRow:
    return UsageRow(
        *(ProviderCode(row["consumer"]), ProviderCode(row["counter"]) if row["counter"] else None),
        *(row["matter"], row["use"], ItemCode(row["item"]), row["shown"], row["withheld"], row["last_used_on"]),
    )
