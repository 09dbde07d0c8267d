"""From HTTP to a request: headers, credentials, body. What is refused here was refused before anything was asked."""

from collections.abc import Collection
from dataclasses import dataclass
from time import time

import errors
from errors import BAD_REQUEST, GatewayError
from resolvers.asgi import Receive, Scope
from resolvers.identify import Credentials, Identity
from resolvers.negotiate import PLAIN_JSON, RESPONSE_JSON, Media, takes_body
from resolvers.oauth import EndpointSettings
from resolvers.parameters import Parameters, parse_address, parse_body, too_large
from resolvers.peer import UNKNOWN
from resolvers.request import Request
from schema.limits import Limits

PATH = "/graphql"
_SENT_BY_BROWSERS = ("basic", "digest", "negotiate", "ntlm")


class ClientGoneError(Exception):
    """The client closed the connection; nobody is left to be answered."""


class Headers:
    """A request's headers, by name in lower case; read as ISO 8859-1; several lines of one name are joined with a comma."""

    __slots__ = ("_values",)

    def __init__(self, raw: Collection[tuple[bytes, bytes]]) -> None:
        self._values = dict(raw)
        if len(self._values) != len(raw):
            joined: dict[bytes, bytes] = {}
            for name, value in raw:
                joined[name] = value if name not in joined else joined[name] + b", " + value
            self._values = joined

    def get(self, name: bytes) -> str | None:
        """The header's text, None where it is absent."""
        value = self._values.get(name)
        return None if value is None else value.decode("latin-1")


@dataclass(frozen=True, slots=True)
class Switches:
    """What the headers Sharing-Mode, Sharing-Explain and Sharing-View ask for."""

    strict: bool
    explain: bool
    mine: bool


PLAIN = Switches(strict=False, explain=False, mine=False)


def read_switches(headers: Headers) -> Switches:
    """Raises BAD_REQUEST for a word that is not known: who misspells `strict` must not be answered loosely."""
    mode, explain, view = headers.get(b"sharing-mode"), headers.get(b"sharing-explain"), headers.get(b"sharing-view")
    if mode is None and explain is None and view is None:
        return PLAIN
    for name, value, words in (
        ("Sharing-Mode", mode, ("strict",)),
        ("Sharing-Explain", explain, ("full",)),
        ("Sharing-View", view, ("mine", "all")),
    ):
        if value is not None and value.strip() not in words:
            known = " or ".join(f"`{word}`" for word in words)
            raise GatewayError(BAD_REQUEST, f"the header `{name}` has an unknown value", f"send {known}, or leave it out")
    return Switches(mode is not None, explain is not None, view is not None and view.strip() == "mine")


class RequestReader:
    """Reads requests for `/graphql`. One without a good token is refused before its body is waited for: strangers who send
    theirs slowly would else fill the places of those who are known.
    """

    def __init__(self, identity: Identity, endpoint: EndpointSettings, limits: Limits) -> None:
        self._identity = identity
        self._settings = endpoint
        self._certificate = endpoint.certificate_header.lower().encode()
        self._limits = limits

    async def read(
        self, receive: Receive, credentials: Credentials, headers: Headers, scope: Scope, media: Media | None
    ) -> Request:
        """The request. Raises METHOD_NOT_ALLOWED, UNAUTHENTICATED, INVALID_TOKEN, CLIENT_DISABLED, NOT_ACCEPTABLE,
        PREFLIGHT_REQUIRED, BAD_REQUEST, UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE, and ClientGoneError.
        """
        if credentials.method not in ("POST", "GET"):
            raise GatewayError(
                errors.METHOD_NOT_ALLOWED,
                "only POST and GET are answered here",
                "send the operation by POST",
            )
        by_get = credentials.method == "GET"
        if credentials.authorization is None or not by_get:
            self._identity.admit(credentials, time())
        if media is None:
            raise GatewayError(
                errors.NOT_ACCEPTABLE,
                "the header `Accept` takes none of the forms of an answer",
                f"accept `{RESPONSE_JSON.name}` or `{PLAIN_JSON.name}`, in UTF-8",
            )
        switches = read_switches(headers)
        if by_get:
            parameters = self._from_address(scope, credentials)
        else:
            parameters = await self._from_body(receive, headers)
        extensions = parameters.extensions
        return Request(
            credentials,
            parameters.query,
            parameters.operation_name,
            parameters.variables,
            headers.get(b"sharing-purpose"),
            None if extensions is None else extensions.get("purpose"),  # type: ignore[arg-type]  # parse_purpose checks it
            switches.strict,
            switches.explain,
            by_get,
            switches.mine,
        )

    def credentials(self, scope: Scope, headers: Headers) -> Credentials:
        """What the request shows of its caller."""
        client = scope.get("client")
        peer: str = client[0] if client else UNKNOWN
        proxies, dpop, certificate = self._settings.proxies, headers.get(b"dpop"), headers.get(self._certificate)
        return Credentials(
            headers.get(b"authorization"),
            dpop,
            proxies.peer(peer, headers.get(b"x-forwarded-for")),
            scope["method"],
            "" if dpop is None else self._url(scope, headers),
            None if certificate is None else proxies.certificate(peer, certificate),
        )

    def _url(self, scope: Scope, headers: Headers) -> str:
        """The address as the caller wrote it, without the query (RFC 9449 §4.2, `htu`)."""
        base = self._settings.public_url
        return f"{scope['scheme']}://{headers.get(b'host')}{PATH}" if base is None else base.rstrip("/") + PATH

    def _from_address(self, scope: Scope, credentials: Credentials) -> Parameters:
        scheme = (credentials.authorization or "").partition(" ")[0].lower()
        if scheme in _SENT_BY_BROWSERS:
            raise GatewayError(
                errors.PREFLIGHT_REQUIRED,
                "a GET request needs credentials that no browser sends by itself",
                "send `Authorization: Bearer <token>`",
            )
        return parse_address(scope["query_string"], self._limits)

    async def _from_body(self, receive: Receive, headers: Headers) -> Parameters:
        if not takes_body(headers.get(b"content-type")):
            raise GatewayError(
                errors.UNSUPPORTED_MEDIA_TYPE,
                "a body is read as `application/json` in UTF-8 only",
                "send `Content-Type: application/json`",
            )
        return parse_body(await read_body(receive, headers.get(b"content-length"), self._limits))


async def read_body(receive: Receive, declared: str | None, limits: Limits) -> bytes:
    """The whole body. Raises BODY_TOO_LARGE as soon as that is known, ClientGoneError."""
    if declared is not None and declared.isdecimal() and int(declared) > limits.body_bytes:
        raise too_large(limits)
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body", False):
        body: bytes = message.get("body", b"")
        if len(body) > limits.body_bytes:
            raise too_large(limits)
        return body
    parts = bytearray()
    while message["type"] != "http.disconnect":
        parts += message.get("body", b"")
        if len(parts) > limits.body_bytes:
            raise too_large(limits)
        if not message.get("more_body", False):
            return bytes(parts)
        message = await receive()
    raise ClientGoneError
