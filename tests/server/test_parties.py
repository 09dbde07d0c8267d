"""Organisations, offices, officers and entrustments over HTTP, and who may change nothing (Art. 2, 5, 17, 21, 24)."""

import asyncio
import json
from datetime import date, timedelta
from itertools import count
from time import monotonic, time
from typing import Any

import asyncpg
import pytest
from graphql import GraphQLInputObjectType, GraphQLNonNull, get_named_type, is_list_type

from catalogue.load import load_catalogue
from resolvers.roles import COORDINATING
from resolvers.workflow.roots import ROOTS
from schema.build import build_schema
from settings import ROOT
from standards import credit_code
from storage.access import Role, attach
from storage.counters import day_in_china
from tests.server.applicants import Office, office_of
from tests.server.gateway import Answered, Running

NUMBERS = count(700)
CIVIL, HALL, HOUSING = "11320000MBX000027Q", "11320100MBX000166L", "11320100MBX000174F"
SUZHOU, DATA_CENTRE = "11320500MBX000203F", "12320000MBX000158H"
CATALOGUE = load_catalogue(ROOT / "catalogue")
BY_NAME = {each.name: code for code, each in CATALOGUE.departments.items()}
LOOKUP = "query($id: IdentityNumber!) { person(idNumber: $id) { name } }"

REGISTER = """mutation($d: NewDepartmentInput!) { registerDepartment(department: $d, handler: "O-1") {
  code inForce gaps { subject } } }"""
DESCRIBE = """mutation($c: CreditCode!, $d: DepartmentInput!) {
  describeDepartment(department: $c, description: $d, handler: "O-1") {
    principalHead implementingBody networkZone rules { text link validFrom } gaps { subject article messageZh } } }"""
APPOINT = """mutation($o: OfficeInput!) { appointOffice(office: $o, handler: "O-1") { kind holder { code } validFrom } }"""
END_DEPARTMENT = """mutation($c: CreditCode!, $u: Date!, $r: String!) {
  endDepartment(department: $c, validUntil: $u, reason: $r, handler: "O-1") { code inForce validFrom validUntil } }"""
OFFICER = """mutation($c: CreditCode!, $o: OfficerInput!) { registerOfficer(department: $c, officer: $o, handler: "O-1") {
  officers { id name steps validFrom validUntil substitutes { officer } } } }"""
SUBSTITUTE = """mutation($c: CreditCode!, $o: String!, $s: String!, $u: Date!) {
  appointSubstitute(department: $c, officer: $o, substitute: $s, validUntil: $u, handler: "O-1") {
    officers { id substitutes { officer validUntil } } } }"""
CHAIN = 'mutation($s: [AnswerStep!]!) { setAnswerChain(steps: $s, handler: "O-1") { code answerChain } }'
ENTRUST = """mutation($e: EntrustmentInput!) { recordEntrustment(entrustment: $e, handler: "O-1") {
  number inForce matters } }"""
END = (
    """mutation($n: Int!, $r: String!) { endEntrustment(number: $n, reason: $r, handler: "O-1") { inForce endedReason } }"""
)


def today() -> date:
    return day_in_china(time())


def fresh(division: str = "320000", begins: str = "11") -> str:
    return credit_code.compose(begins, division, f"MBX00{next(NUMBERS)}9")


async def entries(gateway: Running) -> bytes:
    """The ledger's entries end to end, as the auditor reads them."""
    connection = await asyncpg.connect(attach(gateway.folder).dsn("oncegate", Role.AUDITOR))
    try:
        return b"".join(row["payload"] for row in await connection.fetch("SELECT payload FROM ledger_entry"))
    finally:
        await connection.close()


def told(answered: Answered) -> dict[str, Any]:
    assert "errors" not in answered.body, answered.body
    data: dict[str, Any] = answered.body["data"]
    return data


def refused(answered: Answered) -> tuple[str, str | None]:
    (error,) = answered.body["errors"]
    return error["extensions"]["code"], error["extensions"].get("article")


def do(gateway: Running, document: str, client: str = "demo-operator", **variables: Any) -> Answered:
    return gateway.ask(document, variables, client=client, purpose="")


def department(**given: Any) -> dict[str, Any]:
    stated = {
        "code": fresh(), "title": "江苏省某厅", "name": "some department", "kind": "government", "division": "320000",
        "networkZone": "EXTRANET",
    }  # fmt: skip
    return {**stated, **given}


def registered(gateway: Running, **given: Any) -> str:
    stated = department(**given)
    told(do(gateway, REGISTER, d=stated))
    code: str = stated["code"]
    return code


def mutations() -> list[str]:
    root = build_schema(CATALOGUE, ROOTS)._schema.mutation_type
    assert root is not None
    return sorted(root.fields)


