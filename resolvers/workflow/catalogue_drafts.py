"""Drafts, their history and what they change, as the workflow shows them."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from catalogue.finding import Finding as Found
from catalogue.life import Confirmation, Standing, State, standing_of
from catalogue.load import read_published
from catalogue.model import Catalogue, ProviderCode
from catalogue.versions import Change
from resolvers.ports.catalogue_life import Draft, Step
from resolvers.roles import OVERSEEING
from resolvers.workflow.aside import aside
from resolvers.workflow.catalogue_entries import CatalogueDepartment
from resolvers.workflow.catalogue_judging import Judged, Place, found_draft, judged
from resolvers.workflow.context import Context
from resolvers.workflow.inputs import invalid
from schema.compare import compare
from schema.enums import CatalogueChangeKind, ConfirmationStanding, DraftAct, DraftState

MOST_DRAFTS = 100


@strawberry.type(description="检查结果 · what is wrong, where, by which article, and what to do.")
class CatalogueFinding:
    file: str = strawberry.field(description="文件 · the register's file.")
    path: str = strawberry.field(description="位置 · the place in it.")
    article: str | None = strawberry.field(description="条款 · the regulation's article; null for a plain mistake.")
    message: str = strawberry.field(description="问题（英文） · what is wrong.")
    message_zh: str = strawberry.field(description="问题 · the same in Chinese.")
    hint: str | None = strawberry.field(description="建议 · what to do.")


@strawberry.type(description="变更 · what a version changes for those who use the catalogue.")
class CatalogueChange:
    coordinate: str = strawberry.field(description="坐标 · `Type.field`, or a type's name.")
    kind: CatalogueChangeKind = strawberry.field(description="类别 · what it does to them.")
    text: str = strawberry.field(description="说明 · in words.")


@strawberry.type(description="提供部门确认 · a provider whose items a draft touches, and its word.")
class ProviderConfirmation:
    provider: CatalogueDepartment = strawberry.field(description="提供部门 · who is asked.")
    items: list[str] = strawberry.field(description="涉及的信息项 · what is added, changed or removed.")
    standing: ConfirmationStanding = strawberry.field(description="情况 · what its word is worth now.")
    reason: str | None = strawberry.field(description="异议理由 · why it objects.")


@strawberry.type(description="办理记录 · a step of a draft's history.")
class DraftStep:
    act: DraftAct = strawberry.field(description="步骤 · what was done.")
    revision: int = strawberry.field(description="稿次 · at which revision.")
    at: datetime = strawberry.field(description="时间 · when.")
    department: str = strawberry.field(description="部门 · whose officer did it (unified social credit code).")
    client: str = strawberry.field(description="客户端 · through which system.")
    handler: str = strawberry.field(description="经办人 · who did it.")
    note: str | None = strawberry.field(description="说明 · a note or reason.")
    text: str | None = strawberry.field(description="全文 · what the draft then said, where the step changed it.")


@dataclass(frozen=True)
class Once:
    """A draft's judgement, made when it is first asked for."""

    make: Callable[[], Coroutine[None, None, Judged]]
    made: list["asyncio.Task[Judged]"]

    async def __call__(self) -> Judged:
        if not self.made:
            self.made.append(asyncio.create_task(self.make()))
        return await self.made[0]


OPEN = (State.DRAFTED, State.SUBMITTED)
DraftParent = strawberry.Parent["CatalogueDraft"]


async def _outdated(root: DraftParent, info: Info[Context, None]) -> bool:
    if root.held.state not in OPEN:
        return False
    return await is_outdated(info.context, root.held, (await root.judge()).now.documents)


async def _findings(root: DraftParent) -> list[CatalogueFinding]:
    if root.held.state not in OPEN:
        return []
    judgement = (await root.judge()).judgement
    return [finding_shown(one) for one in (*judgement.claimed, *judgement.findings)]


async def _confirmations(root: DraftParent, info: Info[Context, None]) -> list[ProviderConfirmation]:
    if root.held.state not in OPEN:
        return []
    made = await root.judge()
    said = {one.provider: one for one in await words_on(info.context, root.held)}
    return [
        ProviderConfirmation(
            provider=department_of(made.judgement.catalogue or made.published, provider),
            items=list(part.names),
            standing=ConfirmationStanding(standing_of(part, said.get(provider)).name),
            reason=_reason(said.get(provider), standing_of(part, said.get(provider))),
        )
        for provider, part in made.judgement.providers.items()
    ]


