"""The fetch language over Python rows: the reference that every connector is held against, and a source of small lists.

Tables are named and columned as the binding says. Values are what the item's type says: text, int, float, Decimal, date,
datetime, bool, GeoJSON as text; a geometry is a (longitude, latitude) or a ring of them, not closed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from json import dumps, loads
from typing import Any, assert_never

from catalogue.binding import ResourceBinding
from catalogue.model import LookupKind, Resource, ResourceName
from catalogue.predicate import TODAY, ItemName, Predicate, evaluate
from connectors.base import Row, SourceError
from connectors.needs import is_by_place
from connectors.operations import OPERATIONS
from connectors.request import (
    ROWS_A_KEY,
    CaseNumber,
    Cases,
    Cell,
    Derived,
    Expression,
    Fetch,
    Masked,
    Matched,
    Order,
    Value,
)
from connectors.spatial import (
    PlaceError,
    area_of,
    covers_point,
    covers_ring,
    distance_m,
    point_of,
    radius_of,
    ring_of,
)
from standards.masks import MASKS
from standards.matching import match as compare

Held = Mapping[str, Any]
"""A table's row, by column."""


class MemoryConnector:
    """Answers from `tables` (rows by table name), which may change between fetches."""

    def __init__(
        self,
        resources: Mapping[ResourceName, Resource],
        bindings: Mapping[ResourceName, ResourceBinding],
        tables: Mapping[str, Sequence[Held]],
    ) -> None:
        self._resources = resources
        self._bindings = bindings
        self._tables = tables

    async def fetch(self, fetch: Fetch, keys: Sequence[object], params: Mapping[str, object]) -> Sequence[Row]:
        """See `Connector.fetch`."""
        binding = self._bindings.get(fetch.resource)
        if binding is None:
            raise SourceError("NOT_CONNECTED", f"{fetch.resource} is bound to no table")
        table = _Table(self._resources[fetch.resource], binding, self._tables, params)
        try:
            return [row for key in dict.fromkeys(keys) for row in table.rows(fetch, key)]
        except PlaceError as problem:
            raise SourceError("BROKEN", str(problem)) from None

    async def close(self) -> None:
        """Nothing to give back."""


class _Table:
    def __init__(
        self,
        resource: Resource,
        binding: ResourceBinding,
        tables: Mapping[str, Sequence[Held]],
        params: Mapping[str, object],
    ) -> None:
        self._resource = resource
        self._binding = binding
        self._tables = tables
        self._params = params

    def rows(self, fetch: Fetch, key: Any) -> Iterable[Row]:
        """One key's rows, in order, as many as may be answered."""
        everything = self._tables[self._binding.table]
        found = [(rank, held) for held in everything if (rank := self._rank(fetch, key, held)) is not None]
        if fetch.where is not None:
            found = [(rank, held) for rank, held in found if self._holds(fetch.where, held) is True]
        for order in reversed(fetch.order):
            found.sort(key=lambda pair, order=order: self._sort_key(order, pair[1]), reverse=order.descending)  # type: ignore[misc]
        if is_by_place(fetch.kind):
            found.sort(key=lambda pair: pair[0])
        for _, held in found[: self._most(fetch)]:
            yield (key, *(value for cell in fetch.cells for value in self._cell(cell, held)))

    def _most(self, fetch: Fetch) -> int | None:
        if fetch.unique:
            return 1 if fetch.kind is LookupKind.AT_POINT else None
        first = ROWS_A_KEY if fetch.first is None else self._params[fetch.first]
        assert isinstance(first, int)
        return min(first, ROWS_A_KEY)

    def _rank(self, fetch: Fetch, key: Any, held: Held) -> float | None:
        """None where the key does not lead to the row, else what a place lookup orders rows by."""
        if not is_by_place(fetch.kind):
            return 0.0 if self._leads(fetch, key, held) else None
        assert self._binding.geometry is not None
        shape = held[self._binding.geometry]
        if shape is None:
            return None
        match fetch.kind:
            case LookupKind.AT_POINT:
                return area_of(shape) if covers_point(shape, point_of(key)) else None
            case LookupKind.NEAR:
                distance = distance_m(shape, point_of(key))
                return distance if distance <= radius_of(key) else None
            case LookupKind.WITHIN:
                outer = ring_of(key)
                inside = covers_point(outer, shape) if _is_point(shape) else covers_ring(outer, shape)
                return 0.0 if inside else None
            case _:
                raise AssertionError(fetch.kind)

    def _leads(self, fetch: Fetch, key: object, held: Held) -> bool:
        detour = self._binding.lookups.get(fetch.lookup)
        if detour is None:
            return bool(self._item(held)(fetch.item) == key)
        reference = held[detour.column]
        return reference is not None and any(
            via[detour.via_key] == key and via[detour.via_reference] == reference for via in self._tables[detour.via_table]
        )

    def _sort_key(self, order: Order, held: Held) -> tuple[bool, Any]:
        """Nulls come last either way."""
        value = self._item(held)(order.item)
        return ((value is not None) if order.descending else (value is None), 0 if value is None else value)

    def _item(self, held: Held) -> Callable[[ItemName], Any]:
        def item(name: ItemName) -> Any:
            if name in self._binding.columns:
                return held[self._binding.columns[name]]
            derivation = self._resource.items[name].derivation if name in self._resource.items else None
            if derivation is None or derivation.via is not None:
                raise SourceError("NOT_CONNECTED", f"item {self._resource.name}.{name} is bound to no column")
            return self._expression(Derived(derivation.op, derivation.items, derivation.years), held)

        return item

    def _holds(self, predicate: Predicate, held: Held) -> bool | None:
        return evaluate(predicate, self._item(held), self._params)

    def _cell(self, cell: Cell, held: Held) -> tuple[object, ...]:
        match cell:
            case Cases(cases=cases, otherwise=otherwise):
                number = self._case(tuple(predicate for predicate, _ in cases), held)
                shown = otherwise if number == len(cases) else cases[number][1]
                return (None if shown is None else self._expression(shown, held), number)
            case CaseNumber(predicates=predicates):
                return (self._case(predicates, held),)
            case _:
                return (self._expression(cell, held),)

    def _case(self, predicates: tuple[Predicate, ...], held: Held) -> int:
        for number, predicate in enumerate(predicates):
            if self._holds(predicate, held) is True:
                return number
        return len(predicates)

    def _expression(self, expression: Expression, held: Held) -> object:
        item = self._item(held)
        match expression:
            case Value(item=name):
                return _travelling(item(name))
            case Masked(item=name, mask="boundary"):
                text = item(name)
                return None if text is None else dumps(MASKS["boundary"](loads(text)), separators=(",", ":"))
            case Masked(item=name, mask=mask):
                return _travelling(MASKS[mask](item(name)))
            case Matched(item=name, kind=kind, offered=offered):
                value = self._params[offered.name]
                return None if value is None else str(compare(kind, value, item(name)))  # type: ignore[arg-type]
            case Derived(op=op, items=items, years=years):
                today = self._params[TODAY.name] if OPERATIONS[op].needs_today else None
                assert today is None or isinstance(today, date)
                return OPERATIONS[op].law([item(name) for name in items], years, today)
            case _:
                assert_never(expression)


def _travelling(value: object) -> object:
    return format(value, "f") if isinstance(value, Decimal) else value


def _is_point(shape: Sequence[Any]) -> bool:
    return len(shape) == 2 and isinstance(shape[0], int | float)
