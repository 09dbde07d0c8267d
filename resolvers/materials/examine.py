"""What became of each position that a material needs, read off the shaped answer: values, and why there is none.

Compiled once per pruned plan: every leaf becomes one function for each role that it asks about, which knows its places and
what holds there on every row; only what was found on single rows is looked up per answer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias, cast

from catalogue.model import Catalogue, Coordinate, ProviderCode, Relation, ResourceName
from catalogue.predicate import ItemName
from resolvers.materials.compose import CERTIFICATE_ITEMS, CERTIFICATES, Asked, Composed, Leaf
from resolvers.materials.content import (
    OBTAINED,
    Content,
    Place,
    Position,
    content_of,
    found_of,
    led_to,
    place_of,
    shows_absence,
    together,
)
from resolvers.materials.hidden import Facts, Why, compile_hiding
from resolvers.plan.plan import CheckField
from resolvers.plan.pruned import Note, Pruned
from resolvers.shape import Path, Shaping
from sharing.decision import Asked as For
from sharing.decision import Decision, Decisions, Outcome, Question, Withhold, verdicts
from sharing.material import Found

_WEIGHT = {
    Outcome.UNDER_VERIFICATION: 3,
    Outcome.WITHHELD: 2,
    Outcome.SOURCE_UNAVAILABLE: 2,
    Outcome.NONCONFORMING: 1,
    Outcome.MASKED: 1,
}
"""Of several outcomes at one position the one that says most."""

Row: TypeAlias = Mapping[str, Any]


class Subject(NamedTuple):
    """A subject of a role: `number` within the role, its code as it was looked up."""

    number: int
    code: object


@dataclass(slots=True)
class Examination:
    """One answer, read. `facts`: what row rules were told of the request.

    `on_rows`: what holds at single paths; `since`: since when they are under verification; `failed`: left empty by a
    source, and why.
    """

    examiner: "Examiner"
    data: Mapping[str, object]
    keys: Mapping[str, Sequence[object]]
    facts: Facts
    on_rows: dict[Path, Note] = field(default_factory=dict)
    since: dict[Path, datetime] = field(default_factory=dict)
    failed: dict[Path, tuple[Note, str]] = field(default_factory=dict)

    def note(self, shaping: Shaping) -> None:
        """Take what was found out about single rows of this check."""
        notes, own, on_rows = self.examiner.notes, self.examiner.path, self.on_rows
        for number, paths in shaping.found.items():
            note = notes[number]
            if note.position.path[: len(own)] == own:
                for path in paths:
                    known = on_rows.get(path)
                    if known is None or _outweighs(note, known):
                        on_rows[path] = note
        for (number, since), paths in shaping.marked.items():
            for path in paths:
                on_rows[path] = notes[number]
                self.since[path] = min(since, self.since.get(path, since))
        for number, path, reason in shaping.failures:
            self.failed[path] = (notes[number], reason)


Reader: TypeAlias = Callable[[Examination], Sequence[Position]]
"""How a leaf stands for each subject of its role, in their order."""
_Walk: TypeAlias = Callable[[Row, Path, Subject, Examination], Position]
_Absent: TypeAlias = Callable[[Path, Subject, Examination], Position]


@dataclass(frozen=True, slots=True)
class Examiner:
    """Reads one check's answers. `path`: the check's; `constants`: what holds on every row by path; `sources` by resource.

    `matter`: as its questions name it; `titles` of departments.
    """

    catalogue: Catalogue
    composed: Composed
    path: tuple[str, ...]
    matter: str
    constants: Mapping[tuple[str, ...], Note]
    sources: Mapping[ResourceName, str]
    decisions: Decisions
    notes: Sequence[Note]
    titles: Mapping[ProviderCode, str]

    def reader(self, leaf: Leaf) -> Reader:
        """The function that reads this leaf."""
        roles = [_role(_Leaf(self, asked, leaf), self.path) for asked in self.composed.asked if asked.alias in leaf.aliases]
        if len(roles) == 1:
            return roles[0]
        return lambda examination: [position for read in roles for position in read(examination)]


def compile_examiner(catalogue: Catalogue, check: CheckField, pruned: Pruned, decisions: Decisions) -> Examiner:
    """The reader of a check's answers under this pruned plan."""
    constants: dict[tuple[str, ...], Note] = {}
    for note in pruned.notes:
        path = note.position.path
        if note.always and path[: len(check.path)] == check.path:
            known = constants.get(path)
            if known is None or _outweighs(note, known):
                constants[path] = note
    sources = {step.fetch.resource: step.fetch.source for step in pruned.steps}
    matter = check.composed.shape.matter.code if check.many else ""
    titles = {code: department.title for code, department in catalogue.departments.items()}
    return Examiner(catalogue, check.composed, check.path, matter, constants, sources, decisions, pruned.notes, titles)


