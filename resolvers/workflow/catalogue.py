"""The catalogue, to be searched and read: what exists, who provides it, and how it is shared (Art. 7, 8).

Whoever is known may read it, whatever its role, with no purpose and without the attribute `introspection`: the catalogue is
the basis of sharing, and nothing of a register is read here. It is shown whole, also where a client asks for a view of what
it may read: one applies for what one cannot read yet.
"""

from collections.abc import Mapping
from typing import Annotated

import strawberry
from strawberry.types import Info

from catalogue.model import Catalogue, Kind, ProviderCode, Resource, ResourceName
from catalogue.search import Count, Filter, Found, Index, Placed
from catalogue.search import SharingType as Sharing
from resolvers.workflow.catalogue_entries import (
    CatalogueEntry,
    CatalogueExample,
    CatalogueLookup,
    CatalogueRegister,
    CatalogueResource,
    CatalogueRoot,
    entry_of,
    example_shown,
    lookup_of,
    register_of,
    resource_of,
    root_of,
)
from resolvers.workflow.context import Context
from resolvers.workflow.inputs import invalid
from schema.describe import in_words
from schema.enums import ItemKind, SharingType
from schema.example import example_of
from schema.filters import DEFAULT_FIRST, MAX_FIRST

Titles = tuple[str, str]
"""What something is called, in Chinese and in English."""
SHARING_TITLES: Mapping[str, Titles] = {
    Sharing.UNCONDITIONAL: ("无条件共享", "unconditional"),
    Sharing.CONDITIONAL: ("有条件共享", "conditional"),
    Sharing.NOT_SHARED: ("不予共享", "not shared"),
}
KIND_TITLES: Mapping[str, Titles] = {
    Kind.BASE: ("基础信息项", "base item"),
    Kind.BUSINESS: ("业务信息项", "business item"),
    Kind.DERIVED: ("衍生信息项", "derived item"),
}


First = Annotated[int | None, strawberry.argument(description=f"至多条数 · at most so many entries, 1 to {MAX_FIRST}.")]
After = Annotated[str | None, strawberry.argument(description="游标 · `endCursor`, the coordinate of the last entry read.")]


@strawberry.type(description="信息资源及其信息项 · a resource with all of its entries.")
class CatalogueResourceEntries:
    catalogue: strawberry.Private[Catalogue]
    held: strawberry.Private[Resource]
    placed: strawberry.Private[tuple[Placed, ...]]
    resource: CatalogueResource = strawberry.field(description="信息资源 · the resource itself.")
    register: CatalogueRegister = strawberry.field(description="登记库或主题 · where it is catalogued.")
    total: int = strawberry.field(description="条目数 · how many entries it has.")
    roots: list[CatalogueRoot] = strawberry.field(
        description="查询入口 · fields of Query that find its rows; none where only relations lead to it."
    )
    lookups: list[CatalogueLookup] = strawberry.field(description="查找方式 · how its rows are found.")

    def _entries(self, first: First = MAX_FIRST, after: After = None) -> list[CatalogueEntry]:
        return [entry_of(self.catalogue, one) for one in _page(self.placed, MAX_FIRST if first is None else first, after)]

    def _example(self) -> CatalogueExample | None:
        made = example_of(self.catalogue, self.held.name)
        return None if made is None else example_shown(made)

    entries: list[CatalogueEntry] = strawberry.field(
        resolver=_entries, description="条目 · its items and relations in the order of their codes."
    )
    example: CatalogueExample | None = strawberry.field(
        resolver=_example, description="示例查询 · null where nothing leads to it."
    )


@strawberry.type(description="计数 · how many entries would be found with this value chosen.")
class CatalogueCount:
    value: str = strawberry.field(description="取值 · the value to filter by.")
    title: str = strawberry.field(description="名称 · what it is called.")
    title_en: str = strawberry.field(description="英文名称 · the same in English.")
    entries: int = strawberry.field(description="条目数 · how many.")


@strawberry.type(
    description="分面计数 · values and how many entries each would leave; the words and the other filters are heeded. "
    "Resources and providers that would leave none are not listed."
)
class CatalogueFacets:
    registers: list[CatalogueCount] = strawberry.field(description="登记库或主题 · by register.")
    resources: list[CatalogueCount] = strawberry.field(description="信息资源 · by resource.")
    providers: list[CatalogueCount] = strawberry.field(description="提供部门 · by provider.")
    sharing_types: list[CatalogueCount] = strawberry.field(description="共享类型 · by sharing type.")
    kinds: list[CatalogueCount] = strawberry.field(description="信息项类别 · by kind.")


