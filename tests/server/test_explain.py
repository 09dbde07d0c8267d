"""`explain` tells what is then answered, and remedies that lead on: on the running gateway (Art. 16 ¶1, 17)."""

from typing import Any

import pytest

from demo.stories import STORIES
from tests.server.applicants import (
    CONSUMER,
    DRAFT,
    NEGOTIATE,
    WITHDRAW,
    Office,
    new_purpose,
)

ADULT = next(story for story in STORIES if story.key == "adult").identifiers["person"]
EXPLAIN = """query($document: String!, $variables: JSON) { explain(document: $document, variables: $variables) {
  coordinate matter asked verdict reasons remedy expectedOn } }"""
RIGHTS = """query($mark: RightMark) { myRights(resource: "Person", mark: $mark) {
  rights { coordinate mark reasons remedy expectedOn grants { id } } } }"""
EDUCATION = "query($id: IdentityNumber!) { person(idNumber: $id) { education } }"
NUMBER = "query($id: IdentityNumber!) { person(idNumber: $id) { householdNumber } }"
PHONE = "query($id: IdentityNumber!) { person(idNumber: $id) { phone } }"
CHECK = """query($subjects: [CaseSubjectInput!]!) {
  materialCheck(matter: "M12", subjects: $subjects) { matter } }"""
CHECKS = """query($subjects: [CaseSubjectInput!]!) {
  materialChecks(matters: ["M12", "M10"], subjects: $subjects) { materials { title } } }"""
IN_M12 = 'matter="M12", use=administrative-basis, handler="H-001"'
SUBJECTS = [{"role": "applicant", "idNumber": ADULT}]


def explained(office: Office, client: str, purpose: str, document: str, **variables: Any) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = office.told(client, EXPLAIN, purpose, document=document, variables=variables)
    return told


def shown(office: Office, purpose: str, document: str, coordinate: str, client: str = CONSUMER) -> dict[str, Any]:
    told = explained(office, client, purpose, document, id=ADULT)
    return next(one for one in told if one["coordinate"] == coordinate and one["asked"] == "show")


def right(office: Office, purpose: str, coordinate: str, client: str = CONSUMER) -> dict[str, Any]:
    told = office.told(client, RIGHTS, purpose)["rights"]
    return next(one for one in told if one["coordinate"] == coordinate)


class TestChecks:
    """What a check of materials would be answered from is explained like any other document."""

    def test_each_coordinate_names_the_matter_that_it_is_asked_for(self, office: Office) -> None:
        told = explained(office, "demo-hall", IN_M12, CHECK, subjects=SUBJECTS)
        assert told
        assert {one["matter"] for one in told} == {"M12"}
        several = explained(office, "demo-hall", IN_M12, CHECKS, subjects=SUBJECTS)
        assert {one["matter"] for one in several} == {"M12", "M10"}

    def test_one_that_the_purpose_does_not_state_is_refused_as_its_check_is(self, office: Office) -> None:
        elsewhere = IN_M12.replace("M12", "M01")
        asked = office.ask("demo-hall", CHECK, elsewhere, subjects=SUBJECTS).body["errors"][0]["extensions"]["code"]
        refused = office.refused("demo-hall", EXPLAIN, elsewhere, document=CHECK, variables={"subjects": SUBJECTS})
        assert refused["code"] == asked == "PURPOSE_CONFLICT"


class TestAgreement:
    @pytest.mark.parametrize("client", ["demo-operator", "demo-auditor", "demo-provider", "demo-citizen"])
    def test_who_reads_no_register_is_told_so(self, office: Office, client: str) -> None:
        asked = office.ask(client, PHONE, IN_M12, id=ADULT).body["errors"][0]["extensions"]["code"]
        refused = office.refused(client, EXPLAIN, IN_M12, document=PHONE, variables={"id": ADULT})
        assert refused["code"] == asked == "ROLE_REQUIRED"

    def test_a_case_that_is_not_open_is_refused_where_a_right_needs_its_subjects(self, office: Office) -> None:
        marriage = "query($id: IdentityNumber!) { person(idNumber: $id) { marriageRecord { status } } }"
        purpose = f'{IN_M12}, case="NOPE"'
        asked = office.ask("demo-hall", marriage, purpose, id=ADULT).body["errors"][0]["extensions"]["code"]
        refused = office.refused("demo-hall", EXPLAIN, purpose, document=marriage, variables={"id": ADULT})
        assert refused["code"] == asked == "CASE_UNKNOWN"
        name = "query($id: IdentityNumber!) { person(idNumber: $id) { name } }"
        assert office.ask("demo-hall", name, purpose, id=ADULT).body["data"]["person"]["name"]
        assert shown(office, purpose, name, "Person.name", "demo-hall")["verdict"] == "SHARED"


