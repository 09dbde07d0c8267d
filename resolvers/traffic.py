"""How many requests one worker holds at once: bounded while it serves, waited for when it stops."""

import asyncio


class Traffic:
    """Counts requests in flight. At most `most` are held at once."""

    __slots__ = ("_empty", "draining", "in_flight", "most")

    def __init__(self, most: int) -> None:
        self.most = most
        self.in_flight = 0
        self.draining = False
        self._empty: asyncio.Event | None = None

    def enter(self) -> bool:
        """Whether the request may come in; each that may must `leave`.

        One that comes while draining still may: it stood in an accepted connection, and refusing it would lose it.
        """
        if self.in_flight >= self.most:
            return False
        self.in_flight += 1
        return True

    def leave(self) -> None:
        """A request has been answered, or its client has gone."""
        self.in_flight -= 1
        if self._empty is not None and self.in_flight == 0:
            self._empty.set()

    def stop(self) -> None:
        """From here on `/readyz` answers 503, so that the balancer sends no more."""
        self.draining = True

    async def drain(self, deadline_s: float) -> bool:
        """Stop, and wait until no request is in flight; False where some still are after `deadline_s`."""
        self.stop()
        self._empty = asyncio.Event()
        if self.in_flight == 0:
            return True
        try:
            async with asyncio.timeout(deadline_s):
                await self._empty.wait()
        except TimeoutError:
            return False
        return True
