"""Each lookup of the catalogue finds the demo's rows, through the connector that the gateway reads with."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from catalogue.load import load_catalogue
from catalogue.load_sources import load_sources
from catalogue.model import Lookup, LookupKind, Resource
from catalogue.predicate import ItemName
from connectors.postgresql import PostgresConnector
from connectors.request import Fetch, Value
from demo.registers.progress import progress_bar
from demo.stories import STORIES
from storage.access import Role
from tests.demo.conftest import Registers

FOLDER = Path(__file__).parent.parent.parent / "catalogue"
CATALOGUE = load_catalogue(FOLDER)
SOURCES = load_sources(FOLDER / "sources.toml", CATALOGUE)
LOOKUPS = [(resource, lookup) for resource in CATALOGUE.resources.values() for lookup in resource.lookups.values()]


async def _ask(registers: Registers, resource: Resource, lookup: Lookup, items: list[ItemName], key: object) -> Any:
    binding = SOURCES.bindings[resource.name]
    dsn = registers.cluster.dsn(registers.prefix + binding.source, Role.SOURCE)
    connector = PostgresConnector(dsn, CATALOGUE.resources, SOURCES.bindings, 1)
    fetch = Fetch(
        binding.source, resource.name, lookup.name, lookup.kind, lookup.item, tuple(Value(item) for item in items),
        where=lookup.filter, unique=lookup.unique,
    )  # fmt: skip
    try:
        return await connector.fetch(fetch, [key], {})
    finally:
        await connector.close()


def _some_key(registers: Registers, resource: Resource, lookup: Lookup) -> object:
    binding = SOURCES.bindings[resource.name]
    if lookup.kind is LookupKind.EQUALS:
        detour = binding.lookups.get(lookup.name)
        column, table = (detour.via_key, detour.via_table) if detour else (binding.columns[lookup.item], binding.table)
        filtered = {"dishonesty_of": "SERIOUS_DISHONESTY", "incentives_of": "TRUST_INCENTIVE", "permits_of": "PERMIT",
                    "penalties_of": "PENALTY"}.get(lookup.name)  # fmt: skip
        narrowed = f" AND list_kind = '{filtered}' AND repaired_on IS NULL" if filtered else ""
        sql = f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL{narrowed} LIMIT 1"
        return registers.rows(binding.source, sql)[0][0]
    (spot,) = registers.rows("geospatial", "SELECT latitude, longitude FROM address LIMIT 1")
    match lookup.kind:
        case LookupKind.AT_POINT:
            return (spot["latitude"], spot["longitude"])
        case LookupKind.NEAR:
            return (spot["latitude"], spot["longitude"], 500.0)
        case _:
            x, y = spot["longitude"], spot["latitude"]
            ring = [[x - 0.1, y - 0.1], [x + 0.1, y - 0.1], [x + 0.1, y + 0.1], [x - 0.1, y + 0.1], [x - 0.1, y - 0.1]]
            return json.dumps({"type": "Polygon", "coordinates": [ring]})


@pytest.mark.parametrize(("resource", "lookup"), LOOKUPS, ids=[f"{r.name}.{lookup.name}" for r, lookup in LOOKUPS])
def test_a_lookup_finds_rows_with_every_bound_item(registers: Registers, resource: Resource, lookup: Lookup) -> None:
    items = list(SOURCES.bindings[resource.name].columns)
    found = asyncio.run(_ask(registers, resource, lookup, items, _some_key(registers, resource, lookup)))
    assert found
    assert all(len(row) == 1 + len(items) for row in found)
    if lookup.unique:
        assert len(found) == 1


def test_a_point_lies_in_a_county(registers: Registers) -> None:
    resource = CATALOGUE.resources["AdministrativeDivision"]  # type: ignore[index]
    lookup = resource.lookups["at_point"]
    key = _some_key(registers, resource, lookup)
    (row,) = asyncio.run(_ask(registers, resource, lookup, [ItemName("level")], key))
    assert row[1] == "COUNTY"


def test_the_couple_holds_its_dwelling_together(registers: Registers) -> None:
    resource = CATALOGUE.resources["RealEstateUnit"]  # type: ignore[index]
    couple = next(story.identifiers for story in STORIES if story.key == "couple")
    for role in ("applicant", "spouse"):
        lookup = resource.lookups["by_holder"]
        (row,) = asyncio.run(_ask(registers, resource, lookup, [ItemName("unitCode")], couple[role]))
        assert row[1] == couple["unit"]


def test_the_bar_tells_of_persons(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar() as told:
        told(1_000, 2_000)
        told(2_000, 2_000)
    assert "2000/2000" in capsys.readouterr().err
