"""The life of grants through HTTP, on two workers: revoked, ended, renewed, narrowed, suspended, accounted for."""

import asyncio
import hashlib
import threading
import time
from base64 import b64decode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import asyncpg
import orjson
import pytest

from catalogue.load import load_catalogue
from catalogue.model import Coordinate, Form, Mode, ResourceName, Rows, Use
from catalogue.predicate import ItemName
from demo.seed import department_code
from demo.stories import STORIES
from settings import ROOT
from sharing.sealed import DOMAIN, Granted
from storage.access import Role, attach
from storage.grants import add_grants, revoke_grant
from storage.keys import load_grant_keys
from storage.layout import KEYS
from storage.own_database import DATABASE
from tests.server.applicants import office_of
from tests.server.gateway import Answered, Running

CATALOGUE = load_catalogue(ROOT / "catalogue")
ADULT = next(story for story in STORIES if story.key == "adult").identifiers["person"]
PURPOSE = 'matter="M12", use=administrative-basis, handler="H-1"'
QUERY = "query($id: IdentityNumber!) { person(idNumber: $id) { isMarried } }"
CIVIL_AFFAIRS, HOUSING, HALL, SECURITY = (
    department_code(CATALOGUE, name)
    for name in ("civil_affairs", "nanjing_housing", "nanjing_government_services", "public_security")
)
MARRIED, HOUSEHOLD = (
    CATALOGUE.entries[Coordinate(ResourceName("Person"), ItemName(name))].code for name in ("isMarried", "householdNumber")
)
NUMBERS = count()
TODAY = (datetime.now(UTC) + timedelta(hours=8)).date()


def granted(**changes: Any) -> Granted:
    """What civil affairs answers to housing: whether somebody of its own division is married; each time another answer."""
    now = datetime.now(UTC)
    answer = Granted(
        provider=CIVIL_AFFAIRS,
        department=HOUSING,
        items=frozenset({MARRIED}),
        form=Form.FULL,
        rows=Rows.OWN_DIVISION,
        uses=frozenset({Use.ADMINISTRATIVE_BASIS}),
        matters=frozenset({"M12"}),
        modes=frozenset({Mode.ONLINE_LOOKUP}),
        valid_from=now - timedelta(days=1),
        valid_until=now + timedelta(days=300),
        basis=f"同意，第{next(NUMBERS)}份",
    )
    return replace(answer, **changes)


def give(gateway: Running, *grants: Granted) -> list[str]:
    """Signed with the gateway's own key."""
    signer = load_grant_keys(gateway.folder / KEYS)

    async def add() -> list[str]:
        connection = await asyncpg.connect(attach(gateway.folder).dsn(DATABASE))
        try:
            return list(await add_grants(connection, grants or (granted(),), signer))
        finally:
            await connection.close()

    return asyncio.run(add())


@pytest.fixture
def grant(gateway: Running) -> Iterator[str]:
    """A grant of civil affairs to housing, gone after the test."""
    (number,) = give(gateway)
    yield number
    gateway.cli("grant", "revoke", number, "--reason", "试验结束")


def look(gateway: Running, query: str = QUERY) -> Answered:
    return gateway.ask(query, {"id": ADULT}, client="demo-developer", purpose=PURPOSE)


def shown(answered: Answered) -> bool:
    """Whether the item stands in the answer; if it doesn't, the answer says why."""
    value = answered.body["data"]["person"]["isMarried"]
    withheld = [one["outcome"] for one in answered.sharing["outcomes"] if one["path"] == ["person", "isMarried"]]
    assert (value is None) == ("WITHHELD" in withheld), answered.body
    return value is not None


def everywhere(gateway: Running) -> set[bool]:
    """What 12 lookups on as many connections show: some of them on each worker, all but surely."""
    return {shown(look(gateway)) for _ in range(12)}


KINDS = {
    "validUntil": "Date!",
    "operations": "[String!]!",
    "items": "[String!]",
    "suspension": "Int!",
    "consumer": "CreditCode",
}


def do(gateway: Running, step: str, fields: str = "id", *, client: str = "demo-provider", **values: Any) -> Answered:
    """A step of the workflow; `values` are its arguments."""
    kinds = {
        "validUntil": "Date!",
        "operations": "[String!]!",
        "items": "[String!]",
        "suspension": "Int!",
        "consumer": "CreditCode",
    }
    of = {"suspendSharing": {"grant": "String"}, "storeOperation": {}}.get(step, {})
    names = ", ".join(f"${name}: {of.get(name) or kinds.get(name, 'String!')}" for name in values)
    passed = ", ".join(f"{name}: ${name}" for name in values)
    return gateway.ask(f"mutation({names}) {{ {step}({passed}) {{ {fields} }} }}", values, client=client, purpose="")


