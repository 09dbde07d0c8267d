"""Shaping 1,000 fetched rows × 10 items: the compiled shape against graphql-core's execution over the same rows.

Both get the rows as fetched and give Python data; nothing is parsed, validated, fetched or serialised inside the clock.
"""

import asyncio
import os
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from statistics import median
from typing import Any

import asyncpg
import orjson
from graphql import GraphQLScalarType, GraphQLSchema, execute_sync, parse
from graphql import build_schema as build_core_schema

from bench.queries import LICENCE_IN_FULL
from bench.registers import Registers
from bench.room import ROOT
from catalogue.load import load_catalogue
from catalogue.load_sources import load_sources
from catalogue.model import Mode, Use
from commands.worker import keep_what_stays
from connectors.registry import open_sources
from demo.seed import HALL, department_code, grants
from resolvers.decide import Decider, Permitted
from resolvers.fetch import Fetched, fetch
from resolvers.plan.cache import Plans
from resolvers.shape import Shaping
from schema.build import build_schema
from schema.documents import Documents
from schema.limits import Limits
from schema.variables import coerce_variables
from sharing.consumer import Asking
from sharing.rights import index_rights

RUNS = 31
PLAIN = """query($keys: [CreditCode!]!) { legalEntities(creditCodes: $keys) {
  creditCode name entityType representativeName registeredAddress establishedOn status registrationAuthority divisionCode
  industryCode } }"""
RULED = f"query($keys: [IdentityNumber!]!) {{ persons(idNumbers: $keys) {{ licences(first: 10) {{ {LICENCE_IN_FULL} }} }} }}"
CORE_SDL = """
scalar CreditCode scalar IdentityNumber scalar Date
type Query { legalEntities(creditCodes: [CreditCode!]!): [LegalEntity] persons(idNumbers: [IdentityNumber!]!): [Person] }
type LegalEntity { creditCode: CreditCode name: String entityType: String representativeName: String
  registeredAddress: String establishedOn: Date status: String registrationAuthority: String divisionCode: String
  industryCode: String }
type Person { licences(first: Int): [Licence] }
type Licence { identifier: String typeCode: String typeName: String number: String holderCode: String holderName: String
  issuer: String issuedOn: Date validUntil: Date status: String }
"""


class _Way:
    """The product's steps up to the rows, without HTTP and ledger."""

    def __init__(self) -> None:
        self.catalogue = load_catalogue(ROOT / "catalogue")
        self.sources = load_sources(ROOT / "catalogue" / "sources.toml", self.catalogue)
        # 1,000 rows by key are more than one request may ask for
        self.documents = Documents(build_schema(self.catalogue), Limits(keys=1_000, cost=1_000_000), 10)
        self.plans = Plans(self.documents.schema, self.catalogue)
        where = {name: binding.source for name, binding in self.sources.bindings.items()}
        self.decider = Decider(self.catalogue, where)
        self.rights = index_rights(1, [one.grant for one in grants(self.catalogue)])
        self.asking = Asking(
            department_code(self.catalogue, HALL),
            "320100",
            "M12",
            Use.ADMINISTRATIVE_BASIS,
            Mode.ONLINE_LOOKUP,
            in_case=False,
        )

    async def rows(self, document: str, keys: Sequence[str]) -> tuple[Permitted, Fetched]:
        now = datetime.now(UTC)
        prepared, lifted = self.documents.prepare(document, None, True)
        values = coerce_variables(prepared, {"keys": list(keys)}, lifted)
        plan = self.plans.plan(prepared.hash, prepared.operation, prepared.fragments, values)
        permitted = self.decider.permit(plan, self.asking, self.rights, now.timestamp())
        params = {"today": now.date(), "own_division": "3201", **plan.given(values)}
        registry = open_sources(self.sources, self.catalogue)
        try:
            return permitted, await fetch(permitted.pruned, [tuple(keys)], params, registry)
        finally:
            await registry.close()


def measure_rows(registers: Registers) -> tuple[dict[str, float], dict[str, object]]:
    """`rows_1000` (items open on every row) and `rows_1000_ruled` (a row rule on every item), with the milliseconds."""
    os.environ.update(registers.source_environment())
    companies = asyncio.run(_companies(registers))
    way = _Way()
    ratios: dict[str, float] = {}
    raw: dict[str, object] = {}
    for key, document, keys in (("rows_1000", PLAIN, companies), ("rows_1000_ruled", RULED, registers.rich[:100])):
        permitted, fetched = asyncio.run(way.rows(document, keys))
        product = _product(permitted, fetched, keys)
        peer = _peer(document, keys, product())
        if orjson.dumps(product()) != orjson.dumps(peer()):
            raise AssertionError(f"{key}: the two answers differ")
        ours, theirs = _in_turn(product, peer)
        ratios[key] = round(theirs / ours, 2)
        raw[key] = {"product_ms": round(ours, 3), "graphql_core_ms": round(theirs, 3)}
    return ratios, raw


async def _companies(registers: Registers) -> list[str]:
    connection = await asyncpg.connect(registers.dsn("legal_entity"))
    try:
        return [row[0] for row in await connection.fetch("SELECT credit_code FROM legal_entity ORDER BY 1 LIMIT 1000")]
    finally:
        await connection.close()


def _product(permitted: Permitted, fetched: Fetched, keys: Sequence[str]) -> Callable[[], Mapping[str, object]]:
    asked = [tuple(keys)]
    return lambda: permitted.shape(Shaping(fetched.steps), asked)


def _peer(document: str, keys: Sequence[str], held: Mapping[str, object]) -> Callable[[], Mapping[str, object]]:
    """graphql-core with its default resolvers, over the same rows as nested dictionaries, the quickest form for it."""
    schema: GraphQLSchema = build_core_schema(CORE_SDL)
    date = schema.type_map["Date"]
    assert isinstance(date, GraphQLScalarType)
    date.serialize = lambda value: value  # type: ignore[method-assign]  # orjson writes dates, on either side
    asked = parse(document)
    root: dict[str, Any] = dict(held)
    variables = {"keys": list(keys)}

    def run() -> Mapping[str, object]:
        result = execute_sync(schema, asked, root, variable_values=variables)
        assert result.data is not None
        assert not result.errors
        return result.data

    return run


def _in_turn(product: Callable[[], object], peer: Callable[[], object]) -> tuple[float, float]:
    """The median milliseconds of each, in turn."""
    took: tuple[list[float], list[float]] = ([], [])
    keep_what_stays()  # as a worker runs; it serves both
    for _ in range(RUNS):
        for each, run in zip(took, (product, peer), strict=True):
            began = time.perf_counter()
            run()
            each.append((time.perf_counter() - began) * 1e3)
    return median(took[0]), median(took[1])
