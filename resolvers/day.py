"""The law's days: they are China's (东八区); there is no summer time."""

from datetime import date, timedelta
from functools import lru_cache

CHINA_AHEAD_S = 8 * 3600
DAY_S = 86_400
EPOCH_DAY = date(1970, 1, 1)


def today(now: float) -> date:
    """The day in China at this instant (Unix seconds)."""
    return _day(int(now + CHINA_AHEAD_S) // DAY_S)


def tomorrow(now: float) -> date:
    """The next day, on which quotas and attempts count anew."""
    return _day(int(now + CHINA_AHEAD_S) // DAY_S + 1)


def next_midnight(now: float) -> float:
    """When it begins (Unix seconds)."""
    return float((int(now + CHINA_AHEAD_S) // DAY_S + 1) * DAY_S - CHINA_AHEAD_S)


@lru_cache(maxsize=8)
def _day(number: int) -> date:
    return EPOCH_DAY + timedelta(days=number)
