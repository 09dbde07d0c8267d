"""Catalogue → Strawberry: every data field is generated; what the catalogue does not hold cannot be asked for (Art. 7).

The compiled way answers the data fields; their resolvers here refuse to run. The workflow's own types are handed in.
"""

from collections.abc import Container
from dataclasses import dataclass
from typing import Any, cast

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.schema.config import StrawberryConfig
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.union import StrawberryUnion

from catalogue.model import Catalogue, Coordinate, LookupKind, Relation, Resource, ResourceName, Root
from schema.describe import describe_entry, describe_resource, describe_root, in_words
from schema.directives import SharingRule, sharing_of
from schema.enums import Match
from schema.filters import Filters, argument, data_type, first_argument, listed, nullable
from schema.origin import DataField
from schema.scalars import SCALARS, GeoJSON

DEFAULT_RADIUS_METRES = 200.0
_LATITUDE = "纬度 · latitude in degrees, CGCS2000 (EPSG:4490); about 30.7 to 35.2 in Jiangsu."
_LONGITUDE = "经度 · longitude in degrees, CGCS2000 (EPSG:4490); about 116.3 to 122 in Jiangsu."


@dataclass(frozen=True, slots=True)
class WorkflowRoots:
    """What is written by hand: Strawberry types for further fields of Query, for Mutation, and types of their own.

    `composed`: fields of Query that are answered by the compiled way, of what the catalogue's root fields find: they are
    there where any of these is.
    """

    query: type | None = None
    mutation: type | None = None
    types: tuple[Any, ...] = ()
    composed: type | None = None


def build_schema(
    catalogue: Catalogue, roots: WorkflowRoots | None = None, usable: Container[Coordinate] | None = None
) -> strawberry.Schema:
    """The whole schema: data fields from the catalogue, the workflow's roots beside them.

    `usable`: the only items that `where` and `orderBy` take, where a view narrows them (`schema.view`).
    """
    workflow = roots or WorkflowRoots()
    composed = workflow.composed if catalogue.roots else None
    query = _Builder(catalogue, usable).query(*(one for one in (composed, workflow.query) if one is not None))
    return strawberry.Schema(
        query=query,
        mutation=workflow.mutation,
        types=[*workflow.types, SharingRule, *cast("list[type]", list(SCALARS))],
        config=StrawberryConfig(scalar_map=SCALARS, auto_camel_case=True),
    )


