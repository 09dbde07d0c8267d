"""From a whole result to what a document selects of it: aliases, fragments, `__typename`, in the order of the selection."""

from collections.abc import Mapping
from typing import Any, cast

from graphql import FieldNode, GraphQLObjectType, GraphQLOutputType, GraphQLSchema, get_named_type

from resolvers.plan.collect import Collector, subselections
from resolvers.plan.plan import Projection

TYPENAME = "__typename"


def compile_projection(
    schema: GraphQLSchema, collector: Collector, returned: GraphQLOutputType, fields: list[FieldNode]
) -> Projection:
    """The selection of these fields, which share one response key, on the object type that they return."""
    of = cast("GraphQLObjectType", get_named_type(returned))
    taken: list[tuple[str, str, Projection | None]] = []
    for key, nodes in collector.fields(of.name, subselections(fields)).items():
        name = nodes[0].name.value
        if name == TYPENAME or nodes[0].selection_set is None:
            taken.append((key, name, None))
        else:
            taken.append((key, name, compile_projection(schema, collector, of.fields[name].type, nodes)))

    def project(whole: Mapping[str, Any]) -> dict[str, object]:
        made: dict[str, object] = {}
        for key, name, below in taken:
            if name == TYPENAME:
                made[key] = of.name
            elif below is None:
                made[key] = whole[name]
            else:
                value = whole[name]
                made[key] = [below(one) for one in value] if isinstance(value, list) else value and below(value)
        return made

    return project
