"""Values into their types: literals of a known document, variables of a request. GraphQL specification, §3 and §6.1.2.

Each is compiled once per document into the shortest function for its type; whatever the short way refuses goes the long
way through graphql-core, which also says what is wrong.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import cast

from graphql import (
    FloatValueNode,
    GraphQLError,
    GraphQLFloat,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLScalarType,
    IntValueNode,
    ListValueNode,
    ObjectFieldNode,
    ObjectValueNode,
    StringValueNode,
    Undefined,
    ValueNode,
    get_nullable_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
    is_required_input_field,
    is_scalar_type,
    value_from_ast_untyped,
)
from graphql.execution.values import input_is_nested_too_deeply
from graphql.utilities import coerce_input_literal, coerce_input_value
from graphql.utilities.coerce_input_value import coerce_default_value

from schema.lexical import node_of, text_of

Literals = Sequence[str]
_UNREADABLE = "the value does not fit its type"


def compile_literal(template: ValueNode, indices: tuple[int, ...], type_: GraphQLInputType) -> Callable[[Literals], object]:
    """The function from a text's literals to the value of one slot; it raises GraphQLError where they do not fit."""
    bare = get_nullable_type(type_)
    if isinstance(template, StringValueNode) and is_scalar_type(bare):
        return _compile_string(indices[0], bare)
    if isinstance(template, IntValueNode) and is_scalar_type(bare) and bare.name in ("Int", "Float"):
        return _compile_number(indices[0], bare)

    def coerce(literals: Literals) -> object:
        node = _filled(template, iter([literals[index] for index in indices]))
        value = coerce_input_literal(node, type_)
        if value is Undefined:
            raise GraphQLError(_UNREADABLE)
        return value

    return coerce


def _compile_string(index: int, scalar: GraphQLScalarType) -> Callable[[Literals], object]:
    if scalar.name in ("String", "ID"):
        return lambda literals: text_of(literals[index])
    # Our scalars take a string literal and a string alike; `parse_literal` would only take the node apart again.
    parse = scalar.parse_value if scalar.name not in ("Int", "Float", "Boolean") else None
    if parse is None:
        return lambda literals: scalar.parse_literal(node_of(literals[index]))
    return lambda literals: parse(text_of(literals[index]))


def _compile_number(index: int, scalar: GraphQLScalarType) -> Callable[[Literals], object]:
    parse = scalar.parse_value
    make = int if scalar.name == "Int" else float
    return lambda literals: parse(make(literals[index]))


def _filled(template: ValueNode, literals: Iterator[str]) -> ValueNode:
    match template:
        case StringValueNode() | IntValueNode() | FloatValueNode():
            return node_of(next(literals))
        case ListValueNode(values=values):
            return ListValueNode(values=tuple(_filled(value, literals) for value in values))
        case ObjectValueNode(fields=fields):
            return ObjectValueNode(
                fields=tuple(ObjectFieldNode(name=one.name, value=_filled(one.value, literals)) for one in fields)
            )
        case _:
            return template


def external(template: ValueNode, type_: GraphQLInputType, literals: Iterator[str]) -> object:
    """The slot's value as a client would send it in a variable, for an execution that coerces by itself."""
    value = value_from_ast_untyped(_filled(template, literals))
    # An integer too long for a double is a good literal of a Float, but no good variable.
    return float(value) if isinstance(value, int) and get_nullable_type(type_) is GraphQLFloat else value


def compile_value(type_: GraphQLInputType) -> Callable[[object], object]:
    """The function from a variable's raw value to its coerced one; Undefined, or an exception, where it does not fit."""
    if is_non_null_type(type_):
        inner = type_.of_type
        if is_scalar_type(inner):
            return _compile_scalar(inner)
        if is_list_type(inner):
            return _compile_list(cast("GraphQLInputType", inner.of_type), type_)
        if is_input_object_type(inner) and _is_flat(inner):
            return _compile_object(inner)
    elif is_scalar_type(type_):
        parse = _compile_scalar(type_)
        return lambda value: None if value is None else parse(value)
    return lambda value: _coerce_whole(value, type_)


def _coerce_whole(value: object, type_: GraphQLInputType) -> object:
    return Undefined if input_is_nested_too_deeply(value, type_) else coerce_input_value(value, type_)


def _compile_scalar(scalar: GraphQLScalarType) -> Callable[[object], object]:
    parse = scalar.parse_value

    def coerce(value: object) -> object:
        return Undefined if value is None else parse(value)

    return coerce


def _compile_list(item: GraphQLInputType, type_: GraphQLInputType) -> Callable[[object], object]:
    inner = item.of_type if is_non_null_type(item) else None
    parse: Callable[[object], object]
    if is_scalar_type(inner):
        parse = inner.parse_value
    elif is_input_object_type(inner) and _is_flat(inner):
        parse = _compile_object(inner)
    else:
        return lambda value: _coerce_whole(value, type_)

    def coerce(value: object) -> object:
        if type(value) is not list or None in value:
            return _coerce_whole(value, type_)
        made = [parse(one) for one in value]
        return Undefined if Undefined in made else made

    return coerce


def _is_flat(type_: GraphQLInputObjectType) -> bool:
    """Whether all its fields are scalars, of which any number may be given."""
    return not type_.is_one_of and all(is_scalar_type(get_nullable_type(field.type)) for field in type_.fields.values())


def _compile_object(type_: GraphQLInputObjectType) -> Callable[[object], object]:
    names = type_.fields.keys()
    fields = [
        (
            name,
            field.out_name or name,
            coerce_default_value(field),
            is_required_input_field(field),
            is_non_null_type(field.type),
            cast("GraphQLScalarType", get_nullable_type(field.type)).parse_value,
        )
        for name, field in type_.fields.items()
    ]
    make = type_.out_type

    def coerce(value: object) -> object:
        if type(value) is not dict or not value.keys() <= names:
            return Undefined
        made: dict[str, object] = {}
        for name, out, default, required, never_null, parse in fields:
            given = value.get(name, Undefined)
            if given is Undefined:
                if required:
                    return Undefined
                if default is not Undefined:
                    made[out] = default
            elif given is not None:
                made[out] = parse(given)
            elif never_null:
                return Undefined
            else:
                made[out] = None
        return make(made)

    return coerce
