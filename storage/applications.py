"""Applications in our own database: their events, and an index over them that each step moves (Art. 16 ¶1)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias, cast
from uuid import UUID

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from pydantic import TypeAdapter

from catalogue.model import ItemCode, ProviderCode
from errors import INPUT_INVALID, STATE_CONFLICT, GatewayError
from resolvers.ports.applications import Change, Filter, SavedTemplate
from sharing.application import (
    Actor,
    Answered,
    Application,
    ApplicationId,
    Coordinated,
    CoordinationRequested,
    Drafted,
    Event,
    Happening,
    Negotiated,
    NegotiationEnded,
    Proposed,
    Saved,
    State,
    Submitted,
    SupplementAsked,
    Withdrawn,
)
from sharing.applied import Applying, Latest
from sharing.happen import replay
from sharing.notices import Notice
from sharing.sealed import Signer
from sharing.template import Template
from standards.divisions import subtree_prefix
from storage.grants import add_grants
from storage.notices import TELL, facts_json
from storage.reached import reached

Connected: TypeAlias = "asyncpg.Connection[Any] | PoolConnectionProxy[Any]"
CHINA_AHEAD = timedelta(hours=8)
KINDS: Mapping[str, type[Happening]] = {
    "drafted": Drafted,
    "saved": Saved,
    "submitted": Submitted,
    "supplement_asked": SupplementAsked,
    "withdrawn": Withdrawn,
    "proposed": Proposed,
    "answered": Answered,
    "negotiated": Negotiated,
    "negotiation_ended": NegotiationEnded,
    "coordination_requested": CoordinationRequested,
    "coordinated": Coordinated,
}
"""Each event by the name that it is kept under."""
_NAMES = {cls: name for name, cls in KINDS.items()}
_DETAILS: Mapping[str, TypeAdapter[Any]] = {name: TypeAdapter(cls) for name, cls in KINDS.items()}

EVENTS = """
    SELECT application, number, kind, at, department, client, handler, detail FROM application_event
    WHERE application = ANY($1::uuid[]) ORDER BY application, number"""
ADD = """
    INSERT INTO application (id, batch, consumer, provider, revision, state, items, drafted_at, submitted_at, due,
                             due_provisional, calendar_version, coordinator, awaiting)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"""
MOVE = """
    UPDATE application SET revision = $5, state = $6, items = $7, submitted_at = $9, due = $10, due_provisional = $11,
                           calendar_version = $12, coordinator = $13, awaiting = $14
    WHERE id = $1 AND batch = $2 AND consumer = $3 AND provider = $4 AND drafted_at = $8 AND revision = $15
    RETURNING true"""
RECOMPUTE = """
    UPDATE application SET due = $3, due_provisional = $4, calendar_version = $5, awaiting = $6
    WHERE id = $1 AND revision = $2 AND calendar_version <> $5 RETURNING true"""
LATEST = """
    SELECT item, id, due FROM (
        SELECT item, id, CASE WHEN item = ANY(awaiting) THEN due END AS due,
               row_number() OVER (PARTITION BY item ORDER BY id DESC) AS place
        FROM application, unnest(items) AS item
        WHERE consumer = $1 AND submitted_at IS NOT NULL AND items && $2::text[] AND item = ANY($2)) AS placed
    WHERE place <= $3 ORDER BY item, place"""
LOOKED_AT = 20
"""Of the applications for one item, so many of the latest say what became of them."""
ADD_EVENT = """
    INSERT INTO application_event (application, number, kind, at, department, client, handler, detail)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"""
ADD_LETTER = """
    INSERT INTO answer_letter (application, sha256, content) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"""
_CHOSEN = """
    WHERE ($1::text IS NULL OR consumer = $1)
      AND (($2::text IS NULL AND $3::text IS NULL) OR provider = $2 OR coordinator = $3) AND ($4 OR submitted_at IS NOT NULL)
      AND ($5::text IS NULL OR items @> ARRAY[$5]) AND ($6::date IS NULL OR due < $6)
      AND ($7::text IS NULL OR EXISTS (
          SELECT FROM department WHERE code IN (consumer, provider) AND starts_with(division_code, $7)))"""
PAGE = f"""
    SELECT id FROM application {_CHOSEN} AND ($8::text[] IS NULL OR state = ANY($8)) AND ($9::uuid IS NULL OR id < $9)
    ORDER BY id DESC LIMIT $10"""  # noqa: S608 - of constants
COUNTS = f"SELECT state, count(*) AS many FROM application {_CHOSEN} GROUP BY state"  # noqa: S608 - of constants
PROVISIONAL = """
    SELECT id, due FROM application
    WHERE due_provisional AND calendar_version <> $1 LIMIT $2"""
DUE = """
    SELECT id FROM application WHERE due <= $1 AND ($2::uuid IS NULL OR id > $2)
    ORDER BY id LIMIT $3"""
LETTER = "SELECT content FROM answer_letter WHERE application = $1 AND sha256 = $2"

SAVE_TEMPLATE = """
    INSERT INTO answer_template (id, provider, name, content, saved_at, saved_by, handler)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (provider, name) DO UPDATE SET content = excluded.content, saved_at = excluded.saved_at,
        saved_by = excluded.saved_by, handler = excluded.handler
    RETURNING id"""
TEMPLATES = "SELECT id, name, content, saved_at FROM answer_template WHERE provider = $1 ORDER BY name"
_TEMPLATE: TypeAdapter[Template] = TypeAdapter(Template)


class ApplicationBook:
    """The applications, over the pool of our own database. `signer` signs what an answer grants."""

    def __init__(self, pool: asyncpg.Pool[Any], signer: Signer) -> None:
        self._pool = pool
        self._signer = signer

    async def find(self, application: str) -> Application | None:
        """The application of this id; None where there is none, also for what is no id. Raises LEDGER_UNAVAILABLE."""
        number = _uuid(application)
        if number is None:
            return None
        return next(iter(await self._load([number])), None)

    async def keep(self, changes: Sequence[Change]) -> None:
        """Keep all of these, or none. Raises STATE_CONFLICT, INPUT_INVALID, LEDGER_UNAVAILABLE."""
        with reached():
            try:
                async with self._pool.acquire() as connection, connection.transaction():
                    # in one order everywhere, so that two batches cannot wait for each other
                    for change in sorted(changes, key=lambda change: change.application.id):
                        await _keep(connection, change)
                    grants = [granted for change in changes for granted in change.grants]
                    if grants:  # last: it holds the ledger's head until the commit
                        await add_grants(cast("asyncpg.Connection[Any]", connection), grants, self._signer)
            except asyncpg.ForeignKeyViolationError:
                raise GatewayError(INPUT_INVALID, "no such department", "name a registered department") from None

    async def page(self, chosen: Filter, first: int, after: str | None) -> Sequence[Application]:
        """The latest drafted first. Raises LEDGER_UNAVAILABLE."""
        states = [*chosen.states] or None
        with reached():
            rows = await self._pool.fetch(PAGE, *_chosen(chosen), states, _uuid(after or ""), first)
        return await self._load([row["id"] for row in rows])

    async def counts(self, chosen: Filter) -> Mapping[State, int]:
        """How many there are by state. Raises LEDGER_UNAVAILABLE."""
        with reached():
            rows = await self._pool.fetch(COUNTS, *_chosen(chosen))
        return {State(row["state"]): row["many"] for row in rows}

    async def provisional(self, calendar_version: int, most: int) -> Sequence[tuple[Application, date | None]]:
        """Some whose deadline was computed by another calendar, and provisionally. Raises LEDGER_UNAVAILABLE."""
        with reached():
            rows = await self._pool.fetch(PROVISIONAL, calendar_version, most)
        found = {one.id: one for one in await self._load([row["id"] for row in rows])}
        return [(found[ApplicationId(str(row["id"]))], row["due"]) for row in rows]

    async def recompute(self, change: Change) -> None:
        """Keep a deadline that was computed again and tell of it, unless the application has moved, or another did so
        meanwhile. Raises LEDGER_UNAVAILABLE.
        """
        clock = change.clock
        with reached():
            async with self._pool.acquire() as connection, connection.transaction():
                moved = await connection.fetchval(
                    RECOMPUTE,
                    *(UUID(change.application.id), change.known, clock and clock.due),
                    *(clock is not None and clock.provisional, change.calendar_version, _awaiting(change)),
                )
                if moved:
                    await _tell(connection, change.notices)

    async def due_until(self, day: date, most: int, after: str | None) -> Sequence[Application]:
        """Those that await an answer due on or before this day. Raises LEDGER_UNAVAILABLE."""
        with reached():
            rows = await self._pool.fetch(DUE, day, _uuid(after or ""), most)
        return await self._load([row["id"] for row in rows])

    async def tell(self, notices: Sequence[Notice]) -> None:
        """Notices that go with no step. Raises LEDGER_UNAVAILABLE."""
        if notices:
            with reached():
                async with self._pool.acquire() as connection, connection.transaction():
                    await _tell(connection, notices)

    async def latest(self, consumer: ProviderCode, items: Collection[ItemCode]) -> Latest:
        """Its own applications for each item, the latest first, at most LOOKED_AT. Raises LEDGER_UNAVAILABLE."""
        if not items:
            return {}
        with reached():
            rows = await self._pool.fetch(LATEST, consumer, [*items], LOOKED_AT)
        loaded = {one.id: one for one in await self._load(list(dict.fromkeys(row["id"] for row in rows)))}
        found: dict[ItemCode, list[Applying]] = {}
        for row in rows:
            found.setdefault(ItemCode(row["item"]), []).append(Applying(loaded[ApplicationId(str(row["id"]))], row["due"]))
        return found

    async def letter(self, application: ApplicationId, sha256: str) -> bytes | None:
        """The bytes of a letter. Raises LEDGER_UNAVAILABLE."""
        with reached():
            content: bytes | None = await self._pool.fetchval(LETTER, UUID(application), sha256)
        return content

    async def save_template(self, template: SavedTemplate, client: str, handler: str) -> SavedTemplate:
        """Keep it; one of the same name of this provider is replaced and keeps its id. Raises LEDGER_UNAVAILABLE."""
        content = _TEMPLATE.dump_json(template.template).decode()
        with reached():
            number: UUID = await self._pool.fetchval(
                SAVE_TEMPLATE,
                *(UUID(template.id), template.provider, template.name, content, template.saved_at, client, handler),
            )
        return replace(template, id=str(number))

    async def templates(self, provider: ProviderCode) -> Sequence[SavedTemplate]:
        """A provider's templates, by name. Raises LEDGER_UNAVAILABLE."""
        with reached():
            rows = await self._pool.fetch(TEMPLATES, provider)
        return [
            SavedTemplate(str(row["id"]), provider, row["name"], _TEMPLATE.validate_json(row["content"]), row["saved_at"])
            for row in rows
        ]

    async def _load(self, ids: Sequence[UUID]) -> list[Application]:
        """These applications, in this order."""
        with reached():
            rows = await self._pool.fetch(EVENTS, ids)
        events: dict[UUID, list[Event]] = {}
        for row in rows:
            events.setdefault(row["application"], []).append(_event(row))
        return [replay(ApplicationId(str(number)), events[number]) for number in ids if number in events]


