"""Whom a step of a doubt concerns, and what it is told: states, dates and numbers, no personal data, no words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from catalogue.model import ProviderCode
from sharing.answer_clock import Clock
from sharing.deadlines import Mark
from sharing.doubt import Accepted, Decided, Doubt, Event, Reported, Transferred, Verifying, Withdrawn
from sharing.notices import Notice

MOST_RECEIPTS = 20
"""So many of its receipts a department is named; `count` says how many there are."""


def notices_of(doubt: Doubt, event: Event) -> tuple[Notice, ...]:
    """The notices of one step, of which `doubt` is the outcome: to the provider, or to the reporter; of a transfer to both,
    for the one that it went to learns who reported, as the one before did.
    """

    def told(kind: str, *departments: ProviderCode, **facts: str) -> tuple[Notice, ...]:
        stated = {"state": doubt.told.name, "day": event.day.isoformat(), "item": doubt.place.item, **facts}
        return tuple(Notice(one, f"doubt.{kind}", doubt.id, stated) for one in dict.fromkeys(departments))

    match event.what:
        case Reported():
            return told("reported", doubt.provider, reporter=doubt.reporter)
        case Accepted():
            return told("accepted", doubt.reporter)
        case Verifying():
            return ()
        case Transferred(to=to):
            return told("transferred", to, doubt.reporter, provider=to)
        case Decided():
            return told("decided", doubt.reporter)
        case Withdrawn():
            return told("withdrawn", doubt.provider)
        case _:
            assert_never(event.what)


def deadline_notices(doubt: Doubt, clock: Clock, mark: Mark | None) -> tuple[Notice, ...]:
    """The warning before its time is over, to its provider; and that it is, to both. Each once for a deadline."""
    if mark not in (Mark.WARNED, Mark.OVERDUE):
        return ()
    kind = "due_soon" if mark is Mark.WARNED else "overdue"
    departments = (doubt.provider,) if mark is Mark.WARNED else (doubt.provider, doubt.reporter)
    facts = {"due": clock.due.isoformat(), "item": doubt.place.item, "provider": doubt.provider}
    return tuple(
        Notice(one, f"doubt.{kind}", doubt.id, facts, f"{doubt.id} {kind} {clock.due} {one}") for one in departments
    )


@dataclass(frozen=True, slots=True)
class Received:
    """An answer that told an item of the subject: whose it was, and its receipt."""

    department: ProviderCode
    receipt: str


def correction_notices(doubt: Doubt, day: date, received: Iterable[Received]) -> tuple[Notice, ...]:
    """To each department that may have received what was wrong: which item, and by which of its own receipts it knows whom.

    Not who doubted it, and not who else received it.
    """
    by_department: dict[ProviderCode, list[str]] = {}
    for one in received:
        by_department.setdefault(one.department, []).append(one.receipt)
    return tuple(
        Notice(
            department,
            "item.corrected",
            receipts[0],
            {
                "item": doubt.place.item,
                "day": day.isoformat(),
                "count": str(len(receipts)),
                "receipts": " ".join(receipts[:MOST_RECEIPTS]),
            },
            f"{doubt.id} corrected {department}",
        )
        for department, receipts in by_department.items()
    )
