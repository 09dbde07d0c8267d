"""Deciding: every question of a plan at once, before any fetch, and the plan that is left.

What is decided is kept as long as it holds: for one epoch of rights, until the next grant or version of a matter begins or
ends, for callers who stand alike. A pruned plan is shared by all whose decisions are equal: rights are not in its key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TypeAlias

from catalogue.binding import SourceName
from catalogue.model import Catalogue, Coordinate, ItemCode, ResourceName
from resolvers.day import next_midnight, tomorrow
from resolvers.kept import Kept
from resolvers.materials.checker import Checker, compile_checker
from resolvers.plan.marks import touched
from resolvers.plan.plan import Plan
from resolvers.plan.prune import prune
from resolvers.plan.pruned import Note, Pruned
from resolvers.remarks import Remark, matter_remarks
from resolvers.report import Report, compile_report
from resolvers.shape import Shape, compile_shape
from sharing.conceal import Concealed, conceal, longest
from sharing.consumer import Asking
from sharing.decide import decide_by_matter
from sharing.decision import BREACHES, Decision, Outcome, Question
from sharing.grant import GrantId
from sharing.regime import NOBODY, Regime
from sharing.rights import Rights, next_boundary
from sharing.standpoint import Standpoint

Fingerprint: TypeAlias = tuple[Decision, ...]

STANDPOINT_WEIGHT = 100
"""What is remembered with a standpoint: mostly what some tens of documents ask."""


@dataclass(frozen=True, slots=True)
class Permitted:
    """What may run, compiled: the pruned plan, its shape, its outcomes, and which run-time facts its row rules need.

    `withheld` is what no row of the answer will show, `breaches` what of it was asked beyond what was granted, `remarks`
    what is lawful and worth a look. `concealed`: how the answer is kept from its subjects.
    """

    decisions: Fingerprint
    pruned: Pruned
    shape: Shape
    report: Report
    needs_case: bool
    withheld: tuple[Note, ...]
    breaches: tuple[str, ...]
    remarks: tuple[Remark, ...]
    checkers: tuple[Checker, ...]
    """Of each check of materials, in the plan's order."""
    doubted: bool = False
    concealed: Concealed | None = None


@dataclass(frozen=True, slots=True)
class _Held:
    permitted: Permitted
    epoch: int
    until: float


@dataclass(frozen=True, slots=True)
class _Stood:
    standpoint: Standpoint
    epoch: int
    until: float


_Variant: TypeAlias = tuple[Fingerprint, frozenset[Question], date | None, frozenset[ItemCode], bool]
"""What a pruned plan and all compiled from it depend on: the decisions, what is remarked on, when quotas count anew, which
of its items are in doubt (of whomever: the subjects are looked up while rows are shaped), and whether it is remarked that
no such matter is registered.
"""


