"""What is written of organisations, offices and officers: a term is ended, never overwritten; the role can do no more.

Each function takes a connection, so that what belongs together stands in one transaction.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from typing import Any, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from catalogue.model import ProviderCode
from errors import NOT_FOUND, STATE_CONFLICT, GatewayError
from resolvers.ports.parties import Description, NewParty, Recorder
from sharing.chain import AnswerChain, Officer, Substitution
from sharing.parties import Office, Zone

CHINA = timezone(timedelta(hours=8))
"""东八区; there is no summer time."""
Connected: TypeAlias = "asyncpg.Connection[Any] | PoolConnectionProxy[Any]"
ADD_DEPARTMENT = """
    INSERT INTO department (code, name, name_zh, kind, division_code, valid_from, valid_until)
    VALUES ($1, $2, $3, $4, $5, $6, $7)"""
END_DEPARTMENT = """
    UPDATE department SET valid_until = $2, ended_by = $3, ended_handler = $4, ended_reason = $5
    WHERE code = $1 AND valid_from < $2 AND (valid_until IS NULL OR (valid_until > now() AND valid_until > $2))
    RETURNING true"""
PLACE = """
    INSERT INTO party (department, zone, superior, authorisation) VALUES ($1, $2, $3, $4)
    ON CONFLICT (department) DO UPDATE SET zone = coalesce(excluded.zone, party.zone),
        superior = coalesce(excluded.superior, party.superior),
        authorisation = coalesce(excluded.authorisation, party.authorisation)"""
SET_STEPS = """
    INSERT INTO party (department, answer_steps) VALUES ($1, $2)
    ON CONFLICT (department) DO UPDATE SET answer_steps = excluded.answer_steps"""
# what holds on the day on which the new one begins ends then; $1 is that day
END_STATEMENTS = """
    UPDATE responsibility SET valid_until = $1 WHERE department = $2 AND subject = $3
      AND valid_from <= $1 AND (valid_until IS NULL OR valid_until > $1)"""
LATER_STATEMENTS = """
    SELECT true FROM responsibility WHERE department = $1 AND subject = $2 AND valid_from > $3
      AND (valid_until IS NULL OR valid_until > valid_from) LIMIT 1"""
ADD_STATEMENT = """
    INSERT INTO responsibility (department, subject, words, link, valid_from, valid_until, client, handler)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"""
END_OFFICE = """
    UPDATE office SET valid_until = $1 WHERE kind = $2 AND division_code = $3
      AND valid_from <= $1 AND (valid_until IS NULL OR valid_until > $1)"""
ADD_OFFICE = """
    INSERT INTO office (kind, division_code, holder, title, head, basis, valid_from, valid_until, client, handler)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"""
ANOTHERS_ID = "SELECT true FROM officer WHERE department = $1 AND lower(id) = lower($2) AND (id, name) <> ($2, $3) LIMIT 1"
END_OFFICER = """
    UPDATE officer SET valid_until = $1 WHERE department = $2 AND id = $3
      AND valid_from <= $1 AND (valid_until IS NULL OR valid_until > $1)"""
ADD_OFFICER = """
    INSERT INTO officer (department, id, name, steps, valid_from, valid_until, client, handler)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"""
END_SUBSTITUTE = """
    UPDATE officer_substitute SET valid_until = $1 WHERE department = $2 AND officer = $3 AND substitute = $4
      AND valid_from <= $1 AND (valid_until IS NULL OR valid_until > $1)"""
ADD_SUBSTITUTE = """
    INSERT INTO officer_substitute (department, officer, substitute, valid_from, valid_until, client, handler)
    VALUES ($1, $2, $3, $4, $5, $6, $7)"""


def midnight(day: date) -> datetime:
    """The instant at which the day begins in China."""
    return datetime.combine(day, time(), CHINA)


async def register_party(connection: Connected, party: NewParty) -> None:
    """As `PartyBook.register`."""
    ends = None if party.days.ends is None else midnight(party.days.ends)
    try:
        await connection.execute(
            ADD_DEPARTMENT,
            *(party.code, party.name, party.name_zh, party.kind, party.division, midnight(party.days.begins), ends),
        )
    except asyncpg.UniqueViolationError:
        raise GatewayError(
            STATE_CONFLICT,
            f"the department `{party.code}` is registered already",
            "describe it with `describeDepartment`",
            article="Art. 5",
        ) from None
    await place_party(connection, party.code, party.zone, party.superior, party.authorisation)


async def end_party(connection: Connected, department: ProviderCode, day: date, reason: str, by: Recorder) -> None:
    """As `PartyBook.end`."""
    if not await connection.fetchval(END_DEPARTMENT, department, midnight(day), by.client, by.handler, reason):
        raise GatewayError(
            STATE_CONFLICT,
            f"the term of `{department}` ends by {day} already",
            "look at it again with `department`",
            article="Art. 5",
        )


async def place_party(
    connection: Connected,
    department: ProviderCode,
    zone: Zone | None,
    superior: ProviderCode | None,
    authorisation: str | None = None,
) -> None:
    """State what is given of these; None leaves it as it is. It also locks the department's description until the commit.

    Raises NOT_FOUND for an unknown department or superior.
    """
    try:
        await connection.execute(PLACE, department, zone, superior, authorisation)
    except asyncpg.ForeignKeyViolationError:
        raise GatewayError(
            NOT_FOUND, "no such department, or no such superior", "register it first: `registerDepartment`", article="Art. 5"
        ) from None


async def describe_party(connection: Connected, department: ProviderCode, description: Description, by: Recorder) -> None:
    """As `PartyBook.describe`."""
    await place_party(connection, department, description.zone, description.superior)
    for subject, statements in description.statements.items():
        await _end(connection, END_STATEMENTS, description.begins, by, department, subject)
        if await connection.fetchval(LATER_STATEMENTS, department, subject, description.begins):
            raise _stands_later()
        for one in statements:
            await _add(
                connection,
                ADD_STATEMENT,
                *(department, subject, one.text, one.link, one.days.begins, one.days.ends, by.client, by.handler),
            )


async def appoint_office(connection: Connected, office: Office, by: Recorder) -> None:
    """As `PartyBook.appoint`."""
    await _end(connection, END_OFFICE, office.days.begins, by, office.kind, office.division)
    await _add(
        connection,
        ADD_OFFICE,
        *(office.kind, office.division, office.holder, office.title, office.head, office.basis),
        *(office.days.begins, office.days.ends, by.client, by.handler),
    )


async def add_officer(connection: Connected, department: ProviderCode, officer: Officer, by: Recorder) -> None:
    """As `PartyBook.register_officer`."""
    if await connection.fetchval(ANOTHERS_ID, department, officer.id, officer.name):
        raise GatewayError(
            STATE_CONFLICT,
            f"the number `{officer.id}` is or was another officer's",
            "a number is not passed on: who did what would no longer be told; give the person one of their own",
            article="Art. 17 ¶2",
        )
    await _end(connection, END_OFFICER, officer.days.begins, by, department, officer.id)
    await _add(
        connection,
        ADD_OFFICER,
        *(department, officer.id, officer.name, sorted(officer.steps), officer.days.begins, officer.days.ends),
        *(by.client, by.handler),
    )


async def add_substitute(
    connection: Connected, department: ProviderCode, officer: str, given: Substitution, by: Recorder
) -> None:
    """As `PartyBook.appoint_substitute`."""
    await _end(connection, END_SUBSTITUTE, given.days.begins, by, department, officer, given.substitute)
    await _add(
        connection,
        ADD_SUBSTITUTE,
        *(department, officer, given.substitute, given.days.begins, given.days.ends, by.client, by.handler),
    )


async def set_steps(connection: Connected, department: ProviderCode, chain: AnswerChain) -> None:
    """As `PartyBook.set_answer_chain`."""
    await connection.execute(SET_STEPS, department, list(chain.steps))


async def _end(connection: Connected, statement: str, begins: date, by: Recorder, *of: str) -> None:
    ended = await connection.execute(statement, begins, *of)
    if ended != "UPDATE 0" and begins < by.today:
        raise GatewayError(
            STATE_CONFLICT, "what held before today stays as it was", "begin today or later", article="Art. 5"
        )


async def _add(connection: Connected, statement: str, *values: object) -> None:
    try:
        await connection.execute(statement, *values)
    except asyncpg.ExclusionViolationError:
        raise _stands_later() from None


def _stands_later() -> GatewayError:
    return GatewayError(
        STATE_CONFLICT,
        "for a part of that time another one is recorded already",
        "end the new one on the day on which that one begins, or begin it then",
        article="Art. 5",
    )
