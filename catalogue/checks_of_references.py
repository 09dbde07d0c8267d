"""What an entry refers to (Art. 7): every name leads to something that is held, and both ends agree."""

import re
from collections.abc import Iterator

from catalogue.check import Breach, entries, entry_breach, entry_path, parts, resource_path
from catalogue.model import Catalogue, LookupKind, Relation, Resource, Target
from catalogue.predicate import ItemName, Predicate, items_of

GRAPHQL_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*")
REGISTER_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""A register's name is its file's too."""


def names_are_names(catalogue: Catalogue) -> Iterator[Breach]:
    """Resources and entries bear GraphQL names: a resource's begins large, an entry's small; a register's is its file's."""
    for register in catalogue.registers.values():
        if not REGISTER_NAME.fullmatch(register.name):
            yield Breach(
                register.file,
                "register.name",
                f"`{register.name}` is no name of a register",
                "登记库或主题的名称不合规",
                "write small letters, digits and `_`, a letter first, at most 40",
            )
    for resource in catalogue.resources.values():
        if not GRAPHQL_NAME.fullmatch(resource.name) or not resource.name[0].isupper():
            yield Breach(
                resource.file,
                resource_path(resource),
                f"`{resource.name}` is no type name",
                "资源名称不合规",
                "write letters and digits, the first large",
            )
        for entry in parts(resource):
            if not GRAPHQL_NAME.fullmatch(entry.name) or not entry.name[0].islower():
                yield Breach(
                    resource.file,
                    entry_path(resource, entry),
                    f"`{entry.name}` is no field name",
                    "信息项名称不合规",
                    "write letters and digits, the first small",
                )


def referred_items_exist(catalogue: Catalogue) -> Iterator[Breach]:
    """Key, subject, division, order, verify, lookups and conditions speak of held items of their own resource."""
    for resource in catalogue.resources.values():
        for path, name in _references(resource):
            item = resource.items.get(name)
            if item is None:
                yield Breach(
                    resource.file,
                    path,
                    f"names no item of {resource.name}: `{name}`",
                    "引用的信息项不存在",
                    "correct the name or add the item",
                )
            elif item.derivation is not None:
                yield Breach(
                    resource.file,
                    path,
                    f"names the derived item `{name}`",
                    "不能引用衍生信息项",
                    "name the items that it is derived from",
                )


def rows_are_ordered(catalogue: Catalogue) -> Iterator[Breach]:
    """Rows have a total order, so that the same question has the same answer; a key is an item that callers may see."""
    for resource in catalogue.resources.values():
        if not resource.ordered_by:
            yield Breach(
                resource.file,
                f"{resource_path(resource)}.ordered_by",
                "is missing",
                "未指定排序信息项",
                "name `key`, or internal items in `ordered_by`",
            )
        key = resource.items.get(resource.key) if resource.key else None
        if key is not None and key.internal:
            yield Breach(
                resource.file,
                f"{resource_path(resource)}.key",
                f"`{key.name}` is internal",
                "主键为内部信息项",
                "leave `key` out and name `ordered_by`",
            )


def relations_lead_somewhere(catalogue: Catalogue) -> Iterator[Breach]:
    """A relation's key exists, each target is a lookup by value, and both agree on how many rows there are."""
    for resource, relation in _relations(catalogue):
        key = resource.items.get(relation.key)
        if key is None or key.derivation is not None:
            yield entry_breach(
                resource,
                relation,
                "key",
                f"names no held item of {resource.name}: `{relation.key}`",
                "关联键不存在",
                "name the item whose value is looked up",
            )
        for target in relation.targets:
            yield from _check_target(catalogue, resource, relation, target)
        if relation.component and not relation.many:
            yield entry_breach(
                resource, relation, "component", "parts of a whole are many", "组成部分应为多条", "write `many = true`"
            )


def unions_are_told_apart(catalogue: Catalogue) -> Iterator[Breach]:
    """A relation with several targets is a union and says which row leads where."""
    for resource, relation in _relations(catalogue):
        values = [target.when for target in relation.targets]
        union = relation.union is not None
        if union != (len(values) > 1) or union != (relation.discriminator is not None):
            yield entry_breach(
                resource,
                relation,
                "union",
                "`union`, `discriminator` and several targets go together",
                "联合类型、判别项与多个目标应同时给出",
                "state all three or none",
            )
        elif union and (None in values or len(set(values)) != len(values)):
            yield entry_breach(
                resource,
                relation,
                "targets",
                "each target of a union needs its own `when`",
                "联合类型的目标未区分",
                "state the discriminator's value for each",
            )
        elif union and relation.discriminator not in resource.items:
            yield entry_breach(
                resource, relation, "discriminator", f"names no item of {resource.name}", "判别项不存在", "correct it"
            )


