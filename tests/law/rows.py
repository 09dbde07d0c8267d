"""A demo subject's row as items, from the demo's own rows and the deployment's binding of columns."""

from collections.abc import Mapping
from datetime import date

from catalogue.load_sources import load_sources
from catalogue.model import ResourceName
from demo.block import Block
from settings import ROOT
from tests.law.cases import CATALOGUE

BINDINGS = load_sources(ROOT / "catalogue" / "sources.toml", CATALOGUE).bindings
TABLES = {
    "person": "persons", "legal_entity": "entities", "land_parcel": "parcels", "licence": "licences",
    "marriage_record": "marriages",
}  # fmt: skip
"""Table → the block's list of its rows."""


def row_of(block: Block, resource: ResourceName, key: str) -> Mapping[str, object]:
    """The one row of the resource whose key item has this value, by item name; dates as dates."""
    binding, item = BINDINGS[resource], CATALOGUE.resources[resource].key
    assert item is not None
    rows = [
        {name: _typed(getattr(row, column, None)) for name, column in binding.columns.items()}
        for row in getattr(block, TABLES[binding.table])
    ]
    (found,) = [row for row in rows if row[item] == key]
    return {str(name): value for name, value in found.items()}


def _typed(value: object) -> object:
    """The demo writes its rows as text: a day back to a day."""
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        return date.fromisoformat(value)
    return value
