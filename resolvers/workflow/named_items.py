"""Items as callers name them, by code or by coordinate; and as they are named to people, by both and by title."""

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from catalogue.model import Catalogue, Coordinate, ItemCode, ResourceName
from catalogue.predicate import ItemName
from resolvers.workflow.inputs import invalid
from sharing.terms import Entry, entries_by_code

_CODE = re.compile("`([0-9/-]+)`")
Json: TypeAlias = Any


def item_code(catalogue: Catalogue, entries: Mapping[ItemCode, Entry], named: str) -> ItemCode:
    """An item's code, given as such or as its coordinate. Raises INPUT_INVALID for one that is not catalogued."""
    code = code_of(catalogue, named)
    if code not in entries:
        raise invalid(
            "an item is named that the catalogue does not hold", "name items by code or `Type.field`", article="Art. 7"
        )
    return code


def code_of(catalogue: Catalogue, named: str) -> ItemCode:
    """The code of the item at this coordinate; what is no coordinate of the catalogue is a code, also of a former item."""
    type_name, _, field = named.partition(".")
    entry = catalogue.entries.get(Coordinate(ResourceName(type_name), ItemName(field)))
    return ItemCode(named) if entry is None else entry.code


def with_names(told: Json, catalogue: Catalogue) -> Json:
    """An error in JSON; whatever item its words name by code, in backticks, they name by title and coordinate too."""
    return _named(told, entries_by_code(catalogue)) if _CODE.search(str(told)) else told


def _named(told: Json, entries: Mapping[ItemCode, Entry]) -> Json:
    match told:
        case str():
            return _CODE.sub(lambda found: _beside(found, entries), told)
        case list():
            return [_named(one, entries) for one in told]
        case dict():
            return {name: _named(one, entries) for name, one in told.items()}
        case _:
            return told


def _beside(found: re.Match[str], entries: Mapping[ItemCode, Entry]) -> str:
    entry = entries.get(ItemCode(found[1]))
    return found[0] if entry is None else f"{found[0]} ({entry[1].title}, `{entry[0].name}.{entry[1].name}`)"
