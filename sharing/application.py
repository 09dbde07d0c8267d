"""An application (Art. 16 ¶1): what a department needs of one provider, and everything that has happened to it.

Its state is nothing but the sum of its events: `after` takes an event in, or refuses it. Two things go on side by side:
the answer (`Stage`) and, item by item, what became of it (`Standing`).

    drafted → submitted ⇄ supplement → answered          withdrawn, as long as there is no answer
    requested → granted | partly | refused
    not shared, or refused (also in part) → negotiating → agreed | failed → coordinating → opened | upheld
    agreed, opened → granted | partly                     by the provider's answer, which it owes in the time of the first;
                                                          an agreement alone opens nothing
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NewType, TypeAlias

from catalogue.model import ItemCode, ProviderCode
from sharing.answer import ItemAnswer, LetterReference
from sharing.answer_clock import Run
from sharing.chain import Step
from sharing.coordination import Body
from sharing.grant import GrantId
from sharing.terms import Terms

ApplicationId = NewType("ApplicationId", str)


class Stage(StrEnum):
    """How far the answer is."""

    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    SUPPLEMENT = "supplement"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class Standing(StrEnum):
    """What became of one item."""

    REQUESTED = "requested"
    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"
    NEGOTIATION_NEEDED = "negotiation_needed"
    NEGOTIATING = "negotiating"
    AGREED = "agreed"
    FAILED = "failed"
    COORDINATING = "coordinating"
    OPENED = "opened"
    UPHELD = "upheld"


class State(StrEnum):
    """What the application as a whole waits for, or how it ended: what inboxes and outboxes filter by."""

    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    SUPPLEMENT = "supplement"
    ANSWERED = "answered"
    NEGOTIATION_NEEDED = "negotiation_needed"
    NEGOTIATING = "negotiating"
    AGREED = "agreed"
    FAILED = "failed"
    COORDINATING = "coordinating"
    COORDINATED = "coordinated"
    WITHDRAWN = "withdrawn"


_BY_STANDING: tuple[tuple[Standing, State], ...] = (
    (Standing.REQUESTED, State.SUBMITTED),
    (Standing.COORDINATING, State.COORDINATING),
    (Standing.FAILED, State.FAILED),
    (Standing.NEGOTIATING, State.NEGOTIATING),
    (Standing.NEGOTIATION_NEEDED, State.NEGOTIATION_NEEDED),
    (Standing.AGREED, State.AGREED),
    (Standing.OPENED, State.COORDINATED),
    (Standing.UPHELD, State.COORDINATED),
)
"""The item that is furthest from its end says what the application waits for."""


@dataclass(frozen=True, slots=True)
class RequestedItem:
    """An item as asked for. `negotiate`: it is not shared, and enters at negotiation instead of awaiting an answer."""

    item: ItemCode
    terms: Terms
    negotiate: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """What the consumer writes. `duty` is the basis of the need (需求依据): which duty, by which provision."""

    items: tuple[RequestedItem, ...]
    duty: str = ""
    purpose: str = ""
    handler: str = ""
    contact: str = ""

    def item(self, code: ItemCode) -> RequestedItem | None:
        """The item of this code, where it is asked for."""
        return next((one for one in self.items if one.item == code), None)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who took a step: department, client (system) and handling officer (经办人)."""

    department: ProviderCode
    client: str
    handler: str


@dataclass(frozen=True, slots=True)
class Drafted:
    """Written for one provider; the applications of one draft share their `batch`."""

    consumer: ProviderCode
    provider: ProviderCode
    batch: str
    request: Request


@dataclass(frozen=True, slots=True)
class Saved:
    """Edited, before it is submitted or while a supplement is owed."""

    request: Request


@dataclass(frozen=True, slots=True)
class Submitted:
    """Handed to the provider, complete. `due`: the last day to answer, as told then; None where no item awaits an answer."""

    due: date | None
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class SupplementAsked:
    """The one notice of all that is lacking (一次性告知补正)."""

    lacking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Withdrawn:
    reason: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """经办 or 审核: an answer that is not issued yet. Without `answers`, the one proposed before is passed on."""

    step: Step
    answers: tuple[ItemAnswer, ...] = ()
    letter: LetterReference | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """签发: the answer. `hash` identifies it; `grants` are the rights that rest on it."""

    answers: tuple[ItemAnswer, ...]
    hash: str
    grants: tuple[GrantId, ...] = ()
    letter: LetterReference | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Negotiated:
    """A word of one side to the other (协商) on these items; the first one opens the negotiation."""

    items: tuple[ItemCode, ...]
    message: str


@dataclass(frozen=True, slots=True)
class NegotiationEnded:
    """`due`: where agreed, the last day to answer, as told then."""

    items: tuple[ItemCode, ...]
    agreed: bool
    text: str
    due: date | None = None


