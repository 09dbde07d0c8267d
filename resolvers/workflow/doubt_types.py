"""Doubts as GraphQL shows them, and from a doubt to what each side may see of it."""

from datetime import date, datetime

import strawberry

from catalogue.model import Catalogue, ProviderCode
from resolvers.workflow.application_types import ApplicationParty
from schema.enums import DeadlineMark, DoubtCheck, DoubtEventKind, DoubtResult, DoubtState
from sharing import doubt as law
from sharing.answer_clock import Clock
from sharing.deadlines import Mark
from sharing.terms import entries_by_code


@strawberry.type(description="佐证材料 · a file that goes with a doubt; its content is read with `doubtEvidence`.")
class DoubtEvidence:
    name: str = strawberry.field(description="文件名 · its name.")
    media_type: str = strawberry.field(description="类型 · its media type.")
    sha256: str = strawberry.field(description="摘要 · SHA-256 of its bytes, in hex.")
    size: int = strawberry.field(description="大小 · in bytes.")


@strawberry.type(description="办理记录 · one step of a doubt: what, when, by whom.")
class DoubtEvent:
    number: int = strawberry.field(description="序号 · from 1 on.")
    kind: DoubtEventKind = strawberry.field(description="环节 · what was done.")
    at: datetime = strawberry.field(description="时间 · when.")
    day: date = strawberry.field(description="日期 · the day in China, by which terms are counted.")
    department: ApplicationParty = strawberry.field(description="部门 · whose step it was.")
    handler: str = strawberry.field(description="经办人 · who took it.")
    text: str | None = strawberry.field(description="内容 · the reason; of a verification, who verifies.")


@strawberry.type(
    description="疑义 · a consumer holds what an answer told for wrong, and its provider verifies it (Art. 18)."
)
class Doubt:
    id: strawberry.ID = strawberry.field(description="疑义编号 · its id.")
    state: DoubtState = strawberry.field(description="状态 · how far it is, or how it ended.")
    open: bool = strawberry.field(description="核实中 · whether answers say UNDER_VERIFICATION because of it.")
    reporter: ApplicationParty = strawberry.field(description="提出部门 · who reported it.")
    provider: ApplicationParty = strawberry.field(description="核实部门 · who verifies it now.")
    receipt: strawberry.ID | None = strawberry.field(description="回执 · of the answer; its reporter alone sees it.")
    path: str | None = strawberry.field(
        description="位置 · where in the answer, without indexes; its reporter alone sees it."
    )
    item: str = strawberry.field(description="信息项编码 · which item is doubted.")
    coordinate: str | None = strawberry.field(description="目录坐标 · `Type.field`; null once it is catalogued no more.")
    title: str | None = strawberry.field(description="名称 · what the item is called.")
    outcome: str = strawberry.field(description="当时结果 · what stood at the position: SHARED, MASKED, WITHHELD …")
    observed: str | None = strawberry.field(description="疑义内容 · what was observed instead; null for who oversees.")
    evidence: list[DoubtEvidence] = strawberry.field(description="佐证材料 · what shows it.")
    reported_at: datetime = strawberry.field(description="提出时间 · since when the item is under verification.")
    due: date = strawberry.field(description="核实期限 · the last day to verify it.")
    due_provisional: bool = strawberry.field(
        description="期限暂定 · it rests on a year whose calendar is not published yet."
    )
    warn_from: date = strawberry.field(description="预警日 · from this day on its provider is warned.")
    deadline: DeadlineMark | None = strawberry.field(description="时限状态 · how it stands with that today.")
    verifier: str | None = strawberry.field(description="核实人 · who verifies it.")
    result: DoubtResult | None = strawberry.field(description="核实结果 · what it came to.")
    reason: str | None = strawberry.field(description="理由 · why.")
    check: DoubtCheck | None = strawberry.field(description="比对 · whether the register was seen to answer otherwise.")
    ended_on: date | None = strawberry.field(description="办结日期 · the day on which it was decided or withdrawn.")
    events: list[DoubtEvent] = strawberry.field(description="办理记录 · every step, the earliest first.")


