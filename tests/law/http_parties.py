"""Parties, offices, roles and entrustments through HTTP."""

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from standards import credit_code
from storage.counters import day_in_china
from tests.law.applying import MATTER
from tests.law.cases import SUBJECTS, department
from tests.law.http_house import House
from tests.law.steps import Refused, StepCase
from tests.server.gateway import Running

REGISTER = """mutation($d: NewDepartmentInput!) { registerDepartment(department: $d, handler: "O-1") { code } }"""
DESCRIBE = """mutation($c: CreditCode!, $d: DepartmentInput!) {
  describeDepartment(department: $c, description: $d, handler: "O-1") { code } }"""
APPOINT = """mutation($o: OfficeInput!) { appointOffice(office: $o, handler: "O-1") { kind } }"""
CHAIN = 'mutation($s: [AnswerStep!]!) { setAnswerChain(steps: $s, handler: "O-1") { code } }'
ENTRUST = """mutation($e: EntrustmentInput!) { recordEntrustment(entrustment: $e, handler: "O-1") { number } }"""
END = 'mutation($n: Int!, $r: String!) { endEntrustment(number: $n, reason: $r, handler: "O-1") { number } }'
DEPARTMENT = "query($c: CreditCode!) { department(code: $c) { code validUntil principalHead answerChain gaps { subject } } }"
OFFICES = "{ offices { kind division holder { code } } }"
ENTRUSTMENTS = "{ entrustments { number inForce } }"
END_DEPARTMENT = """mutation($c: CreditCode!, $u: Date!) {
  endDepartment(department: $c, validUntil: $u, reason: "机构改革", handler: "O-1") { code } }"""
LOOK = "query($id: IdentityNumber!) { person(idNumber: $id) { name } }"


class HttpParties:
    """The department of a case, once it is registered, and what is done to and by it."""

    def __init__(self, case: StepCase, court: Running) -> None:
        self.house = House(court, case.client)
        self.own = case.department
        self.number = case.number
        self.code = ""
        self.tried = ""
        self.entrusted = 0

    def register(
        self, kind: str, division: str = "320000", by: str = "operator", begins: str = "11", authorisation: str | None = None
    ) -> None:
        self.tried = credit_code.compose(begins, division, f"LR{self.number:06}X")
        given = {
            "code": self.tried, "title": f"案例登记部门{self.number}", "name": "case", "kind": kind, "division": division,
            "networkZone": "EXTRANET", "authorisation": authorisation,
        }  # fmt: skip
        self.code = self.house.ask(by, REGISTER, d=given)["code"]

    def appoint(self, office: str, division: str, holder: str | None = None, by: str = "operator") -> None:
        named = (self.code or None) if holder is None else department(holder)
        given = {"kind": office.upper(), "division": division, "title": "主管部门", "basis": "文件第1号", "holder": named}
        self.house.ask(by, APPOINT, o=given)

    def end_department(self, of: str | None = None, by: str = "operator", days: int = 30) -> None:
        until = day_in_china(time.time()) + timedelta(days=days)
        self.house.ask(by, END_DEPARTMENT, c=self.code if of is None else department(of), u=str(until))

    def describe(
        self,
        head: str | None = None,
        body: str | None = None,
        rules: str | None = None,
        goals: str | None = None,
        by: str = "operator",
        of: str | None = None,
    ) -> None:
        texts: dict[str, Any] = {"principalHead": head, "implementingBody": body}
        texts |= {name: None if text is None else [{"text": text}] for name, text in (("rules", rules), ("goals", goals))}
        given = {name: text for name, text in texts.items() if text is not None}
        self.house.ask(by, DESCRIBE, c=self.code if of is None else department(of), d=given)

    def set_chain(self, by: str, steps: Sequence[str]) -> None:
        self.house.ask(by, CHAIN, s=[one.upper() for one in steps])

    def look(self, by: str) -> None:
        self.read(by, f'matter="{MATTER}", use=administrative-basis, handler="H-1"')

    def entrust(self, basis: str, matters: Sequence[str]) -> None:
        given = {"counter": self.own, "duty": department("nanjing_housing"), "basis": basis, "matters": list(matters)}
        self.entrusted = self.house.ask("operator", ENTRUST, e=given)["number"]
        self.await_entrustment(matters[0])

    def end(self, reason: str) -> None:
        self.house.ask("operator", END, n=self.entrusted, r=reason)

    def act(self, matter: str) -> None:
        duty = department("nanjing_housing")
        purpose = f'matter="{matter}", use=administrative-basis, handler="H-1", acting-for="{duty}"'
        self.read("consumer", purpose)

    def state(self) -> str:
        return "DONE"

    def kept(self) -> object:
        codes = filter(None, (self.tried, department("market_regulation")))
        told = [self.house.ask("consumer", DEPARTMENT, c=code) for code in codes]
        return list(filter(None, told)), self.house.ask("consumer", OFFICES), self.house.ask("consumer", ENTRUSTMENTS)

    def gaps(self) -> list[str]:
        return [one["subject"] for one in self.house.ask("consumer", DEPARTMENT, c=self.code)["gaps"]]

    def await_entrustment(self, matter: str) -> None:
        """Until both workers have heard of it: a right that begins is not refused for long, one that ends never given."""
        heard, deadline = 0, time.monotonic() + 10
        while heard < 6:
            assert time.monotonic() < deadline, "the workers do not know the entrustment"
            try:
                self.act(matter)
                heard += 1
            except Refused:
                heard = 0

    def read(self, by: str, purpose: str) -> None:
        """A lookup in a register; what is asked for must be answered."""
        row = self.house.ask(by, LOOK, purpose, id=SUBJECTS["adult.person"])
        assert row["name"]
