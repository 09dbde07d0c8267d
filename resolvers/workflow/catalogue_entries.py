"""Entries, resources and registers as the query `catalogue` shows them."""

from typing import assert_never

import strawberry

from catalogue.model import (
    Basis,
    Catalogue,
    Conditional,
    Coordinate,
    Derivation,
    Item,
    Lookup,
    NotShared,
    ProviderCode,
    Register,
    Relation,
    Resource,
    Root,
    RowRule,
    Sharing,
    Unconditional,
)
from catalogue.predicate import ItemName
from catalogue.search import Placed
from schema.directives import sharing_type
from schema.enums import (
    CatalogueOpening,
    ItemKind,
    ProvisionMode,
    SharedRows,
    SharingForm,
    SharingType,
    SharingUse,
    UpdateCycle,
)
from schema.example import Argument, Example, arguments_of


@strawberry.type(description="部门 · a department, as the catalogue names it.")
class CatalogueDepartment:
    code: str = strawberry.field(description="统一社会信用代码 · its unified social credit code.")
    name: str = strawberry.field(description="英文名 · its name in the catalogue's files.")
    title: str = strawberry.field(description="名称 · what it is called.")


@strawberry.type(description="登记库或主题 · a base register or a theme.")
class CatalogueRegister:
    name: str = strawberry.field(description="名称 · its name in filters.")
    title: str = strawberry.field(description="中文名称 · its title.")
    lead: CatalogueDepartment = strawberry.field(
        description="牵头部门 · the department that compiles its catalogue (Art. 9)."
    )


@strawberry.type(description="信息资源 · a resource: what its items have in common (Art. 8).")
class CatalogueResource:
    name: str = strawberry.field(description="类型名 · the GraphQL type of its rows.")
    code: str = strawberry.field(description="资源代码 · its code by the compilation guide (目录编制指南).")
    title: str = strawberry.field(description="名称 · what it is called.")
    abstract: str = strawberry.field(description="摘要 · what it holds.")
    provider: CatalogueDepartment = strawberry.field(description="提供部门 · who provides it.")
    update_cycle: UpdateCycle = strawberry.field(description="更新周期 · how often it is brought up to date.")
    modes: list[ProvisionMode] = strawberry.field(description="提供方式 · how it is provided (Art. 15).")
    format: str = strawberry.field(description="格式 · in which format it is held.")
    network_zone: str = strawberry.field(description="网络 · the network that it belongs to (Art. 12).")
    opening: CatalogueOpening | None = strawberry.field(
        description="是否向社会开放 · whether it is open to society; null: not stated."
    )
    opening_condition: str | None = strawberry.field(description="开放条件 · under which condition.")


@strawberry.type(description="不予共享的依据 · the text that forbids sharing (Art. 11(1)).")
class CatalogueBasis:
    title: str = strawberry.field(description="名称 · its title.")
    number: str = strawberry.field(description="文号 · its number.")
    clause: str = strawberry.field(description="条款 · the clause.")
    basis_class: str = strawberry.field(name="class", description="类别 · 法律, 行政法规, 党中央政策 or 国务院政策.")


@strawberry.type(description="共享规则 · how something is shared (Art. 10, 11, 15).")
class CatalogueSharing:
    sharing_type: SharingType = strawberry.field(description="共享类型 · one of the three types.")
    condition: str | None = strawberry.field(description="共享条件 · where it is conditional.")
    scope: str | None = strawberry.field(description="共享范围 · with whom, where it is conditional.")
    uses: list[SharingUse] = strawberry.field(description="使用用途 · what a grant may be for.")
    forms: list[SharingForm] = strawberry.field(description="共享形式 · what a grant may show.")
    rows: list[SharedRows] = strawberry.field(description="共享行范围 · which rows a grant may reach.")
    open_form: SharingForm | None = strawberry.field(description="无授权时 · what every department sees without a grant.")
    basis: CatalogueBasis | None = strawberry.field(description="依据 · why it is not shared.")


@strawberry.type(description="行规则 · for some rows, another sharing in the item's place; the first that holds decides.")
class CatalogueRule:
    note: str = strawberry.field(description="说明（英文） · which rows, and why.")
    note_zh: str = strawberry.field(description="说明 · the same in Chinese; empty where nothing is stated.")
    article: str = strawberry.field(description="依据 · where it stands in the law.")
    sharing: CatalogueSharing = strawberry.field(description="此时的共享规则 · how these rows are shared.")


