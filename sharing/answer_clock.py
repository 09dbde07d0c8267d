"""The time to answer (Art. 16 ¶1): working days from the day after submission, standing while a supplement is owed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from catalogue.profile import Profile, Supplement
from standards.working_days import WorkingCalendar

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Run:
    """The clock ran from the day after `started`; a notice of what is lacking (补正) stopped it at the end of `stopped`."""

    started: date
    stopped: date | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """`due`: the last day to answer. From `warn_from` on the provider is warned. Days are China's.

    `provisional`: it rests on a year whose calendar is not published yet, and is computed again once it is.
    """

    due: date
    warn_from: date
    provisional: bool


def answer_clock(runs: Sequence[Run], told: date | None, calendar: WorkingCalendar, profile: Profile) -> Clock:
    """The clock after these runs, of which the last is not stopped.

    A day once `told` as the last one is kept (`WorkingCalendar.kept`).
    """
    left, counted_provisionally = profile.answer_working_days, False
    if profile.supplement is Supplement.STOPS:
        for run in runs[:-1]:
            assert run.stopped is not None, "only the last run goes on"
            used, provisional = _working_days(calendar, run.started, run.stopped)
            left -= used
            counted_provisionally |= provisional
        left = max(left, 1)  # a notice on the last day leaves a day to answer what it brings
    deadline = calendar.kept(runs[-1].started, left, told)
    due = deadline.date
    return Clock(due, _warn_from(calendar, due, profile.warn_working_days), deadline.provisional or counted_provisionally)


def clock_from(start: date, working_days: int, warn_working_days: int, calendar: WorkingCalendar) -> Clock:
    """A clock of so many working days from the day after `start`, which nothing stops."""
    deadline = calendar.add_working_days(start, working_days)
    return Clock(deadline.date, _warn_from(calendar, deadline.date, warn_working_days), deadline.provisional)


def _working_days(calendar: WorkingCalendar, start: date, end: date) -> tuple[int, bool]:
    """The working days after `start` up to and including `end`, and whether a year among them is not published."""
    days = [start + offset * _DAY for offset in range(1, (end - start).days + 1)]
    return sum(_is_worked(calendar, day) for day in days), any(day.year not in calendar.years for day in days)


def _is_worked(calendar: WorkingCalendar, day: date) -> bool:
    return calendar.is_working_day(day) if day.year in calendar.years else day.weekday() < 5


def _warn_from(calendar: WorkingCalendar, due: date, working_days: int) -> date:
    """The first day on which no more than this many working days are left."""
    day, left = due, working_days
    while left >= _is_worked(calendar, day):
        left -= _is_worked(calendar, day)
        day -= _DAY
    return day
