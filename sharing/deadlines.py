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
        return _first_clock(application, calendar, profile)
    clocks = [_clock_of_owed(application, one, calendar, profile) for one in owed]
    return min(clocks, key=lambda clock: clock.due)


def _first_clock(application: Application, calendar: WorkingCalendar, profile: Profile) -> Clock | None:
    """That of the first answer; None where only negotiation was asked for."""
    return answer_clock(application.runs, application.told_due, calendar, profile) if application.runs else None


def _clock_of_owed(application: Application, owed: Owed, calendar: WorkingCalendar, profile: Profile) -> Clock:
    # a supplement stopped its time, too: it could not be answered while that was owed
    resumed = application.runs[-1].started if application.runs else date.min
    return answer_clock((Run(max(owed.since, resumed)),), owed.told_due, calendar, profile)


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


def mark_of(application: Application, calendar: WorkingCalendar, profile: Profile, today: date) -> Mark | None:
    """How it stands with `clock_of` today; None where there is no clock.

    Once none is awaited it is LATE where any of its answers was: what is agreed on later makes no former one timely
    (Art. 25(3)).
    """
    if application.stage is Stage.SUPPLEMENT:
        return Mark.STANDS
    clock = clock_of(application, calendar, profile)
    if clock is None:
        return None
    if not application.awaiting:
        return Mark.LATE if _was_late(application, calendar, profile) else Mark.IN_TIME
    if today > clock.due:
        return Mark.OVERDUE
    return Mark.WARNED if today >= clock.warn_from else Mark.RUNNING


def _was_late(application: Application, calendar: WorkingCalendar, profile: Profile) -> bool:
    """Whether the first answer, or one that was owed since, came after its own last day."""
    ends = [(one.answered_on, _clock_of_owed(application, one, calendar, profile)) for one in application.owed]
    first = _first_clock(application, calendar, profile)
    if first is not None:
        ends.append((application.answered_on, first))
    return any(answered_on is not None and answered_on > clock.due for answered_on, clock in ends)


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
