"""The client that goes away: its request is cancelled, so that no source works for nobody."""

import asyncio

from resolvers.read_request import Receive

AFTER_S = 0.02
"""A request answered sooner is not watched: watching costs a task."""


class Watch:
    """Watches the current task's client from `AFTER_S` on until stopped. `gone`: it left, and the task was cancelled."""

    __slots__ = ("_receive", "_task", "_timer", "_watching", "gone")

    def __init__(self, receive: Receive) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._task = task
        self._receive = receive
        self._watching: asyncio.Task[None] | None = None
        self.gone = False
        self._timer = asyncio.get_running_loop().call_later(AFTER_S, self._begin)

    def stop(self) -> None:
        """The request is answered; from here on it is not cancelled."""
        self._timer.cancel()
        if self._watching is not None:
            self._watching.cancel()

    def forgive(self) -> None:
        """Take back the cancellation that this watch asked for: the task ends by itself."""
        self._task.uncancel()

    def _begin(self) -> None:
        self._watching = asyncio.get_running_loop().create_task(self._wait(), name="watch for the client")

    async def _wait(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.gone = True
        self._task.cancel()
