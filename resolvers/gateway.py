"""What the way of a request is given: the request as it was read, who asks, and everything that the gateway is wired of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from catalogue.model import Catalogue
from catalogue.search import Index
from resolvers.decide import Decider
from resolvers.fetch import Sources
from resolvers.identify import Credentials, Identity
from resolvers.materials.check import Desk
from resolvers.plan.cache import Plans
from resolvers.ports import CaseStore, Ledger, RightsStore, SubjectHash
from resolvers.ports.counters import Counters
from resolvers.rate import Rates
from resolvers.views import Views
from schema.documents import Documents
from schema.limits import Limits
from sharing.consumer import Asking, Consumer, Purpose


class Request(NamedTuple):
    """A GraphQL request as the transport read it. `strict`, `explain`, `mine`, `signed` are the headers Sharing-Mode,
    Sharing-Explain, Sharing-View and Sharing-Receipt.
    """

    credentials: Credentials
    text: str
    operation_name: str | None
    variables: Mapping[str, object] | None
    purpose_header: str | None
    purpose_extension: Mapping[str, object] | None
    strict: bool
    explain: bool
    read_only: bool
    """A GET: queries only."""
    mine: bool = False
    signed: bool = False


class Workflow(Protocol):
    """The side that Strawberry answers: introspection, catalogue, workflow queries and mutations."""

    async def execute(
        self, served: "Served", request: Request, caller: "Caller", keys: Sequence[str]
    ) -> tuple[dict[str, object], list[object]]:
        """Data by response key, and errors in the specification's shape."""


class Caller(NamedTuple):
    """Who asks, for what, and from which standpoint decisions are made."""

    consumer: Consumer
    purpose: Purpose | None
    asking: Asking | None


@dataclass(frozen=True)
class Served:
    """What one catalogue version is served with: exchanged as a whole when a new version is published.

    Requests under way end with what they began with, or are decided again: the ledger refuses what a former version decided.
    """

    catalogue: Catalogue
    documents: Documents
    plans: Plans
    decider: Decider
    sources: Sources
    views: Views
    index: Index = field(init=False)
    """The search over this version."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", Index(self.catalogue))

    @property
    def version(self) -> int:
        return self.catalogue.version


@dataclass
class Gateway:
    """Everything that a request needs, wired by the composition root."""

    served: Served
    identity: Identity
    rights: RightsStore
    cases: CaseStore
    ledger: Ledger
    subject_hash: SubjectHash
    workflow: Workflow
    limits: Limits
    counters: Counters
    verify_attempts_per_day: int
    desk: Desk
    """What a check of materials needs beside the registers."""
    unbound: Rates = field(default_factory=Rates)
    """How often a client's unbound tokens are put on the record."""
