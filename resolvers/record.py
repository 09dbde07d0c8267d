"""Recording: one entry for every request for data, durable before the answer leaves (rule 3; Art. 4(4), 17 ¶2).

An entry says who, when, for what, which document, which items at which positions with which outcome, and whose data: a
keyed hash for each person or entity, never an identity number. Refusals of identified callers are entries too.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_bytes
from uuid import UUID

import orjson

from resolvers.ports import Ledger, Receipt, SubjectHash
from resolvers.shape import Shaping
from sharing.consumer import Consumer, Purpose


@dataclass(frozen=True, slots=True)
class Asked:
    """What every entry of a request says, whatever becomes of it. `document` is the hash of the text without literals."""

    consumer: Consumer
    purpose: Purpose | None
    document: bytes
    mode: str
    catalogue_version: int


async def record_answer(
    ledger: Ledger, asked: Asked, epoch: int, outcomes: orjson.Fragment, subjects: tuple[Shaping, SubjectHash]
) -> tuple[UUID, Receipt]:
    """The entry of an answer: its identifier, and whether it is durable or the rights have moved."""
    shaping, subject_hash = subjects
    numbers: dict[object, int] = {}
    rows = [
        [".".join(path), sorted(numbers.setdefault(code, len(numbers)) for code in codes if code is not None)]
        for path, codes in shaping.subjects.items()
    ]
    entry_id = uuid7()
    payload = _payload(asked, epoch, "answered", {"outcomes": outcomes, "subjects": rows})
    hashes = [subject_hash(str(code)) for code in numbers]
    return entry_id, await ledger.append(entry_id, payload, epoch, hashes)


async def record_refusal(ledger: Ledger, asked: Asked, epoch: int, code: str, reason: str) -> tuple[UUID, Receipt]:
    """The entry of a request that was refused with this error code."""
    entry_id = uuid7()
    payload = _payload(asked, epoch, "refused", {"code": code, "reason": reason})
    return entry_id, await ledger.append(entry_id, payload, epoch, ())


def _payload(asked: Asked, epoch: int, kind: str, what: dict[str, object]) -> bytes:
    consumer, purpose = asked.consumer, asked.purpose
    entry: dict[str, object] = {
        "kind": kind,
        "time": datetime.now(UTC),
        "client": consumer.client,
        "department": consumer.department,
        "document": asked.document.hex(),
        "mode": asked.mode,
        "catalogue": asked.catalogue_version,
        "epoch": epoch,
    }
    if purpose is not None:
        entry["purpose"] = {
            "matter": purpose.matter,
            "use": purpose.use,
            "handler": purpose.handler,
            "case": purpose.case,
            "actingFor": purpose.acting_for,
        }
    entry.update(what)
    return orjson.dumps(entry)


def uuid7() -> UUID:
    """A time-ordered identifier (RFC 9562 §5.7): milliseconds of Unix time, then random bits."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(token_bytes(10), "big")
    number = (milliseconds & (1 << 48) - 1) << 80
    number |= 0x7 << 76 | (random >> 68) << 64 | 0b10 << 62 | random & (1 << 62) - 1
    return UUID(int=number)
