"""By when an application is to be answered, and how it stands with that: warned before, marked when overdue (Art. 16 ¶1)."""

from datetime import date
from enum import StrEnum

import errors
from catalogue.profile import Profile
from sharing.answer_clock import Clock, Run, answer_clock
from sharing.application import Application, Stage, Standing
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
    """Its clock; None for a draft, while a supplement is owed, once withdrawn, and where nothing awaits an answer."""
    if not application.runs or application.stage not in (Stage.SUBMITTED, Stage.ANSWERED):
        return None
    return answer_clock(application.runs, application.told_due, calendar, profile)


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
    if application.answered_on is not None:
        return Mark.LATE if application.answered_on > clock.due else Mark.IN_TIME
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
