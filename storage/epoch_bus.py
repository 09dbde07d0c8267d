"""News of the epoch over Redis or Valkey, beside PostgreSQL's NOTIFY, which a pooler may swallow.

A worker that has learnt of a newer epoch says so, and the others look. It only makes them faster: whoever hears nothing
finds out by the ledger, which refuses what a former epoch decided. So its death is logged, and nothing else. What is heard
is a hint, never believed: the database says what the epoch is.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, Protocol

import asyncpg
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from errors import GatewayError
from storage.background import end
from storage.reached import TROUBLE

CHANNEL = "oncegate:epoch"
EPOCH = "SELECT epoch FROM epoch"
DEADLINE_S = 5.0
LOOK_PAUSE_S = 0.05
"""At least so long between two looks, whatever is shouted."""
HEAR_S = 5.0
AGAIN_S = 1.0
AT_LEAST_S = 30.0
LONGEST = 18

_TROUBLE = (RedisError, GatewayError, *TROUBLE)


class Epochs(Protocol):
    """What reloads: the rights of this worker."""

    @property
    def epoch(self) -> int: ...

    async def refresh(self, epoch: int) -> None: ...


class EpochBus:
    """One worker's place on the bus."""

    def __init__(self, client: Redis, pool: asyncpg.Pool[Any], rights: Epochs, failed: Callable[[Exception], None]) -> None:
        self._client = client
        self._pool = pool
        self._rights = rights
        self._failed = failed
        self._moved = asyncio.Event()
        self.ready = False

    def moved(self, _: int) -> None:
        """This worker has reloaded: the others are told."""
        self._moved.set()

    async def run(self) -> None:
        """Listen and tell until cancelled; after a failure again, each time later. Then it disconnects."""
        pause_s = AGAIN_S
        try:
            while True:
                try:
                    async with self._client.pubsub() as heard:
                        async with asyncio.timeout(DEADLINE_S):
                            await heard.subscribe(CHANNEL)
                        self.ready, pause_s = True, AGAIN_S
                        await self._serve(heard)
                except _TROUBLE as problem:
                    self._failed(problem)
                self.ready = False
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, AT_LEAST_S)
        finally:
            with contextlib.suppress(RedisError, OSError, TimeoutError):
                await self._client.aclose()

    async def _serve(self, heard: PubSub) -> None:
        """Until listening or telling fails."""
        tasks = [asyncio.create_task(self._tell()), asyncio.create_task(self._listen(heard))]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await end(*tasks)

    async def _listen(self, heard: PubSub) -> None:
        while True:
            message = await heard.get_message(ignore_subscribe_messages=True, timeout=HEAR_S)
            told = message["data"] if message is not None else b""
            if told.isdigit() and len(told) <= LONGEST and int(told) > self._rights.epoch:
                await self._rights.refresh(await self._pool.fetchval(EPOCH, timeout=DEADLINE_S))
                await asyncio.sleep(LOOK_PAUSE_S)

    async def _tell(self) -> None:
        while True:
            await self._moved.wait()
            self._moved.clear()
            async with asyncio.timeout(DEADLINE_S):
                await self._client.publish(CHANNEL, self._rights.epoch)
