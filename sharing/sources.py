"""Who answers for an item, and for which of its rows: its provider by the catalogue, or the source of a part (Art. 4(3))."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple, TypeAlias

from catalogue.claims import Part
from catalogue.model import Item, ItemCode, Parted, ProviderCode, Relation
from sharing.grant import Grant

ALL_ROWS = None


def parts_answered(
    entry: Item | Relation, provider: ProviderCode, said: Iterable[Part], parted: Parted | None
) -> tuple[str | None, ...]:
    """The parts of the entry's rows that this department answers for: None for all that it provides by the catalogue, the
    divisions that it is the source of; nothing where it is no source. `said`: what departments say of the item
    (`claimSource`) today; `parted`: how the catalogue divides its rows.
    """
    if provider == entry.provider:
        return (ALL_ROWS,)
    own = () if parted is None or provider not in parted.of else (ALL_ROWS,)
    claimed = [part for part in said if part.item == entry.code and part.provider == provider and not part.released]
    return (*own, *sorted(part.division for part in claimed))


def given_apart(
    items: Iterable[ItemCode], provider: ProviderCode, within: str | None, parted: Mapping[ItemCode, Parted]
) -> frozenset[ItemCode]:
    """Of these items those of which a grant by the department is one to the rows of some values; none of a division's."""
    return frozenset(item for item in items if within is None and item in parted and provider in parted[item].of)


class Source(NamedTuple):
    """Who answers for an item: for the rows of a division with all below it; for those of some `values`, where the catalogue
    divides them (`catalogue.model.Parted`); or with neither for those that no other does.
    """

    provider: ProviderCode
    division: str | None = None
    values: tuple[str, ...] = ()


def sources_of(entry: Item | Relation, said: Iterable[Part], parted: Parted | None) -> tuple[Source, ...]:
    """The entry's provider by the catalogue, who provides rows by their value, then who is the source of a division's."""
    by_value = () if parted is None else tuple(Source(provider, values=values) for provider, values in parted.of.items())
    claimed = {Source(part.provider, part.division) for part in said if part.item == entry.code and not part.released}
    ordered = sorted(claimed, key=lambda one: (str(one.division), one.provider))
    return (Source(entry.provider), *by_value, *ordered)


class Said(NamedTuple):
    """What a department said of a part, when (UTC), and whether that holds still."""

    part: Part
    at: datetime
    holds: bool = True


@dataclass(frozen=True, slots=True)
class Stop:
    """A department has stopped items that it is the source of for a consumer (`suspendSharing`), since when (UTC). `apart`:
    those of which departments provide rows by their value: what others granted of them is not its to stop.
    """

    provider: ProviderCode
    consumer: ProviderCode
    items: frozenset[ItemCode]
    at: datetime
    apart: frozenset[ItemCode] = frozenset()


Given: TypeAlias = tuple[ProviderCode, Grant]
"""A grant, and who gave it."""
_Reach: TypeAlias = tuple[bool, tuple[str, ...]]
"""Whether a grant is stopped for an item, and which divisions it does not reach."""


@dataclass(frozen=True)
class Standing:
    """How far grants reach, by what was said of parts and what was stopped.

    A grant does not reach a part that its provider had let go before it was given; what was given before goes on, until the
    part's new source stops it for its rows. Where an item has another provider by the catalogue now, that one stops what the
    former gave before. Who is the source of a part is not stopped by who was the source of all.
    """

    said: Sequence[Said] = ()
    stops: Sequence[Stop] = ()
    _released: Mapping[tuple[ItemCode, ProviderCode], list[Said]] = field(init=False, repr=False)
    _claimed: Mapping[tuple[ItemCode, ProviderCode], list[Said]] = field(init=False, repr=False)
    _stopped: Mapping[tuple[ItemCode, ProviderCode], list[Stop]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        released, claimed, stopped = defaultdict(list), defaultdict(list), defaultdict(list)
        for one in self.said:
            if not one.part.released:
                claimed[one.part.item, one.part.provider].append(one)
            elif one.holds:
                released[one.part.item, one.part.provider].append(one)
        for stop in self.stops:
            for item in stop.items:
                stopped[item, stop.consumer].append(stop)
        object.__setattr__(self, "_released", dict(released))
        object.__setattr__(self, "_claimed", dict(claimed))
        object.__setattr__(self, "_stopped", dict(stopped))

    def confined(self, given: Iterable[Given]) -> Iterator[Grant]:
        """The grants as far as they reach; one that reaches differently far for its items is given in parts."""
        for provider, grant in given:
            if not self._released and not self._stopped:
                yield grant
                continue
            reaches: dict[_Reach, set[ItemCode]] = defaultdict(set)
            for item in grant.items:
                reaches[self._reach(provider, grant, item)].add(item)
            for (stopped, without), items in sorted(reaches.items()):
                if not stopped and not without and len(reaches) == 1:
                    yield grant
                else:
                    yield replace(grant, items=frozenset(items), suspended=grant.suspended or stopped, without=without)

    def _reach(self, provider: ProviderCode, grant: Grant, item: ItemCode) -> _Reach:
        without = {one.part.division for one in self._released.get((item, provider), ()) if one.at <= grant.valid_from}
        stopped = False
        for stop in self._stopped.get((item, grant.department), ()):
            parts = self._claimed.get((item, stop.provider))
            if stop.provider == provider:
                stopped = True
            elif parts is not None:
                without.update(one.part.division for one in parts if one.holds)
            elif grant.within is ALL_ROWS and grant.valid_from <= stop.at and item not in stop.apart:
                stopped = True
        return stopped, tuple(sorted(without))
