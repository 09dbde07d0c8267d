"""Doubts in our own database: their events, and an index over them that each step moves (Art. 18)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from pydantic import TypeAdapter

from catalogue.model import ItemCode, ProviderCode
from errors import INPUT_INVALID, STATE_CONFLICT, GatewayError
from resolvers.ports.doubts import DoubtChange, DoubtFilter
from sharing.answer_clock import Clock
from sharing.application import Actor
from sharing.doubt import (
    ARTICLE,
    Accepted,
    Decided,
    Doubt,
    DoubtId,
    Event,
    Happening,
    Reported,
    State,
    Transferred,
    Verifying,
    Withdrawn,
    replay,
)
from sharing.doubt_notices import Received
from sharing.notices import Notice
from sharing.open_doubts import Doubted
from standards.divisions import subtree_prefix
from storage.notices import TELL, facts_json
from storage.reached import reached

Connected: TypeAlias = "asyncpg.Connection[Any] | PoolConnectionProxy[Any]"
CHINA_AHEAD = timedelta(hours=8)
MOST_OPEN = 1_000
"""Open doubts of one reporter: each worker keeps them all in memory."""
MOST_RECEIVED = 10_000
KINDS: Mapping[str, type[Happening]] = {
    "reported": Reported,
    "accepted": Accepted,
    "verifying": Verifying,
    "transferred": Transferred,
    "decided": Decided,
    "withdrawn": Withdrawn,
}
"""Each event by the name that it is kept under."""
_NAMES = {cls: name for name, cls in KINDS.items()}
_DETAILS: Mapping[str, TypeAdapter[Any]] = {name: TypeAdapter(cls) for name, cls in KINDS.items()}

SELECT_OPEN = "SELECT item, subject, min(reported_at) AS since FROM doubt WHERE open GROUP BY item, subject"
EVENTS = """
    SELECT doubt, number, kind, at, department, client, handler, detail FROM doubt_event
    WHERE doubt = ANY($1::uuid[]) ORDER BY doubt, number"""
OPEN_OF = "SELECT count(*) FROM (SELECT FROM doubt WHERE reporter = $1 AND open LIMIT $2) AS held"
ADD = """
    INSERT INTO doubt (id, reporter, provider, former, revision, state, told, open, item, subject, receipt, path,
                       reported_at, due, due_provisional)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"""
MOVE = """
    UPDATE doubt SET provider = $2, former = $3, revision = $4, state = $5, told = $6, open = $7, due = $8,
                     due_provisional = $9
    WHERE id = $1 AND revision = $10 RETURNING true"""
ADD_EVENT = """
    INSERT INTO doubt_event (doubt, number, kind, at, department, client, handler, detail)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"""
ADD_EVIDENCE = "INSERT INTO doubt_evidence (doubt, sha256, content) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
_CHOSEN = """
    WHERE ($1::text IS NULL OR reporter = $1) AND ($2::text IS NULL OR provider = $2 OR former @> ARRAY[$2])
      AND ($3::text IS NULL OR item = $3) AND ($4::bytea[] IS NULL OR subject = ANY ($4))
      AND ($5::date IS NULL OR (open AND due < $5))
      AND ($6::text IS NULL OR EXISTS (SELECT FROM department WHERE code IN (reporter, provider)
                                                               AND starts_with(division_code, $6)))"""
# a reporter is told no more by a filter or a count; who oversees it is, but for what its own department reported
_STATE = """CASE WHEN ($1::text IS NULL OR $6::text IS NOT NULL) AND reporter IS DISTINCT FROM $7::text
                 THEN state ELSE told END"""
PAGE = f"""
    SELECT id FROM doubt {_CHOSEN} AND ($8::text[] IS NULL OR {_STATE} = ANY($8)) AND ($9::uuid IS NULL OR id < $9)
    ORDER BY id DESC LIMIT $10"""  # noqa: S608 - of constants
COUNTS = f"SELECT {_STATE} AS state, count(*) AS many FROM doubt {_CHOSEN} GROUP BY 1"  # noqa: S608 - of constants
DUE = """
    SELECT id FROM doubt WHERE open AND (due <= $1 OR due_provisional) AND ($2::uuid IS NULL OR id > $2)
    ORDER BY id LIMIT $3"""
MOVE_DUE = """
    UPDATE doubt SET due = $3, due_provisional = $4
    WHERE id = $1 AND revision = $2 AND (due, due_provisional) IS DISTINCT FROM ($3::date, $4::boolean)"""
EVIDENCE = "SELECT content FROM doubt_evidence WHERE doubt = $1 AND sha256 = $2"
RECEIVED = "SELECT consumer, acting_for, receipt FROM doubt_received($1, $2, $3, $4)"


def open_doubts(rows: Sequence[Any]) -> list[Doubted]:
    """What `SELECT_OPEN` gives."""
    return [Doubted(ItemCode(row["item"]), row["subject"], row["since"]) for row in rows]


class DoubtBook:
    """Implements `resolvers.ports.doubts.DoubtBook` over the pool of our own database."""

    def __init__(self, pool: asyncpg.Pool[Any]) -> None:
        self._pool = pool

    async def find(self, doubt: str) -> Doubt | None:
        """As the port says."""
        number = _uuid(doubt)
        return None if number is None else next(iter(await self._load([number])), None)

    async def keep(self, change: DoubtChange) -> None:
        """As the port says."""
        with reached():
            try:
                async with self._pool.acquire() as connection, connection.transaction():
                    await _keep(connection, change)
            except asyncpg.ForeignKeyViolationError:
                raise GatewayError(INPUT_INVALID, "no such department", "name a registered department") from None
            except asyncpg.UniqueViolationError:
                raise GatewayError(
                    STATE_CONFLICT,
                    "the department doubts this of the same answer already",
                    "`reportedDoubts` lists it; withdraw it to report it anew",
                    hint_zh="本部门对此已提出疑义（`reportedDoubts`）；撤回以后，可以重新提出。",
                    article=ARTICLE,
                ) from None

    async def page(self, chosen: DoubtFilter, first: int, after: str | None) -> Sequence[Doubt]:
        """As the port says."""
        with reached():
            rows = await self._pool.fetch(PAGE, *_chosen(chosen), [*chosen.states] or None, _uuid(after or ""), first)
        return await self._load([row["id"] for row in rows])

    async def counts(self, chosen: DoubtFilter) -> Mapping[State, int]:
        """As the port says."""
        with reached():
            rows = await self._pool.fetch(COUNTS, *_chosen(chosen))
        return {State(row["state"]): row["many"] for row in rows}

    async def evidence(self, doubt: str, sha256: str) -> bytes | None:
        """As the port says."""
        with reached():
            content: bytes | None = await self._pool.fetchval(EVIDENCE, _uuid(doubt), sha256)
        return content

    async def received(self, subjects: Sequence[bytes], items: Sequence[ItemCode], since: datetime) -> Sequence[Received]:
        """As the port says."""
        with reached():
            rows = await self._pool.fetch(RECEIVED, list(subjects), list(items), since, MOST_RECEIVED)
        return [
            Received(ProviderCode(department), str(row["receipt"]))
            for row in rows
            for department in (row["consumer"], row["acting_for"])
            if department is not None
        ]

    async def due_until(self, day: date, most: int, after: str | None) -> Sequence[Doubt]:
        """As the port says."""
        with reached():
            rows = await self._pool.fetch(DUE, day, _uuid(after or ""), most)
        return await self._load([row["id"] for row in rows])

    async def move_due(self, doubt: Doubt, clock: Clock) -> None:
        """As the port says."""
        with reached():
            await self._pool.execute(MOVE_DUE, UUID(doubt.id), len(doubt.events), clock.due, clock.provisional)

    async def tell(self, notices: Sequence[Notice]) -> None:
        """As the port says."""
        if notices:
            with reached():
                async with self._pool.acquire() as connection, connection.transaction():
                    await _tell(connection, notices)

    async def _load(self, ids: Sequence[UUID]) -> list[Doubt]:
        """These doubts, in this order."""
        with reached():
            rows = await self._pool.fetch(EVENTS, ids)
        events: dict[UUID, list[Event]] = {}
        for row in rows:
            events.setdefault(row["doubt"], []).append(_event(row))
        return [replay(DoubtId(str(number)), events[number]) for number in ids if number in events]


async def _keep(connection: Connected, change: DoubtChange) -> None:
    """The index is moved last: from then on the ledger's head is held until the commit."""
    doubt, number = change.doubt, UUID(change.doubt.id)
    moving = (
        *(number, doubt.provider, list(doubt.former), len(doubt.events), doubt.state, doubt.told, doubt.is_open),
        *(change.clock.due, change.clock.provisional),
    )
    if change.known == 0:
        await _add(connection, change)
    elif await connection.fetchval(MOVE, *moving, change.known) is None:
        raise GatewayError(
            STATE_CONFLICT, "the doubt has moved meanwhile", "look at it again before the next step", article=ARTICLE
        )
    await connection.executemany(
        ADD_EVENT,
        [
            (
                *(number, event.number, _NAMES[type(event.what)], event.at),
                *(event.by.department, event.by.client, event.by.handler),
                _DETAILS[_NAMES[type(event.what)]].dump_json(event.what).decode(),
            )
            for event in doubt.events[change.known :]
        ],
    )
    for one in change.evidence:
        await connection.execute(ADD_EVIDENCE, number, one.reference.sha256, one.content)
    await _tell(connection, change.notices)


