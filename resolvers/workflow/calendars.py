"""Working calendars (工作日历): what is published, and what an operator loads once the year's notice is out.

Deadlines are computed by the calendar as of the moment they are looked at, so a provisional one becomes definite, or is
told otherwise, from the next request on after its year was loaded.
"""

import time
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Annotated

import strawberry
from strawberry.types import Info

import errors
from resolvers.day import today
from resolvers.ports.calendars import NewYear
from resolvers.roles import Role
from resolvers.workflow.context import Context
from resolvers.workflow.inputs import checked_text, invalid
from sharing.coordination import is_provincial
from standards.working_days import CalendarUnpublished, Deadline, WorkingCalendar, YearTable, why_implausible

FURTHEST_YEARS = 2
LONGEST_TERM = 366
MOST_DAYS = 60
ARTICLE = "Art. 16 ¶1"


@strawberry.type(name="WorkingYear", description="年度工作日历 · the working days of one year.")
class Year:
    year: int = strawberry.field(description="年份 · the year.")
    published: bool = strawberry.field(description="是否已发布 · whether it is known; else its deadlines are provisional.")
    working_days: int | None = strawberry.field(description="工作日数 · how many; null while unpublished.")
    holidays: list[date] = strawberry.field(description="节假日 · free days from Monday to Friday.")
    make_up_days: list[date] = strawberry.field(description="调休上班日 · worked days on a weekend.")
    basis: str | None = strawberry.field(description="依据 · the notice's number, where an operator loaded the year.")
    revision: int | None = strawberry.field(description="修订 · how often it was loaded; null for a built-in year.")
    loaded_at: datetime | None = strawberry.field(description="载入时间 · when it was loaded.")
    version: int = strawberry.field(description="日历版本 · rises with each year that is loaded.")


@strawberry.type(name="WorkingDeadline", description="期限 · the day on which a term of working days ends.")
class Ends:
    ends_on: date = strawberry.field(description="期限日 · the last day.")
    provisional: bool = strawberry.field(description="是否暂定 · whether it rests on a year not yet published.")


def definite(deadline: Deadline) -> date:
    """The day of a deadline that must be definite. Raises CALENDAR_UNPUBLISHED where it is provisional."""
    if deadline.provisional:
        raise unpublished(CalendarUnpublished(deadline.date.year))
    return deadline.date


def unpublished(problem: CalendarUnpublished) -> errors.GatewayError:
    """CALENDAR_UNPUBLISHED: a definite date was asked for, of a year that is not known."""
    return errors.GatewayError(
        errors.CALENDAR_UNPUBLISHED,
        f"the working calendar of `{problem.year}` is not published",
        "an operator loads it with `loadCalendar` once the State Council's notice is out",
        article=ARTICLE,
        extensions={"messageZh": problem.message_zh},
    )


async def _working_calendar(
    info: Info[Context, None], year: Annotated[int, strawberry.argument(description="年份 · the year.")]
) -> Year | None:
    return await _year(info.context, year)


async def _working_deadline(
    info: Info[Context, None],
    start: Annotated[date, strawberry.argument(description="起始日 · it does not count itself.")],
    working_days: Annotated[int, strawberry.argument(description=f"工作日数 · 0 to {LONGEST_TERM}.")],
    definite_only: Annotated[
        bool, strawberry.argument(description="须为确定日期 · refuse where a year's calendar is not published.")
    ] = False,
) -> Ends | None:
    if not 0 <= working_days <= LONGEST_TERM:
        raise invalid(f"`workingDays` is {working_days}", f"between 0 and {LONGEST_TERM}")
    if not 2000 <= start.year <= 2200:
        raise invalid(f"`start` is in the year {start.year}", "between 2000 and 2200")
    calendar = await info.context.ports.calendars.calendar()
    deadline = calendar.add_working_days(start, working_days)
    if definite_only:
        _first_unpublished(calendar, start, deadline)
    return Ends(ends_on=deadline.date, provisional=deadline.provisional)


async def _load_calendar(
    info: Info[Context, None],
    year: Annotated[int, strawberry.argument(description="年份 · the year that the notice is for.")],
    holidays: Annotated[list[date], strawberry.argument(description="节假日 · free days from Monday to Friday, alone.")],
    make_up_days: Annotated[list[date], strawberry.argument(description="调休上班日 · worked Saturdays and Sundays.")],
    basis: Annotated[str, strawberry.argument(description="依据 · the notice's number: 国办发明电〔2026〕7号.")],
    handler: Annotated[str, strawberry.argument(description="经办人 · who loads it.")],
) -> Year | None:
    context = info.context
    acting = context.acting(Role.OPERATOR, handler)
    if not is_provincial(context.caller.consumer.division):
        raise errors.GatewayError(
            errors.NOT_RESPONSIBLE,
            "the working calendar holds for the whole province",
            "have an operator of the province load it",
            article="Art. 5",
        )
    table = _checked(year, holidays, make_up_days)
    calendar = await context.ports.calendars.calendar()
    check_past(calendar.years.get(year), table, today(time.time()))
    if not basis.strip():
        raise invalid("`basis` is empty", "name the notice's number: a calendar is law", article=ARTICLE)
    basis = checked_text("basis", basis, 200)
    await context.record("loadCalendar", f"{year}", handler=handler)
    await context.ports.calendars.load(NewYear(table, basis, acting.department, acting.client, acting.handler))
    return await _year(context, year)


