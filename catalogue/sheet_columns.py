"""The columns of a catalogue's spreadsheet: those of the 目录编制指南（试行）, with the Chinese words of their values.

Each column says how its cell is had from an item and, where it may be edited, which attribute it becomes. What a column
shows but cannot change (a code, the register) must stand in an imported file as it was exported.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from catalogue.model import (
    Basis,
    BasisClass,
    Catalogue,
    Conditional,
    Form,
    Item,
    Kind,
    Mode,
    NotShared,
    Opening,
    Relation,
    Resource,
    Rows,
    Sharing,
    Unconditional,
    UpdateCycle,
    Use,
)
from standards.matching import Kind as MatchKind

MOST_BYTES = 2_500_000
"""As large may a spreadsheet be."""
SEPARATOR = "、"
"""Between several words of one cell."""

KINDS: Mapping[str, str] = MappingProxyType({
    Kind.BASE: "基础信息项", Kind.BUSINESS: "业务信息项", Kind.DERIVED: "派生信息项",
})  # fmt: skip
SHARINGS: Mapping[str, str] = MappingProxyType({
    "unconditional": "无条件共享", "conditional": "有条件共享", "not_shared": "不予共享",
})  # fmt: skip
USES: Mapping[str, str] = MappingProxyType({
    Use.ADMINISTRATIVE_BASIS: "行政依据", Use.WORK_REFERENCE: "工作参考", Use.DATA_VERIFICATION: "数据校核",
    Use.BUSINESS_COORDINATION: "业务协同",
})  # fmt: skip
FORMS: Mapping[str, str] = MappingProxyType({Form.FULL: "完整提供", Form.MASKED: "脱敏提供", Form.VERIFY: "仅供核验"})
ROWS: Mapping[str, str] = MappingProxyType({
    Rows.ALL: "全部", Rows.OWN_DIVISION: "本行政区域", Rows.CASE_SUBJECT: "办件当事人",
})  # fmt: skip
MODES: Mapping[str, str] = MappingProxyType({
    Mode.ONLINE_LOOKUP: "联机查询", Mode.BULK_DOWNLOAD: "部门批量下载", Mode.SYSTEM_INTERCONNECTION: "系统对接",
    Mode.FRONT_END_SERVER: "前置机共享",
})  # fmt: skip
CYCLES: Mapping[str, str] = MappingProxyType({
    UpdateCycle.REAL_TIME: "实时", UpdateCycle.DAILY: "每日", UpdateCycle.WEEKLY: "每周", UpdateCycle.MONTHLY: "每月",
    UpdateCycle.QUARTERLY: "每季度", UpdateCycle.HALF_YEARLY: "每半年", UpdateCycle.YEARLY: "每年",
    UpdateCycle.ON_DEMAND: "按需",
})  # fmt: skip
MASK_WORDS: Mapping[str, str] = MappingProxyType({
    "name": "姓名", "identity_number": "身份号码", "phone": "电话号码", "address": "地址", "date": "日期", "text": "文本",
    "amount": "金额", "boundary": "界址",
})  # fmt: skip
"""By the keys of `standards.masks.MASKS`."""
MATCH_WORDS: Mapping[str, str] = MappingProxyType({
    MatchKind.NAME: "姓名", MatchKind.PHONE: "电话号码", MatchKind.ADDRESS: "地址", MatchKind.DATE: "日期",
    MatchKind.TEXT: "文本", MatchKind.IDENTITY_NUMBER: "身份号码",
})  # fmt: skip
OPENINGS: Mapping[str, str] = MappingProxyType({Opening.OPEN: "是", Opening.CLOSED: "否"})
BASIS_CLASSES: Mapping[str, str] = MappingProxyType({one: one.value for one in BasisClass})


@dataclass(frozen=True, slots=True)
class Row:
    """What a line of the sheet is about."""

    catalogue: Catalogue
    resource: Resource
    entry: Item | Relation
    published_on: date | None = None
    """The day on which the catalogue's version was published; None of a draft."""

    @property
    def sharing(self) -> Sharing:
        return self.entry.sharing

    @property
    def terms(self) -> Conditional | None:
        return self.sharing if isinstance(self.sharing, Conditional) else None

    @property
    def basis(self) -> Basis | None:
        return self.sharing.basis if isinstance(self.sharing, NotShared) else None


class Target(StrEnum):
    """What a column's cell belongs to."""

    SHOWN = "shown"
    RESOURCE = "resource"
    ENTRY = "entry"
    BASIS = "basis"
    TOLD = "told"
    """What was so when the sheet was written, and is not read."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `attribute` is the key that an edit sets; `words` are the only values of its cells, `several` of them."""

    title: str
    value: Callable[[Row], str]
    target: Target = Target.SHOWN
    attribute: str = ""
    words: Mapping[str, str] | None = None
    several: bool = False
    width: int = 16
    needed: bool = True
    """Whether the column must stand in an imported file."""

    @property
    def of_terms(self) -> bool:
        """Whether it is one of the terms of conditional sharing, which an item may have from named terms."""
        return self.target is Target.ENTRY and self.attribute in ("condition", "scope", "uses", "forms", "rows", "open_form")


def sharing_word(sharing: Sharing) -> str:
    """The key of `SHARINGS`."""
    match sharing:
        case Unconditional():
            return "unconditional"
        case Conditional():
            return "conditional"
        case NotShared():
            return "not_shared"


