"""The product's own way, from text to answer, without transport, identity and ledger; its sources behind spies."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, cast

import orjson
import strawberry

from catalogue.binding import ResourceBinding, Sources
from catalogue.model import Catalogue, ResourceName
from catalogue.predicate import ItemName
from catalogue.profile import Binding
from connectors.base import Connector, Row, SourceError
from connectors.batch import Batcher
from connectors.request import Fetch, Value
from resolvers import count, request, shaped
from resolvers.decide import Decider
from resolvers.gateway import Caller, Gateway, Served
from resolvers.plan.cache import Plans
from resolvers.ports import OpenCase
from resolvers.ports.counters import Take
from resolvers.report import outcomes, source_errors
from resolvers.trace import Trace
from resolvers.views import Views
from schema.build import build_schema
from schema.documents import Documents
from schema.limits import Limits
from schema.variables import coerce_variables
from sharing.consumer import Asking, Consumer, Purpose
from sharing.regime import Regime
from sharing.rights import Rights
from tests.oracle.execute import Told
from tests.oracle.world import NUMBER

LIMITS = Limits(
    tokens=10**6, depth=100, aliases=10**6, directives=10**6, root_fields=10**6, keys=10**6, cost=10**9
)  # fmt: skip
IDENTITY = ItemName("#number")


@dataclass(frozen=True, slots=True)
class Seen:
    """A row that left a source: which, and the cells that were asked for."""

    fetch: Fetch
    number: str
    row: Row


class Spy:
    """A source that may be down, and remembers what leaves it: each fetch also asks for the row's number."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector
        self.down: str | None = None
        self.seen: list[Seen] = []

    async def fetch(self, fetch: Fetch, keys: Sequence[object], params: Mapping[str, object]) -> Sequence[Row]:
        """See `Connector.fetch`."""
        if self.down is not None:
            raise SourceError(self.down)
        numbered = replace(fetch, cells=(*fetch.cells, Value(IDENTITY)))
        rows = await self._connector.fetch(numbered, keys, params)
        answer = [tuple(row)[:-1] for row in rows]
        self.seen += [Seen(fetch, str(row[len(row) - 1]), kept) for row, kept in zip(rows, answer, strict=True)]
        return answer

    async def close(self) -> None:
        await self._connector.close()


def numbered(bindings: Mapping[ResourceName, ResourceBinding]) -> dict[ResourceName, ResourceBinding]:
    """The bindings with the column that tells rows apart."""
    return {name: replace(binding, columns={**binding.columns, IDENTITY: NUMBER}) for name, binding in bindings.items()}


@dataclass
class Batchers:
    """The sources, each a spy behind its batcher."""

    spies: Mapping[str, Spy]
    batchers: dict[str, Batcher] = field(init=False)

    def __post_init__(self) -> None:
        self.batchers = {name: Batcher(spy) for name, spy in self.spies.items()}

    def batcher(self, source: str) -> Batcher:
        return self.batchers[source]


@dataclass(frozen=True)
class OpenCases:
    """The cases under way, by number."""

    cases: Mapping[str, OpenCase]

    async def open_case(self, department: str, number: str) -> OpenCase | None:
        case = self.cases.get(number)
        return case if case is not None and case.department == department else None


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: who, under which rights, when (Unix seconds), and what."""

    consumer: Consumer
    purpose: Purpose
    asking: Asking
    rights: Rights
    now: float
    text: str
    variables: Mapping[str, Any]
    counts: "Counts"


@dataclass(frozen=True, slots=True)
class Counts:
    """What has been counted today before the request: grants without quota left, and whom nothing more is compared with."""

    spent: frozenset[str]
    barred: Callable[[str, str, str], bool]
    """Takes the department, the item's code and the row's identity."""
    attempts: int

    async def take(self, takes: Sequence[Take]) -> Sequence[bool]:
        """As the port says; a key of comparisons is the plain text here, see `plainly`."""
        return [self._fits(*take) for take in takes]

    def _fits(self, key: str, units: int, limit: int, exhaust: bool) -> bool:
        kind, _, name = key.partition(":")
        if kind == "quota":
            assert not exhaust
            return name not in self.spent and units <= limit
        assert exhaust
        assert limit == self.attempts
        return not self.barred(*bytes.fromhex(name).decode().split(chr(31))) and units <= limit


class Plainly:
    """In the place of the keyed hash: what was counted can be read."""

    def __call__(self, code: str) -> bytes:
        return code.encode()

    def all_of(self, code: str) -> tuple[bytes, ...]:
        """One, for no key was rotated."""
        return (self(code),)


plainly = Plainly()


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer's bytes of data, and its errors and outcomes as sets."""

    data: bytes
    errors: frozenset[tuple[tuple[str | int, ...], str]]
    outcomes: frozenset[Told]


