"""One datum, one source (Art. 4(3)): what is one datum, and when two providers would be the source of the same rows."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.claims import Datum, Holding, Part, coordinates_of, data_of, holdings, overlap, overlap_findings
from catalogue.model import Coordinate, ItemCode, ProviderCode, ResourceName
from catalogue.predicate import ItemName
from standards.divisions import IN_FORCE, contains
from tests.catalogue.registers import Files, at, build, put

CATALOGUE, _ = build()
CODES = {department.name: code for code, department in CATALOGUE.departments.items()}
NATURAL, NANJING, SUZHOU = CODES["natural_resources"], CODES["nanjing_housing"], CODES["suzhou_government_services"]
PRICE = CATALOGUE.entries[Coordinate(ResourceName("LandParcel"), ItemName("price"))].code
MARRIAGE = "population.toml: resource.MarriageRecord.item"
PARTS = [code for code in IN_FORCE if code.startswith(("3201", "3205")) or code == "320000"]


def datum(text: str) -> Datum:
    resource, _, name = text.partition(".")
    return data_of(CATALOGUE)[CATALOGUE.entries[Coordinate(ResourceName(resource), ItemName(name))].code]


def test_the_catalogue_has_one_source_for_each_datum() -> None:
    assert overlap_findings(CATALOGUE) == ()


@pytest.mark.parametrize(
    ("coordinate", "expected"),
    [
        ("Person.sex", "性别 (GB/T 2261.1)"),
        ("Licence.fileDigest", "证照文件摘要 (GM/T 0004)"),
        ("Person.name", "101001/000001-002"),  # no standard: its own
        ("Person.idNumber", "101001/000001-001"),  # says which row is meant
        ("Person.isAdult", "101001/000001-015"),  # derived
        ("Person.credit", "101001/000001-103"),  # a relation
    ],
)
def test_what_is_one_datum(coordinate: str, expected: str) -> None:
    assert datum(coordinate) == expected


def copy_of(**attributes: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        entry = {"seq": 77, "title": "学历", "type": "String", "kind": "business", "sharing": "unconditional", **attributes}
        at(files, MARRIAGE)["schooling"] = entry

    return change


def test_another_providers_item_by_title_and_standard_is_found_where_it_stands() -> None:
    catalogue, _ = build(copy_of(title="最高学历", standard="GB/T 4658"))
    (finding,) = overlap_findings(catalogue)
    assert (finding.file, finding.path) == ("population.toml", "resource.MarriageRecord.item.schooling")
    assert (finding.article, "江苏省教育厅" in finding.message) == ("Art. 4(3)", True)
    assert [str(each) for each in coordinates_of(catalogue, Datum("最高学历 (GB/T 4658)"))] == [
        "Person.education",
        "MarriageRecord.schooling",
    ]


@pytest.mark.parametrize(
    "standard",
    [
        *("GB/T 4658-2006", "GB/T4658", "gb/t 4658", "ＧＢ／Ｔ　４６５８—2006", "GB/T 4658–1984"),
        *("GB/T 4658:2006", "GB/T 4658：2006"),
    ],
)
@pytest.mark.parametrize("title", ["最高学历", "最高 学历"])
def test_blanks_width_case_and_year_of_issue_tell_no_datum_apart(title: str, standard: str) -> None:
    assert len(overlap_findings(build(copy_of(title=title, standard=standard))[0])) == 1


@pytest.mark.parametrize("standard", ["GB/T 4658.2", "GB/T 46581", "GB 4658"])
def test_another_standard_is_another_datum(standard: str) -> None:
    assert overlap_findings(build(copy_of(title="最高学历", standard=standard))[0]) == ()


@pytest.mark.parametrize(
    "attributes",
    [{}, {"standard": "YD/T 1"}, {"datum": "another"}, {"title": "联系 电话"}],
    ids=["same title", "with a standard", "with a datum of its own", "with a blank"],
)
@pytest.mark.parametrize("name", ["aMobile", "mobile"])
def test_within_one_resource_the_same_title_is_one_datum(name: str, attributes: dict[str, str]) -> None:
    def change(files: Files) -> None:
        items = at(files, "population.toml: resource.Person.item")
        entry = {"seq": 77, "title": "联系电话", "type": "String", "kind": "business", "sharing": "unconditional"}
        items[name] = {**entry, "provider": "human_resources", **attributes}

    assert len(overlap_findings(build(change)[0])) == 1


def test_what_says_which_row_is_meant_is_one_datum_by_its_title_within_its_resource() -> None:
    def change(files: Files) -> None:
        person = at(files, "population.toml: resource.Person")
        entry = {"seq": 77, "title": "公民身份号码", "type": "IdNumber", "kind": "business", "sharing": "unconditional"}
        person["item"]["number"] = {**entry, "provider": "human_resources"}
        person["lookup"]["by_number"] = {"item": "number", "unique": True}

    assert len(overlap_findings(build(change)[0])) == 1


def test_it_is_found_at_the_file_that_is_changed() -> None:
    def change(files: Files) -> None:
        for place in (
            "population.toml: resource.Person.item.birthplace",
            "legal_entity.toml: resource.LegalEntity.item.status",
        ):
            at(files, place)["datum"] = "birthplace"

    catalogue, _ = build(change)
    files = [
        [one.file for one in overlap_findings(catalogue, file=file)] for file in ("population.toml", "legal_entity.toml")
    ]
    assert files == [["population.toml"], ["legal_entity.toml"]]


def test_a_stated_datum_binds_where_title_and_standard_do_not() -> None:
    def change(files: Files) -> None:
        copy_of(datum="natural_person.education")(files)
        at(files, "population.toml: resource.Person.item.education")["datum"] = "natural_person.education"

    assert len(overlap_findings(build(change)[0])) == 1


@pytest.mark.parametrize(
    "change",
    [
        copy_of(title="最高学历", standard="GB/T 4658", provider="education"),  # its own source
        copy_of(title="最高学历", standard="GB/T 4658", datum="marriage.schooling"),  # another datum
        copy_of(title="最高学历"),  # follows no standard
        put(f"{MARRIAGE}.status.title", "性别"),
    ],
)
def test_what_is_no_overlap(change: Callable[[Files], None]) -> None:
    assert overlap_findings(build(change)[0]) == ()


def test_a_city_is_the_source_of_what_was_let_go_and_of_no_more() -> None:
    claim, let_go = Part(PRICE, NANJING, "320100"), Part(PRICE, NATURAL, "320100", released=True)
    assert len(overlap_findings(CATALOGUE, [claim])) == 1
    assert overlap_findings(CATALOGUE, [let_go, claim]) == ()
    assert len(overlap_findings(CATALOGUE, [let_go, Part(PRICE, SUZHOU, "320500")])) == 1
    assert len(overlap_findings(CATALOGUE, [let_go, claim, Part(PRICE, SUZHOU, "320102")])) == 1
    assert holdings(CATALOGUE, [let_go])[-1].division == "320000"
    assert [one.without for one in holdings(CATALOGUE, [let_go]) if one.item == PRICE] == [("320100",)]


def test_what_was_said_of_an_item_that_is_gone_counts_no_more() -> None:
    assert holdings(CATALOGUE, [Part(ItemCode("gone-001"), NANJING, "320100")]) == holdings(CATALOGUE)


PROVIDERS = st.sampled_from([ProviderCode("A"), ProviderCode("B")])
HOLDINGS = st.builds(
    lambda provider, division, without: Holding(
        Datum("d"),
        ItemCode("i"),
        provider,
        division,
        tuple(each for each in without if each != division and contains(division, each)),
    ),
    PROVIDERS,
    st.sampled_from(PARTS),
    st.lists(st.sampled_from(PARTS), max_size=2),
)


def counties(holding: Holding) -> set[str]:
    return {
        code
        for code in PARTS
        if not code.endswith("00") and contains(holding.division, code)
        and not any(contains(each, code) for each in holding.without)
    }  # fmt: skip


@given(HOLDINGS, HOLDINGS)
def test_an_overlap_is_seen_from_both_sides_and_no_county_has_two_sources(one: Holding, other: Holding) -> None:
    assert overlap(one, other) == overlap(other, one)
    if one.provider != other.provider and not overlap(one, other):
        assert not counties(one) & counties(other)
