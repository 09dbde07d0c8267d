"""A fetch as one PostgreSQL statement for a whole batch of keys.

No value stands in the text: keys, run-time values and the catalogue's constants are all placeholders, so that equal
fetches share a prepared statement. Identifiers come from the binding, quoted.
"""

from dataclasses import dataclass

from catalogue.binding import LookupBinding, ResourceBinding
from catalogue.model import LookupKind, Resource
from catalogue.predicate import Predicate
from connectors.base import SourceError
from connectors.needs import is_by_place, items_shown
from connectors.request import ROWS_A_KEY, CaseNumber, Cases, Cell, Fetch
from connectors.spatial import PlaceLookup, place_lookup
from connectors.sql_expression import expression_sql
from connectors.sql_predicate import predicate_sql
from connectors.sql_scope import Operands, Placed, Scope, quoted, quoted_one, sql_type

KEY = '"#key"'


@dataclass(frozen=True, eq=False)
class Statement:
    """`text` takes `arrays` arrays of keys (`$1`…), then the values of `operands`. Its first column is the key, or, where
    `kind` is a place's, the key's number, counted from 1.
    """

    text: str
    kind: LookupKind
    arrays: int
    operands: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class _Way:
    """How rows are reached: the keys' relation (none where the row itself holds the key), condition, order, key."""

    keys: str | None
    condition: str
    order: tuple[str, ...]
    key: str


def compile_fetch(fetch: Fetch, resource: Resource, binding: ResourceBinding) -> Statement:
    """The statement that answers the fetch. Raises SourceError(NOT_CONNECTED) where the binding lacks an item."""
    place = _place(fetch, binding)
    operands = Operands(place.arrays if place else 1)
    scope = Scope(resource, binding, operands)
    way = _way(fetch, binding, scope, place)
    conditions = [way.condition]
    if fetch.where is not None:
        conditions.append(predicate_sql(fetch.where, scope))
    predicates = tuple(dict.fromkeys(_predicates(cell) for cell in fetch.cells if isinstance(cell, Cases | CaseNumber)))
    body = f"FROM {quoted(binding.table)} AS t\nWHERE {' AND '.join(conditions)}{_tail(fetch, scope, way)}"
    if way.keys is None and not predicates:
        text = f"SELECT {', '.join([way.key, *_cells(fetch, scope, {})])}\n{body}"
    else:
        text = _nested(fetch, scope, way, predicates, body)
    return Statement(text, fetch.kind, place.arrays if place else 1, operands.all())


def _place(fetch: Fetch, binding: ResourceBinding) -> PlaceLookup | None:
    if not is_by_place(fetch.kind):
        return None
    if binding.geometry is None:
        raise SourceError("NOT_CONNECTED", f"{binding.resource} is bound to no geometry")
    return place_lookup(fetch.kind, f"t.{quoted_one(binding.geometry)}")


def _way(fetch: Fetch, binding: ResourceBinding, scope: Scope, place: PlaceLookup | None) -> _Way:
    if place is not None:
        return _Way(place.keys, place.condition, place.order, f"k.{KEY}")
    detour = binding.lookups.get(fetch.lookup)
    array = f"$1::{sql_type(scope.type_of(fetch.item))}[]"
    if detour is None and fetch.unique:
        held = scope.item(fetch.item)
        return _Way(None, f"{held} = ANY({array})", (), held)
    keys = f"unnest({array}) AS k({KEY})"
    condition = f"{scope.item(fetch.item)} = k.{KEY}" if detour is None else _detour(detour)
    return _Way(keys, condition, (), f"k.{KEY}")


def _detour(detour: LookupBinding) -> str:
    found = f"SELECT v.{quoted_one(detour.via_reference)} FROM {quoted(detour.via_table)} AS v"  # noqa: S608  names of the binding
    return f"t.{quoted_one(detour.column)} IN ({found} WHERE v.{quoted_one(detour.via_key)} = k.{KEY})"


def _tail(fetch: Fetch, scope: Scope, way: _Way) -> str:
    """Order and limit per key. A unique lookup by value has neither, so that a second row is seen and not hidden."""
    order = list(way.order)
    for by in fetch.order:
        collation = ' COLLATE "C"' if sql_type(scope.type_of(by.item)) == "text" else ""
        direction = "DESC" if by.descending else "ASC"
        order.append(f"{scope.item(by.item)}{collation} {direction} NULLS LAST")
    limit = ""
    if fetch.unique and way.order:
        limit = scope.operands.constant(1, "bigint")
    elif fetch.first is not None:
        limit = f"least({scope.operands.param(fetch.first, 'bigint')}, {scope.operands.constant(ROWS_A_KEY, 'bigint')})"
    elif not fetch.unique:
        limit = scope.operands.constant(ROWS_A_KEY, "bigint")
    if way.keys is None:
        return ""
    return (f"\nORDER BY {', '.join(order)}" if order else "") + (f"\nLIMIT {limit}" if limit else "")


def _nested(fetch: Fetch, scope: Scope, way: _Way, predicates: "tuple[tuple[Predicate, ...], ...]", body: str) -> str:
    """The rows in an inner query that decides each row's cases once, the cells outside. Where nothing is limited,
    OFFSET keeps the planner from putting the two together and deciding once a cell.
    """
    numbers = {each: f'r."#{number}"' for number, each in enumerate(predicates)}
    held = [f"{scope.item(item)} AS {quoted_one(item)}" for item in items_shown(fetch)]
    decided = [f'{_case_number(each, scope)} AS "#{number}"' for number, each in enumerate(predicates)]
    if way.keys is None:
        inner = f"SELECT {', '.join([f'{way.key} AS {KEY}', *held, *decided])}\n{body}\nOFFSET 0"
        cells = [f"r.{KEY}", *_cells(fetch, scope.renamed(), numbers)]
        return f"SELECT {', '.join(cells)}\nFROM ({inner}) AS r"
    inner = f"SELECT {', '.join([*held, *decided]) or 'TRUE'}\n{body}"
    cells = [way.key, *_cells(fetch, scope.renamed(), numbers)]
    return f"SELECT {', '.join(cells)}\nFROM {way.keys}\nCROSS JOIN LATERAL ({inner}) AS r"


def _cells(fetch: Fetch, scope: Scope, numbers: "dict[tuple[Predicate, ...], str]") -> list[str]:
    cells: list[str] = []
    for cell in fetch.cells:
        match cell:
            case Cases(cases=cases, otherwise=otherwise):
                number = numbers[_predicates(cell)]
                expressions = [expression for _, expression in cases]
                shown = [
                    f"WHEN {at} THEN {expression_sql(expression, scope)}"
                    for at, expression in enumerate([*expressions, otherwise])
                    if expression is not None
                ]
                cells += [f"CASE {number} {' '.join(shown)} END" if shown else "NULL::text", number]
            case CaseNumber(predicates=predicates):
                cells.append(numbers[predicates])
            case _:
                cells.append(expression_sql(cell, scope))
    return cells


def _predicates(cell: Cell) -> tuple[Predicate, ...]:
    match cell:
        case Cases(cases=cases):
            return tuple(predicate for predicate, _ in cases)
        case CaseNumber(predicates=predicates):
            return predicates
        case _:
            return ()


def _case_number(predicates: tuple[Predicate, ...], scope: Scope) -> str:
    if not predicates:
        return "0"
    tried = " ".join(f"WHEN {predicate_sql(predicate, scope)} THEN {number}" for number, predicate in enumerate(predicates))
    return f"CASE {tried} ELSE {len(predicates)} END"