def refused(answered: Answered) -> str:
    (error,) = answered.body["errors"]
    return str(error["extensions"]["code"])


def read(gateway: Running, query: str, client: str, **values: Any) -> Any:
    answered = gateway.ask(query, values, client=client, purpose="")
    assert "errors" not in answered.body, answered.body
    return answered.body["data"]


GRANT = """query($id: String!) { grant(id: $id) { state sound text signature signingKey items suspendedItems renews renewedBy
  validFrom validUntil operations events { kind reason handler } } }"""


def the_grant(gateway: Running, number: str, client: str = "demo-provider") -> Any:
    return read(gateway, GRANT, client, id=number)["grant"]


def entries(gateway: Running, kind: str) -> list[dict[str, Any]]:
    """The ledger's entries of one kind, the latest first, as its auditor reads them."""

    async def fetch() -> list[dict[str, Any]]:
        connection = await asyncpg.connect(attach(gateway.folder).dsn(DATABASE, Role.AUDITOR))
        try:
            rows = await connection.fetch(
                "SELECT payload FROM ledger_entry WHERE position($1::bytea IN payload) > 0 ORDER BY sequence DESC",
                f'"kind":"{kind}"'.encode(),
            )
        finally:
            await connection.close()
        return [orjson.loads(row["payload"]) for row in rows]

    return asyncio.run(fetch())


def test_after_a_revocation_is_answered_no_worker_shows_the_item(gateway: Running, grant: str) -> None:
    revoked_at: list[float] = []
    seen: list[tuple[float, bool]] = []
    stop = threading.Event()

    def keep_looking() -> None:
        while not stop.is_set():
            began = time.monotonic()
            seen.append((began, shown(look(gateway))))

    assert everywhere(gateway) == {True}
    with ThreadPoolExecutor(6) as lookers:
        running = [lookers.submit(keep_looking) for _ in range(6)]
        time.sleep(0.5)
        answered = do(gateway, "revokeGrant", "id state", grant=grant, reason="事项已取消", handler="P-3")
        revoked_at.append(time.monotonic())
        time.sleep(0.7)
        stop.set()
        for one in running:
            one.result()
    assert answered.body["data"]["revokeGrant"] == {"id": grant, "state": "REVOKED"}
    assert any(was_shown for began, was_shown in seen if began < revoked_at[0])
    after = [was_shown for began, was_shown in seen if began > revoked_at[0]]
    assert len(after) > 20
    assert not any(after)
    step = next(one for one in entries(gateway, "workflow") if one["outcomes"][0][0] == "revokeGrant")
    assert (step["outcomes"][0][1], step["handler"], step["consumer"]) == (grant, "P-3", CIVIL_AFFAIRS)
    revoked = the_grant(gateway, grant, "demo-developer")["events"][-1]
    assert revoked == {"kind": "REVOKED", "reason": "事项已取消", "handler": None}


def test_what_was_under_way_when_a_revocation_committed_is_decided_again(gateway: Running, grant: str) -> None:
    """The test holds the end of the chain, as any change of rights does: lookups have read and wait to be recorded."""

    async def revoke_meanwhile() -> list[Answered]:
        connection = await asyncpg.connect(attach(gateway.folder).dsn(DATABASE, Role.ADMIN))
        try:
            async with connection.transaction():
                await connection.execute("SELECT FROM ledger_head FOR UPDATE")
                lookups = [asyncio.create_task(asyncio.to_thread(look, gateway)) for _ in range(8)]
                async with asyncio.timeout(10):
                    while not await connection.fetchval(
                        "SELECT count(*) FROM pg_stat_activity"
                        " WHERE application_name = 'oncegate ledger' AND wait_event_type = 'Lock'"
                    ):
                        await asyncio.sleep(0.02)
                await asyncio.sleep(0.3)
                assert not any(one.done() for one in lookups)
                await revoke_grant(connection, grant, "立即撤回")
            return await asyncio.gather(*lookups)
        finally:
            await connection.close()

    assert everywhere(gateway) == {True}
    answers = asyncio.run(revoke_meanwhile())
    assert [shown(one) for one in answers] == [False] * 8
    receipts = {one.sharing["receipt"] for one in answers}
    recorded = [one for one in entries(gateway, "answered") if one["id"] in receipts]
    assert len(recorded) == 8
    assert {outcome[2] for one in recorded for outcome in one["outcomes"] if outcome[1] == MARRIED} == {"WITHHELD"}


