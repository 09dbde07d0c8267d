"""What may I read, and why: `myRights`, `explain` and `Sharing-View: mine` on the running gateway (Art. 10, 16 ¶1)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from demo.stories import STORIES
from tests.server.gateway import HALL_PURPOSE, Running

ADULT = next(story for story in STORIES if story.key == "adult").identifiers["person"]
RIGHTS = """query($register: String, $resource: String, $mark: RightMark, $first: Int! = 100, $after: String) {
  myRights(register: $register, resource: $resource, mark: $mark, first: $first, after: $after) {
    purposeStated total counts { mark count } endCursor hasNextPage
    rights { coordinate item title register resource kind mark verdict verifiable usable reasons articles provider
      providerTitle remedy barredBy expectedOn
      grants { id form rows uses matters validFrom validUntil quotaPerDay operations } } } }"""
EXPLAIN = """query($document: String!) { explain(document: $document) {
  coordinate title asked verdict reasons articles provider providerTitle remedy expectedOn } }"""
FIELDS = '{ __type(name: "Person") { fields { name } } }'
MINE = {"Sharing-View": "mine"}
NUMBER = "Person.householdNumber"
READ = "query($id: IdentityNumber!) { person(idNumber: $id) { householdNumber } }"


def today() -> date:
    return (datetime.now(UTC) + timedelta(hours=8)).date()


def page(gateway: Running, client: str = "demo-hall", purpose: str = HALL_PURPOSE, **filters: Any) -> dict[str, Any]:
    answered = gateway.ask(RIGHTS, filters, client=client, purpose=purpose)
    assert "errors" not in answered.body, answered.body["errors"]
    told: dict[str, Any] = answered.body["data"]["myRights"]
    return told


def rights(gateway: Running, client: str = "demo-hall", purpose: str = HALL_PURPOSE, **filters: Any) -> dict[str, Any]:
    """All pages as one."""
    told = page(gateway, client, purpose, **filters)
    while told["hasNextPage"]:
        following = page(gateway, client, purpose, **filters, after=told["endCursor"])
        told = {**following, "rights": told["rights"] + following["rights"]}
    assert len(told["rights"]) == told["total"]
    return told


def by_coordinate(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["coordinate"]: one for one in told["rights"]}


def refusal(gateway: Running, client: str = "demo-hall", purpose: str = HALL_PURPOSE, **filters: Any) -> str:
    answered = gateway.ask(RIGHTS, filters, client=client, purpose=purpose)
    assert (answered.body.get("data") or {"myRights": None}) == {"myRights": None}
    code: str = answered.body["errors"][0]["extensions"]["code"]
    return code


def fields(gateway: Running, client: str, purpose: str, headers: Mapping[str, str] = MINE) -> set[str]:
    answered = gateway.ask(FIELDS, client=client, purpose=purpose, headers=headers)
    return {one["name"] for one in answered.body["data"]["__type"]["fields"]}


def test_each_mark_has_its_why(gateway: Running) -> None:
    whole = rights(gateway)
    told = by_coordinate(whole)
    assert whole["purposeStated"] is True
    assert {one["mark"]: one["count"] for one in whole["counts"] if one["count"]} == Counter(
        one["mark"] for one in whole["rights"]
    )
    name = told["Person.name"]
    assert (name["mark"], name["verdict"], name["reasons"], name["grants"]) == ("OPEN", "SHARED", ["UNCONDITIONAL"], [])
    assert name["providerTitle"] == "江苏省公安厅"
    phone = told["Person.phone"]
    assert (phone["mark"], phone["verdict"], phone["verifiable"], phone["usable"]) == ("BY_GRANT", "VERIFIABLE", True, False)
    residence = told["Person.registeredResidence"]
    assert (residence["mark"], residence["verdict"]) == ("BY_GRANT", "DEPENDS_ON_ROW")
    assert sorted((one["form"], one["rows"]) for one in residence["grants"]) == [("FULL", "OWN_DIVISION"), ("MASKED", "ALL")]
    assert {one["validUntil"][:4] for one in residence["grants"]} == {"2036"}
    score = told["CreditSubject.score"]
    assert (score["mark"], score["verdict"], score["remedy"], score["grants"]) == ("APPLY", "WITHHELD", "apply", [])
    adoption = told["Person.adoptionRecord"]
    assert (adoption["mark"], adoption["reasons"], adoption["articles"]) == ("NEGOTIATE", ["NOT_SHARED"], ["Art. 11(1)"])
    assert told["Licence.identifier"]["mark"] == "PARTLY"


def test_without_a_purpose_what_any_purpose_opens_counts(gateway: Running) -> None:
    """The thematic project is granted for reference, the housing department for one matter alone."""
    told = by_coordinate(rights(gateway, "demo-theme", ""))
    level = told["CreditSubject.level"]
    assert (level["mark"], level["grants"][0]["uses"]) == ("BY_GRANT", ["WORK_REFERENCE"])
    basis = 'matter="T-0", use=administrative-basis, handler="H"'
    stated = by_coordinate(rights(gateway, "demo-theme", basis))["CreditSubject.level"]
    assert (stated["mark"], stated["reasons"], stated["articles"]) == ("APPLY", ["USE_NOT_GRANTED"], ["Art. 17 ¶2"])
    housing = by_coordinate(rights(gateway, "demo-developer", ""))["Person.registeredResidence"]
    assert ["M12"] in [one["matters"] for one in housing["grants"]]  # beside what other cases were granted
    elsewhere = by_coordinate(rights(gateway, "demo-developer", basis))["Person.registeredResidence"]
    assert elsewhere["reasons"] == ["MATTER_NOT_GRANTED"]


def test_it_says_what_a_query_is_answered(gateway: Running) -> None:
    """Item by item: what is withheld from the query is what `myRights` says is withheld, and what is masked is masked."""
    told = by_coordinate(rights(gateway, resource="Person"))
    scalars = gateway.ask('{ __type(name: "Person") { fields { name type { kind } } } }').body["data"]["__type"]["fields"]
    names = [one["name"] for one in scalars if one["type"]["kind"] in ("SCALAR", "ENUM")]
    document = f"query($id: IdentityNumber!) {{ person(idNumber: $id) {{ {' '.join(names)} }} }}"
    answered = gateway.ask(document, {"id": ADULT})
    everywhere = {one["coordinate"]: one["outcome"] for one in answered.sharing["outcomes"] if "rows" not in one}
    assert {each for each, outcome in everywhere.items() if outcome == "WITHHELD"} == {
        f"Person.{name}" for name in names if told[f"Person.{name}"]["verdict"] in ("WITHHELD", "VERIFIABLE")
    }
    assert {each for each, outcome in everywhere.items() if outcome == "MASKED"} == {
        f"Person.{name}" for name in names if told[f"Person.{name}"]["verdict"] == "MASKED"
    }
    explained = gateway.ask(EXPLAIN, {"document": document.replace("$id: IdentityNumber!", "$id: IdentityNumber = null")})
    assert explained.body["errors"][0]["extensions"]["code"] == "VALIDATION_FAILED"
    asked = document.replace("($id: IdentityNumber!)", "").replace("$id", f'"{ADULT}"')
    shown = [one for one in gateway.ask(EXPLAIN, {"document": asked}).body["data"]["explain"] if one["asked"] == "show"]
    for one in shown:
        right = told[one["coordinate"]]
        assert one["verdict"] == ("WITHHELD" if right["verdict"] == "VERIFIABLE" else right["verdict"])
        assert (one["title"], one["providerTitle"]) == (right["title"], right["providerTitle"])


def test_filters_and_pages(gateway: Running) -> None:
    whole = rights(gateway)
    licences = rights(gateway, register="licence")
    assert {one["register"] for one in licences["rights"]} == {"licence"}
    assert licences["total"] == sum(one["count"] for one in licences["counts"]) < whole["total"]
    assert {one["mark"] for one in rights(gateway, mark="APPLY")["rights"]} == {"APPLY"}
    assert rights(gateway, mark="APPLY")["counts"] == whole["counts"]
    assert rights(gateway, register="no such")["total"] == 0
    found, after = [], None
    while True:
        told = page(gateway, first=40, after=after)
        assert len(told["rights"]) <= 40
        found += told["rights"]
        after = told["endCursor"]
        if not told["hasNextPage"]:
            break
    assert found == whole["rights"]
    assert [refusal(gateway, first=0), refusal(gateway, first=101)] == ["VARIABLE_INVALID"] * 2
    assert refusal(gateway, after="Person.x") == "INPUT_INVALID"


@pytest.mark.parametrize("client", ["demo-operator", "demo-auditor", "demo-provider", "demo-citizen"])
def test_who_reads_no_register_has_no_rights_to_list_and_sees_none(gateway: Running, client: str) -> None:
    assert refusal(gateway, client, "") == "ROLE_REQUIRED"
    refused = gateway.ask("query($id: IdentityNumber!) { person(idNumber: $id) { name } }", {"id": ADULT}, client=client,
                          headers=MINE)  # fmt: skip
    assert refused.body["errors"][0]["extensions"]["code"] == "VALIDATION_FAILED"
    assert gateway.ask("{ myself { client } }", client=client, purpose="", headers=MINE).body["data"]["myself"]


def test_a_view_names_nothing_that_is_hidden(gateway: Running) -> None:
    answered = gateway.ask("{ __schema { types { name description fields { name } inputFields { name } "
                           "enumValues { name } } } }", client="demo-developer", purpose="", headers=MINE)  # fmt: skip
    types = {one["name"]: one for one in answered.body["data"]["__schema"]["types"]}
    assert "Person" in types
    told = by_coordinate(rights(gateway, "demo-developer", ""))
    for type_name in ("Person", "Licence", "LegalEntity", "RealEstateUnit", "CreditSubject"):
        names = {field["name"] for field in types[type_name]["fields"]} - {"verify"}
        readable = {
            one["coordinate"].partition(".")[2]
            for one in told.values()
            if one["resource"] == type_name and one["verdict"] not in ("WITHHELD", "VERIFIABLE")
        }
        assert names == readable, type_name


@dataclass(frozen=True, slots=True)
class Departments:
    """A consumer of its own, and the provider whom it applies to."""

    gateway: Running
    secrets: Mapping[str, str]

    def ask(self, client: str, text: str, purpose: str = "", headers: Mapping[str, str] | None = None, **given: Any) -> Any:
        answered = self.gateway.ask(
            text, given, client=client, purpose=purpose, secret=self.secrets[client], headers=headers or {}
        )
        return answered.body

    def told(self, client: str, text: str, purpose: str = "", **given: Any) -> Any:
        body = self.ask(client, text, purpose, **given)
        assert "errors" not in body, body["errors"]
        (value,) = body["data"].values()
        return value


@pytest.fixture(scope="module")
def departments(started: Running) -> Departments:
    if started.process is None or started.process.poll() is not None:
        started.start()
    secrets = {}
    for client, department, role in (
        ("r-consumer", "nanjing_education", "consumer"),
        ("r-police", "public_security", "provider"),
    ):
        made = started.cli(
            "client", "create", client, "--department", department, "--role", role, "--network", "127.0.0.0/8",
            "--introspection", "--rate", "1000",
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        secrets[client] = made.stdout.strip().splitlines()[-1]
    return Departments(started, secrets)


def applied(departments: Departments, purpose: str) -> dict[str, Any]:
    """An application for the household number, submitted."""
    drafted = departments.told(
        "r-consumer",
        """mutation($document: String!, $variables: JSON) {
          draftApplication(document: $document, variables: $variables, handler: "H") { applications { id } } }""",
        purpose,
        document=READ,
        variables={"id": ADULT},
    )
    (application,) = drafted["applications"]
    departments.told(
        "r-consumer",
        """mutation($id: ID!, $terms: ApplicationInput!) {
          saveApplication(id: $id, terms: $terms, handler: "H") { id } }""",
        id=application["id"],
        terms={"duty": "义务教育法第十二条", "contact": "025-00000000"},
    )
    (submitted,) = departments.told(
        "r-consumer", 'mutation($id: ID!) { submitApplication(id: $id, handler: "H") { id due } }', id=application["id"]
    )
    told: dict[str, Any] = submitted
    return told


def answered(departments: Departments, application: str, **terms: Any) -> str:
    """The provider grants it; the grant."""
    told = departments.told(
        "r-police",
        """mutation($id: ID!, $items: [ItemAnswerInput!]) {
          answerApplication(id: $id, items: $items, handler: "P", note: "同意") { grants } }""",
        id=application,
        items=[{"item": NUMBER, "outcome": "PARTLY" if terms else "GRANT", **terms}],
    )
    grant: str = told["grants"][0]
    return grant


def standing(departments: Departments, purpose: str) -> dict[str, Any]:
    told = by_coordinate(departments.told("r-consumer", RIGHTS, purpose, resource="Person"))
    return told[NUMBER]


def explained(departments: Departments, purpose: str) -> dict[str, Any]:
    document = READ.replace("($id: IdentityNumber!)", "").replace("$id", f'"{ADULT}"')
    told = departments.told("r-consumer", EXPLAIN, purpose, document=document)
    found: dict[str, Any] = next(one for one in told if one["coordinate"] == NUMBER and one["asked"] == "show")
    return found


def test_from_applying_to_the_grant_and_back(departments: Departments) -> None:
    """What is applied for says when its answer is due; the view follows the grant, and its end, in every worker."""
    purpose = 'matter="R-1", use=administrative-basis, handler="H"'
    assert standing(departments, purpose)["expectedOn"] is None
    application = applied(departments, purpose)
    for told in (standing(departments, purpose), explained(departments, purpose)):
        assert (told["verdict"], told["remedy"], told["expectedOn"]) == ("WITHHELD", "wait", application["due"])
    for stated in (purpose, ""):
        told = standing(departments, stated)
        assert (told["mark"], told["remedy"], told["expectedOn"]) == ("WAIT", "wait", application["due"])
    before = departments.ask("r-consumer", READ, purpose, MINE, id=ADULT)
    assert before["errors"][0]["extensions"]["code"] == "VALIDATION_FAILED"
    assert "householdNumber" not in before["errors"][0]["message"].replace("'householdNumber' on", "")
    grant = answered(departments, application["id"])
    for _ in range(6):  # two workers
        body = departments.ask("r-consumer", READ, purpose, MINE, id=ADULT)
        assert body.get("data", {}).get("person", {}).get("householdNumber"), body
    held = standing(departments, purpose)
    assert (held["mark"], held["expectedOn"]) == ("BY_GRANT", None)
    assert [one["id"] for one in held["grants"]] == [grant]
    assert explained(departments, purpose)["verdict"] == "DEPENDS_ON_ROW"  # a child's row has a rule of its own
    revoked = departments.gateway.cli("grant", "revoke", grant, "--reason", "用途变更")
    assert revoked.returncode == 0, revoked.stderr
    for _ in range(6):
        body = departments.ask("r-consumer", READ, purpose, MINE, id=ADULT)
        assert "data" not in body, body
    assert standing(departments, purpose)["mark"] == "APPLY"


def test_a_quota_that_is_used_up_says_tomorrow(departments: Departments) -> None:
    purpose = 'matter="R-2", use=administrative-basis, handler="H"'
    grant = answered(departments, applied(departments, purpose)["id"], quotaPerDay=1)
    told = standing(departments, purpose)
    assert (told["mark"], told["grants"][0]["id"], told["grants"][0]["quotaPerDay"]) == ("BY_GRANT", grant, 1)
    assert departments.ask("r-consumer", READ, purpose, id=ADULT)["data"]["person"]["householdNumber"]
    day = today()
    assert departments.ask("r-consumer", READ, purpose, id=ADULT)["data"]["person"]["householdNumber"] is None
    waits, why = standing(departments, purpose), explained(departments, purpose)
    for one in (waits, why):
        assert (one["verdict"], one["reasons"], one["remedy"]) == ("WITHHELD", ["QUOTA_EXHAUSTED"], "wait")
        assert one["expectedOn"] in {(each + timedelta(days=1)).isoformat() for each in (day, today())}
    assert (waits["mark"], [one["id"] for one in waits["grants"]]) == ("WAIT", [grant])
    assert "householdNumber" in {
        one["name"] for one in departments.ask("r-consumer", FIELDS, purpose, MINE)["data"]["__type"]["fields"]
    }  # a view does not flicker with a quota


def test_looking_over_one_s_rights_reads_nobody(gateway: Running) -> None:
    def entries() -> int:
        verified = gateway.cli("ledger", "verify")
        assert verified.returncode == 0, verified.stderr
        return int(next(word for word in verified.stdout.split() if word.isdigit()))

    before = entries()
    rights(gateway)
    fields(gateway, "demo-hall", HALL_PURPOSE)
    assert entries() == before
