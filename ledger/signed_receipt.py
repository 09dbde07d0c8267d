"""A signed receipt: what was answered to whom, when and for what, under the signature of the entries recorded with it.

Its `claims` are a JSON object in canonical form (RFC 8785): the ledger entry's id, its time, consumer, client, purpose, the
document's and the data's hashes. They are a leaf of a Merkle tree over all receipts of one commit of the ledger; the root is
signed once, as a JWS (RFC 7515) with Ed25519 (RFC 8037), and the receipt carries its path to the root. A receipt leaves only
with an entry that is durable.
"""

import base64
from collections.abc import Sequence
from typing import Protocol

import orjson

from ledger.delivered import Delivered
from ledger.entry import Entry, purpose_words
from ledger.merkle import leaf_hash, path, tree

TYPE = "sharing-receipt+jws"
SORTED = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z


class RootSigner(Protocol):
    """Signs roots with a key kept outside the database. `algorithm` as JWS names it: `EdDSA`, or `SM2`."""

    @property
    def key_id(self) -> str: ...

    @property
    def algorithm(self) -> str: ...

    def sign(self, message: bytes, /) -> bytes: ...


def claims(entry: Entry) -> bytes:
    """What the receipt of an answer says, as canonical JSON; the entry holds the hash of its data."""
    told: dict[str, object] = {
        "catalogue": entry.catalogue_version,
        "client": entry.client,
        "consumer": entry.consumer,
        "data": entry.data,
        "document": entry.document,
        "id": entry.id,
        "time": entry.time,
    }
    if entry.purpose is not None:
        told["purpose"] = purpose_words(entry.purpose)
    return orjson.dumps(told, option=SORTED)


class ReceiptSeal:
    """Signs what is committed together, in the name of `issuer`, the gateway's public address."""

    def __init__(self, signer: RootSigner, issuer: str) -> None:
        self._signer = signer
        self._issuer = issuer
        self._header = (b"", "")

    def seal(self, receipts: Sequence[bytes]) -> list[bytes]:
        """The receipts with these claims, at least one: each a JSON object without what only who was answered gets."""
        levels = tree([leaf_hash(told) for told in receipts])
        size = len(receipts)
        spelled = [[b'"%b"' % made.hex().encode() for made in level] for level in levels[:-1]]
        signed = self._sign(levels[-1][0], size)
        return [
            b'{"claims":%b,"index":%d,"size":%d,"proof":[%b],"jws":"%b"}'
            % (told, index, size, b",".join(path(spelled, index)), signed)
            for index, told in enumerate(receipts)
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
