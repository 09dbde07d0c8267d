"""Departments and the entrustments between them (Art. 17 ¶2: a counter acts for the department that has the duty)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from catalogue.model import Department, ProviderCode

SELECT = "SELECT code, division_code, valid_from, valid_until FROM department"
SELECT_ENTRUSTMENTS = (
    "SELECT counter_department, duty_department, matters, valid_from, valid_until FROM entrustment"
    " WHERE valid_until IS NULL OR valid_until > now()"
)
FOREVER = float("inf")


@dataclass(frozen=True, slots=True)
class Term:
    """From `begins` up to, not including, `ends` (Unix seconds)."""

    begins: float
    ends: float

    def holds(self, now: float) -> bool:
        return self.begins <= now < self.ends


@dataclass(frozen=True, slots=True)
class Entrustment:
    """In which matters (none: in all) and how long one acts for the other."""

    matters: frozenset[str]
    term: Term


def _term(row: Any) -> Term:
    ends = row["valid_until"]
    return Term(row["valid_from"].timestamp(), FOREVER if ends is None else ends.timestamp())


def stored_departments(rows: Iterable[Any]) -> dict[ProviderCode, tuple[str, Term]]:
    """Each department's division and term, from the rows of `SELECT`."""
    return {ProviderCode(row["code"]): (row["division_code"], _term(row)) for row in rows}


def stored_entrustments(rows: Iterable[Any]) -> dict[tuple[ProviderCode, ProviderCode], tuple[Entrustment, ...]]:
    """By counter and duty, from the rows of `SELECT_ENTRUSTMENTS`."""
    held: dict[tuple[ProviderCode, ProviderCode], list[Entrustment]] = {}
    for row in rows:
        pair = ProviderCode(row["counter_department"]), ProviderCode(row["duty_department"])
        held.setdefault(pair, []).append(Entrustment(frozenset(row["matters"]), _term(row)))
    return {pair: tuple(entrustments) for pair, entrustments in held.items()}


KINDS: Mapping[str, str] = {"11": "government", "12": "public_institution", "13": "social_organisation"}
"""First two characters of a unified code (GB 32100-2015, table 1) → the kinds of Art. 2; others are `other_authorised`."""


async def add_departments(connection: asyncpg.Connection[Any], departments: Sequence[Department]) -> int:
    """Add those that are not there yet; how many they were. Those that are there are left as they are."""
    there = {row["code"] for row in await connection.fetch("SELECT code FROM department")}
    missing = [one for one in departments if one.code not in there]
    if missing:  # even an empty statement would move the epoch
        await connection.executemany(
            "INSERT INTO department (code, name, name_zh, kind, division_code) VALUES ($1, $2, $3, $4, $5)",
            [
                (one.code, one.name.replace("_", " "), one.title, KINDS.get(one.code[:2], "other_authorised"), one.division)
                for one in missing
            ],
        )
    return len(missing)


async def add_entrustment(
    connection: asyncpg.Connection[Any], counter: ProviderCode, duty: ProviderCode, matters: Iterable[str], basis: str
) -> None:
    """Record that the counter acts for the department that has the duty, on a written basis."""
    await connection.execute(
        "INSERT INTO entrustment (counter_department, duty_department, matters, basis) VALUES ($1, $2, $3, $4)",
        *(counter, duty, sorted(matters), basis),
    )
