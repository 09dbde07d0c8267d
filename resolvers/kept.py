"""What is kept to be used again, bounded by its weight: what was unused longest goes first.

A count is no bound: one legal document can weigh a thousand times another.
"""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

WEIGHT = 50_000
"""In fields of documents; a field with its plan, decisions and shape takes some 3 KB."""


class Kept(Generic[K, V]):
    """Values by key, together at most `weight`, but always the last one put."""

    def __init__(self, weight: int = WEIGHT) -> None:
        self._most = weight
        self._weight = 0
        self._held: OrderedDict[K, tuple[V, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._held)

    def get(self, key: K) -> V | None:
        """The value, which counts as used now."""
        found = self._held.get(key)
        if found is None:
            return None
        self._held.move_to_end(key)
        return found[0]

    def put(self, key: K, value: V, weight: int) -> None:
        """Keep the value, in the place of a former one."""
        former = self._held.pop(key, None)
        self._weight += weight - (former[1] if former is not None else 0)
        self._held[key] = value, weight
        while self._weight > self._most and len(self._held) > 1:
            _, (_, dropped) = self._held.popitem(last=False)
            self._weight -= dropped
