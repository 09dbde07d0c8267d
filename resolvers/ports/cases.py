"""Cases: opened, handed over, closed; and what a check of materials leaves with its case for the next one to compare."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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

    def changed(self, since: "KeptCheck") -> tuple[str, ...]:
        """The materials and paths that differ from an earlier check, or that only one of the two has; in order."""
        names = sorted({*self.digests, *since.digests})
        return tuple(name for name in names if self.digests.get(name) != since.digests.get(name))


class CaseChecks(Protocol):
    """The checks of open cases. Both raise LEDGER_UNAVAILABLE where our own database is away, OVERLOADED."""

    async def last(self, department: ProviderCode, case: str, matter: str) -> KeptCheck | None:
        """The newest check of this matter in the department's case of this number; None where there was none yet."""

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
    """A case as its department sees it. `handler`: who has it now. `subjects`: role → codes."""

    number: str
    department: ProviderCode
    matter: str
    opened_by: str
    handler: str
    opened_at: datetime
    subjects: Mapping[str, Sequence[str]]
    authorities: tuple[Authority, ...] = ()
    last_checked_at: datetime | None = None
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
