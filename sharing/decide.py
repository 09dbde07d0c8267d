"""May it be shared? The combination law, once (Art. 4, 10, 11, 13, 15, 16 ¶1, 17).

1. A coordinate without a catalogue entry is withheld (Art. 7).
2. A resource of another network zone than the deployment's is withheld (Art. 13), and a resource is provided only in the
   modes that its entry lists (Art. 15).
3. Where matters are bound to what they declare (个人信息保护法 34), an entry that the stated matter does not declare is
   withheld, base items too. What only finds rows or lets them stand follows them: it is open where the matter declares
   anything of the resource. A matter that declares nothing is bound to nothing; one that is not registered on the day
   opens nothing conditional, to nobody.
4. The entry's row rules are tried in order: the first whose condition is true of the row replaces the item's sharing for
   that row. Where a fact that a condition needs is missing, the cell is withheld; but where the rule would only widen
   (it shares in full), what follows it decides, for that is the narrower.
5. Unconditional: shared in full with every department that states a purpose. Not shared: withheld, from everybody.
6. Conditional: shared with its own provider, on the rows that it provides (not with one who acts for it: an entrustment
   hands on what the duty needs and was granted, not the provider's holdings); else by the grants of the asking department
   for the item which are in force and name the use, the matter and the mode, whose form and rows the entry foresees, which
   name the document where they are narrowed to stored ones, which their provider has not suspended, and whose quota for the
   day is not used up; and in the open form, if the entry has one. A grant that fails any of these counts for nothing; one
   whose provider is the source of a part of the rows, by division or by the value of an item, reaches that part; and none
   reaches a part that its provider had let go before it was given, or that the source of that part has stopped for the
   department (Art. 4(3)).
7. Several rights join: on each row the fullest form that any of them gives is shown; of equal ones those without a quota
   come first. Their order is irrelevant.
8. What a form permits depends on what is asked: *show* takes full or masked, and so does the key that lets its *row* stand
   in the answer; *verify* takes full or verify; *use* (to filter or order by) and *find* (to find or join rows by) take
   full, since rows that answer a condition disclose it: a row on which the item is not open in full takes no part.

Pure: the same catalogue, grants, asking, document and instant give the same decision.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache, lru_cache
from operator import itemgetter
from typing import TypeAlias, assert_never

from catalogue.disjoint import disjoint
from catalogue.model import (
    Catalogue,
    Conditional,
    Form,
    Item,
    NotShared,
    ProviderCode,
    Relation,
    Resource,
    Rows,
    Sharing,
    Unconditional,
)
from catalogue.predicate import ALWAYS, Predicate, Unknown, all_of
from sharing.consumer import Asking
from sharing.decision import (
    BREACHES,
    PERMITTED,
    Asked,
    Decision,
    Question,
    Reason,
    Remedy,
    Share,
    ShareIf,
    Verdict,
    Withhold,
)
from sharing.grant import Grant, GrantId
from sharing.reach import is_of_a_source, own_rows, rows_of
from sharing.remedy import Lacking, remedy_of
from sharing.standpoint import Standpoint as Standpoint

Of: TypeAlias = tuple[Item | Relation, Resource]
"""What is decided on: an entry, and the resource that it belongs to."""
Rights: TypeAlias = list[tuple[Predicate, Verdict]]
"""What is shared on which rows; after it, why not on the rows of a department of which only that is to be told."""

NO_ENTRY = Withhold(Reason.NO_CATALOGUE_ENTRY, "Art. 7", Remedy.NONE)
OTHER_ZONE = Withhold(Reason.ZONE_MISMATCH, "Art. 13", Remedy.NONE)
OTHER_MODE = Withhold(Reason.MODE_NOT_PROVIDED, "Art. 15", Remedy.NEGOTIATE)
NOT_DECLARED = Withhold(Reason.MATTER_NOT_DECLARED, "Art. 17 ¶2", Remedy.NEGOTIATE)
MATTER_UNKNOWN = Withhold(Reason.MATTER_UNKNOWN, "Art. 17 ¶2", Remedy.NEGOTIATE)
MISSING_FACT = Withhold(Reason.MISSING_FACT, "Art. 4(4)", Remedy.NEGOTIATE)
NOT_SHARED = Withhold(Reason.NOT_SHARED, "Art. 11(1)", Remedy.NEGOTIATE)
UNCONDITIONAL = Share(Form.FULL, Reason.UNCONDITIONAL, "Art. 16 ¶1")
OWN_DATA = Share(Form.FULL, Reason.OWN_DATA, "Art. 17 ¶1")


def decide(catalogue: Catalogue, questions: Iterable[Question], standpoint: Standpoint) -> dict[Question, Decision]:
    """A decision for every question; one that was decided from this standpoint before is not decided again."""
    decisions = standpoint.known(catalogue)
    decided: dict[Question, Decision] = {}
    for question in questions:
        decision = decisions.get(question)
        if decision is None:
            decision = decisions[question] = decide_one(catalogue, question, standpoint)
        decided[question] = decision
    return decided


def decide_by_matter(
    catalogue: Catalogue, questions: Iterable[Question], asking: Asking, stand: Callable[[Asking], Standpoint]
) -> dict[Question, Decision]:
    """The same where several matters are handled at once: each question is decided from the standpoint of its own."""
    listed = tuple(questions)
    decided: dict[Question, Decision] = {}
    for matter in dict.fromkeys(question.matter for question in listed):
        standpoint = stand(asking._replace(matter=matter) if matter else asking)
        decided.update(decide(catalogue, (one for one in listed if one.matter == matter), standpoint))
    return decided


def decide_one(catalogue: Catalogue, question: Question, standpoint: Standpoint) -> Decision:
    """The decision on one coordinate."""
    entry = catalogue.entries.get(question.coordinate)
    if entry is None:
        return NO_ENTRY
    resource = catalogue.resources[question.coordinate.type]
    if resource.network_zone != standpoint.zone:
        return OTHER_ZONE
    if standpoint.asking.mode not in resource.modes:
        return OTHER_MODE
    if standpoint.declared is not None and not standpoint.declared.needs(question):
        return NOT_DECLARED
    rights, otherwise = _rights(entry.sharing, entry, resource, question.asked, standpoint)
    if not entry.rules:
        return _simplest(rights, otherwise)
    cases: list[tuple[Predicate, Verdict]] = []
    for rule in entry.rules:
        by_rule, not_by_rule = _rights(rule.sharing, entry, resource, question.asked, standpoint)
        cases += [(all_of(rule.when, rows), share) for rows, share in by_rule if not disjoint(rule.when, rows)]
        if not by_rule or by_rule[-1][0] is not ALWAYS:
            cases.append((rule.when, not_by_rule))
        if not _in_full_everywhere(by_rule):
            cases.append((Unknown(rule.when), MISSING_FACT))
    return _simplest([*cases, *rights], otherwise)


def _in_full_everywhere(rights: Rights) -> bool:
    """Whether a rule only widens: where its condition is unknown, what follows it is then the narrower verdict."""
    match rights:
        case [(predicate, Share(form=Form.FULL)), *_]:
            return predicate is ALWAYS
    return False


def _simplest(cases: Iterable[tuple[Predicate, Verdict]], otherwise: Verdict) -> Decision:
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
) -> tuple[Rights, Withhold]:
    """The rights under one sharing type, the fullest first and all rows before some, and what holds where none does."""
    match sharing:
        case Unconditional():
            return [(ALWAYS, UNCONDITIONAL)], MISSING_FACT
        case NotShared():
            return [], NOT_SHARED
        case Conditional() if standpoint.unknown:
            return [], MATTER_UNKNOWN
        case Conditional():
            return _conditional_rights(sharing, entry, resource, asked, standpoint)
        case _:
            assert_never(sharing)


def _conditional_rights(
    sharing: Conditional, entry: Item | Relation, resource: Resource, asked: Asked, standpoint: Standpoint
) -> tuple[Rights, Withhold]:
    permitted = PERMITTED[asked]
    held: list[tuple[tuple[bool, bool, str], Predicate, Share]] = []
    divided = resource.parted_for(entry) is not None
    lacks: defaultdict[ProviderCode | None, Lacking] = defaultdict(Lacking)  # by who gave it, where several provide
    lacking = lacks[None]
    own = None if standpoint.asking.acting else own_rows(entry, resource, standpoint.asking.department)
    if own is ALWAYS:
        return [(ALWAYS, OWN_DATA)], MISSING_FACT
    if own is not None:
        held.append(((False, False, ""), own, OWN_DATA))
        lacking.on_rows.add(Rows.ALL)
        lacking.in_part = True
    for grant in standpoint.grants.get(entry.code, ()):
        if not is_of_a_source(grant, entry, resource):
            continue
        lacking = lacks[grant.provider if divided and grant.within is None else None]
        lack = _shortfall(grant, sharing, standpoint)
        rows = rows_of(grant, entry, resource, standpoint.asking) if lack is None else None
        if rows is None:
            lack = lack or (Reason.CASE_REQUIRED if grant.rows is Rows.CASE_SUBJECT else Reason.ROW_NOT_GRANTED)
            lacking.reasons.add(lack)
            if grant.form in permitted:
                lacking.ways.add(_way(grant, lack, sharing, (entry, resource), standpoint))
        elif grant.form not in permitted:
            lacking.in_other_form = True
        elif grant.counted_as in standpoint.exhausted:
            lacking.reasons.add(Reason.QUOTA_EXHAUSTED)
        else:
            share = _granted(grant.form, grant.id, grant.quota_per_day, grant.counted_as)
            held.append(((share.quota_per_day is not None, False, grant.id), rows, share))
            lacking.on_rows.add(grant.rows)
            lacking.in_part |= grant.within is not None or bool(grant.without) or divided
    if sharing.open_form in permitted:
        held.append(((False, True, ""), ALWAYS, _open_to_all(sharing.open_form)))
    elif sharing.open_form is not None:
        for lacking in lacks.values():
            lacking.in_other_form = True
    held.sort(key=itemgetter(0))
    rights: Rights = []
    for form in permitted:
        of_form = [(rows, share) for _, rows, share in held if share.form is form]
        everywhere = next((right for right in of_form if right[0] is ALWAYS), None)
        if everywhere is not None:
            return [*rights, everywhere], MISSING_FACT
        rights += _distinct(of_form)

    def told(lacking: Lacking) -> Withhold:
        reason, comparable = _why(lacking, asked), entry.name in resource.verify
        return _withheld(reason, remedy_of(reason, lacking, sharing, asked, standpoint.asking.use, comparable))

    whole = lacks[None] if len(lacks) == 1 else Lacking.joined(lacks.values())
    if not rights or not divided:
        return rights, told(whole)
    for provider, one in lacks.items():
        rows = None if provider is None else own_rows(entry, resource, provider)
        if rows is not None and (why := told(one)).reason in OF_ONE_PROVIDER:
            rights.append((rows, why))
    return rights, told(replace(whole, reasons=lacks[None].reasons, ways=lacks[None].ways))


def _distinct(rights: list[tuple[Predicate, Share]]) -> list[tuple[Predicate, Share]]:
    """One right a predicate: two grants for the same rows are one case at the source."""
    if len(rights) < 2:
        return rights
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
    if grant.operations and standpoint.document not in grant.operations:
        return Reason.OPERATION_NOT_GRANTED
    return Reason.GRANT_SUSPENDED if grant.suspended else None


def _way(grant: Grant, lack: Reason, sharing: Conditional, of: Of, standpoint: Standpoint) -> Remedy | None:
    """What makes this grant apply as it was given; None where it takes another one."""
    if grant.suspended:
        return None
    if lack is Reason.CASE_REQUIRED and not standpoint.asking.in_case:
        return Remedy.NAME_CASE
    if lack is Reason.OPERATION_NOT_GRANTED:
        return Remedy.RUN_STORED_OPERATION
    if lack is Reason.GRANT_NOT_IN_FORCE and standpoint.now < grant.valid_from:
        begun = replace(standpoint, now=grant.valid_from)
        if _shortfall(grant, sharing, begun) is None and rows_of(grant, *of, standpoint.asking) is not None:
            return Remedy.WAIT
    return None


OF_ONE_PROVIDER = frozenset(
    {Reason.QUOTA_EXHAUSTED, Reason.CASE_REQUIRED, Reason.OPERATION_NOT_GRANTED, Reason.GRANT_SUSPENDED}
)
"""What keeps back the rows that one of several departments provides though others have opened theirs, and is not mended by
applying: told of these rows, and of no others.
"""

NEAREST_SHORTFALL = (
    Reason.CASE_REQUIRED,
    Reason.OPERATION_NOT_GRANTED,
    Reason.MATTER_NOT_GRANTED,
    Reason.USE_NOT_GRANTED,
    Reason.MODE_NOT_GRANTED,
    Reason.ROW_NOT_GRANTED,
    Reason.GRANT_SUSPENDED,
    Reason.GRANT_NOT_IN_FORCE,
    Reason.NOT_GRANTED,
)
"""Of several grants that fall short, the one that is nearest to applying gives the reason."""


def _why(lacking: Lacking, asked: Asked) -> Reason:
    """Why nothing is shown where no right reaches (Art. 16 ¶1, 17 ¶2)."""
    if Reason.QUOTA_EXHAUSTED in lacking.reasons:
        return Reason.QUOTA_EXHAUSTED
    if lacking.on_rows:
        return Reason.ROW_NOT_GRANTED
    if lacking.in_other_form:
        return Reason.VERIFY_ONLY if asked in (Asked.SHOW, Asked.ROW) else Reason.FULL_REQUIRED
    return next((reason for reason in NEAREST_SHORTFALL if reason in lacking.reasons), Reason.NOT_GRANTED)


# The same few over and over, and each takes longer to make than to decide.


@cache
def _withheld(reason: Reason, remedy: Remedy) -> Withhold:
    return Withhold(reason, "Art. 17 ¶2" if reason in BREACHES else "Art. 16 ¶1", remedy)


@lru_cache(maxsize=65_536)
def _granted(form: Form, grant: GrantId, quota_per_day: int | None, counted_as: GrantId) -> Share:
    return Share(form, Reason.GRANTED, "Art. 16 ¶1", grant, quota_per_day, counted_as)


@cache
def _open_to_all(form: Form) -> Share:
    return Share(form, Reason.OPEN_TO_ALL, "Art. 10 ¶3")
