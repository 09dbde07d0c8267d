"""From what a query would be refused to what is applied for (Art. 16 ¶1): as much as the query needs, and no more.

Also what only finds or joins rows is asked for: a key that may not be used leaves the granted item out of reach. An item of
which parts of the rows have other sources (Art. 4(3)) is asked of each source that has not granted its part yet; which rows
the query is about is not known, for nothing of a register is read, unless it names the values by which departments provide
them (certificates of a type): then only these are asked.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from catalogue.claims import Part
from catalogue.model import (
    Catalogue,
    Conditional,
    Coordinate,
    Form,
    Item,
    ItemCode,
    Parted,
    ProviderCode,
    Relation,
    ResourceName,
    Rows,
)
from sharing.application import RequestedItem
from sharing.consumer import Asking
from sharing.decision import Asked, Decision, Question, Reason, Remedy, Share, ShareIf, Verdict, Withhold, verdicts
from sharing.grant import Grant, GrantId
from sharing.sources import Source, sources_of
from sharing.standpoint import Standpoint
from sharing.terms import NARROWER_ROWS, Terms, years_after
from standards.divisions import contains

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


_NEGOTIATED = (Reason.NOT_SHARED, Reason.GRANT_SUSPENDED)
"""What is withheld for these is asked for all the same, and enters at negotiation."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item that a query lacks, for one of its sources. `some_rows`: it is withheld on some rows only."""

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
class Divided:
    """How rows are divided among sources. `said`: what departments say today of being the source of parts of the items'
    rows; `confined`: of which values the query asks for rows that departments provide by them; a resource of which it asks
    for all is left out.
    """

    said: Sequence[Part] = ()
    confined: Mapping[ResourceName, frozenset[str]] = field(default_factory=dict)


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


def prefill(
    catalogue: Catalogue, decisions: Mapping[Question, Decision], standpoint: Standpoint, today: date, divided: Divided
) -> Prefilled:
    """What is applied for, by these decisions made from there: in the order of the query's questions."""
    by_item: dict[ItemCode, list[Part]] = {}
    for part in divided.said:
        by_item.setdefault(part.item, []).append(part)
    wanted: list[Wanted] = []
    unobtainable: list[Unobtainable] = []
    for lack in _lacks(decisions):
        entry = catalogue.entries.get(lack.coordinate)
        if entry is None:
            continue
        parted, own = catalogue.parted.get(entry.code), standpoint.asking.department
        sources = sources_of(entry, by_item.get(entry.code, ()), parted)
        if parted is not None:
            sources = _of_values(sources, parted, divided.confined.get(lack.coordinate.type))
        if {entry.provider if parted is None else one.provider for one in sources} == {own}:
            unobtainable.append(Unobtainable(lack.coordinate, entry.code, own, OWN_ITEM, "Art. 17 ¶1"))
            continue
        found = _wanted(entry, lack, standpoint.asking, today)
        if isinstance(found, Wanted):
            asked = list(_of_each_source(found, lack, sources, standpoint, parted))
            wanted += asked
            if not asked:  # what lacks are rows that were let go, and that nobody claims
                unobtainable.append(
                    Unobtainable(lack.coordinate, entry.code, entry.provider, Reason.ROW_NOT_GRANTED, "Art. 4(3)")
                )
        else:
            unobtainable.append(found)
    return Prefilled(tuple(wanted), tuple(unobtainable))


def _lacks(decisions: Mapping[Question, Decision]) -> list[_Lack]:
    """The coordinates that are withheld, on all rows or on some, each once; showing what can but be compared apart."""
    together: dict[tuple[Coordinate, bool], list[tuple[Asked, Decision]]] = {}
    for question, decision in decisions.items():
        if _applies(decision):
            only_compared = isinstance(decision, Withhold) and decision.remedy is Remedy.VERIFY
            together.setdefault((question.coordinate, only_compared), []).append((question.asked, decision))
    return [
        _Lack(at, tuple(asked for asked, _ in of), tuple(decision for _, decision in of)) for (at, _), of in together.items()
    ]


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

    whole = [one for one in lack.decisions if isinstance(one, Withhold)]
    if any(one.reason is Reason.NOT_SHARED for one in whole):
        asked_for = Terms(
            _forms(lack.asked)[0], Rows.ALL, frozenset({asking.use}), frozenset({asking.matter}), frozenset({asking.mode}),
            years_after(today, 1),
        )  # fmt: skip
        return Wanted(entry.provider, RequestedItem(entry.code, asked_for, negotiate=True), some_rows=False)
    stated = [one for decision in lack.decisions for one in _lacking_under(entry, decision)]
    if stated and not any(asking.use in one.uses for one in stated):
        return unobtainable(NO_USE, "Art. 15")
    sharing = next((one for one in stated if asking.use in one.uses), None)
    form = next((form for form in _forms(lack.asked) if sharing is not None and form in sharing.forms), None)
    if sharing is not None and form is None:
        return unobtainable(NO_FORM, "Art. 15")
    other = next((one for one in whole if one.remedy is not Remedy.APPLY and one.reason not in _NEGOTIATED), None)
    if other is not None:
        return unobtainable(other.reason, other.article)
    if sharing is None or form is None:
        return unobtainable(Reason.MISSING_FACT, "Art. 4(4)")
    rows = next(rows for rows in (_ROWS_IN_CASE if asking.in_case else _ROWS) if rows in sharing.rows)
    asked_for = Terms(
        form, rows, frozenset({asking.use}), frozenset({asking.matter}), frozenset({asking.mode}), years_after(today, 1)
    )
    return Wanted(entry.provider, RequestedItem(entry.code, asked_for), some_rows=not whole)


