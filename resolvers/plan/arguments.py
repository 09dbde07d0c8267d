"""Argument values of a field: constants of the document, or read from the variables of each request."""

from graphql import FieldNode, GraphQLArgument, ListValueNode, ObjectValueNode, Undefined, ValueNode, VariableNode
from graphql.execution.values import VariableValues
from graphql.utilities import coerce_input_literal
from graphql.utilities.coerce_input_value import coerce_default_value

from resolvers.plan.plan import Fixed, ValueOf, Variables


def argument_value(field: FieldNode, name: str, argument: GraphQLArgument) -> ValueOf:
    """How the argument's coerced value is had; `None` where it is absent and has no default."""
    default = coerce_default_value(argument)
    if default is Undefined:
        default = None
    node = next((given.value for given in field.arguments or () if given.name.value == name), None)
    if node is None:
        return Fixed(default)
    return _value(node, argument, default)


def _value(node: ValueNode, argument: GraphQLArgument, default: object) -> ValueOf:
    if isinstance(node, VariableNode):
        name = node.name.value
        return lambda variables: variables.get(name, default)
    if isinstance(node, ListValueNode) and all(isinstance(value, VariableNode) for value in node.values):
        names = tuple(value.name.value for value in node.values if isinstance(value, VariableNode))
        return lambda variables: [variables[name] for name in names]

    if not _names_variables(node):
        constant = coerce_input_literal(node, argument.type, VariableValues({}, {}))
        return Fixed(default if constant is Undefined else constant)

    def literal(variables: Variables) -> object:
        value = coerce_input_literal(node, argument.type, VariableValues({}, dict(variables)))
        return default if value is Undefined else value

    return literal


def _names_variables(node: ValueNode) -> bool:
    """Whether a variable stands anywhere in the literal."""
    match node:
        case VariableNode():
            return True
        case ListValueNode(values=values):
            return any(map(_names_variables, values))
        case ObjectValueNode(fields=fields):
            return any(_names_variables(field.value) for field in fields)
        case _:
            return False
