"""Shaping as a step of the way: an answer's data, with what is under verification marked, and what it was made of."""

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from resolvers.count import Counted
from resolvers.decide import Permitted
from resolvers.fetch import Fetched
from resolvers.gateway import Gateway
from resolvers.shape import Doubted, Shaping, undoubted
from sharing.open_doubts import Since
from sharing.rights import Rights


class Shaped(NamedTuple):
    """The answer's data, what was found out while it was made, and what it was made of."""

    data: dict[str, object]
    shaping: Shaping
    permitted: Permitted
    keys: Sequence[Sequence[Hashable]]
    fetched: Fetched


def doubted_of(gateway: Gateway, permitted: Permitted, rights: Rights) -> Doubted:
    """Who of the answer is in doubt: looked up by keyed hash, and only where a doubt touches what is read."""
    if not permitted.doubted:
        return undoubted
    known: dict[object, Since] = {}

    def doubted(code: object) -> Since:
        found = known.get(code)
        if found is None:
            references = () if code is None else gateway.subject_hash.all_of(str(code))
            found = known[code] = rights.doubts.of(references)
        return found

    return doubted


def shape(
    permitted: Permitted,
    fetched: Fetched,
    keys: Sequence[Sequence[Hashable]],
    counted: Counted,
    doubted: Doubted = undoubted,
) -> Shaped:
    """The answer, without the comparisons that are barred, and with what is under verification marked."""
    shaping = Shaping(fetched.steps, barred=counted.barred, doubted=doubted)
    return Shaped(permitted.shape(shaping, keys), shaping, permitted, keys, fetched)
