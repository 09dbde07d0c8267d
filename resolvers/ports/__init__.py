"""What the way of a request needs of the world: rights, cases and the ledger. Storage implements these."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from catalogue.matters import MatterRegister
from catalogue.model import ProviderCode
from ledger.receipt import Receipt as Receipt
from ledger.receipt import Recorded as Recorded
from ledger.receipt import Stale as Stale
from ledger.signed_receipt import Claims
from sharing.authority import Authority
from sharing.rights import Rights


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case under way: of which department and matter, and whose data it is about.

    `subjects`: role → codes as in the registers.
    """

    number: str
    department: ProviderCode
    matter: str
    subjects: Mapping[str, Collection[str]]

    @property
    def codes(self) -> tuple[str, ...]:
        """Its subjects' codes, each once."""
        return tuple(dict.fromkeys(code for of_role in self.subjects.values() for code in of_role))


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case to be opened. `subjects`: role → codes as in the registers, conforming to their standards."""

    number: str
    department: ProviderCode
    matter: str
    handler: str
    subjects: Mapping[str, Sequence[str]]
    authorities: tuple[Authority, ...] = ()


class RightsStore(Protocol):
    """The rights as of one epoch, in memory."""

    @property
    def rights(self) -> Rights: ...

    @property
    def catalogue_version(self) -> int: ...

    @property
    def matters(self) -> MatterRegister:
        """The service matters, all versions."""

    def division_of(self, department: ProviderCode) -> str | None:
        """Where the department administers; None for one that is not registered or not in force."""

    def registered_in(self, department: ProviderCode) -> str | None:
        """Where it administers, or did until its term ended; None for one that is not registered."""

    def entrustment(self, counter: ProviderCode, duty: ProviderCode, matter: str, now: float) -> bool:
        """Whether the counter acts for the duty's department in this matter at this instant (Unix seconds)."""

    async def refresh(self, epoch: int) -> None:
        """Reload until the rights are at least of this epoch. Raises RIGHTS_MOVED where they cannot be read."""

    async def catch_up(self) -> None:
        """Reload where the epoch has moved, for an answer that no record holds up. Raises RIGHTS_MOVED likewise."""


class CaseStore(Protocol):
    async def open_case(self, department: ProviderCode, number: str) -> OpenCase | None:
        """The case if it is open, read afresh: a closed case gives no right. Raises LEDGER_UNAVAILABLE."""


class Ledger(Protocol):
    """The chain. Raises LEDGER_UNAVAILABLE where it cannot be written, OVERLOADED where too many wait."""

    async def append(
        self, entry: UUID, payload: bytes, epoch: int, subjects: Sequence[bytes], claims: Claims | None = None
    ) -> Receipt:
        """`claims`: what the entry's signed receipt is to say (`ledger.signed_receipt`), where one is asked for."""


class SubjectHash(Protocol):
    """The keyed hash under which the ledger finds a person or entity again."""

    def __call__(self, code: str) -> bytes: ...

    def all_of(self, code: str) -> Sequence[bytes]:
        """Every such hash under which it may be known, by the keys of former years too."""