class _Builder:
    """One build. All classes exist, still empty, before the first is filled, so that annotations are the classes themselves
    and types may refer to each other in a circle, also through a union."""

    def __init__(self, catalogue: Catalogue, usable: Container[Coordinate] | None) -> None:
        self.catalogue = catalogue
        self.filters = Filters(usable)
        self.classes: dict[ResourceName, Any] = {name: _empty(name) for name in catalogue.resources}
        self.unions: dict[str, Any] = {}

    def query(self, *others: type) -> type:
        for name, resource in self.catalogue.resources.items():
            self._fill(self.classes[name], resource)
        data = _empty("DataQuery" if others else "Query")
        for resource, root in self.catalogue.roots.values():
            self._add_root(data, resource, root)
        strawberry.type(data, description="查询 · what may be asked.")
        if not others:
            return data  # type: ignore[no-any-return]
        return strawberry.type(
            type("Query", (data, *others), {"__module__": __name__}), description="查询 · what may be asked."
        )

    def _fill(self, cls: Any, resource: Resource) -> None:
        for name, item in resource.items.items():
            if not item.internal:
                _add(
                    cls,
                    name,
                    nullable(data_type(item.type)),
                    describe_entry(self.catalogue, resource, item),
                    sharing_of(item),
                )
        for name, relation in resource.relations.items():
            added = _add(
                cls,
                name,
                self._relation_type(relation),
                describe_entry(self.catalogue, resource, relation),
                sharing_of(relation),
            )
            if relation.many and not relation.component:
                added.arguments = self.filters.relation_arguments(self.catalogue.resources[relation.targets[0].resource])
        if resource.verify:
            self._add_verify(cls, resource)
        strawberry.type(cls, description=describe_resource(self.catalogue, resource))

    def _relation_type(self, relation: Relation) -> Any:
        target = self.classes[relation.targets[0].resource] if relation.union is None else self._union(relation)
        return nullable(listed(target)) if relation.many else nullable(target)

    def _union(self, relation: Relation) -> Any:
        assert relation.union is not None
        if relation.union not in self.unions:
            title = " | ".join(self.catalogue.resources[target.resource].title for target in relation.targets)
            # Not through typing's Union, which remembers what it was given: a schema that is served no more must go.
            self.unions[relation.union] = StrawberryUnion(
                relation.union,
                tuple(StrawberryAnnotation(self.classes[target.resource]) for target in relation.targets),
                description=f"{title} · one of these, told apart by `__typename`.",
            )
        return self.unions[relation.union]

    def _add_verify(self, cls: Any, resource: Resource) -> None:
        outcome = _empty(f"{resource.name}Verification")
        arguments: list[StrawberryArgument] = []
        for name in resource.verify:
            item = resource.items[name]
            text = f"{item.title} · {in_words(name)}"
            _add(
                outcome,
                name,
                nullable(Match),
                f"**{text}**\n\n所给值与登记值是否一致 · whether the value offered is the one held; "
                "null where none was offered.",
            )
            arguments.append(argument(name, nullable(data_type(item.type)), f"{text}: 待核验的值 · the value to compare."))
        strawberry.type(outcome, description=f"{resource.title}核验结果 · what comparing says; no value is disclosed.")
        added = _add(
            cls,
            "verify",
            nullable(outcome),
            f"**核验** · compare values with those held for {resource.title}, without disclosing them. "
            "Offer only the items to be compared; select the same names in the answer.",
        )
        added.arguments = arguments

    def _add_root(self, query: Any, resource: Resource, root: Root) -> None:
        cls, lookup = self.classes[resource.name], resource.lookups[root.lookup]
        match lookup.kind:
            case LookupKind.EQUALS if root.batch:
                annotation: Any = nullable(listed(nullable(cls)))
            case LookupKind.EQUALS | LookupKind.AT_POINT:
                annotation = nullable(cls) if lookup.unique else nullable(listed(cls))
            case LookupKind.NEAR | LookupKind.WITHIN:
                annotation = nullable(listed(cls))
        added = _add(query, root.field, annotation, describe_root(resource, root.title, root.batch))
        added.arguments = _root_arguments(resource, root)


def _root_arguments(resource: Resource, root: Root) -> list[StrawberryArgument]:
    lookup = resource.lookups[root.lookup]
    match lookup.kind:
        case LookupKind.EQUALS:
            item = resource.items[lookup.item]
            key: Any = data_type(item.type)
            if root.batch:
                return [
                    argument(
                        root.argument, listed(key), f"{item.title} · the keys, at most 100, in the order of the answer."
                    )
                ]
            return [argument(root.argument, key, f"{item.title} · {in_words(root.argument)}. Put it into a variable.")]
        case LookupKind.AT_POINT:
            unique = [] if lookup.unique else [first_argument()]
            return [argument("latitude", float, _LATITUDE), argument("longitude", float, _LONGITUDE), *unique]
        case LookupKind.NEAR:
            radius = argument("radiusMetres", float, "半径（米） · radius in metres.", DEFAULT_RADIUS_METRES)
            return [
                argument("latitude", float, _LATITUDE),
                argument("longitude", float, _LONGITUDE),
                radius,
                first_argument(),
            ]
        case LookupKind.WITHIN:
            return [
                argument("polygon", GeoJSON, "范围 · a GeoJSON Polygon, longitude first; at most 1,000 vertices."),
                first_argument(),
            ]


def _empty(name: str) -> Any:
    return type(name, (), {"__module__": __name__, "__annotations__": {}})


def _add(cls: Any, name: str, annotation: Any, description: str, directive: SharingRule | None = None) -> DataField:
    added = DataField(graphql_name=name, description=description, directives=() if directive is None else (directive,))
    # No constructor is wanted: it would have to be compiled for each of some thousand fields.
    added.init = added.repr = added.compare = False
    # An attribute may not be a word of Python, a field's name may.
    attribute = f"{name}_"
    cls.__annotations__[attribute] = annotation
    setattr(cls, attribute, added)
    return added
