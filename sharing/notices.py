"""Whom a step of an application concerns, and what it is told: states, dates and numbers, no personal data, no words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from catalogue.model import ProviderCode
from sharing.answer import Outcome
from sharing.answer_clock import Clock
from sharing.application import (
    Answered,
    Application,
    Coordinated,
    CoordinationRequested,
    Drafted,
    Event,
    Negotiated,
    NegotiationEnded,
    Proposed,
    Saved,
    Submitted,
    SupplementAsked,
    Withdrawn,
)
from sharing.deadlines import Mark


@dataclass(frozen=True, slots=True)
class Notice:
    """To a department: what happened (`application.submitted`) to the application `about`. `once`: not told again so."""

    department: ProviderCode
    kind: str
    about: str
    facts: Mapping[str, str]
    once: str | None = None


def notices_of(application: Application, event: Event) -> tuple[Notice, ...]:
    """The notices of one step, of which `application` is the outcome: to the other side, and to who is to coordinate."""
    what, consumer, provider = event.what, application.consumer, application.provider
    other = provider if event.by.department == consumer else consumer

    def told(kind: str, *departments: ProviderCode, **facts: object) -> tuple[Notice, ...]:
        stated = {
            "state": application.state.name,
            "day": event.day.isoformat(),
            "consumer": consumer,
            "provider": provider,
            **{name: str(value) for name, value in facts.items() if value is not None},
        }
        return tuple(Notice(one, f"application.{kind}", application.id, stated) for one in dict.fromkeys(departments))

    match what:
        case Drafted() | Saved() | Proposed():
            return ()
        case Submitted(due=due):
            return told("submitted", provider, items=len(application.items), due=due)
        case SupplementAsked(lacking=lacking):
            return told("supplement_asked", consumer, lacking=len(lacking))
        case Withdrawn():
            return told("withdrawn", provider) if application.submitted_at is not None else ()
        case Answered(answers=answers):
            counts = {one.name.lower(): sum(answer.outcome is one for answer in answers) for one in Outcome}
            return told("answered", consumer, **counts)
        case Negotiated(items=items):
            return told("negotiated", other, items=len(items))
        case NegotiationEnded(items=items, agreed=agreed, due=due):
            return told("negotiation_ended", other, items=len(items), result="AGREED" if agreed else "FAILED", due=due)
        case CoordinationRequested(items=items, body=body, office=office):
            return told("coordination_requested", provider, office, items=len(items), body=body.name)
        case Coordinated(items=items, opened=opened, due=due):
            result = "OPENED" if opened else "UPHELD"
            return told("coordinated", consumer, provider, items=len(items), result=result, due=due)
        case _:
            assert_never(what)


def deadline_notices(application: Application, clock: Clock, mark: Mark | None) -> tuple[Notice, ...]:
    """The warning before the answer is due, to its provider; and that it is overdue, to both. Each once for a deadline."""
    if mark not in (Mark.WARNED, Mark.OVERDUE):
        return ()
    kind = "due_soon" if mark is Mark.WARNED else "overdue"
    departments = (application.provider,) if mark is Mark.WARNED else (application.provider, application.consumer)
    facts = {"due": clock.due.isoformat(), "consumer": application.consumer, "provider": application.provider}
    return tuple(
        Notice(one, f"application.{kind}", application.id, facts, f"{application.id} {kind} {clock.due} {one}")
        for one in departments
    )


def moved_notices(application: Application, former: date | None, clock: Clock) -> tuple[Notice, ...]:
    """That a provisional deadline was computed again, by a calendar published since: no term changes in silence."""
    if former is None or former == clock.due:
        return ()
    facts = {"due": clock.due.isoformat(), "formerDue": former.isoformat(), "provisional": str(clock.provisional).lower()}
    return tuple(
        Notice(
            one,
            "application.deadline_moved",
            application.id,
            {**facts, "consumer": application.consumer, "provider": application.provider},
            f"{application.id} moved {former} {clock.due} {one}",
        )
        for one in (application.consumer, application.provider)
    )
