"""Applications (Art. 16 ¶1): who may see one, and how a step is taken: checked, recorded in the ledger, kept, told.

Only the two parties know of an application, and whoever coordinates or oversees it; for everybody else there is none. A
draft is its consumer's alone, an answer that is not issued its provider's.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from enum import Enum, auto
from typing import NamedTuple

import errors
from catalogue.model import ItemCode, ProviderCode
from resolvers.day import today
from resolvers.ports.applications import Change, NewLetter
from resolvers.roles import Role, require_role
from resolvers.workflow.application_shown import Shown
from resolvers.workflow.application_types import Application as Told
from resolvers.workflow.context import Acting, Context
from resolvers.workflow.inputs import check_words
from resolvers.workflow.named_items import item_code
from sharing.application import Actor, Application, Event, Happening, Negotiated, Proposed, Saved
from sharing.deadlines import awaited_clock, clock_of, mark_of
from sharing.happen import conflict, happen
from sharing.notices import notices_of
from sharing.sealed import Granted
from sharing.sources import parts_answered
from sharing.terms import Entry, entries_by_code
from standards.working_days import WorkingCalendar

ARTICLE = "Art. 16 ¶1"
MOST_STEPS = 100


class Side(Enum):
    """From where an application is seen."""

    CONSUMER = auto()
    PROVIDER = auto()
    COORDINATOR = auto()
    OVERSEER = auto()


class Desk(NamedTuple):
    """One request's view on applications: the instant, the day in China, the working days, the catalogue's entries."""

    context: Context
    now: datetime
    day: date
    calendar: WorkingCalendar
    entries: Mapping[ItemCode, Entry]

    def told(self, application: Application, side: Side) -> Told:
        """The application as this side may see it."""
        profile = self.context.ports.profile
        clock = clock_of(application, self.calendar, profile)
        mark = mark_of(application, self.calendar, profile, self.day)
        return Shown(self.context.catalogue, self.entries).application(
            application, clock, mark, to_consumer=side is Side.CONSUMER, to_provider=side is Side.PROVIDER
        )

    async def parts(self, items: Sequence[ItemCode], provider: ProviderCode) -> Mapping[ItemCode, tuple[str | None, ...]]:
        """The parts of each item's rows that this department answers for (`sharing.sources`); none for one it does not."""
        others = [code for code in items if code in self.entries and self.entries[code][1].provider != provider]
        stated = await self.context.ports.catalogue_life.parts_of(others) if others else ()
        said = [one.part for one in stated]
        parted = self.context.catalogue.parted
        return {
            code: parts_answered(self.entries[code][1], provider, said, parted.get(code))
            for code in items
            if code in self.entries
        }

    def code(self, named: str) -> ItemCode:
        """An item's code, given as such or as its coordinate. Raises INPUT_INVALID for one that is not catalogued."""
        return item_code(self.context.catalogue, self.entries, named)

    def codes(self, named: Sequence[str] | None) -> tuple[ItemCode, ...]:
        """Several of them; none for None."""
        return tuple(self.code(one) for one in named or ())


async def desk(context: Context) -> Desk:
    """The view of this request. Raises LEDGER_UNAVAILABLE."""
    now = datetime.now(UTC)
    return Desk(
        context, now, today(now.timestamp()), await context.ports.calendars.calendar(), entries_by_code(context.catalogue)
    )


def acting(context: Context, role: Role, handler: str) -> Acting:
    """Who takes a step on an application: the caller's own department. An entrustment to handle a matter at a counter hands
    on neither the duty to apply nor that to answer.

    Raises ROLE_REQUIRED, NOT_RESPONSIBLE, INPUT_INVALID.
    """
    consumer, asking = context.caller.consumer, context.caller.asking
    require_role(consumer.roles, role)
    if asking is not None and asking.department != consumer.department:
        raise errors.GatewayError(
            errors.NOT_RESPONSIBLE,
            "an application is made and answered in one's own name, not in that of `acting-for`",
            "have the department that has the duty do it",
            article="Art. 17 ¶2",
        )
    check_words(("handler", handler))
    return Acting(consumer.department, consumer.client, handler)


