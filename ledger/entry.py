"""One ledger entry: who asked what for which purpose, and what became of each response position.

It names no person: whose data was answered stands beside it as keyed hashes (`ledger/subject.py`), which the entry's
`subjects` name by their number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from os import urandom
from typing import NamedTuple
from uuid import UUID

import orjson


class Kind(StrEnum):
    """What became of the request as a whole."""

    ANSWERED = "answered"
    REFUSED = "refused"
    WORKFLOW = "workflow"


class PurposeRecord(NamedTuple):
    """The stated purpose (Art. 4(2), 17 ¶2): matter, use, handler, and where given the case and whose duty it is."""

    matter: str
    use: str
    handler: str
    case: str | None = None
    acting_for: str | None = None


class ConcealedRecord(NamedTuple):
    """Why the subjects of an entry are not told of it, and up to which instant (UTC): the laws, and the grants that say so.

    It stands in the entry, so that it holds as long as it was meant to, whatever becomes of the grants.
    """

    until: datetime
    bases: Sequence[str]
    grants: Sequence[str]


@dataclass(frozen=True, slots=True)
class PositionOutcome:
    """What became of one response position: its path without indexes, the item, the outcome, why, and on how many rows.

    `count` 0: on every row.
    """

    path: str
    item: str
    outcome: str
    reason: str
    count: int = 0


def encode_outcomes(positions: Sequence[PositionOutcome]) -> bytes:
    """The positions as the inner text of a JSON array, `[path, item, outcome, reason, count]` each, a zero count left out.

    The part that is the same for every answer of a plan is encoded once and put into each entry as it is.
    """
    return orjson.dumps([_outcome(position) for position in positions])[1:-1]


def _outcome(position: PositionOutcome) -> list[object]:
    told: list[object] = [position.path, position.item, position.outcome, position.reason]
    return [*told, position.count] if position.count else told


class Entry(NamedTuple):
    """One request for data, or one workflow act. `time` is UTC; `document` the SHA-256 of the text without literals, in hex.

    `outcomes` is made by `encode_outcomes`; `subjects` gives per row path the numbers of the subjects who were asked about
    there, `absent` those of them of whom no row stood there; `empty` are the outermost relations that led to no row of
    anybody, by path. `error` is the code of a request that was refused as a whole, `article` the law's word on it. `handler`
    names the officer of a workflow act that states no purpose; `breaches` what the request attempted against Art. 17 ¶2 or
    4, or by which code a workflow act was refused. `concealed`: its subjects are not told of it for a time. `data` is the
    hash of what was delivered, where a signed receipt was asked for (`ledger/delivered.py`).
    """

    id: UUID
    time: datetime
    kind: Kind
    consumer: str
    client: str
    purpose: PurposeRecord | None
    mode: str
    document: str
    catalogue_version: int
    epoch: int
    outcomes: bytes = b""
    subjects: Sequence[tuple[str, Sequence[int]]] = ()
    error: str | None = None
    article: str | None = None
    handler: str | None = None
    breaches: Sequence[str] = ()
    absent: Sequence[tuple[str, Sequence[int]]] = ()
    concealed: ConcealedRecord | None = None
    data: str | None = None
    empty: Sequence[str] = ()


def new_id(now: datetime) -> UUID:
    """A UUIDv7 (RFC 9562 §5.7): ordered by time to the millisecond, the rest random. It is the answer's receipt."""
    milliseconds = int(now.timestamp() * 1000) & ((1 << 48) - 1)
    noise = int.from_bytes(urandom(10))
    return UUID(int=milliseconds << 80 | 0x7 << 76 | (noise >> 68) << 64 | 0b10 << 62 | noise & ((1 << 62) - 1))


def canonical(entry: Entry) -> bytes:
    """The entry's one spelling: compact JSON, keys in this order, absent things left out, time in UTC."""
    if entry.time.tzinfo is not UTC:
        raise ValueError("an entry's time is in UTC")
    told: dict[str, object] = {
        "id": entry.id,
        "time": entry.time,
        "kind": entry.kind,
        "consumer": entry.consumer,
        "client": entry.client,
    }
    if entry.concealed is not None:  # `until` first: `ledger_append` reads it among the entry's first bytes
        told["concealed"] = entry.concealed._asdict()
    if entry.purpose is not None:
        told["purpose"] = purpose_words(entry.purpose)
    told["mode"] = entry.mode
    told["document"] = entry.document
    told["catalogue"] = entry.catalogue_version
    told["epoch"] = entry.epoch
    if entry.outcomes:
        told["outcomes"] = orjson.Fragment(b"[" + entry.outcomes + b"]")
    if entry.subjects:
        told["subjects"] = entry.subjects
    if entry.absent:
        told["absent"] = entry.absent
    if entry.empty:
        told["empty"] = entry.empty
    if entry.data is not None:
        told["data"] = entry.data
    if entry.error is not None:
        told["error"] = entry.error
    if entry.article:
        told["article"] = entry.article
    if entry.handler is not None:
        told["handler"] = entry.handler
    if entry.breaches:
        told["breaches"] = entry.breaches
    return orjson.dumps(told, option=orjson.OPT_UTC_Z)


def purpose_words(purpose: PurposeRecord) -> dict[str, str]:
    """A purpose as entries and receipts spell it."""
    told = {"matter": purpose.matter, "use": purpose.use, "handler": purpose.handler}
    if purpose.case is not None:
        told["case"] = purpose.case
    if purpose.acting_for is not None:
        told["actingFor"] = purpose.acting_for
    return told
