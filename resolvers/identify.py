"""Who asks: from a request's credentials to the consumer (Art. 4(4)); the first step of a request, synchronous.

A token is verified once and kept by its SHA-256 until it ends, its client changes (the epoch of rights moves) or its signer
does. Only verified tokens are kept, and of one client so many: neither garbage nor one client's tokens drive out others'.
"""

from contextlib import suppress
from hashlib import sha256
from typing import NamedTuple

from errors import CLIENT_DISABLED, RATE_LIMITED, TOKEN_NOT_BOUND, UNAUTHENTICATED
from resolvers.identify_ports import ClientStore, IdentityError, StoredClient
from resolvers.issuers import KeysNeededError
from resolvers.peer import in_networks
from resolvers.proofs import ProofError, Proofs
from resolvers.rate import Bucket, Rates
from resolvers.tokens import HOW_TO_GET, Tokens, VerifiedToken, invalid_token
from sharing.consumer import Consumer

MAX_SESSIONS = 20_000
MAX_SESSIONS_PER_CLIENT = 256
_MAX_PEERS = 64


class Credentials(NamedTuple):
    """What a request shows. `peer` and `certificate` come from `resolvers.peer.Proxies`, never from a header directly.

    `method` and `url` (as the caller addressed it) are what a DPoP proof is made for.
    """

    authorization: str | None
    dpop: str | None
    peer: str
    method: str
    url: str
    certificate: str | None = None


class _Session:
    """A verified token with the client as of `epoch`. `peers` are addresses found to lie in the client's networks."""

    __slots__ = ("bucket", "client", "consumer", "ends_at", "epoch", "keyed", "peers", "token")

    def __init__(self, token: VerifiedToken, client: StoredClient, bucket: Bucket, epoch: int) -> None:
        self.token = token
        self.client = client
        self.consumer = _consumer(client)
        self.bucket = bucket
        self.epoch = epoch
        self.ends_at = token.ends_at if client.valid_until is None else min(token.ends_at, client.valid_until)
        self.keyed = token.confirmation.key is not None or token.confirmation.certificate is not None
        self.peers: set[str] = set()


def _consumer(client: StoredClient) -> Consumer:
    return Consumer(
        client.id, client.department, client.division, client.roles, client.introspection, client.rate_per_second
    )


class Identity:
    """Identifies requests. One per process, used from its event loop only."""

    def __init__(self, clients: ClientStore, tokens: Tokens, proofs: Proofs) -> None:
        self._clients = clients
        self._tokens = tokens
        self._proofs = proofs
        self._rates = Rates()
        self._sessions: dict[bytes, _Session] = {}
        self._current: dict[str, tuple[StoredClient, Consumer]] = {}
        self._digests: dict[str, dict[bytes, None]] = {}

    def identify(self, credentials: Credentials, now: float) -> Consumer:
        """The consumer; `now` in Unix seconds.

        Raises UNAUTHENTICATED, INVALID_TOKEN, CLIENT_DISABLED, TOKEN_NOT_BOUND, RATE_LIMITED, each an IdentityError with
        the response headers that belong to it.
        """
        session, digest, by_key = self._find(credentials.authorization, now)
        try:
            if session.keyed or by_key:
                self._check_key(session, credentials, digest, by_key, now)
            if credentials.peer not in session.peers:
                _check_network(session, credentials.peer)
        except IdentityError as unbound:
            unbound.consumer = session.consumer
            raise
        wait_s = session.bucket.take(now)
        if wait_s:
            raise _rate_limited(session.client, wait_s)
        return session.consumer

    def admit(self, credentials: Credentials, now: float) -> frozenset[str]:
        """The roles of the client that the token names, before the body is waited for; none where its issuer's keys must be
        fetched first. Raises, as `identify`, where by its token alone nobody known can have sent the request.
        """
        with suppress(KeysNeededError):
            return self._find(credentials.authorization, now)[0].consumer.roles
        return frozenset()

    def current(self, consumer: Consumer, now: float) -> Consumer:
        """The consumer as the clients stand now. Raises CLIENT_DISABLED where it may not act any more."""
        client = self._clients.client(consumer.client)
        if client is None or not client.may_act(now):
            raise _disabled()
        known = self._current.get(client.id)
        if known is None or known[0] is not client:
            known = self._current[client.id] = client, _consumer(client)
        return known[1]

    async def identify_fetching(self, credentials: Credentials, now: float) -> Consumer:
        """As `identify`; where an external issuer may have a key not known yet, its keys are fetched, then once more."""
        try:
            return self.identify(credentials, now)
        except KeysNeededError as needed:
            await needed.keys.refresh(now)
        return self.identify(credentials, now)

    def _find(self, authorization: str | None, now: float) -> tuple[_Session, bytes, bool]:
        """The token's session, the token's digest, and whether it came as `DPoP`."""
        if authorization is None:
            raise _unauthenticated("no credentials")
        if authorization.startswith("Bearer "):
            token, by_key = authorization[7:], False
        else:
            token, by_key = _read_authorization(authorization)
        digest = sha256(token.encode("utf-8", "surrogatepass")).digest()
        session = self._sessions.get(digest)
        if (
            session is None
            or session.epoch != self._clients.epoch
            or now >= session.ends_at
            or session.token.generation != session.token.authority.generation
        ):
            session = self._open(token, digest, session, now)
        return session, digest, by_key

    def _open(self, token: str, digest: bytes, former: _Session | None, now: float) -> _Session:
        if former is not None:
            self._forget(digest, former)
        if (
            former is not None
            and now < former.token.ends_at
            and (former.token.generation == former.token.authority.generation)
        ):
            verified = former.token
        else:
            verified = self._tokens.verify(token, now)
        epoch = self._clients.epoch
        client = self._tokens.client_of(verified)
        if client is None or not client.may_act(now):
            raise _disabled()
        if verified.issued_at < client.tokens_not_before:
            raise invalid_token("the token was issued before the client's credentials were changed")
        bucket = self._rates.bucket(client.id, client.rate_per_second, client.burst, now)
        session = _Session(verified, client, bucket, epoch)
        self._keep(digest, session)
        return session

    def _keep(self, digest: bytes, session: _Session) -> None:
        own = self._digests.setdefault(session.client.id, {})
        if len(own) >= MAX_SESSIONS_PER_CLIENT:
            oldest = next(iter(own))
            self._forget(oldest, self._sessions[oldest])
        elif len(self._sessions) >= MAX_SESSIONS:
            oldest = next(iter(self._sessions))
            self._forget(oldest, self._sessions[oldest])
        self._sessions[digest] = session
        self._digests.setdefault(session.client.id, {})[digest] = None

    def _forget(self, digest: bytes, session: _Session) -> None:
        del self._sessions[digest]
        own = self._digests[session.client.id]
        del own[digest]
        if not own:
            del self._digests[session.client.id]

    def _check_key(self, session: _Session, credentials: Credentials, digest: bytes, by_key: bool, now: float) -> None:
        """RFC 9449 §7.1 and RFC 8705 §3: who holds the token must also hold the key that it names."""
        confirmation, client = session.token.confirmation, session.client
        if by_key != (confirmation.key is not None):
            raise _not_bound("a token bound to a key is sent as `DPoP <token>` with a proof, any other as `Bearer <token>`")
        if confirmation.key is not None:
            if client.keys and confirmation.key not in client.keys:
                raise _not_bound("the token's key is not registered for the client")
            if credentials.dpop is None:
                raise _not_bound("the DPoP proof is missing")
            try:
                thumbprint = self._proofs.check(
                    credentials.dpop, credentials.method, credentials.url, now, token_digest=digest
                )
            except ProofError as fault:
                raise _not_bound(str(fault)) from None
            if thumbprint != confirmation.key:
                raise _not_bound("the proof was made with another key than the token's")
        if confirmation.certificate is not None:
            if client.certificates and confirmation.certificate not in client.certificates:
                raise _not_bound("the token's certificate is not registered for the client")
            if credentials.certificate != confirmation.certificate:
                raise _not_bound("the connection shows another certificate than the token's, or none")


