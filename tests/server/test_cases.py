"""Cases at the running gateway: opened with agents, resumed, handed over, collected for, closed."""

import base64
import json
from collections.abc import Mapping
from itertools import count
from typing import Any
from uuid import uuid4

import pytest

from demo.stories import STORIES
from tests.server.applicants import Office, department

COUPLE = next(story for story in STORIES if story.key == "couple").identifiers
APPLICANT, SPOUSE = COUPLE["applicant"], COUPLE["spouse"]
OTHER_UNIT = next(story for story in STORIES if story.key == "adult").identifiers["unit"]
NUMBERS = count(1)
VERDICTS = {
    "identityAndBooklet": "NOT_TO_BE_ASKED",
    "lowIncome": "OBTAINABLE",
    "disabilityCertificate": "ACCEPT_IF_OFFERED",
    "noOtherBenefit": "ASK_WITH_REASON",
    "accountOrCard": "ASK",
}
PNG = b"\x89PNG\r\n\x1a\n" + b"demo scan"
SCAN = {"name": "残疾人证.png", "mediaType": "image/png", "content": base64.b64encode(PNG).decode()}
OPEN = """mutation($case: String!, $matter: String! = "M10", $subjects: [CaseSubjectInput!]!,
                $authorities: [CaseAuthorityInput!]) {
  openCase(case: $case, matter: $matter, subjects: $subjects, authorities: $authorities) {
    number handler closedAt warnings } }"""
FILE = """query($case: String!) { serviceCase(number: $case) {
  number matter openedBy handler openedAt lastCheckedAt closedAt closedBy result warnings
  subjects { role code }
  authorities { kind holder { role code } actsFor { role code } basis validUntil expired }
  handovers { id passedBy passedTo reason handler }
  checks { receipt comparedWith changed materials { material title verdict changed } }
  collections { id material kind verdict reason check handler proof { id doubt name mediaType sha256 size } } } }"""
LIST = """query($open: Boolean, $handler: String, $matter: String, $first: Int! = 20, $after: String) {
  serviceCases(open: $open, handler: $handler, matter: $matter, first: $first, after: $after) { cases { number } next } }"""
HAND_OVER = """mutation($case: String!, $to: String!, $reason: String!) {
  handOverCase(case: $case, to: $to, reason: $reason) { handler } }"""
CLOSE = """mutation($case: String!, $result: CaseResult) {
  closeCase(case: $case, result: $result) { closedAt closedBy result warnings } }"""
COLLECT = """mutation($case: String!, $material: String!, $reason: String, $matter: String) {
  recordCollection(case: $case, material: $material, reason: $reason, matter: $matter) {
    id kind verdict reason check matter handler } }"""
OFFER = """mutation($case: String!, $material: String!, $file: ScanInput!, $doubt: ID) {
  recordOfferedProof(case: $case, material: $material, file: $file, doubt: $doubt) {
    id kind verdict proof { id sha256 size doubt } } }"""
NAME = "query($id: IdentityNumber!) { person(idNumber: $id) { name } }"
REPORT = """mutation($receipt: String!) {
  reportDoubt(receipt: $receipt, path: "person.name", observed: "姓名与证件不符") { id } }"""
WITHDRAW = 'mutation($id: ID!) { withdrawDoubt(id: $id, reason: "核对有误", handler: "H-7") { id } }'
PROOF = "query($id: ID!) { offeredProof(id: $id) { content proof { name } } }"
COLLECTIONS = """query($material: String, $kind: CollectionKind, $department: CreditCode, $from: Date, $after: ID) {
  collections(matter: "M10", material: $material, kind: $kind, department: $department, from: $from, first: 2,
              after: $after) {
    collections { case department kind material reason proof { id } }
    counts { matter material duplicates lawful offered } next } }"""


def purpose(case: str | None, handler: str = "H-7", matter: str = "M10") -> str:
    return f'matter="{matter}", use=administrative-basis, handler="{handler}"' + (f', case="{case}"' if case else "")


def subjects(role: str = "guardianOrAgent") -> list[dict[str, str]]:
    """The couple: one applies, the other stands in this role."""
    return [{"role": "applicant", "idNumber": APPLICANT}, {"role": role, "idNumber": SPOUSE}]


AUTHORITY = {"kind": "AGENT", "holder": 1, "actsFor": [0], "basis": "授权委托书（2026）第7号", "validUntil": "2099-12-31"}


