"""The life of a register's file: which step may follow, whom a draft touches, and what the provider's word is worth."""

from itertools import product

import pytest

from catalogue.edit import ItemEdit, NewItem, ResourceEdit, edited
from catalogue.life import (
    GONE,
    NEXT,
    Act,
    Confirmation,
    Standing,
    State,
    check_withdrawal,
    compiler_of,
    completed,
    judge,
    must_be_acknowledged,
    next_state,
    path_of,
    placed,
    standing_of,
    touched,
    unconfirmed,
)
from catalogue.load import load_documents, read_documents, read_published
from catalogue.model import Basis, BasisClass, Catalogue, Coordinate, Department, ProviderCode, ResourceName
from catalogue.predicate import ItemName
from catalogue.versions import Change, ChangeKind
from errors import GatewayError
from schema.compare import compare
from settings import ROOT
from tests.law.themes import REGISTER, theme

DOCUMENTS = read_documents(ROOT / "catalogue")
CATALOGUE = load_documents(DOCUMENTS)
CODES = {department.name: code for code, department in CATALOGUE.departments.items()}
POLICE, EDUCATION, CIVIL = CODES["public_security"], CODES["education"], CODES["civil_affairs"]
POPULATION = "registers/population.toml"


def at(text: str) -> Coordinate:
    resource, _, name = text.partition(".")
    return Coordinate(ResourceName(resource), ItemName(name))


def drafted(*edits: ItemEdit | NewItem | ResourceEdit, path: str = POPULATION) -> dict[str, str]:
    result = edited(DOCUMENTS[path], edits, path)
    assert result.findings == ()
    return {**DOCUMENTS, path: result.text}


def read(documents: dict[str, str]) -> Catalogue:
    return load_documents(documents, 2)


def judged_with(*edits: ResourceEdit) -> Catalogue:
    """The catalogue with these edits, whatever it breaches."""
    held = judge(CATALOGUE, drafted(*edits), POLICE, ()).catalogue
    assert held is not None
    return held


@pytest.mark.parametrize(("state", "act"), list(product(State, Act)))
def test_a_step_follows_or_is_refused(state: State, act: Act) -> None:
    if (state, act) in NEXT:
        assert next_state(state, act) is NEXT[state, act]
    else:
        with pytest.raises(GatewayError) as refused:
            next_state(state, act)
        assert (refused.value.code.name, refused.value.article) == ("STATE_CONFLICT", "Art. 9")


def test_what_has_ended_stays_so_and_only_what_was_submitted_is_published() -> None:
    assert {state for state, _ in NEXT} == {State.DRAFTED, State.SUBMITTED}
    assert [state for (state, act), after in NEXT.items() if after is State.PUBLISHED] == [State.SUBMITTED]


def test_the_five_base_registers_and_the_themes_have_their_places() -> None:
    assert path_of("population") == POPULATION
    assert path_of("elderly_care") == "themes/elderly_care.toml"
    assert compiler_of(DOCUMENTS, "population") == "public_security"
    assert compiler_of(DOCUMENTS, "elderly_care") is None


def test_a_withdrawn_register_is_gone_from_the_documents_and_a_base_register_stays() -> None:
    documents = {**DOCUMENTS, "themes/elderly_care.toml": "x"}
    assert placed(documents, "themes/elderly_care.toml", GONE) == DOCUMENTS
    assert placed(DOCUMENTS, "themes/elderly_care.toml", "x") == documents
    check_withdrawal("elderly_care")
    with pytest.raises(GatewayError) as refused:
        check_withdrawal("population")
    assert (refused.value.code.name, refused.value.article) == ("INPUT_INVALID", "Art. 11(2)")


def test_a_registered_department_that_a_draft_names_comes_into_the_catalogue() -> None:
    tax = Department(ProviderCode("11320100MBX0002119"), "nanjing_taxation", '南京市"税务"局', "320100")
    other = Department(ProviderCode("11320100MBX000211A"), "nanjing_other", "另一个", "320100")
    assert completed(DOCUMENTS, [tax, other]) == DOCUMENTS
    result = edited(DOCUMENTS[POPULATION], [ItemEdit(at("Person.education"), "provider", "nanjing_taxation")])
    documents = completed({**DOCUMENTS, POPULATION: result.text}, [tax, other])
    held = judge(CATALOGUE, documents, POLICE, ()).catalogue
    assert held is not None
    assert set(held.departments.values()) - set(CATALOGUE.departments.values()) == {tax}
    assert completed(documents, [tax, other]) == documents


