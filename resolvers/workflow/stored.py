"""Narrowing to stored operations: only to what the consumer has stored, or nothing could ever run under the grant."""

from collections.abc import Iterable

import errors
from catalogue.model import ProviderCode
from resolvers.workflow.context import Context


async def check_stored(context: Context, consumer: ProviderCode, operations: Iterable[str], item: str = "") -> None:
    """The consumer has stored every one of these documents. `item`: in whose answer they stand, where they do.

    Raises NOT_FOUND, LEDGER_UNAVAILABLE.
    """
    wanted = frozenset(operations)
    if wanted and not wanted <= {one.hash for one in await context.ports.operations.of(consumer, None)}:
        raise errors.GatewayError(
            errors.NOT_FOUND,
            f"`operations` of `{item}` names one that the consumer has not stored"
            if item
            else "`operations` names one that the consumer has not stored",
            "the query `operations` lists them with their hashes; `storeOperation` adds one",
            article="Art. 16 ¶1",
        )
