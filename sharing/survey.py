"""What a department may read, looked over: every coordinate of the catalogue, decided (Art. 10, 11(1), 16 ¶1).

From one standpoint where a purpose is stated. Without one, from every purpose that makes a difference: one that no grant
names, and those that the department's own grants for the item name; what any of them opens counts as readable. It is
`sharing.decide` that decides, for each of them, so that what is listed is what is answered.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from catalogue.model import Catalogue, Coordinate, Form, Item, Relation, Resource
from catalogue.predicate import ItemName
from sharing.decide import Standpoint, decide_one
from sharing.decision import Asked, Decision, Question, Remedy, Share, ShareIf, Verdict, Withhold
from sharing.grant import GrantId

NO_MATTER = ""
"""A matter that no grant names: what is open in it is open in any."""


class Mark(StrEnum):
    """How a coordinate stands to a department, in one word."""

    OPEN = "OPEN"
    BY_GRANT = "BY_GRANT"
    PARTLY = "PARTLY"
    WAIT = "WAIT"
    APPLY = "APPLY"
    NEGOTIATE = "NEGOTIATE"


@dataclass(frozen=True, slots=True)
class Horizon:
    """From where rights are looked over: `at`, and where no purpose is `stated` every one that the grants know.

    Without a purpose `at` names NO_MATTER, and is in a case.
    """

    at: Standpoint
    stated: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """One coordinate's decisions by what is asked of it; several where no purpose is stated, each once.

    `verify` is empty for what cannot be verified. `barred_by`: the coordinate without which a relation leads nowhere, and
    which is withheld.
    """

    coordinate: Coordinate
    entry: Item | Relation
    show: tuple[Decision, ...]
    verify: tuple[Decision, ...]
    use: tuple[Decision, ...]
    barred_by: Coordinate | None = None
    barred_why: tuple[Decision, ...] = ()

    @property
    def shown(self) -> bool:
        """Whether some row may show it. A relation leads on only where it is open in full."""
        if isinstance(self.entry, Relation):
            return self.barred_by is None and any(share.form is Form.FULL for share in shares(self.show))
        return bool(shares(self.show))

    @property
    def verified(self) -> bool:
        """Whether it may be compared on some row."""
        return bool(shares(self.verify))

    @property
    def used(self) -> bool:
        """Whether it may filter, order or find rows."""
        return bool(shares(self.use))

    @property
    def deciding(self) -> tuple[Decision, ...]:
        """The decisions that say how it stands: those that share, else those that withhold."""
        if self.barred_by is not None and shares(self.show):
            return self.barred_why
        for decisions in (self.show, self.verify):
            sharing = tuple(decision for decision in decisions if not isinstance(decision, Withhold))
            if sharing:
                return sharing
        return self.show

    @property
    def grants(self) -> tuple[GrantId, ...]:
        """The grants by which it may be read or compared, in the order of their ids."""
        found = (*shares(self.show), *shares(self.verify))
        return tuple(sorted({share.grant for share in found if share.grant is not None}))

    @property
    def mark(self) -> Mark:
        """By which way it may be read; where it may not, what can be done."""
        if not self.shown and not self.verified:
            remedies = {verdict.remedy for verdict in verdicts_of(self.deciding) if isinstance(verdict, Withhold)}
            if Remedy.WAIT in remedies:
                return Mark.WAIT
            return Mark.APPLY if Remedy.APPLY in remedies else Mark.NEGOTIATE
        if self.grants:
            return Mark.BY_GRANT
        in_full = any(isinstance(decision, Share) and decision.form is Form.FULL for decision in self.show)
        return Mark.OPEN if in_full and self.shown else Mark.PARTLY


def survey(catalogue: Catalogue, horizon: Horizon) -> Mapping[Coordinate, Standing]:
    """Every coordinate that the schema may show, in the catalogue's order."""
    found = {
        coordinate: _standing(catalogue, coordinate, entry, horizon)
        for coordinate, entry in catalogue.entries.items()
        if not (isinstance(entry, Item) and entry.internal)
    }
    for coordinate, standing in found.items():
        if isinstance(standing.entry, Relation):
            found[coordinate] = _with_bar(catalogue, standing, found)
    return found