async def _changes_of_draft(root: DraftParent, info: Info[Context, None]) -> list[CatalogueChange]:
    return await changes_of(info.context, root.held, root.judge)


async def _history(root: DraftParent, info: Info[Context, None]) -> list[DraftStep]:
    steps = await info.context.ports.catalogue_life.history([root.held.id])
    return [_step(one) for one in steps[root.held.id]]


@strawberry.type(description="目录草案 · a draft of one register's (or theme's) catalogue (Art. 8, 9).")
class CatalogueDraft:
    held: strawberry.Private[Draft]
    judge: strawberry.Private[Once]
    id: strawberry.ID = strawberry.field(description="编号 · its number.")
    register: str = strawberry.field(description="登记库或主题 · whose catalogue it is.")
    state: DraftState = strawberry.field(description="状态 · where it is.")
    base: int = strawberry.field(description="依据版本 · the published version that it was begun on.")
    revision: int = strawberry.field(description="稿次 · rises with each edit.")
    text: str = strawberry.field(description="全文 · the register's whole file (TOML).")
    compiler: str = strawberry.field(description="编制部门 · the department that compiles it (unified social credit code).")
    tasks: list[strawberry.ID] = strawberry.field(description="变更任务 · the change tasks that it completes.")
    opened_at: datetime = strawberry.field(description="起草时间 · when it was begun.")
    changed_at: datetime = strawberry.field(description="最近办理时间 · when something was last done to it.")
    published_version: int | None = strawberry.field(description="发布版本 · the version that it became.")

    outdated: bool = strawberry.field(
        resolver=_outdated,
        description="是否过期 · whether the register's file was published anew since the draft was begun: then it cannot be "
        "published; begin a new one.",
    )
    findings: list[CatalogueFinding] = strawberry.field(
        resolver=_findings,
        description="检查结果 · what the checks find in it on top of what is published now; what is published with the same "
        "fault already does not hinder publishing.",
    )
    confirmations: list[ProviderConfirmation] = strawberry.field(
        resolver=_confirmations, description="提供部门确认 · whose confirmation it needs, and what each said."
    )
    changes: list[CatalogueChange] = strawberry.field(
        resolver=_changes_of_draft,
        description="变更 · what an open draft would change of what is published now, or what a published one did.",
    )
    history: list[DraftStep] = strawberry.field(
        resolver=_history, description="办理记录 · its history, the earliest step first."
    )


def draft_shown(context: Context, draft: Draft) -> CatalogueDraft:
    """The draft; what it comes to is found out only where it is asked for."""

    async def make() -> Judged:
        now = await context.ports.catalogue_life.now()
        return await judged(context, now, draft.path, draft.text, draft.compiler)

    return CatalogueDraft(
        held=draft,
        judge=Once(make, []),
        id=strawberry.ID(str(draft.id)),
        register=draft.register,
        state=DraftState(draft.state.name),
        base=draft.base,
        revision=draft.revision,
        text=draft.text,
        compiler=draft.compiler,
        tasks=[strawberry.ID(str(number)) for number in draft.tasks],
        opened_at=draft.opened_at,
        changed_at=draft.changed_at,
        published_version=draft.published_version,
    )


async def is_outdated(context: Context, draft: Draft, documents: Mapping[str, str]) -> bool:
    """Whether the file that the draft was begun on is no longer the published one."""
    began = await context.ports.catalogue_life.documents(draft.base)
    assert began is not None, "a draft's base is a version"
    return began.get(draft.path) != documents.get(draft.path)


async def words_on(context: Context, draft: Draft) -> tuple[Confirmation, ...]:
    """What providers said of the draft."""
    return tuple((await context.ports.catalogue_life.confirmations([draft.id]))[draft.id])


async def changes_of(context: Context, draft: Draft, judge: Once) -> list[CatalogueChange]:
    """What an open draft would change, or a published one did; nothing of a withdrawn one."""
    if draft.state in OPEN:
        made = await judge()
        return changes_shown(await aside(context, made.changes))
    number = draft.published_version
    if number is None:
        return []
    life = context.ports.catalogue_life
    before, after = [await life.documents(number - 1), await life.documents(number)]
    assert before is not None, "a draft is published on a version"
    assert after is not None

    def compared() -> tuple[Change, ...]:
        return compare(read_published(before, number - 1), read_published(after, number))

    return changes_shown(await aside(context, compared))