@dataclass(frozen=True, slots=True)
class CoordinationRequested:
    """To the one body that is responsible; `office` is the department that acts as it."""

    items: tuple[ItemCode, ...]
    body: Body
    office: ProviderCode
    reason: str


@dataclass(frozen=True, slots=True)
class Coordinated:
    """The result (协调结果): the provider shall provide, or the refusal stands. `due`: in the first case, the last day to
    answer, as told then.
    """

    items: tuple[ItemCode, ...]
    opened: bool
    text: str
    due: date | None = None


Happening: TypeAlias = (
    Drafted
    | Saved
    | Submitted
    | SupplementAsked
    | Withdrawn
    | Proposed
    | Answered
    | Negotiated
    | NegotiationEnded
    | CoordinationRequested
    | Coordinated
)


@dataclass(frozen=True, slots=True)
class Event:
    """One step: what, when (UTC), on which day in China, by whom. They are numbered from 1 on, without gaps."""

    number: int
    at: datetime
    day: date
    by: Actor
    what: Happening


@dataclass(frozen=True, slots=True)
class ItemState:
    """Where an item stands; `answer` is the last one that was issued on it."""

    standing: Standing
    answer: ItemAnswer | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """An answer on its way to issue: the steps taken, each with its handler. It is the provider's own until then."""

    answers: tuple[ItemAnswer, ...]
    letter: LetterReference | None
    note: str
    taken: tuple[tuple[Step, str], ...]


@dataclass(frozen=True, slots=True)
class Coordination:
    """Who coordinates: the kind of body, and the department that acts as it."""

    body: Body
    office: ProviderCode


@dataclass(frozen=True, slots=True)
class Owed:
    """An answer that is owed on these items since it was agreed on, or coordinated, that they be provided.

    `told_due`: the last day, as told then. `answered_on`: the day on which none of them was left without an answer.
    """

    items: tuple[ItemCode, ...]
    since: date
    told_due: date | None
    answered_on: date | None = None

    def answered(self, codes: Collection[ItemCode], on: date) -> "Owed":
        """What is owed still, once these items were answered."""
        if self.answered_on is not None:
            return self
        left = tuple(code for code in self.items if code not in codes)
        return replace(self, items=left) if left else replace(self, answered_on=on)


ANSWERABLE = (Standing.REQUESTED, Standing.AGREED, Standing.OPENED)
"""How an item stands that awaits the provider's answer."""


@dataclass(frozen=True, slots=True)
class Application:
    """The sum of its events. `request` is what was last submitted, `draft` the consumer's own working copy.

    `runs` are the runs of the clock for the first answer, `told_due` its last day as told at the last submission; `owed` are
    the answers that are owed after negotiation and coordination, in their order.
    """

    id: ApplicationId
    batch: str
    consumer: ProviderCode
    provider: ProviderCode
    stage: Stage
    draft: Request
    request: Request | None = None
    items: Mapping[ItemCode, ItemState] = field(default_factory=lambda: MappingProxyType({}))
    runs: tuple[Run, ...] = ()
    told_due: date | None = None
    owed: tuple[Owed, ...] = ()
    lacking: tuple[str, ...] | None = None
    answered_on: date | None = None
    proposal: Proposal | None = None
    coordination: Coordination | None = None
    events: tuple[Event, ...] = ()

    @property
    def state(self) -> State:
        """What it waits for, or how it ended."""
        if self.stage in (Stage.DRAFTED, Stage.SUPPLEMENT, Stage.WITHDRAWN):
            return State(self.stage)
        standings = {one.standing for one in self.items.values()}
        return next((state for standing, state in _BY_STANDING if standing in standings), State.ANSWERED)

    @property
    def drafted_at(self) -> datetime:
        return self.events[0].at

    @property
    def submitted_at(self) -> datetime | None:
        """When it was first handed in: from then on the provider knows of it."""
        return next((event.at for event in self.events if isinstance(event.what, Submitted)), None)

    @property
    def awaiting(self) -> tuple[ItemCode, ...]:
        """The items that await the provider's answer; none while a supplement is owed, or once it was withdrawn."""
        return self.standing(*ANSWERABLE) if self.stage in (Stage.SUBMITTED, Stage.ANSWERED) else ()

    def standing(self, *standings: Standing) -> tuple[ItemCode, ...]:
        """The items that stand so, in the order asked."""
        return tuple(code for code, state in self.items.items() if state.standing in standings)

    def with_items(self, codes: Sequence[ItemCode], standing: Standing) -> "Application":
        """The same with these items standing so."""
        moved = {code: replace(state, standing=standing) if code in codes else state for code, state in self.items.items()}
        return replace(self, items=MappingProxyType(moved))