def opened(office: Office) -> str:
    """A new case of the hall's own department; its number."""
    number = f"K-{next(NUMBERS)}"
    office.told("demo-hall", OPEN, purpose(number), case=number, subjects=subjects(), authorities=[AUTHORITY])
    return number


def checked(office: Office, case: str, verdicts: Mapping[str, str] = VERDICTS, ago: str = "0 s", **digests: str) -> str:
    """What a check keeps with the case; its receipt."""
    receipt = str(uuid4())
    held = dict.fromkeys(verdicts, "00") | digests
    office.sql(
        "INSERT INTO case_check (consumer, number, matter, receipt, at, verdicts, digests)"
        " VALUES ($1, $2, 'M10', $3, now() - $4::text::interval, $5, $6)",
        *(department("nanjing_government_services"), case, receipt, ago, json.dumps(dict(verdicts)), json.dumps(held)),
    )
    return receipt


def test_a_case_is_resumed_with_all_that_was_done_in_it(office: Office) -> None:
    case = opened(office)
    first = checked(office, case)
    second = checked(
        office,
        case,
        {**VERDICTS, "noOtherBenefit": "NOT_TO_BE_ASKED"},
        **{"noOtherBenefit": "01", "noOtherBenefit check.applicant.name": "02"},
    )
    office.told("demo-hall", HAND_OVER, purpose(case), case=case, to="H-8", reason="调岗")
    told = office.told("demo-hall", FILE, case=case)
    assert (told["number"], told["openedBy"], told["handler"], told["closedAt"]) == (case, "H-7", "H-8", None)
    assert told["subjects"] == [
        {"role": "applicant", "code": APPLICANT},
        {"role": "guardianOrAgent", "code": SPOUSE},
    ]
    (acts,) = told["authorities"]
    assert acts["holder"] == {"role": "guardianOrAgent", "code": SPOUSE}
    assert acts["actsFor"] == [{"role": "applicant", "code": APPLICANT}]
    assert (acts["basis"], acts["validUntil"], acts["expired"]) == ("授权委托书（2026）第7号", "2099-12-31", False)
    (handover,) = told["handovers"]
    assert [handover[key] for key in ("passedBy", "passedTo", "reason", "handler")] == ["H-7", "H-8", "调岗", "H-7"]
    assert [check["receipt"] for check in told["checks"]] == [second, first]
    assert told["checks"][0]["changed"] == ["noOtherBenefit", "noOtherBenefit check.applicant.name"]
    changes = {one["material"]: one["changed"] for one in told["checks"][0]["materials"]}
    assert changes == {material: material == "noOtherBenefit" for material in VERDICTS}
    assert {one["changed"] for one in told["checks"][1]["materials"]} == {None}
    assert told["warnings"] == []
    assert {one["material"]: one["title"] for one in told["checks"][0]["materials"]}["lowIncome"] == "低保或低保边缘家庭证明"


def test_another_department_sees_no_case_and_the_counter_sees_that_of_its_duty(office: Office) -> None:
    case = opened(office)
    foreign = office.refused("demo-developer", FILE, case=case)
    unknown = office.refused("demo-developer", FILE, case="K-none")
    assert (foreign["code"], foreign["article"]) == (unknown["code"], unknown["article"]) == ("NOT_FOUND", "Art. 17 ¶2")
    duty = department("nanjing_housing")
    acting = f'{purpose("D-1", matter="M12")}, acting-for="{duty}"'
    couple = subjects(role="spouse")
    office.told("demo-hall", OPEN, acting, case="D-1", matter="M12", subjects=couple)
    assert office.told("demo-hall", FILE, acting, case="D-1")["matter"] == "M12"
    assert office.told("demo-developer", FILE, case="D-1")["openedBy"] == "H-7"  # the duty's own department
    assert office.refused("demo-hall", FILE, case="D-1")["code"] == "NOT_FOUND"  # in its own name it is none of its cases
    # acting in one matter opens no case of another, and none is served that was not entrusted
    own = 'matter="M08", use=administrative-basis, handler="H-7", case="D-2"'
    company = [{"role": "client", "creditCode": "91320508MA00Y6G94L"}]
    office.told("demo-developer", OPEN, own, case="D-2", matter="M08", subjects=company)
    assert office.told("demo-developer", FILE, case="D-2")["matter"] == "M08"
    assert office.refused("demo-hall", FILE, acting, case="D-2")["code"] == "NOT_FOUND"
    assert "D-2" not in [one["number"] for one in office.told("demo-hall", LIST, acting)["cases"]]
    assert "D-2" in [one["number"] for one in office.told("demo-hall", LIST, acting, matter="M08")["cases"]]
    assert office.refused("demo-hall", LIST, acting, matter="M09")["code"] == "ENTRUSTMENT_REQUIRED"
    collected: Any = {"case": "D-1", "material": "application", "reason": "无", "matter": "M09"}
    assert office.refused("demo-hall", COLLECT, acting, **collected)["code"] == "ENTRUSTMENT_REQUIRED"


