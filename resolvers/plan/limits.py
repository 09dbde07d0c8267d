"""The quotas that a plan relies on, and on which rows: a subject counts where something of it is open by that grant."""

from collections.abc import Mapping, Sequence, Set

from connectors.request import CaseNumber
from resolvers.plan.draft import Draft
from resolvers.plan.pruned import Guard, Opened, Quota
from sharing.decision import Decision, Decisions, Question, Share, ShareIf, quotas, verdicts
from sharing.grant import GrantId


def quotas_relied_on(used: Mapping[Question, Set[int]], decisions: Decisions, drafts: Sequence[Draft]) -> tuple[Quota, ...]:
    """`used`: the questions, and by index the drafts whose rows rely on them. In the order in which they were first relied
    on: what finds a row comes before what is open of it.

    Where row rules decide, the number of the case is fetched with the row. Several under one name: the least holds.
    """
    per_day: dict[GrantId, int] = {}
    opened: dict[GrantId, dict[int, Opened]] = {}
    for question, steps in used.items():
        decision = decisions[question]
        for name, limit in quotas(decision).items():
            per_day[name] = min(limit, per_day.get(name, limit))
            by_step = opened.setdefault(name, {})
            for step in steps:
                found = _opened(decision, name, drafts[step])
                by_step[step] = _either(by_step[step], found) if step in by_step else found
    return tuple(
        Quota(name, limit, frozenset(drafts[step].root for step in opened[name]), opened[name])
        for name, limit in per_day.items()
    )


def _opened(decision: Decision, counted_as: GrantId, draft: Draft) -> Opened:
    told = verdicts(decision)
    numbers = frozenset(n for n, one in enumerate(told) if isinstance(one, Share) and one.counted_as == counted_as)
    unfound = len(told) - 1 in numbers
    if not isinstance(decision, ShareIf) or len(numbers) == len(told):
        return Opened(frozenset(), unfound)
    number = draft.cell(CaseNumber(tuple(predicate for predicate, _ in decision.cases)))
    return Opened(frozenset({Guard(number, frozenset(numbers))}), unfound)


def _either(one: Opened, other: Opened) -> Opened:
    guards = one.guards | other.guards if one.guards and other.guards else frozenset()
    return Opened(guards, one.unfound or other.unfound)
