"""Grants in our own database: what a provider answered to a department (Art. 16 ¶1), added, revoked, listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
import orjson

from errors import INPUT_INVALID, GatewayError
from sharing.grant import GrantId
from sharing.sealed import Granted as Granted
from sharing.sealed import Seal, Signer, canonical_text, concealment_told, grant_id, seal

ADD = """
    INSERT INTO sharing_grant (id, consumer, items, form, rows, uses, matters, modes, valid_from, valid_until, answered_by,
        basis, quota_per_day, operations, application, renews, handler, within, concealment, apart,
        signing_key, signature)
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS given (
        id text, consumer text, items text[], form text, rows text, uses text[], matters text[], modes text[],
        valid_from timestamptz, valid_until timestamptz, answered_by text, basis text, quota_per_day integer,
        operations text[], application text, renews text, handler text, within text, concealment jsonb,
        apart text[], signing_key text, signature bytea)
    ON CONFLICT DO NOTHING"""
"""One statement: the epoch moves once, and the ledger's head is held no longer than it takes."""


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
            given = [_row(one, granted, seal(text, signer)) for one, text, granted in zip(ids, texts, grants, strict=True)]
            await connection.execute(ADD, orjson.dumps(given).decode())
    except asyncpg.ForeignKeyViolationError:
        raise GatewayError(
            INPUT_INVALID, "no such department", "the catalogue's departments.toml names the departments"
        ) from None
    except asyncpg.CheckViolationError as fault:
        raise GatewayError(INPUT_INVALID, f"the grant is not accepted: {fault}", "correct the named value") from None
    return ids


def _row(number: GrantId, granted: Granted, sealed: Seal) -> dict[str, object]:
    return {
        "id": number,
        "consumer": granted.department,
        "items": sorted(granted.items),
        "form": granted.form,
        "rows": granted.rows,
        "uses": sorted(granted.uses),
        "matters": sorted(granted.matters),
        "modes": sorted(granted.modes),
        "valid_from": granted.valid_from,
        "valid_until": granted.valid_until,
        "answered_by": granted.provider,
        "basis": granted.basis,
        "quota_per_day": granted.quota_per_day,
        "operations": sorted(granted.operations),
        "application": granted.application,
        "renews": granted.renews,
        "handler": granted.handler,
        "within": granted.within,
        "concealment": None if granted.concealment is None else concealment_told(granted.concealment),
        "apart": sorted(granted.apart),
        "signing_key": sealed.key_id,
        "signature": "\\x" + sealed.signature.hex(),
    }


ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(7423006)"
"""Before a grant is revoked or replaced: one that is being renewed while its forerunner is revoked is seen by neither."""
REVOKE = """
    UPDATE sharing_grant SET revoked_at = now(), revoked_reason = $2, revoked_by = $3
    WHERE id IN (SELECT with_renewals($1)) AND revoked_at IS NULL RETURNING id"""
"""A grant with all that took its place: who withdraws a right does not mean its continuation to begin."""


async def revoke_grant(connection: asyncpg.Connection[Any], grant: str, reason: str) -> None:
    """Withdraw the grant with a reason (Art. 16 ¶1); it holds from the next request on. Raises INPUT_INVALID."""
    if not reason.strip():
        raise GatewayError(INPUT_INVALID, "a withdrawal needs a reason", "state it", article="Art. 16 ¶1")
    async with connection.transaction():
        await connection.execute(ONE_AT_A_TIME)
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
