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
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import blake2s
from operator import itemgetter
from typing import NamedTuple, Protocol, TypeAlias

import orjson

from ledger.delivered import Delivered, canonical, leaves
from ledger.entry import Entry, PurposeRecord, purpose_words
from ledger.merkle import leaf_hash, path, tree

TYPE = "sharing-receipt+jws"
SORTED = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z
COMMON = ("catalogue", "client", "consumer", "document", "purpose")
"""Claims that most receipts share with the one before: the same department, document, matter."""
OWN = ("data", "id", "time")
"""Claims that no other receipt has, in canonical order."""


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
    own = [orjson.dumps(value, option=SORTED) for value in (entry.data, entry.id, entry.time)]
    told, digests = _frames(entry.catalogue_version, entry.client, entry.consumer, entry.document, entry.purpose)
    return Claims(_filled(told, own), _filled(digests, [b'"%b"' % blake2s(word).hexdigest().encode() for word in own]))


def recorded_claims(entry: Mapping[str, object]) -> Claims:
    """The same, of an entry as the ledger keeps it (`ledger.entry.canonical`), read."""
    told = {name: entry[name] for name in (*COMMON, *OWN) if name in entry}
    listed = [(name, claim_digest(held)) for name, held in _named(told)]
    return Claims(orjson.dumps(told, option=SORTED), orjson.dumps(listed))


def claim_digest(value: object) -> str:
    """The digest of one claim, in hex: whole, and without a salt, for the claim itself stands beside it."""
    return blake2s(canonical(value)).hexdigest()


def _named(told: Mapping[str, object]) -> list[tuple[str, object]]:
    """The claims by name, in order: those within the purpose each by its own."""
    return sorted(leaves(told), key=itemgetter(0))


_HOLE = b"\x00"
"""Where a claim of one receipt's own goes: a byte that no JSON text holds."""
Frame: TypeAlias = tuple[bytes, bytes, bytes, bytes]


@lru_cache(maxsize=1024)
def _frames(catalogue: int, client: str, consumer: str, document: str, purpose: PurposeRecord | None) -> tuple[Frame, Frame]:
    """The claims, and the list of their digests, around those of a receipt's own."""
    purposes = {} if purpose is None else {"purpose": purpose_words(purpose)}
    common = {"catalogue": catalogue, "client": client, "consumer": consumer, "document": document, **purposes}
    hole = orjson.Fragment(_HOLE)
    told: dict[str, object] = {**common, **dict.fromkeys(OWN, hole)}
    listed = [(name, hole if name in OWN else claim_digest(held)) for name, held in _named(told)]
    return _frame(told), _frame(listed)


def _frame(told: object) -> Frame:
    before, after_data, after_id, after_time = orjson.dumps(told, option=SORTED).split(_HOLE)
    return before, after_data, after_id, after_time


def _filled(frame: Frame, own: Sequence[bytes]) -> bytes:
    data, entry, time = own
    return b"%b%b%b%b%b%b%b" % (frame[0], data, frame[1], entry, frame[2], time, frame[3])


class Sealed(NamedTuple):
    """A receipt without what only who was answered gets: what it claims, and its `place` under the signature, the other
    members of its JSON object. The ledger keeps the place alone; the entry beside it gives the claims again.
    """

    claims: Claims
    place: bytes

    def whole(self) -> bytes:
        """The JSON object."""
        return b'{"claims":%b,"claimDigests":%b,%b}' % (*self.claims, self.place)

    def with_fields(self, delivered: Delivered) -> bytes:
        """The JSON object as who was answered gets it: with paths, salts and digests."""
        return b'{"claims":%b,"claimDigests":%b,%b,%b}' % (*self.claims, self.place, delivered.members())


def recorded_receipt(kept: bytes, entry: Mapping[str, object]) -> bytes:
    """The receipt's JSON object, of what the ledger keeps and its entry, read. One that is older was kept whole."""
    return kept if kept.startswith(b"{") else Sealed(recorded_claims(entry), kept).whole()


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
        return [
            Sealed(
                one, b'"index":%d,"size":%d,"proof":[%b],"jws":"%b"' % (index, size, b",".join(path(spelled, index)), signed)
            )
            for index, one in enumerate(receipts)
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


def base64url(content: bytes) -> bytes:
    """Without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(content).rstrip(b"=")
