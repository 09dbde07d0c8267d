"""What is told of decisions, in words: by `explain` for a document, by `myRights` for the catalogue."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from catalogue.model import Catalogue, Form, ItemCode, ProviderCode
from resolvers.day import today, tomorrow
from sharing.decision import Decision, Reason, Remedy, Share, ShareIf, Withhold
from sharing.standpoint import Standpoint
from sharing.survey import nearest_remedy, verdicts_of

WORDS = {Form.FULL: "SHARED", Form.MASKED: "MASKED", Form.VERIFY: "VERIFIABLE"}
DEPENDS_ON_ROW, WITHHELD = "DEPENDS_ON_ROW", "WITHHELD"
FULLEST_FIRST = (WORDS[Form.FULL], DEPENDS_ON_ROW, WORDS[Form.MASKED], WORDS[Form.VERIFY])

REMEDIES = (
    "怎么办 · where something is withheld: wait, name_case (指明办件), run_stored_operation (运行授权所限的存储查询), "
    "apply, verify (改为核验比对), negotiate or none; what has been applied for already is waited for or negotiated."
)
_UNTIL_TOMORROW = frozenset({Reason.QUOTA_EXHAUSTED, Reason.ATTEMPTS_EXHAUSTED})


def verdict(decision: Decision) -> str:
    """SHARED, MASKED, VERIFIABLE, DEPENDS_ON_ROW or WITHHELD."""
    match decision:
        case Share(form=form):
            return WORDS[form]
        case ShareIf():
            return DEPENDS_ON_ROW
        case Withhold():
            return WITHHELD


@dataclass(frozen=True, slots=True)
class Why:
    """Reasons and articles of what was decided, each once; the remedy where something is withheld."""

    reasons: list[str]
    articles: list[str]
    remedy: Remedy | None


def why(decisions: Iterable[Decision]) -> Why:
    """Why, over all rows and all of these decisions: first what shares, then what withholds."""
    listed = tuple(decisions)
    verdicts = sorted(verdicts_of(listed), key=lambda one: isinstance(one, Withhold))
    return Why(
        list(dict.fromkeys(str(one.reason) for one in verdicts)),
        list(dict.fromkeys(one.article for one in verdicts)),
        nearest_remedy(listed),
    )


def title_of(catalogue: Catalogue, department: ProviderCode) -> str | None:
    """What a department is called; None for one that the catalogue does not know."""
    known = catalogue.departments.get(department)
    return None if known is None else known.title


def expected_on(
    item: ItemCode,
    decisions: Iterable[Decision],
    pending: Mapping[ItemCode, date | None],
    starts: Standpoint | None,
    now: float,
) -> date | None:
    """When what is withheld can be expected: the day on which an answer is due, a grant begins or a quota is whole again,
    whichever comes first; None where nothing is withheld or nothing is known. `now` in Unix seconds.
    """
    withheld = [one for one in verdicts_of(decisions) if isinstance(one, Withhold)]
    if not withheld:
        return None
    due = pending.get(item) if any(one.remedy is Remedy.APPLY for one in withheld) else None
    days = [] if due is None else [due]
    if starts is not None:
        days.append(today(starts.now.timestamp()))
    if any(one.reason in _UNTIL_TOMORROW for one in withheld):
        days.append(tomorrow(now))
    return min(days, default=None)
