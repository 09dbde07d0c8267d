"""The register of matters as its compilers keep it: every version, with who saved it and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from catalogue.matters import Matter
from catalogue.model import ProviderCode


@dataclass(frozen=True, slots=True)
class MatterStep:
    """Who saves a version of a matter, or withdraws it, and why."""

    client: str
    handler: str
    reason: str


@dataclass(frozen=True, slots=True)
class MatterVersion:
    """A version as it was saved. `withdrawn`: from its first day on there is no such matter."""

    code: str
    version: int
    valid_from: date
    valid_until: date | None
    withdrawn: bool
    department: ProviderCode
    step: MatterStep
    saved_at: datetime


class MatterBook(Protocol):
    """Every method raises LEDGER_UNAVAILABLE where our database is away."""

    async def versions(self, code: str) -> Sequence[MatterVersion]:
        """All that was saved of the matter, the oldest first; none where there is no such matter."""

    async def save(self, matter: Matter, step: MatterStep) -> MatterVersion:
        """Add this version: from its first day on it takes the place of those before. The epoch moves.

        Raises STATE_CONFLICT where that version was saved by another just now.
        """

    async def withdraw(
        self, code: str, version: int, valid_from: date, department: ProviderCode, step: MatterStep
    ) -> MatterVersion:
        """Add a version that ends the matter from this day on. Raises STATE_CONFLICT likewise."""
