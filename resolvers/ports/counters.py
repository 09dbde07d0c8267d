"""What is counted by the day, across all workers and replicas: the quota of a grant, the attempts of a comparison."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Take(NamedTuple):
    """Units to be counted under a key today, up to a limit.

    `key`: opaque text of at most 200 characters without personal data (a grant's id; a keyed hash). `units` ≥ 0: with 0
    nothing is counted, only asked whether anything is left. `limit` ≥ 1, as of now: it may differ from call to call.
    `exhaust`: what does not fit uses up what is left, so that trying large is no way of guessing; a key is always taken
    with the same.
    """

    key: str
    units: int
    limit: int
    exhaust: bool = False


class Counters(Protocol):
    """Counts of the day in China."""

    async def take(self, takes: Sequence[Take]) -> Sequence[bool]:
        """Whether each fits: True where something is left and the units do not pass the limit; then they are counted.

        False where they do not fit: then nothing of it is counted (a batch of 100 does not burn the 50 that are left),
        but with `exhaust` the key is used up until tomorrow. Each is judged for itself, in the order given; nothing is
        ever given back. All in one round trip. Raises LEDGER_UNAVAILABLE where our own database cannot be asked,
        OVERLOADED where too many wait.
        """
