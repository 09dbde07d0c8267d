"""Organisations, offices and officers, as our own database has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import asyncpg

from catalogue.model import ProviderCode
from resolvers.ports.parties import Description, NewParty, PartyClient, Recorder
from sharing.chain import ONE_STEP, AnswerChain, Officer, Step, Substitution
from sharing.days import Days
from sharing.parties import Office, OfficeKind, Party, PartyKind, Statement, Subject, Zone
from sharing.succession import Awaited
from standards.divisions import subtree_prefix
from storage.reached import reached
from storage.write_parties import (
    add_officer,
    add_substitute,
    appoint_office,
    describe_party,
    end_party,
    register_party,
    set_steps,
)

PARTIES = """
    SELECT code, name, name_zh, kind, division_code, zone, superior, authorisation, answer_steps,
           valid_from <= now() AND (valid_until IS NULL OR valid_until > now()) AS in_force,
           (valid_from AT TIME ZONE 'Asia/Shanghai')::date AS valid_from,
           (valid_until AT TIME ZONE 'Asia/Shanghai')::date AS valid_until
    FROM department LEFT JOIN party ON party.department = department.code """
PARTIES_BY_CODE = PARTIES + "WHERE code = ANY($1)"
SOME_PARTIES = PARTIES + "WHERE starts_with(division_code, $1) AND code > $2 ORDER BY code LIMIT $3"
STATEMENTS = """
    SELECT department, subject, words, link, valid_from, valid_until FROM responsibility
    WHERE department = ANY($1) ORDER BY department, valid_from, id"""
OFFICERS = "SELECT * FROM officer WHERE department = ANY($1) ORDER BY department, id, valid_from"
SUBSTITUTES = "SELECT * FROM officer_substitute WHERE department = ANY($1) ORDER BY department, substitute, valid_from"
CLIENTS = """
    SELECT department, id, title, roles, disabled_at IS NOT NULL OR coalesce(valid_until <= now(), false) AS disabled
    FROM client WHERE department = ANY($1) ORDER BY id"""
AWAITED = """
    SELECT
        (SELECT count(*) FROM application WHERE provider = $1 AND submitted_at IS NOT NULL
            AND (due IS NOT NULL OR state = 'supplement')) AS applications,
        (SELECT count(*) FROM service_case WHERE consumer = $1 AND closed_at IS NULL) AS cases,
        (SELECT count(*) FROM doubt WHERE provider = $1 AND open) AS doubts"""
STEPS = "SELECT answer_steps FROM party WHERE department = $1"
# an office ends with the department that holds it
OFFICES = """
    SELECT office.kind, office.division_code, holder, title, head, basis, office.valid_from, ends.valid_until
    FROM office LEFT JOIN department ON department.code = office.holder, LATERAL (
        SELECT least(office.valid_until, (department.valid_until AT TIME ZONE 'Asia/Shanghai')::date) AS valid_until) AS ends
    WHERE ends.valid_until IS NULL OR ends.valid_until > office.valid_from
    ORDER BY office.kind, office.division_code, office.valid_from"""


class PartyBook:
    """Organisations, offices and officers, over the pool of our own database."""

    def __init__(self, pool: asyncpg.Pool[Any]) -> None:
        self._pool = pool

    async def party(self, department: ProviderCode) -> Party | None:
        """The department as registered, in force or not."""
        return (await self.parties_of((department,))).get(department)

    async def parties_of(self, departments: Sequence[ProviderCode]) -> Mapping[ProviderCode, Party]:
        """The same for several departments at once; unknown ones are left out."""
        with reached():
            rows = await self._pool.fetch(PARTIES_BY_CODE, departments)
            return {party.code: party for party in await self._described(rows)}

    async def parties(self, within: str | None, after: str, most: int) -> Sequence[Party]:
        """Those that administer within a division (None: anywhere), by code, `after` this one, at most so many."""
        prefix = "" if within is None else subtree_prefix(within)
        with reached():
            return await self._described(await self._pool.fetch(SOME_PARTIES, prefix, after, most))

    async def _described(self, rows: Sequence[Any]) -> list[Party]:
        stated: dict[str, list[Statement]] = {}
        for row in await self._pool.fetch(STATEMENTS, [row["code"] for row in rows]) if rows else ():
            stated.setdefault(row["department"], []).append(
                Statement(Subject(row["subject"]), row["words"], row["link"], _days(row))
            )
        return [_party(row, tuple(stated.get(row["code"], ()))) for row in rows]

    async def answer_chain(self, department: ProviderCode) -> AnswerChain:
        """The steps of its answers; a single ISSUE until it sets others."""
        with reached():
            return _chain(await self._pool.fetchval(STEPS, department))

    async def officers(self, department: ProviderCode) -> Sequence[Officer]:
        """All that it ever registered, with their terms. Empty: it keeps none."""
        return (await self.officers_of((department,)))[department]

    async def officers_of(self, departments: Sequence[ProviderCode]) -> Mapping[ProviderCode, Sequence[Officer]]:
        """The same for several departments at once."""
        with reached():
            # substitutes after officers: one who is seen to substitute was registered before
            rows = await self._pool.fetch(OFFICERS, departments)
            substitutes = await self._pool.fetch(SUBSTITUTES, departments) if rows else []
        given: dict[tuple[str, str], list[Substitution]] = {}
        for row in substitutes:
            of_officer = given.setdefault((row["department"], row["officer"]), [])
            of_officer.append(Substitution(row["substitute"], _days(row)))
        held: dict[ProviderCode, list[Officer]] = {department: [] for department in departments}
        for row in rows:
            steps, of_id = frozenset(map(Step, row["steps"])), given.get((row["department"], row["id"]), ())
            held[row["department"]].append(Officer(row["id"], row["name"], steps, _days(row), tuple(of_id)))
        return held

    async def clients_of(self, departments: Sequence[ProviderCode]) -> Mapping[ProviderCode, Sequence[PartyClient]]:
        """Each department's clients, by id."""
        held: dict[ProviderCode, list[PartyClient]] = {department: [] for department in departments}
        with reached():
            for row in await self._pool.fetch(CLIENTS, departments):
                client = PartyClient(row["id"], row["title"], tuple(sorted(row["roles"])), row["disabled"])
                held[row["department"]].append(client)
        return held

    async def offices(self) -> Sequence[Office]:
        """Every appointment, former and future ones too, by kind, division and day. One ends with its holder's term."""
        with reached():
            return [_office(row) for row in await self._pool.fetch(OFFICES)]

    async def register(self, party: NewParty) -> None:
        """Raises STATE_CONFLICT where the code is registered, NOT_FOUND for an unknown superior."""
        with reached():
            async with self._pool.acquire() as connection, connection.transaction():
                await register_party(connection, party)

    async def awaited(self, department: ProviderCode) -> Awaited:
        """What waits for it: for its answer, for being closed, for its verification."""
        with reached():
            row = await self._pool.fetchrow(AWAITED, department)
        assert row is not None, "counts are always there"
        return Awaited(row["applications"], row["cases"], row["doubts"])

    async def end(self, department: ProviderCode, day: date, reason: str, by: Recorder) -> None:
        """From the next request on after the day has begun in China. Raises STATE_CONFLICT where it ends by then already."""
        with reached():
            async with self._pool.acquire() as connection:
                await end_party(connection, department, day, reason, by)

    async def describe(self, department: ProviderCode, description: Description, by: Recorder) -> None:
        """Raises STATE_CONFLICT where it would change what held before today or is stated for later already."""
        with reached():
            async with self._pool.acquire() as connection, connection.transaction():
                await describe_party(connection, department, description, by)

    async def set_answer_chain(self, department: ProviderCode, chain: AnswerChain) -> None:
        """From the next step on."""
        with reached():
            async with self._pool.acquire() as connection:
                await set_steps(connection, department, chain)

    async def appoint(self, office: Office, by: Recorder) -> None:
        """Ends the former holder's term as the new one's begins. Raises STATE_CONFLICT as `describe` does."""
        with reached():
            async with self._pool.acquire() as connection, connection.transaction():
                await appoint_office(connection, office, by)

    async def register_officer(self, department: ProviderCode, officer: Officer, by: Recorder) -> None:
        """Raises STATE_CONFLICT as `describe` does, and where the id is another person's."""
        with reached():
            async with self._pool.acquire() as connection, connection.transaction():
                await add_officer(connection, department, officer, by)

    async def appoint_substitute(
        self, department: ProviderCode, officer: str, substitution: Substitution, by: Recorder
    ) -> None:
        """Raises STATE_CONFLICT as `describe` does."""
        with reached():
            async with self._pool.acquire() as connection, connection.transaction():
                await add_substitute(connection, department, officer, substitution, by)


def _party(row: Any, statements: tuple[Statement, ...]) -> Party:
    return Party(
        code=ProviderCode(row["code"]),
        name=row["name"],
        name_zh=row["name_zh"],
        kind=PartyKind(row["kind"]),
        division=row["division_code"],
        in_force=row["in_force"],
        zone=None if row["zone"] is None else Zone(row["zone"]),
        superior=None if row["superior"] is None else ProviderCode(row["superior"]),
        authorisation=row["authorisation"],
        chain=_chain(row["answer_steps"]),
        statements=statements,
        days=_days(row),
    )


def _chain(steps: Sequence[str] | None) -> AnswerChain:
    return ONE_STEP if steps is None else AnswerChain(tuple(map(Step, steps)))


def _office(row: Any) -> Office:
    return Office(
        kind=OfficeKind(row["kind"]),
        division=row["division_code"],
        holder=None if row["holder"] is None else ProviderCode(row["holder"]),
        title=row["title"],
        head=row["head"],
        basis=row["basis"],
        days=_days(row),
    )


def _days(row: Any) -> Days:
    return Days(row["valid_from"], row["valid_until"])
