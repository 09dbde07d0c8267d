"""Cases under way: what `case_subject` means is what stands here, read afresh at each request."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from catalogue.model import ProviderCode
from errors import CASE_UNKNOWN, INPUT_INVALID, GatewayError
from resolvers.ports import NewCase, OpenCase, ServiceCase
from storage.reached import reached

OPEN = "SELECT number, matter, subjects FROM service_case WHERE consumer = $1 AND number = $2 AND closed_at IS NULL"
ADD = """
    INSERT INTO service_case (number, consumer, matter, opened_by, subjects) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (consumer, number) DO NOTHING RETURNING opened_at"""
FIND = "SELECT matter, subjects, opened_at, closed_at FROM service_case WHERE consumer = $1 AND number = $2"
CLOSE = """
    UPDATE service_case SET closed_at = now() WHERE consumer = $1 AND number = $2 AND closed_at IS NULL
    RETURNING matter, opened_at, closed_at"""


def subjects_json(subjects: Mapping[str, Sequence[str]]) -> str:
    """One spelling: roles and codes in order, each once."""
    told = {role: sorted(set(codes)) for role, codes in sorted(subjects.items())}
    return json.dumps(told, ensure_ascii=False)


class CaseStore:
    """The cases, over the pool of our own database."""

    def __init__(self, pool: asyncpg.Pool[Any]) -> None:
        self._pool = pool

    async def open_case(self, department: ProviderCode, number: str) -> OpenCase | None:
        """The case if it is open, read afresh: a closed case gives no right. Raises LEDGER_UNAVAILABLE."""
        with reached():
            row = await self._pool.fetchrow(OPEN, department, number)
        if row is None:
            return None
        codes = {code: None for of_role in json.loads(row["subjects"]).values() for code in of_role}
        return OpenCase(row["number"], department, row["matter"], tuple(codes))

    async def add(self, case: NewCase) -> ServiceCase:
        """Open the case; one that is open already with the same subjects counts as opened.

        Raises INPUT_INVALID where the number is taken by a case with other content, or by a closed one.
        """
        subjects = subjects_json(case.subjects)
        with reached():
            opened_at = await self._pool.fetchval(ADD, case.number, case.department, case.matter, case.handler, subjects)
            if opened_at is not None:
                return ServiceCase(case.number, case.matter, opened_at)
            row = await self._pool.fetchrow(FIND, case.department, case.number)
        same = row is not None and row["matter"] == case.matter and json.loads(row["subjects"]) == json.loads(subjects)
        if row is None or not same or row["closed_at"] is not None:
            raise GatewayError(
                INPUT_INVALID,
                f"the department has had a case `{case.number}` already, with other content or closed",
                "give the new case a number of its own",
            )
        return ServiceCase(case.number, case.matter, row["opened_at"])

    async def close(self, department: ProviderCode, number: str) -> ServiceCase:
        """Close the case: from the next request on its subjects give no right. Raises CASE_UNKNOWN."""
        with reached():
            row = await self._pool.fetchrow(CLOSE, department, number)
        if row is None:
            raise GatewayError(CASE_UNKNOWN, f"no open case `{number}` of this department", "compare the number")
        return ServiceCase(number, row["matter"], row["opened_at"], row["closed_at"])
