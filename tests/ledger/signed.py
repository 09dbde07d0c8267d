"""Receipts as the gateway makes them, for the tests of their verification."""

from datetime import UTC, datetime
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.delivered import digest_delivered
from ledger.entry import Entry, Kind, PurposeRecord, new_id
from ledger.signed_receipt import ReceiptSeal, claims
from ledger.verify_receipt import KeyVerifier
from resolvers.receipt_keys import ED25519, PublishedKey, verify_with
from storage.keys import KeyKind, SigningKeys

KEYS = SigningKeys(KeyKind.RECEIPT, 2, {number: Ed25519PrivateKey.generate() for number in (1, 2)})
FORMER = SigningKeys(KeyKind.RECEIPT, 1, KEYS.keys)
ISSUER = "https://gateway.example"
DATA: dict[str, object] = {
    "person": {
        "name": "王明远",
        "isAdult": True,
        "phone": None,
        "areaSquareMetres": 89.5,
        "household": {"size": 3},
        "licences": [
            {"identifier": "1.2.156.3005.2.X.001.U", "validUntil": "2030-01-01"},
            {"identifier": "1.2.156.3005.2.X.002.V", "validUntil": "2031-01-01"},
        ],
        "shares": [],
        "boundary": {"type": "Polygon", "coordinates": [[[118.5, 32.0], [118.75, 32.25]]]},
    }
}


def entry() -> Entry:
    now = datetime.now(UTC)
    return Entry(
        id=new_id(now),
        time=now,
        kind=Kind.ANSWERED,
        consumer="11320000014000127A",
        client="hall",
        purpose=PurposeRecord("M07", "administrative_basis", "H-001", "C-1"),
        mode="online_lookup",
        document="ab" * 32,
        catalogue_version=1,
        epoch=1,
    )


def receipts(count: int = 1, signer: SigningKeys = KEYS) -> list[dict[str, Any]]:
    """So many receipts of the same data, under one signature, as JSON gives them back."""
    delivered = [digest_delivered(DATA) for _ in range(count)]
    sealed = ReceiptSeal(signer, ISSUER).seal([claims(entry()._replace(data=one.hash)) for one in delivered])
    return [orjson.loads(made.with_fields(one)) for made, one in zip(sealed, delivered, strict=True)]


def data() -> dict[str, Any]:
    """A copy of the data, as JSON gives it back."""
    copied: dict[str, Any] = orjson.loads(orjson.dumps(DATA))
    return copied


def verifier(keys: SigningKeys = KEYS) -> KeyVerifier:
    """Over the public halves alone."""
    return verify_with({key_id: PublishedKey(ED25519, raw) for key_id, raw in keys.public().items()})
