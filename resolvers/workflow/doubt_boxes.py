"""疑义收件箱、发件箱: doubts as their parties find them, with counts and what is overdue."""

import base64
from dataclasses import replace
from typing import Annotated

import strawberry
from strawberry.types import Info

import errors
from catalogue.model import ProviderCode
from resolvers.ports.doubts import DoubtFilter
from resolvers.roles import Role, require_overseer, require_role
from resolvers.workflow.boxes import DEFAULT_FIRST, After, First, Item, Wanted, look_into
from resolvers.workflow.context import Context
from resolvers.workflow.doubt_place import spellings
from resolvers.workflow.doubt_types import Doubt as Told
from resolvers.workflow.doubt_types import DoubtCount, DoubtPage
from resolvers.workflow.doubts import Side, desk, find, side_of
from resolvers.workflow.named_items import item_code
from schema.enums import DoubtState
from schema.scalars import CreditCode
from sharing.doubt import ARTICLE, State
from sharing.terms import entries_by_code

StateWanted = Annotated[DoubtState | None, strawberry.argument(description="状态 · only those in this state.")]
Overdue = Annotated[bool, strawberry.argument(description="仅超期 · only those that are overdue.")]
Subject = Annotated[str | None, strawberry.argument(description="主体代码 · only those about whom this code names; hashed.")]
Department = Annotated[CreditCode | None, strawberry.argument(description="部门 · only its doubts, by its credit code.")]


async def _doubt(
    info: Info[Context, None],
    doubt: Annotated[strawberry.ID, strawberry.argument(name="id", description="疑义编号 · which doubt.")],
) -> Told | None:
    found, side = await find(info.context, doubt)
    return (await desk(info.context)).told(found, side)


async def _doubts(
    info: Info[Context, None],
    state: StateWanted = None,
    overdue_only: Overdue = False,
    item: Item = None,
    subject: Subject = None,
    first: First = DEFAULT_FIRST,
    after: After = None,
) -> DoubtPage | None:
    context = info.context
    require_role(context.caller.consumer.roles, Role.PROVIDER)
    chosen = _filter(context, item, subject)
    chosen = replace(chosen, provider=context.caller.consumer.department)
    return await _page(context, chosen, state, overdue_only, first, after)


async def _reported_doubts(
    info: Info[Context, None],
    state: StateWanted = None,
    overdue_only: Overdue = False,
    item: Item = None,
    subject: Subject = None,
    first: First = DEFAULT_FIRST,
    after: After = None,
) -> DoubtPage | None:
    context = info.context
    consumer, asking = context.caller.consumer, context.caller.asking
    require_role(consumer.roles, Role.CONSUMER)
    chosen = _filter(context, item, subject)
    chosen = replace(chosen, reporter=consumer.department if asking is None else asking.department)
    return await _page(context, chosen, state, overdue_only, first, after)


async def _overseen_doubts(
    info: Info[Context, None],
    state: StateWanted = None,
    overdue_only: Overdue = False,
    item: Item = None,
    reporter: Department = None,
    provider: Department = None,
    first: First = DEFAULT_FIRST,
    after: After = None,
) -> DoubtPage | None:
    context = info.context
    require_overseer(context.caller.consumer.roles)
    chosen = replace(
        _filter(context, item, None),
        reporter=None if reporter is None else ProviderCode(reporter),
        provider=None if provider is None else ProviderCode(provider),
        within=context.caller.consumer.division,
        overseer=context.caller.consumer.department,
    )
    return await _page(context, chosen, state, overdue_only, first, after)


async def _doubt_evidence(
    info: Info[Context, None],
    doubt: Annotated[strawberry.ID, strawberry.argument(name="id", description="疑义编号 · which doubt.")],
    sha256: Annotated[str, strawberry.argument(description="摘要 · which file, by its SHA-256.")],
) -> str | None:
    context = info.context
    found, side = await find(context, doubt)
    content = None
    if side in (Side.REPORTER, Side.PROVIDER) and any(one.sha256 == sha256 for one in found.evidence):
        content = await context.ports.doubts.evidence(found.id, sha256)
    if content is None:
        raise errors.GatewayError(
            errors.NOT_FOUND, "there is no such evidence", "`evidence` of the doubt names it", article=ARTICLE
        )
    return base64.b64encode(content).decode()


@strawberry.type
class DoubtQuery:
    doubt: Told | None = strawberry.field(
        resolver=_doubt,
        description="**疑义** · one doubt with all its steps, for its reporter, whoever verifies it, and who oversees them.",
    )
    doubts: DoubtPage | None = strawberry.field(
        resolver=_doubts,
        description="**疑义收件箱** · doubts that are with your department to verify, or were before a transfer.",
    )
    reported_doubts: DoubtPage | None = strawberry.field(
        resolver=_reported_doubts, description="**疑义发件箱** · doubts that your department reported."
    )
    overseen_doubts: DoubtPage | None = strawberry.field(
        resolver=_overseen_doubts,
        description="**疑义监督** · for supervisors and auditors: all doubts that a department within their jurisdiction "
        "reported or verifies. How each goes, and nothing of what a register holds, or is said to hold, of whom.",
    )
    doubt_evidence: str | None = strawberry.field(
        resolver=_doubt_evidence,
        description="**佐证材料** · the bytes of a piece of evidence in Base64, for the reporter and who verifies it now.",
    )


def _filter(context: Context, item: str | None, subject: str | None) -> DoubtFilter:
    references: tuple[bytes, ...] | None = None
    if subject is not None:
        references = tuple(bytes(one) for code in spellings(subject) for one in context.ports.subject_hash.all_of(code))
    return DoubtFilter(
        item=None if item is None else item_code(context.catalogue, entries_by_code(context.catalogue), item),
        subjects=references,
    )


async def _page(
    context: Context, chosen: DoubtFilter, state: DoubtState | None, overdue_only: bool, first: int, after: str | None
) -> DoubtPage:
    wanted = Wanted(None if state is None else State[state.value], overdue_only, first, after)
    wanted.check()
    at = await desk(context)
    box = await look_into(context.ports.doubts, chosen, wanted, at.day)
    # a list is seen from one side: who oversees is told no more for being the provider of one of them
    sides = ((one, Side.OVERSEER if chosen.within is not None else side_of(context, one)) for one in box.page)
    return DoubtPage(
        doubts=[at.told(one, side) for one, side in sides if side is not None],
        counts=[DoubtCount(state=DoubtState(one.name), count=box.counts[one]) for one in State if one in box.counts],
        overdue=box.overdue,
        next=box.next,
    )
