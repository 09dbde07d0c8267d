"""GraphQL over HTTP: `/graphql` as an ASGI application, written lean because every request passes here.

A stranger is told nothing but 401: a request without a good token is refused before its body is read, and a malformed one is
called malformed only after its caller has been identified. There is no CORS: pages of other origins cannot read an answer,
nor send a request, for JSON by POST and `Authorization: Bearer` by GET both need a preflight, which is refused.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_hex
from time import time

import errors
from errors import GatewayError
from resolvers.asgi import App, Receive, Scope, Send
from resolvers.gateway import Gateway
from resolvers.identify import Credentials
from resolvers.logs import RequestLog
from resolvers.metrics import Metrics
from resolvers.negotiate import PLAIN_JSON, RESPONSE_JSON, Media, choose_media
from resolvers.oauth import EndpointSettings
from resolvers.read_request import PATH, ClientGoneError, Headers, RequestReader
from resolvers.refusals import record_unbound
from resolvers.request import answer
from resolvers.respond import Answer, error_answer
from resolvers.roles import Role
from resolvers.trace import Trace
from resolvers.traffic import Traffic
from resolvers.watch import Ended, Watch

TAKE_IN_S = 0.2
GONE = "CLIENT_GONE"
"""In logs and metrics: the client left before it could be answered."""

RawHeaders = list[tuple[bytes, bytes]]

_HEADERS: Mapping[Media, RawHeaders] = {
    media: [
        (b"content-type", media.content_type),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"vary", b"accept, authorization, sharing-purpose, sharing-view"),
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


class _Endpoint:
    def __init__(self, gateway: Gateway, endpoint: EndpointSettings, observers: Observers, server_timing: bool) -> None:
        self._gateway = gateway
        self._reader = RequestReader(gateway.identity, endpoint, gateway.limits)
        self._traffic = observers.traffic
        self._metrics = observers.metrics
        self._log = observers.log
        self._server_timing = server_timing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        trace = Trace()
        headers = Headers(scope["headers"])
        media = choose_media(headers.get(b"accept"))
        admitted = self._traffic.enter()
        try:
            if admitted:
                answered = await self._answer(scope, receive, headers, media, trace)
            else:
                answered = error_answer(_overloaded(), trace.steps)
            if answered is not None:
                if answered.error is errors.BODY_TOO_LARGE:
                    await _take_in(receive)
                await self._reply(send, scope["method"], answered, media or PLAIN_JSON, trace)
        finally:
            if admitted:
                self._traffic.leave()
        self._observe(scope["method"], answered, media or PLAIN_JSON, trace)

    async def _answer(
        self, scope: Scope, receive: Receive, headers: Headers, media: Media | None, trace: Trace
    ) -> Answer | None:
        """The answer; None where the client has gone."""
        watch = Watch(receive, self._gateway.limits.request_ms / 1000)
        credentials = self._reader.credentials(scope, headers)
        try:
            request = await self._reader.read(receive, credentials, headers, scope, media)
            watch.read()
            return await answer(self._gateway, request, trace)
        except asyncio.CancelledError:
            if watch.ended is None:
                raise
            watch.forgive()
            refused = None if watch.ended is Ended.GONE else _too_slow(self._gateway.limits.request_ms)
        except ClientGoneError:
            refused = None
        except GatewayError as error:
            refused = error
        except Exception as failure:
            refused = self._unexpected(scope["method"], failure, trace)
        finally:
            watch.stop()
        return None if refused is None else error_answer(await self._first_who(refused, credentials, trace), trace.steps)

    async def _first_who(self, refused: GatewayError, credentials: Credentials, trace: Trace) -> GatewayError:
        """Why a request that cannot be read is refused: first because nobody known sent it."""
        if trace.consumer is not None or refused.code in (errors.METHOD_NOT_ALLOWED, errors.PREFLIGHT_REQUIRED):
            return refused
        try:
            trace.consumer = await self._gateway.identity.identify_fetching(credentials, time())
        except GatewayError as unknown:
            await record_unbound(self._gateway, unknown)
            return unknown
        return refused

    def _unexpected(self, method: str, failure: Exception, trace: Trace) -> GatewayError:
        reference = "-".join((token_hex(2), token_hex(2), token_hex(2)))
        self._log.failure(method, reference, failure, trace)
        return GatewayError(
            errors.INTERNAL,
            f"something failed that should not; its reference is `{reference}`",
            extensions={"reference": reference},
        )

    async def _reply(self, send: Send, method: str, answered: Answer, media: Media, trace: Trace) -> None:
        headers = _HEADERS[media].copy()
        headers.append((b"content-length", b"%d" % len(answered.body)))
        if answered.error is not None:
            headers += _error_headers(answered, method)
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


async def _take_in(receive: Receive) -> None:
    """Take in what has come of a body that is refused: closing over unread bytes resets the connection, and the answer with
    it (RFC 9112 §9.6). Not for long: the rest is not waited for.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(TAKE_IN_S):
            while (await receive()).get("more_body", False):
                pass


def status_of(answered: Answer, media: Media) -> int:
    """200 where there is data; else the error's status in this media type."""
    error = answered.error
    return 200 if error is None else error.legacy if media.legacy else error.status


def _error_headers(answered: Answer, method: str) -> RawHeaders:
    """Those of the error, and what HTTP wants beside its status."""
    error = answered.error
    given = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answered.headers]
    if error is errors.METHOD_NOT_ALLOWED:
        given.append((b"allow", b"POST" if method == "GET" else b"GET, POST"))
    if error is not None and error.status == 503 and not any(name == b"retry-after" for name, _ in given):
        given.append((b"retry-after", b"1"))
    if error in (errors.BODY_TOO_LARGE, errors.DEADLINE_EXCEEDED, errors.OVERLOADED):
        given.append((b"connection", b"close"))
    return given


def _timing(steps: Mapping[str, float]) -> bytes:
    return ", ".join([f"{step};dur={took:.3f}" for step, took in steps.items()]).encode()


def _overloaded() -> GatewayError:
    return GatewayError(errors.OVERLOADED, "too many requests are under way", "send it again in a moment")


def _too_slow(request_ms: int) -> GatewayError:
    return GatewayError(errors.DEADLINE_EXCEEDED, f"the body did not arrive within {request_ms} ms", "send it again, faster")
