"""From a document to a plan: collect the fields of every object, once, and note each question to be decided."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast

from graphql import FieldNode, FragmentDefinitionNode, GraphQLObjectType, GraphQLSchema, OperationDefinitionNode

from catalogue.matters import MatterRegister
from catalogue.model import Catalogue, Coordinate, Item, LookupKind, Relation, Resource, ResourceName, Target
from catalogue.predicate import ItemName
from resolvers.materials.compose import compose
from resolvers.materials.read import CHECKS, ReadSubjects, read_check, valid_shapes
from resolvers.materials.select import compile_selection
from resolvers.plan.arguments import argument_value
from resolvers.plan.collect import Collector, subselections
from resolvers.plan.listing import WhereReader, check_first, read_order
from resolvers.plan.place import place_key
from resolvers.plan.plan import (
    CheckField,
    Comparison,
    Field,
    Fixed,
    ItemField,
    Listing,
    Params,
    Plan,
    Position,
    RelationField,
    RootField,
    RowSelection,
    TypenameField,
    ValueOf,
    Variables,
    VerifyField,
)
from sharing.decision import Asked, Question
from standards.matching import normalise_for_match

TYPENAME = "__typename"


@dataclass(frozen=True, slots=True)
class Source:
    """A document's executed part, as `schema.documents` prepared it, in the schema and catalogue that it is asked of."""

    schema: GraphQLSchema
    catalogue: Catalogue
    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    document: str
    """Its hash, in hex."""


@dataclass(frozen=True, slots=True)
class InForce:
    """The matters as of a day."""

    register: MatterRegister
    day: date


def build_plan(source: Source, variables: Variables, matters: InForce | None = None) -> Plan:
    """The plan under the conditions and `where` shapes that these variables state; a check by these `matters`.

    Raises VARIABLE_INVALID, MATTER_UNKNOWN, SUBJECTS_INVALID.
    """
    return _Builder(source, variables, matters).plan()


