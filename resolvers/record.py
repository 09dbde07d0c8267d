"""Recording: one entry for every request for data, durable before the answer leaves (rule 3; Art. 4(4), 17 ¶2).

An entry says who, when, for what, which document, which items at which positions with which outcome, and whose data: a
keyed hash for each person or entity, never an identity number. Refusals of identified callers are entries too.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from errors import ENTRUSTMENT_REQUIRED, TOKEN_NOT_BOUND, GatewayError
from ledger.entry import Entry, Kind, PurposeRecord, canonical, new_id
from resolvers.ports import Ledger, Receipt, SubjectHash
from resolvers.shape import Shaping
from sharing.consumer import Consumer, Purpose

ATTEMPTED = (ENTRUSTMENT_REQUIRED, TOKEN_NOT_BOUND)
"""Refusals of a request as a whole that are attempts against Art. 17 ¶2 or 4: on the record whatever was asked."""


class WithheldError(GatewayError):
    """Strictly refused, for something would be withheld. `breaches`: what of that was asked beyond what was granted."""

    breaches: Sequence[str] = ()


def breaches_of(error: GatewayError) -> Sequence[str]:
    """What a refusal says that was attempted; nothing where it was a mere mistake."""
    if isinstance(error, WithheldError):
        return error.breaches
    return (error.code.name,) if error.code in ATTEMPTED else ()


class Asked(NamedTuple):
    """What every entry of a request says, whatever becomes of it. `document` is the hash of the text without literals.

    `breaches`: what it attempted against Art. 17 ¶2.
    """

    consumer: Consumer
    purpose: Purpose | None
    document: bytes
    mode: str
    catalogue_version: int
    breaches: Sequence[str] = ()

    def entry(self, kind: Kind, epoch: int, outcomes: bytes = b"", subjects: Sequence[tuple[str, list[int]]] = ()) -> Entry:
        """A new entry about this request, dated now."""
        now = datetime.now(UTC)
        return Entry(
            id=new_id(now),
            time=now,
            kind=kind,
            consumer=self.consumer.department,
            client=self.consumer.client,
            purpose=_purpose(self.purpose),
            mode=self.mode,
            document=self.document.hex(),
            catalogue_version=self.catalogue_version,
            epoch=epoch,
            outcomes=outcomes,
            subjects=subjects,
            breaches=self.breaches,
        )


async def record_answer(
    ledger: Ledger, asked: Asked, epoch: int, outcomes: bytes, subjects: tuple[Shaping, SubjectHash]
) -> tuple[UUID, Receipt]:
    """The entry of an answer: its identifier, and whether it is durable or the rights have moved."""
    shaping, subject_hash = subjects
    numbers: dict[object, int] = {}
    rows = [
        (".".join(path), sorted(numbers.setdefault(code, len(numbers)) for code in codes if code is not None))
        for path, codes in shaping.subjects.items()
    ]
    entry = asked.entry(Kind.ANSWERED, epoch, outcomes, rows)
    hashes = [subject_hash(str(code)) for code in numbers]
    return entry.id, await ledger.append(entry.id, canonical(entry), epoch, hashes)


async def record_refusal(ledger: Ledger, asked: Asked, epoch: int, error: GatewayError) -> tuple[UUID, Receipt]:
    """The entry of a request that was refused; `breaches_of` the error are attempts."""
    attempted = tuple(dict.fromkeys((*asked.breaches, *breaches_of(error))))
    entry = asked.entry(Kind.REFUSED, epoch)._replace(error=error.code.name, article=error.article, breaches=attempted)
    return entry.id, await ledger.append(entry.id, canonical(entry), epoch, ())


def _purpose(purpose: Purpose | None) -> PurposeRecord | None:
    if purpose is None:
        return None
    return PurposeRecord(purpose.matter, purpose.use, purpose.handler, purpose.case, purpose.acting_for)
