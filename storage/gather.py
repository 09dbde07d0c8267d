"""Natural batching of statements on our own database: what gathers while one is under way goes together in the next; no
timer, no wait where nothing is under way.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from errors import LEDGER_UNAVAILABLE, OVERLOADED, GatewayError

Asked = TypeVar("Asked")
Told = TypeVar("Told")

LARGEST_BATCH = 256


class Gathering(Generic[Asked, Told]):
    """One statement's callers. `run` takes all that gathered, and tells each in the same order."""

    def __init__(self, run: Callable[[Sequence[Asked]], Awaitable[Sequence[Told]]], *, most_waiting: int = 2_000) -> None:
        self._run = run
        self._most_waiting = most_waiting
        self._waiting: deque[tuple[Asked, asyncio.Future[Told]]] = deque()
        self._running: asyncio.Task[None] | None = None

    async def __call__(self, asked: Asked) -> Told:
        """What `run` tells of this one. Raises OVERLOADED where too many wait, LEDGER_UNAVAILABLE where `run` fails."""
        if len(self._waiting) >= self._most_waiting:
            raise GatewayError(OVERLOADED, f"`{len(self._waiting)}` checks wait to be kept or read", "ask again in a moment")
        told: asyncio.Future[Told] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, told))
        if self._running is None:
            self._running = asyncio.create_task(self._run_all(), name="gathered statements")
        return await told

    async def _run_all(self) -> None:
        try:
            while self._waiting:
                size = min(len(self._waiting), LARGEST_BATCH)
                # whoever went away while waiting needs nothing
                batch = [one for one in (self._waiting.popleft() for _ in range(size)) if not one[1].done()]
                if batch:
                    await self._run_one(batch)
        finally:
            self._running = None

    async def _run_one(self, batch: Sequence[tuple[Asked, asyncio.Future[Told]]]) -> None:
        try:
            answers = await self._run([asked for asked, _ in batch])
            for (_, waiter), answer in zip(batch, answers, strict=True):
                if not waiter.done():
                    waiter.set_result(answer)
        except BaseException as problem:
            for _, waiter in batch:
                if not waiter.done():
                    failure = GatewayError(
                        LEDGER_UNAVAILABLE, "our own database cannot be reached, so nothing is given", "ask again later"
                    )
                    failure.__cause__ = problem
                    waiter.set_exception(failure)
            if not isinstance(problem, Exception):
                raise
