"""The life of grants after they were given: read by their parties, revoked, renewed, narrowed, suspended, resumed.

Each step is one short transaction: what changes rights comes last in it, since it holds the ledger's head until it commits.
"""

from __future__ import annotations

import base64
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import asyncpg

from catalogue.model import ProviderCode
from errors import INPUT_INVALID, NOT_FOUND, NOT_RESPONSIBLE, STATE_CONFLICT, GatewayError
from resolvers.ports.grants import (
    GrantFilter,
    GrantPage,
    GrantRecord,
    GrantState,
    NewSuspension,
    Suspension,
)
from sharing.sealed import Granted, Signer
from standards.divisions import subtree_prefix
from storage.grant_records import ROW, TOUCHED_BY_ANOTHER, read_records, suspension_of
from storage.grants import ONE_AT_A_TIME, REVOKE, add_grants
from storage.notices import TELL, facts_json
from storage.reached import reached
from storage.seals import Seals

ARTICLE = "Art. 16 ¶1"
MOST_SUSPENSIONS = 100
_BY_ITS_PROVIDER = """EXISTS (
    SELECT FROM sharing_suspension AS stop
    WHERE stop.resumed_at IS NULL AND stop.consumer = sharing_grant.consumer AND stop.provider = answered_by
      AND (stop.items && sharing_grant.items OR sharing_grant.id IN (SELECT with_renewals(stop.grant_id))))"""
_BY_ANYBODY = f"""({_BY_ITS_PROVIDER} OR EXISTS (
    SELECT FROM sharing_suspension AS stop
    WHERE stop.resumed_at IS NULL AND stop.consumer = sharing_grant.consumer AND {TOUCHED_BY_ANOTHER}))"""
_STATES: Mapping[GrantState, str] = {
    GrantState.REVOKED: "revoked_at IS NOT NULL",
    GrantState.ENDED: "revoked_at IS NULL AND valid_until <= now()",
    GrantState.TO_COME: "revoked_at IS NULL AND valid_from > now()",
    GrantState.SUSPENDED: f"revoked_at IS NULL AND valid_from <= now() AND valid_until > now() AND {_BY_ANYBODY}",
    GrantState.IN_FORCE: f"revoked_at IS NULL AND valid_from <= now() AND valid_until > now() AND NOT {_BY_ANYBODY}",
}
_WANTED = """
    ($1::text IS NULL OR sharing_grant.consumer = $1 OR answered_by = $1)
    AND ($2::text IS NULL OR sharing_grant.consumer = $2) AND ($3::text IS NULL OR answered_by = $3)
    AND ($4::text IS NULL OR sharing_grant.items @> ARRAY[$4])
    AND ($5::timestamptz IS NULL
         OR (revoked_at IS NULL AND valid_from <= now() AND valid_until > now() AND valid_until <= $5))
    AND ($6::text IS NULL OR EXISTS (
        SELECT FROM department WHERE code IN (sharing_grant.consumer, answered_by) AND starts_with(division_code, $6)))"""
_LOCK = f"{ROW} WHERE id = $1 FOR UPDATE"
_SUSPEND = """
    INSERT INTO sharing_suspension (provider, consumer, grant_id, items, reason, suspended_by, apart)
    VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING *"""
_SUSPENDED = """
    SELECT id FROM sharing_suspension
    WHERE resumed_at IS NULL AND provider = $1 AND consumer = $2 AND grant_id IS NOT DISTINCT FROM $3 AND items @> $4
    LIMIT 1"""
_SUSPENSIONS = """
    SELECT * FROM sharing_suspension
    WHERE ($1::text IS NULL OR provider = $1 OR consumer = $1) AND (resumed_at IS NULL OR NOT $2)
      AND ($3::text IS NULL OR EXISTS (
          SELECT FROM department WHERE code IN (provider, consumer) AND starts_with(division_code, $3)))
    ORDER BY id DESC LIMIT $4"""
_RESUME = """
    UPDATE sharing_suspension SET resumed_at = now(), resumed_reason = $2, resumed_by = $3 WHERE id = $1 RETURNING *"""


