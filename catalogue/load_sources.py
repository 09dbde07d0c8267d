"""`sources.toml`: where the rows of each resource are. Strict as the catalogue's own loader, at the start of a deployment
whose files say what is published; after that the catalogue moves on without this file.
"""

from dataclasses import replace
from pathlib import Path

from catalogue.binding import LookupBinding, ResourceBinding, Source, SourceName, Sources
from catalogue.finding import Finding, refuse
from catalogue.model import Catalogue, Coordinate, Item, NotShared, Resource, ResourceName
from catalogue.predicate import ItemName
from catalogue.toml_table import TomlTable, read_toml


def load_sources(path: Path, catalogue: Catalogue, *, strict: bool = True) -> Sources:
    """The sources and bindings of the file, held against the catalogue.

    Not `strict`, where another version is published than the file was written for: what it binds and the catalogue no
    longer holds is left out, and an item that it does not bind yet answers NOT_CONNECTED, as a resource does.

    A resource without a binding is allowed: it answers SOURCE_UNAVAILABLE with reason NOT_CONNECTED. A bound one needs a
    column for each item that is not derived, except an internal item that is only reached by lookups with their own binding
    and an item that is not shared, which nothing ever asks for.
    Raises GatewayError(CATALOGUE_INVALID) with all errors, each with file and path.
    """
    findings: list[Finding] = []
    top = read_toml(path, findings)
    sources: dict[SourceName, Source] = {}
    bindings: dict[ResourceName, ResourceBinding] = {}
    if top is not None:
        for name, table in top.tables("sources"):
            sources[SourceName(name)] = _read_source(SourceName(name), table)
        for name, table in top.tables("resources"):
            resource = catalogue.resources.get(ResourceName(name))
            if resource is not None:
                bindings[resource.name] = _read_binding(resource, table, sources, strict)
            elif strict:
                hint = "correct the name or add the resource to a register"
                table.fault("", "names no resource of the catalogue", "目录中没有此资源", hint)
        top.close()
    refuse(findings)
    return Sources(sources, bindings)


def still_bound(sources: Sources, catalogue: Catalogue) -> Sources:
    """What these sources bind of another version of the catalogue: the rest answers NOT_CONNECTED."""
    bindings = {
        name: replace(
            binding,
            columns={item: column for item, column in binding.columns.items() if _has_column(resource.items.get(item))},
            lookups={lookup: way for lookup, way in binding.lookups.items() if lookup in resource.lookups},
        )
        for name, binding in sources.bindings.items()
        if (resource := catalogue.resources.get(name)) is not None
    }
    return Sources(sources.sources, bindings)


def unbound_items(sources: Sources, catalogue: Catalogue) -> frozenset[Coordinate]:
    """The items of bound resources that no column holds, themselves or what they are computed from: each answers
    NOT_CONNECTED, and the rest of its row stands.
    """
    found: set[Coordinate] = set()
    for name, binding in sources.bindings.items():
        for item in catalogue.resources[name].items.values():
            derivation = item.derivation
            needed = {item.name} if derivation is None else set(() if derivation.via else derivation.items)
            if not item.internal and not needed <= binding.columns.keys():
                found.add(Coordinate(name, item.name))
    return frozenset(found)


def _has_column(item: Item | None) -> bool:
    return item is not None and item.derivation is None


def _read_source(name: SourceName, table: TomlTable) -> Source:
    source = Source(
        name=name,
        connector=table.text("connector"),
        dsn=table.text("dsn"),
        deadline_ms=table.integer("deadline_ms", default=2_000),
        concurrency=table.integer("concurrency", default=8),
    )
    for key in ("deadline_ms", "concurrency"):
        if table.has(key) and table.integer(key, default=1) < 1:
            table.fault(key, "must be at least 1", "应当不小于 1", "write a positive number")
    table.close()
    return source


def _read_binding(resource: Resource, table: TomlTable, sources: dict[SourceName, Source], strict: bool) -> ResourceBinding:
    source = SourceName(table.text("source"))
    if source and source not in sources:
        table.fault(
            "source",
            f"names no source: `{source}`",
            f"没有名为 `{source}` 的数据源",
            f"add [sources.{source}] or correct the name",
        )
    binding = ResourceBinding(
        resource=resource.name,
        source=source,
        table=table.text("table"),
        columns=_read_columns(resource, table, strict),
        lookups=_read_lookups(resource, table, strict),
        geometry=table.optional_text("geometry"),
    )
    if strict:
        _need_columns(resource, binding, table)
    table.close()
    return binding


def _read_columns(resource: Resource, table: TomlTable, strict: bool) -> dict[ItemName, str]:
    columns: dict[ItemName, str] = {}
    inner = table.table("columns")
    for name in inner.data if inner else ():
        assert inner is not None
        item = resource.items.get(ItemName(name))
        if not strict and not _has_column(item):
            continue
        if item is None:
            hint = "correct the name or leave the column out"
            inner.fault(name, f"names no item of {resource.name}", f"{resource.name} 没有此信息项", hint)
        elif item.derivation is not None:
            hint = "leave it out; it is computed from its items"
            inner.fault(name, "is derived: it has no column", "是衍生信息项，没有对应的列", hint)
        columns[ItemName(name)] = inner.text(name)
    return columns


def _read_lookups(resource: Resource, table: TomlTable, strict: bool) -> dict[str, LookupBinding]:
    lookups: dict[str, LookupBinding] = {}
    for name, inner in table.tables("lookups"):
        if name not in resource.lookups and not strict:
            continue
        if name not in resource.lookups:
            inner.fault("", f"names no lookup of {resource.name}", f"{resource.name} 没有此查询方式", "correct the name")
        lookups[name] = LookupBinding(
            via_table=inner.text("via_table"),
            via_key=inner.text("via_key"),
            via_reference=inner.text("via_reference"),
            column=inner.text("column"),
        )
        inner.close()
    return lookups


def _need_columns(resource: Resource, binding: ResourceBinding, table: TomlTable) -> None:
    for item in resource.items.values():
        if item.derivation is not None or isinstance(item.sharing, NotShared) or item.name in binding.columns:
            continue
        ways = [lookup.name for lookup in resource.lookups.values() if lookup.item == item.name]
        if item.internal and ways and all(way in binding.lookups for way in ways):
            continue
        hint = f"name the column that holds `{item.title or item.name}`"
        table.fault(f"columns.{item.name}", "is missing", "未写明对应的列", hint)