@dataclass
class _Builder:
    source: Source
    variables: Variables
    matters: InForce | None = None
    questions: dict[Question, None] = field(default_factory=dict)
    params: list[Params] = field(default_factory=list)
    fixed: dict[str, object] = field(default_factory=dict)
    listings: int = 0
    matter: str = ""

    def __post_init__(self) -> None:
        possible = {
            relation.union: tuple(target.resource for target in relation.targets)
            for resource in self.source.catalogue.resources.values()
            for relation in resource.relations.values()
            if relation.union is not None
        }
        self.collector = Collector(self.source.fragments, self.variables, possible)

    def plan(self) -> Plan:
        operation = self.source.operation
        root_type = self._root_type()
        collected = self.collector.fields(root_type, [operation.selection_set])
        roots: list[RootField] = []
        workflow: list[str] = []
        checks: list[CheckField] = []
        for key, fields in collected.items():
            name = fields[0].name.value
            if operation.operation.value == "query" and name in self.source.catalogue.roots:
                roots.append(self._root(key, fields, (key,)))
            elif operation.operation.value == "query" and name in CHECKS:
                for check in self._checks(key, fields):
                    checks.append(check)
                    roots += self._roots_of(check)
            else:
                workflow.append(key)
        return Plan(
            tuple(roots),
            tuple(workflow),
            tuple(collected),
            tuple(self.questions),
            tuple(self.params),
            self.fixed,
            self.source.document,
            tuple(checks),
        )

    def _root_type(self) -> str:
        kind = self.source.schema.get_root_type(self.source.operation.operation)
        assert kind is not None
        return kind.name

    def _type(self, name: str) -> GraphQLObjectType:
        return cast("GraphQLObjectType", self.source.schema.type_map[name])

    def _checks(self, key: str, fields: list[FieldNode]) -> Iterator[CheckField]:
        """A check for each matter: what it asks of the registers is composed of it, and planned like any root field."""
        assert self.matters is not None, "a check is planned where matters are known"
        returned = self._type("Query").fields[fields[0].name.value]
        values = {name: argument_value(fields[0], name, argument) for name, argument in returned.args.items()}
        request = read_check(values, self.variables)
        select = compile_selection(self.source.schema, self.collector, returned.type, fields)
        for shape in valid_shapes(request, self.matters.register, self.matters.day):
            path = (key, shape.matter.code) if request.many else (key,)
            composed = compose(self.source.catalogue, shape, ".".join(path))
            subjects = ReadSubjects(values, composed.asked)
            yield CheckField(path, request.many, composed, subjects, subjects.named, select)

    def _roots_of(self, check: CheckField) -> Iterator[RootField]:
        matter = check.composed.shape.matter.code if check.many else ""
        for one in check.composed.asked:
            self.matter = matter
            yield replace(self._root(one.variable, [one.node], (*check.path, one.alias)), matter=matter)
            self.matter = ""

    def _root(self, key: str, fields: list[FieldNode], path: tuple[str, ...]) -> RootField:
        resource, root = self.source.catalogue.roots[fields[0].name.value]
        lookup = resource.lookups[root.lookup]
        arguments = self._type("Query").fields[root.field].args
        values = {name: argument_value(fields[0], name, argument) for name, argument in arguments.items()}
        listing = None
        if "first" in arguments:
            listing = Listing(None, (), self._first(values["first"]))
        keys = values[root.argument] if lookup.kind is LookupKind.EQUALS else place_key(lookup.kind, values)
        self._ask_lookup(resource, lookup.item)
        kind = resource.items[lookup.item].type if lookup.kind is LookupKind.EQUALS else ""
        return RootField(key, root, keys, listing, self._rows(resource.name, fields, path), path, kind)

    def _rows(self, name: ResourceName, fields: list[FieldNode], path: tuple[str, ...]) -> RowSelection:
        resource = self.source.catalogue.resources[name]
        selected: list[Field] = []
        for key, nodes in self.collector.fields(name, subselections(fields)).items():
            selected.append(self._field(resource, key, nodes, (*path, key)))
        position = None
        if resource.key is not None:
            position = self._position(resource, resource.key, path)
            self._ask(resource.name, resource.key, Asked.ROW)
        if resource.subject is not None:
            self._ask_lookup(resource, resource.subject)
        return RowSelection(name, tuple(selected), position)

    def _field(self, resource: Resource, key: str, nodes: list[FieldNode], path: tuple[str, ...]) -> Field:
        name = ItemName(nodes[0].name.value)
        if name == TYPENAME:
            return TypenameField(key)
        if name == "verify" and resource.verify:
            return self._verify(resource, key, nodes, path)
        entry = self.source.catalogue.entries.get(Coordinate(resource.name, name))
        assert entry is not None, "validated against a schema that holds only catalogued fields"
        position = self._position(resource, name, path)
        self._ask(resource.name, name, Asked.SHOW)
        if isinstance(entry, Relation):
            return self._relation(resource, entry, nodes, position)
        if entry.derivation is not None and entry.derivation.via is not None:
            relation = resource.relations[entry.derivation.via]
            target = RowSelection(relation.targets[0].resource, (), None)
            return ItemField(key, name, position, RelationField(key, relation, position, (target,), None))
        return ItemField(key, name, position)

    def _relation(self, resource: Resource, relation: Relation, nodes: list[FieldNode], position: Position) -> RelationField:
        if not relation.linkable:
            self._ask_lookup(resource, relation.key)
        if relation.discriminator is not None:
            self._ask_lookup(resource, relation.discriminator)
        for target in relation.targets:
            self._ask_target(target, relation)
        listing = self._listing(resource, relation, nodes[0])
        rows = tuple(self._rows(target.resource, nodes, position.path) for target in relation.targets)
        return RelationField(position.path[-1], relation, position, rows, listing)

    def _ask_target(self, target: Target, relation: Relation) -> None:
        resource = self.source.catalogue.resources[target.resource]
        if not relation.linkable:
            self._ask_lookup(resource, resource.lookups[target.lookup].item)

    def _listing(self, resource: Resource, relation: Relation, node: FieldNode) -> Listing | None:
        arguments = self._type(resource.name).fields[relation.name].args
        if "first" not in arguments:
            return None
        target = self.source.catalogue.resources[relation.targets[0].resource]
        where_of = argument_value(node, "where", arguments["where"])
        order_of = argument_value(node, "orderBy", arguments["orderBy"])
        prefix = f"where{self.listings}"
        where_value = where_of(self.variables)
        where = None
        if where_value is not None:
            reader = WhereReader(target, prefix)
            where = reader.read(cast("Mapping[str, object]", where_value))
            names = tuple(f"{prefix}.{index}" for index in range(len(reader.values)))
            self._give(where_of, Params(names, WhereValues(target, prefix, where_of)))
        order = read_order(cast("list[Mapping[str, object]] | None", order_of(self.variables)))
        listing = Listing(where, order, self._first(argument_value(node, "first", arguments["first"])))
        for item in listing.items:
            self._ask(target.name, item, Asked.USE)
        return listing

    def _first(self, value: ValueOf) -> str:
        name = f"first{self.listings}"
        self.listings += 1
        self._give(value, Params((name,), lambda variables: (check_first(value(variables)),)))
        return name

    def _give(self, argument: ValueOf, params: Params) -> None:
        """What this argument gives: once for all requests where no variable changes it."""
        if isinstance(argument, Fixed):
            self.fixed.update(zip(params.names, params.values({}), strict=True))
        else:
            self.params.append(params)

    def _verify(self, resource: Resource, key: str, nodes: list[FieldNode], path: tuple[str, ...]) -> VerifyField:
        type_name = f"{resource.name}Verification"
        arguments = self._type(resource.name).fields["verify"].args
        fields: list[Comparison] = []
        typenames: list[str] = []
        collected = self.collector.fields(type_name, subselections(nodes))
        for name, subnodes in collected.items():
            item = ItemName(subnodes[0].name.value)
            if item == TYPENAME:
                typenames.append(name)
                continue
            param = f"offered{len(self.params)}"
            self.params.append(
                Params((param,), _offered(resource.items[item], argument_value(nodes[0], item, arguments[item])))
            )
            self._ask(resource.name, item, Asked.VERIFY)
            fields.append((name, item, param, self._position(resource, item, (*path, name))))
        return VerifyField(key, type_name, tuple(fields), tuple(typenames), tuple(collected))

    def _position(self, resource: Resource, name: ItemName, path: tuple[str, ...]) -> Position:
        entry = self.source.catalogue.entries[Coordinate(resource.name, name)]
        return Position(path, Coordinate(resource.name, name), entry.code, entry.provider)

    def _ask_lookup(self, resource: Resource, item: ItemName) -> None:
        """Rows that are found by an item disclose it; an internal item is ruled by what leads to it."""
        if not resource.items[item].internal:
            self._ask(resource.name, item, Asked.FIND)

    def _ask(self, resource: ResourceName, item: ItemName, asked: Asked) -> None:
        self.questions[Question(Coordinate(resource, item), asked, self.matter)] = None


@dataclass(frozen=True, slots=True)
class WhereValues:
    """The operands of one `where`, in the order in which its shape names them."""

    resource: Resource
    prefix: str
    where_of: ValueOf

    def __call__(self, variables: Variables) -> tuple[object, ...]:
        reader = WhereReader(self.resource, self.prefix)
        reader.read(cast("Mapping[str, object]", self.where_of(variables)))
        return tuple(reader.values)


def _offered(item: Item, value: ValueOf) -> "Offered":
    assert item.match is not None
    return Offered(item.match, value)


@dataclass(frozen=True, slots=True)
class Offered:
    """The value that a caller offers for a match check, normalised; None where nothing is offered."""

    kind: str
    value: ValueOf

    def __call__(self, variables: Variables) -> tuple[object, ...]:
        value = self.value(variables)
        return (None if value is None else normalise_for_match(self.kind, cast("str", value)),)
