"""What a check of materials needs beside the registers, in memory."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any, cast

from catalogue.model import Form, ItemCode, Mode, ProviderCode, Rows, Use
from resolvers.materials.check import Desk
from resolvers.ports.cases import KeptCheck, latest_of
from sharing.application import Application, ApplicationId, ItemState, Request, RequestedItem, Stage, Standing
from sharing.applied import Applying, Latest
from sharing.terms import Terms
from standards.working_days import CALENDAR, WorkingCalendar


@dataclass
class Applications:
    """Applications that await an answer, and refused ones, `to` whom; `matters`: those that they are for, none: any."""

    pending: dict[ItemCode, date] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    matters: frozenset[str] = frozenset()
    to: str = "P"

    async def latest(self, consumer: ProviderCode, items: Collection[ItemCode]) -> Latest:
        found: dict[ItemCode, list[Applying]] = {}
        for item in items:
            if item in self.pending:
                found[item] = [Applying(self._asking_for(consumer, item, Standing.REQUESTED), self.pending[item])]
            elif item in self.refused:
                found[item] = [Applying(self._asking_for(consumer, item, Standing.REFUSED), None)]
        return found

    def _asking_for(self, consumer: ProviderCode, item: ItemCode, standing: Standing) -> Application:
        modes, uses = frozenset({Mode.ONLINE_LOOKUP}), frozenset({Use.ADMINISTRATIVE_BASIS})
        terms = Terms(Form.FULL, Rows.ALL, uses, self.matters, modes)
        request = Request((RequestedItem(item, terms),))
        stage = Stage.SUBMITTED if standing is Standing.REQUESTED else Stage.ANSWERED
        items = {item: ItemState(standing)}
        return Application(ApplicationId("A"), "B", consumer, ProviderCode(self.to), stage, request, request, items)


class Calendars:
    async def calendar(self) -> WorkingCalendar:
        return CALENDAR


@dataclass
class Checks:
    """The checks of each case and matter, the newest first."""

    kept: dict[tuple[str, str, str], list[KeptCheck]] = field(default_factory=dict)

    async def latest(
        self, department: ProviderCode, case: str, matter: str, materials: Collection[str]
    ) -> Mapping[str, KeptCheck]:
        return latest_of(materials, self.kept.get((department, case, matter), ()))

    async def keep(
        self, department: ProviderCode, case: str, matter: str, receipt: str, at: datetime,
        digests: Mapping[str, bytes], verdicts: Mapping[str, str],
    ) -> bool:  # fmt: skip
        self.kept.setdefault((department, case, matter), []).insert(0, KeptCheck(receipt, at, verdicts, digests))
        return True


@dataclass
class Digest:
    """Under the newest key, and under all of them."""

    keys: list[str] = field(default_factory=lambda: ["1"])

    def __call__(self, code: str) -> bytes:
        return self.all_of(code)[-1]

    def all_of(self, code: str) -> tuple[bytes, ...]:
        return tuple(sha256(f"{key} {code}".encode()).digest()[:18] for key in self.keys)


@dataclass
class HeldDesk:
    """A desk whose parts a test can set."""

    applications: Applications = field(default_factory=Applications)
    checks: Checks = field(default_factory=Checks)
    digest: Digest = field(default_factory=Digest)

    def desk(self) -> Desk:
        return Desk(cast("Any", self.applications), cast("Any", Calendars()), self.checks, self.digest)
