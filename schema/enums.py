"""The closed word lists of the data fields and of `@sharing`, with their Chinese titles."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import strawberry


def _enum(name: str, description: str, values: Mapping[str, str]) -> Any:
    """A Strawberry enum whose Python values are its GraphQL names; `values` gives each one's description."""
    # Members are numbered: an item called `name`, `title` or `count` would hide an attribute of text and of enums.
    members = {f"V{number}": value for number, value in enumerate(values)}
    # Called through a plain name: type checkers take the functional form for a class statement.
    make: Any = StrEnum
    made = make(name, members, module=__name__)
    strawberry.enum(made, name=name, description=description, graphql_name_from="value")
    for value in made.__strawberry_definition__.values:
        value.description = values[value.name]
    return made


Sex = _enum(
    "Sex",
    "性别 · sex (GB/T 2261.1).",
    {
        "UNKNOWN": "未知的性别 · unknown (0).",
        "MALE": "男性 · male (1).",
        "FEMALE": "女性 · female (2).",
        "UNSPECIFIED": "未说明的性别 · not stated (9).",
    },
)
VitalStatus = _enum(
    "VitalStatus",
    "存亡状态 · whether the person is alive.",
    {
        "ALIVE": "正常 · alive.",
        "DECEASED": "死亡 · deceased.",
        "DECLARED_DEAD": "宣告死亡 · declared dead by a court (民法典 46).",
        "MISSING": "宣告失踪 · declared missing by a court (民法典 40).",
    },
)
HolderKind = _enum(
    "HolderKind",
    "持有主体类别 · a person or an organisation.",
    {
        "PERSON": "自然人 · a natural person.",
        "ORGANISATION": "法人和其他组织 · a legal entity or another organisation.",
    },
)
DivisionLevel = _enum(
    "DivisionLevel",
    "行政区划级别 · level of an administrative division (GB/T 2260).",
    {
        "PROVINCE": "省级 · province.",
        "CITY": "地市级 · prefecture-level city.",
        "COUNTY": "县级 · county, district or county-level city.",
    },
)
Match = _enum(
    "Match",
    "核验结果 · what a comparison says, without disclosing the value held.",
    {
        "MATCH": "一致 · the value offered is the one held.",
        "NO_MATCH": "不一致 · it differs.",
        "NO_DATA": "无数据 · the register holds no value.",
    },
)
SubjectKind = _enum(
    "SubjectKind",
    "主体类别 · what takes a role in a matter.",
    {
        "PERSON": "自然人 · a person, by identity number.",
        "ORGANISATION": "法人和其他组织 · an organisation, by unified social credit code.",
        "REAL_ESTATE_UNIT": "不动产单元 · a real-estate unit, by its code.",
        "LAND_PARCEL": "宗地 · a land parcel, by its code.",
    },
)
MaterialVerdict = _enum(
    "MaterialVerdict",
    "材料核验结论 · what a counter does about a material (Art. 16 ¶2, 18).",
    {
        "NOT_TO_BE_ASKED": "不得要求提交 · obtained, or absence proves it.",
        "OBTAINABLE": "可以共享取得，不得要求提交 · it could be shared: apply for it, and do not ask the person.",
        "ACCEPT_IF_OFFERED": "主动提供的，予以接受 · under verification: accept proof that is offered, never demand it.",
        "ASK_WITH_REASON": "说明理由，可以要求提交 · it may be asked for, with the reason.",
        "ASK": "由当事人提交 · nothing replaces it.",
    },
)
MaterialReason = _enum(
    "MaterialReason",
    "材料核验理由 · why a material may be asked for or not.",
    {
        "OBTAINED": "已取得 · obtained from the registers.",
        "ABSENCE": "查无记录即为证明 · that there is no record is the proof.",
        "OWN_REGISTER": "本部门自有登记 · held in the handling department's own register.",
        "BARRED": "清单之外 · not on the statutory list.",
        "UNDER_VERIFICATION": "正在核实 · a doubt was reported (Art. 18).",
        "NOT_GRANTED": "没有授权 · the department holds no grant: it never applied, or the grant was taken back.",
        "GRANT_LAPSED": "授权失效或不及于此 · no grant in force covers this.",
        "CASE_REQUIRED": "须登记办件 · granted for the subjects of an open case.",
        "PENDING": "等待答复 · applied for, not answered yet.",
        "REFUSED": "不予同意 · the provider has refused.",
        "NOT_SHARED": "依法不予共享 · not shared by law.",
        "NOT_SHARED_NOW": "目前不予提供 · suspended, or no quota is left today.",
        "SOURCE_UNAVAILABLE": "来源暂不可用 · the source does not answer.",
        "NO_DATA": "没有该数据 · the registers hold no such data.",
        "NONCONFORMING": "数据不合规范 · what the registers hold does not conform and cannot be used.",
        "NOT_VALID": "证照不在有效期 · the certificate on record is not in force.",
        "NOT_CATALOGUED": "未编入目录 · no catalogued resource holds it yet.",
        "NOTHING_REPLACES": "没有替代 · nothing replaces it.",
    },
)
LenienceKind = _enum(
    "LenienceKind",
    "宽缓方式 · how a matter goes on without a material for the time being.",
    {
        "COMMITMENT": "告知承诺 · the person states it and answers for it.",
        "DEFERRED": "容缺受理 · it is accepted now, and the material follows.",
    },
)
SortDirection = _enum(
    "SortDirection",
    "排序方向 · direction of an order; rows without a value come last.",
    {
        "ASC": "升序 · ascending.",
        "DESC": "降序 · descending.",
    },
)
SharingType = _enum(
    "SharingType",
    "共享类型 · the three types of Art. 10.",
    {
        "UNCONDITIONAL": "无条件共享 · to every department that states a purpose.",
        "CONDITIONAL": "有条件共享 · by grant, on application (Art. 16).",
        "NOT_SHARED": "不予共享 · never through this platform; a statutory basis says so (Art. 11(1)).",
    },
)
ItemKind = _enum(
    "ItemKind",
    "信息项类别 · base and business items (Art. 11(2)); derived ones are computed from others.",
    {
        "BASE": "基础信息项 · base item.",
        "BUSINESS": "业务信息项 · business item.",
        "DERIVED": "衍生信息项 · derived item.",
    },
)
SharingForm = _enum(
    "SharingForm",
    "共享形式 · how much of a value is shown.",
    {
        "FULL": "完整 · the value itself.",
        "MASKED": "脱敏 · the value, partly masked.",
        "VERIFY": "核验 · only whether an offered value fits.",
    },
)
SharingUse = _enum(
    "SharingUse",
    "使用用途 · what shared information is used for (Art. 15).",
    {
        "ADMINISTRATIVE_BASIS": "行政依据 · basis of an administrative act.",
        "WORK_REFERENCE": "工作参考 · reference at work.",
        "DATA_VERIFICATION": "数据校核 · verification of data.",
        "BUSINESS_COORDINATION": "业务协同 · coordination of business.",
    },
)
SharedRows = _enum(
    "SharedRows",
    "共享行范围 · which rows a grant may reach.",
    {
        "ALL": "全部 · all rows.",
        "OWN_DIVISION": "本行政区域 · rows of the department's own division and all below it.",
        "CASE_SUBJECT": "办件当事人 · rows of a subject named in an open case of the department.",
    },
)
ProvisionMode = _enum(
    "ProvisionMode",
    "提供方式 · how a resource is provided (Art. 15).",
    {
        "ONLINE_LOOKUP": "联机查询 · online lookup.",
        "BULK_DOWNLOAD": "部门批量下载 · departmental bulk download.",
        "SYSTEM_INTERCONNECTION": "系统对接 · system interconnection.",
        "FRONT_END_SERVER": "前置机共享 · sharing through a front-end exchange server.",
    },
)
UpdateCycle = _enum(
    "UpdateCycle",
    "更新周期 · how often a resource is brought up to date.",
    {
        "REAL_TIME": "实时 · in real time.",
        "DAILY": "每日 · daily.",
        "WEEKLY": "每周 · weekly.",
        "MONTHLY": "每月 · monthly.",
        "QUARTERLY": "每季度 · quarterly.",
        "HALF_YEARLY": "每半年 · half-yearly.",
        "YEARLY": "每年 · yearly.",
        "ON_DEMAND": "按需 · on demand.",
    },
)

