"""Where external issuers' key sets come from: a file, or an HTTPS address. No redirect is followed, no proxy used."""

import asyncio
import ssl
import time
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

MAX_BYTES = 64 * 1024


class FileKeySource:
    """A JWKS in a file, read anew at each fetch."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def fetch(self) -> bytes:
        """The file's bytes. Raises OSError; ValueError where it has more than `MAX_BYTES`."""
        return await asyncio.to_thread(self._read)

    def _read(self) -> bytes:
        with self._path.open("rb") as file:
            body = file.read(MAX_BYTES + 1)
        _check_size(body)
        return body


class HttpsKeySource:
    """A JWKS at an `https:` address, within `deadline_s` altogether. Raises ValueError for another address.

    `context` holds the authorities that are trusted; by default the system's.
    """

    def __init__(self, url: str, deadline_s: float = 3.0, context: ssl.SSLContext | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.hostname or parts.username is not None:
            raise ValueError("a key set's address begins with `https://` and holds no credentials")
        self._host, self._port = parts.hostname, parts.port or 443
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._deadline_s = deadline_s
        self._context = context or ssl.create_default_context()

    async def fetch(self) -> bytes:
        """The body of a 200 answer. Raises OSError (a TimeoutError past the deadline) or ValueError."""
        return await asyncio.wait_for(asyncio.to_thread(self._get), self._deadline_s)

    def _get(self) -> bytes:
        ends_at = time.monotonic() + self._deadline_s
        connection = HTTPSConnection(self._host, self._port, timeout=self._deadline_s, context=self._context)
        try:
            connection.request("GET", self._target, headers={"Accept": "application/jwk-set+json, application/json"})
            with connection.getresponse() as response:
                return _read(response, ends_at)
        except HTTPException as fault:
            raise ValueError("the issuer's answer is not HTTP") from fault
        finally:
            connection.close()


def key_source(location: str, deadline_s: float = 3.0) -> FileKeySource | HttpsKeySource:
    """The source of a configured location: an `https://` address, else a file's path."""
    return HttpsKeySource(location, deadline_s) if "://" in location else FileKeySource(Path(location))


def _read(response: HTTPResponse, ends_at: float) -> bytes:
    """Piece by piece: the socket's timeout is per read, and a trickle must not hold the thread past the deadline."""
    if response.status != 200:
        raise ValueError(f"the issuer answered {response.status}")
    body = bytearray()
    while chunk := response.read1(8192):
        body += chunk
        if time.monotonic() > ends_at:
            raise TimeoutError("the issuer's keys did not come in time")
        _check_size(body)
    return bytes(body)


def _check_size(body: bytes | bytearray) -> None:
    if len(body) > MAX_BYTES:
        raise ValueError(f"a key set of more than {MAX_BYTES} bytes")
