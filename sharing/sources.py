"""Who answers for an item, and for which of its rows: its provider by the catalogue, or the source of a part (Art. 4(3))."""

from collections.abc import Iterable

from catalogue.claims import Part
from catalogue.model import Item, ProviderCode, Relation

ALL_ROWS = None


def parts_answered(entry: Item | Relation, provider: ProviderCode, said: Iterable[Part]) -> tuple[str | None, ...]:
    """The parts of the entry's rows that this department answers for: `(None,)` for all of them, the divisions that it is
    the source of, or nothing where it is no source. `said`: what departments say of the item (`claimSource`) today.
    """
    if provider == entry.provider:
        return (ALL_ROWS,)
    claimed = [part for part in said if part.item == entry.code and part.provider == provider and not part.released]
    return tuple(sorted(part.division for part in claimed))
