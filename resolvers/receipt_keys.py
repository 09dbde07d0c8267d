"""The published keys of receipts: as JWKs (RFC 7517, 8037), and verifying with them."""

import base64
from collections.abc import Callable, Mapping
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger import sm2
from ledger.signed_receipt import base64url
from ledger.verify_receipt import KeyVerifier

PublishedKeys = Callable[[], KeyVerifier]
"""Verifies with the keys as they are published now."""
ED25519 = "EdDSA"
KEY_BYTES = 32


class PublishedKey(NamedTuple):
    """A public key: the algorithm that it is for, and its bytes (Ed25519: 32, SM2: 64)."""

    algorithm: str
    raw: bytes


def jwk(key_id: str, key: PublishedKey) -> dict[str, str]:
    """The key as it is published. For SM2 curve and algorithm bear the standard's name, which no RFC registers."""
    shared = {"kid": key_id, "use": "sig", "alg": key.algorithm}
    if key.algorithm == sm2.ALGORITHM:
        x, y = (base64url(half).decode() for half in (key.raw[: sm2.HALF], key.raw[sm2.HALF :]))
        return {"kty": "EC", "crv": sm2.ALGORITHM, "x": x, "y": y, **shared}
    return {"kty": "OKP", "crv": "Ed25519", "x": base64url(key.raw).decode(), **shared}


def published_keys(jwks: object) -> Mapping[str, PublishedKey]:
    """The keys by id of a key set, `{"keys": […]}`; others than receipts are signed with are left out. Raises ValueError."""
    try:
        listed = jwks["keys"]  # type: ignore[index]
        return {str(one["kid"]): _key(one) for one in listed if _is_for_receipts(one)}
    except (KeyError, TypeError) as problem:
        raise ValueError("no key set") from problem


def verify_with(keys: Mapping[str, PublishedKey]) -> KeyVerifier:
    """Verifies with these keys alone, each by its own algorithm."""

    def verifies(key_id: str, algorithm: str, signature: bytes, message: bytes) -> bool | None:
        key = keys.get(key_id)
        if key is None:
            return None
        return key.algorithm == algorithm and _verifies(key, signature, message)

    return verifies


def _verifies(key: PublishedKey, signature: bytes, message: bytes) -> bool:
    if key.algorithm == sm2.ALGORITHM:
        return sm2.verify(key.raw, signature, message)
    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _is_for_receipts(one: Mapping[str, object]) -> bool:
    kind = (one.get("kty"), one.get("crv"))
    return kind in (("OKP", "Ed25519"), ("EC", sm2.ALGORITHM)) and str(one["kid"]).startswith("receipt-")


def _key(one: Mapping[str, object]) -> PublishedKey:
    """Raises ValueError."""
    if one["kty"] == "EC":
        return PublishedKey(sm2.ALGORITHM, _half(one["x"]) + _half(one["y"]))
    return PublishedKey(ED25519, _half(one["x"]))


def _half(given: object) -> bytes:
    """32 bytes: an Ed25519 key, or a coordinate. Raises ValueError."""
    text = str(given)
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(raw) != KEY_BYTES:
        raise ValueError("an Ed25519 key, and each half of an SM2 key, has 32 bytes")
    return raw