def changes_shown(changes: Iterable[Change]) -> list[CatalogueChange]:
    """Changes as the schema shows them."""
    return [
        CatalogueChange(coordinate=one.coordinate, kind=CatalogueChangeKind(one.kind.name), text=one.text) for one in changes
    ]


def finding_shown(finding: Found) -> CatalogueFinding:
    """A finding as the schema shows it."""
    return CatalogueFinding(
        file=finding.file,
        path=finding.path,
        article=finding.article or None,
        message=finding.message,
        message_zh=finding.message_zh,
        hint=finding.hint or None,
    )


def department_of(catalogue: Catalogue, code: ProviderCode) -> CatalogueDepartment:
    """The department as the catalogue names it; by its code alone where it does not."""
    known = catalogue.departments.get(code)
    if known is None:
        return CatalogueDepartment(code=code, name=code, title=code)
    return CatalogueDepartment(code=code, name=known.name, title=known.title)


def place_of(
    register: str | None, draft: strawberry.ID | None, revision: int | None, tasks: list[strawberry.ID] | None
) -> Place:
    """The place that a step's arguments name. Raises INPUT_INVALID for a number that is none."""
    return Place(
        register,
        None if draft is None else number_of(draft, "draft"),
        revision,
        None if tasks is None else tuple(dict.fromkeys(number_of(one, "tasks") for one in tasks)),
    )


def number_of(given: strawberry.ID, what: str) -> int:
    """The number that an id is. Raises INPUT_INVALID."""
    if not given.isascii() or not given.isdigit() or len(given) > 15:
        raise invalid(f"`{what}` is no number", "copy it from the query that listed it")
    return int(given)


async def _drafts(
    info: Info[Context, None],
    register: Annotated[str | None, strawberry.argument(description="登记库或主题 · of one register only.")] = None,
    states: Annotated[list[DraftState] | None, strawberry.argument(description="状态 · in these states only.")] = None,
    first: Annotated[int, strawberry.argument(description=f"至多份数 · at most so many, 1 to {MOST_DRAFTS}.")] = 20,
) -> list[CatalogueDraft] | None:
    context = info.context
    if not 1 <= first <= MOST_DRAFTS:
        raise invalid(f"`first` is {first}", f"between 1 and {MOST_DRAFTS}")
    wanted = list(State) if states is None else [State[one] for one in states]
    consumer = context.caller.consumer
    within = consumer.division if OVERSEEING & consumer.roles else None
    drafts = await context.ports.catalogue_life.drafts(consumer.department, within, register, wanted, first)
    return [draft_shown(context, one) for one in drafts]


async def _draft(
    info: Info[Context, None], draft: Annotated[strawberry.ID, strawberry.argument(description="编号 · its number.")]
) -> CatalogueDraft | None:
    return draft_shown(info.context, await found_draft(info.context, number_of(draft, "draft")))


async def _changes(
    info: Info[Context, None], draft: Annotated[strawberry.ID, strawberry.argument(description="编号 · the draft's number.")]
) -> list[CatalogueChange] | None:
    found = draft_shown(info.context, await found_draft(info.context, number_of(draft, "draft")))
    return await changes_of(info.context, found.held, found.judge)


@strawberry.type
class DraftQuery:
    catalogue_drafts: list[CatalogueDraft] | None = strawberry.field(
        resolver=_drafts,
        description="**目录草案** · drafts that your department compiles or whose items they touch; supervisors and "
        "auditors see those that concern a department of their jurisdiction. The latest first.",
    )
    catalogue_draft: CatalogueDraft | None = strawberry.field(
        resolver=_draft, description="**一份目录草案** · one draft, with its findings, confirmations, changes and history."
    )
    catalogue_changes: list[CatalogueChange] | None = strawberry.field(
        resolver=_changes, description="**草案的变更** · what a draft would change: look at it before you publish."
    )


def _step(step: Step) -> DraftStep:
    return DraftStep(
        act=DraftAct(step.act.name),
        revision=step.revision,
        at=step.at,
        department=step.by.department,
        client=step.by.client,
        handler=step.by.handler,
        note=step.note or None,
        text=step.text,
    )


def _reason(said: Confirmation | None, standing: Standing) -> str | None:
    return said.reason if said is not None and standing is Standing.OBJECTED else None
