"""The loaded registers: references hold across the five databases, places lie where they say, a reload changes nothing."""

import json

import asyncpg
import pytest
from shapely import STRtree  # type: ignore[import-untyped]
from shapely.geometry import Point, Polygon, shape  # type: ignore[import-untyped]

from demo.generate import block
from demo.registers.load import loaded_persons
from demo.stories import STORIES, STORY_BLOCK
from standards.divisions import IN_FORCE
from storage.access import Role
from tests.demo.conftest import SEED, Registers, drop_databases


def test_the_rows_are_those_that_can_be_computed(registers: Registers) -> None:
    made = block(0, SEED)
    assert sorted(registers.column("population", "person", "id_number")) == sorted(row.id_number for row in made.persons)
    held = registers.rows("licence", "SELECT identifier, holder_code, status, valid_until::text FROM licence")
    assert {tuple(row) for row in held} == {
        (row.identifier, row.holder_code, row.status, row.valid_until) for row in made.licences
    }
    assert len(registers.column("legal_entity", "legal_entity", "credit_code")) == len(made.entities)
    assert len(registers.column("credit", "credit_record", "record_number")) == len(made.records)
    assert len(registers.column("geospatial", "right_holder", "unit_code")) == len(made.right_holders)


def test_references_hold_across_the_databases(registers: Registers) -> None:
    made = block(0, SEED)
    misread = {mark.key for mark in made.marks if mark.column in ("holder_code", "representative_id_number")}
    persons = set(registers.column("population", "person", "id_number"))
    entities = set(registers.column("legal_entity", "legal_entity", "credit_code"))
    units = set(registers.column("geospatial", "real_estate_unit", "unit_code"))
    parcels = set(registers.column("geospatial", "land_parcel", "parcel_code"))
    divisions = set(registers.column("geospatial", "administrative_division", "code"))
    numbers = set(registers.column("population", "household", "number"))
    assert set(registers.column("population", "household", "head_id_number")) <= persons
    assert {number for number in registers.column("population", "person", "household_number") if number} == numbers
    assert set(registers.column("population", "marriage_record", "id_number")) <= persons
    assert set(registers.column("population", "marriage_record", "spouse_id_number")) <= persons
    assert set(registers.column("legal_entity", "shareholder", "credit_code")) <= entities
    assert set(registers.column("credit", "credit_subject", "code")) >= entities
    assert set(registers.column("credit", "credit_subject", "code")) <= entities | persons
    subjects = set(registers.column("credit", "credit_subject", "code"))
    assert set(registers.column("credit", "credit_record", "subject_code")) <= subjects
    assert set(registers.column("geospatial", "right_holder", "unit_code")) == units
    assert set(registers.column("geospatial", "right_holder", "holder_code")) <= persons | entities
    assert set(registers.column("geospatial", "real_estate_unit", "parcel_code")) <= parcels
    assert {code for code in registers.column("geospatial", "land_parcel", "right_holder") if code} <= entities
    for register, table in (
        ("population", "person"), ("population", "household"), ("legal_entity", "legal_entity"), ("geospatial", "address"),
        ("geospatial", "land_parcel"), ("geospatial", "real_estate_unit"), ("licence", "licence"),
        ("credit", "credit_subject"),
    ):  # fmt: skip
        assert set(registers.column(register, table, "division_code")) <= divisions
    for identifier, kind, code in registers.rows("licence", "SELECT identifier, holder_kind, holder_code FROM licence"):
        assert code in (persons if kind == "PERSON" else entities) or identifier in misread
    for row in registers.rows("legal_entity", "SELECT credit_code, representative_id_number FROM legal_entity"):
        assert row["representative_id_number"] in persons or row["credit_code"] in misread


def test_spouses_know_each_other_and_say_the_same(registers: Registers) -> None:
    records = {row["id_number"]: row for row in registers.rows("population", "SELECT * FROM marriage_record")}
    for number, record in records.items():
        spouse = records.get(record["spouse_id_number"])
        if spouse is None:
            assert record["status"] == "30"
        else:
            assert spouse["spouse_id_number"] == number
            assert (spouse["status"], spouse["registered_on"]) == (record["status"], record["registered_on"])


def test_shares_make_a_hundred(registers: Registers) -> None:
    for register, sql in (
        ("legal_entity", "SELECT sum(share) FROM shareholder GROUP BY credit_code"),
        ("geospatial", "SELECT sum(share) FROM right_holder GROUP BY unit_code"),
    ):
        assert {row[0] for row in registers.rows(register, sql)} == {100}


