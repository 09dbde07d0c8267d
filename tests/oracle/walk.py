"""What holds on every row of a response position, worked out from the document, the catalogue and the law alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

from graphql import DocumentNode, FragmentDefinitionNode, GraphQLObjectType, GraphQLSchema, OperationDefinitionNode
from graphql.execution.collect_fields import FieldDetailsList, FragmentDetails, collect_fields, collect_subfields
from graphql.execution.values import VariableValues, get_argument_values

from catalogue.model import Coordinate, Form, Lookup, Relation, Resource, ResourceName
from catalogue.predicate import ItemName
from sharing.decision import Asked
from tests.oracle.law import Law, Opening, Ruling

Trail: TypeAlias = tuple[tuple[str, str], ...]
"""A response position: per level the object's type and the response key."""
Path: TypeAlias = tuple[str | int, ...]
Tell: TypeAlias = Callable[[str, str, Coordinate, Path, Path | None], None]
"""Takes an outcome, its reason, the coordinate, the path, and the indexed path where it holds for some rows."""


@dataclass(slots=True)
class Place:
    """What the walk found at a position: the ruling on all rows, or why nothing is read there, or what hides its rows."""

    at: Coordinate
    fixed: Ruling | None = None
    refused: bool = False
    hidden: dict[str, Coordinate | None] = field(default_factory=dict)


