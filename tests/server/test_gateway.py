"""The whole gateway as it is started: what a newcomer, a client and an operator do."""

import json
import re
import subprocess

from demo.examples import examples
from demo.stories import STORIES
from tests.server.gateway import HALL_PURPOSE, Running

ADULT = next(story for story in STORIES if story.key == "adult").identifiers["person"]
NAME = "query($id: IdentityNumber!) { person(idNumber: $id) { name } }"
MARRIED = "query($id: IdentityNumber!) { person(idNumber: $id) { idNumber marriageRecord { status } } }"


def test_what_is_printed_works_when_pasted(gateway: Running) -> None:
    pasted = gateway.said[gateway.said.index("TOKEN=") : gateway.said.index("演示对象")]
    ran = subprocess.run(["sh", "-c", pasted], capture_output=True, text=True, check=True)
    answered = json.loads(ran.stdout)
    assert answered["data"]["person"]["name"] == "王明远"
    assert answered["extensions"]["sharing"]["receipt"]
    assert f"{gateway.url}/graphiql" in gateway.said


def test_every_answer_has_its_entry_and_the_chain_holds(gateway: Running) -> None:
    receipts = {gateway.ask(NAME, {"id": ADULT}).sharing["receipt"] for _ in range(5)}
    assert len(receipts) == 5
    verified = gateway.cli("ledger", "verify")
    assert verified.returncode == 0, verified.stderr
    count = re.search(r"(\d+) entries", verified.stdout)
    assert count is not None
    assert int(count[1]) >= 5


def test_every_example_of_graphiql_answers(gateway: Running) -> None:
    config = gateway.get("/graphiql/config.json").body
    assert [client["id"] for client in config["clients"]] == ["demo-hall", "demo-developer", "demo-theme"]
    assert len(config["examples"]) == len(examples())
    for client in config["clients"]:
        for example in config["examples"]:
            answered = gateway.ask(example["query"], example["variables"], client=client["id"], purpose=client["purpose"])
            assert answered.status == 200, (example["title"], answered.body)
            assert "errors" not in answered.body, (example["title"], answered.body)
    shown = gateway.ask(config["examples"][2]["query"], config["examples"][2]["variables"]).sharing["outcomes"]
    assert {"WITHHELD"} <= {one["outcome"] for one in shown}


def test_introspection_works_and_the_page_is_there(gateway: Running) -> None:
    answered = gateway.ask("{ __schema { queryType { name } mutationType { name } } }", purpose="")
    assert answered.body["data"]["__schema"] == {"queryType": {"name": "Query"}, "mutationType": {"name": "Mutation"}}
    refused = gateway.ask("{ __schema { queryType { name } } }", client="demo-citizen", purpose="")
    assert refused.body["errors"][0]["extensions"]["code"] == "INTROSPECTION_DISABLED"
    assert gateway.get("/readyz").body["status"] == "ready"
    keys = gateway.get("/.well-known/jwks.json").body["keys"]
    assert {"token-1", "receipt-1"} <= {key["kid"] for key in keys}  # and those that other cases have rotated in
    assert {tuple(sorted(key)) for key in keys} == {("alg", "crv", "kid", "kty", "use", "x")}, "nothing of a secret key"


def test_a_grant_holds_and_ends_from_the_next_request_on(gateway: Running) -> None:
    query = "query($id: IdentityNumber!) { person(idNumber: $id) { divisionCode } }"
    purpose = 'matter="M12", use=administrative-basis, handler="h"'

    def shown() -> object:
        answered = gateway.ask(query, {"id": ADULT}, client="demo-developer", purpose=purpose)
        return answered.body["data"]["person"]["divisionCode"]

    assert shown() is None
    stated = ("--department", "nanjing_housing", "--item", "Person.divisionCode", "--basis", "同意")
    added = gateway.cli("grant", "add", *stated)
    assert added.returncode == 0, added.stderr
    for _ in range(4):  # both workers
        assert shown() == "320106"
    listed = gateway.cli("grant", "list", "--department", "nanjing_housing").stdout
    number = next(line for line in listed.splitlines() if added.stdout.strip() in line).split()[0]
    revoked = gateway.cli("grant", "revoke", number, "--reason", "事项已取消")
    assert revoked.returncode == 0, revoked.stderr
    for _ in range(4):
        assert shown() is None


def test_a_case_names_its_subjects_until_it_is_closed(gateway: Running) -> None:
    open_case = """mutation($id: IdentityNumber!) {
        openCase(case: "T-1", matter: "M07", subjects: [{role: "applicant", idNumber: $id}]) { number matter closedAt } }"""
    purpose = HALL_PURPOSE.replace("DEMO-M07", "T-1")
    couple = next(story for story in STORIES if story.key == "couple").identifiers
    unnamed = gateway.ask(MARRIED, {"id": couple["applicant"]}, purpose=purpose)
    assert unnamed.body["errors"][0]["extensions"]["code"] == "CASE_UNKNOWN"
    opened = gateway.ask(open_case, {"id": couple["applicant"]}, purpose=purpose)
    assert opened.body["data"]["openCase"] == {"number": "T-1", "matter": "M07", "closedAt": None}
    again = gateway.ask(open_case, {"id": couple["applicant"]}, purpose=purpose)
    assert "errors" not in again.body
    other = gateway.ask(open_case, {"id": ADULT}, purpose=purpose)
    assert other.body["errors"][0]["extensions"]["code"] == "INPUT_INVALID"
    named = gateway.ask(MARRIED, {"id": couple["applicant"]}, purpose=purpose)
    assert named.body["data"]["person"]["marriageRecord"] is not None
    unrelated = gateway.ask(MARRIED, {"id": ADULT}, purpose=purpose)
    assert unrelated.body["data"]["person"]["marriageRecord"] is None
    closed = gateway.ask('mutation { closeCase(case: "T-1") { closedAt } }', purpose=purpose)
    assert closed.body["data"]["closeCase"]["closedAt"]
    after = gateway.ask(MARRIED, {"id": couple["applicant"]}, purpose=purpose)
    assert after.body["errors"][0]["extensions"]["code"] == "CASE_UNKNOWN"


