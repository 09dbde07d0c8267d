"""The door of what is no GraphQL: who asks is identified as at `/graphql`, and a refusal has the one shape of errors."""

import time
from collections.abc import Awaitable, Callable, Mapping

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from errors import BAD_REQUEST, UNSUPPORTED_MEDIA_TYPE, GatewayError
from resolvers.gateway import Gateway
from resolvers.identify_ports import IdentityError
from resolvers.negotiate import takes_body
from resolvers.oauth import EndpointSettings
from resolvers.read_request import ClientGoneError, Headers, RequestReader, read_body
from resolvers.refusals import record_unbound
from sharing.consumer import Consumer

PRIVATE: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
"""On everything that is answered to somebody known."""

Answering = Callable[[Request, Consumer], Awaitable[Response]]


class Door:
    """Lets in whom the gateway knows."""

    def __init__(self, gateway: Gateway, settings: EndpointSettings) -> None:
        self._gateway = gateway
        self._reader = RequestReader(gateway.identity, settings, gateway.limits)

    def within(self, answering: Answering) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint that only who is known reaches."""

        async def endpoint(request: Request) -> Response:
            try:
                return await answering(request, await self._known(request))
            except GatewayError as error:
                headers = dict(error.headers) if isinstance(error, IdentityError) else {}
                body = orjson.dumps({"errors": [error.to_json()]})
                return Response(body, error.code.status, {**PRIVATE, **headers}, "application/json")
            except (ClientGoneError, ClientDisconnect):
                return Response(status_code=400)

        return endpoint

    async def _known(self, request: Request) -> Consumer:
        credentials = self._reader.credentials(request.scope, Headers(request.scope["headers"]))
        try:
            return await self._gateway.identity.identify_fetching(credentials, time.time())
        except GatewayError as unknown:
            await record_unbound(self._gateway, unknown)
            raise


async def read_json(request: Request, limit: str, most: int) -> object:
    """The JSON of a body of at most `most` bytes, the setting `limit`. Raises UNSUPPORTED_MEDIA_TYPE, BAD_REQUEST,
    BODY_TOO_LARGE, ClientGoneError.
    """
    if not takes_body(request.headers.get("content-type")):
        raise GatewayError(
            UNSUPPORTED_MEDIA_TYPE,
            "a body is read as `application/json` in UTF-8 only",
            "send `Content-Type: application/json`",
        )
    declared = request.headers.get("content-length", "")
    length = int(declared) if declared.isdecimal() and len(declared) < 12 else 0
    try:
        return orjson.loads(await read_body(request.receive, length, limit, most))
    except orjson.JSONDecodeError:
        raise GatewayError(BAD_REQUEST, "the body is not JSON in UTF-8", "send a JSON object") from None