def test_a_draft_touches_the_providers_of_what_it_changes() -> None:
    note = ItemEdit(at("Person.education"), "note", "Highest education.")
    assert set(touched(CATALOGUE, read(drafted(note)))) == {EDUCATION}
    title = ItemEdit(at("Person.sex"), "title", "登记性别")
    found = touched(CATALOGUE, read(drafted(note, title)))
    assert {provider: part.names for provider, part in found.items()} == {
        POLICE: ("Person.sex",),
        EDUCATION: ("Person.education",),
    }
    shell = ResourceEdit(ResourceName("MarriageRecord"), "modes", ("online_lookup",))
    assert touched(CATALOGUE, read(drafted(shell)))[CIVIL].names == ("MarriageRecord",)
    assert touched(CATALOGUE, read(dict(DOCUMENTS))) == {}


@pytest.mark.parametrize(
    ("attribute", "value"),
    [("modes", ("online_lookup", "front_end_server")), ("update_cycle", "yearly"), ("network_zone", "intranet")],
)
def test_what_a_resource_says_of_all_its_items_touches_every_provider(attribute: str, value: str | tuple[str, ...]) -> None:
    found = touched(CATALOGUE, judged_with(ResourceEdit(ResourceName("Person"), attribute, value)))
    person = CATALOGUE.resources[ResourceName("Person")]
    entries = [entry for at, entry in CATALOGUE.entries.items() if at.type == person.name]
    providers = {one.provider for one in entries}
    assert len(providers) > 3
    assert set(found) == providers
    assert found[EDUCATION].names == (f"Person: {attribute}",)
    assert found[POLICE].names == ("Person",)


def test_a_part_of_the_rows_touches_who_provides_it_and_who_would() -> None:
    path = "registers/licence.toml"
    moved = DOCUMENTS[path].replace('provider = "disabled_federation"', 'provider = "education"')
    found = touched(CATALOGUE, read({**DOCUMENTS, path: moved}))
    losing, gaining, compiling = (CODES[one] for one in ("disabled_federation", "education", "government_services"))
    assert {provider: one.names for provider, one in found.items()} == {
        losing: (f"Licence: typeCode ({losing})",),
        gaining: (f"Licence: typeCode ({gaining})",),
        compiling: ("Licence",),
    }
    note = DOCUMENTS[path].replace("Where the certificate's file is kept.", "Where its file is kept.")
    parted = CATALOGUE.resources[ResourceName("Licence")].parted
    assert parted is not None
    assert set(touched(CATALOGUE, read({**DOCUMENTS, path: note}))) == {CODES["government_services"], *parted.of}


@pytest.mark.parametrize("attribute", ["title", "abstract", "note", "format"])
def test_what_it_says_of_itself_touches_its_own_provider(attribute: str) -> None:
    edit = ResourceEdit(ResourceName("Person"), attribute, "另有说明")
    assert set(touched(CATALOGUE, judged_with(edit))) == {POLICE}


@pytest.mark.parametrize(
    ("former", "later", "who"),
    [
        ('key = "idNumber"', 'key = "name"', "all"),
        ('division = "divisionCode"', 'division = "birthplace"', "all"),
        (', "education"]', "]", "education"),
    ],
    ids=["key", "division", "verify"],
)
def test_what_identifies_and_verifies_touches_whom_it_concerns(former: str, later: str, who: str) -> None:
    text = DOCUMENTS[POPULATION]
    assert former in text
    drafted = {**DOCUMENTS, POPULATION: text.replace(former, later, 1)}
    held = judge(CATALOGUE, drafted, POLICE, ()).catalogue
    assert held is not None
    found = touched(CATALOGUE, held)
    assert EDUCATION in found
    assert (CIVIL in found) == (who == "all")