def joining(catalogue: Catalogue, resource: Resource, relation: Relation) -> Iterator[Question]:
    """What a relation needs beside its own right: the items that join its rows, and the keys that show them."""

    def use(of: Resource, item: ItemName) -> Iterator[Question]:
        if not of.items[item].internal:
            yield Question(Coordinate(of.name, item), Asked.USE)

    if not relation.linkable:
        yield from use(resource, relation.key)
    if relation.discriminator is not None:
        yield from use(resource, relation.discriminator)
    for target in relation.targets:
        leads_to = catalogue.resources[target.resource]
        if leads_to.key is not None:
            yield Question(Coordinate(leads_to.name, leads_to.key), Asked.SHOW)
        if not relation.linkable:
            yield from use(leads_to, leads_to.lookups[target.lookup].item)


def begins(catalogue: Catalogue, question: Question, standpoint: Standpoint) -> Standpoint | None:
    """The same standpoint at the first later instant at which a grant that has not begun yet opens the coordinate."""
    entry = catalogue.entries.get(question.coordinate)
    if entry is None:
        return None
    held = standpoint.grants.get(entry.code, ())
    for instant in sorted({grant.valid_from for grant in held if grant.valid_from > standpoint.now}):
        later = replace(standpoint, now=instant)
        if not isinstance(decide_one(catalogue, question, later), Withhold):
            return later
    return None


def verdicts_of(decisions: Iterable[Decision]) -> Iterator[Verdict]:
    """What the decisions say, case by case."""
    for decision in decisions:
        if isinstance(decision, ShareIf):
            yield from (verdict for _, verdict in decision.cases)
            yield decision.otherwise
        else:
            yield decision


def shares(decisions: Iterable[Decision]) -> list[Share]:
    """The verdicts that share."""
    return [verdict for verdict in verdicts_of(decisions) if isinstance(verdict, Share)]


def _standing(catalogue: Catalogue, coordinate: Coordinate, entry: Item | Relation, horizon: Horizon) -> Standing:
    resource = catalogue.resources[coordinate.type]
    asked = [Asked.SHOW, Asked.USE] + ([Asked.VERIFY] if coordinate.field in resource.verify else [])
    found: dict[Asked, dict[Decision, None]] = {one: {} for one in Asked}

    def look(standpoint: Standpoint) -> None:
        for one in asked:
            found[one][decide_one(catalogue, Question(coordinate, one), standpoint)] = None

    look(horizon.at)
    if not horizon.stated:
        for grant, standpoints in _purposes(horizon.at, entry):
            for standpoint in standpoints:
                look(standpoint)
                if grant in {share.grant for of in found.values() for share in shares(of)}:
                    break
    return Standing(coordinate, entry, tuple(found[Asked.SHOW]), tuple(found[Asked.VERIFY]), tuple(found[Asked.USE]))


def _purposes(at: Standpoint, entry: Item | Relation) -> Iterator[tuple[GrantId, Iterator[Standpoint]]]:
    """For each grant and use the standpoints that state them: in each of its matters, or in any where it names none."""
    for grant in at.grants.get(entry.code, ()):
        for use in sorted(grant.uses):
            matters = sorted(grant.matters) or [NO_MATTER]
            yield grant.id, (replace(at, asking=at.asking._replace(use=use, matter=matter)) for matter in matters)


def _with_bar(catalogue: Catalogue, standing: Standing, known: Mapping[Coordinate, Standing]) -> Standing:
    relation = standing.entry
    assert isinstance(relation, Relation)
    for question in joining(catalogue, catalogue.resources[standing.coordinate.type], relation):
        part = known[question.coordinate]
        decisions = part.use if question.asked is Asked.USE else part.show
        if not shares(decisions):
            return replace(standing, barred_by=question.coordinate, barred_why=decisions)
    return standing
