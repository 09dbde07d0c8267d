"""Guessing secrets is slowed: delays that double, counted per client *and* address, so that a guesser delays himself.

Counting per client alone would let anyone lock a hall's system out of the registers by guessing badly at its name. A genuine
client at another address is therefore never delayed by a guesser; what many addresses together could try is bounded by the
time a hash takes, by the number that are computed at once, and by the secret's 256 bits. A second, wider count per
address alone slows those who try one guess at each of many clients. An IPv6 guesser is counted by the /64.
"""

from collections import OrderedDict
from dataclasses import dataclass

from resolvers.peer import neighbourhood

FREE_FAILURES = 5
LONGEST_DELAY_S = 60.0
FREE_FAILURES_PER_ADDRESS = 50
LONGEST_DELAY_PER_ADDRESS_S = 10.0
FORGOTTEN_AFTER_S = 900.0
_MAX_ID = 128


@dataclass(slots=True)
class _Count:
    failures: int
    last: float
    open_at: float


class Throttle:
    """Failures by (client, address), in memory, at most `size` counts: the least recently failed are forgotten first."""

    def __init__(self, size: int = 10_000) -> None:
        self._size = size
        self._counts: OrderedDict[tuple[str, str], _Count] = OrderedDict()

    def wait_s(self, client_id: str, address: str, now: float) -> float:
        """Seconds until a secret may be tried again; 0.0 where it may now. What comes before is not even compared."""
        place = neighbourhood(address)
        return max(self._wait((client_id[:_MAX_ID], place), now), self._wait(("", place), now))

    def failed(self, client_id: str, address: str, now: float) -> None:
        """Counts a wrong secret, or an unknown client."""
        place = neighbourhood(address)
        self._count((client_id[:_MAX_ID], place), now, FREE_FAILURES, LONGEST_DELAY_S)
        self._count(("", place), now, FREE_FAILURES_PER_ADDRESS, LONGEST_DELAY_PER_ADDRESS_S)

    def succeeded(self, client_id: str, address: str) -> None:
        """Forgets the failures of this client here; not those of the address, which one good client could else wash off."""
        self._counts.pop((client_id[:_MAX_ID], neighbourhood(address)), None)

    def _wait(self, key: tuple[str, str], now: float) -> float:
        count = self._counts.get(key)
        return 0.0 if count is None else max(0.0, min(count.open_at - now, LONGEST_DELAY_S))

    def _count(self, key: tuple[str, str], now: float, free: int, longest_s: float) -> None:
        count = self._counts.get(key)
        if count is None or now - count.last > FORGOTTEN_AFTER_S:
            count = self._counts[key] = _Count(0, now, now)
        count.failures += 1
        count.last = now
        if count.failures >= free:
            count.open_at = now + min(2.0 ** min(count.failures - free, 16), longest_s)
        self._counts.move_to_end(key)
        if len(self._counts) > self._size:
            self._counts.popitem(last=False)
