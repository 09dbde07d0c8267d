"""Checks of cases: kept and read in batches as they gather, since each check of a matter's materials needs both."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from catalogue.model import ProviderCode
from resolvers.ports.cases import KeptCheck
from storage.gather import Gathering
from storage.reached import reached

KEEP = """
    WITH quick AS (SELECT set_config('synchronous_commit', 'off', true))
    INSERT INTO case_check (consumer, number, matter, receipt, at, verdicts, digests)
    SELECT consumer, number, matter, receipt, at, verdicts, digests
    FROM quick, unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::timestamptz[], $6::jsonb[], $7::jsonb[])
         WITH ORDINALITY AS told (consumer, number, matter, receipt, at, verdicts, digests, place)
    WHERE EXISTS (SELECT FROM service_case WHERE service_case.consumer = told.consumer
                  AND service_case.number = told.number AND closed_at IS NULL)
    ORDER BY place RETURNING receipt, matter"""
"""Without waiting for the disk: the check itself is durable in the ledger; what a crash takes from here is checked again."""
LAST = """
    SELECT place, receipt, at, verdicts, digests
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
         WITH ORDINALITY AS wanted (consumer, number, matter, material, place)
    CROSS JOIN LATERAL (
        SELECT receipt, at, verdicts, digests FROM case_check
        WHERE case_check.consumer = wanted.consumer AND case_check.number = wanted.number
          AND case_check.matter = wanted.matter AND (wanted.material IS NULL OR verdicts ? wanted.material)
        ORDER BY id DESC LIMIT 1) AS newest"""
OF_CASE = """
    SELECT matter, receipt, at, verdicts, digests FROM case_check WHERE consumer = $1 AND number = $2
    ORDER BY id DESC LIMIT $3"""


class Wanted(NamedTuple):
    """Whose newest check: of the department's case, in this matter; that covers the material, None: any."""

    department: ProviderCode
    case: str
    matter: str
    material: str | None


class Told(NamedTuple):
    """A check on its way: of which case and matter, and what it told, as our database takes it."""

    department: ProviderCode
    case: str
    matter: str
    receipt: UUID
    at: datetime
    verdicts: str
    digests: str


class CaseChecks:
    """Implements `resolvers.ports.cases.CaseChecks` over the pool of our own database."""

    def __init__(self, pool: asyncpg.Pool[Any]) -> None:
        self._pool = pool
        self._keep = Gathering(self._keep_all)
        self._last = Gathering(self._last_of_all)

    async def latest(
        self, department: ProviderCode, case: str, matter: str, materials: Collection[str]
    ) -> Mapping[str, KeptCheck]:
        """By material the newest check that covers it: mostly one covers all. Raises LEDGER_UNAVAILABLE, OVERLOADED."""
        newest = await self._last(Wanted(department, case, matter, None))
        if newest is None:
            return {}
        left = sorted({*materials} - newest.verdicts.keys())
        earlier = await asyncio.gather(*(self._last(Wanted(department, case, matter, one)) for one in left))
        found = dict.fromkeys([one for one in materials if one in newest.verdicts], newest)
        return found | {one: check for one, check in zip(left, earlier, strict=True) if check is not None}

    async def keep(
        self,
        department: ProviderCode,
        case: str,
        matter: str,
        receipt: str,
        at: datetime,
        digests: Mapping[str, bytes],
        verdicts: Mapping[str, str],
    ) -> bool:
        """Keep it; False where the department has no such open case. Raises LEDGER_UNAVAILABLE, OVERLOADED."""
        hashes = json.dumps({path: digest.hex() for path, digest in digests.items()})
        told = Told(department, case, matter, UUID(receipt), at, json.dumps(dict(verdicts)), hashes)
        return await self._keep(told)

    async def of_case(self, department: ProviderCode, case: str, most: int) -> Sequence[tuple[str, KeptCheck]]:
        """The case's newest checks, the newest first, each with its matter. Raises LEDGER_UNAVAILABLE."""
        with reached():
            rows = await self._pool.fetch(OF_CASE, department, case, most)
        return [(row["matter"], _kept(row)) for row in rows]

    async def _keep_all(self, batch: Sequence[Told]) -> Sequence[bool]:
        rows = await self._pool.fetch(KEEP, *map(list, zip(*batch, strict=True)))
        kept = {(row["receipt"], row["matter"]) for row in rows}
        return [(one.receipt, one.matter) in kept for one in batch]

    async def _last_of_all(self, batch: Sequence[Wanted]) -> Sequence[KeptCheck | None]:
        rows = await self._pool.fetch(LAST, *map(list, zip(*batch, strict=True)))
        found = {row["place"]: _kept(row) for row in rows}
        return [found.get(place) for place in range(1, len(batch) + 1)]


def _kept(row: Any) -> KeptCheck:
    digests = {path: bytes.fromhex(digest) for path, digest in json.loads(row["digests"]).items()}
    return KeptCheck(str(row["receipt"]), row["at"], json.loads(row["verdicts"]), digests)
