"""Collections and offered proof: added to open cases, never changed; counted by matter and material for who oversees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg

from catalogue.model import ProviderCode
from errors import STATE_CONFLICT, GatewayError
from resolvers.ports.case_collections import Collection, CollectionCount, CollectionFilter, Proof
from sharing.collection import CollectionKind
from standards.divisions import subtree_prefix
from storage.cases import unknown_case
from storage.reached import reached

MOST_COLLECTIONS = 200
MOST_PROOFS = 20
"""Of one case."""

HOLD = "SELECT FROM service_case WHERE consumer = $1 AND number = $2 AND closed_at IS NULL FOR UPDATE"
ROOM = """
    SELECT count(*) AS collections, count(case_proof.id) AS proofs
    FROM case_collection LEFT JOIN case_proof USING (id) WHERE consumer = $1 AND number = $2"""
ADD = """
    INSERT INTO case_collection (id, consumer, number, matter, material, kind, verdict, reason, checked_by, checked_at,
                                 handler, client, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"""
ADD_PROOF = "INSERT INTO case_proof (id, doubt, name, media_type, sha256, content) VALUES ($1, $2, $3, $4, $5, $6)"
_KEPT = """
    SELECT id, consumer, number, matter, material, kind, verdict, reason, checked_by, checked_at, handler, client, at,
           doubt, name, media_type, sha256, length(content) AS size
    FROM case_collection LEFT JOIN case_proof USING (id)"""
_CHOSEN = """
    WHERE ($1::text IS NULL OR consumer = $1)
      AND ($2::text IS NULL OR consumer IN (SELECT code FROM department WHERE starts_with(division_code, $2)))
      AND ($3::text IS NULL OR number = $3) AND ($4::text IS NULL OR matter = $4)
      AND ($5::text IS NULL OR material = $5) AND ($6::text IS NULL OR kind = $6)
      AND ($7::timestamptz IS NULL OR at >= $7) AND ($8::timestamptz IS NULL OR at < $8)"""
PAGE = f"{_KEPT} {_CHOSEN} AND ($9::uuid IS NULL OR id < $9) ORDER BY id DESC LIMIT $10"
COUNTS = f"""
    SELECT matter, material, count(*) FILTER (WHERE kind = 'duplicate') AS duplicates,
           count(*) FILTER (WHERE kind = 'lawful') AS lawful, count(*) FILTER (WHERE kind = 'offered') AS offered
    FROM case_collection {_CHOSEN} GROUP BY matter, material
    ORDER BY duplicates DESC, matter, material LIMIT $9"""  # noqa: S608 - of constants
PROOF = f"{_KEPT} WHERE id = $1 AND consumer = $2 AND content IS NOT NULL"
CONTENT = "SELECT content FROM case_proof WHERE id = $1"


class CollectionBook:
    """Implements `resolvers.ports.case_collections.CollectionBook` over the pool of our own database."""

    def __init__(self, pool: asyncpg.Pool[Any]) -> None:
        self._pool = pool

    async def add(self, collection: Collection, content: bytes | None = None) -> None:
        """Keep it with its open case. Raises CASE_UNKNOWN, STATE_CONFLICT, LEDGER_UNAVAILABLE."""
        of_case = (collection.department, collection.case)
        with reached():
            async with self._pool.acquire() as connection, connection.transaction():
                if await connection.fetchrow(HOLD, *of_case) is None:
                    raise unknown_case(collection.case)
                _check_room(await connection.fetchrow(ROOM, *of_case), content is not None)
                number, checked_by = UUID(collection.id), collection.checked_by
                await connection.execute(
                    ADD,
                    *(number, *of_case, collection.matter, collection.material, collection.kind, collection.verdict),
                    *(collection.reason, None if checked_by is None else UUID(checked_by), collection.checked_at),
                    *(collection.handler, collection.client, collection.at),
                )
                proof = collection.proof
                if proof is not None and content is not None:
                    await connection.execute(
                        ADD_PROOF, number, proof.doubt, proof.name, proof.media_type, proof.sha256, content
                    )

    async def page(self, chosen: CollectionFilter, first: int, after: str | None) -> Sequence[Collection]:
        """The latest first. Raises LEDGER_UNAVAILABLE."""
        with reached():
            rows = await self._pool.fetch(PAGE, *_chosen(chosen), _uuid(after or ""), first)
        return [_collection(row) for row in rows]

    async def counts(self, chosen: CollectionFilter, most: int) -> Sequence[CollectionCount]:
        """By matter and material, those with most duplicates first. Raises LEDGER_UNAVAILABLE."""
        with reached():
            rows = await self._pool.fetch(COUNTS, *_chosen(chosen), most)
        return [CollectionCount(*row.values()) for row in rows]

    async def proof(self, department: ProviderCode, proof: str) -> tuple[Collection, bytes] | None:
        """A proof of one of the department's cases with its bytes. Raises LEDGER_UNAVAILABLE."""
        number = _uuid(proof)
        if number is None:
            return None
        with reached():
            row = await self._pool.fetchrow(PROOF, number, department)
            content = None if row is None else await self._pool.fetchval(CONTENT, number)
        return None if content is None else (_collection(row), content)


def _check_room(held: Any, proof: bool) -> None:
    """Raises STATE_CONFLICT for collections without end: each is kept for good."""
    if held["collections"] >= MOST_COLLECTIONS or (proof and held["proofs"] >= MOST_PROOFS):
        most = f"{MOST_PROOFS} proofs" if proof and held["proofs"] >= MOST_PROOFS else f"{MOST_COLLECTIONS} collections"
        raise GatewayError(
            STATE_CONFLICT,
            f"the case holds {most}",
            "join several pages in one file",
            hint_zh="请将多页合并为一个文件。",
            article="Art. 16 ¶2",
        )


def _chosen(chosen: CollectionFilter) -> tuple[object, ...]:
    within = None if chosen.within is None else subtree_prefix(chosen.within)
    return (chosen.department, within, chosen.case, chosen.matter, chosen.material, chosen.kind, chosen.since, chosen.before)


def _collection(row: Any) -> Collection:
    proof = None
    if row["size"] is not None:
        proof = Proof(row["doubt"], row["name"], row["media_type"], row["sha256"], row["size"])
    checked_by = row["checked_by"]
    return Collection(
        id=str(row["id"]),
        department=ProviderCode(row["consumer"]),
        case=row["number"],
        matter=row["matter"],
        material=row["material"],
        kind=CollectionKind(row["kind"]),
        verdict=row["verdict"],
        reason=row["reason"],
        checked_by=None if checked_by is None else str(checked_by),
        checked_at=row["checked_at"],
        handler=row["handler"],
        client=row["client"],
        at=row["at"],
        proof=proof,
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
