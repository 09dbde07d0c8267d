"""From a matter to what is asked of the registers: a root field for each role, with the items of all its materials.

What is composed is a part of a GraphQL document, planned and decided like any other: a check reads nothing that a query
could not. It depends on the matter's version, on which roles are taken by how many subjects, and on the situations; never on
a subject's code.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias, assert_never

from graphql import (
    ArgumentNode,
    FieldNode,
    IntValueNode,
    ListValueNode,
    NameNode,
    ObjectFieldNode,
    ObjectValueNode,
    SelectionSetNode,
    StringValueNode,
    ValueNode,
    VariableNode,
    print_ast,
)

from catalogue.matters import (
    AllOf,
    AnyOf,
    Certificate,
    Items,
    Material,
    Matter,
    Own,
    Replacement,
    SubjectKind,
    Theme,
)
from catalogue.model import Catalogue, Coordinate, LookupKind, Relation, Resource, ResourceName, Root
from catalogue.predicate import ItemName

RESOURCE_OF: Mapping[SubjectKind, ResourceName] = {
    SubjectKind.PERSON: ResourceName("Person"),
    SubjectKind.ORGANISATION: ResourceName("LegalEntity"),
    SubjectKind.REAL_ESTATE_UNIT: ResourceName("RealEstateUnit"),
    SubjectKind.LAND_PARCEL: ResourceName("LandParcel"),
}
CERTIFICATES = "certificates"
"""The response key of a subject's certificates, whatever materials ask for them."""
CERTIFICATE_ITEMS = ("identifier", "typeCode", "typeName", "number", "validUntil", "isValid")
MOST_ROWS = 100


class Taken(NamedTuple):
    """A role as it is taken in a check: by so many subjects of this kind."""

    role: str
    kind: SubjectKind
    number: int


