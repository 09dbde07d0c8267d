"""Entrustments of an integrated counter (Art. 17 ¶2), as recorded. They are rights: each change moves the epoch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import asyncpg

from catalogue.model import ProviderCode
from errors import STATE_CONFLICT, GatewayError
from resolvers.ports.parties import NewEntrustment, RecordedEntrustment, Recorder
from standards.divisions import subtree_prefix
from storage.reached import reached

LIST = """
    SELECT entrustment.* FROM entrustment
    JOIN department AS counter ON counter.code = counter_department
    JOIN department AS duty ON duty.code = duty_department
    WHERE $1 IN (counter_department, duty_department)
       OR starts_with(counter.division_code, $2) OR starts_with(duty.division_code, $2)
    ORDER BY id DESC"""
# no two at a time for the same departments and matters: ending one would leave the other in force unseen
SAME = """
    SELECT id FROM entrustment WHERE counter_department = $1 AND duty_department = $2
      AND (matters && $3 OR matters = '{}' OR $3::text[] = '{}')
      AND ($5::timestamptz IS NULL OR valid_from < $5) AND (valid_until IS NULL OR valid_until > greatest(valid_from, $4))
    LIMIT 1"""
LOCK = "SELECT pg_advisory_xact_lock(7423020)"
ADD = """
    INSERT INTO entrustment (counter_department, duty_department, matters, basis, valid_from, valid_until, recorded_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING *"""
END = """
    UPDATE entrustment SET valid_until = greatest(valid_from, now()), ended_by = $2, ended_reason = $3
    WHERE id = $1 AND (valid_until IS NULL OR valid_until > greatest(valid_from, now())) RETURNING *"""


class EntrustmentBook:
    """The entrustments, over the pool of our own database."""

    def __init__(self, pool: asyncpg.Pool[Any]) -> None:
        self._pool = pool

    async def entrustments(self, department: ProviderCode, within: str | None) -> Sequence[RecordedEntrustment]:
        """Those that the department gave or received, or with it any department within a division; the latest first."""
        prefix = None if within is None else subtree_prefix(within)
        with reached():
            return [_recorded(row) for row in await self._pool.fetch(LIST, department, prefix)]

    async def entrustment(self, number: int) -> RecordedEntrustment | None:
        """The one of this number."""
        with reached():
            row = await self._pool.fetchrow("SELECT * FROM entrustment WHERE id = $1", number)
        return None if row is None else _recorded(row)

    async def record_entrustment(self, entrustment: NewEntrustment, by: Recorder) -> RecordedEntrustment:
        """Raises STATE_CONFLICT where one for the same departments, a same matter and a same time is recorded already."""
        pair, matters = (entrustment.counter, entrustment.duty), sorted(entrustment.matters)
        begins, ends = entrustment.valid_from, entrustment.valid_until
        with reached():
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute(LOCK)
                same = await connection.fetchval(SAME, *pair, matters, begins, ends)
                if same is not None:
                    raise GatewayError(
                        STATE_CONFLICT,
                        f"the entrustment `{same}` covers a same matter at a same time",
                        "end that one first with `endEntrustment`, or name the other matters only",
                        article="Art. 17 ¶2",
                    )
                row = await connection.fetchrow(ADD, *pair, matters, entrustment.basis, begins, ends, _by(by))
        return _recorded(row)

    async def end_entrustment(self, number: int, reason: str, by: Recorder) -> RecordedEntrustment:
        """From the next request on. Raises STATE_CONFLICT where it has ended."""
        with reached():
            row = await self._pool.fetchrow(END, number, _by(by), reason)
        if row is None:
            raise GatewayError(
                STATE_CONFLICT, f"the entrustment `{number}` has ended", "`entrustments` lists them", article="Art. 17 ¶2"
            )
        return _recorded(row)


def _by(recorder: Recorder) -> str:
    return f"{recorder.client}/{recorder.handler}"


def _recorded(row: Any) -> RecordedEntrustment:
    terms = NewEntrustment(
        counter=ProviderCode(row["counter_department"]),
        duty=ProviderCode(row["duty_department"]),
        matters=frozenset(row["matters"]),
        basis=row["basis"],
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
    )
    return RecordedEntrustment(row["id"], terms, row["ended_reason"])
