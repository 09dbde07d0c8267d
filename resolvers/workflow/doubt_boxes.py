"""疑义收件箱、发件箱: doubts as their parties find them, with counts and what is overdue."""

import base64
from dataclasses import replace
from typing import Annotated

import strawberry
from strawberry.types import Info

import errors
from resolvers.ports.doubts import DoubtFilter
from resolvers.roles import Role, require_role
from resolvers.workflow.context import Context
from resolvers.workflow.doubt_place import spellings
from resolvers.workflow.doubt_types import Doubt as Told
from resolvers.workflow.doubt_types import DoubtCount, DoubtPage
from resolvers.workflow.doubts import Side, desk, find, side_of
from resolvers.workflow.inputs import invalid
from resolvers.workflow.named_items import item_code
from schema.enums import DoubtState
from sharing.doubt import ARTICLE, State
from sharing.terms import entries_by_code

DEFAULT_FIRST, MOST_FIRST = 20, 100

StateWanted = Annotated[DoubtState | None, strawberry.argument(description="状态 · only those in this state.")]
Overdue = Annotated[bool, strawberry.argument(description="仅超期 · only those that are overdue.")]
Item = Annotated[str | None, strawberry.argument(description="信息项 · only those about it: its code or `Type.field`.")]
Subject = Annotated[str | None, strawberry.argument(description="主体代码 · only those about whom this code names; hashed.")]
First = Annotated[int, strawberry.argument(description=f"条数 · how many, at most {MOST_FIRST}.")]
After = Annotated[strawberry.ID | None, strawberry.argument(description="续页 · what `next` of the page before said.")]


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


async def _doubt_evidence(
    info: Info[Context, None],
    doubt: Annotated[strawberry.ID, strawberry.argument(name="id", description="疑义编号 · which doubt.")],
    sha256: Annotated[str, strawberry.argument(description="摘要 · which file, by its SHA-256.")],
) -> str | None:
    context = info.context
    found, side = await find(context, doubt)
    content = None
    if side is not Side.FORMER and any(one.sha256 == sha256 for one in found.evidence):
        content = await context.ports.doubts.evidence(found.id, sha256)
    if content is None:
        raise errors.GatewayError(
            errors.NOT_FOUND, "there is no such evidence", "`evidence` of the doubt names it", article=ARTICLE
        )
    return base64.b64encode(content).decode()


@strawberry.type
class DoubtQuery:
    doubt: Told | None = strawberry.field(
        resolver=_doubt, description="**疑义** · one doubt with all its steps, for its reporter and whoever verifies it."
    )
    doubts: DoubtPage | None = strawberry.field(
        resolver=_doubts,
        description="**疑义收件箱** · doubts that are with your department to verify, or were before a transfer.",
    )
    reported_doubts: DoubtPage | None = strawberry.field(
        resolver=_reported_doubts, description="**疑义发件箱** · doubts that your department reported."
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
    if not 1 <= first <= MOST_FIRST:
        raise invalid(f"`first` is {first}", f"between 1 and {MOST_FIRST}")
    at, book = await desk(context), context.ports.doubts
    overdue = replace(chosen, overdue_on=at.day)
    wanted = replace(overdue if overdue_only else chosen, states=frozenset(() if state is None else (State[state.value],)))
    found = await book.page(wanted, first + 1, after)
    counts = await book.counts(overdue if overdue_only else chosen)
    late = counts if overdue_only else await book.counts(overdue)
    page = found[:first]
    return DoubtPage(
        doubts=[at.told(one, side) for one in page if (side := side_of(context, one)) is not None],
        counts=[DoubtCount(state=DoubtState(one.name), count=counts[one]) for one in State if one in counts],
        overdue=sum(late.values()),
        next=strawberry.ID(page[-1].id) if len(found) > first else None,
    )
