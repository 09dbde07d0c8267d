"""Matters as GraphQL takes them: made into the table that `catalogue.read_matter` reads, and its places into ours."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Optional, TypeAlias

import strawberry

from catalogue.finding import Finding
from catalogue.read_matter import DEEPEST
from schema.enums import LenienceKind, SubjectKind
from schema.scalars import CreditCode

Table: TypeAlias = dict[str, object]


@strawberry.input(description="设定依据 · a law that the matter rests on.")
class MatterBasisInput:
    title: str = strawberry.field(description="名称 · its title.")
    number: str = strawberry.field(default="", description="文号 · its number.")
    clause: str = strawberry.field(default="", description="条款 · the clause.")
    checked: bool = strawberry.field(default=False, description="是否核对 · whether it was compared with the public text.")


@strawberry.input(description="实施部门（分地区） · in this division another department handles the matter.")
class MatterCompetenceInput:
    division: str = strawberry.field(description="行政区划代码 · the division, with all below it.")
    department: CreditCode = strawberry.field(description="部门 · who handles it there.")
    checked: bool = strawberry.field(default=False, description="是否核对 · whether it was compared with the public text.")


@strawberry.input(description="角色 · who or what a matter is about.")
class MatterRoleInput:
    name: str = strawberry.field(description="角色名 · a small letter, then letters and digits.")
    title: str = strawberry.field(description="名称 · what it is called.")
    title_en: str = strawberry.field(description="英文名称 · its name in English.")
    kinds: list[SubjectKind] = strawberry.field(description="主体类别 · what may take it.")
    least: int = strawberry.field(description="最少 · how many take it at least.")
    most: int | None = strawberry.field(default=None, description="最多 · how many at most; null: any number.")
    acts_for: list[str] = strawberry.field(default_factory=list, description="代理 · the roles that it acts for.")


@strawberry.input(description="情形 · circumstances in which further materials are needed.")
class MatterSituationInput:
    code: str = strawberry.field(description="情形编码 · a small letter, then letters and digits.")
    title: str = strawberry.field(description="名称 · what it is called.")
    title_en: str = strawberry.field(description="英文名称 · its name in English.")


@strawberry.input(description="电子证照 · a certificate that the role's subject holds.")
class MatterCertificateInput:
    role: str = strawberry.field(description="角色 · whose certificate.")
    types: list[str] = strawberry.field(description="证照类型 · names or codes; any of them is enough.")
    valid: bool = strawberry.field(default=True, description="须有效 · whether it must be in force.")


@strawberry.input(description="登记或业务信息 · a register or resource by its title.")
class MatterSourceInput:
    title: str = strawberry.field(description="名称 · what it is called.")
    title_en: str = strawberry.field(description="英文名称 · its name in English.")
    provider_title: str | None = strawberry.field(
        default=None, description="提供部门 · of a resource outside the catalogue."
    )
    items: list[str] = strawberry.field(default_factory=list, description="信息项 · those of an own register.")


@strawberry.input(description="替代方式 · what replaces a material: exactly one of its fields but `absence`.")
class MatterReplacementInput:
    items: list[str] | None = strawberry.field(
        default=None, description="信息项 · a role and field names, all of them needed: `applicant.marriageRecord.status`."
    )
    absence: bool = strawberry.field(default=False, description="查无即证 · whether no record found is itself the proof.")
    certificate: MatterCertificateInput | None = strawberry.field(default=None, description="电子证照 · a certificate.")
    own: MatterSourceInput | None = strawberry.field(default=None, description="本部门自有 · the own register.")
    theme: MatterSourceInput | None = strawberry.field(default=None, description="目录外资源 · outside this catalogue.")
    any_of: Optional[list["MatterReplacementInput"]] = strawberry.field(  # noqa: UP045 - a forward reference
        default=None, description="任选其一 · one of these is enough."
    )
    all_of: Optional[list["MatterReplacementInput"]] = strawberry.field(  # noqa: UP045 - a forward reference
        default=None, description="均须具备 · all of these are needed."
    )


@strawberry.input(description="宽缓办理 · how the matter allows to go on without the material.")
class MatterLenienceInput:
    kind: LenienceKind = strawberry.field(description="方式 · which way.")
    working_days: int = strawberry.field(description="核查期限（工作日） · within how many working days it is checked.")
    checked: bool = strawberry.field(default=False, description="是否核对 · whether it was compared with a public text.")


@strawberry.input(description="材料 · a material of a matter, and what replaces it.")
class MatterMaterialInput:
    code: str = strawberry.field(description="材料编码 · a small letter, then letters and digits.")
    title: str = strawberry.field(description="材料名称 · what it is called.")
    title_en: str = strawberry.field(description="英文名称 · its name in English.")
    note: str = strawberry.field(default="", description="说明 · what else is to be known of it.")
    situations: list[str] = strawberry.field(default_factory=list, description="情形 · needed in any of these only.")
    statutory: bool = strawberry.field(default=True, description="法定材料 · whether a law lists it.")
    barred: bool = strawberry.field(default=False, description="不得要求 · whether it may not be asked for at all.")
    checked: bool = strawberry.field(default=False, description="是否核对 · whether it was compared with a public text.")
    replaced_by: MatterReplacementInput | None = strawberry.field(
        default=None, description="替代方式 · left out: nothing replaces it."
    )
    lenience: MatterLenienceInput | None = strawberry.field(default=None, description="宽缓办理 · where it is allowed.")


@strawberry.input(description="政务服务事项 · the whole of a version: what is left out, it does not have.")
class MatterInput:
    code: str = strawberry.field(description="事项编码 · its code.")
    title: str = strawberry.field(description="名称 · what it is called.")
    title_en: str = strawberry.field(description="英文名称 · its name in English.")
    department: CreditCode = strawberry.field(description="实施部门 · the department that has the duty.")
    basis: list[MatterBasisInput] = strawberry.field(description="设定依据 · the laws that it rests on.")
    roles: list[MatterRoleInput] = strawberry.field(description="角色 · who or what it is about, with how many.")
    materials: list[MatterMaterialInput] = strawberry.field(description="材料 · what it needs.")
    situations: list[MatterSituationInput] = strawberry.field(default_factory=list, description="情形 · circumstances.")
    elsewhere: list[MatterCompetenceInput] = strawberry.field(
        default_factory=list, description="分地区实施部门 · where another department has it."
    )
    declared: list[str] = strawberry.field(
        default_factory=list, description="声明的信息项 · beside what the materials name: `Person.name`, or `Licence`."
    )
    note: str = strawberry.field(default="", description="说明 · what else is to be known of it.")
    demo_key: bool = strawberry.field(default=False, description="演示编码 · whether the code is no official item code.")
    valid_from: date | None = strawberry.field(default=None, description="施行日期 · left out: today.")
    valid_until: date | None = strawberry.field(
        default=None, description="失效日期 · the first day on which it no longer holds; left out: without an end."
    )


def matter_table(given: MatterInput) -> Table:
    """The table of what was given; what is wrong in it is found by whoever reads it."""
    return {
        "code": given.code,
        "title": given.title,
        "title_en": given.title_en,
        "department": str(given.department),
        **_written(note=given.note, demo_key=given.demo_key),
        "basis": [
            {"title": one.title, **_written(number=one.number, clause=one.clause), "checked": one.checked}
            for one in given.basis
        ],
        "elsewhere": [
            {"division": one.division, "department": str(one.department), "checked": one.checked} for one in given.elsewhere
        ],
        "role": {one.name: _role(one) for one in given.roles},
        "situation": {one.code: {"title": one.title, "title_en": one.title_en} for one in given.situations},
        "material": {one.code: _material(one) for one in given.materials},
        "items": given.declared,
    }


def twice_named(given: MatterInput) -> list[Finding]:
    """What is named twice: in a table the second would hide the first."""
    named: Mapping[str, Sequence[str]] = {
        "roles": [one.name for one in given.roles],
        "situations": [one.code for one in given.situations],
        "materials": [one.code for one in given.materials],
    }
    return [
        Finding(
            "matter", f"{part}[{number}]", "is named as one before it", "与前面的名称重复", "give each a name of its own"
        )
        for part, names in named.items()
        for number, name in enumerate(names)
        if name in names[:number]
    ]


def place_in_input(given: MatterInput, path: str) -> str:
    """Where in the input a place of the table is: `material.consent.title_en` is `materials[5].titleEn`."""
    part, _, rest = path.partition(".")
    names = {"role": [one.name for one in given.roles], "situation": [one.code for one in given.situations]}
    names["material"] = [one.code for one in given.materials]
    if part in names:
        found = next((name for name in sorted(names[part], key=len, reverse=True) if rest.startswith(name)), None)
        if found is not None:
            return f"{part}s[{names[part].index(found)}]{_field(rest[len(found) :])}"
        return f"{part}s"
    return "declared" if path == "items" else _field(path)


def _field(path: str) -> str:
    for written, ours in (("certificates", "certificate.types"), (".of", ".certificate.role"), (".any", ".anyOf")):
        path = re.sub(rf"{re.escape(written)}(?=[.\[]|$)", ours, path)
    path = re.sub(r"\.all(?=[.\[]|$)", ".allOf", path)
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), path)


def _role(given: MatterRoleInput) -> Table:
    return {
        "title": given.title,
        "title_en": given.title_en,
        "kinds": [kind.value.lower() for kind in given.kinds],
        "least": given.least,
        **({} if given.most is None else {"most": given.most}),
        "acts_for": given.acts_for,
    }


def _material(given: MatterMaterialInput) -> Table:
    replaced, lenience = given.replaced_by, given.lenience
    return {
        "title": given.title,
        "title_en": given.title_en,
        **_written(note=given.note),
        "situations": given.situations,
        "statutory": given.statutory,
        "barred": given.barred,
        "checked": given.checked,
        **({} if replaced is None else {"replaced_by": _replacement(replaced, DEEPEST + 1)}),
        **({} if lenience is None else {"lenience": _lenience(lenience)}),
    }


def _lenience(given: MatterLenienceInput) -> Table:
    return {"kind": given.kind.value.lower(), "working_days": given.working_days, "checked": given.checked}


def _replacement(given: MatterReplacementInput, depth: int) -> Table:
    """Down to where the reader has refused it as nested too deep."""
    table: Table = {}
    if given.items is not None:
        table["items"] = given.items
    if given.certificate is not None:
        table |= {"certificates": given.certificate.types, "of": given.certificate.role, "valid": given.certificate.valid}
    if given.own is not None:
        table["own"] = _source(given.own, {"items": given.own.items}) | _written(provider=given.own.provider_title)
    if given.theme is not None:
        theme = _source(given.theme, {"provider": given.theme.provider_title or ""}) | _written(items=given.theme.items)
        table["theme"] = theme | _written(absence=given.absence)
    elif given.absence:
        table["absence"] = True
    if depth > 0:
        if given.any_of is not None:
            table["any"] = _parts(given.any_of, depth)
        if given.all_of is not None:
            table["all"] = _parts(given.all_of, depth)
    return table


def _parts(given: Iterable[MatterReplacementInput], depth: int) -> list[Table]:
    return [_replacement(one, depth - 1) for one in given]


def _source(given: MatterSourceInput, more: Table) -> Table:
    return {"title": given.title, "title_en": given.title_en, **more}


def _written(**values: object) -> Table:
    return {name: value for name, value in values.items() if value}