def _divisions(registers: Registers) -> dict[str, Polygon]:
    rows = registers.rows("geospatial", "SELECT code, boundary FROM administrative_division WHERE boundary IS NOT NULL")
    return {row["code"]: shape(json.loads(row["boundary"])) for row in rows}


def test_every_division_in_force_has_a_shape_and_counties_tile_their_cities(registers: Registers) -> None:
    shapes = _divisions(registers)
    assert set(shapes) == set(IN_FORCE)
    assert all(each.is_valid for each in shapes.values())
    for level in ("CITY", "COUNTY"):
        peers = [each for each in IN_FORCE.values() if each.level == level]
        for place, one in enumerate(peers):
            assert all(shapes[one.code].intersection(shapes[other.code]).area == 0 for other in peers[place + 1 :])
    for code, division in IN_FORCE.items():
        if division.parent is not None:
            assert shapes[division.parent].covers(shapes[code])
            children = [shapes[other] for other, each in IN_FORCE.items() if each.parent == division.parent]
            assert sum(child.area for child in children) == pytest.approx(shapes[division.parent].area)


def test_parcels_do_not_overlap_and_lie_in_their_county(registers: Registers) -> None:
    shapes = _divisions(registers)
    rows = registers.rows("geospatial", "SELECT parcel_code, division_code, boundary FROM land_parcel")
    parcels = [shape(json.loads(row["boundary"])) for row in rows]
    for row, parcel in zip(rows, parcels, strict=True):
        assert parcel.is_valid
        assert shapes[row["division_code"]].contains(parcel)
        assert row["parcel_code"].startswith(row["division_code"])
    pairs = STRtree(parcels).query(parcels, predicate="intersects")
    assert all(one == other for one, other in pairs.T)


def test_parcels_of_far_blocks_keep_apart() -> None:
    parcels = [shape(json.loads(row.boundary)) for number in (0, 1, 42, 95, 2_969) for row in block(number, 1).parcels]
    pairs = STRtree(parcels).query(parcels, predicate="intersects")
    assert all(one == other for one, other in pairs.T)


def test_addresses_lie_in_their_county_and_on_a_parcel(registers: Registers) -> None:
    shapes = _divisions(registers)
    parcels = [shape(json.loads(text)) for text in registers.column("geospatial", "land_parcel", "boundary")]
    tree = STRtree(parcels)
    for row in registers.rows("geospatial", "SELECT division_code, latitude, longitude, location FROM address"):
        point = Point(row["longitude"], row["latitude"])
        assert shapes[row["division_code"]].contains(point)
        assert len(tree.query(point, predicate="within")) == 1
        assert tuple(row["location"]) == (row["longitude"], row["latitude"])


def test_the_spatial_column_is_the_boundary(registers: Registers) -> None:
    for table in ("land_parcel", "administrative_division"):
        for row in registers.rows("geospatial", f"SELECT boundary, area FROM {table} WHERE area IS NOT NULL"):
            assert Polygon([tuple(point) for point in row["area"].points]).equals(shape(json.loads(row["boundary"])))


def test_a_second_load_changes_nothing_and_another_seed_does(registers: Registers) -> None:
    other = Registers(registers.cluster, "demo_again_")
    try:
        assert other.load(1_000, seed=1)
        first = other.column("population", "person", "id_number")
        assert not other.load(1_000, seed=1)
        assert not other.load(999, seed=1)
        assert other.load(1_000, seed=2)
        assert other.column("population", "person", "id_number") != first
        _interrupt(other)
        assert other.load(1_000, seed=1)
        assert other.column("population", "person", "id_number") == first
    finally:
        drop_databases(other)


class InterruptedLoadError(Exception):
    """Raised from the progress of a load."""


def _interrupt(registers: Registers) -> None:
    def stop(done: int, whole: int) -> None:
        raise InterruptedLoadError

    with pytest.raises(BaseExceptionGroup) as caught:
        registers.load(2_000, 1, stop)
    assert caught.group_contains(InterruptedLoadError)


def test_a_larger_load_begins_with_the_smaller_one_and_holds_the_stories(registers: Registers) -> None:
    larger = Registers(registers.cluster, "demo_larger_")
    try:
        assert larger.load(3_000)
        small = set(registers.column("population", "person", "id_number"))
        large = set(larger.column("population", "person", "id_number"))
        assert len(small) == 1_000
        assert len(large) == 3_000
        assert small < large
        for held in (registers, larger):
            for table, register, key, rows in (
                ("person", "population", "id_number", STORY_BLOCK.persons),
                ("legal_entity", "legal_entity", "credit_code", STORY_BLOCK.entities),
                ("licence", "licence", "identifier", STORY_BLOCK.licences),
                ("real_estate_unit", "geospatial", "unit_code", STORY_BLOCK.units),
            ):  # fmt: skip
                assert {getattr(row, key) for row in rows} <= set(held.column(register, table, key))
    finally:
        drop_databases(larger)


