"""How the ledger finds a person or entity again without naming them: a keyed hash, with the number of its key."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import NewType

SubjectRef = NewType("SubjectRef", bytes)

KEY_ID_BYTES = 2
HASH_BYTES = 16
REF_BYTES = KEY_ID_BYTES + HASH_BYTES


def subject_hash(key: bytes, code: str) -> bytes:
    """Keyed BLAKE2b (RFC 7693 §2.9) of the normalised code, 16 bytes: a MAC in one pass, a fifth of an HMAC's time."""
    return blake2b(code.encode(), digest_size=HASH_BYTES, key=key).digest()


@dataclass(frozen=True, slots=True)
class SubjectKeys:
    """The keys by number, 1 to 65535. The current one marks new entries; the earlier ones still find old entries."""

    current: int
    keys: Mapping[int, bytes]

    def __call__(self, code: str) -> SubjectRef:
        """The reference to write for `code`: key number (2 bytes), hash (16 bytes)."""
        return SubjectRef(self.current.to_bytes(KEY_ID_BYTES) + subject_hash(self.keys[self.current], code))

    def all_of(self, code: str) -> tuple[SubjectRef, ...]:
        """Every reference under which `code` may stand in the ledger, for a search through the years."""
        return tuple(
            SubjectRef(number.to_bytes(KEY_ID_BYTES) + subject_hash(key, code)) for number, key in self.keys.items()
        )
