"""May it be shared? The combination law, once (Art. 4, 10, 11, 15, 16 ¶1, 17).

1. A coordinate without a catalogue entry is withheld (Art. 7).
2. A resource is provided only in the modes that its entry lists (Art. 15).
3. The entry's row rules are tried in order: the first whose condition is true of the row replaces the item's sharing for
   that row. Where a fact that a condition needs is missing, the cell is withheld; but where the rule would only widen
   (it shares in full), what follows it decides, for that is the narrower.
4. Unconditional: shared in full with every department that states a purpose. Not shared: withheld, from everybody.
5. Conditional: shared with its own provider (not with one who acts for it: an entrustment hands on what the duty needs
   and was granted, not the provider's holdings); else by the grants of the asking department for the item which are in force
   and name the use, the matter and the mode, and whose form and rows the entry foresees; and in the open form, if the
   entry has one. A grant that fails any of these counts for nothing.
6. Several rights join: on each row the fullest form that any of them gives is shown. Their order is irrelevant.
7. What a form permits depends on what is asked: *show* takes full or masked, *verify* takes full or verify, and *use* (to
   filter, order, join or find by) takes full, since rows that answer a condition disclose it: a row on which the item is
   not open in full takes no part.

Pure: the same catalogue, grants, asking and instant give the same decision.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from catalogue.model import (
    Catalogue,
    Conditional,
    Form,
    Item,
    ItemCode,
    NotShared,
    Relation,
    Resource,
    Rows,
    Sharing,
    Unconditional,
)
from catalogue.predicate import ALWAYS, CASE_SUBJECTS, OWN_DIVISION, Compare, InSubtree, Op, Predicate, Unknown, all_of
from sharing.consumer import Asking
from sharing.decision import Asked, Decision, Question, Reason, Remedy, Share, ShareIf, Verdict, Withhold
from sharing.grant import Grant

PERMITTED = {
    Asked.SHOW: (Form.FULL, Form.MASKED),
    Asked.VERIFY: (Form.FULL, Form.VERIFY),
    Asked.USE: (Form.FULL,),
}
"""The forms that permit what is asked, the fullest first."""

NO_ENTRY = Withhold(Reason.NO_CATALOGUE_ENTRY, "Art. 7", Remedy.NONE)
MISSING_FACT = Withhold(Reason.MISSING_FACT, "Art. 4(4)", Remedy.NEGOTIATE)


@dataclass(frozen=True, slots=True)
class Standpoint:
    """From where a decision is made: who asks for what, with which grants (by item), at which instant (UTC)."""

    asking: Asking
    grants: Mapping[ItemCode, tuple[Grant, ...]]
    now: datetime


def decide(catalogue: Catalogue, questions: Iterable[Question], standpoint: Standpoint) -> dict[Question, Decision]:
    """A decision for every question."""
    return {question: decide_one(catalogue, question, standpoint) for question in questions}


def decide_one(catalogue: Catalogue, question: Question, standpoint: Standpoint) -> Decision:
    """The decision on one coordinate."""
    entry = catalogue.entries.get(question.coordinate)
    if entry is None:
        return NO_ENTRY
    resource = catalogue.resources[question.coordinate.type]
    if standpoint.asking.mode not in resource.modes:
        return Withhold(Reason.MODE_NOT_PROVIDED, "Art. 15", Remedy.NEGOTIATE)
    cases: list[tuple[Predicate, Verdict]] = []
    for rule in entry.rules:
        rights, otherwise = _rights(rule.sharing, entry, resource, question.asked, standpoint)
        cases += [(all_of(rule.when, rows), share) for rows, share in rights]
        if not rights or rights[-1][0] != ALWAYS:
            cases.append((rule.when, otherwise))
        if not _in_full_everywhere(rights):
            cases.append((Unknown(rule.when), MISSING_FACT))
    rights, otherwise = _rights(entry.sharing, entry, resource, question.asked, standpoint)
    cases += rights
    return _simplest(cases, otherwise)


def _in_full_everywhere(rights: list[tuple[Predicate, Share]]) -> bool:
    """Whether a rule only widens: where its condition is unknown, what follows it is then the narrower verdict."""
    return bool(rights) and rights[0][0] == ALWAYS and rights[0][1].form is Form.FULL


def _simplest(cases: list[tuple[Predicate, Verdict]], otherwise: Verdict) -> Decision:
    """The decision without dead cases; where no row shares, why is the same for all rows and tells nothing of them."""
    kept: list[tuple[Predicate, Verdict]] = []
    for predicate, verdict in cases:
        if predicate == ALWAYS:
            otherwise = verdict
            break
        kept.append((predicate, verdict))
    while kept and kept[-1][1] == otherwise:
        kept.pop()
    if not kept or all(isinstance(verdict, Withhold) for verdict in (*(verdict for _, verdict in kept), otherwise)):
        return otherwise
    return ShareIf(tuple(kept), otherwise)


def _rights(
    sharing: Sharing, entry: Item | Relation, resource: Resource, asked: Asked, standpoint: Standpoint
) -> tuple[list[tuple[Predicate, Share]], Withhold]:
    """The rights under one sharing type, the fullest first and all rows before some, and what holds where none does."""
    match sharing:
        case Unconditional():
            return [(ALWAYS, Share(Form.FULL, Reason.UNCONDITIONAL, "Art. 16 ¶1"))], MISSING_FACT
        case NotShared():
            return [], Withhold(Reason.NOT_SHARED, "Art. 11(1)", Remedy.NEGOTIATE)
        case Conditional():
            if entry.provider == standpoint.asking.department and not standpoint.asking.acting:
                return [(ALWAYS, Share(Form.FULL, Reason.OWN_DATA, "Art. 17 ¶1"))], MISSING_FACT
            return _conditional_rights(sharing, entry, resource, asked, standpoint)
        case _:
            assert_never(sharing)


def _conditional_rights(
    sharing: Conditional, entry: Item | Relation, resource: Resource, asked: Asked, standpoint: Standpoint
) -> tuple[list[tuple[Predicate, Share]], Withhold]:
    held: list[tuple[Form, Predicate, Share]] = []
    shortfalls: list[Reason] = []
    for grant in standpoint.grants.get(entry.code, ()):
        reason = _shortfall(grant, sharing, standpoint)
        if reason is not None:
            shortfalls.append(reason)
            continue
        rows = _rows_predicate(grant.rows, resource, standpoint.asking)
        if rows is None:
            shortfalls.append(Reason.CASE_REQUIRED if grant.rows is Rows.CASE_SUBJECT else Reason.ROW_NOT_GRANTED)
            continue
        held.append((grant.form, rows, Share(grant.form, Reason.GRANTED, "Art. 16 ¶1", grant.id)))
    if sharing.open_form is not None:
        held.append((sharing.open_form, ALWAYS, Share(sharing.open_form, Reason.OPEN_TO_ALL, "Art. 10 ¶3")))
    rights: list[tuple[Predicate, Share]] = []
    for form in PERMITTED[asked]:
        of_form = [(rows, share) for held_form, rows, share in held if held_form is form]
        everywhere = [right for right in of_form if right[0] == ALWAYS]
        if everywhere:
            return [*rights, everywhere[0]], MISSING_FACT
        rights += _distinct(of_form)
    return rights, _withhold(bool(rights), bool(held), shortfalls, asked)


def _distinct(rights: list[tuple[Predicate, Share]]) -> list[tuple[Predicate, Share]]:
    """One right a predicate: two grants for the same rows are one case at the source."""
    first: dict[Predicate, Share] = {}
    for rows, share in rights:
        first.setdefault(rows, share)
    return list(first.items())


def _shortfall(grant: Grant, sharing: Conditional, standpoint: Standpoint) -> Reason | None:
    """What this grant lacks here, or None if it applies."""
    asking = standpoint.asking
    if not grant.valid_from <= standpoint.now < grant.valid_until:
        return Reason.GRANT_NOT_IN_FORCE
    if asking.use not in grant.uses or asking.use not in sharing.uses:
        return Reason.USE_NOT_GRANTED
    if grant.matters and asking.matter not in grant.matters:
        return Reason.MATTER_NOT_GRANTED
    if asking.mode not in grant.modes:
        return Reason.MODE_NOT_GRANTED
    if grant.form not in sharing.forms or grant.rows not in sharing.rows:
        return Reason.NOT_GRANTED
    return None


def _rows_predicate(rows: Rows, resource: Resource, asking: Asking) -> Predicate | None:
    """Which rows the right reaches; None where the resource or the request lacks the fact that says so."""
    match rows:
        case Rows.ALL:
            return ALWAYS
        case Rows.OWN_DIVISION:
            return None if resource.division is None else InSubtree(resource.division, OWN_DIVISION)
        case Rows.CASE_SUBJECT:
            if resource.subject is None or not asking.in_case:
                return None
            return Compare(resource.subject, Op.IN, CASE_SUBJECTS)
        case _:
            assert_never(rows)


NEAREST_SHORTFALL = (
    Reason.CASE_REQUIRED,
    Reason.MATTER_NOT_GRANTED,
    Reason.USE_NOT_GRANTED,
    Reason.MODE_NOT_GRANTED,
    Reason.ROW_NOT_GRANTED,
    Reason.GRANT_NOT_IN_FORCE,
    Reason.NOT_GRANTED,
)
"""Of several grants that fall short, the one that is nearest to applying gives the reason."""


def _withhold(on_some_rows: bool, in_other_form: bool, shortfalls: list[Reason], asked: Asked) -> Withhold:
    """Why nothing is shown where no right reaches (Art. 16 ¶1, 17 ¶2)."""
    if on_some_rows:
        return Withhold(Reason.ROW_NOT_GRANTED, "Art. 16 ¶1", Remedy.APPLY)
    if in_other_form:
        reason = Reason.VERIFY_ONLY if asked is Asked.SHOW else Reason.FULL_REQUIRED
        return Withhold(reason, "Art. 16 ¶1", Remedy.APPLY)
    for reason in NEAREST_SHORTFALL:
        if reason in shortfalls:
            article = "Art. 17 ¶2" if reason in (Reason.USE_NOT_GRANTED, Reason.MATTER_NOT_GRANTED) else "Art. 16 ¶1"
            return Withhold(reason, article, Remedy.APPLY)
    return Withhold(Reason.NOT_GRANTED, "Art. 16 ¶1", Remedy.APPLY)
