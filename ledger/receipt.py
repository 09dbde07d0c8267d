"""What an append to the ledger gives."""

from dataclasses import dataclass
from typing import TypeAlias

from ledger.signed_receipt import Sealed


@dataclass(frozen=True, slots=True)
class Recorded:
    """The entry is durable under this sequence number. `sealed`: its signed receipt, where one was asked for."""

    sequence: int
    sealed: Sealed | None = None


@dataclass(frozen=True, slots=True)
class Stale:
    """Nothing was written: rights or catalogue have moved to this epoch since the decisions were made."""

    epoch: int


Receipt: TypeAlias = Recorded | Stale