def _check_network(session: _Session, peer: str) -> None:
    """What is registered counts: networks, where there are any; without them the token must name a registered key."""
    client, confirmation = session.client, session.token.confirmation
    if client.networks:
        if not in_networks(peer, client.networks):
            raise _not_bound("the request does not come from a network registered for the client")
    elif confirmation.key not in client.keys and confirmation.certificate not in client.certificates:
        raise _not_bound("the client has no registered network, and the token is not bound to a registered key")
    if len(session.peers) >= _MAX_PEERS:
        session.peers.clear()
    session.peers.add(peer)


def _read_authorization(authorization: str) -> tuple[str, bool]:
    scheme, _, token = authorization.partition(" ")
    match scheme.lower():
        case "bearer":
            return token.strip(), False
        case "dpop":
            return token.strip(), True
        case _:
            raise _unauthenticated("the credentials are of another scheme than Bearer or DPoP")


def _unauthenticated(message: str) -> IdentityError:
    return IdentityError(
        UNAUTHENTICATED,
        message,
        HOW_TO_GET,
        headers=(
            ("WWW-Authenticate", 'Bearer realm="oncegate"'),
            ("WWW-Authenticate", 'DPoP realm="oncegate", algs="EdDSA ES256 RS256"'),
        ),
    )


def _disabled() -> IdentityError:
    message = "the client is disabled, has expired or is not registered"
    return IdentityError(
        CLIENT_DISABLED,
        message,
        headers=(("WWW-Authenticate", f'Bearer realm="oncegate", error="invalid_token", error_description="{message}"'),),
    )


def _not_bound(message: str) -> IdentityError:
    hint = "use the token from the client's registered network, or with its registered key; ask the operator to register one"
    return IdentityError(
        TOKEN_NOT_BOUND,
        message,
        hint,
        headers=(
            ("WWW-Authenticate", 'DPoP realm="oncegate", error="invalid_dpop_proof", algs="EdDSA ES256 RS256"'),
            ("WWW-Authenticate", 'Bearer realm="oncegate", error="invalid_token"'),
        ),
    )


def _rate_limited(client: StoredClient, wait_s: float) -> IdentityError:
    return IdentityError(
        RATE_LIMITED,
        f"more than {client.rate_per_second} requests per second",
        f"wait {wait_s:.2f} s, or ask many keys in one request (batch roots)",
        headers=(("Retry-After", str(max(1, round(wait_s + 0.499)))),),
        extensions={"retryAfterMs": int(wait_s * 1000) + 1},
    )
