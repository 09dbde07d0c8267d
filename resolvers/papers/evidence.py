"""取证单 · the evidence sheet: what the registers said, for the case file, with what proves it."""

from collections.abc import Mapping, Sequence

from ledger.delivered import leaves
from resolvers.papers.check import ACCEPT_IF_OFFERED, NOT_TO_BE_ASKED, VERDICTS, Check, Content, Material
from resolvers.papers.sheet import Sheet, Table, facts_of
from resolvers.papers.stamp import Stamp

TITLE, SUBTITLE = "政务数据共享取证单", "Evidence sheet of shared government data"
OUTCOMES: Mapping[str, str] = {
    "SHARED": "",
    "MASKED": "已脱敏",
    "WITHHELD": "不予提供",
    "UNDER_VERIFICATION": "核实中",
    "SOURCE_UNAVAILABLE": "来源暂不可用",
    "NONCONFORMING": "不合标准",
}
UNSEEN = frozenset({"MASKED", "WITHHELD", "SOURCE_UNAVAILABLE", "NONCONFORMING"})
"""Outcomes under which no value says nothing of the register: it may well hold one."""
PROVED = frozenset({NOT_TO_BE_ASKED, ACCEPT_IF_OFFERED})


def evidence(stamp: Stamp, checks: Sequence[Check], data: Mapping[str, object]) -> Sheet:
    """By material where materials were checked, else every value by its path in the answer."""
    if checks:
        tables = [table for check in checks for table in _of_check(check)]
    else:
        rows = [(path, "（空）" if value is None else _plain(value)) for path, value in leaves(data)]
        tables = [Table("共享取得的数据", ("位置", "内容"), rows)]
    notes = ("依《江苏省政务信息资源共享管理暂行办法》（苏政发〔2017〕133号）第十六条，共享取得的材料不再要求申请人提交。",)
    return Sheet(TITLE, SUBTITLE, facts_of(stamp), tables, notes)


def _of_check(check: Check) -> list[Table]:
    shown = [(material, content) for material in check.materials for content in material.contents]
    rows = [
        (
            material.title,
            content.title,
            content.value or _why_none(content),
            OUTCOMES.get(content.outcome, content.outcome),
            *_from(material, content.as_of),
        )
        for material, content in shown
    ]
    held = {material.code for material, _ in shown}
    rows += [
        (one.title, "", one.reason, VERDICTS.get(one.verdict, one.verdict), *_from(one, ""))
        for one in check.materials
        if one.code not in held and one.verdict in PROVED
    ]
    return [Table(f"{check.title}（{check.matter}）", ("材料", "信息项", "内容", "说明", "来源", "数据时间"), rows)]


def _why_none(content: Content) -> str:
    """Why no value stands there: that there is none is said only of a register that was read, and at what time."""
    if content.outcome in UNSEEN:
        return "（未提供）"
    return "（无记录）" if content.as_of else "（未查询）"


def _from(material: Material, as_of: str) -> tuple[str, str]:
    return material.provider, as_of


def _plain(value: object) -> str:
    return ("否", "是")[value] if isinstance(value, bool) else str(value)
