"""What a document selects of an object, in its order: aliases, fragments and conditions are resolved, once per plan."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from graphql import FieldNode, GraphQLObjectType, GraphQLOutputType, GraphQLSchema, get_named_type

from resolvers.plan.collect import Collector, subselections
from resolvers.plan.plan import Selected, Selection

TYPENAME = "__typename"


def compile_selection(
    schema: GraphQLSchema, collector: Collector, returned: GraphQLOutputType, fields: list[FieldNode]
) -> Selection:
    """The selection of these fields, which share one response key, on the object type that they return."""
    of = cast("GraphQLObjectType", get_named_type(returned))
    taken: list[Selected] = []
    for key, nodes in collector.fields(of.name, subselections(fields)).items():
        name, below = nodes[0].name.value, None
        if nodes[0].selection_set is not None:
            below = compile_selection(schema, collector, of.fields[name].type, nodes)
        taken.append(Selected(key, name, below))
    return Selection(of.name, tuple(taken))


@dataclass(frozen=True, slots=True)
class Fields:
    """A type's fields by name, each as a function of what it is told of; `objects` are told by the selection below them."""

    plain: Mapping[str, Callable[..., object]]
    objects: Mapping[str, Callable[[Selection], Callable[..., object]]]

    def taken(self, selection: Selection) -> tuple[tuple[str, Callable[..., object]], ...]:
        """Response keys with the functions of the fields that are selected: of no other anything is made."""
        return tuple((one.key, self._field(selection, one)) for one in selection.fields)

    def _field(self, selection: Selection, one: Selected) -> Callable[..., object]:
        if one.name == TYPENAME:
            return lambda *_: selection.type_name
        return self.plain[one.name] if one.below is None else self.objects[one.name](one.below)
