"""An endpoint by hand: one lookup, three queries at once, JSON. No identity, no decision; a record only if asked for.

`POST /lookup {"idNumber": …}` answers in the shape of the GraphQL query, so that the answers can be compared byte by byte.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.peers.pools import RECORDS, open_pool, open_registers

PERSON = "SELECT id_number, name, sex, ethnic_group, birth_date, birthplace, vital_status FROM person WHERE id_number = $1"
LICENCES = """SELECT identifier, type_name, number, valid_until, status
FROM licence WHERE holder_code = $1 ORDER BY identifier LIMIT 3"""
CREDIT = "SELECT code, name, subject_kind FROM credit_subject WHERE code = $1"
RECORD = """INSERT INTO lookup_record (at, client, department, matter, purpose, handler, document, subject, items)
VALUES (now(), $1, $2, $3, $4, $5, $6, $7, $8)"""

SEX = {"0": "UNKNOWN", "1": "MALE", "2": "FEMALE", "9": "UNSPECIFIED"}
VITAL_STATUS = {"1": "ALIVE", "2": "DECEASED", "3": "DECLARED_DEAD", "4": "MISSING"}
ITEMS = orjson.dumps(["person", "licences", "credit"]).decode()


class Lookups:
    """The registers' pools, and where requests are recorded, if they are."""

    def __init__(self, registers: "tuple[asyncpg.Pool[Any], ...]", records: "asyncpg.Pool[Any] | None") -> None:
        self._population, self._licence, self._credit = registers
        self._records = records

    async def answer(self, request: Request) -> Response:
        id_number = orjson.loads(await request.body())["idNumber"]
        person, licences, credit = await asyncio.gather(
            self._population.fetchrow(PERSON, id_number),
            self._licence.fetch(LICENCES, id_number),
            self._credit.fetchrow(CREDIT, id_number),
        )
        if self._records is not None:
            await self._records.execute(
                RECORD, "bench", "nanjing", "M12", "administrative-basis", "handler", b"\0" * 32, id_number, ITEMS
            )
        body = orjson.dumps({"data": {"person": None if person is None else _person(person, licences, credit)}})
        return Response(body, media_type="application/json")


def _person(person: Any, licences: Any, credit: Any) -> dict[str, object]:
    return {
        "idNumber": person["id_number"],
        "name": person["name"],
        "sex": SEX.get(person["sex"]),
        "ethnicGroup": person["ethnic_group"],
        "birthDate": person["birth_date"],
        "birthplace": person["birthplace"],
        "vitalStatus": VITAL_STATUS.get(person["vital_status"]),
        "licences": [
            {
                "identifier": licence["identifier"],
                "typeName": licence["type_name"],
                "number": licence["number"],
                "validUntil": licence["valid_until"],
                "status": licence["status"],
            }
            for licence in licences
        ],
        "credit": credit and {"code": credit["code"], "name": credit["name"], "subjectKind": credit["subject_kind"]},
    }


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    dsn = os.environ.get(RECORDS)
    lookups = Lookups(await open_registers(), None if dsn is None else await open_pool(dsn))
    app.router.routes.append(Route("/lookup", lookups.answer, methods=["POST"]))
    yield


app = Starlette(lifespan=lifespan)