def test_a_case_needs_purpose_handler_and_one_matter(gateway: Running) -> None:
    named = f'{{role: "a", idNumber: "{ADULT}"}}'
    text = f'mutation {{ openCase(case: "T-2", matter: "M08", subjects: [{named}]) {{ number }} }}'
    codes = [
        gateway.ask(text, purpose=purpose, client=client).body["errors"][0]["extensions"]["code"]
        for client, purpose in (("demo-hall", ""), ("demo-hall", HALL_PURPOSE), ("demo-auditor", HALL_PURPOSE))
    ]
    assert codes == ["PURPOSE_REQUIRED", "INPUT_INVALID", "ROLE_REQUIRED"]
    slip = gateway.ask(text.replace(ADULT, ADULT[:-1] + "1"))
    assert slip.body["errors"][0]["extensions"]["part"] == "check_digit"
    assert ADULT[:-1] not in json.dumps(slip.body)


def test_workflow_and_data_mix_in_one_operation(gateway: Running) -> None:
    answered = gateway.ask(
        "query($id: IdentityNumber!) { me: myself { client purpose { handler } } ...P } fragment P on Query"
        " { person(idNumber: $id) { name } t: __typename }",
        {"id": ADULT},
    )
    assert answered.body["data"]["me"] == {"client": "demo-hall", "purpose": {"handler": "H-001"}}
    assert answered.body["data"]["person"] == {"name": "王明远"}
    assert answered.body["data"]["t"] == "Query"


def test_explain_decides_without_an_entry_in_the_ledger(gateway: Running) -> None:
    text = "query($d: String!, $v: JSON) { explain(document: $d, variables: $v) { coordinate verdict remedy } }"
    document = "query($id: IdentityNumber!) { person(idNumber: $id) { name phone adoptionRecord } }"
    answered = gateway.ask(text, {"d": document, "v": {"id": ADULT}})
    verdicts = {one["coordinate"]: one["verdict"] for one in answered.body["data"]["explain"]}
    assert verdicts["Person.name"] == "SHARED"
    assert verdicts["Person.phone"] == "WITHHELD"
    assert verdicts["Person.adoptionRecord"] == "WITHHELD"
    assert "extensions" not in answered.body


def test_clients_are_created_rotated_and_disabled(gateway: Running) -> None:
    made = gateway.cli("client", "create", "t-hall", "--department", "nanjing_housing", "--network", "127.0.0.0/8")
    assert made.returncode == 0, made.stderr
    secret = made.stdout.strip().splitlines()[-1]
    gateway.token("t-hall", secret)
    assert gateway.ask("{ myself { client } }", client="t-hall", purpose="").body["data"]["myself"]["client"] == "t-hall"
    rotated = gateway.cli("client", "rotate", "t-hall", "--at-once")
    assert rotated.returncode == 0, rotated.stderr
    refused = gateway.ask("{ myself { client } }", client="t-hall", purpose="")
    assert (refused.status, refused.body["errors"][0]["extensions"]["code"]) == (401, "INVALID_TOKEN")
    gateway.token("t-hall", rotated.stdout.strip().splitlines()[-1])
    assert gateway.cli("client", "disable", "t-hall").returncode == 0
    refused = gateway.ask("{ myself { client } }", client="t-hall", purpose="")
    assert refused.body["errors"][0]["extensions"]["code"] == "CLIENT_DISABLED"
    assert "t-hall" in gateway.cli("client", "list").stdout


def test_metrics_are_those_of_both_workers(gateway: Running) -> None:
    assert "oncegate_workers 2.0" in gateway.read("/metrics")


def test_a_second_start_and_a_taken_port_are_told_plainly(gateway: Running) -> None:
    second = gateway.cli("demo", "--port", "0")
    assert second.returncode == 1
    assert gateway.url in second.stderr
    assert str(gateway.process.pid if gateway.process else "") in second.stderr
    port = gateway.url.rpartition(":")[2]
    other = Running(gateway.folder / "other", ("demo",))
    taken = other.cli("demo", "--port", port)
    assert taken.returncode == 1
    assert f"port {port}" in taken.stderr
    assert "PORT=" in taken.stderr
    assert "Traceback" not in second.stderr + taken.stderr
    assert gateway.cli("demo", "reset").returncode == 1


def test_what_explain_is_given_may_not_be_dearer_than_what_is_asked(gateway: Running) -> None:
    inner = "licences(first: 100) { number }"
    holder = f"licences(first: 100) {{ holder {{ ... on Person {{ {inner} }} }} }}"
    document = f'{{ person(idNumber: "32010619850312991X") {{ {holder} }} }}'
    answered = gateway.ask("query($d: String!) { explain(document: $d) { verdict } }", {"d": document})
    assert answered.body["data"] == {"explain": None}
    assert answered.body["errors"][0]["extensions"]["code"] == "TOO_COSTLY"