@strawberry.type(description="共享目录 · what was found in the catalogue, and the catalogue's resources by name.")
class CataloguePage:
    index: strawberry.Private[Index]
    found: strawberry.Private[Found]
    shown: strawberry.Private[tuple[Placed, ...]]
    version: int = strawberry.field(description="目录版本 · the published version that is served.")
    total: int = strawberry.field(description="总数 · how many entries were found, on all pages.")
    near: bool = strawberry.field(
        description="是否相近 · whether a word stands nowhere in the catalogue, and what is nearest was taken."
    )
    end_cursor: str | None = strawberry.field(description="末条游标 · for `after`; null on an empty page.")
    has_next_page: bool = strawberry.field(description="是否还有 · whether another page follows.")

    def _entries(self) -> list[CatalogueEntry]:
        return [entry_of(self.index.catalogue, one) for one in self.shown]

    def _facets(self) -> CatalogueFacets:
        return _facets(self.index.catalogue, self.found)

    def _resource(
        self, name: Annotated[str, strawberry.argument(description="类型名 · such as `Person`.")]
    ) -> CatalogueResourceEntries | None:
        catalogue = self.index.catalogue
        held = catalogue.resources.get(ResourceName(name))
        return None if held is None else _whole(catalogue, held, self.index.of_resource(held.name))

    entries: list[CatalogueEntry] = strawberry.field(
        resolver=_entries, description="本页条目 · best first; without words in the order of their codes."
    )
    facets: CatalogueFacets = strawberry.field(
        resolver=_facets, description="分面计数 · how many entries of each register, resource, provider, type and kind."
    )
    resource: CatalogueResourceEntries | None = strawberry.field(
        resolver=_resource,
        description="一个信息资源 · a resource by its type name, whatever was sought; null: there is none.",
    )


def _catalogue(
    info: Info[Context, None],
    words: Annotated[
        str | None,
        strawberry.argument(
            description="检索词 · Chinese or English, a code, a field's name; each of several words must be found. "
            "Words that are unknown find nothing, and are no error."
        ),
    ] = None,
    register: Annotated[str | None, strawberry.argument(description="登记库 · a register's name or title.")] = None,
    theme: Annotated[
        str | None,
        strawberry.argument(description="主题 · a theme's name or title (Art. 11(3)); what is in no theme is not found."),
    ] = None,
    provider: Annotated[
        str | None, strawberry.argument(description="提供部门 · a department's credit code, name or title.")
    ] = None,
    sharing_type: Annotated[SharingType | None, strawberry.argument(description="共享类型 · one of the three.")] = None,
    kind: Annotated[ItemKind | None, strawberry.argument(description="信息项类别 · base, business or derived.")] = None,
    resource: Annotated[str | None, strawberry.argument(description="信息资源 · a resource's type name.")] = None,
    first: First = DEFAULT_FIRST,
    after: After = None,
) -> CataloguePage | None:
    index = info.context.served.index
    wanted = Filter(
        register,
        theme,
        provider,
        None if sharing_type is None else Sharing[sharing_type],
        None if kind is None else Kind[kind],
        None if resource is None else ResourceName(resource),
    )
    found = index.search(words or "", wanted)
    shown = _page(found.entries, DEFAULT_FIRST if first is None else first, after)
    return CataloguePage(
        index=index,
        found=found,
        shown=shown,
        version=index.catalogue.version,
        total=len(found.entries),
        near=found.near,
        end_cursor=str(shown[-1].coordinate) if shown else None,
        has_next_page=bool(shown) and shown[-1] is not found.entries[-1],
    )


def _whole(catalogue: Catalogue, held: Resource, placed: tuple[Placed, ...]) -> CatalogueResourceEntries:
    return CatalogueResourceEntries(
        catalogue=catalogue,
        held=held,
        placed=placed,
        resource=resource_of(catalogue, held),
        register=register_of(catalogue, catalogue.registers[held.register]),
        total=len(placed),
        roots=[root_of(held, root) for root in held.roots],
        lookups=[lookup_of(one) for one in held.lookups.values() if not held.items[one.item].internal],
    )


@strawberry.type
class CatalogueQuery:
    catalogue: CataloguePage | None = strawberry.field(
        resolver=_catalogue,
        description="**共享目录** · search the catalogue: every item and relation, its provider and how it is shared. "
        "Identity alone suffices: no purpose, no attribute `introspection` (Art. 7).",
    )


def _page(entries: tuple[Placed, ...], first: int, after: str | None) -> tuple[Placed, ...]:
    """At most `first` entries after the one with that coordinate. Raises INPUT_INVALID."""
    if not 1 <= first <= MAX_FIRST:
        raise invalid(f"`first` is {first}", f"ask for 1 to {MAX_FIRST} entries")
    start = 0
    if after is not None:
        last = next((number for number, one in enumerate(entries) if str(one.coordinate) == after), None)
        if last is None:
            raise invalid(
                "`after` names no entry of this search", "begin again without `after`: the catalogue may have moved"
            )
        start = last + 1
    return entries[start : start + first]


def _facets(catalogue: Catalogue, found: Found) -> CatalogueFacets:
    facets = found.facets

    def register(name: str) -> Titles:
        return catalogue.registers[name].title, _english(name)

    def resource(name: str) -> Titles:
        return catalogue.resources[ResourceName(name)].title, _english(name)

    def provider(code: str) -> Titles:
        department = catalogue.departments[ProviderCode(code)]
        return department.title, _english(department.name)

    return CatalogueFacets(
        registers=[_count(one.value, one, register(one.value)) for one in facets.register],
        resources=[_count(one.value, one, resource(one.value)) for one in facets.resource if one.entries],
        providers=[_count(one.value, one, provider(one.value)) for one in facets.provider if one.entries],
        sharing_types=[_count(one.value.upper(), one, SHARING_TITLES[one.value]) for one in facets.sharing],
        kinds=[_count(one.value.upper(), one, KIND_TITLES[one.value]) for one in facets.kind],
    )


def _count(value: str, count: Count, titles: Titles) -> CatalogueCount:
    title, english = titles
    return CatalogueCount(value=value, title=title, title_en=english, entries=count.entries)


def _english(name: str) -> str:
    return in_words(name).replace("_", " ")