def test_a_grant_ends_at_its_instant(gateway: Running) -> None:
    ends = datetime.now(UTC) + timedelta(seconds=2.5)
    give(gateway, granted(valid_until=ends))
    seen: list[tuple[datetime, Answered]] = []
    while datetime.now(UTC) < ends + timedelta(seconds=0.5):
        began = datetime.now(UTC)
        seen.append((began, look(gateway)))
    before = [shown(answered) for began, answered in seen if began < ends - timedelta(seconds=0.3)]
    after = [shown(answered) for began, answered in seen if began >= ends]
    assert len(before) > 5
    assert len(after) > 5
    assert all(before)
    assert not any(after)
    given = {answered.sharing["receipt"] for _, answered in seen if shown(answered)}
    times = [datetime.fromisoformat(one["time"]) for one in entries(gateway, "answered") if one["id"] in given]
    assert len(times) == len(given)
    assert max(times) < ends  # no record of a use after the end


def test_a_lookup_that_a_grants_end_overtook_is_decided_again(gateway: Running) -> None:
    """The register is held, so that the lookup is decided before the end and has its rows after it."""
    ends = datetime.now(UTC) + timedelta(seconds=2)
    give(gateway, granted(valid_until=ends))
    assert shown(look(gateway))

    async def hold() -> Answered:
        connection = await asyncpg.connect(gateway.register_dsn("population", Role.ADMIN))
        try:
            tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            while datetime.now(UTC) < ends - timedelta(seconds=0.6):
                await asyncio.sleep(0.01)
            async with connection.transaction():
                for table in tables:
                    await connection.execute(f'LOCK TABLE "{table["tablename"]}" IN ACCESS EXCLUSIVE MODE')
                lookup = asyncio.create_task(asyncio.to_thread(look, gateway))
                while datetime.now(UTC) < ends + timedelta(seconds=0.2):
                    await asyncio.sleep(0.01)
                assert not lookup.done()
            return await lookup
        finally:
            await connection.close()

    assert not shown(asyncio.run(hold()))


def test_only_its_provider_disposes_of_a_grant(gateway: Running, grant: str) -> None:
    others, held = give(
        gateway,
        granted(provider=SECURITY, department=HALL, items=frozenset({HOUSEHOLD})),
        granted(provider=SECURITY, department=CIVIL_AFFAIRS, items=frozenset({HOUSEHOLD})),
    )
    reason: dict[str, Any] = {"reason": "理由", "handler": "P-3"}
    steps: list[tuple[str, dict[str, Any]]] = [
        ("revokeGrant", {}),
        ("suspendSharing", {}),
        ("narrowGrant", {"operations": ["ab" * 32]}),
    ]
    for step, more in steps:
        assert refused(do(gateway, step, grant=others, **reason, **more)) == "NOT_FOUND"
        assert refused(do(gateway, step, grant="nothing", **reason, **more)) == "NOT_FOUND"
        assert refused(do(gateway, step, grant=held, **reason, **more)) == "NOT_RESPONSIBLE"
        assert refused(do(gateway, step, grant=grant, client="demo-developer", **reason, **more)) == "ROLE_REQUIRED"
        blank = {**reason, "reason": " "}
        assert refused(do(gateway, step, grant=grant, **blank, **more)) == "REASON_REQUIRED"
    until = {"validUntil": "2027-12-31", "handler": "P-3"}
    assert refused(do(gateway, "renewGrant", grant=others, **until)) == "NOT_FOUND"
    assert refused(do(gateway, "renewGrant", grant=held, **until)) == "NOT_RESPONSIBLE"
    assert (
        refused(do(gateway, "requestRenewal", grant=others, note="续", handler="H", client="demo-developer")) == "NOT_FOUND"
    )
    for client in ("demo-auditor", "demo-supervisor", "demo-operator", "demo-citizen"):
        assert refused(do(gateway, "revokeGrant", grant=grant, client=client, **reason)) == "ROLE_REQUIRED"
    items = {"consumer": HOUSING, **reason}
    assert refused(do(gateway, "suspendSharing", items=[HOUSEHOLD], **items)) == "NOT_RESPONSIBLE"
    assert refused(do(gateway, "suspendSharing", items=["999999/000001-001"], **items)) == "NOT_FOUND"
    nowhere = do(gateway, "suspendSharing", items=["Person.nothing"], **items)
    assert refused(nowhere) == "NOT_FOUND"
    assert "`Type.field`" in nowhere.body["errors"][0]["extensions"]["hint"]
    others_item = do(gateway, "suspendSharing", items=["Person.householdNumber"], **items)
    assert refused(others_item) == "NOT_RESPONSIBLE"
    assert others_item.body["errors"][0]["message"] == (
        f"`{HOUSEHOLD}` (户号, `Person.householdNumber`) is provided by another department"
    )
    assert refused(do(gateway, "suspendSharing", grant=grant, **items)) == "INPUT_INVALID"
    assert everywhere(gateway) == {True}
    # who tried stands in the ledger
    tried = {tuple(one["outcomes"][0][:2]) for one in entries(gateway, "workflow")}
    assert {("revokeGrant", others), ("revokeGrant", held), ("suspendSharing", HOUSING)} <= tried