def test_cases_are_listed_by_handler_and_state(office: Office) -> None:
    numbers = [opened(office) for _ in range(3)]
    mine = "H-list"
    for case in numbers:
        office.told("demo-hall", HAND_OVER, purpose(case), case=case, to=mine, reason="分派")
    office.told("demo-hall", CLOSE, purpose(numbers[0], mine), case=numbers[0])
    page = office.told("demo-hall", LIST, handler=mine, first=2)
    assert [one["number"] for one in page["cases"]] == numbers[:0:-1]
    rest = office.told("demo-hall", LIST, handler=mine, first=2, after=page["next"])
    assert ([one["number"] for one in rest["cases"]], rest["next"]) == ([numbers[0]], None)
    still = office.told("demo-hall", LIST, handler=mine, open=True)
    assert [one["number"] for one in still["cases"]] == numbers[:0:-1]
    assert office.told("demo-hall", LIST, handler=mine, matter="M99")["cases"] == []
    assert office.told("demo-developer", LIST, handler=mine)["cases"] == []
    assert office.refused("demo-hall", LIST, first=101)["code"] == "VARIABLE_INVALID"
    assert office.refused("demo-provider", LIST)["code"] == "ROLE_REQUIRED"


def test_a_case_is_handed_over_with_a_reason_by_whom_it_was(office: Office) -> None:
    case = opened(office)
    for to, reason, code in (
        ("H-8", " ", "REASON_REQUIRED"),
        ("H-7", "调岗", "INPUT_INVALID"),
        (" ", "调岗", "INPUT_INVALID"),
    ):
        refused = office.refused("demo-hall", HAND_OVER, purpose(case), case=case, to=to, reason=reason)
        assert refused["code"] == code
    refused = office.refused("demo-hall", HAND_OVER, purpose("K-else"), case=case, to="H-8", reason="调岗")
    assert (refused["code"], refused["article"]) == ("INPUT_INVALID", "Art. 17 ¶2")
    assert office.told("demo-hall", FILE, case=case)["handovers"] == []
    for to in ("H-8", "H-9", "H-7"):
        office.told("demo-hall", HAND_OVER, purpose(case), case=case, to=to, reason="轮班")
    assert [one["passedTo"] for one in office.told("demo-hall", FILE, case=case)["handovers"]] == ["H-8", "H-9", "H-7"]
    office.told("demo-hall", CLOSE, purpose(case), case=case)
    assert (
        office.refused("demo-hall", HAND_OVER, purpose(case), case=case, to="H-8", reason="轮班")["code"] == "CASE_UNKNOWN"
    )


def test_closing_warns_where_it_was_not_checked_again_and_blocks_nothing(office: Office) -> None:
    never, late, fresh = (opened(office) for _ in range(3))
    checked(office, late, ago="25 hours")
    checked(office, fresh, ago="23 hours")
    told = {}
    for case in (never, late, fresh):
        told[case] = office.told("demo-hall", CLOSE, purpose(case, "H-9"), case=case, result="APPROVED")
        assert (told[case]["closedBy"], told[case]["result"]) == ("H-9", "APPROVED")
        again = office.refused("demo-hall", CLOSE, purpose(case), case=case)
        assert again["code"] == "CASE_UNKNOWN"
        given = {"case": case, "subjects": subjects(), "authorities": [AUTHORITY]}
        reopened = office.refused("demo-hall", OPEN, purpose(case), **given)
        assert reopened["code"] == "INPUT_INVALID"
    assert [told[case]["warnings"] for case in (never, late, fresh)] == [["NEVER_CHECKED"], ["CHECK_OUT_OF_DATE"], []]
    assert office.told("demo-hall", FILE, case=late)["warnings"] == ["CHECK_OUT_OF_DATE"]  # as it stood then


