"""The cases of sharing against the pure function. The row is the demo register's own."""

from datetime import UTC, date, datetime

import pytest

from catalogue.model import ItemCode, Mode
from catalogue.predicate import evaluate
from demo.stories import STORY_BLOCK
from sharing.consumer import Asking
from sharing.decide import Standpoint, decide_one
from sharing.decision import Asked, Question, Share, ShareIf, Verdict, Withhold
from sharing.grant import Grant, GrantId
from tests.law.cases import CATALOGUE, DIVISION, Case, sharing_cases
from tests.law.rows import row_of

PURE = [case for case in sharing_cases() if not case.pure.startswith("REFUSED")]


@pytest.mark.parametrize("case", PURE, ids=str)
def test_the_decision_is_what_the_article_says(case: Case) -> None:
    assert told(decided(case)) == case.pure


def decided(case: Case) -> Verdict:
    """What the decision comes to on the subject's row."""
    now = datetime.now(UTC)
    asking = Asking(
        case.department, DIVISION, case.matter, case.use, Mode.ONLINE_LOOKUP, in_case=bool(case.case), acting=False
    )
    held: dict[ItemCode, tuple[Grant, ...]] = {}
    for number, answer in enumerate(case.answers):
        grant = Grant(
            GrantId(f"{case.number}-{number}"), case.department, frozenset(answer.items), answer.form, answer.rows,
            answer.uses, answer.matters, answer.modes, answer.valid_from, answer.valid_until, suspended=answer.suspended,
        )  # fmt: skip
        for item in answer.items:
            held[item] = (*held.get(item, ()), grant)
    decision = decide_one(CATALOGUE, Question(case.item, Asked(case.asked)), Standpoint(asking, held, now))
    if not isinstance(decision, ShareIf):
        return decision
    row = row_of(STORY_BLOCK, case.item.type, case.subject)
    facts = {"today": date.today(), "own_division": "3201", "case_subjects": case.case}  # noqa: DTZ011 - a day in China or here
    for predicate, verdict in decision.cases:
        if evaluate(predicate, row.get, facts) is True:
            return verdict
    return decision.otherwise


def told(verdict: Verdict) -> str:
    """As the cases write it."""
    match verdict:
        case Share(form=form, reason=reason):
            return f"{'MASKED' if form == 'masked' else 'SHARED'} {reason}"
        case Withhold(reason=reason, remedy=remedy):
            return f"WITHHELD {reason} {remedy}"