@strawberry.type
class CalendarQuery:
    working_calendar: Year | None = strawberry.field(
        resolver=_working_calendar,
        description="**工作日历** · the working days of a year, and whether its calendar is published.",
    )
    working_deadline: Ends | None = strawberry.field(
        resolver=_working_deadline,
        description="**期限推算** · when a term of working days ends. CALENDAR_UNPUBLISHED where a definite date is "
        "demanded of a year that is not published.",
    )


@strawberry.type
class CalendarMutation:
    load_calendar: Year | None = strawberry.field(
        resolver=_load_calendar,
        description="**载入工作日历** · load a year's holidays and make-up days by the State Council's notice, or replace "
        "them by an amended one: provisional deadlines become definite. A day that has passed stays as it was published. "
        "For operators of the province. Recorded in the ledger.",
    )


async def _year(context: Context, year: int) -> Year:
    calendar = await context.ports.calendars.calendar()
    table = calendar.years.get(year)
    loaded = await context.ports.calendars.loaded(year) if table is not None else None
    return Year(
        year=year,
        published=table is not None,
        working_days=None if table is None else calendar.count_working_days(year),
        holidays=[] if table is None else sorted(table.holidays),
        make_up_days=[] if table is None else sorted(table.make_up_days),
        basis=None if loaded is None else loaded.basis,
        revision=None if loaded is None else loaded.revision,
        loaded_at=None if loaded is None else loaded.loaded_at,
        version=calendar.version,
    )


def _checked(year: int, holidays: list[date], make_up_days: list[date]) -> YearTable:
    """The year's table. Raises INPUT_INVALID naming the first wrong day."""
    now = today(time.time()).year
    if not now <= year <= now + FURTHEST_YEARS:
        raise invalid(
            f"`year` is {year}, far from the present one", f"between {now} and {now + FURTHEST_YEARS}", article=ARTICLE
        )
    if not holidays:
        raise invalid("`holidays` is empty", "a year has holidays: list them by the notice")
    for name, days in (("holidays", holidays), ("makeUpDays", make_up_days)):
        if len(days) > MOST_DAYS:
            raise invalid(f"`{name}` holds {len(days)} days", f"at most {MOST_DAYS}")
        _check_days(name, year, days)
    table = YearTable(year, frozenset(holidays), frozenset(make_up_days))
    doubtful = why_implausible(table)
    if doubtful is not None:
        raise invalid(doubtful, "load the year's whole notice: all holidays on weekdays, all make-up days", article=ARTICLE)
    return table


def check_past(published: YearTable | None, table: YearTable, day: date) -> None:
    """Raises INPUT_INVALID where a published day before this one would change: terms were counted and ended by it."""
    if published is None:
        return
    changed = (published.holidays ^ table.holidays) | (published.make_up_days ^ table.make_up_days)
    past = min((one for one in changed if one < day), default=None)
    if past is not None:
        raise invalid(
            f"`{past}` has passed, and stays as it was published",
            "an amended notice changes days to come; `workingCalendar` tells the published ones",
            article=ARTICLE,
        )


def _check_days(name: str, year: int, days: Iterable[date]) -> None:
    for day in days:
        if day.year != year:
            raise invalid(f"`{name}`: `{day}` is not in {year}", "load each year by itself")
        if name == "holidays" and day.weekday() >= 5:
            raise invalid(f"`holidays`: `{day}` is a weekend day, which is free anyway", "list days from Monday to Friday")
        if name == "makeUpDays" and day.weekday() < 5:
            raise invalid(f"`makeUpDays`: `{day}` is worked anyway", "list Saturdays and Sundays that are worked")


def _first_unpublished(calendar: WorkingCalendar, start: date, deadline: Deadline) -> None:
    """Raises CALENDAR_UNPUBLISHED naming the first year of the term that is not published."""
    if deadline.provisional:
        first = (start + timedelta(days=1)).year
        lacking = next(year for year in range(first, deadline.date.year + 1) if year not in calendar.years)
        raise unpublished(CalendarUnpublished(lacking))
