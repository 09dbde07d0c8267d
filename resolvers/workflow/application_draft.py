"""The consumer's side of an application: drafted from what a query would be refused, edited, submitted, withdrawn."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Annotated

import strawberry
from strawberry.scalars import JSON
from strawberry.types import Info

import errors
from catalogue.model import Form, ItemCode, ProviderCode, Rows
from ledger.entry import new_id
from resolvers.ports.applications import Filter
from resolvers.roles import Role
from resolvers.workflow.application_inputs import ApplicationInput, ApplicationItemInput, changed_terms
from resolvers.workflow.application_shown import Shown
from resolvers.workflow.application_types import Application as Told
from resolvers.workflow.application_types import ApplicationDraft
from resolvers.workflow.applications import (
    ARTICLE,
    Desk,
    Side,
    acting,
    after,
    change,
    desk,
    find_own,
    keep,
    take,
)
from resolvers.workflow.context import Acting, Context
from resolvers.workflow.decided import decided
from resolvers.workflow.inputs import check_words, checked_text, invalid
from sharing.application import (
    Actor,
    Application,
    ApplicationId,
    Drafted,
    Event,
    Request,
    RequestedItem,
    Saved,
    State,
    Submitted,
    Withdrawn,
)
from sharing.applied import Applying, under_way
from sharing.completeness import check_complete
from sharing.deadlines import clock_if_submitted
from sharing.happen import begin, check_editable, check_withdrawable
from sharing.prefill import Divided, prefill
from sharing.terms import Terms, check_foreseen, check_term, statute

MOST_ITEMS = 200
MOST_COPIES = 20
MOST_DRAFTS = 1_000


async def _draft_application(
    info: Info[Context, None],
    document: Annotated[str, strawberry.argument(description="查询 · a GraphQL document.")],
    handler: Annotated[str, strawberry.argument(description="经办人 · who handles the application.")],
    variables: Annotated[JSON | None, strawberry.argument(description="变量 · its variables, as an object.")] = None,
    operation_name: Annotated[str | None, strawberry.argument(description="操作名 · where it holds several.")] = None,
    some_rows: Annotated[
        bool, strawberry.argument(description="含按行不予提供的 · also what is withheld on some rows only.")
    ] = True,
) -> ApplicationDraft | None:
    context = info.context
    at = await desk(context)
    by = acting(context, Role.CONSUMER, handler)
    refused = await decided(context, document, variables, operation_name)
    entries = context.catalogue.entries
    codes = {entries[question.coordinate].code for question in refused.decisions if question.coordinate in entries}
    said = [one.part for one in await context.ports.catalogue_life.parts_of(sorted(codes))]
    standpoint = refused.horizon.standpoint(refused.asking, refused.document)
    found = prefill(context.catalogue, refused.decisions, standpoint, at.day, Divided(said, refused.confined))
    wanted = [one for one in found.wanted if some_rows or not one.some_rows]
    latest = await context.ports.applications.latest(by.department, {one.requested.item for one in wanted})
    by_provider: dict[ProviderCode, list[RequestedItem]] = {}
    awaited: list[tuple[ItemCode, Applying]] = []
    for one in wanted:
        provider, requested = one.provider, one.requested
        known = under_way(latest.get(requested.item, ()), requested.item, provider, requested.terms)
        if known is None:
            by_provider.setdefault(provider, []).append(requested)
        else:
            awaited.append((requested.item, known))
    batch = str(new_id(at.now))
    purpose = f"办理事项 {refused.asking.matter}"
    drafts = [
        _drafted(at, by, batch, provider, Request(tuple(items), purpose=purpose, handler=handler))
        for provider, items in by_provider.items()
    ]
    if drafts:
        await _check_room(context, by, len(drafts))
        await context.record("draftApplication", batch, handler=handler)
        await context.ports.applications.keep([change(at, one, 0) for one in drafts])
    shown = Shown(context.catalogue, at.entries)
    return ApplicationDraft(
        batch=strawberry.ID(batch),
        applications=[at.told(one, Side.CONSUMER) for one in drafts],
        under_way=[shown.under_way(item, one) for item, one in awaited],
        unobtainable=[shown.unobtainable(one) for one in found.unobtainable],
    )


async def _save_application(
    info: Info[Context, None],
    application: Annotated[strawberry.ID, strawberry.argument(name="id", description="申请编号 · which application.")],
    terms: Annotated[ApplicationInput, strawberry.argument(description="申请内容 · what is to be changed.")],
    handler: Annotated[str, strawberry.argument(description="经办人 · who edits it, and handles it from now on.")],
) -> Told | None:
    context = info.context
    at = await desk(context)
    by = acting(context, Role.CONSUMER, handler)
    found = await find_own(context, application)
    check_editable(found)
    saved = await take(at, "saveApplication", found, by, Saved(await _edited(at, found, terms, handler)))
    return at.told(saved, Side.CONSUMER)


async def _submit_application(
    info: Info[Context, None],
    application: Annotated[strawberry.ID, strawberry.argument(name="id", description="申请编号 · which application.")],
    handler: Annotated[str, strawberry.argument(description="经办人 · who submits it.")],
    also_to: Annotated[
        list[str] | None,
        strawberry.argument(
            description="同时提交 · further providers of these items, by credit code, each with its own clock."
        ),
    ] = None,
) -> list[Told] | None:
    context = info.context
    at = await desk(context)
    by = acting(context, Role.CONSUMER, handler)
    found = await find_own(context, application)
    check_editable(found)
    known, request = len(found.events), await _as_it_stands(at, found, found.draft)
    if request != found.draft:
        found = after(at, found, by, Saved(request))
    await check_request(at, found.draft, found.provider)
    check_complete(found.draft)
    others = _copied_to(context, found, also_to or ())
    for provider in others:
        await check_request(at, found.draft, provider)
    copies = [_copy(at, by, found, provider) for provider in others]
    submitted = [
        change(at, _submitted(at, by, one), kept) for one, kept in ((found, known), *((copy, 0) for copy in copies))
    ]
    await keep(at, "submitApplication", by, submitted)
    return [at.told(one.application, Side.CONSUMER) for one in submitted]


async def _withdraw_application(
    info: Info[Context, None],
    application: Annotated[strawberry.ID, strawberry.argument(name="id", description="申请编号 · which application.")],
    handler: Annotated[str, strawberry.argument(description="经办人 · who withdraws it.")],
    reason: Annotated[str, strawberry.argument(description="理由 · why it is not needed any more.")] = "",
) -> Told | None:
    context = info.context
    at = await desk(context)
    by = acting(context, Role.CONSUMER, handler)
    found = await find_own(context, application)
    check_withdrawable(found)
    told = checked_text("reason", reason) if reason.strip() else ""
    return at.told(await take(at, "withdrawApplication", found, by, Withdrawn(told)), Side.CONSUMER)


@strawberry.type
class ApplicationDraftMutation:
    draft_application: ApplicationDraft | None = strawberry.field(
        resolver=_draft_application,
        description="**起草申请** · from what this document would be refused, from where you stand: one application for "
        "each provider, and each source of a part of the rows that has not granted it yet, on the terms that it needs and "
        "the catalogue foresees; also for what only finds or joins rows. What is not shared, or is suspended, is marked for "
        "negotiation; what an application under way asks for already is told with that one and not drafted again. The "
        "purpose gives matter and use. Nothing of a register is read.",
    )
    save_application: Told | None = strawberry.field(
        resolver=_save_application,
        description="**修改申请** · edit a draft, or what a supplement is owed for; what is left out stays as it is.",
    )
    submit_application: list[Told] | None = strawberry.field(
        resolver=_submit_application,
        description="**提交申请** · hand it to its provider, who has ten working days to answer; where it is incomplete it "
        "stays a draft, and all that is lacking is told at once. With `alsoTo` copies go to further providers. Also hands "
        "in a supplement.",
    )
    withdraw_application: Told | None = strawberry.field(
        resolver=_withdraw_application, description="**撤回申请** · as long as it is not answered."
    )


async def _check_room(context: Context, by: Acting, more: int) -> None:
    """Raises STATE_CONFLICT where the department would have too many drafts that it neither submits nor withdraws."""
    held = (await context.ports.applications.counts(Filter(by.department, drafts=True))).get(State.DRAFTED, 0)
    if held + more > MOST_DRAFTS:
        raise errors.GatewayError(
            errors.STATE_CONFLICT,
            f"the department has {held} drafts",
            f"at most {MOST_DRAFTS} at a time: submit or withdraw those that are there (`outbox(state: DRAFTED)`)",
            hint_zh="请先提交或者撤回已有的申请草稿（`outbox(state: DRAFTED)`）。",
            article=ARTICLE,
        )


def _drafted(at: Desk, by: Acting, batch: str, provider: ProviderCode, request: Request) -> Application:
    """A new application."""
    what = Drafted(by.department, provider, batch, request)
    return begin(ApplicationId(str(new_id(at.now))), Event(1, at.now, at.day, Actor(*by), what))


def _copy(at: Desk, by: Acting, application: Application, provider: ProviderCode) -> Application:
    """The same application to another provider."""
    return _drafted(at, by, application.batch, provider, application.draft)


def _submitted(at: Desk, by: Acting, application: Application) -> Application:
    """The application, handed in on this day."""
    clock = clock_if_submitted(application, at.day, at.calendar, at.context.ports.profile)
    submitted = Submitted(None) if clock is None else Submitted(clock.due, clock.provisional)
    return after(at, application, by, submitted)


def _copied_to(context: Context, application: Application, also_to: Sequence[str]) -> list[ProviderCode]:
    """The further providers, each once. Raises INPUT_INVALID, STATE_CONFLICT."""
    if len(also_to) > MOST_COPIES:
        raise invalid(f"`alsoTo` names {len(also_to)} providers", f"at most {MOST_COPIES} at once", article=ARTICLE)
    check_words(*(("alsoTo", one) for one in also_to))
    others = [ProviderCode(one) for one in dict.fromkeys(also_to) if one != application.provider]
    if others and application.request is not None:
        raise errors.GatewayError(
            errors.STATE_CONFLICT,
            "a supplement goes to the provider that asked for it alone",
            "leave `alsoTo` out",
            article=ARTICLE,
        )
    if application.consumer in others:
        raise invalid(
            "`alsoTo` names the department that applies", "leave it out: its own data needs no grant", article=ARTICLE
        )
    for one in others:
        if context.ports.rights.division_of(one) is None:
            raise invalid("`alsoTo` names no registered department", "name providers by credit code", article="Art. 2")
    return others


async def check_request(at: Desk, request: Request, provider: ProviderCode) -> None:
    """Each item is this provider's, on terms that the catalogue foresees, and not for ever.

    Raises INPUT_INVALID, NOT_RESPONSIBLE, CONDITION_UNFORESEEN.
    """
    parts = await at.parts([one.item for one in request.items], provider)
    for one in request.items:
        entry = at.entries.get(one.item)
        if entry is None:
            raise invalid(f"`{one.item}` is catalogued no more", "leave it out", article="Art. 7")
        if not parts[one.item]:
            raise errors.GatewayError(
                errors.NOT_RESPONSIBLE,
                f"`{one.item}` is provided by `{entry[1].provider}`, and not by `{provider}`",
                "apply for it to its provider: `draftApplication` makes one application for each; `sources` tells who is "
                "the source of a part",
                article=ARTICLE,
            )
        if not one.negotiate:
            check_foreseen(entry, one.terms)
        check_term(one.terms.valid_until, at.day)


async def _edited(at: Desk, application: Application, given: ApplicationInput, handler: str) -> Request:
    """The draft with what was given in the place of what was there. Raises INPUT_INVALID, and as `check_request`."""
    draft = application.draft
    words = {
        name: checked_text(name, value) if value.strip() else ""
        for name, value in (("duty", given.duty), ("purpose", given.purpose), ("contact", given.contact))
        if value is not None
    }
    request = replace(draft, **words, handler=handler)  # type: ignore[arg-type]
    if given.items is not None:
        request = replace(request, items=_items(at, draft, given.items))
    request = await _as_it_stands(at, application, request)
    if request.items != draft.items:
        await check_request(at, request, application.provider)
    return request


async def _as_it_stands(at: Desk, application: Application, request: Request) -> Request:
    """The request before it is submitted first: what was to be negotiated for a suspension that has been taken back since is
    applied for like anything else. Raises RIGHTS_MOVED.
    """
    if application.submitted_at is not None or not any(one.negotiate for one in request.items):
        return request
    held = (await at.context.current_rights()).of(application.consumer)

    def may_apply(one: RequestedItem) -> bool:
        statutory = one.item in at.entries and statute(at.entries[one.item][1]) is not None
        return one.negotiate and not statutory and not any(grant.suspended for grant in held.get(one.item, ()))

    return replace(request, items=tuple(replace(one, negotiate=False) if may_apply(one) else one for one in request.items))


def _items(at: Desk, draft: Request, given: Iterable[ApplicationItemInput]) -> tuple[RequestedItem, ...]:
    """The items as they are to be applied for. Raises INPUT_INVALID."""
    items: dict[ItemCode, RequestedItem] = {}
    for one in given:
        code = at.code(one.item)
        if code in items:
            raise invalid(f"`{code}` is named twice", "name each item once", article=ARTICLE)
        former = draft.item(code)
        asked = changed_terms(_nothing(one) if former is None else former.terms, one)
        negotiated = former is not None and former.negotiate  # it was suspended when the application was drafted
        items[code] = RequestedItem(code, asked, negotiate=negotiated or statute(at.entries[code][1]) is not None)
    if len(items) > MOST_ITEMS:
        raise invalid(f"{len(items)} items are applied for", f"at most {MOST_ITEMS} in one application", article=ARTICLE)
    return tuple(items.values())


def _nothing(given: ApplicationItemInput) -> Terms:
    """Where an item is new, what its terms begin with. Raises INPUT_INVALID where form or rows are not stated."""
    if given.form is None or given.rows is None:
        raise invalid("an item that was not drafted needs `form` and `rows`", "state both", article="Art. 15")
    return Terms(Form.FULL, Rows.ALL, frozenset(), frozenset(), frozenset())
