"""Generated rows: conforming but for the marked ones, consistent across registers, the same in every process."""

import hashlib
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from demo.block import ENTITIES, PERSONS, Block
from demo.generate import block
from demo.numbers import BLOCKS
from demo.registers.tables import encode_block
from demo.stories import STORIES, STORY_BLOCK
from standards import codes, credit_code, identity_number, licence_identifier, parcel_code, unit_code
from standards.divisions import DIVISIONS, IN_FORCE

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def blocks() -> list[Block]:
    return [block(number, 7) for number in (0, 1, 2, 99, 100, 2_969)]


def test_a_block_holds_a_thousand_persons_and_a_quarter_as_many_entities(blocks: list[Block]) -> None:
    for each in blocks:
        assert (len(each.persons), len(each.entities)) == (PERSONS, ENTITIES)


def test_identifiers_conform_except_the_marked_ones(blocks: list[Block]) -> None:
    wrong: set[tuple[str, str, str]] = set()
    for each in blocks:
        for person in each.persons:
            assert identity_number.conforms(person.id_number)
            assert str(identity_number.birth_date(person.id_number)) == person.birth_date
        for entity in each.entities:
            assert credit_code.conforms(entity.credit_code)
            if not identity_number.conforms(entity.representative_id_number):
                wrong.add(("legal_entity", entity.credit_code, "representative_id_number"))
        for licence in each.licences:
            assert licence_identifier.conforms(licence.identifier)
            law = identity_number if licence.holder_kind == "PERSON" else credit_code
            if not law.conforms(licence.holder_code):
                wrong.add(("licence", licence.identifier, "holder_code"))
        assert all(parcel_code.conforms(parcel.parcel_code) for parcel in each.parcels)
        assert all(unit_code.conforms(unit.unit_code) for unit in each.units)
    marked = {mark for each in blocks for mark in each.marks if mark.column in ("representative_id_number", "holder_code")}
    assert wrong == {tuple(mark) for mark in marked}
    assert wrong


def test_codes_are_of_their_lists_except_the_marked_ones(blocks: list[Block]) -> None:
    wrong: set[tuple[str, str, str]] = set()
    for each in blocks:
        for person in each.persons:
            known = {
                "sex": person.sex in codes.SEX,
                "ethnic_group": person.ethnic_group in codes.ETHNIC_GROUPS,
                "name": not set(person.name) & set(" \u3000"),
                "birthplace": (person.birthplace or "").isdigit(),
            }
            wrong |= {("person", person.id_number, column) for column, fine in known.items() if not fine}
            assert person.vital_status in codes.VITAL_STATUS
            assert person.relation_to_head is None or person.relation_to_head in codes.RELATION_TO_HEAD
            assert person.education is None or person.education in codes.EDUCATION
            assert person.division_code in IN_FORCE
        assert all(marriage.status in codes.MARITAL_STATUS for marriage in each.marriages)
        assert all(entity.status in codes.ENTITY_STATUS for entity in each.entities)
        assert all(licence.status in codes.LICENCE_STATUS for licence in each.licences)
    assert wrong == {tuple(mark) for each in blocks for mark in each.marks if mark.table == "person"}
    values = sum(len(each.persons) for each in blocks)
    assert 0.002 < len(wrong) / values < 0.01


def test_numbers_are_different_in_all_blocks(blocks: list[Block]) -> None:
    # 0 and 99 share their order digits, 0 and 100 their neighbourhood: what keeps them apart is the day
    for table, key in (
        ("persons", "id_number"), ("households", "number"), ("entities", "credit_code"), ("parcels", "parcel_code"),
        ("units", "unit_code"), ("licences", "identifier"), ("records", "record_number"), ("addresses", "code"),
        ("marriages", "id_number"), ("subjects", "code"),
    ):  # fmt: skip
        keys = [getattr(row, key) for each in blocks for row in getattr(each, table)]
        assert len(keys) == len(set(keys)), table


def test_households_have_one_to_six_members_and_children_among_them(blocks: list[Block]) -> None:
    members: dict[str, list[str]] = {}
    for each in blocks:
        for person in each.persons:
            if person.household_number:
                members.setdefault(person.household_number, []).append(person.relation_to_head or "")
    assert {len(relations) for relations in members.values()} == {1, 2, 3, 4, 5, 6}
    assert all(relations.count("02") == 1 for relations in members.values())
    children = sum(person.birth_date > "2012-01-01" for each in blocks for person in each.persons)
    assert 0.05 < children / (len(blocks) * PERSONS) < 0.3


def test_numbers_bear_abolished_divisions_of_their_day(blocks: list[Block]) -> None:
    abolished = 0
    for each in blocks:
        for person in each.persons:
            held = DIVISIONS.get(person.id_number[:6])
            if held is not None and held.valid_until is not None:
                abolished += 1
    assert abolished / (len(blocks) * PERSONS) > 0.1


def test_no_value_breaks_the_text_of_copy(blocks: list[Block]) -> None:
    for each in blocks:
        for table in ("persons", "entities", "licences", "records", "parcels", "units", "households"):
            for row in getattr(each, table):
                assert not any(value and set(value) & set("\t\n\r\\") for value in row)


def test_all_forms_of_credit_records_occur(blocks: list[Block]) -> None:
    records = [record for each in blocks for record in each.records]
    today = str(date(2026, 1, 1))
    assert {record.list_kind for record in records} == {"SERIOUS_DISHONESTY", "TRUST_INCENTIVE", "PERMIT", "PENALTY"}
    assert any(record.repaired_on for record in records)
    assert any(record.published_until and record.published_until < today for record in records)
    assert any(record.published_until is None for record in records)


def test_licences_of_every_type_and_status_occur(blocks: list[Block]) -> None:
    licences = [licence for each in blocks for licence in each.licences]
    assert len({licence.type_code for licence in licences}) >= 12
    assert {licence.status for licence in licences} >= {"VALID", "EXPIRED", "REVOKED", "CANCELLED"}


def _digest(number: int, seed: int) -> str:
    digest = hashlib.sha256()
    for table, text in sorted(encode_block(number, seed).items()):
        digest.update(table.encode() + text)
    return digest.hexdigest()


def test_the_same_number_and_seed_make_the_same_rows_in_every_process() -> None:
    code = "from tests.demo.test_block import _digest; print(_digest(1, 7))"
    for hash_seed in ("0", "1"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == _digest(1, 7)
    assert _digest(1, 8) != _digest(1, 7)
    assert _digest(2, 7) != _digest(1, 7)


def test_stories_do_not_hang_on_the_seed() -> None:
    for seed in (1, 2):
        made = block(0, seed)
        for table in ("persons", "households", "marriages", "entities", "parcels", "units", "licences", "records"):
            told = getattr(STORY_BLOCK, table)
            assert told
            assert getattr(made, table)[-len(told) :] == told


def test_every_story_has_a_matter_of_its_own_and_identifiers() -> None:
    assert sorted(story.matter for story in STORIES) == [f"M{number:02d}" for number in range(1, 13)]
    assert len({story.key for story in STORIES}) == len(STORIES)
    assert all(story.identifiers for story in STORIES)


@pytest.mark.parametrize("number", [-1, BLOCKS])
def test_a_block_out_of_range_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="is outside"):
        block(number, 1)