def test_an_authority_that_ran_out_is_refused_and_one_that_runs_out_later_is_a_warning(office: Office) -> None:
    authority = {"kind": "GUARDIAN", "holder": 1, "actsFor": [0], "basis": "户口簿", "validUntil": "2020-01-01"}
    refused = office.refused(
        "demo-hall", OPEN, purpose("K-late"), case="K-late", subjects=subjects(), authorities=[authority]
    )
    assert (refused["code"], refused["article"]) == ("AUTHORITY_INVALID", "Art. 17 ¶2")
    for wrong in ({"holder": 9}, {"actsFor": [-1]}):
        given = [{**authority, "validUntil": None, **wrong}]
        told = office.refused("demo-hall", OPEN, purpose("K-late"), case="K-late", subjects=subjects(), authorities=given)
        assert told["code"] == "INPUT_INVALID"
    for nobody in ([1], []):
        given = [{**authority, "validUntil": None, "actsFor": nobody}]
        told = office.refused("demo-hall", OPEN, purpose("K-late"), case="K-late", subjects=subjects(), authorities=given)
        assert told["code"] == "AUTHORITY_INVALID"
    assert office.refused("demo-hall", FILE, case="K-late")["code"] == "NOT_FOUND"


def test_asking_for_what_could_be_shared_needs_a_reason_and_is_on_record(office: Office) -> None:
    case = opened(office)
    before = office.refused("demo-hall", COLLECT, purpose(case), case=case, material="accountOrCard")
    assert (before["code"], before["article"]) == ("CHECK_REQUIRED", "Art. 16 ¶2")
    receipt = checked(office, case)
    for material in ("identityAndBooklet", "lowIncome", "disabilityCertificate"):
        for reason in (None, "  "):
            refused = office.refused("demo-hall", COLLECT, purpose(case), case=case, material=material, reason=reason)
            assert (refused["code"], refused["article"]) == ("REASON_REQUIRED", "Art. 16 ¶2")
        told = office.told("demo-hall", COLLECT, purpose(case), case=case, material=material, reason="系统升级")
        assert (told["kind"], told["verdict"], told["reason"]) == ("DUPLICATE", VERDICTS[material], "系统升级")
        assert (told["check"], told["handler"], told["matter"]) == (receipt, "H-7", "M10")
    for material in ("noOtherBenefit", "accountOrCard"):
        told = office.told("demo-hall", COLLECT, purpose(case), case=case, material=material)
        assert (told["kind"], told["reason"]) == ("LAWFUL", None)
    unknown = office.refused("demo-hall", COLLECT, purpose(case), case=case, material="nothing")
    assert (unknown["code"], unknown["article"]) == ("NOT_FOUND", "Art. 16 ¶2")
    kept = office.told("demo-hall", FILE, case=case)["collections"]
    assert [one["material"] for one in kept] == [
        "accountOrCard",
        "noOtherBenefit",
        "disabilityCertificate",
        "lowIncome",
        "identityAndBooklet",
    ]
    entry = recorded(office, kept[0]["id"])
    assert (entry["purpose"]["case"], entry["kind"]) == (case, "workflow")


def test_the_newest_check_decides_and_the_ledger_names_the_case(office: Office) -> None:
    case = opened(office)
    checked(office, case, ago="1 hour")
    checked(office, case, {**VERDICTS, "identityAndBooklet": "ASK_WITH_REASON"})
    told = office.told(
        "demo-hall", COLLECT, purpose(None), case=case, material="identityAndBooklet"
    )  # the purpose names no case
    assert told["kind"] == "LAWFUL"
    entry = recorded(office, told["id"])
    assert entry["purpose"]["case"] == case
    assert APPLICANT not in json.dumps(entry)


