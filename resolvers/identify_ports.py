"""What identification needs of storage: registered clients, our signing keys, external issuers' keys, and the one error.

Everything that the hot path asks is answered from memory: a store holds a snapshot of the clients and says by `epoch` when
it has changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import Protocol, TypeAlias

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from catalogue.model import ProviderCode
from errors import Code, GatewayError
from sharing.consumer import Consumer

Network: TypeAlias = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class StoredSecret:
    """A secret's hash (`resolvers.secrets.hash_secret`) and when it ends (Unix seconds; None: no end).

    A rotation leaves the former secret valid for a while, so that a department can change over without an interruption.
    """

    hash: str
    valid_until: float | None = None


@dataclass(frozen=True, slots=True)
class StoredClient:
    """A registered client. Times are Unix seconds.

    `networks`: where it may call from. `keys`: RFC 7638 SHA-256 thumbprints of its keys (DPoP). `certificates`: RFC 8705
    `x5t#S256` thumbprints. One of the three must be registered, else nothing it holds is bound to it and it is refused.
    `tokens_not_before`: tokens issued earlier are refused (set by a rotation after a leak). `external`: (issuer, subject)
    pairs that mean this client in the tokens of configured external issuers.
    """

    id: str
    department: ProviderCode
    division: str
    roles: frozenset[str]
    secrets: tuple[StoredSecret, ...] = ()
    networks: tuple[Network, ...] = ()
    keys: frozenset[str] = frozenset()
    certificates: frozenset[str] = frozenset()
    external: frozenset[tuple[str, str]] = frozenset()
    introspection: bool = False
    rate_per_second: int = 50
    burst: int = 100
    disabled: bool = False
    valid_until: float | None = None
    tokens_not_before: float = 0.0

    def may_act(self, now: float) -> bool:
        """Whether the client is neither disabled nor past its term."""
        return not self.disabled and (self.valid_until is None or now < self.valid_until)


class ClientStore(Protocol):
    """The clients, from a snapshot in memory. `epoch` is that of rights: it moves with every change of a client."""

    @property
    def epoch(self) -> int: ...

    def client(self, client_id: str, /) -> StoredClient | None: ...

    def external_client(self, issuer: str, subject: str, /) -> StoredClient | None: ...


class KeyRing(Protocol):
    """Our token keys. `generation` moves when the set of accepted keys changes.

    `signing_key` gives the current key with its `kid`; `verifying_key` a current or previous one, None if unknown.
    """

    @property
    def generation(self) -> int: ...

    def signing_key(self) -> tuple[str, Ed25519PrivateKey]: ...

    def verifying_key(self, kid: str, /) -> Ed25519PublicKey | None: ...


class KeySource(Protocol):
    """Where an external issuer's JWKS comes from: a file or an HTTPS address.

    Raises OSError or ValueError when it cannot be had within the source's deadline and size.
    """

    async def fetch(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class ExternalIssuer:
    """An issuer whose tokens are accepted: its `iss`, the `aud` it must put, its keys, and the claim that names the client.

    A token that it made valid for longer than `token_max_s` is refused.
    """

    issuer: str
    audience: str
    source: KeySource
    subject_claim: str = "sub"
    token_max_s: int = 3600


class IdentityError(GatewayError):
    """A refusal at identification. `headers` go with the HTTP response (`WWW-Authenticate`, `Retry-After`).

    `consumer`: whom an authentic token names that is used from outside what it is bound to.
    """

    def __init__(
        self,
        code: Code,
        message: str,
        hint: str = "",
        *,
        headers: tuple[tuple[str, str], ...] = (),
        extensions: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(code, message, hint, extensions=extensions)
        self.headers = headers
        self.consumer: Consumer | None = None
