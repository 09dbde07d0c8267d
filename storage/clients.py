"""The clients of our own database: as identification reads them, and what the operator does to them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg

from catalogue.model import ProviderCode
from errors import INPUT_INVALID, GatewayError
from resolvers.identify_ports import StoredClient, StoredSecret

FORMER_SECRET_FOR = timedelta(hours=1)

SELECT = """
    SELECT client.*, department.division_code, department.valid_from > now() AS department_to_come,
           department.valid_until AS department_until
    FROM client JOIN department ON department.code = client.department ORDER BY client.id"""
SELECT_SECRETS = """
    SELECT client, secret_hash, valid_until FROM client_secret
    WHERE valid_until IS NULL OR valid_until > now() ORDER BY client, created_at DESC"""


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client to be registered. `networks` in CIDR notation; `secret_hash` is `resolvers.secrets.hash_secret`'s."""

    id: str
    department: ProviderCode
    title: str
    roles: frozenset[str]
    secret_hash: str
    networks: tuple[str, ...] = ()
    introspection: bool = False
    rate_per_second: int = 50
    burst: int = 100
    keys: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()


def stored_clients(rows: Iterable[Any], secret_rows: Iterable[Any]) -> dict[str, StoredClient]:
    """The clients by id, from the rows of `SELECT` and `SELECT_SECRETS`. It ends with its department."""
    held: dict[str, list[StoredSecret]] = {}
    for row in secret_rows:
        held.setdefault(row["client"], []).append(StoredSecret(row["secret_hash"], _seconds(row["valid_until"])))
    return {row["id"]: _client(row, tuple(held.get(row["id"], ()))) for row in rows}


def _client(row: Any, held: tuple[StoredSecret, ...]) -> StoredClient:
    return StoredClient(
        id=row["id"],
        department=ProviderCode(row["department"]),
        division=row["division_code"],
        roles=frozenset(row["roles"]),
        secrets=held,
        networks=tuple(row["networks"]),
        keys=frozenset(row["keys"]),
        certificates=frozenset(row["certificates"]),
        external=frozenset((issuer, subject) for issuer, subject in json.loads(row["external"])),
        introspection=row["introspection"],
        rate_per_second=row["rate_per_second"],
        burst=row["burst"],
        disabled=row["disabled_at"] is not None or row["department_to_come"],
        valid_until=_seconds(min(filter(None, (row["valid_until"], row["department_until"])), default=None)),
        tokens_not_before=_seconds(row["tokens_not_before"]) or 0.0,
    )


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()


async def create_client(connection: asyncpg.Connection[Any], client: NewClient) -> None:
    """Register the client with its first secret. Raises INPUT_INVALID where the id is taken or the department unknown."""
    try:
        async with connection.transaction():
            await connection.execute(
                "INSERT INTO client (id, department, title, roles, networks, introspection, rate_per_second, burst, keys,"
                " certificates) VALUES ($1, $2, $3, $4, $5::text[]::cidr[], $6, $7, $8, $9, $10)",
                *(client.id, client.department, client.title, sorted(client.roles), list(client.networks)),
                *(client.introspection, client.rate_per_second, client.burst, list(client.keys), list(client.certificates)),
            )
            await connection.execute(
                "INSERT INTO client_secret (client, secret_hash) VALUES ($1, $2)", client.id, client.secret_hash
            )
    except asyncpg.UniqueViolationError:
        raise GatewayError(INPUT_INVALID, f"a client `{client.id}` exists already", "choose another id") from None
    except asyncpg.ForeignKeyViolationError:
        raise GatewayError(
            INPUT_INVALID, f"no department has the code `{client.department}`", "register it first: `registerDepartment`"
        ) from None
    except (asyncpg.CheckViolationError, asyncpg.DataError) as fault:
        raise GatewayError(INPUT_INVALID, f"the client is not accepted: {fault}", "correct the named value") from None


async def disable_client(connection: asyncpg.Connection[Any], client: str) -> None:
    """Refuse the client from the next request on, its tokens too. Raises INPUT_INVALID for an unknown one."""
    changed = await connection.fetchval(
        "UPDATE client SET disabled_at = coalesce(disabled_at, now()) WHERE id = $1 RETURNING id", client
    )
    if changed is None:
        raise _unknown(client)


async def rotate_secret(
    connection: asyncpg.Connection[Any], client: str, secret_hash: str, *, at_once: bool
) -> datetime | None:
    """Give the client a new secret; the instant until which former ones still hold, None where they end `at_once`.

    At once means after a leak: tokens that were had for the former secrets are refused as well. Raises INPUT_INVALID.
    """
    now = datetime.now(UTC)
    until = now if at_once else now + FORMER_SECRET_FOR
    async with connection.transaction():
        changed = await connection.fetchval(
            "UPDATE client SET secret_rotated_at = $2, tokens_not_before = CASE WHEN $3 THEN $2 ELSE tokens_not_before END"
            " WHERE id = $1 RETURNING id",
            *(client, now, at_once),
        )
        if changed is None:
            raise _unknown(client)
        await connection.execute(
            "UPDATE client_secret SET valid_until = least(valid_until, $2) WHERE client = $1", client, until
        )
        await connection.execute("INSERT INTO client_secret (client, secret_hash) VALUES ($1, $2)", client, secret_hash)
    return None if at_once else until


async def list_clients(connection: asyncpg.Connection[Any]) -> Sequence[Mapping[str, Any]]:
    """Every client with its department's name, by id; no secrets."""
    rows: Sequence[Mapping[str, Any]] = await connection.fetch(
        "SELECT client.id, client.title, client.department, department.name_zh, client.roles, client.networks::text[],"
        " client.introspection, client.rate_per_second, client.disabled_at, client.valid_until, client.secret_rotated_at"
        " FROM client JOIN department ON department.code = client.department ORDER BY client.id"
    )
    return rows


def _unknown(client: str) -> GatewayError:
    return GatewayError(INPUT_INVALID, f"no client `{client}`", "`cli client list` shows them")
