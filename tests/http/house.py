"""A gateway of real parts over registers in memory, with stores that tests can change, served by a real uvicorn."""

import asyncio
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from hashlib import sha256
from io import BytesIO
from ipaddress import ip_network
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import strawberry
import structlog
import uvicorn
from graphql import DocumentNode, FieldNode, OperationDefinitionNode, SelectionSetNode, execute, parse
from starlette.applications import Starlette

from catalogue.binding import ResourceBinding, SourceName
from catalogue.load import load_catalogue
from catalogue.matters import MatterRegister
from catalogue.model import Catalogue, ProviderCode, ResourceName
from connectors.base import Connector, Row, SourceError
from connectors.batch import Batcher
from connectors.memory import MemoryConnector
from connectors.registry import Registry
from connectors.request import Fetch
from ledger.signed_receipt import Claims
from resolvers import logs
from resolvers.asgi import App
from resolvers.decide import Decider
from resolvers.gateway import Caller, Gateway, Request, Served
from resolvers.identify_ports import StoredClient
from resolvers.materials.types import MaterialQuery
from resolvers.meta import Check, meta_routes
from resolvers.metrics import Metrics
from resolvers.oauth import EndpointSettings
from resolvers.peer import Proxies
from resolvers.plan.cache import Plans
from resolvers.ports import OpenCase, Receipt, Recorded, Stale
from resolvers.traffic import Traffic
from resolvers.transport import Observers, front, graphql_app
from resolvers.views import Views
from schema.build import WorkflowRoots, build_schema
from schema.documents import Documents
from schema.limits import Limits
from sharing.regime import Regime
from sharing.rights import Rights
from tests.counters import HeldCounters
from tests.identity.registered import House
from tests.schema.sample import Here

CATALOGUE = load_catalogue(Path(__file__).parents[2] / "catalogue")
DEPARTMENT = ProviderCode("11320000MBX000027Q")
PERSON_NUMBER = "11010519491231002X"
CHECK_NUMBER = "440524188001010014"
PURPOSE = 'matter="M1", use=administrative-basis, handler="H1"'
SOURCE = SourceName("memory")
HALL = StoredClient(
    id="hall",
    department=DEPARTMENT,
    division="320000",
    roles=frozenset({"consumer"}),
    networks=(ip_network("127.0.0.0/8"),),
    introspection=True,
    rate_per_second=10_000,
    burst=10_000,
)
OPERATOR = replace(HALL, id="operator", roles=frozenset({"operator"}))
AUDITOR = replace(HALL, id="auditor", roles=frozenset({"auditor"}))
CITIZEN = replace(HALL, id="citizen", roles=frozenset({"citizen_channel"}))


def person(number: str, name: str) -> dict[str, Any]:
    """A row of the population register with every column."""
    given = {"idNumber": number, "name": name, "birthDate": date(1949, 12, 31), "vitalStatus": "ALIVE"}
    items = CATALOGUE.resources[ResourceName("Person")].items
    return {str(item): given.get(item) for item in items}


@strawberry.type
class Noted:
    """A mutation of the workflow's side."""

    @strawberry.mutation
    def note(self, text: str) -> str:
        return text


ROOTS = WorkflowRoots(query=Here, mutation=Noted, composed=MaterialQuery)


class StrawberrySide:
    """The workflow's side over the schema that the request sees: the named root fields, executed by graphql-core."""

    async def execute(
        self, served: Served, request: Request, caller: Caller, keys: Sequence[str]
    ) -> tuple[dict[str, object], list[object]]:
        document = parse(request.text)
        kept = []
        for definition in document.definitions:
            if isinstance(definition, OperationDefinitionNode):
                chosen = tuple(
                    field
                    for field in definition.selection_set.selections
                    if isinstance(field, FieldNode) and (field.alias or field.name).value in keys
                )
                definition = OperationDefinitionNode(
                    operation=definition.operation,
                    name=definition.name,
                    directives=definition.directives,
                    variable_definitions=definition.variable_definitions,
                    selection_set=SelectionSetNode(selections=chosen),
                )
            kept.append(definition)
        result = execute(
            served.documents.schema,
            DocumentNode(definitions=tuple(kept)),
            variable_values=dict(request.variables or {}),
            operation_name=request.operation_name,
        )
        if isinstance(result, Awaitable):
            result = await result
        return result.data or {}, [fault.formatted for fault in result.errors or ()]


@dataclass
class Plain:
    """In the place of the ledger's keyed hash."""

    def __call__(self, code: str) -> bytes:
        return sha256(code.encode()).digest()[:18]

    def all_of(self, code: str) -> tuple[bytes, ...]:
        return (self(code),)


@dataclass
class HeldLedger:
    """Entries in a list. `failure` is raised instead; `hold` is waited for."""

    entries: list[bytes] = field(default_factory=list)
    epoch: int = 1
    failure: Exception | None = None

    async def append(
        self, entry: UUID, payload: bytes, epoch: int, subjects: Sequence[bytes], claims: Claims | None = None
    ) -> Receipt:
        if self.failure is not None:
            raise self.failure
        if epoch != self.epoch:
            return Stale(self.epoch)
        self.entries.append(payload)
        return Recorded(len(self.entries))


