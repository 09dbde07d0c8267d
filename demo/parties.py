"""What the demo states of organisations: offices, officers, who answers for two departments. Pure data, all invented."""

from dataclasses import dataclass
from datetime import date

from sharing.chain import Officer, Step
from sharing.days import Days
from sharing.parties import OfficeKind, Statement, Subject, Zone

ALWAYS = Days(date(2025, 1, 1))
ZONE = Zone.EXTRANET
"""Every department of the demo works in the extranet, as its registers do."""


@dataclass(frozen=True, slots=True)
class DemoOffice:
    """An office and the department that holds it, by its name in departments.toml; None for the leading group."""

    kind: OfficeKind
    division: str
    holder: str | None
    title: str
    basis: str


OFFICES: tuple[DemoOffice, ...] = (
    DemoOffice(OfficeKind.LEADING_GROUP, "320000", None, "江苏省政务信息资源共享工作领导小组", "领导小组成立通知（演示）"),
    DemoOffice(
        OfficeKind.LEADING_GROUP_OFFICE,
        "320000",
        "government_services",
        "江苏省政务信息资源共享工作领导小组办公室",
        "领导小组成立通知（演示）",
    ),
    DemoOffice(
        OfficeKind.COMPETENT_DEPARTMENT,
        "320000",
        "government_services",
        "江苏省政务信息资源共享主管部门",
        "主管部门确定文件（演示）第1号",
    ),
    DemoOffice(
        OfficeKind.COMPETENT_DEPARTMENT,
        "320100",
        "nanjing_government_services",
        "南京市政务信息资源共享主管部门",
        "主管部门确定文件（演示）第2号",
    ),
    DemoOffice(
        OfficeKind.COMPETENT_DEPARTMENT,
        "320500",
        "suzhou_government_services",
        "苏州市政务信息资源共享主管部门",
        "主管部门确定文件（演示）第3号",
    ),
)

OFFICERS: dict[str, tuple[Officer, ...]] = {
    "civil_affairs": (
        Officer("P-1", "林雨桐", frozenset({Step.HANDLE}), ALWAYS),
        Officer("P-2", "周启明", frozenset({Step.HANDLE, Step.REVIEW}), ALWAYS),
        Officer("P-3", "沈若兰", frozenset({Step.ISSUE}), ALWAYS),
        Officer("P-4", "顾长青", frozenset({Step.REVIEW, Step.ISSUE}), ALWAYS),
    )
}
"""By department. Its chain is left at a single step: P-3 and P-4 may issue; `setAnswerChain` sets 经办, 审核, 签发."""

STATEMENTS: dict[str, tuple[Statement, ...]] = {
    name: (
        Statement(Subject.PRINCIPAL_HEAD, head, None, ALWAYS),
        Statement(Subject.IMPLEMENTING_BODY, body, None, ALWAYS),
        Statement(Subject.RULES, f"{title}政务信息资源共享工作规范（演示）", None, ALWAYS),
        Statement(Subject.GOALS, "本部门目录全部编制，依申请事项十个工作日内答复（演示）", None, ALWAYS),
    )
    for name, title, head, body in (
        ("civil_affairs", "江苏省民政厅", "陆怀远", "江苏省民政厅信息中心"),
        ("nanjing_government_services", "南京市政务服务管理办公室", "方静宜", "南京市大数据管理局"),
    )
}
"""Art. 24, of two departments; the others show what a gap looks like."""

AUTHORISATIONS = {
    "data_centre": "江苏省大数据管理中心机构职能规定（演示）",
    "disabled_federation": "中华人民共和国残疾人保障法 第八条",
    "nanjing_provident_fund": "住房公积金管理条例 第十条",
}
"""What authorises those that are no government departments (Art. 2)."""
