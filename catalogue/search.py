"""Finding entries of the catalogue by words and by filters (Art. 7: what is catalogued can be found, and only that).

Every word must stand somewhere in an entry: in its title, name or code, in its resource's title, in the names of provider
and register, or in its note (`catalogue.words`). For a word that stands nowhere in the catalogue the nearest are taken
instead: entries whose titles share a third of its pairs of characters. No words can fail.

The rank is a sum over the words: where the word stands (title, resource, party, note) and how it fits (the whole of it, its
beginning, within). Entries of equal rank keep the catalogue's order, that of their codes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, assert_never

from catalogue.checks_of_themes import THEME_CLASS
from catalogue.model import (
    Catalogue,
    Conditional,
    Coordinate,
    Item,
    Kind,
    NotShared,
    Register,
    Relation,
    Resource,
    ResourceName,
    Sharing,
    Unconditional,
)
from catalogue.words import Text, Texts, as_sought, best_fit, is_chinese, pairs_of, words_of


class SharingType(StrEnum):
    """The three types of Art. 10, by their word in the catalogue's files."""

    UNCONDITIONAL = "unconditional"
    CONDITIONAL = "conditional"
    NOT_SHARED = "not_shared"


def type_of(sharing: Sharing) -> SharingType:
    """Which of the three types a rule of sharing is."""
    match sharing:
        case Unconditional():
            return SharingType.UNCONDITIONAL
        case Conditional():
            return SharingType.CONDITIONAL
        case NotShared():
            return SharingType.NOT_SHARED
        case _:
            assert_never(sharing)


class Traits(NamedTuple):
    """What an entry can be filtered and counted by."""

    register: str
    provider: str
    sharing: str
    kind: str
    resource: str


class Filter(NamedTuple):
    """Which entries are wanted; None: any. A register or theme by name or title, a provider by code, name or title."""

    register: str | None = None
    theme: str | None = None
    provider: str | None = None
    sharing: SharingType | None = None
    kind: Kind | None = None
    resource: ResourceName | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry with what it belongs to."""

    coordinate: Coordinate
    entry: Item | Relation
    resource: Resource
    register: Register
    traits: Traits
    thematic: bool


ANY = Filter()


class Count(NamedTuple):
    """How many entries have this value of a trait."""

    value: str
    entries: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Per trait, every value that the catalogue has, in its order, with how many entries choosing it would leave.

    A trait's counts heed the words and all filters but its own, so that another value can be chosen instead.
    """

    register: tuple[Count, ...]
    provider: tuple[Count, ...]
    sharing: tuple[Count, ...]
    kind: tuple[Count, ...]
    resource: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """All that was found, best first. `near`: some word stands nowhere, and what is nearest to it was taken."""

    entries: tuple[Placed, ...]
    facets: Facets
    near: bool