def side_of(context: Context, application: Application) -> Side | None:
    """From where the caller sees this application; None: for this caller there is none."""
    consumer = context.caller.consumer
    own, roles = consumer.department, consumer.roles
    if own == application.consumer and Role.CONSUMER in roles:
        return Side.CONSUMER
    if application.submitted_at is None:
        return None
    if own == application.provider and Role.PROVIDER in roles:
        return Side.PROVIDER
    if Role.SUPERVISOR in roles and application.coordination is not None and own == application.coordination.office:
        return Side.COORDINATOR
    return Side.OVERSEER if context.oversees(application.consumer, application.provider) else None


async def find(context: Context, application: str) -> tuple[Application, Side]:
    """The application, and from where the caller sees it. Raises NOT_FOUND, the same whether it exists or not."""
    found = await context.ports.applications.find(application)
    side = None if found is None else side_of(context, found)
    if found is None or side is None:
        raise errors.GatewayError(
            errors.NOT_FOUND,
            "there is no such application of this department",
            "`outbox` lists those it made, `inbox` those made to it",
            article=ARTICLE,
        )
    return found, side


async def find_own(context: Context, application: str) -> Application:
    """An application that the caller's department made. Raises NOT_FOUND; NOT_RESPONSIBLE for one made to it."""
    found, side = await find(context, application)
    if side is not Side.CONSUMER:
        raise errors.GatewayError(
            errors.NOT_RESPONSIBLE, "this step is the applying department's", "have it do so", article=ARTICLE
        )
    return found


async def find_to_answer(context: Context, application: str) -> Application:
    """An application that was made to the caller's department. Raises NOT_RESPONSIBLE: the same for one that was made to
    another as for one that does not exist, so that it cannot be told which.
    """
    found = await context.ports.applications.find(application)
    own = context.caller.consumer.department
    if found is None or found.submitted_at is None or own != found.provider:
        raise errors.GatewayError(
            errors.NOT_RESPONSIBLE,
            "no such application was made to this department",
            "each application is answered by the provider that it was made to; `inbox` lists them",
            article=ARTICLE,
        )
    return found


def after(desk: Desk, application: Application, by: Acting, *steps: Happening) -> Application:
    """The application after these steps. Raises what `sharing.happen` raises."""
    for what in steps:
        _check_room(application, by, what)
        event = Event(len(application.events) + 1, desk.now, desk.day, Actor(*by), what)
        application = happen(application, event)
    return application


def _check_room(application: Application, by: Acting, what: Happening) -> None:
    """Raises STATE_CONFLICT for edits, proposed answers and words to the other side without end: each is kept for good. A
    side has its own number of each, so that none takes the other's steps away.
    """
    if not isinstance(what, Saved | Proposed | Negotiated) or (isinstance(what, Proposed) and not what.answers):
        return
    taken = [one for one in application.events if type(one.what) is type(what) and one.by.department == by.department]
    if len(taken) >= MOST_STEPS:
        raise conflict(application, f"has had {MOST_STEPS} such steps of this department: submit, answer or settle it")


def change(
    desk: Desk,
    application: Application,
    known: int,
    grants: Sequence[Granted] = (),
    letter: NewLetter | None = None,
) -> Change:
    """What is to be kept of an application of which `known` events are kept already."""
    awaited = awaited_clock(application, desk.calendar, desk.context.ports.profile)
    notices = tuple(notice for event in application.events[known:] for notice in notices_of(application, event))
    return Change(application, known, awaited, desk.calendar.version, tuple(grants), letter, notices)


async def take(desk: Desk, field: str, application: Application, by: Acting, *steps: Happening) -> Application:
    """Take steps on an application: in the ledger first, then kept, then told to the parties.

    Raises what `sharing.happen` raises, STATE_CONFLICT where another step came first, LEDGER_UNAVAILABLE.
    """
    moved = after(desk, application, by, *steps)
    await keep(desk, field, by, [change(desk, moved, len(application.events))])
    return moved


async def keep(desk: Desk, field: str, by: Acting, changes: Sequence[Change]) -> None:
    """Record each change in the ledger, then keep all of them or none, with the notices of it."""
    context = desk.context
    for one in changes:
        await context.record(field, one.application.id, handler=by.handler)
    await context.ports.applications.keep(changes)
