"""Editing a register's file: one attribute changes, every other byte stays."""

import difflib
import tomllib
from pathlib import Path

import pytest

from catalogue.edit import (
    ENTRY_ATTRIBUTES,
    ITEM_ATTRIBUTES,
    RESOURCE_ATTRIBUTES,
    Edit,
    ItemEdit,
    NewItem,
    RemovedItem,
    RemovedResource,
    ResourceEdit,
    Value,
    ValueKind,
    edited,
)
from catalogue.finding import Finding
from catalogue.model import Basis, BasisClass, Coordinate, ResourceName
from catalogue.predicate import ItemName
from catalogue.read_register import read_register
from catalogue.toml_table import TomlTable
from settings import ROOT

REGISTERS = sorted((ROOT / "catalogue" / "registers").glob("*.toml"))
POPULATION = (ROOT / "catalogue" / "registers" / "population.toml").read_text()
BASIS = Basis("中华人民共和国民法典", "中华人民共和国主席令第四十五号", "第一千零三十四条", BasisClass.LAW)


def at(text: str) -> Coordinate:
    resource, _, name = text.partition(".")
    return Coordinate(ResourceName(resource), ItemName(name))


def changed_lines(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def item(text: str, coordinate: str, table: str = "item") -> dict[str, object]:
    resource, _, name = coordinate.partition(".")
    found: dict[str, object] = tomllib.loads(text)["resource"][resource][table][name]
    return found


@pytest.mark.parametrize("path", REGISTERS, ids=lambda path: path.stem)
def test_every_entry_can_be_edited_and_no_other_line_changes(path: Path) -> None:
    text, title = path.read_text(), '新的名称 "引号"'
    places = [
        (f"{resource}.{name}", kind)
        for resource, table in tomllib.loads(text)["resource"].items()
        for kind in ("item", "relation")
        for name in table.get(kind, {})
    ]
    result = edited(text, [ItemEdit(at(coordinate), "title", title) for coordinate, _ in places])
    assert result.findings == ()
    assert {item(result.text, *place)["title"] for place in places} == {title}
    lines = changed_lines(text, result.text)
    assert len([line for line in lines if line[0] == "+"]) == len(places)
    assert all("title = " in line or "internal = true" in line for line in lines)


@pytest.mark.parametrize(
    ("edit", "verify"),
    [
        (NewItem(at("Person.mail"), {"sharing": "conditional", "forms": ("full", "verify")}), ["education", "mail"]),
        (NewItem(at("Person.mail"), {"sharing": "conditional", "forms": ("full",)}), ["education"]),
        (NewItem(at("Person.mail"), {"sharing": "unconditional"}), ["education"]),
        (ItemEdit(at("Person.education"), "forms", ("full",)), ["phone"]),
        (ItemEdit(at("Person.education"), "title", "学历"), ["education"]),
    ],
    ids=["new and verified", "new and not verified", "new and open to all", "no longer verified", "otherwise edited"],
)
def test_a_conditional_item_stands_in_verify_where_verify_is_one_of_its_forms(edit: Edit, verify: list[str]) -> None:
    held = tomllib.loads(edited(POPULATION, [edit]).text)["resource"]["Person"]["verify"]
    assert held[-len(verify) :] == verify


def test_nothing_to_edit_gives_the_text_back() -> None:
    assert edited(POPULATION, []).text == POPULATION


def test_edits_are_made_together_and_keep_the_lines_form() -> None:
    edits: list[Edit] = [
        ItemEdit(at("Person.registeredResidence"), "forms", ("masked", "verify")),
        ItemEdit(at("Person.registeredResidence"), "open_form", "verify"),
        ItemEdit(at("Person.adoptionRecord"), "note", "Secret."),
        ResourceEdit(ResourceName("MarriageRecord"), "modes", ("online_lookup",)),
    ]
    result = edited(POPULATION, edits)
    assert result.findings == ()
    residence = item(result.text, "Person.registeredResidence")
    assert (residence["forms"], residence["open_form"]) == (["masked", "verify"], "verify")
    added = [line for line in changed_lines(POPULATION, result.text) if line.startswith("+")]
    assert len(added) == 3
    assert added[0].startswith('+registeredResidence = { seq = 9, title = "户籍地址", ')
    assert added[0].endswith(', forms = ["masked", "verify"], open_form = "verify" }')


def test_a_value_of_none_leaves_the_attribute_out() -> None:
    result = edited(POPULATION, [ItemEdit(at("Person.sex"), "standard", None)])
    assert "standard" not in item(result.text, "Person.sex")


@pytest.mark.parametrize(
    ("sharing", "more", "kept"),
    [
        ("unconditional", {}, set()),
        ("not_shared", {"basis": BASIS}, {"basis"}),
        ("conditional", {"condition": "依法需要"}, {"terms", "condition"}),
    ],
)
def test_what_a_sharing_type_has_no_use_for_goes_with_it(sharing: str, more: dict[str, Value], kept: set[str]) -> None:
    coordinate = at("Person.phone")
    edits = [ItemEdit(coordinate, "sharing", sharing)]
    edits += [ItemEdit(coordinate, attribute, value) for attribute, value in more.items()]
    for order in (edits, edits[::-1]):
        told = item(edited(POPULATION, order).text, "Person.phone")
        assert told["sharing"] == sharing
        terms = {"terms", "condition", "scope", "uses", "forms", "rows", "open_form", "basis"}
        assert terms & set(told) == kept


def test_a_new_item_takes_the_next_number_that_is_free() -> None:
    new = NewItem(
        at("Person.bloodType"), {"title": "血型", "type": "String", "kind": "business", "sharing": "unconditional"}
    )
    result = edited(POPULATION, [new])
    assert result.findings == ()
    assert item(result.text, "Person.bloodType")["seq"] == 21
    assert len(changed_lines(POPULATION, result.text)) == 1


def test_what_is_removed_is_named_nowhere_in_its_resource() -> None:
    result = edited(POPULATION, [RemovedItem(at("Person.phone"))])
    person = tomllib.loads(result.text)["resource"]["Person"]
    assert "phone" not in person["item"]
    assert "phone" not in person["verify"]
    assert all("phone" not in rule["applies_to"] for rule in person["rules"])
    gone = edited(POPULATION, [RemovedResource(ResourceName("MarriageRecord"))])
    assert set(tomllib.loads(gone.text)["resource"]) == {"Person", "Household"}


@pytest.mark.parametrize(
    ("edit", "path"),
    [
        (ItemEdit(at("Nobody.name"), "title", "x"), "resource.Nobody"),
        (ItemEdit(at("Person.nothing"), "title", "x"), "resource.Person.item.nothing"),
        (ItemEdit(at("Person.name"), "seq", 7), "resource.Person.item.name.seq"),
        (ItemEdit(at("Person.name"), "colour", "red"), "resource.Person.item.name.colour"),
        (ItemEdit(at("Person.credit"), "mask", "name"), "resource.Person.relation.credit.mask"),
        (ItemEdit(at("Person.name"), "title", ("a",)), "resource.Person.item.name.title"),
        (ItemEdit(at("Person.name"), "uses", "work_reference"), "resource.Person.item.name.uses"),
        (ItemEdit(at("Person.name"), "basis", "敏感"), "resource.Person.item.name.basis"),
        (ResourceEdit(ResourceName("Person"), "code", "1"), "resource.Person.code"),
        (NewItem(at("Person.name"), {"title": "x"}), "resource.Person.item.name"),
        (NewItem(at("Person.credit"), {"title": "x"}), "resource.Person.item.credit"),
        (NewItem(at("Person.other"), {"colour": "red"}), "resource.Person.item.other.colour"),
        (RemovedItem(at("Person.nothing")), "resource.Person.item.nothing"),
        (RemovedResource(ResourceName("Nobody")), "resource.Nobody"),
    ],
)
def test_an_edit_that_cannot_be_made_is_found_and_nothing_changes(edit: Edit, path: str) -> None:
    result = edited(POPULATION, [ItemEdit(at("Person.name"), "title", "另一个"), edit], "population.toml")
    assert result.text == POPULATION
    assert [(finding.file, finding.path) for finding in result.findings] == [("population.toml", path)]
    assert result.findings[0].hint


def test_a_text_that_is_no_toml_is_a_finding() -> None:
    result = edited("[register", [ItemEdit(at("Person.name"), "title", "x")], "population.toml")
    assert "is not TOML" in result.findings[0].message


def test_the_attributes_that_can_be_edited_are_those_that_the_reader_knows() -> None:
    findings: list[Finding] = []
    for attributes, entry in (
        (ITEM_ATTRIBUTES, {"type": "String"}),
        (ENTRY_ATTRIBUTES, {"key": "name", "target": "Other.by_name"}),
        (RESOURCE_ATTRIBUTES, None),
    ):
        values: dict[str, object] = {
            attribute: {ValueKind.TEXT: "x", ValueKind.WORDS: [], ValueKind.NUMBER: 1, ValueKind.BASIS: {}}[kind]
            for attribute, kind in attributes.items()
        }
        inner: dict[str, object] = {
            "relation" if "key" in (entry or {}) else "item": {"one": {"seq": 1, **values, **(entry or {})}}
        }
        head = {"register": {"name": "n", "title": "t", "lead": "l"}}
        read_register(TomlTable("f", "", {**head, "resource": {"R": values if entry is None else inner}}, findings))
    assert [finding for finding in findings if "unknown key" in finding.message] == []
