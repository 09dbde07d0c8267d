"""One ledger entry: who asked what for which purpose, and what became of each response position.

It names no person: whose data was answered stands beside it as keyed hashes (`ledger/subject.py`).
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

import orjson

EntryId = NewType("EntryId", str)


class Kind(StrEnum):
    """What became of the request as a whole."""

    ANSWERED = "answered"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PurposeRecord:
    """The stated purpose (Art. 4(2)): matter, use, and where given the case."""

    matter: str
    use: str
    case: str | None = None


@dataclass(frozen=True, slots=True)
class PositionOutcome:
    """What became of one response position: its path without indexes, the item, the outcome and why.

    `subjects` are the ranges (first, last) of subject indexes it holds for; none: the position as a whole. `count` is the
    number of rows it holds for.
    """

    path: str
    item: str
    outcome: str
    reason: str | None = None
    count: int = 0
    subjects: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One request for data. `time` is UTC; `document_hash` is that of the normalised document, without literals.

    `error` is the code of a request that was refused or failed as a whole.
    """

    id: EntryId
    time: datetime
    kind: Kind
    consumer: str
    client: str
    acting_for: str | None
    handler: str
    purpose: PurposeRecord
    mode: str
    document_hash: str
    catalogue_version: int
    epoch: int
    outcomes: tuple[PositionOutcome, ...]
    error: str | None = None


def new_id(now: datetime) -> EntryId:
    """A UUID of version 7 (RFC 9562): ordered by time to the millisecond, the rest random. It is the answer's receipt."""
    milliseconds = int(now.timestamp() * 1000) & ((1 << 48) - 1)
    noise = secrets.randbits(74)
    number = milliseconds << 80 | 0x7 << 76 | (noise >> 62) << 64 | 0b10 << 62 | noise & ((1 << 62) - 1)
    return EntryId(str(UUID(int=number)))


def canonical(entry: Entry) -> bytes:
    """The entry's one spelling: compact JSON, keys sorted, absent things left out, time in UTC to the microsecond."""
    if entry.time.utcoffset() != UTC.utcoffset(None):
        raise ValueError("an entry's time is in UTC")
    told: dict[str, object] = {
        "actingFor": entry.acting_for,
        "catalogue": entry.catalogue_version,
        "client": entry.client,
        "consumer": entry.consumer,
        "document": entry.document_hash,
        "epoch": entry.epoch,
        "error": entry.error,
        "handler": entry.handler,
        "id": entry.id,
        "kind": entry.kind,
        "mode": entry.mode,
        "outcomes": [_outcome(position) for position in entry.outcomes],
        "purpose": {
            name: value
            for name, value in (
                ("case", entry.purpose.case),
                ("matter", entry.purpose.matter),
                ("use", entry.purpose.use),
            )
            if value is not None
        },
        "time": entry.time.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    }
    return orjson.dumps({key: value for key, value in told.items() if value is not None}, option=orjson.OPT_SORT_KEYS)


def _outcome(position: PositionOutcome) -> list[object]:
    """[path, item, outcome, reason, count, ranges], trailing absent ones left out."""
    whole: list[object] = [position.path, position.item, position.outcome, position.reason]
    if position.count or position.subjects:
        whole.append(position.count)
    if position.subjects:
        whole.append([list(span) for span in position.subjects])
    return whole