class TestRemedies:
    def test_what_can_but_be_compared_is_compared(self, office: Office) -> None:
        purpose = new_purpose()
        (outcome,) = office.ask(CONSUMER, PHONE, purpose, id=ADULT).sharing["outcomes"]
        assert (outcome["reason"], outcome["remedy"], outcome.get("call")) == ("NOT_GRANTED", "verify", None)
        assert shown(office, purpose, PHONE, "Person.phone")["remedy"] == "verify"
        assert (right(office, purpose, "Person.phone")["mark"]) == "APPLY"  # for comparing

    def test_a_grant_for_a_cases_subjects_asks_for_its_case(self, office: Office) -> None:
        marriage = "query($id: IdentityNumber!) { person(idNumber: $id) { marriageRecord { status } } }"
        (outcome,) = office.ask("demo-hall", marriage, IN_M12, id=ADULT).sharing["outcomes"]
        assert (outcome["reason"], outcome["remedy"], outcome["call"]) == ("CASE_REQUIRED", "name_case", "openCase")
        assert shown(office, IN_M12, marriage, "Person.marriageRecord", "demo-hall")["remedy"] == "name_case"
        held = right(office, IN_M12, "Person.marriageRecord", "demo-hall")
        assert (held["mark"], held["remedy"], len(held["grants"])) == ("BY_GRANT", "name_case", 1)
        drafted = office.told("demo-hall", DRAFT, IN_M12, document=marriage, variables={"id": ADULT})
        assert drafted["applications"] == []
        assert {one["reason"] for one in drafted["unobtainable"]} == {"CASE_REQUIRED"}

    def test_what_is_applied_for_is_waited_for_and_not_drafted_twice(self, office: Office) -> None:
        purpose, item = new_purpose(), "Person.householdNumber"
        number = office.submitted(ADULT, NUMBER, purpose)
        told, marked = shown(office, purpose, NUMBER, item), right(office, purpose, item)
        assert (told["remedy"], marked["remedy"], marked["mark"]) == ("wait", "wait", "WAIT")
        assert told["expectedOn"] == marked["expectedOn"]
        again = office.told(CONSUMER, DRAFT, purpose, document=NUMBER, variables={"id": ADULT})
        assert again["applications"] == again["unobtainable"] == []
        (known,) = again["underWay"]
        assert (known["coordinate"], known["application"], known["state"]) == (item, number, "SUBMITTED")
        assert known["due"] == told["expectedOn"]
        other = new_purpose()  # says nothing of another matter, and nothing of another department
        assert (shown(office, other, NUMBER, item)["remedy"], right(office, other, item)["mark"]) == ("apply", "APPLY")
        assert shown(office, purpose, NUMBER, item, "app-nothing")["remedy"] == "apply"
        assert office.told("app-nothing", DRAFT, purpose, document=NUMBER, variables={"id": ADULT})["underWay"] == []
        office.told(CONSUMER, WITHDRAW, id=number)
        assert shown(office, purpose, NUMBER, item)["remedy"] == "apply"
        assert office.draft({"id": ADULT}, NUMBER, purpose)["applications"]

    def test_what_was_refused_is_negotiated(self, office: Office) -> None:
        purpose, item = new_purpose(), "Person.householdNumber"
        number = office.submitted(ADULT, NUMBER, purpose)
        office.answer(number, [{"item": item, "outcome": "REFUSE", "reason": "与所述事项无关"}])
        for _ in range(2):
            told, marked = shown(office, purpose, NUMBER, item), right(office, purpose, item)
            assert (told["remedy"], told["expectedOn"], marked["remedy"], marked["mark"]) == (
                "negotiate", None, "negotiate", "NEGOTIATE",
            )  # fmt: skip
            office.told(CONSUMER, NEGOTIATE, id=number)  # and so it stays while it is negotiated
        again = office.told(CONSUMER, DRAFT, purpose, document=NUMBER, variables={"id": ADULT})
        assert [one["application"] for one in again["underWay"]] == [number]


def test_a_strict_refusal_says_of_each_what_can_be_done(office: Office) -> None:
    text = "query($id: IdentityNumber!) { person(idNumber: $id) { name phone householdNumber adoptionRecord } }"
    answered = office.gateway.ask(
        text, {"id": ADULT}, client=CONSUMER, purpose=new_purpose(), headers={"Sharing-Mode": "strict"}
    ).body
    (error,) = answered["errors"]
    assert error["extensions"]["code"] == "STRICT_WITHHELD"
    assert "explain" in error["extensions"]["hint"]
    withheld = error["extensions"]["withheld"]
    assert {one["coordinate"]: one["remedy"] for one in withheld} == {
        "Person.phone": "verify", "Person.householdNumber": "apply", "Person.adoptionRecord": "negotiate",
    }  # fmt: skip
    assert all(one["reason"] and one["provider"] and one["article"] for one in withheld)