@dataclass(frozen=True)
class Index:
    """The search over one version of the catalogue: made once, then read only. Items that are internal are not in it."""

    catalogue: Catalogue
    entries: tuple[Placed, ...] = field(init=False)
    _texts: tuple[tuple[Text, ...], ...] = field(init=False, repr=False)
    _whole: tuple[str, ...] = field(init=False, repr=False)
    _pairs: Mapping[str, tuple[int, ...]] = field(init=False, repr=False)
    _values: tuple[tuple[str, ...], ...] = field(init=False, repr=False)
    _everything: Found = field(init=False, repr=False)

    def __post_init__(self) -> None:
        entries = sorted(_placed(self.catalogue), key=lambda one: (one.resource.code, one.entry.code))
        made = Texts(self.catalogue)
        texts = [made.of(one.coordinate, one.entry) for one in entries]
        pairs: dict[str, list[int]] = defaultdict(list)
        for number, one in enumerate(entries):
            for pair in made.pairs(one.coordinate, one.entry):
                pairs[pair].append(number)
        ordered = [one.traits for one in entries]
        registers = dict.fromkeys([*(traits.register for traits in ordered), *self.catalogue.registers])
        object.__setattr__(self, "entries", tuple(entries))
        object.__setattr__(self, "_texts", tuple(texts))
        object.__setattr__(self, "_whole", tuple("\n".join(text for text, _ in one) for one in texts))
        object.__setattr__(self, "_pairs", {pair: tuple(numbers) for pair, numbers in pairs.items()})
        object.__setattr__(
            self,
            "_values",
            (
                tuple(registers),
                tuple(dict.fromkeys(traits.provider for traits in ordered)),
                tuple(SharingType),
                tuple(Kind),
                tuple(dict.fromkeys(traits.resource for traits in ordered)),
            ),
        )
        object.__setattr__(self, "_everything", self._find((), ANY))

    def search(self, words: str = "", wanted: Filter = ANY) -> Found:
        """What stands under all of the words and the filter. A value that the catalogue does not have finds nothing."""
        sought = words_of(words)
        return self._find(sought, wanted) if sought or wanted != ANY else self._everything

    def of_resource(self, name: ResourceName) -> tuple[Placed, ...]:
        """The resource's entries in the order of their codes."""
        return tuple(one for one in self.entries if one.coordinate.type == name)

    def _find(self, words: Sequence[str], wanted: Filter) -> Found:
        scores, near = self._score(words)
        numbers: Iterable[int] = range(len(self.entries)) if scores is None else scores
        if wanted.theme is not None:
            numbers = [number for number in numbers if _is_theme(self.entries[number], wanted.theme)]
        chosen = self._chosen(wanted)
        counted = Counter(self.entries[number].traits for number in numbers)
        passing = {traits for traits in counted if not _differing(traits, chosen)}
        found = [number for number in numbers if self.entries[number].traits in passing]
        if scores is not None:
            found.sort(key=lambda number: (-scores[number], number))
        return Found(tuple(self.entries[number] for number in found), self._facets(counted, chosen), near)

    def _score(self, words: Sequence[str]) -> tuple[dict[int, int] | None, bool]:
        """Rank by entry, of those that all words are found in; None where there are no words."""
        if not words:
            return None, False
        sought = [as_sought(word) for word in words]
        hits: list[Mapping[int, int]] = []
        near = False
        for word, bare in zip(sought, words, strict=True):
            standing = {number: 0 for number, whole in enumerate(self._whole) if word in whole}
            hits.append(standing or self._nearest(bare))
            near = near or (not standing and bool(hits[-1]))
        both = [number for number in hits[0] if all(number in others for others in hits[1:])]
        return {
            number: sum(
                points[number] or best_fit(word, self._texts[number]) for word, points in zip(sought, hits, strict=True)
            )
            for number in both
        }, near

    def _nearest(self, word: str) -> dict[int, int]:
        """The entries that share enough pairs of characters with the word, and how many; a word of other script is found
        within longer ones.
        """
        if not is_chinese(word):
            return {number: 1 for number, whole in enumerate(self._whole) if word in whole}
        pairs = pairs_of(word)
        shared = Counter(number for pair in pairs for number in self._pairs.get(pair, ()))
        return {number: count for number, count in sorted(shared.items()) if 3 * count >= len(pairs)}

    def _chosen(self, wanted: Filter) -> Traits:
        """The filter's values as traits bear them; an empty text where none is wanted."""
        registers = self.catalogue.registers.values()
        departments = self.catalogue.departments.values()
        return Traits(
            _named(wanted.register, ((one.name, (one.name, one.title)) for one in registers)),
            _named(wanted.provider, ((one.code, (one.code, one.name, one.title)) for one in departments)),
            wanted.sharing or "",
            wanted.kind or "",
            wanted.resource or "",
        )

    def _facets(self, counted: Mapping[Traits, int], chosen: Traits) -> Facets:
        counts: list[Counter[str]] = [Counter() for _ in chosen]
        for traits, count in counted.items():
            differing = _differing(traits, chosen)
            for place in range(len(chosen)) if not differing else differing if len(differing) == 1 else ():
                counts[place][traits[place]] += count
        return Facets(
            *(tuple(Count(value, counts[place][value]) for value in values) for place, values in enumerate(self._values))
        )


def _placed(catalogue: Catalogue) -> Iterable[Placed]:
    for coordinate, entry in catalogue.entries.items():
        if isinstance(entry, Item) and entry.internal:
            continue
        resource = catalogue.resources[coordinate.type]
        yield Placed(
            coordinate,
            entry,
            resource,
            catalogue.registers[resource.register],
            Traits(resource.register, entry.provider, type_of(entry.sharing), entry.kind, resource.name),
            resource.code.startswith(THEME_CLASS),
        )


def _is_theme(placed: Placed, theme: str) -> bool:
    return placed.thematic and theme in (placed.register.name, placed.register.title)


def _named(given: str | None, known: Iterable[tuple[str, tuple[str, ...]]]) -> str:
    """The value that goes by the given name; what nobody goes by stays as it is, and finds nothing."""
    if given is None:
        return ""
    return next((value for value, names in known if given in names), given or "-")


def _differing(traits: Traits, chosen: Traits) -> tuple[int, ...]:
    """Where the traits are not those chosen."""
    return tuple(place for place, value in enumerate(chosen) if value and traits[place] != value)