def test_an_officer_who_may_disposes_of_a_grant_and_nobody_else(gateway: Running, grant: str) -> None:
    """Civil affairs has officers: P-1 who handles, P-3 who issues. What gives is issued; what takes away anyone of them."""
    until = {"grant": grant, "validUntil": str(TODAY + timedelta(days=400))}
    stop = {"grant": grant, "reason": "核查"}
    for step, values in (
        ("renewGrant", until), ("revokeGrant", stop), ("suspendSharing", stop),
        ("narrowGrant", {**stop, "operations": ["a"]}), ("resumeSharing", {"suspension": 1, "reason": "核查"}),
    ):  # fmt: skip
        assert refused(do(gateway, step, handler="nobody", **values)) == "NOT_RESPONSIBLE", step
        entry = entries(gateway, "workflow")[0]  # who tried stands in the ledger, as an attempt
        about = "1" if step == "resumeSharing" else grant
        assert (entry["outcomes"], entry["handler"]) == ([[step, about, "REFUSED", "NOT_RESPONSIBLE"]], "nobody")
        assert entry["breaches"] == ["NOT_RESPONSIBLE"]
    assert the_grant(gateway, grant)["state"] == "IN_FORCE"
    assert refused(do(gateway, "renewGrant", handler="P-1", **until)) == "NOT_RESPONSIBLE"
    number = do(gateway, "suspendSharing", handler="P-1", **stop).body["data"]["suspendSharing"]["id"]
    again = {"suspension": number, "reason": "核查无误"}
    assert refused(do(gateway, "resumeSharing", handler="P-1", **again)) == "NOT_RESPONSIBLE"
    assert "errors" not in do(gateway, "resumeSharing", handler="P-3", **again).body


def test_a_renewal_goes_around_no_step_of_the_department(gateway: Running, grant: str) -> None:
    def set_chain(*steps: str) -> None:
        chain = f'mutation {{ setAnswerChain(steps: [{", ".join(steps)}], handler: "P-3") {{ code }} }}'
        assert "errors" not in gateway.ask(chain, client="demo-provider", purpose="").body

    until = {"grant": grant, "validUntil": str(TODAY + timedelta(days=400)), "handler": "P-3"}
    set_chain("HANDLE", "REVIEW", "ISSUE")
    try:
        answered = do(gateway, "renewGrant", **until)
        assert refused(answered) == "STATE_CONFLICT"
        assert "apply anew" in answered.body["errors"][0]["extensions"]["hint"]
        assert entries(gateway, "workflow")[0]["outcomes"] == [["renewGrant", grant, "REFUSED", "STATE_CONFLICT"]]
        assert the_grant(gateway, grant)["renewedBy"] == []
    finally:
        set_chain("ISSUE")
    assert "errors" not in do(gateway, "renewGrant", **until).body


