"""The descriptions of the SDL, from the catalogue: what a developer in GraphiQL reads beside each field."""

import re
from typing import assert_never

from catalogue.model import (
    Catalogue,
    Conditional,
    Form,
    Item,
    Kind,
    NotShared,
    ProviderCode,
    Relation,
    Resource,
    RowRule,
    Rows,
    Sharing,
    Unconditional,
    UpdateCycle,
    Use,
)

KINDS = {Kind.BASE: "基础信息项 base", Kind.BUSINESS: "业务信息项 business", Kind.DERIVED: "衍生信息项 derived"}
FORMS = {Form.FULL: "完整 full", Form.MASKED: "脱敏 masked", Form.VERIFY: "核验 verify"}
USES = {
    Use.ADMINISTRATIVE_BASIS: "行政依据 administrative basis",
    Use.WORK_REFERENCE: "工作参考 work reference",
    Use.DATA_VERIFICATION: "数据校核 data verification",
    Use.BUSINESS_COORDINATION: "业务协同 business coordination",
}
ROWS = {
    Rows.ALL: "全部 all",
    Rows.OWN_DIVISION: "本行政区域 own division",
    Rows.CASE_SUBJECT: "办件当事人 subject of the case",
}
CYCLES = {
    UpdateCycle.REAL_TIME: "实时 real time",
    UpdateCycle.DAILY: "每日 daily",
    UpdateCycle.WEEKLY: "每周 weekly",
    UpdateCycle.MONTHLY: "每月 monthly",
    UpdateCycle.QUARTERLY: "每季度 quarterly",
    UpdateCycle.HALF_YEARLY: "每半年 half-yearly",
    UpdateCycle.YEARLY: "每年 yearly",
    UpdateCycle.ON_DEMAND: "按需 on demand",
}
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def describe_resource(catalogue: Catalogue, resource: Resource) -> str:
    """A type's description: title, abstract, then the attributes that Art. 8 asks for."""
    register = catalogue.registers[resource.register]
    facts = [
        f"目录代码 code: `{resource.code}`",
        f"所属库 register: {register.title}（{register.name}）",
        f"提供部门 provider: {_department(catalogue, resource.provider)}",
        f"更新周期 update cycle: {CYCLES[resource.update_cycle]}",
        f"提供方式 modes: {', '.join(mode.value.replace('_', ' ') for mode in resource.modes)}",
        f"格式 format: {resource.format}; 网络 network zone: {resource.network_zone}",
    ]
    if resource.parted is not None:
        others = "、".join(_department(catalogue, provider) for provider in resource.parted.of)
        facts.append(f"按 `{resource.parted.by}` 分部门提供 by its value also provided by: {others}")
    return _paragraphs(_headline(resource.title, resource.name), resource.abstract, facts)


def describe_entry(catalogue: Catalogue, resource: Resource, entry: Item | Relation) -> str:
    """A field's description: title, note, then code, provider, kind and the rule of sharing with its article."""
    facts = [f"信息项代码 code: `{entry.code}`; {KINDS[entry.kind]}"]
    if isinstance(entry, Item) and entry.standard:
        facts.append(f"标准 standard: {entry.standard}")
    facts.append(
        f"提供部门 provider: {_department(catalogue, entry.provider)}; "
        f"更新周期 update cycle: {CYCLES[resource.update_cycle]}"
    )
    facts += _describe_sharing(entry.sharing)
    facts += [
        f"特别规则 row rule: {' · '.join(_notes(rule))} → {_describe_sharing(rule.sharing)[0]}（{rule.article}）"
        for rule in entry.rules
    ]
    return _paragraphs(_headline(entry.title, entry.name), "\n".join(_notes(entry)), facts)


def describe_root(resource: Resource, title: str, batch: bool) -> str:
    """A root field's description."""
    facts = [f"返回 gives: {resource.title} `{resource.name}`", "须说明使用用途 a purpose is required (Art. 4(2))"]
    if batch:
        facts.append("按所给顺序返回，查无则为 null · order kept, null for unknown; at most 100 keys")
    return _paragraphs(title, "", facts)


def in_words(name: str) -> str:
    """A camel-case name as English words: `idCardValidUntil` is `id card valid until`."""
    return _WORD.sub(" ", name).lower()


def _headline(title: str, name: str) -> str:
    return f"**{title}** · {in_words(name)}"


def _notes(of: Item | Relation | RowRule) -> list[str]:
    """Chinese, then English."""
    return [note for note in (of.note_zh, of.note) if note]


def _department(catalogue: Catalogue, code: ProviderCode) -> str:
    department = catalogue.departments.get(code)
    return f"{department.title}（{in_words(department.name).replace('_', ' ')}）" if department else f"`{code}`"


def _describe_sharing(sharing: Sharing) -> list[str]:
    match sharing:
        case Unconditional():
            return ["共享类型 sharing: 无条件共享 unconditional (Art. 10 ¶2)"]
        case Conditional() as rule:
            lines = [
                "共享类型 sharing: 有条件共享 conditional, by grant (Art. 10 ¶3, Art. 16)",
                f"共享条件 condition: {rule.condition}",
                f"共享范围 scope: {rule.scope}; {', '.join(ROWS[rows] for rows in rule.rows)}",
                f"使用用途 uses: {', '.join(USES[use] for use in rule.uses)} (Art. 15)",
                f"共享形式 forms: {', '.join(FORMS[form] for form in rule.forms)}",
            ]
            if rule.open_form is not None:
                lines.append(f"无授权时 without a grant: {FORMS[rule.open_form]}")
            return lines
        case NotShared(basis=basis):
            return [
                "共享类型 sharing: 不予共享 not shared (Art. 11(1))",
                f"依据 basis: {basis.basis_class.value} {basis.title} {basis.number} {basis.clause}",
            ]
        case _:
            assert_never(sharing)


def _paragraphs(headline: str, text: str, facts: list[str]) -> str:
    return "\n\n".join(part for part in (headline, text, "\n".join(f"- {fact}" for fact in facts)) if part)