CatalogueOpening = _enum(
    "CatalogueOpening",
    "开放属性 · whether a resource is open to society (目录编制指南).",
    {"OPEN": "可向社会开放 · it is.", "CLOSED": "不向社会开放 · it is not."},
)

PartyKind = _enum(
    "PartyKind",
    "政务部门类别 · the kinds of parties that Art. 2 knows.",
    {
        "GOVERNMENT": "政府部门 · a government department.",
        "PUBLIC_INSTITUTION": "事业单位 · an authorised public institution.",
        "SOCIAL_ORGANISATION": "社会组织 · an authorised social organisation.",
        "OTHER_AUTHORISED": "其他被授权的组织 · another body authorised to administer.",
    },
)
NetworkZone = _enum(
    "NetworkZone",
    "电子政务网络 · the e-government network that a department works in (Art. 12).",
    {"INTRANET": "内网 · the intranet (classified).", "EXTRANET": "外网 · the extranet."},
)
OfficeKind = _enum(
    "OfficeKind",
    "职责岗位 · the offices of Art. 5.",
    {
        "LEADING_GROUP": "领导小组 · the province's leading group.",
        "LEADING_GROUP_OFFICE": "领导小组办公室 · its office.",
        "COMPETENT_DEPARTMENT": "共享主管部门 · the department competent for sharing in a province, city or county.",
    },
)
ResponsibilitySubject = _enum(
    "ResponsibilitySubject",
    "责任事项 · what Art. 24 has each department state.",
    {
        "PRINCIPAL_HEAD": "主要负责人（第一责任人） · the principal head, first responsible ex officio.",
        "IMPLEMENTING_BODY": "实施机构 · the body that carries it out.",
        "RULES": "工作规范 · its rules.",
        "GOALS": "工作目标 · its goals.",
    },
)
AnswerStep = _enum(
    "AnswerStep",
    "答复环节 · the steps of an answer, in this order.",
    {"HANDLE": "经办 · drafted.", "REVIEW": "审核 · reviewed.", "ISSUE": "签发 · issued: with it the answer is given."},
)

