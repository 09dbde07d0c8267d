"""Single requests of a target, over one connection: for comparing answers, not for measuring."""

from collections.abc import Sequence
from http.client import HTTPConnection

from bench.load import LoadError, Target


def ask(target: Target, numbers: Sequence[int]) -> list[bytes]:
    """The bodies of the answers to the requests with these numbers. Raises LoadError for any that is not 200."""
    bodies = target.bodies.read_bytes().splitlines()
    headers = target.read_headers()
    connection = HTTPConnection(target.host, target.port, timeout=30)
    try:
        return [_ask(connection, target, headers, bodies[number]) for number in numbers]
    finally:
        connection.close()


def _ask(connection: HTTPConnection, target: Target, headers: dict[str, str], body: bytes) -> bytes:
    connection.request("POST", target.path, body, headers)
    answered = connection.getresponse()
    text = answered.read()
    if answered.status != 200 or b'"errors":' in text:
        raise LoadError(f"{target.name} answered {answered.status}: {text[:500].decode(errors='replace')}")
    return text
