"""A worker's process: one event loop, serving the gateway from the socket that its parent holds.

It ends when its parent does, however that ended: it reads a pipe that the parent holds open.
"""

import asyncio
import contextlib
import gc
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator

import uvicorn
import uvloop

from commands.bounded_http import BoundedHttp
from commands.workers import BACKLOG, READY
from errors import GatewayError
from resolvers.logs import configure
from server import gateway_app
from settings import Settings, read_settings


def work(listening_fd: int, says: int) -> int:
    """A worker's whole life; its exit status."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        settings = read_settings()
        configure(settings.log_level)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(settings, socket.socket(fileno=listening_fd), says))
    except GatewayError as refused:
        sys.stderr.write(refused.in_words())
        return 1
    return 0


def _end_with_parent() -> None:
    """Wait on the lifeline: nothing is ever written to it, so that a read ends only with the parent."""
    os.read(0, 1)
    os._exit(1)


class _Server(uvicorn.Server):
    """uvicorn, saying when it serves, and leaving signals to us: what is open must be closed after its end."""

    def __init__(self, config: uvicorn.Config, says: int) -> None:
        super().__init__(config)
        self._says = says

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """No handlers of its own."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Tell the parent once connections are accepted."""
        await super().startup(sockets)
        keep_what_stays()
        os.write(self._says, READY)
        os.close(self._says)


def keep_what_stays() -> None:
    """Schema, catalogue and plans live as long as the process: the collector need not walk them, nor run every few requests.

    Measured at 64 connections: collection took about a tenth of a request's time before.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


async def _serve(settings: Settings, listening: socket.socket, says: int) -> None:
    async with gateway_app(settings) as house:
        config = uvicorn.Config(
            house.app,
            http=BoundedHttp,
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            backlog=BACKLOG,
            timeout_graceful_shutdown=settings.drain_s,
        )
        serving = _Server(config, says)

        def stop() -> None:
            house.traffic.stop()
            serving.should_exit = True

        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop)
        await serving.serve(sockets=[listening])


if __name__ == "__main__":
    sys.exit(work(int(sys.argv[1]), int(sys.argv[2])))
