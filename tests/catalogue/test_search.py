"""Finding entries: by Chinese and English words, by filters; ranked, counted, and never failing."""

import time
from dataclasses import replace

import pytest

from catalogue.load import load_catalogue
from catalogue.model import Catalogue, Kind, Register, ResourceName
from catalogue.search import Filter, Found, Index, SharingType, type_of
from catalogue.words import TEXT_READ, WORD_CHARACTERS, WORDS_READ, words_of
from tests.catalogue.registers import FOLDER
from tests.schema.sample import large

CATALOGUE = load_catalogue(FOLDER)
INDEX = Index(CATALOGUE)
EVERYTHING = len(INDEX.entries)


def coordinates(found: Found) -> list[str]:
    return [str(one.coordinate) for one in found.entries]


def counts(facet: object) -> dict[str, int]:
    return {one.value: one.entries for one in facet if one.entries}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("姓名", "Person.name"),
        ("婚姻状况", "MarriageRecord.status"),
        ("婚姻", "Person.marriageRecord"),
        ("法定代表人 姓名", "LegalEntity.representativeName"),
        ("registeredResidence", "Person.registeredResidence"),
        ("registered residence", "Person.registeredResidence"),
        ("REGISTERED_RESIDENCE", "Person.registeredResidence"),
        ("Person.phone", "Person.phone"),
        ("101001/000001-014", "Person.phone"),
        ("101001000001-014", "Person.phone"),
        ("ｐｈｏｎｅ", "Person.phone"),
        ("phone，公安", "Person.phone"),
        ("age", "Person.age"),
        ("户籍人口phone", "Person.phone"),
    ],
)
def test_words_find(words: str, first: str) -> None:
    assert coordinates(INDEX.search(words))[0] == first


def test_a_chinese_word_is_found_wherever_it_stands_and_an_english_one_where_a_word_begins() -> None:
    assert "Person.idCardValidUntil" in coordinates(INDEX.search("有效期"))
    assert "Person.marriageRecord" not in coordinates(INDEX.search("age"))
    assert set(coordinates(INDEX.search("arriage"))) == set(coordinates(INDEX.search("marriage"))) != set()
    assert INDEX.search("arriage").near
    assert not INDEX.search("marriage").near


def test_every_word_must_be_found() -> None:
    both = set(coordinates(INDEX.search("公安 地址")))
    assert both == set(coordinates(INDEX.search("公安"))) & set(coordinates(INDEX.search("地址")))
    assert "Address.text" not in both


def test_provider_register_resource_and_note_are_searched() -> None:
    assert {one.traits.provider for one in INDEX.search("民政厅").entries} == {"11320000MBX000027Q"}
    assert {one.traits.provider for one in INDEX.search("civil affairs").entries} >= {"11320000MBX000027Q"}
    assert {one.traits.register for one in INDEX.search("电子证照基础信息库").entries} == {"licence"}
    assert set(coordinates(INDEX.search("股东及出资信息"))) >= {"Shareholder.name", "LegalEntity.shareholders"}
    assert coordinates(INDEX.search("hukou")) == ["Person.registeredResidence"]


def test_notes_are_searched_in_both_languages() -> None:
    for words in ("查无记录 不动产", "empty list is proof"):
        assert coordinates(INDEX.search(words)) == ["Person.realEstateUnits"]


def test_title_before_resource_before_party_before_note() -> None:
    found = [one.entry for one in INDEX.search("婚姻登记").entries]
    assert found[0].title.startswith("婚姻登记")
    assert all("婚姻登记" not in one.title for one in found[1:])
    named = coordinates(INDEX.search("name"))
    assert named[0] == "Person.name"  # of equals, by code
    assert [one for one in named if one.endswith(".name")] == named[: sum(one.endswith(".name") for one in named)]


def test_the_same_search_has_the_same_answer_and_equals_keep_the_order_of_their_codes() -> None:
    codes = [one.entry.code for one in INDEX.search().entries]
    assert codes == sorted(codes)
    assert INDEX.search("登记") == Index(load_catalogue(FOLDER)).search("登记")
    only = INDEX.search("", Filter(resource=ResourceName("Household")))
    assert [one.entry.code for one in only.entries] == sorted(one.entry.code for one in only.entries)


def test_the_nearest_are_taken_for_a_word_that_stands_nowhere() -> None:
    found = INDEX.search("身份证号")
    assert found.near
    assert {"Person.idNumber", "LegalEntity.representativeIdNumber"} <= set(coordinates(found))
    closest = INDEX.search("法定代表人身份证")
    assert coordinates(closest)[0] == "LegalEntity.representativeIdNumber"


@pytest.mark.parametrize(
    "words",
    ["xyzzy", "查无此词", "!!!", "🙂", "\x00", "%", "(", "\\", "'; drop table", "11010519491231002X", "鿌", "a" * 9999],
)
def test_unknown_words_find_nothing_and_fail_nothing(words: str) -> None:
    found = INDEX.search(words)
    assert found.entries == ()
    assert [one.value for one in found.facets.register] == [one.value for one in INDEX.search().facets.register]
    assert {one.entries for one in (*found.facets.register, *found.facets.sharing, *found.facets.kind)} == {0}


