"""The catalogue's life over HTTP, on two workers: who may do what, what is refused, how a version is taken under load."""

import asyncio
import itertools
import json
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from catalogue.load import load_catalogue
from demo.stories import STORIES
from resolvers.day import today
from settings import PREFIX, ROOT
from standards.working_days import add_working_days
from storage.access import Role, attach
from tests.conftest import open_folder
from tests.law.themes import REGISTER as THEME
from tests.law.themes import theme
from tests.server.gateway import Running

CATALOGUE = load_catalogue(ROOT / "catalogue")
CODES = {department.name: code for code, department in CATALOGUE.departments.items()}
SOURCES_FILE = (ROOT / "catalogue" / "sources.toml").read_text()
POPULATION = (ROOT / "catalogue" / "registers" / "population.toml").read_text()
COMPANY = next(code for story in STORIES for role, code in story.identifiers.items() if role == "company")
CLIENTS = {
    "police": ("public_security", ("compiler", "provider")),
    "market": ("market_regulation", ("compiler", "provider")),
    "land": ("natural_resources", ("compiler", "provider")),
    "education": ("education", ("provider",)),
    "nanjing": ("nanjing_housing", ("provider",)),
}
PURPOSE = 'matter="M05", use=administrative-basis, handler="h"'
DRAFT = "id state revision findings { path } confirmations { provider { name } standing items } tasks outdated"
EDIT = f"""mutation($register: String, $draft: ID, $edits: [CatalogueItemEdit!]!, $tasks: [ID!]) {{
  editItem(register: $register, draft: $draft, edits: $edits, tasks: $tasks, handler: "h-1") {{ {DRAFT} }} }}"""
WHOLE = f"""mutation($register: String!, $text: String!, $draft: ID, $revision: Int) {{
  draftCatalogue(register: $register, text: $text, draft: $draft, revision: $revision, handler: "h-1") {{ {DRAFT} }} }}"""
SUBMIT = f'mutation($draft: ID!) {{ submitCatalogue(draft: $draft, handler: "h-1") {{ {DRAFT} }} }}'
CONFIRM = f"""mutation($draft: ID!, $accept: Boolean!, $reason: String! = "") {{
  confirmItems(draft: $draft, accept: $accept, reason: $reason, handler: "h-2") {{ {DRAFT} }} }}"""
PUBLISH = """mutation($draft: ID!, $ack: Boolean! = false) {
  publishCatalogue(draft: $draft, acknowledgeBreaking: $ack, handler: "h-1") { version changes { coordinate kind } } }"""
SOURCES = "{ datum items sources { provider { name } division without } verifying { department { name } } }"
CLAIM = f"""mutation($item: String!, $division: String!) {{
  claimSource(item: $item, division: $division, handler: "h-3") {SOURCES} }}"""
RELEASE = CLAIM.replace("claimSource", "releaseSource").replace("$division: String!", "$division: String!, $to: CreditCode!")
RELEASE = RELEASE.replace("division: $division", "division: $division, to: $to")


class Patient(Running):
    """A gateway that takes its time: what is tried here is order and outcome, on whatever machine."""

    @property
    def sources(self) -> Path:
        return self.folder / "sources.toml"

    def environment(self) -> dict[str, str]:
        own = {f"{PREFIX}LIMITS__REQUEST_MS": "30000", f"{PREFIX}SOURCES": str(self.sources)}
        return {**super().environment(), **own}


