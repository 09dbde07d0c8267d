"""The cases of sharing against the pure function. The row is the demo register's own."""

from datetime import UTC, datetime

import pytest

from catalogue.model import ItemCode, Mode
from sharing.consumer import Asking
from sharing.decide import Standpoint
from sharing.decision import Asked, Verdict
from sharing.grant import Grant, GrantId
from tests.law.cases import DIVISION, Case, sharing_cases
from tests.law.verdicts import told, verdict_on

PURE = [case for case in sharing_cases() if not case.pure.startswith("REFUSED")]


@pytest.mark.parametrize("case", PURE, ids=str)
def test_the_decision_is_what_the_article_says(case: Case) -> None:
    assert told(decided(case)) == case.pure


def decided(case: Case) -> Verdict:
    """What the decision comes to on the subject's row."""
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
    standpoint = Standpoint(asking, held, datetime.now(UTC))
    return verdict_on(case.item, case.subject, standpoint, Asked(case.asked), case.case)
