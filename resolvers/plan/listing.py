"""A caller's `where`, `orderBy` and `first`: their shape belongs to the plan, their values travel as parameters."""

from collections.abc import Mapping, Sequence

import errors
from catalogue.model import Resource
from catalogue.predicate import NEVER, Compare, IsNull, ItemName, Not, Op, Param, Predicate, all_of, any_of
from connectors.request import Order
from resolvers.enums import raw_value

FIRST_LIMIT = 100
"""A relation list gives at most this many rows a parent."""
FIRST_DEFAULT = 20
PARTS_LIMIT = 100
"""A `where` has at most this many objects and conditions: its shape is kept, at a source as a prepared statement too."""


class WhereReader:
    """Reads one `where` value into a predicate over parameters `<prefix>.0`, `<prefix>.1`, … and collects their values."""

    def __init__(self, resource: Resource, prefix: str) -> None:
        self._resource = resource
        self._prefix = prefix
        self.values: list[object] = []
        self._parts = 0

    def read(self, where: Mapping[str, object]) -> Predicate:
        """The conjunction of all that the input states. A null list or object states nothing. Raises VARIABLE_INVALID."""
        self._count()
        parts: list[Predicate] = []
        for name, value in _plain(where).items():
            if value is None:
                continue
            if name == "and":
                parts += [self.read(part) for part in _objects(value)]
            elif name == "or":
                parts.append(any_of(*(self.read(part) for part in _objects(value))))
            elif name == "not":
                parts.append(Not(self.read(_object(value))))
            else:
                parts += [self._condition(ItemName(name), op, operand) for op, operand in _object(value).items()]
        return all_of(*parts)

    def _count(self) -> None:
        self._parts += 1
        if self._parts > PARTS_LIMIT:
            raise errors.GatewayError(
                errors.VARIABLE_INVALID,
                f"a `where` has more than {PARTS_LIMIT} objects and conditions",
                "compare with `in` instead of many `eq`, or ask in several requests",
            )

    def _condition(self, item: ItemName, op: str, operand: object) -> Predicate:
        self._count()
        if op == "isNull":
            if operand is None:
                return NEVER
            return IsNull(item) if operand else Not(IsNull(item))
        kind = self._resource.items[item].type
        if isinstance(operand, (list, tuple)):
            value: object = tuple(raw_value(kind, part) for part in operand if part is not None)
        else:
            value = raw_value(kind, operand)
        self.values.append(value)
        return Compare(item, Op(op), Param(f"{self._prefix}.{len(self.values) - 1}"))


def read_order(order_by: Sequence[Mapping[str, object]] | None) -> tuple[Order, ...]:
    """`[{item, direction}, …]` as an order, the first key counting most."""
    return tuple(
        Order(ItemName(str(named["item"])), str(named.get("direction")) == "DESC")
        for named in (_plain(entry) for entry in order_by or ())
    )


def _plain(value: Mapping[str, object]) -> dict[str, object]:
    """The input object under the names of the schema: where one is a word of Python, its attribute ends in `_`."""
    return {name.rstrip("_"): part for name, part in value.items()}


def check_first(value: object) -> int:
    """`first` within 1..100, and where it is null the default (VARIABLE_INVALID)."""
    if value is None:
        return FIRST_DEFAULT
    if isinstance(value, int) and 1 <= value <= FIRST_LIMIT:
        return value
    raise errors.GatewayError(
        errors.VARIABLE_INVALID,
        f"`first` is {value}; it must lie in 1..{FIRST_LIMIT}",
        "ask for a page of at most 100 rows and narrow it by `where`",
    )


def _object(value: object) -> Mapping[str, object]:
    assert isinstance(value, Mapping)
    return _plain(value)


def _objects(value: object) -> list[Mapping[str, object]]:
    return [_object(part) for part in (value if isinstance(value, (list, tuple)) else [value])]