class CheckShape(NamedTuple):
    """What the plan of a check depends on."""

    matter: Matter
    taken: tuple[Taken, ...]
    situations: frozenset[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A root field of the check: `alias` is its response key; `variable` the name under which its keys stand.

    `first`: the number of its first subject within the role; `batch`: whether it answers a list.
    """

    alias: str
    variable: str
    taken: Taken
    first: int
    batch: bool
    node: FieldNode


Path: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One item that is needed of each subject of a role: the response keys from the subject's row, and the coordinates that
    they stand for. `types`: of certificates only these; `valid`: and only one that is in force.
    """

    aliases: tuple[str, ...]
    path: Path
    steps: tuple[Coordinate, ...]
    absence: bool = False
    types: tuple[str, ...] = ()
    valid: bool = False


@dataclass(frozen=True, slots=True)
class Every:
    parts: "tuple[Needed, ...]"


@dataclass(frozen=True, slots=True)
class Either:
    parts: "tuple[Needed, ...]"


@dataclass(frozen=True, slots=True)
class Held:
    """Held by the handling department itself: `shown` is what the registers show of it to who handles it in its stead."""

    shown: "Needed | None"


Needed: TypeAlias = Leaf | Every | Either | Held | Theme


@dataclass(frozen=True, slots=True)
class AskedMaterial:
    """A material of the check. `needed` None: nothing replaces it."""

    material: Material
    needed: Needed | None


@dataclass(frozen=True, slots=True)
class Composed:
    """What one check asks: its root fields, and what each material makes of their answers."""

    shape: CheckShape
    asked: tuple[Asked, ...]
    materials: tuple[AskedMaterial, ...]


def compose(catalogue: Catalogue, shape: CheckShape, prefix: str) -> Composed:
    """The root fields and materials of a check. `prefix`, the check's response key, begins the names of its variables."""
    composer = _Composer(catalogue, shape)
    materials = tuple(composer.materials())
    asked = tuple(composer.roots(prefix))
    return Composed(shape, asked, materials)


def document_of(catalogue: Catalogue, composed: Composed, needed: Needed) -> str:
    """What of the check one material needs, as a document without any subject: what an application is drafted from."""
    leaves = [leaf for leaf in leaves_of(needed) if leaf.steps]
    aliases = {alias for leaf in leaves for alias in leaf.aliases}
    fields = []
    for asked in composed.asked:
        if asked.alias not in aliases:
            continue
        tree = _Tree()
        for leaf in leaves:
            if asked.alias in leaf.aliases:
                _grow(tree, leaf)
        resource = catalogue.resources[RESOURCE_OF[asked.taken.kind]]
        root, _ = _root_of(resource)
        empty: ValueNode = ListValueNode(values=()) if root.batch else StringValueNode(value="")
        fields.append(_field(root.field, None, [_argument(root.argument, empty)], tree.selections()))
    unique = {print_ast(one): one for one in fields}
    aliased = [
        FieldNode(name=one.name, alias=_name(f"part{number}"), arguments=one.arguments, selection_set=one.selection_set,
                  directives=())
        for number, one in enumerate(unique.values())
    ] if len(unique) > 1 else list(unique.values())  # fmt: skip
    return print_ast(SelectionSetNode(selections=tuple(aliased)))


def leaves_of(needed: Needed) -> Iterator[Leaf]:
    """Every leaf below, in order."""
    match needed:
        case Leaf():
            yield needed
        case Every(parts=parts) | Either(parts=parts):
            for part in parts:
                yield from leaves_of(part)
        case Held(shown=shown):
            yield from () if shown is None else leaves_of(shown)
        case Theme():
            return
        case _:
            assert_never(needed)


@dataclass
class _Tree:
    """Fields to select, by response key: each once, however many materials need it."""

    fields: dict[str, "_Tree"] = field(default_factory=dict)
    types: dict[str, None] = field(default_factory=dict)

    def below(self, key: str) -> "_Tree":
        return self.fields.setdefault(key, _Tree())

    def selections(self) -> tuple[FieldNode, ...]:
        return tuple(self._selection(key, below) for key, below in self.fields.items())

    def _selection(self, key: str, below: "_Tree") -> FieldNode:
        if key != CERTIFICATES:
            return _field(key, None, [], below.selections())
        types = ListValueNode(values=tuple(StringValueNode(value=one) for one in sorted(below.types)))
        where = ObjectValueNode(fields=(_entry("typeCode", ObjectValueNode(fields=(_entry("in", types),))),))
        arguments = [_argument("where", where), _argument("first", IntValueNode(value=str(MOST_ROWS)))]
        return _field("licences", CERTIFICATES, arguments, below.selections())


def _grow(tree: _Tree, leaf: Leaf) -> None:
    at = tree
    for key in leaf.path:
        at = at.below(key)
        if key == CERTIFICATES:
            at.types.update(dict.fromkeys(leaf.types))
    if leaf.types:
        for item in CERTIFICATE_ITEMS:
            at.below(item)


@dataclass
class _Composer:
    catalogue: Catalogue
    shape: CheckShape
    trees: dict[str, _Tree] = field(default_factory=dict)

    def materials(self) -> Iterator[AskedMaterial]:
        for material in self.shape.matter.materials:
            if material.situations and not self.shape.situations.intersection(material.situations):
                continue
            if material.replaced_by is None:
                yield AskedMaterial(material, None)
                continue
            needed = self._needed(material.replaced_by)
            if needed is not None:
                yield AskedMaterial(material, needed)

    def roots(self, prefix: str) -> Iterator[Asked]:
        for taken in self.shape.taken:
            resource = self.catalogue.resources[RESOURCE_OF[taken.kind]]
            root, batch = _root_of(resource)
            for alias, first in self._aliases(taken):
                tree = self.trees.get(alias)
                if tree is None or not tree.fields:
                    continue
                variable = f"{prefix}.{alias}"
                argument = _argument(root.argument, VariableNode(name=_name(variable)))
                node = _field(root.field, alias, [argument], tree.selections())
                yield Asked(alias, variable, taken, first, batch, node)

    def _aliases(self, taken: Taken) -> list[tuple[str, int]]:
        """The response keys of a role's subjects: one for all where a list can be asked for, else one each."""
        role = self.shape.matter.roles[taken.role]
        name = taken.role if len(role.kinds) == 1 else f"{taken.role}_{taken.kind}"
        _, batch = _root_of(self.catalogue.resources[RESOURCE_OF[taken.kind]])
        if batch:
            return [(name, 0)]
        if role.most == 1:
            return [(name, 0)]
        return [(f"{name}_{number}", number) for number in range(taken.number)]

    def _needed(self, replacement: Replacement) -> Needed | None:
        """The tree for the roles that are taken; None where it concerns none of them."""
        match replacement:
            case Items(paths=paths, absence=absence):
                return _joined(self._item(path, absence) for path in paths)
            case Certificate(role=role, types=types, valid=valid):
                return self._certificate(role, types, valid)
            case AllOf(parts=parts):
                return _joined(map(self._needed, parts))
            case AnyOf(parts=parts):
                found = tuple(one for one in map(self._needed, parts) if one is not None)
                return found[0] if len(found) == 1 else Either(found) if found else None
            case Own(paths=paths):
                return Held(_joined(self._item(path, absence=False) for path in paths))
            case Theme():
                return replacement
            case _:
                assert_never(replacement)

    def _item(self, path: Path, absence: bool) -> Needed | None:
        role, *names = path
        found = [
            self._leaf(taken, names, absence)
            for taken in self.shape.taken
            if taken.role == role and self._has(taken.kind, names[0])
        ]
        return _joined(found)

    def _leaf(self, taken: Taken, names: list[str], absence: bool) -> Leaf:
        aliases = tuple(alias for alias, _ in self._aliases(taken))
        leaf = Leaf(aliases, tuple(names), tuple(self._steps(taken.kind, names)), absence)
        for alias in aliases:
            _grow(self.trees.setdefault(alias, _Tree()), leaf)
        return leaf

    def _certificate(self, role: str, types: tuple[str, ...], valid: bool) -> Needed | None:
        found = []
        for taken in self.shape.taken:
            if taken.role != role or not self._has(taken.kind, "licences"):
                continue
            aliases = tuple(alias for alias, _ in self._aliases(taken))
            steps = tuple(self._steps(taken.kind, ["licences"]))
            leaf = Leaf(aliases, (CERTIFICATES,), steps, absence=False, types=types, valid=valid)
            for alias in aliases:
                _grow(self.trees.setdefault(alias, _Tree()), leaf)
            found.append(leaf)
        return _joined(found)

    def _has(self, kind: SubjectKind, name: str) -> bool:
        return Coordinate(RESOURCE_OF[kind], ItemName(name)) in self.catalogue.entries

    def _steps(self, kind: SubjectKind, names: Iterable[str]) -> Iterator[Coordinate]:
        resource = RESOURCE_OF[kind]
        for name in names:
            coordinate = Coordinate(resource, ItemName(name))
            yield coordinate
            entry = self.catalogue.entries[coordinate]
            if isinstance(entry, Relation):
                resource = entry.targets[0].resource


def _joined(parts: Iterable[Needed | None]) -> Needed | None:
    found = tuple(one for one in parts if one is not None)
    return found[0] if len(found) == 1 else Every(found) if found else None


def _root_of(resource: Resource) -> tuple[Root, bool]:
    """The root field that finds a subject by its key: the one for many where there is one."""
    by_key = [
        root
        for root in resource.roots
        if resource.lookups[root.lookup].kind is LookupKind.EQUALS and resource.lookups[root.lookup].item == resource.key
    ]
    root = next((one for one in by_key if one.batch), by_key[0])
    return root, root.batch


def _name(value: str) -> NameNode:
    return NameNode(value=value)


def _entry(name: str, value: ValueNode) -> ObjectFieldNode:
    return ObjectFieldNode(name=_name(name), value=value)


def _argument(name: str, value: ValueNode) -> ArgumentNode:
    return ArgumentNode(name=_name(name), value=value)


def _field(name: str, alias: str | None, arguments: list[ArgumentNode], selections: tuple[FieldNode, ...]) -> FieldNode:
    return FieldNode(
        name=_name(name),
        alias=None if alias is None else _name(alias),
        arguments=tuple(arguments),
        directives=(),
        selection_set=SelectionSetNode(selections=selections) if selections else None,
    )
