"""From HTTP to a GraphQL request: the headers in one pass, the parameters from a body or an address.

GraphQL over HTTP (draft), §5. Whatever is wrong raises BAD_REQUEST or a code of its own; no message repeats a value.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl

import orjson

from errors import BAD_REQUEST, BODY_TOO_LARGE, DEADLINE_EXCEEDED, GatewayError
from resolvers.read_only import check_address
from schema.limits import Limits

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

MAX_FIELDS = 16
_HINT = 'send an object such as `{"query": "{ … }", "variables": { … }}`'


class ClientGoneError(Exception):
    """The client closed the connection; nobody is left to be answered."""


class Headers:
    """The headers that are read, as text (ISO 8859-1); None where absent; several lines of one name joined with a comma."""

    __slots__ = (
        "accept",
        "authorization",
        "certificate",
        "content_length",
        "content_type",
        "dpop",
        "forwarded_for",
        "host",
        "sharing_explain",
        "sharing_mode",
        "sharing_purpose",
    )

    def __init__(self) -> None:
        self.accept: str | None = None
        self.authorization: str | None = None
        self.certificate: str | None = None
        self.content_length: str | None = None
        self.content_type: str | None = None
        self.dpop: str | None = None
        self.forwarded_for: str | None = None
        self.host: str | None = None
        self.sharing_explain: str | None = None
        self.sharing_mode: str | None = None
        self.sharing_purpose: str | None = None


FIELDS: Final[Mapping[bytes, str]] = {
    b"accept": "accept",
    b"authorization": "authorization",
    b"content-length": "content_length",
    b"content-type": "content_type",
    b"dpop": "dpop",
    b"x-forwarded-for": "forwarded_for",
    b"host": "host",
    b"sharing-explain": "sharing_explain",
    b"sharing-mode": "sharing_mode",
    b"sharing-purpose": "sharing_purpose",
}


def read_headers(raw: Iterable[tuple[bytes, bytes]], fields: Mapping[bytes, str]) -> Headers:
    """One pass over the raw headers, whose names are in lower case (ASGI)."""
    headers = Headers()
    for name, value in raw:
        field = fields.get(name)
        if field is not None:
            text = value.decode("latin-1")
            former = getattr(headers, field)
            setattr(headers, field, text if former is None else f"{former}, {text}")
    return headers


class Parameters(NamedTuple):
    """The parameters of a request (GraphQL over HTTP, §5.1)."""

    query: str
    operation_name: str | None
    variables: Mapping[str, object] | None
    extensions: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class Switches:
    """What the headers Sharing-Mode and Sharing-Explain ask for."""

    strict: bool
    explain: bool


PLAIN = Switches(strict=False, explain=False)


def read_switches(headers: Headers) -> Switches:
    """Raises BAD_REQUEST for a word that is not known: who misspells `strict` must not be answered loosely."""
    mode, explain = headers.sharing_mode, headers.sharing_explain
    if mode is None and explain is None:
        return PLAIN
    for name, value, word in (("Sharing-Mode", mode, "strict"), ("Sharing-Explain", explain, "full")):
        if value is not None and value.strip() != word:
            raise GatewayError(BAD_REQUEST, f"the header `{name}` has an unknown value", f"send `{word}`, or leave it out")
    return Switches(mode is not None, explain is not None)


async def read_body(receive: Receive, declared: str | None, limits: Limits) -> bytes:
    """The whole body. Raises BODY_TOO_LARGE as soon as that is known, DEADLINE_EXCEEDED, ClientGoneError."""
    if declared is not None and declared.isdecimal() and int(declared) > limits.body_bytes:
        raise _too_large(limits)
    try:
        async with asyncio.timeout(limits.request_ms / 1000):
            message = await receive()
            if message["type"] == "http.request" and not message.get("more_body", False):
                body: bytes = message.get("body", b"")
                if len(body) > limits.body_bytes:
                    raise _too_large(limits)
                return body
            return await _read_on(receive, message, limits)
    except TimeoutError:
        raise GatewayError(
            DEADLINE_EXCEEDED, f"the body did not arrive within {limits.request_ms} ms", "send it again, faster"
        ) from None


async def _read_on(receive: Receive, message: MutableMapping[str, Any], limits: Limits) -> bytes:
    body = bytearray()
    while True:
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        body += message.get("body", b"")
        if len(body) > limits.body_bytes:
            raise _too_large(limits)
        if not message.get("more_body", False):
            return bytes(body)
        message = await receive()


def parse_body(body: bytes) -> Parameters:
    """The parameters of a JSON body. Raises BAD_REQUEST."""
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError:
        text = "the body is not JSON in UTF-8" if body else "the request has no body"
        raise GatewayError(BAD_REQUEST, text, _HINT) from None
    if type(given) is not dict:
        if type(given) is list:
            raise GatewayError(
                BAD_REQUEST,
                "several operations in one request are not taken",
                "send each by itself; for many keys use the batch roots, for instance `persons(idNumbers: […])`",
            )
        raise GatewayError(BAD_REQUEST, "the body is not an object", _HINT)
    return _checked(given)


def parse_address(query_string: bytes, limits: Limits) -> Parameters:
    """The parameters of a GET. An empty one is as if left out. Raises BAD_REQUEST, BODY_TOO_LARGE."""
    if len(query_string) > limits.body_bytes:
        raise _too_large(limits)
    try:
        pairs = parse_qsl(query_string.decode("ascii"), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError:
        raise GatewayError(BAD_REQUEST, "the address's parameters cannot be read", "encode them as UTF-8 and URL") from None
    given: dict[str, Any] = {}
    for name, text in pairs:
        if name not in Parameters._fields and name != "operationName":
            continue
        if name in given:
            raise GatewayError(BAD_REQUEST, f"the parameter `{name}` stands twice in the address", "send it once")
        check_address(text)
        given[name] = text
    for name in ("variables", "extensions"):
        if given.get(name):
            try:
                given[name] = orjson.loads(given[name])
            except orjson.JSONDecodeError:
                raise GatewayError(BAD_REQUEST, f"the parameter `{name}` is not JSON", "send a JSON object") from None
    return _checked({name: value for name, value in given.items() if value != ""})


def _checked(given: Mapping[str, Any]) -> Parameters:
    """Each parameter of its type. Others are reserved, and left alone."""
    query = given.get("query")
    if type(query) is not str:
        what = "is missing" if query is None else "is not a string"
        raise GatewayError(BAD_REQUEST, f"the parameter `query` {what}", _HINT)
    name = given.get("operationName")
    if name is not None and type(name) is not str:
        raise GatewayError(BAD_REQUEST, "the parameter `operationName` is not a string", "send a name, or null")
    variables, extensions = given.get("variables"), given.get("extensions")
    if variables is not None and type(variables) is not dict:
        raise _no_object("variables")
    if extensions is not None and type(extensions) is not dict:
        raise _no_object("extensions")
    return Parameters(query, name, variables, extensions)


def _no_object(name: str) -> GatewayError:
    return GatewayError(BAD_REQUEST, f"the parameter `{name}` is not an object", "send an object, or null")


def _too_large(limits: Limits) -> GatewayError:
    return GatewayError(
        BODY_TOO_LARGE,
        f"the request has more than {limits.body_bytes} bytes",
        "ask for less at once, or in several requests",
        extensions={"limit": "body_bytes", "allowed": limits.body_bytes},
    )