@dataclass
class HeldRights:
    """No grants but those that a test gives: what is unconditional is open."""

    rights: Rights = field(default_factory=lambda: Rights(1, {}))
    catalogue_version: int = 1
    entrusted: set[tuple[ProviderCode, ProviderCode]] = field(default_factory=set)
    """Who acts for whom, in any matter."""

    @property
    def matters(self) -> MatterRegister:
        return self.rights.matters

    def division_of(self, department: ProviderCode) -> str | None:
        known = CATALOGUE.departments.get(department)
        return None if known is None else known.division

    def registered_in(self, department: ProviderCode) -> str | None:
        return self.division_of(department)

    def entrustment(self, counter: ProviderCode, duty: ProviderCode, matter: str, now: float) -> bool:
        return (counter, duty) in self.entrusted

    async def catch_up(self) -> None:
        pass

    async def refresh(self, epoch: int) -> None:
        self.rights = replace(self.rights, epoch=epoch)


class NoCases:
    async def open_case(self, department: ProviderCode, number: str) -> OpenCase | None:
        return None


class Slow:
    """A source whose fetches can be held up; it says which began, ended and were cancelled."""

    def __init__(self, inner: Connector) -> None:
        self._inner = inner
        self.delay_s = 0.0
        self.failure: Exception | None = None
        self.silent: frozenset[str] = frozenset()
        """The resources that do not answer."""
        self.began: list[tuple[object, ...]] = []
        self.ended: list[tuple[object, ...]] = []
        self.cancelled: list[tuple[object, ...]] = []

    async def fetch(self, fetch: Fetch, keys: Sequence[object], params: Mapping[str, object]) -> Sequence[Row]:
        self.began.append(tuple(keys))
        try:
            if self.delay_s:
                await asyncio.sleep(self.delay_s)
        except asyncio.CancelledError:
            self.cancelled.append(tuple(keys))
            raise
        if self.failure is not None:
            raise self.failure
        if fetch.resource in self.silent:
            raise SourceError("UNREACHABLE")
        rows = await self._inner.fetch(fetch, keys, params)
        self.ended.append(tuple(keys))
        return rows

    async def close(self) -> None:
        await self._inner.close()


def bindings(catalogue: Catalogue) -> dict[ResourceName, ResourceBinding]:
    """Every resource in a table of its own name, every item in its own column, what place lookups search in `#shape`."""
    return {
        name: ResourceBinding(
            name,
            SOURCE,
            str(name),
            {item.name: str(item.name) for item in resource.items.values() if item.derivation is None},
            {},
            "#shape",
        )
        for name, resource in catalogue.resources.items()
    }


@dataclass
class World:
    """One gateway, its parts at hand."""

    identities: House
    gateway: Gateway
    source: Slow
    ledger: HeldLedger
    rights: HeldRights
    counters: HeldCounters
    traffic: Traffic
    metrics: Metrics
    log: BytesIO
    checks: dict[str, Check]
    app: App
    url: str = ""

    def token(self, client: StoredClient = HALL) -> str:
        return self.identities.token(client, now=time.time())

    def lines(self) -> list[bytes]:
        return self.log.getvalue().splitlines()


@cache
def whole_schema() -> strawberry.Schema:
    """The schema of all that the catalogue has: built once, since nothing changes it."""
    return build_schema(CATALOGUE, ROOTS)


def assemble(
    limits: Limits | None = None,
    *,
    server_timing: bool = False,
    proxies: Proxies | None = None,
    rows: Mapping[str, list[Mapping[str, Any]]] | None = None,
    regime: Regime | None = None,
) -> World:
    """A gateway over two persons in memory, or over the `rows` of each resource."""
    limits = limits or Limits()
    schema = whole_schema()
    tables: dict[str, list[Mapping[str, Any]]] = {str(name): [] for name in CATALOGUE.resources}
    tables |= rows or {"Person": [person(PERSON_NUMBER, "张三"), person(CHECK_NUMBER, "李四")]}
    metrics = Metrics()
    source = Slow(MemoryConnector(CATALOGUE.resources, bindings(CATALOGUE), tables))
    identities = House(HALL, OPERATOR, AUDITOR, CITIZEN)
    ledger, rights, counters = HeldLedger(), HeldRights(), HeldCounters()
    gateway = Gateway(
        served=Served(
            CATALOGUE,
            Documents(schema, limits, 100),
            Plans(schema._schema, CATALOGUE),
            Decider(CATALOGUE, dict.fromkeys(CATALOGUE.resources, SOURCE), regime),
            Registry({SOURCE: Batcher(metrics.source(source, "memory"))}),
            Views(CATALOGUE, lambda view: Documents(build_schema(view.catalogue, ROOTS, view.usable), limits, 100), regime),
        ),
        identity=identities.identity,
        rights=rights,
        cases=NoCases(),
        ledger=metrics.ledger(ledger),
        subject_hash=Plain(),
        workflow=StrawberrySide(),
        limits=limits,
        counters=counters,
        verify_attempts_per_day=5,
        desk=cast("Any", None),
    )
    traffic, log = Traffic(limits.queue), BytesIO()
    checks: dict[str, Check] = {}
    graphql = graphql_app(
        gateway,
        EndpointSettings(proxies or Proxies()),
        Observers(traffic, metrics, logs.RequestLog(structlog.BytesLogger(log).msg)),
        server_timing=server_timing,
    )
    app = front(graphql, Starlette(routes=meta_routes(checks, traffic, metrics)))
    return World(identities, gateway, source, ledger, rights, counters, traffic, metrics, log, checks, app)


@contextmanager
def serving(app: Callable[..., Any]) -> Iterator[str]:
    """The application behind uvicorn on a free port, in a thread with its own loop; gives the base address."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: server.run(sockets=[listener]), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(5)
        listener.close()