def _outweighs(note: Note, known: Note) -> bool:
    return _WEIGHT.get(note.outcome, 0) > _WEIGHT.get(known.outcome, 0)


def place_at(
    examiner: Examiner, asked: Asked, leaf: Leaf, depth: int, stated: Coordinate | None = None, below: tuple[str, ...] = ()
) -> Place:
    """Where the leaf stands after `depth` of its keys, and `below`; 0: the subject's own row."""
    coordinate = stated or leaf.steps[max(depth - 1, 0)]
    always = examiner.constants.get((*examiner.path, asked.alias, *leaf.path[:depth], *below))
    return place_of(examiner.catalogue, coordinate, asked.taken.role, examiner.sources.get(coordinate.type), always)


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A leaf for the subjects of one root field."""

    examiner: Examiner
    asked: Asked
    leaf: Leaf

    def place(self, depth: int, stated: Coordinate | None = None, below: tuple[str, ...] = ()) -> Place:
        return place_at(self.examiner, self.asked, self.leaf, depth, stated, below)

    @property
    def providers(self) -> Mapping[str, ProviderCode]:
        """Of certificates who provides those of each type: the holder's register leads to them by its first relation."""
        if not self.leaf.types:
            return {}
        catalogue = self.examiner.catalogue
        relation = catalogue.entries[self.leaf.steps[0]]
        assert isinstance(relation, Relation)
        resource = catalogue.resources[relation.targets[0].resource]
        assert resource.key is not None
        return {one: catalogue.provider_of(resource.items[resource.key], one) for one in self.leaf.types}

    def hidden(self, depth: int) -> Callable[[Subject, Facts], Why | None]:
        """Which rule may have kept back rows of a subject at the relation that is the leaf's key number `depth`."""
        if depth:
            why = self._some_rule(depth)
            return lambda _subject, _facts: why
        examiner = self.examiner
        hiding = compile_hiding(examiner.catalogue, self.leaf, self.asked, examiner.decisions, examiner.matter)
        return lambda subject, facts: hiding.why(subject.code, facts)

    def _some_rule(self, depth: int) -> Why | None:
        """Deeper down nothing is known of the rows: the rule that holds there for some rows may have hidden these."""
        note = self.place(depth + 1).always
        if note is None or note.outcome is not Outcome.WITHHELD:
            return None
        decision = self._decision(note.position.coordinate)
        why = next((one for one in verdicts(decision) if isinstance(one, Withhold)), None) if decision else None
        return None if why is None else Why(note.position.coordinate, why)

    def _decision(self, coordinate: Coordinate) -> Decision | None:
        asked = (For.ROW, For.FIND, For.USE, For.SHOW)
        of = (self.examiner.decisions.get(Question(coordinate, one, self.examiner.matter)) for one in asked)
        return next((one for one in of if one is not None), None)


def _role(of: _Leaf, path: tuple[str, ...]) -> Reader:
    variable, first, base = of.asked.variable, of.asked.first, (*path, of.asked.alias)
    walk, absent = _walk(of, 0), _absent(of.place(0), looked_for=False)

    def batch(examination: Examination) -> Sequence[Position]:
        rows = cast("Sequence[Row | None] | None", examination.data[variable])
        positions = []
        for number, code in enumerate(examination.keys[variable]):
            subject = Subject(number + first, code)
            if rows is None:
                positions.append(absent(base, subject, examination))
            else:
                row = rows[number]
                at: Path = (*base, number)
                positions.append(absent(at, subject, examination) if row is None else walk(row, at, subject, examination))
        return positions

    def single(examination: Examination) -> Sequence[Position]:
        row = cast("Row | None", examination.data[variable])
        subjects = [Subject(number + first, code) for number, code in enumerate(examination.keys[variable])]
        return [
            absent(base, subject, examination) if row is None else walk(row, base, subject, examination)
            for subject in subjects
        ]

    return batch if of.asked.batch else single


def _walk(of: _Leaf, depth: int) -> _Walk:
    """Reads the leaf's key number `depth` in a row, and what is below it."""
    key = of.leaf.path[depth]
    if key == CERTIFICATES:
        return _certificates(of)
    absent = _absent(of.place(depth + 1))
    if depth == len(of.leaf.path) - 1:
        return _item(of.place(depth + 1), key, absent)
    below, empty = _walk(of, depth + 1), _empty(of, depth)

    def relation(row: Row, at: Path, subject: Subject, examination: Examination) -> Position:
        value, place = row[key], (*at, key)
        if value is None:
            return absent(place, subject, examination)
        if not isinstance(value, list):
            position = below(value, place, subject, examination)
        elif value:
            position = together([below(one, (*place, number), subject, examination) for number, one in enumerate(value)])
        else:
            return empty(place, subject, examination)
        since = examination.since.get(place)
        return position if since is None else led_to(position, examination.on_rows[place], since)

    return relation


