"""A caller's own view of what may be asked: the catalogue without what the caller can read on no row.

A view permits nothing: what it holds is decided all the same. It is made so that introspection, validation and
suggestions speak of nothing else.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from catalogue.model import Catalogue, Coordinate, Resource, ResourceName


@dataclass(frozen=True, slots=True)
class Readable:
    """What some caller can read on some row: `shown` in any form, `verified` by comparing, `used` to filter and order.

    `found`: items by which rows may be found; `standing`: keys whose rows may stand in an answer. A relation is among
    `shown` only if what joins its rows is open too. Two callers with the same have the same view.
    """

    shown: frozenset[Coordinate]
    verified: frozenset[Coordinate]
    used: frozenset[Coordinate]
    found: frozenset[Coordinate]
    standing: frozenset[Coordinate]


@dataclass(frozen=True, slots=True)
class View:
    """The catalogue that is left: `usable` are the coordinates that may filter and order."""

    catalogue: Catalogue
    usable: frozenset[Coordinate]


def view_of(catalogue: Catalogue, readable: Readable) -> View:
    """The catalogue in which everything can be read on some row.

    What is not shown becomes internal, since lookups and relations may go on using it; a resource whose rows may not
    stand in an answer goes with its root fields and the relations that lead to it.
    """
    kept = {name for name, resource in catalogue.resources.items() if _has_rows(resource, readable)}
    while True:
        resources = {
            name: _narrow(catalogue.resources[name], kept, readable) for name in catalogue.resources if name in kept
        }
        filled = {name for name, resource in resources.items() if _has_fields(resource)}
        if filled == kept:
            return View(replace(catalogue, resources=resources), readable.used)
        kept = filled  # a type without fields is none; what led to it goes too, and may leave another without


def _has_rows(resource: Resource, readable: Readable) -> bool:
    return resource.key is None or Coordinate(resource.name, resource.key) in readable.standing


def _has_fields(resource: Resource) -> bool:
    return bool(resource.relations or resource.verify or any(not item.internal for item in resource.items.values()))


def _narrow(resource: Resource, kept: Collection[ResourceName], readable: Readable) -> Resource:
    items = {
        name: item if item.internal or Coordinate(resource.name, name) in readable.shown else replace(item, internal=True)
        for name, item in resource.items.items()
    }
    relations = {
        name: relation
        for name, relation in resource.relations.items()
        if Coordinate(resource.name, name) in readable.shown and all(target.resource in kept for target in relation.targets)
    }
    return replace(
        resource,
        items=items,
        relations=relations,
        verify=tuple(name for name in resource.verify if Coordinate(resource.name, name) in readable.verified),
        roots=tuple(root for root in resource.roots if _finds(resource, root.lookup, readable)),
    )


def _finds(resource: Resource, lookup: str, readable: Readable) -> bool:
    item = resource.items[resource.lookups[lookup].item]
    return item.internal or Coordinate(resource.name, item.name) in readable.found
