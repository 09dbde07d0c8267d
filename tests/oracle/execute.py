"""The oracle: graphql-core's plain execution, one resolver call and one decision a cell, over unmasked rows.

What is told beside the data is worked out in two ways: what holds on every row by walking the document once for each type
(`tests.oracle.walk`), what depends on the row while its cell is resolved.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, cast

import graphql
from graphql import GraphQLResolveInfo, GraphQLSchema, OperationDefinitionNode, parse
from graphql.execution.values import VariableValues, get_variable_values

from catalogue.model import Catalogue, Coordinate, Form, Item, Lookup, LookupKind, Relation, Resource
from catalogue.predicate import ItemName
from sharing.decision import Asked
from tests.oracle import cells
from tests.oracle.law import Asker, Law, Row, Ruling
from tests.oracle.places import distance_m, inside, ring_inside
from tests.oracle.walk import Path, Place, Trail, Walk, compared_outcome, outcome_of, used_items
from tests.oracle.world import World

Told: TypeAlias = tuple[Path, str, str, str, Path | None]
"""Path, coordinate, outcome, reason; the indexed path where it holds for some rows."""


@dataclass(frozen=True, slots=True)
class Result:
    """What must come of a request."""

    data: object
    errors: frozenset[tuple[Path, str]]
    outcomes: frozenset[Told]


@dataclass(frozen=True, slots=True)
class Node:
    """`found_by`: the item by whose value the row was found, where it was."""

    resource: Resource
    row: Row
    found_by: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a caller offers to be compared with a row."""

    node: Node
    values: Mapping[str, Any]


class SourceDownError(Exception):
    """The source of a position does not answer."""


class Oracle:
    """Executes against one world. `schema` is a plain one, without a resolver of its own."""

    def __init__(self, schema: GraphQLSchema, world: World) -> None:
        self.schema = schema
        self.world = world
        self.by_value: dict[tuple[str, str], dict[object, list[Row]]] = {}
        holders: dict[object, list[object]] = {}
        for row in world.rows["RightHolder"]:
            holders.setdefault(row["code"], []).append(row["unitCode"])
        self.units_of = holders

    def run(
        self, catalogue: Catalogue, asker: Asker, text: str, variables: Mapping[str, Any], down: Mapping[str, str]
    ) -> Result:
        """The answer that the law and the specification ask for. `down`: sources that do not answer, with the reason.

        First without the grants whose quota is used up, of those that something read would rely on; then once more without
        the comparisons of which, as it turned out, too many have failed.
        """
        spent: frozenset[str] = frozenset()
        while asker.spent - spent:
            relied = _Run(self, catalogue, replace(asker, spent=spent), down).relied(text, variables)
            if not relied & (asker.spent - spent):
                break
            spent |= relied & asker.spent
        asker = replace(asker, spent=spent)
        first = _Run(self, catalogue, asker, down)
        result = first.run(text, variables)
        barred = first.too_many()
        return _Run(self, catalogue, asker, down, barred).run(text, variables) if barred else result

    def rows_by(self, resource: str, item: str, value: object) -> list[Row]:
        """The rows whose item holds the value."""
        if (resource, item) == ("RealEstateUnit", "holderCode"):
            units = self.units_of.get(value, [])
            return [row for row in self.world.rows[resource] if row["unitCode"] in units]
        index = self.by_value.get((resource, item))
        if index is None:
            index = self.by_value[resource, item] = {}
            for row in self.world.rows[resource]:
                index.setdefault(row.get(item), []).append(row)
        return [] if value is None else index.get(value, [])