def example(type_: Any) -> Any:
    """Some value of this input type, conforming to its scalar."""
    if isinstance(type_, GraphQLNonNull):
        return example(type_.of_type)
    if is_list_type(type_):
        return []
    named = get_named_type(type_)
    if isinstance(named, GraphQLInputObjectType):
        return {name: example(one.type) for name, one in named.fields.items() if isinstance(one.type, GraphQLNonNull)}
    if hasattr(named, "values"):
        return next(iter(named.values))
    some = {
        "Int": 1, "Float": 1.0, "Boolean": True, "Date": "2026-01-01", "CreditCode": CIVIL, "DivisionCode": "320000",
        "IdentityNumber": "11010519491231002X", "DateTime": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    return some.get(named.name, "x")


def call(name: str) -> tuple[str, dict[str, Any]]:
    """A document that runs the mutation with some values, and its variables."""
    schema = build_schema(CATALOGUE, ROOTS)._schema
    assert schema.mutation_type is not None
    field = schema.mutation_type.fields[name]
    required = {one: argument for one, argument in field.args.items() if isinstance(argument.type, GraphQLNonNull)}
    head = f"({', '.join(f'${one}: {argument.type}' for one, argument in required.items())})" if required else ""
    body = f"({', '.join(f'{one}: ${one}' for one in required)})" if required else ""
    shown = " { __typename }" if hasattr(get_named_type(field.type), "fields") else ""
    return f"mutation{head} {{ {name}{body}{shown} }}", {one: example(each.type) for one, each in required.items()}


class TestTheEndOfADepartment:
    """机构撤销 (Art. 5, 9): once it has handed over what it answers for, and never backwards."""

    TERM = "query($c: CreditCode!) { department(code: $c) { validUntil } }"

    def end(
        self, gateway: Running, code: str, until: date | str, client: str = "demo-operator", reason: str = "机构改革"
    ) -> Answered:
        return office_of(gateway).ask(client, END_DEPARTMENT, c=code, u=str(until), r=reason)

    def test_it_ends_with_today_at_the_earliest_on_record_and_is_not_prolonged(self, gateway: Running) -> None:
        code, tomorrow = registered(gateway), today() + timedelta(days=1)
        assert refused(self.end(gateway, code, today())) == ("INPUT_INVALID", "Art. 5")
        for until in (tomorrow + timedelta(days=30), tomorrow):
            shown = told(self.end(gateway, code, until))["endDepartment"]
            assert shown == {"code": code, "inForce": True, "validFrom": str(today()), "validUntil": str(until)}
        for until in (tomorrow, tomorrow + timedelta(days=1)):
            assert refused(self.end(gateway, code, until)) == ("STATE_CONFLICT", "Art. 5")
        assert told(do(gateway, self.TERM, c=code))["department"]["validUntil"] == str(tomorrow)
        recorded = asyncio.run(entries(gateway))
        assert recorded.count(f'"endDepartment","{code}"'.encode()) == 2

    def test_what_it_still_answers_for_is_listed_by_its_place_and_nothing_is_changed(self, gateway: Running) -> None:
        until = today() + timedelta(days=30)
        answered = self.end(gateway, BY_NAME["statistics"], until)
        (error,) = answered.body["errors"]
        assert error["extensions"]["code"] == "STATE_CONFLICT"
        (item,) = (one for one in error["extensions"]["findings"] if one["article"] == "Art. 9")
        assert item["file"] == "legal_entity.toml"
        assert item["path"].startswith("resource.LegalEntity.item.")
        assert item["messageZh"].startswith("仍提供")
        code, office = registered(gateway, division="320106"), office_of(gateway)
        given = {"kind": "COMPETENT_DEPARTMENT", "division": "320106", "title": "主管部门", "basis": "文件", "holder": code}
        told(do(gateway, APPOINT, o=given))
        office.sql(
            "INSERT INTO service_case (number, consumer, matter, opened_by, subjects) VALUES ($1, $2, 'M12', 'H-1', '{}')",
            *(f"K-{code}", code),
        )
        (error,) = self.end(gateway, code, until).body["errors"]
        assert [(one["file"], one["path"]) for one in error["extensions"]["findings"]] == [
            ("offices", "competent_department.320106"),
            ("cases", ""),
        ]
        for each in (code, BY_NAME["statistics"]):
            assert told(do(gateway, self.TERM, c=each))["department"]["validUntil"] is None
        follower = registered(gateway, division="320106")
        told(do(gateway, APPOINT, o={**given, "holder": follower, "validFrom": str(until)}))
        office.sql("UPDATE service_case SET closed_at = now() WHERE consumer = $1", code)
        assert told(self.end(gateway, code, until))["endDepartment"]["validUntil"] == str(until)

    def test_by_the_operator_of_its_jurisdiction_with_a_reason(self, gateway: Running) -> None:
        code, until = registered(gateway, division="320102"), today() + timedelta(days=30)
        for client, expected in (
            ("app-suzhou-operator", ("NOT_RESPONSIBLE", "Art. 5")),
            ("demo-provider", ("ROLE_REQUIRED", "Art. 21")),
        ):
            assert refused(self.end(gateway, code, until, client)) == expected
        assert refused(self.end(gateway, code, until, reason=" ")) == ("REASON_REQUIRED", "Art. 5")
        assert refused(self.end(gateway, code, "9999-12-31")) == ("INPUT_INVALID", "Art. 5")
        assert refused(self.end(gateway, fresh(), until)) == ("NOT_FOUND", "Art. 5")
        assert told(do(gateway, self.TERM, c=code))["department"]["validUntil"] is None


class TestRolesAreSeparated:
    """三员分立 (Art. 21): who runs the platform reads no register; who audits or supervises changes nothing."""

    @pytest.mark.parametrize("client", ["demo-operator", "demo-auditor", "demo-supervisor", "demo-citizen", "demo-provider"])
    def test_no_register_is_read_but_by_consumers(self, gateway: Running, client: str) -> None:
        answered = gateway.ask(LOOKUP, {"id": "11010519491231002X"}, client=client)
        assert refused(answered) == ("ROLE_REQUIRED", "Art. 21")
        assert answered.body.get("data") is None

    @pytest.mark.parametrize("client", ["demo-auditor", "demo-supervisor"])
    @pytest.mark.parametrize("name", mutations())
    def test_no_mutation_is_open_to_who_audits_or_supervises(self, gateway: Running, client: str, name: str) -> None:
        if client == "demo-supervisor" and name in COORDINATING:
            pytest.skip("what the law has the overseeing office do itself")
        document, variables = call(name)
        answered = gateway.ask(document, variables, client=client)
        assert refused(answered) == ("ROLE_REQUIRED", "Art. 21"), name
        assert answered.body.get("data") is None

    def test_neither_an_alias_nor_a_fragment_gets_through(self, gateway: Running) -> None:
        document = """mutation { ...F } fragment F on Mutation {
          recordCoordination: setAnswerChain(steps: [ISSUE], handler: "x") { code } }"""
        for client in ("demo-auditor", "demo-supervisor"):
            assert refused(gateway.ask(document, client=client)) == ("ROLE_REQUIRED", "Art. 21")

    def test_they_read_what_they_judge(self, gateway: Running) -> None:
        for client in ("demo-auditor", "demo-supervisor"):
            shown = told(do(gateway, "{ departments(gapsOnly: true) { code } entrustments { number } }", client))
            assert shown["departments"]
            assert shown["entrustments"]

    @pytest.mark.parametrize(
        ("document", "variables"),
        [
            (REGISTER, {"d": department()}),
            (APPOINT, {"o": {"kind": "LEADING_GROUP", "division": "320000", "title": "组", "basis": "文"}}),
            (ENTRUST, {"e": {"counter": HALL, "duty": CIVIL, "basis": "文"}}),
            (END, {"n": 1, "r": "理由"}),
        ],
    )
    @pytest.mark.parametrize("client", ["demo-hall", "demo-provider", "demo-citizen"])
    def test_the_operators_steps_need_an_operator(
        self, gateway: Running, client: str, document: str, variables: dict[str, Any]
    ) -> None:
        assert refused(do(gateway, document, client, **variables)) == ("ROLE_REQUIRED", "Art. 21")

    def test_an_operator_sets_no_departments_answers(self, gateway: Running) -> None:
        assert refused(do(gateway, CHAIN, s=["ISSUE"])) == ("ROLE_REQUIRED", "Art. 21")


class TestDepartments:
    def test_one_is_registered_and_stands_in_the_tree(self, gateway: Running) -> None:
        code = registered(gateway, division="320102", code=fresh("320102"))
        document = """query($c: CreditCode!) {
          department(code: $c) {
            title kind division divisionName jurisdiction inForce networkZone answerChain clients { id } offices { kind }
            superior { code superior { code superior { code } } } gaps { subject article } }
          departments(within: "320100", first: 100) { code } }"""
        shown = told(do(gateway, document, c=code))
        assert shown["department"] == {
            "title": "江苏省某厅", "kind": "GOVERNMENT", "division": "320102", "divisionName": "玄武区",
            "jurisdiction": ["320102", "320100", "320000"], "inForce": True, "networkZone": "EXTRANET",
            "superior": {"code": HALL, "superior": {"code": BY_NAME["government_services"], "superior": None}},
            "clients": [], "answerChain": ["ISSUE"], "offices": [],
            "gaps": [{"subject": one, "article": "Art. 24"}
                     for one in ("PRINCIPAL_HEAD", "IMPLEMENTING_BODY", "RULES", "GOALS")],
        }  # fmt: skip
        within = [one["code"] for one in shown["departments"]]
        assert {code, HALL, HOUSING} <= set(within)
        assert SUZHOU not in within
        assert CIVIL not in within

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ({"kind": "company"}, ("INPUT_INVALID", "Art. 2")),
            ({"kind": "public_institution"}, ("INPUT_INVALID", "Art. 2")),
            ({"kind": "other_authorised", "code": fresh(begins="91")}, ("INPUT_INVALID", "Art. 2")),
            ({"division": "320103"}, ("INPUT_INVALID", "Art. 5")),
            ({"division": "110000"}, ("NOT_RESPONSIBLE", "Art. 5")),
            ({"superior": SUZHOU}, ("NOT_RESPONSIBLE", "Art. 5")),
            ({"superior": fresh()}, ("NOT_FOUND", "Art. 5")),
            ({"title": " "}, ("INPUT_INVALID", None)),
            ({"validUntil": "2020-01-01"}, ("INPUT_INVALID", "Art. 5")),
            ({"validFrom": "0001-01-01"}, ("INPUT_INVALID", "Art. 5")),
            ({"validUntil": "9999-12-31"}, ("INPUT_INVALID", "Art. 5")),
            ({"code": CIVIL}, ("STATE_CONFLICT", "Art. 5")),
        ],
    )
    def test_what_the_law_does_not_know_changes_nothing(
        self, gateway: Running, given: dict[str, Any], expected: tuple[str, str | None]
    ) -> None:
        stated = department(**given)
        before = told(do(gateway, f'{{ department(code: "{stated["code"]}") {{ title division }} }}'))
        assert refused(do(gateway, REGISTER, d=stated)) == expected
        assert told(do(gateway, f'{{ department(code: "{stated["code"]}") {{ title division }} }}')) == before

    def test_the_law_of_the_gaps_warns_until_they_are_filled(self, gateway: Running) -> None:
        code = registered(gateway)
        full = {
            "principalHead": "何知秋", "implementingBody": "信息中心", "goals": [{"text": "目标"}],
            "rules": [{"text": "规范", "link": "https://example.invalid/rules"}],
        }  # fmt: skip
        shown = told(do(gateway, DESCRIBE, c=code, d=full))["describeDepartment"]
        assert shown == {
            "principalHead": "何知秋", "implementingBody": "信息中心", "networkZone": "EXTRANET", "gaps": [],
            "rules": [{"text": "规范", "link": "https://example.invalid/rules", "validFrom": today().isoformat()}],
        }  # fmt: skip
        shown = told(do(gateway, DESCRIBE, c=code, d={"rules": [], "principalHead": "白露"}))["describeDepartment"]
        assert shown["principalHead"] == "白露"
        assert shown["gaps"] == [{"subject": "RULES", "article": "Art. 24", "messageZh": "尚未明确工作规范"}]
        only = told(do(gateway, "{ departments(gapsOnly: true, first: 100) { code } }"))["departments"]
        assert {"code": code} in only
        assert {"code": CIVIL} not in only

    def test_what_is_stated_for_later_holds_then_and_what_held_stays_told(self, gateway: Running) -> None:
        code, later = registered(gateway), today() + timedelta(days=30)
        told(do(gateway, DESCRIBE, c=code, d={"principalHead": "甲", "rules": [{"text": "一"}], "validFrom": "2026-01-01"}))
        told(do(gateway, DESCRIBE, c=code, d={"principalHead": "乙", "validFrom": later.isoformat()}))
        as_of = "query($c: CreditCode!, $d: Date) { department(code: $c, day: $d) { principalHead rules { text } } }"
        shown = [
            told(do(gateway, as_of, c=code, d=day))["department"]
            for day in ("2025-12-31", "2026-01-01", None, (later - timedelta(days=1)).isoformat(), later.isoformat())
        ]
        assert [one["principalHead"] for one in shown] == [None, "甲", "甲", "甲", "乙"]
        assert [len(one["rules"]) for one in shown] == [0, 1, 1, 1, 1]
        past = do(gateway, DESCRIBE, c=code, d={"principalHead": "丙", "validFrom": "2026-02-01"})
        assert refused(past)[0] == "STATE_CONFLICT"
        assert "丙" not in json.dumps(past.body, ensure_ascii=False)
        assert refused(do(gateway, DESCRIBE, c=code, d={"principalHead": "丙"}))[0] == "STATE_CONFLICT"
        assert told(do(gateway, as_of, c=code, d=None))["department"]["principalHead"] == "甲"

    @pytest.mark.parametrize(
        "description",
        [
            {}, {"principalHead": ""}, {"principalHead": "x" * 65},
            {"rules": [{"text": "规范", "link": "javascript:alert(1)"}]},
            {"rules": [{"text": "规范", "link": "https://user@example.invalid"}]}, {"goals": [{"text": "\u0007"}]},
            {"rules": [{"text": "规范", "validUntil": "2020-01-01"}]},
        ],
    )  # fmt: skip
    def test_what_cannot_be_read_is_refused(self, gateway: Running, description: dict[str, Any]) -> None:
        assert refused(do(gateway, DESCRIBE, c=CIVIL, d=description))[0] == "INPUT_INVALID"

    def test_a_department_states_its_own_case_and_no_others(self, gateway: Running) -> None:
        own = told(do(gateway, DESCRIBE, "demo-provider", c=CIVIL, d={"goals": [{"text": "目标"}]}))
        assert own["describeDepartment"]["gaps"] == []
        assert refused(do(gateway, DESCRIBE, "demo-provider", c=HALL, d={"goals": []})) == ("NOT_RESPONSIBLE", "Art. 9")
        assert refused(do(gateway, DESCRIBE, "demo-hall", c=HALL, d={"goals": []})) == ("ROLE_REQUIRED", "Art. 21")
        for moved in ({"networkZone": "INTRANET"}, {"superior": BY_NAME["audit"]}):
            assert refused(do(gateway, DESCRIBE, "demo-provider", c=CIVIL, d=moved)) == ("ROLE_REQUIRED", "Art. 21")

    def test_nobody_is_put_above_itself(self, gateway: Running) -> None:
        first = registered(gateway)
        second = registered(gateway, superior=first)
        assert refused(do(gateway, DESCRIBE, c=first, d={"superior": second})) == ("INPUT_INVALID", "Art. 5")
        assert told(do(gateway, f'{{ department(code: "{second}") {{ superior {{ code }} }} }}')) == {
            "department": {"superior": {"code": first}}
        }

    def test_staff_and_systems_are_shown_to_few(self, gateway: Running) -> None:
        document = f'{{ department(code: "{CIVIL}") {{ title officers {{ id name }} clients {{ id }} principalHead }} }}'
        for client in ("demo-hall", "demo-theme", "demo-citizen"):
            shown = told(do(gateway, document, client))["department"]
            assert (shown["officers"], shown["clients"]) == (None, None)
        for client in ("demo-auditor", "demo-supervisor"):
            shown = told(do(gateway, document, client))["department"]
            assert {"id": "P-1", "name": None} in shown["officers"]
            assert {"id": "demo-provider"} in shown["clients"]
        for client in ("demo-operator", "demo-provider"):
            shown = told(do(gateway, document, client))["department"]
            assert {"id": "P-1", "name": "林雨桐"} in shown["officers"]

    def test_pages_of_departments_follow_one_another(self, gateway: Running) -> None:
        whole = [one["code"] for one in told(do(gateway, "{ departments(first: 100) { code } }"))["departments"]]
        page = "query($a: CreditCode) { departments(first: 7, after: $a) { code } }"
        read: list[str] = []
        while found := told(do(gateway, page, a=read[-1] if read else None))["departments"]:
            assert len(found) <= 7
            read += [one["code"] for one in found]
        assert read == whole
        assert refused(do(gateway, "{ departments(first: 101) { code } }"))[0] == "VARIABLE_INVALID"
        assert told(do(gateway, f'{{ department(code: "{fresh()}") {{ code }} }}')) == {"department": None}

    def test_a_department_registered_by_mutation_gets_clients(self, gateway: Running) -> None:
        code = registered(gateway, division="320500", code=fresh("320500"), title="苏州市某新设局", name="new bureau")
        options = ("--role", "consumer", "--network", "127.0.0.0/8")
        for number, word in enumerate((code, "苏州市某新设局", "new bureau")):
            made = gateway.cli("client", "create", f"of-registered-{number}", "--department", word, *options)
            assert made.returncode == 0, made.stderr
        secret = made.stdout.split()[-1]
        assert told(gateway.ask("{ __typename }", client="of-registered-2", secret=secret, purpose=""))
        shown = told(do(gateway, f'{{ department(code: "{code}") {{ clients {{ id }} }} }}'))["department"]["clients"]
        assert [one["id"] for one in shown] == [f"of-registered-{number}" for number in range(3)]
        unknown = gateway.cli("client", "create", "of-nobody", "--department", fresh(), *options)
        assert unknown.returncode == 1
        assert "`departments`" in unknown.stderr
        registered(gateway, division="320500", code=fresh("320500"), title="苏州市某新设局")
        several = gateway.cli("client", "create", "of-several", "--department", "苏州市某新设局", *options)
        assert several.returncode == 1
        assert code in several.stderr


