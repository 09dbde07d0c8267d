"""A holiday that no table holds, in a year that is not published yet."""

from datetime import UTC, date, datetime, timedelta

from resolvers.day import today


def year_ahead(years: int) -> int:
    """That many years after this one, in China."""
    return today(datetime.now(UTC).timestamp()).year + years


def holiday(year: int) -> date:
    """The first Tuesday of March."""
    first = date(year, 3, 1)
    return first + timedelta(days=(1 - first.weekday()) % 7)


def before_the_holiday(year: int) -> date:
    """The Monday before it."""
    return holiday(year) - timedelta(days=1)