@strawberry.type(description="衍生 · how a derived item is computed, at its source.")
class CatalogueDerivation:
    operation: str = strawberry.field(description="算法 · its name.")
    operands: list[str] = strawberry.field(description="来源 · coordinates of the items that it is computed from.")
    years: int | None = strawberry.field(description="年数 · where the computation takes one.")


@strawberry.type(description="关联 · where a relation leads; it says who belongs to whom and is shared like an item.")
class CatalogueRelation:
    targets: list[str] = strawberry.field(description="目标资源 · the type it leads to; several for a union.")
    many: bool = strawberry.field(description="是否多条 · whether it leads to a list.")


@strawberry.type(description="目录条目 · an item or a relation with its rule of sharing.")
class CatalogueEntry(CatalogueSharing):
    coordinate: str = strawberry.field(description="目录坐标 · `Type.field`; also the cursor after this entry.")
    name: str = strawberry.field(description="字段名 · its GraphQL name.")
    code: str = strawberry.field(description="信息项代码 · its code in the catalogue.")
    title: str = strawberry.field(description="名称 · what it is called.")
    note: str = strawberry.field(description="说明（英文） · what it means.")
    note_zh: str = strawberry.field(description="说明 · the same in Chinese; empty where nothing is stated.")
    register: CatalogueRegister = strawberry.field(description="登记库或主题 · where it is catalogued.")
    resource: CatalogueResource = strawberry.field(description="信息资源 · the resource that it belongs to.")
    provider: CatalogueDepartment = strawberry.field(
        description="提供部门 · who answers for it, and decides on applications."
    )
    kind: ItemKind = strawberry.field(description="信息项类别 · base, business or derived.")
    type: str = strawberry.field(description="数据类型 · its GraphQL type.")
    standard: str | None = strawberry.field(description="标准 · the standard that its values follow.")
    rules: list[CatalogueRule] = strawberry.field(description="行规则 · what holds for some rows instead.")
    derivation: CatalogueDerivation | None = strawberry.field(description="衍生 · of a derived item.")
    relation: CatalogueRelation | None = strawberry.field(description="关联 · of a relation.")


@strawberry.type(description="参数 · what a root field must be given.")
class CatalogueArgument:
    name: str = strawberry.field(description="名称 · its name.")
    type: str = strawberry.field(description="类型 · its GraphQL type.")


@strawberry.type(description="查询入口 · a field of Query that finds rows.")
class CatalogueRoot:
    field: str = strawberry.field(description="字段名 · its name.")
    title: str = strawberry.field(description="说明 · what it finds.")
    batch: bool = strawberry.field(description="是否批量 · whether it takes several keys at once.")
    arguments: list[CatalogueArgument] = strawberry.field(description="参数 · what it must be given.")


@strawberry.type(description="查找方式 · how rows are found, by root fields and relations.")
class CatalogueLookup:
    name: str = strawberry.field(description="名称 · its name in the catalogue.")
    kind: str = strawberry.field(description="EQUALS, AT_POINT, NEAR or WITHIN.")
    item: str = strawberry.field(description="信息项 · the item that is looked up.")
    unique: bool = strawberry.field(description="是否唯一 · whether a key finds one row at most.")


@strawberry.type(description="示例查询 · a query that shows the resource; what it shows depends on who asks.")
class CatalogueExample:
    query: str = strawberry.field(description="查询 · the document.")
    variables: list[CatalogueArgument] = strawberry.field(description="变量 · what it asks for, without values.")


def entry_of(catalogue: Catalogue, placed: Placed) -> CatalogueEntry:
    """An item or a relation with all that is published of it."""
    entry, resource = placed.entry, placed.resource
    item = entry if isinstance(entry, Item) else None
    return CatalogueEntry(
        **vars(sharing_of(entry.sharing)),
        coordinate=str(placed.coordinate),
        name=entry.name,
        code=entry.code,
        title=entry.title,
        note=entry.note,
        note_zh=entry.note_zh,
        register=register_of(catalogue, placed.register),
        resource=resource_of(catalogue, resource),
        provider=department_of(catalogue, entry.provider),
        kind=ItemKind(entry.kind.name),
        type=entry.type if isinstance(entry, Item) else _type_of(entry),
        standard=None if item is None else item.standard,
        rules=[_rule(rule) for rule in entry.rules],
        derivation=None if item is None or item.derivation is None else _derivation(catalogue, resource, item.derivation),
        relation=None
        if isinstance(entry, Item)
        else CatalogueRelation(targets=[target.resource for target in entry.targets], many=entry.many),
    )