@strawberry.type(description="疑义计数 · how many doubts are in a state.")
class DoubtCount:
    state: DoubtState = strawberry.field(description="状态 · which state.")
    count: int = strawberry.field(description="数量 · how many.")


@strawberry.type(description="疑义列表 · doubts, the latest first.")
class DoubtPage:
    doubts: list[Doubt] = strawberry.field(description="疑义 · those of this page.")
    counts: list[DoubtCount] = strawberry.field(description="计数 · how many there are by state, by all other filters.")
    overdue: int = strawberry.field(description="超期 · how many are overdue, by all other filters.")
    next: strawberry.ID | None = strawberry.field(description="下一页 · what to give as `after`; null on the last page.")


def shown(catalogue: Catalogue, doubt: law.Doubt, clock: Clock, mark: Mark | None, *, to_reporter: bool) -> Doubt:
    """The doubt as one side may see it; its reporter what `Doubt.told` says."""
    place, decided = doubt.place, doubt.decided
    state = doubt.told if to_reporter else doubt.state
    silent = state is law.State.CLOSED
    known = entries_by_code(catalogue).get(place.item)
    told = None if silent else decided
    return Doubt(
        id=strawberry.ID(doubt.id),
        state=DoubtState(state.name),
        open=doubt.is_open,
        reporter=_party(catalogue, doubt.reporter),
        provider=_party(catalogue, doubt.provider),
        receipt=strawberry.ID(place.receipt) if to_reporter else None,
        path=place.path if to_reporter else None,
        item=place.item,
        coordinate=None if known is None else f"{known[0].name}.{known[1].name}",
        title=None if known is None else known[1].title,
        outcome=place.outcome,
        observed=doubt.observed,
        evidence=[
            DoubtEvidence(name=one.name, media_type=one.media_type, sha256=one.sha256, size=one.size)
            for one in doubt.evidence
        ],
        reported_at=doubt.reported_at,
        due=clock.due,
        due_provisional=clock.provisional,
        warn_from=clock.warn_from,
        deadline=None if mark is None else DeadlineMark(mark.name),
        verifier=doubt.verifier or None,
        result=None if told is None else DoubtResult(told.result.name),
        reason=None if told is None else told.reason,
        check=None if told is None else DoubtCheck(told.check.name),
        ended_on=doubt.ended_on,
        events=[_event(catalogue, event, silent=silent) for event in doubt.events],
    )


def overseen(catalogue: Catalogue, doubt: law.Doubt, clock: Clock, mark: Mark | None, *, own: bool) -> Doubt:
    """How the doubt goes, as who oversees it may see it: no words and no evidence, for they tell what a register holds. Of
    what its own department reported it is told no more than that is (`own`).
    """
    told = shown(catalogue, doubt, clock, mark, to_reporter=own)
    told.receipt, told.path = None, None
    told.observed, told.evidence, told.reason = None, [], None
    for event in told.events:
        event.text = None
    return told


def _event(catalogue: Catalogue, event: law.Event, *, silent: bool) -> DoubtEvent:
    return DoubtEvent(
        number=event.number,
        kind=DoubtEventKind(type(event.what).__name__.upper()),
        at=event.at,
        day=event.day,
        department=_party(catalogue, event.by.department),
        handler=event.by.handler,
        text=None if silent and isinstance(event.what, law.Decided) else _text(event.what),
    )


def _text(what: law.Happening) -> str | None:
    match what:
        case law.Transferred(reason=reason) | law.Decided(reason=reason) | law.Withdrawn(reason=reason):
            return reason
        case law.Verifying(verifier=verifier):
            return verifier
        case law.Reported() | law.Accepted():
            return None


def _party(catalogue: Catalogue, code: ProviderCode) -> ApplicationParty:
    known = catalogue.departments.get(code)
    return ApplicationParty(code=code, title=code if known is None else known.title)