def test_offered_proof_is_filed_with_the_case_and_read_by_its_department_alone(office: Office) -> None:
    case = opened(office)
    unchecked = office.told("demo-hall", OFFER, purpose(case), case=case, material="disabilityCertificate", file=SCAN)
    assert (unchecked["kind"], unchecked["verdict"]) == ("OFFERED", None)  # nothing blocks
    unknown = office.refused("demo-hall", OFFER, purpose(case), case=case, material="photograph", file=SCAN)
    assert (unknown["code"], unknown["article"]) == ("NOT_FOUND", "Art. 16 ¶2")
    checked(office, case)
    told = office.told("demo-hall", OFFER, purpose(case), case=case, material="disabilityCertificate", file=SCAN)
    assert (told["kind"], told["verdict"], told["proof"]["doubt"]) == ("OFFERED", "ACCEPT_IF_OFFERED", None)
    number = told["proof"]["id"]
    read = office.told("demo-hall", PROOF, purpose(case), id=number)
    assert (base64.b64decode(read["content"]), read["proof"]["name"]) == (PNG, "残疾人证.png")
    assert office.refused("demo-hall", PROOF, id=number)["code"] == "PURPOSE_REQUIRED"
    assert office.refused("demo-developer", PROOF, purpose(None, matter="M12"), id=number)["code"] == "NOT_FOUND"
    assert office.refused("demo-hall", PROOF, purpose(case), id="x")["code"] == "NOT_FOUND"
    reading = office.sql("SELECT convert_from(payload, 'UTF8') AS p FROM ledger_entry ORDER BY sequence DESC LIMIT 5")
    assert any("offeredProof" in row["p"] and case in row["p"] for row in reading)
    office.told("demo-hall", CLOSE, purpose(case), case=case)
    assert office.told("demo-hall", PROOF, purpose(case), id=number)["content"] == read["content"]  # still in the file


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"content": base64.b64encode(PNG + bytes(2 << 20)).decode()}, "EVIDENCE_TOO_LARGE"),
        ({"content": base64.b64encode(b"%PDF-1.7").decode()}, "INPUT_INVALID"),
        ({"content": "?"}, "INPUT_INVALID"),
        ({"mediaType": "text/html"}, "INPUT_INVALID"),
        ({"name": "../x.png"}, "INPUT_INVALID"),
    ],
)
def test_a_scan_that_cannot_be_taken_is_refused_and_nothing_is_lost(office: Office, wrong: Any, code: str) -> None:
    case = opened(office)
    checked(office, case)
    office.told("demo-hall", OFFER, purpose(case), case=case, material="disabilityCertificate", file=SCAN)
    refused = office.refused(
        "demo-hall", OFFER, purpose(case), case=case, material="disabilityCertificate", file={**SCAN, **wrong}
    )
    assert (refused["code"], refused["article"]) == (code, "Art. 18")
    held = office.told("demo-hall", FILE, case=case)["collections"]
    assert [one["proof"]["size"] for one in held] == [len(PNG)]


def test_a_scan_of_two_megabytes_is_taken(office: Office) -> None:
    case = opened(office)
    large = PNG + bytes((2 << 20) - len(PNG))
    file = {**SCAN, "content": base64.b64encode(large).decode()}
    told = office.told("demo-hall", OFFER, purpose(case), case=case, material="disabilityCertificate", file=file)
    assert told["proof"]["size"] == 2 << 20


def test_collections_are_counted_for_the_department_and_for_who_oversees_it(office: Office) -> None:
    case = opened(office)
    material = "counted"
    checked(office, case, {material: "OBTAINABLE"})
    for number in range(3):
        office.told("demo-hall", COLLECT, purpose(case), case=case, material=material, reason=f"理由{number}")
    office.told("demo-hall", OFFER, purpose(case), case=case, material=material, file=SCAN)
    own = office.told("demo-hall", COLLECTIONS, material=material)
    expected = [{"matter": "M10", "material": material, "duplicates": 3, "lawful": 0, "offered": 1}]
    assert own["counts"] == expected
    assert [one["kind"] for one in own["collections"]] == ["OFFERED", "DUPLICATE"]
    assert own["collections"][0]["proof"] is not None
    rest = office.told("demo-hall", COLLECTIONS, material=material, after=own["next"])
    assert ([one["reason"] for one in rest["collections"]], rest["next"]) == (["理由1", "理由0"], None)
    code = department("nanjing_government_services")
    for overseer in ("app-nanjing", "demo-supervisor", "demo-auditor"):
        seen = office.told(overseer, COLLECTIONS, material=material, department=code)
        assert seen["counts"] == expected
        assert {one["proof"] and one["proof"]["id"] for one in seen["collections"]} == {None}  # the scan is not theirs
    assert office.told("app-suzhou", COLLECTIONS, material=material)["counts"] == []  # elsewhere
    assert office.told("demo-developer", COLLECTIONS, material=material)["counts"] == []
    refused = office.refused("demo-developer", COLLECTIONS, material=material, department=code)
    assert (refused["code"], refused["article"]) == ("NOT_RESPONSIBLE", "Art. 5")
    assert office.told("demo-hall", COLLECTIONS, material=material, **{"from": "2099-01-01"})["counts"] == []
    assert office.told("demo-hall", COLLECTIONS, material=material, kind="DUPLICATE")["counts"][0]["offered"] == 0


