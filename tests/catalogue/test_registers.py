"""What the five registers hold, counted: the contract's fields, and items of every form."""

from collections.abc import Callable

import pytest

from catalogue.binding import SourceName
from catalogue.checks_of_forms import OPERANDS
from catalogue.licence_types import load_licence_types
from catalogue.load import load_catalogue
from catalogue.load_sources import load_sources
from catalogue.model import (
    Conditional,
    Coordinate,
    Form,
    Item,
    Kind,
    NotShared,
    Opening,
    ResourceName,
    Sharing,
    Unconditional,
)
from catalogue.predicate import Compare, ItemName, Literal
from catalogue.words import is_chinese
from standards import credit_code, derivations
from standards.credit_code import conforms
from tests.catalogue.registers import FOLDER

CATALOGUE = load_catalogue(FOLDER)
SHOWN = {
    coordinate: entry for coordinate, entry in CATALOGUE.entries.items() if not (isinstance(entry, Item) and entry.internal)
}
# The contract of names and types; a relation is told by its arrow, a list by its brackets.
CONTRACT = {
    "Person": "idNumber:IdentityNumber name:String sex:Sex ethnicGroup:String birthDate:Date birthplace:DivisionCode "
    "vitalStatus:VitalStatus divisionCode:DivisionCode registeredResidence:String householdNumber:String "
    "relationToHead:String idCardValidUntil:Date education:String phone:String isAdult:Boolean age:Int isMarried:Boolean "
    "household>Household marriageRecord>MarriageRecord credit>CreditSubject "
    "licences>[Licence] realEstateUnits>[RealEstateUnit] representedEntities>[LegalEntity]",
    "Household": "number:String address:String members>[Person]",
    "MarriageRecord": "status:String registeredOn:Date authority:String",
    "LegalEntity": "creditCode:CreditCode name:String entityType:String representativeName:String registeredAddress:String "
    "establishedOn:Date status:String registrationAuthority:String divisionCode:DivisionCode registeredCapital:Decimal "
    "businessScope:String shareholders>[Shareholder] industryCode:String operatingTermUntil:Date liquidation:String "
    "representativeIdNumber:IdentityNumber socialInsuredCount:Int representative>Person credit>CreditSubject "
    "division>AdministrativeDivision licences>[Licence] landParcels>[LandParcel] realEstateUnits>[RealEstateUnit]",
    "Shareholder": "name:String share:Decimal",
    "AdministrativeDivision": "code:DivisionCode name:String level:DivisionLevel parent>AdministrativeDivision "
    "boundary:GeoJSON",
    "Address": "code:String text:String divisionCode:DivisionCode latitude:Float longitude:Float",
    "LandParcel": "parcelCode:String location:String use:String areaSquareMetres:Decimal boundary:GeoJSON "
    "rightHolder:String rightHolderName:String price:Decimal division>AdministrativeDivision",
    "RealEstateUnit": "unitCode:String location:String use:String areaSquareMetres:Decimal rightHolders>[RightHolder] "
    "coOwnership:String mortgaged:Boolean sealed:Boolean parcel>LandParcel",
    "RightHolder": "code:String name:String share:Decimal",
    "Licence": "identifier:LicenceIdentifier typeCode:String typeName:String number:String holderKind:HolderKind "
    "holderCode:String holderName:String issuer:String issuedOn:Date validFrom:Date validUntil:Date status:String "
    "fileDigest:String fileUrl:String isValid:Boolean holder>Person|LegalEntity",
    "CreditSubject": "code:String name:String subjectKind:HolderKind seriousDishonestyLists>[CreditRecord] "
    "trustIncentives>[CreditRecord] permits>[CreditRecord] penalties>[CreditRecord] level:String score:Int",
    "CreditRecord": "decision:String basis:String authority:String decidedOn:Date publishedUntil:Date repairedOn:Date",
}
ROOTS = {
    "person": "Person",
    "persons": "Person",
    "legalEntity": "LegalEntity",
    "legalEntities": "LegalEntity",
    "division": "AdministrativeDivision",
    "divisionAt": "AdministrativeDivision",
    "addressesNear": "Address",
    "landParcel": "LandParcel",
    "landParcelsWithin": "LandParcel",
    "realEstateUnit": "RealEstateUnit",
    "licence": "Licence",
    "creditSubject": "CreditSubject",
}


def written(type_name: str, field: str) -> str:
    entry = CATALOGUE.entries[Coordinate(ResourceName(type_name), ItemName(field))]
    if isinstance(entry, Item):
        return f"{field}:{entry.type}"
    targets = "|".join(target.resource for target in entry.targets)
    return f"{field}>[{targets}]" if entry.many else f"{field}>{targets}"


@pytest.mark.parametrize("type_name", CONTRACT)
def test_every_field_of_the_contract_is_there_with_its_type(type_name: str) -> None:
    for field in CONTRACT[type_name].split():
        name = field.replace(">", ":").partition(":")[0]
        assert written(type_name, name) == field
    assert not any(
        item.internal
        for item in CATALOGUE.resources[ResourceName(type_name)].items.values()
        if f" {item.name}:" in CONTRACT[type_name]
    )


def test_the_contract_names_every_resource_and_root() -> None:
    assert set(CONTRACT) == set(CATALOGUE.resources)
    assert {field: resource.name for field, (resource, _) in CATALOGUE.roots.items()} == ROOTS


def test_verify_takes_the_arguments_of_the_contract() -> None:
    verify = {name: resource.verify for name, resource in CATALOGUE.resources.items()}
    assert verify[ResourceName("Person")] == ("name", "birthDate", "registeredResidence", "phone", "education")
    assert verify[ResourceName("LegalEntity")] == ("name", "representativeName", "representativeIdNumber")


