"""A doubt (Art. 18): a consumer holds what an answer told of somebody for wrong, and its provider verifies it.

Its state is nothing but the sum of its events: `happen` takes one in, or refuses it.

    reported → accepted → verifying → corrected | confirmed
        └─────────┴───────────┴→ transferred (to the right department) → accepted …
    withdrawn, as long as nothing is decided

Nothing waits for it: while it is open, answers say UNDER_VERIFICATION, and valid proof that is offered is accepted.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import NewType, TypeAlias, assert_never

import errors
from catalogue.model import ItemCode, ProviderCode
from sharing.application import Actor

ARTICLE = "Art. 18"
MOST_TRANSFERS = 5
"""A doubt that has gone round so often is decided where it is."""

DoubtId = NewType("DoubtId", str)


class State(StrEnum):
    """How far it is, or how it ended. `CLOSED` is what a reporter is told in the place of a result that it may not know."""

    REPORTED = "reported"
    ACCEPTED = "accepted"
    VERIFYING = "verifying"
    TRANSFERRED = "transferred"
    CORRECTED = "corrected"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


OPEN = (State.REPORTED, State.TRANSFERRED, State.ACCEPTED, State.VERIFYING)


class Result(StrEnum):
    """校正, or 核实无误."""

    CORRECTED = "corrected"
    CONFIRMED = "confirmed"


class Check(StrEnum):
    """Whether the register was found to answer otherwise than when the doubt was reported."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, slots=True)
class Place:
    """What is doubted: the answer by its receipt, the position without indexes, the item that stood there and its outcome.

    `subject`: whose data it is, as the ledger's keyed hash in hex. `case`: the reporter's case, where it asked in one.
    """

    receipt: str
    path: str
    item: ItemCode
    outcome: str
    subject: str
    case: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that shows what was observed: its name, media type, SHA-256 and size in bytes."""

    name: str
    media_type: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Reported:
    """`observed`: what the reporter saw instead. `digest`: a keyed hash of what the register answered then, where known."""

    reporter: ProviderCode
    provider: ProviderCode
    place: Place
    observed: str
    evidence: tuple[Evidence, ...] = ()
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """受理."""


@dataclass(frozen=True, slots=True)
class Verifying:
    """核实: somebody named looks into it."""

    verifier: str


@dataclass(frozen=True, slots=True)
class Transferred:
    """转办: it is another department's to verify; its time runs anew."""

    to: ProviderCode
    reason: str


@dataclass(frozen=True, slots=True)
class Decided:
    """The result, and whether the register was seen to answer otherwise now."""

    result: Result
    reason: str
    check: Check = Check.NOT_CHECKED


@dataclass(frozen=True, slots=True)
class Withdrawn:
    reason: str


Happening: TypeAlias = Reported | Accepted | Verifying | Transferred | Decided | Withdrawn


@dataclass(frozen=True, slots=True)
class Event:
    """One step: what, when (UTC), on which day in China, by whom. They are numbered from 1 on, without gaps."""

    number: int
    at: datetime
    day: date
    by: Actor
    what: Happening


