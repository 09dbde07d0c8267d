"""A table keyed by fetch that does not hash a fetch each time: plans are kept, so that the same object comes again."""

from typing import Generic, TypeVar

from connectors.request import Fetch

T = TypeVar("T")
MOST = 4_096


class ByFetch(Generic[T]):
    """Values by equal fetch, reached by identity where the very object was seen before; all forgotten at `MOST`."""

    def __init__(self) -> None:
        # the object stands beside the value, so that its id cannot become another's
        self._by_identity: dict[int, tuple[Fetch, T]] = {}
        self._by_value: dict[Fetch, T] = {}

    def get(self, fetch: Fetch) -> T | None:
        """The value of an equal fetch, if any."""
        seen = self._by_identity.get(id(fetch))
        if seen is not None:
            return seen[1]
        value = self._by_value.get(fetch)
        if value is not None:
            self._remember(fetch, value)
        return value

    def put(self, fetch: Fetch, value: T) -> None:
        """Keep the value."""
        if len(self._by_value) >= MOST:
            self._by_value.clear()
        self._by_value[fetch] = value
        self._remember(fetch, value)

    def _remember(self, fetch: Fetch, value: T) -> None:
        if len(self._by_identity) >= MOST:
            self._by_identity.clear()
        self._by_identity[id(fetch)] = (fetch, value)
