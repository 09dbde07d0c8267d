"""What an operation costs, before anything is read: an estimate of the cells that it may deliver.

    cells(selection) = Σ over its fields of 1 + rows(field) × cells(inside the field)

`rows` is `first` for a list that takes it (its default where it is not given), the number of keys for a batch root, and 1
for anything else, a component list included. Where a page takes `first` (`catalogue`), it counts for the lists directly
within. `@skip` and `@include` are not looked at, and a field asked for twice counts twice. A document's tree is compiled
once, each fragment once for each number of rows; an evaluation is linear in its places.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLSchema,
    InlineFragmentNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_nullable_type,
    is_list_type,
)
from graphql.type import GraphQLCompositeType, get_named_type

from schema.filters import DEFAULT_FIRST
from schema.origin import is_data_field


@dataclass(slots=True)
class Cells:
    """`own` fields, and parts that are multiplied: by a number, or by the run-time value of a variable."""

    own: int = 0
    parts: list[tuple[int | str, "Cells"]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where run-time numbers count. `firsts`: variable → the field it limits; `keys`: variable → its batch root;
    `key_counts`: batch root → how many keys the document itself lists."""

    firsts: tuple[tuple[str, str], ...]
    keys: tuple[tuple[str, str], ...]
    key_counts: tuple[tuple[str, int], ...]


@dataclass(slots=True)
class CostCompiler:
    """Compiles a lifted operation; `firsts`, `keys`, `key_counts` gather what `Bounds` holds."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    made: dict[tuple[str, int | str], Cells] = field(default_factory=dict)
    firsts: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    key_counts: dict[str, int] = field(default_factory=dict)

    def compile(self, operation: OperationDefinitionNode) -> tuple[Cells, Bounds]:
        root = self.schema.get_root_type(operation.operation)
        assert root is not None
        cells = self._selections(operation.selection_set, root)
        return cells, Bounds(tuple(self.firsts.items()), tuple(self.keys.items()), tuple(self.key_counts.items()))

    def _selections(self, node: SelectionSetNode, parent: GraphQLCompositeType, page: int | str = 1) -> Cells:
        cells = Cells()
        for selection in node.selections:
            match selection:
                case FieldNode():
                    self._field(selection, parent, page, cells)
                case InlineFragmentNode(type_condition=condition):
                    inner = cast("GraphQLCompositeType", self.schema.get_type(condition.name.value)) if condition else parent
                    cells.parts.append((1, self._selections(selection.selection_set, inner, page)))
                case FragmentSpreadNode():
                    cells.parts.append((1, self._fragment(selection.name.value, page)))
                case _:
                    pass
        return cells

    def _fragment(self, name: str, page: int | str) -> Cells:
        if (name, page) not in self.made:
            fragment = self.fragments[name]
            parent = cast("GraphQLCompositeType", self.schema.get_type(fragment.type_condition.name.value))
            self.made[name, page] = self._selections(fragment.selection_set, parent, page)
        return self.made[name, page]

    def _field(self, node: FieldNode, parent: GraphQLCompositeType, page: int | str, cells: Cells) -> None:
        cells.own += 1
        definition = self.schema.get_field(parent, node.name.value)
        assert definition is not None
        rows, within = self._counts(node, definition, f"{parent.name}.{node.name.value}", page)
        if node.selection_set:
            kind = cast("GraphQLCompositeType", get_named_type(definition.type))
            inner = self._selections(node.selection_set, kind, within)
            if rows == 1:
                cells.own += inner.own
                cells.parts += inner.parts
            else:
                cells.parts.append((rows, inner))

    def _counts(self, node: FieldNode, definition: GraphQLField, label: str, page: int | str) -> tuple[int | str, int | str]:
        """How often the field's selection counts, and the lists directly within it that have no number of their own."""
        is_list = is_list_type(get_nullable_type(definition.type))
        if is_data_field(definition):
            return (self._rows(node, definition, label) if is_list else 1), 1
        if "first" not in definition.args:
            return (page if is_list else 1), 1
        first = self._first(node, definition, label)
        return (first, 1) if is_list else (1, first)

    def _rows(self, node: FieldNode, definition: GraphQLField, label: str) -> int | str:
        if "first" in definition.args:
            return self._first(node, definition, label)
        given: dict[str, ValueNode] = {argument.name.value: argument.value for argument in node.arguments or ()}
        for name, argument in definition.args.items():
            if is_list_type(get_nullable_type(argument.type)) and name in given:
                return self._key_rows(given[name], label)
        return 1

    def _first(self, node: FieldNode, definition: GraphQLField, label: str) -> int | str:
        value = next((argument.value for argument in node.arguments or () if argument.name.value == "first"), None)
        if isinstance(value, VariableNode):
            self.firsts[value.name.value] = label
            return value.name.value
        default = definition.args["first"].default_value
        return default if isinstance(default, int) else DEFAULT_FIRST

    def _key_rows(self, value: ValueNode, label: str) -> int | str:
        if isinstance(value, VariableNode):
            self.keys[value.name.value] = label
            return value.name.value
        count = len(value.values) if isinstance(value, ListValueNode) else 1
        self.key_counts[label] = max(count, self.key_counts.get(label, 0))
        return count


def evaluate(cells: Cells, variables: Mapping[str, Any]) -> int:
    """The operation's cells with these coerced variables."""
    return _evaluate(cells, variables, {}) if cells.parts else cells.own


def _evaluate(cells: Cells, variables: Mapping[str, Any], known: dict[int, int]) -> int:
    total = cells.own
    for rows, inner in cells.parts:
        if not inner.parts:
            count = inner.own
        else:
            key = id(inner)
            if key not in known:
                known[key] = _evaluate(inner, variables, known)
            count = known[key]
        total += count * (rows if isinstance(rows, int) else _rows_now(variables.get(rows)))
    return total


def _rows_now(value: Any) -> int:
    if value is None:
        return DEFAULT_FIRST
    return value if isinstance(value, int) else len(value)
