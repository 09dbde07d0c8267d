"""A span of days, as dated data has it: offices, officers, substitutions. A day is a day in China."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

CHINA_AHEAD = timedelta(hours=8)
FIRST_DAY, LAST_DAY = date(1949, 10, 1), date(2200, 12, 31)
"""What whoever states a day may name: nothing here was before, or is foreseen for later."""


def day_of(now: datetime) -> date:
    """The day in China at this instant (UTC)."""
    return (now + CHINA_AHEAD).date()


def beginning_of(day: date) -> datetime:
    """The instant (UTC) at which this day begins in China."""
    return datetime.combine(day, time(), UTC) - CHINA_AHEAD


@dataclass(frozen=True, slots=True)
class Days:
    """From `begins` up to, not including, `ends` (None: until further notice). One that ends as it begins never held."""

    begins: date
    ends: date | None = None

    def hold(self, day: date) -> bool:
        """Whether the day lies within."""
        return self.begins <= day and (self.ends is None or day < self.ends)

    def overlap(self, other: "Days") -> bool:
        """Whether some day lies within both."""
        begins = max(self.begins, other.begins)
        return self.hold(begins) and other.hold(begins)
