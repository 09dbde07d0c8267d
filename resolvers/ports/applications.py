"""What the workflow needs of applications: found, listed, and moved by one event at a time."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from catalogue.model import ItemCode, ProviderCode
from sharing.answer import LetterReference
from sharing.answer_clock import Clock
from sharing.application import Application, ApplicationId, State
from sharing.applied import Latest
from sharing.notices import Notice
from sharing.sealed import Granted
from sharing.template import Template


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A file to be kept with an answer."""

    reference: LetterReference
    content: bytes


@dataclass(frozen=True, slots=True)
class Change:
    """An application after some events, of which the first `known` are kept already (0: it is new).

    `clock` and `calendar_version` are for the index alone. What the answer grants comes into being with it, or not at all;
    so do the notices of it.
    """

    application: Application
    known: int
    clock: Clock | None = None
    calendar_version: int = 0
    grants: tuple[Granted, ...] = ()
    letter: NewLetter | None = None
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """Which applications: all of these hold; of provider and coordinator one.

    `drafts`: also what was never submitted, which is its consumer's alone.

    `overdue_on`: those whose answer is overdue on that day. `within`: with a party at or below this division.
    """

    consumer: ProviderCode | None = None
    provider: ProviderCode | None = None
    coordinator: ProviderCode | None = None
    drafts: bool = False
    states: frozenset[State] = frozenset()
    item: ItemCode | None = None
    overdue_on: date | None = None
    within: str | None = None


@dataclass(frozen=True, slots=True)
class SavedTemplate:
    """A provider's template under its name."""

    id: str
    provider: ProviderCode
    name: str
    template: Template
    saved_at: datetime


class ApplicationBook(Protocol):
    """Applications. Every method raises LEDGER_UNAVAILABLE where our database is away."""

    async def find(self, application: str) -> Application | None:
        """The application of this id; None where there is none, also for what is no id."""

    async def keep(self, changes: Sequence[Change]) -> None:
        """Keep all of these, or none.

        Raises STATE_CONFLICT where one of them has moved since it was found, INPUT_INVALID for a provider that is unknown.
        """

    async def page(self, chosen: Filter, first: int, after: str | None) -> Sequence[Application]:
        """The latest drafted first; `after` is the id of the last one seen."""

    async def latest(self, consumer: ProviderCode, items: Collection[ItemCode]) -> Latest:
        """The department's own applications for each of these items, the latest first, as far as they are looked at."""

    async def counts(self, chosen: Filter) -> Mapping[State, int]:
        """How many there are by state, whatever states are chosen."""

    async def provisional(self, calendar_version: int, most: int) -> Sequence[tuple[Application, date | None]]:
        """Some whose deadline was computed by another calendar, and provisionally, each with that deadline, if it was."""

    async def recompute(self, change: Change) -> None:
        """Keep the deadline and tell the notices of a change, which adds no event, unless it has moved meanwhile."""

    async def due_until(self, day: date, most: int, after: str | None) -> Sequence[Application]:
        """Those that await an answer due on or before this day, by id, `after` this one, at most so many."""

    async def tell(self, notices: Sequence[Notice]) -> None:
        """Notices that go with no step."""

    async def letter(self, application: ApplicationId, sha256: str) -> bytes | None:
        """The bytes of a letter."""

    async def save_template(self, template: SavedTemplate, client: str, handler: str) -> SavedTemplate:
        """Keep it; one of the same name of this provider is replaced and keeps its id."""

    async def templates(self, provider: ProviderCode) -> Sequence[SavedTemplate]:
        """A provider's templates, by name."""