class GrantBook:
    """Implements `resolvers.ports.grants.GrantBook` over the pool of our own database."""

    def __init__(self, pool: asyncpg.Pool[Any], seals: Seals, signer: Signer) -> None:
        self._pool = pool
        self._seals = seals
        self._signer = signer

    async def find(self, grant: str) -> GrantRecord | None:
        async with self._reached() as connection:
            found = await read_records(connection, self._seals, await connection.fetch(f"{ROW} WHERE id = $1", grant))
        return found[0] if found else None

    async def page(self, wanted: GrantFilter, first: int, after: str | None) -> GrantPage:
        """The newest first. Raises INPUT_INVALID for an `after` that no page gave."""
        where = _WANTED if wanted.state is None else f"{_WANTED} AND {_STATES[wanted.state]}"
        within = None if wanted.within is None else subtree_prefix(wanted.within)
        values = (wanted.party, wanted.consumer, wanted.provider, wanted.item, wanted.ending_before, within)
        moment, number = (None, None) if after is None else _place(after)
        async with self._reached() as connection:
            total = await connection.fetchval(f"SELECT count(*) FROM sharing_grant WHERE {where}", *values)  # noqa: S608
            rows = await connection.fetch(
                f"{ROW} WHERE {where} AND ($7::timestamptz IS NULL OR (created_at, id) < ($7, $8::text))"
                " ORDER BY created_at DESC, id DESC LIMIT $9",
                *(*values, moment, number, first + 1),
            )
            records = await read_records(connection, self._seals, rows[:first])
        more = len(rows) > first
        return GrantPage(tuple(records), total, _mark(rows[first - 1]) if more else None)

    async def revoke(self, provider: ProviderCode, grant: str, reason: str, handler: str) -> GrantRecord:
        """Withdraw it, with all that renews it. Raises NOT_FOUND, NOT_RESPONSIBLE, STATE_CONFLICT."""
        async with self._reached() as connection:
            async with connection.transaction():
                await connection.execute(ONE_AT_A_TIME)
                row = _provided(await connection.fetchrow(_LOCK, grant), provider)
                _check_standing(row, grant)
                await _tell(connection, row["consumer"], "grant.revoked", grant, provider=provider)
                await connection.fetch(REVOKE, grant, reason, handler)
            return await self._record(connection, grant)

    async def replace(self, granted: Granted, *, revoke_reason: str | None) -> GrantRecord:
        """Sign and add a grant in the place of `granted.renews`, revoked in the same transaction where a reason is given.

        Raises NOT_FOUND, NOT_RESPONSIBLE, STATE_CONFLICT where it was revoked, suspended, or replaced already.
        """
        assert granted.renews is not None
        former = granted.renews
        async with self._reached() as connection:
            async with connection.transaction():
                await connection.execute(ONE_AT_A_TIME)
                _check_standing(
                    _provided(await connection.fetchrow(_LOCK, former), granted.provider), former, also_ended=True
                )
                if await connection.fetchval(f"SELECT {_BY_ITS_PROVIDER} FROM sharing_grant WHERE id = $1", former):  # noqa: S608
                    raise _conflict(f"the grant `{former}` is suspended", "resume it first: `resumeSharing`")
                later = await connection.fetchval(
                    "SELECT id FROM sharing_grant WHERE renews = $1 AND revoked_at IS NULL", former
                )
                if later is not None:
                    raise _conflict(
                        f"the grant `{former}` was renewed already, by `{later}`", "change that one, or revoke it"
                    )
                kind = "grant.renewed" if revoke_reason is None else "grant.narrowed"
                facts = {"provider": granted.provider, "validUntil": granted.valid_until.isoformat()}
                await _tell(connection, granted.department, kind, former, **facts)
                (number,) = await add_grants(connection, [granted], self._signer)
                if revoke_reason is not None:
                    await connection.execute(
                        "UPDATE sharing_grant SET revoked_at = now(), revoked_reason = $2, revoked_by = $3 WHERE id = $1",
                        *(former, revoke_reason, granted.handler),
                    )
            return await self._record(connection, number)

    async def request_renewal(self, consumer: ProviderCode, grant: str, note: str, handler: str) -> GrantRecord:
        """Raises NOT_FOUND, NOT_RESPONSIBLE, STATE_CONFLICT where it was revoked, renewed, or asked for before."""
        async with self._reached() as connection:
            async with connection.transaction():
                row = await connection.fetchrow(_LOCK, grant)
                if row is None or consumer not in (row["consumer"], row["answered_by"]):
                    raise _unknown()
                if row["consumer"] != consumer:
                    raise GatewayError(
                        NOT_RESPONSIBLE,
                        "a renewal is asked for by the department that holds the grant",
                        "its provider renews it without being asked: `renewGrant`",
                        article=ARTICLE,
                    )
                _check_standing(row, grant, also_ended=True)
                if await connection.fetchval("SELECT true FROM sharing_grant WHERE renews = $1", grant):
                    raise _conflict(f"the grant `{grant}` was renewed already", "ask for that one")
                asked = await connection.fetchval(
                    "INSERT INTO renewal_request (grant_id, note, requested_by) VALUES ($1, $2, $3)"
                    " ON CONFLICT DO NOTHING RETURNING grant_id",
                    *(grant, note, handler),
                )
                if asked is None:
                    raise _conflict(f"a renewal of `{grant}` was asked for already", "wait for the provider, or apply anew")
                await _tell(connection, row["answered_by"], "grant.renewal_requested", grant, consumer=consumer)
            return await self._record(connection, grant)

    async def suspend(self, new: NewSuspension) -> Suspension:
        """Stop it from the next request on. Raises NOT_FOUND, NOT_RESPONSIBLE, STATE_CONFLICT."""
        async with self._reached() as connection, connection.transaction():
            consumer: str = new.consumer or ""
            if new.grant is not None:
                row = _provided(await connection.fetchrow(_LOCK, new.grant), new.provider)
                _check_standing(row, new.grant)
                consumer = row["consumer"]
            elif not await connection.fetchval("SELECT true FROM department WHERE code = $1", consumer):
                raise GatewayError(NOT_FOUND, "no such department", "compare its unified social credit code")
            items = sorted(new.items)
            stands = await connection.fetchval(_SUSPENDED, new.provider, consumer, new.grant, items)
            if stands is not None:
                raise _conflict(f"the suspension `{stands}` stops all of that already", "nothing is to be done")
            await _tell(connection, consumer, "sharing.suspended", new.grant or consumer, provider=new.provider)
            stopped = await connection.fetchrow(
                _SUSPEND, *(new.provider, consumer, new.grant, items, new.reason, new.handler, sorted(new.apart))
            )
        return suspension_of(stopped)

    async def resume(self, provider: ProviderCode, suspension: int, reason: str, handler: str) -> Suspension:
        """Raises NOT_FOUND, NOT_RESPONSIBLE, STATE_CONFLICT where it was taken back before."""
        async with self._reached() as connection, connection.transaction():
            row = await connection.fetchrow("SELECT * FROM sharing_suspension WHERE id = $1 FOR UPDATE", suspension)
            if row is None or provider not in (row["provider"], row["consumer"]):
                raise GatewayError(
                    NOT_FOUND, f"no suspension `{suspension}`", "`suspensions` lists those of your department"
                )
            if row["provider"] != provider:
                raise _not_the_provider()
            if row["resumed_at"] is not None:
                raise _conflict(f"the suspension `{suspension}` was taken back already", "nothing is to be done")
            await _tell(
                connection, row["consumer"], "sharing.resumed", row["grant_id"] or row["consumer"], provider=provider
            )
            return suspension_of(await connection.fetchrow(_RESUME, suspension, reason, handler))

    async def suspensions(
        self, party: ProviderCode | None, only_open: bool, within: str | None = None
    ) -> Sequence[Suspension]:
        """A party's (None: anybody's), or with a party within a division; the latest first, at most a hundred."""
        prefix = None if within is None else subtree_prefix(within)
        async with self._reached() as connection:
            rows = await connection.fetch(_SUSPENSIONS, party, only_open, prefix, MOST_SUSPENSIONS)
        return tuple(map(suspension_of, rows))

    async def _record(self, connection: Any, grant: str) -> GrantRecord:
        (record,) = await read_records(connection, self._seals, await connection.fetch(f"{ROW} WHERE id = $1", grant))
        return record

    @contextlib.asynccontextmanager
    async def _reached(self) -> AsyncIterator[Any]:
        """A connection. Raises LEDGER_UNAVAILABLE."""
        with reached():
            async with self._pool.acquire() as connection:
                yield connection


