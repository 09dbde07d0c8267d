"""Cases: opened, handed over, closed; and what a check of materials leaves with its case for the next one to compare."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from catalogue.model import ProviderCode
from resolvers.ports import CaseStore, NewCase
from sharing.authority import Authority


@dataclass(frozen=True, slots=True)
class KeptCheck:
    """A check of one matter's materials in a case. `receipt`: its entry in the ledger.

    `verdicts`: by material, as in `MaterialVerdict`; `digests`: keyed hashes of verdict or value, by material or by the path
    of an item: no content stands in clear.
    """

    receipt: str
    at: datetime
    verdicts: Mapping[str, str]
    digests: Mapping[str, bytes]

    def of(self, material: str) -> Mapping[str, bytes]:
        """The hashes of one material and of the paths below it."""
        return {name: held for name, held in self.digests.items() if name.partition(" ")[0] == material}

    def changed(self, before: Mapping[str, "KeptCheck"]) -> tuple[str, ...]:
        """The materials and paths that differ from an earlier check, or that only one of the two has; in order.

        `before`: by material the check to compare it with; a material that none covered has not changed.
        """
        found: list[str] = []
        for material in self.verdicts.keys() & before.keys():
            here, there = self.of(material), before[material].of(material)
            found += [name for name in {*here, *there} if here.get(name) != there.get(name)]
        return tuple(sorted(found))


def latest_of(materials: Iterable[str], checks: Sequence[KeptCheck]) -> Mapping[str, KeptCheck]:
    """By material the first of these checks that covers it; without those that none does."""
    found = {material: next((one for one in checks if material in one.verdicts), None) for material in materials}
    return {material: check for material, check in found.items() if check is not None}


class CaseChecks(Protocol):
    """The checks of open cases. Both raise LEDGER_UNAVAILABLE where our own database is away, OVERLOADED."""

    async def latest(
        self, department: ProviderCode, case: str, matter: str, materials: Collection[str]
    ) -> Mapping[str, KeptCheck]:
        """By material the newest check that covers it, of this matter in the department's case of this number; without
        those that none has covered yet. A later check in fewer situations takes nothing from what an earlier one found.
        """

    async def keep(
        self,
        department: ProviderCode,
        case: str,
        matter: str,
        receipt: str,
        at: datetime,
        digests: Mapping[str, bytes],
        verdicts: Mapping[str, str],
    ) -> bool:
        """Keep what a check told, once it is in the ledger; False where the department has no such open case."""


class CaseHistory(CaseChecks, Protocol):
    """The checks of cases, as they are shown."""

    async def of_case(self, department: ProviderCode, case: str, most: int) -> Sequence[tuple[str, KeptCheck]]:
        """The case's newest checks, the newest first, each with its matter."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case as its department sees it. `handler`: who has it now. `subjects`: role → codes.

    `checked`: when each material of its matter that was ever checked in it was checked last.
    """

    number: str
    department: ProviderCode
    matter: str
    opened_by: str
    handler: str
    opened_at: datetime
    subjects: Mapping[str, Sequence[str]]
    authorities: tuple[Authority, ...] = ()
    last_checked_at: datetime | None = None
    checked: Mapping[str, datetime] = field(default_factory=dict)
    closed_at: datetime | None = None
    closed_by: str | None = None
    result: str | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """办结: by whom, with which result (`approved`, `refused`, `withdrawn`; None: not said)."""

    handler: str
    result: str | None = None


@dataclass(frozen=True, slots=True)
class Handover:
    """移交: from whom to whom. `id`: its entry in the ledger; `handler`: who did it."""

    id: str
    passed_by: str
    passed_to: str
    reason: str
    handler: str
    client: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which of a department's cases: all of these hold."""

    department: ProviderCode
    open: bool | None = None
    handler: str | None = None
    matter: str | None = None


class CaseBook(CaseStore, Protocol):
    """Cases, with what a counter does to them. Every method raises LEDGER_UNAVAILABLE where our database is away."""

    async def add(self, case: NewCase) -> CaseFile:
        """Open the case; one that is open already with the same content counts as opened.

        Raises INPUT_INVALID where the number is taken by a case with other content, or by a closed one.
        """

    async def find(self, department: ProviderCode, number: str) -> CaseFile | None:
        """The department's case of this number, open or closed."""

    async def page(self, chosen: CaseFilter, first: int, after: str | None) -> Sequence[CaseFile]:
        """The latest opened first; `after` is the number of the last one seen."""

    async def hand_over(self, department: ProviderCode, number: str, handover: Handover) -> CaseFile:
        """Hand an open case over. Raises CASE_UNKNOWN; STATE_CONFLICT where `passed_by` has it no more."""

    async def handovers(self, department: ProviderCode, number: str) -> Sequence[Handover]:
        """Who handed it to whom, in order."""

    async def close(self, department: ProviderCode, number: str, closing: Closing) -> CaseFile:
        """Close the case: from the next request on its subjects give no right. Raises CASE_UNKNOWN."""
