"""What a department may read, looked over: every coordinate of the catalogue, decided (Art. 10, 11(1), 16 ¶1).

From one standpoint where a purpose is stated. Without one, from every purpose that makes a difference: one that no grant
names, and those that the department's own grants for the item name; what any of them opens counts as readable. It is
`sharing.decide` that decides, for each of them, so that what is listed is what is answered.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from catalogue.model import Catalogue, Coordinate, Form, Item, Relation, Resource
from catalogue.predicate import ItemName
from sharing.consumer import NO_MATTER, Asking
from sharing.decide import decide, decide_one
from sharing.decision import Asked, Decision, Question, Remedy, Share, Verdict, Withhold, quotas, verdicts
from sharing.grant import GrantId
from sharing.standpoint import Standpoint


class Mark(StrEnum):
    """How a coordinate stands to a department, in one word."""

    OPEN = "OPEN"
    BY_GRANT = "BY_GRANT"
    PARTLY = "PARTLY"
    WAIT = "WAIT"
    APPLY = "APPLY"
    NEGOTIATE = "NEGOTIATE"


@dataclass(frozen=True)
class Horizon:
    """From where rights are looked over: as `asking`, and where no purpose is `stated` for every one that the grants know.

    `of` makes the standpoint of an asking with a document (the hash of a stored one, or empty). Without a purpose `asking`
    names NO_MATTER, and is in a case.
    """

    of: Callable[[Asking, str], Standpoint]
    asking: Asking
    stated: bool
    _made: dict[tuple[Asking, str], Standpoint] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def at(self) -> Standpoint:
        """The standpoint of `asking` itself."""
        return self.standpoint(self.asking, "")

    def standpoint(self, asking: Asking, document: str) -> Standpoint:
        """The same standpoint for the same asking: it remembers what was decided from it."""
        found = self._made.get((asking, document))
        if found is None:
            found = self._made[asking, document] = self.of(asking, document)
        return found

    def variants(self, entry: Item | Relation) -> Iterator[tuple[GrantId, Iterator[Standpoint]]]:
        """For each grant for the entry, and each use, the standpoints from which it may apply: in each of its matters, or in
        any where it names none; with a stored document where it is narrowed to some.
        """
        for grant in self.at.grants.get(entry.code, ()):
            document = min(grant.operations, default="")
            if not self.stated:
                for use in sorted(grant.uses):
                    matters = sorted(grant.matters) or [NO_MATTER]
                    yield grant.id, (self.standpoint(self.asking._replace(use=use, matter=one), document) for one in matters)
            elif document:
                yield grant.id, iter((self.standpoint(self.asking, document),))


@dataclass(frozen=True, slots=True)
class Right:
    """One coordinate's decisions by what is asked of it; several where no purpose is stated, each once.

    For a relation `barred_by` is the coordinate without which it leads nowhere and which is withheld, `barred_why` how.
    `left`: the remedy that is left once it is known what the department has applied for.
    """

    coordinate: Coordinate
    entry: Item | Relation
    decisions: Mapping[Asked, tuple[Decision, ...]]
    barred_by: Coordinate | None = None
    barred_why: tuple[Decision, ...] = ()
    left: Remedy | None = None

    def opens(self, asked: Asked) -> bool:
        """Whether some row is open to this. A relation leads on only where it is open in full."""
        found = shares(self.decisions.get(asked, ()))
        if isinstance(self.entry, Relation) and asked is Asked.SHOW:
            return self.barred_by is None and any(share.form is Form.FULL for share in found)
        return bool(found)

    @property
    def readable(self) -> bool:
        """Whether it may be shown or compared on some row."""
        return self.opens(Asked.SHOW) or self.opens(Asked.VERIFY)

    @property
    def deciding(self) -> tuple[Decision, ...]:
        """The decisions that say how it stands: those that share, else those that withhold; to compare, where it can but be
        compared.
        """
        shown, compared = self.decisions[Asked.SHOW], self.decisions.get(Asked.VERIFY, ())
        if self.barred_by is not None and shares(shown):
            return self.barred_why
        for decisions in (shown, compared):
            sharing = tuple(decision for decision in decisions if not isinstance(decision, Withhold))
            if sharing:
                return sharing
        return compared if self.only_compared else shown

    @property
    def grants(self) -> tuple[GrantId, ...]:
        """The grants by which it may be read or compared, in the order of their ids."""
        found = [share for asked in (Asked.SHOW, Asked.VERIFY) for share in shares(self.decisions.get(asked, ()))]
        return tuple(sorted({share.grant for share in found if share.grant is not None}))

    @property
    def item(self) -> Coordinate:
        """What decides how it stands: itself, or what bars it."""
        if self.barred_by is not None and shares(self.decisions[Asked.SHOW]):
            return self.barred_by
        return self.coordinate

    @property
    def only_compared(self) -> bool:
        """Whether nothing of it is shown, and it can but be compared."""
        return nearest_remedy(self.decisions[Asked.SHOW]) is Remedy.VERIFY

    @property
    def remedy(self) -> Remedy | None:
        """What can be done about what is withheld; None where nothing is."""
        return nearest_remedy(self.deciding) if self.left is None else self.left

    @property
    def mark(self) -> Mark:
        """By which way it may be read; where it may not, what can be done."""
        if not self.readable:
            return _WITHHELD.get(self.remedy, Mark.NEGOTIATE)
        if self.grants:
            return Mark.BY_GRANT
        everywhere = [one for one in self.decisions[Asked.SHOW] if isinstance(one, Share) and one.form is Form.FULL]
        return Mark.OPEN if everywhere and self.opens(Asked.SHOW) else Mark.PARTLY


_WITHHELD: Mapping[Remedy | None, Mark] = {
    Remedy.WAIT: Mark.WAIT,
    Remedy.NAME_CASE: Mark.BY_GRANT,
    Remedy.RUN_STORED_OPERATION: Mark.BY_GRANT,
    Remedy.APPLY: Mark.APPLY,
}
"""How what is withheld is marked, by its remedy."""


def survey(catalogue: Catalogue, horizon: Horizon) -> Mapping[Coordinate, Right]:
    """Every coordinate that the schema may show, in the catalogue's order."""
    found = {
        coordinate: _right(catalogue, coordinate, entry, horizon)
        for coordinate, entry in catalogue.entries.items()
        if not (isinstance(entry, Item) and entry.internal)
    }
    for coordinate, right in found.items():
        if isinstance(right.entry, Relation):
            found[coordinate] = _with_bar(catalogue, right, right.entry, found)
    return found


