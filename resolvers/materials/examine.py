"""What became of each position that a material needs, read off the shaped answer: values, and why there is none.

Compiled once per pruned plan: which outcomes hold on every row, where each item's source is, and which rows rules may have
kept back. An empty list proves that there is nothing only where no rule can have hidden a row of this very subject.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, TypeAlias

from catalogue.model import Catalogue, Coordinate, Item, Relation, ResourceName
from catalogue.predicate import ItemName, evaluate
from resolvers.materials.compose import CERTIFICATE_ITEMS, CERTIFICATES, RESOURCE_OF, Asked, Composed, Leaf
from resolvers.plan.plan import CheckField
from resolvers.plan.pruned import Note, Pruned
from resolvers.shape import Path, Shaping
from sharing.decision import Asked as For
from sharing.decision import Decision, Decisions, Outcome, Question, ShareIf, Withhold, verdicts
from sharing.material import Found

_WEIGHT = {
    Outcome.UNDER_VERIFICATION: 3,
    Outcome.WITHHELD: 2,
    Outcome.SOURCE_UNAVAILABLE: 2,
    Outcome.NONCONFORMING: 1,
    Outcome.MASKED: 1,
}
"""Of several outcomes at one position the one that says most."""

Facts: TypeAlias = Mapping[str, object]


class Content(NamedTuple):
    """One position as it is shown: where it stands, what it is, its value, and what became of it."""

    path: Path
    coordinate: Coordinate
    role: str
    subject: int
    value: object
    outcome: str
    reason: str
    provider: str
    as_of: datetime | None
    since: datetime | None = None
    """Since when it is under verification (Art. 18)."""


class Position(NamedTuple):
    """What of one leaf was found for one subject: how it stands, whether what was found is in force, and what is shown."""

    found: Found
    valid: bool
    contents: Sequence[Content]


@dataclass(frozen=True, slots=True)
class Examiner:
    """Reads one check's answers. `path`: the check's; `constants`: what holds on every row by path; `sources` by resource.

    `matter`: as its questions name it.
    """

    catalogue: Catalogue
    composed: Composed
    path: tuple[str, ...]
    matter: str
    constants: Mapping[tuple[str, ...], Note]
    sources: Mapping[ResourceName, str]
    decisions: Decisions
    notes: Sequence[Note]


def compile_examiner(catalogue: Catalogue, check: CheckField, pruned: Pruned, decisions: Decisions) -> Examiner:
    """The reader of a check's answers under this pruned plan."""
    constants: dict[tuple[str, ...], Note] = {}
    for note in pruned.notes:
        path = note.position.path
        if note.always and path[: len(check.path)] == check.path and _outweighs(note, constants.get(path)):
            constants[path] = note
    sources = {step.fetch.resource: step.fetch.source for step in pruned.steps}
    matter = check.composed.shape.matter.code if check.many else ""
    return Examiner(catalogue, check.composed, check.path, matter, constants, sources, decisions, pruned.notes)


def _outweighs(note: Note, known: Note | None) -> bool:
    return known is None or _WEIGHT.get(note.outcome, 0) > _WEIGHT.get(known.outcome, 0)


