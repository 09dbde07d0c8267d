"""Access records as the citizen's service channel shows them: every name in Chinese, no officer and no case."""

from datetime import datetime
from enum import Enum

import strawberry

from schema.enums import SharingUse

PLAIN = frozenset({"AccessRecord"})
"""Types that hold nothing but attributes, and so do all below them: completed by `resolvers.workflow.plain`."""


@strawberry.enum(description="核实身份的方式 · how the channel identified the person.")
class IdentificationMethod(Enum):
    REAL_NAME_ACCOUNT = strawberry.enum_value("REAL_NAME_ACCOUNT", description="实名账号 · a real-name account.")
    FACE = strawberry.enum_value("FACE", description="人脸核验 · the face.")
    COUNTER_ID_CARD = strawberry.enum_value("COUNTER_ID_CARD", description="窗口查验居民身份证 · the card, at a counter.")
    QUALIFIED_SIGNATURE = strawberry.enum_value("QUALIFIED_SIGNATURE", description="可靠的电子签名 · a reliable signature.")


@strawberry.input(description="身份核实 · how, when and under which reference the channel identified the person.")
class IdentificationInput:
    method: IdentificationMethod = strawberry.field(description="方式 · how.")
    reference: str = strawberry.field(description="凭据号 · under which the channel finds it again; no identity number.")
    at: datetime = strawberry.field(description="时间 · when; within the last 24 hours.")


@strawberry.enum(name="AccessKind", description="查询结果 · what became of a look-up, as far as this person is concerned.")
class Kind(Enum):
    ANSWERED = strawberry.enum_value("ANSWERED", description="已提供 · something was told, in whole or in part.")
    NOT_FOUND = strawberry.enum_value("NOT_FOUND", description="未查到 · nothing was found, or the register did not answer.")
    REFUSED = strawberry.enum_value("REFUSED", description="未予提供 · nothing was told: it was refused or withheld.")
    STEP = strawberry.enum_value("STEP", description="办理 · a step that names the person, such as a case that was opened.")


@strawberry.enum(name="AccessOutcome", description="信息项结果 · what became of an item.")
class ItemOutcome(Enum):
    SHARED = strawberry.enum_value("SHARED", description="已提供 · told.")
    COMPARED = strawberry.enum_value(
        "COMPARED", description="仅核验 · compared with what was offered: told whether it matches, and no more."
    )
    NONCONFORMING = strawberry.enum_value("NONCONFORMING", description="已提供（不合规范） · told; it breaks its standard.")
    UNDER_VERIFICATION = strawberry.enum_value("UNDER_VERIFICATION", description="已提供（校核中） · told, marked so.")
    MASKED = strawberry.enum_value("MASKED", description="脱敏提供 · told in part.")
    SOURCE_UNAVAILABLE = strawberry.enum_value("SOURCE_UNAVAILABLE", description="来源未应答 · the register did not answer.")
    WITHHELD = strawberry.enum_value("WITHHELD", description="不予提供 · not told.")
    NO_DATA = strawberry.enum_value("NO_DATA", description="无数据 · there was no row of the person, or none behind it.")


@strawberry.type(description="部门 · a department, by its Chinese title.")
class AccessParty:
    code: str = strawberry.field(description="统一社会信用代码 · its unified social credit code.")
    title: str | None = strawberry.field(description="名称 · what it is called.")


@strawberry.type(description="所查信息项 · an item of this person that was asked for.")
class AccessItem:
    item: str = strawberry.field(description="信息项编码 · its code in the catalogue.")
    title: str | None = strawberry.field(description="名称 · what it is called; null once it is catalogued no more.")
    provider: AccessParty | None = strawberry.field(description="提供部门 · who provides it.")
    outcome: ItemOutcome = strawberry.field(description="结果 · what became of it.")
    certain: bool = strawberry.field(
        description="是否确定 · false where several persons stood there and the record tells only how many were told: then "
        "`outcome` is what was disclosed at most."
    )


@strawberry.type(description="查询记录 · one look-up of this person.")
class AccessRecord:
    at: datetime = strawberry.field(description="时间 · when.")
    kind: Kind = strawberry.field(description="结果 · what became of it.")
    consumer: AccessParty = strawberry.field(description="查询部门 · who asked.")
    acting_for: AccessParty | None = strawberry.field(description="受托为之办理的部门 · whose duty it was, where another's.")
    matter: str | None = strawberry.field(description="事项编码 · under which matter.")
    matter_title: str | None = strawberry.field(description="事项名称 · what the matter is called.")
    use: SharingUse | None = strawberry.field(description="使用用途 · for which of the four uses.")
    step: str | None = strawberry.field(description="办理环节 · the step that named the person.")
    step_title: str | None = strawberry.field(description="办理环节名称 · what that step is called.")
    refusal: str | None = strawberry.field(description="拒绝代码 · the code by which it was refused as a whole.")
    refusal_title: str | None = strawberry.field(description="拒绝原因 · what that means.")
    items: list[AccessItem] = strawberry.field(description="信息项 · this person's items, and nobody else's.")


@strawberry.type(description="查询记录列表 · a page of look-ups, the newest first.")
class AccessPage:
    nodes: list[AccessRecord] = strawberry.field(description="查询记录 · this page's.")
    end_cursor: str | None = strawberry.field(description="游标 · pass it as `after`; null where there is no more.")
    receipt: strawberry.ID = strawberry.field(description="本次查询的记录 · under which this very query is in the ledger.")
