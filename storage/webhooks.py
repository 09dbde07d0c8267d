"""The endpoints of departments in our own database."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Sequence
from typing import Any

import asyncpg

from catalogue.model import ProviderCode
from errors import STATE_CONFLICT, GatewayError
from resolvers.ports.notices import NewWebhook, Webhook
from storage.keys import WebhookKeys
from storage.reached import reached
from storage.webhook_address import Reach, read_endpoint

MOST_WEBHOOKS = 5
ADD = """
    INSERT INTO webhook (id, department, url, secret_key, registered_by, handler) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (department, url) WHERE removed_at IS NULL DO NOTHING RETURNING registered_at"""
LIST = "SELECT id, department, url, registered_at FROM webhook WHERE department = $1 AND removed_at IS NULL ORDER BY id"
OWNER = "SELECT department FROM webhook WHERE id = $1 AND removed_at IS NULL"
REMOVE = """
    UPDATE webhook SET removed_at = now(), removed_by = $3, removed_handler = $4
    WHERE id = $1 AND removed_at IS NULL AND department = $2
    RETURNING id, department, url, registered_at"""
END = "UPDATE delivery SET given_up_at = now(), next_try_at = NULL WHERE webhook = $1 AND next_try_at IS NOT NULL"
LOCK = "SELECT pg_advisory_xact_lock(7423004, hashtext($1))"


class WebhookStore:
    """Implements the port `Webhooks`."""

    def __init__(self, pool: asyncpg.Pool[Any], keys: WebhookKeys, reach: Reach) -> None:
        self._pool = pool
        self._keys = keys
        self._reach = reach

    async def register(self, webhook: NewWebhook) -> tuple[Webhook, str]:
        """As the port says."""
        read_endpoint(webhook.url, self._reach)
        new, key_id = uuid.uuid4(), self._keys.key_id
        with reached():
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute(LOCK, webhook.department)  # two at once must not be one too many
                held = await connection.fetch(LIST, webhook.department)
                if len(held) >= MOST_WEBHOOKS:
                    raise GatewayError(
                        STATE_CONFLICT, f"the department has {len(held)} webhooks already", "remove one that is not used"
                    )
                registered_at = await connection.fetchval(
                    ADD, new, webhook.department, webhook.url, key_id, webhook.client, webhook.handler
                )
                if registered_at is None:
                    raise GatewayError(
                        STATE_CONFLICT, "the department has a webhook at this `url`", "remove that one to get a new secret"
                    )
        return Webhook(str(new), webhook.department, webhook.url, registered_at), secret_of(self._keys, key_id, new)

    async def owner(self, webhook: str) -> ProviderCode | None:
        """As the port says."""
        known = _uuid(webhook)
        with reached():
            owner = None if known is None else await self._pool.fetchval(OWNER, known)
        return None if owner is None else ProviderCode(owner)

    async def remove(self, department: ProviderCode, webhook: str, client: str, handler: str) -> Webhook | None:
        """As the port says."""
        known = _uuid(webhook)
        if known is None:
            return None
        with reached():
            async with self._pool.acquire() as connection, connection.transaction():
                row = await connection.fetchrow(REMOVE, known, department, client, handler)
                if row is None:
                    return None
                await connection.execute(END, known)
        return _webhook(row)

    async def list(self, department: ProviderCode) -> Sequence[Webhook]:
        """As the port says."""
        with reached():
            return [_webhook(row) for row in await self._pool.fetch(LIST, department)]


def secret_of(keys: WebhookKeys, key_id: str, webhook: uuid.UUID) -> str:
    """The secret as its receiver keeps it: `whsec_` and base64."""
    secret = keys.secret(key_id, webhook.bytes)
    assert secret is not None, "the current key is here"
    return "whsec_" + base64.b64encode(secret).decode()


def _webhook(row: asyncpg.Record) -> Webhook:
    return Webhook(str(row["id"]), ProviderCode(row["department"]), row["url"], row["registered_at"])


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