def test_a_suspension_holds_at_once_until_it_is_taken_back(gateway: Running, grant: str) -> None:
    stopped = do(
        gateway,
        "suspendSharing",
        "id grant items",
        consumer=HOUSING,
        items=["Person.isMarried"],
        reason="疑似超范围使用",
        handler="P-3",
    )
    number = stopped.body["data"]["suspendSharing"]["id"]
    assert everywhere(gateway) == {False}
    held = the_grant(gateway, grant, "demo-developer")
    assert (held["state"], held["suspendedItems"]) == ("SUSPENDED", [MARRIED])
    listed = read(gateway, "{ suspensions { id reason suspendedBy } }", "demo-developer")["suspensions"]
    assert {"id": number, "reason": "疑似超范围使用", "suspendedBy": None} in listed
    taken = do(gateway, "resumeSharing", suspension=number, reason="核查无误", handler="P-3", client="demo-provider")
    assert "errors" not in taken.body
    assert everywhere(gateway) == {True}
    kinds = [event["kind"] for event in the_grant(gateway, grant)["events"]]
    assert kinds == ["GRANTED", "SUSPENDED", "RESUMED"]


def test_a_renewal_continues_from_the_end(gateway: Running, grant: str) -> None:
    asked = do(gateway, "requestRenewal", "id", grant=grant, note="仍在办理", handler="H-1", client="demo-developer")
    assert "errors" not in asked.body
    assert [event["kind"] for event in the_grant(gateway, grant)["events"]] == ["GRANTED", "RENEWAL_REQUESTED"]
    former = the_grant(gateway, grant)
    until = TODAY + timedelta(days=400)
    too_long = do(gateway, "renewGrant", grant=grant, validUntil=str(until + timedelta(days=4000)), handler="P-3")
    assert refused(too_long) == "INPUT_INVALID"
    shorter = do(gateway, "renewGrant", grant=grant, validUntil=str(TODAY + timedelta(days=9)), handler="P-3")
    assert refused(shorter) == "INPUT_INVALID"
    renewed = do(gateway, "renewGrant", "id state renews validFrom", grant=grant, validUntil=str(until), handler="P-3")
    later = renewed.body["data"]["renewGrant"]
    assert later == {"id": later["id"], "state": "TO_COME", "renews": grant, "validFrom": former["validUntil"]}
    assert refused(do(gateway, "renewGrant", grant=grant, validUntil=str(until), handler="P-3")) == "STATE_CONFLICT"
    do(gateway, "revokeGrant", grant=grant, reason="事项已取消", handler="P-3")
    assert the_grant(gateway, later["id"])["state"] == "REVOKED"


def test_what_the_catalogue_foresees_no_more_is_not_renewed(gateway: Running) -> None:
    ends = datetime.now(UTC) + timedelta(days=1)
    everywhere_, gone, unconditional = give(
        gateway,
        granted(rows=Rows.ALL, valid_until=ends),
        granted(items=frozenset({"101001/000001-777"}), valid_until=ends),
        granted(items=frozenset({"103001/000001-001"}), valid_until=ends),
    )
    until = {"validUntil": str(TODAY + timedelta(days=100)), "handler": "P-3"}
    assert refused(do(gateway, "renewGrant", grant=everywhere_, **until)) == "CONDITION_UNFORESEEN"
    assert refused(do(gateway, "renewGrant", grant=gone, **until)) == "CONDITION_UNFORESEEN"
    assert refused(do(gateway, "renewGrant", grant=unconditional, **until)) == "INPUT_INVALID"
    for number in (everywhere_, gone, unconditional):
        assert the_grant(gateway, number)["renewedBy"] == []


def test_a_grant_narrowed_to_a_stored_operation(gateway: Running, grant: str) -> None:
    kept = "query Kept($id: IdentityNumber!) { person(idNumber: $id) { isMarried ok: name } }"
    stored = do(
        gateway, "storeOperation", "hash version document consumer", name="婚姻核验", document=kept, handler="H-1",
        client="demo-developer",
    ).body["data"]["storeOperation"]  # fmt: skip
    assert (stored["version"], stored["consumer"]) == (1, HOUSING)
    with_value = f'{{ person(idNumber: "{ADULT}") {{ isMarried }} }}'
    literal = do(
        gateway, "storeOperation", "document", name="带值", document=with_value, handler="H-1", client="demo-developer"
    ).body["data"]["storeOperation"]
    assert ADULT not in literal["document"]
    for document in ("{ myself { client } }", "{ __typename }", 'mutation { closeCase(case: "1") { number } }'):
        nothing = do(gateway, "storeOperation", "hash", name="无", document=document, handler="H-1", client="demo-developer")
        assert refused(nothing) == "INPUT_INVALID"
    wrong = do(gateway, "storeOperation", "hash", name="无", document="{ no }", handler="H-1", client="demo-developer")
    assert refused(wrong) == "VALIDATION_FAILED"
    hashes = {one["hash"] for one in read(gateway, "{ operations { hash } }", "demo-provider")["operations"]}
    assert stored["hash"] in hashes
    reason = {"reason": "限定查询", "handler": "P-3"}
    assert refused(do(gateway, "narrowGrant", grant=grant, operations=["00" * 32], **reason)) == "NOT_FOUND"
    assert refused(do(gateway, "narrowGrant", grant=grant, operations=[], **reason)) == "INPUT_INVALID"
    narrowed = do(gateway, "narrowGrant", "id renews operations", grant=grant, operations=[stored["hash"]], **reason)
    later = narrowed.body["data"]["narrowGrant"]
    assert (later["renews"], later["operations"]) == (grant, [stored["hash"]])
    assert the_grant(gateway, grant)["state"] == "REVOKED"
    try:
        assert shown(look(gateway, kept))
        assert everywhere(gateway) == {False}
    finally:
        do(gateway, "revokeGrant", grant=later["id"], reason="试验结束", handler="P-3")