class TestOffices:
    def test_the_demos_offices_stand(self, gateway: Running) -> None:
        shown = told(do(gateway, "{ offices { kind division title holder { code offices { kind } } head basis } }"))[
            "offices"
        ]
        held = {(one["kind"], one["division"]): one["holder"] for one in shown}
        assert held["LEADING_GROUP", "320000"] is None
        assert held["COMPETENT_DEPARTMENT", "320500"] == {"code": SUZHOU, "offices": [{"kind": "COMPETENT_DEPARTMENT"}]}
        assert told(do(gateway, '{ offices(day: "2024-12-31") { kind } }'))["offices"] == []

    def test_an_office_passes_to_another_and_the_former_stays_told(self, gateway: Running) -> None:
        first, second = (registered(gateway, division="321200", code=fresh("321200")) for _ in range(2))
        office = {"kind": "COMPETENT_DEPARTMENT", "division": "321200", "title": "主管部门", "basis": "文件"}
        told(do(gateway, APPOINT, o={**office, "holder": first, "validFrom": "2026-01-01"}))
        change = today() + timedelta(days=10)
        appointed = told(do(gateway, APPOINT, o={**office, "holder": second, "validFrom": change.isoformat()}))
        assert appointed["appointOffice"]["holder"] == {"code": second}
        as_of = 'query($d: Date) { offices(day: $d, division: "321200") { holder { code } validFrom validUntil } }'
        days = ("2025-12-31", None, (change - timedelta(days=1)).isoformat(), change.isoformat())
        held = [[one["holder"]["code"] for one in told(do(gateway, as_of, d=day))["offices"]] for day in days]
        assert held == [[], [first], [first], [second]]
        back = do(gateway, APPOINT, o={**office, "holder": second, "validFrom": "2026-02-01"})
        assert refused(back) == ("STATE_CONFLICT", "Art. 5")

    @pytest.mark.parametrize(
        ("office", "expected"),
        [
            ({"holder": SUZHOU}, ("NOT_RESPONSIBLE", "Art. 5")),
            ({"holder": CIVIL}, ("NOT_RESPONSIBLE", "Art. 5")),
            ({"holder": None}, ("INPUT_INVALID", "Art. 5")),
            ({"holder": HALL, "division": "110100"}, ("NOT_RESPONSIBLE", "Art. 5")),
            ({"kind": "LEADING_GROUP_OFFICE", "holder": HALL}, ("INPUT_INVALID", "Art. 5")),
            ({"holder": HALL, "basis": ""}, ("INPUT_INVALID", None)),
            ({"holder": HALL, "head": " "}, ("INPUT_INVALID", None)),
        ],
    )
    def test_an_office_of_another_jurisdiction_is_refused(
        self, gateway: Running, office: dict[str, Any], expected: tuple[str, str | None]
    ) -> None:
        stated = {"kind": "COMPETENT_DEPARTMENT", "division": "320100", "title": "主管部门", "basis": "文件", **office}
        assert refused(do(gateway, APPOINT, o=stated)) == expected
        held = told(do(gateway, '{ offices(division: "320100") { holder { code } } }'))["offices"]
        assert held == [{"holder": {"code": HALL}}]

    def test_an_operator_of_a_city_administers_that_city_only(self, gateway: Running) -> None:
        options = ("--department", HALL, "--role", "operator", "--network", "127.0.0.0/8")
        made = gateway.cli("client", "create", "nanjing-operator", *options)
        assert made.returncode == 0, made.stdout + made.stderr
        secret = made.stdout.split()[-1]
        gateway.token("nanjing-operator", secret)
        told(do(gateway, REGISTER, "nanjing-operator", d=department(division="320102", code=fresh("320102"))))
        for division in ("320500", "320000"):
            stated = department(division=division)
            assert refused(do(gateway, REGISTER, "nanjing-operator", d=stated)) == ("NOT_RESPONSIBLE", "Art. 5")
        assert refused(do(gateway, DESCRIBE, "nanjing-operator", c=SUZHOU, d={"goals": []})) == ("NOT_RESPONSIBLE", "Art. 5")
        told(do(gateway, DESCRIBE, "nanjing-operator", c=HOUSING, d={"goals": [{"text": "目标"}]}))
        entrusted = {"counter": HALL, "duty": SUZHOU, "basis": "文件"}
        assert refused(do(gateway, ENTRUST, "nanjing-operator", e=entrusted)) == ("NOT_RESPONSIBLE", "Art. 5")
        shown = told(do(gateway, f'{{ department(code: "{SUZHOU}") {{ officers {{ id }} }} }}', "nanjing-operator"))
        assert shown == {"department": {"officers": None}}


