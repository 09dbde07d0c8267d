"""Matters through HTTP: compilers of departments save and withdraw them, a counter looks at them."""

import time
from datetime import date, timedelta
from typing import Any

from errors import MATTER_UNKNOWN
from resolvers.day import today
from tests.law.http_house import House
from tests.law.matters import table, verdict
from tests.law.steps import Refused, StepCase
from tests.server.gateway import Running

SAVE = """mutation($matter: MatterInput!, $replaces: Int!) {
  saveMatter(matter: $matter, replaces: $replaces, reason: "案例", handler: "law-handler") { version } }"""
WITHDRAW = """mutation($code: String!, $replaces: Int!, $on: Date!) {
  withdrawMatter(code: $code, replaces: $replaces, on: $on, reason: "案例", handler: "law-handler") { version } }"""
LOOK = (
    "query($code: String!, $on: Date!) { matter(code: $code, on: $on) { materials { notToBeAsked } versions { version } } }"
)


class HttpMatters:
    """The versions of one matter."""

    def __init__(self, case: StepCase, court: Running) -> None:
        self.house = House(court, case.client)
        self.code = f"LAW-{case.number}"
        self.saved = 0
        self.on = today(time.time())

    # what is done

    def save(
        self,
        replaced_by: dict[str, Any] | None = None,
        declared: tuple[str, ...] = (),
        in_days: int = 0,
        barred: bool = False,
        by: str = "public_security",
    ) -> None:
        begins = self._day(in_days)
        matter = _given(table(self.code, replaced_by, list(declared), barred=barred)) | {"validFrom": str(begins)}
        self.saved = self.house.ask(by, SAVE, matter=matter, replaces=self.saved)["version"]
        self.on = begins

    def withdraw(self, in_days: int = 0, by: str = "public_security") -> None:
        on = self._day(in_days)
        self.saved = self.house.ask(by, WITHDRAW, code=self.code, replaces=self.saved, on=str(on))["version"]
        self.on = on

    def look(self, in_days: int) -> None:
        self.on = self._day(in_days)

    # what is told

    def state(self) -> str:
        found = self._found()
        return "UNKNOWN" if found is None else verdict(found["materials"][0]["notToBeAsked"])

    def kept(self) -> object:
        return self._found()

    def versions(self) -> int:
        first = self._found() or self._found(today(time.time()))
        return 0 if first is None else len(first["versions"])

    def _day(self, in_days: int) -> date:
        return today(time.time()) + timedelta(days=in_days)

    def _found(self, on: date | None = None) -> Any:
        try:
            return self.house.ask("counter", LOOK, code=self.code, on=str(on or self.on))
        except Refused as refused:
            if refused.code != MATTER_UNKNOWN.name:
                raise
            return None


def _given(written: dict[str, Any]) -> dict[str, Any]:
    """The table as GraphQL takes it."""
    roles = [
        {"name": name, "title": one["title"], "titleEn": one["title_en"], "least": one["least"],
         "kinds": [kind.upper() for kind in one["kinds"]]}
        for name, one in written["role"].items()
    ]  # fmt: skip
    materials = [
        {"code": code, "title": one["title"], "titleEn": one["title_en"], "barred": one["barred"],
         **({"replacedBy": _replacement(one["replaced_by"])} if "replaced_by" in one else {})}
        for code, one in written["material"].items()
    ]  # fmt: skip
    return {
        "code": written["code"], "title": written["title"], "titleEn": written["title_en"],
        "department": written["department"], "basis": written["basis"], "declared": written["items"], "roles": roles,
        "materials": materials,
    }  # fmt: skip


def _replacement(written: dict[str, Any]) -> dict[str, Any]:
    """Exactly one branch of the tree."""
    (branch,) = written.keys() & {"items", "certificates", "own", "theme", "any", "all"}
    match branch:
        case "items":
            return dict(written)
        case "certificates":
            return {"certificate": {"role": written["of"], "types": written[branch]}}
        case "own" | "theme":
            source = {"title": written[branch]["title"], "titleEn": written[branch]["title_en"]}
            return {branch: source | ({"providerTitle": written[branch]["provider"]} if branch == "theme" else {})}
        case _:
            return {f"{branch}Of": [_replacement(part) for part in written[branch]]}
