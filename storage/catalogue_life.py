"""The catalogue's life in our own database: drafts with their history, publishing, change events, claims."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from catalogue.claims import Part
from catalogue.life import GONE, Act, Confirmation, State, next_state
from catalogue.model import Department, ItemCode, ProviderCode
from errors import STATE_CONFLICT, GatewayError
from resolvers.ports.catalogue_life import (
    ChangeTask,
    Doer,
    Draft,
    NewDraft,
    Publication,
    PublishedNow,
    StatedPart,
    Step,
    VerifyingSource,
    Version,
)
from standards.divisions import subtree_prefix
from storage.departments import add_departments
from storage.reached import reached

LOCK = 7423008
"""Publishing and claiming, one at a time: each is judged on what the other has left."""

LATEST = "SELECT version, document FROM catalogue_version ORDER BY version DESC LIMIT 1"
SAID = "SELECT item, department, division, released, let_go_to FROM source_part WHERE ended_at IS NULL ORDER BY id"
MARK = "SELECT count(*) + count(ended_at) FROM source_part"
REGISTERED = (
    "SELECT code, name, name_zh, division_code FROM department"
    " WHERE valid_from <= now() AND (valid_until IS NULL OR valid_until > now()) ORDER BY code"
)
DRAFT = (
    "SELECT id, register, path, compiler, state, base, revision, text, tasks, providers, opened_at, changed_at,"
    " published_version"
    " FROM catalogue_draft"
)
BEGIN = (
    "INSERT INTO catalogue_draft (register, path, compiler, state, base, revision, text, tasks, providers)"
    " VALUES ($1, $2, $3, 'drafted', $4, 1, $5, $6, $7) RETURNING *"
)
REVISE = (
    "UPDATE catalogue_draft SET text = $3, tasks = $4, providers = $5, state = 'drafted', revision = revision + 1,"
    " changed_at = now()"
    " WHERE id = $1 AND revision = $2 AND state IN ('drafted', 'submitted') RETURNING *"
)
MOVE = (
    "UPDATE catalogue_draft SET state = $3, changed_at = now(), published_version = $5"
    " WHERE id = $1 AND revision = $2 AND state = $4 RETURNING *"
)
STEP = (
    "INSERT INTO catalogue_draft_step (draft, act, revision, department, client, handler, note, text)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
)
CONFIRM = (
    "INSERT INTO catalogue_confirmation (draft, provider, accepted, reason, fingerprint) VALUES ($1, $2, $3, $4, $5)"
    " ON CONFLICT (draft, provider) DO UPDATE SET accepted = $3, reason = $4, fingerprint = $5, at = now()"
)
WORDS = (
    "SELECT draft, provider, accepted, reason, fingerprint FROM catalogue_confirmation"
    " WHERE draft = ANY($1) ORDER BY provider"
)
TASK = (
    "SELECT id, register, kind, basis, effective_on, term_working_days, told_due, reported_at, department, client, handler,"
    " lead, completed_at, completed_version FROM change_task"
)


class CatalogueLifeStore:
    """The port `CatalogueLife`, over the pool of our own database."""

    def __init__(self, pool: asyncpg.Pool[Any]) -> None:
        self._pool = pool

    async def now(self) -> PublishedNow:
        """What is published now, read in one snapshot."""
        with reached():
            async with (
                self._pool.acquire() as connection,
                connection.transaction(isolation="repeatable_read", readonly=True),
            ):
                latest = await connection.fetchrow(LATEST)
                said = await connection.fetch(SAID)
                mark = await connection.fetchval(MARK)
                registered = await connection.fetch(REGISTERED)
        assert latest is not None, "a gateway serves a published catalogue"
        return PublishedNow(
            latest["version"],
            json.loads(latest["document"]),
            tuple(map(_part, said)),
            mark,
            tuple(map(_department, registered)),
        )

    async def versions(self) -> Sequence[Version]:
        """Every version, the latest first."""
        with reached():
            rows = await self._pool.fetch(
                "SELECT version, published_at, published_by FROM catalogue_version ORDER BY version DESC"
            )
        return [Version(row["version"], row["published_at"], row["published_by"]) for row in rows]

    async def documents(self, version: int) -> Mapping[str, str] | None:
        """A version's files; None where there is none of that number."""
        with reached():
            text = await self._pool.fetchval("SELECT document FROM catalogue_version WHERE version = $1", version)
        return None if text is None else json.loads(text)

    async def draft(self, number: int) -> Draft | None:
        """The draft of this number."""
        with reached():
            row = await self._pool.fetchrow(f"{DRAFT} WHERE id = $1", number)
        return None if row is None else _draft(row)

    async def drafts(
        self, department: ProviderCode, within: str | None, register: str | None, states: Sequence[State], most: int
    ) -> Sequence[Draft]:
        """The latest first: those that the department compiles or is touched by, or with it any within a division."""
        prefix = None if within is None else subtree_prefix(within)
        with reached():
            rows = await self._pool.fetch(
                f"{DRAFT} WHERE ($1::text IS NULL OR register = $1) AND state = ANY($2)"
                " AND (compiler = $3 OR $3 = ANY(providers) OR EXISTS (SELECT FROM department"
                " WHERE code = ANY(compiler || providers) AND starts_with(division_code, $4))) ORDER BY id DESC LIMIT $5",
                *(register, list(states), department, prefix, most),
            )
        return list(map(_draft, rows))

    async def history(self, drafts: Sequence[int]) -> Mapping[int, Sequence[Step]]:
        """Each draft's steps, the earliest first."""
        with reached():
            rows = await self._pool.fetch("SELECT * FROM catalogue_draft_step WHERE draft = ANY($1) ORDER BY id", drafts)
        found: dict[int, list[Step]] = {number: [] for number in drafts}
        for row in rows:
            step = Step(row["draft"], Act(row["act"]), row["revision"], row["at"], _doer(row), row["note"], row["text"])
            found[step.draft].append(step)
        return found

    async def confirmations(self, drafts: Sequence[int]) -> Mapping[int, Sequence[Confirmation]]:
        """Each provider's latest word on each draft."""
        with reached():
            rows = await self._pool.fetch(WORDS, drafts)
        found: dict[int, list[Confirmation]] = {number: [] for number in drafts}
        for row in rows:
            found[row["draft"]].append(_word(row))
        return found

    async def save(self, draft: NewDraft, by: Doer) -> Draft:
        """Begin it, or give it another text and take it back to drafted. Raises STATE_CONFLICT where it has moved since."""
        kept = (draft.text, list(draft.tasks), list(draft.providers))
        with reached():
            async with self._pool.acquire() as connection, connection.transaction():
                if draft.id is None:
                    begun = (draft.register, draft.path, by.department, draft.base)
                    row, act = await connection.fetchrow(BEGIN, *begun, *kept), Act.DRAFT
                else:
                    row = await connection.fetchrow(REVISE, draft.id, draft.revision, *kept)
                    act = Act.EDIT
                saved = _moved(row)
                await _keep_step(connection, saved, act, draft.note, by, draft.text)
        return saved

    async def move(self, draft: Draft, act: Act, note: str, by: Doer) -> Draft:
        """Do what changes no text (submit, withdraw). Raises STATE_CONFLICT where it has moved since."""
        with reached():
            async with self._pool.acquire() as connection, connection.transaction():
                moved = await _move(connection, draft, act)
                await _keep_step(connection, moved, act, note, by)
        return moved

    async def confirm(self, draft: Draft, said: Confirmation, by: Doer) -> None:
        """Keep a provider's word. Raises STATE_CONFLICT where the draft has moved since."""
        act = Act.CONFIRM if said.accepted else Act.OBJECT
        with reached():
            async with self._pool.acquire() as connection, connection.transaction():
                await _move(connection, draft, act)
                await connection.execute(CONFIRM, draft.id, said.provider, said.accepted, said.reason, said.fingerprint)
                await _keep_step(connection, draft, act, said.reason, by)

    async def publish(self, publication: Publication, by: Doer) -> int | None:
        """Make it the next version, complete its tasks and register its departments, in one transaction; the version. A
        draft that withdraws a register completes all open tasks of it. None where a version, a say on sources or a
        provider's word came first. Raises STATE_CONFLICT where the draft has moved.
        """
        draft, now = publication.draft, publication.now
        document = json.dumps(dict(publication.documents), ensure_ascii=False, sort_keys=True)
        number = now.version + 1
        with reached():
            async with self._pool.acquire() as connection, connection.transaction():
                if not await _unmoved(connection, now.version, now.mark):
                    return None
                # with the draft's row: a provider that objects at this moment has done so before, or comes too late
                await connection.execute("SELECT FROM catalogue_draft WHERE id = $1 FOR UPDATE", draft.id)
                if [*map(_word, await connection.fetch(WORDS, [draft.id]))] != [*publication.words]:
                    return None
                await add_departments(connection, publication.departments)  # type: ignore[arg-type]  # the pool's proxy of one
                # from here on nothing is answered until the transaction ends: the epoch's triggers lock the ledger's head
                await connection.execute(
                    "INSERT INTO catalogue_version (version, document, published_by) VALUES ($1, $2, $3)",
                    *(number, document, by.department),
                )
                moved = await _move(connection, draft, Act.PUBLISH, number)
                await _keep_step(connection, moved, Act.PUBLISH, "", by)
                await connection.execute(
                    "UPDATE change_task SET completed_at = now(), completed_version = $2"
                    " WHERE (id = ANY($1) OR register = $3) AND completed_at IS NULL",
                    *(list(draft.tasks), number, draft.register if draft.text == GONE else None),
                )
        return number

    async def report_change(self, task: ChangeTask) -> ChangeTask:
        """Open the task; gives it with its number."""
        with reached():
            row = await self._pool.fetchrow(
                "INSERT INTO change_task"
                " (register, kind, basis, effective_on, term_working_days, told_due, lead, department, client, handler)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING *",
                *(task.register, task.kind, task.basis, task.effective_on, task.term_working_days, task.told_due),
                *(task.lead, *task.by),
            )
        return _task(row)

    async def change_tasks(self, register: str | None, numbers: Sequence[int] | None) -> Sequence[ChangeTask]:
        """The tasks by the day on which the change takes effect; of a register, or of these numbers."""
        with reached():
            rows = await self._pool.fetch(
                f"{TASK} WHERE ($1::text IS NULL OR register = $1) AND ($2::bigint[] IS NULL OR id = ANY($2))"
                " ORDER BY effective_on, id",
                *(register, None if numbers is None else list(numbers)),
            )
        return list(map(_task, rows))

    async def say(self, part: Part | None, ends: Sequence[Part], mark: int, by: Doer) -> bool:
        """Keep a department's say on a part, and end former ones; False where something was said since `mark`."""
        with reached():
            async with self._pool.acquire() as connection, connection.transaction():
                if not await _unmoved(connection, None, mark):
                    return False
                for former in ends:
                    await connection.execute(
                        "UPDATE source_part SET ended_at = now() WHERE ended_at IS NULL"
                        " AND (item, department, division, released) = ($1, $2, $3, $4)",
                        *(former.item, former.provider, former.division, former.released),
                    )
                if part is not None:
                    await connection.execute(
                        "INSERT INTO source_part (item, department, division, released, let_go_to, client, handler)"
                        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                        *(part.item, part.provider, part.division, part.released, part.to, by.client, by.handler),
                    )
        return True

    async def parts_of(self, items: Sequence[ItemCode]) -> Sequence[StatedPart]:
        """What departments say of these items, the oldest first."""
        with reached():
            rows = await self._pool.fetch(
                "SELECT * FROM source_part WHERE item = ANY($1) AND ended_at IS NULL ORDER BY id", list(items)
            )
        return [StatedPart(_part(row), row["at"], _doer(row)) for row in rows]

    async def name_verifying(self, source: VerifyingSource) -> None:
        """Name it; naming it again changes nothing."""
        with reached():
            await self._pool.execute(
                "INSERT INTO verifying_source (item, department, named_by, client, handler) VALUES ($1, $2, $3, $4, $5)"
                " ON CONFLICT DO NOTHING",
                *(source.item, source.department, *source.by),
            )

    async def verifying(self, items: Sequence[ItemCode]) -> Sequence[VerifyingSource]:
        """The verifying sources of these items, former ones too, the earliest first."""
        with reached():
            rows = await self._pool.fetch("SELECT * FROM verifying_source WHERE item = ANY($1) ORDER BY id", list(items))
        return [
            VerifyingSource(
                ItemCode(row["item"]),
                ProviderCode(row["department"]),
                row["at"],
                Doer(ProviderCode(row["named_by"]), row["client"], row["handler"]),
                row["ended_at"],
                row["ended_reason"],
            )
            for row in rows
        ]

    async def end_verifying(self, items: Sequence[ItemCode], department: ProviderCode, reason: str, by: Doer) -> None:
        """Take back what this doer's department named for these items. Raises STATE_CONFLICT where it was already."""
        with reached():
            ended = await self._pool.fetch(
                "UPDATE verifying_source SET ended_at = now(), ended_reason = $4, ended_client = $5, ended_handler = $6"
                " WHERE ended_at IS NULL AND item = ANY($1) AND (department, named_by) = ($2, $3) RETURNING id",
                *(list(items), department, by.department, reason, by.client, by.handler),
            )
        if not ended:
            raise GatewayError(STATE_CONFLICT, "it has been taken back already", "look at `sources`", article="Art. 4(3)")


