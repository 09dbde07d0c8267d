"""A signed head: who holds one can prove later that the chain up to it was cut or rewritten."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import orjson

DOMAIN = b"oncegate ledger head 1\n"


class Signer(Protocol):
    """Ed25519 (RFC 8032) with a key kept outside the database. `key_id` names the key."""

    @property
    def key_id(self) -> str: ...

    def sign(self, message: bytes, /) -> bytes: ...


class Verifier(Protocol):
    """Whether this key made this signature; False also for an unknown key."""

    def __call__(self, key_id: str, signature: bytes, message: bytes, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class Head:
    """The chain's end at a moment: the last entry's sequence number and hash."""

    sequence: int
    hash: bytes
    time: datetime

    def message(self) -> bytes:
        """The bytes that are signed: domain, sequence, hash, time in microseconds since 1970."""
        micros = round(self.time.timestamp() * 1_000_000)
        return DOMAIN + self.sequence.to_bytes(8) + self.hash + micros.to_bytes(8)


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A published head."""

    head: Head
    key_id: str
    signature: bytes

    def is_genuine(self, verifier: Verifier) -> bool:
        return verifier(self.key_id, self.signature, self.head.message())

    def to_line(self) -> bytes:
        """One line of JSON, with its newline."""
        told: Mapping[str, object] = {
            "sequence": self.head.sequence,
            "hash": self.head.hash.hex(),
            "time": self.head.time.isoformat(timespec="microseconds"),
            "key": self.key_id,
            "signature": base64.b64encode(self.signature).decode(),
        }
        return orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)


def sign(head: Head, signer: Signer) -> SignedHead:
    """The head with its signature."""
    return SignedHead(head, signer.key_id, signer.sign(head.message()))


def from_line(line: bytes) -> SignedHead:
    """The head that `to_line` wrote. Raises ValueError where it is none."""
    try:
        told = orjson.loads(line)
        head = Head(int(told["sequence"]), bytes.fromhex(told["hash"]), datetime.fromisoformat(told["time"]))
        return SignedHead(head, str(told["key"]), base64.b64decode(told["signature"], validate=True))
    except (KeyError, TypeError, ValueError) as problem:
        raise ValueError("this line is no signed head") from problem
