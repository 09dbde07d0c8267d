"""By when a doubt is to be verified (Art. 18, which says 及时; the days are the profile's), and how it stands with that."""

from datetime import date

from catalogue.profile import Profile
from sharing.answer_clock import Clock, clock_from
from sharing.deadlines import Mark
from sharing.doubt import Doubt
from standards.working_days import WorkingCalendar


def doubt_clock(doubt: Doubt, calendar: WorkingCalendar, profile: Profile) -> Clock:
    """The working days from the day after the report, or after the last transfer."""
    return clock_from(doubt.since, profile.doubt_working_days, profile.doubt_warn_working_days, calendar)


def doubt_mark(doubt: Doubt, clock: Clock, today: date) -> Mark | None:
    """How it stands with its time today; None once it was withdrawn."""
    if doubt.decided is not None and doubt.ended_on is not None:
        return Mark.LATE if doubt.ended_on > clock.due else Mark.IN_TIME
    if not doubt.is_open:
        return None
    if today > clock.due:
        return Mark.OVERDUE
    return Mark.WARNED if today >= clock.warn_from else Mark.RUNNING
