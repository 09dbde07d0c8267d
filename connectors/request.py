"""The one language that sources are asked in.

A `Fetch` says which rows of which resource, and for each row which cells in which form. It is a constant of the pruned
plan: hashable, equal for equal questions, so that a connector compiles it once and requests that may see the same share
one round trip. Values (keys, today, the caller's division, arguments) travel beside it, by parameter name.

Masks, comparisons, derivations and row rules are operators of this language, done inside the source's statement where the
source can, else before the row leaves the connector: what is withheld never leaves.
"""

from dataclasses import dataclass
from typing import TypeAlias

from catalogue.binding import SourceName
from catalogue.model import LookupKind, MaskName, ResourceName
from catalogue.predicate import ItemName, Param, Predicate


@dataclass(frozen=True, slots=True)
class Value:
    """The held value, as the item's type says. Decimal travels as text, GeoJSON as text, a Date as a date."""

    item: ItemName


@dataclass(frozen=True, slots=True)
class Masked:
    """The held value under a mask of `standards.masks`."""

    item: ItemName
    mask: MaskName


@dataclass(frozen=True, slots=True)
class Matched:
    """`MATCH`, `NO_MATCH` or `NO_DATA`: the held value against the offered one, already normalised (`standards.matching`).

    Null where the offered value (a run-time parameter) is null: nothing was asked.
    """

    item: ItemName
    kind: str
    offered: Param


@dataclass(frozen=True, slots=True)
class Derived:
    """A computed value: `op` of `standards.derivations` over the items, at the parameter `today` where it needs a day."""

    op: str
    items: tuple[ItemName, ...]
    years: int | None = None


Expression: TypeAlias = Value | Masked | Matched | Derived


@dataclass(frozen=True, slots=True)
class Cases:
    """A cell under row rules: the first case whose predicate is true gives the cell; `None` withholds it.

    Two cells of the row: the value, and the number of the case that held (the last number stands for `otherwise`).
    """

    cases: tuple[tuple[Predicate, Expression | None], ...]
    otherwise: Expression | None


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """Only the number of the first predicate that is true (`len(predicates)` if none): a relation's rule on its row."""

    predicates: tuple[Predicate, ...]


Cell: TypeAlias = Expression | Cases | CaseNumber


@dataclass(frozen=True, slots=True)
class Order:
    item: ItemName
    descending: bool


@dataclass(frozen=True, slots=True)
class Fetch:
    """Rows of `resource` for a batch of keys.

    A row is a sequence: the key as it was asked for, then the cells in order (`Cases` takes two places). For `EQUALS` a
    key is a value of `item`; for `AT_POINT` a (latitude, longitude); for `NEAR` a (latitude, longitude, radius_metres); for
    `WITHIN` a GeoJSON polygon's text. `where` drops rows at the source. Per key, at most `first` rows (a parameter's name,
    its value in 1..100), or all, up to `ROWS_A_KEY`, when `first` is None; ordered by `order`, which always ends in a
    total order where the resource has a key.
    """

    source: SourceName
    resource: ResourceName
    lookup: str
    kind: LookupKind
    item: ItemName
    cells: tuple[Cell, ...]
    where: Predicate | None = None
    order: tuple[Order, ...] = ()
    first: str | None = None
    unique: bool = False


ROWS_A_KEY = 1_000
"""No key answers with more rows than this, whatever is asked."""
