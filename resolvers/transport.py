"""GraphQL over HTTP: `/graphql` as an ASGI application, written lean because every request passes here.

A stranger is told nothing but 401: a request without a token is refused before its body is read, and a malformed one is
called malformed only after its caller has been identified. There is no CORS: pages of other origins cannot read an answer,
nor send a request, for JSON by POST and `Authorization: Bearer` by GET both need a preflight, which is refused.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from secrets import token_hex
from time import time
from typing import Any

import errors
from errors import GatewayError
from resolvers.identify import Credentials
from resolvers.logs import RequestLog
from resolvers.metrics import Metrics
from resolvers.negotiate import PLAIN_JSON, RESPONSE_JSON, Media, choose_media, takes_body
from resolvers.oauth import EndpointSettings
from resolvers.peer import UNKNOWN
from resolvers.read_request import (
    FIELDS,
    ClientGoneError,
    Headers,
    Parameters,
    Receive,
    parse_address,
    parse_body,
    read_body,
    read_headers,
    read_switches,
)
from resolvers.request import Gateway, Request, answer
from resolvers.respond import Answer, error_answer
from resolvers.roles import Role
from resolvers.trace import Trace
from resolvers.traffic import Traffic
from resolvers.watch import Watch

PATH = "/graphql"
GONE = "CLIENT_GONE"
"""In logs and metrics: the client left before it could be answered."""

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
RawHeaders = list[tuple[bytes, bytes]]

_SENT_BY_BROWSERS = ("basic", "digest", "negotiate", "ntlm")
_HEADERS: Mapping[Media, RawHeaders] = {
    media: [
        (b"content-type", media.content_type),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"vary", b"accept, authorization, sharing-purpose"),
    ]
    for media in (RESPONSE_JSON, PLAIN_JSON)
}


@dataclass(frozen=True, slots=True)
class Observers:
    """Who learns of each request: how many are in flight, the metrics, the log."""

    traffic: Traffic
    metrics: Metrics
    log: RequestLog


def graphql_app(gateway: Gateway, endpoint: EndpointSettings, observers: Observers, *, server_timing: bool = False) -> App:
    """The application behind `/graphql`. `server_timing`: tell everyone, not only operators, what each step took."""
    return _Endpoint(gateway, endpoint, observers, server_timing)


def front(graphql: App, rest: App) -> App:
    """One application of both: `/graphql` does not pass through the router of the rest, which costs as much as this."""

    async def route(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == PATH:
            await graphql(scope, receive, send)
        else:
            await rest(scope, receive, send)

    return route


class HttpError(GatewayError):
    """A refusal with response headers of its own."""

    def __init__(self, code: errors.Code, message: str, hint: str, headers: Sequence[tuple[str, str]]) -> None:
        super().__init__(code, message, hint)
        self.headers = headers


class _Endpoint:
    def __init__(self, gateway: Gateway, endpoint: EndpointSettings, observers: Observers, server_timing: bool) -> None:
        self._gateway = gateway
        self._settings = endpoint
        self._traffic = observers.traffic
        self._metrics = observers.metrics
        self._log = observers.log
        self._server_timing = server_timing
        self._fields = {**FIELDS, endpoint.certificate_header.lower().encode(): "certificate"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        trace = Trace()
        headers = read_headers(scope["headers"], self._fields)
        media = choose_media(headers.accept)
        admitted = self._traffic.enter()
        try:
            if admitted:
                answered = await self._answer(scope, receive, headers, trace)
            else:
                answered = error_answer(_overloaded(), trace.steps)
            if answered is not None:
                await self._reply(send, answered, media or PLAIN_JSON, trace)
        finally:
            if admitted:
                self._traffic.leave()
        self._observe(scope["method"], answered, media or PLAIN_JSON, trace)

    async def _answer(self, scope: Scope, receive: Receive, headers: Headers, trace: Trace) -> Answer | None:
        """The answer; None where the client has gone."""
        credentials = self._credentials(scope, headers)
        try:
            request = await self._read(scope, receive, headers, credentials)
        except ClientGoneError:
            return None
        except GatewayError as refused:
            return error_answer(await self._first_who(refused, credentials, trace), trace.steps)
        watch = Watch(receive)
        try:
            return await answer(self._gateway, request, trace)
        except asyncio.CancelledError:
            if not watch.gone:
                raise
            watch.forgive()
            return None
        except Exception as failure:
            return error_answer(self._unexpected(failure, trace), trace.steps)
        finally:
            watch.stop()

    async def _read(self, scope: Scope, receive: Receive, headers: Headers, credentials: Credentials) -> Request:
        method: str = scope["method"]
        if method not in ("POST", "GET"):
            raise HttpError(
                errors.METHOD_NOT_ALLOWED, "only POST and GET are answered here", "send the operation by POST",
                (("Allow", "GET, POST"),),
            )
        if credentials.authorization is None:
            self._gateway.identity.identify(credentials, time())
        if choose_media(headers.accept) is None:
            raise GatewayError(
                errors.NOT_ACCEPTABLE,
                "the header `Accept` takes none of the forms of an answer",
                f"accept `{RESPONSE_JSON.name}` or `{PLAIN_JSON.name}`, in UTF-8",
            )
        switches = read_switches(headers)
        by_get = method == "GET"
        parameters = self._from_address(scope, headers) if by_get else await self._from_body(receive, headers)
        extensions = parameters.extensions
        return Request(
            credentials,
            parameters.query,
            parameters.operation_name,
            parameters.variables,
            headers.sharing_purpose,
            None if extensions is None else extensions.get("purpose"),  # type: ignore[arg-type]  # parse_purpose checks it
            switches.strict,
            switches.explain,
            by_get,
        )

    def _from_address(self, scope: Scope, headers: Headers) -> Parameters:
        scheme = (headers.authorization or "").partition(" ")[0].lower()
        if scheme in _SENT_BY_BROWSERS:
            raise GatewayError(
                errors.PREFLIGHT_REQUIRED,
                "a GET request needs credentials that no browser sends by itself",
                "send `Authorization: Bearer <token>`",
            )
        return parse_address(scope["query_string"], self._gateway.limits)

    async def _from_body(self, receive: Receive, headers: Headers) -> Parameters:
        if not takes_body(headers.content_type):
            raise GatewayError(
                errors.UNSUPPORTED_MEDIA_TYPE, "a body is read as `application/json` in UTF-8 only",
                "send `Content-Type: application/json`",
            )
        return parse_body(await read_body(receive, headers.content_length, self._gateway.limits))

    def _credentials(self, scope: Scope, headers: Headers) -> Credentials:
        client = scope.get("client")
        socket_peer: str = client[0] if client else UNKNOWN
        proxies = self._settings.proxies
        return Credentials(
            headers.authorization,
            headers.dpop,
            proxies.peer(socket_peer, headers.forwarded_for),
            scope["method"],
            "" if headers.dpop is None else self._url(scope, headers),
            None if headers.certificate is None else proxies.certificate(socket_peer, headers.certificate),
        )

    def _url(self, scope: Scope, headers: Headers) -> str:
        """The address as the caller wrote it, without the query (RFC 9449 §4.2, `htu`)."""
        base = self._settings.public_url
        return f"{scope['scheme']}://{headers.host}{PATH}" if base is None else base.rstrip("/") + PATH

    async def _first_who(self, refused: GatewayError, credentials: Credentials, trace: Trace) -> GatewayError:
        """Why a request that cannot be read is refused: first because nobody known sent it."""
        if refused.code in (errors.METHOD_NOT_ALLOWED, errors.PREFLIGHT_REQUIRED):
            return refused
        try:
            trace.consumer = await self._gateway.identity.identify_fetching(credentials, time())
        except GatewayError as unknown:
            return unknown
        return refused

    def _unexpected(self, failure: Exception, trace: Trace) -> GatewayError:
        reference = "-".join((token_hex(2), token_hex(2), token_hex(2)))
        self._log.failure(reference, failure, trace)
        return GatewayError(
            errors.INTERNAL, f"something failed that should not; its reference is `{reference}`",
            "send it again; where it stays, tell the operator the reference", extensions={"reference": reference},
        )

    async def _reply(self, send: Send, answered: Answer, media: Media, trace: Trace) -> None:
        headers = _HEADERS[media].copy()
        headers.append((b"content-length", b"%d" % len(answered.body)))
        if answered.error is not None:
            headers += _error_headers(answered)
        if self._server_timing or (trace.consumer is not None and Role.OPERATOR in trace.consumer.roles):
            headers.append((b"server-timing", _timing(answered.timing)))
        await send({"type": "http.response.start", "status": status_of(answered, media), "headers": headers})
        await send({"type": "http.response.body", "body": answered.body})

    def _observe(self, method: str, answered: Answer | None, media: Media, trace: Trace) -> None:
        error = None if answered is None else answered.error
        code, stage = (GONE, "") if answered is None else ("OK", "") if error is None else (error.name, error.stage)
        self._metrics.request(code, stage, trace, self._traffic.in_flight)
        if error is not errors.INTERNAL:
            self._log.request(method, 499 if answered is None else status_of(answered, media), code, trace)


def status_of(answered: Answer, media: Media) -> int:
    """200 where there is data; else the error's status in this media type."""
    error = answered.error
    return 200 if error is None else error.legacy if media.legacy else error.status


def _error_headers(answered: Answer) -> RawHeaders:
    assert answered.error is not None
    given = list(answered.headers)
    names = {name.lower() for name, _ in given}
    if answered.error is errors.METHOD_NOT_ALLOWED and "allow" not in names:
        given.append(("Allow", "POST"))
    if answered.error.status == 503 and "retry-after" not in names:
        given.append(("Retry-After", "1"))
    if answered.error in (errors.BODY_TOO_LARGE, errors.DEADLINE_EXCEEDED, errors.OVERLOADED):
        given.append(("Connection", "close"))
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in given]


def _timing(steps: Mapping[str, float]) -> bytes:
    return ", ".join([f"{step};dur={took:.3f}" for step, took in steps.items()]).encode()


def _overloaded() -> GatewayError:
    return GatewayError(errors.OVERLOADED, "too many requests are under way", "send it again in a moment")