def test_units_and_parcels_are_subjects_by_their_standard(office: Office) -> None:
    unit, stated = "320102001001GB00001F00010001", purpose("K-unit", matter="M07")
    applicant = {"role": "applicant", "idNumber": APPLICANT}
    named = [applicant, {"role": "realEstateUnit", "unitCode": unit.lower()}]
    office.told("demo-hall", OPEN, stated, case="K-unit", matter="M07", subjects=named)
    codes = {one["code"] for one in office.told("demo-hall", FILE, case="K-unit")["subjects"]}
    assert codes == {APPLICANT, unit}
    stated = purpose("K-part", matter="M07")
    broken = [applicant, {"role": "realEstateUnit", "unitCode": unit[:-1]}]
    refused = office.refused("demo-hall", OPEN, stated, case="K-part", matter="M07", subjects=broken)
    assert (refused["code"], refused["part"]) == ("INPUT_INVALID", "length")
    assert unit[:-1] not in refused["message"]
    for wrong in ({"role": "applicant"}, {"role": "a", "unitCode": unit, "parcelCode": unit[:19]}):
        refused = office.refused("demo-hall", OPEN, stated, case="K-part", matter="M07", subjects=[wrong])
        assert refused["code"] == "INPUT_INVALID"


@pytest.mark.parametrize(
    "wrong",
    [
        [{"role": "buyer", "idNumber": APPLICANT}],
        [{"role": "applicant", "idNumber": APPLICANT}, {"role": "applicant", "idNumber": SPOUSE}],
        [{"role": "applicant", "parcelCode": "320102001001GB00001"}],
    ],
    ids=["no such role", "too many", "another kind"],
)
def test_subjects_that_the_matter_does_not_know_are_refused(office: Office, wrong: Any) -> None:
    refused = office.refused("demo-hall", OPEN, purpose("K-wrong"), case="K-wrong", subjects=wrong)
    assert (refused["code"], refused["article"]) == ("SUBJECTS_INVALID", "Art. 16 ¶2")
    assert not {APPLICANT, SPOUSE} & set(refused["message"].split("`"))
    assert office.refused("demo-hall", FILE, case="K-wrong")["code"] == "NOT_FOUND"


def test_an_agent_acts_for_whom_the_matter_lets_it(office: Office) -> None:
    authority = {"kind": "AGENT", "holder": 0, "actsFor": [1], "basis": "授权委托书"}
    refused = office.refused("demo-hall", OPEN, purpose("K-a"), case="K-a", subjects=subjects(), authorities=[authority])
    assert (refused["code"], refused["article"]) == ("AUTHORITY_INVALID", "Art. 17 ¶2")


@pytest.mark.parametrize("given", [None, []])
def test_an_agent_on_no_stated_authority_opens_nothing_and_is_told_what_to_state(office: Office, given: Any) -> None:
    refused = office.refused("demo-hall", OPEN, purpose("K-mute"), case="K-mute", subjects=subjects(), authorities=given)
    assert (refused["code"], refused["article"]) == ("AUTHORITY_INVALID", "Art. 17 ¶2")
    assert "`authorities`" in refused["hint"]
    assert SPOUSE not in json.dumps(refused)
    assert office.refused("demo-hall", FILE, case="K-mute")["code"] == "NOT_FOUND"
    assert not office.sql("SELECT FROM ledger_entry WHERE convert_from(payload, 'UTF8') LIKE '%K-mute%'")


def test_a_guardian_whose_kinship_the_register_tells_states_no_document(office: Office) -> None:
    child = next(story for story in STORIES if story.key == "child").identifiers
    named = [{"role": "child", "idNumber": child["child"]}, {"role": "guardian", "idNumber": child["mother"]}]
    office.told("demo-hall", OPEN, purpose("K-kin", matter="M09"), case="K-kin", matter="M09", subjects=named)
    assert office.told("demo-hall", FILE, case="K-kin")["authorities"] == []


@pytest.mark.parametrize("matter", ["M99", "m10"])
def test_a_case_of_a_matter_that_is_not_in_force_is_not_opened(office: Office, matter: str) -> None:
    stated = purpose("K-none", matter=matter)
    refused = office.refused("demo-hall", OPEN, stated, case="K-none", matter=matter, subjects=subjects())
    assert (refused["code"], refused["article"]) == ("MATTER_UNKNOWN", "Art. 16 ¶2")
    assert office.refused("demo-hall", FILE, case="K-none")["code"] == "NOT_FOUND"


