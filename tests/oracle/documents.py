"""Documents, valid against the schema, drawn at random with their variables."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from catalogue.model import LookupKind, Relation, Resource, ResourceName
from catalogue.predicate import ItemName
from schema.filters import is_filterable, operators_of
from tests.oracle import cells
from tests.oracle.world import World

ENUMS = {kind: tuple(names.values()) for kind, names in cells.NAMES_OF_CODES.items()}


class Name(str):
    """An enum's name: bare in a document, a string in a variable."""


class Variable(str):
    """A variable's name in the place of a value."""


class NoValue:
    """What is left out."""


LEFT_OUT = NoValue()
COMPANY = ResourceName("LegalEntity")


@dataclass(frozen=True, slots=True)
class Document:
    """`again` gives the same variables other values: conditions turned, filters of another shape, some left out."""

    text: str
    variables: Mapping[str, Any]
    again: Mapping[str, Any] = field(default_factory=dict)


def literal(value: object) -> str:
    """A value as a document writes it."""
    match value:
        case Variable():
            return f"${value}"
        case Name():
            return str(value)
        case dict():
            return "{" + ", ".join(f"{name}: {literal(part)}" for name, part in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(literal, value)) + "]"
        case _:
            return json.dumps(value, ensure_ascii=False)


def told(value: object) -> object:
    """A row's value as a caller writes it."""
    match value:
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case _:
            return value


