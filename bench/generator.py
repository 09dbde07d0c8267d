"""A lean load generator for where wrk is not installed: keep-alive connections, raw HTTP/1.1, one request in flight on each.

Run as a process of its own: `python -m bench.generator HOST PORT PATH CONNECTIONS SECONDS BODIES HEADERS`.
"""

import asyncio
import random
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import orjson
import uvloop


@dataclass
class Tally:
    """What came back until `ends_at`."""

    requests: list[bytes]
    ends_at: float
    took_s: list[float] = field(default_factory=list)
    failed: int = 0


class Connection(asyncio.Protocol):
    """Sends, waits for the whole answer by its Content-Length, notes how long it took, sends the next."""

    def __init__(self, tally: Tally, done: "asyncio.Future[None]") -> None:
        self._tally = tally
        self._done = done
        self._transport: asyncio.Transport
        self._sent_at = 0.0
        self._missing = -1
        self._head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own is none by descent
        self._send()

    def data_received(self, data: bytes) -> None:
        if self._missing < 0:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            if self._head[9:12] != b"200":
                self._tally.failed += 1
            at = self._head.lower().index(b"content-length:") + 15
            length = int(self._head[at : self._head.index(b"\r\n", at)])
            self._missing = length - (len(self._head) - end - 4)
        else:
            self._missing -= len(data)
        if self._missing == 0:
            self._answered()

    def connection_lost(self, error: Exception | None) -> None:
        if not self._done.done():
            self._tally.failed += error is not None
            self._done.set_result(None)

    def _answered(self) -> None:
        now = time.perf_counter()
        self._tally.took_s.append(now - self._sent_at)
        if now >= self._tally.ends_at:
            self._transport.close()
        else:
            self._send()

    def _send(self) -> None:
        requests = self._tally.requests
        self._missing, self._head = -1, b""
        self._sent_at = time.perf_counter()
        self._transport.write(requests[int(random.random() * len(requests))])


async def generate(host: str, port: int, connections: int, seconds: float, requests: list[bytes]) -> dict[str, int]:
    """As many requests as the server answers in `seconds` over `connections`."""
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    tally = Tally(requests, began + seconds)
    waiting = []
    for _ in range(connections):
        done = loop.create_future()
        waiting.append(done)
        await loop.create_connection(lambda done=done: Connection(tally, done), host, port)  # type: ignore[misc]
    await asyncio.gather(*waiting)
    took = time.perf_counter() - began
    ordered = sorted(tally.took_s)
    return {
        "requests": len(ordered),
        "duration_us": int(took * 1e6),
        "p50_us": int(ordered[len(ordered) // 2] * 1e6),
        "p99_us": int(ordered[len(ordered) * 99 // 100] * 1e6),
        "failed": tally.failed,
    }


def main() -> None:
    host, port, path, connections, seconds, bodies, headers = sys.argv[1:]
    head = f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\n"
    head += "".join(f"{line}\r\n" for line in Path(headers).read_text().splitlines())
    requests = [
        f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body for body in Path(bodies).read_bytes().splitlines()
    ]
    found = uvloop.run(generate(host, int(port), int(connections), float(seconds), requests))
    sys.stdout.write(f"RESULT {orjson.dumps(found).decode()}\n")


if __name__ == "__main__":
    main()