async def _keep(connection: Connected, change: Change) -> None:
    application = change.application
    index = _index(change)
    if change.known == 0:
        await connection.execute(ADD, *index)
    elif await connection.fetchval(MOVE, *index, change.known) is None:
        raise GatewayError(
            STATE_CONFLICT,
            "the application has moved meanwhile",
            "look at it again before the next step",
            article="Art. 16 ¶1",
        )
    number = index[0]
    if change.letter is not None:
        await connection.execute(ADD_LETTER, number, change.letter.reference.sha256, change.letter.content)
    await connection.executemany(
        ADD_EVENT,
        [
            (
                *(number, event.number, _NAMES[type(event.what)], event.at),
                *(event.by.department, event.by.client, event.by.handler),
                _DETAILS[_NAMES[type(event.what)]].dump_json(event.what).decode(),
            )
            for event in application.events[change.known :]
        ],
    )
    await _tell(connection, change.notices)


async def _tell(connection: Connected, notices: Sequence[Notice]) -> None:
    for one in notices:
        await connection.fetchval(TELL, one.department, one.kind, one.about, facts_json(one.facts), one.once)


def _index(change: Change) -> tuple[Any, ...]:
    application, clock = change.application, change.clock
    request = application.request or application.draft
    return (
        *(UUID(application.id), UUID(application.batch), application.consumer, application.provider),
        *(len(application.events), application.state, [one.item for one in request.items]),
        *(application.drafted_at, application.submitted_at),
        *(clock and clock.due, clock is not None and clock.provisional, change.calendar_version),
        application.coordination and application.coordination.office,
        _awaiting(change),
    )


def _awaiting(change: Change) -> list[ItemCode]:
    return list(change.application.awaiting) if change.clock is not None else []


def _event(row: Any) -> Event:
    at: datetime = row["at"]
    by = Actor(ProviderCode(row["department"]), row["client"], row["handler"])
    detail = _DETAILS[row["kind"]].validate_json(row["detail"])
    return Event(row["number"], at, (at + CHINA_AHEAD).date(), by, detail)


def _chosen(chosen: Filter) -> tuple[object, ...]:
    within = None if chosen.within is None else subtree_prefix(chosen.within)
    return (chosen.consumer, chosen.provider, chosen.coordinator, chosen.drafts, chosen.item, chosen.overdue_on, within)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