def _of_values(sources: Sequence[Source], parted: Parted, values: frozenset[str] | None) -> tuple[Source, ...]:
    """Of the sources those that have rows of these values; of any (None), all."""
    if values is None:
        return tuple(sources)
    others = not values.issubset(parted.values)
    return tuple(one for one in sources if (not values.isdisjoint(one.values) if one.values else others))


def _of_each_source(
    wanted: Wanted, lack: _Lack, sources: Sequence[Source], standpoint: Standpoint, parted: Parted | None
) -> Iterator[Wanted]:
    """What is wanted, of each source that has to be asked for it, at most once. Who has suspended what it granted is
    negotiated with: a further application would await the answer that was given already.
    """
    requested = wanted.requested
    held = standpoint.grants.get(requested.item, ())
    opened = _opened(lack.decisions)
    asked: dict[ProviderCode, Wanted] = {}
    for source in _concerned(sources, requested.terms.rows, standpoint.asking):
        grants = [grant for grant in held if _is_of(grant, source, parted)]
        if source.provider == standpoint.asking.department or any(
            grant.id in opened and _covers(grant, requested.terms.rows, source) for grant in grants
        ):
            continue
        stopped = any(_is_stopped(grant, standpoint) and grant.within == source.division for grant in grants)
        request = replace(requested, negotiate=requested.negotiate or stopped)
        asked.setdefault(source.provider, replace(wanted, provider=source.provider, requested=request))
    yield from asked.values()


def _is_of(grant: Grant, source: Source, parted: Parted | None) -> bool:
    """Whether the grant is for rows of their values, and by this source, where the source's are; else whether it is not."""
    by_value = parted is not None and grant.within is None and grant.provider in parted.of
    return by_value and grant.provider == source.provider if source.values else not by_value


def _concerned(sources: Sequence[Source], rows: Rows, asking: Asking) -> Iterator[Source]:
    """Of these, those that answer for any of such rows: of a division's own, no other division's source."""
    if rows is not Rows.OWN_DIVISION:
        yield from sources
        return
    own = asking.division
    whole = any(source.division is not None and contains(source.division, own) for source in sources)
    for source in sources:
        if source.division is None:
            if source.values or not whole:
                yield source
        elif contains(own, source.division) or contains(source.division, own):
            yield source


def _opened(decisions: Sequence[Decision]) -> frozenset[GrantId]:
    """The grants under which all that is asked of it is shared on some rows, so that only other rows lack."""
    opened: frozenset[GrantId] | None = None
    for decision in decisions:
        told: tuple[Verdict, ...] = verdicts(decision)
        shared = frozenset(one.grant for one in told if isinstance(one, Share) and one.grant is not None)
        only_rows = isinstance(decision, ShareIf) and all(
            not _by_grant(one) or (isinstance(one, Withhold) and one.reason is Reason.ROW_NOT_GRANTED) for one in told
        )
        opened = (shared if opened is None else opened & shared) if only_rows else frozenset()
    return opened or frozenset()


def _covers(grant: Grant, rows: Rows, source: Source) -> bool:
    """Whether the grant reaches such rows of all that the source answers for."""
    if rows not in NARROWER_ROWS[grant.rows]:
        return False
    if grant.within is None:
        part = source.division
        return part is None or not any(contains(one, part) or contains(part, one) for one in grant.without)
    return source.division is not None and contains(grant.within, source.division)


def _is_stopped(grant: Grant, standpoint: Standpoint) -> bool:
    """Whether the grant would be in force for what is asked, had its provider not suspended it."""
    asking = standpoint.asking
    return (
        grant.suspended
        and grant.valid_from <= standpoint.now < grant.valid_until
        and asking.use in grant.uses
        and (not grant.matters or asking.matter in grant.matters)
        and asking.mode in grant.modes
    )


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
