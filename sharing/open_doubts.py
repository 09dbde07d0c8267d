"""Open doubts (Art. 18) as one epoch of the ledger knows them, indexed the way answers ask: of whom, on which item.

Whose data is in doubt is known by keyed hashes alone (`ledger/subject.py`), never by a number. A doubt permits and blocks
nothing; what it says of a field, it also says of all that is computed, joined or found by that field.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from catalogue.model import Catalogue, Coordinate, Item, ItemCode, Relation, Resource
from catalogue.predicate import ItemName, items_of

ACCEPT_VALID_PROOF = "ACCEPT_VALID_PROOF"
"""What an answer says beside a doubted value: where valid proof is offered, the business is handled as usual."""

Since = Mapping[ItemCode, datetime]
"""The doubted items of one subject, each with the instant of the first report that is still open."""
NONE: Since = MappingProxyType({})


class Doubted(NamedTuple):
    """One open doubt: the item, the subject's reference, since when."""

    item: ItemCode
    subject: bytes
    since: datetime


@dataclass(frozen=True)
class OpenDoubts:
    """All open doubts by the subject's reference. `items`: those that any of them is about."""

    by_subject: Mapping[bytes, Since] = field(default_factory=lambda: MappingProxyType({}))
    items: frozenset[ItemCode] = frozenset()

    def of(self, references: Iterable[bytes]) -> Since:
        """What is doubted of one subject, by all references under which it may be known."""
        found = [held for reference in references if (held := self.by_subject.get(reference)) is not None]
        if len(found) < 2:
            return found[0] if found else NONE
        merged: dict[ItemCode, datetime] = {}
        for held in found:
            for item, since in held.items():
                merged[item] = min(since, merged.get(item, since))
        return merged


NO_DOUBTS = OpenDoubts()


def index_doubts(doubts: Iterable[Doubted]) -> OpenDoubts:
    """The index; of several doubts on one item of one subject the earliest report counts."""
    index: dict[bytes, dict[ItemCode, datetime]] = {}
    items = set()
    for one in doubts:
        items.add(one.item)
        held = index.setdefault(one.subject, {})
        held[one.item] = min(one.since, held.get(one.item, one.since))
    return OpenDoubts(index, frozenset(items)) if index else NO_DOUBTS


def rests_on(catalogue: Catalogue, coordinate: Coordinate) -> frozenset[ItemCode]:
    """The items a doubt on which makes this one doubtful: itself, what it is derived from, what joins its rows."""
    entry = catalogue.entries[coordinate]
    resource = catalogue.resources[coordinate.type]
    if isinstance(entry, Relation):
        return joined_by(resource, entry) | found_by(catalogue, entry)
    return derived_from(catalogue, resource, entry)


def derived_from(catalogue: Catalogue, resource: Resource, item: Item) -> frozenset[ItemCode]:
    """The item itself and, of a derived one, its operands, with the relation that leads to them."""
    if item.derivation is None:
        return frozenset({item.code})
    operands = item.derivation.items
    if item.derivation.via is None:
        return codes_of(resource, operands) | {item.code}
    relation = resource.relations[item.derivation.via]
    target = catalogue.resources[relation.targets[0].resource]
    joined = joined_by(resource, relation) | found_by(catalogue, relation)
    return codes_of(target, operands) | joined | {item.code}


def joined_by(resource: Resource, relation: Relation) -> frozenset[ItemCode]:
    """What of its own row leads from it: the relation, its key and its discriminator."""
    named = [relation.key] if relation.discriminator is None else [relation.key, relation.discriminator]
    return codes_of(resource, named) | {relation.code}


def found_by(catalogue: Catalogue, relation: Relation) -> frozenset[ItemCode]:
    """By what the relation's rows are found among all, and which of them count: a doubt on it may be about a missing row."""
    found: frozenset[ItemCode] = frozenset()
    for target in relation.targets:
        resource = catalogue.resources[target.resource]
        lookup = resource.lookups[target.lookup]
        named = {lookup.item} if resource.key is None else {lookup.item, resource.key}
        for predicate in (lookup.filter, resource.published_when):
            named |= set() if predicate is None else items_of(predicate)
        found |= codes_of(resource, named)
    return found


def codes_of(resource: Resource, names: Iterable[ItemName]) -> frozenset[ItemCode]:
    """The codes of the resource's items of these names."""
    return frozenset(resource.items[name].code for name in names if name in resource.items)


def carriers(catalogue: Catalogue, item: ItemCode) -> frozenset[ItemCode]:
    """Every item and relation that a doubt on this one makes doubtful: who received one of them received what was wrong."""
    return frozenset(
        entry.code for coordinate, entry in catalogue.entries.items() if item in rests_on(catalogue, coordinate)
    )
