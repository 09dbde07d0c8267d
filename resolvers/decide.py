"""Deciding: every question of a plan at once, before any fetch, and the plan that is left.

What is decided is kept as long as it holds: for one epoch of rights, until the next grant begins or ends, for callers who
stand alike. A pruned plan is shared by all whose decisions are equal: rights are not in its key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from catalogue.binding import SourceName
from catalogue.model import Catalogue, ResourceName
from resolvers.kept import Kept
from resolvers.plan.plan import Plan
from resolvers.plan.prune import prune
from resolvers.plan.pruned import Note, Pruned
from resolvers.report import Report, compile_report
from resolvers.shape import Shape, compile_shape
from sharing.consumer import Asking
from sharing.decide import Standpoint, decide
from sharing.decision import Decision
from sharing.rights import Rights, next_boundary

Fingerprint: TypeAlias = tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Permitted:
    """What may run, compiled: the pruned plan, its shape, its outcomes, and which run-time facts its row rules need.

    `withheld` is what no row of the answer will show.
    """

    decisions: Fingerprint
    pruned: Pruned
    shape: Shape
    report: Report
    needs_case: bool
    withheld: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class _Held:
    permitted: Permitted
    epoch: int
    until: float


class Decider:
    """Decides plans for one catalogue version."""

    def __init__(self, catalogue: Catalogue, sources: Mapping[ResourceName, SourceName]) -> None:
        self._catalogue = catalogue
        self._sources = sources
        self._held: Kept[tuple[int, Asking], _Held] = Kept()
        self._pruned: Kept[tuple[int, Fingerprint], tuple[Plan, Permitted]] = Kept()

    def permit(self, plan: Plan, asking: Asking, rights: Rights, now: float) -> Permitted:
        """What this plan may read from this standpoint at `now` (Unix seconds)."""
        key = (id(plan), asking)
        held = self._held.get(key)
        if held is not None and held.epoch == rights.epoch and now < held.until and held.permitted.pruned.plan is plan:
            return held.permitted
        at = datetime.fromtimestamp(now, UTC)
        grants = rights.of(asking.department)
        decisions = decide(self._catalogue, plan.questions, Standpoint(asking, grants, at))
        boundary = next_boundary(grants, at)
        permitted = self._permitted(plan, tuple(decisions[question] for question in plan.questions))
        self._held.put(key, _Held(permitted, rights.epoch, boundary.timestamp() if boundary else float("inf")), plan.weight)
        return permitted

    def _permitted(self, plan: Plan, fingerprint: Fingerprint) -> Permitted:
        known = self._pruned.get((id(plan), fingerprint))
        if known is not None and known[0] is plan:
            return known[1]
        decisions = dict(zip(plan.questions, fingerprint, strict=True))
        pruned = prune(plan, decisions, self._catalogue, self._sources)
        needs_case = "case_subjects" in pruned.params
        permitted = Permitted(
            fingerprint, pruned, compile_shape(pruned), compile_report(pruned), needs_case, pruned.withheld
        )
        self._pruned.put((id(plan), fingerprint), (plan, permitted), plan.weight)
        return permitted
