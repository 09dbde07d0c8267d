"""Plans kept by what they are constants of: the document, its conditions' values, and the shapes of its filters."""

from collections import OrderedDict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableNode,
    Visitor,
    visit,
)

from catalogue.model import Catalogue
from resolvers.plan.arguments import argument_value
from resolvers.plan.build import Source, build_plan
from resolvers.plan.plan import Plan, ValueOf, Variables


@dataclass(frozen=True, slots=True)
class Outline:
    """What of the variables a plan depends on: booleans of `@include` and `@skip`, and `where` and `orderBy` inputs."""

    source: Source
    conditions: tuple[str, ...]
    shaped: tuple[ValueOf, ...]


class Plans:
    """Plans for one schema and catalogue version. `size` bounds the documents and the plans that are kept."""

    def __init__(self, schema: GraphQLSchema, catalogue: Catalogue, size: int = 2_000) -> None:
        self._schema = schema
        self._catalogue = catalogue
        self._size = size
        self._outlines: OrderedDict[bytes, Outline] = OrderedDict()
        self._plans: OrderedDict[Hashable, Plan] = OrderedDict()

    def plan(
        self,
        document: bytes,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Variables,
    ) -> Plan:
        """The plan of a prepared document, whose hash is `document`, under these coerced variables."""
        outline = self._outlines.get(document)
        if outline is None:
            outline = self._outline(operation, fragments)
            _keep(self._outlines, document, outline, self._size)
        key: Hashable = document
        if outline.conditions or outline.shaped:
            conditions = tuple(variables.get(name) for name in outline.conditions)
            key = (document, conditions, tuple(_shape(value(variables)) for value in outline.shaped))
        plan = self._plans.get(key)
        if plan is None:
            plan = build_plan(outline.source, variables)
            _keep(self._plans, key, plan, self._size)
        return plan

    def _outline(self, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> Outline:
        shaped: list[ValueOf] = []
        conditions: dict[str, None] = {}
        for node in (operation, *fragments.values()):
            types = TypeInfo(self._schema)
            visit(node, TypeInfoVisitor(types, _Dependencies(types, shaped, conditions)))
        source = Source(self._schema, self._catalogue, operation, fragments)
        return Outline(source, tuple(conditions), tuple(shaped))


class _Dependencies(Visitor):
    """Collects the variables that conditions name, and how each `where` and `orderBy` is read."""

    def __init__(self, types: TypeInfo, shaped: list[ValueOf], conditions: dict[str, None]) -> None:
        super().__init__()
        self._types = types
        self._shaped = shaped
        self._conditions = conditions

    def enter_field(self, node: FieldNode, *_path: object) -> None:
        definition = self._types.get_field_def()
        if definition is None:
            return
        for argument in node.arguments or ():
            name = argument.name.value
            if name in ("where", "orderBy"):
                self._shaped.append(argument_value(node, name, definition.args[name]))

    def enter_directive(self, node: object, *_path: object) -> None:
        for argument in getattr(node, "arguments", None) or ():
            if isinstance(argument.value, VariableNode):
                self._conditions[argument.value.name.value] = None


def _shape(value: object) -> Hashable:
    """An input without its values: which items, which comparisons, how nested. Null and absent are shapes of their own.

    An order is all shape; so is the sense of `isNull`.
    """
    if isinstance(value, Mapping):
        return tuple(_entries(value))
    if isinstance(value, (list, tuple)) and any(isinstance(part, Mapping) for part in value):
        return tuple(_shape(part) for part in value)
    return "null" if value is None else "value"


def _entries(value: Mapping[str, object]) -> Iterator[Hashable]:
    for name, part in value.items():
        plain = name.rstrip("_")
        yield plain, (part if plain in {"isNull", "item", "direction"} and not isinstance(part, Mapping) else _shape(part))


def _keep(
    cache: "OrderedDict[Hashable, Plan] | OrderedDict[bytes, Outline]", key: Hashable, value: object, size: int
) -> None:
    cache[key] = value  # type: ignore[assignment,index]
    if len(cache) > size:
        cache.popitem(last=False)
