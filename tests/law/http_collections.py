"""Collections through HTTP, by a counter's client. What a check would keep is kept by the same store."""

import asyncio
import base64
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from storage.access import Role, attach
from storage.case_checks import CaseChecks
from storage.own_database import DATABASE
from storage.pool import open_pool
from tests.law.collecting import AGENT, APPLICANT, MATERIALS, MATTER, scan, verdicts
from tests.law.http_house import House
from tests.law.matters import POLICE
from tests.law.steps import StepCase
from tests.server.gateway import Running

NUMBER = "LAW-1"


def purpose(handler: str) -> str:
    return f'matter="{MATTER}", use=administrative-basis, case="{NUMBER}", handler="{handler}"'


PURPOSE = purpose("H-1")
OPEN = """mutation($subjects: [CaseSubjectInput!]!, $authorities: [CaseAuthorityInput!]) {
  openCase(case: "LAW-1", matter: "T-COLLECT", subjects: $subjects, authorities: $authorities) { number } }"""
COLLECT = """mutation($material: String!, $reason: String) {
  recordCollection(case: "LAW-1", material: $material, reason: $reason) { kind } }"""
OFFER = """mutation($material: String!, $file: ScanInput!) {
  recordOfferedProof(case: "LAW-1", material: $material, file: $file) { kind } }"""
HAND_OVER = """mutation($to: String!, $reason: String!) {
  handOverCase(case: "LAW-1", to: $to, reason: $reason) { handler } }"""
CLOSE = 'mutation { closeCase(case: "LAW-1", result: APPROVED) { warnings } }'
FILE = """{ serviceCase(number: "LAW-1") { handler closedAt warnings authorities { basis } handovers { passedTo }
  collections { material kind verdict } } }"""
LIST = "{ serviceCases { cases { number } } }"
KNOWN = "{ matters { code } }"
SAVE = """mutation($matter: MatterInput!) {
  saveMatter(matter: $matter, replaces: 0, reason: "案例", handler: "law-handler") { version } }"""


class HttpCollections:
    """One case of the department."""

    def __init__(self, case: StepCase, court: Running) -> None:
        self.house = House(court, case.client)
        self.court = court
        self.department = case.department
        self.told = "OPEN"
        if MATTER not in {one["code"] for one in self.house.ask("counter", KNOWN)}:
            self.house.ask("public_security", SAVE, matter=_matter())

    # what is done

    def open(self, acts_for: str = "applicant", until: str | None = None) -> None:
        places = {"applicant": 0, "agent": 1}
        subjects = [{"role": "applicant", "idNumber": APPLICANT}, {"role": "agent", "idNumber": AGENT}]
        stated = None
        if acts_for:
            stated = [{"kind": "AGENT", "holder": places["agent"], "actsFor": [places[acts_for]],
                       "basis": "授权委托书", "validUntil": until}]  # fmt: skip
        self.house.ask("consumer", OPEN, PURPOSE, subjects=subjects, authorities=stated)

    def check(self, hours_ago: int = 0, **words: Any) -> None:
        async def keep() -> None:
            pool = await open_pool(attach(self.court.folder).dsn(DATABASE, Role.SERVICE), application_name="law", size=1)
            at = datetime.now(UTC) - timedelta(hours=hours_ago)
            told = verdicts(words)
            digests = dict.fromkeys(told, b"\x00")
            assert await CaseChecks(pool).keep(self.department, NUMBER, MATTER, str(uuid4()), at, digests, told)
            await pool.close()

        asyncio.run(keep())

    def collect(self, material: str, reason: str = "", by: str = "H-1") -> None:
        self.told = self.house.ask("consumer", COLLECT, purpose(by), material=material, reason=reason)["kind"]

    def offer(self, material: str, kind: str = "image/png", size: int = 64) -> None:
        file = {"name": "scan.png", "mediaType": kind, "content": base64.b64encode(scan(size)).decode()}
        self.told = self.house.ask("consumer", OFFER, PURPOSE, material=material, file=file)["kind"]

    def hand_over(self, to: str, reason: str) -> None:
        self.house.ask("consumer", HAND_OVER, PURPOSE, to=to, reason=reason)

    def close(self, by: str = "H-1") -> None:
        self.house.ask("consumer", CLOSE, purpose(by))
        self.told = "CLOSED"

    # what is told

    def state(self) -> str:
        return self.told

    def kept(self) -> object:
        """The whole file of the case; None before it is opened."""
        return self.file() if self.house.ask("consumer", LIST)["cases"] else None

    def recorded(self) -> list[str]:
        return [f"{one['material']} {one['kind']} {one['verdict'] or ''}" for one in reversed(self.file()["collections"])]

    def warnings(self) -> Any:
        return self.file()["warnings"]

    def handler(self) -> Any:
        return self.file()["handler"]

    def file(self) -> Any:
        return self.house.ask("consumer", FILE)


def _matter() -> dict[str, Any]:
    """A matter of the police with an applicant and an agent, and materials that nothing replaces."""
    role = {"kinds": ["PERSON"], "most": 1}
    return {
        "code": MATTER, "title": "案例事项", "titleEn": "a matter of the cases", "department": POLICE,
        "basis": [{"title": "案例依据"}], "declared": [],
        "roles": [
            {"name": "applicant", "title": "申请人", "titleEn": "applicant", "least": 1, **role},
            {"name": "agent", "title": "代理人", "titleEn": "agent", "least": 0, "actsFor": ["applicant"], **role},
        ],
        "materials": [{"code": one, "title": one, "titleEn": one} for one in MATERIALS],
    }  # fmt: skip
