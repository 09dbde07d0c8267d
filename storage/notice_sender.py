"""Delivering notices: signed, tried again later and later, each try on record, by one worker of the deployment.

Headers and signature are those of the Standard Webhooks specification, version 1.0: `webhook-id` (the notice's, the same at
each try), `webhook-timestamp`, and `webhook-signature`, HMAC-SHA256 over `id.timestamp.body`. Nobody waits for a delivery.
An endpoint gets one notice at a time; one that fails rests, so that it holds up no other.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hmac
import json
import random
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import asyncpg

from errors import GatewayError
from storage.background import end
from storage.keys import WebhookKeys
from storage.notices import CHANNEL
from storage.reached import TROUBLE
from storage.webhook_address import Reach, read_endpoint
from storage.webhook_post import post

LOCK = 7423003  # held by the one worker of the deployment that delivers
DUE = """
    SELECT due.id, due.tries, webhook.id AS webhook, webhook.url, webhook.secret_key,
        notice.id AS notice, notice.kind, notice.about, notice.facts, notice.department, notice.created_at
    FROM webhook
    CROSS JOIN LATERAL (
        SELECT id, tries, notice FROM delivery
        WHERE delivery.webhook = webhook.id AND next_try_at <= now() ORDER BY next_try_at, id LIMIT 1
    ) AS due
    JOIN notice ON notice.number = due.notice
    JOIN department ON department.code = webhook.department
    WHERE webhook.removed_at IS NULL AND webhook.id <> ALL ($1)
      AND (department.valid_until IS NULL OR department.valid_until > now())
    LIMIT $2"""
TRIED = """
    WITH tried AS (
        UPDATE delivery SET tries = $2,
            delivered_at = CASE WHEN $3::text IS NULL THEN now() END,
            given_up_at = CASE WHEN $3 IS NOT NULL AND $4::float8 IS NULL THEN now() END,
            next_try_at = CASE WHEN $3 IS NOT NULL THEN now() + make_interval(secs => $4) END
        WHERE id = $1 AND next_try_at IS NOT NULL RETURNING id
    )
    INSERT INTO notice_try (delivery, number, tried_at, milliseconds, failure)
    SELECT id, $2, $5, $6, $3 FROM tried"""

Failed = Callable[[Exception], None]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a try may take, and when the next is made: after `first_s`, then twice as long each time, less a random
    half at most. After `tries` of them a delivery is given up; with these, after about a day and a half.
    """

    deadline_s: float = 10.0
    first_s: float = 10.0
    longest_s: float = 6 * 3600.0
    rest_s: float = 60.0
    """How long an endpoint that failed is left alone at most, whatever else is due to it."""
    tries: int = 16
    look_s: float = 5.0
    """How often it is looked for what is due."""
    at_once: int = 16

    def pause_s(self, tries: int) -> float | None:
        """Until the next try, after so many that failed; None where it is given up."""
        if tries >= self.tries:
            return None
        longest: float = min(self.first_s * 2 ** (tries - 1), self.longest_s)
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - it spreads tries, and keeps no secret


@dataclass
class NoticeSender:
    """Delivers what is due while it holds the lock. `context`: whose certificates are trusted; by default the system's."""

    pool: asyncpg.Pool[Any]
    dsn: str
    keys: WebhookKeys
    reach: Reach
    failed: Failed
    patience: Patience = Patience()
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    _under_way: dict[Any, asyncio.Task[None]] = field(default_factory=dict)
    _resting: dict[Any, float] = field(default_factory=dict)
    _look: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Deliver until cancelled; `failed` hears of what went wrong, and it begins again."""
        while True:
            connection = None
            try:
                connection = await asyncpg.connect(
                    self.dsn, timeout=10, server_settings={"application_name": "oncegate notices"}
                )
                if await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
                    await self._lead(connection)
            except TROUBLE as problem:
                self.failed(problem)
            finally:
                await self._stop()
                if connection is not None:
                    connection.terminate()
            await asyncio.sleep(self.patience.look_s)

    async def _lead(self, connection: asyncpg.Connection[Any]) -> None:
        """Until the connection that holds the lock is lost."""
        connection.add_termination_listener(self._wake)
        await connection.add_listener(CHANNEL, self._wake)
        while True:
            self._look.clear()
            await connection.fetchval("SELECT 1", timeout=self.patience.deadline_s)  # the lock is still held
            await self._begin_due()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.patience.look_s):
                    await self._look.wait()

    async def _begin_due(self) -> None:
        """Begin one delivery for each endpoint that something is due to and that neither is busy nor rests."""
        now = time.monotonic()
        self._resting = {webhook: until for webhook, until in self._resting.items() if until > now}
        free = self.patience.at_once - len(self._under_way)
        if free > 0:
            for row in await self.pool.fetch(DUE, [*self._under_way, *self._resting], free):
                task = asyncio.create_task(self._deliver(row), name="deliver notice")
                self._under_way[row["webhook"]] = task

    async def _deliver(self, row: asyncpg.Record) -> None:
        webhook = row["webhook"]
        try:
            tries, tried_at, began = row["tries"] + 1, datetime.now(UTC), time.monotonic()
            failure = await self._post(row, tried_at)
            milliseconds = int((time.monotonic() - began) * 1000)
            pause_s = None if failure is None else self.patience.pause_s(tries)
            if failure is not None:
                self._rest(webhook, pause_s)
            await self.pool.execute(TRIED, row["id"], tries, failure, pause_s, tried_at, milliseconds)
        except Exception as problem:  # whatever it is: what was not recorded is tried again, under the same id, later
            self.failed(problem)
            self._rest(webhook, None)
        finally:
            self._under_way.pop(webhook, None)
            self._look.set()

    async def _post(self, row: asyncpg.Record, at: datetime) -> str | None:
        secret = self.keys.secret(row["secret_key"], row["webhook"].bytes)
        if secret is None:
            return "KEY_MISSING"
        try:
            endpoint = read_endpoint(row["url"], self.reach)
        except GatewayError:
            return "ADDRESS_REFUSED"  # the deployment's networks were narrowed since
        body = body_of(row)
        headers = signed_headers(secret, str(row["notice"]), int(at.timestamp()), body)
        return await post(endpoint, self.reach, headers, body, context=self.context, deadline_s=self.patience.deadline_s)

    def _rest(self, webhook: object, pause_s: float | None) -> None:
        self._resting[webhook] = time.monotonic() + min(self.patience.rest_s, pause_s or self.patience.first_s)

    def _wake(self, *_: object) -> None:
        self._look.set()

    async def _stop(self) -> None:
        await end(*self._under_way.values())


def body_of(row: asyncpg.Record) -> bytes:
    """The notice as JSON: `type`, `timestamp` (when it was written), `data` (department, about, facts). The same bytes at
    each try.
    """
    told = {
        "type": row["kind"],
        "timestamp": row["created_at"].isoformat(),
        "data": {"department": row["department"], "about": row["about"], "facts": json.loads(row["facts"])},
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def signed_headers(secret: bytes, notice: str, timestamp: int, body: bytes) -> dict[str, str]:
    """By which the receiver knows the notice, its time (Unix seconds) and that it is ours."""
    signature = hmac.digest(secret, f"{notice}.{timestamp}.".encode() + body, "sha256")
    return {
        "Content-Type": "application/json",
        "webhook-id": notice,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
    }