class Decider:
    """Decides plans for one catalogue version."""

    def __init__(
        self,
        catalogue: Catalogue,
        sources: Mapping[ResourceName, SourceName],
        regime: Regime | None = None,
        unbound: frozenset[Coordinate] = frozenset(),
    ) -> None:
        """`sources` says where each resource's rows are, `unbound` which of its items no column holds yet."""
        self._catalogue = catalogue
        self._sources = sources
        self._regime = regime or Regime()
        self._unbound = unbound
        self._standpoints: Kept[tuple[Asking, str, frozenset[GrantId]], _Stood] = Kept()
        self._held: Kept[tuple[int, Asking] | tuple[int, Asking, frozenset[GrantId]], _Held] = Kept()
        self._pruned: Kept[tuple[int, _Variant], tuple[Plan, Permitted]] = Kept()

    def source_of(self, resource: ResourceName) -> SourceName | None:
        """Where the resource's rows are; None where it is not connected."""
        return self._sources.get(resource)

    def permit(
        self, plan: Plan, asking: Asking, rights: Rights, now: float, exhausted: frozenset[GrantId] = NOBODY
    ) -> Permitted:
        """What this plan may read from this standpoint at `now` (Unix seconds), without the grants that are `exhausted`."""
        key = (id(plan), asking, exhausted) if exhausted else (id(plan), asking)
        held = self._held.get(key)
        if held is not None and held.epoch == rights.epoch and now < held.until and held.permitted.pruned.plan is plan:
            return held.permitted
        # the document is named only where a grant might: who stands alike shares what is decided
        document = plan.document if asking.department in rights.narrowed else ""
        stood: list[_Stood] = []

        def stand(asking: Asking) -> Standpoint:
            stood.append(self._stand(asking, document, exhausted, rights, now))
            return stood[-1].standpoint

        decisions = decide_by_matter(self._catalogue, plan.questions, asking, stand)
        at = datetime.fromtimestamp(now, UTC)
        outside = self._regime.undeclared(asking.matter, rights, at, plan.questions)
        again = tomorrow(now) if exhausted else None
        unknown = self._regime.warns_of(asking.matter, rights, at)
        fingerprint = tuple(decisions[one] for one in plan.questions)
        variant = fingerprint, outside, again, self._doubted(plan, rights), unknown
        permitted = self._permitted(plan, variant)
        concealed = self._concealed(plan, asking, rights, now)
        if concealed is not None:
            permitted = replace(permitted, concealed=concealed)
        until = min((one.until for one in stood), default=float("inf"))
        self._held.put(key, _Held(permitted, rights.epoch, until), plan.weight)
        return permitted

    def _doubted(self, plan: Plan, rights: Rights) -> frozenset[ItemCode]:
        """The items of the plan that open doubts are about; mostly none, and then nothing of them is compiled."""
        if not rights.doubts.items:
            return rights.doubts.items
        return touched(self._catalogue, [question.coordinate for question in plan.questions], rights.doubts.items)

    def _concealed(self, plan: Plan, asking: Asking, rights: Rights, now: float) -> Concealed | None:
        """How an answer to this plan is kept from its subjects: by the grants that anything in it is asked under."""
        concealing = rights.concealing.get(asking.department)
        if concealing is None:
            return None
        items: dict[str, set[ItemCode]] = {}
        for question in plan.questions:
            entry = self._catalogue.entries.get(question.coordinate)
            if entry is not None:
                items.setdefault(question.matter or asking.matter, set()).add(entry.code)
        at = datetime.fromtimestamp(now, UTC)
        found = (
            conceal(concealing, asking._replace(matter=matter), at, frozenset(codes)) for matter, codes in items.items()
        )
        return longest(found)

    def _stand(self, asking: Asking, document: str, exhausted: frozenset[GrantId], rights: Rights, now: float) -> _Stood:
        stood = self._standpoints.get((asking, document, exhausted))
        if stood is None or stood.epoch != rights.epoch or now >= stood.until:
            at = datetime.fromtimestamp(now, UTC)
            boundary = next_boundary(rights, asking.department, at)
            until = boundary.timestamp() if boundary else float("inf")
            if exhausted:
                until = min(until, next_midnight(now))
            stood = _Stood(self._regime.standpoint(asking, rights, at, document, exhausted), rights.epoch, until)
            self._standpoints.put((asking, document, exhausted), stood, STANDPOINT_WEIGHT)
        return stood

    def _permitted(self, plan: Plan, variant: _Variant) -> Permitted:
        known = self._pruned.get((id(plan), variant))
        if known is not None and known[0] is plan:
            return known[1]
        fingerprint, outside, whole_again, doubted, unknown = variant
        decisions = dict(zip(plan.questions, fingerprint, strict=True))
        pruned = prune(plan, decisions, self._catalogue, self._sources, self._unbound, doubted)
        permitted = Permitted(
            fingerprint,
            pruned,
            compile_shape(pruned),
            compile_report(pruned, whole_again),
            needs_case="case_subjects" in pruned.params,
            withheld=pruned.withheld,
            breaches=_breaches(pruned),
            remarks=matter_remarks({question.coordinate for question in outside & pruned.used}, unknown=unknown),
            doubted=bool(doubted),
            checkers=tuple(compile_checker(self._catalogue, one, pruned, decisions) for one in plan.checks),
        )
        self._pruned.put((id(plan), variant), (plan, permitted), plan.weight)
        return permitted


def _breaches(pruned: Pruned) -> tuple[str, ...]:
    """What the plan asks beyond what was granted (Art. 17 ¶2)."""
    return tuple(sorted({note.reason for note in pruned.notes if note.outcome is Outcome.WITHHELD} & BREACHES))
