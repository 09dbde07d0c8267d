"""Grants with their lives, as our own database has them: what touched each, what took its place, what was asked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

from catalogue.model import ItemCode, ProviderCode
from resolvers.ports.grants import GrantRecord, RenewalRequest, Revocation, Suspension
from sharing.grant import GrantId
from sharing.sealed import Granted, Seal
from storage.seals import COLUMNS, MALFORMED, Seals, granted_of

ROW = f"SELECT {COLUMNS}, created_at, revoked_at, revoked_reason, revoked_by FROM sharing_grant"  # noqa: S608  no value
"""What `read_records` takes, of whichever grants."""
TOUCHED_BY_ANOTHER = """within IS NULL AND EXISTS (
    SELECT unnest(stop.items) INTERSECT SELECT unnest(sharing_grant.items) EXCEPT SELECT unnest(stop.apart))"""
"""Of a suspension `stop` by another than who gave the grant: the source of a part of the rows may stop that part, a later
provider what the former gave (`sharing.sources`).
"""
_SUSPENSIONS = f"""
    SELECT touched.id AS of, stop.*
    FROM unnest($1::text[]) AS touched (id) JOIN sharing_grant ON sharing_grant.id = touched.id
    JOIN sharing_suspension AS stop ON stop.consumer = sharing_grant.consumer
        AND suspended_at < coalesce(revoked_at, valid_until) AND (resumed_at IS NULL OR resumed_at > created_at)
        AND (({TOUCHED_BY_ANOTHER})
             OR (stop.provider = answered_by AND stop.items && sharing_grant.items)
             OR (grant_id IS NOT NULL AND touched.id IN (SELECT with_renewals(grant_id))))
    ORDER BY stop.id"""  # noqa: S608  no value
_RENEWALS = "SELECT renews, id FROM sharing_grant WHERE renews = ANY($1::text[]) ORDER BY created_at, id"
_REQUESTS = "SELECT grant_id, note, requested_by, requested_at FROM renewal_request WHERE grant_id = ANY($1::text[])"


async def read_records(connection: Any, seals: Seals, rows: Sequence[Any]) -> list[GrantRecord]:
    """Their lives are read for all rows together; signatures are verified in a thread."""
    ids = [row["id"] for row in rows]
    stops = _by(await connection.fetch(_SUSPENSIONS, ids), "of")
    renewals = _by(await connection.fetch(_RENEWALS, ids), "renews")
    requests = _by(await connection.fetch(_REQUESTS, ids), "grant_id")
    sound = await asyncio.to_thread(lambda: [seals.sound(row) is not None for row in rows])
    return [
        GrantRecord(
            id=GrantId(row["id"]),
            granted=_read(row),
            sealed=None if row["signature"] is None else Seal(row["signing_key"], row["signature"]),
            sound=holds,
            created_at=row["created_at"],
            revocation=None
            if row["revoked_at"] is None
            else Revocation(row["revoked_at"], row["revoked_reason"], row["revoked_by"]),
            suspensions=tuple(map(suspension_of, stops.get(row["id"], ()))),
            renewed_by=tuple(GrantId(later["id"]) for later in renewals.get(row["id"], ())),
            renewal_request=next(
                (
                    RenewalRequest(asked["note"], asked["requested_by"], asked["requested_at"])
                    for asked in requests.get(row["id"], ())
                ),
                None,
            ),
        )
        for row, holds in zip(rows, sound, strict=True)
    ]


def _read(row: Any) -> Granted | None:
    try:
        return granted_of(row)
    except MALFORMED:
        return None


def suspension_of(row: Any) -> Suspension:
    """The suspension of a row of `sharing_suspension`."""
    return Suspension(
        *(row["id"], ProviderCode(row["provider"]), ProviderCode(row["consumer"])),
        None if row["grant_id"] is None else GrantId(row["grant_id"]),
        tuple(map(ItemCode, row["items"])),
        *(row["reason"], row["suspended_by"], row["suspended_at"]),
        *(row["resumed_reason"], row["resumed_by"], row["resumed_at"]),
    )


def _by(rows: Iterable[Any], column: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row[column], []).append(row)
    return found
