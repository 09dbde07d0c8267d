"""What takes a grant's place: a renewal, which the catalogue of that day bounds, and a narrowing, which only takes away."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import NamedTuple

import errors
from catalogue.claims import Part
from catalogue.model import Catalogue, ItemCode
from sharing.grant import GrantId
from sharing.sealed import Granted
from sharing.sources import given_apart, parts_answered
from sharing.terms import Terms, check_foreseen, check_term, end_of, entries_by_code, foreseen

ARTICLE = "Art. 16 ¶1"


class Ground(NamedTuple):
    """What a renewal rests on today: the catalogue, and what departments say of parts of the rows (`claimSource`)."""

    catalogue: Catalogue
    said: Sequence[Part] = ()


def renewed(
    former: Granted, number: GrantId, ground: Ground, days: tuple[date, date], now: datetime, *, handler: str
) -> Granted:
    """The grant that continues `former` (whose identifier is `number`) from its end, or from now where it has ended.

    `days`: today and the new last day, in China. Uses and modes that the catalogue has given up since are left out.
    Raises CONDITION_UNFORESEEN and its like (`sharing.terms`) where an item, its form or rows are foreseen no more,
    NOT_RESPONSIBLE where it has another source now, INPUT_INVALID for a last day that is no later than the former.
    """
    today, last_day = days
    check_term(last_day, today)
    valid_from, valid_until = max(former.valid_until, now), end_of(last_day)
    if valid_until <= valid_from:
        raise errors.GatewayError(
            errors.INPUT_INVALID, "the renewal would end no later than the grant itself", "name a later day", article=ARTICLE
        )
    entries = entries_by_code(ground.catalogue)
    uses, modes = former.uses, former.modes
    for code in sorted(former.items):
        if code not in entries:
            raise _gone(code)
        resource, item = entries[code]
        if former.within not in parts_answered(item, former.provider, ground.said, ground.catalogue.parted.get(code)):
            raise errors.GatewayError(
                errors.NOT_RESPONSIBLE,
                f"`{code}` is provided by another department now",
                "renew without it: name the others in `items`",
                article="Art. 17 ¶1",
            )
        uses &= {use for stated in foreseen(item) for use in stated.uses} or uses
        modes &= set(resource.modes)
    if not uses or not modes:
        raise _unforeseen("the catalogue foresees none of the grant's uses and modes for all of its items any more")
    terms = Terms(former.form, former.rows, uses, former.matters, modes)
    for code in sorted(former.items):
        check_foreseen(entries[code], terms)
    return replace(
        former,
        uses=uses,
        modes=modes,
        valid_from=valid_from,
        valid_until=valid_until,
        renews=number,
        handler=handler,
        apart=given_apart(former.items, former.provider, former.within, ground.catalogue.parted),
    )


def chosen(former: Granted, items: Iterable[str] | None) -> Granted:
    """The grant with those of its items alone; all of them where none are named. Raises INPUT_INVALID for any other."""
    if items is None:
        return former
    named = frozenset(map(ItemCode, items))
    if not named or not named <= former.items:
        raise errors.GatewayError(
            errors.INPUT_INVALID, "`items` names none, or one that the grant does not hold", "name items of the grant"
        )
    return replace(former, items=named, apart=former.apart & named)


def narrowed(former: Granted, number: GrantId, operations: frozenset[str], now: datetime, *, handler: str) -> Granted:
    """The grant bound to these stored operations: of those that it is bound to already, or to its first ones.

    Raises INPUT_INVALID for none, or one that would widen it; STATE_CONFLICT where it has ended.
    """
    if not operations or (former.operations and not operations <= former.operations):
        raise errors.GatewayError(
            errors.INPUT_INVALID,
            "`operations` names none, or one that the grant is not bound to: that would widen it",
            "name hashes of stored operations, of those that the grant has if it has any",
            article=ARTICLE,
        )
    if former.valid_until <= now:
        raise errors.GatewayError(
            errors.STATE_CONFLICT, f"the grant `{number}` has ended", "nothing is left to be narrowed", article=ARTICLE
        )
    return replace(
        former,
        operations=operations,
        valid_from=max(former.valid_from, now.astimezone(UTC)),
        renews=number,
        handler=handler,
    )


def _gone(code: ItemCode) -> errors.GatewayError:
    return _unforeseen(f"the catalogue holds no item `{code}` any more")


def _unforeseen(message: str) -> errors.GatewayError:
    return errors.GatewayError(
        errors.CONDITION_UNFORESEEN, message, "renew fewer items (`items`), or answer a new application", article="Art. 15"
    )