@dataclass(frozen=True, slots=True)
class Doubt:
    """The sum of its events. `provider` is who verifies it now; `since` the day from which its time runs."""

    id: DoubtId
    reporter: ProviderCode
    provider: ProviderCode
    place: Place
    observed: str
    evidence: tuple[Evidence, ...]
    digest: str | None
    state: State
    since: date
    verifier: str = ""
    decided: Decided | None = None
    ended_on: date | None = None
    events: tuple[Event, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether answers say that the item is under verification."""
        return self.state in OPEN

    @property
    def told(self) -> State:
        """What its reporter is told. Where the item was withheld from it, not what the doubt came to: whether the register
        holds what was observed would tell what it holds.
        """
        return State.CLOSED if self.decided is not None and self.place.outcome == "WITHHELD" else self.state

    @property
    def reported_at(self) -> datetime:
        return self.events[0].at

    @property
    def former(self) -> tuple[ProviderCode, ...]:
        """The departments that it was transferred from."""
        return tuple(event.by.department for event in self.events if isinstance(event.what, Transferred))


def replay(doubt: DoubtId, events: Iterable[Event]) -> Doubt:
    """The doubt that these events, the first of which reported it, come to."""
    first, *later = events
    state = begin(doubt, first)
    for event in later:
        state = happen(state, event)
    return state


def begin(doubt: DoubtId, event: Event) -> Doubt:
    """A doubt as it is reported."""
    told = event.what
    assert isinstance(told, Reported), "a doubt begins with its report"
    return Doubt(
        doubt, told.reporter, told.provider, told.place, told.observed, told.evidence, told.digest, State.REPORTED,
        event.day, events=(event,),
    )  # fmt: skip


def happen(doubt: Doubt, event: Event) -> Doubt:
    """The doubt after this event. Raises STATE_CONFLICT where it may not happen now, INPUT_INVALID for a transfer to whom it
    is with already.
    """
    assert event.number == len(doubt.events) + 1, "events are numbered without gaps"
    return replace(_after(doubt, event), events=(*doubt.events, event))


def _after(doubt: Doubt, event: Event) -> Doubt:
    if not doubt.is_open:
        raise conflict(doubt, "is closed: what was decided or withdrawn stays so")
    match event.what:
        case Reported():
            raise conflict(doubt, "is reported already")
        case Accepted():
            if doubt.state not in (State.REPORTED, State.TRANSFERRED):
                raise conflict(doubt, "is accepted already")
            return replace(doubt, state=State.ACCEPTED)
        case Verifying(verifier):
            check_accepted(doubt, "verified")
            return replace(doubt, state=State.VERIFYING, verifier=verifier)
        case Transferred(to):
            check_transfer(doubt, to)
            return replace(doubt, state=State.TRANSFERRED, provider=to, since=event.day, verifier="")
        case Decided(result):
            check_accepted(doubt, "decided")
            return replace(doubt, state=State(result), decided=event.what, ended_on=event.day)
        case Withdrawn():
            return replace(doubt, state=State.WITHDRAWN, ended_on=event.day)
        case _:
            assert_never(event.what)


def check_accepted(doubt: Doubt, what: str) -> None:
    """Raises STATE_CONFLICT unless the department that it is with has accepted it."""
    if doubt.state not in (State.ACCEPTED, State.VERIFYING):
        raise conflict(doubt, f"is not accepted yet, and is {what} by whoever accepted it")


def check_begins(doubt: Doubt) -> None:
    """Raises STATE_CONFLICT where it is being verified already: by whom was said once, and anybody there may decide it.

    A question to whoever takes the step, and none of `happen`: what was recorded once is read for ever.
    """
    if doubt.state is State.VERIFYING:
        raise conflict(doubt, "is being verified already")


def check_transfer(doubt: Doubt, to: ProviderCode) -> None:
    """Raises INPUT_INVALID for whom it is with, and for its reporter; STATE_CONFLICT once it has gone round too often."""
    if to in (doubt.provider, doubt.reporter):
        raise errors.GatewayError(
            errors.INPUT_INVALID,
            "a doubt is transferred to another department than it is with, and not to its reporter",
            "name the department that provides the item, or decide it",
            article=ARTICLE,
        )
    if len(doubt.former) >= MOST_TRANSFERS:
        raise conflict(doubt, f"was transferred {MOST_TRANSFERS} times: decide it")


def conflict(doubt: Doubt, what: str) -> errors.GatewayError:
    """STATE_CONFLICT: this doubt `what`."""
    return errors.GatewayError(
        errors.STATE_CONFLICT,
        f"the doubt {what}",
        f"it is `{doubt.state}`; look at it again before the next step",
        article=ARTICLE,
        extensions={"state": doubt.state.name},
    )
