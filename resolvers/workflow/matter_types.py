"""Matters as GraphQL shows them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import assert_never

import strawberry
from strawberry.types import Info

from catalogue import matters as held
from catalogue.licence_types import LicenceType
from catalogue.matter_words import Told, replacement_text
from catalogue.model import Catalogue, ProviderCode
from resolvers.ports.matters import MatterVersion as SavedVersion
from resolvers.workflow.context import Context
from schema.enums import LenienceKind, SubjectKind
from schema.scalars import CreditCode
from sharing.authority import is_kin


@strawberry.type(description="部门 · a department, by code and title.")
class MatterDepartment:
    code: CreditCode = strawberry.field(description="统一社会信用代码 · its unified social credit code.")
    title: str = strawberry.field(description="名称 · what it is called.")


@strawberry.type(description="设定依据 · a law that the matter rests on.")
class MatterBasis:
    title: str = strawberry.field(description="名称 · its title.")
    number: str | None = strawberry.field(description="文号 · its number.")
    clause: str | None = strawberry.field(description="条款 · the clause.")
    checked: bool = strawberry.field(description="是否核对 · compared with the public text; false: stated from memory.")


@strawberry.type(description="实施部门（分地区） · in this division another department handles the matter.")
class MatterCompetence:
    division: str = strawberry.field(description="行政区划代码 · the division, with all below it.")
    department: MatterDepartment = strawberry.field(description="部门 · who handles it there.")
    checked: bool = strawberry.field(description="是否核对 · compared with the public text; false: stated from memory.")


@strawberry.type(description="角色 · who or what a matter is about.")
class MatterRole:
    name: str = strawberry.field(description="角色名 · as subjects name it.")
    title: str = strawberry.field(description="名称 · what it is called.")
    title_en: str = strawberry.field(description="英文名称 · its name in English.")
    kinds: list[SubjectKind] = strawberry.field(
        description="主体类别 · what may take it; none: no base register knows it, and no subject is named for it."
    )
    least: int = strawberry.field(description="最少 · how many take it at least.")
    most: int | None = strawberry.field(description="最多 · how many at most; null: any number.")
    acts_for: list[str] = strawberry.field(description="代理 · the roles that an agent or guardian acts for.")
    states_authority: bool = strawberry.field(
        description="是否载明授权 · whether who takes it names the document that it acts on, when a case is opened."
    )


@strawberry.type(description="情形 · circumstances in which further materials are needed.")
class MatterSituation:
    code: str = strawberry.field(description="情形编码 · as `situations` names it.")
    title: str = strawberry.field(description="名称 · what it is called.")
    title_en: str = strawberry.field(description="英文名称 · its name in English.")


@strawberry.type(description="电子证照 · a certificate that the role's subject holds, of any of these types.")
class MatterCertificate:
    role: str = strawberry.field(description="角色 · whose certificate.")
    types: list[str] = strawberry.field(description="证照类型代码 · any of these types.")
    type_names: list[str] = strawberry.field(description="证照类型名称 · what they are called.")
    valid: bool = strawberry.field(description="须有效 · whether it must be in force.")


@strawberry.type(description="登记或业务信息 · a register or resource by its title.")
class MatterSource:
    title: str = strawberry.field(description="名称 · what it is called.")
    title_en: str = strawberry.field(description="英文名称 · its name in English.")
    provider_title: str | None = strawberry.field(description="提供部门 · another department; null: the matter's own.")
    items: list[str] = strawberry.field(description="信息项 · the items that stand there, where they are catalogued.")


@strawberry.type(
    description="替代方式 · what replaces a material: exactly one of these, or parts of which any or all are needed."
)
class MatterReplacement:
    items: list[str] | None = strawberry.field(
        description="信息项 · a role and field names, all of them needed: `applicant.marriageRecord.status`."
    )
    absence: bool = strawberry.field(description="查无即证 · whether no record found is itself the proof.")
    certificate: MatterCertificate | None = strawberry.field(description="电子证照 · an electronic certificate.")
    own: MatterSource | None = strawberry.field(
        description="本部门自有 · the department's own register: nothing is shared, and it may not be asked for."
    )
    theme: MatterSource | None = strawberry.field(
        description="目录外资源 · another department's resource, outside this catalogue."
    )
    any_of: list["MatterReplacement"] | None = strawberry.field(description="任选其一 · one of these is enough.")
    all_of: list["MatterReplacement"] | None = strawberry.field(description="均须具备 · all of these are needed.")


@strawberry.type(description="宽缓办理 · how the matter allows to go on without the material.")
class MatterLenience:
    kind: LenienceKind = strawberry.field(description="方式 · which way.")
    working_days: int = strawberry.field(description="核查期限（工作日） · within how many working days it is checked.")
    checked: bool = strawberry.field(description="是否核对 · compared with a public text; false: demo data.")


@strawberry.type(description="材料 · a material of a matter, and what replaces it.")
class MatterMaterial:
    code: str = strawberry.field(description="材料编码 · its code within the matter.")
    title: str = strawberry.field(description="材料名称 · what it is called.")
    title_en: str = strawberry.field(description="英文名称 · its name in English.")
    note: str | None = strawberry.field(description="说明 · what else is to be known of it.")
    situations: list[str] = strawberry.field(description="情形 · needed in any of these only; none: always.")
    statutory: bool = strawberry.field(description="法定材料 · whether a law lists it; false: local practice.")
    barred: bool = strawberry.field(description="不得要求 · whether it may not be asked for, whatever the registers say.")
    not_to_be_asked: bool = strawberry.field(
        description="可共享，不得要求提交 · all that replaces it can be obtained, so it may not be asked for (Art. 16 ¶2): "
        "known from the catalogue, before anything is read."
    )
    checked: bool = strawberry.field(description="是否核对 · compared with a public text; false: stated from memory.")
    replaced_by: MatterReplacement | None = strawberry.field(description="替代方式 · null: nothing replaces it.")
    replaced_by_text: str | None = strawberry.field(description="替代方式（文字） · the same in words.")
    replaced_by_text_en: str | None = strawberry.field(description="替代方式（英文） · the same in English.")
    lenience: MatterLenience | None = strawberry.field(description="宽缓办理 · where the matter allows it.")


@strawberry.type(name="MatterVersion", description="事项版本 · a version as it was saved: none is ever changed.")
class Version:
    version: int = strawberry.field(description="版本 · its number, from 1.")
    valid_from: date = strawberry.field(description="施行日期 · the first day on which it holds.")
    valid_until: date | None = strawberry.field(description="失效日期 · the first day on which it no longer does, as saved.")
    withdrawn: bool = strawberry.field(description="是否取消 · whether the matter ends with it.")
    department: CreditCode = strawberry.field(description="部门 · whose matter it was.")
    reason: str = strawberry.field(description="理由 · why it was saved.")
    client: str = strawberry.field(description="客户端 · through which it was saved.")
    handler: str = strawberry.field(description="经办人 · who saved it.")
    saved_at: datetime = strawberry.field(description="保存时间 · when.")


async def _versions(root: "Matter", info: Info[Context, None]) -> list[Version]:
    return [version_shown(one) for one in await info.context.ports.matters.versions(root.code)]


@strawberry.type(description="政务服务事项 · a service matter: one version of it.")
class Matter:
    code: str = strawberry.field(description="事项编码 · its code.")
    demo_key: bool = strawberry.field(description="演示编码 · whether the code is the demo's own, no official item code.")
    title: str = strawberry.field(description="名称 · what it is called.")
    title_en: str = strawberry.field(description="英文名称 · its name in English.")
    department: MatterDepartment = strawberry.field(description="实施部门 · the department that has the duty.")
    elsewhere: list[MatterCompetence] = strawberry.field(description="分地区实施部门 · where another department has it.")
    note: str | None = strawberry.field(description="说明 · what else is to be known of it.")
    basis: list[MatterBasis] = strawberry.field(description="设定依据 · the laws that it rests on.")
    version: int = strawberry.field(description="版本 · the version's number, from 1.")
    valid_from: date = strawberry.field(description="施行日期 · the first day on which it holds.")
    valid_until: date | None = strawberry.field(description="失效日期 · the first day on which it no longer does.")
    roles: list[MatterRole] = strawberry.field(description="角色 · who or what it is about, with how many.")
    situations: list[MatterSituation] = strawberry.field(description="情形 · circumstances with further materials.")
    materials: list[MatterMaterial] = strawberry.field(description="材料 · what it needs.")
    declared: list[str] = strawberry.field(description="声明的信息项 · declared beside what the materials name.")
    items: list[str] = strawberry.field(
        description="所需信息项 · all that it needs; nothing else is read for it (个人信息保护法 34)."
    )
    versions: list[Version] = strawberry.field(
        resolver=_versions, description="版本历史 · every version that was saved, by whom and why."
    )


@dataclass(frozen=True, slots=True)
class Showing:
    """What matters are shown with: the catalogue, certificate types by code, what departments are called."""

    catalogue: Catalogue
    types: Mapping[str, LicenceType]
    title: Callable[[ProviderCode], str]

    def matter(self, matter: held.Matter) -> Matter:
        """One version of a matter."""
        return Matter(
            code=matter.code,
            demo_key=matter.demo_key,
            title=matter.title,
            title_en=matter.title_en,
            department=self._department(matter.department),
            elsewhere=[
                MatterCompetence(division=one.division, department=self._department(one.department), checked=one.checked)
                for one in matter.elsewhere
            ],
            note=matter.note or None,
            basis=[
                MatterBasis(title=one.title, number=one.number or None, clause=one.clause or None, checked=one.checked)
                for one in matter.basis
            ],
            version=matter.version,
            valid_from=matter.valid_from,
            valid_until=matter.valid_until,
            roles=[_role(matter, one) for one in matter.roles.values()],
            situations=[
                MatterSituation(code=one.code, title=one.title, title_en=one.title_en) for one in matter.situations.values()
            ],
            materials=[self._material(matter, one) for one in matter.materials],
            declared=list(matter.declared),
            items=sorted(map(str, matter.items)),
        )

    def _department(self, code: ProviderCode) -> MatterDepartment:
        return MatterDepartment(code=CreditCode(code), title=self.title(code))

    def _material(self, matter: held.Matter, material: held.Material) -> MatterMaterial:
        replaced, lenience = material.replaced_by, material.lenience
        told: Told | None = None
        if replaced is not None:
            told = replacement_text(self.catalogue, self.types, matter, replaced)
        return MatterMaterial(
            code=material.code,
            title=material.title,
            title_en=material.title_en,
            note=material.note or None,
            situations=list(material.situations),
            statutory=material.statutory,
            barred=material.barred,
            not_to_be_asked=material.code in matter.marked,
            checked=material.checked,
            replaced_by=None if replaced is None else self._replacement(replaced),
            replaced_by_text=None if told is None else told.zh,
            replaced_by_text_en=None if told is None else told.en,
            lenience=None
            if lenience is None
            else MatterLenience(
                kind=LenienceKind(lenience.kind.name), working_days=lenience.working_days, checked=lenience.checked
            ),
        )

    def _replacement(self, replacement: held.Replacement) -> MatterReplacement:
        match replacement:
            case held.Items(paths=paths, absence=absence):
                return _branch(items=_paths(paths), absence=absence)
            case held.Certificate(role=role, types=types, valid=valid):
                names = [self.types[code].name if code in self.types else code for code in types]
                return _branch(certificate=MatterCertificate(role=role, types=list(types), type_names=names, valid=valid))
            case held.Own(title=title, title_en=title_en, paths=paths):
                own = MatterSource(title=title, title_en=title_en, provider_title=None, items=_paths(paths))
                return _branch(own=own)
            case held.Theme(title=title, title_en=title_en, provider_title=provider, absence=absence):
                theme = MatterSource(title=title, title_en=title_en, provider_title=provider, items=[])
                return _branch(theme=theme, absence=absence)
            case held.AnyOf(parts=parts):
                return _branch(any_of=[self._replacement(part) for part in parts])
            case held.AllOf(parts=parts):
                return _branch(all_of=[self._replacement(part) for part in parts])
            case _:
                assert_never(replacement)


def version_shown(saved: SavedVersion) -> Version:
    """A saved version, without its content."""
    return Version(
        version=saved.version,
        valid_from=saved.valid_from,
        valid_until=saved.valid_until,
        withdrawn=saved.withdrawn,
        department=CreditCode(saved.department),
        reason=saved.step.reason,
        client=saved.step.client,
        handler=saved.step.handler,
        saved_at=saved.saved_at,
    )


def _role(matter: held.Matter, role: held.Role) -> MatterRole:
    return MatterRole(
        name=role.name,
        title=role.title,
        title_en=role.title_en,
        kinds=[SubjectKind(kind.name) for kind in role.kinds],
        least=role.least,
        most=role.most,
        acts_for=list(role.acts_for),
        states_authority=bool(role.acts_for) and not is_kin(matter, role),
    )


def _paths(paths: tuple[held.Path, ...]) -> list[str]:
    return [".".join(path) for path in paths]


def _branch(
    *,
    items: list[str] | None = None,
    absence: bool = False,
    certificate: MatterCertificate | None = None,
    own: MatterSource | None = None,
    theme: MatterSource | None = None,
    any_of: list[MatterReplacement] | None = None,
    all_of: list[MatterReplacement] | None = None,
) -> MatterReplacement:
    return MatterReplacement(
        items=items, absence=absence, certificate=certificate, own=own, theme=theme, any_of=any_of, all_of=all_of
    )
