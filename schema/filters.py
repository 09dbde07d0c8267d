"""The inputs of relation lists: `where`, `orderBy`, `first`, made from the target's items.

An item may filter or order where it is a plain scalar that can be shown in full: not-shared items, items of verify form
alone, geometry and derived text of structures are left out. Whether a caller may use it is decided per request.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from types import GenericAlias
from typing import Any

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument

from catalogue.model import Conditional, Coordinate, Form, Item, NotShared, Resource
from schema.describe import in_words
from schema.enums import DATA_ENUMS, SortDirection, enum_of_items
from schema.scalars import TYPES_BY_NAME

DEFAULT_FIRST = 20
MAX_FIRST = 100

_ORDERED = frozenset({"Int", "Float", "Date", "DateTime", "Decimal"})
_UNFILTERED = frozenset({"GeoJSON"})
_OPERATORS = {
    "eq": "等于 · equals.",
    "in": "属于其一 · is one of.",
    "gte": "不小于 · at least, not before.",
    "lte": "不大于 · at most, not after.",
    "isNull": "是否无值 · true: holds no value; false: holds one.",
}


@dataclass(slots=True)
class Filters:
    """Makes each input type once: comparisons by scalar, `where` and `orderBy` by resource.

    `usable`: the only items that they take, where a view narrows them.
    """

    usable: Container[Coordinate] | None = None
    comparisons: dict[str, type] = field(default_factory=dict)
    arguments: dict[str, Callable[[], list[StrawberryArgument]]] = field(default_factory=dict)

    def relation_arguments(self, target: Resource) -> list[StrawberryArgument]:
        """`where`, `orderBy` and `first` for a list of the target's rows."""
        if target.name not in self.arguments:
            self.arguments[target.name] = self._make(target)
        return self.arguments[target.name]()

    def _make(self, target: Resource) -> Callable[[], list[StrawberryArgument]]:
        items = {name: item for name, item in target.items.items() if is_filterable(item) and self._is_usable(target, item)}
        if not items:
            return lambda: [first_argument()]
        where, order = self._where(target, items), _order(target, items)
        return lambda: [
            argument("where", nullable(where), f"筛选条件 · only rows of {target.title} that meet all of these."),
            argument("orderBy", nullable(listed(order)), "排序 · the first key counts most."),
            first_argument(),
        ]

    def _is_usable(self, target: Resource, item: Item) -> bool:
        return self.usable is None or Coordinate(target.name, item.name) in self.usable

    def _where(self, target: Resource, items: Mapping[Any, Item]) -> type:
        cls = type(f"{target.name}Where", (), {"__module__": __name__, "__annotations__": {}})
        for name, item in items.items():
            _input_field(cls, name, nullable(self._comparison(item.type)), f"{item.title} · {in_words(name)}.")
        _input_field(cls, "and", nullable(listed(cls)), "且 · every one of these.")
        _input_field(cls, "or", nullable(listed(cls)), "或 · at least one of these.")
        _input_field(cls, "not", nullable(cls), "非 · not this; a missing value meets neither.")
        return strawberry.input(
            cls,
            description=f"{target.title}的筛选条件 · conditions on rows of `{target.name}`, "
            "all of which must hold. Only an item you may read in full can be used.",
        )

    def _comparison(self, type_name: str) -> type:
        if type_name not in self.comparisons:
            value = data_type(type_name)
            cls = type(f"{type_name}Comparison", (), {"__module__": __name__, "__annotations__": {}})
            for operator in operators_of(type_name):
                annotation: Any = {"in": listed(value), "isNull": bool}.get(operator, value)
                _input_field(cls, operator, nullable(annotation), _OPERATORS[operator])
            self.comparisons[type_name] = strawberry.input(
                cls, description=f"比较 · a comparison with a `{type_name}`; all that are given must hold."
            )
        return self.comparisons[type_name]


def is_filterable(item: Item) -> bool:
    """Whether the schema lets an item filter and order rows at all."""
    if item.internal or item.derivation is not None or item.type in _UNFILTERED or isinstance(item.sharing, NotShared):
        return False
    return not (isinstance(item.sharing, Conditional) and Form.FULL not in item.sharing.forms)


def operators_of(type_name: str) -> tuple[str, ...]:
    """The comparisons that make sense for a type."""
    if type_name == "Boolean":
        return ("eq", "isNull")
    return ("eq", "in", "gte", "lte", "isNull") if type_name in _ORDERED else ("eq", "in", "isNull")


def data_type(type_name: str) -> Any:
    """The Python type that stands for an item's GraphQL type."""
    return DATA_ENUMS[type_name] if type_name in DATA_ENUMS else TYPES_BY_NAME[type_name]


def nullable(annotation: Any) -> Any:
    """`T` from `T!`: what Strawberry takes for a nullable type."""
    return annotation | None


def listed(annotation: Any) -> Any:
    """`[T!]` for a type that is known at run time only."""
    return GenericAlias(list, (annotation,))


def argument(name: str, annotation: Any, description: str, default: object = strawberry.UNSET) -> StrawberryArgument:
    """A field's argument whose GraphQL name is its Python name."""
    return StrawberryArgument(
        python_name=name,
        graphql_name=name,
        type_annotation=StrawberryAnnotation(annotation),
        description=description,
        default=default,
    )


def first_argument() -> StrawberryArgument:
    """`first: Int = 20`."""
    return argument("first", nullable(int), f"至多返回行数 · at most this many rows, 1 to {MAX_FIRST}.", DEFAULT_FIRST)


def _order(target: Resource, items: Mapping[Any, Item]) -> type:
    titles = {name: f"{item.title} · {in_words(name)}." for name, item in items.items()}
    keys = enum_of_items(
        f"{target.name}Item", f"{target.title}的信息项 · items of `{target.name}` that rows can be ordered by.", titles
    )
    cls = type(f"{target.name}OrderBy", (), {"__module__": __name__, "__annotations__": {}})
    _input_field(cls, "item", keys, "信息项 · the item that orders.")
    _input_field(cls, "direction", SortDirection, "方向 · ascending unless said otherwise.", SortDirection("ASC"))
    return strawberry.input(
        cls,
        description=f"{target.title}的排序 · an order of rows of `{target.name}`: "
        "`[{item: …, direction: DESC}]`. Only an item you may read in full can be used.",
    )


def _input_field(cls: Any, name: str, annotation: Any, description: str, default: object = strawberry.UNSET) -> None:
    # `in`, `and`, `or`, `not` are words of Python: the attribute has another name than the field.
    attribute = f"{name}_"
    cls.__annotations__[attribute] = annotation
    made = strawberry.field(name=name, description=description, default=default)
    # No constructor is wanted: it would have to be compiled for each of some thousand fields.
    made.init = made.repr = made.compare = False
    setattr(cls, attribute, made)
