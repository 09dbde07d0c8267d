"""What a stranger can send before anybody is known: the head of a request is bounded in size and in time."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
import uvicorn

from commands import bounded_http
from commands.bounded_http import HEAD_BYTES, BoundedHttp

REQUEST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody"


async def say_length(_scope: Any, receive: Any, send: Any) -> None:
    """Answers how long the body was."""
    length, more = 0, True
    while more:
        message = await receive()
        length, more = length + len(message.get("body", b"")), message.get("more_body", False)
    text = str(length).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(text))]})
    await send({"type": "http.response.body", "body": text})


@pytest_asyncio.fixture
async def port() -> AsyncIterator[int]:
    """The protocol, served."""
    config = uvicorn.Config(say_length, port=0, http=BoundedHttp, lifespan="off", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await serving


async def exchange(port: int, *pieces: bytes) -> bytes:
    """All that is answered to these pieces until the connection ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
    except ConnectionError:
        pass
    try:
        return await asyncio.wait_for(reader.read(), 5)
    except ConnectionError:
        return b"reset"
    finally:
        writer.close()


@pytest.mark.parametrize("line", [b"X: " + b"a" * 1_000_000, b"".join(b"X-%d: a\r\n" % n for n in range(60_000))])
async def test_an_endless_head_is_cut(port: int, line: bytes) -> None:
    pieces = [line[at : at + 30_000] for at in range(0, len(line), 30_000)]
    answered = await exchange(port, b"GET / HTTP/1.1\r\nHost: x\r\n", *pieces)
    assert answered == b"reset" or b" 400 " in answered.splitlines()[0]


async def test_a_head_that_does_not_end_is_not_waited_for(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_http, "HEAD_S", 0.1)
    for begun in (b"", b"GET / HTTP/1.1\r\nHost"):
        assert b" 400 " in await exchange(port, begun)


async def test_a_large_body_and_requests_one_after_another_pass(port: int) -> None:
    size = 4 * HEAD_BYTES
    large = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % size + b"b" * size
    last = REQUEST.replace(b"Host: x", b"Host: x\r\nConnection: close")
    answered = await exchange(port, large + REQUEST, last)
    assert answered.count(b"HTTP/1.1 200") == 3
    assert b"\r\n\r\n%d" % size in answered
