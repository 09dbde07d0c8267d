"""协商、协调: what was refused or is not shared is negotiated; where that fails, one body or the other coordinates."""

from typing import Annotated, NamedTuple

import strawberry
from strawberry.types import Info

import errors
from catalogue.model import ItemCode, ProviderCode
from resolvers.roles import Role, require_role
from resolvers.workflow.application_types import Application as Told
from resolvers.workflow.applications import (
    ARTICLE,
    Desk,
    Side,
    acting,
    desk,
    find,
    find_own,
    side_of,
    take,
)
from resolvers.workflow.context import Acting, Context
from resolvers.workflow.inputs import checked_text, required_reason
from schema.enums import CoordinatingBody, CoordinationResult, NegotiationResult
from sharing.application import (
    Application,
    Coordinated,
    CoordinationRequested,
    Negotiated,
    NegotiationEnded,
    Standing,
)
from sharing.coordination import Body, coordinator, responsible_body
from sharing.deadlines import answer_due
from sharing.happen import check_coordinable, check_items, check_under_way, conflict
from sharing.negotiation import check_heard
from sharing.terms import check_may_be_granted

Items = Annotated[
    list[str] | None,
    strawberry.argument(description="信息项 · by code or `Type.field`; left out: all that this step is about."),
]
Id = Annotated[strawberry.ID, strawberry.argument(name="id", description="申请编号 · which application.")]
Handler = Annotated[str, strawberry.argument(description="经办人 · who takes this step.")]


async def _negotiate(
    info: Info[Context, None],
    application: Id,
    message: Annotated[str, strawberry.argument(description="内容 · what is said to the other side.")],
    handler: Handler,
    items: Items = None,
) -> Told | None:
    context = info.context
    at = await desk(context)
    found, side, by = await _of_a_party(context, application, handler)
    check_under_way(found)
    codes = (
        at.codes(items)
        or found.standing(Standing.NEGOTIATION_NEEDED, Standing.NEGOTIATING)
        or some(found, "negotiate", Standing.REFUSED, Standing.PARTLY)
    )
    said = Negotiated(codes, checked_text("message", message))
    return at.told(await take(at, "negotiate", found, by, said), side)


async def _record_negotiation(
    info: Info[Context, None],
    application: Id,
    result: Annotated[NegotiationResult, strawberry.argument(description="协商结果 · agreed, or failed.")],
    text: Annotated[str, strawberry.argument(description="说明 · on what was agreed, or why it failed.")],
    handler: Handler,
    items: Items = None,
) -> Told | None:
    context = info.context
    at = await desk(context)
    found, side, by = await _of_a_party(context, application, handler)
    check_under_way(found)
    codes = at.codes(items) or some(found, "end the negotiation of", Standing.NEGOTIATING)
    agreed, said = result.value == "AGREED", required_reason(text, "the result of a negotiation", place="text")
    check_items(found, codes, (Standing.NEGOTIATING,), "have its negotiation ended")
    check_heard(
        *(found, codes, by.department), agreed=agreed, today=at.day, calendar=at.calendar, profile=context.ports.profile
    )
    due = answer_due(at.day, at.calendar, context.ports.profile) if agreed else None
    ended = NegotiationEnded(codes, agreed, said, due)
    return at.told(await take(at, "recordNegotiation", found, by, ended), side)


async def _request_coordination(
    info: Info[Context, None],
    application: Id,
    reason: Annotated[str, strawberry.argument(description="理由 · why the information is really needed (确需).")],
    handler: Handler,
    items: Items = None,
    body: Annotated[
        CoordinatingBody | None,
        strawberry.argument(description="协调机构 · which body; another than the responsible one is refused."),
    ] = None,
) -> Told | None:
    context = info.context
    at = await desk(context)
    by = acting(context, Role.CONSUMER, handler)
    found = await find_own(context, application)
    codes = at.codes(items) or _to_coordinate(found)
    check_coordinable(found, codes)
    responsible = await _coordinator(at, found)
    if body is not None and body.value != responsible.body.name:
        raise errors.GatewayError(
            errors.NOT_RESPONSIBLE,
            f"`{body.value}` does not coordinate between these departments",
            f"it is for `{responsible.body.name}`: the leading group where a provincial department is involved, else the "
            "competent department of the consumer's level; one or the other, not both in turn",
            article=ARTICLE,
        )
    if responsible.office is None:
        raise _nobody(responsible)
    why = required_reason(reason, "a request for coordination")
    asked = CoordinationRequested(codes, responsible.body, responsible.office, why)
    return at.told(await take(at, "requestCoordination", found, by, asked), Side.CONSUMER)


