"""Grants after they were given: revoked, renewed, narrowed, suspended and resumed by their provider, read by both parties.

Whoever is no party of a grant is told that there is none. Each step is in the ledger before it is done, also one that is
then refused: who tried to dispose of another department's grant stands there.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from time import time
from typing import Annotated, NamedTuple

import strawberry
from strawberry.types import Info

import errors
from catalogue.model import ItemCode, ProviderCode
from resolvers.day import today
from resolvers.ports.grants import GrantFilter, GrantRecord, GrantState, NewSuspension
from resolvers.roles import Role
from resolvers.workflow.context import Acting, Context
from resolvers.workflow.grant_types import Grant, GrantPage, State, Suspension, View, grant_shown, suspension_shown
from resolvers.workflow.inputs import checked_text, invalid, required_reason
from resolvers.workflow.named_items import code_of
from resolvers.workflow.sourced_items import sourced_items
from resolvers.workflow.stored import check_stored
from schema.filters import DEFAULT_FIRST, MAX_FIRST
from schema.scalars import CreditCode
from sharing.chain import Officer, Step, check_alone, check_officer
from sharing.grant import GrantId
from sharing.renewal import Ground, chosen, narrowed, renewed
from sharing.sealed import Granted
from sharing.terms import end_of

MOST_DAYS = 3_660
_ID = re.compile("[0-9a-f]{32}")
_GRANT = strawberry.argument(description="授权编号 · the grant's id.")
_HANDLER = strawberry.argument(description="经办人 · the officer who takes this step.")
_REASON = strawberry.argument(description="理由 · why; required (Art. 16 ¶1).")
_OVERSEE = (Role.AUDITOR, Role.SUPERVISOR, Role.OPERATOR)
_SEE_OWN = (Role.CONSUMER, Role.PROVIDER, Role.COMPILER)


class Held(NamedTuple):
    """A grant that can be built upon."""

    id: GrantId
    granted: Granted


def view_of(context: Context) -> View:
    """Auditor and supervisor see the grants of every department within their jurisdiction (Art. 5), an operator their facts;
    anybody else those of its own department, or where it acts for another, those that this one was given.

    Raises ROLE_REQUIRED.
    """
    consumer, asking = context.caller.consumer, context.caller.asking
    if any(role in consumer.roles for role in _OVERSEE):
        return View(None, consumer.division, consumer_only=False, words=Role.OPERATOR not in consumer.roles)
    if not any(role in consumer.roles for role in _SEE_OWN):
        raise errors.GatewayError(
            errors.ROLE_REQUIRED,
            "grants are read by the departments that give and hold them, and by those who supervise",
            "use a client of a department",
            article="Art. 21",
        )
    if asking is not None and asking.acting:
        return View(asking.department, None, consumer_only=True, words=True)
    return View(consumer.department, None, consumer_only=False, words=True)


def _check_own(context: Context, acting: Acting) -> None:
    """Who disposes of what a department gives: itself. An entrustment hands on a duty, not the provider's powers.

    Raises NOT_RESPONSIBLE.
    """
    if acting.department != context.caller.consumer.department:
        raise errors.GatewayError(
            errors.NOT_RESPONSIBLE,
            "what a department provides is disposed of by itself, not by who acts for it",
            "leave out `acting-for`",
            article="Art. 17 ¶2",
        )


async def _disposing(
    context: Context, field: str, about: str, handler: str, check: Callable[[Sequence[Officer], date], None]
) -> Acting:
    """Who takes the step `field` on `about` for its own department, where `check` lets the handler (by the department's
    officers, on this day). It is on record then; where it may not, the attempt is.

    Raises ROLE_REQUIRED, INPUT_INVALID, NOT_RESPONSIBLE, LEDGER_UNAVAILABLE, and as `check`.
    """
    acting = context.acting(Role.PROVIDER, handler)
    officers = await context.ports.parties.officers(acting.department)
    try:
        _check_own(context, acting)
        check(officers, today(time()))
    except errors.GatewayError as refusal:
        await context.record(field, about, handler=handler, breaches=(refusal.code.name,))
        raise
    await context.record(field, about, handler=handler)
    return acting


async def _by_officer(context: Context, field: str, about: str, handler: str, steps: Iterable[Step] = Step) -> Acting:
    """As `_disposing`, by an officer who may take one of these steps of an answer, where the department keeps officers. To
    stop what was given, at once, any of them is enough.
    """
    return await _disposing(
        context, field, about, handler, lambda officers, day: check_officer(officers, steps, handler, day)
    )


async def _grants(
    info: Info[Context, None],
    state: Annotated[State | None, strawberry.argument(description="状态 · in this state now.")] = None,
    consumer: Annotated[CreditCode | None, strawberry.argument(description="使用部门 · given to it.")] = None,
    provider: Annotated[CreditCode | None, strawberry.argument(description="提供部门 · given by it.")] = None,
    item: Annotated[str | None, strawberry.argument(description="信息项 · its code, or `Type.field`.")] = None,
    expiring_within_days: Annotated[
        int | None, strawberry.argument(description="几日内届满 · in force, and ending within so many days.")
    ] = None,
    first: Annotated[int, strawberry.argument(description=f"至多条数 · 1 to {MAX_FIRST}.")] = DEFAULT_FIRST,
    after: Annotated[str | None, strawberry.argument(description="游标 · `endCursor` of the page before.")] = None,
) -> GrantPage | None:
    context = info.context
    view = view_of(context)
    if not 1 <= first <= MAX_FIRST:
        raise invalid(f"`first` is {first}", f"ask for 1 to {MAX_FIRST} grants")
    ending = None
    if expiring_within_days is not None:
        if not 0 <= expiring_within_days <= MOST_DAYS:
            raise invalid("`expiringWithinDays` is out of range", f"between 0 and {MOST_DAYS}")
        ending = end_of(today(datetime.now(UTC).timestamp()) + timedelta(days=expiring_within_days))
    if view.consumer_only:
        if consumer is not None and consumer != str(view.party):
            return GrantPage(total=0, nodes=[], end_cursor=None)
        consumer = CreditCode(str(view.party))
    wanted = GrantFilter(
        view.party,
        None if state is None else GrantState[state.name],
        None if consumer is None else ProviderCode(consumer),
        None if provider is None else ProviderCode(provider),
        None if item is None else code_of(context.catalogue, item),
        ending,
        view.within,
    )
    page = await context.ports.grants.page(wanted, first, after)
    shown = [grant_shown(record, view) for record in page.grants if record.granted is not None]
    return GrantPage(total=page.total, nodes=shown, end_cursor=page.after)


async def _grant(
    info: Info[Context, None],
    number: Annotated[str, strawberry.argument(name="id", description="授权编号 · its id.")],
) -> Grant | None:
    context, view = info.context, view_of(info.context)
    record = await context.ports.grants.find(checked_id(number))
    if record is None or record.granted is None or not view.shows(record.granted, context.ports.rights.registered_in):
        raise _unknown()
    return grant_shown(record, view)


async def _suspensions(
    info: Info[Context, None],
    only_open: Annotated[
        bool, strawberry.argument(name="open", description="只列未恢复的 · only those that hold now.")
    ] = True,
) -> list[Suspension] | None:
    view = view_of(info.context)
    held = await info.context.ports.grants.suspensions(view.party, only_open, view.within)
    return [suspension_shown(one, view) for one in held if not view.consumer_only or one.consumer == view.party]


@strawberry.type
class GrantQuery:
    grants: GrantPage | None = strawberry.field(
        resolver=_grants,
        description="**授权** · grants that the own department gave or holds, the newest first; supervisors and auditors "
        "read those that a department of their jurisdiction gave or holds, operators their facts without words and "
        "signatures.",
    )
    grant: Grant | None = strawberry.field(
        resolver=_grant,
        description="**一项授权** · one grant with its canonical text, its signature and its life so far.",
    )
    suspensions: list[Suspension] | None = strawberry.field(
        resolver=_suspensions,
        description="**暂停** · what the own department has stopped, or what was stopped for it; to supervisors, auditors "
        "and operators what concerns a department of their jurisdiction. The latest hundred.",
    )


async def _revoke_grant(
    info: Info[Context, None],
    grant: Annotated[str, _GRANT],
    reason: Annotated[str, _REASON],
    handler: Annotated[str, _HANDLER],
) -> Grant | None:
    context = info.context
    why, number = required_reason(reason, "a revocation"), checked_id(grant)
    acting = await _by_officer(context, "revokeGrant", number, handler)
    return _own(context, await context.ports.grants.revoke(acting.department, number, why, handler))


async def _renew_grant(
    info: Info[Context, None],
    grant: Annotated[str, _GRANT],
    valid_until: Annotated[date, strawberry.argument(description="新的最后有效日 · the new last day, in China.")],
    handler: Annotated[str, _HANDLER],
    items: Annotated[
        list[str] | None, strawberry.argument(description="信息项 · only these, by code or `Type.field`; default all.")
    ] = None,
) -> Grant | None:
    context, now = info.context, datetime.now(UTC)
    number = checked_id(grant)
    chain = await context.ports.parties.answer_chain(context.caller.consumer.department)
    acting = await _disposing(
        *(context, "renewGrant", number, handler), lambda officers, day: check_alone(chain, officers, handler, day)
    )
    former = await _given(context, acting, number)
    days = today(now.timestamp()), valid_until
    kept = chosen(former.granted, None if items is None else [code_of(context.catalogue, one) for one in items])
    said = [stated.part for stated in await context.ports.catalogue_life.parts_of(sorted(kept.items))]
    granted = renewed(kept, former.id, Ground(context.catalogue, said), days, now, handler=handler)
    return _own(context, await context.ports.grants.replace(granted, revoke_reason=None))


async def _narrow_grant(
    info: Info[Context, None],
    grant: Annotated[str, _GRANT],
    operations: Annotated[
        list[str], strawberry.argument(description="存储的查询 · hashes of operations that the consumer has stored.")
    ],
    reason: Annotated[str, _REASON],
    handler: Annotated[str, _HANDLER],
) -> Grant | None:
    context = info.context
    why, number = required_reason(reason, "a narrowing"), checked_id(grant)
    acting = await _by_officer(context, "narrowGrant", number, handler)
    former = await _given(context, acting, number)
    await check_stored(context, former.granted.department, operations)
    granted = narrowed(former.granted, former.id, frozenset(operations), datetime.now(UTC), handler=handler)
    return _own(context, await context.ports.grants.replace(granted, revoke_reason=why))


async def _request_renewal(
    info: Info[Context, None],
    grant: Annotated[str, _GRANT],
    note: Annotated[str, strawberry.argument(description="说明 · what it is still needed for.")],
    handler: Annotated[str, _HANDLER],
) -> Grant | None:
    context = info.context
    acting, number = context.acting(Role.CONSUMER, handler), checked_id(grant)
    words = checked_text("note", note)
    await context.record("requestRenewal", number, handler=handler)
    return _own(context, await context.ports.grants.request_renewal(acting.department, number, words, handler))


async def _suspend_sharing(
    info: Info[Context, None],
    reason: Annotated[str, _REASON],
    handler: Annotated[str, _HANDLER],
    grant: Annotated[str | None, strawberry.argument(description="授权编号 · one grant, with all that renews it.")] = None,
    consumer: Annotated[
        CreditCode | None, strawberry.argument(description="使用部门 · or a department, under whatever grant.")
    ] = None,
    items: Annotated[
        list[str] | None, strawberry.argument(description="信息项 · for it only these, by code or `Type.field`.")
    ] = None,
) -> Suspension | None:
    context = info.context
    why = required_reason(reason, "a suspension")
    if (grant is None) == (consumer is None) or (grant is not None and items is not None):
        raise invalid("name either `grant`, or `consumer` with or without `items`", "a grant is stopped as a whole")
    number = None if grant is None else checked_id(grant)
    acting = await _by_officer(context, "suspendSharing", number or str(consumer), handler)
    codes = frozenset[ItemCode]() if grant is not None else await sourced_items(context, acting.department, items)
    new = NewSuspension(
        acting.department,
        None if consumer is None else ProviderCode(consumer),
        None if number is None else GrantId(number),
        codes,
        why,
        handler,
        codes & context.catalogue.parted.keys(),
    )
    return suspension_shown(await context.ports.grants.suspend(new), _own_view(context))


async def _resume_sharing(
    info: Info[Context, None],
    suspension: Annotated[int, strawberry.argument(description="暂停编号 · the suspension's id.")],
    reason: Annotated[str, _REASON],
    handler: Annotated[str, _HANDLER],
) -> Suspension | None:
    context = info.context
    why = required_reason(reason, "a resumption")
    acting = await _by_officer(context, "resumeSharing", str(suspension), handler, (Step.ISSUE,))
    held = await context.ports.grants.resume(acting.department, suspension, why, handler)
    return suspension_shown(held, _own_view(context))


@strawberry.type
class GrantMutation:
    revoke_grant: Grant | None = strawberry.field(
        resolver=_revoke_grant,
        description="**撤回授权** · withdraw a grant and all that renews it, with a reason. It holds from the next request "
        "on, on every worker, also for requests under way, and is final. Its provider only.",
    )
    renew_grant: Grant | None = strawberry.field(
        resolver=_renew_grant,
        description="**续期** · continue a grant from its end, as far as the catalogue foresees it now. Its provider only, "
        "by an officer who may issue; a department that answers in steps (`setAnswerChain`) answers a new application.",
    )
    narrow_grant: Grant | None = strawberry.field(
        resolver=_narrow_grant,
        description="**限定查询** · replace a grant by one under which only these stored operations run. Its provider only.",
    )
    request_renewal: Grant | None = strawberry.field(
        resolver=_request_renewal,
        description="**申请续期** · ask a grant's provider to go on; once for each grant. Its consumer only.",
    )
    suspend_sharing: Suspension | None = strawberry.field(
        resolver=_suspend_sharing,
        description="**暂停共享** · stop what is granted at once, with a reason: one grant, or own items for a department: "
        "also what a former source had granted, on the rows that the own department is the source of now. It holds from the "
        "next request on until it is taken back. What is shared unconditionally is not touched.",
    )
    resume_sharing: Suspension | None = strawberry.field(
        resolver=_resume_sharing,
        description="**恢复共享** · take a suspension back, with a reason. Who suspended only.",
    )


def checked_id(text: str) -> str:
    """A grant's id. Raises NOT_FOUND for what can be none: what was offered is not repeated."""
    if _ID.fullmatch(text) is None:
        raise _unknown()
    return text


