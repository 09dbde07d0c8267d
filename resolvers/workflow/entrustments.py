"""Entrustments (受委托办理): a counter acts for the department that has the duty, on a written basis (Art. 17 ¶2)."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from time import time as now
from typing import Annotated

import strawberry
from strawberry.types import Info

import errors
from catalogue.model import ProviderCode
from resolvers.day import CHINA_AHEAD_S, today
from resolvers.ports.parties import NewEntrustment, RecordedEntrustment, Recorder
from resolvers.roles import OVERSEEING, Role
from resolvers.workflow.context import Context
from resolvers.workflow.inputs import check_words, checked_text, invalid, required_reason
from resolvers.workflow.party_inputs import days_of
from schema.scalars import CreditCode
from sharing.parties import check_jurisdiction

ARTICLE = "Art. 17 ¶2"
CHINA = timezone(timedelta(seconds=CHINA_AHEAD_S))
MOST_MATTERS = 200
OVERSEERS = frozenset({Role.OPERATOR, *OVERSEEING})


@strawberry.type(description="委托 · a counter acts for the department that has the duty, in these matters.")
class Entrustment:
    number: int = strawberry.field(description="编号 · its number.")
    counter: CreditCode = strawberry.field(description="受委托部门 · the department that acts.")
    duty: CreditCode = strawberry.field(description="委托部门 · the department that has the duty.")
    matters: list[str] = strawberry.field(description="事项编码 · in these matters; none: in all of the duty's.")
    basis: str = strawberry.field(description="依据 · the document that entrusts.")
    valid_from: datetime = strawberry.field(description="起始 · from this instant on.")
    valid_until: datetime | None = strawberry.field(description="终止 · until this instant; null: none set.")
    in_force: bool = strawberry.field(description="是否有效 · whether it holds now.")
    ended_reason: str | None = strawberry.field(description="终止理由 · why it was ended before its time.")


@strawberry.input(description="委托登记 · an entrustment to be recorded.")
class EntrustmentInput:
    counter: CreditCode = strawberry.field(description="受委托部门 · the department that acts.")
    duty: CreditCode = strawberry.field(description="委托部门 · the department that has the duty.")
    basis: str = strawberry.field(description="依据 · the document that entrusts: title, number, date.")
    matters: list[str] = strawberry.field(
        default_factory=list, description="事项编码 · in these matters; none: in all of the duty's."
    )
    valid_from: date | None = strawberry.field(default=None, description="起始日 · the first day; none: at once.")
    valid_until: date | None = strawberry.field(default=None, description="终止日 · the day on which it ends.")


async def _entrustments(
    info: Info[Context, None],
    in_force: Annotated[bool, strawberry.argument(description="仅有效 · only those that hold now.")] = False,
) -> list[Entrustment] | None:
    consumer = info.context.caller.consumer
    within = consumer.division if consumer.roles & OVERSEERS else None
    held = map(_shown, await info.context.ports.entrustments.entrustments(consumer.department, within))
    return [one for one in held if one.in_force or not in_force]


async def _record_entrustment(
    info: Info[Context, None],
    entrustment: Annotated[EntrustmentInput, strawberry.argument(description="委托 · the entrustment.")],
    handler: Annotated[str, strawberry.argument(description="经办人 · the officer who has it recorded.")],
) -> Entrustment | None:
    context = info.context
    by = _operating(context, handler)
    counter, duty = ProviderCode(entrustment.counter), ProviderCode(entrustment.duty)
    if counter == duty:
        raise invalid("a department needs no entrustment for its own duty", "name two departments", article=ARTICLE)
    await _check_party(context, "counter", counter)
    await _check_party(context, "duty", duty)
    check_words(*(("matters", matter) for matter in entrustment.matters))
    if len(entrustment.matters) > MOST_MATTERS:
        raise invalid(
            f"`matters` holds {len(entrustment.matters)}", f"name at most {MOST_MATTERS}, or none for all", article=ARTICLE
        )
    if not entrustment.basis.strip():
        raise invalid("an entrustment needs a written basis", "name the document in `basis`", article=ARTICLE)
    days = days_of(entrustment.valid_from, entrustment.valid_until, by.today)
    if days.begins < by.today:
        raise invalid(
            "`validFrom` is past",
            "acting for another begins when it is recorded; the basis tells its own date",
            article=ARTICLE,
        )
    known = (await context.current_rights()).matters
    for matter in sorted(entrustment.matters):
        if not known.known_from(matter, days.begins):
            raise errors.GatewayError(
                errors.NOT_FOUND,
                f"no matter `{matter}` is registered for that time",
                "compare its code: `matters` lists them; leave `matters` empty to entrust all of the duty's",
                article=ARTICLE,
            )
    begins = datetime.now(UTC) if days.begins == by.today else _midnight(days.begins)
    terms = NewEntrustment(
        counter,
        duty,
        frozenset(entrustment.matters),
        checked_text("basis", entrustment.basis),
        begins,
        None if days.ends is None else _midnight(days.ends),
    )
    await context.record("recordEntrustment", f"{counter}/{duty}", handler=handler)
    return _shown(await context.ports.entrustments.record_entrustment(terms, by))


async def _end_entrustment(
    info: Info[Context, None],
    number: Annotated[int, strawberry.argument(description="编号 · the entrustment's number.")],
    reason: Annotated[str, strawberry.argument(description="理由 · why it ends.")],
    handler: Annotated[str, strawberry.argument(description="经办人 · the officer who has it ended.")],
) -> Entrustment | None:
    context = info.context
    by = _operating(context, handler)
    told = required_reason(reason, "the end of an entrustment", ARTICLE)
    held = await context.ports.entrustments.entrustment(number)
    if held is None:
        raise errors.GatewayError(
            errors.NOT_FOUND, f"no entrustment `{number}`", "`entrustments` lists them", article=ARTICLE
        )
    await _check_party(context, "duty", held.terms.duty, ended=True)
    await context.record("endEntrustment", str(number), handler=handler)
    return _shown(await context.ports.entrustments.end_entrustment(number, told, by))


@strawberry.type
class EntrustmentQuery:
    entrustments: list[Entrustment] | None = strawberry.field(
        resolver=_entrustments,
        description="**委托** · the entrustments that one's own department gave or received; to operators, auditors "
        "and supervisors those of their jurisdiction. The latest first.",
    )


@strawberry.type
class EntrustmentMutation:
    record_entrustment: Entrustment | None = strawberry.field(
        resolver=_record_entrustment,
        description="**登记委托** · record that a counter acts for the department that has the duty (operator). "
        "Recorded in the ledger.",
    )
    end_entrustment: Entrustment | None = strawberry.field(
        resolver=_end_entrustment,
        description="**终止委托** · end an entrustment, with a reason: from the next request on nothing is given under it "
        "(operator). Recorded in the ledger.",
    )


def _operating(context: Context, handler: str) -> Recorder:
    return Recorder(context.acting(Role.OPERATOR, handler).client, handler, today(now()))


async def _check_party(context: Context, name: str, department: ProviderCode, *, ended: bool = False) -> None:
    """Raises NOT_FOUND for an unknown department, or one whose term has ended (unless it may be `ended`); NOT_RESPONSIBLE
    for one that the operator does not administer (Art. 5).
    """
    party = await context.ports.parties.party(department)
    if party is None or not (party.in_force or ended):
        raise errors.GatewayError(
            errors.NOT_FOUND,
            f"`{name}` names no department in force: `{department}`",
            "register it with `registerDepartment`",
            article=ARTICLE,
        )
    check_jurisdiction(context.caller.consumer.division, party.division)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA)


def _shown(held: RecordedEntrustment) -> Entrustment:
    terms, instant = held.terms, datetime.now(UTC)
    return Entrustment(
        number=held.id,
        counter=CreditCode(terms.counter),
        duty=CreditCode(terms.duty),
        matters=sorted(terms.matters),
        basis=terms.basis,
        valid_from=terms.valid_from,
        valid_until=terms.valid_until,
        in_force=terms.valid_from <= instant and (terms.valid_until is None or instant < terms.valid_until),
        ended_reason=held.ended_reason,
    )