class Product:
    """Serves one schema over one set of sources; `publish` exchanges the catalogue."""

    def __init__(self, schema: strawberry.Schema, sources: Sources, spies: Mapping[str, Spy]) -> None:
        self.documents = Documents(schema, LIMITS, 5_000)
        self.sources = {name: binding.source for name, binding in sources.bindings.items()}
        self.spies = spies
        self.batchers = Batchers(spies)
        self.served: Served | None = None

    def publish(self, catalogue: Catalogue) -> None:
        """From here on this catalogue is served, with caches of its own; matters are bound to what they declare."""
        plans = Plans(self.documents.schema, catalogue)
        decider = Decider(catalogue, self.sources, Regime(binding=Binding.ENFORCE))
        views = Views(catalogue, lambda view: Documents(build_schema(view.catalogue, None, view.usable), LIMITS, 100))
        self.served = Served(catalogue, self.documents, plans, decider, cast("Any", self.batchers), views)

    async def answer(self, ask: Ask, cases: OpenCases, *, explain: bool = True) -> Answered:
        """As `resolvers.request.answer`, step by step."""
        served = self.served
        assert served is not None
        gateway = Gateway(
            served=served, identity=cast("Any", None), rights=cast("Any", None), cases=cast("Any", cases),
            ledger=cast("Any", None), subject_hash=plainly, workflow=cast("Any", None), limits=LIMITS,
            counters=ask.counts, verify_attempts_per_day=ask.counts.attempts, desk=cast("Any", None),
        )  # fmt: skip
        caller = Caller(ask.consumer, ask.purpose, ask.asking)
        document, lifted = served.documents.prepare(ask.text, None, introspection=True)
        variables = coerce_variables(document, ask.variables, lifted)
        plan = served.plans.plan(document.hash, document.operation, document.fragments, variables)
        keys, params = request.bind(plan, variables, LIMITS)
        permitted = request.decide(served, plan, caller, ask.rights, ask.now, strict=False)
        counted = count.NOTHING
        reading = request.Reading(caller, keys, params, ask.now, None)
        read = partial(request.read_registers, gateway, served, reading, Trace())
        again = partial(request.decide, served, plan, caller, ask.rights, ask.now, strict=False)
        permitted, counted, (_, fetched) = await count.read_within_quotas(
            ask.counts, keys, (permitted, counted), again, read
        )
        doubted = shaped.doubted_of(gateway, permitted, ask.rights)
        made = shaped.shape(permitted, fetched, keys, counted, doubted)
        if made.shaping.compared:
            counted = await count.bar_guesses(request.attempts_of(gateway, caller), made.shaping.compared, counted)
            made = shaped.shape(permitted, fetched, keys, counted, doubted) if counted.barred else made
        shaping = made.shaping
        side = dict.fromkeys(plan.workflow, "Query")  # the workflow's side: here `__typename` alone is asked of it
        data = made.data | side
        told = orjson.loads(orjson.dumps(outcomes(permitted.report, shaping, explain, ask.now)))
        errors = source_errors(permitted.report, shaping)
        return Answered(
            orjson.dumps(data),
            frozenset((tuple(cast("Any", error["path"])), cast("Any", error["extensions"])["reason"]) for error in errors),
            frozenset(each for entry in told for each in _told(entry)),
        )

    def down(self, reasons: Mapping[str, str]) -> None:
        """From here on these sources do not answer, the others do; what was seen is forgotten."""
        for name, spy in self.spies.items():
            spy.down = reasons.get(name)
            spy.seen.clear()

    def seen(self) -> list[Seen]:
        """What has left the sources since."""
        return [each for spy in self.spies.values() for each in spy.seen]

    async def close(self) -> None:
        """End what is under way at the sources."""
        for batcher in self.batchers.batchers.values():
            await batcher.close()

    async def answers(self, asks: Sequence[Ask], cases: OpenCases) -> list[Answered]:
        """Several requests at once, so that their keys travel together."""
        return list(await asyncio.gather(*(self.answer(ask, cases) for ask in asks)))


def _told(entry: Mapping[str, Any]) -> list[Told]:
    head = (tuple(entry["path"]), entry["coordinate"], entry["outcome"], entry["reason"])
    if "rows" not in entry:
        return [(*head, None)]
    return [(*head, tuple(path)) for path in entry["rows"]]