def test_who_reads_which_grants(gateway: Running, grant: str) -> None:
    listed = "{ grants(first: 100) { total nodes { id provider consumer text signature events { reason } } } }"
    by_client = {
        client: read(gateway, listed, client)["grants"]
        for client in ("demo-provider", "demo-developer", "demo-hall", "demo-auditor", "demo-supervisor", "demo-operator")
    }
    for client, own in (("demo-provider", CIVIL_AFFAIRS), ("demo-developer", HOUSING), ("demo-hall", HALL)):
        assert by_client[client]["nodes"]
        assert all(own in (one["provider"], one["consumer"]) for one in by_client[client]["nodes"])
    assert grant in {one["id"] for one in by_client["demo-provider"]["nodes"]}
    assert grant in {one["id"] for one in by_client["demo-developer"]["nodes"]}
    assert grant not in {one["id"] for one in by_client["demo-hall"]["nodes"]}
    for client in ("demo-auditor", "demo-supervisor", "demo-operator"):
        assert by_client[client]["total"] > by_client["demo-hall"]["total"]
    facts = by_client["demo-operator"]["nodes"]
    assert {(one["text"], one["signature"], event["reason"]) for one in facts for event in one["events"]} == {(None,) * 3}
    stranger = gateway.ask(GRANT, {"id": grant}, client="demo-hall", purpose="")
    unknown = gateway.ask(GRANT, {"id": "0" * 32}, client="demo-hall", purpose="")
    assert stranger.body == unknown.body
    assert refused(stranger) == "NOT_FOUND"
    assert refused(gateway.ask("{ grants { total } }", client="demo-citizen", purpose="")) == "ROLE_REQUIRED"
    told = "query($c: CreditCode, $days: Int) { grants(consumer: $c, expiringWithinDays: $days) { total nodes { id } } }"
    assert read(gateway, told, "demo-hall", c=HOUSING)["grants"]["total"] == 0
    for days, among in ((298, False), (301, True)):
        ending = {one["id"] for one in read(gateway, told, "demo-developer", days=days)["grants"]["nodes"]}
        assert (grant in ending) is among


OVERSEEN = """query($c: CreditCode!, $p: CreditCode!) {
  grants(consumer: $c, provider: $p, first: 100) { total nodes { id } } suspensions { id } operations { hash }
  any: grants(consumer: $c, first: 1) { total } }"""


def test_who_oversees_sees_the_grants_of_its_jurisdiction(gateway: Running, grant: str) -> None:
    """Art. 5: of what a provincial department gave to one of Nanjing, Suzhou learns nothing."""
    office = office_of(gateway)
    document = "query($id: IdentityNumber!) { person(idNumber: $id) { isMarried vitalStatus } }"
    stored = do(
        gateway, "storeOperation", "hash", name="辖区", document=document, handler="H-1", client="demo-developer"
    ).body["data"]["storeOperation"]["hash"]
    stopped = do(gateway, "suspendSharing", grant=grant, reason="核查", handler="P-3").body["data"]["suspendSharing"]["id"]
    for client, sees in (
        *((one, True) for one in ("demo-supervisor", "demo-auditor", "demo-operator", "app-nanjing")),
        *((one, False) for one in ("app-suzhou", "app-suzhou-operator")),
    ):
        told = office.ask(client, OVERSEEN, c=HOUSING, p=CIVIL_AFFAIRS).body["data"]
        assert (grant in {one["id"] for one in told["grants"]["nodes"]}) is sees, client
        assert (told["grants"]["total"] > 0) is sees, client
        assert (stopped in {one["id"] for one in told["suspensions"]}) is sees, client
        gave = told["any"]["total"] > 0  # some other department there may have, and sees what it may narrow that to
        assert (stored in {one["hash"] for one in told["operations"]}) is gave, client
        one, none = (office.ask(client, GRANT, id=number) for number in (grant, "0" * 32))
        assert (one.body == none.body) is not sees, client
        assert sees or refused(one) == "NOT_FOUND"


