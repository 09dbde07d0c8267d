"""Applications as GraphQL shows and takes them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import assert_never

import strawberry

from catalogue.model import Catalogue, Form, ItemCode, Mode, ProviderCode, Rows, Use
from resolvers.ports.applications import SavedTemplate
from resolvers.workflow.inputs import invalid
from schema.enums import (
    AnswerOutcome,
    AnswerStep,
    ApplicationEventKind,
    ApplicationState,
    CoordinatingBody,
    DeadlineMark,
    ItemStanding,
    ProvisionMode,
    SharedRows,
    SharingForm,
    SharingUse,
)
from sharing import application as law
from sharing.answer import ItemAnswer as LawfulAnswer
from sharing.answer import LetterReference
from sharing.answer_clock import Clock
from sharing.completeness import lacking
from sharing.deadlines import Mark
from sharing.prefill import Unobtainable as Withheld
from sharing.terms import Entry, Terms

MOST_WORDS = 50


@strawberry.type(description="申请的一方 · a department that is a party to an application.")
class ApplicationParty:
    code: str = strawberry.field(description="统一社会信用代码 · its unified social credit code.")
    title: str = strawberry.field(description="名称 · what it is called.")


@strawberry.type(description="共享条件 · how much of an item is asked for or granted, for what, and how long.")
class SharingTerms:
    form: SharingForm = strawberry.field(description="共享形式 · in which form.")
    rows: SharedRows = strawberry.field(description="共享行范围 · on which rows.")
    uses: list[SharingUse] = strawberry.field(description="使用用途 · for which uses.")
    matters: list[str] = strawberry.field(description="事项编码 · for which matters.")
    modes: list[ProvisionMode] = strawberry.field(description="提供方式 · how it is provided.")
    valid_until: date | None = strawberry.field(description="使用期限 · the last day, in China.")
    quota_per_day: int | None = strawberry.field(description="每日限量 · subjects a day; null: without a limit.")
    operations: list[str] = strawberry.field(description="限定操作 · hashes of stored documents; none: any document.")


@strawberry.type(description="逐项答复 · what was answered to one item.")
class ItemAnswer:
    item: str = strawberry.field(description="信息项编码 · its code in the catalogue.")
    outcome: AnswerOutcome = strawberry.field(description="答复意见 · granted, in part, or refused.")
    terms: SharingTerms | None = strawberry.field(description="授权条件 · what is granted; null where refused.")
    reason: str = strawberry.field(description="理由 · why; a refusal always gives it.")


@strawberry.type(description="申请的信息项 · an item as asked for, and what became of it.")
class ApplicationItem:
    item: str = strawberry.field(description="信息项编码 · its code in the catalogue.")
    coordinate: str | None = strawberry.field(description="目录坐标 · `Type.field`; null once it is catalogued no more.")
    title: str | None = strawberry.field(description="名称 · what it is called.")
    negotiate: bool = strawberry.field(
        description="是否需协商 · not shared: it enters at negotiation, and awaits no answer."
    )
    asked: SharingTerms = strawberry.field(description="申请条件 · on which terms it is asked for.")
    standing: ItemStanding | None = strawberry.field(description="状态 · what became of it; null in a draft.")
    answer: ItemAnswer | None = strawberry.field(description="答复 · the last answer that was issued on it.")


@strawberry.type(description="附函 · a file that goes with an answer; its content is read with `answerLetter`.")
class AnswerLetter:
    name: str = strawberry.field(description="文件名 · its name.")
    media_type: str = strawberry.field(description="类型 · its media type.")
    sha256: str = strawberry.field(description="摘要 · SHA-256 of its bytes, in hex.")
    size: int = strawberry.field(description="大小 · in bytes.")


@strawberry.type(description="答复环节 · a step taken on an answer that is not issued yet.")
class AnswerStepTaken:
    step: AnswerStep = strawberry.field(description="环节 · which step.")
    handler: str = strawberry.field(description="经办人 · who took it.")


@strawberry.type(description="拟答复 · an answer on its way to issue; only its provider sees it.")
class AnswerProposal:
    answers: list[ItemAnswer] = strawberry.field(description="逐项答复 · what is proposed.")
    note: str = strawberry.field(description="说明 · a note to go with it.")
    letter: AnswerLetter | None = strawberry.field(description="附函 · the letter to go with it.")
    taken: list[AnswerStepTaken] = strawberry.field(description="已办环节 · the steps taken.")


@strawberry.type(description="办理记录 · one step of an application: what, when, by whom.")
class ApplicationEvent:
    number: int = strawberry.field(description="序号 · from 1 on.")
    kind: ApplicationEventKind = strawberry.field(description="环节 · what was done.")
    at: datetime = strawberry.field(description="时间 · when.")
    day: date = strawberry.field(description="日期 · the day in China, by which terms are counted.")
    department: ApplicationParty = strawberry.field(description="部门 · whose step it was.")
    handler: str = strawberry.field(description="经办人 · who took it.")
    items: list[str] = strawberry.field(description="信息项编码 · which items it was about; none: the whole.")
    text: str | None = strawberry.field(description="内容 · what was said: a message, a reason, a result.")


@strawberry.type(description="协调机构 · who was asked to coordinate.")
class ApplicationCoordination:
    body: CoordinatingBody = strawberry.field(description="机构 · which of the two.")
    office: ApplicationParty = strawberry.field(description="承办部门 · the department that acts as it.")


@strawberry.type(description="共享申请 · an application of one department to one provider (Art. 16 ¶1).")
class Application:
    id: strawberry.ID = strawberry.field(description="申请编号 · its id.")
    batch: strawberry.ID = strawberry.field(description="批次 · shared by the applications of one draft.")
    consumer: ApplicationParty = strawberry.field(description="使用部门 · who applies.")
    provider: ApplicationParty = strawberry.field(description="提供部门 · who answers.")
    state: ApplicationState = strawberry.field(description="状态 · what it waits for, or how it ended.")
    duty: str = strawberry.field(description="需求依据 · the duty that needs it, and the provision that states it.")
    purpose: str = strawberry.field(description="用途说明 · what the information is needed for.")
    handler: str = strawberry.field(description="经办人 · who handles it at the consumer.")
    contact: str = strawberry.field(description="联系方式 · how to reach them.")
    items: list[ApplicationItem] = strawberry.field(description="信息项 · what is applied for.")
    drafted_at: datetime = strawberry.field(description="起草时间 · when it was drafted.")
    submitted_at: datetime | None = strawberry.field(description="提交时间 · when it was first submitted.")
    due: date | None = strawberry.field(description="答复期限 · the last day to answer; null where none is awaited.")
    due_provisional: bool = strawberry.field(
        description="期限暂定 · it rests on a year whose calendar is not published yet."
    )
    warn_from: date | None = strawberry.field(description="预警日 · from this day on its provider is warned.")
    deadline: DeadlineMark | None = strawberry.field(description="时限状态 · how it stands with that today.")
    lacking: list[str] = strawberry.field(description="缺项 · all that a draft lacks before it may be submitted.")
    supplement: list[str] | None = strawberry.field(description="补正告知 · the provider's one notice, where there was one.")
    answered_on: date | None = strawberry.field(description="答复日期 · the day of the first answer.")
    answer_hash: str | None = strawberry.field(description="答复摘要 · the hash by which the last answer is known.")
    note: str | None = strawberry.field(description="答复说明 · the note of the last answer.")
    letter: AnswerLetter | None = strawberry.field(description="附函 · the letter of the last answer.")
    grants: list[strawberry.ID] = strawberry.field(description="授权 · the grants that its answers gave.")
    proposal: AnswerProposal | None = strawberry.field(description="拟答复 · for its provider alone, until it is issued.")
    coordination: ApplicationCoordination | None = strawberry.field(description="协调 · who was asked to coordinate.")
    events: list[ApplicationEvent] = strawberry.field(description="办理记录 · every step, the earliest first.")


@strawberry.type(description="申请不得 · what a query lacks and no application brings.")
class Unobtainable:
    coordinate: str = strawberry.field(description="目录坐标 · `Type.field`.")
    item: str = strawberry.field(description="信息项编码 · its code in the catalogue.")
    provider: ApplicationParty = strawberry.field(description="提供部门 · who provides it.")
    reason: str = strawberry.field(description="原因 · why.")
    article: str = strawberry.field(description="依据 · where the law says so.")


@strawberry.type(description="申请草稿 · the applications that a query's refusals come to, one for each provider.")
class ApplicationDraft:
    batch: strawberry.ID = strawberry.field(description="批次 · shared by these applications.")
    applications: list[Application] = strawberry.field(description="申请 · to be completed with `saveApplication`.")
    unobtainable: list[Unobtainable] = strawberry.field(
        description="申请不得 · what remains withheld all the same, and why."
    )


@strawberry.type(description="状态计数 · how many applications are in a state.")
class ApplicationCount:
    state: ApplicationState = strawberry.field(description="状态 · which state.")
    count: int = strawberry.field(description="数量 · how many.")


@strawberry.type(description="收件箱、发件箱 · applications, the latest first.")
class ApplicationPage:
    applications: list[Application] = strawberry.field(description="申请 · those of this page.")
    counts: list[ApplicationCount] = strawberry.field(
        description="计数 · how many there are by state, by all other filters."
    )
    overdue: int = strawberry.field(description="超期 · how many answers are overdue, by all other filters.")
    next: strawberry.ID | None = strawberry.field(description="下一页 · what to give as `after`; null on the last page.")


@strawberry.type(description="条件模板 · on which terms a provider usually answers; what is null leaves what was asked.")
class AnswerTemplate:
    id: strawberry.ID = strawberry.field(description="模板编号 · its id.")
    name: str = strawberry.field(description="名称 · its name with the department.")
    refuse: bool = strawberry.field(description="不同意 · whether it refuses everything, with its reason.")
    form: SharingForm | None = strawberry.field(description="共享形式 · the fullest form.")
    rows: SharedRows | None = strawberry.field(description="共享行范围 · the widest rows.")
    uses: list[SharingUse] | None = strawberry.field(description="使用用途 · the only uses.")
    modes: list[ProvisionMode] | None = strawberry.field(description="提供方式 · the only modes.")
    quota_per_day: int | None = strawberry.field(description="每日限量 · the most subjects a day.")
    valid_days: int | None = strawberry.field(description="使用天数 · the most days from the answer on.")
    reason: str = strawberry.field(description="理由 · what is said to each item.")
    saved_at: datetime = strawberry.field(description="保存时间 · when it was saved last.")


@strawberry.input(description="条件模板 · bounds that an answer keeps; what is left out leaves what was asked.")
class AnswerTemplateInput:
    name: str = strawberry.field(description="名称 · its name; one of the same name is replaced.")
    refuse: bool = strawberry.field(default=False, description="不同意 · refuse everything; needs `reason`.")
    form: SharingForm | None = strawberry.field(default=None, description="共享形式 · the fullest form.")
    rows: SharedRows | None = strawberry.field(default=None, description="共享行范围 · the widest rows.")
    uses: list[SharingUse] | None = strawberry.field(default=None, description="使用用途 · the only uses.")
    modes: list[ProvisionMode] | None = strawberry.field(default=None, description="提供方式 · the only modes.")
    quota_per_day: int | None = strawberry.field(default=None, description="每日限量 · the most subjects a day.")
    valid_days: int | None = strawberry.field(default=None, description="使用天数 · the most days from the answer on.")
    reason: str = strawberry.field(default="", description="理由 · what is said to each item.")


@strawberry.input(description="申请的信息项 · an item to apply for. What is left out stays as it was drafted.")
class ApplicationItemInput:
    item: str = strawberry.field(description="信息项 · its code, or its coordinate `Type.field`.")
    form: SharingForm | None = strawberry.field(default=None, description="共享形式 · in which form.")
    rows: SharedRows | None = strawberry.field(default=None, description="共享行范围 · on which rows.")
    uses: list[SharingUse] | None = strawberry.field(default=None, description="使用用途 · for which uses.")
    matters: list[str] | None = strawberry.field(default=None, description="事项编码 · for which matters.")
    modes: list[ProvisionMode] | None = strawberry.field(default=None, description="提供方式 · how it is to be provided.")
    valid_until: date | None = strawberry.field(default=None, description="使用期限 · the last day that it is needed.")
    quota_per_day: int | None = strawberry.field(default=None, description="每日限量 · subjects a day.")


@strawberry.input(description="申请内容 · what is to be changed. `items`, where given, are all that is applied for.")
class ApplicationInput:
    duty: str | None = strawberry.field(default=None, description="需求依据 · the duty, and the provision that states it.")
    purpose: str | None = strawberry.field(default=None, description="用途说明 · what the information is needed for.")
    contact: str | None = strawberry.field(default=None, description="联系方式 · how the provider reaches the handler.")
    items: list[ApplicationItemInput] | None = strawberry.field(default=None, description="信息项 · what is applied for.")


@strawberry.input(description="逐项答复 · the answer to one item. Terms left out are those asked for; PARTLY narrows some.")
class ItemAnswerInput:
    item: str = strawberry.field(description="信息项 · its code, or its coordinate `Type.field`.")
    outcome: AnswerOutcome = strawberry.field(description="答复意见 · granted, in part, or refused.")
    form: SharingForm | None = strawberry.field(default=None, description="共享形式 · in which form.")
    rows: SharedRows | None = strawberry.field(default=None, description="共享行范围 · on which rows.")
    uses: list[SharingUse] | None = strawberry.field(default=None, description="使用用途 · for which uses.")
    matters: list[str] | None = strawberry.field(default=None, description="事项编码 · for which matters.")
    modes: list[ProvisionMode] | None = strawberry.field(default=None, description="提供方式 · how it is provided.")
    valid_until: date | None = strawberry.field(default=None, description="使用期限 · the last day.")
    quota_per_day: int | None = strawberry.field(default=None, description="每日限量 · subjects a day.")
    operations: list[str] | None = strawberry.field(default=None, description="限定操作 · hashes of stored documents.")
    reason: str | None = strawberry.field(default=None, description="理由 · why; a refusal must give it.")


@strawberry.input(description="附函 · a file that goes with the answer: PDF, OFD, PNG or JPEG, at most 1 MiB.")
class LetterInput:
    name: str = strawberry.field(description="文件名 · its name.")
    media_type: str = strawberry.field(description="类型 · application/pdf, application/ofd, image/png or image/jpeg.")
    content: str = strawberry.field(description="内容 · its bytes in Base64 (RFC 4648 §4).")


def changed_terms(asked: Terms, given: ApplicationItemInput | ItemAnswerInput) -> Terms:
    """The terms with what was given in the place of what was asked. Raises INPUT_INVALID for overlong lists and words."""
    changed: dict[str, object] = {}
    if given.form is not None:
        changed["form"] = Form[given.form.value]
    if given.rows is not None:
        changed["rows"] = Rows[given.rows.value]
    if given.uses is not None:
        changed["uses"] = frozenset(Use[one.value] for one in given.uses)
    if given.modes is not None:
        changed["modes"] = frozenset(Mode[one.value] for one in given.modes)
    if given.matters is not None:
        changed["matters"] = checked_words("matters", given.matters)
    if given.valid_until is not None:
        changed["valid_until"] = given.valid_until
    if given.quota_per_day is not None:
        if given.quota_per_day < 1:
            raise invalid("`quotaPerDay` is below 1", "leave it out for no limit, or refuse the item", article="Art. 16 ¶1")
        changed["quota_per_day"] = given.quota_per_day
    if isinstance(given, ItemAnswerInput) and given.operations is not None:
        changed["operations"] = checked_words("operations", given.operations)
    return replace(asked, **changed)  # type: ignore[arg-type]


def checked_words(name: str, words: Iterable[str]) -> frozenset[str]:
    """The words as a set. Raises INPUT_INVALID for too many, an empty or an overlong one."""
    told = list(words)
    if len(told) > MOST_WORDS or any(not one.strip() or len(one) > 128 or not one.isprintable() for one in told):
        raise invalid(f"`{name}` holds too many words, or one that is empty or too long", f"at most {MOST_WORDS}")
    return frozenset(told)


class Shown:
    """How applications are shown, on one catalogue: with the titles of items and departments."""

    def __init__(self, catalogue: Catalogue, entries: Mapping[ItemCode, Entry]) -> None:
        self._catalogue = catalogue
        self._entries = entries

    def party(self, code: ProviderCode) -> ApplicationParty:
        """The department, by its title where the catalogue names it."""
        known = self._catalogue.departments.get(code)
        return ApplicationParty(code=code, title=code if known is None else known.title)

    def application(
        self, told: law.Application, clock: Clock | None, mark: Mark | None, *, to_consumer: bool, to_provider: bool
    ) -> Application:
        """The application as this side may see it: drafts are the consumer's, proposals the provider's."""
        request = told.draft if to_consumer or told.request is None else told.request
        last = next((event.what for event in reversed(told.events) if isinstance(event.what, law.Answered)), None)
        events = [event for event in told.events if _tells(event.what, to_consumer, to_provider)]
        coordination = told.coordination
        return Application(
            id=strawberry.ID(told.id),
            batch=strawberry.ID(told.batch),
            consumer=self.party(told.consumer),
            provider=self.party(told.provider),
            state=ApplicationState(told.state.name),
            duty=request.duty,
            purpose=request.purpose,
            handler=request.handler,
            contact=request.contact,
            items=[self._item(told, one) for one in request.items],
            drafted_at=told.drafted_at,
            submitted_at=told.submitted_at,
            due=None if clock is None else clock.due,
            due_provisional=clock is not None and clock.provisional,
            warn_from=None if clock is None else clock.warn_from,
            deadline=None if mark is None else DeadlineMark(mark.name),
            lacking=list(lacking(request)) if to_consumer and told.stage is law.Stage.DRAFTED else [],
            supplement=None if told.lacking is None else list(told.lacking),
            answered_on=told.answered_on,
            answer_hash=None if last is None else last.hash,
            note=None if last is None else last.note,
            letter=None if last is None else _letter(last.letter),
            grants=[
                strawberry.ID(grant)
                for event in told.events
                if isinstance(event.what, law.Answered)
                for grant in event.what.grants
            ],
            proposal=_proposal(told.proposal) if to_provider and told.proposal is not None else None,
            coordination=None
            if coordination is None
            else ApplicationCoordination(
                body=CoordinatingBody(coordination.body.name), office=self.party(coordination.office)
            ),
            events=[self._event(number, event) for number, event in enumerate(events, 1)],
        )

    def unobtainable(self, told: Withheld) -> Unobtainable:
        """What no application brings."""
        return Unobtainable(
            coordinate=str(told.coordinate),
            item=told.item,
            provider=self.party(told.provider),
            reason=told.reason,
            article=told.article,
        )

    def template(self, told: SavedTemplate) -> AnswerTemplate:
        """A provider's template."""
        bounds = told.template
        return AnswerTemplate(
            id=strawberry.ID(told.id),
            name=told.name,
            refuse=bounds.refuse,
            form=None if bounds.form is None else SharingForm(bounds.form.name),
            rows=None if bounds.rows is None else SharedRows(bounds.rows.name),
            uses=None if bounds.uses is None else [SharingUse(use.name) for use in Use if use in bounds.uses],
            modes=None if bounds.modes is None else [ProvisionMode(mode.name) for mode in Mode if mode in bounds.modes],
            quota_per_day=bounds.quota_per_day,
            valid_days=bounds.valid_days,
            reason=bounds.reason,
            saved_at=told.saved_at,
        )

    def _item(self, told: law.Application, asked: law.RequestedItem) -> ApplicationItem:
        known = self._entries.get(asked.item)
        state = told.items.get(asked.item)
        return ApplicationItem(
            item=asked.item,
            coordinate=None if known is None else f"{known[0].name}.{known[1].name}",
            title=None if known is None else known[1].title,
            negotiate=asked.negotiate,
            asked=_terms(asked.terms),
            standing=None if state is None else ItemStanding(state.standing.name),
            answer=None if state is None or state.answer is None else _answer(state.answer),
        )

    def _event(self, number: int, event: law.Event) -> ApplicationEvent:
        # counted by what this side may know: a gap would tell of a step that it may not
        items, text = _said(event.what)
        return ApplicationEvent(
            number=number,
            kind=ApplicationEventKind(_kind(event.what)),
            at=event.at,
            day=event.day,
            department=self.party(event.by.department),
            handler=event.by.handler,
            items=items,
            text=text,
        )