def forms_of(sharing: Sharing) -> tuple[Form, ...]:
    return sharing.forms if isinstance(sharing, Conditional) else ()


COUNTED: dict[str, Callable[[Item], bool]] = {
    "unconditional": lambda item: isinstance(item.sharing, Unconditional),
    "masked": lambda item: Form.MASKED in forms_of(item.sharing),
    "verify_only": lambda item: forms_of(item.sharing) == (Form.VERIFY,),
    "conditional_in_full": lambda item: Form.FULL in forms_of(item.sharing),
    "row_dependent": lambda item: bool(item.rules),
    "derived": lambda item: item.kind == Kind.DERIVED,
}


@pytest.mark.parametrize("form", COUNTED)
def test_there_are_at_least_five_items_of_each_form(form: str) -> None:
    items = [entry for entry in SHOWN.values() if isinstance(entry, Item)]
    assert len([item for item in items if COUNTED[form](item)]) >= 5


@pytest.mark.parametrize("register", CATALOGUE.registers)
def test_every_register_has_items_of_several_forms(register: str) -> None:
    items = [
        item
        for resource in CATALOGUE.resources.values()
        if resource.register == register
        for item in resource.items.values()
        if not item.internal
    ]
    assert len([form for form in COUNTED if any(COUNTED[form](item) for item in items)]) >= 3


def test_three_items_are_not_shared_on_their_statutes() -> None:
    withheld = {
        str(coordinate): entry.sharing.basis for coordinate, entry in SHOWN.items() if isinstance(entry.sharing, NotShared)
    }
    assert {name: (basis.title.partition("（")[0], basis.clause) for name, basis in withheld.items()} == {
        "Person.adoptionRecord": ("中华人民共和国民法典", "第一千一百一十条"),
        "Person.sealedJuvenileRecord": ("中华人民共和国刑事诉讼法", "第二百八十六条"),
        "LegalEntity.statisticalReturn": ("中华人民共和国统计法", "第二十五条"),
    }


def test_what_is_published_by_law_is_open_to_society_and_what_shows_persons_is_not() -> None:
    stated = {str(name): one for name, one in CATALOGUE.resources.items() if one.opening is not None}
    assert {name for name, one in stated.items() if one.opening is Opening.CLOSED} == {
        *("Person", "MarriageRecord", "Household", "Licence", "RealEstateUnit", "RightHolder"),
    }
    opened = {name: one for name, one in stated.items() if one.opening is Opening.OPEN}
    assert set(opened) == {"LegalEntity", "Shareholder", "CreditRecord", "AdministrativeDivision"}
    assert all(one.opening_condition.startswith("限") for one in opened.values())
    assert set(map(str, CATALOGUE.resources)) - set(stated) == {"CreditSubject", "Address", "LandParcel"}


def test_every_entry_has_what_the_issue_asks_for() -> None:
    for coordinate, entry in SHOWN.items():
        assert entry.code.startswith(CATALOGUE.resources[coordinate.type].code + "-")
        assert entry.title
        assert is_chinese(entry.note_zh)
        assert entry.note
        assert all(is_chinese(rule.note_zh) for rule in entry.rules)
        assert conforms(entry.provider)
        assert CATALOGUE.departments[entry.provider].title


def test_a_narrower_rule_keeps_the_forms_of_its_item() -> None:
    phone = CATALOGUE.entries[Coordinate(ResourceName("Person"), ItemName("phone"))]
    assert [forms_of(rule.sharing) for rule in phone.rules] == [(Form.VERIFY,)]


def test_internal_items_grant_nothing() -> None:
    internal = [item for resource in CATALOGUE.resources.values() for item in resource.items.values() if item.internal]
    assert internal
    assert {(forms_of(item.sharing), isinstance(item.sharing, Conditional)) for item in internal} == {((), True)}


def test_every_derivation_has_its_law_in_python() -> None:
    for op in OPERANDS:
        assert callable(getattr(derivations, op))


def test_licence_types_are_coded_and_the_sensitive_ones_are_ruled() -> None:
    types = load_licence_types(FOLDER / "licence_types.toml")
    assert len(types) >= 12
    assert len({each.code for each in types}) == len(types)
    departments = {department.name for department in CATALOGUE.departments.values()}
    for each in types:
        assert credit_code.parse(each.code[:18]) == each.code[:18]
        assert each.code[18:].isdigit()
        assert len(each.code) == 21
        assert each.issuer in departments
    assert {each.name for each in types if not each.demo} == {"不动产权证", "不动产登记证明"}
    parted = CATALOGUE.resources[ResourceName("Licence")].parted
    assert parted is not None
    issued = {code: CATALOGUE.departments[provider].name for provider, codes in parted.of.items() for code in codes}
    assert (parted.by, issued) == ("typeCode", {each.code: each.issuer for each in types})
    sensitive = tuple(sorted(each.code for each in types if each.sensitive))
    assert [each.name for each in types if each.sensitive] == ["离婚证", "健康证明", "残疾人证"]
    rule = CATALOGUE.entries[Coordinate(ResourceName("Licence"), ItemName("number"))].rules[0]
    match rule.when:
        case Compare(operand=Literal(value=tuple() as codes)):
            assert tuple(sorted(codes)) == sensitive
        case _:
            pytest.fail("the rule does not list types")


def test_the_sources_of_the_house_bind_every_resource() -> None:
    sources = load_sources(FOLDER / "sources.toml", CATALOGUE)
    assert set(sources.bindings) == set(CATALOGUE.resources)
    registers = {binding.source for binding in sources.bindings.values()}
    assert registers == {SourceName(name) for name in CATALOGUE.registers}
