"""Signatures of JSON Web Tokens (RFC 7515, 7519): EdDSA, ES256 and RS256 with public keys, nothing else.

The key decides which algorithms may stand in a header, never the header: `none` and HMAC with a public key have no way in.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc import jws
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry
from joserfc.util import urlsafe_b64decode

MAX_TOKEN_CHARACTERS = 8192
MIN_RSA_BITS, MAX_RSA_BITS = 2048, 8192
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_PRIVATE_MEMBERS = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
_Claims: TypeAlias = dict[str, object]


class SignatureError(Exception):
    """A text that is no token, or whose signature does not hold. Says nothing of why: that would help a forger."""


class _Algorithms(JWSRegistry):
    """`EdDSA` is taken as RFC 9864's `Ed25519`: the old name stands in most clients' libraries."""

    max_header_length = 4096

    def get_alg(self, name: str) -> jws.JWSAlgModel:  # type: ignore[name-defined]
        known = {"EdDSA": "Ed25519", "Ed25519": "Ed25519", "ES256": "ES256", "RS256": "RS256"}.get(name)
        if known is None:
            raise UnsupportedAlgorithmError()
        return self.algorithms[known]


_REGISTRY = _Algorithms(strict_check_header=False)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that verifies. `thumbprint` is RFC 7638's with SHA-256, of the key itself rather than of its spelling."""

    key: OKPKey | ECKey | RSAKey
    algorithms: frozenset[str]
    thumbprint: str


def own_key(raw: Ed25519PublicKey) -> PublicKey:
    """The verifying key of an Ed25519 public key."""
    key = OKPKey.import_key(raw)
    return PublicKey(key, frozenset({"EdDSA", "Ed25519"}), key.thumbprint())


def public_key(jwk: object) -> PublicKey:
    """The key of a public JWK (RFC 7517).

    Raises ValueError for a private or secret key, another kind, one that is too weak or not for signatures.
    """
    if not isinstance(jwk, Mapping) or _PRIVATE_MEMBERS & set(jwk):
        raise ValueError("not a public key")
    if jwk.get("use", "sig") != "sig" or ("key_ops" in jwk and jwk["key_ops"] != ["verify"]):
        raise ValueError("not a key for signatures")
    try:
        key, algorithms = _import(jwk)
    except (JoseError, TypeError, KeyError, AttributeError, OverflowError) as fault:
        raise ValueError("not a key") from fault
    declared = jwk.get("alg")
    if declared is not None:
        if declared not in algorithms:
            raise ValueError("a key for another algorithm")
        algorithms = {"EdDSA", "Ed25519"} if declared in ("EdDSA", "Ed25519") else {str(declared)}
    return PublicKey(key, frozenset(algorithms), key.thumbprint())


def _import(jwk: Mapping[str, object]) -> tuple[OKPKey | ECKey | RSAKey, set[str]]:
    """Each key is read twice, the second time from its numbers, so that its thumbprint is canonical."""
    match jwk.get("kty"), jwk.get("crv"):
        case "OKP", "Ed25519":
            okp = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": str(jwk["x"])})
            return OKPKey.import_key(okp.public_key), {"EdDSA", "Ed25519"}
        case "EC", "P-256":
            ec = ECKey.import_key({"kty": "EC", "crv": "P-256", "x": str(jwk["x"]), "y": str(jwk["y"])})
            return ECKey.import_key(ec.public_key), {"ES256"}
        case "RSA", _:
            modulus, exponent = (int.from_bytes(urlsafe_b64decode(str(jwk[name]).encode())) for name in ("n", "e"))
            if not MIN_RSA_BITS <= modulus.bit_length() <= MAX_RSA_BITS or not 3 <= exponent < 1 << 32:
                raise ValueError("an RSA key of unaccepted size")
            rsa = RSAKey.import_key({"kty": "RSA", "n": str(jwk["n"]), "e": str(jwk["e"])})
            return RSAKey.import_key(rsa.public_key), {"RS256"}
        case _:
            raise ValueError("an unaccepted kind of key")


def sign(header: Mapping[str, object], claims: Mapping[str, object], key: Ed25519PrivateKey) -> str:
    """A compact JWS of the claims with `alg` EdDSA."""
    payload = json.dumps(claims, separators=(",", ":"), ensure_ascii=False).encode()
    return jws.serialize_compact({"alg": "EdDSA", **header}, payload, OKPKey.import_key(key), registry=_REGISTRY)


def read_header(token: str) -> _Claims:
    """The header, not yet verified. Raises SignatureError where it is no compact JWS, or has extensions (`crit`)."""
    if len(token) > MAX_TOKEN_CHARACTERS or _COMPACT.fullmatch(token) is None:
        raise SignatureError
    header = _read_object(token[: token.index(".")])
    if "crit" in header or "b64" in header or not isinstance(header.get("alg"), str):
        raise SignatureError
    return header


def peek_claims(token: str) -> _Claims:
    """The claims, not yet verified: only for choosing whose key must have signed them."""
    return _read_object(token.split(".")[1])


def verify(token: str, header: Mapping[str, object], key: PublicKey) -> _Claims:
    """The claims that this key has signed. Raises SignatureError."""
    if header.get("alg") not in key.algorithms:
        raise SignatureError
    try:
        jws.deserialize_compact(token, key.key, registry=_REGISTRY)
    except (JoseError, ValueError, TypeError) as fault:
        raise SignatureError from fault
    return peek_claims(token)


def _read_object(segment: str) -> _Claims:
    try:
        value = json.loads(urlsafe_b64decode(segment.encode()))
    except (ValueError, RecursionError) as fault:
        raise SignatureError from fault
    if not isinstance(value, dict):
        raise SignatureError
    return value
