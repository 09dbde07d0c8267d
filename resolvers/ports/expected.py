"""When an answer can be expected: what the applications of a department know of it."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Protocol

from catalogue.model import ItemCode, ProviderCode

NOTHING: Mapping[ItemCode, date] = MappingProxyType({})


class ExpectedAnswers(Protocol):
    """Applications under way, by item."""

    async def expected_answers(self, consumer: ProviderCode) -> Mapping[ItemCode, date]:
        """The items that the department has applied for and that await an answer, each with the day (in China) by which it
        is due (Art. 16 ¶1); of several the first. Raises LEDGER_UNAVAILABLE where our own database cannot be asked.
        """


class NothingApplied:
    """Where no application can be made: nothing is expected."""

    async def expected_answers(self, consumer: ProviderCode) -> Mapping[ItemCode, date]:  # noqa: ARG002 - the port's signature
        return NOTHING
