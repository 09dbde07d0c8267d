"""Stored operations: a consumer's documents to which its grants can be narrowed, kept with their versions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import asyncpg

from catalogue.model import ProviderCode
from errors import STATE_CONFLICT, GatewayError
from resolvers.ports.grants import StoredOperation
from standards.divisions import subtree_prefix
from storage.reached import reached

MOST = 500
# the department's row is locked, so that two versions are not numbered alike
_LOCK = "SELECT code FROM department WHERE code = $1 FOR NO KEY UPDATE"
_FIND = "SELECT * FROM stored_operation WHERE consumer = $1 AND name = $2 AND hash = $3"
_COUNT = "SELECT count(*) FROM stored_operation WHERE consumer = $1"
_ADD = """
    INSERT INTO stored_operation (consumer, name, version, hash, document, stored_by)
    SELECT $1, $2, 1 + coalesce(max(version), 0), $3, $4, $5 FROM stored_operation WHERE consumer = $1 AND name = $2
    RETURNING *"""
_OF = """
    SELECT * FROM stored_operation
    WHERE ($1::text IS NULL OR consumer = $1)
      AND ($2::text IS NULL OR consumer = $2
           OR consumer IN (SELECT sharing_grant.consumer FROM sharing_grant WHERE answered_by = $2))
      AND ($3::text IS NULL
           OR consumer IN (SELECT code FROM department WHERE starts_with(division_code, $3))
           OR consumer IN (
               SELECT sharing_grant.consumer FROM sharing_grant JOIN department ON code = answered_by
               WHERE starts_with(division_code, $3)))
    ORDER BY consumer, name, version DESC LIMIT $4"""


class OperationBook:
    """Implements `resolvers.ports.grants.OperationBook` over the pool of our own database."""

    def __init__(self, pool: asyncpg.Pool[Any]) -> None:
        self._pool = pool

    async def store(self, consumer: ProviderCode, name: str, hash_: str, document: str, handler: str) -> StoredOperation:
        """A new version under the name; one with the same hash is the version that is there. Raises STATE_CONFLICT."""
        with reached():
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.fetchval(_LOCK, consumer)
                row = await connection.fetchrow(_FIND, consumer, name, hash_)
                if row is None:
                    if await connection.fetchval(_COUNT, consumer) >= MOST:
                        raise GatewayError(STATE_CONFLICT, f"`{MOST}` documents are stored", "use those that are there")
                    row = await connection.fetchrow(_ADD, consumer, name, hash_, document, handler)
        return _operation(row)

    async def of(
        self, consumer: ProviderCode | None, party: ProviderCode | None, within: str | None = None
    ) -> Sequence[StoredOperation]:
        """A consumer's (None: everybody's); of those the ones that `party` may see (None: all): its own, and those of
        departments that it granted something to; or that some department within a division may see.
        """
        prefix = None if within is None else subtree_prefix(within)
        with reached():
            return tuple(map(_operation, await self._pool.fetch(_OF, consumer, party, prefix, MOST)))


def _operation(row: Any) -> StoredOperation:
    return StoredOperation(
        *(ProviderCode(row["consumer"]), row["name"], row["version"], row["hash"], row["document"]),
        *(row["stored_by"], row["stored_at"]),
    )