def test_a_confirmation_of_other_modes_than_those_published_is_void() -> None:
    first, second = (
        touched(CATALOGUE, judged_with(ResourceEdit(ResourceName("Person"), "modes", modes)))[EDUCATION]
        for modes in (("front_end_server",), ("front_end_server", "bulk_download"))
    )
    said = Confirmation(EDUCATION, accepted=True, reason="", fingerprint=first.fingerprint)
    assert standing_of(first, said) is Standing.CONFIRMED
    assert standing_of(second, said) is Standing.VOID


def test_an_item_that_changes_hands_touches_both() -> None:
    moved = drafted(ItemEdit(at("Person.education"), "provider", "human_resources"))
    assert set(touched(CATALOGUE, read(moved))) == {EDUCATION, CODES["human_resources"]}


def test_a_confirmation_holds_for_what_was_confirmed_alone() -> None:
    note = ItemEdit(at("Person.education"), "note", "Highest education.")
    part = touched(CATALOGUE, read(drafted(note)))[EDUCATION]
    said = Confirmation(EDUCATION, accepted=True, reason="", fingerprint=part.fingerprint)
    other = ItemEdit(at("Person.sex"), "title", "登记性别")
    unchanged = touched(CATALOGUE, read(drafted(note, other)))[EDUCATION]
    changed = touched(CATALOGUE, read(drafted(ItemEdit(at("Person.education"), "note", "Another."))))[EDUCATION]
    assert standing_of(part, None) is Standing.MISSING
    assert standing_of(unchanged, said) is Standing.CONFIRMED
    assert standing_of(changed, said) is Standing.VOID
    objected = Confirmation(EDUCATION, accepted=False, reason="口径有误", fingerprint=part.fingerprint)
    assert standing_of(part, objected) is Standing.OBJECTED


def test_a_judgement_names_all_that_stands_against_publishing() -> None:
    documents = drafted(
        ItemEdit(at("Person.sex"), "sharing", "conditional"),
        ItemEdit(at("Person.education"), "note", "Highest education."),
        NewItem(at("MarriageRecord.schooling"), {
            "title": "最高学历", "type": "String", "kind": "business", "sharing": "unconditional", "standard": "GB/T 4658",
        }),
    )  # fmt: skip
    judged = judge(CATALOGUE, documents, POLICE, ())
    assert {finding.path for finding in judged.findings} >= {"resource.Person.item.sex.sharing"}
    assert [finding.path for finding in judged.claimed] == ["resource.MarriageRecord.item.schooling"]
    assert set(judged.providers) == {EDUCATION, CIVIL}
    found = unconfirmed(judged, [], {EDUCATION: "江苏省教育厅"})
    assert [(finding.article, finding.message_zh) for finding in found] == [("Art. 9", "提供部门尚未确认")] * 2
    said = [
        Confirmation(EDUCATION, accepted=True, reason="", fingerprint=judged.providers[EDUCATION].fingerprint),
        Confirmation(CIVIL, accepted=False, reason="非我部门数据", fingerprint=judged.providers[CIVIL].fingerprint),
    ]
    (objection,) = unconfirmed(judged, said, {})
    assert "非我部门数据" in objection.message


def formerly_published() -> dict[str, str]:
    """What today's checks would refuse: an empty theme, and a datum with two sources."""
    schooling = NewItem(at("MarriageRecord.schooling"), {
        "title": "最高学历", "type": "String", "kind": "business", "sharing": "unconditional", "standard": "GB/T 4658",
    })  # fmt: skip
    return {**drafted(schooling), path_of(REGISTER): theme("civil_affairs", [])}


def test_what_is_published_stands_and_its_faults_hinder_no_draft() -> None:
    former = formerly_published()
    with pytest.raises(GatewayError, match="no contributing department"):
        load_documents(former, 2)
    published = read_published(former, 2)
    path = path_of("legal_entity")
    edit = edited(former[path], [ItemEdit(at("LegalEntity.name"), "note", "Its name.")], path)
    judged = judge(published, {**former, path: edit.text}, POLICE, (), path)
    assert [one.path for one in judged.findings] == ["register"]
    assert [one.path for one in judged.claimed] == ["resource.MarriageRecord.item.schooling"]
    assert judged.breaches() == ((), ())


