"""A key that signs the grants of a test."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from storage.keys import KeyKind, SigningKeys

GRANT_KEYS = SigningKeys(KeyKind.GRANT, 1, {1: Ed25519PrivateKey.generate()})
