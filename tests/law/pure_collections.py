"""Collections on the pure functions of `sharing` (collection, authority, recheck), and how a scan is read."""

import base64
from datetime import UTC, date, datetime, timedelta
from typing import Any

from catalogue.matters import Matter, Role, SubjectKind
from errors import NOT_FOUND
from resolvers.workflow.scans import ScanInput, read_scan
from sharing.authority import Authority, AuthorityKind, Named, check_authorities, check_stated
from sharing.collection import CollectionKind, Told, collect
from sharing.recheck import warnings_of
from tests.law.collecting import AGENT, APPLICANT, MATERIALS, MATTER, scan, verdicts
from tests.law.matters import POLICE
from tests.law.steps import Refused, StepCase

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
TODAY = date(2026, 3, 2)
ROLES = {
    "applicant": Role("applicant", "申请人", "applicant", (SubjectKind.PERSON,), 1, 1),
    "agent": Role("agent", "代理人", "agent", (SubjectKind.PERSON,), 0, 1, ("applicant",)),
}
COLLECTED = Matter(MATTER, "案例事项", "a matter of the cases", POLICE, roles=ROLES)


class PureCollections:
    """One case, what the last check of each material told, and what was collected in it."""

    def __init__(self, case: StepCase) -> None:
        self.authorities: tuple[Authority, ...] = ()
        self.checked: dict[str, Told] = {}
        self.collected: list[str] = []
        self.told = "OPEN"

    # what is done

    def open(self, acts_for: str = "applicant", until: str | None = None) -> None:
        named = {"applicant": Named("applicant", APPLICANT), "agent": Named("agent", AGENT)}
        stated: tuple[Authority, ...] = ()
        if acts_for:
            ends = None if until is None else date.fromisoformat(until)
            stated = (Authority(AuthorityKind.AGENT, named["agent"], (named[acts_for],), "授权委托书", ends),)
        check_authorities(stated, {"agent": ("applicant", "agent")}, TODAY)
        check_stated(COLLECTED, {"applicant": [APPLICANT], "agent": [AGENT]}, stated)
        self.authorities = stated

    def check(self, hours_ago: int = 0, **words: Any) -> None:
        at = NOW - timedelta(hours=hours_ago)
        self.checked |= {material: Told(verdict, at) for material, verdict in verdicts(words).items()}

    def collect(self, material: str, reason: str = "") -> None:
        if material not in MATERIALS:
            raise Refused(NOT_FOUND.name, None, "name a material of the matter")  # the code is the resolver's
        self.keep(material, collect(self.checked.get(material), reason, NOW))

    def offer(self, material: str, kind: str = "image/png", size: int = 64) -> None:
        content = base64.b64encode(scan(size)).decode()
        read_scan(ScanInput(name="scan.png", media_type=kind, content=content), None)
        self.keep(material, CollectionKind.OFFERED)

    def close(self) -> None:
        self.told = "CLOSED"

    # what is told

    def state(self) -> str:
        return self.told

    def kept(self) -> object:
        return self.told, list(self.collected), self.authorities

    def recorded(self) -> list[str]:
        return self.collected

    def warnings(self) -> list[str]:
        since = min((one.at for one in self.checked.values()), default=None)
        return list(warnings_of(since, self.authorities, NOW, TODAY))

    def keep(self, material: str, kind: CollectionKind) -> None:
        verdict = self.checked[material].verdict if material in self.checked else ""
        self.collected.append(f"{material} {kind.name} {verdict}")
        self.told = kind.name
