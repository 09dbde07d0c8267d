"""`materialCheck` in the schema. The compiled way answers it: these fields have no resolver."""

from datetime import date, datetime
from typing import Any

import strawberry

from resolvers.workflow.case_inputs import CaseSubjectInput
from schema.enums import LenienceKind, MaterialReason, MaterialVerdict
from schema.filters import argument, listed, nullable
from schema.origin import DataField


@strawberry.type(description="宽缓办理 · how the matter allows to go on without the material.")
class Lenience:
    kind: LenienceKind = strawberry.field(description="方式 · which way.")
    check_by: date = strawberry.field(description="核查期限 · the day by which it is checked afterwards.")


@strawberry.type(description="申请依据 · what an application for the material is drafted from.")
class MaterialApplication:
    document: str = strawberry.field(description="查询 · the document for `draftApplication`; it names no subject.")
    items: list[str] = strawberry.field(description="信息项编码 · the items that are lacking.")


@strawberry.type(description="材料内容 · one item of what replaces a material, for one subject.")
class MaterialItem:
    item: str = strawberry.field(description="信息项编码 · its code in the catalogue.")
    coordinate: str = strawberry.field(description="目录坐标 · `Type.field`.")
    title: str = strawberry.field(description="名称 · what it is called.")
    value: str | None = strawberry.field(description="内容 · the register's value as text; null where there is none.")
    display: str | None = strawberry.field(description="读法 · a code's name in Chinese; null where the value speaks.")
    outcome: str = strawberry.field(description="结果 · as in `extensions.sharing.outcomes`.")
    reason: str | None = strawberry.field(description="原因 · why; null where it is plainly shared.")
    provider: str | None = strawberry.field(description="提供部门 · its unified social credit code.")
    provider_title: str | None = strawberry.field(description="提供部门名称 · what the provider is called.")
    as_of: datetime | None = strawberry.field(description="查询时间 · when its source was asked.")
    role: str = strawberry.field(description="角色 · of the subject.")
    role_title: str = strawberry.field(description="角色名称 · what the matter calls it.")
    subject: int = strawberry.field(description="序号 · which subject of the role, from 0.")
    path: str = strawberry.field(description="位置 · where it stands: what `reportDoubt` takes.")
    since: datetime | None = strawberry.field(description="核实起始 · since when it is under verification.")
    changed: bool | None = strawberry.field(description="有无变化 · since the case's last check; null without one.")


@strawberry.type(description="材料核验 · what the counter does about one material, and what replaces it.")
class CheckedMaterial:
    code: str = strawberry.field(description="材料编码 · its code within the matter.")
    title: str = strawberry.field(description="材料名称 · what it is called.")
    title_en: str = strawberry.field(description="英文名称 · its name in English.")
    verdict: MaterialVerdict = strawberry.field(description="结论 · what to do.")
    reason: MaterialReason = strawberry.field(description="理由 · why.")
    reason_text: str = strawberry.field(description="说明 · the same in words.")
    reason_text_en: str = strawberry.field(description="英文说明 · the same in English.")
    article: str = strawberry.field(description="依据 · where the law says so.")
    provider: str | None = strawberry.field(description="提供部门 · whose answer or register decides.")
    provider_title: str | None = strawberry.field(description="提供部门名称 · what it is called.")
    remedy: str | None = strawberry.field(description="救济 · what can be done, as in `explain`.")
    call: str | None = strawberry.field(description="下一步 · the mutation to begin with.")
    expected: date | None = strawberry.field(description="预计日期 · by when a pending application is answered.")
    lenience: Lenience | None = strawberry.field(description="宽缓办理 · where the matter allows it.")
    contents: list[MaterialItem] = strawberry.field(description="内容 · what replaces it, as far as it may be shown.")
    application: MaterialApplication | None = strawberry.field(description="申请依据 · where it could be applied for.")
    receipt: strawberry.ID = strawberry.field(description="回执 · the ledger entry that this stands in.")
    changed: bool | None = strawberry.field(description="有无变化 · since the case's last check; null without one.")


@strawberry.type(description="事项材料核验 · a matter's materials, each with its verdict.")
class MaterialCheck:
    matter: str = strawberry.field(description="事项编码 · which matter.")
    title: str = strawberry.field(description="事项名称 · what it is called.")
    title_en: str = strawberry.field(description="英文名称 · its name in English.")
    version: int = strawberry.field(description="版本 · which version of the matter was in force.")
    checked_at: datetime = strawberry.field(description="核验时间 · when.")
    receipt: strawberry.ID = strawberry.field(description="回执 · the ledger entry that this stands in.")
    case: str | None = strawberry.field(description="办件编号 · of the case, where the purpose names one.")
    compared_with: datetime | None = strawberry.field(
        description="上次核验 · the case's last check of all its subjects, compared with this one."
    )
    materials: list[CheckedMaterial] = strawberry.field(description="材料 · those that subjects and situations call for.")


def _compiled(description: str, *arguments: Any) -> Any:
    made = DataField(description=description)
    made.arguments = list(arguments)
    return made


@strawberry.type
class MaterialQuery:
    """The root field of a check."""

    material_check: MaterialCheck | None = _compiled(
        "**事项材料核验** · which of a matter's materials may not be asked for, and their contents (Art. 16 ¶2). Reads what "
        "the registers hold of the subjects under the law of sharing, in one round; the purpose states the same matter.",
        argument("matter", str, "事项编码 · the matter, as in the purpose."),
        argument("subjects", listed(CaseSubjectInput), "当事人 · whose materials: each in a role, by one code; at most 50."),
        argument("situations", nullable(listed(str)), "情形 · those that apply, by code.", None),
    )
    material_checks: list[MaterialCheck] | None = _compiled(
        "**一件事材料核验** · the same for several matters that are handled at once: each item is decided for the matter "
        "that needs it, all are read in one round. The purpose states one of the matters.",
        argument("matters", listed(str), "事项编码 · the matters, at most 10."),
        argument("subjects", listed(CaseSubjectInput), "当事人 · each matter takes those whose role it knows."),
        argument("situations", nullable(listed(str)), "情形 · those that apply, by code.", None),
    )
