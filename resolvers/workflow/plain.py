"""Completing plain objects: those whose fields are attributes and nothing else, many to a page.

graphql-core spends 15 µs on every field of every object, for any of them might await, fail or be of another type. The plain
ones can't: their selection is compiled once an operation into a function that reads attributes.
"""

from collections.abc import Callable
from typing import Any, TypeAlias, cast

from graphql import GraphQLObjectType, GraphQLOutputType, is_leaf_type, is_list_type, is_non_null_type
from graphql.execution.executor import Executor
from strawberry.utils.str_converters import to_camel_case

from resolvers.workflow.access_types import PLAIN

Complete: TypeAlias = Callable[[Any], Any]


class PlainExecutor(Executor[Any]):
    """graphql-core's, but for the objects of types in `PLAIN` and all below them."""

    def complete_object_value(
        self,
        return_type: GraphQLObjectType,
        field_details_list: Any,
        info: Any,
        path: Any,
        result: Any,
        position_context: Any,
    ) -> Any:
        """The object as the selection asks for it."""
        if return_type.name not in PLAIN:
            return super().complete_object_value(return_type, field_details_list, info, path, result, position_context)
        held: dict[int, Complete] = self.__dict__.setdefault("_plain", {})
        complete = held.get(id(field_details_list))
        if complete is None:  # the list lives as long as the executor: `collect_subfields` keeps it
            complete = held[id(field_details_list)] = self._object(return_type, field_details_list)
        return complete(result)

    def _object(self, type_: GraphQLObjectType, selected: Any) -> Complete:
        grouped = self.collect_subfields(type_, selected)[0]
        fields = type_.extensions["strawberry-definition"].fields
        attributes = {field.graphql_name or to_camel_case(field.python_name): field.python_name for field in fields}
        makers: list[tuple[str, str, Complete]] = []
        constants: dict[str, object] = {}
        for key, details in grouped.items():
            name = details[0].node.name.value
            if name == "__typename":
                constants[key] = type_.name
                continue
            makers.append((key, attributes[name], self._of(type_.fields[name].type, details)))
        if constants:
            order = tuple(grouped)

            def with_names(value: Any) -> dict[str, Any]:
                made = {key: make(getattr(value, attribute)) for key, attribute, make in makers} | constants
                return {key: made[key] for key in order}

            return with_names
        return lambda value: {key: make(getattr(value, attribute)) for key, attribute, make in makers}

    def _of(self, type_: GraphQLOutputType, selected: Any) -> Complete:
        """What makes a value of this type; null stays null, for the types of Python hold what may be null."""
        if is_non_null_type(type_):
            return self._of(type_.of_type, selected)
        if is_list_type(type_):
            each = self._of(type_.of_type, selected)
            return lambda values: None if values is None else [each(value) for value in values]
        if is_leaf_type(type_):
            spell = cast("Any", type_).coerce_output_value
            return lambda value: None if value is None else spell(value)
        make = self._object(cast("GraphQLObjectType", type_), selected)
        return lambda value: None if value is None else make(value)
