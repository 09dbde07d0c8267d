"""What of a check is shown: a place, compiled once, and what stood there for one subject."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from catalogue.model import Catalogue, Coordinate, Item, Relation
from resolvers.plan.pruned import Note
from resolvers.shape import Path
from sharing.decision import Outcome
from sharing.material import Found
from standards.masks import SHOWING_ABSENCE


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a check's answer: what stands there, in whose role, from which source, and what holds on every row."""

    coordinate: Coordinate
    entry: Item | Relation
    role: str
    source: str | None
    always: Note | None


def place_of(catalogue: Catalogue, coordinate: Coordinate, role: str, source: str | None, always: Note | None) -> Place:
    """The place of this coordinate."""
    return Place(coordinate, catalogue.entries[coordinate], role, source, always)


class Content(NamedTuple):
    """One position as it is shown: where it stands, whose it is (by number within the role), its value, what became of it.

    `source`: which was asked for it; None where none was. `since`: since when it is under verification (Art. 18).
    """

    path: Path
    place: Place
    subject: int
    value: object
    outcome: str
    reason: str
    provider: str
    source: str | None
    since: datetime | None = None


class Position(NamedTuple):
    """What of one leaf was found for one subject: how it stands, whether what was found is in force, and what is shown."""

    found: Found
    valid: bool
    contents: Sequence[Content]


OBTAINED = Found(None, present=True)
"""A value, and nothing to say of it."""


def content_of(place: Place, subject: int, value: object, at: Path, note: Note | None, reason: str = "") -> Content:
    """What is shown where this note holds, or none."""
    if note is None:
        return Content(at, place, subject, value, Outcome.SHARED, reason, place.entry.provider, place.source)
    return Content(at, place, subject, value, note.outcome, reason or note.reason, note.position.provider, place.source)


def shows_absence(place: Place) -> bool:
    """Whether the item's masked form shows nothing only where nothing is held: who may read the form may read that."""
    return isinstance(place.entry, Item) and place.entry.mask in SHOWING_ABSENCE


def found_of(note: Note | None, *, present: bool, masked_shows: bool = False) -> Found:
    """How a position stands at which this note holds, or none. `masked_shows`: nothing under its mask is nothing held; else
    that proves nothing.
    """
    if note is not None and note.outcome is Outcome.MASKED and not present and masked_shows:
        return Found(None, present, provider=note.position.provider)
    if note is None or note.outcome is Outcome.SHARED or (note.outcome is Outcome.WITHHELD and present):
        return OBTAINED if present else Found(None, present, provider="" if note is None else note.position.provider)
    return Found(note.outcome, present, note.reason, note.remedy, note.position.provider, note.position.code)


def together(parts: Sequence[Position]) -> Position:
    """Of many rows under one subject: the one that says least, with all that is shown."""
    if len(parts) == 1:
        return parts[0]
    worst = next((one for one in parts if one.found.outcome is Outcome.UNDER_VERIFICATION), None)
    worst = worst or next((one for one in parts if not one.found.present), parts[0])
    return Position(worst.found, all(one.valid for one in parts), [content for one in parts for content in one.contents])


def led_to(position: Position, note: Note, since: datetime) -> Position:
    """What stands below a relation that is in doubt: so is what it leads to (Art. 18)."""
    contents = [
        one if one.since is not None else one._replace(outcome=note.outcome, reason=note.reason, since=since)
        for one in position.contents
    ]
    return Position(found_of(note, present=position.found.present), position.valid, contents)
