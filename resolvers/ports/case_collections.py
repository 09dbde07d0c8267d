"""Collections of materials and proof that was offered, as a case keeps them and as who oversees counts them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from catalogue.model import ProviderCode
from sharing.collection import CollectionKind


@dataclass(frozen=True, slots=True)
class Proof:
    """A scan of proof that was offered. `sha256` in hex, `size` in bytes; `doubt`: the doubt that it belongs to."""

    doubt: str | None
    name: str
    media_type: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Collection:
    """A material that was asked for or accepted. `id`: its entry in the ledger.

    `verdict` is what the last check told, which `checked_by` names by its receipt; None where none was run.
    """

    id: str
    department: ProviderCode
    case: str
    matter: str
    material: str
    kind: CollectionKind
    verdict: str | None
    reason: str | None
    checked_by: str | None
    checked_at: datetime | None
    handler: str
    client: str
    at: datetime
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class CollectionFilter:
    """Which collections: all of these hold. `within`: of departments that administer in this division or below it.

    `since` is included, `before` is not.
    """

    department: ProviderCode | None = None
    within: str | None = None
    case: str | None = None
    matter: str | None = None
    material: str | None = None
    kind: CollectionKind | None = None
    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class CollectionCount:
    """How many of each kind there are of one matter's material."""

    matter: str
    material: str
    duplicates: int
    lawful: int
    offered: int


class CollectionBook(Protocol):
    """Collections. Every method raises LEDGER_UNAVAILABLE where our database is away."""

    async def add(self, collection: Collection, content: bytes | None = None) -> None:
        """Keep it with its case, which must be open, with the bytes of its proof where it has one.

        Raises CASE_UNKNOWN; STATE_CONFLICT where the case holds as much as it can.
        """

    async def page(self, chosen: CollectionFilter, first: int, after: str | None) -> Sequence[Collection]:
        """The latest first; `after` is the id of the last one seen."""

    async def counts(self, chosen: CollectionFilter, most: int) -> Sequence[CollectionCount]:
        """By matter and material, those with most duplicates first, at most so many."""

    async def proof(self, department: ProviderCode, proof: str) -> tuple[Collection, bytes] | None:
        """A proof of one of the department's cases, open or closed, with its bytes; None for any other id."""