class TestJurisdictions:
    """Art. 5: who oversees or operates a city learns nothing here of departments elsewhere."""

    def test_staff_and_systems_of_another_city_are_shown_to_no_supervisor(self, office: Office) -> None:
        document = "query($c: CreditCode!) { department(code: $c) { officers { id } clients { id } } }"
        for code in (CIVIL, HALL):
            assert office.told("app-suzhou", document, c=code) == {"officers": None, "clients": None}
        assert {"id": "app-suzhou"} in office.told("app-suzhou", document, c=SUZHOU)["clients"]

    @pytest.mark.parametrize("client", ["app-suzhou", "app-suzhou-operator"])
    def test_entrustments_are_seen_where_a_party_is_of_the_jurisdiction(self, office: Office, client: str) -> None:
        document = "{ entrustments { number counter duty } }"
        assert not any(HALL in (one["counter"], one["duty"]) for one in office.told(client, document))
        entrusted = {"counter": SUZHOU, "duty": CIVIL, "basis": "委托书第5号"}
        number = office.told("demo-operator", ENTRUST, e=entrusted)["number"]
        assert office.told(client, document)[0] == {"number": number, "counter": SUZHOU, "duty": CIVIL}
        office.told("demo-operator", END, n=number, r="测试结束")

    def test_drafts_of_provincial_departments_are_not_a_citys_to_oversee(self, office: Office) -> None:
        edit = """mutation { editItem(register: "population", edits: [{coordinate: "Person.sex", title: "性别代码"}],
          handler: "h") { id } }"""
        listed, one = "{ catalogueDrafts(first: 100) { id } }", "query($d: ID!) { catalogueDraft(draft: $d) { id } }"
        draft = office.told("demo-compiler", edit)["id"]
        assert draft in {each["id"] for each in office.told("demo-supervisor", listed)}
        assert draft not in {each["id"] for each in office.told("app-suzhou", listed)}
        assert office.refused("app-suzhou", one, d=draft)["code"] == "NOT_FOUND"


