"""One POST to a webhook: the name is resolved once, what it resolves to is judged, and that address is connected to.

No redirect is followed, no proxy used, and of the answer only the status is read.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import h11

from storage.webhook_address import Endpoint, Reach

LARGEST_HEAD = 16 * 1024
MOST_INTERIM = 3
_RESOLVING = ThreadPoolExecutor(8, "resolve")
"""Names are asked for in threads of their own: one whose servers are silent must not hold up the worker's other work."""


async def post(
    endpoint: Endpoint, reach: Reach, headers: Mapping[str, str], body: bytes, *, context: ssl.SSLContext, deadline_s: float
) -> str | None:
    """None where it was taken (2xx), else why not: STATUS_<n>, TIMED_OUT, UNREACHABLE, TLS_FAILED, NOT_HTTP or
    ADDRESS_REFUSED. Raises nothing but cancellation.
    """
    try:
        async with asyncio.timeout(deadline_s):
            address = await _resolve(endpoint, reach)
            if address is None:
                return "ADDRESS_REFUSED"
            status = await _exchange(endpoint, address, headers, body, context if endpoint.secure else None)
    except TimeoutError:
        return "TIMED_OUT"
    except (ssl.SSLError, ssl.CertificateError):
        return "TLS_FAILED"
    except (OSError, UnicodeError):
        return "UNREACHABLE"
    except (h11.ProtocolError, EOFError):
        return "NOT_HTTP"
    return None if 200 <= status < 300 else f"STATUS_{status}"


async def _resolve(endpoint: Endpoint, reach: Reach) -> str | None:
    """The address to connect to; None where any that the name has may not be one. Raises OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.run_in_executor(_RESOLVING, _ask, endpoint.host, endpoint.port)
    addresses = [str(one[4][0]) for one in found]
    if not all(reach.permits(ipaddress.ip_address(address.partition("%")[0])) for address in addresses):
        return None
    return addresses[0]


def _ask(host: str, port: int) -> list[tuple[Any, ...]]:
    return [*socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


async def _exchange(
    endpoint: Endpoint, address: str, headers: Mapping[str, str], body: bytes, context: ssl.SSLContext | None
) -> int:
    """The status. Raises OSError, h11's errors, EOFError."""
    reader, writer = await asyncio.open_connection(
        address, endpoint.port, ssl=context, server_hostname=endpoint.host if context else None, limit=LARGEST_HEAD
    )
    try:
        told = {
            "Host": endpoint.authority,
            "Connection": "close",
            "Content-Length": str(len(body)),
            "User-Agent": "oncegate",
            **headers,
        }
        client = h11.Connection(h11.CLIENT, max_incomplete_event_size=LARGEST_HEAD)
        request = h11.Request(method="POST", target=endpoint.target, headers=list(told.items()))
        for event in (request, h11.Data(body), h11.EndOfMessage()):
            writer.write(client.send(event) or b"")
        with contextlib.suppress(ConnectionError):  # it may have answered already, and gone
            await writer.drain()
        for _ in range(MOST_INTERIM + 1):
            answer = await _next(client, reader)
            if isinstance(answer, h11.Response):
                return answer.status_code
        raise EOFError
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            writer.transport.abort()


async def _next(client: h11.Connection, reader: asyncio.StreamReader) -> object:
    while (event := client.next_event()) is h11.NEED_DATA:
        client.receive_data(await reader.read(4096))
    if isinstance(event, h11.ConnectionClosed):
        raise EOFError
    return event
