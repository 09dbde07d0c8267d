"""The day's counts in memory, as the port says: for gateways that tests assemble."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from resolvers.ports.counters import Take


@dataclass
class HeldCounters:
    """Counts in memory, as the port says. `asked` are the calls made."""

    used: dict[str, int] = field(default_factory=dict)
    asked: list[list[Take]] = field(default_factory=list)
    failure: Exception | None = None

    async def take(self, takes: Sequence[Take]) -> Sequence[bool]:
        if self.failure is not None:
            raise self.failure
        self.asked.append(list(takes))
        return [self._fits(*take) for take in takes]

    def _fits(self, key: str, units: int, limit: int, exhaust: bool) -> bool:
        used = self.used.get(key, 0)
        fits = used < limit and used + units <= limit
        if fits:
            self.used[key] = used + units
        elif exhaust and units:
            self.used[key] = max(used, limit)
        return fits