async def _record_coordination(
    info: Info[Context, None],
    application: Id,
    result: Annotated[CoordinationResult, strawberry.argument(description="协调结果 · provided, or the refusal stands.")],
    text: Annotated[str, strawberry.argument(description="说明 · the result in words, with its reasons.")],
    handler: Handler,
    items: Items = None,
) -> Told | None:
    context = info.context
    at = await desk(context)
    require_role(context.caller.consumer.roles, Role.SUPERVISOR)
    by = acting(context, Role.SUPERVISOR, handler)
    found = await context.ports.applications.find(application)
    side = None if found is None else side_of(context, found)
    if (
        found is None
        or side not in (Side.COORDINATOR, Side.OVERSEER)
        or found.coordination is None
        or by.department != (await _coordinator(at, found)).office
    ):
        raise errors.GatewayError(
            errors.NOT_RESPONSIBLE,
            "this department does not coordinate such an application",
            "the result is recorded by who acts today as the one body that was asked, and is no party: `inbox` lists what "
            "a department was asked itself, `overseenApplications` what whoever held the office before it was asked",
            article=ARTICLE,
        )
    codes = at.codes(items) or some(found, "end the coordination of", Standing.COORDINATING)
    opened = result.value == "OPENED"
    if opened:
        for code in codes:
            if code in at.entries:
                check_may_be_granted(at.entries[code][1])
    due = answer_due(at.day, at.calendar, context.ports.profile) if opened else None
    ended = Coordinated(codes, opened, required_reason(text, "the result of a coordination", place="text"), due)
    return at.told(await take(at, "recordCoordination", found, by, ended), Side.COORDINATOR)


@strawberry.type
class ApplicationTalksMutation:
    negotiate: Told | None = strawberry.field(
        resolver=_negotiate,
        description="**协商** · a word to the other side on what was refused (also in part) or is not shared; the first one "
        "opens the negotiation.",
    )
    record_negotiation: Told | None = strawberry.field(
        resolver=_record_negotiation,
        description="**记录协商结果** · by either side, once it has heard the other, or that it failed, where the other is "
        "silent for as long as an answer may take. What was agreed is granted by the provider's answer, due in the "
        "time of the first; where it failed one may request coordination.",
    )
    request_coordination: Told | None = strawberry.field(
        resolver=_request_coordination,
        description="**申请协调** · after a negotiation in vain: by the competent department of the consumer's level, or by "
        "the leading group where a provincial department is involved. One or the other, not both in turn.",
    )
    record_coordination: Told | None = strawberry.field(
        resolver=_record_coordination,
        description="**记录协调结果** · by the body that was asked. It sets no statute aside. What is to be provided is "
        "granted by the provider's answer, due in the time of the first.",
    )


async def _of_a_party(context: Context, application: str, handler: str) -> tuple[Application, Side, Acting]:
    """An application of which the caller's department is a party, and who acts. Raises ROLE_REQUIRED, NOT_FOUND,
    NOT_RESPONSIBLE.
    """
    roles = context.caller.consumer.roles
    by = acting(context, Role.PROVIDER if Role.CONSUMER not in roles else Role.CONSUMER, handler)
    found, side = await find(context, application)
    if side not in (Side.CONSUMER, Side.PROVIDER):
        raise errors.GatewayError(
            errors.NOT_RESPONSIBLE, "a negotiation is between the two parties", "leave it to them", article=ARTICLE
        )
    return found, side, by


def some(application: Application, what: str, *standings: Standing) -> tuple[ItemCode, ...]:
    """The items that stand so. Raises STATE_CONFLICT where none does."""
    codes = application.standing(*standings)
    if not codes:
        raise conflict(application, f"has no item to {what}")
    return codes


def _to_coordinate(application: Application) -> tuple[ItemCode, ...]:
    """What coordination is about where no item is named: what failed, else what is coordinated already, else whatever could
    have been negotiated.
    """
    return (
        application.standing(Standing.FAILED)
        or application.standing(Standing.COORDINATING)
        or application.standing(
            Standing.NEGOTIATING, Standing.NEGOTIATION_NEEDED, Standing.REFUSED, Standing.PARTLY, Standing.REQUESTED
        )
        or tuple(application.items)
    )


class Coordinator(NamedTuple):
    """The body that coordinates an application, and the department that acts as it today; None where nobody does."""

    body: Body
    office: ProviderCode | None
    division: str


async def _coordinator(at: Desk, application: Application) -> Coordinator:
    """Raises LEDGER_UNAVAILABLE."""
    parties, rights = (application.consumer, application.provider), at.context.ports.rights
    consumer, provider = (rights.registered_in(one) or "" for one in parties)
    body, offices = responsible_body(consumer, provider), await at.context.ports.parties.offices()
    return Coordinator(body, coordinator(body, offices, consumer, parties, at.day), consumer)


def _nobody(found: Coordinator) -> errors.GatewayError:
    match found.body:
        case Body.LEADING_GROUP:
            message = "the leading group's office is vacant or a party itself, and nobody else is appointed for the group"
            hint = "have the platform's operator record with `appointOffice` who acts for the group (`LEADING_GROUP`)"
        case Body.COMPETENT_DEPARTMENT:
            message = (
                f"neither in `{found.division}` nor above it is a competent department appointed that is no party itself"
            )
            hint = "have the operator of that division record it with `appointOffice`; `offices` lists who is appointed"
    return errors.GatewayError(errors.NOT_FOUND, message, hint, article="Art. 5")
