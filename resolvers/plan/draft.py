"""Fetches in the making: which rows may be fetched, and the cells that the fields of a row add."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalogue.model import Coordinate, Lookup, Resource
from catalogue.predicate import Predicate
from connectors.request import Cases, Cell, Order
from resolvers.plan.pruned import KeySource
from sharing.decision import Question, Withhold


@dataclass(frozen=True, slots=True)
class Access:
    """Rows that may be fetched: those for which all of these rules hold, each with the item that it protects and why.

    `questions`: what had to be open for it.
    """

    rules: Mapping[Predicate, tuple[Coordinate, Withhold]]
    questions: tuple[Question, ...] = ()

    @property
    def predicates(self) -> tuple[Predicate, ...]:
        return tuple(self.rules)


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing may be fetched here, because of this coordinate."""

    coordinate: Coordinate
    why: Withhold


@dataclass
class Draft:
    """A fetch in the making, under a root field: its cells grow while the fields of its row are turned into slots."""

    index: int
    root: int
    wave: int
    resource: Resource
    lookup: Lookup
    keys: KeySource
    where: Predicate | None
    order: tuple[Order, ...]
    first: str | None
    filtered: bool
    """Rows may be missing because the caller may not see them or asked not to: their keys prove no row."""
    open: frozenset[Predicate]
    """True of every row that is fetched: what row rules demand of the items that found and show them."""
    bound: bool = True
    cells: dict[Cell, int] = field(default_factory=dict)
    width: int = 1

    def cell(self, cell: Cell) -> int:
        """The place of this cell in the row; `Cases` takes two."""
        place = self.cells.get(cell)
        if place is None:
            place = self.cells[cell] = self.width
            self.width += 2 if isinstance(cell, Cases) else 1
        return place
