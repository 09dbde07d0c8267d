"""The client that goes away or never finishes its body: its request is cancelled, so that nothing works for nobody."""

import asyncio
from enum import Enum

from resolvers.asgi import Receive

AFTER_S = 0.1
"""A request answered sooner is not watched: watching costs a task."""


class Ended(Enum):
    """Why a watch cancelled its request."""

    GONE = "the client closed the connection"
    LATE = "the body did not arrive in time"


class Watch:
    """Watches the current task's request until stopped; begun only after `AFTER_S`, with one timer until then.

    While the body is read, its reader hears of a client that leaves and the watch sees to the deadline; then it listens.
    """

    __slots__ = ("_begun", "_body_s", "_listening", "_reading", "_receive", "_task", "_timer", "ended")

    def __init__(self, receive: Receive, body_s: float) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._task = task
        self._receive = receive
        self._body_s = body_s
        self._reading = True
        self._begun = False
        self._listening: asyncio.Task[None] | None = None
        self.ended: Ended | None = None
        self._timer = asyncio.get_running_loop().call_later(AFTER_S, self._begin)

    def read(self) -> None:
        """The body has arrived."""
        self._reading = False
        if self._begun:
            self._timer.cancel()
            self._listen()

    def stop(self) -> None:
        """The request is answered; from here on it is not cancelled."""
        self._timer.cancel()
        if self._listening is not None:
            self._listening.cancel()

    def forgive(self) -> None:
        """Take back the cancellation that this watch asked for: the task ends by itself."""
        self._task.uncancel()

    def _begin(self) -> None:
        self._begun = True
        if self._reading:
            self._timer = asyncio.get_running_loop().call_later(self._body_s - AFTER_S, self._end, Ended.LATE)
        else:
            self._listen()

    def _listen(self) -> None:
        self._listening = asyncio.get_running_loop().create_task(self._wait(), name="watch for the client")

    async def _wait(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._end(Ended.GONE)

    def _end(self, why: Ended) -> None:
        self.ended = why
        self._task.cancel()