@pytest.mark.parametrize("persons", [0, 2_970_001])
def test_a_size_that_cannot_be_made_is_refused(registers: Registers, persons: int) -> None:
    with pytest.raises(ValueError, match="can be made"):
        registers.load(persons)


def test_the_reader_reads_and_no_more(registers: Registers) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        registers.rows("population", "DELETE FROM person")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        registers.rows("population", "CREATE TABLE mine (one integer)")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        registers.rows("population", "SELECT 1", role=Role.SERVICE)


def test_every_lookup_has_an_index(registers: Registers) -> None:
    for register, sql in (
        ("population", "SELECT * FROM person WHERE id_number = 'x'"),
        ("population", "SELECT * FROM person WHERE household_number = 'x'"),
        ("population", "SELECT * FROM marriage_record WHERE id_number = 'x'"),
        ("legal_entity", "SELECT * FROM legal_entity WHERE representative_id_number = 'x'"),
        ("legal_entity", "SELECT * FROM shareholder WHERE credit_code = 'x'"),
        ("geospatial", "SELECT * FROM right_holder WHERE holder_code = 'x'"),
        ("geospatial", "SELECT * FROM right_holder WHERE unit_code = 'x'"),
        ("geospatial", "SELECT * FROM land_parcel WHERE right_holder = 'x'"),
        ("geospatial", "SELECT * FROM land_parcel WHERE area <@ '((118,32),(118.01,32),(118.01,32.01))'::polygon"),
        ("geospatial", "SELECT * FROM address WHERE location <@ '((118,32),(118.01,32.01))'::box"),
        ("licence", "SELECT * FROM licence WHERE holder_code = 'x'"),
        ("credit", "SELECT * FROM credit_record WHERE subject_code = 'x'"),
    ):
        plan = " ".join(row[0] for row in registers.rows(register, f"EXPLAIN {sql}"))
        assert "Index" in plan, sql


def test_the_stories_show_what_they_say(registers: Registers) -> None:
    by_key = {story.key: story.identifiers for story in STORIES}
    held = registers.rows("licence", "SELECT type_name FROM licence WHERE holder_code = $1", by_key["adult"]["person"])
    assert len(held) == 3
    couple = by_key["couple"]
    (record,) = registers.rows("population", "SELECT * FROM marriage_record WHERE id_number = $1", couple["applicant"])
    assert (record["status"], record["spouse_id_number"]) == ("21", couple["spouse"])
    owned = "SELECT unit_code FROM right_holder WHERE holder_code = $1"
    assert [row[0] for row in registers.rows("geospatial", owned, couple["applicant"])] == [couple["unit"]]
    assert registers.rows("geospatial", owned, by_key["no-dwelling"]["applicant"]) == []
    marriage = "SELECT status FROM marriage_record WHERE id_number = $1"
    assert registers.rows("population", marriage, by_key["no-dwelling"]["applicant"]) == []
    assert registers.rows("population", marriage, by_key["contradiction"]["seller"])[0][0] == "20"
    of_type = "SELECT type_name FROM licence WHERE identifier = $1"
    assert registers.rows("licence", of_type, by_key["contradiction"]["licence"])[0][0] == "离婚证"
    (dead,) = registers.rows("population", "SELECT * FROM person WHERE id_number = $1", by_key["deceased"]["formerSpouse"])
    assert (dead["vital_status"], dead["household_number"]) == ("2", None)
    (child,) = registers.rows("population", "SELECT * FROM person WHERE id_number = $1", by_key["child"]["child"])
    assert child["household_number"] == by_key["child"]["household"]
    current = registers.rows(
        "credit",
        "SELECT decision FROM credit_record WHERE subject_code = $1 AND list_kind = 'PENALTY' AND repaired_on IS NULL"
        " AND published_until >= '2026-01-01'",
        by_key["penalty"]["company"],
    )
    assert len(current) == 1


async def test_a_database_that_was_never_loaded_holds_no_persons(registers: Registers) -> None:
    """PostgreSQL's own database has words of its own where a load leaves its mark: `cli demo` begins on such a one."""
    assert await loaded_persons(registers.cluster.dsn("postgres", Role.ADMIN)) is None
    assert await loaded_persons(registers.dsn_of("population")) == 1_000