def _tells(what: law.Happening, to_consumer: bool, to_provider: bool) -> bool:
    """Whether this side may know of the step: edits are the consumer's own, proposals the provider's."""
    if isinstance(what, law.Drafted | law.Saved):
        return to_consumer
    return to_provider if isinstance(what, law.Proposed) else True


def _kind(what: law.Happening) -> str:
    """`NegotiationEnded` → `NEGOTIATION_ENDED`."""
    name = type(what).__name__
    return "".join(f"_{one}" if one.isupper() and place else one for place, one in enumerate(name)).upper()


def _said(what: law.Happening) -> tuple[list[str], str | None]:
    """Which items a step was about, and in which words."""
    match what:
        case law.Drafted() | law.Saved() | law.Submitted():
            return [], None
        case law.SupplementAsked(lacking=names):
            return [], "\n".join(names)
        case law.Withdrawn(reason=reason):
            return [], reason
        case law.Proposed(answers=answers, note=note):
            return [one.item for one in answers], note or None
        case law.Answered(answers=answers, note=note):
            return [one.item for one in answers], note or None
        case law.Negotiated(items=items, message=text):
            return list(items), text
        case law.NegotiationEnded(items=items, text=text):
            return list(items), text
        case law.CoordinationRequested(items=items, reason=text):
            return list(items), text
        case law.Coordinated(items=items, text=text):
            return list(items), text
        case _:
            assert_never(what)


def _terms(told: Terms) -> SharingTerms:
    return SharingTerms(
        form=SharingForm(told.form.name),
        rows=SharedRows(told.rows.name),
        uses=[SharingUse(use.name) for use in Use if use in told.uses],
        matters=sorted(told.matters),
        modes=[ProvisionMode(mode.name) for mode in Mode if mode in told.modes],
        valid_until=told.valid_until,
        quota_per_day=told.quota_per_day,
        operations=sorted(told.operations),
    )


def _answer(told: LawfulAnswer) -> ItemAnswer:
    return ItemAnswer(
        item=told.item,
        outcome=AnswerOutcome(told.outcome.name),
        terms=None if told.terms is None else _terms(told.terms),
        reason=told.reason,
    )


def _letter(told: LetterReference | None) -> AnswerLetter | None:
    if told is None:
        return None
    return AnswerLetter(name=told.name, media_type=told.media_type, sha256=told.sha256, size=told.size)


def _proposal(told: law.Proposal) -> AnswerProposal:
    return AnswerProposal(
        answers=[_answer(one) for one in told.answers],
        note=told.note,
        letter=_letter(told.letter),
        taken=[AnswerStepTaken(step=AnswerStep(step.name), handler=handler) for step, handler in told.taken],
    )
