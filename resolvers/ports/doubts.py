"""What the workflow needs of doubts: found, listed, moved by one event at a time; and who received what was wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from catalogue.model import ItemCode, ProviderCode
from sharing.answer_clock import Clock
from sharing.doubt import Doubt, Evidence, State
from sharing.doubt_notices import Received
from sharing.notices import Notice


@dataclass(frozen=True, slots=True)
class NewEvidence:
    """A file to be kept with a doubt."""

    reference: Evidence
    content: bytes


@dataclass(frozen=True, slots=True)
class DoubtChange:
    """A doubt after some events, of which the first `known` are kept already (0: it is new), with the notices of them."""

    doubt: Doubt
    known: int
    clock: Clock
    evidence: tuple[NewEvidence, ...] = ()
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class DoubtFilter:
    """Which doubts: all of these hold. `provider`: with whom they are, or were before a transfer.

    `subjects`: the references by which one subject may be known; None: whomever they are about. `overdue_on`: those that are
    open and overdue on that day. `within`: of a department at or below this division, seen by who oversees it:
    the `overseer` is told of its own reports what their reporter is.
    """

    reporter: ProviderCode | None = None
    provider: ProviderCode | None = None
    states: frozenset[State] = frozenset()
    item: ItemCode | None = None
    subjects: tuple[bytes, ...] | None = None
    overdue_on: date | None = None
    within: str | None = None
    overseer: ProviderCode | None = None


class DoubtBook(Protocol):
    """Doubts. Every method raises LEDGER_UNAVAILABLE where our database is away."""

    async def find(self, doubt: str) -> Doubt | None:
        """The doubt of this id; None where there is none, also for what is no id."""

    async def keep(self, change: DoubtChange) -> None:
        """Keep it, with its notices. Raises STATE_CONFLICT where it has moved since it was found, where the reporter doubts
        the same of the same answer already, and where it has as many open ones as it may; INPUT_INVALID for a department
        that is not registered.
        """

    async def page(self, chosen: DoubtFilter, first: int, after: str | None) -> Sequence[Doubt]:
        """The latest reported first; `after` is the id of the last one seen."""

    async def counts(self, chosen: DoubtFilter) -> Mapping[State, int]:
        """How many there are by state, whatever states are chosen."""

    async def evidence(self, doubt: str, sha256: str) -> bytes | None:
        """The bytes of a piece of evidence."""

    async def received(self, subjects: Sequence[bytes], items: Sequence[ItemCode], since: datetime) -> Sequence[Received]:
        """Who was told one of these items of the subject since then, by each of its receipts; the latest first."""

    async def due_until(self, day: date, most: int, after: str | None) -> Sequence[Doubt]:
        """Open ones due on or before this day, or provisionally, by id, `after` this one, at most so many."""

    async def move_due(self, doubt: Doubt, clock: Clock) -> None:
        """Keep a deadline that was computed again by a calendar published since."""

    async def tell(self, notices: Sequence[Notice]) -> None:
        """Notices that go with no step."""
