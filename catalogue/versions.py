"""What a new version of the catalogue changes for those who use it: wider, narrower, breaking, added, removed (Art. 9).

Where words decide (a condition, a scope, a row rule's predicate) software can't tell wider from narrower: such a change is
taken as both, so that it is looked at by those who gain and by those who lose.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from catalogue.check import Entry, parts
from catalogue.model import (
    Catalogue,
    Conditional,
    Form,
    Item,
    NotShared,
    Relation,
    Resource,
    Rows,
    Sharing,
    Unconditional,
    Use,
)

Key = TypeVar("Key")
Value = TypeVar("Value")


class ChangeKind(StrEnum):
    """What a change does to an existing user."""

    WIDENED = "widened"
    NARROWED = "narrowed"
    BREAKING = "breaking"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Change:
    """One change; `coordinate` is a schema coordinate (`Person.phone`, `Query.person`) or a type's name."""

    coordinate: str
    kind: ChangeKind
    text: str


def diff(old: Catalogue, new: Catalogue) -> tuple[Change, ...]:
    """Every change from the old catalogue to the new, by resource in the old one's order, then the new one's."""
    return tuple(_catalogue_changes(old, new))


def _catalogue_changes(old: Catalogue, new: Catalogue) -> Iterator[Change]:
    for before, after in _pairs(old.resources, new.resources):
        match before, after:
            case Resource(), Resource():
                yield from _resource_changes(before, after)
            case None, Resource():
                yield Change(after.name, ChangeKind.ADDED, "the resource is new")
            case Resource(), None:
                yield Change(before.name, ChangeKind.REMOVED, "the resource is gone")


def _resource_changes(old: Resource, new: Resource) -> Iterator[Change]:
    yield from _root_changes(old, new)
    for name in ("key", "subject", "division"):
        if getattr(old, name) != getattr(new, name):
            yield Change(old.name, ChangeKind.BREAKING, f"its {name} is `{getattr(new, name)}`, was `{getattr(old, name)}`")
    if old.published_when != new.published_when:
        yield from _reworded(old.name, "the condition that a row is published under")
    if old.parted != new.parted:
        yield from _reworded(old.name, "who provides which of its rows")
    for mode in sorted(set(new.modes) - set(old.modes)):
        yield Change(old.name, ChangeKind.WIDENED, f"is provided by {mode} too")
    for mode in sorted(set(old.modes) - set(new.modes)):
        yield Change(old.name, ChangeKind.NARROWED, f"is no longer provided by {mode}")
    for item in old.verify:
        if item not in new.verify:
            yield Change(f"{old.name}.verify", ChangeKind.BREAKING, f"`{item}` can no longer be verified")
    for item in new.verify:
        if item not in old.verify:
            yield Change(f"{old.name}.verify", ChangeKind.ADDED, f"`{item}` can be verified")
    yield from _entries_changes(old, new)


def _root_changes(old: Resource, new: Resource) -> Iterator[Change]:
    for before, after in _pairs({root.field: root for root in old.roots}, {root.field: root for root in new.roots}):
        if before is None and after is not None:
            yield Change(f"Query.{after.field}", ChangeKind.ADDED, "the root field is new")
        elif before is not None and after is None:
            yield Change(f"Query.{before.field}", ChangeKind.REMOVED, "the root field is gone")
        elif before is not None and after is not None:
            ways = [
                (root.argument, root.batch, resource.lookups[root.lookup])
                for root, resource in ((before, old), (after, new))
            ]
            if ways[0] != ways[1]:
                yield Change(f"Query.{before.field}", ChangeKind.BREAKING, "its argument or what it finds has changed")


def _entries_changes(old: Resource, new: Resource) -> Iterator[Change]:
    for before, after in _pairs(_visible(old), _visible(new)):
        if before is None and after is not None:
            yield Change(f"{new.name}.{after.name}", ChangeKind.ADDED, "is new")
        elif before is not None and after is None:
            yield Change(f"{old.name}.{before.name}", ChangeKind.REMOVED, "is gone")
        elif before is not None and after is not None:
            yield from _entry_changes(f"{old.name}.{before.name}", before, after)


def _visible(resource: Resource) -> dict[str, Entry]:
    return {part.name: part for part in parts(resource) if not (isinstance(part, Item) and part.internal)}