class _Run:
    def __init__(
        self,
        oracle: Oracle,
        catalogue: Catalogue,
        asker: Asker,
        down: Mapping[str, str],
        barred: frozenset[tuple[str, str]] = frozenset(),
    ) -> None:
        self.barred = barred
        self.compared: dict[tuple[str, str], dict[Trail, bool]] = {}
        self.oracle = oracle
        self.catalogue = catalogue
        self.law = Law(catalogue, asker)
        self.down = down
        self.told: set[Told] = set()
        self.places: Mapping[Trail, Place] = {}

    def relied(self, text: str, variables: Mapping[str, Any]) -> set[str]:
        """The grants by which anything that would be read is open."""
        document = parse(text)
        operation = next(each for each in document.definitions if isinstance(each, OperationDefinitionNode))
        values = get_variable_values(self.oracle.schema, operation.variable_definitions or (), dict(variables))
        assert isinstance(values, VariableValues), values
        walk = Walk(self.law, self.oracle.schema, document, values, self.tell)
        walk.walk()
        return walk.relied

    def run(self, text: str, variables: Mapping[str, Any]) -> Result:
        document = parse(text)
        operation = next(each for each in document.definitions if isinstance(each, OperationDefinitionNode))
        values = get_variable_values(self.oracle.schema, operation.variable_definitions or (), dict(variables))
        assert isinstance(values, VariableValues), values
        self.places = Walk(self.law, self.oracle.schema, document, values, self.tell).walk()
        result = graphql.execute(
            self.oracle.schema,
            document,
            variable_values=dict(variables),
            field_resolver=self.resolve,
            type_resolver=lambda node, *_: cast("Node", node).resource.name,
        )
        assert isinstance(result, graphql.ExecutionResult)
        errors = set()
        for error in result.errors or ():
            if not isinstance(error.original_error, SourceDownError):
                raise error
            errors.add((tuple(error.path or ()), str(error.original_error)))
        return Result(result.data, frozenset(errors), frozenset(self.told))

    # Cells

    def resolve(self, source: Any, info: GraphQLResolveInfo[Any], **args: Any) -> Any:
        trail = _trail(info)
        path: Path = tuple(info.path.as_list())
        name = info.field_name
        if info.parent_type.name == "Query":
            return self._root(self.places[trail], trail, path, name, args)
        if isinstance(source, Offer):
            return self._compare(source, ItemName(name), self.places[trail], (trail, path))
        node = cast("Node", source)
        if name == "verify":
            return Offer(node, args)
        place = self.places[trail]
        entry = self.catalogue.entries[place.at]
        if isinstance(entry, Relation):
            return self._relation(node, entry, place, path, args)
        ruling = self._ruling(node, place, path)
        return None if ruling.form is None else self._cell(node, entry, ruling.form, place, path)

    def _ruling(self, node: Node, place: Place, path: Path, asked: Asked = Asked.SHOW) -> Ruling:
        ruling = self.law.ruling(place.at, asked, node.row)
        if place.fixed is None:
            self.tell(outcome_of(ruling), ruling.reason, place.at, path, path)
        return ruling

    def _cell(self, node: Node, item: Item, form: Form, place: Place, path: Path) -> object:
        if item.derivation is not None and item.derivation.via is not None:
            return self._derived_elsewhere(node, item, place, path)
        value = self.law.value(node.resource, node.row, item.name)
        if item.type == "GeoJSON":
            shown = cells.masked(cast("str", item.mask), value) if form is Form.MASKED else value
            return None if shown is None else json.loads(cast("str", cells.travelling(shown)))
        if form is Form.MASKED:
            return cells.travelling(cells.masked(cast("str", item.mask), value))
        names = cells.NAMES_OF_CODES.get(item.type)
        kind = "GB/T 3304" if item.standard == "GB/T 3304" else item.type
        if value is not None and (value not in names if names else not cells.conforms(kind, value)):
            self.tell("NONCONFORMING", "NONCONFORMING", place.at, path, path)
        return names.get(value) if names else cells.travelling(value)

    def _derived_elsewhere(self, node: Node, item: Item, place: Place, path: Path) -> object:
        assert item.derivation is not None
        relation = node.resource.relations[ItemName(cast("str", item.derivation.via))]
        key = node.row.get(relation.key)
        if key is None:
            return None
        target = relation.targets[0]
        resource = self.catalogue.resources[target.resource]
        rows = self._read(resource, place.at, path, lambda: self._by_key(resource, resource.lookups[target.lookup], key))
        if not rows:
            return False if item.type == "Boolean" else None
        if len(rows) > 1:
            self.tell("NONCONFORMING", "AMBIGUOUS_KEY", place.at, path, path)
            return None
        held = [rows[0].get(operand) for operand in item.derivation.items]
        return cells.derive(item.derivation.op, held, self.law.asker.today)

    def _compare(self, offer: Offer, item: ItemName, place: Place, at: tuple[Trail, Path]) -> str | None:
        (trail, path), node = at, offer.node
        ruling = self.law.ruling(place.at, Asked.VERIFY, node.row)
        found = cells.compared(cast("str", node.resource.items[item].match), offer.values.get(item), node.row.get(item))
        if ruling.form is Form.VERIFY and found in ("MATCH", "NO_MATCH"):
            pair = self.catalogue.entries[place.at].code, self._identity(node)
            if pair[1] is None:
                ruling = Ruling(None, "MISSING_FACT")
            elif (pair[0], str(pair[1])) in self.barred:
                ruling = Ruling(None, "ATTEMPTS_EXHAUSTED")
            else:
                self.compared.setdefault((pair[0], str(pair[1])), {})[trail] = found == "MATCH"
        if place.fixed is None:
            self.tell(compared_outcome(ruling), ruling.reason, place.at, path, path)
        return None if ruling.form is None else found

    def _identity(self, node: Node) -> object:
        """What tells the row apart, where the caller's department may know it."""
        resource = node.resource
        item = resource.key or resource.subject
        if item is None or item == node.found_by:
            return node.row.get(item or node.found_by)
        asked = Asked.ROW if item == resource.key else Asked.FIND
        if not resource.items[item].internal and self._ruled(resource, item, asked, node.row).form is not Form.FULL:
            return None
        return node.row.get(item)

    def too_many(self) -> frozenset[tuple[str, str]]:
        """The rows and items of which too many comparisons have failed, before this request or in it."""
        asker = self.law.asker
        found = set()
        for (item, row), told in self.compared.items():
            several = 0 if all(told.values()) else len(told)
            if several > asker.attempts or any(asker.barred(department, item, row) for department in asker.counted_for):
                found.add((item, row))
        return frozenset(found)

    # Rows

    def _root(self, place: Place, trail: Trail, path: Path, name: str, args: Mapping[str, Any]) -> object:
        resource, root = self.catalogue.roots[name]
        lookup = resource.lookups[root.lookup]
        keys: Sequence[object] = args[root.argument] if root.batch else [args.get(root.argument)]
        if place.refused:
            return [None] * len(keys) if root.batch else None
        if not keys:
            return []

        def found(key: object) -> list[Row]:
            if lookup.kind is LookupKind.EQUALS:
                return self._by_key(resource, lookup, key)
            return self._by_place(resource, lookup, args)

        many = [self._read(resource, place.at, path, lambda key=key: self._open(resource, lookup, found(key), False, args))
                for key in keys]  # fmt: skip
        by = lookup.item if lookup.kind is LookupKind.EQUALS else ""
        if root.batch:
            return [self._one(resource, rows, place, (*path, at), None, by) for at, rows in enumerate(many)]
        if not lookup.unique:
            return [Node(resource, row, by) for row in many[0]]
        return self._one(resource, many[0], place, path, None, by)

    def _relation(self, node: Node, relation: Relation, place: Place, path: Path, args: Mapping[str, Any]) -> object:
        if place.refused:
            return None
        ruling = self._ruling(node, place, path)
        if ruling.form is not Form.FULL:
            return None
        targets = relation.targets
        if relation.discriminator is not None:
            kind = node.row.get(relation.discriminator)
            targets = tuple(target for target in targets if target.when == kind)
        if not targets:
            return None
        resource = self.catalogue.resources[targets[0].resource]
        lookup = resource.lookups[targets[0].lookup]
        key = node.row.get(relation.key)
        if key is None:
            return [] if relation.many else None
        rows = self._read(
            resource, place.at, path,
            lambda: self._open(resource, lookup, self._by_key(resource, lookup, key), relation.linkable, args),
        )  # fmt: skip
        if relation.many:
            return [Node(resource, row, lookup.item) for row in rows]
        by_own_key = relation.key == node.resource.key
        return self._one(resource, rows, place, path, None if by_own_key else "REFERENCE_WITHOUT_ROW", lookup.item)

    def _read(self, resource: Resource, at: Coordinate, path: Path, read: Any) -> list[Row]:
        source = self.oracle.world.sources.bindings[resource.name].source
        if source in self.down:
            # a batch is one position, whichever of its keys is read
            self.tell("SOURCE_UNAVAILABLE", self.down[source], at, path, path)
            raise SourceDownError(self.down[source])
        return cast("list[Row]", read())

    def _one(
        self, resource: Resource, rows: list[Row], place: Place, path: Path, dangling: str | None, by: str
    ) -> Node | None:
        """One row is shown; two are not, for nobody knows which is meant; where rules may hide it, absence is withheld."""
        if len(rows) == 1:
            return Node(resource, rows[0], by)
        hidden = place.hidden.get(resource.name)
        if rows:
            self.tell("NONCONFORMING", "AMBIGUOUS_KEY", place.at, path, path)
        elif hidden is not None:
            self.tell("WITHHELD", "ROW_RULE", hidden, path, path)
        elif dangling is not None:
            self.tell("NONCONFORMING", dangling, place.at, path, path)
        return None

    def _by_key(self, resource: Resource, lookup: Lookup, key: object) -> list[Row]:
        return [row for row in self.oracle.rows_by(resource.name, lookup.item, key) if self._is_part(resource, lookup, row)]

    def _is_part(self, resource: Resource, lookup: Lookup, row: Row) -> bool:
        conditions = [each for each in (lookup.filter, resource.published_when) if each is not None]
        return all(self.law.truth(each, resource, row) is True for each in conditions)

    def _by_place(self, resource: Resource, lookup: Lookup, args: Mapping[str, Any]) -> list[Row]:
        ranked: list[tuple[float, Row]] = []
        for row in self.oracle.world.rows[resource.name]:
            if not self._is_part(resource, lookup, row):
                continue
            shape = row["#shape"]
            match lookup.kind:
                case LookupKind.AT_POINT:
                    if inside((args["longitude"], args["latitude"]), shape):
                        ranked.append(((shape[1][0] - shape[0][0]) ** 2, row))
                case LookupKind.NEAR:
                    away = distance_m((args["longitude"], args["latitude"]), shape)
                    if away <= args["radiusMetres"]:
                        ranked.append((away, row))
                case LookupKind.WITHIN:
                    if ring_inside(shape, args["polygon"]["coordinates"][0]):
                        ranked.append((0.0, row))
        ranked.sort(key=lambda pair: (pair[0], str(pair[1].get(resource.key or ""))))
        return [row for _, row in ranked]

    def _open(
        self, resource: Resource, lookup: Lookup, rows: list[Row], linkable: bool, args: Mapping[str, Any]
    ) -> list[Row]:
        """Those that the caller may see and asked for: no object without its key, no use of what is not open in full."""
        used = [(item, Asked.USE) for item in used_items(args)]
        if not linkable and not resource.items[lookup.item].internal:
            used.append((lookup.item, Asked.FIND))
        kept = []
        for row in rows:
            if resource.key is not None and not self._may(resource, resource.key, Asked.ROW, row):
                continue
            if not all(self._may(resource, item, asked, row) for item, asked in used):
                continue
            if args.get("where") is None or self._meets(resource, args["where"], row) is True:
                kept.append(row)
        if lookup.unique:
            return kept[:1] if lookup.kind is LookupKind.AT_POINT else kept
        if lookup.kind is LookupKind.EQUALS:
            for item in reversed(resource.ordered_by):
                kept = _sorted(kept, item, descending=False)
        for order in reversed(args.get("orderBy") or ()):
            kept = _sorted(kept, order["item"], descending=order.get("direction") == "DESC")
        first = args.get("first", 1000)
        return kept[: 20 if first is None else first]

    def _may(self, resource: Resource, item: str, asked: Asked, row: Row) -> bool:
        return self._ruled(resource, item, asked, row).form is not None

    def _ruled(self, resource: Resource, item: str, asked: Asked, row: Row) -> Ruling:
        return self.law.ruling(Coordinate(resource.name, ItemName(item)), asked, row)

    def _meets(self, resource: Resource, where: Mapping[str, Any], row: Row) -> bool | None:
        truths: list[bool | None] = []
        for name, value in where.items():
            if value is None:
                continue
            match name:
                case "and":
                    truths += [self._meets(resource, part, row) for part in value]
                case "or":
                    parts = [self._meets(resource, part, row) for part in value]
                    truths.append(True if True in parts else None if None in parts else False)
                case "not":
                    truth = self._meets(resource, value, row)
                    truths.append(None if truth is None else not truth)
                case _:
                    truths += [_compare(resource, name, op, operand, row.get(name)) for op, operand in value.items()]
        return False if False in truths else None if None in truths else True

    def tell(self, outcome: str, reason: str, at: Coordinate, path: Path, row: Path | None) -> None:
        names = tuple(part for part in path if isinstance(part, str))
        self.told.add((names, str(at), outcome, reason, row))


def _compare(resource: Resource, name: str, op: str, operand: Any, held: Any) -> bool | None:
    if op == "isNull":
        return False if operand is None else (held is None) == operand
    codes = {shown: code for code, shown in cells.NAMES_OF_CODES.get(resource.items[ItemName(name)].type, {}).items()}
    if held is None or operand is None:
        return None
    match op:
        case "eq":
            return bool(held == codes.get(operand, operand))
        case "in":
            return any(held == codes.get(each, each) for each in operand)
        case "gte":
            return bool(held >= operand)
        case "lte":
            return bool(held <= operand)
    raise AssertionError(op)


def _sorted(rows: list[Row], item: str, *, descending: bool) -> list[Row]:
    held = sorted((row for row in rows if row.get(item) is not None), key=lambda row: row[item], reverse=descending)
    return held + [row for row in rows if row.get(item) is None]


def _trail(info: GraphQLResolveInfo[Any]) -> Trail:
    levels = []
    at: Any = info.path
    while at is not None:
        if isinstance(at.key, str):
            levels.append((at.typename, at.key))
        at = at.prev
    return tuple(reversed(levels))