def _rule(rule: RowRule) -> CatalogueRule:
    return CatalogueRule(note=rule.note, note_zh=rule.note_zh, article=rule.article, sharing=sharing_of(rule.sharing))


def sharing_of(sharing: Sharing) -> CatalogueSharing:
    """A rule of sharing; what is open in full has no terms."""
    shown = CatalogueSharing(
        sharing_type=SharingType(sharing_type(sharing)),
        condition=None,
        scope=None,
        uses=[],
        forms=[],
        rows=[],
        open_form=None,
        basis=None,
    )
    match sharing:
        case Unconditional():
            pass
        case Conditional() as terms:
            shown.condition, shown.scope = terms.condition, terms.scope
            shown.uses = [SharingUse(use.name) for use in terms.uses]
            shown.forms = [SharingForm(form.name) for form in terms.forms]
            shown.rows = [SharedRows(rows.name) for rows in terms.rows]
            shown.open_form = None if terms.open_form is None else SharingForm(terms.open_form.name)
        case NotShared(basis=basis):
            shown.basis = basis_shown(basis)
        case _:
            assert_never(sharing)
    return shown


def basis_shown(basis: Basis) -> CatalogueBasis:
    """The text that something rests on."""
    return CatalogueBasis(title=basis.title, number=basis.number, clause=basis.clause, basis_class=basis.basis_class.value)


def resource_of(catalogue: Catalogue, resource: Resource) -> CatalogueResource:
    """What the entries of a resource have in common."""
    return CatalogueResource(
        name=resource.name,
        code=resource.code,
        title=resource.title,
        abstract=resource.abstract,
        provider=department_of(catalogue, resource.provider),
        update_cycle=UpdateCycle(resource.update_cycle.name),
        modes=[ProvisionMode(mode.name) for mode in resource.modes],
        format=resource.format,
        network_zone=resource.network_zone,
        opening=None if resource.opening is None else CatalogueOpening(resource.opening.name),
        opening_condition=resource.opening_condition or None,
    )


def register_of(catalogue: Catalogue, register: Register) -> CatalogueRegister:
    """A register with its lead department."""
    return CatalogueRegister(name=register.name, title=register.title, lead=department_of(catalogue, register.lead))


def department_of(catalogue: Catalogue, code: ProviderCode) -> CatalogueDepartment:
    """A department of the catalogue."""
    department = catalogue.departments[code]
    return CatalogueDepartment(code=code, name=department.name, title=department.title)


def root_of(resource: Resource, root: Root) -> CatalogueRoot:
    """A root field with the arguments that it needs."""
    arguments = [_argument(one) for one in arguments_of(resource, root)]
    return CatalogueRoot(field=root.field, title=root.title, batch=root.batch, arguments=arguments)


def lookup_of(lookup: Lookup) -> CatalogueLookup:
    """A way of finding rows."""
    return CatalogueLookup(name=lookup.name, kind=lookup.kind.name, item=lookup.item, unique=lookup.unique)


def example_shown(example: Example) -> CatalogueExample:
    """An example, its variables without values."""
    return CatalogueExample(query=example.query, variables=[_argument(one) for one in example.variables])


def _argument(argument: Argument) -> CatalogueArgument:
    return CatalogueArgument(name=argument.name, type=argument.type)


def _type_of(relation: Relation) -> str:
    name = relation.union or relation.targets[0].resource
    return f"[{name}!]" if relation.many else name


def _derivation(catalogue: Catalogue, resource: Resource, derivation: Derivation) -> CatalogueDerivation:
    """Operands that are internal are left out: nobody can ask for them."""
    held = (
        resource if derivation.via is None else catalogue.resources[resource.relations[derivation.via].targets[0].resource]
    )
    operands = [str(Coordinate(held.name, name)) for name in derivation.items if _is_shown(held, name)]
    return CatalogueDerivation(operation=derivation.op, operands=operands, years=derivation.years)


def _is_shown(resource: Resource, name: ItemName) -> bool:
    return name in resource.items and not resource.items[name].internal
