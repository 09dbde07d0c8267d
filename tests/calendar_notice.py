"""A year's notice of holidays and make-up days as an operator may load it; invented, for years that have none yet."""

from collections.abc import Iterable
from datetime import date, timedelta


def holidays(year: int) -> list[date]:
    """New Year's Day, the Spring Festival, Labour Day and National Day: days from Monday to Friday, in order."""
    spans = ((1, 1, 1), (2, 1, 7), (5, 1, 5), (10, 1, 7))
    return [day for month, first, length in spans for day in _weekdays(date(year, month, first), length)]


def _weekdays(first: date, length: int) -> Iterable[date]:
    days = (first + timedelta(days=offset) for offset in range(length))
    return (day for day in days if day.weekday() < 5)
