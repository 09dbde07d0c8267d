"""Grants in our own database: what a provider answered to a department (Art. 16 ¶1), added, revoked, listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from errors import INPUT_INVALID, GatewayError
from sharing.grant import GrantId
from sharing.sealed import Granted as Granted
from sharing.sealed import Seal, Signer, canonical_text, grant_id, seal


async def add_grants(connection: asyncpg.Connection[Any], grants: Sequence[Granted], signer: Signer) -> tuple[GrantId, ...]:
    """Add the grants, each signed, all or none; one that stands already counts as added.

    Raises INPUT_INVALID where one was revoked (a new answer is needed then) or its department is unknown.
    """
    texts = tuple(map(canonical_text, grants))
    ids = tuple(map(grant_id, texts))
    try:
        async with connection.transaction():
            revoked = await connection.fetch(
                "SELECT id FROM sharing_grant WHERE id = ANY($1::text[]) AND revoked_at IS NOT NULL", ids
            )
            if revoked:
                raise GatewayError(
                    INPUT_INVALID, f"the grant `{revoked[0]['id']}` was revoked", "have the provider answer anew"
                )
            await connection.executemany(
                "INSERT INTO sharing_grant (id, consumer, items, form, rows, uses, matters, modes, valid_from, valid_until,"
                " answered_by, basis, quota_per_day, operations, application, renews, handler, within, signing_key,"
                " signature)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)"
                " ON CONFLICT DO NOTHING",
                [_row(grant_id(text), granted, seal(text, signer)) for text, granted in zip(texts, grants, strict=True)],
            )
    except asyncpg.ForeignKeyViolationError:
        raise GatewayError(
            INPUT_INVALID, "no such department", "the catalogue's departments.toml names the departments"
        ) from None
    except asyncpg.CheckViolationError as fault:
        raise GatewayError(INPUT_INVALID, f"the grant is not accepted: {fault}", "correct the named value") from None
    return ids


def _row(number: GrantId, granted: Granted, sealed: Seal) -> tuple[object, ...]:
    return (
        *(number, granted.department, sorted(granted.items), granted.form, granted.rows, sorted(granted.uses)),
        *(sorted(granted.matters), sorted(granted.modes), granted.valid_from, granted.valid_until),
        *(granted.provider, granted.basis, granted.quota_per_day, sorted(granted.operations), granted.application),
        *(granted.renews, granted.handler, granted.within, sealed.key_id, sealed.signature),
    )


REVOKE = """
    UPDATE sharing_grant SET revoked_at = now(), revoked_reason = $2, revoked_by = $3
    WHERE id IN (SELECT with_renewals($1)) AND revoked_at IS NULL RETURNING id"""
"""A grant with all that took its place: who withdraws a right does not mean its continuation to begin."""


async def revoke_grant(connection: asyncpg.Connection[Any], grant: str, reason: str) -> None:
    """Withdraw the grant with a reason (Art. 16 ¶1); it holds from the next request on. Raises INPUT_INVALID."""
    if not reason.strip():
        raise GatewayError(INPUT_INVALID, "a withdrawal needs a reason", "state it", article="Art. 16 ¶1")
    revoked = await connection.fetch(REVOKE, grant, reason.strip(), None)
    if not revoked:
        raise GatewayError(INPUT_INVALID, f"no grant in force `{grant}`", "`cli grant list` shows them")


async def list_grants(connection: asyncpg.Connection[Any], department: str | None = None) -> Sequence[Mapping[str, Any]]:
    """Every grant, also revoked and ended ones, of one department or of all."""
    rows: Sequence[Mapping[str, Any]] = await connection.fetch(
        "SELECT sharing_grant.*, department.name_zh FROM sharing_grant JOIN department ON department.code = consumer"
        " WHERE $1::text IS NULL OR consumer = $1 ORDER BY consumer, created_at, id",
        department,
    )
    return rows
