"""Literals lifted to variables: the document that is cached, hashed and planned holds none.

Each literal of the executed operation becomes a generated variable typed by its position; a variable's default becomes a
slot as well. Every node is made anew without a location, since a location keeps the whole text alive.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

from graphql import (
    ArgumentNode,
    BooleanValueNode,
    ConstDirectiveNode,
    ConstValueNode,
    DirectiveNode,
    DocumentNode,
    EnumValueNode,
    FieldNode,
    FloatValueNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    NamedTypeNode,
    NameNode,
    NullValueNode,
    ObjectFieldNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    StringValueNode,
    TypeNode,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    get_nullable_type,
    is_input_object_type,
    is_list_type,
    parse_type,
    type_from_ast,
)
from graphql.type import GraphQLCompositeType, get_named_type

from schema.coerce import compile_literal
from schema.lexical import LiteralNode
from schema.scalars import VARIABLE_WITHIN

Literals = Sequence[str]


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a literal. `indices`: which of the text's literals fill it; more than one where a scalar (GeoJSON) is
    written as an object or list. `coerce` makes the value from all literals of the text and raises GraphQLError."""

    name: str
    type: GraphQLInputType
    template: ValueNode
    indices: tuple[int, ...]
    coerce: Callable[[Literals], object]


@dataclass(slots=True)
class Lifter:
    """One document's lifting. `place_of` maps an offset in the text to the literal's index."""

    schema: GraphQLSchema
    place_of: dict[int, int]
    prefix: str
    slots: list[Slot] = field(default_factory=list)
    used_by_key: dict[str, list[tuple[int, ...]]] = field(default_factory=dict)

    def operation(self, node: OperationDefinitionNode) -> tuple[OperationDefinitionNode, dict[str, Slot]]:
        """The operation without literals, and the slots of its variables' defaults by variable name."""
        root = self.schema.get_root_type(node.operation)
        assert root is not None
        defaults: dict[str, Slot] = {}
        variables = tuple(self._definition(variable, defaults) for variable in node.variable_definitions or ())
        return OperationDefinitionNode(
            operation=node.operation,
            name=_name(node.name) if node.name else None,
            variable_definitions=variables,
            directives=self._directives(node.directives),
            selection_set=self._selections(node.selection_set, root),
        ), defaults

    def fragment(self, node: FragmentDefinitionNode) -> FragmentDefinitionNode:
        """The fragment without literals."""
        parent = cast("GraphQLCompositeType", self.schema.get_type(node.type_condition.name.value))
        return FragmentDefinitionNode(
            name=_name(node.name),
            type_condition=_named(node.type_condition),
            directives=self._directives(node.directives),
            selection_set=self._selections(node.selection_set, parent),
            variable_definitions=(),
        )

    def definitions(self, slots: Sequence[Slot]) -> tuple[VariableDefinitionNode, ...]:
        """The generated variables' definitions."""
        return tuple(
            VariableDefinitionNode(
                variable=VariableNode(name=NameNode(value=slot.name)),
                type=parse_type(str(slot.type), no_location=True),
                default_value=None,
                directives=(),
            )
            for slot in slots
        )

    def _definition(self, node: VariableDefinitionNode, defaults: dict[str, Slot]) -> VariableDefinitionNode:
        default = None
        if node.default_value is not None:
            type_ = type_from_ast(self.schema, node.type)
            slot = self._slot(node.default_value, cast("GraphQLInputType", type_))
            defaults[node.variable.name.value] = slot
            default = cast("ConstValueNode", slot.template)
        return VariableDefinitionNode(
            variable=VariableNode(name=_name(node.variable.name)),
            type=_type(node.type),
            default_value=default,
            directives=cast("tuple[ConstDirectiveNode, ...]", self._directives(node.directives)),
        )

    def _selections(self, node: SelectionSetNode, parent: GraphQLCompositeType) -> SelectionSetNode:
        return SelectionSetNode(selections=tuple(self._selection(selection, parent) for selection in node.selections))

    def _selection(self, node: SelectionNode, parent: GraphQLCompositeType) -> SelectionNode:
        match node:
            case FieldNode():
                return self._field(node, parent)
            case InlineFragmentNode():
                condition = node.type_condition
                inner = cast("GraphQLCompositeType", self.schema.get_type(condition.name.value)) if condition else parent
                return InlineFragmentNode(
                    type_condition=_named(condition) if condition else None,
                    directives=self._directives(node.directives),
                    selection_set=self._selections(node.selection_set, inner),
                )
            case FragmentSpreadNode():
                return FragmentSpreadNode(name=_name(node.name), directives=self._directives(node.directives), arguments=())
            case _:
                raise TypeError(f"unknown selection `{node.kind}`")

    def _field(self, node: FieldNode, parent: GraphQLCompositeType) -> FieldNode:
        definition = self.schema.get_field(parent, node.name.value)
        assert definition is not None
        before = len(self.slots)
        arguments = self._arguments(node.arguments, definition.args)
        key = node.alias.value if node.alias else node.name.value
        filled = tuple(index for slot in self.slots[before:] for index in slot.indices)
        self.used_by_key.setdefault(key, []).append(filled)
        inner = cast("GraphQLCompositeType", get_named_type(definition.type))
        return FieldNode(
            alias=_name(node.alias) if node.alias else None,
            name=_name(node.name),
            arguments=arguments,
            directives=self._directives(node.directives),
            selection_set=self._selections(node.selection_set, inner) if node.selection_set else None,
        )

    def _directives(self, nodes: Sequence[DirectiveNode] | None) -> tuple[DirectiveNode, ...]:
        made = []
        for node in nodes or ():
            directive = self.schema.get_directive(node.name.value)
            assert directive is not None
            made.append(DirectiveNode(name=_name(node.name), arguments=self._arguments(node.arguments, directive.args)))
        return tuple(made)

    def _arguments(
        self, nodes: Sequence[ArgumentNode] | None, types: dict[str, GraphQLArgument]
    ) -> tuple[ArgumentNode, ...]:
        return tuple(
            ArgumentNode(name=_name(node.name), value=self._value(node.value, types[node.name.value].type))
            for node in nodes or ()
        )

    def _value(self, node: ValueNode, type_: GraphQLInputType) -> ValueNode:
        bare = get_nullable_type(type_)
        match node:
            case VariableNode():
                return VariableNode(name=_name(node.name))
            case NullValueNode() | BooleanValueNode() | EnumValueNode():
                return _bare(node)
            case ListValueNode() if is_list_type(bare):
                return ListValueNode(values=tuple(self._value(value, bare.of_type) for value in node.values))
            case ObjectValueNode() if is_list_type(bare):
                return self._value(node, bare.of_type)
            case ObjectValueNode() if is_input_object_type(bare):
                return ObjectValueNode(
                    fields=tuple(
                        ObjectFieldNode(name=_name(one.name), value=self._value(one.value, bare.fields[one.name.value].type))
                        for one in node.fields
                    )
                )
            case _:
                return VariableNode(name=NameNode(value=self._slot(node, type_).name))

    def _slot(self, node: ValueNode, type_: GraphQLInputType) -> Slot:
        indices: list[int] = []
        template = self._template(node, indices)
        slot = Slot(
            f"{self.prefix}{len(self.slots)}",
            type_,
            template,
            tuple(indices),
            compile_literal(template, tuple(indices), type_),
        )
        self.slots.append(slot)
        return slot

    def _template(self, node: ValueNode, indices: list[int]) -> ValueNode:
        """The value with a neutral literal of the same kind in each literal's place."""
        match node:
            case StringValueNode() | IntValueNode() | FloatValueNode():
                assert node.loc is not None
                indices.append(self.place_of[node.loc.start])
                return _neutral(node)
            case ListValueNode(values=values):
                return ListValueNode(values=tuple(self._template(value, indices) for value in values))
            case ObjectValueNode(fields=fields):
                return ObjectValueNode(
                    fields=tuple(
                        ObjectFieldNode(name=_name(one.name), value=self._template(one.value, indices)) for one in fields
                    )
                )
            case VariableNode():
                raise GraphQLError(VARIABLE_WITHIN, node)
            case _:
                return _bare(node)


