"""From what a query would be refused to what is applied for (Art. 16 ¶1): as much as the query needs, and no more.

Also what only finds or joins rows is asked for: a key that may not be used leaves the granted item out of reach.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from catalogue.model import (
    Catalogue,
    Conditional,
    Coordinate,
    Form,
    Item,
    ItemCode,
    ProviderCode,
    Relation,
    Rows,
)
from sharing.application import RequestedItem
from sharing.consumer import Asking
from sharing.decision import Asked, Decision, Question, Reason, Remedy, Share, ShareIf, Withhold
from sharing.terms import Terms, years_after

NO_USE = "USE_NOT_FORESEEN"
NO_FORM = "FORM_NOT_FORESEEN"
OWN_ITEM = "OWN_ITEM"

_FORMS: Mapping[Asked, tuple[Form, ...]] = {
    Asked.USE: (Form.FULL,),
    Asked.FIND: (Form.FULL,),
    Asked.SHOW: (Form.FULL, Form.MASKED),
    Asked.ROW: (Form.FULL, Form.MASKED),
    Asked.VERIFY: (Form.VERIFY, Form.FULL),
}
"""The forms that serve what is asked, the one to apply for first; the most demanding of what is asked decides."""
_ROWS = (Rows.ALL, Rows.OWN_DIVISION, Rows.CASE_SUBJECT)
_ROWS_IN_CASE = (Rows.CASE_SUBJECT, Rows.ALL, Rows.OWN_DIVISION)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item that a query lacks, for its provider. `some_rows`: it is withheld on some rows only."""

    provider: ProviderCode
    requested: RequestedItem
    some_rows: bool


@dataclass(frozen=True, slots=True)
class Unobtainable:
    """What a query lacks and no application brings: why, and where the law says so."""

    coordinate: Coordinate
    item: ItemCode
    provider: ProviderCode
    reason: str
    article: str


@dataclass(frozen=True, slots=True)
class Prefilled:
    """What a query lacks: by application, or not at all."""

    wanted: tuple[Wanted, ...]
    unobtainable: tuple[Unobtainable, ...]


@dataclass(frozen=True, slots=True)
class _Lack:
    """What is asked of a coordinate in vain, with the decisions on it."""

    coordinate: Coordinate
    asked: tuple[Asked, ...]
    decisions: tuple[Decision, ...]


def prefill(catalogue: Catalogue, decisions: Mapping[Question, Decision], asking: Asking, today: date) -> Prefilled:
    """What is applied for, by these decisions: in the order of the query's questions."""
    wanted: list[Wanted] = []
    unobtainable: list[Unobtainable] = []
    for lack in _lacks(decisions):
        entry = catalogue.entries.get(lack.coordinate)
        if entry is None:
            continue
        found = _wanted(entry, lack, asking, today)
        if isinstance(found, Wanted):
            wanted.append(found)
        else:
            unobtainable.append(found)
    return Prefilled(tuple(wanted), tuple(unobtainable))


def _lacks(decisions: Mapping[Question, Decision]) -> list[_Lack]:
    """The coordinates that are withheld, on all rows or on some, each once."""
    together: dict[Coordinate, list[tuple[Asked, Decision]]] = {}
    for question, decision in decisions.items():
        if _applies(decision):
            together.setdefault(question.coordinate, []).append((question.asked, decision))
    return [_Lack(at, tuple(asked for asked, _ in of), tuple(decision for _, decision in of)) for at, of in together.items()]


def _applies(decision: Decision) -> bool:
    """Whether something is withheld that one can do something about: a missing fact is none, no answer makes up for it."""
    match decision:
        case Share():
            return False
        case Withhold():
            return decision.remedy is not Remedy.NONE
        case ShareIf(cases, otherwise):
            return any(_by_grant(verdict) for verdict in (*(verdict for _, verdict in cases), otherwise))


def _by_grant(verdict: Share | Withhold) -> bool:
    return isinstance(verdict, Withhold) and verdict.remedy is Remedy.APPLY


def _wanted(entry: Item | Relation, lack: _Lack, asking: Asking, today: date) -> Wanted | Unobtainable:
    def unobtainable(reason: str, article: str) -> Unobtainable:
        return Unobtainable(lack.coordinate, entry.code, entry.provider, reason, article)

    if entry.provider == asking.department:
        return unobtainable(OWN_ITEM, "Art. 17 ¶1")
    whole = [one for one in lack.decisions if isinstance(one, Withhold)]
    other = next((one for one in whole if one.remedy is not Remedy.APPLY and one.reason is not Reason.NOT_SHARED), None)
    if other is not None:
        return unobtainable(other.reason, other.article)
    if any(one.reason is Reason.NOT_SHARED for one in whole):
        asked_for = Terms(
            _forms(lack.asked)[0], Rows.ALL, frozenset({asking.use}), frozenset({asking.matter}), frozenset({asking.mode}),
            years_after(today, 1),
        )  # fmt: skip
        return Wanted(entry.provider, RequestedItem(entry.code, asked_for, negotiate=True), some_rows=False)
    stated = [one for decision in lack.decisions for one in _lacking_under(entry, decision)]
    if not stated:
        return unobtainable(Reason.MISSING_FACT, "Art. 4(4)")
    if not any(asking.use in one.uses for one in stated):
        return unobtainable(NO_USE, "Art. 15")
    sharing = next(one for one in stated if asking.use in one.uses)
    form = next((form for form in _forms(lack.asked) if form in sharing.forms), None)
    if form is None:
        return unobtainable(NO_FORM, "Art. 15")
    rows = next(rows for rows in (_ROWS_IN_CASE if asking.in_case else _ROWS) if rows in sharing.rows)
    asked_for = Terms(
        form, rows, frozenset({asking.use}), frozenset({asking.matter}), frozenset({asking.mode}), years_after(today, 1)
    )
    return Wanted(entry.provider, RequestedItem(entry.code, asked_for), some_rows=not whole)


def _forms(asked: Sequence[Asked]) -> tuple[Form, ...]:
    """The forms that serve the most demanding of what is asked."""
    return next(forms for each, forms in _FORMS.items() if each in asked)


def _lacking_under(entry: Item | Relation, decision: Decision) -> list[Conditional]:
    """The conditional sharing under which a grant is lacking: the entry's own where that withholds, else its rules'."""
    match decision:
        case Share():
            return []
        case Withhold():
            stated = [entry.sharing, *(rule.sharing for rule in entry.rules)]
        case ShareIf(cases, otherwise):
            withheld = {predicate for predicate, verdict in cases if _by_grant(verdict)}
            of_rules = [rule.sharing for rule in entry.rules if rule.when in withheld]
            stated = [entry.sharing, *of_rules] if _by_grant(otherwise) else [*of_rules]
    return [one for one in stated if isinstance(one, Conditional)]
