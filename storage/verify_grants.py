"""`grant verify`: every grant against its signature, every revocation and resumption against the ledger.

A signature vouches for what was granted. That a right was withdrawn stands in columns which the tables' owner could empty:
the ledger, whose heads are published, is what that is held against. Verify the ledger itself first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import asyncpg

from storage.seals import COLUMNS, Seals

GRANTS = f"SELECT {COLUMNS}, revoked_at FROM sharing_grant ORDER BY id"  # noqa: S608  no value
RESUMED = "SELECT id, provider FROM sharing_suspension WHERE resumed_at IS NOT NULL ORDER BY id"
STEPS = """
    SELECT DISTINCT told -> 'outcomes' -> 0 ->> 0 AS step, told -> 'outcomes' -> 0 ->> 1 AS about, told ->> 'consumer' AS by
    FROM (
        SELECT convert_from(payload, 'UTF8')::jsonb AS told FROM ledger_entry
        WHERE position('"kind":"workflow"'::bytea IN substring(payload FROM 1 FOR 160)) > 0 OFFSET 0
    ) AS entry
    WHERE told -> 'outcomes' -> 0 ->> 0 IN ('revokeGrant', 'resumeSharing')"""


class Fault(StrEnum):
    """What a row shows."""

    UNSOUND = "unsound"  # altered, or never signed: it counts for nothing
    NOT_REVOKED = "not revoked"  # its provider revoked it by the ledger; the table says otherwise
    NOT_RESUMED = "not resumed"  # a suspension that ended without its provider's step


@dataclass(frozen=True, slots=True)
class GrantFault:
    """A fault of the grant, or of the suspension, with this id."""

    fault: Fault
    id: str

    def __str__(self) -> str:
        return f"{self.fault}: {self.id}"


async def verify_grants(dsn: str, seals: Seals) -> tuple[int, Sequence[GrantFault]]:
    """How many grants there are, and every fault, as the auditor or the owner."""
    connection = await asyncpg.connect(dsn, server_settings={"application_name": "oncegate grant verify"})
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            rows: Sequence[Any] = await connection.fetch(GRANTS)
            resumed = await connection.fetch(RESUMED)
            steps = {(row["step"], row["about"], row["by"]) for row in await connection.fetch(STEPS)}
    finally:
        await connection.close()
    faults = [GrantFault(Fault.UNSOUND, row["id"]) for row in rows if seals.sound(row) is None]
    faults += [
        GrantFault(Fault.NOT_REVOKED, row["id"])
        for row in rows
        if row["revoked_at"] is None and ("revokeGrant", row["id"], row["answered_by"]) in steps
    ]
    faults += [
        GrantFault(Fault.NOT_RESUMED, str(row["id"]))
        for row in resumed
        if ("resumeSharing", str(row["id"]), row["provider"]) not in steps
    ]
    return len(rows), faults
