"""What every source must be able to do, and how it says that it cannot."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from connectors.request import Fetch

Row = Sequence[object]
"""A key, then the cells of the fetch."""


class SourceError(Exception):
    """The source did not answer. `reason` is a code of the answer's outcomes; the text holds nothing of the data."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail or reason)
        self.reason = reason


class Connector(Protocol):
    """A source. `fetch` gives the rows for all keys in one round trip and raises `SourceError` when it cannot.

    Reasons: UNREACHABLE, TIMEOUT, OVERLOADED, NOT_CONNECTED, BROKEN (the source refused the statement).
    """

    async def fetch(self, fetch: Fetch, keys: Sequence[object], params: Mapping[str, object]) -> Sequence[Row]: ...

    async def close(self) -> None: ...
