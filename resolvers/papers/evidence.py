"""取证单 · the evidence sheet: what the registers said, for the case file, with what proves it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby

from ledger.delivered import leaves
from resolvers.papers.check import ACCEPT_IF_OFFERED, NOT_TO_BE_ASKED, VERDICTS, Check, Content, Material
from resolvers.papers.fit import Table
from resolvers.papers.sheet import Sheet, facts_of
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
        tables = [_of_check(check) for check in checks]
    else:
        rows = [(path, "（空）" if value is None else _plain(value)) for path, value in leaves(data)]
        tables = [Table("共享取得的数据", ("位置", "内容"), rows, (50, 50))]
    notes = ("依《江苏省政务信息资源共享管理暂行办法》（苏政发〔2017〕133号）第十六条，共享取得的材料不再要求申请人提交。",)
    return Sheet(TITLE, SUBTITLE, facts_of(stamp), tables, notes)


def _of_check(check: Check) -> Table:
    several = {one.role for material in check.materials for one in material.contents if one.subject > 0}
    rows = [row for material in check.materials for row in _of_material(material, several)]
    return Table(f"{check.title}（{check.matter}）", ("信息项", "内容", "说明"), rows, (25, 60, 15))


def _of_material(material: Material, several: Collection[str]) -> Iterator[tuple[str, ...]]:
    """Under each source, for each whose it is, what it said. `several`: the roles of more than one subject."""

    def head(content: Content) -> tuple[str, str, str]:
        whose = f"{content.role} {content.subject + 1}" if content.role in several else content.role
        return whose, content.provider or material.provider, content.as_of

    for (whose, provider, as_of), contents in groupby(material.contents, head):
        yield (_over(material.title, whose, provider, as_of),)
        for one in contents:
            yield one.title, one.value or _why_none(one), OUTCOMES.get(one.outcome, one.outcome)
    if not material.contents and material.verdict in PROVED:
        yield (_over(material.title, "", material.provider, ""),)
        yield "", material.reason, VERDICTS.get(material.verdict, material.verdict)


def _over(title: str, whose: str, provider: str, as_of: str) -> str:
    told = (title, whose, provider and f"来源 {provider}", as_of and f"数据时间 {as_of}")
    return " · ".join(part for part in told if part)


def _why_none(content: Content) -> str:
    """Why no value stands there: that there is none is said only of a register that was read, and at what time."""
    if content.outcome in UNSEEN:
        return "（未提供）"
    return "（无记录）" if content.as_of else "（未查询）"


def _plain(value: object) -> str:
    return ("否", "是")[value] if isinstance(value, bool) else str(value)
