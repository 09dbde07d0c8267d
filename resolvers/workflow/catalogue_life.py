"""The catalogue's life by hand: draft, edit, submit, confirm, publish, withdraw (Art. 8, 9). 谁编制、谁负责."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated

import strawberry
from strawberry.types import Info

import errors
from catalogue.edit import Edit, Edited, RemovedItem, RemovedResource, edited
from catalogue.life import GONE, Act, Confirmation, check_withdrawal, next_state, path_of
from catalogue.model import ResourceName
from resolvers.ports.catalogue_life import Draft, Publication
from resolvers.refusals import ATTEMPTS
from resolvers.roles import Role
from resolvers.workflow.catalogue_changes import ChangeMutation, ChangeQuery
from resolvers.workflow.catalogue_drafts import (
    CatalogueChange,
    CatalogueDraft,
    DraftQuery,
    changes_shown,
    draft_shown,
    is_outdated,
    number_of,
    place_of,
    words_on,
)
from resolvers.workflow.catalogue_edits import (
    MOST_EDITS,
    CatalogueItemEdit,
    CatalogueResourceEdit,
    coordinate_of,
    item_edits,
    resource_edits,
)
from resolvers.workflow.catalogue_history import HistoryQuery
from resolvers.workflow.catalogue_judging import (
    Place,
    check_compiler,
    doer,
    found_draft,
    judged,
    published_catalogue,
    refuse_publishing,
    save,
)
from resolvers.workflow.catalogue_sources import SourceMutation, SourceQuery
from resolvers.workflow.catalogue_verifiers import VerifierMutation
from resolvers.workflow.context import Context
from resolvers.workflow.inputs import checked_text, invalid, required_reason

DraftArgument = Annotated[strawberry.ID, strawberry.argument(description="草案编号 · the draft's number.")]
Handler = Annotated[str, strawberry.argument(description="经办人 · who handles it.")]
RegisterOfNew = Annotated[
    str | None, strawberry.argument(description="登记库或主题 · of a new draft: its file as published is edited.")
]
DraftToEdit = Annotated[strawberry.ID | None, strawberry.argument(description="草案编号 · the draft to be edited.")]
Revision = Annotated[
    int | None,
    strawberry.argument(description="稿次 · the revision that was read; another one's edit is then not overwritten."),
]
Tasks = Annotated[
    list[strawberry.ID] | None,
    strawberry.argument(description="变更任务 · the change tasks that it completes when published."),
]


@strawberry.type(description="发布结果 · a new version of the catalogue.")
class CataloguePublished:
    version: int = strawberry.field(
        description="版本 · its number; every worker serves it from the next request for data on."
    )
    changes: list[CatalogueChange] = strawberry.field(description="变更 · what it changes.")


async def _draft_catalogue(
    info: Info[Context, None],
    register: Annotated[str, strawberry.argument(description="登记库或主题 · the name that its file states.")],
    text: Annotated[str, strawberry.argument(description="全文 · the whole file (TOML).")],
    handler: Handler,
    draft: DraftToEdit = None,
    revision: Revision = None,
    tasks: Tasks = None,
) -> CatalogueDraft | None:
    if not text.strip():
        raise invalid("`text` is empty", "write the register's whole file; to end a theme call `withdrawRegister`")
    place = replace(place_of(register, draft, revision, tasks), founds=True)
    return draft_shown(info.context, await save(info.context, "draftCatalogue", place, lambda _: Edited(text, ()), handler))


async def _edit_item(
    info: Info[Context, None],
    edits: Annotated[
        list[CatalogueItemEdit],
        strawberry.argument(description=f"修改 · made together or not at all; at most {MOST_EDITS}."),
    ],
    handler: Handler,
    register: RegisterOfNew = None,
    draft: DraftToEdit = None,
    revision: Revision = None,
    tasks: Tasks = None,
) -> CatalogueDraft | None:
    if not 1 <= len(edits) <= MOST_EDITS:
        raise invalid(f"`edits` holds {len(edits)}", f"between 1 and {MOST_EDITS}")
    place = place_of(register, draft, revision, tasks)
    return await save_edits(
        info.context, "editItem", place, [edit for given in edits for edit in item_edits(given)], handler
    )


async def _edit_resource(
    info: Info[Context, None],
    edit: Annotated[CatalogueResourceEdit, strawberry.argument(description="修改 · what changes of it.")],
    handler: Handler,
    register: RegisterOfNew = None,
    draft: DraftToEdit = None,
    revision: Revision = None,
    tasks: Tasks = None,
) -> CatalogueDraft | None:
    place = place_of(register, draft, revision, tasks)
    return await save_edits(info.context, "editResource", place, list(resource_edits(edit)), handler)


async def _withdraw_item(
    info: Info[Context, None],
    coordinate: Annotated[str, strawberry.argument(description="坐标 · `Type.field`.")],
    reason: Annotated[str, strawberry.argument(description="理由 · why it is no longer provided.")],
    handler: Handler,
    register: RegisterOfNew = None,
    draft: DraftToEdit = None,
    tasks: Tasks = None,
) -> CatalogueDraft | None:
    place, note = place_of(register, draft, None, tasks), required_reason(reason, "a withdrawal", "Art. 9")
    return await save_edits(info.context, "withdrawItem", place, [RemovedItem(coordinate_of(coordinate))], handler, note)


async def _withdraw_resource(
    info: Info[Context, None],
    resource: Annotated[str, strawberry.argument(description="类型名 · the resource's GraphQL type.")],
    reason: Annotated[str, strawberry.argument(description="理由 · why it is no longer provided.")],
    handler: Handler,
    register: RegisterOfNew = None,
    draft: DraftToEdit = None,
    tasks: Tasks = None,
) -> CatalogueDraft | None:
    place, note = place_of(register, draft, None, tasks), required_reason(reason, "a withdrawal", "Art. 9")
    return await save_edits(
        info.context, "withdrawResource", place, [RemovedResource(ResourceName(resource))], handler, note
    )


async def _withdraw_register(
    info: Info[Context, None],
    register: Annotated[str, strawberry.argument(description="主题 · which theme, or register of a department's own.")],
    reason: Annotated[str, strawberry.argument(description="理由 · why it is no longer provided.")],
    handler: Handler,
    tasks: Tasks = None,
) -> CatalogueDraft | None:
    note = required_reason(reason, "a withdrawal", "Art. 9")
    check_withdrawal(register)
    made, place = Edited(GONE, ()), place_of(register, None, None, tasks)
    return draft_shown(info.context, await save(info.context, "withdrawRegister", place, lambda _: made, handler, note))


async def _submit(info: Info[Context, None], draft: DraftArgument, handler: Handler) -> CatalogueDraft | None:
    return await _moved(info.context, "submitCatalogue", Act.SUBMIT, draft, handler, "")


async def _withdraw(
    info: Info[Context, None],
    draft: DraftArgument,
    reason: Annotated[str, strawberry.argument(description="理由 · why it is given up.")],
    handler: Handler,
) -> CatalogueDraft | None:
    note = required_reason(reason, "a withdrawal", "Art. 9")
    return await _moved(info.context, "withdrawCatalogue", Act.WITHDRAW, draft, handler, note)


async def _confirm(
    info: Info[Context, None],
    draft: DraftArgument,
    accept: Annotated[bool, strawberry.argument(description="是否同意 · whether the provider stands for what it says.")],
    handler: Handler,
    reason: Annotated[str, strawberry.argument(description="理由 · why it objects; a note otherwise.")] = "",
) -> CatalogueDraft | None:
    context = info.context
    by = doer(context, handler, Role.PROVIDER)
    note = (
        required_reason(reason, "an objection", "Art. 9") if not accept else checked_text("reason", reason) if reason else ""
    )
    found = await found_draft(context, number_of(draft, "draft"))
    next_state(found.state, Act.CONFIRM if accept else Act.OBJECT)
    now = await context.ports.catalogue_life.now()
    made = await judged(context, now, found.path, found.text, found.compiler)
    part = made.judgement.providers.get(by.department)
    if part is None:
        raise errors.GatewayError(
            errors.NOT_RESPONSIBLE,
            f"draft `{found.id}` touches no item that your department provides",
            "providers confirm their own items",
            article="Art. 9",
        )
    await context.record("confirmItems", f"{found.register} {found.id}", handler=handler)
    await context.ports.catalogue_life.confirm(found, Confirmation(by.department, accept, note, part.fingerprint), by)
    return draft_shown(context, found)


async def _publish(
    info: Info[Context, None],
    draft: DraftArgument,
    handler: Handler,
    acknowledge_breaking: Annotated[
        bool, strawberry.argument(description="确认不兼容变更 · whether changes that break documents are known and meant.")
    ] = False,
) -> CataloguePublished | None:
    context = info.context
    by, life = doer(context, handler, Role.COMPILER), context.ports.catalogue_life
    recorded = False
    for _ in range(ATTEMPTS):
        found = await found_draft(context, number_of(draft, "draft"))
        now = await life.now()
        published = await published_catalogue(context, now)
        check_compiler(now, published, found.register, found.text, by.department)
        next_state(found.state, Act.PUBLISH)
        if await is_outdated(context, found, now.documents):
            raise _outdated(found)
        made = await judged(context, now, found.path, found.text, by.department)
        changes = await asyncio.to_thread(made.changes)
        about = f"{found.register} {found.id}"
        if made.judgement.breaches().claimed:
            await context.record("publishCatalogue", about, handler=handler, breaches=(errors.SOURCE_CLAIMED.name,))
        words = await words_on(context, found)
        refuse_publishing(made, found, words, changes, acknowledged=acknowledge_breaking)
        if not recorded:
            await context.record("publishCatalogue", about, handler=handler, judged_apart=True)
            recorded = True
        new = made.judgement.catalogue
        assert new is not None, "what cannot be read has findings"
        version = await life.publish(Publication(found, now, made.documents, tuple(new.departments.values()), words), by)
        if version is not None:
            return CataloguePublished(version=version, changes=changes_shown(changes))
    raise errors.GatewayError(
        errors.STATE_CONFLICT, "other drafts are being published at this moment", "publish again", article="Art. 9"
    )


async def save_edits(
    context: Context, field: str, place: Place, edits: Iterable[Edit], handler: str, note: str = ""
) -> CatalogueDraft:
    """The edits as a new draft, or as an edit of one: what an import of a spreadsheet comes to as well. Raises as `save`."""
    listed = list(edits)
    if not listed:
        raise invalid("nothing is to be edited", "state an attribute")

    def edit(text: str) -> Edited:
        file = "" if place.register is None else path_of(place.register).rpartition("/")[2]
        return edited(text, listed, file)

    return draft_shown(context, await save(context, field, place, edit, handler, note))


@strawberry.type
class CatalogueLifeQuery(DraftQuery, HistoryQuery, ChangeQuery, SourceQuery):
    """All queries of this room."""


@strawberry.type
class CatalogueLifeMutation(ChangeMutation, SourceMutation, VerifierMutation):
    draft_catalogue: CatalogueDraft | None = strawberry.field(
        resolver=_draft_catalogue,
        description="**起草目录** · begin a draft with the whole text of a register's file, or give a draft another text. "
        "Only the lead department may. What breaches the regulation is refused with `findings`. Recorded in the ledger.",
    )
    edit_item: CatalogueDraft | None = strawberry.field(
        resolver=_edit_item,
        description="**修改信息项** · change single attributes of items and relations, or add items, in a draft or as a new "
        "one; the rest of the file stays as it is written. Recorded in the ledger.",
    )
    edit_resource: CatalogueDraft | None = strawberry.field(
        resolver=_edit_resource, description="**修改信息资源** · change attributes of a resource. Recorded in the ledger."
    )
    withdraw_item: CatalogueDraft | None = strawberry.field(
        resolver=_withdraw_item,
        description="**撤销信息项** · draft the catalogue without this item; it is gone once the draft is published. "
        "Recorded in the ledger.",
    )
    withdraw_resource: CatalogueDraft | None = strawberry.field(
        resolver=_withdraw_resource,
        description="**撤销信息资源** · draft the catalogue without this resource; it is gone once the draft is published. "
        "Recorded in the ledger.",
    )
    withdraw_register: CatalogueDraft | None = strawberry.field(
        resolver=_withdraw_register,
        description="**撤销主题** · draft the catalogue without this theme and all its resources; it is gone once the draft "
        "is published, which each provider of it confirms, and all open change tasks of it are completed. The five base "
        "registers stay (Art. 11(2)). Recorded in the ledger.",
    )
    submit_catalogue: CatalogueDraft | None = strawberry.field(
        resolver=_submit,
        description="**提交目录** · submit a draft, so that the providers confirm their items. Recorded in the ledger.",
    )
    confirm_items: CatalogueDraft | None = strawberry.field(
        resolver=_confirm,
        description="**确认信息项** · a provider's word on what a submitted draft does to its items. It holds until they "
        "are edited again; an objection needs a reason. Recorded in the ledger.",
    )
    publish_catalogue: CataloguePublished | None = strawberry.field(
        resolver=_publish,
        description="**发布目录** · make a submitted draft the next version, if nothing stands against it: the checks, "
        "confirmations, sources, and changes that break documents, unless they are acknowledged. Recorded in the ledger.",
    )
    withdraw_catalogue: CatalogueDraft | None = strawberry.field(
        resolver=_withdraw, description="**撤回草案** · give up a draft that is not published. Recorded in the ledger."
    )


async def _moved(context: Context, field: str, act: Act, draft: strawberry.ID, handler: str, note: str) -> CatalogueDraft:
    """A step of the compiler that changes no text."""
    by, life = doer(context, handler, Role.COMPILER), context.ports.catalogue_life
    found = await found_draft(context, number_of(draft, "draft"))
    now = await life.now()
    check_compiler(now, await published_catalogue(context, now), found.register, found.text, by.department)
    next_state(found.state, act)
    await context.record(field, f"{found.register} {found.id}", handler=handler)
    return draft_shown(context, await life.move(found, act, note, by))


def _outdated(draft: Draft) -> errors.GatewayError:
    return errors.GatewayError(
        errors.STATE_CONFLICT,
        f"`{draft.path}` was published anew since draft `{draft.id}` was begun on version `{draft.base}`",
        "withdraw the draft and repeat its edits on what is published now",
        article="Art. 9",
    )
