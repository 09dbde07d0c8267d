"""A signed receipt: what was answered to whom, when and for what, under the signature of the entries recorded with it.

Its `claims` are a JSON object in canonical form (RFC 8785): the ledger entry's id, its time, consumer, client, purpose, the
document's and the data's hashes. `claimDigests` lists them by name, each with the BLAKE2s-256 (RFC 7693) of its value as
canonical JSON, so that a changed one is known by its name. The list, as canonical JSON, is a leaf of a Merkle tree over all
receipts of one commit of the ledger; the root is signed once, as a JWS (RFC 7515) with Ed25519 (RFC 8037), and the receipt
carries its path to the root. A receipt leaves only with an entry that is durable.

Of receipts made before there was such a list, the claims themselves are the leaf. It begins with a brace where the list's
begins with a bracket: neither is ever taken for the other.
"""

import base64
from collections.abc import Hashable, Sequence
from functools import lru_cache
from hashlib import blake2s
from typing import NamedTuple, Protocol

import orjson

from ledger.delivered import Delivered, canonical, leaves
from ledger.entry import Entry, purpose_words
from ledger.merkle import leaf_hash, path, tree

TYPE = "sharing-receipt+jws"
SORTED = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z
OF_ITS_OWN = frozenset({"data", "id", "time"})
"""Claims that no other receipt has."""


class RootSigner(Protocol):
    """Signs roots with a key kept outside the database. `algorithm` as JWS names it: `EdDSA`, or `SM2`."""

    @property
    def key_id(self) -> str: ...

    @property
    def algorithm(self) -> str: ...

    def sign(self, message: bytes, /) -> bytes: ...


class Claims(NamedTuple):
    """What a receipt says, and the digest of each claim by name: both as canonical JSON."""

    told: bytes
    digests: bytes


def claims(entry: Entry) -> Claims:
    """What the receipt of an answer says; the entry holds the hash of its data."""
    plain: dict[str, Hashable] = {
        "catalogue": entry.catalogue_version,
        "client": entry.client,
        "consumer": entry.consumer,
        "data": entry.data,
        "document": entry.document,
        "id": entry.id,
        "time": entry.time,
    }
    purpose = {} if entry.purpose is None else purpose_words(entry.purpose)
    told = {**plain, "purpose": purpose} if purpose else plain
    named = plain | {f"purpose.{name}": word for name, word in purpose.items()}
    listed = [(name, (claim_digest if name in OF_ITS_OWN else _kept_digest)(named[name])) for name in sorted(named)]
    return Claims(orjson.dumps(told, option=SORTED), orjson.dumps(listed))


def claim_digest(value: object) -> str:
    """The digest of one claim, in hex: whole, and without a salt, for the claim itself stands beside it."""
    return blake2s(canonical(value)).hexdigest()


@lru_cache(maxsize=4096)
def _kept_digest(value: Hashable) -> str:
    """Most claims are those of the receipt before: the same department, document, matter."""
    return claim_digest(value)


class Sealed(NamedTuple):
    """A receipt as a JSON object without what only who was answered gets: `whole`, and as it is `kept`."""

    whole: bytes
    kept: bytes


_DERIVED = b'"claimDigests":null'
"""In a receipt that is kept: its list stands in the claims, and would make the row too long for its page."""


def whole_of(kept: bytes) -> bytes:
    """The receipt that is kept so. One made before there was such a list has none."""
    if _DERIVED not in kept:
        return kept
    told = leaves(orjson.loads(kept)["claims"])
    listed = orjson.dumps(sorted((name, claim_digest(value)) for name, value in told))
    return kept.replace(_DERIVED, b'"claimDigests":' + listed, 1)


class ReceiptSeal:
    """Signs what is committed together, in the name of `issuer`, the gateway's public address."""

    def __init__(self, signer: RootSigner, issuer: str) -> None:
        self._signer = signer
        self._issuer = issuer
        self._header = (b"", "")

    def seal(self, receipts: Sequence[Claims]) -> list[Sealed]:
        """The receipts with these claims, at least one."""
        levels = tree([leaf_hash(one.digests) for one in receipts])
        size = len(receipts)
        spelled = [[b'"%b"' % made.hex().encode() for made in level] for level in levels[:-1]]
        signed = self._sign(levels[-1][0], size)
        proofs = [b'"index":%d,"size":%d,"proof":[%b],"jws":"%b"' % (index, size, b",".join(path(spelled, index)), signed)
                  for index in range(size)]  # fmt: skip
        return [
            Sealed(
                b'{"claims":%b,"claimDigests":%b,%b}' % (one.told, one.digests, proof),
                b'{"claims":%b,%b,%b}' % (one.told, _DERIVED, proof),
            )
            for one, proof in zip(receipts, proofs, strict=True)
        ]

    def _sign(self, root: bytes, size: int) -> bytes:
        told = orjson.dumps({"iss": self._issuer, "root": root.hex(), "size": size})
        message = self._head() + b"." + base64url(told)
        return message + b"." + base64url(self._signer.sign(message))

    def _head(self) -> bytes:
        """The protected header, made once for each key."""
        key_id = self._signer.key_id
        if self._header[1] != key_id:
            told = {"alg": self._signer.algorithm, "kid": key_id, "typ": TYPE}
            self._header = (base64url(orjson.dumps(told)), key_id)
        return self._header[0]


def with_fields(sealed: bytes, delivered: Delivered) -> bytes:
    """The receipt as who was answered gets it: with paths, salts and digests."""
    return b"%b,%b}" % (sealed[:-1], delivered.members())


def base64url(content: bytes) -> bytes:
    """Without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(content).rstrip(b"=")
