"""What an SQL statement may refer to: its row's items, and numbered placeholders for every value."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal as OneOf
from typing import TypeAlias, assert_never

from catalogue.binding import ResourceBinding
from catalogue.model import Resource
from catalogue.predicate import TODAY, ItemName, Literal, Operand, Param, birth_digits_before
from connectors.base import SourceError
from connectors.operations import OPERATIONS, SqlTerms, years_before

SqlType = OneOf["text", "bigint", "double precision", "numeric", "date", "timestamptz", "boolean"]

_SQL_TYPES: Mapping[str, SqlType] = {
    "Int": "bigint",
    "Float": "double precision",
    "Decimal": "numeric",
    "Date": "date",
    "DateTime": "timestamptz",
    "Boolean": "boolean",
}


def quoted(name: str) -> str:
    """An identifier, or a dotted path of them, as SQL."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in name.split("."))


def quoted_one(name: str) -> str:
    """One identifier as SQL."""
    return '"' + name.replace('"', '""') + '"'


def sql_type(schema_type: str) -> SqlType:
    """The SQL type that an item of a schema type is held in. Codes and identifiers are text, and so is GeoJSON."""
    return _SQL_TYPES.get(schema_type, "text")


@dataclass(frozen=True, slots=True)
class YearsAgo:
    """The parameter `today`, so many years before (`connectors.operations.years_before`): worked out once, not a row."""

    years: int


@dataclass(frozen=True, slots=True)
class BirthDigits:
    """The parameter `today`, so many years before, as the eight digits of an identity number's date of birth."""

    years: int


Placed: TypeAlias = Operand | YearsAgo | BirthDigits


def placed_value(operand: Placed, params: Mapping[str, object]) -> object:
    """What stands in the operand's place when the statement runs."""
    match operand:
        case Literal(value=value):
            return value
        case Param(name=name):
            return params[name]
        case YearsAgo(years=years):
            today = params[TODAY.name]
            return years_before(today, years) if isinstance(today, date) else None
        case BirthDigits(years=years):
            today = params[TODAY.name]
            return birth_digits_before(today, years) if isinstance(today, date) else None
        case _:
            assert_never(operand)


class Operands:
    """The statement's values in the order of their placeholders, behind the key arrays."""

    def __init__(self, arrays: int) -> None:
        self._arrays = arrays
        self._numbers: dict[tuple[Placed, str], int] = {}

    def place(self, operand: Placed, type_: str) -> str:
        """The placeholder of a value; the same for the same value in the same type."""
        number = self._numbers.setdefault((operand, type_), self._arrays + len(self._numbers) + 1)
        return f"${number}::{type_}"

    def param(self, name: str, type_: str) -> str:
        """The placeholder of a run-time value."""
        return self.place(Param(name), type_)

    def years_ago(self, years: int) -> str:
        """The placeholder of today's date, so many years ago."""
        return self.place(YearsAgo(years), "date")

    def birth_digits_before(self, years: int) -> str:
        """The placeholder of today, so many years ago, as a date of birth stands in an identity number."""
        return self.place(BirthDigits(years), "text")

    def constant(self, value: "str | int | tuple[str, ...]", type_: str = "text") -> str:
        """The placeholder of a value that is known now."""
        return self.place(Literal(value), type_)

    def all(self) -> tuple[Placed, ...]:
        """The values, `$1` of them being the first behind the key arrays."""
        return tuple(operand for operand, _ in self._numbers)


class Scope:
    """The items of one row, as SQL: those held in columns of `alias`, and derived ones computed from them."""

    def __init__(self, resource: Resource, binding: ResourceBinding, operands: Operands) -> None:
        self.resource = resource
        self.operands = operands
        self._columns = binding.columns
        self._renamed = False

    def renamed(self) -> "Scope":
        """The same items where an outer query sees them as columns of `r` that bear the items' names."""
        scope = Scope.__new__(Scope)
        scope.resource, scope.operands, scope._columns, scope._renamed = self.resource, self.operands, self._columns, True
        return scope

    def item(self, name: ItemName) -> str:
        """The item's held value. Raises SourceError(NOT_CONNECTED) where it is bound to no column."""
        if self._renamed:
            return f"r.{quoted_one(name)}"
        if name in self._columns:
            return f"t.{quoted_one(self._columns[name])}"
        item = self.resource.items.get(name)
        if item is None or item.derivation is None or item.derivation.via is not None:
            raise SourceError("NOT_CONNECTED", f"item {self.resource.name}.{name} is bound to no column")
        return self.derived(item.derivation.op, item.derivation.items, item.derivation.years)

    def type_of(self, name: ItemName) -> str:
        """The item's type in the schema; an item that stands only in a lookup's detour is text."""
        item = self.resource.items.get(name)
        return "String" if item is None else item.type

    def derived(self, op: str, items: tuple[ItemName, ...], years: int | None) -> str:
        """A derivation's value."""
        operation = OPERATIONS[op]
        return operation.sql(
            SqlTerms(
                items=[self.item(item) for item in items],
                years=years or 0,
                today=lambda: self.operands.place(TODAY, "date"),
                years_ago=self.operands.years_ago,
                constant=lambda value: self.operands.constant(value, "text[]"),
            )
        )
