"""What a check of materials needs beside the registers, in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any, cast

from catalogue.model import ItemCode, ProviderCode
from resolvers.materials.check import Desk
from resolvers.ports import CaseStore
from resolvers.ports.applications import Filter
from resolvers.ports.cases import KeptCheck
from sharing.application import Standing
from standards.working_days import CALENDAR, WorkingCalendar


@dataclass
class Refused:
    """As much of an application as a check looks at: the items that its provider refused."""

    items: frozenset[str]

    def standing(self, *standings: Standing) -> tuple[ItemCode, ...]:
        return tuple(map(ItemCode, sorted(self.items))) if Standing.REFUSED in standings else ()


@dataclass
class Applications:
    """Applications that await an answer, and refused ones."""

    pending: dict[ItemCode, date] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()

    async def expected_answers(self, consumer: ProviderCode) -> Mapping[ItemCode, date]:
        return self.pending

    async def page(self, chosen: Filter, first: int, after: str | None) -> Sequence[Refused]:
        return [Refused(self.refused)] if chosen.item in self.refused else []


class Calendars:
    async def calendar(self) -> WorkingCalendar:
        return CALENDAR


@dataclass
class Checks:
    """The last check of each case and matter."""

    kept: dict[tuple[str, str, str], KeptCheck] = field(default_factory=dict)

    async def last(self, department: ProviderCode, case: str, matter: str) -> KeptCheck | None:
        return self.kept.get((department, case, matter))

    async def keep(
        self, department: ProviderCode, case: str, matter: str, receipt: str, at: datetime,
        digests: Mapping[str, bytes], verdicts: Mapping[str, str],
    ) -> bool:  # fmt: skip
        self.kept[department, case, matter] = KeptCheck(receipt, at, verdicts, digests)
        return True


class Digest:
    def __call__(self, code: str) -> bytes:
        return sha256(code.encode()).digest()[:18]

    def all_of(self, code: str) -> tuple[bytes, ...]:
        return (self(code),)


@dataclass
class HeldDesk:
    """A desk whose parts a test can set."""

    applications: Applications = field(default_factory=Applications)
    checks: Checks = field(default_factory=Checks)

    def desk(self, cases: CaseStore) -> Desk:
        return Desk(cast("Any", self.applications), cast("Any", Calendars()), cases, self.checks, Digest())
