"""From HTTP to a request: headers, credentials, body. What is refused here was refused before anything was asked."""

from collections.abc import Collection
from dataclasses import dataclass
from time import time

import errors
from errors import BAD_REQUEST, GatewayError
from resolvers.asgi import Receive, Scope
from resolvers.gateway import Request
from resolvers.identify import Credentials, Identity
from resolvers.negotiate import PLAIN_JSON, RESPONSE_JSON, Media, takes_body
from resolvers.oauth import EndpointSettings
from resolvers.parameters import Parameters, parse_address, parse_body, too_large
from resolvers.peer import UNKNOWN
from resolvers.roles import Role
from schema.limits import Limits

PATH = "/graphql"
_SENT_BY_BROWSERS = ("basic", "digest", "negotiate", "ntlm")


NO_ROLES: frozenset[str] = frozenset()
SENDERS_OF_FILES = frozenset({Role.PROVIDER, Role.COMPILER, Role.OPERATOR, Role.CONSUMER})
"""Who may send a letter, a spreadsheet or a scan within a request; everybody else's requests are small."""
MOST_FILES = 4
"""How many of them a worker takes in at once."""
MOST_DIGITS = 12


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
    """What the headers Sharing-Mode, Sharing-Explain, Sharing-View and Sharing-Receipt ask for."""

    strict: bool
    explain: bool
    mine: bool
    signed: bool


PLAIN = Switches(strict=False, explain=False, mine=False, signed=False)


def read_switches(headers: Headers) -> Switches:
    """Raises BAD_REQUEST for a word that is not known: who misspells `strict` must not be answered loosely."""
    mode, explain, view = headers.get(b"sharing-mode"), headers.get(b"sharing-explain"), headers.get(b"sharing-view")
    receipt = headers.get(b"sharing-receipt")
    if mode is None and explain is None and view is None and receipt is None:
        return PLAIN
    for name, value, words in (
        ("Sharing-Mode", mode, ("strict",)),
        ("Sharing-Explain", explain, ("full",)),
        ("Sharing-View", view, ("mine", "all")),
        ("Sharing-Receipt", receipt, ("signed",)),
    ):
        if value is not None and value.strip() not in words:
            known = " or ".join(f"`{word}`" for word in words)
            raise GatewayError(BAD_REQUEST, f"the header `{name}` has an unknown value", f"send {known}, or leave it out")
    return Switches(mode is not None, explain is not None, view is not None and view.strip() == "mine", receipt is not None)


class RequestReader:
    """Reads requests for `/graphql`. One without a good token is refused before its body is waited for: strangers who send
    theirs slowly would else fill the places of those who are known.
    """

    def __init__(self, identity: Identity, endpoint: EndpointSettings, limits: Limits) -> None:
        self._identity = identity
        self._settings = endpoint
        self._certificate = endpoint.certificate_header.lower().encode()
        self._limits = limits
        self._files = 0

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
        by_get, roles = credentials.method == "GET", NO_ROLES
        if credentials.authorization is None or not by_get:
            roles = self._identity.admit(credentials, time())
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
            parameters = await self._from_body(receive, headers, roles)
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
            switches.signed,
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
        base, path = self._settings.public_url, scope["path"]
        return f"{scope['scheme']}://{headers.get(b'host')}{path}" if base is None else base.rstrip("/") + path

    def _from_address(self, scope: Scope, credentials: Credentials) -> Parameters:
        scheme = (credentials.authorization or "").partition(" ")[0].lower()
        if scheme in _SENT_BY_BROWSERS:
            raise GatewayError(
                errors.PREFLIGHT_REQUIRED,
                "a GET request needs credentials that no browser sends by itself",
                "send `Authorization: Bearer <token>`",
            )
        return parse_address(scope["query_string"], self._limits)

    async def _from_body(self, receive: Receive, headers: Headers, roles: frozenset[str]) -> Parameters:
        if not takes_body(headers.get(b"content-type")):
            raise GatewayError(
                errors.UNSUPPORTED_MEDIA_TYPE,
                "a body is read as `application/json` in UTF-8 only",
                "send `Content-Type: application/json`",
            )
        declared = headers.get(b"content-length")
        length = int(declared) if declared is not None and declared.isdecimal() and len(declared) < MOST_DIGITS else 0
        if length <= self._limits.body_bytes or not roles & SENDERS_OF_FILES:
            return parse_body(await read_body(receive, length, "body_bytes", self._limits.body_bytes))
        if self._files >= MOST_FILES:
            raise GatewayError(errors.OVERLOADED, "too many files are under way", "send it again in a moment")
        self._files += 1
        try:
            given = parse_body(await read_body(receive, length, "upload_bytes", self._limits.upload_bytes))
        finally:
            self._files -= 1
        return self._with_file_in_variables(given)

    def _with_file_in_variables(self, given: Parameters) -> Parameters:
        """Raises BODY_TOO_LARGE where the document itself is large: it is parsed while nobody else is served."""
        most = self._limits.body_bytes
        if len(given.query) + len(given.operation_name or "") > most:
            raise GatewayError(
                errors.BODY_TOO_LARGE,
                f"the document has more than {most} characters",
                "send the file in a variable",
                extensions={"limit": "body_bytes", "allowed": most},
            )
        return given


async def read_body(receive: Receive, declared: int, limit: str, most: int) -> bytes:
    """The whole body, at most `most` bytes, the setting `limit`. Raises BODY_TOO_LARGE as soon as that is known,
    ClientGoneError.
    """
    if declared > most:
        raise too_large(limit, most)
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body", False):
        body: bytes = message.get("body", b"")
        if len(body) > most:
            raise too_large(limit, most)
        return body
    parts = bytearray()
    while message["type"] != "http.disconnect":
        parts += message.get("body", b"")
        if len(parts) > most:
            raise too_large(limit, most)
        if not message.get("more_body", False):
            return bytes(parts)
        message = await receive()
    raise ClientGoneError
