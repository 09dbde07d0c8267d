"""Natural batching: while one fetch is under way, later keys for the same gather and go together in the next.

No timer and no wait where nothing is under way. Two loads share a round trip only where the fetch and the values of every
parameter that it takes are equal, and each gets the rows of its own keys only.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Hashable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from connectors.base import Connector, Row, SourceError
from connectors.by_fetch import ByFetch
from connectors.needs import params_needed
from connectors.request import Fetch

KEYS_A_BATCH = 500
WAITING_KEYS = 20_000
LANES = 1


class Batch(NamedTuple):
    """The rows of every key that was asked for, `()` where there is none, as they were at `as_of` or later (UTC)."""

    rows: Mapping[Hashable, Sequence[Row]]
    as_of: datetime


class _Waiter:
    """A load that waits for the next batch."""

    __slots__ = ("answer", "keys")

    def __init__(self, keys: Sequence[Hashable], answer: "asyncio.Future[Batch]") -> None:
        self.keys = keys
        self.answer = answer


class _Lane:
    """What is under way and who waits, for one fetch and one set of parameter values."""

    __slots__ = ("params", "under_way", "values", "waiters")

    def __init__(self, values: tuple[object, ...], params: Mapping[str, object]) -> None:
        self.values = values
        self.params = params
        self.under_way = 0
        self.waiters: deque[_Waiter] = deque()


class _Kind:
    """A fetch, the parameters it takes, and its lanes by their values."""

    __slots__ = ("fetch", "lanes", "names")

    def __init__(self, fetch: Fetch) -> None:
        self.fetch = fetch
        self.names = params_needed(fetch)
        self.lanes: dict[tuple[object, ...], _Lane] = {}


class Batcher:
    """Loads rows from one source. `lanes` fetches of a kind may be under way at once; one holds at most `keys_a_batch` keys;
    where `waiting_keys` keys wait already, a load ends with SourceError(OVERLOADED).
    """

    def __init__(
        self, connector: Connector, *, keys_a_batch: int = KEYS_A_BATCH, waiting_keys: int = WAITING_KEYS, lanes: int = LANES
    ) -> None:
        self._connector = connector
        self._keys_a_batch = keys_a_batch
        self._most_waiting = waiting_keys
        self._most_lanes = lanes
        self._waiting = 0
        self._kinds: ByFetch[_Kind] = ByFetch()
        self._tasks: set[asyncio.Task[None]] = set()

    def load(self, fetch: Fetch, params: Mapping[str, object], keys: Sequence[Hashable]) -> Awaitable[Batch]:
        """The rows of the keys. `params` may hold more than the fetch takes; their values must be hashable.

        It is under way when this returns, so that a caller may begin several and then await each. Raises SourceError.
        """
        kind = self._kinds.get(fetch)
        if kind is None:
            kind = _Kind(fetch)
            self._kinds.put(fetch, kind)
        values = tuple([params[name] for name in kind.names])
        lane = kind.lanes.get(values)
        if lane is None:
            lane = kind.lanes[values] = _Lane(values, dict(zip(kind.names, values, strict=True)))
        answer = self._join(lane, keys)
        if lane.under_way < self._most_lanes:
            lane.under_way += 1
            task = asyncio.get_running_loop().create_task(self._drain(kind, lane))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return answer

    async def close(self) -> None:
        """End what is under way; those who wait get SourceError(UNREACHABLE)."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._connector.close()

    def _join(self, lane: _Lane, keys: Sequence[Hashable]) -> "asyncio.Future[Batch]":
        answer: asyncio.Future[Batch] = asyncio.get_running_loop().create_future()
        if self._waiting + len(keys) > self._most_waiting:
            answer.set_exception(SourceError("OVERLOADED", "too many keys wait for the source"))
        else:
            self._waiting += len(keys)
            lane.waiters.append(_Waiter(keys, answer))
        return answer

    async def _drain(self, kind: _Kind, lane: _Lane) -> None:
        """Serve batch after batch until nobody waits."""
        batch: list[_Waiter] = []
        try:
            while batch := self._gather(lane):
                await self._serve(kind, lane, batch)
        except asyncio.CancelledError:
            _fail([*batch, *lane.waiters], SourceError("UNREACHABLE", "the gateway is closing"))
            raise
        finally:
            _leave(kind, lane)

    def _gather(self, lane: _Lane) -> list[_Waiter]:
        """The next batch: whoever still waits, as many as fit, at least one."""
        batch: list[_Waiter] = []
        size = 0
        while lane.waiters and (not batch or size + len(lane.waiters[0].keys) <= self._keys_a_batch):
            waiter = lane.waiters.popleft()
            self._waiting -= len(waiter.keys)
            if not waiter.answer.done():
                batch.append(waiter)
                size += len(waiter.keys)
        return batch

    async def _serve(self, kind: _Kind, lane: _Lane, batch: list[_Waiter]) -> None:
        keys = list(dict.fromkeys(key for waiter in batch for key in waiter.keys))
        try:
            found = await self._ask(kind, lane, keys)
        except Exception as failure:  # whatever it is, it is theirs who wait for it
            _fail(batch, failure)
            return
        rows, as_of = found.rows, found.as_of
        for waiter in batch:
            if not waiter.answer.done():
                waiter.answer.set_result(Batch({key: rows[key] for key in waiter.keys}, as_of))

    async def _ask(self, kind: _Kind, lane: _Lane, keys: Sequence[Hashable]) -> Batch:
        as_of = datetime.now(UTC)
        rows: dict[Hashable, Any] = dict.fromkeys(keys, ())
        for start in range(0, len(keys), self._keys_a_batch):
            part = keys if len(keys) <= self._keys_a_batch else keys[start : start + self._keys_a_batch]
            for row in await self._connector.fetch(kind.fetch, part, lane.params):
                key = row[0]
                held = rows.get(key)
                if held:
                    held.append(row)
                elif held is not None:
                    rows[key] = [row]
        return Batch(rows, as_of)


def _leave(kind: _Kind, lane: _Lane) -> None:
    lane.under_way -= 1
    if lane.under_way == 0 and kind.lanes.get(lane.values) is lane:
        del kind.lanes[lane.values]


def _fail(batch: Sequence[_Waiter], failure: Exception) -> None:
    for waiter in batch:
        if not waiter.answer.done():
            # each its own, so that the tracebacks of all who raise it do not pile up on one
            own = SourceError(failure.reason, str(failure)) if isinstance(failure, SourceError) else failure
            waiter.answer.set_exception(own)
