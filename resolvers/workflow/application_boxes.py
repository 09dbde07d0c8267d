"""收件箱、发件箱: applications as their parties find them, with counts and what is overdue."""

import base64
from typing import Annotated

import strawberry
from strawberry.types import Info

import errors
from catalogue.model import ProviderCode
from resolvers.deadline_watch import recompute
from resolvers.ports.applications import Filter
from resolvers.roles import Role, require_overseer, require_role
from resolvers.workflow.application_answer import letter_of
from resolvers.workflow.application_types import Application as Told
from resolvers.workflow.application_types import ApplicationCount, ApplicationPage
from resolvers.workflow.applications import ARTICLE, Desk, Side, desk, find, side_of
from resolvers.workflow.boxes import DEFAULT_FIRST, After, First, Item, Wanted, look_into
from resolvers.workflow.context import Context
from resolvers.workflow.inputs import check_words
from schema.enums import ApplicationState
from sharing.application import State

StateWanted = Annotated[ApplicationState | None, strawberry.argument(description="状态 · only those in this state.")]
Overdue = Annotated[bool, strawberry.argument(description="仅超期 · only those whose answer is overdue.")]
OfConsumer = Annotated[str | None, strawberry.argument(description="使用部门 · only its applications.")]
ToProvider = Annotated[str | None, strawberry.argument(description="提供部门 · only those made to it.")]


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
    consumer: OfConsumer = None,
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
    provider: ToProvider = None,
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


async def _overseen_applications(
    info: Info[Context, None],
    state: StateWanted = None,
    overdue_only: Overdue = False,
    consumer: OfConsumer = None,
    provider: ToProvider = None,
    item: Item = None,
    first: First = DEFAULT_FIRST,
    after: After = None,
) -> ApplicationPage | None:
    context = info.context
    at = await desk(context)
    require_overseer(context.caller.consumer.roles)
    chosen = Filter(
        consumer=_department("consumer", consumer),
        provider=_department("provider", provider),
        item=None if item is None else at.code(item),
        within=context.caller.consumer.division,
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
    overseen_applications: ApplicationPage | None = strawberry.field(
        resolver=_overseen_applications,
        description="**申请监督** · for supervisors and auditors: all submitted applications that a department within their "
        "jurisdiction made, or that were made to one; with `overdueOnly` those whose answer is overdue (Art. 25(3)).",
    )
    answer_letter: str | None = strawberry.field(
        resolver=_answer_letter, description="**附函** · the bytes of an answer's letter in Base64, for both parties."
    )


async def _page(
    at: Desk, chosen: Filter, state: ApplicationState | None, overdue_only: bool, first: int, after: str | None
) -> ApplicationPage:
    wanted = Wanted(None if state is None else State[state.value], overdue_only, first, after)
    wanted.check()
    context = at.context
    await recompute(context.ports.applications, at.calendar, context.ports.profile)  # none is listed by a former calendar
    box = await look_into(context.ports.applications, chosen, wanted, at.day)
    counts = [(one, box.counts[one]) for one in State if one in box.counts]
    return ApplicationPage(
        applications=[at.told(one, side) for one in box.page if (side := side_of(context, one)) is not None],
        counts=[ApplicationCount(state=ApplicationState(one.name), count=count) for one, count in counts],
        overdue=box.overdue,
        next=box.next,
    )


def _department(name: str, code: str | None) -> ProviderCode | None:
    if code is None:
        return None
    check_words((name, code))
    return ProviderCode(code)
