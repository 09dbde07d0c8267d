"""Notices and webhooks over HTTP, to a real receiver; what a department may see and do of them."""

import asyncio
import time
import uuid
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest

from catalogue.load import load_catalogue
from demo.seed import department_code
from settings import ROOT
from storage.access import attach
from storage.notices import TELL, facts_json
from storage.own_database import DATABASE
from tests.server.applicants import office_of
from tests.server.gateway import Answered, Running
from tests.storage.receiver import Receiver

CATALOGUE = load_catalogue(ROOT / "catalogue")
CIVIL_AFFAIRS, HALL = (department_code(CATALOGUE, name) for name in ("civil_affairs", "nanjing_government_services"))
REGISTER = """mutation($url: String!, $department: String) {
    registerWebhook(url: $url, handler: "H-1", department: $department) { secret webhook { id department url } } }"""
REMOVE = 'mutation($id: ID!) { removeWebhook(webhook: $id, handler: "H-2") { id } }'
WEBHOOKS = "{ webhooks { id url } }"
NOTICES = """query($first: Int! = 20, $after: ID, $undelivered: Boolean! = false) {
    notices(first: $first, after: $after, undeliveredOnly: $undelivered) { next nodes {
        id kind about facts createdAt deliveries { webhook tries deliveredAt givenUpAt nextTryAt failure } } } }"""
SOON_S = 15.0


def ask(gateway: Running, query: str, client: str = "demo-provider", **variables: Any) -> Answered:
    return gateway.ask(query, variables, client=client, purpose="")


def code(answered: Answered) -> str:
    found: str = answered.body["errors"][0]["extensions"]["code"]
    return found


def tell(gateway: Running, about: str, department: str = CIVIL_AFFAIRS) -> None:
    """As the house itself tells: in a transaction of our own database."""

    async def write() -> None:
        connection = await asyncpg.connect(attach(gateway.folder).dsn(DATABASE))
        await connection.fetchval(TELL, department, "application.submitted", about, facts_json({"items": "2"}), None)
        await connection.close()

    asyncio.run(write())


def found(gateway: Running, about: str, client: str = "demo-provider") -> dict[str, Any] | None:
    nodes = ask(gateway, NOTICES, client, first=100).body["data"]["notices"]["nodes"]
    return next((node for node in nodes if node["about"] == about), None)


@pytest.fixture
def clean(gateway: Running) -> Iterator[Running]:
    """Afterwards no webhook is left."""
    yield gateway
    for client in ("demo-provider", "demo-hall"):
        for hook in ask(gateway, WEBHOOKS, client).body["data"]["webhooks"]:
            assert "errors" not in ask(gateway, REMOVE, client, id=hook["id"]).body


def test_a_department_registers_a_webhook_is_told_and_sees_that_it_was(clean: Running) -> None:
    answers: list[int | float] = [500, 204]
    with Receiver(lambda number: answers[number]) as receiver:
        registered = ask(clean, REGISTER, url=receiver.url).body["data"]["registerWebhook"]
        assert registered["webhook"]["department"] == CIVIL_AFFAIRS
        assert [hook["id"] for hook in ask(clean, WEBHOOKS).body["data"]["webhooks"]] == [registered["webhook"]["id"]]
        assert ask(clean, WEBHOOKS, "demo-hall").body["data"]["webhooks"] == []
        tell(clean, "A-told")
        began = time.monotonic()
        while (notice := found(clean, "A-told")) is None or not notice["deliveries"][0]["deliveredAt"]:
            assert time.monotonic() - began < 4 * SOON_S, notice
            time.sleep(0.1)
        assert [got.verifies(registered["secret"]) for got in receiver.got] == [True, True]
        assert {got.headers["webhook-id"] for got in receiver.got} == {notice["id"]}
        assert receiver.got[0].told["data"] == {"department": CIVIL_AFFAIRS, "about": "A-told", "facts": {"items": "2"}}
    (delivery,) = notice["deliveries"]
    assert (delivery["tries"], delivery["failure"], delivery["webhook"]) == (2, None, registered["webhook"]["id"])
    assert notice["facts"] == {"items": "2"}
    assert found(clean, "A-told", "demo-hall") is None
    assert found(clean, "A-told", "demo-operator") is None


