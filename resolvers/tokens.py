"""Access tokens: ours (EdDSA JWTs, `typ` at+jwt as in RFC 9068) and those of configured external issuers.

A refusal says what is wrong only after the signature has held; a forger learns nothing but that it has not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Protocol

from errors import INVALID_TOKEN
from resolvers import jose
from resolvers.identify_ports import ClientStore, IdentityError, KeyRing, StoredClient
from resolvers.issuers import IssuerKeys, Issuers

_TYPE = "at+jwt"
_EXTERNAL_TYPES = {None, "jwt", "at+jwt", "application/at+jwt"}
HOW_TO_GET = "ask `POST /oauth/token` (client_credentials) for a token and send it as `Authorization: Bearer <token>`"


@dataclass(frozen=True, slots=True)
class TokenSettings:
    """`issuer` and `audience` of our own tokens, their life, and the difference of clocks that is forgiven (seconds)."""

    issuer: str
    audience: str
    lifetime_s: int = 600
    leeway_s: int = 5


class Authority(Protocol):
    """Who vouches for a signature; what it vouched for is checked again when `generation` has moved."""

    @property
    def generation(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The key a token is bound to (`cnf`, RFC 7800): `key` is `jkt` (RFC 9449), `certificate` `x5t#S256` (RFC 8705)."""

    key: str | None = None
    certificate: str | None = None


@dataclass(frozen=True, slots=True)
class VerifiedToken:
    """What a signature has vouched for. `issuer` is None for our own; `ends_at` includes the leeway (Unix seconds)."""

    issuer: str | None
    subject: str
    issued_at: float
    ends_at: float
    confirmation: Confirmation
    authority: Authority
    generation: int


class Tokens:
    """Issues and verifies. Verification costs a signature: `resolvers.identify` keeps what came of it."""

    def __init__(self, settings: TokenSettings, clients: ClientStore, keys: KeyRing, issuers: Issuers) -> None:
        self.settings = settings
        self._clients = clients
        self._keys = keys
        self._issuers = issuers

    def issue(self, client: StoredClient, now: float, confirmation: Confirmation | None = None) -> tuple[str, int]:
        """A token for the client, and its life in seconds (shorter where the client's own term ends before)."""
        kid, key = self._keys.signing_key()
        life_s = self.settings.lifetime_s
        if client.valid_until is not None:
            life_s = max(1, min(life_s, int(client.valid_until - now)))
        issued_at = round(now, 3)  # not whole seconds: a rotation within the same second must tell older tokens from newer
        claims: dict[str, object] = {
            "iss": self.settings.issuer,
            "sub": client.id,
            "aud": self.settings.audience,
            "iat": issued_at,
            "exp": int(now) + life_s,
            "jti": token_urlsafe(16),
        }
        if confirmation is not None:
            bound = {"jkt": confirmation.key, "x5t#S256": confirmation.certificate}
            if any(bound.values()):
                claims["cnf"] = {name: value for name, value in bound.items() if value}
        return jose.sign({"typ": _TYPE, "kid": kid}, claims, key), life_s

    def verify(self, token: str, now: float) -> VerifiedToken:
        """What the token says. Raises INVALID_TOKEN, and KeysNeededError where an external issuer may know the key."""
        try:
            header = jose.read_header(token)
            issuer = jose.peek_claims(token).get("iss")
            if issuer == self.settings.issuer:
                return self._verify_own(token, header, now)
            external = self._issuers.get(issuer)
            if external is None:
                raise jose.SignatureError
            return self._verify_external(token, header, external, now)
        except jose.SignatureError:
            raise invalid_token("the token is not valid") from None

    def client_of(self, token: VerifiedToken) -> StoredClient | None:
        """The registered client that the token names, as the store knows it now."""
        if token.issuer is None:
            return self._clients.client(token.subject)
        return self._clients.external_client(token.issuer, token.subject)

    def _verify_own(self, token: str, header: Mapping[str, object], now: float) -> VerifiedToken:
        kid = header.get("kid")
        raw = self._keys.verifying_key(kid) if isinstance(kid, str) else None
        if raw is None or header.get("typ") != _TYPE:
            raise jose.SignatureError
        claims = jose.verify(token, header, jose.own_key(raw))
        issued_at, ends_at = self._check_times(claims, now)
        self._check_audience(claims, self.settings.audience)
        return VerifiedToken(
            None, _text(claims, "sub"), issued_at, ends_at, _confirmation(claims), self._keys, self._keys.generation
        )

    def _verify_external(self, token: str, header: Mapping[str, object], keys: IssuerKeys, now: float) -> VerifiedToken:
        kid, kind = header.get("kid"), header.get("typ")
        if not isinstance(kid, str) or (kind.lower() if isinstance(kind, str) else kind) not in _EXTERNAL_TYPES:
            raise jose.SignatureError
        key = keys.key(kid, now)
        if key is None:
            raise jose.SignatureError
        claims = jose.verify(token, header, key)
        issued_at, ends_at = self._check_times(claims, now)
        self._check_audience(claims, keys.issuer.audience)
        if ends_at - self.settings.leeway_s - issued_at > keys.issuer.token_max_s:
            raise invalid_token(f"the token lives longer than {keys.issuer.token_max_s} seconds")
        return VerifiedToken(
            keys.issuer.issuer,
            _text(claims, keys.issuer.subject_claim),
            issued_at,
            ends_at,
            _confirmation(claims),
            keys,
            keys.generation,
        )

    def _check_times(self, claims: Mapping[str, object], now: float) -> tuple[float, float]:
        leeway_s = self.settings.leeway_s
        issued_at, ends_at = _time(claims, "iat"), _time(claims, "exp") + leeway_s
        if now >= ends_at:
            raise invalid_token("the token has expired")
        if issued_at > now + leeway_s or ("nbf" in claims and _time(claims, "nbf") > now + leeway_s):
            raise invalid_token("the token is not valid yet")
        return issued_at, ends_at

    @staticmethod
    def _check_audience(claims: Mapping[str, object], audience: str) -> None:
        stated = claims.get("aud")
        if stated != audience and not (isinstance(stated, list) and audience in stated):
            raise invalid_token("the token is meant for another audience")


def invalid_token(message: str, hint: str = HOW_TO_GET) -> IdentityError:
    """INVALID_TOKEN with the challenge of RFC 6750 §3."""
    return IdentityError(
        INVALID_TOKEN,
        message,
        hint,
        headers=(("WWW-Authenticate", f'Bearer realm="oncegate", error="invalid_token", error_description="{message}"'),),
    )


def _confirmation(claims: Mapping[str, object]) -> Confirmation:
    """A confirmation that cannot be checked here binds the token to what nobody can prove: refused."""
    stated = claims.get("cnf")
    if stated is None:
        return Confirmation()
    if not isinstance(stated, dict) or not stated or not set(stated) <= {"jkt", "x5t#S256"}:
        raise invalid_token("the token's `cnf` is of an unaccepted kind")
    if not all(isinstance(value, str) and value for value in stated.values()):
        raise invalid_token("the token's `cnf` is of an unaccepted kind")
    return Confirmation(stated.get("jkt"), stated.get("x5t#S256"))


def _text(claims: Mapping[str, object], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise invalid_token(f"the token has no `{name}`")
    return value


def _time(claims: Mapping[str, object], name: str) -> float:
    value = claims.get(name)
    # 2**53: an integer beyond it, or an infinity, is no time and does not fit a float
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 2**53:
        raise invalid_token(f"the token has no `{name}`")
    return float(value)
