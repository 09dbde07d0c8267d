"""An issuer answers for its own certificates: it is told, applied to, grants, stops and verifies them (Art. 17 ¶1)."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from demo.stories import STORIES
from tests.server.applicants import ANSWER, COMPLETE, DRAFT, SAVE, SUBMIT, Office, department
from tests.server.doubtful import INBOX, WITHDRAW

HOLDER = next(story for story in STORIES if story.key == "disability").identifiers["applicant"]
CONSUMER, ISSUER, COMPILER = "demo-developer", "app-federation", "app-government-services"
FEDERATION, INSURANCE = department("disabled_federation"), department("human_resources")
SUBJECTS = [{"role": "applicant", "idNumber": HOLDER}]
OPEN = """mutation($case: String!, $subjects: [CaseSubjectInput!]!) {
  openCase(case: $case, matter: "M10", subjects: $subjects) { number } }"""
CHECK = """query($subjects: [CaseSubjectInput!]!) {
  materialCheck(matter: "M10", subjects: $subjects) { receipt materials {
    code verdict reason provider remedy expected application { document items } contents { value provider path } } } }"""
REVOKE = 'mutation($id: String!) { revokeGrant(grant: $id, reason: "不再需要", handler: "P-1") { id } }'
SUSPEND = """mutation($to: CreditCode!) {
  suspendSharing(consumer: $to, items: ["Licence.identifier"], reason: "核查", handler: "P-1") { id } }"""
RESUME = 'mutation($id: Int!) { resumeSharing(suspension: $id, reason: "已核查", handler: "P-1") { id } }'
GRANT = "query($id: String!) { grant(id: $id) { state suspensions { id } } }"
REPORT = """mutation($receipt: String!, $path: String!, $provider: CreditCode) {
  reportDoubt(receipt: $receipt, path: $path, provider: $provider, observed: "等级与证件不符") { id provider { code } } }"""
SOURCES = '{ sources(item: "Licence.number") { sources { provider { code } } parts { provider { code } by values } } }'


@pytest.fixture
def purpose(office: Office) -> str:
    """Of a case of the consumer's own."""
    number = f"K-{uuid4().hex[:8]}"
    stated = f'matter="M10", use=administrative-basis, case="{number}", handler="H-12"'
    office.told(CONSUMER, OPEN, stated, case=number, subjects=SUBJECTS)
    return stated


def check(office: Office, purpose: str) -> tuple[str, dict[str, Any]]:
    """The receipt, and the materials by code."""
    told = office.told(CONSUMER, CHECK, purpose, subjects=SUBJECTS)
    return told["receipt"], {one["code"]: one for one in told["materials"]}


def disability(office: Office, purpose: str) -> dict[str, Any]:
    found: dict[str, Any] = check(office, purpose)[1]["disabilityCertificate"]
    return found


@pytest.fixture
def granted(office: Office, purpose: str) -> Iterator[str]:
    """What the check drafts, applied for to the issuer alone and granted by it; the grant's id."""
    lacking = disability(office, purpose)
    assert (lacking["verdict"], lacking["remedy"], lacking["provider"]) == ("OBTAINABLE", "apply", FEDERATION)
    assert {one["provider"] for one in lacking["contents"]} == {FEDERATION}
    document = lacking["application"]["document"]
    drafted = office.told(CONSUMER, DRAFT, purpose, document=document, someRows=True)
    (application,) = drafted["applications"]
    assert application["provider"]["code"] == FEDERATION
    assert {one["item"] for one in application["items"]} >= set(lacking["application"]["items"])
    number = application["id"]
    office.told(CONSUMER, SAVE, id=number, terms=COMPLETE)
    office.told(CONSUMER, SUBMIT, id=number)
    pending = disability(office, purpose)
    assert (pending["reason"], pending["provider"]) == ("PENDING", FEDERATION)
    assert pending["expected"] is not None
    items = [{"item": one["item"], "outcome": "GRANT"} for one in application["items"]]
    assert office.refused(COMPILER, ANSWER, id=number, items=items, handler="P-1")["code"] == "NOT_RESPONSIBLE"
    (grant,) = office.told(ISSUER, ANSWER, id=number, items=items, handler="P-1")["grants"]
    yield grant
    office.told(ISSUER, REVOKE, id=grant)


def test_the_issuer_is_told_applied_to_and_its_answer_opens_its_certificates(
    office: Office, purpose: str, granted: str
) -> None:
    shown = disability(office, purpose)
    assert (shown["verdict"], shown["reason"]) == ("NOT_TO_BE_ASKED", "OBTAINED")
    assert {one["provider"] for one in shown["contents"]} == {FEDERATION}
    card = check(office, purpose)[1]["accountOrCard"]
    assert {one["provider"] for one in card["contents"]} == {INSURANCE}


def test_each_stops_what_it_granted_itself(office: Office, purpose: str, granted: str) -> None:
    consumer = department("nanjing_housing")
    for client, state, verdict in ((COMPILER, "IN_FORCE", "NOT_TO_BE_ASKED"), (ISSUER, "SUSPENDED", "ASK_WITH_REASON")):
        stop = office.told(client, SUSPEND, to=consumer)["id"]
        try:
            told = office.told(ISSUER, GRANT, id=granted)
            assert (told["state"], bool(told["suspensions"])) == (state, state == "SUSPENDED")
            assert disability(office, purpose)["verdict"] == verdict
        finally:
            office.told(client, RESUME, id=stop)


def test_a_doubt_goes_to_the_issuer_that_the_answer_names(office: Office, purpose: str, granted: str) -> None:
    receipt, materials = check(office, purpose)
    number = next(one for one in materials["disabilityCertificate"]["contents"] if one["path"].endswith("number"))
    at = {"receipt": receipt, "path": number["path"]}
    wrong = office.refused(CONSUMER, REPORT, purpose, **at, provider=department("education"))
    assert (wrong["code"], wrong["article"]) == ("INPUT_INVALID", "Art. 18")
    doubt = office.told(CONSUMER, REPORT, purpose, **at, provider=number["provider"])
    assert doubt["provider"]["code"] == FEDERATION
    try:
        assert doubt["id"] in {one["id"] for one in office.told(ISSUER, INBOX)["doubts"]}
        assert doubt["id"] not in {one["id"] for one in office.told(COMPILER, INBOX)["doubts"]}
        marked = disability(office, purpose)
        assert (marked["verdict"], marked["provider"]) == ("ACCEPT_IF_OFFERED", FEDERATION)
    finally:
        office.told(CONSUMER, WITHDRAW, purpose, id=doubt["id"])
    unnamed = office.told(CONSUMER, REPORT, purpose, **at)
    assert unnamed["provider"]["code"] == department("government_services")
    office.told(CONSUMER, WITHDRAW, purpose, id=unnamed["id"])


def test_who_provides_which_certificates_is_told(office: Office) -> None:
    told = office.told(CONSUMER, SOURCES)
    assert [one["provider"]["code"] for one in told["sources"]] == [department("government_services")]
    federation = {"provider": {"code": FEDERATION}, "by": "typeCode", "values": [f"{FEDERATION}001"]}
    assert federation in told["parts"]
