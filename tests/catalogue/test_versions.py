"""A new version of the catalogue: each change is told for what it does to those who use it."""

from collections.abc import Callable

import pytest

from catalogue.versions import ChangeKind, diff
from tests.catalogue.registers import Files, at, build, drop, put

PERSON = "population.toml: resource.Person"
PARCEL = "geospatial.toml: resource.LandParcel"
OLD, _ = build()
W, N, B, A, R = ChangeKind.WIDENED, ChangeKind.NARROWED, ChangeKind.BREAKING, ChangeKind.ADDED, ChangeKind.REMOVED


def unconditional(path: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        at(files, path)["sharing"] = "unconditional"
        del at(files, path)["terms"]

    return change


def add_rule(files: Files) -> None:
    rules = at(files, f"{PERSON}.rules")
    rules.append({**rules[0], "when": {"item": "vitalStatus", "eq": "MISSING"}})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda files: None, set()),
        (unconditional(f"{PARCEL}.item.price"), {("LandParcel.price", W)}),
        (put(f"{PARCEL}.item.price.forms", ["masked"]), {("LandParcel.price", N)}),
        (put(f"{PARCEL}.item.price.rows", ["own_division"]), {("LandParcel.price", N)}),
        (put(f"{PARCEL}.item.price.uses", ["work_reference"]), {("LandParcel.price", N)}),
        (put(f"{PARCEL}.item.price.open_form", "masked"), {("LandParcel.price", W)}),
        (drop(f"{PARCEL}.item.boundary.open_form"), {("LandParcel.boundary", N)}),
        (put(f"{PARCEL}.item.price.condition", "别的条件"), {("LandParcel.price", W), ("LandParcel.price", N)}),
        (put(f"{PARCEL}.item.price.scope", "别的范围"), {("LandParcel.price", W), ("LandParcel.price", N)}),
        (put(f"{PARCEL}.item.price.mask", "text"), {("LandParcel.price", W), ("LandParcel.price", N)}),
        (put(f"{PARCEL}.item.price.type", "Int"), {("LandParcel.price", B)}),
        (put(f"{PARCEL}.item.price.seq", 77), {("LandParcel.price", B)}),
        (put(f"{PARCEL}.item.price.title", "价款"), set()),
        (drop(f"{PARCEL}.item.price"), {("LandParcel.price", R)}),
        (
            put(
                f"{PARCEL}.item.colour",
                {"seq": 77, "title": "颜色", "type": "String", "kind": "base", "sharing": "unconditional"},
            ),
            {("LandParcel.colour", A)},
        ),
        (put(f"{PARCEL}.item.price.internal", False), set()),
        (put(f"{PERSON}.relation.credit.many", True), {("Person.credit", B)}),
        (put(f"{PERSON}.relation.credit.linkable", True), {("Person.credit", W)}),
        (put(f"{PERSON}.relation.household.linkable", False), {("Person.household", N)}),
        (
            put(f"{PERSON}.rules.0.applies_to", ["divisionCode"]),
            {
                (f"Person.{name}", W)
                for name in (
                    "registeredResidence",
                    "householdNumber",
                    "relationToHead",
                    "idCardValidUntil",
                    "education",
                    "phone",
                    "household",
                    "realEstateUnits",
                )
            },
        ),
        (
            put("credit.toml: resource.CreditSubject.rules.0.applies_to", ["level", "score", "name"]),
            {("CreditSubject.name", N)},
        ),
        (
            put("credit.toml: resource.CreditRecord.published_when", {"is_null": "repairedOn"}),
            {("CreditRecord", W), ("CreditRecord", N)},
        ),
        (put(f"{PERSON}.verify", ["name", "birthDate", "registeredResidence", "phone"]), {("Person.verify", B)}),
        (
            put(f"{PERSON}.verify", ["name", "birthDate", "registeredResidence", "phone", "education", "idNumber"]),
            {("Person.verify", A)},
        ),
        (put(f"{PERSON}.key", "name"), {("Person", B)}),
        (put(f"{PERSON}.modes", ["online_lookup", "front_end_server"]), {("Person", W), ("Person", N)}),
        (drop(f"{PERSON}.root.persons"), {("Query.persons", R)}),
        (put(f"{PERSON}.root.person.argument", "number"), {("Query.person", B)}),
        (drop("population.toml: resource.MarriageRecord"), {("MarriageRecord", R)}),
    ],
)
def test_a_change_is_told_for_what_it_does(change: Callable[[Files], None], expected: set[tuple[str, ChangeKind]]) -> None:
    new, _ = build(change)
    changes = diff(OLD, new)
    assert {(each.coordinate, each.kind) for each in changes} == expected
    assert all(each.text for each in changes)


def test_one_more_rule_narrows_and_backwards_it_widens() -> None:
    new, _ = build(add_rule)
    assert {each.kind for each in diff(OLD, new)} == {N}
    assert {each.kind for each in diff(new, OLD)} == {W}


def test_a_new_resource_and_a_new_root_are_added() -> None:
    without, _ = build(drop(f"{PERSON}.root.persons"))
    assert [(each.coordinate, each.kind) for each in diff(without, OLD)] == [("Query.persons", A)]
    empty, _ = build(drop("credit.toml: resource.CreditRecord"))
    assert [(each.coordinate, each.kind) for each in diff(empty, OLD)] == [("CreditRecord", A)]
