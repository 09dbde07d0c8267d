"""A query that shows a resource: from a root field to it, over relations where it has none of its own."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from catalogue.model import (
    Catalogue,
    Conditional,
    Form,
    Item,
    Kind,
    LookupKind,
    NotShared,
    Resource,
    ResourceName,
    Root,
)
from catalogue.predicate import ItemName

MOST_ITEMS = 8
_BY_PLACE: Mapping[LookupKind, tuple[tuple[str, str], ...]] = {
    LookupKind.AT_POINT: (("latitude", "Float!"), ("longitude", "Float!")),
    LookupKind.NEAR: (("latitude", "Float!"), ("longitude", "Float!")),
    LookupKind.WITHIN: (("polygon", "GeoJSON!"),),
}


class Argument(NamedTuple):
    """An argument of a root field, and its type as GraphQL writes it."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Example:
    """A document with one operation, and the variables that it asks for: their values are the reader's to fill in."""

    query: str
    variables: tuple[Argument, ...]


class _Step(NamedTuple):
    """A field on the way, and the type condition that its selection needs where it leads to a union."""

    field: str
    on: ResourceName | None


def arguments_of(resource: Resource, root: Root) -> tuple[Argument, ...]:
    """The arguments that a root field cannot do without."""
    lookup = resource.lookups[root.lookup]
    if lookup.kind is not LookupKind.EQUALS:
        return tuple(Argument(name, type_) for name, type_ in _BY_PLACE[lookup.kind])
    type_ = resource.items[lookup.item].type
    return (Argument(root.argument, f"[{type_}!]!" if root.batch else f"{type_}!"),)


def example_of(catalogue: Catalogue, name: ResourceName) -> Example | None:
    """The shortest way to the resource and some of its items, the open ones first; None where no way leads there."""
    steps = _way(catalogue, name)
    if steps is None:
        return None
    (field, _), *onward = steps
    resource, root = catalogue.roots[field]
    arguments = arguments_of(resource, root)
    declared = ", ".join(f"${one.name}: {one.type}" for one in arguments)
    passed = ", ".join(f"{one.name}: ${one.name}" for one in arguments)
    opened = [f"query {name}({declared}) {{", f"{field}({passed}) {{"]
    for step in onward:
        opened.append(f"{step.field} {{")
        if step.on is not None:
            opened.append(f"... on {step.on} {{")
    lines = [f"{'  ' * depth}{line}" for depth, line in enumerate(opened)]
    lines += [f"{'  ' * len(opened)}{item}" for item in _items(catalogue.resources[name])]
    lines += [f"{'  ' * depth}}}" for depth in reversed(range(len(opened)))]
    return Example("\n".join(lines) + "\n", arguments)


def _way(catalogue: Catalogue, name: ResourceName) -> Sequence[_Step] | None:
    """Root field and relations, by the fewest steps; of several roots the first that takes one value."""
    ways: deque[tuple[ResourceName, tuple[_Step, ...]]] = deque()
    for resource in catalogue.resources.values():
        root = _first_root(resource)
        if root is not None:
            ways.append((resource.name, (_Step(root.field, None),)))
    seen = {at for at, _ in ways}
    own = next((way for at, way in ways if at == name), None)
    if own is not None:
        return own
    while ways:
        at, way = ways.popleft()
        for relation in catalogue.resources[at].relations.values():
            for target in relation.targets:
                if target.resource in seen or isinstance(relation.sharing, NotShared):
                    continue
                seen.add(target.resource)
                onward = (*way, _Step(relation.name, target.resource if relation.union else None))
                if target.resource == name:
                    return onward
                ways.append((target.resource, onward))
    return None


def _first_root(resource: Resource) -> Root | None:
    single = (root for root in resource.roots if not root.batch and resource.lookups[root.lookup].kind is LookupKind.EQUALS)
    return next(single, next(iter(resource.roots), None))


def _items(resource: Resource) -> Sequence[ItemName]:
    """What can be shown of it: the key, then items that are open, then those by grant."""
    shown = [item for item in resource.items.values() if _can_be_shown(item)]
    shown.sort(
        key=lambda item: (item.name != resource.key, isinstance(item.sharing, Conditional), item.kind is Kind.DERIVED)
    )
    return [item.name for item in shown[:MOST_ITEMS]] or [ItemName("__typename")]


def _can_be_shown(item: Item) -> bool:
    if item.internal or isinstance(item.sharing, NotShared):
        return False
    return not (isinstance(item.sharing, Conditional) and item.sharing.forms == (Form.VERIFY,))
