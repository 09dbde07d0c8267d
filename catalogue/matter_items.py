"""What a matter's paths mean in a catalogue: the items that it needs, and which materials may not be asked for."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import assert_never

from catalogue.matters import AllOf, AnyOf, Certificate, Items, Matter, Own, Path, Replacement, Role, SubjectKind, Theme
from catalogue.model import Catalogue, Coordinate, Item, NotShared, Relation, ResourceName
from catalogue.predicate import ItemName

RESOURCE_OF: Mapping[SubjectKind, ResourceName] = {
    SubjectKind.PERSON: ResourceName("Person"),
    SubjectKind.ORGANISATION: ResourceName("LegalEntity"),
    SubjectKind.REAL_ESTATE_UNIT: ResourceName("RealEstateUnit"),
    SubjectKind.LAND_PARCEL: ResourceName("LandParcel"),
}
CERTIFICATES = ItemName("licences")
CERTIFICATE_ITEMS = tuple(map(ItemName, ("identifier", "typeCode", "typeName", "number", "validUntil", "isValid")))
"""What is read of an electronic certificate."""
LICENCE = ResourceName("Licence")


def bind_matter(catalogue: Catalogue, matter: Matter) -> Matter:
    """The matter with its `items` and `marked` as this catalogue has them.

    What replaces a material by an item that the catalogue does not have (any more) is no longer catalogued: it is told as a
    resource outside the catalogue, so that the material may be asked for with that reason.
    """
    materials = tuple(
        one if one.replaced_by is None else replace(one, replaced_by=_within(catalogue, matter.roles, one.replaced_by))
        for one in matter.materials
    )
    needed = {
        each
        for one in materials
        if one.replaced_by is not None
        for each in needed_items(catalogue, matter.roles, one.replaced_by)
    }
    items = frozenset(needed | declared_items(catalogue, matter.declared))
    marked = (one.code for one in materials if one.barred or _marks(catalogue, matter.roles, one.replaced_by))
    return replace(matter, materials=materials, items=items, marked=frozenset(marked))


def may_replace(catalogue: Catalogue, roles: Mapping[str, Role], replacement: Replacement) -> bool:
    """The mark of the duty (Art. 16 ¶2): whether some alternative needs nothing but what can be obtained, so that the
    material may not be asked for. An own register is at hand; a resource outside the catalogue is not.
    """
    match replacement:
        case Items() | Certificate():
            needed = frozenset(needed_items(catalogue, roles, replacement))
            return bool(needed) and all(obtainable(catalogue, each) for each in needed)
        case Own():
            return True
        case Theme():
            return False
        case AnyOf(parts=parts):
            return any(may_replace(catalogue, roles, part) for part in parts)
        case AllOf(parts=parts):
            return all(may_replace(catalogue, roles, part) for part in parts)
        case _:
            assert_never(replacement)


def obtainable(catalogue: Catalogue, coordinate: Coordinate) -> bool:
    """Whether the law lets it be shared at all: at once, or by grant (Art. 11)."""
    entry = catalogue.entries.get(coordinate)
    return entry is not None and not isinstance(entry.sharing, NotShared)


def needed_items(catalogue: Catalogue, roles: Mapping[str, Role], replacement: Replacement) -> Iterator[Coordinate]:
    """Every item and relation that it is read through, for any kind of subject that may take its roles."""
    match replacement:
        case Items(paths=paths) | Own(paths=paths):
            for path in paths:
                for way in ways(catalogue, roles, path):
                    yield from way
        case Certificate(role=role):
            for relation in _holdings(catalogue, roles.get(role)):
                yield relation
                yield from (Coordinate(LICENCE, item) for item in CERTIFICATE_ITEMS)
        case Theme():
            return
        case AnyOf(parts=parts) | AllOf(parts=parts):
            for part in parts:
                yield from needed_items(catalogue, roles, part)
        case _:
            assert_never(replacement)


def ways(catalogue: Catalogue, roles: Mapping[str, Role], path: Path) -> tuple[tuple[Coordinate, ...], ...]:
    """What a path leads through, once for each kind of subject whose resource has its first field; none where the catalogue
    does not have it.
    """
    role, names = roles.get(path[0]), path[1:]
    if role is None or not names:
        return ()
    begun = [
        RESOURCE_OF[kind] for kind in role.kinds if _shown(catalogue, Coordinate(RESOURCE_OF[kind], ItemName(names[0])))
    ]
    found = [_way(catalogue, resource, names) for resource in begun]
    complete = tuple(way for way in found if way is not None)
    return complete if len(complete) == len(begun) else ()


def declared_items(catalogue: Catalogue, words: Iterable[str]) -> set[Coordinate]:
    """What words name: an item or relation (`Person.name`), or a resource with all that it holds (`Licence`)."""
    return {each for word in words for each in named_by(catalogue, word)}


def named_by(catalogue: Catalogue, word: str) -> list[Coordinate]:
    """The entries that one word names; none where the catalogue has none."""
    resource, _, name = word.partition(".")
    if name:
        named = Coordinate(ResourceName(resource), ItemName(name))
        return [named] if named in catalogue.entries else []
    return [each for each in catalogue.entries if each.type == resource]


def _marks(catalogue: Catalogue, roles: Mapping[str, Role], replacement: Replacement | None) -> bool:
    return replacement is not None and may_replace(catalogue, roles, replacement)


def _way(catalogue: Catalogue, resource: ResourceName, names: Path) -> tuple[Coordinate, ...] | None:
    """The coordinates from a resource on, ending at an item; None where it does not lead to one."""
    found: list[Coordinate] = []
    entry: Item | Relation | None = None
    for name in names:
        if found:
            if not isinstance(entry, Relation) or entry.union is not None:
                return None
            resource = entry.targets[0].resource
        coordinate = Coordinate(resource, ItemName(name))
        if not _shown(catalogue, coordinate):
            return None
        entry = catalogue.entries[coordinate]
        found.append(coordinate)
    return tuple(found) if isinstance(entry, Item) else None


def _holdings(catalogue: Catalogue, role: Role | None) -> Iterator[Coordinate]:
    """What leads to the certificates of whoever takes the role, for each kind of subject that may hold any."""
    for kind in () if role is None else role.kinds:
        relation = Coordinate(RESOURCE_OF[kind], CERTIFICATES)
        if relation in catalogue.entries:
            yield relation


def _shown(catalogue: Catalogue, coordinate: Coordinate) -> bool:
    entry = catalogue.entries.get(coordinate)
    return entry is not None and not (isinstance(entry, Item) and entry.internal)


def _within(catalogue: Catalogue, roles: Mapping[str, Role], replacement: Replacement) -> Replacement:
    match replacement:
        case Items(paths=paths):
            gone = [".".join(path) for path in paths if not ways(catalogue, roles, path)]
            return (
                Theme(f"目录中已无：{'、'.join(gone)}", f"no longer catalogued: {', '.join(gone)}", "")
                if gone
                else replacement
            )
        case Own(paths=paths):
            return replace(replacement, paths=tuple(path for path in paths if ways(catalogue, roles, path)))
        case AnyOf(parts=parts):
            return AnyOf(tuple(_within(catalogue, roles, part) for part in parts))
        case AllOf(parts=parts):
            return AllOf(tuple(_within(catalogue, roles, part) for part in parts))
        case Certificate() | Theme():
            return replacement
        case _:
            assert_never(replacement)
