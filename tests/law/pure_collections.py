"""Collections on the pure functions of `sharing` (collection, authority, recheck), and how a scan is read."""

import base64
from datetime import UTC, date, datetime, timedelta
from typing import Any

from errors import CHECK_REQUIRED, NOT_FOUND
from resolvers.workflow.scans import ScanInput, read_scan
from sharing.authority import Authority, AuthorityKind, Named, check_authorities
from sharing.collection import CollectionKind, collect
from sharing.recheck import warnings_of
from tests.law.collecting import AGENT, APPLICANT, scan, verdicts
from tests.law.steps import Refused, StepCase

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
TODAY = date(2026, 3, 2)


class PureCollections:
    """One case, its last check, and what was collected in it."""

    def __init__(self, case: StepCase) -> None:
        self.authorities: tuple[Authority, ...] = ()
        self.checked: dict[str, str] | None = None
        self.checked_at: datetime | None = None
        self.collected: list[str] = []
        self.told = "OPEN"

    # what is done

    def open(self, acts_for: str = "", until: str | None = None) -> None:
        named = {"applicant": Named("applicant", APPLICANT), "agent": Named("agent", AGENT)}
        if acts_for:
            ends = None if until is None else date.fromisoformat(until)
            stated = (Authority(AuthorityKind.AGENT, named["agent"], (named[acts_for],), "授权委托书", ends),)
            check_authorities(stated, {"agent": ("applicant", "agent")}, TODAY)
            self.authorities = stated

    def check(self, hours_ago: int = 0, **words: Any) -> None:
        self.checked, self.checked_at = verdicts(words), NOW - timedelta(hours=hours_ago)

    def collect(self, material: str, reason: str = "") -> None:
        if self.checked is None:
            raise Refused(CHECK_REQUIRED.name, None, "run a check first")  # the code is the resolver's
        if material not in self.checked:
            raise Refused(NOT_FOUND.name, None, "name a material of the check")  # likewise
        self.keep(material, collect(self.checked[material], reason))

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
        return list(warnings_of(self.checked_at, self.authorities, NOW, TODAY))

    def keep(self, material: str, kind: CollectionKind) -> None:
        verdict = "" if self.checked is None else self.checked.get(material, "")
        self.collected.append(f"{material} {kind.name} {verdict}")
        self.told = kind.name
