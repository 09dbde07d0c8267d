"""Plans kept by what they are constants of: the document, its conditions' values, and the shapes of its filters."""

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
from resolvers.kept import Kept
from resolvers.materials.read import CHECKS, read_check
from resolvers.plan.arguments import argument_value
from resolvers.plan.build import InForce, Source, build_plan
from resolvers.plan.plan import Plan, ValueOf, Variables


@dataclass(frozen=True, slots=True)
class Outline:
    """What of the variables a plan depends on: booleans of `@include` and `@skip`, `where` and `orderBy` inputs, and of a
    check of materials its matter, its situations and by how many subjects each role is taken.
    """

    source: Source
    conditions: tuple[str, ...]
    shaped: tuple[ValueOf, ...]
    checks: tuple[Mapping[str, ValueOf], ...]
    weight: int


class Plans:
    """Plans for one schema and catalogue version."""

    def __init__(self, schema: GraphQLSchema, catalogue: Catalogue) -> None:
        self._schema = schema
        self._catalogue = catalogue
        self._outlines: Kept[bytes, Outline] = Kept()
        self._plans: Kept[Hashable, Plan] = Kept()

    def plan(
        self,
        document: bytes,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Variables,
        matters: InForce | None = None,
    ) -> Plan:
        """The plan of a prepared document, whose hash is `document`, under these coerced variables, by these matters.

        Raises VARIABLE_INVALID, MATTER_UNKNOWN, SUBJECTS_INVALID.
        """
        outline = self._outlines.get(document)
        if outline is None:
            outline = self._outline(document, operation, fragments)
            self._outlines.put(document, outline, outline.weight)
        key: Hashable = document
        if outline.conditions or outline.shaped:
            conditions = tuple(variables.get(name) for name in outline.conditions)
            key = (document, conditions, tuple(_shape(value(variables)) for value in outline.shaped))
        if outline.checks:
            assert matters is not None, "a check is planned where matters are known"
            register, day = matters.register, matters.day
            key = (key, tuple(read_check(one, variables).outline(register, day) for one in outline.checks))
        plan = self._plans.get(key)
        if plan is None:
            plan = build_plan(outline.source, variables, matters)
            self._plans.put(key, plan, plan.weight)
        return plan

    def _outline(
        self, document: bytes, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
    ) -> Outline:
        shaped: list[ValueOf] = []
        checks: list[Mapping[str, ValueOf]] = []
        conditions: dict[str, None] = {}
        fields = 0
        for node in (operation, *fragments.values()):
            types = TypeInfo(self._schema)
            seen = _Dependencies(types, self._schema.query_type, shaped, checks, conditions)
            visit(node, TypeInfoVisitor(types, seen))
            fields += seen.fields
        source = Source(self._schema, self._catalogue, operation, fragments, document.hex())
        return Outline(source, tuple(conditions), tuple(shaped), tuple(checks), 1 + fields)


class _Dependencies(Visitor):
    """Collects the variables that conditions name, and how each `where`, `orderBy` and check of materials is read."""

    def __init__(
        self,
        types: TypeInfo,
        query: object,
        shaped: list[ValueOf],
        checks: list[Mapping[str, ValueOf]],
        conditions: dict[str, None],
    ) -> None:
        super().__init__()
        self._types = types
        self._query = query
        self._shaped = shaped
        self._checks = checks
        self._conditions = conditions
        self.fields = 0

    def enter_field(self, node: FieldNode, *_path: object) -> None:
        self.fields += 1
        definition = self._types.get_field_def()
        if definition is None:
            return
        if node.name.value in CHECKS and self._types.get_parent_type() is self._query:
            self._checks.append({name: argument_value(node, name, of) for name, of in definition.args.items()})
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
