"""What the hall is given that cannot be taken, over HTTP: a coded error that says what to do, and nothing changed."""

import base64
from typing import Any
from uuid import uuid4

import pytest
from graphql import GraphQLField, get_named_type, is_required_argument

from catalogue.load import load_catalogue
from catalogue.words import is_chinese
from demo.stories import STORIES
from resolvers.workflow.roots import ROOTS
from schema.build import build_schema
from settings import ROOT
from tests.server.applicants import Office
from tests.server.doubtful import ACCEPT, ADULT, DECIDE, DEVELOPER, HALL, REPORT, SCAN, receipt_of

COUPLE = next(story for story in STORIES if story.key == "couple").identifiers
APPLICANT, SPOUSE = COUPLE["applicant"], COUPLE["spouse"]
COMPANY = next(story for story in STORIES if story.key == "company").identifiers["company"]
UNIT = COUPLE["unit"]
PURPOSE = 'matter="M12", use=administrative-basis, handler="H-001"'
CHECK = """query($matter: String! = "M12", $subjects: [CaseSubjectInput!]!, $situations: [String!]) {
  materialCheck(matter: $matter, subjects: $subjects, situations: $situations) { materials { code contents { path value } } }
}"""
CHECKS = """query($matters: [String!]! = ["M12"], $subjects: [CaseSubjectInput!]!) {
  materialChecks(matters: $matters, subjects: $subjects) { matter } }"""
OPEN = """mutation($case: String!, $matter: String! = "M12", $subjects: [CaseSubjectInput!]!) {
  openCase(case: $case, matter: $matter, subjects: $subjects) { number } }"""
KEPT = (
    *("service_case", "case_check", "case_collection", "case_proof", "case_handover"),
    *("doubt", "doubt_event", "doubt_evidence", "application", "notice"),
)
ONE = {"role": "applicant", "idNumber": APPLICANT}
HOME = {"role": "realEstateUnit", "unitCode": UNIT}
SUBJECTS: dict[str, tuple[list[dict[str, str]], str]] = {
    "no subject": ([], "SUBJECTS_INVALID"),
    "a required role that nobody takes": ([{"role": "spouse", "idNumber": SPOUSE}], "SUBJECTS_INVALID"),
    "one too many in a role": ([ONE, {"role": "applicant", "idNumber": SPOUSE}], "SUBJECTS_INVALID"),
    "one twice in a role": ([ONE, ONE], "SUBJECTS_INVALID"),
    "a role that the matter lacks": ([ONE, {"role": "buyer", "idNumber": SPOUSE}], "SUBJECTS_INVALID"),
    "an organisation for a person": ([{"role": "applicant", "creditCode": COMPANY}], "SUBJECTS_INVALID"),
    "a dwelling for a person": ([{"role": "applicant", "unitCode": UNIT}], "SUBJECTS_INVALID"),
    "a parcel for a person": ([{"role": "applicant", "parcelCode": UNIT[:19]}], "SUBJECTS_INVALID"),
    "no code": ([{"role": "applicant"}], "SUBJECTS_INVALID"),
    "two codes": ([{**ONE, "unitCode": UNIT}], "SUBJECTS_INVALID"),
    "a unit code that is none": ([ONE, {"role": "spouse", "unitCode": UNIT[:-1]}], "SUBJECTS_INVALID"),
    "more than can be asked at once": ([ONE] * 51, "SUBJECTS_INVALID"),
    "a wrong check digit": ([{"role": "applicant", "idNumber": ADULT[:-1] + "1"}], "VARIABLE_INVALID"),
}


DATED = {
    name: field
    for name, field in build_schema(load_catalogue(ROOT / "catalogue"), ROOTS)._schema.query_type.fields.items()  # type: ignore[union-attr]
    if any(get_named_type(argument.type).name == "Date" for argument in field.args.values())
}
"""The queries that take a day."""
VALUES = {"CreditCode": COMPANY, "IdentityNumber": ADULT, "String": "M12", "Int": 1}


def kept(office: Office) -> dict[str, Any]:
    """All rows of what is kept of cases, collections, doubts, applications and notices, as one digest a table."""
    digest = "SELECT md5(coalesce(string_agg(one::text, '|' ORDER BY one::text), '')) AS rows FROM"
    return {table: office.sql(f"{digest} {table} AS one")[0]["rows"] for table in KEPT}


def refused(office: Office, client: str, text: str, purpose: str, code: str, **variables: Any) -> dict[str, Any]:
    """The error, which must have this code and say in both languages what to do; what is kept is as before."""
    before = kept(office)
    told = office.refused(client, text, purpose, **variables)
    assert told["code"] == code, told
    assert told["hint"]
    assert is_chinese(told["hintZh"])
    assert kept(office) == before
    return told


