"""Counting by the day: quotas of grants before anything is fetched, failed comparisons before an answer leaves.

Counts are the whole deployment's (`resolvers.ports.counters`), durable before what they were taken for goes on, and never
given back. What a request has counted it does not count again when it is decided anew.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import NamedTuple

from catalogue.model import ProviderCode
from resolvers.decide import Permitted, Quota
from resolvers.ports import SubjectHash
from resolvers.ports.counters import Counters, Take
from resolvers.shape import Pair
from sharing.grant import GrantId
from sharing.regime import NOBODY


class Counted(NamedTuple):
    """What one request has counted so far: grants whose quota it was taken from, grants that had none left, and comparisons,
    as many as were counted of each pair, or barred.
    """

    taken: frozenset[GrantId] = NOBODY
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


async def within_quotas(
    counters: Counters,
    keys: Sequence[Sequence[Hashable]],
    permitted: Permitted,
    counted: Counted,
    decide_without: Callable[[frozenset[GrantId]], Permitted],
) -> tuple[Permitted, Counted]:
    """What may be read once the subjects looked up are counted under each grant with a quota that it relies on.

    A grant whose quota they would pass counts for nothing: decided again without it, until all that is relied on has been
    counted. Raises LEDGER_UNAVAILABLE, OVERLOADED, and what deciding raises.
    """
    while True:
        units = _units(permitted, keys, counted)
        if not units:
            return permitted, counted
        fits = await counters.take([Take(quota_key(quota.grant), number, quota.per_day) for quota, number in units])
        fit = frozenset(quota.grant for (quota, _), fits_it in zip(units, fits, strict=True) if fits_it)
        lacking = frozenset(quota.grant for quota, _ in units) - fit
        counted = counted._replace(taken=counted.taken | fit, exhausted=counted.exhausted | lacking)
        if not lacking:
            return permitted, counted
        permitted = decide_without(counted.exhausted)


def _units(permitted: Permitted, keys: Sequence[Sequence[Hashable]], counted: Counted) -> list[tuple[Quota, int]]:
    """The quotas still to be taken, with how many subjects are looked up under each."""
    found = []
    for quota in permitted.quotas:
        assert quota.grant not in counted.exhausted, "decided without it"
        number = len({key for root in quota.roots for key in keys[root]})
        if number and quota.grant not in counted.taken:
            found.append((quota, number))
    return found


async def used_up(counters: Counters, quotas: Mapping[GrantId, int]) -> frozenset[GrantId]:
    """Of these grants, by their quota per day, those of which nothing is left today. Counts nothing.

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


def quota_key(grant: GrantId) -> str:
    """Under which name a grant's quota is counted."""
    return f"quota:{grant}"


def _key(attempts: Attempts, department: ProviderCode, pair: Pair) -> str:
    """Without any personal data: a keyed hash, as the ledger knows persons by."""
    row, item = pair
    return f"verify:{attempts.subject_hash(chr(31).join((department, item, str(row)))).hex()}"