async def _given(context: Context, acting: Acting, number: str) -> Held:
    """A sound grant of this provider. Raises NOT_FOUND, NOT_RESPONSIBLE, STATE_CONFLICT."""
    record: GrantRecord | None = await context.ports.grants.find(number)
    if record is None or record.granted is None:
        raise _unknown()
    granted = record.granted
    if acting.department not in (granted.provider, granted.department):
        raise _unknown()
    if granted.provider != acting.department:
        raise errors.GatewayError(
            errors.NOT_RESPONSIBLE,
            "only the provider disposes of what it granted",
            "ask the providing department; `requestRenewal` asks it to go on",
            article="Art. 17 ¶1",
        )
    if not record.sound:
        raise errors.GatewayError(
            errors.STATE_CONFLICT,
            f"the grant `{number}` was altered after it was signed: it counts for nothing",
            "answer anew; the operator looks into how that came about",
            article="Art. 16 ¶1",
        )
    return Held(record.id, granted)


def _own_view(context: Context) -> View:
    return View(context.caller.consumer.department, None, consumer_only=False, words=True)


def _own(context: Context, record: GrantRecord) -> Grant:
    return grant_shown(record, _own_view(context))


def _unknown() -> errors.GatewayError:
    return errors.GatewayError(
        errors.NOT_FOUND,
        "no such grant of this department",
        "`grants` lists those that it gave or holds",
        article="Art. 16 ¶1",
    )
