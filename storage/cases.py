"""Cases under way: what `case_subject` means is what stands here, read afresh at each request."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from pydantic import TypeAdapter

from catalogue.model import ProviderCode
from errors import CASE_UNKNOWN, INPUT_INVALID, STATE_CONFLICT, GatewayError
from resolvers.ports import NewCase, OpenCase
from resolvers.ports.cases import CaseFile, CaseFilter, Closing, Handover
from sharing.authority import Authority
from storage.reached import reached

OPEN = "SELECT number, matter, subjects FROM service_case WHERE consumer = $1 AND number = $2 AND closed_at IS NULL"
ADD = """
    INSERT INTO service_case (number, consumer, matter, opened_by, subjects, authorities) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (consumer, number) DO NOTHING"""
_FILE = """
    SELECT number, consumer, matter, opened_by, coalesce(handled_by, opened_by) AS handler, opened_at, subjects, authorities,
           (SELECT max(at) FROM case_check WHERE case_check.consumer = service_case.consumer
            AND case_check.number = service_case.number) AS last_checked_at,
           (SELECT jsonb_object_agg(material, newest) FROM (
              SELECT material, max(at) AS newest FROM case_check CROSS JOIN LATERAL jsonb_object_keys(verdicts) AS material
              WHERE case_check.consumer = service_case.consumer AND case_check.number = service_case.number
                AND case_check.matter = service_case.matter
              GROUP BY material) AS of_material) AS checked,
           closed_at, closed_by, result
    FROM service_case WHERE consumer = $1"""
FIND = f"{_FILE} AND number = $2"
PAGE = f"""{_FILE}
      AND ($2::boolean IS NULL OR (closed_at IS NULL) = $2)
      AND ($3::text IS NULL OR coalesce(handled_by, opened_by) = $3) AND ($4::text IS NULL OR matter = $4)
      AND ($5::text IS NULL OR (opened_at, number) < (SELECT last.opened_at, last.number FROM service_case AS last
                                                      WHERE last.consumer = $1 AND last.number = $5))
    ORDER BY opened_at DESC, number DESC LIMIT $6"""  # noqa: S608 - of constants
CLOSE = """
    UPDATE service_case SET closed_at = now(), closed_by = $3, result = $4
    WHERE consumer = $1 AND number = $2 AND closed_at IS NULL RETURNING true"""
HAND_OVER = """
    UPDATE service_case SET handled_by = $4
    WHERE consumer = $1 AND number = $2 AND closed_at IS NULL AND coalesce(handled_by, opened_by) = $3 RETURNING true"""
ADD_HANDOVER = """
    INSERT INTO case_handover (id, consumer, number, passed_by, passed_to, reason, handler, client, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"""
HANDOVERS = """
    SELECT id, passed_by, passed_to, reason, handler, client, at FROM case_handover
    WHERE consumer = $1 AND number = $2 ORDER BY id"""
_AUTHORITIES: TypeAdapter[tuple[Authority, ...]] = TypeAdapter(tuple[Authority, ...])


def subjects_json(subjects: Mapping[str, Sequence[str]]) -> str:
    """One spelling: roles and codes in order, each once."""
    told = {role: sorted(set(codes)) for role, codes in sorted(subjects.items())}
    return json.dumps(told, ensure_ascii=False)


def unknown_case(number: str) -> GatewayError:
    """CASE_UNKNOWN: the same for one that was closed, is another department's, or never was."""
    return GatewayError(
        CASE_UNKNOWN, f"no open case `{number}` of this department", "compare the number", article="Art. 17 ¶2"
    )


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
        return OpenCase(row["number"], department, row["matter"], json.loads(row["subjects"]))

    async def add(self, case: NewCase) -> CaseFile:
        """Open the case; one that is open already with the same content counts as opened.

        Raises INPUT_INVALID where the number is taken by a case with other content, or by a closed one.
        """
        subjects = subjects_json(case.subjects)
        authorities = _AUTHORITIES.dump_json(case.authorities).decode()
        with reached():
            await self._pool.execute(ADD, *(case.number, case.department, case.matter, case.handler, subjects, authorities))
        kept = await self.find(case.department, case.number)
        if (
            kept is None
            or kept.closed_at is not None
            or kept.matter != case.matter
            or subjects_json(kept.subjects) != subjects
            or set(kept.authorities) != set(case.authorities)
        ):
            raise GatewayError(
                INPUT_INVALID,
                f"the department has had a case `{case.number}` already, with other content or closed",
                "give the new case a number of its own",
                hint_zh="办件编号不能与已有办件重复，请另编新号。",
                article="Art. 17 ¶2",
            )
        return kept

    async def find(self, department: ProviderCode, number: str) -> CaseFile | None:
        """The department's case of this number, open or closed. Raises LEDGER_UNAVAILABLE."""
        with reached():
            row = await self._pool.fetchrow(FIND, department, number)
        return None if row is None else _file(row)

    async def page(self, chosen: CaseFilter, first: int, after: str | None) -> Sequence[CaseFile]:
        """The latest opened first. Raises LEDGER_UNAVAILABLE."""
        with reached():
            rows = await self._pool.fetch(PAGE, chosen.department, chosen.open, chosen.handler, chosen.matter, after, first)
        return [_file(row) for row in rows]

    async def hand_over(self, department: ProviderCode, number: str, handover: Handover) -> CaseFile:
        """Hand an open case over. Raises CASE_UNKNOWN, STATE_CONFLICT, LEDGER_UNAVAILABLE."""
        with reached():
            async with self._pool.acquire() as connection, connection.transaction():
                passed = (department, number, handover.passed_by, handover.passed_to)
                if await connection.fetchval(HAND_OVER, *passed):
                    await connection.execute(
                        ADD_HANDOVER,
                        *(UUID(handover.id), *passed, handover.reason, handover.handler, handover.client, handover.at),
                    )
        kept = await self.find(department, number)
        if kept is None or kept.closed_at is not None:
            raise unknown_case(number)
        if not any(one.id == handover.id for one in await self.handovers(department, number)):
            raise GatewayError(
                STATE_CONFLICT,
                f"the case `{number}` was handed over meanwhile",
                "look who has it now",
                article="Art. 17 ¶2",
            )
        return kept

    async def handovers(self, department: ProviderCode, number: str) -> Sequence[Handover]:
        """Who handed it to whom, in order. Raises LEDGER_UNAVAILABLE."""
        with reached():
            rows = await self._pool.fetch(HANDOVERS, department, number)
        return [
            Handover(
                *(str(row["id"]), row["passed_by"], row["passed_to"], row["reason"]),
                *(row["handler"], row["client"], row["at"]),
            )
            for row in rows
        ]

    async def close(self, department: ProviderCode, number: str, closing: Closing) -> CaseFile:
        """Close the case: from the next request on its subjects give no right. Raises CASE_UNKNOWN, LEDGER_UNAVAILABLE."""
        with reached():
            closed = await self._pool.fetchval(CLOSE, department, number, closing.handler, closing.result)
        kept = await self.find(department, number) if closed else None
        if kept is None:
            raise unknown_case(number)
        return kept


def _file(row: Any) -> CaseFile:
    return CaseFile(
        number=row["number"],
        department=ProviderCode(row["consumer"]),
        matter=row["matter"],
        opened_by=row["opened_by"],
        handler=row["handler"],
        opened_at=row["opened_at"],
        subjects=json.loads(row["subjects"]),
        authorities=_AUTHORITIES.validate_json(row["authorities"]),
        last_checked_at=row["last_checked_at"],
        checked={material: datetime.fromisoformat(at) for material, at in json.loads(row["checked"] or "{}").items()},
        closed_at=row["closed_at"],
        closed_by=row["closed_by"],
        result=row["result"],
    )
