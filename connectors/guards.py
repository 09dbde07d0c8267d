"""Guards: wrappers around a connector, each with one duty, none configuring what it wraps.

`guarded` stacks them from the inside out: a read that met a broken connection is tried once more; at most so many at a time
ask, a bounded number wait; nobody waits past the deadline; a source that keeps failing is left alone for a while.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from catalogue.binding import Source
from connectors.base import Connector, Row, SourceError
from connectors.request import Fetch

Clock = Callable[[], float]
"""Monotonic seconds."""
WAITING_PER_PLACE = 64
FAILURES_TO_OPEN = 5
OPEN_FOR_S = 2.0


class Retry:
    """Asks once more where the connection broke: a fetch only reads, so asking twice changes nothing."""

    def __init__(self, inner: Connector) -> None:
        self._inner = inner

    async def fetch(self, fetch: Fetch, keys: Sequence[object], params: Mapping[str, object]) -> Sequence[Row]:
        """See `Connector.fetch`."""
        try:
            return await self._inner.fetch(fetch, keys, params)
        except SourceError as failure:
            if failure.reason != "UNREACHABLE":
                raise
        return await self._inner.fetch(fetch, keys, params)

    async def close(self) -> None:
        """Close what is wrapped."""
        await self._inner.close()


class Limit:
    """At most `concurrency` fetches at a time; up to `waiting` more wait in order; beyond that: OVERLOADED."""

    def __init__(self, inner: Connector, concurrency: int, waiting: int) -> None:
        self._inner = inner
        self._free = concurrency
        self._most_waiting = waiting
        self._queue: deque[asyncio.Future[None]] = deque()

    async def fetch(self, fetch: Fetch, keys: Sequence[object], params: Mapping[str, object]) -> Sequence[Row]:
        """See `Connector.fetch`."""
        if self._free:
            self._free -= 1
        else:
            await self._wait()
        try:
            return await self._inner.fetch(fetch, keys, params)
        finally:
            self._hand_on()

    async def close(self) -> None:
        """Close what is wrapped."""
        await self._inner.close()

    async def _wait(self) -> None:
        if len(self._queue) >= self._most_waiting:
            raise SourceError("OVERLOADED", "too many fetches wait for the source")
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._hand_on()
            elif turn in self._queue:
                self._queue.remove(turn)
            raise

    def _hand_on(self) -> None:
        """Give the place to the next who still waits."""
        while self._queue:
            turn = self._queue.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1


class Deadline:
    """TIMEOUT where no answer came within `deadline_ms`, waiting included."""

    def __init__(self, inner: Connector, deadline_ms: int) -> None:
        self._inner = inner
        self._deadline_s = deadline_ms / 1_000

    async def fetch(self, fetch: Fetch, keys: Sequence[object], params: Mapping[str, object]) -> Sequence[Row]:
        """See `Connector.fetch`."""
        try:
            async with asyncio.timeout(self._deadline_s) as limit:
                return await self._inner.fetch(fetch, keys, params)
        except TimeoutError:
            if not limit.expired():
                raise
            raise SourceError("TIMEOUT", "the source did not answer in time") from None

    async def close(self) -> None:
        """Close what is wrapped."""
        await self._inner.close()


class Breaker:
    """After `failures` in a row that say the source is not there, UNREACHABLE at once for `open_for_s`; then one fetch
    goes through as a probe: its success closes the circuit, its failure opens it again.
    """

    def __init__(
        self, inner: Connector, clock: Clock, failures: int = FAILURES_TO_OPEN, open_for_s: float = OPEN_FOR_S
    ) -> None:
        self._inner = inner
        self._clock = clock
        self._most = failures
        self._open_for_s = open_for_s
        self._failures = 0
        self._closed_from = 0.0
        self._probing = False

    @property
    def is_open(self) -> bool:
        """Whether fetches are refused without asking, but for a probe."""
        return self._failures >= self._most

    async def fetch(self, fetch: Fetch, keys: Sequence[object], params: Mapping[str, object]) -> Sequence[Row]:
        """See `Connector.fetch`."""
        probe = self.is_open
        if probe:
            if self._probing or self._clock() < self._closed_from:
                raise SourceError("UNREACHABLE", "the source failed several times and is left alone for a while")
            self._probing = True
        try:
            rows = await self._inner.fetch(fetch, keys, params)
        except SourceError as failure:
            self._note(failure)
            raise
        finally:
            if probe:
                self._probing = False
        self._failures = 0
        return rows

    async def close(self) -> None:
        """Close what is wrapped."""
        await self._inner.close()

    def _note(self, failure: SourceError) -> None:
        if failure.reason in ("UNREACHABLE", "TIMEOUT"):
            self._failures += 1
            self._closed_from = self._clock() + self._open_for_s
        elif failure.reason == "BROKEN":
            self._failures = 0  # it refused a statement: it is there


def guarded(connector: Connector, source: Source, clock: Clock) -> Connector:
    """The connector behind all guards, with the source's deadline and concurrency."""
    limited = Limit(Retry(connector), source.concurrency, source.concurrency * WAITING_PER_PLACE)
    return Breaker(Deadline(limited, source.deadline_ms), clock)
