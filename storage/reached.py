"""What it means that our own database cannot be asked."""

import contextlib
from collections.abc import Iterator

import asyncpg

from errors import LEDGER_UNAVAILABLE, GatewayError


@contextlib.contextmanager
def reached() -> Iterator[None]:
    """Raises LEDGER_UNAVAILABLE where our own database, in which everything stands beside the ledger, cannot be asked."""
    try:
        yield
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as problem:
        raise GatewayError(
            LEDGER_UNAVAILABLE, "our own database cannot be reached, so nothing is given", "ask again later"
        ) from problem
