"""Proofs of possession of a key (DPoP, RFC 9449 §4.3): each request carries a JWT signed by the client's own key.

A proof is accepted once in this process; its window (`WINDOW_S`) bounds what a replay to another worker could reach.
"""

import base64
import hashlib
from collections import deque
from functools import lru_cache
from urllib.parse import urlsplit

from resolvers import jose

WINDOW_S = 60
LEEWAY_S = 5
MAX_PROOF_CHARACTERS = 4096
MAX_REMEMBERED = 200_000


class ProofError(Exception):
    """A proof that does not hold. The text says why: only the holder of the key profits from knowing."""


class Proofs:
    """Checks proofs and remembers those seen, at most `remembered` within the window; beyond that it refuses."""

    def __init__(self, remembered: int = MAX_REMEMBERED) -> None:
        self._remembered = remembered
        self._seen: set[bytes] = set()
        self._order: deque[tuple[float, bytes]] = deque()

    def check(self, proof: str, method: str, url: str, now: float, *, token_digest: bytes | None) -> str:
        """The thumbprint of the proving key. `token_digest` is SHA-256 of the access token, None at the token endpoint.

        Raises ProofError.
        """
        if len(proof) > MAX_PROOF_CHARACTERS:
            raise ProofError("the proof is too long")
        try:
            header = jose.read_header(proof)
            if header.get("typ") != "dpop+jwt":
                raise ProofError("the proof's typ is not `dpop+jwt`")
            key = jose.public_key(header.get("jwk"))
            claims = jose.verify(proof, header, key)
        except (jose.SignatureError, ValueError):
            raise ProofError("the proof is not a JWT signed by the key in its header") from None
        self._check_claims(claims, method, url, now)
        if token_digest is not None and claims.get("ath") != encode(token_digest):
            raise ProofError("the proof's ath is not the token's hash")
        self._remember(key.thumbprint, str(claims["jti"]), now)
        return key.thumbprint

    def _check_claims(self, claims: dict[str, object], method: str, url: str, now: float) -> None:
        if claims.get("htm") != method:
            raise ProofError("the proof's htm is not the request's method")
        stated = claims.get("htu")
        if not isinstance(stated, str) or _normal(stated) is None or _normal(stated) != _normal(url):
            raise ProofError("the proof's htu is not the request's address")
        issued = claims.get("iat")
        if isinstance(issued, bool) or not isinstance(issued, (int, float)):
            raise ProofError("the proof has no iat")
        if not now - WINDOW_S <= issued <= now + LEEWAY_S:
            raise ProofError(f"the proof's iat is not within the last {WINDOW_S} seconds; check the clock")
        jti = claims.get("jti")
        if not isinstance(jti, str) or not 8 <= len(jti) <= 256:
            raise ProofError("the proof's jti must have 8 to 256 characters")

    def _remember(self, thumbprint: str, jti: str, now: float) -> None:
        while self._order and self._order[0][0] <= now:
            self._seen.discard(self._order.popleft()[1])
        mark = hashlib.sha256(f"{thumbprint}.{jti}".encode("utf-8", "surrogatepass")).digest()
        if mark in self._seen:
            raise ProofError("the proof was used before; make one for each request")
        if len(self._seen) >= self._remembered:
            raise ProofError("too many proofs in the last minute")
        self._seen.add(mark)
        # Kept from now, not from iat: the longest that any proof seen now could still be inside its window.
        self._order.append((now + WINDOW_S + LEEWAY_S, mark))


def encode(digest: bytes) -> str:
    """base64url without padding, as in `ath`, `jkt` and `x5t#S256`."""
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@lru_cache(maxsize=1024)
def _normal(url: str) -> tuple[str, str, int | None, str] | None:
    """Scheme, host, port and path: an address without query and fragment, as RFC 9449 §4.3 compares it."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        return None
    return parts.scheme, parts.hostname or "", port, parts.path or "/"
