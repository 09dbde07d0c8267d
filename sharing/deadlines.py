"""By when an application is to be answered, and how it stands with that: warned before, marked when overdue (Art. 16 ¶1).

What was agreed on, or coordinated, opens nothing until the provider answers: from the day after it has the time of an
answer once more.
"""

from datetime import date
from enum import StrEnum

import errors
from catalogue.profile import Profile
from sharing.answer_clock import Clock, Run, answer_clock
from sharing.application import Application, Owed, Stage, Standing
from standards.working_days import WorkingCalendar


class Mark(StrEnum):
    """How an application stands with its time to answer."""

    RUNNING = "running"
    WARNED = "warned"
    OVERDUE = "overdue"
    STANDS = "stands"
    IN_TIME = "in_time"
    LATE = "late"


def clock_of(application: Application, calendar: WorkingCalendar, profile: Profile) -> Clock | None:
    """The clock of the answer that is awaited, of several the one that ends first; else of the last that was.

    None for a draft, while a supplement is owed, once withdrawn, and where nothing ever awaited an answer.
    """
    if application.stage not in (Stage.SUBMITTED, Stage.ANSWERED):
        return None
    owed = _owed(application)
    if application.standing(Standing.REQUESTED) or not owed:
        return answer_clock(application.runs, application.told_due, calendar, profile) if application.runs else None
    # a supplement stopped the time of these, too: they could not be answered while it was owed
    resumed = application.runs[-1].started if application.runs else date.min
    clocks = [answer_clock((Run(max(one.since, resumed)),), one.told_due, calendar, profile) for one in owed]
    return min(clocks, key=lambda clock: clock.due)


def awaited_clock(application: Application, calendar: WorkingCalendar, profile: Profile) -> Clock | None:
    """Its clock while an answer is awaited; else None."""
    return clock_of(application, calendar, profile) if application.awaiting else None


def _owed(application: Application) -> tuple[Owed, ...]:
    """The answers that are owed after negotiation and coordination; where none is, the last that was."""
    return tuple(one for one in application.owed if one.answered_on is None) or application.owed[-1:]


def answer_due(day: date, calendar: WorkingCalendar, profile: Profile) -> date:
    """The last day to answer what is agreed on or coordinated on this day, that it be provided."""
    return answer_clock((Run(day),), None, calendar, profile).due


def clock_if_submitted(application: Application, day: date, calendar: WorkingCalendar, profile: Profile) -> Clock | None:
    """The clock that submitting it on this day begins; None where only negotiation is asked for."""
    request = application.draft
    if all(one.negotiate for one in request.items):
        return None
    return answer_clock((*application.runs, Run(day)), None, calendar, profile)


def mark_of(application: Application, clock: Clock | None, today: date) -> Mark | None:
    """How it stands with that today; None where there is no clock."""
    if application.stage is Stage.SUPPLEMENT:
        return Mark.STANDS
    if clock is None:
        return None
    if not application.awaiting:
        answered_on = application.owed[-1].answered_on if application.owed else application.answered_on
        assert answered_on is not None, "it was answered"
        return Mark.LATE if answered_on > clock.due else Mark.IN_TIME
    if today > clock.due:
        return Mark.OVERDUE
    return Mark.WARNED if today >= clock.warn_from else Mark.RUNNING


def check_supplement_in_time(application: Application, today: date, calendar: WorkingCalendar, profile: Profile) -> None:
    """Raises STATE_CONFLICT once the answer is overdue: a notice of what is lacking does not undo that."""
    clock = clock_of(application, calendar, profile)
    if clock is not None and application.standing(Standing.REQUESTED) and today > clock.due:
        raise errors.GatewayError(
            errors.STATE_CONFLICT,
            f"the answer was due on `{clock.due}`: it is too late to ask for a supplement",
            "answer the application",
            article="Art. 16 ¶1",
        )