@pytest.mark.parametrize("words", ["", "   ", "\n\t", "　"])
def test_no_words_find_everything(words: str) -> None:
    assert len(INDEX.search(words).entries) == EVERYTHING


def test_internal_items_are_not_found() -> None:
    shown = {one.coordinate for one in INDEX.entries}
    internal = {at for at, entry in CATALOGUE.entries.items() if getattr(entry, "internal", False)}
    assert internal
    assert shown == set(CATALOGUE.entries) - internal
    assert INDEX.search("representativeIdNumber").entries != ()
    assert INDEX.search("headIdNumber").entries == () or all(
        one.coordinate not in internal for one in INDEX.search("headIdNumber").entries
    )


def test_filters_narrow_and_each_by_its_names() -> None:
    assert {one.register.name for one in INDEX.search("", Filter(register="credit")).entries} == {"credit"}
    by_title = INDEX.search("", Filter(register="社会信用基础信息库"))
    assert by_title == INDEX.search("", Filter(register="credit"))
    for name in ("civil_affairs", "江苏省民政厅"):
        assert INDEX.search("", Filter(provider=name)) == INDEX.search("", Filter(provider="11320000MBX000027Q"))
    withheld = INDEX.search("", Filter(sharing=SharingType.NOT_SHARED)).entries
    assert {type_of(one.entry.sharing) for one in withheld} == {SharingType.NOT_SHARED}
    assert "Person.adoptionRecord" in [str(one.coordinate) for one in withheld]
    derived = INDEX.search("", Filter(kind=Kind.DERIVED, register="population")).entries
    assert {str(one.coordinate) for one in derived} >= {"Person.isAdult", "Person.age"}
    for wanted in (
        Filter(register="no"),
        Filter(provider=""),
        Filter(resource=ResourceName("No")),
        Filter(theme="医疗健康"),
    ):
        assert INDEX.search("", wanted).entries == ()


def test_a_facet_counts_what_choosing_a_value_would_leave() -> None:
    for words in ("", "登记", "name"):
        for wanted in (Filter(), Filter(register="population"), Filter(sharing=SharingType.CONDITIONAL, kind=Kind.BUSINESS)):
            found = INDEX.search(words, wanted)
            for register in found.facets.register:
                left = INDEX.search(words, wanted._replace(register=register.value)).entries
                assert register.entries == len(left), (words, wanted, register)
            for sharing in found.facets.sharing:
                left = INDEX.search(words, wanted._replace(sharing=SharingType(sharing.value))).entries
                assert sharing.entries == len(left), (words, wanted, sharing)
            for provider in found.facets.provider:
                left = INDEX.search(words, wanted._replace(provider=provider.value)).entries
                assert provider.entries == len(left), (words, wanted, provider)
            for resource in found.facets.resource:
                left = INDEX.search(words, wanted._replace(resource=ResourceName(resource.value))).entries
                assert resource.entries == len(left), (words, wanted, resource)


def test_facets_of_the_whole_catalogue_count_every_entry_once() -> None:
    facets = INDEX.search().facets
    for facet in (facets.register, facets.provider, facets.sharing, facets.kind, facets.resource):
        assert sum(one.entries for one in facet) == EVERYTHING
    assert set(counts(facets.register)) == set(CATALOGUE.registers)


def test_a_theme_is_a_register_of_thematic_resources() -> None:
    marriage = CATALOGUE.resources[ResourceName("MarriageRecord")]
    thematic = replace(marriage, code="201001/000001", register="health")
    theme = Register("health", "医疗健康", marriage.provider)
    catalogue = Catalogue(
        2,
        {**CATALOGUE.registers, "health": theme},
        {**CATALOGUE.resources, thematic.name: thematic},
        CATALOGUE.departments,
    )
    index = Index(catalogue)
    expected = {f"MarriageRecord.{name}" for name, one in marriage.items.items() if not one.internal}
    for name in ("health", "医疗健康"):
        assert set(coordinates(index.search("", Filter(theme=name)))) == expected
    assert index.search("", Filter(theme="population")).entries == ()
    assert counts(index.search("", Filter(theme="health")).facets.register) == {"health": len(expected)}


def test_a_search_is_read_to_a_bound() -> None:
    many = words_of(" ".join(f"w{number}" for number in range(100)))
    assert len(many) == WORDS_READ
    assert words_of("一" * (TEXT_READ * 3)) == ("一" * WORD_CHARACTERS,)
    assert words_of("name name NAME") == ("name",)


def test_three_thousand_items_answer_in_a_few_milliseconds() -> None:
    index = Index(large())
    assert len(index.entries) >= 2_900
    for words in (
        "",
        "item3",
        "resource17 item",
        "查询不存在的信息项",
        " ".join(["资源名称代码事项"] * 6),
        "代码名称 item code name 资源 ref",
    ):
        took = []
        for _ in range(5):
            began = time.perf_counter()
            index.search(words, Filter(sharing=SharingType.CONDITIONAL))
            took.append(time.perf_counter() - began)
        assert min(took) < 0.03, (words, took)
