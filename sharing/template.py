"""Condition templates: the terms on which a provider usually answers, applied to what was asked. They only narrow."""

from dataclasses import dataclass
from datetime import date, timedelta

from catalogue.model import Form, ItemCode, Mode, Rows, Use
from sharing.answer import ItemAnswer, Outcome
from sharing.terms import NARROWER_FORMS, NARROWER_ROWS, Terms


@dataclass(frozen=True, slots=True)
class Template:
    """Bounds; None leaves what was asked. `valid_days`: from the day of the answer on. `refuse`: all, with the reason."""

    form: Form | None = None
    rows: Rows | None = None
    uses: frozenset[Use] | None = None
    modes: frozenset[Mode] | None = None
    quota_per_day: int | None = None
    valid_days: int | None = None
    refuse: bool = False
    reason: str = ""


def answer_by(template: Template, item: ItemCode, asked: Terms, today: date) -> ItemAnswer:
    """The answer to one item by the template: as asked, within its bounds. `sharing.answer.check_answer` judges it."""
    if template.refuse:
        return ItemAnswer(item, Outcome.REFUSE, None, template.reason)
    form, rows = template.form, template.rows
    terms = Terms(
        form=form if form is not None and form in NARROWER_FORMS[asked.form] else asked.form,
        rows=rows if rows is not None and rows in NARROWER_ROWS[asked.rows] else asked.rows,
        uses=asked.uses if template.uses is None else asked.uses & template.uses,
        matters=asked.matters,
        modes=asked.modes if template.modes is None else asked.modes & template.modes,
        valid_until=_earlier(
            asked.valid_until, None if template.valid_days is None else today + timedelta(days=template.valid_days)
        ),
        quota_per_day=_smaller(asked.quota_per_day, template.quota_per_day),
        operations=asked.operations,
    )
    return ItemAnswer(item, Outcome.GRANT if terms == asked else Outcome.PARTLY, terms, template.reason)


def _earlier(one: date | None, other: date | None) -> date | None:
    return other if one is None else one if other is None else min(one, other)


def _smaller(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else min(one, other)