def linkable_is_documented(catalogue: Catalogue) -> Iterator[Breach]:
    """Using a key that is not shown is an exception: stated where the key is internal, and its note says why."""
    for resource, relation in _relations(catalogue):
        key = resource.items.get(relation.key)
        if key is not None and key.internal and not relation.linkable:
            yield entry_breach(
                resource,
                relation,
                "linkable",
                f"its key `{key.name}` is internal",
                "关联键为内部信息项",
                "write `linkable = true` and say why in `note`",
            )
        if relation.linkable and not relation.note:
            yield entry_breach(
                resource,
                relation,
                "note",
                "`linkable` without a note",
                "可关联但未说明理由",
                "say in `note` why the key may be used unshown",
            )


def roots_lead_somewhere(catalogue: Catalogue) -> Iterator[Breach]:
    """A root field uses a lookup of its resource; by value it names its argument; a batch needs a unique lookup."""
    seen: dict[str, str] = {}
    for resource in catalogue.resources.values():
        for root in resource.roots:
            path = f"{resource_path(resource)}.root.{root.field}"
            lookup = resource.lookups.get(root.lookup)
            if lookup is None:
                yield Breach(
                    resource.file,
                    f"{path}.lookup",
                    f"names no lookup of {resource.name}: `{root.lookup}`",
                    "查询方式不存在",
                    "correct the name or add the lookup",
                )
                continue
            by_value = lookup.kind == LookupKind.EQUALS
            if by_value != bool(root.argument):
                yield Breach(
                    resource.file,
                    f"{path}.argument",
                    "is stated for lookups by value, and only for them",
                    "参数名有误",
                    "name the argument, or leave it out for places",
                )
            if root.batch and not (by_value and lookup.unique):
                yield Breach(
                    resource.file,
                    f"{path}.batch",
                    "needs a unique lookup by value",
                    "批量查询须按唯一键",
                    "use a unique lookup",
                )
            if root.field in seen:
                yield Breach(resource.file, path, f"is also a root of {seen[root.field]}", "根字段重名", "rename one")
            seen.setdefault(root.field, resource.name)


def _relations(catalogue: Catalogue) -> Iterator[tuple[Resource, Relation]]:
    for site in entries(catalogue):
        if isinstance(site.entry, Relation):
            yield site.resource, site.entry


def _references(resource: Resource) -> Iterator[tuple[str, ItemName]]:
    path = resource_path(resource)
    for key, name in (("key", resource.key), ("subject", resource.subject), ("division", resource.division)):
        if name is not None:
            yield f"{path}.{key}", name
    for key, names in (("ordered_by", resource.ordered_by), ("verify", resource.verify)):
        yield from ((f"{path}.{key}", name) for name in names)
    for lookup in resource.lookups.values():
        yield f"{path}.lookup.{lookup.name}.item", lookup.item
        yield from _in_predicate(f"{path}.lookup.{lookup.name}.filter", lookup.filter)
    yield from _in_predicate(f"{path}.published_when", resource.published_when)
    for entry in parts(resource):
        for number, rule in enumerate(entry.rules):
            yield from _in_predicate(f"{entry_path(resource, entry)}.rules[{number}].when", rule.when)


def _in_predicate(path: str, predicate: Predicate | None) -> Iterator[tuple[str, ItemName]]:
    if predicate is not None:
        yield from ((path, name) for name in sorted(items_of(predicate)))


def _check_target(catalogue: Catalogue, resource: Resource, relation: Relation, target: Target) -> Iterator[Breach]:
    other = catalogue.resources.get(target.resource)
    lookup = other.lookups.get(target.lookup) if other is not None else None
    if lookup is None or lookup.kind != LookupKind.EQUALS:
        yield entry_breach(
            resource,
            relation,
            "target",
            f"leads nowhere: `{target.resource}.{target.lookup}`",
            "关联目标不存在",
            "name a resource and one of its lookups by value",
        )
    elif lookup.unique == relation.many:
        yield entry_breach(
            resource,
            relation,
            "many",
            f"does not agree with `{target.resource}.{target.lookup}`, which is "
            + ("unique" if lookup.unique else "not unique"),
            "关联基数与目标查询方式不一致",
            "write `many = true` exactly where the lookup is not unique",
        )
