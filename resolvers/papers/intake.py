"""收件凭证 · what was taken in, from whom the rest came, and what is still promised."""

from collections.abc import Sequence
from dataclasses import dataclass

from resolvers.papers.check import NOT_TO_BE_ASKED, TO_BE_ASKED, Check
from resolvers.papers.fit import Table
from resolvers.papers.sheet import Sheet, facts_of
from resolvers.papers.stamp import Stamp

TITLE, SUBTITLE = "收件凭证", "Receipt of what was taken in"


@dataclass(frozen=True, slots=True)
class Given:
    """A material that was handed in: its code in its matter, how many copies, and in which form (原件, 复印件, 电子件)."""

    matter: str
    material: str
    copies: int
    form: str


def intake(stamp: Stamp, checks: Sequence[Check], given: Sequence[Given]) -> Sheet:
    """`given` are checked materials."""
    titles = {(check.matter, one.code): one.title for check in checks for one in check.materials}
    had = {(one.matter, one.material) for one in given}
    received = [(titles[one.matter, one.material], str(one.copies), one.form) for one in given]
    tables = [Table("收到的材料", ("材料", "份数", "形式"), received or [("没有收取材料", "0", "")], (60, 15, 25))]
    others = [one for check in checks for one in check.materials if (check.matter, one.code) not in had]
    shared = [(one.title, one.provider) for one in others if one.verdict == NOT_TO_BE_ASKED]
    if shared:
        tables.append(Table("免提交，未向申请人收取", ("材料", "来源"), _once(shared), (60, 40)))
    missing = [one for one in others if one.verdict in TO_BE_ASKED]
    promised = [(one.title, held.title, held.check_by) for one in missing if (held := one.lenience) is not None]
    if promised:
        tables.append(Table("承诺或者容缺", ("材料", "方式", "核查不晚于"), _once(promised), (60, 20, 20)))
    open_ = [(one.title, one.reason) for one in missing if one.lenience is None]
    if open_:
        tables.append(Table("尚缺", ("材料", "理由"), _once(open_), (40, 60)))
    return Sheet(TITLE, SUBTITLE, facts_of(stamp), tables, (), ("申请人：", "收件人：", "日期："))


def _once(rows: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """What several matters need and is told alike stands once; a code alone says nothing across matters."""
    return list(dict.fromkeys(rows))
