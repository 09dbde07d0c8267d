"""Each rule of the catalogue has a case that breaks it; the real catalogue breaks none."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from catalogue.check import Check
from catalogue.checks import CHECKS, check_catalogue
from catalogue.model import Catalogue, Department, ProviderCode, Resource, ResourceName
from catalogue.predicate import ItemName
from tests.catalogue.registers import Files, build, drop, put

PERSON = "population.toml: resource.Person"
ENTITY = "legal_entity.toml: resource.LegalEntity"
PARCEL = "geospatial.toml: resource.LandParcel"
LICENCE = "licence.toml: resource.Licence"
RECORD = "credit.toml: resource.CreditRecord"
BASIS = {"title": "某省数据管理规定", "number": "省政府令第1号", "clause": "第三条", "class": "法律"}


def both(*changes: Callable[[Files], None]) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        for each in changes:
            each(files)

    return change


def empty_theme(files: Files) -> None:
    files["care.toml"] = {"register": {"name": "care", "title": "养老服务", "lead": "civil_affairs"}}


CASES: list[tuple[str, Callable[[Files], None], str]] = [
    ("one_source_for_each_datum", put(f"{PERSON}.item.name.seq", 1), "resource.Person.item.name.seq"),
    ("each_part_has_one_source", put(f"{LICENCE}.parted_by", "divisionCode"), "resource.Licence.parted_by"),
    ("each_part_has_one_source", put(f"{LICENCE}.part.0.values", ["13320000MBX000094G001"]), "resource.Licence.part"),
    ("each_part_has_one_source", put(f"{LICENCE}.part.0.provider", "government_services"), "resource.Licence.part"),
    ("codes_conform", put(f"{PERSON}.code", "101001/01"), "resource.Person.code"),
    ("codes_conform", put(f"{PERSON}.code", "persons"), "resource.Person.code"),
    ("codes_conform", put(f"{PERSON}.code", "101003/000001"), "resource.Household.code"),
    ("names_are_names", put("population.toml: resource.person", {}), "resource.person"),
    ("names_are_names", put("population.toml: register.name", "../x"), "register.name"),
    ("names_are_names", put("population.toml: register.name", "x y"), "register.name"),
    (
        "names_are_names",
        put(
            f"{PERSON}.item.Full_name",
            {"seq": 70, "title": "名", "type": "String", "kind": "base", "sharing": "unconditional"},
        ),
        "resource.Person.item.Full_name",
    ),
    ("types_are_known", put(f"{PERSON}.item.name.type", "Text"), "resource.Person.item.name.type"),
    ("referred_items_exist", put(f"{PERSON}.division", "county"), "resource.Person.division"),
    ("referred_items_exist", put(f"{PERSON}.subject", "age"), "resource.Person.subject"),
    ("referred_items_exist", put(f"{PERSON}.lookup.by_household.item", "house"), "resource.Person.lookup.by_household.item"),
    (
        "referred_items_exist",
        put(f"{PERSON}.rules.0.when", {"is_null": "born"}),
        "resource.Person.item.divisionCode.rules[0].when",
    ),
    ("referred_items_exist", put(f"{RECORD}.published_when", {"is_null": "until"}), "resource.CreditRecord.published_when"),
    (
        "referred_items_exist",
        put(f"{RECORD}.lookup.permits_of.filter", {"item": "kind", "eq": "PERMIT"}),
        "resource.CreditRecord.lookup.permits_of.filter",
    ),
    ("rows_are_ordered", drop(f"{RECORD}.ordered_by"), "resource.CreditRecord.ordered_by"),
    ("rows_are_ordered", put("population.toml: resource.MarriageRecord.key", "idNumber"), "resource.MarriageRecord.key"),
    ("derived_items_are_derived", drop(f"{PERSON}.item.age.derivation"), "resource.Person.item.age.derivation"),
    (
        "derived_items_are_derived",
        put(f"{PERSON}.item.age.derivation.op", "wealth"),
        "resource.Person.item.age.derivation.op",
    ),
    (
        "derived_items_are_derived",
        put(f"{PERSON}.item.age.derivation.items", ["name"]),
        "resource.Person.item.age.derivation.items",
    ),
    (
        "derived_items_are_derived",
        put(f"{PERSON}.item.age.derivation.years", 18),
        "resource.Person.item.age.derivation.years",
    ),
    (
        "derived_items_are_derived",
        put(f"{PERSON}.item.isMarried.derivation.via", "licences"),
        "resource.Person.item.isMarried.derivation.via",
    ),
    (
        "relations_lead_somewhere",
        put(f"{PERSON}.relation.credit.target", "CreditSubject.by_name"),
        "resource.Person.relation.credit.target",
    ),
    ("relations_lead_somewhere", put(f"{PERSON}.relation.credit.many", True), "resource.Person.relation.credit.many"),
    ("relations_lead_somewhere", put(f"{PERSON}.relation.credit.key", "code"), "resource.Person.relation.credit.key"),
    (
        "relations_lead_somewhere",
        put(f"{PERSON}.relation.credit.component", True),
        "resource.Person.relation.credit.component",
    ),
    ("unions_are_told_apart", drop(f"{LICENCE}.relation.holder.union"), "resource.Licence.relation.holder.union"),
    (
        "unions_are_told_apart",
        put(f"{LICENCE}.relation.holder.targets.0.when", "ORGANISATION"),
        "resource.Licence.relation.holder.targets",
    ),
    (
        "unions_are_told_apart",
        put(f"{LICENCE}.relation.holder.discriminator", "sort"),
        "resource.Licence.relation.holder.discriminator",
    ),
    ("linkable_is_documented", drop(f"{PERSON}.relation.household.note"), "resource.Person.relation.household.note"),
    (
        "linkable_is_documented",
        drop(f"{PARCEL}.relation.division.linkable"),
        "resource.LandParcel.relation.division.linkable",
    ),
    ("roots_lead_somewhere", put(f"{PERSON}.root.person.lookup", "by_name"), "resource.Person.root.person.lookup"),
    ("roots_lead_somewhere", drop(f"{PERSON}.root.person.argument"), "resource.Person.root.person.argument"),
    ("roots_lead_somewhere", put(f"{PERSON}.root.persons.lookup", "by_household"), "resource.Person.root.persons.batch"),
    ("attributes_are_stated", put(f"{PERSON}.abstract", ""), "resource.Person.abstract"),
    ("attributes_are_stated", drop(f"{PERSON}.format"), "resource.Person.format"),
    ("attributes_are_stated", drop(f"{PERSON}.item.name.title"), "resource.Person.item.name.title"),
    (
        "conditional_is_open_in_part_only",
        put(f"{PARCEL}.item.price.open_form", "full"),
        "resource.LandParcel.item.price.open_form",
    ),
    (
        "conditional_is_open_in_part_only",
        put(f"{PARCEL}.item.price.open_form", "verify"),
        "resource.LandParcel.item.price.open_form",
    ),
    (
        "row_rules_only_narrow",
        put(f"{PERSON}.rules.0.sharing", "unconditional"),
        "resource.Person.item.divisionCode.rules[0].sharing",
    ),
    ("row_rules_only_narrow", put(f"{PERSON}.rules.0.forms", ["full"]), "resource.Person.item.phone.rules[0].sharing"),
    ("row_rules_say_why", drop(f"{PERSON}.rules.0.note"), "resource.Person.item.phone.rules[0].article"),
    ("masked_form_has_a_mask", drop(f"{PARCEL}.item.price.mask"), "resource.LandParcel.item.price.mask"),
    ("masked_form_has_a_mask", put(f"{PARCEL}.item.price.mask", "blur"), "resource.LandParcel.item.price.mask"),
    (
        "masked_form_has_a_mask",
        put(f"{PERSON}.relation.household.forms", ["masked"]),
        "resource.Person.relation.household.forms",
    ),
    ("verify_form_has_a_match", put(f"{PERSON}.verify", ["name"]), "resource.Person.item.phone.forms"),
    (
        "verify_form_has_a_match",
        put(f"{PERSON}.relation.household.forms", ["verify"]),
        "resource.Person.relation.household.forms",
    ),
    ("verified_items_can_be_compared", drop(f"{PERSON}.item.phone.match"), "resource.Person.item.phone.match"),
    (
        "verified_items_can_be_compared",
        put(f"{PERSON}.item.education.forms", ["full"]),
        "resource.Person.item.education.forms",
    ),
    (
        "withholding_has_a_basis",
        put(f"{PERSON}.item.adoptionRecord.basis", BASIS),
        "resource.Person.item.adoptionRecord.basis.number",
    ),
    (
        "withholding_has_a_basis",
        put(f"{PERSON}.item.adoptionRecord.basis.title", "敏感信息"),
        "resource.Person.item.adoptionRecord.basis",
    ),
    (
        "withholding_has_a_basis",
        put(f"{PERSON}.item.adoptionRecord.basis.clause", " "),
        "resource.Person.item.adoptionRecord.basis",
    ),
    (
        "withholding_has_a_basis",
        put(f"{PERSON}.item.adoptionRecord.basis.clause", "全文"),
        "resource.Person.item.adoptionRecord.basis.clause",
    ),
    (
        "withholding_has_a_basis",
        put("credit.toml: resource.CreditSubject.rules.0.basis.number", "某部令第5号"),
        "resource.CreditSubject.item.level.rules[0].basis.number",
    ),
    (
        "base_items_are_unconditional",
        both(put(f"{PERSON}.item.name.sharing", "conditional"), put(f"{PERSON}.item.name.terms", "residence")),
        "resource.Person.item.name.sharing",
    ),
    (
        "base_items_are_unconditional",
        put(f"{LICENCE}.rules.0.article", "某厅通知"),
        "resource.Licence.item.typeCode.rules[0].article",
    ),
    ("themes_are_built_jointly", put(f"{LICENCE}.code", "204001/000001"), "register"),
    ("themes_are_built_jointly", empty_theme, "register"),
    ("network_zone_is_known", put(f"{PERSON}.network_zone", "internet"), "resource.Person.network_zone"),
    ("network_zone_is_known", put(f"{PERSON}.network_zone", "intranet"), "resource.Person.network_zone"),
    (
        "conditional_states_its_terms",
        drop("legal_entity.toml: terms.duty.condition"),
        "resource.LegalEntity.item.representativeIdNumber.condition",
    ),
    (
        "conditional_states_its_terms",
        drop("legal_entity.toml: terms.duty.scope"),
        "resource.LegalEntity.relation.landParcels.scope",
    ),
    (
        "conditional_states_its_terms",
        put("legal_entity.toml: terms.duty.uses", []),
        "resource.LegalEntity.item.socialInsuredCount.uses",
    ),
    (
        "conditional_states_its_terms",
        drop("licence.toml: terms.case.condition"),
        "resource.Licence.item.number.rules[0].condition",
    ),
    (
        "conditional_can_be_granted",
        drop("legal_entity.toml: terms.duty.forms"),
        "resource.LegalEntity.relation.representative.forms",
    ),
    ("conditional_can_be_granted", drop("credit.toml: terms.rating.rows"), "resource.CreditSubject.item.level.rows"),
    ("rows_can_be_told", drop(f"{PERSON}.division"), "resource.Person.item.phone.rows"),
    ("rows_can_be_told", drop(f"{PERSON}.subject"), "resource.Person.item.phone.rows"),
    ("modes_are_stated", put(f"{PERSON}.modes", []), "resource.Person.modes"),
]
BY_NAME: dict[str, Check] = {check.name: check for check in CHECKS}


def test_the_real_catalogue_meets_every_rule() -> None:
    catalogue, findings = build()
    assert findings == []
    assert check_catalogue(catalogue) == ()


@pytest.mark.parametrize(("name", "change", "path"), CASES, ids=[f"{name}-{path}" for name, _, path in CASES])
def test_a_broken_rule_is_found_where_it_is_broken(name: str, change: Callable[[Files], None], path: str) -> None:
    catalogue, _ = build(change)
    findings = BY_NAME[name].run(catalogue)
    assert path in {finding.path for finding in findings}
    for finding in findings:
        assert finding.file.endswith(".toml")
        assert finding.article == BY_NAME[name].article
        assert finding.message
        assert finding.message_zh
        assert finding.hint


def without_department(catalogue: Catalogue, code: ProviderCode) -> Catalogue:
    kept = {key: department for key, department in catalogue.departments.items() if key != code}
    return replace_in(catalogue, departments=kept)


def replace_in(catalogue: Catalogue, **changes: object) -> Catalogue:
    fields = {name: getattr(catalogue, name) for name in ("version", "registers", "resources", "departments")}
    return Catalogue(**{**fields, **changes})


def test_an_unknown_provider_is_found() -> None:
    catalogue, _ = build()
    provider = catalogue.resources[ResourceName("Person")].provider
    findings = BY_NAME["one_source_for_each_datum"].run(without_department(catalogue, provider))
    assert {"resource.Person.provider", "resource.Person.item.name.provider"} <= {finding.path for finding in findings}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda department: replace(department, code=ProviderCode("11320000MBX000019Y")), "department.public_security.code"),
        (lambda department: replace(department, division="999999"), "department.public_security.division"),
    ],
)
def test_a_party_without_a_conforming_code_or_division_is_found(
    change: Callable[[Department], Department], path: str
) -> None:
    catalogue, _ = build()
    departments = {
        code: change(department) if department.name == "public_security" else department
        for code, department in catalogue.departments.items()
    }
    findings = BY_NAME["parties_are_identified"].run(replace_in(catalogue, departments=departments))
    assert path in {finding.path for finding in findings}


def test_a_departments_own_register_is_no_theme() -> None:
    def own(files: Files) -> None:
        empty_theme(files)
        files["care.toml"]["resource"] = {"CareHome": {**licence(files), "code": "301001/000001"}}

    def licence(files: Files) -> dict[str, object]:
        held = dict(files["licence.toml"]["resource"]["Licence"])
        return {**held, "relation": {}, "item": {"number": held["item"]["number"]}}

    assert BY_NAME["themes_are_built_jointly"].run(build(own)[0]) == ()


def test_a_resource_that_is_not_shared_at_all_names_no_mode() -> None:
    catalogue, _ = build()
    person: Resource = catalogue.resources[ResourceName("Person")]
    sealed = {name: person.items[name] for name in (ItemName("adoptionRecord"),)}
    resources = {person.name: replace(person, items=sealed, relations={})}
    findings = BY_NAME["modes_are_stated"].run(replace_in(catalogue, resources=resources))
    assert [finding.path for finding in findings] == ["resource.Person.modes"]


def test_every_rule_has_a_case() -> None:
    assert {name for name, _, _ in CASES} | {"parties_are_identified"} == set(BY_NAME)


def test_every_rule_has_an_article_and_a_title() -> None:
    assert len(BY_NAME) == len(CHECKS)
    for check in CHECKS:
        assert check.article.startswith("Art. ")
        assert check.title.endswith(".")
