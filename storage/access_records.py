"""Who looked at whom: found by the keyed hashes, by a function that passes over what is concealed without touching it."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

import asyncpg

from errors import INPUT_INVALID, GatewayError
from ledger.subject import SubjectKeys
from resolvers.ports.access import ToldEntry, ToldPage
from storage.reached import reached

FIND = "SELECT recorded_at, ordinal, payload FROM access_records($1, $2, $3, $4, $5)"
MOST_ALIKE = 10_000
"""At most so many entries about one person are passed over at one instant; what the ledger appends at once is fewer."""


class AccessBook:
    """Implements `resolvers.ports.access.AccessBook` over the pool of our own database."""

    def __init__(self, pool: asyncpg.Pool[Any], keys: SubjectKeys) -> None:
        self._pool = pool
        self._keys = keys

    async def of(self, subject: str, since: datetime, upto: datetime, first: int, after: str | None) -> ToldPage:
        """A page's end is an instant and how many were told at it. It is no entry's number: from those of two pages it could
        be had how many entries stand between, of whomever.
        """
        passed = 0
        if after is not None:
            moment, told_then = _place(after)
            if moment <= upto:
                upto, passed = moment, told_then
        with reached():
            rows = await self._pool.fetch(FIND, list(self._keys.all_of(subject)), since, upto, passed, first + 1)
        entries = tuple(ToldEntry(row["payload"], row["ordinal"]) for row in rows[:first])
        if len(rows) <= first:
            return ToldPage(entries, None)
        last = rows[first - 1]["recorded_at"]
        alike = sum(row["recorded_at"] == last for row in rows[:first])
        return ToldPage(entries, _mark(last, alike + (passed if last == upto else 0)))


def _mark(moment: datetime, passed: int) -> str:
    return base64.urlsafe_b64encode(f"{moment.astimezone(UTC).isoformat()} {passed}".encode()).decode()


def _place(after: str) -> tuple[datetime, int]:
    try:
        moment, _, passed = base64.b64decode(after, altchars=b"-_", validate=True).decode().partition(" ")
        found, told = datetime.fromisoformat(moment), int(passed)
        if found.tzinfo is None or not 0 < told <= MOST_ALIKE:
            raise ValueError(after)
    except ValueError:
        raise GatewayError(INPUT_INVALID, "`after` is not what a former page gave", "begin without it") from None
    return found, told
