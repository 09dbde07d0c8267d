"""What the load generator itself can do: an answer of constant bytes, as fast as Python can send it.

`python -m bench.ceiling PORT` is that server.
"""

import asyncio
import sys
from pathlib import Path
from typing import cast

import uvloop

from bench.load import run_load, write_target
from bench.serving import await_answer, free_port, process

BODY = b'{"data":null}' + b" " * 1500
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)


class Constant(asyncio.Protocol):
    """Whatever arrives is one request: the generators send each in one piece."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, _data: bytes) -> None:
        self._transport.write(ANSWER)


def measure_ceiling(room: Path) -> dict[str, float]:
    """Requests per second of the generator at 64 connections against the constant answer."""
    port = free_port()
    with process("ceiling", [sys.executable, "-m", "bench.ceiling", str(port)], {}) as running:
        await_answer(f"http://127.0.0.1:{port}/", "ceiling", running)
        target = write_target("ceiling", ("127.0.0.1", port, "/"), ([{"idNumber": "0" * 18}] * 100, {}), room)
        return {"load_ceiling_64_per_second": round(run_load(target, 64, 2).requests_per_second)}


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Constant, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))
