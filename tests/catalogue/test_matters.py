"""The matters as files: the twelve are whole, what is wrong is named with its place, versions follow one another by day."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from catalogue.load_matters import FOLDER, load_matters
from catalogue.matter_items import bind_matter, may_replace
from catalogue.matters import (
    AllOf,
    AnyOf,
    Certificate,
    Items,
    LenienceKind,
    Matter,
    Own,
    Replacement,
    Role,
    SubjectKind,
    Theme,
    Withdrawn,
    register_of,
)
from catalogue.model import Coordinate, ProviderCode, ResourceName
from catalogue.predicate import ItemName
from errors import GatewayError
from tests.http.house import CATALOGUE

REGISTER = load_matters(CATALOGUE)
TODAY = date(2026, 3, 2)
NOBODY = ProviderCode("")
BY_LAW = date(2025, 5, 10)
"""Since then the household booklet is not asked for at marriage (国务院令第804号)."""


def matter(code: str, day: date = TODAY) -> Matter:
    found = REGISTER.in_force(code, day)
    assert found is not None
    return found


def leaves(replacement: Replacement) -> Iterator[Replacement]:
    if isinstance(replacement, AnyOf | AllOf):
        for part in replacement.parts:
            yield from leaves(part)
    else:
        yield replacement


class TestTheTwelve:
    def test_all_are_there_each_with_basis_roles_and_materials(self) -> None:
        assert list(REGISTER.matters) == [f"M{number:02}" for number in range(1, 13)]
        assert [len(matter(code).materials) for code in REGISTER.matters] == [8, 11, 6, 8, 9, 7, 8, 8, 8, 8, 9, 8]
        for code in REGISTER.matters:
            each = matter(code)
            assert all((each.basis, each.roles, each.items, each.title_en))
            assert each.demo_key, "none of the codes is an official item code"

    def test_what_is_from_memory_says_so(self) -> None:
        checked = {(code, one.title) for code in REGISTER.matters for one in matter(code).basis if one.checked}
        assert checked == {
            ("M02", "中华人民共和国市场主体登记管理条例实施细则"),
            ("M03", "婚姻登记条例"),
            ("M05", "食品经营许可和备案管理办法"),
            ("M08", "中华人民共和国建筑法"),
            ("M08", "建筑工程施工许可管理办法"),
        }
        lists = {code for code in REGISTER.matters for one in matter(code).materials if one.checked}
        assert lists == {"M03"}, "all other lists of materials are from memory"
        assert not any(one.lenience and one.lenience.checked for code in REGISTER.matters for one in matter(code).materials)

    def test_the_household_booklet_was_asked_at_marriage_until_the_law_changed(self) -> None:
        before, since = matter("M03", BY_LAW - timedelta(days=1)), matter("M03", BY_LAW)
        assert (before.version, since.version) == (1, 2)
        assert "居民户口簿" in {one.title for one in before.materials}
        assert "居民户口簿" not in {one.title for one in since.materials}
        assert before.valid_until == BY_LAW

    def test_absence_is_the_proof_where_the_matter_says_so(self) -> None:
        proofs = {
            (code, one.code)
            for code in REGISTER.matters
            for one in matter(code).materials
            if one.replaced_by and any(isinstance(leaf, Items) and leaf.absence for leaf in leaves(one.replaced_by))
        }
        assert {("M12", "noDwelling"), ("M12", "maritalStatus"), ("M01", "dwellings")} <= proofs
        assert ("M04", "residence") not in proofs, "no dwelling found does not prove a dwelling"

    def test_the_department_depends_on_the_division(self) -> None:
        suzhou = next(code for code, one in CATALOGUE.departments.items() if one.name == "suzhou_government_services")
        assert matter("M02").competent("320506") == suzhou
        assert matter("M02").competent("320100") == matter("M02").department
        assert matter("M03").competent("320506") == matter("M03").department

    def test_roles_have_cardinalities(self) -> None:
        buyer, agent = matter("M01").roles["buyer"], matter("M01").roles["agent"]
        assert (buyer.least, buyer.most, buyer.kinds) == (1, None, (SubjectKind.PERSON, SubjectKind.ORGANISATION))
        assert agent.acts_for == ("buyer", "seller", "spouse")
        guardian = matter("M09").roles["guardian"]
        assert (guardian.least, guardian.most, guardian.acts_for) == (1, 2, ("child",))
        assert matter("M08").roles["project"].kinds == (), "no base register knows a construction project"

    def test_each_names_only_what_it_needs(self) -> None:
        items = matter("M10").items
        assert Coordinate(ResourceName("Licence"), ItemName("typeCode")) in items
        assert Coordinate(ResourceName("Person"), ItemName("phone")) not in items

    def test_what_its_materials_name_is_declared_too(self) -> None:
        needed = Coordinate(ResourceName("CreditSubject"), ItemName("seriousDishonestyLists"))
        assert needed in matter("M02").items
        assert Coordinate(ResourceName("RealEstateUnit"), ItemName("unitCode")) in matter("M09").items

    def test_what_the_department_itself_keeps_is_not_asked_for_whatever_another_source_answers(self) -> None:
        """M01 the title, M02 the business licence: their certificates stand in a register that may be away."""
        for code, name in (("M01", "titleCertificate"), ("M02", "businessLicence")):
            (found,) = [one.replaced_by for one in matter(code).materials if one.code == name]
            assert isinstance(found, AnyOf)
            assert {type(part) for part in found.parts} == {Own, Certificate}

    def test_a_permit_is_replaced_by_one_of_its_own_type(self) -> None:
        permits = [one for one in matter("M02").materials if one.title.startswith("批准文件或许可证")]
        assert [len(one.situations) for one in permits] == [1, 1, 1, 1]
        types = [one.replaced_by.types for one in permits if isinstance(one.replaced_by, Certificate)]
        assert len({*types}) == 3
        assert all(len(one) == 1 for one in types), "a food permit proves nothing about work safety"

    def test_residence_may_be_shown_later(self) -> None:
        residence = next(one for one in matter("M04").materials if one.code == "residence")
        assert residence.lenience is not None
        assert (residence.lenience.kind, residence.lenience.working_days) == (LenienceKind.COMMITMENT, 20)

    def test_a_list_that_is_no_law_says_so(self) -> None:
        local = {(code, one.code) for code in REGISTER.matters for one in matter(code).materials if not one.statutory}
        assert local == {("M03", "endOfMarriage"), ("M05", "healthCertificates"), ("M05", "premisesUse")}
        barred = {(code, one.code) for code in REGISTER.matters for one in matter(code).materials if one.barred}
        assert barred == {("M03", "endOfMarriage")}


class TestTheMark:
    """Art. 16 ¶2: a material whose items are all obtainable may not be asked for, known before anything is read."""

    ROLES = {  # noqa: RUF012 - never changed
        "one": Role("one", "甲", "one", (SubjectKind.PERSON,), 1, 1),
        "firm": Role("firm", "乙", "firm", (SubjectKind.ORGANISATION,), 0, 1),
    }
    HAD = Items((("one", "marriageRecord", "status"),))
    NEVER = Items((("one", "adoptionRecord"),))
    OUTSIDE = Theme("某信息", "something", "某部门")

    @pytest.mark.parametrize(
        ("replacement", "marked"),
        [
            (HAD, True),  # conditional: it can be applied for
            (NEVER, False),  # not to be shared by law
            (Items((("one", "name"), ("one", "adoptionRecord"))), False),
            (Items((("firm", "statisticalReturn"),)), False),
            (Items((("one", "gone"),)), False),
            (OUTSIDE, False),
            (Own("登记", "register"), True),
            (Certificate("one", ("x",)), True),
            (AnyOf((NEVER, HAD)), True),
            (AnyOf((NEVER, OUTSIDE)), False),
            (AllOf((HAD, Own("登记", "register"))), True),
            (AllOf((HAD, NEVER)), False),
            (AllOf((HAD, OUTSIDE)), False),
        ],
    )
    def test_it_is_there_where_an_alternative_can_be_had(self, replacement: Replacement, marked: bool) -> None:
        assert may_replace(CATALOGUE, self.ROLES, replacement) is marked

    def test_the_twelve_are_marked_as_loaded(self) -> None:
        assert matter("M04").marked == {
            "birthCertificate", "householdBooklets", "identity", "marriageCertificate", "permitToMove", "residence",
        }  # fmt: skip
        assert "income" not in matter("M12").marked
        assert "endOfMarriage" in matter("M03").marked

    def test_an_item_that_was_withdrawn_is_no_longer_catalogued(self) -> None:
        whole = matter("M04")
        narrow = type(CATALOGUE)(
            CATALOGUE.version + 1,
            CATALOGUE.registers,
            {name: one for name, one in CATALOGUE.resources.items() if name != "RealEstateUnit"},
            CATALOGUE.departments,
        )
        bound = bind_matter(narrow, whole)
        assert not any(each.type == "RealEstateUnit" for each in bound.items)
        residence = next(one for one in bound.materials if one.code == "residence")
        assert residence.replaced_by is not None
        gone = [
            leaf for leaf in leaves(residence.replaced_by) if isinstance(leaf, Theme) and "realEstateUnits" in leaf.title
        ]
        assert len(gone) == 2, "told as what is outside the catalogue, not passed over"


STATUS = '"applicant.marriageRecord.status"'
OBTAINED, HELD = (f"material.marriageCertificate.replaced_by.any[{number}]" for number in (0, 1))
SLIPS = [
    ('department = "public_security"', 'department = "police"', "M04.toml: department", "police"),
    ("least = 1, most = 1 }\nspouse", "least = 2, most = 1 }\nspouse", "role.applicant.least", ""),
    ('title_en = "spouse", kinds = ["person"]', 'title_en = "spouse", kinds = ["human"]', "role.spouse.kinds", "human"),
    (STATUS, '"applicant.marriageRecord"', f"{OBTAINED}.items", "Art. 7"),
    (STATUS, '"aplicant.marriageRecord.status"', f"{OBTAINED}.items", "role"),
    (STATUS, '"applicant.marriageRecord.idNumber"', OBTAINED, "Art. 7"),
    (STATUS, '"applicant.licences"', f"{OBTAINED}.items", "Art. 7"),  # certificates are named by their types
    ('certificates = ["结婚证"]', 'certificates = ["婚书"]', f"{HELD}.certificates", "婚书"),
    ('certificates = ["结婚证"]', 'certificates = ["营业执照"]', f"{HELD}.of", "营业执照"),
    ('of = "child"', 'of = "realEstateUnit"', "birthCertificate.replaced_by.of", "出生医学证明"),
    ('situations = ["childMoves"]', 'situations = ["childMove"]', "birthCertificate.situations", "childMove"),
    ("working_days = 20", "working_days = 0", "residence.lenience.working_days", ""),
    ('kind = "commitment", working_days = 20', 'kind = "later", working_days = 20', "residence.lenience.kind", "later"),
    ("[material.consent]", "[material.Con-sent]", "material.Con-sent", ""),
    ('code = "M04"', 'code = "M 04"', "code", ""),
    ('items = ["Person", "Household"', 'items = ["Person", "Houshold"', "items", "Houshold"),
    ("version = 1", "version = 2", "version", "order"),
    ("valid_from = 2017-10-26", "valid_from = 2017-10-26\nvalid_until = 2017-10-26", "valid_until", ""),
    ("[[basis]]", "[[bases]]", "bases", "unknown key"),
    ('{ title = "公安机关之间流转", ', '{ title = "", ', "permitToMove.replaced_by.own.title", "empty"),
    ('{ own = { title = "人口登记"', '{ absence = true, own = { title = "人口登记"', "identity.replaced_by", "absence"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "place", "word"), SLIPS)
def test_a_slip_is_named_with_its_place(tmp_path: Path, old: str, new: str, place: str, word: str) -> None:
    text = (FOLDER / "M04.toml").read_text("utf-8")
    assert old in text
    (tmp_path / "M04.toml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(GatewayError) as refused:
        load_matters(CATALOGUE, tmp_path)
    assert place in str(refused.value)
    assert word in str(refused.value)


def test_all_slips_come_out_together(tmp_path: Path) -> None:
    text = (FOLDER / "M04.toml").read_text("utf-8")
    text = re.sub(r'of = "(applicant|spouse)"', 'of = "nobody"', text).replace("working_days = 20", "working_days = 2000")
    (tmp_path / "M04.toml").write_text(text, "utf-8")
    with pytest.raises(GatewayError) as refused:
        load_matters(CATALOGUE, tmp_path)
    findings = refused.value.extensions["findings"]
    assert isinstance(findings, list)
    assert len(findings) == 4


def test_an_item_that_was_withdrawn_does_not_stop_the_service(tmp_path: Path) -> None:
    text = (FOLDER / "M04.toml").read_text("utf-8")
    (tmp_path / "M04.toml").write_text(text.replace('"Household", ', '"Gone", "Person.gone", ', 1), "utf-8")
    with pytest.raises(GatewayError, match=r"Person\.gone"):
        load_matters(CATALOGUE, tmp_path)
    loaded = load_matters(CATALOGUE, tmp_path, strict=False).in_force("M04", TODAY)
    assert loaded is not None
    assert Coordinate(ResourceName("Household"), ItemName("address")) in loaded.items, "its materials name it"


class TestVersions:
    FIRST = Matter("X", "甲", "", NOBODY, version=1, valid_from=date(2020, 1, 1))

    def test_a_later_version_takes_the_place_of_the_former_from_its_first_day(self) -> None:
        second = Matter("X", "乙", "", NOBODY, version=2, valid_from=date(2026, 1, 1))
        register = register_of(2, (second, self.FIRST))
        at = {day: register.in_force("X", day) for day in (date(2019, 12, 31), date(2025, 12, 31), date(2026, 1, 1))}
        assert [None if one is None else one.version for one in at.values()] == [None, 1, 2]
        assert register.next_change(date(2025, 6, 1)) == date(2026, 1, 1)
        assert register.next_change(date(2026, 1, 1)) is None

    def test_a_correction_of_what_has_not_begun_leaves_nothing_of_it(self) -> None:
        planned = Matter("X", "乙", "", NOBODY, version=2, valid_from=date(2026, 6, 1))
        corrected = Matter("X", "丙", "", NOBODY, version=3, valid_from=date(2026, 5, 1))
        register = register_of(3, (self.FIRST, planned, corrected))
        days = [date(2026, 4, 30), date(2026, 5, 1), date(2026, 6, 1), date(2027, 1, 1)]
        found = [register.in_force("X", day) for day in days]
        assert [one and one.version for one in found] == [1, 3, 3, 3]

    def test_what_is_withdrawn_ends_and_may_come_again(self) -> None:
        again = Matter("X", "丁", "", NOBODY, version=3, valid_from=date(2026, 9, 1))
        register = register_of(3, (self.FIRST, Withdrawn("X", 2, date(2026, 3, 1)), again))
        days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 8, 31), date(2026, 9, 1)]
        found = [register.in_force("X", day) for day in days]
        assert [one and one.version for one in found] == [1, None, None, 3]
        assert register.in_force("Y", date(2026, 9, 1)) is None
