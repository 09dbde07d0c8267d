"""Doubts (Art. 18): who may see one, and how a step is taken: checked, recorded in the ledger, kept, told.

Only its reporter knows of a doubt, whoever verifies it or did before a transfer, and how it goes who oversees one of them;
for everybody else there is none.
"""

from datetime import UTC, date, datetime
from enum import Enum, auto
from typing import NamedTuple

import errors
from resolvers.day import today
from resolvers.ports.doubts import DoubtChange
from resolvers.roles import Role
from resolvers.workflow.context import Acting, Context
from resolvers.workflow.doubt_types import Doubt as Told
from resolvers.workflow.doubt_types import overseen, shown
from sharing.application import Actor
from sharing.doubt import ARTICLE, Doubt, Event, Happening, happen
from sharing.doubt_clock import doubt_clock, doubt_mark
from sharing.doubt_notices import notices_of
from sharing.notices import Notice
from standards.working_days import WorkingCalendar


class Side(Enum):
    """From where a doubt is seen."""

    REPORTER = auto()
    PROVIDER = auto()
    FORMER = auto()
    OVERSEER = auto()


class Desk(NamedTuple):
    """One request's view on doubts: the instant, the day in China, the working days."""

    context: Context
    now: datetime
    day: date
    calendar: WorkingCalendar

    def told(self, doubt: Doubt, side: Side) -> Told:
        """The doubt as this side may see it."""
        clock = doubt_clock(doubt, self.calendar, self.context.ports.profile)
        mark = doubt_mark(doubt, clock, self.day)
        if side is Side.OVERSEER:
            own = doubt.reporter == self.context.caller.consumer.department
            return overseen(self.context.catalogue, doubt, clock, mark, own=own)
        return shown(self.context.catalogue, doubt, clock, mark, to_reporter=side is Side.REPORTER)

    def event(self, number: int, by: Acting, what: Happening) -> Event:
        """A step taken now."""
        return Event(number, self.now, self.day, Actor(*by), what)

    def change(self, doubt: Doubt, known: int, told: tuple[Notice, ...] = ()) -> DoubtChange:
        """What is to be kept of a doubt of which `known` events are kept already, with its notices and those `told`."""
        clock = doubt_clock(doubt, self.calendar, self.context.ports.profile)
        notices = tuple(notice for event in doubt.events[known:] for notice in notices_of(doubt, event))
        return DoubtChange(doubt, known, clock, notices=(*notices, *told))


async def desk(context: Context) -> Desk:
    """The view of this request. Raises LEDGER_UNAVAILABLE."""
    now = datetime.now(UTC)
    return Desk(context, now, today(now.timestamp()), await context.ports.calendars.calendar())


def side_of(context: Context, doubt: Doubt) -> Side | None:
    """From where the caller sees this doubt; None: for this caller there is none."""
    consumer, asking = context.caller.consumer, context.caller.asking
    own = consumer.department
    if Role.CONSUMER in consumer.roles and doubt.reporter in (own, own if asking is None else asking.department):
        return Side.REPORTER
    if Role.PROVIDER in consumer.roles:
        if own == doubt.provider:
            return Side.PROVIDER
        if own in doubt.former:
            return Side.FORMER
    return Side.OVERSEER if context.oversees(doubt.reporter, doubt.provider) else None


async def find(context: Context, doubt: str) -> tuple[Doubt, Side]:
    """The doubt, and from where the caller sees it. Raises NOT_FOUND, the same whether it exists or not."""
    found = await context.ports.doubts.find(doubt)
    side = None if found is None else side_of(context, found)
    if found is None or side is None:
        raise errors.GatewayError(
            errors.NOT_FOUND,
            "there is no such doubt of this department",
            "`reportedDoubts` lists those it reported, `doubts` those that are with it",
            article=ARTICLE,
        )
    return found, side


async def find_to_verify(context: Context, doubt: str) -> Doubt:
    """A doubt that is with the caller's department. Raises NOT_RESPONSIBLE: the same for one that is with another as for one
    that does not exist, so that it cannot be told which.
    """
    found = await context.ports.doubts.find(doubt)
    if found is None or found.provider != context.caller.consumer.department:
        raise errors.GatewayError(
            errors.NOT_RESPONSIBLE,
            "no such doubt is with this department",
            "each doubt is verified by the department that it is with; `doubts` lists them",
            article=ARTICLE,
        )
    return found


def acting(context: Context, role: Role, handler: str) -> Acting:
    """Who takes a step. A doubt is verified in one's own name; it is reported, as the answer was asked, also for the
    department that the counter acts for. Raises ROLE_REQUIRED, NOT_RESPONSIBLE, INPUT_INVALID.
    """
    by = context.acting(role, handler)
    if role is Role.PROVIDER and by.department != context.caller.consumer.department:
        raise errors.GatewayError(
            errors.NOT_RESPONSIBLE,
            "a doubt is verified in one's own name, not in that of `acting-for`",
            "have the department that it is with do it",
            article="Art. 17 ¶2",
        )
    return by


async def take(desk: Desk, field: str, doubt: Doubt, by: Acting, *steps: Happening) -> Doubt:
    """Take steps on a doubt: in the ledger first, then kept, then told.

    Raises what `sharing.doubt.happen` raises, STATE_CONFLICT where another step came first, LEDGER_UNAVAILABLE.
    """
    moved = after(desk, doubt, by, *steps)
    await desk.context.record(field, doubt.id, handler=by.handler)
    await desk.context.ports.doubts.keep(desk.change(moved, len(doubt.events)))
    return moved


def after(desk: Desk, doubt: Doubt, by: Acting, *steps: Happening) -> Doubt:
    """The doubt after these steps. Raises what `sharing.doubt.happen` raises."""
    for what in steps:
        doubt = happen(doubt, desk.event(len(doubt.events) + 1, by, what))
    return doubt