class Walk:
    """What holds on every row: once over the document, for every type that can stand at a position."""

    def __init__(self, law: Law, schema: GraphQLSchema, document: DocumentNode, values: VariableValues, tell: Tell) -> None:
        self.law = law
        self.catalogue = law.catalogue
        self.schema = schema
        self.values = values
        self.tell = tell
        self.places: dict[Trail, Place] = {}
        self.relied: set[str] = set()
        """The grants by which anything that is read of somebody is open."""
        self.somebody = True
        self.operation = next(each for each in document.definitions if isinstance(each, OperationDefinitionNode))
        self.fragments = {
            each.name.value: FragmentDetails(each, None)
            for each in document.definitions
            if isinstance(each, FragmentDefinitionNode)
        }

    def walk(self) -> Mapping[Trail, Place]:
        """Every position of data in the document."""
        query = cast("GraphQLObjectType", self.schema.query_type)
        found = collect_fields(self.schema, self.fragments, self.values, query, self.operation)
        for key, details in found.grouped_field_set.items():
            name = details[0].node.name.value
            if name != "__typename":
                self._root(((query.name, key),), name, details)
        return self.places

    def _root(self, trail: Trail, name: str, details: FieldDetailsList) -> None:
        resource, root = self.catalogue.roots[name]
        assert resource.key is not None
        lookup = resource.lookups[root.lookup]
        if root.batch:
            query = cast("GraphQLObjectType", self.schema.query_type)
            self.somebody = bool(get_argument_values(query.fields[name], details[0].node, self.values)[root.argument])
        else:
            self.somebody = True
        place = self.places[trail] = Place(Coordinate(resource.name, resource.key))
        access = self._access(resource, lookup, (), linkable=False)
        if isinstance(access, tuple):
            self._refuse(place, trail, *access)
            return
        self._rely_on_rows(resource, lookup, (), linkable=False)
        self._hide(place, trail, resource.name, access, many=not lookup.unique)
        self._rows(resource, details, trail, set(access))

    def _rows(self, resource: Resource, details: FieldDetailsList, trail: Trail, open_: set[Opening]) -> None:
        kind = cast("GraphQLObjectType", self.schema.type_map[resource.name])
        found = collect_subfields(self.schema, self.fragments, self.values, self.operation, kind, details)
        for key, fields in found.grouped_field_set.items():
            name, here = fields[0].node.name.value, (*trail, (kind.name, key))
            if name == "__typename":
                continue
            if name == "verify":
                self._verify(resource, fields, here, open_)
                continue
            at = Coordinate(resource.name, ItemName(name))
            place = self.places[here] = Place(at)
            place.fixed = self._fixed(at, Asked.SHOW, open_)
            entry = self.catalogue.entries[at]
            if isinstance(entry, Relation):
                self._relation(resource, entry, place, fields, (here, open_))
            else:
                if place.fixed is None or place.fixed.form is not None:
                    self._rely(at, Asked.SHOW)
                if place.fixed is not None:
                    self._tell_fixed(place.fixed, at, here)

    def _rely(self, at: Coordinate, asked: Asked) -> None:
        if self.somebody:
            self.relied |= {ruling.grant for ruling in self.law.rulings(at, asked) if ruling.grant is not None}

    def _rely_on_rows(self, resource: Resource, lookup: Lookup, used: Sequence[str], *, linkable: bool) -> None:
        for item, how in self._leading(resource, lookup, used, linkable=linkable):
            self._rely(Coordinate(resource.name, ItemName(item)), how)

    def _fixed(self, at: Coordinate, asked: Asked, open_: set[Opening]) -> Ruling | None:
        """The one ruling on all rows that are read there: rows that its own condition let through leave one way."""
        fixed = self.law.fixed(at, asked)
        if fixed is None and self.law.opening(at, asked) in open_ and len(self.law.rulings(at, asked)) == 1:
            return next(iter(self.law.rulings(at, asked)))
        return fixed

    def _verify(self, resource: Resource, fields: FieldDetailsList, trail: Trail, open_: set[Opening]) -> None:
        kind = cast("GraphQLObjectType", self.schema.type_map[f"{resource.name}Verification"])
        found = collect_subfields(self.schema, self.fragments, self.values, self.operation, kind, fields)
        for key, inner in found.grouped_field_set.items():
            name = inner[0].node.name.value
            if name == "__typename":
                continue
            at = Coordinate(resource.name, ItemName(name))
            here = (*trail, (kind.name, key))
            place = self.places[here] = Place(at, self._fixed(at, Asked.VERIFY, open_))
            if place.fixed is None or place.fixed.form is not None:
                self._rely(at, Asked.VERIFY)
            if place.fixed is not None and place.fixed.form is Form.VERIFY:
                place.fixed = None  # told for each row, for each may come to be barred
            if place.fixed is not None:
                self.tell(compared_outcome(place.fixed), place.fixed.reason, at, _names(here), None)

    def _relation(
        self, resource: Resource, relation: Relation, place: Place, fields: FieldDetailsList, on: tuple[Trail, set[Opening]]
    ) -> None:
        trail, open_ = on
        refusal = self._relation_refusal(resource, relation, place, open_)
        args: Mapping[str, Any] = {}
        if relation.many and not relation.component:
            kind = cast("GraphQLObjectType", self.schema.type_map[resource.name])
            args = get_argument_values(kind.fields[relation.name], fields[0].node, self.values)
        reached: list[tuple[Resource, dict[Opening, Coordinate]]] = []
        for target in relation.targets:
            if refusal is not None:
                break
            other = self.catalogue.resources[target.resource]
            access = self._access(other, other.lookups[target.lookup], used_items(args), linkable=relation.linkable)
            if isinstance(access, tuple):
                refusal = access
            else:
                reached.append((other, access))
        if refusal is not None:
            self._refuse(place, trail, *refusal)
            return
        self._rely(place.at, Asked.SHOW)
        for at in self._joining(resource, relation):
            self._rely(at, Asked.FIND)
        for target in relation.targets:
            other = self.catalogue.resources[target.resource]
            self._rely_on_rows(other, other.lookups[target.lookup], used_items(args), linkable=relation.linkable)
        if place.fixed is not None:
            self._tell_fixed(place.fixed, place.at, trail)
        for other, access in reached:
            self._hide(place, trail, other.name, access, many=relation.many)
            self._rows(other, fields, trail, set(access))

    def _relation_refusal(
        self, resource: Resource, relation: Relation, place: Place, open_: set[Opening]
    ) -> tuple[Coordinate, str] | None:
        if place.fixed is not None and place.fixed.form is None:
            return place.at, place.fixed.reason
        for at in self._joining(resource, relation):
            fixed = self.law.fixed(at, Asked.FIND)
            if fixed is not None and fixed.form is None:
                return at, fixed.reason
            if fixed is None and self.law.opening(at, Asked.FIND) not in open_:
                return at, "ROW_RULE"
        return None

    def _joining(self, resource: Resource, relation: Relation) -> list[Coordinate]:
        """The items of a row that lead to a relation's rows and have a rule of their own."""
        joining = [] if relation.linkable else [relation.key]
        joining += [] if relation.discriminator is None else [relation.discriminator]
        return [Coordinate(resource.name, item) for item in joining if not resource.items[item].internal]

    def _leading(
        self, resource: Resource, lookup: Lookup, used: Sequence[str], *, linkable: bool
    ) -> list[tuple[str, Asked]]:
        """What must be open of the rows themselves: their key, what finds them, what filters and orders them."""
        asked: list[tuple[str, Asked]] = [] if resource.key is None else [(resource.key, Asked.ROW)]
        if not linkable and not resource.items[lookup.item].internal:
            asked.append((lookup.item, Asked.FIND))
        return asked + [(item, Asked.USE) for item in sorted(set(used))]

    def _access(
        self, resource: Resource, lookup: Lookup, used: Sequence[str], *, linkable: bool
    ) -> tuple[Coordinate, str] | dict[Opening, Coordinate]:
        """Why no row may be read, or on which conditions rows may be, each with the item that it protects."""
        found: dict[Opening, Coordinate] = {}
        for item, how in self._leading(resource, lookup, used, linkable=linkable):
            at = Coordinate(resource.name, ItemName(item))
            fixed = self.law.fixed(at, how)
            if fixed is None:
                found.setdefault(self.law.opening(at, how), at)
            elif fixed.form is None:
                return at, fixed.reason
        return found

    def _hide(self, place: Place, trail: Trail, name: ResourceName, access: dict[Opening, Coordinate], many: bool) -> None:
        if many:
            for at in access.values():
                self.tell("WITHHELD", "ROW_RULE", at, _names(trail), None)
        else:
            place.hidden[name] = next(iter(access.values()), None)

    def _refuse(self, place: Place, trail: Trail, at: Coordinate, reason: str) -> None:
        place.refused = True
        self.tell("WITHHELD", reason, at, _names(trail), None)

    def _tell_fixed(self, ruling: Ruling, at: Coordinate, trail: Trail) -> None:
        self.tell(outcome_of(ruling), ruling.reason, at, _names(trail), None)


def used_items(args: Mapping[str, Any]) -> list[str]:
    """The items that filter and order."""
    return [*_filtering(args.get("where")), *(order["item"] for order in args.get("orderBy") or ())]


def _filtering(where: Mapping[str, Any] | None) -> list[str]:
    found: list[str] = []
    for name, value in (where or {}).items():
        if value is None:
            continue
        if name in ("and", "or"):
            for part in value:
                found += _filtering(part)
        elif name == "not":
            found += _filtering(value)
        elif any(op != "isNull" or operand is not None for op, operand in value.items()):
            found.append(name)
    return found


def outcome_of(ruling: Ruling) -> str:
    """The outcome's name."""
    return {None: "WITHHELD", Form.MASKED: "MASKED"}.get(ruling.form, "SHARED")


def compared_outcome(ruling: Ruling) -> str:
    """That of a comparison: whatever form is open, no more is told than whether it matched."""
    return "WITHHELD" if ruling.form is None else "COMPARED"


def _names(trail: Trail) -> Path:
    return tuple(key for _, key in trail)