OPEN_FOR = """mutation($case: String!, $subjects: [CaseSubjectInput!]!, $further: [String!]) {
  openCase(case: $case, matter: "M12", subjects: $subjects, further: $further) { number } }"""
CHECK_BOTH = """query($subjects: [CaseSubjectInput!]!) {
  materialChecks(matters: ["M12", "M07"], subjects: $subjects) { matter comparedWith receipt } }"""


def test_a_case_of_several_matters_names_the_subjects_of_all_and_each_is_kept_and_collected_for(office: Office) -> None:
    """M07 needs the dwelling, of which M12 knows nothing."""
    case, duty = f"K-both-{next(NUMBERS)}", department("nanjing_housing")
    stated = purpose(case, matter="M12")
    named = [*subjects("spouse"), {"role": "realEstateUnit", "unitCode": COUPLE["unit"]}]
    acting = f'{stated}, acting-for="{duty}"'
    for given, asked, code in (
        ([], stated, "SUBJECTS_INVALID"),
        (["M07", "M99"], stated, "MATTER_UNKNOWN"),
        (["M07", "M04"], acting, "ENTRUSTMENT_REQUIRED"),
        ([f"T{number}" for number in range(10)], stated, "INPUT_INVALID"),
    ):
        refused = office.refused("demo-hall", OPEN_FOR, asked, case=case, subjects=named, further=given)
        assert (refused["code"], bool(refused["hint"])) == (code, True)
    office.told("demo-hall", OPEN_FOR, stated, case=case, subjects=named, further=["M07", "M12"])
    first = office.told("demo-hall", CHECK_BOTH, stated, subjects=named)
    assert [one["comparedWith"] for one in first] == [None, None]
    again = office.told("demo-hall", CHECK_BOTH, stated, subjects=named)
    assert None not in [one["comparedWith"] for one in again]
    told = office.told("demo-hall", COLLECT, stated, case=case, matter="M07", material="application")
    assert (told["kind"], told["matter"], told["check"]) == ("LAWFUL", "M07", again[1]["receipt"])
    office.told("demo-hall", CHECK_BOTH, stated, subjects=[*named[:2], {**named[2], "unitCode": OTHER_UNIT}])
    kept = office.told("demo-hall", FILE, case=case)["checks"]
    assert len(kept) == 5, "of the last one only what is M12's: another dwelling is not the case's"


def test_a_case_that_names_too_few_says_so_at_once(office: Office) -> None:
    """M04 is about the head of the household, too: without, no check could be one of the case."""
    case, stated = f"K-few-{next(NUMBERS)}", {"matter": "M04"}
    told = office.told("demo-hall", OPEN, purpose(case, **stated), case=case, subjects=subjects()[:1], **stated)
    assert told["warnings"] == ["SUBJECTS_LACKING", "NEVER_CHECKED"]


CHECK = """query($subjects: [CaseSubjectInput!]!, $situations: [String!]) {
  materialCheck(matter: "M10", subjects: $subjects, situations: $situations) { case comparedWith receipt
    materials { code verdict changed } } }"""
CHECKS = """query($subjects: [CaseSubjectInput!]!) {
  materialChecks(matters: ["M10"], subjects: $subjects) { case } }"""


@pytest.mark.parametrize("document", [CHECK, CHECKS], ids=["one matter", "several"])
def test_a_check_in_a_case_that_is_not_open_here_is_refused_whoever_has_one(office: Office, document: str) -> None:
    closed, foreign = opened(office), opened(office)
    office.told("demo-hall", CLOSE, purpose(closed), case=closed)
    duty = department("nanjing_housing")
    asked = [
        ("demo-hall", purpose("K-never"), "K-never"),
        ("demo-hall", purpose(closed), closed),
        ("demo-developer", purpose(foreign), foreign),
        ("demo-developer", purpose("K-never"), "K-never"),
    ]
    told = []
    for client, stated, number in asked:
        refused = office.refused(client, document, stated, subjects=subjects()[:1])
        assert (refused["code"], refused["article"]) == ("CASE_UNKNOWN", "Art. 17 ¶2")
        told.append({name: str(one).replace(number, "") for name, one in refused.items()})
        (entry,) = office.sql("SELECT convert_from(payload, 'UTF8') AS p FROM ledger_entry ORDER BY sequence DESC LIMIT 1")
        kept = json.loads(entry["p"])
        assert (kept["kind"], kept["error"], kept["purpose"]["case"]) == ("refused", "CASE_UNKNOWN", number)
        assert APPLICANT not in entry["p"]
    assert all(one == told[0] for one in told)  # nobody hears whether another department has such a case
    assert duty not in str(told)


