"""一次性告知书 · all that is lacking, told once (行政许可法 §32(4)), with why, and what may be promised instead."""

from collections.abc import Collection, Sequence

from resolvers.papers.check import ACCEPT_IF_OFFERED, NOT_TO_BE_ASKED, OBTAINABLE, TO_BE_ASKED, Check, Material
from resolvers.papers.fit import Table
from resolvers.papers.sheet import Sheet, facts_of
from resolvers.papers.stamp import Stamp

TITLE, SUBTITLE = "一次性告知书", "Notice of everything that is lacking"
NOTHING = "申请材料齐全，没有需要补正的内容。"


def notice(stamp: Stamp, checks: Sequence[Check], given: Collection[tuple[str, str]]) -> Sheet:
    """What is to be handed in but was not `given` (materials by matter and code), and what need not be."""
    tables: list[Table] = []
    for check in checks:
        lacking = [one for one in check.materials if one.verdict in TO_BE_ASKED and (check.matter, one.code) not in given]
        if lacking:
            tables.append(
                Table(
                    f"{check.title}（{check.matter}）：需要补正",
                    ("材料", "理由", "可以"),
                    [_lacking(one) for one in lacking],
                    (25, 45, 30),
                )
            )
        spared = [one for one in check.materials if one.verdict in (NOT_TO_BE_ASKED, OBTAINABLE, ACCEPT_IF_OFFERED)]
        if spared:
            rows = [(one.title, one.reason) for one in spared]
            tables.append(Table(f"{check.title}：不需要提交", ("材料", "理由"), rows, (25, 75)))
    whole = all(
        (check.matter, one.code) in given for check in checks for one in check.materials if one.verdict in TO_BE_ASKED
    )
    notes = [NOTHING] if whole else ["以上为需要补正的全部内容，一次告知；此后不得另行要求。"]
    notes.append("正在核实的数据，申请人主动提供有效证明的，照常办理（第十八条）。")
    return Sheet(TITLE, SUBTITLE, facts_of(stamp), tables, notes, ("申请人签收：", "经办人：", "日期："))


def _lacking(material: Material) -> tuple[str, str, str]:
    lenience = material.lenience
    instead = "" if lenience is None else f"{lenience.title}，事后核查不晚于 {lenience.check_by}"
    return material.title, material.reason, instead