def test_what_a_draft_breaches_itself_stands_against_it_beside_what_is_inherited() -> None:
    former = formerly_published()
    copied = NewItem(at("MarriageRecord.age"), {
        "title": "性别", "type": "String", "kind": "business", "sharing": "unconditional", "standard": "GB/T 2261.1",
    })  # fmt: skip
    edits: list[ItemEdit | NewItem] = [ItemEdit(at("Person.sex"), "sharing", "conditional"), copied]
    draft = {**former, POPULATION: edited(former[POPULATION], edits, POPULATION).text}
    breaches = judge(read_published(former, 2), draft, POLICE, (), POPULATION).breaches()
    assert "resource.Person.item.sex.sharing" in {one.path for one in breaches.findings}
    assert "register" not in {one.path for one in breaches.findings}
    assert [one.path for one in breaches.claimed] == ["resource.MarriageRecord.item.age"]
    known = judge(read_published(former, 2), draft, POLICE, (), POPULATION)
    assert known.breaches({*breaches.findings, *breaches.claimed}) == ((), ())


def test_an_empty_theme_that_was_published_is_withdrawn() -> None:
    former = formerly_published()
    path = path_of(REGISTER)
    judged = judge(read_published(former, 2), placed(former, path, GONE), CIVIL, (), path)
    assert judged.findings == ()
    assert judged.catalogue is not None
    assert REGISTER not in judged.catalogue.registers


@pytest.mark.parametrize("text", ["[register", DOCUMENTS[POPULATION].replace('"public_security"', '"nobody"')])
def test_what_cannot_be_read_is_not_served_whenever_it_was_published(text: str) -> None:
    with pytest.raises(GatewayError) as refused:
        read_published({**DOCUMENTS, POPULATION: text}, 2)
    assert refused.value.code.name == "CATALOGUE_INVALID"


def test_a_new_lead_department_takes_the_register_over_only_if_it_confirms() -> None:
    text = DOCUMENTS[POPULATION].replace('lead = "public_security"', 'lead = "civil_affairs"')
    judged = judge(CATALOGUE, {**DOCUMENTS, POPULATION: text}, POLICE, ())
    assert set(judged.providers) == {CIVIL}


def test_what_cannot_be_read_has_no_catalogue() -> None:
    judged = judge(CATALOGUE, {**DOCUMENTS, POPULATION: "[register"}, POLICE, ())
    assert judged.catalogue is None
    assert judged.findings[0].file == "population.toml"


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (ItemEdit(at("Person.age"), "title", "年龄"), set()),
        (ItemEdit(at("Household.address"), "type", "Int"), {("Household.address", ChangeKind.BREAKING)}),
        (
            NewItem(
                at("Household.kind"), {"title": "户别", "type": "String", "kind": "business", "sharing": "unconditional"}
            ),
            {("Household.kind", ChangeKind.ADDED)},
        ),
    ],
)
def test_the_schemas_are_compared_too(edit: ItemEdit | NewItem, expected: set[tuple[str, ChangeKind]]) -> None:
    changes = compare(CATALOGUE, read(drafted(edit)))
    assert {(change.coordinate, change.kind) for change in changes} == expected


def test_what_breaks_in_the_schema_alone_is_told() -> None:
    """A filter's input goes with the full form of its item: documents that name it are no longer valid."""
    basis = Basis("中华人民共和国民法典", "中华人民共和国主席令第四十五号", "第一千零三十四条", BasisClass.LAW)
    number = at("Licence.number")
    edits = ItemEdit(number, "sharing", "not_shared"), ItemEdit(number, "basis", basis)
    withheld = judge(CATALOGUE, drafted(*edits, path="registers/licence.toml"), POLICE, ()).catalogue
    assert withheld is not None
    told = {(change.coordinate, change.kind) for change in compare(CATALOGUE, withheld)}
    assert told >= {("Licence.number", ChangeKind.NARROWED), ("LicenceWhere.number", ChangeKind.BREAKING)}


def test_breaking_and_removed_need_a_word() -> None:
    kinds = [change.kind for change in must_be_acknowledged(Change("x", kind, "") for kind in ChangeKind)]
    assert kinds == [ChangeKind.BREAKING, ChangeKind.REMOVED]