DraftState = _enum(
    "DraftState",
    "目录草案状态 · where a draft of a register's catalogue is.",
    {
        "DRAFTED": "编制中 · being compiled.",
        "SUBMITTED": "已提交 · submitted: the providers confirm their items.",
        "PUBLISHED": "已发布 · published.",
        "WITHDRAWN": "已撤回 · withdrawn.",
    },
)
DraftAct = _enum(
    "DraftAct",
    "目录草案办理记录 · what was done to a draft.",
    {
        "DRAFT": "起草 · begun.",
        "EDIT": "修改 · edited.",
        "SUBMIT": "提交 · submitted.",
        "CONFIRM": "确认 · confirmed by a provider.",
        "OBJECT": "异议 · objected to by a provider.",
        "PUBLISH": "发布 · published.",
        "WITHDRAW": "撤回 · withdrawn.",
    },
)
ConfirmationStanding = _enum(
    "ConfirmationStanding",
    "提供部门确认情况 · what a provider's word on a draft is worth now.",
    {
        "MISSING": "尚未确认 · nothing was said.",
        "CONFIRMED": "已确认 · confirmed.",
        "OBJECTED": "有异议 · objected to.",
        "VOID": "须重新确认 · void, since something was changed afterwards.",
    },
)
CatalogueChangeKind = _enum(
    "CatalogueChangeKind",
    "目录变更类别 · what a change does to those who use the catalogue.",
    {
        "WIDENED": "放宽 · more may be had.",
        "NARROWED": "收窄 · less may be had.",
        "BREAKING": "不兼容 · documents that were valid may no longer be.",
        "ADDED": "新增 · new.",
        "REMOVED": "取消 · gone.",
    },
)
ChangeEventKind = _enum(
    "ChangeEventKind",
    "变更事由 · why the catalogue must change (Art. 9).",
    {"LAW": "法律法规调整 · a change of law.", "FUNCTION": "行政管理职能变化 · a change of functions."},
)

