"""What a fetch needs to run: the items it looks at and the run-time values it takes."""

from collections.abc import Iterator

from catalogue.model import LookupKind
from catalogue.predicate import TODAY, ItemName, Predicate, params_of
from connectors.operations import NEEDS_TODAY
from connectors.request import CaseNumber, Cases, Cell, Derived, Expression, Fetch, Masked, Matched, Value


def params_needed(fetch: Fetch) -> tuple[str, ...]:
    """The names of the run-time values that the fetch takes, in order of first use."""
    names: dict[str, None] = {}
    for cell in fetch.cells:
        for part in parts_of(cell):
            match part:
                case Matched(offered=offered):
                    names[offered.name] = None
                case Derived(op=op) if op in NEEDS_TODAY:
                    names[TODAY.name] = None
                case Value() | Masked() | Derived():
                    pass
                case _:
                    names.update(dict.fromkeys(params_of(part)))
    if fetch.where is not None:
        names.update(dict.fromkeys(params_of(fetch.where)))
    if fetch.first is not None:
        names[fetch.first] = None
    return tuple(names)


def items_shown(fetch: Fetch) -> tuple[ItemName, ...]:
    """The items whose held values the cells' expressions are made from, in order of first use."""
    names: dict[ItemName, None] = {}
    for cell in fetch.cells:
        for part in parts_of(cell):
            match part:
                case Value(item=item) | Masked(item=item) | Matched(item=item):
                    names[item] = None
                case Derived(items=items):
                    names.update(dict.fromkeys(items))
                case _:
                    pass
    return tuple(names)


def is_by_place(kind: LookupKind) -> bool:
    """Whether a key is a place instead of an item's value."""
    return kind is not LookupKind.EQUALS


def parts_of(cell: Cell) -> Iterator[Expression | Predicate]:
    """The expressions and predicates that a cell is made of."""
    match cell:
        case Cases(cases=cases, otherwise=otherwise):
            for predicate, expression in cases:
                yield predicate
                if expression is not None:
                    yield expression
            if otherwise is not None:
                yield otherwise
        case CaseNumber(predicates=predicates):
            yield from predicates
        case _:
            yield cell
