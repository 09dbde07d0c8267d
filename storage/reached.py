"""What it means that our own database cannot be asked."""

import contextlib
from collections.abc import Iterator

import asyncpg

from errors import LEDGER_UNAVAILABLE, GatewayError

TROUBLE = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection that the server is just ending
)
"""What is raised where our own database cannot be asked."""


@contextlib.contextmanager
def reached() -> Iterator[None]:
    """Raises LEDGER_UNAVAILABLE where our own database, in which everything stands beside the ledger, cannot be asked."""
    try:
        yield
    except TROUBLE as problem:
        raise GatewayError(
            LEDGER_UNAVAILABLE, "our own database cannot be reached, so nothing is given", "ask again later"
        ) from problem