class TestOfficers:
    def test_officers_substitutes_and_chain_are_the_departments_own(self, gateway: Running) -> None:
        new = {"id": "P-10", "name": "田小禾", "steps": ["REVIEW", "HANDLE"]}
        shown = told(do(gateway, OFFICER, "demo-provider", c=CIVIL, o=new))["registerOfficer"]["officers"]
        (found,) = (one for one in shown if one["id"] == "P-10")
        assert (found["name"], found["steps"], found["validUntil"]) == ("田小禾", ["HANDLE", "REVIEW"], None)
        until = (today() + timedelta(days=7)).isoformat()
        shown = told(do(gateway, SUBSTITUTE, "demo-provider", c=CIVIL, o="P-3", s="P-10", u=until))
        (found,) = (one for one in shown["appointSubstitute"]["officers"] if one["id"] == "P-3")
        assert found["substitutes"] == [{"officer": "P-10", "validUntil": until}]
        try:
            shown = told(do(gateway, CHAIN, "demo-provider", s=["HANDLE", "REVIEW", "ISSUE"]))
            assert shown == {"setAnswerChain": {"code": CIVIL, "answerChain": ["HANDLE", "REVIEW", "ISSUE"]}}
            for steps in ([], ["HANDLE"], ["ISSUE", "HANDLE"], ["ISSUE", "ISSUE"]):
                assert refused(do(gateway, CHAIN, "demo-provider", s=steps)) == ("INPUT_INVALID", "Art. 16 ¶1")
            shown = told(do(gateway, f'{{ department(code: "{CIVIL}") {{ answerChain }} }}'))
            assert shown == {"department": {"answerChain": ["HANDLE", "REVIEW", "ISSUE"]}}
        finally:
            told(do(gateway, CHAIN, "demo-provider", s=["ISSUE"]))

    def test_another_department_keeps_no_officers_for_it(self, gateway: Running) -> None:
        new = {"id": "P-20", "name": "田小禾", "steps": []}
        assert refused(do(gateway, OFFICER, "demo-provider", c=HALL, o=new)) == ("NOT_RESPONSIBLE", "Art. 9")
        assert refused(do(gateway, OFFICER, "demo-hall", c=HALL, o=new)) == ("ROLE_REQUIRED", "Art. 21")
        assert refused(do(gateway, OFFICER, c=fresh(), o=new)) == ("NOT_FOUND", "Art. 5")

    def test_other_steps_hold_from_a_day_on_and_a_number_is_not_passed_on(self, gateway: Running) -> None:
        code, later = registered(gateway), (today() + timedelta(days=5)).isoformat()
        told(do(gateway, OFFICER, c=code, o={"id": "a.1", "name": "甲", "steps": ["HANDLE"], "validFrom": "2026-01-01"}))
        shown = told(do(gateway, OFFICER, c=code, o={"id": "a.1", "name": "甲", "steps": [], "validFrom": later}))
        assert [(one["steps"], one["validFrom"], one["validUntil"]) for one in shown["registerOfficer"]["officers"]] == [
            (["HANDLE"], "2026-01-01", later),
            ([], later, None),
        ]
        for officer in ({"id": "a.1", "name": "乙"}, {"id": "A.1", "name": "甲"}):
            answered = do(gateway, OFFICER, c=code, o={**officer, "steps": [], "validFrom": later})
            assert refused(answered) == ("STATE_CONFLICT", "Art. 17 ¶2")
            assert officer["name"] not in json.dumps(answered.body, ensure_ascii=False)

    @pytest.mark.parametrize(
        "officer",
        [
            {"id": "林雨桐"}, {"id": ""}, {"id": "-1"}, {"id": "11010519491231002X"}, {"id": "11010519491231002x"},
            {"name": ""}, {"name": "甲\u202e"}, {"validUntil": "2020-01-01"},
        ],
    )  # fmt: skip
    def test_what_names_a_person_is_no_number(self, gateway: Running, officer: dict[str, Any]) -> None:
        answered = do(gateway, OFFICER, c=CIVIL, o={"id": "P-30", "name": "名", "steps": [], **officer})
        assert refused(answered)[0] == "INPUT_INVALID"
        said = json.dumps(answered.body, ensure_ascii=False)
        assert all(value not in said for value in officer.values() if len(value) > 2 and "-" not in value)

    @pytest.mark.parametrize(
        ("officer", "substitute", "until", "expected"),
        [
            ("P-1", "P-1", "2099-01-01", "INPUT_INVALID"),
            ("P-1", "P-99", "2099-01-01", "NOT_FOUND"),
            ("P-99", "P-1", "2099-01-01", "NOT_FOUND"),
            ("P-1", "P-2", "2020-01-01", "INPUT_INVALID"),
        ],
    )
    def test_an_officer_is_substituted_by_another_for_some_days(
        self, gateway: Running, officer: str, substitute: str, until: str, expected: str
    ) -> None:
        answered = do(gateway, SUBSTITUTE, "demo-provider", c=CIVIL, o=officer, s=substitute, u=until)
        assert refused(answered)[0] == expected

    def test_names_stand_in_no_log_and_no_ledger_entry(self, gateway: Running) -> None:
        name = "欧阳若水"
        told(do(gateway, OFFICER, c=CIVIL, o={"id": "P-40", "name": name, "steps": []}))
        refused(do(gateway, OFFICER, c=CIVIL, o={"id": "P-40", "name": name + "二", "steps": []}))
        for path in gateway.folder.rglob("*"):
            if path.is_file() and path.suffix in (".txt", ".log", ".json", ".jsonl"):
                assert name.encode() not in path.read_bytes(), path
        recorded = asyncio.run(entries(gateway))
        assert f"{CIVIL}/P-40".encode() in recorded
        assert name.encode() not in recorded


