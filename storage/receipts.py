"""Recorded entries, read back one at a time by a function that gives them to their parties only."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from catalogue.model import ItemCode, ProviderCode
from ledger.entry import PositionOutcome, PurposeRecord
from ledger.signed_receipt import recorded_receipt
from resolvers.ports.receipts import RecordedEntry
from storage.reached import reached

RECORDED = "SELECT recorded_at, payload, receipt, subjects FROM ledger_recorded($1, $2, $3)"


class ReceiptStore:
    """Implements `resolvers.ports.receipts.Receipts` over the pool of our own database."""

    def __init__(self, pool: asyncpg.Pool[Any]) -> None:
        self._pool = pool

    async def entry(
        self, receipt: UUID, department: ProviderCode, provides: Collection[ItemCode] = ()
    ) -> RecordedEntry | None:
        """The entry for a party of it, else None. Raises LEDGER_UNAVAILABLE."""
        with reached():
            row = await self._pool.fetchrow(RECORDED, receipt, department, list(provides))
        return None if row is None else _entry(receipt, row)


def _entry(receipt: UUID, row: Any) -> RecordedEntry:
    told, subjects = orjson.loads(row["payload"]), row["subjects"]
    return RecordedEntry(
        receipt,
        row["recorded_at"],
        ProviderCode(told["consumer"]),
        told["client"],
        _purpose(told.get("purpose")),
        told["document"],
        told["catalogue"],
        tuple(PositionOutcome(*place) for place in told.get("outcomes", ())),
        {path: tuple(subjects[number] for number in numbers) for path, numbers in told.get("subjects", ())},
        None if row["receipt"] is None else recorded_receipt(row["receipt"], told),
        tuple(told.get("empty", ())),
    )


def _purpose(told: dict[str, str] | None) -> PurposeRecord | None:
    if told is None:
        return None
    return PurposeRecord(told["matter"], told["use"], told["handler"], told.get("case"), told.get("actingFor"))
