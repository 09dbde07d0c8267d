"""The items that a department disposes of: its own, and those of a part of whose rows it is the source (Art. 4(3))."""

from collections.abc import Sequence

import errors
from catalogue.model import ItemCode, ProviderCode
from resolvers.workflow.context import Context
from resolvers.workflow.inputs import check_words, invalid
from resolvers.workflow.named_items import code_of

MOST_ITEMS = 200


async def sourced_items(context: Context, provider: ProviderCode, named: Sequence[str] | None) -> frozenset[ItemCode]:
    """The named items (by code or `Type.field`), this department being a source of each; all such where none are named.

    Raises NOT_FOUND, NOT_RESPONSIBLE, INPUT_INVALID.
    """
    entries, parted = context.catalogue.entries.values(), context.catalogue.parted
    if named is None:
        codes = {entry.code for entry in entries}
    else:
        if not 1 <= len(named) <= MOST_ITEMS:
            raise invalid(f"`items` holds {len(named)}", f"name between 1 and {MOST_ITEMS}")
        check_words(*((f"items[{place}]", one) for place, one in enumerate(named)))
        codes = {code_of(context.catalogue, one) for one in named}
    said = [one.part for one in await context.ports.catalogue_life.parts_of(sorted(codes))]
    providers = {entry.code: entry.provider for entry in entries if entry.code in codes}
    providers |= {code: provider for code in codes if code in parted and provider in parted[code].of}
    providers |= {part.item: provider for part in said if part.provider == provider and not part.released}
    sourced = frozenset(code for code in providers if providers[code] == provider)
    if named is None and not sourced:
        raise invalid("the department provides no item", "only what is provided can be suspended")
    for code in sorted(codes - sourced if named is not None else ()):
        if code not in providers:
            raise errors.GatewayError(
                errors.NOT_FOUND,
                f"the catalogue holds no item `{code}`",
                "name it by its code or as `Type.field`, as `catalogue` lists it",
                article="Art. 7",
            )
        raise errors.GatewayError(
            errors.NOT_RESPONSIBLE,
            f"`{code}` is provided by another department",
            "each provider disposes of its own items",
            article="Art. 17 ¶1",
        )
    return sourced
