"""Client secrets: made here, stored only as scrypt hashes (RFC 7914), compared in constant time.

One derivation takes about 50 ms and 16 MiB: call from a thread on a server.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

_LOG2_N, _R, _P = 14, 8, 1
_MAX_LOG2_N, _MAX_R, _MAX_P = 17, 16, 4
_MEMORY_BYTES = 300 * 1024 * 1024
MAX_SECRET_BYTES = 256


def new_secret() -> str:
    """A fresh secret: 256 random bits, URL-safe. Shown once; only its hash is kept."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """`scrypt$<log2 n>$<r>$<p>$<salt>$<hash>`, salted afresh. Raises ValueError where the secret is empty or too long."""
    raw = secret.encode()
    if not 0 < len(raw) <= MAX_SECRET_BYTES:
        raise ValueError(f"a secret has 1 to {MAX_SECRET_BYTES} bytes")
    salt = secrets.token_bytes(16)
    derived = _derive(raw, salt, (_LOG2_N, _R, _P))
    return f"scrypt${_LOG2_N}${_R}${_P}${_encode(salt)}${_encode(derived)}"


def verify_secret(secret: str, stored: str) -> bool:
    """Whether the secret has this hash. Raises ValueError where the hash is not one of `hash_secret`'s."""
    cost, salt, expected = _parse(stored)
    raw = secret.encode("utf-8", "surrogatepass")
    derived = _derive(raw[:MAX_SECRET_BYTES], salt, cost, len(expected))
    return hmac.compare_digest(derived, expected) and len(raw) <= MAX_SECRET_BYTES


def verify_any(secret: str, stored: Sequence[str]) -> bool:
    """Whether the secret has one of the hashes. With none to compare it works as long as for one, and says no."""
    if not stored:
        verify_secret(secret, _DUMMY)
        return False
    return any(verify_secret(secret, each) for each in stored)


def _derive(raw: bytes, salt: bytes, cost: tuple[int, int, int], length: int = 32) -> bytes:
    log2_n, r, p = cost
    return hashlib.scrypt(raw, salt=salt, n=1 << log2_n, r=r, p=p, maxmem=_MEMORY_BYTES, dklen=length)


def _parse(stored: str) -> tuple[tuple[int, int, int], bytes, bytes]:
    parts = stored.split("$")
    if len(parts) != 6 or parts[0] != "scrypt":
        raise ValueError("not a secret's hash")
    log2_n, r, p = (int(part) for part in parts[1:4])
    if not (10 <= log2_n <= _MAX_LOG2_N and 1 <= r <= _MAX_R and 1 <= p <= _MAX_P):
        raise ValueError("a secret's hash of unaccepted cost")
    salt, derived = base64.b64decode(parts[4], validate=True), base64.b64decode(parts[5], validate=True)
    if len(salt) < 16 or len(derived) < 32:
        raise ValueError("a secret's hash that is too short")
    return (log2_n, r, p), salt, derived


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


# Of a random secret that nobody knows: what an unknown client's guess is compared with.
_DUMMY = f"scrypt${_LOG2_N}${_R}${_P}${_encode(secrets.token_bytes(16))}${_encode(secrets.token_bytes(32))}"
