"""What is said in GraphQL to change a draft, as edits of its file (`catalogue.edit`)."""

from collections.abc import Iterator, Mapping

import strawberry

from catalogue.edit import Edit, ItemEdit, NewItem, ResourceEdit, Value
from catalogue.model import Basis, BasisClass, Coordinate, ResourceName
from catalogue.predicate import ItemName
from resolvers.workflow.inputs import invalid
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

MOST_EDITS = 500
MOST_CHARACTERS = 2_000


@strawberry.input(description="不予共享的依据 · the text that forbids sharing (Art. 11(1)).")
class CatalogueBasisInput:
    title: str = strawberry.field(description="名称 · its title.")
    number: str = strawberry.field(description="文号 · its number.")
    clause: str = strawberry.field(description="条款 · the clause.")
    basis_class: str = strawberry.field(name="class", description="类别 · 法律, 行政法规, 党中央政策 or 国务院政策.")


@strawberry.input(
    description="信息项修改 · attributes of one item or relation: what is left out stays as it is, null takes it out of the "
    "file."
)
class CatalogueItemEdit:
    coordinate: str = strawberry.field(description="坐标 · `Type.field`.")
    is_new: bool = strawberry.field(default=False, description="是否新增 · whether it is a new item.")
    title: str | None = strawberry.field(default=strawberry.UNSET, description="名称 · what it is called.")
    type: str | None = strawberry.field(default=strawberry.UNSET, description="数据类型 · a scalar or enum of the schema.")
    kind: ItemKind | None = strawberry.field(default=strawberry.UNSET, description="类别 · base, business or derived.")
    sharing_type: SharingType | None = strawberry.field(default=strawberry.UNSET, description="共享类型 · one of the three.")
    terms: str | None = strawberry.field(default=strawberry.UNSET, description="条款组 · terms that the file names.")
    condition: str | None = strawberry.field(default=strawberry.UNSET, description="共享条件 · of a conditional item.")
    scope: str | None = strawberry.field(default=strawberry.UNSET, description="共享范围 · with whom.")
    uses: list[SharingUse] | None = strawberry.field(default=strawberry.UNSET, description="使用用途 · what for.")
    forms: list[SharingForm] | None = strawberry.field(
        default=strawberry.UNSET,
        description="共享形式 · how much of it. With `VERIFY` it stands in its resource's verify field, else not.",
    )
    rows: list[SharedRows] | None = strawberry.field(default=strawberry.UNSET, description="共享行范围 · which rows.")
    open_form: SharingForm | None = strawberry.field(
        default=strawberry.UNSET, description="无授权时 · what every department sees without a grant (Art. 10 ¶3)."
    )
    provider: str | None = strawberry.field(
        default=strawberry.UNSET, description="提供部门 · its name in the catalogue, where it is not the resource's."
    )
    basis: CatalogueBasisInput | None = strawberry.field(
        default=strawberry.UNSET, description="依据 · why it is not shared."
    )
    mask: str | None = strawberry.field(default=strawberry.UNSET, description="脱敏规则 · the rule of its masked form.")
    match: str | None = strawberry.field(default=strawberry.UNSET, description="核验规则 · how values are compared.")
    standard: str | None = strawberry.field(default=strawberry.UNSET, description="标准 · the standard of its values.")
    datum: str | None = strawberry.field(
        default=strawberry.UNSET, description="同一数据 · the name of what it is the value of (一数一源, Art. 4(3))."
    )
    note: str | None = strawberry.field(default=strawberry.UNSET, description="说明（英文） · what it means.")
    note_zh: str | None = strawberry.field(default=strawberry.UNSET, description="说明 · the same in Chinese.")


