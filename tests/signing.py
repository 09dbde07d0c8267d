"""A key that signs the grants of a test."""

from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from storage.keys import KeyKind, SigningKeys
from storage.seals import Seals

GRANT_KEYS = SigningKeys(KeyKind.GRANT, 1, {1: Ed25519PrivateKey.generate()})


def seals_of_tests() -> Seals:
    """Knows the key of the tests; what is unsound fails them."""

    def unsound(ids: Sequence[str]) -> None:
        assert not ids, ids

    return Seals(GRANT_KEYS, unsound)
