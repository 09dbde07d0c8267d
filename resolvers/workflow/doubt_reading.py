"""Whether a register answers otherwise than when a doubt was reported: compared by keyed hash, no value is kept or shown.

It is read where the subject's code is at hand: named by who takes the step, or a subject of the reporter's open case. The
register's own value is taken, whatever the reporter may see of it, and of what is derived the operands: an age changes by
itself. What cannot be read (no such lookup, the source is down) is not compared; nothing waits for that.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

import orjson

from catalogue.model import Item, LookupKind, ProviderCode, Relation, Resource
from catalogue.predicate import TODAY, ItemName, all_of
from connectors.base import SourceError
from connectors.needs import params_needed
from connectors.request import Fetch, Value
from errors import GatewayError
from resolvers.day import today
from resolvers.workflow.context import Context
from resolvers.workflow.doubt_place import spellings
from sharing.doubt import Check, Place
from sharing.terms import Entry


class _Read(NamedTuple):
    """Rows of a resource, found by this item, and which cells of them."""

    resource: Resource
    found_by: ItemName
    items: tuple[ItemName, ...]


async def subject_code(context: Context, place: Place, department: ProviderCode, named: str | None) -> str | None:
    """The code of whom the doubt is about: as named, or a subject of the reporter's open case; None where unknown."""
    codes = [] if named is None else list(spellings(named))
    if place.case is not None:
        case = await context.ports.cases.open_case(department, place.case)
        codes += () if case is None else case.codes
    reference = bytes.fromhex(place.subject)
    return next((one for one in codes if reference in {*map(bytes, context.ports.subject_hash.all_of(one))}), None)


async def register_digest(context: Context, entry: Entry, code: str | None) -> str | None:
    """A keyed hash of what the register answers now; None where that cannot be said."""
    told = await _told(context, entry, code)
    return None if told is None else context.ports.subject_hash(told).hex()


async def compared(context: Context, entry: Entry, code: str | None, digest: str | None) -> Check:
    """Whether the register answers now what it did when this digest was taken."""
    told = None if digest is None else await _told(context, entry, code)
    if told is None:
        return Check.NOT_CHECKED
    now = {bytes(one).hex() for one in context.ports.subject_hash.all_of(told)}
    return Check.UNCHANGED if digest in now else Check.CHANGED


async def _told(context: Context, entry: Entry, code: str | None) -> str | None:
    reading = None if code is None else _reading(context, *entry)
    if code is None or reading is None:
        return None
    resource, found_by, items = reading
    lookup = next((one for one in resource.lookups.values() if one.kind is LookupKind.EQUALS and one.item == found_by), None)
    source = context.served.decider.source_of(resource.name)
    if lookup is None or source is None:
        return None
    parts = [one for one in (lookup.filter, resource.published_when) if one is not None]
    fetch = Fetch(
        source, resource.name, lookup.name, lookup.kind, lookup.item, tuple(map(Value, items)),
        all_of(*parts) if parts else None, unique=lookup.unique,
    )  # fmt: skip
    day: date = today(datetime.now(UTC).timestamp())
    if set(params_needed(fetch)) - {TODAY.name}:
        return None
    try:
        batch = await context.served.sources.batcher(source).load(fetch, {TODAY.name: day}, (code,))
    except (SourceError, GatewayError):
        return None
    return _spelling(entry[1].code, [row[1:] for row in batch.rows.get(code, ())])


def _reading(context: Context, resource: Resource, entry: Item | Relation) -> _Read | None:
    """What tells the item: its own cells, or those of the rows that it leads to, where the subject's code is their key."""
    own = (resource.subject, resource.key)
    found_by = next((name for name in own if name and any(one.item == name for one in resource.lookups.values())), None)
    relation = entry if isinstance(entry, Relation) else None
    if isinstance(entry, Item) and entry.derivation is not None and entry.derivation.via is not None:
        relation = resource.relations[entry.derivation.via]
    if relation is not None and len(relation.targets) == 1 and relation.key in own:
        target = context.catalogue.resources[relation.targets[0].resource]
        by = target.lookups[relation.targets[0].lookup].item
        derivation = entry.derivation if isinstance(entry, Item) else None
        return _Read(target, by, derivation.items if derivation is not None else target.ordered_by or (by,))
    if found_by is None:
        return None
    if relation is not None:
        return _Read(resource, found_by, (relation.key,))
    assert isinstance(entry, Item)
    return _Read(resource, found_by, (entry.name,) if entry.derivation is None else entry.derivation.items)


def _spelling(item: str, rows: Sequence[Sequence[object]]) -> str:
    """The rows as text, in an order of their own."""
    spelt = sorted(orjson.dumps([str(cell) if cell is not None else None for cell in row]).decode() for row in rows)
    return "\x1f".join((item, *spelt))