async def _add(connection: Connected, change: DoubtChange) -> None:
    doubt, place, clock = change.doubt, change.doubt.place, change.clock
    if await connection.fetchval(OPEN_OF, doubt.reporter, MOST_OPEN) >= MOST_OPEN:
        raise GatewayError(
            STATE_CONFLICT,
            f"the department has {MOST_OPEN} open doubts",
            "withdraw those that are settled, or wait until some are decided",
            hint_zh="请撤回已经解决的疑义，或者等待已有的疑义办结。",
            article=ARTICLE,
        )
    await connection.execute(
        ADD,
        *(UUID(doubt.id), doubt.reporter, doubt.provider, list(doubt.former), len(doubt.events), doubt.state),
        *(
            doubt.told,
            doubt.is_open,
            place.item,
            bytes.fromhex(place.subject),
            UUID(place.receipt),
            place.path,
            doubt.reported_at,
        ),
        *(clock.due, clock.provisional),
    )


async def _tell(connection: Connected, notices: Sequence[Notice]) -> None:
    for one in notices:
        await connection.fetchval(TELL, one.department, one.kind, one.about, facts_json(one.facts), one.once)


def _event(row: Any) -> Event:
    at: datetime = row["at"]
    by = Actor(ProviderCode(row["department"]), row["client"], row["handler"])
    detail = _DETAILS[row["kind"]].validate_json(row["detail"])
    return Event(row["number"], at, (at + CHINA_AHEAD).date(), by, detail)


def _chosen(chosen: DoubtFilter) -> tuple[object, ...]:
    subjects = None if chosen.subjects is None else list(chosen.subjects)  # of whom no reference is known, nothing is listed
    within = None if chosen.within is None else subtree_prefix(chosen.within)
    return (chosen.reporter, chosen.provider, chosen.item, subjects, chosen.overdue_on, within, chosen.overseer)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