def test_a_grant_proves_itself(gateway: Running, grant: str) -> None:
    held = the_grant(gateway, grant, "demo-developer")
    verified = gateway.cli("grant", "verify")
    assert "grants verified" in verified.stdout, verified.stderr
    assert grant not in verified.stderr
    assert hashlib.sha256(held["text"].encode()).hexdigest()[:32] == grant
    keys = load_grant_keys(gateway.folder / KEYS)
    assert keys(held["signingKey"], b64decode(held["signature"]), DOMAIN + held["text"].encode())


def test_a_row_entered_by_hand_is_no_right_and_is_counted(gateway: Running) -> None:
    async def enter() -> None:
        connection = await asyncpg.connect(attach(gateway.folder).dsn(DATABASE))  # as the service: it may insert
        try:
            await connection.execute(
                "INSERT INTO sharing_grant (id, consumer, items, form, rows, uses, modes, valid_until, answered_by, basis)"
                " VALUES (repeat('e', 32), $1, $2, 'full', 'own_division', ARRAY['administrative_basis'],"
                " ARRAY['online_lookup'], now() + interval '1 day', $3, '自行添加')",
                *(HOUSING, [MARRIED], CIVIL_AFFAIRS),
            )
        finally:
            await connection.close()

    asyncio.run(enter())
    assert everywhere(gateway) == {False}
    assert any("oncegate_unsound_grants 1.0" in gateway.read("/metrics") for _ in range(10))
    assert not the_grant(gateway, "e" * 32)["sound"]
    anew = do(gateway, "renewGrant", grant="e" * 32, validUntil=str(TODAY + timedelta(days=90)), handler="P-3")
    assert refused(anew) == "STATE_CONFLICT"


USAGE = """query($from: Date!, $to: Date!, $item: String) { usage(from: $from, to: $to, item: $item) {
  countedUntil rows { consumer matter use item requests withheld lastUsedOn } } }"""


def test_a_provider_sees_who_uses_its_data_for_what(gateway: Running, grant: str) -> None:
    china = TODAY
    period = {"from": str(china), "to": str(china), "item": MARRIED}

    def used() -> dict[str, Any]:
        rows = read(gateway, USAGE, "demo-provider", **period)["usage"]["rows"]
        return next((one for one in rows if (one["consumer"], one["matter"]) == (HOUSING, "M12")), {"requests": 0})

    before = used()["requests"]
    for _ in range(3):
        assert shown(look(gateway))
    now = used()
    assert now["requests"] == before + 3
    assert (now["use"], now["item"], now["lastUsedOn"]) == ("ADMINISTRATIVE_BASIS", MARRIED, str(china))
    rows = read(gateway, USAGE, "demo-provider", **{**period, "item": None})["usage"]["rows"]
    own = {entry.code for entry in CATALOGUE.entries.values() if entry.provider == CIVIL_AFFAIRS}
    own |= {code for code, parted in CATALOGUE.parted.items() if CIVIL_AFFAIRS in parted.of}
    assert {one["item"] for one in rows} <= own

    def refusal(client: str = "demo-provider", **changes: Any) -> str:
        return refused(gateway.ask(USAGE, {**period, **changes}, client=client, purpose=""))

    assert refusal(item=HOUSEHOLD) == "NOT_RESPONSIBLE"
    assert refusal(item="no such item") == "NOT_FOUND"
    assert refusal(**{"from": str(china - timedelta(days=92))}) == "INPUT_INVALID"
    assert refusal(to=str(china - timedelta(days=1))) == "INPUT_INVALID"
    for client in ("demo-developer", "demo-operator", "demo-auditor", "demo-citizen"):
        assert refusal(client) == "ROLE_REQUIRED"