async def _unmoved(connection: Any, version: int | None, mark: int) -> bool:
    """Whether nothing was published or said since; nothing will be until the transaction ends."""
    await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
    if version is not None and version != await connection.fetchval("SELECT max(version) FROM catalogue_version"):
        return False
    return bool(mark == await connection.fetchval(MARK))


async def _move(connection: Any, draft: Draft, act: Act, version: int | None = None) -> Draft:
    after = next_state(draft.state, act)
    return _moved(await connection.fetchrow(MOVE, draft.id, draft.revision, after, draft.state, version))


async def _keep_step(connection: Any, draft: Draft, act: Act, note: str, by: Doer, text: str | None = None) -> None:
    await connection.execute(STEP, draft.id, act, draft.revision, *by, note, text)


def _moved(row: Any) -> Draft:
    if row is None:
        raise GatewayError(
            STATE_CONFLICT, "the draft has moved on since it was read", "read it again, then decide", article="Art. 9"
        )
    return _draft(row)


def _draft(row: Any) -> Draft:
    return Draft(
        id=row["id"],
        register=row["register"],
        path=row["path"],
        compiler=ProviderCode(row["compiler"]),
        state=State(row["state"]),
        base=row["base"],
        revision=row["revision"],
        text=row["text"],
        tasks=tuple(row["tasks"]),
        providers=tuple(map(ProviderCode, row["providers"])),
        opened_at=row["opened_at"],
        changed_at=row["changed_at"],
        published_version=row["published_version"],
    )


def _word(row: Any) -> Confirmation:
    return Confirmation(ProviderCode(row["provider"]), row["accepted"], row["reason"], row["fingerprint"])


def _task(row: Any) -> ChangeTask:
    return ChangeTask(
        id=row["id"],
        register=row["register"],
        kind=row["kind"],
        basis=row["basis"],
        effective_on=row["effective_on"],
        term_working_days=row["term_working_days"],
        told_due=row["told_due"],
        reported_at=row["reported_at"],
        by=_doer(row),
        lead=None if row["lead"] is None else ProviderCode(row["lead"]),
        completed_at=row["completed_at"],
        completed_version=row["completed_version"],
    )


def _part(row: Any) -> Part:
    to = None if row["let_go_to"] is None else ProviderCode(row["let_go_to"])
    return Part(ItemCode(row["item"]), ProviderCode(row["department"]), row["division"], row["released"], to)


def _department(row: Any) -> Department:
    name = row["name"].replace(" ", "_")
    return Department(ProviderCode(row["code"]), name, row["name_zh"], row["division_code"])


def _doer(row: Any) -> Doer:
    return Doer(ProviderCode(row["department"]), row["client"], row["handler"])
