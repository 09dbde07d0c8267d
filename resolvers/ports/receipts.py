"""What an answer's receipt leads back to: the recorded entry, for its parties only."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from catalogue.model import ItemCode, ProviderCode
from ledger.entry import PositionOutcome, PurposeRecord


@dataclass(frozen=True, slots=True)
class RecordedEntry:
    """An answered entry as the ledger keeps it. `document` is the SHA-256 of the text without literals, in hex.

    `outcomes`: each response position that was asked for, its path without indexes, dotted. `subjects`: by the path of a row
    selection, whose rows stood there, as keyed hashes (18 bytes each, `ledger/subject.py`). `empty`: the paths of relations
    that led to no row. `signed`: what was signed of the answer (`ledger/signed_receipt.py`); None: it was not asked for.
    """

    id: UUID
    recorded_at: datetime
    consumer: ProviderCode
    client: str
    purpose: PurposeRecord | None
    document: str
    catalogue_version: int
    outcomes: tuple[PositionOutcome, ...]
    subjects: Mapping[str, tuple[bytes, ...]]
    signed: bytes | None
    empty: tuple[str, ...] = ()

    @property
    def duty(self) -> ProviderCode:
        """Whose duty the answer served: the consumer's own, or that of the department it acted for."""
        acting_for = None if self.purpose is None else self.purpose.acting_for
        return self.consumer if acting_for is None else ProviderCode(acting_for)


class Receipts(Protocol):
    """Recorded entries by their id, which is the answer's receipt."""

    async def entry(
        self, receipt: UUID, department: ProviderCode, provides: Collection[ItemCode] = ()
    ) -> RecordedEntry | None:
        """The entry, where the department asked it, or had another act for it, or provides an item of `provides` that stands
        in it. None where there is none, and where it is somebody else's. Raises LEDGER_UNAVAILABLE.
        """
