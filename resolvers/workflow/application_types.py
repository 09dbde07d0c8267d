"""Applications as GraphQL shows them."""

from datetime import date, datetime

import strawberry

from resolvers.workflow.catalogue_entries import CatalogueBasis, basis_shown
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
from sharing.concealment import Concealment

"""Applications as GraphQL shows and takes them."""


MOST_WORDS = 50


def concealment_shown(held: Concealment | None) -> "AccessConcealment | None":
    """How access is hidden; None where it is not."""
    return None if held is None else AccessConcealment(basis=basis_shown(held.basis), until=held.until)


@strawberry.type(description="申请的一方 · a department that is a party to an application.")
class ApplicationParty:
    code: str = strawberry.field(description="统一社会信用代码 · its unified social credit code.")
    title: str = strawberry.field(description="名称 · what it is called.")


@strawberry.type(description="隐匿查询记录 · access under it is not told to its subjects until a day, as a law orders.")
class AccessConcealment:
    basis: CatalogueBasis = strawberry.field(description="依据 · the law.")
    until: date = strawberry.field(description="截止日 · the last day, in China.")


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
    concealment: AccessConcealment | None = strawberry.field(description="隐匿查询记录 · where access under it is hidden.")


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
    kind: ApplicationEventKind = strawberry.field(description="事由 · what was done.")
    step: AnswerStep | None = strawberry.field(
        description="环节 · of an answer, which step it was: handled, reviewed, issued; null for what is none."
    )
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
    due: date | None = strawberry.field(
        description="答复期限 · the last day to answer, also once it is answered; null where none ever was awaited."
    )
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


@strawberry.type(description="已在办理 · an item that the department has applied for already, by an application under way.")
class UnderWay:
    coordinate: str = strawberry.field(description="目录坐标 · `Type.field`.")
    item: str = strawberry.field(description="信息项编码 · its code in the catalogue.")
    title: str = strawberry.field(description="名称 · what it is called.")
    provider: ApplicationParty = strawberry.field(description="提供部门 · to whom.")
    application: strawberry.ID = strawberry.field(description="申请编号 · by which application: withdraw it to apply anew.")
    state: ApplicationState = strawberry.field(description="状态 · what that application waits for.")
    due: date | None = strawberry.field(description="答复期限 · the last day to answer; null where no clock runs.")


@strawberry.type(description="申请草稿 · the applications that a query's refusals come to, one for each provider.")
class ApplicationDraft:
    batch: strawberry.ID = strawberry.field(description="批次 · shared by these applications.")
    applications: list[Application] = strawberry.field(description="申请 · to be completed with `saveApplication`.")
    under_way: list[UnderWay] = strawberry.field(
        description="已在办理 · what is applied for already, and so not drafted again."
    )
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