ApplicationState = _enum(
    "ApplicationState",
    "申请状态 · what an application waits for, or how it ended (Art. 16 ¶1).",
    {
        "DRAFTED": "草稿 · drafted; its provider knows nothing of it.",
        "SUBMITTED": "待答复 · submitted, awaiting the provider's answer.",
        "SUPPLEMENT": "待补正 · something is lacking; the clock stands.",
        "ANSWERED": "已答复 · answered.",
        "NEGOTIATION_NEEDED": "待协商 · not shared: to be negotiated.",
        "NEGOTIATING": "协商中 · being negotiated.",
        "AGREED": "协商一致 · agreed, awaiting the provider's answer.",
        "FAILED": "协商不成 · the negotiation failed; coordination may be requested.",
        "COORDINATING": "协调中 · before the coordinating body.",
        "COORDINATED": "已协调 · coordinated, with its result.",
        "WITHDRAWN": "已撤回 · withdrawn by its consumer.",
    },
)
ItemStanding = _enum(
    "ItemStanding",
    "信息项状态 · what became of one item that was applied for.",
    {
        "REQUESTED": "待答复 · awaits the answer.",
        "GRANTED": "同意 · granted as asked.",
        "PARTLY": "部分同意 · granted in part.",
        "REFUSED": "不同意 · refused, with a reason.",
        "NEGOTIATION_NEEDED": "待协商 · not shared: to be negotiated.",
        "NEGOTIATING": "协商中 · being negotiated.",
        "AGREED": "协商一致 · agreed, awaiting the provider's answer.",
        "FAILED": "协商不成 · the negotiation failed.",
        "COORDINATING": "协调中 · before the coordinating body.",
        "OPENED": "协调同意 · to be provided by the result of coordination.",
        "UPHELD": "协调维持 · the refusal stands by the result of coordination.",
    },
)
AnswerOutcome = _enum(
    "AnswerOutcome",
    "答复意见 · what is answered to one item (Art. 16 ¶1).",
    {
        "GRANT": "同意 · as asked.",
        "PARTLY": "部分同意 · on narrower terms.",
        "REFUSE": "不同意 · with a reason.",
    },
)
DeadlineMark = _enum(
    "DeadlineMark",
    "时限状态 · how an application stands with its time to answer.",
    {
        "RUNNING": "计时中 · running.",
        "WARNED": "即将到期 · nearly over: the provider is warned.",
        "OVERDUE": "超期未答复 · overdue.",
        "STANDS": "停止计时 · stands while a supplement is owed.",
        "IN_TIME": "按期答复 · was answered in time.",
        "LATE": "逾期答复 · was answered late.",
    },
)
CoordinatingBody = _enum(
    "CoordinatingBody",
    "协调机构 · who coordinates: one or the other, not both in turn (Art. 16 ¶1).",
    {
        "COMPETENT_DEPARTMENT": "本级主管部门 · the competent department of the consumer's level.",
        "LEADING_GROUP": "领导小组 · the leading group, where a provincial department is involved.",
    },
)
NegotiationResult = _enum(
    "NegotiationResult",
    "协商结果 · how a negotiation ended.",
    {"AGREED": "协商一致 · agreed.", "FAILED": "协商不成 · failed."},
)
CoordinationResult = _enum(
    "CoordinationResult",
    "协调结果 · what coordination came to.",
    {"OPENED": "应予提供 · the provider shall provide.", "UPHELD": "维持原答复 · the refusal stands."},
)
ApplicationEventKind = _enum(
    "ApplicationEventKind",
    "办理环节 · one step of an application.",
    {
        "DRAFTED": "起草 · drafted.",
        "SAVED": "修改 · edited.",
        "SUBMITTED": "提交 · submitted.",
        "SUPPLEMENT_ASKED": "补正告知 · the one notice of all that is lacking.",
        "WITHDRAWN": "撤回 · withdrawn.",
        "PROPOSED": "拟答复 · a step of the answer before it is issued.",
        "ANSWERED": "答复 · answered.",
        "NEGOTIATED": "协商 · a word in the negotiation.",
        "NEGOTIATION_ENDED": "协商结束 · the negotiation ended.",
        "COORDINATION_REQUESTED": "申请协调 · coordination requested.",
        "COORDINATED": "协调结果 · the result of coordination.",
    },
)