@pytest.mark.parametrize("document", [CHECK, CHECKS], ids=["materialCheck", "materialChecks"])
@pytest.mark.parametrize("name", SUBJECTS)
def test_subjects_of_the_wrong_kind_or_number(office: Office, name: str, document: str) -> None:
    subjects, code = SUBJECTS[name]
    told = refused(office, HALL, document, PURPOSE, code, subjects=subjects)
    codes = {one for subject in subjects for key, one in subject.items() if key != "role"}
    assert not any(one in str(told) for one in codes), "no code is repeated"
    told_in_chinese = {"a unit code that is none": "代码位数不符", "a wrong check digit": "公民身份号码校验码不符"}
    assert told.get("messageZh") == told_in_chinese.get(name)


def test_a_matter_that_is_unknown(office: Office) -> None:
    stated = PURPOSE.replace("M12", "M99")
    for purpose, document, named in (
        (PURPOSE, CHECK, {"matter": "M99"}), (stated, CHECK, {"matter": "M99"}), (stated, CHECKS, {"matters": ["M99"]}),
        (PURPOSE, CHECKS, {"matters": ["M12", "M99"]}), (stated, OPEN, {"matter": "M99", "case": "B-1"}),
    ):  # fmt: skip
        told = refused(office, HALL, document, purpose, "MATTER_UNKNOWN", subjects=[ONE], **named)
        assert "`matters`" in told["hint"]
    assert refused(office, HALL, CHECKS, PURPOSE, "SUBJECTS_INVALID", matters=[], subjects=[ONE])
    assert refused(office, HALL, CHECKS, PURPOSE, "SUBJECTS_INVALID", matters=["M12"] + [f"T{n}" for n in range(10)],
                   subjects=[ONE])  # fmt: skip
    assert refused(office, HALL, CHECK, PURPOSE, "PURPOSE_CONFLICT", matter="M07", subjects=[ONE, HOME])
    assert refused(office, HALL, CHECK, PURPOSE, "SUBJECTS_INVALID", subjects=[ONE], situations=["rain"])
    told = refused(office, HALL, CHECK, PURPOSE.replace("M12", "M10"), "SUBJECTS_INVALID", matter="M10", subjects=[ONE],
                   situations=["representative"])  # fmt: skip
    assert "`guardianOrAgent`" in told["message"], "who applies for another is named, or the material would be missing"
    assert refused(office, HALL, CHECK, "", "PURPOSE_REQUIRED", subjects=[ONE])


def test_a_refused_check_is_on_the_record_and_names_nobody(office: Office) -> None:
    purpose = PURPOSE + ', case="B-never"'
    refused(office, HALL, CHECK, purpose, "CASE_UNKNOWN", subjects=[ONE])
    (row,) = office.sql("SELECT convert_from(payload, 'UTF8') AS entry FROM ledger_entry ORDER BY sequence DESC LIMIT 1")
    assert '"CASE_UNKNOWN"' in row["entry"]
    assert APPLICANT not in row["entry"]


def checked(office: Office) -> dict[str, Any]:
    answered = office.ask(HALL, CHECK, PURPOSE, subjects=[ONE]).body
    assert "errors" not in answered, answered
    return answered


def test_a_receipt_of_a_check_that_is_forged_or_anothers(office: Office) -> None:
    answered = checked(office)
    receipt, path = receipt_of(answered), answered["data"]["materialCheck"]["materials"][1]["contents"][0]["path"]
    forged = [str(uuid4()), receipt[:-1] + ("0" if receipt[-1] != "0" else "1"), receipt[:-1], "", receipt + " OR 1=1"]
    told = [refused(office, HALL, REPORT, PURPOSE, "RECEIPT_UNKNOWN", receipt=one, path=path) for one in forged]
    told.append(refused(office, DEVELOPER, REPORT, PURPOSE, "RECEIPT_UNKNOWN", receipt=receipt, path=path))
    assert len({str(one) for one in told}) == 1, "whether it is anybody's is not told"


def test_a_position_that_the_check_did_not_ask(office: Office) -> None:
    answered = checked(office)
    receipt = receipt_of(answered)
    shown = {one["path"] for of in answered["data"]["materialCheck"]["materials"] for one in of["contents"]}
    assert "materialCheck.applicant.0.name" in shown
    own = "materialCheck.applicant.0"
    for path in (
        *(f"{own}.phone", f"{own}.name.verdict", f"{own}.name\n", "materialCheck.spouse.0.name", "materialCheck"),
        *("materialCheck.materials.noDwelling", "materialCheck.materials", "person.name"),
    ):
        code = "INPUT_INVALID" if "\n" in path else "POSITION_NOT_ASKED"
        refused(office, HALL, REPORT, PURPOSE, code, receipt=receipt, path=path)