def joined(words: Mapping[str, str], values: tuple[str, ...]) -> str:
    """Several values as one cell."""
    return SEPARATOR.join(words[value] for value in values)


def _class(row: Row) -> str:
    title = row.catalogue.registers[row.resource.register].title
    return f"{ {'1': '基础信息资源', '2': '主题信息资源', '3': '部门信息资源'}[row.resource.code[0]] }/{title}"


def _related(row: Row) -> str:
    if isinstance(row.entry, Item):
        return ""
    return SEPARATOR.join(row.catalogue.resources[target.resource].code for target in row.entry.targets)


def _type(row: Row) -> str:
    if isinstance(row.entry, Item):
        return row.entry.type
    return f"{'多项' if row.entry.many else '单项'}关联"


def _mask(row: Row) -> str:
    return MASK_WORDS[row.entry.mask] if isinstance(row.entry, Item) and row.entry.mask else ""


def _match(row: Row) -> str:
    return MATCH_WORDS[row.entry.match] if isinstance(row.entry, Item) and row.entry.match else ""


RESOURCE, CODE, NAME, SHARING = "信息资源代码", "信息项代码", "信息项英文名", "共享类型"

COLUMNS: tuple[Column, ...] = (
    Column("信息资源分类", _class, width=26),
    Column("信息资源名称", lambda row: row.resource.title, Target.RESOURCE, "title", width=20),
    Column(RESOURCE, lambda row: row.resource.code, width=16),
    Column("信息资源提供方", lambda row: _title(row, row.resource.provider), Target.RESOURCE, "provider", width=22),
    Column("提供方代码", lambda row: row.resource.provider, width=22, needed=False),
    Column("信息资源摘要", lambda row: row.resource.abstract, Target.RESOURCE, "abstract", width=32),
    Column("信息资源格式", lambda row: row.resource.format, Target.RESOURCE, "format", width=12),
    Column("更新周期", lambda row: CYCLES[row.resource.update_cycle], Target.RESOURCE, "update_cycle", CYCLES, width=10),
    Column("共享方式", lambda row: joined(MODES, row.resource.modes), Target.RESOURCE, "modes", MODES, several=True,
           width=26),
    Column("信息项名称", lambda row: row.entry.title, Target.ENTRY, "title", width=20),
    Column(NAME, lambda row: row.entry.name, width=20),
    Column(CODE, lambda row: row.entry.code, width=20),
    Column("数据类型", _type, attribute="type", width=14),
    Column("信息项类别", lambda row: KINDS[row.entry.kind], Target.ENTRY, "kind", KINDS, width=12),
    Column("信息项提供部门", lambda row: _title(row, row.entry.provider), Target.ENTRY, "provider", width=22),
    Column(SHARING, lambda row: SHARINGS[sharing_word(row.sharing)], Target.ENTRY, "sharing", SHARINGS, width=12),
    Column("共享条件", lambda row: row.terms.condition if row.terms else "", Target.ENTRY, "condition", width=36),
    Column("共享范围", lambda row: row.terms.scope if row.terms else "", Target.ENTRY, "scope", width=30),
    Column("使用用途", lambda row: joined(USES, row.terms.uses) if row.terms else "", Target.ENTRY, "uses", USES,
           several=True, width=24),
    Column("提供形式", lambda row: joined(FORMS, row.terms.forms) if row.terms else "", Target.ENTRY, "forms", FORMS,
           several=True, width=20),
    Column("数据范围", lambda row: joined(ROWS, row.terms.rows) if row.terms else "", Target.ENTRY, "rows", ROWS,
           several=True, width=20),
    Column("向所有部门开放的形式", lambda row: FORMS[row.terms.open_form] if row.terms and row.terms.open_form else "",
           Target.ENTRY, "open_form", FORMS, width=12),
    Column("不予共享依据名称", lambda row: row.basis.title if row.basis else "", Target.BASIS, "title", width=28),
    Column("不予共享依据文号", lambda row: row.basis.number if row.basis else "", Target.BASIS, "number", width=24),
    Column("不予共享依据条款", lambda row: row.basis.clause if row.basis else "", Target.BASIS, "clause", width=18),
    Column("不予共享依据类别", lambda row: row.basis.basis_class if row.basis else "", Target.BASIS, "class", BASIS_CLASSES,
           width=12),
    Column("脱敏方式", _mask, Target.ENTRY, "mask", MASK_WORDS, width=12, needed=False),
    Column("核验方式", _match, Target.ENTRY, "match", MATCH_WORDS, width=12, needed=False),
    Column("是否向社会开放", lambda row: OPENINGS[row.resource.opening] if row.resource.opening else "", Target.RESOURCE,
           "opening", OPENINGS, width=12, needed=False),
    Column("开放条件", lambda row: row.resource.opening_condition, Target.RESOURCE, "opening_condition", width=28,
           needed=False),
    Column("发布日期", lambda row: row.published_on.isoformat() if row.published_on else "", Target.TOLD, width=12,
           needed=False),
    Column("关联资源代码", _related, width=18, needed=False),
)  # fmt: skip


def _title(row: Row, code: str) -> str:
    return next(one.title for held, one in row.catalogue.departments.items() if held == code)
