"""What a check of materials leaves with its case, and what the next one of the same case compares itself with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from catalogue.model import ProviderCode


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