def test_evidence_that_is_too_large(office: Office) -> None:
    receipt = receipt_of(checked(office))

    def scan(size: int, name: str) -> dict[str, str]:
        content = base64.b64encode(b"\x89PNG\r\n\x1a\n" + name.encode() + bytes(size)).decode()
        return {**SCAN, "name": name, "content": content}

    path = "materialCheck.applicant.0.name"
    together = [scan((1 << 20) - 64, "a.png"), scan((1 << 20) - 64, "b.png"), scan(5 << 17, "c.png")]
    for evidence in ([scan(1 << 20, "a.png")], together):
        told = refused(office, HALL, REPORT, PURPOSE, "EVIDENCE_TOO_LARGE", receipt=receipt, path=path, evidence=evidence)
        assert told["article"] == "Art. 18"
    before = kept(office)
    whole = office.ask(HALL, REPORT, PURPOSE, receipt=receipt, path=path, evidence=[scan(4_000_000, "d.png")])
    assert (whole.status, whole.body["errors"][0]["extensions"]["code"]) == (413, "BODY_TOO_LARGE")
    assert kept(office) == before


def test_a_decision_that_was_made_already(office: Office) -> None:
    receipt = receipt_of(checked(office))
    doubt = office.told(HALL, REPORT, PURPOSE, receipt=receipt, path="materialCheck.applicant.0.name")["id"]
    refused(office, HALL, REPORT, PURPOSE, "STATE_CONFLICT", receipt=receipt, path="materialCheck.applicant.0.name")
    refused(office, "app-police", DECIDE, "", "STATE_CONFLICT", id=doubt, result="CONFIRMED")
    office.told("app-police", ACCEPT, id=doubt, verifier="P-9")
    for verifier in (None, "P-9", "P-8"):
        refused(office, "app-police", ACCEPT, "", "STATE_CONFLICT", id=doubt, verifier=verifier)
    office.told("app-police", DECIDE, id=doubt, result="CONFIRMED")
    for result in ("CONFIRMED", "CORRECTED"):
        refused(office, "app-police", DECIDE, "", "STATE_CONFLICT", id=doubt, result=result)
    refused(office, "app-police", ACCEPT, "", "STATE_CONFLICT", id=doubt)


def dated(name: str, field: GraphQLField, day: str, which: str) -> str:
    """The query with its argument `which` on this day; what else it requires is given too."""
    given: list[str] = []
    for argument, of in field.args.items():
        kind, required = get_named_type(of.type).name, is_required_argument(of)
        if argument == which or (required and kind == "Date"):
            given.append(f'{argument}: "{day}"')
        elif required:
            value = VALUES[kind]
            given.append(f"{argument}: {value if kind == 'Int' else f'{chr(34)}{value}{chr(34)}'}")
    return f"{{ {name}({', '.join(given)}) {{ __typename }} }}"


@pytest.mark.parametrize("name", DATED)
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_from_which_no_clock_counts_is_no_fault_of_ours(office: Office, name: str, day: str) -> None:
    """Whoever asks, and whichever of its days it is: it is answered, or the input is refused."""
    field = DATED[name]
    days = [one for one, of in field.args.items() if get_named_type(of.type).name == "Date"]
    for which in days:
        codes = set()
        for client in (HALL, "demo-provider", "demo-operator", "demo-auditor", "demo-citizen"):
            answered = office.ask(client, dated(name, field, day, which), PURPOSE if client == HALL else "")
            codes |= {error["extensions"]["code"] for error in answered.body.get("errors", ())}
        allowed = {"INPUT_INVALID", "NOT_FOUND", "MATTER_UNKNOWN", "ROLE_REQUIRED", "IDENTIFICATION_REQUIRED"}
        assert codes <= allowed, (which, codes)


@pytest.mark.parametrize(("bounds", "day"), [("from", "0001-01-01"), ("to", "9999-12-31")])
def test_a_period_of_collections_lies_within_what_may_be_named(office: Office, bounds: str, day: str) -> None:
    text = f'{{ collections({bounds}: "{day}") {{ next }} }}'
    told = refused(office, HALL, text, "", "INPUT_INVALID")
    assert (told["article"], told["message"]) == ("Art. 25(6)", f"`{bounds}` is `{day}`")
    assert told["hint"] == "between 1949-10-01 and 2200-12-31"


def test_an_authority_ends_on_a_day_that_may_be_named(office: Office) -> None:
    text = """mutation($subjects: [CaseSubjectInput!]!, $authorities: [CaseAuthorityInput!]) {
      openCase(case: "K-far", matter: "M12", subjects: $subjects, authorities: $authorities) { number } }"""
    acts = {"kind": "AGENT", "holder": 1, "actsFor": [0], "basis": "授权委托书", "validUntil": "9999-12-31"}
    named = [ONE, {"role": "spouse", "idNumber": SPOUSE}]
    purpose = PURPOSE + ', case="K-far"'
    told = refused(office, HALL, text, purpose, "INPUT_INVALID", subjects=named, authorities=[acts])
    assert told["article"] == "Art. 17 ¶2"
