"""Registered clients and keys in memory, and ways to sign tokens and proofs as clients, issuers and forgers do."""

import base64
import json
from dataclasses import dataclass, field
from hashlib import sha256
from ipaddress import ip_network
from secrets import token_urlsafe
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from catalogue.model import ProviderCode
from resolvers.identify import Credentials, Identity
from resolvers.identify_ports import ExternalIssuer, StoredClient
from resolvers.issuers import Issuers
from resolvers.proofs import Proofs
from resolvers.tokens import Tokens, TokenSettings

NOW = 1_800_000_000.0
URL = "https://gateway.example/graphql"
SETTINGS = TokenSettings(issuer="https://gateway.example", audience="oncegate")
HALL = StoredClient(
    id="hall",
    department=ProviderCode("11320000014000000A"),
    division="320000",
    roles=frozenset({"consumer"}),
    networks=(ip_network("10.1.0.0/16"), ip_network("2001:db8::/48")),
    rate_per_second=50,
    burst=100,
)


@dataclass
class Clients:
    """A snapshot that tests change; every change moves the epoch."""

    by_id: dict[str, StoredClient] = field(default_factory=dict)
    epoch: int = 1

    def client(self, client_id: str, /) -> StoredClient | None:
        return self.by_id.get(client_id)

    def external_client(self, issuer: str, subject: str, /) -> StoredClient | None:
        return next((client for client in self.by_id.values() if (issuer, subject) in client.external), None)

    def put(self, client: StoredClient) -> None:
        self.by_id[client.id] = client
        self.epoch += 1

    def drop(self, client_id: str) -> None:
        del self.by_id[client_id]
        self.epoch += 1


class Ring:
    """A current key and earlier ones."""

    def __init__(self) -> None:
        self.generation = 1
        self.keys = {"k1": Ed25519PrivateKey.generate()}
        self.current = "k1"

    def signing_key(self) -> tuple[str, Ed25519PrivateKey]:
        return self.current, self.keys[self.current]

    def verifying_key(self, kid: str, /) -> Ed25519PublicKey | None:
        key = self.keys.get(kid)
        return None if key is None else key.public_key()

    def rotate(self, kid: str) -> None:
        self.keys[kid] = Ed25519PrivateKey.generate()
        self.current = kid
        self.generation += 1

    def drop(self, kid: str) -> None:
        del self.keys[kid]
        self.generation += 1


class House:
    """The parts wired as the server wires them."""

    def __init__(self, *clients: StoredClient, issuers: tuple[ExternalIssuer, ...] = ()) -> None:
        self.clients = Clients({client.id: client for client in clients or (HALL,)})
        self.ring = Ring()
        self.issuers = Issuers(issuers)
        self.tokens = Tokens(SETTINGS, self.clients, self.ring, self.issuers)
        self.proofs = Proofs()
        self.identity = Identity(self.clients, self.tokens, self.proofs)

    def token(self, client: StoredClient = HALL, now: float = NOW) -> str:
        return self.tokens.issue(client, now)[0]


def bearer(token: str, peer: str = "10.1.2.3", certificate: str | None = None) -> Credentials:
    return Credentials(f"Bearer {token}", None, peer, "POST", URL, certificate)


def with_proof(token: str, proof: str | None, peer: str = "10.1.2.3") -> Credentials:
    return Credentials(f"DPoP {token}", proof, peer, "POST", URL)


def own_claims(**changes: Any) -> dict[str, Any]:
    claims = {"iss": SETTINGS.issuer, "sub": "hall", "aud": SETTINGS.audience, "iat": NOW, "exp": NOW + 600, "jti": "j"}
    return {name: value for name, value in {**claims, **changes}.items() if value is not None}


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(header: dict[str, Any], claims: Any, key: Any) -> str:
    """A compact JWS made with joserfc's own registry: what any client's library makes."""
    payload = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    if isinstance(key, Ed25519PrivateKey):
        raw = f"{b64(json.dumps(header).encode())}.{b64(payload)}"
        return f"{raw}.{b64(key.sign(raw.encode()))}"
    return jws.serialize_compact(header, payload, key, algorithms=[header["alg"]])


def jwk(key: Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, **members: Any) -> dict[str, Any]:
    match key:
        case Ed25519PrivateKey():
            public: Any = OKPKey.import_key(key.public_key())
        case ec.EllipticCurvePrivateKey():
            public = ECKey.import_key(key.public_key())
        case _:
            public = RSAKey.import_key(key.public_key())
    return {**public.as_dict(), **members}


def thumbprint(key: Ed25519PrivateKey) -> str:
    """RFC 7638 §3 by hand: the required members in order, without blanks."""
    x = jwk(key)["x"]
    return b64(sha256(f'{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}'.encode()).digest())


def proof(key: Ed25519PrivateKey, token: str | None, header: dict[str, Any] | None = None, **changes: Any) -> str:
    claims: dict[str, Any] = {"jti": token_urlsafe(12), "htm": "POST", "htu": URL, "iat": NOW}
    if token is not None:
        claims["ath"] = b64(sha256(token.encode()).digest())
    claims = {name: value for name, value in {**claims, **changes}.items() if value is not None}
    return signed({"typ": "dpop+jwt", "alg": "EdDSA", "jwk": jwk(key), **(header or {})}, claims, key)
