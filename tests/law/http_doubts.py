"""Doubts through HTTP: reported from an answer, and taken further by a client of the department that it is with."""

from datetime import UTC, date, datetime
from typing import Any

from resolvers.day import today
from standards.working_days import add_working_days
from tests.law.cases import department
from tests.law.doubting import NOBODY, PURPOSE, asking, doubted
from tests.law.http_house import House
from tests.law.steps import StepCase
from tests.server.gateway import Running

TOLD = "id state due deadline provider { code } events { number kind }"
REPORT = f"""mutation($receipt: String!, $path: String!) {{
  reportDoubt(receipt: $receipt, path: $path, observed: "户口簿载明不同") {{ {TOLD} }} }}"""
ACCEPT = f"""mutation($id: ID!, $verifier: String) {{
  acceptDoubt(id: $id, verifier: $verifier, handler: "A-1") {{ {TOLD} }} }}"""
TRANSFER = f"""mutation($id: ID!, $to: String!, $reason: String!) {{
  transferDoubt(id: $id, to: $to, reason: $reason, handler: "A-1") {{ {TOLD} }} }}"""
DECIDE = f"""mutation($id: ID!, $result: DoubtResult!, $reason: String!) {{
  decideDoubt(id: $id, result: $result, reason: $reason, handler: "A-1") {{ {TOLD} }} }}"""
WITHDRAW = f"""mutation($id: ID!, $reason: String!) {{
  withdrawDoubt(id: $id, reason: $reason, handler: "H-1") {{ {TOLD} }} }}"""
READ = f"query($id: ID!) {{ doubt(id: $id) {{ {TOLD} }} }}"
OUTBOX = f"{{ reportedDoubts {{ doubts {{ {TOLD} }} }} }}"


class HttpDoubts:
    """One doubt of one department."""

    def __init__(self, case: StepCase, court: Running) -> None:
        self.house = House(court, case.client)
        person, item = doubted(case)
        self.text = asking(person, item)
        self.path = f"person.{item}"
        self.number = ""

    # what is done

    def report(self, path: str | None = None, receipt: str | None = None, *, missing: bool = False) -> None:
        if missing:
            self.text = asking(NOBODY, "name")
        self.path = path or self.path
        answer = self._read()
        told = self.house.ask(
            "consumer", REPORT, PURPOSE, receipt=receipt or answer["extensions"]["sharing"]["receipt"], path=self.path
        )
        self.number = told["id"]

    def accept(self, by: str = "public_security", verifier: str | None = None) -> None:
        self.house.ask(by, ACCEPT, id=self.number, verifier=verifier)

    def transfer(self, to: str, by: str = "public_security", reason: str = "由其核实") -> None:
        self.house.ask(by, TRANSFER, id=self.number, to=department(to), reason=reason)

    def decide(self, result: str, by: str = "public_security", reason: str = "已核对底册") -> None:
        self.house.ask(by, DECIDE, id=self.number, result=result, reason=reason)

    def withdraw(self, reason: str = "已澄清") -> None:
        self.house.ask("consumer", WITHDRAW, PURPOSE, id=self.number, reason=reason)

    # what is shown

    def state(self) -> str:
        state: str = self._doubt()["state"]
        return state

    def kept(self) -> object:
        return self.house.ask("consumer", OUTBOX, PURPOSE)

    def marked(self) -> bool:
        outcomes = self._read()["extensions"]["sharing"]["outcomes"]
        return any(
            one["outcome"] == "UNDER_VERIFICATION"
            and one["accept"] == "ACCEPT_VALID_PROOF"
            and datetime.fromisoformat(one["since"]) < datetime.now(UTC)
            and ".".join(one["path"]) == self.path
            for one in outcomes
        )

    def business(self) -> bool:
        """Whether the answer is given as before, also strictly."""
        strict = self.house.answered("consumer", self.text, PURPOSE, {"Sharing-Mode": "strict"}).body
        answer = self._read()
        return "errors" not in answer and strict["data"] == answer["data"] and "person" in answer["data"]

    def deadline(self) -> str | None:
        deadline: str | None = self._doubt()["deadline"]
        return deadline

    def due_in_working_days(self) -> int:
        due, day = date.fromisoformat(self._doubt()["due"]), today(datetime.now(UTC).timestamp())
        return next(days for days in range(1, 30) if add_working_days(day, days).date == due)

    def _doubt(self) -> dict[str, Any]:
        told: dict[str, Any] = self.house.ask("consumer", READ, PURPOSE, id=self.number)
        return told

    def _read(self) -> dict[str, Any]:
        body: dict[str, Any] = self.house.answered("consumer", self.text, PURPOSE).body
        return body
