"""The entries of the ledger that a person may be told of. Storage implements this."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ToldEntry:
    """An entry's bytes, and by which number the person stands in it."""

    payload: bytes
    number: int


@dataclass(frozen=True, slots=True)
class ToldPage:
    """The newest first. `after` continues behind the last; None where there is no more."""

    entries: Sequence[ToldEntry]
    after: str | None


class AccessBook(Protocol):
    async def of(self, subject: str, since: datetime, upto: datetime, first: int, after: str | None) -> ToldPage:
        """The entries about `subject` (a code as in the registers) that were recorded in this time, both ends included, but
        for those that are concealed: found under every key that ever was in use.

        Raises LEDGER_UNAVAILABLE, INPUT_INVALID for an `after` that no page gave.
        """
