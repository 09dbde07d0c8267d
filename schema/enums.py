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
