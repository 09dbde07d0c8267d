"""Counting by the day: quotas of grants, failed comparisons; all before an answer leaves.

Counts are the whole deployment's (`resolvers.ports.counters`), durable before what they were taken for goes on, and never
given back. What a request has counted it does not count again when it is decided anew.
"""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple, TypeVar

from catalogue.model import ProviderCode
from connectors.base import SourceError
from resolvers.decide import Permitted, Quota
from resolvers.fetch import Fetched
from resolvers.plan.pruned import FromRoot, Pruned
from resolvers.ports import SubjectHash
from resolvers.ports.counters import Counters, Take
from resolvers.shape import Pair
from sharing.grant import GrantId
from sharing.regime import NOBODY


class Counted(NamedTuple):
    """What one request has counted so far: subjects, by what grants are counted as, and those of which it had not enough
    left; comparisons, as many as were counted of each pair, or barred.
    """

    taken: Mapping[GrantId, int] = {}
    exhausted: frozenset[GrantId] = NOBODY
    compared: Mapping[Pair, int] = {}
    barred: frozenset[Pair] = frozenset()


NOTHING = Counted()


class Attempts(NamedTuple):
    """Where failed comparisons are counted, under whose names, and how many are let through on a day.

    `departments`: whose right it is and who asks, where one acts for another: what a counter may try for those whose duty it
    does is no more than what it may try for itself.
    """

    counters: Counters
    subject_hash: SubjectHash
    departments: frozenset[ProviderCode]
    per_day: int


Result = TypeVar("Result")


async def read_within_quotas(
    counters: Counters,
    keys: Sequence[Sequence[Hashable]],
    began: tuple[Permitted, Counted],
    decide_without: Callable[[frozenset[GrantId]], Permitted],
    read: Callable[[Permitted], Awaitable[tuple[Result, Fetched]]],
) -> tuple[Permitted, Counted, tuple[Result, Fetched]]:
    """What may be read and what was read of it, once the subjects are counted under each quota that it relies on.

    Those looked up are counted before anything is read; those that a relation or an area led to, where they are more, once
    it is known how many they are, and before anything of them leaves. A grant whose quota they would pass counts for
    nothing: decided again without it, until all that is relied on has been counted. Raises LEDGER_UNAVAILABLE, OVERLOADED,
    and what deciding and reading raise.
    """
    permitted, counted = began
    if not permitted.quotas:
        return permitted, counted, await read(permitted)
    while True:
        looked_up = [(quota, len({key for root in quota.roots for key in keys[root]})) for quota in permitted.quotas]
        counted, fits = await _take(counters, looked_up, counted)
        if fits:
            found = await read(permitted)
            led_to = [(quota, _subjects(quota, permitted.pruned, keys, found[1])) for quota in permitted.quotas]
            counted, fits = await _take(counters, led_to, counted)
            if fits:
                return permitted, counted, found
        permitted = decide_without(counted.exhausted)


async def _take(counters: Counters, wanted: Sequence[tuple[Quota, int]], counted: Counted) -> tuple[Counted, bool]:
    """What has been counted once these quotas are taken for so many subjects, and whether all of them had so many left."""
    more = [(quota, number) for quota, number in wanted if number > counted.taken.get(quota.counted_as, 0)]
    if not more:
        return counted, True
    taken, exhausted = dict(counted.taken), set(counted.exhausted)
    fits = await counters.take([
        Take(quota_key(quota.counted_as), number - taken.get(quota.counted_as, 0), quota.per_day) for quota, number in more
    ])  # fmt: skip
    for (quota, number), fits_it in zip(more, fits, strict=True):
        if fits_it:
            taken[quota.counted_as] = number
        else:
            exhausted.add(quota.counted_as)
    return counted._replace(taken=taken, exhausted=frozenset(exhausted)), all(fits)


def _subjects(quota: Quota, pruned: Pruned, keys: Sequence[Sequence[Hashable]], fetched: Fetched) -> int:
    """How many subjects something is open of under this quota: of the kind of which it is open of the most."""
    named: dict[str, set[Hashable]] = defaultdict(set)
    unnamed: Counter[str] = Counter()
    for step in quota.steps:
        (kind, cell), rows, found_by = pruned.apart[step], fetched.steps[step], pruned.steps[step].keys
        if cell == 0 and isinstance(found_by, FromRoot):
            named[kind].update(keys[found_by.root])
        if isinstance(rows, SourceError):
            continue
        for row in chain.from_iterable(rows.values()):
            name = None if cell is None else row[cell]
            if name is None:
                unnamed[kind] += 1
            else:
                named[kind].add(name)
    return max((len(named[kind]) + unnamed[kind] for kind in {*named, *unnamed}), default=0)


async def used_up(counters: Counters, quotas: Mapping[GrantId, int]) -> frozenset[GrantId]:
    """Of these, by their quota per day, those of which nothing is left today. Counts nothing.

    Raises LEDGER_UNAVAILABLE, OVERLOADED.
    """
    if not quotas:
        return NOBODY
    left = await counters.take([Take(quota_key(grant), 0, per_day) for grant, per_day in quotas.items()])
    return frozenset(grant for grant, some in zip(quotas, left, strict=True) if not some)


async def bar_guesses(attempts: Attempts, compared: Mapping[Pair, Mapping[str, bool]], counted: Counted) -> Counted:
    """Counts the failed comparisons and bars those pairs of row and item of which too many have failed today (Art. 4(4)).

    A single comparison counts where it fails; where several values are offered for one pair at once and one of them fails,
    each counts, so that offering many is no better than offering them one after another. One that matches is told only
    while a failed one would be. Raises LEDGER_UNAVAILABLE, OVERLOADED.
    """
    wanted: list[tuple[Pair, int]] = []
    for pair, by_param in compared.items():
        units = 0 if all(by_param.values()) else len(by_param)
        if pair not in counted.barred and units > counted.compared.get(pair, -1):
            wanted.append((pair, units - max(0, counted.compared.get(pair, 0))))
    if not wanted:
        return counted
    departments = sorted(attempts.departments)
    fits = await attempts.counters.take([
        Take(_key(attempts, department, pair), units, attempts.per_day, exhaust=True)
        for pair, units in wanted
        for department in departments
    ])  # fmt: skip
    told, barred = dict(counted.compared), set(counted.barred)
    for place, (pair, units) in enumerate(wanted):
        at = place * len(departments)
        if all(fits[at : at + len(departments)]):
            told[pair] = told.get(pair, 0) + units
        else:
            barred.add(pair)
    return counted._replace(compared=told, barred=frozenset(barred))


def quota_key(counted_as: GrantId) -> str:
    """Under which name a quota is counted."""
    return f"quota:{counted_as}"


def _key(attempts: Attempts, department: ProviderCode, pair: Pair) -> str:
    """Without any personal data: a keyed hash, as the ledger knows persons by."""
    row, item = pair
    return f"verify:{attempts.subject_hash(chr(31).join((department, item, str(row)))).hex()}"
