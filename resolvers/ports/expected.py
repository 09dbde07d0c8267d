"""When an answer can be expected: what the applications of a department know of it."""

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from catalogue.model import ItemCode, ProviderCode


class ExpectedAnswers(Protocol):
    """Applications under way, by item."""

    async def expected_answers(self, consumer: ProviderCode) -> Mapping[ItemCode, date]:
        """The items that the department has applied for and that await an answer, each with the day (in China) by which it
        is due (Art. 16 ¶1); of several the first. Raises LEDGER_UNAVAILABLE where our own database cannot be asked.
        """
