"""What the demo prints for the counter comes true."""

from typing import Any

from commands.control import ask_demo
from demo.counter import COUNTER
from demo.first_doubt import PURPOSE, QUERY
from demo.stories import STORIES
from tests.server.gateway import Running

SELLER = next(story for story in STORIES if story.key == "contradiction").identifiers["seller"]
CODES = {28: "unitCode", 19: "parcelCode"}
CHECK = """query($matter: String!, $subjects: [CaseSubjectInput!]!) {
  materialCheck(matter: $matter, subjects: $subjects) {
    materials { code verdict reason remedy providerTitle lenience { kind } } } }"""
TOLD = {each.title: each.story for each in COUNTER}


def checked(gateway: Running, title: str) -> dict[str, dict[str, Any]]:
    """The materials of a story's matter, by their code, in the story's case."""
    story = TOLD[title]
    subjects = [
        {"role": role, CODES.get(len(code), "creditCode" if code.startswith("91") else "idNumber"): code}
        for role, codes in story.subjects.items()
        for code in codes
    ]
    purpose = f'matter="{story.matter}", use=administrative-basis, case="DEMO-{story.matter}", handler="H-001"'
    told = gateway.ask(CHECK, {"matter": story.matter, "subjects": subjects}, purpose=purpose)
    assert told.status == 200, told.body
    return {one["code"]: one for one in told.body["data"]["materialCheck"]["materials"]}


def verdicts(materials: dict[str, dict[str, Any]]) -> set[str]:
    return {one["verdict"] for one in materials.values()}


def test_it_prints_addresses_commands_and_a_subject_for_each_story(gateway: Running) -> None:
    for path in ("/hall", "/graphiql", "/catalogue"):
        assert f"{gateway.url}{path}\n" in gateway.said
    for command in ("break", "mend"):
        assert f"-m cli demo {command} real-estate\n" in gateway.said
    for each in COUNTER:
        assert f"{each.title_zh} · {each.title}: {each.story.matter} case=DEMO-{each.story.matter}\n" in gateway.said
        assert f"      {each.who}\n" in gateway.said


def test_the_sellers_marriage_is_under_verification_since_the_first_start(gateway: Running) -> None:
    told = gateway.ask(QUERY, {"id": SELLER}, purpose=PURPOSE)
    assert told.body["data"] == {"person": {"marriageRecord": {"status": "20"}}}
    (marked,) = [one for one in told.sharing["outcomes"] if one["outcome"] == "UNDER_VERIFICATION"]
    assert marked["path"] == ["person", "marriageRecord", "status"]


def test_all_is_obtained_but_what_nothing_replaces(gateway: Running) -> None:
    materials = checked(gateway, "all obtained")
    assert verdicts(materials) == {"NOT_TO_BE_ASKED", "ASK"}
    assert {one["reason"] for one in materials.values() if one["verdict"] == "ASK"} == {"NOTHING_REPLACES"}
    assert {materials[code]["reason"] for code in ("marriageCertificate", "residence")} == {"OBTAINED"}


def test_one_is_withheld_and_can_be_applied_for(gateway: Running) -> None:
    materials = checked(gateway, "one withheld")
    assert [code for code, one in materials.items() if one["verdict"] == "OBTAINABLE"] == ["disabilityCertificate"]
    assert materials["disabilityCertificate"]["reason"] == "NOT_GRANTED"
    assert materials["disabilityCertificate"]["remedy"] == "apply"
    assert materials["disabilityCertificate"]["providerTitle"] == "江苏省残疾人联合会"
    assert materials["identityAndBooklet"]["verdict"] == "NOT_TO_BE_ASKED"


def test_with_the_real_estate_register_down_only_its_proof_may_be_asked_for(gateway: Running) -> None:
    before = checked(gateway, "one register down")
    assert verdicts(before) == {"NOT_TO_BE_ASKED", "ASK"}
    ask_demo(gateway.folder, "break", "geospatial")
    try:
        materials = checked(gateway, "one register down")
    finally:
        ask_demo(gateway.folder, "mend", "geospatial")
    proof = materials.pop("premisesUse")
    assert (proof["verdict"], proof["reason"]) == ("ASK_WITH_REASON", "SOURCE_UNAVAILABLE")
    assert proof["lenience"] == {"kind": "COMMITMENT"}
    assert materials == {code: one for code, one in before.items() if code != "premisesUse"}


def test_what_is_under_verification_is_accepted_if_offered(gateway: Running) -> None:
    materials = checked(gateway, "one under verification")
    assert materials["maritalStatus"]["verdict"] == "ACCEPT_IF_OFFERED"
    assert materials["maritalStatus"]["reason"] == "UNDER_VERIFICATION"
    assert [code for code, one in materials.items() if one["verdict"] == "ACCEPT_IF_OFFERED"] == ["maritalStatus"]


def test_no_dwelling_and_no_marriage_found_are_the_proof(gateway: Running) -> None:
    materials = checked(gateway, "absence as proof")
    for code in ("noDwelling", "maritalStatus"):
        assert (materials[code]["verdict"], materials[code]["reason"]) == ("NOT_TO_BE_ASKED", "ABSENCE")
