"""Lookups and the large request: the product against the peers, over the same registers, in one run."""

import asyncio
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import asyncpg
import orjson

from bench import queries
from bench.asking import ask
from bench.load import Target, write_target
from bench.peers.pools import RECORDS
from bench.product import Product, serve_product
from bench.registers import SEED, Registers
from bench.room import folder
from bench.rounds import measure, raw
from bench.serving import peer
from bench.telling import tell
from storage.access import Role
from storage.migrate import create_database

SAMPLE = 300
HUNDREDS = 200
RECORD_DATABASE = "bench_records"
RECORD_TABLE = """CREATE TABLE IF NOT EXISTS lookup_record (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL, client text NOT NULL,
    department text NOT NULL, matter text NOT NULL, purpose text NOT NULL, handler text NOT NULL, document bytea NOT NULL,
    subject text NOT NULL, items jsonb NOT NULL)"""


class AnswersDifferError(RuntimeError):
    """Product and peer do not give the same data: their speeds cannot be compared."""


@dataclass(frozen=True, slots=True)
class _Servers:
    handwritten: Target
    recorded: Target
    strawberry: Target
    product: Target
    strawberry_hundred: Target
    product_hundred: Target
    gateway: Product


def measure_lookup(registers: Registers) -> tuple[dict[str, float], dict[str, object]]:
    """`handwritten_*`, `strawberry_64` and `rows_1000_request`, with what was measured of each."""
    with _serve(registers) as servers:
        tell("comparing the answers of all")
        compared = _compare(servers, registers)
        before = asyncio.run(servers.gateway.entries())
        at_64 = measure([servers.handwritten, servers.strawberry, servers.product], 64)
        at_16 = measure([servers.handwritten, servers.product], 16)
        at_1 = measure([servers.handwritten, servers.recorded, servers.product], 1)
        large = measure([servers.strawberry_hundred, servers.product_hundred], 1)
        entries = asyncio.run(servers.gateway.entries()) - before
        answered = sum(
            one.requests
            for run in (at_64, at_16, at_1, large) for name, one in run.items() if name.startswith("product")
        )  # fmt: skip
        if entries < answered:
            raise AnswersDifferError(f"{answered} requests were answered, {entries} entries stand in the ledger")
        compared |= _compare(servers, registers)
    ratios = {
        "handwritten_64": at_64["product"].requests_per_second / at_64["handwritten"].requests_per_second,
        "strawberry_64": at_64["product"].requests_per_second / at_64["strawberry"].requests_per_second,
        "handwritten_16": at_16["product"].requests_per_second / at_16["handwritten"].requests_per_second,
        "handwritten_p50_1": at_1["handwritten"].p50_ms / at_1["product"].p50_ms,
        "handwritten_recorded_p50_1": at_1["handwritten_recorded"].p50_ms / at_1["product"].p50_ms,
        "rows_1000_request": large["strawberry_hundred"].p50_ms / large["product_hundred"].p50_ms,
    }
    measured = raw(at_64, 64) | raw(at_16, 16) | raw(at_1, 1) | raw(large, 1) | compared
    measured |= {"product_answered_at_least": answered, "product_ledger_entries": entries}
    return {key: round(ratio, 3) for key, ratio in ratios.items()}, measured


@contextmanager
def _serve(registers: Registers) -> Iterator[_Servers]:
    with ExitStack() as stack:
        environment = registers.source_environment()
        recording = environment | {RECORDS: asyncio.run(_records(registers))}
        tell("starting the peers and the product")
        handwritten = stack.enter_context(peer("handwritten", "bench.peers.handwritten", environment))
        recorded = stack.enter_context(peer("handwritten_recorded", "bench.peers.handwritten", recording))
        strawberry = stack.enter_context(peer("strawberry", "bench.peers.strawberry_server", environment))
        gateway = stack.enter_context(serve_product(registers))
        by_hand: list[object] = [{"idNumber": code} for code in registers.subjects]
        yield _Servers(
            _target("handwritten", handwritten, "/lookup", by_hand),
            _target("handwritten_recorded", recorded, "/lookup", by_hand),
            _target("strawberry", strawberry, "/graphql", lookups(registers, queries.STRAWBERRY_KEY)),
            product_target(gateway),
            _target("strawberry_hundred", strawberry, "/graphql", hundreds(registers, queries.STRAWBERRY_KEY)),
            _target("product_hundred", gateway.port, "/graphql", hundreds(registers, queries.PRODUCT_KEY), gateway.headers),
            gateway,
        )


def product_target(gateway: Product, name: str | None = None, headers: Mapping[str, str] | None = None) -> Target:
    """Random lookups on a product, under another name and with more headers where such are given."""
    asked = lookups(gateway.registers, queries.PRODUCT_KEY)
    return _target(name or gateway.name, gateway.port, "/graphql", asked, {**gateway.headers, **(headers or {})})


def lookups(registers: Registers, key: str) -> list[object]:
    """One GraphQL lookup for each subject."""
    return [{"query": queries.LOOKUP % key, "variables": {"id": code}} for code in registers.subjects]


def hundreds(registers: Registers, key: str) -> list[object]:
    """Requests for a hundred persons with ten certificates each, drawn anew for each."""
    draw = random.Random(SEED)
    return [
        {"query": queries.HUNDRED % key, "variables": {"ids": draw.sample(registers.rich, 100)}} for _ in range(HUNDREDS)
    ]


def _target(name: str, port: int, path: str, bodies: Sequence[object], headers: Mapping[str, str] | None = None) -> Target:
    return write_target(name, ("127.0.0.1", port, path), (bodies, headers or {}), folder("load"))


async def _records(registers: Registers) -> str:
    """The database that the recording peer commits to, empty; its DSN."""
    cluster = registers.cluster
    admin = await asyncpg.connect(cluster.dsn("postgres", Role.ADMIN))
    await admin.execute(f"DROP DATABASE IF EXISTS {RECORD_DATABASE} WITH (FORCE)")
    await admin.close()
    await create_database(cluster.access, RECORD_DATABASE, owner=Role.SERVICE)
    connection = await asyncpg.connect(cluster.dsn(RECORD_DATABASE))
    await connection.execute(RECORD_TABLE)
    await connection.close()
    return cluster.dsn(RECORD_DATABASE)


def _compare(servers: _Servers, registers: Registers) -> dict[str, object]:
    """Equal data to the byte from all, on a sample. Raises AnswersDifferError."""
    draw = random.Random()
    numbers = draw.sample(range(len(registers.subjects)), min(SAMPLE, len(registers.subjects)))
    lookup = (servers.handwritten, servers.recorded, servers.strawberry, servers.product)
    large = (servers.strawberry_hundred, servers.product_hundred)
    for targets, asked in ((lookup, numbers), (large, draw.sample(range(HUNDREDS), 10))):
        answers = [ask(target, asked) for target in targets]
        for number, different in enumerate(zip(*answers, strict=True)):
            data = {orjson.dumps(orjson.loads(answer)["data"]) for answer in different}
            if len(data) != 1:
                raise AnswersDifferError(f"request {asked[number]} of {', '.join(target.name for target in targets)}")
    return {"answers_compared": len(numbers), "large_answers_compared": 10}
