"""A plain Strawberry server: types, resolvers, a dataloader per relation and request, parser and validation caches on."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from enum import Enum
from typing import Any

import orjson
import strawberry
from aiodataloader import DataLoader
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.types import Info

from bench.peers.pools import open_registers

PERSONS = """SELECT id_number, name, sex, ethnic_group, birth_date, birthplace, vital_status
FROM person WHERE id_number = ANY($1::text[])"""
LICENCES = """SELECT l.identifier, l.type_code, l.type_name, l.number, l.holder_code, l.holder_name, l.issuer, l.issued_on,
  l.valid_until, l.status
FROM unnest($1::text[]) AS k (holder)
CROSS JOIN LATERAL (SELECT * FROM licence WHERE holder_code = k.holder ORDER BY identifier LIMIT $2) AS l"""
CREDITS = "SELECT code, name, subject_kind FROM credit_subject WHERE code = ANY($1::text[])"


@strawberry.enum
class Sex(Enum):
    UNKNOWN = "0"
    MALE = "1"
    FEMALE = "2"
    UNSPECIFIED = "9"


@strawberry.enum
class VitalStatus(Enum):
    ALIVE = "1"
    DECEASED = "2"
    DECLARED_DEAD = "3"
    MISSING = "4"


# a register may hold a code that the standard does not have: it is answered as null
SEX = {each.value: each for each in Sex}
VITAL_STATUS = {each.value: each for each in VitalStatus}


@strawberry.enum
class HolderKind(Enum):
    PERSON = "PERSON"
    ORGANISATION = "ORGANISATION"


@strawberry.type
class Licence:
    identifier: str | None
    type_code: str | None
    type_name: str | None
    number: str | None
    holder_code: str | None
    holder_name: str | None
    issuer: str | None
    issued_on: date | None
    valid_until: date | None
    status: str | None


@strawberry.type
class CreditSubject:
    code: str | None
    name: str | None
    subject_kind: HolderKind | None


@strawberry.type
class Person:
    id_number: str
    name: str | None
    sex: Sex | None
    ethnic_group: str | None
    birth_date: date | None
    birthplace: str | None
    vital_status: VitalStatus | None

    @strawberry.field
    async def licences(self, info: Info[dict[str, Any], None], first: int = 100) -> list[Licence]:
        found: list[Licence] = await info.context["licences"].load((self.id_number, first))
        return found

    @strawberry.field
    async def credit(self, info: Info[dict[str, Any], None]) -> CreditSubject | None:
        found: CreditSubject | None = await info.context["credit"].load(self.id_number)
        return found


@strawberry.type
class Query:
    @strawberry.field
    async def person(self, info: Info[dict[str, Any], None], id_number: str) -> Person | None:
        found: Person | None = await info.context["persons"].load(id_number)
        return found

    @strawberry.field
    async def persons(self, info: Info[dict[str, Any], None], id_numbers: list[str]) -> list[Person | None]:
        found: list[Person | None] = await info.context["persons"].load_many(id_numbers)
        return found


class Loaders:
    """The batch functions over the pools; each request gets loaders of its own."""

    def __init__(self, registers: Sequence[Any]) -> None:
        self._population, self._licence, self._credit = registers

    def context(self) -> dict[str, Any]:
        return {
            "persons": DataLoader(self._persons),
            "licences": DataLoader(self._licences),
            "credit": DataLoader(self._credits),
        }

    async def _persons(self, keys: list[str]) -> list[Person | None]:
        found = {
            row[0]: Person(
                id_number=row[0],
                name=row[1],
                sex=SEX.get(row[2]),
                ethnic_group=row[3],
                birth_date=row[4],
                birthplace=row[5],
                vital_status=VITAL_STATUS.get(row[6]),
            )
            for row in await self._population.fetch(PERSONS, keys)
        }
        return [found.get(key) for key in keys]

    async def _licences(self, keys: list[tuple[str, int]]) -> list[list[Licence]]:
        found: dict[tuple[str, int], list[Licence]] = {key: [] for key in keys}
        for first in {first for _, first in keys}:
            holders = [holder for holder, limit in keys if limit == first]
            for row in await self._licence.fetch(LICENCES, holders, first):
                found[row["holder_code"], first].append(Licence(**row))
        return [found[key] for key in keys]

    async def _credits(self, keys: list[str]) -> list[CreditSubject | None]:
        found = {
            row[0]: CreditSubject(code=row[0], name=row[1], subject_kind=HolderKind(row[2]))
            for row in await self._credit.fetch(CREDITS, keys)
        }
        return [found.get(key) for key in keys]


class Endpoint(GraphQL[dict[str, Any], None]):
    """Strawberry's own ASGI application, with orjson and fresh loaders per request."""

    def __init__(self, loaders: Loaders) -> None:
        caches = [lambda: ParserCache(maxsize=1_000), lambda: ValidationCache(maxsize=1_000)]
        schema = strawberry.Schema(Query, extensions=caches)
        super().__init__(schema, graphql_ide=None, subscription_protocols=())
        self._loaders = loaders

    async def get_context(self, request: Request, response: Response) -> dict[str, Any]:  # type: ignore[override]
        return self._loaders.context()

    def encode_json(self, data: object) -> bytes:
        return orjson.dumps(data)

    def decode_json(self, data: str | bytes) -> object:
        return orjson.loads(data)


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    app.router.routes.append(Route("/graphql", Endpoint(Loaders(await open_registers()))))
    yield


app = Starlette(lifespan=lifespan)
