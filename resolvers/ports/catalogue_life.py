"""What the life of the catalogue needs of the world: versions, drafts, confirmations, change events, claims."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol

from catalogue.claims import Part
from catalogue.life import Act, Confirmation, State
from catalogue.model import Department, ItemCode, ProviderCode


class Doer(NamedTuple):
    """Who does it: the department, its client, the handling officer."""

    department: ProviderCode
    client: str
    handler: str


@dataclass(frozen=True, slots=True)
class Version:
    """A published version, without its text."""

    number: int
    published_at: datetime
    published_by: str


@dataclass(frozen=True, slots=True)
class PublishedNow:
    """All at once: the latest version's documents, what departments say of sources (`mark` counts what was ever said), and
    the departments that are registered.
    """

    version: int
    documents: Mapping[str, str]
    said: Sequence[Part]
    mark: int
    registered: Sequence[Department]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a draft's history. `text` is what it then said, where the step changed it."""

    draft: int
    act: Act
    revision: int
    at: datetime
    by: Doer
    note: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it is now. `base` is the version that it was begun on, `tasks` the change events that it answers,
    `providers` those whom it touched when it was saved.
    """

    id: int
    register: str
    path: str
    compiler: ProviderCode
    state: State
    base: int
    revision: int
    text: str
    tasks: Sequence[int]
    providers: Sequence[ProviderCode]
    opened_at: datetime
    changed_at: datetime
    published_version: int | None


@dataclass(frozen=True, slots=True)
class NewDraft:
    """A draft to be begun on version `base`, or the new text of draft `id`, which must be at `revision`."""

    id: int | None
    revision: int
    register: str
    path: str
    base: int
    text: str
    tasks: Sequence[int]
    providers: Sequence[ProviderCode]
    note: str


@dataclass(frozen=True, slots=True)
class Publication:
    """A draft at its revision, to become the version after `now`, with these documents and departments. `words` are what
    its providers had said when it was judged.
    """

    draft: Draft
    now: PublishedNow
    documents: Mapping[str, str]
    departments: Sequence[Department]
    words: Sequence[Confirmation]


@dataclass(frozen=True, slots=True)
class ChangeTask:
    """A legal or functional change, to be brought into the catalogue in `term_working_days` from the day it takes effect.

    `told_due`: the last day as it was told when it was reported. `lead`: the register's compiler at that time, whom it
    concerns also when the register is withdrawn; None where that was not kept.
    """

    id: int
    register: str
    kind: str
    basis: str
    effective_on: date
    term_working_days: int
    told_due: date | None
    reported_at: datetime
    by: Doer
    lead: ProviderCode | None
    completed_at: datetime | None = None
    completed_version: int | None = None


@dataclass(frozen=True, slots=True)
class VerifyingSource:
    """多元校核: a department whose data checks an item's, and who named it; when it was taken back, and why."""

    item: ItemCode
    department: ProviderCode
    named_at: datetime
    by: Doer
    ended_at: datetime | None = None
    ended_reason: str | None = None

    def verifies(self, at: datetime | None) -> bool:
        """Whether it verified just before that moment; None: whether it does now."""
        if at is None:
            return self.ended_at is None
        return self.named_at < at and (self.ended_at is None or self.ended_at >= at)


@dataclass(frozen=True, slots=True)
class StatedPart:
    """A department's say on a part of an item's rows, and when it was said."""

    part: Part
    at: datetime
    by: Doer


class CatalogueLife(Protocol):
    """The catalogue's life. Every method raises LEDGER_UNAVAILABLE where our database cannot be reached."""

    async def now(self) -> PublishedNow:
        """What is published now, read in one snapshot."""

    async def versions(self) -> Sequence[Version]:
        """Every version, the latest first."""

    async def documents(self, version: int) -> Mapping[str, str] | None:
        """A version's files; None where there is none of that number."""

    async def draft(self, number: int) -> Draft | None: ...

    async def drafts(
        self, department: ProviderCode, within: str | None, register: str | None, states: Sequence[State], most: int
    ) -> Sequence[Draft]:
        """The latest first: those that the department compiles or is touched by, or with it any within a division."""

    async def history(self, drafts: Sequence[int]) -> Mapping[int, Sequence[Step]]:
        """Each draft's steps, the earliest first."""

    async def confirmations(self, drafts: Sequence[int]) -> Mapping[int, Sequence[Confirmation]]:
        """Each provider's latest word on each draft."""

    async def save(self, draft: NewDraft, by: Doer) -> Draft:
        """Begin it, or give it another text and take it back to drafted. Raises STATE_CONFLICT where it has moved since."""

    async def move(self, draft: Draft, act: Act, note: str, by: Doer) -> Draft:
        """Do what changes no text (submit, withdraw). Raises STATE_CONFLICT where it has moved since."""

    async def confirm(self, draft: Draft, said: Confirmation, by: Doer) -> None:
        """Keep a provider's word. Raises STATE_CONFLICT where the draft has moved since."""

    async def publish(self, publication: Publication, by: Doer) -> int | None:
        """Make it the next version, complete its tasks and register its departments, in one transaction; the version. A
        draft that withdraws a register completes all open tasks of it. None where a version, a say on sources or a
        provider's word came first. Raises STATE_CONFLICT where the draft has moved.
        """

    async def report_change(self, task: ChangeTask) -> ChangeTask:
        """Open the task; gives it with its number."""

    async def change_tasks(self, register: str | None, numbers: Sequence[int] | None) -> Sequence[ChangeTask]:
        """The tasks by the day on which the change takes effect; of a register, or of these numbers."""

    async def say(self, part: Part | None, ends: Sequence[Part], mark: int, by: Doer) -> bool:
        """Keep a department's say on a part, and end former ones; False where something was said since `mark`."""

    async def parts_of(self, items: Sequence[ItemCode]) -> Sequence[StatedPart]:
        """What departments say of these items, the oldest first."""

    async def name_verifying(self, source: VerifyingSource) -> None:
        """Name it; naming it again changes nothing."""

    async def verifying(self, items: Sequence[ItemCode]) -> Sequence[VerifyingSource]:
        """The verifying sources of these items, former ones too, the earliest first."""

    async def end_verifying(self, items: Sequence[ItemCode], department: ProviderCode, reason: str, by: Doer) -> None:
        """Take back what this doer's department named for these items. Raises STATE_CONFLICT where it was already."""