class TestEntrustments:
    def test_a_counter_acts_from_the_record_on_until_the_end(self, gateway: Running) -> None:
        purpose = f'matter="M11", use=administrative-basis, handler="h", acting-for="{CIVIL}"'
        lookup: dict[str, Any] = {"query": LOOKUP, "variables": {"id": "11010519491231002X"}, "purpose": purpose}
        assert refused(gateway.ask(**lookup)) == ("ENTRUSTMENT_REQUIRED", "Art. 17 ¶2")
        entrusted = {"counter": HALL, "duty": CIVIL, "basis": "委托书第9号", "matters": ["M11"]}
        recorded = told(do(gateway, ENTRUST, e=entrusted))["recordEntrustment"]
        assert (recorded["inForce"], recorded["matters"]) == (True, ["M11"])
        until = monotonic() + 5  # a new right is heard of in a moment; one that ended is gone at once
        while gateway.ask(**lookup).status != 200:
            assert monotonic() < until
        assert refused(do(gateway, ENTRUST, e={**entrusted, "matters": []})) == ("STATE_CONFLICT", "Art. 17 ¶2")
        assert refused(do(gateway, END, n=recorded["number"], r=" ")) == ("REASON_REQUIRED", "Art. 17 ¶2")
        assert gateway.ask(**lookup).status == 200
        ended = told(do(gateway, END, n=recorded["number"], r="窗口撤销"))["endEntrustment"]
        assert ended == {"inForce": False, "endedReason": "窗口撤销"}
        assert refused(gateway.ask(**lookup)) == ("ENTRUSTMENT_REQUIRED", "Art. 17 ¶2")
        assert refused(do(gateway, END, n=recorded["number"], r="再"))[0] == "STATE_CONFLICT"
        assert refused(do(gateway, END, n=999999, r="理由"))[0] == "NOT_FOUND"

    def test_one_that_is_to_come_is_ended_before_it_begins(self, gateway: Running) -> None:
        begins = (today() + timedelta(days=3)).isoformat()
        entrusted = {"counter": HALL, "duty": CIVIL, "basis": "委托书", "matters": ["M11"], "validFrom": begins}
        recorded = told(do(gateway, ENTRUST, e=entrusted))["recordEntrustment"]
        assert recorded["inForce"] is False
        told(do(gateway, END, n=recorded["number"], r="未生效"))
        told(do(gateway, END, n=told(do(gateway, ENTRUST, e=entrusted))["recordEntrustment"]["number"], r="未生效"))

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ({"basis": "  "}, ("INPUT_INVALID", "Art. 17 ¶2")),
            ({"duty": HALL}, ("INPUT_INVALID", "Art. 17 ¶2")),
            ({"duty": fresh()}, ("NOT_FOUND", "Art. 17 ¶2")),
            ({"counter": fresh()}, ("NOT_FOUND", "Art. 17 ¶2")),
            ({"matters": [""]}, ("INPUT_INVALID", None)),
            ({"matters": ["M11", "NOPE"]}, ("NOT_FOUND", "Art. 17 ¶2")),
            ({"validFrom": "2020-01-01"}, ("INPUT_INVALID", "Art. 17 ¶2")),
            ({"validUntil": "9999-12-31"}, ("INPUT_INVALID", "Art. 5")),
        ],
    )
    def test_without_basis_or_party_there_is_none(
        self, gateway: Running, given: dict[str, Any], expected: tuple[str, str | None]
    ) -> None:
        count_all = "{ entrustments { number } }"
        before = told(do(gateway, count_all))
        stated = {"counter": HALL, "duty": CIVIL, "basis": "委托书", "matters": ["M11"], **given}
        assert refused(do(gateway, ENTRUST, e=stated)) == expected
        assert told(do(gateway, count_all)) == before

    def test_each_department_sees_those_that_concern_it(self, gateway: Running) -> None:
        document = "{ entrustments(inForce: true) { counter duty basis } }"
        everybodys = told(do(gateway, document))["entrustments"]
        halls = told(do(gateway, document, "demo-hall"))["entrustments"]
        housings = told(do(gateway, document, "demo-developer"))["entrustments"]
        assert len(everybodys) >= len(halls) >= 7
        assert {(one["counter"], one["duty"]) for one in housings} == {(HALL, HOUSING)}
        assert told(do(gateway, document, "demo-theme"))["entrustments"] == []
