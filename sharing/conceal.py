"""Whether what is asked is kept from its subjects for a time, by the grants that it is asked under."""

from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from catalogue.model import Basis, ItemCode
from sharing.concealment import Concealment
from sharing.consumer import Asking
from sharing.grant import Grant, GrantId

NO_MATTERS: frozenset[str] = frozenset()


class Concealed(NamedTuple):
    """An answer that is kept from its subjects up to `until` (UTC), by these laws, because of these grants."""

    until: datetime
    bases: tuple[Basis, ...]
    grants: tuple[GrantId, ...]


def conceal(
    grants: Iterable[Grant],
    asking: Asking | None,
    now: datetime,
    items: frozenset[ItemCode] | None,
    matters: frozenset[str] = NO_MATTERS,
) -> Concealed | None:
    """How what `asking` asks at `now` is kept from its subjects, or None: by the grants in force for its use, matter and
    mode that conceal, and hold any of these items (None: whatever they hold, for a step that names persons and reads
    nothing). Where it was not said for what is asked (`asking` None), any of the grants may be the one; so may one for
    any of `matters`, those of the case that a step is about, whatever use was stated.

    Whether such a grant has opened the item in the end makes no difference: an attempt that was withheld, or found nobody,
    tells of the investigation as well.
    """
    held: dict[GrantId, Concealment] = {}
    for grant in grants:
        concealment = grant.concealment
        if (
            concealment is not None
            and now < concealment.ends
            and grant.valid_from <= now < grant.valid_until
            and (asking is None or _serves(grant, asking) or not matters.isdisjoint(grant.matters))
            and (items is None or not items.isdisjoint(grant.items))
        ):
            held[grant.id] = concealment
    if not held:
        return None
    bases = tuple(dict.fromkeys(held[number].basis for number in sorted(held)))
    return Concealed(max(one.ends for one in held.values()), bases, tuple(sorted(held)))


def longest(found: Iterable[Concealed | None]) -> Concealed | None:
    """Of several ways in which a request is kept from its subjects the one that does so longest; None where none does."""
    return max((one for one in found if one is not None), key=attrgetter("until"), default=None)


def _serves(grant: Grant, asking: Asking) -> bool:
    return asking.matter in grant.matters and asking.use in grant.uses and asking.mode in grant.modes