async def _tell(connection: Any, department: str, kind: str, about: str, **facts: str) -> None:
    """A notice to the other party, written with what it tells of."""
    await connection.fetchval(TELL, department, kind, about, facts_json(facts), None)


def _provided(row: Any, provider: ProviderCode) -> Any:
    """The row, which this provider gave. To whom it is nothing, it is not there."""
    if row is None or provider not in (row["consumer"], row["answered_by"]):
        raise _unknown()
    if row["answered_by"] != provider:
        raise _not_the_provider()
    return row


def _check_standing(row: Any, grant: str, *, also_ended: bool = False) -> None:
    if row["revoked_at"] is not None:
        raise _conflict(f"the grant `{grant}` was revoked", "a revocation is final: the provider answers anew")
    if not also_ended and row["valid_until"] <= datetime.now(UTC):
        raise _conflict(f"the grant `{grant}` has ended", "nothing is left to be done with it; it can be renewed")


def _unknown() -> GatewayError:
    return GatewayError(
        NOT_FOUND,
        "no such grant of this department",
        "`grants` lists those that it gave or holds",
        article="Art. 16 ¶1",
    )


def _not_the_provider() -> GatewayError:
    return GatewayError(
        NOT_RESPONSIBLE,
        "only the provider disposes of what it granted",
        "ask the providing department; `requestRenewal` asks it to go on",
        article="Art. 17 ¶1",
    )


def _conflict(message: str, hint: str) -> GatewayError:
    return GatewayError(STATE_CONFLICT, message, hint, article=ARTICLE)


def _mark(row: Any) -> str:
    return base64.urlsafe_b64encode(f"{row['created_at'].isoformat()} {row['id']}".encode()).decode()


def _place(after: str) -> tuple[datetime, str]:
    try:
        moment, _, number = base64.b64decode(after, altchars=b"-_", validate=True).decode().partition(" ")
        found = datetime.fromisoformat(moment)
        if found.tzinfo is None:
            raise ValueError(after)
    except ValueError:
        raise GatewayError(INPUT_INVALID, "`after` is not what a former page gave", "begin without it") from None
    return found, number