@strawberry.input(description="信息资源修改 · attributes of a resource: what is left out stays as it is.")
class CatalogueResourceEdit:
    resource: str = strawberry.field(description="类型名 · the resource's GraphQL type.")
    title: str | None = strawberry.field(default=strawberry.UNSET, description="名称 · what it is called.")
    abstract: str | None = strawberry.field(default=strawberry.UNSET, description="摘要 · what it holds.")
    provider: str | None = strawberry.field(default=strawberry.UNSET, description="提供部门 · its name in the catalogue.")
    format: str | None = strawberry.field(default=strawberry.UNSET, description="格式 · in which format it is held.")
    update_cycle: UpdateCycle | None = strawberry.field(default=strawberry.UNSET, description="更新周期 · how often.")
    modes: list[ProvisionMode] | None = strawberry.field(default=strawberry.UNSET, description="提供方式 · Art. 15.")
    network_zone: str | None = strawberry.field(default=strawberry.UNSET, description="网络 · `extranet` or `intranet`.")
    opening: CatalogueOpening | None = strawberry.field(
        default=strawberry.UNSET, description="是否向社会开放 · whether it is open to society."
    )
    opening_condition: str | None = strawberry.field(
        default=strawberry.UNSET, description="开放条件 · under which condition it is open."
    )
    note: str | None = strawberry.field(default=strawberry.UNSET, description="说明 · what it means.")


_ITEM_TEXTS = (
    *("title", "type", "terms", "condition", "scope", "provider", "mask", "match", "standard", "datum", "note", "note_zh"),
)
_ITEM_WORDS = ("kind", "uses", "forms", "rows", "open_form")


def item_edits(given: CatalogueItemEdit) -> Iterator[Edit]:
    """The edits that the input comes to. Raises INPUT_INVALID."""
    coordinate = coordinate_of(given.coordinate)
    stated: dict[str, Value] = {}
    for name in _ITEM_TEXTS:
        stated |= _text(name, getattr(given, name))
    for name in _ITEM_WORDS:
        stated |= _words(name, getattr(given, name))
    stated |= _words("sharing", given.sharing_type)
    if given.basis is not strawberry.UNSET:
        stated["basis"] = None if given.basis is None else _basis(given.basis)
    if given.is_new:
        yield NewItem(coordinate, stated)
    else:
        yield from (ItemEdit(coordinate, attribute, value) for attribute, value in stated.items())


def resource_edits(given: CatalogueResourceEdit) -> Iterator[Edit]:
    """The edits that the input comes to. Raises INPUT_INVALID."""
    stated: dict[str, Value] = {}
    for name in ("title", "abstract", "provider", "format", "network_zone", "opening_condition", "note"):
        stated |= _text(name, getattr(given, name))
    for name in ("update_cycle", "modes", "opening"):
        stated |= _words(name, getattr(given, name))
    yield from (ResourceEdit(ResourceName(given.resource), attribute, value) for attribute, value in stated.items())


def coordinate_of(text: str) -> Coordinate:
    """`Type.field`. Raises INPUT_INVALID."""
    resource, dot, name = text.partition(".")
    if not (dot and resource.isidentifier() and name.isidentifier() and len(text) <= MOST_CHARACTERS):
        raise invalid("`coordinate` is no coordinate", "write `Type.field`")
    return Coordinate(ResourceName(resource), ItemName(name))


def _text(name: str, given: object) -> Mapping[str, Value]:
    """The attribute with its text, where one is stated."""
    if given is strawberry.UNSET:
        return {}
    if given is None:
        return {name: None}
    told = str(given).strip()
    if not told or len(told) > MOST_CHARACTERS or not all(one.isprintable() or one == "\n" for one in told):
        raise invalid(f"`{name}` is empty, too long or not plain text", f"between 1 and {MOST_CHARACTERS} characters")
    return {name: told}


def _words(name: str, given: object) -> Mapping[str, Value]:
    """The attribute with the catalogue's words for enum values, where some are stated."""
    if given is strawberry.UNSET:
        return {}
    match given:
        case None:
            return {name: None}
        case list():
            return {name: tuple(str(one.value).lower() for one in given)}
        case _:
            return {name: str(given).lower()}


def _basis(given: CatalogueBasisInput) -> Basis:
    for name in ("title", "number", "clause"):
        _text(f"basis.{name}", getattr(given, name))
    if given.basis_class not in set(BasisClass):
        raise invalid(
            "`basis.class` is no class of text that can withhold",
            f"write {', '.join(BasisClass)}; a departmental or local rule is no basis",
            article="Art. 11(1)",
        )
    return Basis(given.title, given.number, given.clause, BasisClass(given.basis_class))