@dataclass
class House:
    """A gateway whose catalogue may change, and clients of its departments."""

    gateway: Patient
    secrets: dict[str, str]

    def ask(self, query: str, client: str = "police", purpose: str = "", **variables: Any) -> dict[str, Any]:
        return self.gateway.ask(query, variables, client=client, purpose=purpose, secret=self.secrets.get(client)).body

    def do(self, query: str, client: str = "police", **variables: Any) -> dict[str, Any]:
        """The field's answer; it must have been given."""
        body = self.ask(query, client, **variables)
        assert "errors" not in body, body
        (found,) = body["data"].values()
        return found  # type: ignore[no-any-return]

    def refused(self, query: str, client: str = "police", **variables: Any) -> dict[str, Any]:
        """The extensions of the error; nothing must have been given."""
        body = self.ask(query, client, **variables)
        assert body.get("data") is None or set(body["data"].values()) == {None}, body
        extensions: dict[str, Any] = body["errors"][0]["extensions"]
        return extensions

    def published(self, register: str, client: str, *edits: dict[str, Any], confirm: tuple[str, ...] = ()) -> dict[str, Any]:
        """The edits published, with what breaks acknowledged."""
        draft = self.do(EDIT, client, register=register, edits=list(edits))["id"]
        self.do(SUBMIT, client, draft=draft)
        for provider in confirm:
            self.do(CONFIRM, provider, draft=draft, accept=True)
        return self.do(PUBLISH, client, draft=draft, ack=True)

    def version(self) -> int:
        return int(self.do("{ catalogueVersions { version } }")[0]["version"])  # type: ignore[index]


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    gateway = Patient(open_folder(), ("demo", "--port", "0", "--persons", "200", "--workers", "2"))
    gateway.sources.write_text(SOURCES_FILE)
    gateway.start()
    secrets = {}
    for client, (department, roles) in CLIENTS.items():
        made = gateway.cli(
            "client", "create", client, "--department", department, "--network", "127.0.0.0/8", "--introspection",
            "--rate", "1000", *(word for role in roles for word in ("--role", role)),
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        secrets[client] = made.stdout.split()[-1]
    yield House(gateway, secrets)
    gateway.end(signal.SIGTERM)
    gateway.remove()


def until(holds: Callable[[], bool], times: int) -> None:
    """Until it holds so many times in a row: as often as two workers would hardly miss each other."""
    deadline, seen = time.monotonic() + 20, 0
    while seen < times:
        assert time.monotonic() < deadline
        seen = seen + 1 if holds() else 0


def change_as_owner(house: House, statement: str) -> None:
    """What no service may do: give kept rows another time."""

    async def change() -> None:
        connection = await asyncpg.connect(attach(house.gateway.folder).dsn("oncegate", Role.OWNER))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(change())


def entries_with(house: House, words: str) -> int:
    """How many entries of the ledger say these words."""

    async def count() -> int:
        connection = await asyncpg.connect(attach(house.gateway.folder).dsn("oncegate", Role.AUDITOR))
        try:
            return int(await connection.fetchval(
                "SELECT count(*) FROM ledger_entry WHERE position($1::bytea IN payload) > 0", words.encode()
            ))  # fmt: skip
        finally:
            await connection.close()

    return asyncio.run(count())


TITLES = (f"第{number}次修改" for number in itertools.count(1))


def title(coordinate: str) -> dict[str, Any]:
    """An edit that changes nothing for anybody but in words."""
    return {"coordinate": coordinate, "title": next(TITLES)}


class TestArticle9:
    """谁编制、谁负责: only the compiler edits; providers confirm their items."""

    def test_from_draft_to_version(self, house: House) -> None:
        before = house.version()
        draft = house.do(EDIT, register="population", edits=[title("Person.sex")])
        assert (draft["state"], draft["revision"], draft["findings"], draft["confirmations"]) == ("DRAFTED", 1, [], [])
        assert house.refused(PUBLISH, draft=draft["id"])["code"] == "STATE_CONFLICT"
        assert house.do(SUBMIT, draft=draft["id"])["state"] == "SUBMITTED"
        assert house.do(PUBLISH, draft=draft["id"]) == {"version": before + 1, "changes": []}
        kept = house.do(
            """query($d: ID!) { catalogueDraft(draft: $d) {
              state publishedVersion history { act department handler text } } }""",
            d=draft["id"],
        )
        assert (kept["state"], kept["publishedVersion"]) == ("PUBLISHED", before + 1)
        assert [step["act"] for step in kept["history"]] == ["DRAFT", "SUBMIT", "PUBLISH"]
        assert {(step["department"], step["handler"]) for step in kept["history"]} == {(CODES["public_security"], "h-1")}
        assert kept["history"][0]["text"].startswith("# 人口基础信息库")
        assert house.refused(SUBMIT, draft=draft["id"])["code"] == "STATE_CONFLICT"

    def test_another_department_may_not_edit_submit_publish_or_withdraw(self, house: House) -> None:
        refused = house.refused(EDIT, "market", register="population", edits=[title("Person.sex")])
        assert (refused["code"], refused["article"]) == ("NOT_RESPONSIBLE", "Art. 9")
        draft = house.do(EDIT, register="population", edits=[title("Person.education")])["id"]
        withdraw = 'mutation($draft: ID!) { withdrawCatalogue(draft: $draft, reason: "重来", handler: "h") { state } }'
        for step in (SUBMIT, PUBLISH, withdraw):
            assert house.refused(step, "market", draft=draft)["code"] == "NOT_FOUND"
            assert house.refused(step, "education", draft=draft)["code"] == "ROLE_REQUIRED"
        assert (
            house.refused(EDIT, "demo-auditor", register="population", edits=[title("Person.sex")])["code"]
            == "ROLE_REQUIRED"
        )
        assert house.do(withdraw, draft=draft)["state"] == "WITHDRAWN"
        assert house.refused(withdraw, draft=draft)["code"] == "STATE_CONFLICT"

    def test_a_withdrawal_needs_a_reason(self, house: House) -> None:
        draft = house.do(EDIT, register="population", edits=[title("Person.sex")])["id"]
        step = """mutation($draft: ID!, $reason: String!) {
          withdrawCatalogue(draft: $draft, reason: $reason, handler: "h") { state } }"""
        assert house.refused(step, draft=draft, reason=" ")["code"] == "REASON_REQUIRED"
        assert house.do(step, draft=draft, reason="不再需要")["state"] == "WITHDRAWN"

    def test_providers_confirm_and_an_edit_voids_what_it_changes(self, house: House) -> None:
        draft = house.do(EDIT, register="population", edits=[title("Person.education"), title("MarriageRecord.status")])
        asked = {one["provider"]["name"]: one for one in draft["confirmations"]}
        assert {name: one["standing"] for name, one in asked.items()} == {"education": "MISSING", "civil_affairs": "MISSING"}
        assert asked["education"]["items"] == ["Person.education"]
        number = draft["id"]
        assert house.refused(CONFIRM, "education", draft=number, accept=True)["code"] == "STATE_CONFLICT"
        house.do(SUBMIT, draft=number)
        assert house.refused(CONFIRM, "nanjing", draft=number, accept=True)["code"] == "NOT_FOUND"
        assert house.refused(CONFIRM, "education", draft=number, accept=False)["code"] == "REASON_REQUIRED"
        house.do(CONFIRM, "demo-provider", draft=number, accept=True)
        house.do(CONFIRM, "education", draft=number, accept=False, reason="名称不妥")
        refused = house.refused(PUBLISH, draft=number)
        assert refused["code"] == "PUBLISH_REFUSED"
        assert [(one["article"], "名称不妥" in one["message"]) for one in refused["findings"]] == [("Art. 9", True)]
        house.do(EDIT, draft=number, edits=[title("Person.education")])
        house.do(SUBMIT, draft=number)
        query = "query($d: ID!) { catalogueDraft(draft: $d) { confirmations { provider { name } standing } } }"
        found = {one["provider"]["name"]: one["standing"] for one in house.do(query, d=number)["confirmations"]}
        assert found == {"education": "VOID", "civil_affairs": "CONFIRMED"}
        house.do(CONFIRM, "education", draft=number, accept=True)
        assert house.do(PUBLISH, draft=number)["version"] == house.version()

    def test_drafts_are_seen_by_whom_they_concern(self, house: House) -> None:
        number = house.do(EDIT, register="population", edits=[title("Person.education")])["id"]
        query = "{ catalogueDrafts(first: 100) { id } }"
        seen = {
            client: number in {one["id"] for one in house.do(query, client)}  # type: ignore[index]
            for client in ("police", "education", "market", "demo-supervisor", "demo-auditor", "demo-hall")
        }
        assert seen == {
            "police": True, "education": True, "market": False, "demo-supervisor": True, "demo-auditor": True,
            "demo-hall": False,
        }  # fmt: skip

    def test_a_file_that_was_published_meanwhile_is_not_overwritten(self, house: House) -> None:
        first = house.do(EDIT, register="population", edits=[title("Person.sex")])["id"]
        house.published("population", "police", title("Person.age"))
        query = "query($d: ID!) { catalogueDraft(draft: $d) { outdated } }"
        assert house.do(query, d=first)["outdated"] is True
        house.do(SUBMIT, draft=first)
        refused = house.refused(PUBLISH, draft=first)
        assert (refused["code"], refused["article"]) == ("STATE_CONFLICT", "Art. 9")

    def test_an_edit_of_a_former_revision_is_refused(self, house: House) -> None:
        draft = house.do(EDIT, register="population", edits=[title("Person.sex")])
        house.do(EDIT, draft=draft["id"], edits=[title("Person.sex")])
        refused = house.refused(WHOLE, register="population", text=POPULATION, draft=draft["id"], revision=1)
        assert refused["code"] == "STATE_CONFLICT"

    def test_two_registers_published_at_once_make_two_versions(self, house: House) -> None:
        before = house.version()
        drafts = [
            ("police", house.do(EDIT, register="population", edits=[title("Person.sex")])["id"]),
            ("market", house.do(EDIT, "market", register="legal_entity", edits=[title("LegalEntity.name")])["id"]),
        ]
        for client, draft in drafts:
            house.do(SUBMIT, client, draft=draft)
        made: list[int] = []
        threads = [
            threading.Thread(
                target=lambda client, draft: made.append(house.do(PUBLISH, client, draft=draft)["version"]), args=one
            )
            for one in drafts
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(made) == [before + 1, before + 2]


class TestBadInput:
    """A coded error names article and remedy, and changes nothing."""

    @pytest.mark.parametrize(
        ("edit", "path", "article"),
        [
            ({"coordinate": "Person.sex", "sharingType": "CONDITIONAL", "terms": "residence", "forms": ["FULL"]},
             "resource.Person.item.sex.sharing", "Art. 11(2)"),
            ({"coordinate": "Person.phone", "sharingType": "NOT_SHARED",
              "basis": {"title": "敏感", "number": "中华人民共和国主席令第四十五号", "clause": "第一条", "class": "法律"}},
             "resource.Person.item.phone.basis", "Art. 11(1)"),
            ({"coordinate": "Person.phone", "terms": None}, "resource.Person.item.phone.condition", "Art. 15"),
            ({"coordinate": "Person.phone", "provider": "nobody"}, "resource.Person.item.phone.provider", "Art. 4(3)"),
            ({"coordinate": "Person.nothing", "title": "无"}, "resource.Person.item.nothing", ""),
        ],
    )  # fmt: skip
    def test_what_breaks_a_rule_is_refused_at_once(
        self, house: House, edit: dict[str, Any], path: str, article: str
    ) -> None:
        refused = house.refused(EDIT, register="population", edits=[edit])
        assert refused["code"] == "INPUT_INVALID"
        assert path in {one["path"] for one in refused["findings"]}
        assert article in refused.get("article", "")
        assert all(one["hint"] for one in refused["findings"])
        open_ones = house.do("{ catalogueDrafts(states: [DRAFTED]) { text } }")
        assert all("nobody" not in one["text"] for one in open_ones)  # type: ignore[index]

    def test_a_departmental_rule_is_no_basis(self, house: House) -> None:
        basis = {"title": "某办法", "number": "某部令第1号", "clause": "第一条", "class": "部门规章"}
        edit = {"coordinate": "Person.phone", "sharingType": "NOT_SHARED", "basis": basis}
        refused = house.refused(EDIT, register="population", edits=[edit])
        assert (refused["code"], refused["article"]) == ("INPUT_INVALID", "Art. 11(1)")

    @pytest.mark.parametrize("text", ["[register", '[register]\nname = "licence"\n', "x = 1"])
    def test_a_text_that_is_not_the_registers_is_refused(self, house: House, text: str) -> None:
        refused = house.refused(WHOLE, register="population", text=text)
        assert refused["code"] == "INPUT_INVALID"
        assert refused["findings"]

    def test_nobody_drafts_a_theme_in_anothers_name(self, house: House) -> None:
        text = theme("civil_affairs", ["civil_affairs", "education"])
        assert house.refused(WHOLE, register=THEME, text=text)["code"] == "NOT_RESPONSIBLE"
        assert house.do(WHOLE, "demo-provider", register=THEME, text=text)["state"] == "DRAFTED"

    @pytest.mark.parametrize(
        ("register", "providers", "path"),
        [("../x", ["civil_affairs", "education"], "register.name"), (THEME, [], "register")],
        ids=["an ill name", "nothing in it"],
    )
    def test_an_ill_named_or_empty_theme_is_refused(
        self, house: House, register: str, providers: list[str], path: str
    ) -> None:
        text = theme("civil_affairs", providers, register)
        refused = house.refused(WHOLE, "demo-provider", register=register, text=text)
        assert (refused["code"], [one["path"] for one in refused["findings"]]) == ("INPUT_INVALID", [path])
        assert house.refused(WHOLE, "demo-provider", register=register, text=" ")["code"] == "INPUT_INVALID"

    def test_an_edit_of_an_unknown_register_says_which_there_are(self, house: House) -> None:
        refused = house.refused(EDIT, register="nope", edits=[title("Person.sex")])
        assert (refused["code"], refused["article"], "`population`" in refused["hint"]) == ("NOT_FOUND", "Art. 7", True)

    def test_a_theme_is_published_and_withdrawn(self, house: House) -> None:
        step = f"""mutation($register: String!, $tasks: [ID!]) {{ withdrawRegister(register: $register, tasks: $tasks,
          reason: "任务已完成", handler: "h-1") {{ {DRAFT} text }} }}"""
        report = """mutation($register: String!) { reportChange(register: $register, kind: FUNCTION, basis: "机构改革",
          effectiveOn: "2026-03-02", handler: "h-9") { id } }"""
        assert house.refused(step, register="population")["article"] == "Art. 11(2)"
        assert house.refused(step, "demo-provider", register="nope")["code"] == "NOT_FOUND"
        entries = "query($v: Int) { catalogueAt(version: $v) { entries { coordinate } } }"

        def made(draft: dict[str, Any]) -> set[str]:
            house.do(SUBMIT, "demo-provider", draft=draft["id"])
            missing = house.refused(PUBLISH, "demo-provider", draft=draft["id"], ack=True)
            assert [one["article"] for one in missing["findings"]] == ["Art. 9"]
            house.do(CONFIRM, "education", draft=draft["id"], accept=True)
            version = house.do(PUBLISH, "demo-provider", draft=draft["id"], ack=True)["version"]
            return {one["coordinate"] for one in house.do(entries, v=version)["entries"]}

        text = theme("civil_affairs", ["civil_affairs", "education"])
        assert "CareHome.number" in made(house.do(WHOLE, "demo-provider", register=THEME, text=text))
        assert house.refused(step, "police", register=THEME)["code"] == "NOT_RESPONSIBLE"
        stated, other = (house.do(report, "education", register=THEME)["id"] for _ in range(2))
        assert house.refused(step, "demo-provider", register=THEME, tasks=["999"])["code"] == "NOT_FOUND"
        draft = house.do(step, "demo-provider", register=THEME, tasks=[stated])
        assert (draft["text"], draft["findings"], draft["tasks"]) == ("", [], [stated])
        assert not {one for one in made(draft) if one.startswith("CareHome")}
        assert house.refused(step, "demo-provider", register=THEME)["code"] == "NOT_FOUND"
        tasks = house.do("{ changeTasks { id completedVersion } }", "demo-provider")
        ended = {one["id"]: one["completedVersion"] for one in tasks}  # type: ignore[index]
        assert {str(ended[one]) for one in (stated, other)} == {str(house.version())}


class TestPublishing:
    def test_what_breaks_documents_must_be_acknowledged(self, house: House) -> None:
        before = house.version()
        step = f"""mutation {{ withdrawItem(register: "legal_entity", coordinate: "LegalEntity.operatingTermUntil",
          reason: "不再登记", handler: "h-1") {{ {DRAFT} changes {{ coordinate kind }} }} }}"""
        draft = house.do(step, "market")
        assert {"coordinate": "LegalEntity.operatingTermUntil", "kind": "REMOVED"} in draft["changes"]
        house.do(SUBMIT, "market", draft=draft["id"])
        refused = house.refused(PUBLISH, "market", draft=draft["id"])
        assert refused["code"] == "PUBLISH_REFUSED"
        assert "LegalEntity.operatingTermUntil" in {one["path"] for one in refused["findings"]}
        assert {"LegalEntity.operatingTermUntil"} <= {one["coordinate"] for one in refused["changes"]}
        assert house.version() == before
        changes = house.do("query($d: ID!) { catalogueChanges(draft: $d) { coordinate kind } }", "market", d=draft["id"])
        assert changes == draft["changes"]
        assert house.do(PUBLISH, "market", draft=draft["id"], ack=True)["version"] == before + 1
        shown = '{ __type(name: "LegalEntity") { fields { name } } }'
        until(lambda: "operatingTermUntil" not in str(house.ask(shown)), times=20)
        gone = house.ask("query($c: CreditCode!) { legalEntity(creditCode: $c) { operatingTermUntil } }", "demo-hall",
                         PURPOSE, c=COMPANY)  # fmt: skip
        assert gone["errors"][0]["extensions"]["code"] == "VALIDATION_FAILED"

    def test_the_catalogue_as_of_a_version_and_a_day(self, house: House) -> None:
        at = """query($v: Int, $d: Date) { catalogueAt(version: $v, day: $d) {
          version { version } current sdl entries { coordinate sharingType } } }"""
        first = house.do(at, v=1)
        assert (first["version"]["version"], first["current"]) == (1, False)
        assert "operatingTermUntil" in first["sdl"]
        assert {"coordinate": "LegalEntity.operatingTermUntil", "sharingType": "UNCONDITIONAL"} in first["entries"]
        now = house.do(at, d=(today(time.time()) + timedelta(days=1)).isoformat())
        assert (now["version"]["version"], now["current"]) == (house.version(), True)
        assert house.refused(at, v=999)["code"] == "NOT_FOUND"
        assert house.refused(at, d="2001-01-01")["code"] == "NOT_FOUND"
        assert house.refused(at)["code"] == "INPUT_INVALID"
        assert house.refused(at, "demo-citizen", v=1)["code"] == "INTROSPECTION_DISABLED"


class TestUnderLoad:
    def test_workers_take_a_version_without_failing_a_request(self, house: House) -> None:
        query = "query($c: CreditCode!) { legalEntity(creditCode: $c) { name businessScope } }"
        ending = threading.Event()
        bad: list[Any] = []
        counted: list[int] = []

        def load() -> None:
            count = 0
            while not ending.is_set():
                answered = house.gateway.ask(query, {"c": COMPANY}, purpose=PURPOSE)
                count += 1
                if answered.status != 200 or "errors" in answered.body or not answered.body["data"]["legalEntity"]["name"]:
                    bad.append(answered.body)
            counted.append(count)

        assert house.ask(query, "demo-hall", PURPOSE, c=COMPANY)["data"]["legalEntity"]["businessScope"]
        threads = [threading.Thread(target=load) for _ in range(4)]
        for thread in threads:
            thread.start()
        try:
            new = {"coordinate": "LegalEntity.registrationNumber", "isNew": True, "title": "注册号", "type": "String",
                   "kind": "BUSINESS", "sharingType": "UNCONDITIONAL", "note": "Registration number.",
                   "noteZh": "登记机关编列的注册号"}  # fmt: skip
            narrow = {
                "coordinate": "LegalEntity.businessScope", "sharingType": "CONDITIONAL", "condition": "依法需要",
                "scope": "政务部门", "uses": ["ADMINISTRATIVE_BASIS"], "forms": ["FULL"], "rows": ["ALL"],
            }  # fmt: skip
            house.published("legal_entity", "market", new, narrow)
            # from the next request on, in every worker: the ledger takes no answer that a former version decided
            for _ in range(20):
                answered = house.ask(query, "demo-hall", PURPOSE, c=COMPANY)
                assert answered["data"]["legalEntity"]["businessScope"] is None
                assert answered["extensions"]["sharing"]["outcomes"][0]["outcome"] == "WITHHELD"
        finally:
            ending.set()
            for thread in threads:
                thread.join()
        assert bad == []
        assert sum(counted) > 50
        until(
            lambda: "registrationNumber" in str(house.ask('{ __type(name: "LegalEntity") { fields { name } } }')), times=20
        )

    def test_an_item_that_no_source_binds_yet_is_not_connected(self, house: House) -> None:
        query = "query($c: CreditCode!) { legalEntity(creditCode: $c) { name registrationNumber } }"
        answered = house.ask(query, "demo-hall", PURPOSE, c=COMPANY)
        (error,) = answered["errors"]
        assert (error["extensions"]["code"], error["extensions"]["reason"]) == ("SOURCE_UNAVAILABLE", "NOT_CONNECTED")
        assert error["path"] == ["legalEntity", "registrationNumber"]
        assert answered["data"]["legalEntity"]["name"]  # the rest of the row stands

    def test_the_sources_file_is_read_again_with_each_version_and_may_be_broken(self, house: House) -> None:
        query = "query($c: CreditCode!) { legalEntity(creditCode: $c) { registrationNumber } }"
        head = "[resources.LegalEntity.columns]\n"
        bound = SOURCES_FILE.replace(head, f'{head}registrationNumber = "credit_code"\n')
        for text in (
            bound,
            "[sources",
            SOURCES_FILE.replace("env:", "env:NOT_SET_") + "\n[sources.x]\nconnector = 'none'\n",
        ):
            house.gateway.sources.write_text(text)
            house.published("population", "police", title("Person.sex"))
            for _ in range(6):
                answered = house.ask(query, "demo-hall", PURPOSE, c=COMPANY)
                assert answered["data"]["legalEntity"] == {"registrationNumber": COMPANY}
        house.gateway.sources.write_text(bound)

    def test_it_starts_again_with_what_was_published(self, house: House) -> None:
        version = house.version()
        house.gateway.end(signal.SIGTERM)
        house.gateway.start()
        assert house.version() == version
        query = "query($c: CreditCode!) { legalEntity(creditCode: $c) { name businessScope } }"
        answered = house.ask(query, "demo-hall", PURPOSE, c=COMPANY)
        assert answered["data"]["legalEntity"]["name"]
        assert answered["data"]["legalEntity"]["businessScope"] is None


class TestChangeEvents:
    """Art. 9: fifteen working days from the day on which the change takes effect."""

    def test_a_task_is_due_overdue_and_completed_by_publishing(self, house: House) -> None:
        report = """mutation($on: Date!) { reportChange(register: "population", kind: LAW, basis: "《户口登记条例》修订",
          effectiveOn: $on, handler: "h-9") { id dueOn provisional overdue completedAt } }"""
        task = house.do(report, on="2026-03-02")
        due = add_working_days(date(2026, 3, 2), 15)
        assert (task["dueOn"], task["provisional"], task["completedAt"]) == (due.date.isoformat(), due.provisional, None)
        assert task["overdue"] is (today(time.time()) > due.date)
        later = house.do(report, on=(today(time.time()) + timedelta(days=1)).isoformat())
        assert later["overdue"] is False
        overdue = house.do("{ changeTasks(overdueOnly: true) { id } }", "demo-supervisor")
        assert (task["id"] in {one["id"] for one in overdue}) is task["overdue"]  # type: ignore[index]
        refused = house.refused(EDIT, register="population", edits=[title("Person.sex")], tasks=["999"])
        assert refused["code"] == "NOT_FOUND"
        draft = house.do(EDIT, register="population", edits=[title("Person.sex")], tasks=[task["id"]])["id"]
        house.do(SUBMIT, draft=draft)
        version = house.do(PUBLISH, draft=draft)["version"]
        tasks = house.do("{ changeTasks { id completedVersion } }")
        assert {one["id"]: one["completedVersion"] for one in tasks}[task["id"]] == version  # type: ignore[index]
        assert not house.do("{ changeTasks(overdueOnly: true) { id } }")
        assert not house.do("{ changeTasks { id } }", "nanjing")

    def test_whom_it_does_not_concern_reports_nothing(self, house: House) -> None:
        report = """mutation { reportChange(register: "population", kind: FUNCTION, basis: "机构改革",
          effectiveOn: "2026-03-02", handler: "h") { id } }"""
        assert house.refused(report, "nanjing")["code"] == "NOT_RESPONSIBLE"
        assert house.refused(report, "demo-hall")["code"] == "ROLE_REQUIRED"


class TestOneDatumOneSource:
    """Art. 4(3) 一数一源: an overlapping claim is refused and recorded; verifying sources are named."""

    def breaches(self, house: House) -> int:
        return entries_with(house, '"breaches":["SOURCE_CLAIMED"]')

    def test_a_city_claims_what_the_province_let_go(self, house: House) -> None:
        nanjing, other, land = (CODES[name] for name in ("nanjing_housing", "nanjing_education", "natural_resources"))
        before = self.breaches(house)
        refused = house.refused(CLAIM, "nanjing", item="LandParcel.price", division="320100")
        assert (refused["code"], refused["article"]) == ("SOURCE_CLAIMED", "Art. 4(3)")
        assert self.breaches(house) == before + 1
        assert house.refused(CLAIM, "nanjing", item="LandParcel.price", division="320500")["code"] == "NOT_RESPONSIBLE"
        assert (
            house.refused(RELEASE, "land", item="LandParcel.price", division="320000", to=nanjing)["code"]
            == "STATE_CONFLICT"
        )
        house.do(RELEASE, "land", item="LandParcel.price", division="320100", to=other)
        unasked = house.refused(CLAIM, "nanjing", item="LandParcel.price", division="320100")
        assert (unasked["code"], unasked["article"]) == ("NOT_RESPONSIBLE", "Art. 4(3)")
        house.do(RELEASE, "land", item="LandParcel.price", division="320100", to=nanjing)
        made = house.do(CLAIM, "nanjing", item="LandParcel.price", division="320100")
        assert [(one["provider"]["name"], one["division"], one["without"]) for one in made["sources"]] == [
            ("natural_resources", "320000", ["320100"]),
            ("nanjing_housing", "320100", []),
        ]
        again = house.do(CLAIM, "nanjing", item="LandParcel.price", division="320102")
        assert again["sources"] == made["sources"]
        assert house.refused(CLAIM, "land", item="LandParcel.price", division="320100")["code"] == "SOURCE_CLAIMED"
        house.do(RELEASE, "nanjing", item="LandParcel.price", division="320100", to=land)
        back = house.do(CLAIM, "land", item="LandParcel.price", division="320100")
        assert [(one["provider"]["name"], one["without"]) for one in back["sources"]] == [("natural_resources", [])]

    def test_verifying_sources_are_named_by_the_source(self, house: House) -> None:
        step = f"""mutation($d: String!) {{
          nameVerifyingSource(item: "LandParcel.price", department: $d, handler: "h") {SOURCES} }}"""
        assert house.refused(step, "education", d=CODES["taxation"])["code"] == "NOT_RESPONSIBLE"
        assert house.refused(step, "land", d=CODES["natural_resources"])["code"] == "INPUT_INVALID"
        made = house.do(step, "land", d=CODES["taxation"])
        assert [one["department"]["name"] for one in made["verifying"]] == ["taxation"]

    def test_a_verifying_source_is_taken_back_by_who_named_it_and_stays_listed_for_its_days(self, house: House) -> None:
        price, tax = "LandParcel.areaSquareMetres", CODES["taxation"]
        step = f"""mutation($i: String!, $d: String!) {{
          nameVerifyingSource(item: $i, department: $d, handler: "h") {SOURCES} }}"""
        back = f"""mutation($i: String!, $d: String!, $r: String!) {{
          withdrawVerifyingSource(item: $i, department: $d, reason: $r, handler: "h") {SOURCES} }}"""
        listed = """query($i: String!, $on: Date) { sources(item: $i) {
          verifying(on: $on) { department { name } endedAt endedReason } } }"""
        house.do(step, "land", i=price, d=tax)
        refused = house.refused(back, "police", i=price, d=tax, r="x")
        assert (refused["code"], refused["article"]) == ("NOT_RESPONSIBLE", "Art. 4(3)")
        assert house.refused(back, "land", i=price, d=tax, r=" ")["code"] == "REASON_REQUIRED"
        before = entries_with(house, '"withdrawVerifyingSource"')
        assert house.do(back, "land", i=price, d=tax, r="不再采集")["verifying"] == []
        assert entries_with(house, '"withdrawVerifyingSource"') == before + 1
        assert house.refused(back, "land", i=price, d=tax, r="不再采集")["code"] == "NOT_FOUND"
        change_as_owner(
            house,
            "UPDATE verifying_source SET at = at - interval '3 days', ended_at = ended_at - interval '1 day'"
            " WHERE ended_at IS NOT NULL",
        )
        days = [today(time.time()) - timedelta(days=ago) for ago in (4, 2, 1, 0)]
        told = [house.do(listed, "police", i=price, on=day.isoformat())["verifying"] for day in days]
        assert [[one["endedReason"] for one in of_day] for of_day in told] == [[], ["不再采集"], [], []]
        assert house.refused(listed, "police", i=price, on="0001-01-01")["code"] == "INPUT_INVALID"
        again = house.do(step, "land", i=price, d=tax)
        assert [one["department"]["name"] for one in again["verifying"]] == ["taxation"]

    def test_an_item_whose_source_is_another_providers_is_refused_and_recorded(self, house: House) -> None:
        before = self.breaches(house)
        copy = {"coordinate": "LegalEntity.schooling", "isNew": True, "title": "法定代表人学历", "type": "String",
                "kind": "BUSINESS", "sharingType": "UNCONDITIONAL", "datum": "natural_person.education"}  # fmt: skip
        named = {"coordinate": "Person.education", "datum": "natural_person.education"}
        house.published("population", "police", named, confirm=("education",))
        refused = house.refused(EDIT, "market", register="legal_entity", edits=[copy])
        assert (refused["code"], refused["article"]) == ("SOURCE_CLAIMED", "Art. 4(3)")
        assert self.breaches(house) == before + 1

    def test_what_became_anothers_after_it_was_drafted_is_refused_at_publishing(self, house: House) -> None:
        copy = {"coordinate": "LegalEntity.birthplace", "isNew": True, "title": "法定代表人出生地", "type": "String",
                "kind": "BUSINESS", "sharingType": "UNCONDITIONAL", "datum": "natural_person.birthplace"}  # fmt: skip
        draft = house.do(EDIT, "market", register="legal_entity", edits=[copy])["id"]
        house.do(SUBMIT, "market", draft=draft)
        house.published("population", "police", {"coordinate": "Person.birthplace", "datum": "natural_person.birthplace"})
        before = self.breaches(house)
        refused = house.refused(PUBLISH, "market", draft=draft)
        assert refused["code"] == "SOURCE_CLAIMED"
        assert "resource.LegalEntity.item.birthplace" in {one["path"] for one in refused["findings"]}
        assert self.breaches(house) == before + 1


class TestFormerChecks:
    """What a former version of the program published is served on; a rule that came later is held against drafts."""

    EMPTY = "former_theme"

    def publish_as_then(self, house: House) -> int:
        """An empty theme, as it could be published before a theme needed two departments."""

        async def insert() -> int:
            connection = await asyncpg.connect(attach(house.gateway.folder).dsn("oncegate", Role.OWNER))
            try:
                row = await connection.fetchrow(
                    "SELECT version, document FROM catalogue_version ORDER BY version DESC LIMIT 1"
                )
                assert row is not None
                documents = {
                    **json.loads(row["document"]),
                    f"themes/{self.EMPTY}.toml": theme("civil_affairs", [], self.EMPTY),
                }
                await connection.execute(
                    "INSERT INTO catalogue_version (version, document, published_by) VALUES ($1, $2, $3)",
                    *(row["version"] + 1, json.dumps(documents, ensure_ascii=False), CODES["civil_affairs"]),
                )
                return int(row["version"]) + 1
            finally:
                await connection.close()

        return asyncio.run(insert())

    def test_a_gateway_starts_on_it_goes_on_publishing_and_mends_it(self, house: House) -> None:
        version = self.publish_as_then(house)
        house.gateway.end(signal.SIGTERM)
        house.gateway.start()
        at = "query($v: Int) { catalogueAt(version: $v) { current files { path } } }"
        assert f"themes/{self.EMPTY}.toml" in {one["path"] for one in house.do(at, v=version)["files"]}
        new = theme("civil_affairs", ["civil_affairs"])
        refused = house.refused(WHOLE, "demo-provider", register=THEME, text=new)
        assert [one["path"] for one in refused["findings"]] == ["register"]
        draft = house.do(EDIT, register="population", edits=[title("Person.sex")])
        assert [one["path"] for one in draft["findings"]] == ["register"]
        house.do(SUBMIT, draft=draft["id"])
        assert house.do(PUBLISH, draft=draft["id"])["version"] == version + 1
        step = f"""mutation($register: String!) {{ withdrawRegister(register: $register, reason: "主题为空",
          handler: "h-1") {{ {DRAFT} }} }}"""
        gone = house.do(step, "demo-provider", register=self.EMPTY)
        assert gone["findings"] == []
        house.do(SUBMIT, "demo-provider", draft=gone["id"])
        assert house.do(PUBLISH, "demo-provider", draft=gone["id"])["version"] == version + 2
        later = house.do(at, v=version + 2)
        assert (later["current"], self.EMPTY in str(later)) == (True, False)


def test_every_step_has_its_entry_and_the_chain_holds(house: House) -> None:
    before = entries_with(house, '"editItem","population"')
    house.do(EDIT, register="population", edits=[title("Person.sex")])
    assert entries_with(house, '"editItem","population"') == before + 1
    verified = house.gateway.cli("ledger", "verify")
    assert verified.returncode == 0, verified.stderr
