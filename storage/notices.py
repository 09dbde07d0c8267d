"""Notices as they stand in our own database: written with what they tell of, and read by the departments they are for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from catalogue.model import ProviderCode
from resolvers.ports.notices import Delivery, StoredNotice
from storage.reached import reached

CHANNEL = "oncegate_notice"
TELL = "SELECT tell_notice($1, $2, $3, $4, $5)"
"""Department, kind, about, facts as JSON, once; also within a transaction of another's."""
LIST = """
    SELECT number, id, kind, about, facts, created_at FROM notice
    WHERE department = $1 AND ($2::bigint IS NULL OR number < $2)
      AND NOT ($3 AND EXISTS (SELECT FROM delivery WHERE notice = number AND delivered_at IS NOT NULL))
    ORDER BY number DESC LIMIT $4"""
DELIVERIES = """
    SELECT notice, webhook, tries, delivered_at, given_up_at, next_try_at,
        (SELECT failure FROM notice_try WHERE notice_try.delivery = delivery.id ORDER BY number DESC LIMIT 1) AS failure
    FROM delivery WHERE notice = ANY ($1) ORDER BY delivery.id"""


class NoticeStore:
    """Implements the port `Notices`."""

    def __init__(self, pool: asyncpg.Pool[Any]) -> None:
        self._pool = pool

    async def tell(
        self, department: ProviderCode, kind: str, about: str, facts: Mapping[str, str], *, once: str | None = None
    ) -> None:
        """As the port says."""
        with reached():
            await self._pool.fetchval(TELL, department, kind, about, facts_json(facts), once)

    async def list(
        self, department: ProviderCode, first: int, after: int | None, *, undelivered_only: bool
    ) -> Sequence[StoredNotice]:
        """As the port says."""
        with reached():
            rows = await self._pool.fetch(LIST, department, after, undelivered_only, first)
            found = await self._pool.fetch(DELIVERIES, [row["number"] for row in rows])
        deliveries: dict[int, list[Delivery]] = {}
        for row in found:
            deliveries.setdefault(row["notice"], []).append(
                Delivery(
                    str(row["webhook"]),
                    row["tries"],
                    row["delivered_at"],
                    row["given_up_at"],
                    row["next_try_at"],
                    row["failure"],
                )
            )
        return [
            StoredNotice(
                row["number"],
                str(row["id"]),
                row["kind"],
                row["about"],
                json.loads(row["facts"]),
                row["created_at"],
                tuple(deliveries.get(row["number"], ())),
            )
            for row in rows
        ]


def facts_json(facts: Mapping[str, str]) -> str:
    """As `tell_notice` takes them."""
    return json.dumps(dict(facts), ensure_ascii=False)