def test_a_check_counts_for_its_case_as_far_as_it_covers_it(office: Office) -> None:
    case = opened(office)
    one, both = subjects()[:1], subjects()
    office.told("demo-hall", CHECK, purpose(case), subjects=one)
    turned = [{**both[0], "role": "guardianOrAgent"}, {**both[1], "role": "applicant"}]
    office.told("demo-hall", CHECK, purpose(case), subjects=turned)
    assert office.told("demo-hall", FILE, case=case)["checks"] == []
    unchecked = office.refused("demo-hall", COLLECT, purpose(case), case=case, material="accountOrCard")
    assert (unchecked["code"], unchecked["article"]) == ("CHECK_REQUIRED", "Art. 16 ¶2")
    full = office.told("demo-hall", CHECK, purpose(case), subjects=both, situations=["representative"])
    office.told("demo-hall", CHECK, purpose(case), subjects=one)
    office.told("demo-hall", CHECK, purpose(case), subjects=both)
    told = office.told("demo-hall", COLLECT, purpose(case), case=case, material="representativeAuthority")
    assert (told["kind"], told["check"]) == ("LAWFUL", full["receipt"])
    narrow, wide = office.told("demo-hall", FILE, case=case)["checks"]
    assert (wide["receipt"], narrow["changed"]) == (full["receipt"], [])
    again = office.told("demo-hall", CHECK, purpose(case), subjects=both, situations=["representative"])
    assert {material["changed"] for material in again["materials"]} == {False}


def test_a_check_of_yesterday_permits_no_collection(office: Office) -> None:
    case = opened(office)
    checked(office, case, ago="25 hours")
    for material in ("noOtherBenefit", "lowIncome"):
        refused = office.refused("demo-hall", COLLECT, purpose(case), case=case, material=material, reason="系统升级")
        assert (refused["code"], refused["article"]) == ("CHECK_REQUIRED", "Art. 16 ¶2")
        assert "`materialCheck`" in refused["hint"]
    offered = office.told("demo-hall", OFFER, purpose(case), case=case, material="lowIncome", file=SCAN)
    assert offered["kind"] == "OFFERED"  # nothing blocks what is offered
    checked(office, case, {"lowIncome": "OBTAINABLE"})
    told = office.told("demo-hall", COLLECT, purpose(case), case=case, material="lowIncome", reason="系统升级")
    assert told["kind"] == "DUPLICATE"
    assert office.told("demo-hall", FILE, case=case)["warnings"] == ["CHECK_OUT_OF_DATE"]  # the others are not checked again


def test_a_doubt_stands_in_the_file_of_its_subjects_cases(office: Office) -> None:
    case, of_another = opened(office), "K-other"
    asked = office.ask("demo-hall", NAME, purpose(case), id=APPLICANT).body
    receipt = asked["extensions"]["sharing"]["receipt"]
    doubt = office.told("demo-hall", REPORT, purpose(case), receipt=receipt)["id"]
    office.told(
        "demo-hall", OPEN, purpose(of_another), case=of_another, subjects=[{"role": "applicant", "idNumber": SPOUSE}]
    )
    file = "query($case: String!) { serviceCase(number: $case) { doubts { id open } } }"
    assert office.told("demo-hall", file, case=case)["doubts"][0] == {"id": doubt, "open": True}
    assert office.told("demo-hall", file, case=of_another)["doubts"] == []
    offered = {"case": case, "material": "disabilityCertificate", "file": SCAN}
    told = office.told("demo-hall", OFFER, purpose(case), doubt=doubt, **offered)
    assert told["proof"]["doubt"] == doubt
    for unknown in ("D-9", str(uuid4())):
        refused = office.refused("demo-hall", OFFER, purpose(case), doubt=unknown, **offered)
        assert (refused["code"], refused["article"]) == ("NOT_FOUND", "Art. 18")
    office.told("demo-hall", WITHDRAW, purpose(case), id=doubt)


def recorded(office: Office, receipt: str) -> Any:
    """The ledger's entry of this receipt."""
    (row,) = office.sql("SELECT convert_from(payload, 'UTF8') AS p FROM ledger_entry WHERE id = $1::text::uuid", receipt)
    return json.loads(row["p"])
