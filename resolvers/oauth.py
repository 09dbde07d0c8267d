"""The token endpoint: `POST /oauth/token`, client credentials (RFC 6749 §4.4, §2.3.1; RFC 9449 §5; RFC 8705 §3)."""

import asyncio
import base64
import binascii
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_plus

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from resolvers.identify_ports import ClientStore, StoredClient
from resolvers.peer import Proxies, in_networks
from resolvers.proofs import ProofError, Proofs
from resolvers.secrets import verify_any
from resolvers.throttle import Throttle
from resolvers.tokens import Confirmation, Tokens

PATH = "/oauth/token"
MAX_BODY_BYTES = 8192
MAX_FIELDS = 16
MAX_HASHING = 2
MAX_WAITING = 64
_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_FAILED = "unknown client, wrong secret, or not from a registered network"


class _RefusedError(Exception):
    """An error answer of RFC 6749 §5.2."""

    def __init__(self, status: int, error: str, description: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(error)
        self.response = JSONResponse(
            {"error": error, "error_description": description}, status, {**_NO_STORE, **(headers or {})}
        )


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """`public_url`: scheme, host and port as clients write them (DPoP's `htu`), None: as the request says.

    `certificate_header`: where a trusted proxy puts the client certificate's `x5t#S256`.
    """

    proxies: Proxies
    public_url: str | None = None
    certificate_header: str = "x-client-cert-x5t-s256"


@dataclass(frozen=True, slots=True)
class _Login:
    client_id: str
    secret: str
    basic: bool


class TokenEndpoint:
    """Gives tokens for secrets. Hashes are computed in threads, `MAX_HASHING` at once; beyond `MAX_WAITING` it says 503."""

    def __init__(
        self,
        settings: EndpointSettings,
        clients: ClientStore,
        tokens: Tokens,
        proofs: Proofs,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._clients = clients
        self._tokens = tokens
        self._proofs = proofs
        self._clock = clock
        self._throttle = Throttle()
        self._hashing = asyncio.Semaphore(MAX_HASHING)
        self._waiting = 0

    def route(self) -> Route:
        """The route of the endpoint."""
        return Route(PATH, self.respond, methods=["POST"])

    async def respond(self, request: Request) -> Response:
        """A token, or RFC 6749's error; never stored by caches."""
        try:
            return await self._grant(request)
        except _RefusedError as refused:
            return refused.response

    async def _grant(self, request: Request) -> Response:
        form = await _read_form(request)
        login = _read_login(request.headers.get("authorization"), form)
        if "grant_type" not in form:
            raise _RefusedError(400, "invalid_request", "`grant_type` is missing")
        if form["grant_type"] != "client_credentials":
            raise _RefusedError(400, "unsupported_grant_type", "only `client_credentials` is supported")
        headers, proxies = request.headers, self._settings.proxies
        socket_peer = request.client.host if request.client else ""
        peer = proxies.peer(socket_peer, ",".join(headers.getlist("x-forwarded-for")) or None)
        client = await self._authenticate(login, peer)
        certificate = proxies.certificate(socket_peer, headers.get(self._settings.certificate_header))
        confirmation = self._confirm(client, request, certificate)
        token, life_s = self._tokens.issue(client, self._clock(), confirmation)
        kind = "DPoP" if confirmation.key else "Bearer"
        return JSONResponse({"access_token": token, "token_type": kind, "expires_in": life_s}, headers=_NO_STORE)

    async def _authenticate(self, login: _Login, peer: str) -> StoredClient:
        """The client whose secret this is.

        The throttle is read before the queue, so that a guesser does not fill it, and after: guesses sent at once count.
        """
        self._check_throttle(login, peer, self._clock())
        if self._waiting >= MAX_WAITING:
            raise _RefusedError(503, "temporarily_unavailable", "too many logins at once", {"Retry-After": "1"})
        self._waiting += 1
        try:
            async with self._hashing:
                now = self._clock()
                self._check_throttle(login, peer, now)
                client = self._clients.client(login.client_id)
                hashes = () if client is None else _hashes(client, peer, now)
                right = await asyncio.to_thread(verify_any, login.secret, hashes)
                if client is None or not right:
                    self._throttle.failed(login.client_id, peer, now)
                    raise _invalid_client(login, _FAILED)
        finally:
            self._waiting -= 1
        self._throttle.succeeded(login.client_id, peer)
        if not client.may_act(now):
            raise _invalid_client(login, "the client is disabled or has expired; ask the platform's operator")
        return client

    def _check_throttle(self, login: _Login, peer: str, now: float) -> None:
        wait_s = self._throttle.wait_s(login.client_id, peer, now)
        if wait_s > 0:
            raise _RefusedError(
                429,
                "temporarily_unavailable",
                "too many wrong secrets from this address",
                {"Retry-After": str(int(wait_s) + 1)},
            )

    def _confirm(self, client: StoredClient, request: Request, certificate: str | None) -> Confirmation:
        """What the token is bound to besides networks: the key of a DPoP proof, a registered certificate."""
        certificate = certificate if certificate in client.certificates else None
        key = None
        proofs = request.headers.getlist("dpop")
        if proofs:
            base = self._settings.public_url
            url = str(request.url) if base is None else base.rstrip("/") + request.url.path
            try:
                key = self._proofs.check(",".join(proofs), "POST", url, self._clock(), token_digest=None)
            except ProofError as fault:
                raise _RefusedError(400, "invalid_dpop_proof", str(fault)) from None
            if client.keys and key not in client.keys:
                raise _RefusedError(400, "invalid_dpop_proof", "the proof's key is not registered for the client")
        if not client.networks and key not in client.keys and certificate is None:
            raise _RefusedError(
                400,
                "unauthorized_client",
                "the client has no registered network: show its registered key "
                "(a DPoP proof, or its certificate), or ask the operator to register a network",
            )
        return Confirmation(key, certificate)


def _hashes(client: StoredClient, peer: str, now: float) -> tuple[str, ...]:
    """What the secret is compared with: nothing from outside the client's networks, so that guesses there are void."""
    if client.networks and not in_networks(peer, client.networks):
        return ()
    return tuple(secret.hash for secret in client.secrets if secret.valid_until is None or now < secret.valid_until)


async def _read_form(request: Request) -> dict[str, str]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise _RefusedError(400, "invalid_request", "send `application/x-www-form-urlencoded`")
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                raise _RefusedError(413, "invalid_request", f"the body has more than {MAX_BODY_BYTES} bytes")
    except ClientDisconnect:
        raise _RefusedError(400, "invalid_request", "the body ended early") from None
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError:
        raise _RefusedError(400, "invalid_request", "the body is not a form") from None
    form = dict(pairs)
    if len(form) != len(pairs):
        raise _RefusedError(400, "invalid_request", "a parameter is repeated")
    return form


def _read_login(authorization: str | None, form: Mapping[str, str]) -> _Login:
    if authorization is None:
        if not form.get("client_id") or not form.get("client_secret"):
            raise _RefusedError(
                401,
                "invalid_client",
                "no client credentials: send HTTP Basic, or `client_id` and `client_secret` in the body",
                {"WWW-Authenticate": 'Basic realm="oncegate"'},
            )
        return _Login(form["client_id"], form["client_secret"], False)
    if "client_secret" in form:
        raise _RefusedError(400, "invalid_request", "send the credentials in one way only")
    scheme, _, encoded = authorization.partition(" ")
    login = _Login("", "", True)
    if scheme.lower() != "basic":
        raise _invalid_client(login, "the credentials are of another scheme than Basic")
    try:
        client_id, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeError, ValueError):
        raise _invalid_client(login, "the Basic credentials cannot be read") from None
    login = _Login(unquote_plus(client_id), unquote_plus(secret), True)
    if not colon or not login.client_id or form.get("client_id", login.client_id) != login.client_id:
        raise _invalid_client(login, "the Basic credentials cannot be read, or name another client than the body")
    return login


def _invalid_client(login: _Login, description: str) -> _RefusedError:
    return _RefusedError(
        401,
        "invalid_client",
        description,
        {"WWW-Authenticate": 'Basic realm="oncegate", charset="UTF-8"'} if login.basic else None,
    )
