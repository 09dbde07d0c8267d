"""What a new catalogue changes for those who ask: by the catalogue's words (`catalogue.versions`), and by the two schemas.

The schemas are those that would be served, so that nothing which breaks a document is overlooked: a field's type that
follows from another item's, an input of a filter, a member of a union.
"""

import re
from collections.abc import Iterator

from graphql import GraphQLSchema, find_breaking_changes, find_dangerous_changes, is_input_type

from catalogue.model import Catalogue
from catalogue.versions import Change, ChangeKind, diff
from schema.build import build_schema

_COORDINATE = re.compile(r"\b_*[A-Za-z]\w*(?:\.\w+)?(?:\(\w+:\))?")


def compare(old: Catalogue, new: Catalogue) -> tuple[Change, ...]:
    """All changes: the catalogue's first, then breaking and dangerous ones of the schema that it does not tell."""
    told = diff(old, new)
    gone = {change.coordinate for change in told if change.kind is ChangeKind.REMOVED}
    broken = gone | {change.coordinate for change in told if change.kind is ChangeKind.BREAKING}

    def is_told(change: Change) -> bool:
        field = change.coordinate.partition("(")[0]
        return change.kind is ChangeKind.BREAKING and (field in broken or field.partition(".")[0] in gone)

    return (*told, *(change for change in schema_changes(_schema(old), _schema(new)) if not is_told(change)))


def schema_changes(old: GraphQLSchema, new: GraphQLSchema) -> Iterator[Change]:
    """What breaks a document that was valid; and what may surprise it: another member of a union, another default.

    Inputs that lists gain (a filter by a new item) are neither.
    """
    types = {**old.type_map, **new.type_map}

    def at(description: str) -> str:
        named = (found for found in _COORDINATE.findall(description) if re.split(r"[.(]", found)[0] in types)
        return next(named, "")

    for breaking in find_breaking_changes(old, new):
        yield Change(at(breaking.description), ChangeKind.BREAKING, breaking.description)
    for dangerous in find_dangerous_changes(old, new):
        coordinate = at(dangerous.description)
        kind = types.get(re.split(r"[.(]", coordinate)[0])
        if kind is None or not is_input_type(kind):
            yield Change(coordinate, ChangeKind.ADDED, dangerous.description)


def _schema(catalogue: Catalogue) -> GraphQLSchema:
    schema: GraphQLSchema = build_schema(catalogue)._schema
    return schema
