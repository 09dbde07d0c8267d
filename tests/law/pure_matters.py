"""Matters on the pure functions of `catalogue`: read, checked, bound, and which version holds."""

from datetime import date, timedelta
from typing import Any

from catalogue.check_matter import Against, check_matter
from catalogue.finding import Finding
from catalogue.load_matters import licence_types, words_of
from catalogue.matter_items import bind_matter
from catalogue.matters import Matter, Withdrawn, register_of
from catalogue.read_matter import Term, read_matter
from catalogue.toml_table import TomlTable
from errors import MATTER_INVALID
from tests.http.house import CATALOGUE
from tests.law.matters import table, verdict
from tests.law.steps import Refused, StepCase

TODAY = date(2026, 3, 2)
AGAINST = Against(CATALOGUE, licence_types(), CATALOGUE.departments.__contains__)


class PureMatters:
    """The versions of one matter."""

    def __init__(self, case: StepCase) -> None:
        self.code = f"LAW-{case.number}"
        self.saved: list[Matter | Withdrawn] = []
        self.day = TODAY

    # what is done

    def save(
        self,
        replaced_by: dict[str, Any] | None = None,
        declared: tuple[str, ...] = (),
        in_days: int = 0,
        barred: bool = False,
    ) -> None:
        if in_days < 0:
            raise Refused(MATTER_INVALID.name, None, "from today on")  # the day is the resolver's
        findings: list[Finding] = []
        written = TomlTable("matter", "", table(self.code, replaced_by, list(declared), barred=barred), findings)
        begins = TODAY + timedelta(days=in_days)
        matter = read_matter(written, words_of(CATALOGUE), Term(len(self.saved) + 1, begins, None))
        findings += check_matter(AGAINST, matter, "matter")
        if findings:
            raise Refused(MATTER_INVALID.name, findings[0].article, findings[0].hint)
        self.saved.append(bind_matter(CATALOGUE, matter))
        self.day = begins

    def withdraw(self, in_days: int = 0) -> None:
        self.day = TODAY + timedelta(days=in_days)
        self.saved.append(Withdrawn(self.code, len(self.saved) + 1, self.day))

    def look(self, in_days: int) -> None:
        self.day = TODAY + timedelta(days=in_days)

    # what is told

    def state(self) -> str:
        found = register_of(1, self.saved).in_force(self.code, self.day)
        return "UNKNOWN" if found is None else verdict("proof" in found.marked)

    def kept(self) -> object:
        return tuple(self.saved)

    def versions(self) -> int:
        return len(self.saved)