DATA_ENUMS: Mapping[str, Any] = {
    "Sex": Sex,
    "VitalStatus": VitalStatus,
    "HolderKind": HolderKind,
    "DivisionLevel": DivisionLevel,
}
"""Every enum that an item of the catalogue may have, by its GraphQL name."""


def enum_of_items(name: str, description: str, titles: Mapping[str, str]) -> Any:
    """An enum of a resource's item names, each described by its title. Its values are the names as text."""
    return _enum(name, description, titles)


AuthorityKind = _enum(
    "AuthorityKind",
    "代理权限类别 · by what somebody acts for another in a case.",
    {
        "GUARDIAN": "监护 · a guardian, by law (民法典 23, 34).",
        "AGENT": "委托代理 · an agent, by mandate (民法典 161).",
    },
)
CaseResult = _enum(
    "CaseResult",
    "办结结果 · how a case ended.",
    {
        "APPROVED": "准予 · what was applied for is given.",
        "REFUSED": "不予 · it is not.",
        "WITHDRAWN": "撤回申请 · the applicant withdrew.",
    },
)
CaseWarning = _enum(
    "CaseWarning",
    "办结前提示 · what whoever decides a case should know; it blocks nothing.",
    {
        "SUBJECTS_LACKING": "当事人不全 · it names too few for any check to be one of it: open another with all.",
        "NEVER_CHECKED": "从未核查 · no check of its materials has been run in this case.",
        "CHECK_OUT_OF_DATE": "核查已过时 · the last check is more than a day old: check again before the decision.",
        "AUTHORITY_EXPIRED": "代理权限已届满 · an agent's or guardian's authority has run out meanwhile.",
    },
)
CollectionKind = _enum(
    "CollectionKind",
    "材料收取类别 · what kind of collection of a material it was (Art. 16 ¶2).",
    {
        "DUPLICATE": "重复采集 · it could have been shared, or might only be accepted, and was asked for all the same.",
        "LAWFUL": "依法收取 · nothing replaces it, or the platform could not give it.",
        "OFFERED": "主动提供 · proof that was offered and accepted, not demanded (Art. 18).",
    },
)
DoubtState = _enum(
    "DoubtState",
    "疑义状态 · how far a doubt is, or how it ended (Art. 18).",
    {
        "REPORTED": "已提出 · reported.",
        "ACCEPTED": "已受理 · accepted by the department that it is with.",
        "VERIFYING": "核实中 · somebody named verifies it.",
        "TRANSFERRED": "已转办 · transferred to the right department, which has not accepted it yet.",
        "CORRECTED": "已校正 · the register was corrected, and answers otherwise now.",
        "CONFIRMED": "核实无误 · the register was right.",
        "WITHDRAWN": "已撤回 · withdrawn by its reporter.",
        "CLOSED": "已办结 · decided; the result is not told to a reporter from whom the item was withheld.",
    },
)
DoubtResult = _enum(
    "DoubtResult",
    "核实结果 · what verifying a doubt came to.",
    {"CORRECTED": "已校正 · the register was corrected.", "CONFIRMED": "核实无误 · the register was right."},
)
DoubtCheck = _enum(
    "DoubtCheck",
    "比对 · whether the register answers otherwise than when the doubt was reported.",
    {
        "CHANGED": "已变化 · it does.",
        "UNCHANGED": "未变化 · it answers the same.",
        "NOT_CHECKED": "未比对 · not compared: nobody named whose data it is, or the register could not be read.",
    },
)
DoubtEventKind = _enum(
    "DoubtEventKind",
    "办理环节 · one step of a doubt.",
    {
        "REPORTED": "提出 · reported.",
        "ACCEPTED": "受理 · accepted.",
        "VERIFYING": "核实 · verification began.",
        "TRANSFERRED": "转办 · transferred.",
        "DECIDED": "办结 · decided.",
        "WITHDRAWN": "撤回 · withdrawn.",
    },
)