@dataclass
class Examination:
    """One answer, read. `facts`: what row rules were told of the request; `as_of` by source."""

    examiner: Examiner
    data: Mapping[str, object]
    shaping: Shaping
    keys: Mapping[str, Sequence[object]]
    facts: Facts
    as_of: Mapping[str, datetime]
    on_rows: dict[Path, Note] = field(default_factory=dict)
    since: dict[Path, datetime] = field(default_factory=dict)
    """Since when positions are under verification."""
    failed: dict[Path, tuple[Note, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        notes, own = self.examiner.notes, self.examiner.path
        for number, paths in self.shaping.found.items():
            note = notes[number]
            if note.position.path[: len(own)] == own:
                for path in paths:
                    if _outweighs(note, self.on_rows.get(path)):
                        self.on_rows[path] = note
        for (number, since), paths in self.shaping.marked.items():
            for path in paths:
                self.on_rows[path] = notes[number]
                self.since[path] = min(since, self.since.get(path, since))
        for number, path, reason in self.shaping.failures:
            self.failed[path] = (notes[number], reason)

    def positions(self, leaf: Leaf) -> Iterator[Position]:
        """How the leaf stands for each subject of its role, in their order."""
        for asked in self.examiner.composed.asked:
            if asked.alias in leaf.aliases:
                yield from self._of_role(asked, leaf)

    def _of_role(self, asked: Asked, leaf: Leaf) -> Iterator[Position]:
        rows, base = self.data[asked.variable], (*self.examiner.path, asked.alias)
        for number, code in enumerate(self.keys[asked.variable]):
            subject = _Subject(asked, number + asked.first, code)
            if asked.batch:
                row = None if rows is None else rows[number]  # type: ignore[index]
                at: Path = base if rows is None else (*base, number)
            else:
                row, at = rows, base
            if row is None:
                yield self._absent(leaf, 0, subject, at)
            else:
                yield self._row(leaf, 0, subject, row, at)

    def _row(self, leaf: Leaf, depth: int, subject: "_Subject", row: Mapping[str, object], at: Path) -> Position:
        key = leaf.path[depth]
        value, place = row[key], (*at, key)
        if value is None:
            return self._absent(leaf, depth, subject, place)
        if key == CERTIFICATES:
            return self._certificates(leaf, subject, value, place)  # type: ignore[arg-type]
        if depth == len(leaf.path) - 1:
            note = self._note(place)
            return Position(_found(note, present=True), True, (self._content(leaf, depth, subject, value, place, note),))
        if isinstance(value, list):
            if not value:
                return self._empty(leaf, depth, subject, place)
            rows = [self._row(leaf, depth + 1, subject, one, (*place, number)) for number, one in enumerate(value)]
            return self._led_to(place, _together(rows))
        return self._led_to(place, self._row(leaf, depth + 1, subject, value, place))  # type: ignore[arg-type]

    def _led_to(self, at: Path, position: Position) -> Position:
        """What stands below a relation: where the relation is in doubt, so is what it leads to (Art. 18)."""
        note, since = self.on_rows.get(at), self.since.get(at)
        if note is None or since is None:
            return position
        contents = [
            one if one.since is not None else one._replace(outcome=note.outcome, reason=note.reason, since=since)
            for one in position.contents
        ]
        return Position(_found(note, present=position.found.present), position.valid, contents)

    def _certificates(self, leaf: Leaf, subject: "_Subject", held: Sequence[Mapping[str, object]], at: Path) -> Position:
        rows = [(number, row) for number, row in enumerate(held) if row["typeCode"] in leaf.types]
        if not rows:
            return self._empty(leaf, 0, subject, at)
        contents = []
        found = Found(None, present=True)
        for number, row in rows:
            for item in CERTIFICATE_ITEMS:
                if item != "typeCode":
                    place = (*at, number, item)
                    note = self._note(place)
                    coordinate = Coordinate(self._target(leaf), ItemName(item))
                    contents.append(self._told(coordinate, subject, row[item], place, note))
                    if note is not None and note.outcome is Outcome.UNDER_VERIFICATION:
                        found = _found(note, present=True)
        valid = not leaf.valid or any(row["isValid"] is True for _, row in rows)
        return self._led_to(at, Position(found, valid, contents))

    def _target(self, leaf: Leaf) -> ResourceName:
        relation = self.examiner.catalogue.entries[leaf.steps[0]]
        assert isinstance(relation, Relation)
        return relation.targets[0].resource

    def _absent(self, leaf: Leaf, depth: int, subject: "_Subject", at: Path) -> Position:
        """Nothing stands there: because it is withheld, its source is silent, or there is none."""
        failed = self.failed.get(at)
        if failed is not None:
            note, reason = failed
            found = Found(Outcome.SOURCE_UNAVAILABLE, False, reason, note.remedy, note.position.provider, note.position.code)
            return Position(found, True, (self._content(leaf, depth, subject, None, at, note, reason),))
        known = self._note(at)
        found = _found(known, present=False)
        return Position(found, True, (self._content(leaf, depth, subject, None, at, known),))

    def _empty(self, leaf: Leaf, depth: int, subject: "_Subject", at: Path) -> Position:
        """No row came: where rules may have kept one of this subject's back, that is why; else there is none."""
        hidden = None if at in self.since else self._hidden(leaf, depth, subject)
        entry = self.examiner.catalogue.entries[leaf.steps[depth]]
        if hidden is None:
            note = self.on_rows.get(at)
            found = _found(note, present=False) if note is not None else Found(None, present=False, provider=entry.provider)
            return Position(found, True, (self._content(leaf, depth, subject, None, at, note),))
        coordinate, why = hidden
        of_rule = self.examiner.catalogue.entries[coordinate]
        found = Found(Outcome.WITHHELD, False, why.reason, why.remedy, of_rule.provider, of_rule.code)
        content = Content(
            at, leaf.steps[depth], subject.asked.taken.role, subject.number, None, Outcome.WITHHELD, why.reason,
            of_rule.provider, None,
        )  # fmt: skip
        return Position(found, True, (content,))

    def _hidden(self, leaf: Leaf, depth: int, subject: "_Subject") -> tuple[Coordinate, Withhold] | None:
        """Which rule may have kept back rows of this subject at this relation, and why; None where none can."""
        if depth:
            return self._some_rule(leaf, depth, subject)
        relation = self.examiner.catalogue.entries[leaf.steps[0]]
        assert isinstance(relation, Relation)
        for target in relation.targets:
            resource = self.examiner.catalogue.resources[target.resource]
            known = {resource.lookups[target.lookup].item: subject.code}
            if resource.subject is not None:
                known.setdefault(resource.subject, subject.code)
            for other in resource.relations.values():
                of_kind = [one.when for one in other.targets if one.resource == RESOURCE_OF[subject.asked.taken.kind]]
                if other.discriminator is not None and of_kind and of_kind[0] is not None:
                    known[other.discriminator] = of_kind[0]
            names = {resource.key, resource.lookups[target.lookup].item} | ({ItemName("typeCode")} if leaf.types else set())
            for name in sorted(name for name in names if name is not None):
                for asked in (For.ROW, For.FIND, For.USE):
                    decision = self._decided(Coordinate(target.resource, name), asked)
                    if isinstance(decision, ShareIf):
                        for of_type in leaf.types or (None,):
                            facts = known if of_type is None else {**known, ItemName("typeCode"): of_type}
                            why = _may_withhold(decision, facts, self.facts)
                            if why is not None:
                                return Coordinate(target.resource, name), why
        return None

    def _some_rule(self, leaf: Leaf, depth: int, subject: "_Subject") -> tuple[Coordinate, Withhold] | None:
        """Deeper down nothing is known of the rows: the rule that holds there for some rows may have hidden these."""
        note = self.examiner.constants.get((*self.examiner.path, subject.asked.alias, *leaf.path[: depth + 1]))
        if note is None or note.outcome is not Outcome.WITHHELD:
            return None
        decision = self._decision(note.position.coordinate)
        why = next((one for one in verdicts(decision) if isinstance(one, Withhold)), None) if decision else None
        return None if why is None else (note.position.coordinate, why)

    def _decision(self, coordinate: Coordinate) -> Decision | None:
        of = (self._decided(coordinate, asked) for asked in (For.ROW, For.FIND, For.USE, For.SHOW))
        return next((one for one in of if one is not None), None)

    def _decided(self, coordinate: Coordinate, asked: For) -> Decision | None:
        return self.examiner.decisions.get(Question(coordinate, asked, self.examiner.matter))

    def _note(self, at: Path) -> Note | None:
        on_row = self.on_rows.get(at)
        return on_row if on_row is not None else self.examiner.constants.get(tuple(p for p in at if isinstance(p, str)))

    def _content(
        self, leaf: Leaf, depth: int, subject: "_Subject", value: object, at: Path, note: Note | None, reason: str = ""
    ) -> Content:
        return self._told(leaf.steps[min(depth, len(leaf.steps) - 1)], subject, value, at, note, reason)

    def _told(
        self, coordinate: Coordinate, subject: "_Subject", value: object, at: Path, note: Note | None, reason: str = ""
    ) -> Content:
        entry = self.examiner.catalogue.entries[coordinate]
        outcome = Outcome.SHARED if note is None else note.outcome
        provider = entry.provider if note is None else note.position.provider
        source = self.examiner.sources.get(coordinate.type)
        as_of = None if source is None else self.as_of.get(source)
        why = reason or ("" if note is None else note.reason)
        since, role = self.since.get(at), subject.asked.taken.role
        return Content(at, coordinate, role, subject.number, value, outcome, why, provider, as_of, since)


class _Subject(NamedTuple):
    """A subject of a role: `number` within the role, its code as it was looked up."""

    asked: Asked
    number: int
    code: object


def title_of(catalogue: Catalogue, coordinate: Coordinate) -> tuple[str, str]:
    """The code and title of a coordinate."""
    entry: Item | Relation = catalogue.entries[coordinate]
    return entry.code, entry.title


def _found(note: Note | None, *, present: bool) -> Found:
    if note is None or note.outcome is Outcome.SHARED:
        return Found(None, present, provider="" if note is None else note.position.provider)
    if note.outcome is Outcome.WITHHELD and present:
        return Found(None, present, provider=note.position.provider)
    return Found(note.outcome, present, note.reason, note.remedy, note.position.provider, note.position.code)


def _together(parts: Sequence[Position]) -> Position:
    """Of many rows under one subject: the one that says least, with all that is shown."""
    worst = next((one for one in parts if one.found.outcome is Outcome.UNDER_VERIFICATION), None)
    worst = worst or next((one for one in parts if not one.found.present), parts[0])
    return Position(worst.found, all(one.valid for one in parts), [content for one in parts for content in one.contents])


def _may_withhold(decision: ShareIf, known: Mapping[ItemName, object], facts: Facts) -> Withhold | None:
    """Why a row of which only these items are known may be withheld; None where it cannot be."""
    told = _Told(facts)
    for predicate, verdict in decision.cases:
        holds = evaluate(predicate, known.get, told)
        if holds is not False and isinstance(verdict, Withhold):
            return verdict
        if holds is True:
            return None
    return decision.otherwise if isinstance(decision.otherwise, Withhold) else None


class _Told(dict[str, object]):
    """The facts of a request; what it was not told is unknown."""

    def __missing__(self, name: str) -> None:
        return None
