"""Counting by the day: quotas of grants, failed comparisons; all before an answer leaves.

Counts are the whole deployment's (`resolvers.ports.counters`), durable before what they were taken for goes on, and never
given back. What a request has counted it does not count again when it is decided anew.
"""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple, TypeVar

from catalogue.model import ProviderCode
from connectors.base import SourceError
from resolvers.decide import Permitted
from resolvers.fetch import Fetched
from resolvers.plan.pruned import FromRoot, Pruned, Quota
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

    Nothing is read by a grant whose quota is used up. Of whom something is open is known once it is read: they are counted
    then, once, before anything of them leaves. A grant whose quota they would pass counts for nothing: decided again and
    read again without it, until all that is relied on has been counted. Raises LEDGER_UNAVAILABLE, OVERLOADED, and what
    deciding and reading raise.
    """
    permitted, counted = began
    while quotas := permitted.pruned.quotas:
        assert counted.exhausted.isdisjoint(quota.counted_as for quota in quotas), "decided without them"
        counted, left = await _look(counters, quotas, keys, counted)
        if left:
            found = await read(permitted)
            subjects = ((quota, _subjects(quota, permitted.pruned, keys, found[1])) for quota in quotas)
            counted, fits = await _take(counters, subjects, counted)
            if fits:
                return permitted, counted, found
        permitted = decide_without(counted.exhausted)
    return permitted, counted, await read(permitted)


async def _look(
    counters: Counters, quotas: Sequence[Quota], keys: Sequence[Sequence[Hashable]], counted: Counted
) -> tuple[Counted, bool]:
    """Whether something is left of each of these under which something is looked up; where not, it is exhausted."""
    asked = {
        quota.counted_as: quota.per_day
        for quota in quotas
        if quota.counted_as not in counted.taken and any(keys[root] for root in quota.roots)
    }
    exhausted = await used_up(counters, asked)
    return counted._replace(exhausted=counted.exhausted | exhausted), not exhausted


async def _take(counters: Counters, wanted: Iterable[tuple[Quota, int]], counted: Counted) -> tuple[Counted, bool]:
    """What has been counted once these quotas are taken for so many subjects, and whether all of them had so many left.

    One after the other, and none after the first that had not: without it there may be nobody to be counted under those
    that it leads to, and nothing is given back.
    """
    for quota, number in wanted:
        more = number - counted.taken.get(quota.counted_as, 0)
        if more <= 0:
            continue
        (fits,) = await counters.take([Take(quota_key(quota.counted_as), more, quota.per_day)])
        if not fits:
            return counted._replace(exhausted=counted.exhausted | {quota.counted_as}), False
        counted = counted._replace(taken={**counted.taken, quota.counted_as: number})
    return counted, True


def _subjects(quota: Quota, pruned: Pruned, keys: Sequence[Sequence[Hashable]], fetched: Fetched) -> int:
    """How many subjects something is open of under this quota: of the kind of which it is open of the most.

    A root's key that no row has was looked up as well, unless the grant reaches some rows only. Of a source that does not
    answer nothing is open.
    """
    named: dict[str, set[Hashable]] = defaultdict(set)
    unnamed: Counter[str] = Counter()
    for step, (guards, unfound) in quota.steps.items():
        (kind, cell), rows, found_by = pruned.apart[step], fetched.steps[step], pruned.steps[step].keys
        if isinstance(rows, SourceError):
            continue
        if unfound and isinstance(found_by, FromRoot):
            named[kind].update(key for key in keys[found_by.root] if not rows.get(key))
        for row in chain.from_iterable(rows.values()):
            if guards and not any(row[guard.cell] in guard.values for guard in guards):
                continue
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