def _entry_changes(coordinate: str, old: Entry, new: Entry) -> Iterator[Change]:
    if old.code != new.code:
        yield Change(coordinate, ChangeKind.BREAKING, f"its code is `{new.code}`, was `{old.code}`: grants name the code")
    if _shape(old) != _shape(new):
        yield Change(coordinate, ChangeKind.BREAKING, "its type, or what it leads to or is computed from, has changed")
    if isinstance(old, Item) and isinstance(new, Item) and old.mask != new.mask and old.mask is not None:
        yield from _reworded(coordinate, "its mask")
    if isinstance(old, Relation) and isinstance(new, Relation) and old.linkable != new.linkable:
        kind = ChangeKind.WIDENED if new.linkable else ChangeKind.NARROWED
        yield Change(coordinate, kind, "may use a key that is not shown" if new.linkable else "needs a right to its key")
    yield from _sharing_changes(coordinate, "", old.sharing, new.sharing)
    yield from _rule_changes(coordinate, old, new)


def _shape(entry: Entry) -> tuple[object, ...]:
    match entry:
        case Item():
            return (entry.type, entry.derivation)
        case Relation():
            return (entry.many, entry.targets, entry.component, entry.union, entry.key)


def _rule_changes(coordinate: str, old: Entry, new: Entry) -> Iterator[Change]:
    # Rules only narrow (`checks_of_law.row_rules_only_narrow`), so one more takes away and one less gives.
    for before, after in _pairs({rule.when: rule for rule in old.rules}, {rule.when: rule for rule in new.rules}):
        if before is None and after is not None:
            yield Change(coordinate, ChangeKind.NARROWED, f"for some rows: {after.note}")
        elif before is not None and after is None:
            yield Change(coordinate, ChangeKind.WIDENED, f"no longer narrower for some rows: {before.note}")
        elif before is not None and after is not None:
            yield from _sharing_changes(coordinate, "for some rows ", before.sharing, after.sharing)
    orders = [[rule.when for rule in entry.rules] for entry in (old, new)]
    if set(orders[0]) == set(orders[1]) and orders[0] != orders[1]:
        yield from _reworded(coordinate, "the order of its rules on rows")


def _sharing_changes(coordinate: str, rows: str, old: Sharing, new: Sharing) -> Iterator[Change]:
    before, after = _reach(old), _reach(new)
    gained, lost = sorted(after - before), sorted(before - after)
    if gained:
        yield Change(coordinate, ChangeKind.WIDENED, f"{rows}opens {', '.join(gained)}")
    if lost:
        yield Change(coordinate, ChangeKind.NARROWED, f"{rows}closes {', '.join(lost)}")
    if isinstance(old, Conditional) and isinstance(new, Conditional):
        if old.condition != new.condition:
            yield from _reworded(coordinate, f"{rows}its condition")
        if old.scope != new.scope:
            yield from _reworded(coordinate, f"{rows}its scope")


def _reach(sharing: Sharing) -> frozenset[str]:
    """All that a sharing lets someone have, as words: the full form holds the others, all rows hold the fewer."""
    match sharing:
        case Unconditional():
            return _conditional_reach((Form.FULL,), (Rows.ALL,), tuple(Use), Form.FULL)
        case Conditional(uses=uses, forms=forms, rows=rows, open_form=open_form):
            return _conditional_reach(forms, rows, uses, open_form)
        case NotShared():
            return frozenset()


def _conditional_reach(
    forms: tuple[Form, ...], rows: tuple[Rows, ...], uses: tuple[Use, ...], open_form: Form | None
) -> frozenset[str]:
    all_forms = set(Form) if Form.FULL in forms else set(forms)
    all_rows = set(Rows) if Rows.ALL in rows else set(rows)
    opened = set(Form) if open_form == Form.FULL else {open_form} - {None}
    words = [f"form {form}" for form in all_forms] + [f"rows {reach}" for reach in all_rows]
    return frozenset([*words, *(f"use {use}" for use in uses), *(f"form {form} to all departments" for form in opened)])


def _reworded(coordinate: str, what: str) -> Iterator[Change]:
    yield Change(coordinate, ChangeKind.WIDENED, f"{what} has changed and may be wider")
    yield Change(coordinate, ChangeKind.NARROWED, f"{what} has changed and may be narrower")


def _pairs(old: Mapping[Key, Value], new: Mapping[Key, Value]) -> Iterator[tuple[Value | None, Value | None]]:
    for key in dict.fromkeys((*old, *new)):
        yield old.get(key), new.get(key)
