"""What a check is: one rule, its article as data, and a function that finds where a catalogue breaks it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from catalogue.finding import Finding
from catalogue.model import Catalogue, Conditional, Item, NotShared, Relation, Resource, RowRule, Sharing


class Breach(NamedTuple):
    """Where the rule is broken, in English and Chinese, and what to do."""

    file: str
    path: str
    message: str
    message_zh: str
    hint: str


Entry: TypeAlias = Item | Relation


@dataclass(frozen=True, slots=True)
class Check:
    """A rule: `name` is its function's, `title` says the rule in one line."""

    name: str
    article: str
    title: str
    find: Callable[[Catalogue], Iterator[Breach]]

    def run(self, catalogue: Catalogue) -> tuple[Finding, ...]:
        """Every breach of the rule, with its article."""
        return tuple(Finding(*breach, article=self.article) for breach in self.find(catalogue))


class Site(NamedTuple):
    """An entry or one of its row rules (`rule`), with its path."""

    resource: Resource
    entry: Entry
    path: str
    sharing: Sharing
    rule: RowRule | None

    def breach(self, key: str, message: str, message_zh: str, hint: str) -> Breach:
        return Breach(self.resource.file, f"{self.path}.{key}" if key else self.path, message, message_zh, hint)


def resource_path(resource: Resource) -> str:
    return f"resource.{resource.name}"


def entry_path(resource: Resource, entry: Entry) -> str:
    """`resource.Person.item.phone`, `resource.Person.relation.credit`."""
    table = "item" if isinstance(entry, Item) else "relation"
    return f"{resource_path(resource)}.{table}.{entry.name}"


def entry_breach(resource: Resource, entry: Entry, key: str, message: str, message_zh: str, hint: str) -> Breach:
    """A breach at a key of an entry."""
    return Breach(resource.file, f"{entry_path(resource, entry)}.{key}", message, message_zh, hint)


def parts(resource: Resource) -> Iterator[Entry]:
    """Every item and relation of a resource, internal items too."""
    yield from resource.items.values()
    yield from resource.relations.values()


def entries(catalogue: Catalogue) -> Iterator[Site]:
    """Every item and relation but internal items, as written (without its rules)."""
    for resource in catalogue.resources.values():
        for entry in parts(resource):
            if not (isinstance(entry, Item) and entry.internal):
                yield Site(resource, entry, entry_path(resource, entry), entry.sharing, None)


def sharings(catalogue: Catalogue) -> Iterator[Site]:
    """Every sharing that anything may stand under: each entry's own, then each of its row rules'."""
    for site in entries(catalogue):
        yield site
        for number, rule in enumerate(site.entry.rules):
            yield Site(site.resource, site.entry, f"{site.path}.rules[{number}]", rule.sharing, rule)


def conditionals(catalogue: Catalogue) -> Iterator[tuple[Site, Conditional]]:
    """Every conditional sharing."""
    for site in sharings(catalogue):
        if isinstance(site.sharing, Conditional):
            yield site, site.sharing


def withheld(catalogue: Catalogue) -> Iterator[tuple[Site, NotShared]]:
    """Every sharing that withholds for good."""
    for site in sharings(catalogue):
        if isinstance(site.sharing, NotShared):
            yield site, site.sharing
