"""一数一源 (Art. 4(3)): one authoritative provider for each datum and part of the rows.

**Which datum.** Within one resource, entries of the same title are one datum, whatever else they state. Across resources two
items are one datum where both state the same `datum` (`natural_person.education`), or, where neither states one, the same
title by the same standard (性别 by GB/T 2261.1): the same property in the same coding. An item that states none and follows
no standard is a datum of its own, by its code; so is one that says which row is meant (a key, a subject, a division, what a
lookup or relation goes by), a derived item and a relation: they repeat what is held elsewhere on purpose. Several items of
one provider are no conflict: it is its own source. Width, case, blanks and a standard's year of issue do not tell titles and
standards apart.

**Which rows.** A part is a division with all below it. The catalogue's provider of an item holds its own division's part
without saying so; it may let a part go (`released`) to another, who may then claim it: a city's land register. Two providers
overlap where one's part contains the other's, and no release of the larger holder's takes the smaller part out.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from typing import NewType, TypeAlias

from catalogue.check import Entry, entry_path, parts
from catalogue.finding import Finding
from catalogue.model import Catalogue, Coordinate, Item, ItemCode, ProviderCode, Relation, Resource
from catalogue.predicate import ItemName
from standards.divisions import contains

_YEAR = re.compile(r"[-‐-―−:]\d{4}$")
_NUMBER = re.compile(r"(?<=[A-Z])(?=\d)")

Datum = NewType("Datum", str)
"""What is one datum wherever it stands: a stated name, a title with its standard, or an item's code."""


@dataclass(frozen=True, slots=True)
class Part:
    """A department's say on a division and all below it, of one item's datum: `released` lets that part go, `to` whom."""

    item: ItemCode
    provider: ProviderCode
    division: str
    released: bool = False
    to: ProviderCode | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """An authoritative source: who, of which datum (by which item), on which rows. `without` are parts let go inside."""

    datum: Datum
    item: ItemCode
    provider: ProviderCode
    division: str
    without: tuple[str, ...] = ()


Overlap: TypeAlias = tuple[Holding, Holding]
"""Two holdings of one datum by two providers, the earlier one first."""


def data_of(catalogue: Catalogue) -> Mapping[ItemCode, Datum]:
    """What each entry that is not internal is the value of, by its code; see the module's head."""
    return {code: datum for resource in catalogue.resources.values() for code, datum in _data_within(resource).items()}


def _data_within(resource: Resource) -> Mapping[ItemCode, Datum]:
    """Of the entries with one title the first stated datum counts, else the first title with a standard, else the first
    one's code.
    """
    identifying = _identifying(resource)
    by_title: dict[str, list[Entry]] = {}
    for entry in parts(resource):
        if not (isinstance(entry, Item) and entry.internal):
            by_title.setdefault(_plain(entry.title) or entry.code, []).append(entry)
    found: dict[ItemCode, Datum] = {}
    for same in by_title.values():
        items = [one for one in same if isinstance(one, Item)]
        stated = (one.datum for one in items if one.datum is not None)
        coded = (
            f"{_plain(one.title)} ({_standard(one.standard)})"
            for one in items
            if one.standard and one.derivation is None and one.name not in identifying
        )
        datum = Datum(next(chain(stated, coded), same[0].code))
        found |= dict.fromkeys((one.code for one in same), datum)
    return found


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def _standard(text: str) -> str:
    """A standard's number without its year of issue: `GB/T 4658` of `GB/T4658-2006` and `GB/T 4658:2006`."""
    return _NUMBER.sub(" ", _YEAR.sub("", _plain(text)).upper(), count=1)


def holdings(catalogue: Catalogue, said: Iterable[Part] = ()) -> tuple[Holding, ...]:
    """Every source: the catalogue's own in its order, then what was claimed beside it (`said`, oldest first)."""
    where = {code: department.division for code, department in catalogue.departments.items()}
    data = data_of(catalogue)
    claims = [part for part in said if part.item in data]
    own = [
        Part(entry.code, entry.provider, where[entry.provider])
        for entry in catalogue.entries.values()
        if entry.code in data and entry.provider in where
    ]
    released = {(data[part.item], part.provider, part.division) for part in claims if part.released}
    return tuple(
        Holding(
            data[part.item],
            part.item,
            part.provider,
            part.division,
            tuple(sorted(
                division for datum, provider, division in released
                if (datum, provider) == (data[part.item], part.provider)
                and division != part.division and contains(part.division, division)
            )),
        )
        for part in (*own, *(part for part in claims if not part.released))
    )  # fmt: skip


def overlap(one: Holding, other: Holding) -> bool:
    """Whether two providers would be the source of the same rows of the same datum."""
    if one.datum != other.datum or one.provider == other.provider:
        return False
    return any(
        contains(larger.division, smaller.division)
        and not any(contains(division, smaller.division) for division in larger.without)
        for larger, smaller in ((one, other), (other, one))
    )


def overlaps(held: Sequence[Holding]) -> tuple[Overlap, ...]:
    """Every pair that overlaps, in the order of `held`."""
    by_datum: dict[Datum, list[Holding]] = {}
    for holding in held:
        by_datum.setdefault(holding.datum, []).append(holding)
    return tuple(pair for same in by_datum.values() for pair in combinations(same, 2) if overlap(*pair))


def overlap_findings(catalogue: Catalogue, said: Iterable[Part] = (), file: str = "") -> tuple[Finding, ...]:
    """What breaks one datum, one source, naming the provider that is the source already: at the item of `file`, which is
    being changed, else at the later one.
    """
    found = {entry.code: (resource, entry) for resource in catalogue.resources.values() for entry in parts(resource)}
    findings: list[Finding] = []
    for first, second in overlaps(holdings(catalogue, said)):
        files = [found[one.item][0].file for one in (first, second)]
        source, claimant = (second, first) if files[0] == file != files[1] else (first, second)
        findings.append(_finding(catalogue, *found[claimant.item], source, claimant))
    return tuple(findings)


def _finding(catalogue: Catalogue, resource: Resource, entry: Item | Relation, first: Holding, second: Holding) -> Finding:
    source, claimant = (_named(catalogue, one.provider) for one in (first, second))
    return Finding(
        resource.file,
        entry_path(resource, entry),
        f"`{claimant}` would be a source of `{second.datum}` in `{second.division}`, which `{source}` is by `{first.item}`",
        f"违反一数一源：“{second.datum}”已由“{source}”提供",
        "name that provider, or a datum of its own; or have the source let the part go with `releaseSource`",
        "Art. 4(3)",
    )


def _named(catalogue: Catalogue, provider: ProviderCode) -> str:
    known = catalogue.departments.get(provider)
    return provider if known is None else known.title


def coordinates_of(catalogue: Catalogue, datum: Datum) -> tuple[Coordinate, ...]:
    """The items that are this datum, in the catalogue's order."""
    data = data_of(catalogue)
    return tuple(at for at, entry in catalogue.entries.items() if data.get(entry.code) == datum)


def _identifying(resource: Resource) -> frozenset[ItemName]:
    """The items that say which row is meant."""
    named = {resource.key, resource.subject, resource.division}
    named |= {lookup.item for lookup in resource.lookups.values()}
    named |= {relation.key for relation in resource.relations.values()}
    return frozenset(name for name in named if name is not None)
