"""Which positions of a plan open doubts may mark (Art. 18): worked out only where a doubt touches what the plan reads.

A mark is at a position that is shown; what is withheld has none, so that nobody learns of a doubt on what they may not read.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from catalogue.model import Catalogue, Coordinate, ItemCode, Resource
from resolvers.plan.plan import Field, ItemField, Position, RelationField, RootField, RowSelection, VerifyField
from resolvers.plan.pruned import CaseSlot, CellSlot, DerivedSlot, Guard, Mark, RelationSlot, RootMark, Slot, VerifySlot
from sharing.open_doubts import codes_of, found_by, joined_by, rests_on

Note = Callable[[Position], int]
"""Makes the note of a mark at a position, and gives its number."""


@dataclass(frozen=True, slots=True)
class Marking:
    """The items that open doubts are about, and the catalogue that says what rests on them."""

    catalogue: Catalogue
    doubted: frozenset[ItemCode]
    note: Note

    def rows(self, selection: RowSelection, slots: Sequence[Slot], cells: tuple[int, ...]) -> tuple[Mark, ...]:
        """The marks of a row. `cells` hold the codes by which its subject may be known."""
        resource = self.catalogue.resources[selection.resource]
        pairs = zip(selection.fields, slots, strict=True)
        return tuple(mark for field, slot in pairs for mark in self._field(resource, field, slot, cells))

    def root(self, root: RootField) -> RootMark | None:
        """The mark of a root field; its key names the subject."""
        resource = self.catalogue.resources[root.rows.resource]
        assert root.rows.position is not None, "a resource with a root field has a key"
        named = {resource.lookups[root.root.lookup].item, root.rows.position.coordinate.field}
        items = codes_of(resource, named) & self.doubted
        return RootMark(self.note(root.rows.position), items) if items else None

    def _field(self, resource: Resource, field: Field, slot: Slot, cells: tuple[int, ...]) -> Iterator[Mark]:
        match field, slot:
            case ItemField(), CellSlot():
                yield from self._mark(field.position, (slot.key,), cells)
            case ItemField(), CaseSlot():
                shown = frozenset(number for number, shown in enumerate(slot.shown) if shown)
                yield from self._mark(field.position, (slot.key,), cells, (Guard(slot.cell + 1, shown),))
            case ItemField(), DerivedSlot() if field.hidden is not None:
                yield from self._mark(field.position, (slot.key,), (*cells, slot.key_cell), slot.rule.guards)
            case VerifyField(), VerifySlot():
                for key, _, _, position in field.fields:
                    yield from self._mark(position, (slot.key, key), cells, told=True)
            case RelationField(), RelationSlot():
                yield from self._relation(resource, field, slot, cells)

    def _relation(
        self, resource: Resource, field: RelationField, slot: RelationSlot, cells: tuple[int, ...]
    ) -> Iterator[Mark]:
        """What leads from the row, and by what the other rows are found and chosen: the latter where no rule hides them."""
        relation, guards = field.relation, slot.rule.guards
        items = joined_by(resource, relation) & self.doubted
        target = self.catalogue.resources[relation.targets[0].resource]
        chosen = codes_of(target, field.listing.items) if field.listing is not None else frozenset()
        others = (found_by(self.catalogue, relation) | chosen) & self.doubted
        hidden = any(branch.hidden is not None for branch in slot.branches)
        both = (*cells, slot.key_cell)
        if items or others:
            note = self.note(field.position)
            if items:
                yield Mark((slot.key,), note, items, cells, guards, told=False)
            if others:
                yield Mark((slot.key,), note, others, both, guards, told=hidden)

    def _mark(
        self,
        position: Position,
        keys: tuple[str, ...],
        cells: tuple[int, ...],
        guards: tuple[Guard, ...] = (),
        *,
        told: bool = False,
    ) -> Iterator[Mark]:
        items = rests_on(self.catalogue, position.coordinate) & self.doubted
        if items:
            yield Mark(keys, self.note(position), items, tuple(dict.fromkeys(cells)), guards, told)


def touched(catalogue: Catalogue, coordinates: Sequence[Coordinate], doubted: frozenset[ItemCode]) -> frozenset[ItemCode]:
    """The doubted items that these coordinates rest on."""
    found: set[ItemCode] = set()
    for coordinate in coordinates:
        found |= rests_on(catalogue, coordinate) & doubted
    return frozenset(found)
