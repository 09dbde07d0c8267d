"""`sources.toml`: bindings are held against the catalogue; an error names file and path."""

from pathlib import Path

import pytest

from catalogue.binding import LookupBinding, ResourceBinding, Source, SourceName
from catalogue.load import load_catalogue
from catalogue.load_sources import load_sources, still_bound, unbound_items
from catalogue.model import Coordinate, ResourceName
from catalogue.predicate import ItemName
from errors import CATALOGUE_INVALID, GatewayError
from tests.catalogue.registers import FOLDER, Files, at, build

CATALOGUE = load_catalogue(FOLDER)
UNITS = """
[sources.land]
connector = "postgresql"
dsn = "env:LAND_DSN"
deadline_ms = 500

[resources.RealEstateUnit]
source = "land"
table = "unit"

[resources.RealEstateUnit.columns]
unitCode = "unit_code"
location = "location"
use = "planned_use"
areaSquareMetres = "area"
coOwnership = "co_ownership"
mortgaged = "mortgaged"
sealed = "sealed"
certificateNumber = "certificate_number"
divisionCode = "division_code"
parcelCode = "parcel_code"

[resources.RealEstateUnit.lookups.by_holder]
via_table = "right_holder"
via_key = "unit_code"
via_reference = "unit_code"
column = "holder_code"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "sources.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_resource_is_bound_to_its_table_and_the_rest_may_stay_unbound(tmp_path: Path) -> None:
    sources = load_sources(write(tmp_path, UNITS), CATALOGUE)
    land = SourceName("land")
    assert sources.sources == {land: Source(land, "postgresql", "env:LAND_DSN", deadline_ms=500, concurrency=8)}
    binding = sources.bindings[ResourceName("RealEstateUnit")]
    assert binding == ResourceBinding(
        ResourceName("RealEstateUnit"),
        land,
        "unit",
        binding.columns,
        {"by_holder": LookupBinding("right_holder", "unit_code", "unit_code", "holder_code")},
        None,
    )
    assert binding.columns[ItemName("use")] == "planned_use"
    assert len(sources.bindings) == 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('location = "location"\n', "", "sources.toml: resources.RealEstateUnit.columns.location: is missing"),
        ('via_key = "unit_code"\n', "", "sources.toml: resources.RealEstateUnit.lookups.by_holder.via_key: is missing"),
        (
            "lookups.by_holder]",
            "lookups.by_owner]",
            "sources.toml: resources.RealEstateUnit.lookups.by_owner: names no lookup",
        ),
        ("lookups.by_holder]", "lookups.by_owner]", "sources.toml: resources.RealEstateUnit.columns.holderCode: is missing"),
        (
            'use = "',
            'purpose = "',
            "sources.toml: resources.RealEstateUnit.columns.purpose: names no item of RealEstateUnit",
        ),
        ('source = "land"', 'source = "sea"', "sources.toml: resources.RealEstateUnit.source: names no source: `sea`"),
        (
            'table = "unit"',
            'tables = "unit"',
            "sources.toml: resources.RealEstateUnit.tables: is an unknown key 不是已知的键; did you mean `table`?",
        ),
        ("deadline_ms = 500", "deadline_ms = 0", "sources.toml: sources.land.deadline_ms: must be at least 1"),
        ("deadline_ms = 500", 'deadline_ms = "1s"', "sources.toml: sources.land.deadline_ms: must be a whole number"),
        (
            "resources.RealEstateUnit]",
            "resources.Castle]",
            "sources.toml: resources.Castle: names no resource of the catalogue",
        ),
        ("[sources.land]", "[sources.land", "sources.toml: is not TOML:"),
        (
            'sealed = "sealed"',
            "sealed = 1",
            "sources.toml: resources.RealEstateUnit.columns.sealed: must be a text in quotes",
        ),
    ],
)
def test_an_error_names_file_and_path(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in UNITS
    with pytest.raises(GatewayError) as caught:
        load_sources(write(tmp_path, UNITS.replace(old, new, 1)), CATALOGUE)
    assert caught.value.code is CATALOGUE_INVALID
    assert message in caught.value.message


LATER = (
    UNITS.replace('use = "', 'purpose = "').replace("lookups.by_holder]", "lookups.by_owner]")
    + '[resources.Castle]\nsource = "land"\ntable = "castle"\n'
)


def test_what_was_written_for_another_version_binds_what_is_still_there(tmp_path: Path) -> None:
    """Not strict: an absent resource, item or lookup is left out, and what has no column yet is unbound."""
    sources = load_sources(write(tmp_path, LATER), CATALOGUE, strict=False)
    assert set(sources.bindings) == {"RealEstateUnit"}
    binding = sources.bindings[ResourceName("RealEstateUnit")]
    assert not {"use", "purpose"} & set(binding.columns)
    assert binding.columns[ItemName("location")] == "location"
    assert not binding.lookups


def test_a_mistake_of_writing_stays_one(tmp_path: Path) -> None:
    with pytest.raises(GatewayError, match="is an unknown key"):
        load_sources(write(tmp_path, UNITS.replace('table = "unit"', 'tables = "unit"')), CATALOGUE, strict=False)


def test_bindings_go_on_for_what_another_version_still_holds(tmp_path: Path) -> None:
    def change(files: Files) -> None:
        resources = at(files, "geospatial.toml: resource")
        del at(files, "geospatial.toml: resource.RealEstateUnit.item")["use"]
        at(files, "geospatial.toml: resource.RealEstateUnit.item")["storeys"] = {
            "seq": 77,
            "title": "层数",
            "type": "Int",
            "sharing": "unconditional",
            "kind": "business",
        }
        del at(files, "geospatial.toml: resource.RealEstateUnit.lookup")["by_holder"]
        del resources["LandParcel"]

    later, _ = build(change)
    whole = load_sources(FOLDER / "sources.toml", CATALOGUE)
    left = still_bound(whole, later)
    assert set(whole.bindings) - set(left.bindings) == {"LandParcel"}
    before, after = (one.bindings[ResourceName("RealEstateUnit")] for one in (whole, left))
    assert set(before.columns) - set(after.columns) == {"use"}
    assert set(before.lookups) - set(after.lookups) == {"by_holder"}
    assert still_bound(whole, CATALOGUE) == whole
    assert unbound_items(left, later) == {Coordinate(ResourceName("RealEstateUnit"), ItemName("storeys"))}


def test_a_derived_item_has_no_column(tmp_path: Path) -> None:
    text = '[sources.a]\nconnector = "memory"\ndsn = "x"\n[resources.Licence]\nsource = "a"\ntable = "t"\n'
    with pytest.raises(GatewayError) as caught:
        load_sources(write(tmp_path, text + '[resources.Licence.columns]\nisValid = "is_valid"\n'), CATALOGUE)
    assert "sources.toml: resources.Licence.columns.isValid: is derived: it has no column" in caught.value.message


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(GatewayError, match=r"sources\.toml: does not exist"):
        load_sources(tmp_path / "sources.toml", CATALOGUE)
