"""收件箱、发件箱: applications as their parties find them, with counts and what is overdue."""

import base64
from dataclasses import replace
from typing import Annotated

import strawberry
from strawberry.types import Info

import errors
from catalogue.model import ProviderCode
from resolvers.deadline_watch import recompute
from resolvers.ports.applications import Filter
from resolvers.roles import Role, require_role
from resolvers.workflow.application_answer import letter_of
from resolvers.workflow.application_types import Application as Told
from resolvers.workflow.application_types import ApplicationCount, ApplicationPage
from resolvers.workflow.applications import ARTICLE, Desk, Side, desk, find, side_of
from resolvers.workflow.context import Context
from resolvers.workflow.inputs import check_words, invalid
from schema.enums import ApplicationState
from sharing.application import State

DEFAULT_FIRST = 20
MOST_FIRST = 100

StateWanted = Annotated[ApplicationState | None, strawberry.argument(description="状态 · only those in this state.")]
Overdue = Annotated[bool, strawberry.argument(description="仅超期 · only those whose answer is overdue.")]
Item = Annotated[str | None, strawberry.argument(description="信息项 · only those about it: its code or `Type.field`.")]
First = Annotated[int, strawberry.argument(description=f"条数 · how many, at most {MOST_FIRST}.")]
After = Annotated[strawberry.ID | None, strawberry.argument(description="续页 · what `next` of the page before said.")]


async def _application(
    info: Info[Context, None],
    application: Annotated[strawberry.ID, strawberry.argument(name="id", description="申请编号 · which application.")],
) -> Told | None:
    found, side = await find(info.context, application)
    return (await desk(info.context)).told(found, side)


async def _inbox(
    info: Info[Context, None],
    state: StateWanted = None,
    overdue_only: Overdue = False,
    consumer: Annotated[str | None, strawberry.argument(description="使用部门 · only its applications.")] = None,
    item: Item = None,
    first: First = DEFAULT_FIRST,
    after: After = None,
) -> ApplicationPage | None:
    context = info.context
    at = await desk(context)
    own, roles = context.caller.consumer.department, context.caller.consumer.roles
    if Role.SUPERVISOR not in roles:
        require_role(roles, Role.PROVIDER)
    chosen = Filter(
        consumer=_department("consumer", consumer),
        provider=own if Role.PROVIDER in roles else None,
        coordinator=own if Role.SUPERVISOR in roles else None,
        item=None if item is None else at.code(item),
    )
    return await _page(at, chosen, state, overdue_only, first, after)


async def _outbox(
    info: Info[Context, None],
    state: StateWanted = None,
    overdue_only: Overdue = False,
    provider: Annotated[str | None, strawberry.argument(description="提供部门 · only those made to it.")] = None,
    item: Item = None,
    first: First = DEFAULT_FIRST,
    after: After = None,
) -> ApplicationPage | None:
    context = info.context
    at = await desk(context)
    require_role(context.caller.consumer.roles, Role.CONSUMER)
    chosen = Filter(
        consumer=context.caller.consumer.department,
        provider=_department("provider", provider),
        drafts=True,
        item=None if item is None else at.code(item),
    )
    return await _page(at, chosen, state, overdue_only, first, after)


async def _answer_letter(
    info: Info[Context, None],
    application: Annotated[strawberry.ID, strawberry.argument(name="id", description="申请编号 · which application.")],
    sha256: Annotated[str, strawberry.argument(description="摘要 · which letter, by its SHA-256.")],
) -> str | None:
    context = info.context
    found, side = await find(context, application)
    proposed = found.proposal.letter if side is Side.PROVIDER and found.proposal is not None else None
    letter = letter_of(found, sha256) if proposed is None or proposed.sha256 != sha256 else proposed
    content = None
    if side in (Side.CONSUMER, Side.PROVIDER) and letter is not None:
        content = await context.ports.applications.letter(found.id, sha256)
    if content is None:
        raise errors.GatewayError(
            errors.NOT_FOUND, "there is no such letter", "`letter` of the application names it", article=ARTICLE
        )
    return base64.b64encode(content).decode()


@strawberry.type
class ApplicationQuery:
    application: Told | None = strawberry.field(
        resolver=_application,
        description="**申请** · one application, with all its steps, for its parties and who coordinates or oversees it.",
    )
    inbox: ApplicationPage | None = strawberry.field(
        resolver=_inbox,
        description="**收件箱** · applications that were made to your department, or that it was asked to coordinate.",
    )
    outbox: ApplicationPage | None = strawberry.field(
        resolver=_outbox, description="**发件箱** · applications that your department made, drafts among them."
    )
    answer_letter: str | None = strawberry.field(
        resolver=_answer_letter, description="**附函** · the bytes of an answer's letter in Base64, for both parties."
    )


async def _page(
    at: Desk, chosen: Filter, state: ApplicationState | None, overdue_only: bool, first: int, after: str | None
) -> ApplicationPage:
    if not 1 <= first <= MOST_FIRST:
        raise invalid(f"`first` is {first}", f"between 1 and {MOST_FIRST}")
    context = at.context
    await recompute(context.ports.applications, at.calendar, context.ports.profile)  # none is listed by a former calendar
    overdue = replace(chosen, overdue_on=at.day)
    wanted = replace(overdue if overdue_only else chosen, states=frozenset(() if state is None else (State[state.value],)))
    book = context.ports.applications
    found = await book.page(wanted, first + 1, after)
    counts = await book.counts(overdue if overdue_only else chosen)
    late = counts if overdue_only else await book.counts(overdue)
    page = found[:first]
    return ApplicationPage(
        applications=[at.told(one, side) for one in page if (side := side_of(context, one)) is not None],
        counts=[ApplicationCount(state=ApplicationState(one.name), count=counts[one]) for one in State if one in counts],
        overdue=sum(late.values()),
        next=strawberry.ID(page[-1].id) if len(found) > first else None,
    )


def _department(name: str, code: str | None) -> ProviderCode | None:
    if code is None:
        return None
    check_words((name, code))
    return ProviderCode(code)