def joining(catalogue: Catalogue, resource: Resource, relation: Relation) -> Iterator[Question]:
    """What a relation needs beside its own right: the items that join its rows, and the keys that let them stand."""

    def find(of: Resource, item: ItemName) -> Iterator[Question]:
        if not of.items[item].internal:
            yield Question(Coordinate(of.name, item), Asked.FIND)

    if not relation.linkable:
        yield from find(resource, relation.key)
    if relation.discriminator is not None:
        yield from find(resource, relation.discriminator)
    for target in relation.targets:
        leads_to = catalogue.resources[target.resource]
        if leads_to.key is not None:
            yield Question(Coordinate(leads_to.name, leads_to.key), Asked.ROW)
        if not relation.linkable:
            yield from find(leads_to, leads_to.lookups[target.lookup].item)


def begins(catalogue: Catalogue, question: Question, standpoint: Standpoint) -> Standpoint | None:
    """The same standpoint at the first later instant at which a grant that has not begun yet opens the coordinate."""
    entry = catalogue.entries.get(question.coordinate)
    held = () if entry is None else standpoint.grants.get(entry.code, ())
    for instant in sorted({grant.valid_from for grant in held if grant.valid_from > standpoint.now}):
        later = replace(standpoint, now=instant)
        if not isinstance(decide_one(catalogue, question, later), Withhold):
            return later
    return None


def verdicts_of(decisions: Iterable[Decision]) -> Iterator[Verdict]:
    """What the decisions say, case by case."""
    for decision in decisions:
        yield from verdicts(decision)


def nearest_remedy(decisions: Iterable[Decision]) -> Remedy | None:
    """Of the remedies of what is withheld the one that needs least of others; None where nothing is."""
    remedies = {verdict.remedy for verdict in verdicts_of(decisions) if isinstance(verdict, Withhold)}
    return next((remedy for remedy in Remedy if remedy in remedies), None)


def quotas_of(decisions: Iterable[Decision]) -> dict[GrantId, int]:
    """The quotas a day of grants by which something is open, by what they are counted as."""
    return {counted_as: per_day for decision in decisions for counted_as, per_day in quotas(decision).items()}


def shares(decisions: Iterable[Decision]) -> list[Share]:
    """The verdicts that share."""
    return [verdict for verdict in verdicts_of(decisions) if isinstance(verdict, Share)]


def _right(catalogue: Catalogue, coordinate: Coordinate, entry: Item | Relation, horizon: Horizon) -> Right:
    questions = [Question(coordinate, asked) for asked in _asked_of(catalogue.resources[coordinate.type], entry)]
    found: dict[Asked, dict[Decision, None]] = {question.asked: {} for question in questions}

    def look(standpoint: Standpoint) -> None:
        for question, decision in decide(catalogue, questions, standpoint).items():
            found[question.asked][decision] = None

    look(horizon.at)
    for grant, standpoints in horizon.variants(entry):
        for standpoint in standpoints:
            look(standpoint)
            if grant in {share.grant for of in found.values() for share in shares(of)}:
                break
    return Right(coordinate, entry, {asked: tuple(decisions) for asked, decisions in found.items()})


def _asked_of(resource: Resource, entry: Item | Relation) -> Iterator[Asked]:
    """What a request can do with it: only a key lets rows stand, only what lookups and relations go by finds any."""
    yield Asked.SHOW
    if isinstance(entry, Relation):
        return
    yield Asked.USE
    if entry.name in resource.verify:
        yield Asked.VERIFY
    if entry.name == resource.key:
        yield Asked.ROW
    by_lookup = any(lookup.item == entry.name for lookup in resource.lookups.values())
    if by_lookup or any(entry.name in (one.key, one.discriminator) for one in resource.relations.values()):
        yield Asked.FIND


def _with_bar(catalogue: Catalogue, right: Right, relation: Relation, known: Mapping[Coordinate, Right]) -> Right:
    for question in joining(catalogue, catalogue.resources[right.coordinate.type], relation):
        part = known[question.coordinate]
        if not part.opens(question.asked):
            return replace(right, barred_by=question.coordinate, barred_why=part.decisions[question.asked])
    return right
