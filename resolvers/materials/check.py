"""`materialCheck` (Art. 16 ¶2): on the compiled way, between shaping and recording.

Its positions were planned, decided and fetched as any; here they are read per material, and judged. What must be asked of
our own database (applications, the calendar, the case's last check) is asked only where a verdict depends on it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

import errors
from catalogue.model import Form, ItemCode
from resolvers.day import today
from resolvers.fetch import Fetched
from resolvers.materials.checker import Checker
from resolvers.materials.compare import compare
from resolvers.materials.examine import Examination
from resolvers.materials.result import CheckedMaterial
from resolvers.materials.tell import Telling
from resolvers.plan.plan import CheckField, Variables
from resolvers.ports import OpenCase, SubjectHash
from resolvers.ports.applications import ApplicationBook
from resolvers.ports.calendars import Calendars
from resolvers.ports.cases import CaseChecks, KeptCheck
from resolvers.shape import Shaping
from sharing.applied import NOTHING_APPLIED, applied_apart
from sharing.consumer import Asking
from sharing.material import MaterialReason, MaterialVerdict
from sharing.recheck import covers

_NONE_BEFORE: Mapping[str, KeptCheck] = {}


@dataclass(frozen=True, slots=True)
class Desk:
    """What a check needs beside the registers."""

    applications: ApplicationBook
    calendars: Calendars
    checks: CaseChecks
    digest: SubjectHash


@dataclass(frozen=True, slots=True)
class Read:
    """What one request has read: its shaped data, the keys of its root fields by response key, what row rules were told."""

    data: dict[str, object]
    shaping: Shaping
    keys: Mapping[str, Sequence[object]]
    facts: Mapping[str, object]
    fetched: Fetched


@dataclass(frozen=True, slots=True)
class Checked:
    """One check, judged: what the ledger keeps of it, and what it tells once it has a receipt."""

    checker: Checker
    telling: Telling
    left: Mapping[str, bytes] | None
    """What is left with the stated case; None where its subjects are not that case's, all of them and nobody else."""

    @property
    def field(self) -> CheckField:
        return self.checker.check

    @property
    def recorded(self) -> bytes:
        """What the ledger keeps of it."""
        return self.checker.recorded(self.telling.materials)

    def told(self, receipt: str) -> dict[str, object]:
        """What the document selects."""
        return self.checker.tell(self.telling._replace(receipt=receipt))


def check_stated(fields: Iterable[CheckField], stated: str) -> None:
    """The purpose states the matter whose materials are checked, or one of several that are. Raises PURPOSE_CONFLICT."""
    asked: dict[tuple[str, bool], list[str]] = {}
    for one in fields:
        asked.setdefault((one.path[0], one.many), []).append(one.composed.shape.matter.code)
    other = next((matters[0] for matters in asked.values() if stated not in matters), None)
    if other is not None:
        raise errors.GatewayError(
            errors.PURPOSE_CONFLICT,
            f"the materials of `{other}` are asked for, the purpose states another matter",
            "state the same matter in both",
            article="Art. 17 ¶2",
        )


class InCase(NamedTuple):
    """The case that the purpose states, and which of the request's checks are checks of it, by their paths."""

    number: str
    codes: tuple[str, ...]
    """Of its subjects."""
    covered: frozenset[tuple[str, ...]]


def in_case(fields: Iterable[CheckField], case: OpenCase, variables: Variables) -> InCase:
    """Which of these checks name the case's subjects, all of them and nobody else."""
    covered = [
        one.path
        for one in fields
        if covers(one.named(variables), case.subjects, one.composed.shape.matter.roles.keys())
    ]  # fmt: skip
    return InCase(case.number, case.codes, frozenset(covered))


async def check(
    desk: Desk, checkers: Iterable[Checker], read: Read, asking: Asking, case: InCase | None, now: float
) -> list[Checked]:
    """The checks of one request, judged. Takes the positions they read out of the data: only what is judged leaves.

    Raises LEDGER_UNAVAILABLE where our own database is away.
    """
    made = []
    for checker in checkers:
        field, as_of = checker.check, read.fetched.as_of
        data = {asked.variable: read.data.pop(asked.variable) for asked in field.composed.asked}
        examination = Examination(checker.examiner, data, read.keys, read.facts)
        examination.note(read.shaping)
        applied, materials = NOTHING_APPLIED, [judge(examination, NOTHING_APPLIED) for judge in checker.materials]
        asked: set[ItemCode] = set()
        # once one alternative is refused, another decides: until nothing decides that was not asked about
        while missing := {ItemCode(item) for one in materials for item in one.standing.items} - asked:
            asked |= missing
            matter = field.composed.shape.matter.code
            latest = await desk.applications.latest(asking.department, asked)
            parted = checker.examiner.catalogue.parted
            applied = applied_apart(latest, asking._replace(matter=matter), Form, parted)
            judged = zip(checker.materials, materials, strict=True)
            materials = [judge(examination, applied) if one.standing.items else one for judge, one in judged]
        before, compared = _NONE_BEFORE, None
        if case is not None and field.path in case.covered:
            checked = [one.code for one in materials]
            before = await desk.checks.latest(asking.department, case.number, field.composed.shape.matter.code, checked)
            compared = compare(examination, materials, before, desk.digest, f"{asking.department} {case.number}")
        telling = Telling(
            examiner=checker.examiner,
            materials=materials,
            as_of=as_of,
            at=datetime.fromtimestamp(now, UTC),
            case=None if case is None else case.number,
            check_by=await _check_by(desk.calendars, materials, now),
            applied=applied,
            changed={} if compared is None else compared.changed,
            compared_with=max((one.at for one in before.values()), default=None),
        )
        made.append(Checked(checker, telling, None if compared is None else compared.digests))
    return made


async def keep(desk: Desk, checked: Iterable[Checked], asking: Asking, case: str | None, receipt: str) -> None:
    """Leave with the case what its next check is compared with, hashed. Raises LEDGER_UNAVAILABLE, OVERLOADED."""
    for one in checked:
        if case is None or one.left is None:
            continue
        verdicts = {material.code: str(material.standing.verdict) for material in one.telling.materials}
        matter = one.field.composed.shape.matter.code
        await desk.checks.keep(asking.department, case, matter, receipt, one.telling.at, one.left, verdicts)


async def _check_by(calendars: Calendars, materials: Sequence[CheckedMaterial], now: float) -> Mapping[int, date]:
    terms = {
        one.asked.material.lenience.working_days
        for one in materials
        if one.asked.material.lenience is not None and one.standing.verdict is MaterialVerdict.ASK_WITH_REASON
    }
    if not terms:
        return {}
    calendar = await calendars.calendar()
    return {term: calendar.add_working_days(today(now), term).date for term in terms}


__all__ = ["Checked", "Desk", "InCase", "MaterialReason", "Read", "check", "in_case", "keep"]