def free_prefix(document: DocumentNode) -> str:
    """A beginning that no variable's name in the document has."""
    names = [
        variable.variable.name.value
        for definition in document.definitions
        if isinstance(definition, OperationDefinitionNode)
        for variable in definition.variable_definitions or ()
    ]
    prefix = "literal"
    while any(name.startswith(prefix) for name in names):
        prefix += "_"
    return prefix


def reachable(operation: OperationDefinitionNode, fragments: dict[str, FragmentDefinitionNode]) -> list[str]:
    """The names of the fragments that the operation spreads, directly or not, in the order they are met."""
    met: dict[str, None] = {}
    waiting: list[SelectionSetNode] = [operation.selection_set]
    while waiting:
        for name in _spreads(waiting.pop()):
            if name not in met and name in fragments:
                met[name] = None
                waiting.append(fragments[name].selection_set)
    return list(met)


def _spreads(node: SelectionSetNode) -> Iterator[str]:
    for selection in node.selections:
        match selection:
            case FragmentSpreadNode():
                yield selection.name.value
            case FieldNode(selection_set=SelectionSetNode() as inner) | InlineFragmentNode(selection_set=inner):
                yield from _spreads(inner)
            case _:
                pass


def _bare(node: ValueNode) -> ValueNode:
    match node:
        case BooleanValueNode():
            return BooleanValueNode(value=node.value)
        case EnumValueNode():
            return EnumValueNode(value=node.value)
        case _:
            return NullValueNode()


def _neutral(node: LiteralNode) -> LiteralNode:
    match node:
        case StringValueNode():
            return StringValueNode(value="", block=False)
        case IntValueNode():
            return IntValueNode(value="0")
        case _:
            return FloatValueNode(value="0.0")


def _name(node: NameNode) -> NameNode:
    return NameNode(value=node.value)


def _named(node: NamedTypeNode) -> NamedTypeNode:
    return NamedTypeNode(name=_name(node.name))


def _type(node: TypeNode) -> TypeNode:
    return parse_type(_printed(node), no_location=True)


def _printed(node: TypeNode) -> str:
    inner = getattr(node, "type", None)
    match node.kind:
        case "list_type":
            return f"[{_printed(cast('TypeNode', inner))}]"
        case "non_null_type":
            return f"{_printed(cast('TypeNode', inner))}!"
        case _:
            return cast("NamedTypeNode", node).name.value
