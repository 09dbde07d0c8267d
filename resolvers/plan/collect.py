"""Collecting fields (GraphQL specification, October 2021, 6.3.2): fragments, `@include`, `@skip`, merged response keys."""

from collections.abc import Collection, Mapping

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionSetNode,
    VariableNode,
)
from graphql.language import BooleanValueNode

from resolvers.plan.plan import Variables

Collected = dict[str, list[FieldNode]]


class Collector:
    """Collects under fixed conditions: the fragments of one document and the values of its boolean variables."""

    def __init__(
        self,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Variables,
        possible_types: Mapping[str, Collection[str]],
    ) -> None:
        self._fragments = fragments
        self._variables = variables
        self._possible_types = possible_types

    def fields(self, type_name: str, selections: list[SelectionSetNode]) -> Collected:
        """The fields of an object of this type by response key, in the order in which they are first met."""
        collected: Collected = {}
        seen: set[str] = set()
        for selection in selections:
            self._collect(type_name, selection, collected, seen)
        return collected

    def _collect(self, type_name: str, selections: SelectionSetNode, into: Collected, seen: set[str]) -> None:
        for selection in selections.selections:
            if not self._included(selection.directives):
                continue
            if isinstance(selection, FieldNode):
                key = selection.alias.value if selection.alias else selection.name.value
                into.setdefault(key, []).append(selection)
            elif isinstance(selection, FragmentSpreadNode):
                name = selection.name.value
                if name in seen:
                    continue
                seen.add(name)
                fragment = self._fragments[name]
                if self._applies(fragment.type_condition.name.value, type_name):
                    self._collect(type_name, fragment.selection_set, into, seen)
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                if condition is None or self._applies(condition.name.value, type_name):
                    self._collect(type_name, selection.selection_set, into, seen)

    def _applies(self, condition: str, type_name: str) -> bool:
        return condition == type_name or type_name in self._possible_types.get(condition, ())

    def _included(self, directives: Collection[DirectiveNode] | None) -> bool:
        for directive in directives or ():
            name = directive.name.value
            if name == "skip" and self._condition(directive):
                return False
            if name == "include" and not self._condition(directive):
                return False
        return True

    def _condition(self, directive: DirectiveNode) -> bool:
        assert directive.arguments, "validated: `if` is required"
        value = directive.arguments[0].value
        if isinstance(value, VariableNode):
            return bool(self._variables[value.name.value])
        assert isinstance(value, BooleanValueNode)
        return value.value


def subselections(fields: list[FieldNode]) -> list[SelectionSetNode]:
    """The selection sets of the fields that share one response key: they merge."""
    return [field.selection_set for field in fields if field.selection_set is not None]