@dataclass
class Writer:
    """Writes one document. `seen`: per position, type and response key its arguments, so that fields merge."""

    random: Random
    world: World
    variables: dict[str, tuple[str, object, object]] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)
    named: dict[str, list[str]] = field(default_factory=dict)
    seen: dict[tuple[object, ...], str] = field(default_factory=dict)
    budget: int = 30
    constant: bool = False
    """No further variable is made."""

    def document(self) -> Document:
        roots = list(self.world.catalogue.roots)
        lines = [self._list()] if self._chance(0.15) else []
        lines += [self._checks()] if self._chance(0.1) else []
        lines += [self._leads()] if self._chance(0.1) else []
        for _ in range(self.random.choice((1, 1, 1, 2, 3))):
            lines.append(self._root("licence" if self._chance(0.1) else self.random.choice(roots)))
        if self.random.random() < 0.1:
            lines.append("__typename")
        self.random.shuffle(lines)
        head = ""
        if self.variables:
            stated = [f"${name}: {kind}" + ("" if default is LEFT_OUT else f" = {literal(default)}")
                      for name, (kind, default, _) in self.variables.items()]  # fmt: skip
            head = f"query Q({', '.join(stated)}) "
        text = "\n".join([f"{head}{{ {' '.join(lines)} }}", *self.fragments])
        given = {name: _json(value) for name, (_, _, value) in self.variables.items() if value is not LEFT_OUT}
        return Document(text, given, self._again(given))

    def _again(self, given: Mapping[str, Any]) -> dict[str, Any]:
        self.constant = True
        again = dict(given)
        for name, (kind, _, _) in self.variables.items():
            if kind.startswith("Boolean") and self._chance(0.5):
                again[name] = not given.get(name)
            elif kind.endswith("Where") and _is_null_check(given.get(name)) and self._chance(0.5):
                again[name] = {item: {"isNull": not check["isNull"]} for item, check in given[name].items()}
            elif kind.endswith("Where") and self._chance(0.5):
                again[name] = _json(self._where(self.world.catalogue.resources[ResourceName(kind[:-5])], 0))
            elif kind.endswith("OrderBy!]") and self._chance(0.7):
                held = again[name][0] if isinstance(again[name], list) else again[name]
                turned = {"item": held["item"], "direction": "ASC" if held.get("direction") == "DESC" else "DESC"}
                redrawn = self._order(self.world.catalogue.resources[ResourceName(kind[1:-9])])
                again[name] = [turned] if self._chance(0.5) else _json(redrawn)
            elif not kind.endswith("!") and self._chance(0.2):
                again.pop(name, None)
        return again

    def _chance(self, share: float) -> bool:
        return self.random.random() < share

    # Values

    def _given(self, kind: str, value: object, nullable: bool = True) -> object:
        """The value itself, or a variable that holds it, perhaps by default."""
        if self.constant or _holds_variable(value) or self._chance(0.55):
            return value
        name = Variable(f"v{len(self.variables)}")
        bare = kind.removesuffix("!")
        if self._chance(0.25):
            # the default may fill a place that takes no null
            self.variables[name] = (bare, value, LEFT_OUT)
        elif nullable and self._chance(0.3):
            self.variables[name] = (bare, LEFT_OUT, self.random.choice((LEFT_OUT, None, value)))
        elif nullable and self._chance(0.2):
            self.variables[name] = (bare, value, None)
        else:
            self.variables[name] = (kind, LEFT_OUT, value)
        return name

    def _held(self, resource: str, item: str) -> object:
        values = [row[item] for row in self.world.rows[resource] if row.get(item) is not None]
        if self._chance(0.5):
            values = values[:20]  # those that most rows of other resources lead to
        return told(self.random.choice(values)) if values else None

    def _key(self, resource: Resource, item: str) -> object:
        kind = resource.items[item].type  # type: ignore[index]
        for _ in range(20):
            value = self._held(resource.name, item)
            if kind not in ("IdentityNumber", "CreditCode", "LicenceIdentifier") or cells.conforms(kind, str(value)):
                if self._chance(0.05) and kind == "String":
                    return "NOBODY"
                if kind == "IdentityNumber" and self._chance(0.05):
                    return "11010519491231002X"
                return value
        raise AssertionError("no row conforms")

    # Roots

    def _root(self, name: str) -> str:
        resource, root = self.world.catalogue.roots[name]
        lookup = resource.lookups[root.lookup]
        args: dict[str, object] = {}
        kind = resource.items[lookup.item].type
        match lookup.kind:
            case LookupKind.EQUALS if root.batch:
                args[root.argument] = self._batch(resource, lookup.item, kind)
            case LookupKind.EQUALS:
                args[root.argument] = self._given(f"{kind}!", self._key(resource, lookup.item), nullable=False)
            case LookupKind.WITHIN:
                west, south = self.random.choice((118.49, 118.505)), self.random.choice((31.99, 32.005))
                east, north = west + 0.07, south + 0.06
                ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
                args["polygon"] = self._given("GeoJSON!", {"type": Name('"Polygon"'), "coordinates": [ring]}, nullable=False)
            case LookupKind.NEAR:
                args["latitude"] = self._given("Float!", self.random.choice((32, 32.0105)), nullable=False)
                args["longitude"] = self._given("Float!", 118.702, nullable=False)
                if self._chance(0.6):
                    args["radiusMetres"] = self._given("Float!", self.random.choice((500, 1200.5)), nullable=False)
            case LookupKind.AT_POINT:
                args["latitude"] = self._given("Float!", 31.2, nullable=False)
                args["longitude"] = self._given("Float!", self.random.choice((117.3, 99.0)), nullable=False)
        if lookup.kind in (LookupKind.NEAR, LookupKind.WITHIN) and self._chance(0.5):
            args["first"] = self._first()
        return self._field("Query", name, args, resource, (), 0)

    def _checks(self) -> str:
        """Rows compared that were found by something else than what tells them apart."""
        name, relation, compared = self.random.choice(
            (("persons", "licences", "printedSerial"), ("legalEntities", "licences", "printedSerial"),
             ("persons", "realEstateUnits", "certificateNumber"), ("persons", "representedEntities", "representativeName"))
        )  # fmt: skip
        resource, root = self.world.catalogue.roots[name]
        item = resource.lookups[root.lookup].item
        target = resource.relations[ItemName(relation)].targets[0].resource
        keys = self._always(f"[{resource.items[item].type}!]!", [self._key(resource, item) for _ in range(6)])
        offered = self._always("String", self._held(target, compared))
        verified = f"verify({compared}: ${offered}) {{ {compared} }}"
        return f"checked: {name}({root.argument}: ${keys}) {{ {relation} {{ {verified} }} }}"

    def _leads(self) -> str:
        """Many parents whose relation goes by a key that is not shown, and is open on some of them only."""
        keys = self._always(
            "[CreditCode!]!", [self._key(self.world.catalogue.resources[COMPANY], "creditCode") for _ in range(8)]
        )
        return f"leading: legalEntities(creditCodes: ${keys}) {{ representative {{ sex }} }}"

    def _list(self) -> str:
        """Many parents' lists, filtered and ordered by variables: another sense of the same shape is another answer."""
        name = self.random.choice(("persons", "legalEntities"))
        resource, root = self.world.catalogue.roots[name]
        item = resource.lookups[root.lookup].item
        keys = self._always(f"[{resource.items[item].type}!]!", [self._key(resource, item) for _ in range(15)])
        held = self.random.choice(("validUntil", "validFrom", "status"))
        where = self._always("LicenceWhere", {held: {"isNull": self._chance(0.3)}})
        ordered = {"item": Name(self.random.choice(("number", "issuedOn", "fileUrl")))}
        order = self._always("[LicenceOrderBy!]", [ordered])
        inner = f"{{ licences(where: ${where}, orderBy: ${order}) {{ number {held} }} }}"
        return f"listed: {name}({root.argument}: ${keys}) {inner}"

    def _batch(self, resource: Resource, item: str, kind: str) -> object:
        keys = [self._key(resource, item) for _ in range(self.random.choice((0, 1, 2, 5, 12)))]
        if keys and self._chance(0.4):
            keys.append(keys[0])
        if len(keys) == 1 and self._chance(0.5):
            return self._given(f"[{kind}!]!", keys[0], nullable=False)  # one value stands for a list of it
        if self._chance(0.4):
            return self._given(f"[{kind}!]!", keys, nullable=False)
        whole = self._chance(0.3)
        return [self._always(f"{kind}!", key) if whole else self._given(f"{kind}!", key, nullable=False) for key in keys]

    def _always(self, kind: str, value: object) -> Variable:
        name = Variable(f"v{len(self.variables)}")
        self.variables[name] = (kind, LEFT_OUT, value)
        return name

    def _first(self) -> object:
        return self._given("Int", self.random.choice((1, 2, 3, 7, 50, None)))

    # Selections

    def _field(
        self, owner: str, name: str, args: Mapping[str, object], target: object, path: tuple[str, ...], depth: int
    ) -> str:
        key = name if self._chance(0.75) else f"{name}_{self.random.choice('ab')}"
        given = "(" + ", ".join(f"{arg}: {literal(value)}" for arg, value in args.items()) + ")" if args else ""
        known = self.seen.setdefault((path, owner, key), given)
        if known != given and self._chance(0.5):
            given = known  # the same field again: its selections merge
        elif known != given:
            key = f"{name}_{len(self.seen)}"
            self.seen[path, owner, key] = given
        alias = "" if key == name else f"{key}: "
        inner = ""
        if target is not None:
            inner = " " + self._inner(target, (*path, key), depth + 1)
        return f"{alias}{name}{given}{self._conditions()}{inner}"

    def _conditions(self) -> str:
        if not self._chance(0.08):
            return ""
        made = []
        for name in self.random.choice((("include",), ("skip",), ("skip", "include"))):
            passes = self._chance(0.75)
            value = passes if name == "include" else not passes
            made.append(f" @{name}(if: {literal(self._given('Boolean!', value, nullable=False))})")
        return "".join(made)

    def _inner(self, target: object, path: tuple[str, ...], depth: int) -> str:
        if isinstance(target, Resource):
            return "{ " + " ".join(self._selections(target, path, depth)) + " }"
        if isinstance(target, Relation):
            return self._union(target, path, depth)
        assert isinstance(target, tuple)
        verified = [self._field(f"{target[0].name}Verification", item, {}, None, path, depth) for item in target[1]]
        if self._chance(0.3):
            verified.insert(self.random.randrange(len(verified) + 1), "__typename")
        return "{ " + " ".join(verified) + " }"

    def _union(self, relation: Relation, path: tuple[str, ...], depth: int) -> str:
        parts = []
        for target in relation.targets:
            resource = self.world.catalogue.resources[target.resource]
            for _ in range(self.random.choice((0, 1, 1, 2))):
                inner = " ".join(self._selections(resource, path, depth))
                parts.append(self._fragment(resource.name, f"{{ {inner} }}"))
        if self._chance(0.5) or not parts:
            parts.append("__typename" if self._chance(0.7) else f"... on {relation.union} {{ __typename }}")
        self.random.shuffle(parts)
        return "{ " + " ".join(parts) + " }"

    def _fragment(self, kind: str, inner: str) -> str:
        conditions = self._conditions()
        if self._chance(0.65):
            return f"... on {kind}{conditions} {inner}"
        name = f"F{len(self.fragments)}"
        self.fragments.append(f"fragment {name} on {kind} {inner}")
        self.named.setdefault(kind, []).append(name)
        return f"...{name}{conditions}"

    def _selections(self, resource: Resource, path: tuple[str, ...], depth: int) -> list[str]:
        made: list[str] = []
        for _ in range(self.random.choice((1, 2, 3, 5) if depth < 3 else (1, 2))):
            self.budget -= 1
            kind = self.random.random()
            if kind < 0.08:
                made.append("__typename")
            elif kind < 0.2 and depth < 4 and self.budget > 0:
                inner = f"{{ {' '.join(self._selections(resource, path, depth + 1))} }}"
                bare = self._chance(0.2)
                made.append(f"...{self._conditions()} {inner}" if bare else self._fragment(resource.name, inner))
            elif kind < 0.24 and self.named.get(resource.name):
                made.append(f"...{self.random.choice(self.named[resource.name])}")
            elif kind < 0.54 and resource.relations and depth < 5 and self.budget > 0:
                made.append(self._relation(resource, path, depth))
            elif kind < 0.62 and resource.verify:
                made.append(self._verify(resource, path, depth))
            else:
                item = self.random.choice([each for each in resource.items.values() if not each.internal])
                made.append(self._field(resource.name, item.name, {}, None, path, depth))
        return made

    def _verify(self, resource: Resource, path: tuple[str, ...], depth: int) -> str:
        args: dict[str, object] = {}
        for item in resource.verify:
            if self._chance(0.6):
                value = self._held(resource.name, item)
                if resource.items[item].type == "IdentityNumber" and not cells.conforms("IdentityNumber", str(value)):
                    continue
                if isinstance(value, str) and self._chance(0.3) and resource.items[item].type == "String":
                    value = self.random.choice((f" {value}", value.replace("1", "１"), "没有"))
                args[item] = self._given(resource.items[item].type, value)
        asked = tuple(item for item in resource.verify if self._chance(0.7)) or resource.verify[:1]
        return self._field(resource.name, "verify", args, (resource, asked), path, depth)

    def _relation(self, resource: Resource, path: tuple[str, ...], depth: int) -> str:
        relations = list(resource.relations.values())
        unions = [each for each in relations if each.union is not None]
        lists = [each for each in relations if each.many and not each.component]
        relation = self.random.choice(unions if unions and self._chance(0.7) else relations)
        if lists and self._chance(0.4):
            relation = self.random.choice(lists)
        if relation.union is not None:
            return self._field(resource.name, relation.name, {}, relation, path, depth)
        target = self.world.catalogue.resources[relation.targets[0].resource]
        args: dict[str, object] = {}
        if relation.many and not relation.component:
            args = self._listing(target)
        return self._field(resource.name, relation.name, args, target, path, depth)

    # Lists

    def _listing(self, target: Resource) -> dict[str, object]:
        args: dict[str, object] = {}
        if self._chance(0.45):
            args["where"] = self._given(f"{target.name}Where", self._where(target, 0))
        if self._chance(0.45):
            args["orderBy"] = self._order(target)
        if self._chance(0.4):
            args["first"] = self._first()
        return args

    def _where(self, target: Resource, depth: int) -> object:
        made: dict[str, object] = {}
        items = [item for item in target.items.values() if is_filterable(item)]
        for item in self.random.sample(items, min(len(items), self.random.choice((0, 1, 1, 2)))):
            made[item.name] = None if self._chance(0.04) else self._comparison(target, item.name, item.type)
        if depth < 2 and self._chance(0.25):
            made["or"] = [self._where(target, depth + 1) for _ in range(self.random.choice((0, 1, 2)))]
        if depth < 2 and self._chance(0.15):
            made["and"] = self._where(target, depth + 1) if self._chance(0.4) else [self._where(target, depth + 1)]
        if depth < 2 and self._chance(0.15):
            made["not"] = self._where(target, depth + 1)
        return made

    def _comparison(self, target: Resource, item: str, kind: str) -> object:
        made: dict[str, object] = {}
        for op in self.random.sample(operators_of(kind), self.random.choice((1, 1, 2))):
            if op == "isNull":
                made[op] = self._leaf("Boolean", self._chance(0.5))
            elif op == "in":
                values = [self._operand(target, item, kind) for _ in range(self.random.choice((0, 1, 3)))]
                made[op] = self._leaf(f"[{kind}!]", values[0] if len(values) == 1 and self._chance(0.5) else values)
            else:
                made[op] = None if self._chance(0.03) else self._leaf(kind, self._operand(target, item, kind))
        return made

    def _leaf(self, kind: str, value: object) -> object:
        """A value within an input object, sometimes a variable of its own."""
        return self._given(kind, value) if self._chance(0.4) else value

    def _operand(self, target: Resource, item: str, kind: str) -> object:
        if kind in ENUMS:
            return Name(self.random.choice(ENUMS[kind]))
        for _ in range(20):
            value = self._held(target.name, item)
            if value is not None and cells.conforms(kind, str(value)):
                return value
        return {"Boolean": True, "Int": 1, "Float": 1.5, "Date": "2020-01-01", "Decimal": "1.5"}.get(kind, "没有")

    def _order(self, target: Resource) -> object:
        items = [item.name for item in target.items.values() if is_filterable(item)]
        if self._chance(0.7):  # those that put rows in an order
            telling = [name for name in items if len({row[name] for row in self.world.rows[target.name]}) > 10]
            items = telling or items
        made: list[object] = []
        for item in self.random.sample(items, min(len(items), self.random.choice((1, 1, 2)))):
            entry: dict[str, object] = {"item": self._leaf_required(f"{target.name}Item", Name(item))}
            if self._chance(0.6):
                entry["direction"] = self._leaf_required("SortDirection", Name(self.random.choice(("ASC", "DESC"))))
            made.append(entry)
        whole: object = made[0] if len(made) == 1 and self._chance(0.3) else made
        if self.constant or _holds_variable(whole) or self._chance(0.4):
            return whole
        name = Variable(f"v{len(self.variables)}")
        self.variables[name] = (f"[{target.name}OrderBy!]", LEFT_OUT, whole)
        return name

    def _leaf_required(self, kind: str, value: object) -> object:
        return self._always(f"{kind}!", value) if self._chance(0.15) and not self.constant else value


def _is_null_check(where: object) -> bool:
    checks = list(where.values()) if isinstance(where, dict) else []
    return bool(checks) and all(isinstance(check, dict) and list(check) == ["isNull"] for check in checks)


def _holds_variable(value: object) -> bool:
    match value:
        case Variable():
            return True
        case dict():
            return any(_holds_variable(part) for part in value.values())
        case list():
            return any(_holds_variable(part) for part in value)
        case _:
            return False


def _json(value: object) -> object:
    match value:
        case Name():
            return json.loads(value) if value.startswith('"') else str(value)
        case dict():
            return {name: _json(part) for name, part in value.items()}
        case list():
            return [_json(part) for part in value]
        case _:
            return value