def _item(place: Place, key: str, absent: _Absent) -> _Walk:
    found = found_of(place.always, present=True)
    plain = content_of(place, 0, None, (), place.always)[4:]

    def item(row: Row, at: Path, subject: Subject, examination: Examination) -> Position:
        value, path = row[key], (*at, key)
        if value is None:
            return absent(path, subject, examination)
        note = examination.on_rows.get(path)
        if note is None:
            return Position(found, True, (Content(path, place, subject.number, value, *plain),))
        return Position(found_of(note, present=True), True, (_told(place, subject, value, path, note, examination),))

    return item


def _certificates(of: _Leaf) -> _Walk:
    relation = of.examiner.catalogue.entries[of.leaf.steps[0]]
    assert isinstance(relation, Relation)
    target = relation.targets[0].resource
    items = [
        (item, of.place(1, Coordinate(target, ItemName(item)), (item,))) for item in CERTIFICATE_ITEMS if item != "typeCode"
    ]
    absent, empty, types, valid = _absent(of.place(1)), _empty(of, 0), of.leaf.types, of.leaf.valid
    providers = of.providers

    def certificates(row: Row, at: Path, subject: Subject, examination: Examination) -> Position:
        held, place = row[CERTIFICATES], (*at, CERTIFICATES)
        if held is None:
            return absent(place, subject, examination)
        rows = [(number, one) for number, one in enumerate(held) if one["typeCode"] in types]
        if not rows:
            return empty(place, subject, examination)
        contents, found = [], OBTAINED
        for number, one in rows:
            provider = providers[one["typeCode"]]
            for item, of_item in items:
                path = (*place, number, item)
                note = examination.on_rows.get(path, of_item.always)
                content = _told(of_item, subject, one[item], path, note, examination)
                contents.append(content._replace(provider=provider))
                if note is not None and note.outcome is Outcome.UNDER_VERIFICATION:
                    found = replace(found_of(note, present=True), provider=provider)
        position = Position(found, not valid or any(one["isValid"] is True for _, one in rows), contents)
        since = examination.since.get(place)
        return position if since is None else led_to(position, examination.on_rows[place], since)

    return certificates


def _absent(place: Place, *, looked_for: bool = True) -> _Absent:
    """Nothing stands there: because it is withheld, its source is silent, or there is none.

    Not `looked_for`: it is the subject's own row that is not there, so that nothing below it was asked for, and no source.
    """
    masked_shows = shows_absence(place)

    def absent(at: Path, subject: Subject, examination: Examination) -> Position:
        failed = examination.failed.get(at)
        if failed is None:
            note = examination.on_rows.get(at, place.always)
            found = found_of(note, present=False, masked_shows=masked_shows)
            content = _told(place, subject, None, at, note, examination)
            if not looked_for:
                found, content = replace(found, looked_for=False), content._replace(source=None)
            return Position(found, True, (content,))
        note, reason = failed
        position = note.position
        found = Found(Outcome.SOURCE_UNAVAILABLE, False, reason, note.remedy, position.provider, position.code)
        return Position(found, True, (_told(place, subject, None, at, note, examination, reason),))

    return absent


def _empty(of: _Leaf, depth: int) -> _Absent:
    """No row came: where rules may have kept one of this subject's back, that is why; else there is none."""
    place, hidden, catalogue = of.place(depth + 1), of.hidden(depth), of.examiner.catalogue
    issuers = set(of.providers.values())
    provider = issuers.pop() if len(issuers) == 1 else place.entry.provider
    nothing = Found(None, present=False, provider=provider)

    def empty(at: Path, subject: Subject, examination: Examination) -> Position:
        why = None if at in examination.since else hidden(subject, examination.facts)
        if why is None:
            note = examination.on_rows.get(at)
            found = nothing if note is None else found_of(note, present=False)
            content = _told(place, subject, None, at, note, examination)._replace(provider=provider)
            return Position(found, True, (content,))
        rule, withhold = catalogue.entries[why.coordinate], why.withhold
        by = catalogue.provider_of(rule, why.of_type)
        found = Found(Outcome.WITHHELD, False, withhold.reason, withhold.remedy, by, rule.code)
        content = Content(at, place, subject.number, None, Outcome.WITHHELD, withhold.reason, by, None)
        return Position(found, True, (content,))

    return empty


def _told(
    place: Place, subject: Subject, value: object, at: Path, note: Note | None, examination: Examination, reason: str = ""
) -> Content:
    content = content_of(place, subject.number, value, at, note, reason)
    since = examination.since.get(at) if examination.since else None
    return content if since is None else content._replace(since=since)
