"""Items as callers name them: by code, or by coordinate."""

from collections.abc import Mapping

from catalogue.model import Catalogue, Coordinate, ItemCode, ResourceName
from catalogue.predicate import ItemName
from resolvers.workflow.inputs import invalid
from sharing.terms import Entry


def item_code(catalogue: Catalogue, entries: Mapping[ItemCode, Entry], named: str) -> ItemCode:
    """An item's code, given as such or as its coordinate. Raises INPUT_INVALID for one that is not catalogued."""
    if ItemCode(named) in entries:
        return ItemCode(named)
    type_name, _, field = named.partition(".")
    entry = catalogue.entries.get(Coordinate(ResourceName(type_name), ItemName(field)))
    if entry is None or entry.code not in entries:
        raise invalid(
            "an item is named that the catalogue does not hold", "name items by code or `Type.field`", article="Art. 7"
        )
    return entry.code