def test_pages_and_what_did_not_arrive(clean: Running) -> None:
    for number in range(3):
        tell(clean, f"A-page {number}", HALL)
    first = ask(clean, NOTICES, "demo-hall", first=2, undelivered=True).body["data"]["notices"]
    assert [node["about"] for node in first["nodes"]] == ["A-page 2", "A-page 1"]
    rest = ask(clean, NOTICES, "demo-hall", first=100, after=first["next"], undelivered=True).body["data"]["notices"]
    assert rest["nodes"][0]["about"] == "A-page 0"
    assert rest["next"] is None
    for wrong in ({"first": 0}, {"first": 101}, {"first": 5, "after": "x"}, {"first": 5, "after": "9" * 40}):
        assert code(ask(clean, NOTICES, "demo-hall", **wrong)) in ("INPUT_INVALID", "VARIABLE_INVALID")


def test_an_operator_registers_and_removes_for_a_department_and_nobody_else_does(clean: Running) -> None:
    url = "https://example.com/operated"
    assert code(ask(clean, REGISTER, "demo-hall", url=url, department=CIVIL_AFFAIRS)) == "NOT_RESPONSIBLE"
    assert code(ask(clean, REGISTER, "demo-operator", url=url, department="11320000014000999X")) == "NOT_FOUND"
    registered = ask(clean, REGISTER, "demo-operator", url=url, department=CIVIL_AFFAIRS).body["data"]["registerWebhook"]
    hook = registered["webhook"]["id"]
    assert code(ask(clean, REGISTER, url=url)) == "STATE_CONFLICT"
    assert code(ask(clean, REMOVE, "demo-hall", id=hook)) == "NOT_FOUND"
    assert [one["id"] for one in ask(clean, WEBHOOKS).body["data"]["webhooks"]] == [hook]
    assert ask(clean, REMOVE, "demo-operator", id=hook).body["data"]["removeWebhook"] == {"id": hook}
    assert code(ask(clean, REMOVE, "demo-operator", id=hook)) == "NOT_FOUND"


def test_an_operator_of_a_city_has_no_hand_in_the_notices_of_another_jurisdiction(clean: Running) -> None:
    """Art. 5: who receives a department's notices, and holds their secret, is told what is that department's own."""
    suzhou = office_of(clean)
    for department in (CIVIL_AFFAIRS, HALL):
        refused = suzhou.refused("app-suzhou-operator", REGISTER, url="https://example.com/", department=department)
        assert (refused["code"], refused["article"]) == ("NOT_RESPONSIBLE", "Art. 5")
    hook = ask(clean, REGISTER, url="https://example.com/own").body["data"]["registerWebhook"]["webhook"]["id"]
    foreign = suzhou.refused("app-suzhou-operator", REMOVE, id=hook)
    unknown = suzhou.refused("app-suzhou-operator", REMOVE, id=str(uuid.uuid4()))
    assert foreign == unknown, "it is not told that there is one"
    assert [one["id"] for one in ask(clean, WEBHOOKS).body["data"]["webhooks"]] == [hook]
    own = suzhou.told("app-suzhou-operator", REGISTER, url="https://example.com/own")["webhook"]["id"]
    assert suzhou.told("app-suzhou-operator", REMOVE, id=own) == {"id": own}


def test_a_supervisor_reads_what_its_department_was_told_and_nothing_else(clean: Running) -> None:
    tell(clean, "A-coordinate", department_code(CATALOGUE, "government_services"))
    tell(clean, "A-of another")
    assert found(clean, "A-coordinate", "demo-supervisor") is not None
    assert found(clean, "A-of another", "demo-supervisor") is None


@pytest.mark.parametrize("client", ["demo-auditor", "demo-supervisor", "demo-citizen"])
def test_who_is_no_party_has_no_part_in_deliveries(clean: Running, client: str) -> None:
    for query in (WEBHOOKS, *([] if client == "demo-supervisor" else [NOTICES])):
        assert code(ask(clean, query, client)) == "ROLE_REQUIRED"
    assert code(ask(clean, REGISTER, client, url="https://example.com/")) == "ROLE_REQUIRED"
    assert code(ask(clean, REMOVE, client, id="1")) == "ROLE_REQUIRED"


@pytest.mark.parametrize(
    "url", ["http://example.com/", "https://10.0.0.8/", "https://169.254.169.254/latest", "https://a:b@example.com/", "x"]
)
def test_addresses_that_are_refused(clean: Running, url: str) -> None:
    refused = ask(clean, REGISTER, url=url)
    assert code(refused) == "INPUT_INVALID"
    assert url == "x" or url not in str(refused.body)
    assert ask(clean, WEBHOOKS).body["data"]["webhooks"] == []
