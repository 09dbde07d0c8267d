"""A check of materials by hand: lookups one after another, as counters' systems do them. No identity, decision or record.

`POST /materials {"idNumber": …}` answers in the shape of `materialCheck`, so that the answers can be compared byte by byte.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.peers.pools import open_pool_of

PERSON = """SELECT name, id_number, sex, birth_date, registered_residence, household_number, relation_to_head
FROM person WHERE id_number = $1"""
HOUSEHOLD = "SELECT number, address FROM household WHERE number = $1"
MEMBERS = "SELECT name FROM person WHERE household_number = $1 ORDER BY id_number LIMIT 20"
MARRIAGE = "SELECT status FROM marriage_record WHERE id_number = $1"
UNITS = """SELECT u.unit_code, u.location, u.unit_use FROM real_estate_unit u
WHERE EXISTS (SELECT FROM right_holder h WHERE h.unit_code = u.unit_code AND h.holder_code = $1)
ORDER BY u.unit_code LIMIT 20"""
LICENCES = """SELECT identifier, type_name, number, valid_until,
    CASE WHEN status IS NULL THEN NULL ELSE status = 'VALID' AND (valid_from IS NULL OR valid_from <= current_date)
        AND (valid_until IS NULL OR current_date <= valid_until) END AS is_valid
FROM licence WHERE holder_code = $1 AND type_code = ANY($2) ORDER BY identifier LIMIT 100"""
CREDIT = "SELECT code, name FROM credit_subject WHERE code = $1"

CARD = ["11320000MBX0000781001"]
SEX = {"0": "UNKNOWN", "1": "MALE", "2": "FEMALE", "9": "UNSPECIFIED"}
IDENTITY = (("姓名", "name"), ("公民身份号码", "id_number"), ("性别", "sex"), ("出生日期", "birth_date"))
BOOKLET = (("户籍地址", "registered_residence"), ("户号", "household_number"), ("与户主关系", "relation_to_head"))


class Materials:
    """The registers' pools."""

    def __init__(self, pools: "tuple[asyncpg.Pool[Any], ...]") -> None:
        self._population, self._geospatial, self._licence, self._credit = pools

    async def answer(self, request: Request) -> Response:
        id_number = orjson.loads(await request.body())["idNumber"]
        person = await self._population.fetchrow(PERSON, id_number)
        assert person is not None
        household = await self._population.fetchrow(HOUSEHOLD, person["household_number"])
        members = await self._population.fetch(MEMBERS, person["household_number"])
        marriage = await self._population.fetchrow(MARRIAGE, id_number)
        units = await self._geospatial.fetch(UNITS, id_number)
        licences = await self._licence.fetch(LICENCES, id_number, CARD)
        credit = await self._credit.fetchrow(CREDIT, id_number)
        assert household is not None
        assert credit is not None
        materials = [
            _material("identity", [(title, _shown(column, person[column])) for title, column in IDENTITY]),
            _material(
                "booklet",
                [(title, _shown(column, person[column])) for title, column in BOOKLET]
                + [("户号", household["number"]), ("户籍地址", household["address"])]
                + [("姓名", member["name"]) for member in members],
            ),
            _material("marriage", [("婚姻状况", marriage["status"])] if marriage else [("婚姻登记记录", None)]),
            _material("dwelling", _units(units)),
            _material("card", _licences(licences), "NOT_TO_BE_ASKED" if _in_force(licences) else "ASK_WITH_REASON"),
            _material("credit", [("主体代码", credit["code"]), ("主体名称", credit["name"])]),
        ]
        return Response(orjson.dumps({"data": {"materialCheck": {"materials": materials}}}), media_type="application/json")


def _material(code: str, contents: list[tuple[str, object]], verdict: str = "NOT_TO_BE_ASKED") -> dict[str, object]:
    told = [{"title": title, "value": value} for title, value in contents]
    return {"code": code, "verdict": verdict, "contents": told}


def _shown(column: str, value: Any) -> object:
    return SEX.get(value) if column == "sex" else value


def _units(units: Any) -> list[tuple[str, object]]:
    if not units:
        return [("名下不动产单元", None)]
    columns = (("不动产单元代码", "unit_code"), ("坐落", "location"), ("规划用途", "unit_use"))
    return [(title, unit[column]) for unit in units for title, column in columns]


def _licences(licences: Any) -> list[tuple[str, object]]:
    if not licences:
        return [("持有的电子证照", None)]
    told: list[tuple[str, object]] = []
    for one in licences:
        told += [
            ("电子证照标识", one["identifier"]),
            ("证照类型名称", one["type_name"]),
            ("证照编号", one["number"]),
            ("有效期截止日期", one["valid_until"]),
            ("是否有效", None if one["is_valid"] is None else str(one["is_valid"]).lower()),
        ]
    return told


def _in_force(licences: Any) -> bool:
    return any(one["is_valid"] for one in licences)


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    pools = [await open_pool_of(name) for name in ("POPULATION", "GEOSPATIAL", "LICENCE", "CREDIT")]
    app.router.routes.append(Route("/materials", Materials(tuple(pools)).answer, methods=["POST"]))
    yield


app = Starlette(lifespan=lifespan)
