"""What the law says of an item on a demo subject's own row, as the cases write it."""

from collections.abc import Sequence
from datetime import date

from catalogue.model import Coordinate, Form
from catalogue.predicate import evaluate
from demo.stories import STORY_BLOCK
from sharing.decide import Standpoint, decide_one
from sharing.decision import Asked, Question, Share, ShareIf, Verdict, Withhold
from tests.law.cases import CATALOGUE
from tests.law.rows import row_of

TOLD_AS = {Form.FULL: "SHARED", Form.MASKED: "MASKED", Form.VERIFY: "COMPARED"}


def verdict_on(
    item: Coordinate, subject: str, standpoint: Standpoint, asked: Asked = Asked.SHOW, case: Sequence[str] = ()
) -> Verdict:
    """What the decision comes to on the row of this subject; `case` are the subjects that the stated case names."""
    decision = decide_one(CATALOGUE, Question(item, asked), standpoint)
    if not isinstance(decision, ShareIf):
        return decision
    row = row_of(STORY_BLOCK, item.type, subject)
    facts = {"today": date.today(), "own_division": "3201", "case_subjects": case}  # noqa: DTZ011 - a day in China or here
    for predicate, verdict in decision.cases:
        if evaluate(predicate, row.get, facts) is True:
            return verdict
    return decision.otherwise


def told(verdict: Verdict) -> str:
    """As the cases write it."""
    match verdict:
        case Share(form=form, reason=reason):
            return f"{TOLD_AS[form]} {reason}"
        case Withhold(reason=reason, remedy=remedy):
            return f"WITHHELD {reason} {remedy}"
