"""HTTP/1.1 as uvicorn reads it, with bounds that it lacks: how large a request's head may be, and how long it may take.

Both hold before anybody is known: without them a stranger fills a worker's memory with one endless header, or its
connections with heads that never end.
"""

from asyncio import TimerHandle, Transport

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES = 64 * 1024
HEAD_S = 10.0


class BoundedHttp(HttpToolsProtocol):
    """A connection ends where a head grows past `HEAD_BYTES`, or takes longer than `HEAD_S`, silence before it included."""

    _head_bytes = 0
    _in_head = True
    _head_timer: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        began_in_head = self._in_head
        super().data_received(data)
        # what ends a body and begins the next head in one piece is not counted: a piece is small
        if began_in_head and self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES:
                self._refuse("The request's head is too large.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._head_timer is None:
            self._await_head()

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._stop_timer()
        super().on_headers_complete()

    def _await_head(self) -> None:
        self._in_head, self._head_bytes = True, 0
        self._head_timer = self.loop.call_later(HEAD_S, self._refuse, "The request's head did not arrive in time.")

    def _refuse(self, why: str) -> None:
        self._stop_timer()
        if not self.transport.is_closing():
            self.send_400_response(why)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
