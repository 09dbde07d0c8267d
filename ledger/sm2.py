"""SM2 signatures with SM3 (GB/T 32918.2, 32905), where the optional package `gmssl-pyx` is installed.

Signatures are r and s, 32 bytes each; keys are the scalar's 32 bytes and the point's 64 (x, then y). The signer's
identifier is the standard's default, `1234567812345678`.
"""

import importlib
from typing import Any

from errors import START_REFUSED, GatewayError

ALGORITHM = "SM2"
PRIVATE_BYTES, PUBLIC_BYTES, HALF = 32, 64, 32
_INTEGER, _SEQUENCE = 0x02, 0x30


def library() -> Any:
    """The package. Raises START_REFUSED where it is not installed."""
    try:
        return importlib.import_module("gmssl_pyx")
    except ImportError:
        raise GatewayError(
            START_REFUSED,
            "SM2 needs the package `gmssl-pyx`, which is not installed",
            "install it beside the gateway's own packages, or sign and verify with Ed25519",
        ) from None


def new_key() -> tuple[bytes, bytes]:
    """A private key and its public one. Raises START_REFUSED."""
    public, private = library().sm2_key_generate()
    return private, public


def sign(private: bytes, public: bytes, message: bytes) -> bytes:
    """The signature. Raises START_REFUSED."""
    signature: bytes = library().sm2_sign(private, public, message)
    r, rest = _integer(signature[2:])
    return r + _integer(rest)[0]


def verify(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether this key made it. Raises START_REFUSED."""
    gmssl = library()
    if len(signature) != 2 * HALF or len(public) != PUBLIC_BYTES:
        return False
    try:
        return bool(gmssl.sm2_verify(public, message, _der(signature)))
    except gmssl.GmsslInnerError:
        return False


def _integer(text: bytes) -> tuple[bytes, bytes]:
    """The number that DER holds there, and what follows it."""
    size = text[1]
    return int.from_bytes(text[2 : 2 + size]).to_bytes(HALF), text[2 + size :]


def _der(signature: bytes) -> bytes:
    """As ASN.1 spells it: a sequence of two integers, neither of which may look negative (X.690 §8.3)."""
    halves = b""
    for half in (signature[:HALF], signature[HALF:]):
        number = int.from_bytes(half)
        spelled = number.to_bytes(number.bit_length() // 8 + 1)
        halves += bytes((_INTEGER, len(spelled))) + spelled
    return bytes((_SEQUENCE, len(halves))) + halves
