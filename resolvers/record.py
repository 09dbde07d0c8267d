"""Recording: one entry for every request for data, durable before the answer leaves (rule 3; Art. 4(4), 17 ¶2).

An entry says who, when, for what, which document, which items at which positions with which outcome, and whose data: a
keyed hash for each person or entity, never an identity number. Refusals of identified callers are entries too. Whoever was
looked up in vain, or refused, is named as well: that somebody asked is theirs to know (个人信息保护法 44, 45).
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from connectors.base import SourceError
from errors import ENTRUSTMENT_REQUIRED, TOKEN_NOT_BOUND, GatewayError
from ledger.delivered import Delivered
from ledger.entry import ConcealedRecord, Entry, Kind, PurposeRecord, canonical, new_id
from ledger.signed_receipt import claims
from resolvers.plan.pruned import RootShape
from resolvers.ports import Ledger, Receipt, SubjectHash
from resolvers.shape import Shaping
from sharing.conceal import Concealed
from sharing.consumer import Consumer, Purpose

ATTEMPTED = (ENTRUSTMENT_REQUIRED, TOKEN_NOT_BOUND)
"""Refusals of a request as a whole that are attempts against Art. 17 ¶2 or 4: on the record whatever was asked."""


class WithheldError(GatewayError):
    """Strictly refused, for something would be withheld. `breaches`: what of that was asked beyond what was granted."""

    breaches: Sequence[str] = ()
    concealed: Concealed | None = None


def breaches_of(error: GatewayError) -> Sequence[str]:
    """What a refusal says that was attempted; nothing where it was a mere mistake."""
    if isinstance(error, WithheldError):
        return error.breaches
    return (error.code.name,) if error.code in ATTEMPTED else ()


class Asked(NamedTuple):
    """What every entry of a request says, whatever becomes of it. `document` is the hash of the text without literals.

    `breaches`: what it attempted against Art. 17 ¶2. `concealed`: how it is kept from its subjects. `id`: under which an
    answer that names it is recorded; `at`: the instant at which its decisions were last found to hold, which dates it.
    """

    consumer: Consumer
    purpose: Purpose | None
    document: bytes
    mode: str
    catalogue_version: int
    breaches: Sequence[str] = ()
    concealed: Concealed | None = None
    id: UUID | None = None
    at: datetime | None = None

    def entry(
        self,
        kind: Kind,
        epoch: int,
        outcomes: bytes = b"",
        subjects: Sequence[tuple[str, list[int]]] = (),
        absent: Sequence[tuple[str, list[int]]] = (),
        empty: Sequence[str] = (),
        data: str | None = None,
    ) -> Entry:
        """A new entry about this request, dated now where nothing else is said."""
        now = self.at or datetime.now(UTC)
        return Entry(
            id=self.id or new_id(now),
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
            absent=absent,
            concealed=_concealed(self.concealed),
            data=data,
            empty=empty,
        )


class Subjects(NamedTuple):
    """Whose data an answer is about: what was shaped, by which keys its root fields asked, and which of its relations led to
    no row.
    """

    shaping: Shaping
    roots: Sequence[RootShape]
    keys: Sequence[Sequence[Hashable]]
    hash: SubjectHash
    empty: Sequence[str] = ()

    def absent(self) -> Iterator[tuple[tuple[str, ...], list[str]]]:
        """By root field, the keys of which no row stands in the answer: there is none, it is hidden, its source is down."""
        for root, of_root in zip(self.roots, self.keys, strict=True):
            if root.many:
                continue
            rows = () if root.rows is None else self.shaping.steps[root.step]
            if not rows or isinstance(rows, SourceError):
                missing = [key for key in of_root if isinstance(key, str)]
            else:
                missing = [key for key in of_root if len(rows.get(key, ())) != 1 and isinstance(key, str)]
            if missing:
                yield root.path, missing


class Named(NamedTuple):
    """Whom a request names that is refused as a whole: by the path of each root field, the keys asked for."""

    roots: Sequence[tuple[str, Sequence[Hashable]]]
    hash: SubjectHash


async def record_answer(
    ledger: Ledger, asked: Asked, epoch: int, outcomes: bytes, subjects: Subjects, delivered: Delivered | None = None
) -> tuple[UUID, Receipt]:
    """The entry of an answer: its identifier, and whether it is durable or the rights have moved. `delivered`: what its
    signed receipt is over, where one is asked for.
    """
    numbers: dict[object, int] = {}
    stood = {path: _numbered(codes, numbers) for path, codes in subjects.shaping.subjects.items()}
    missing = {path: _numbered(codes, numbers) for path, codes in subjects.absent()}
    for path, lacking in missing.items():
        stood[path] = sorted({*stood.get(path, ()), *lacking})
    data = None if delivered is None else delivered.hash
    rows, absent = _by_path(stood), _by_path(missing)
    entry = asked.entry(Kind.ANSWERED, epoch, outcomes, rows, absent, subjects.empty, data)
    hashes = [subjects.hash(str(code)) for code in numbers]
    told = None if delivered is None else claims(entry)
    return entry.id, await ledger.append(entry.id, canonical(entry), epoch, hashes, told)


async def record_refusal(
    ledger: Ledger, asked: Asked, epoch: int, error: GatewayError, named: Named | None = None
) -> tuple[UUID, Receipt]:
    """The entry of a request that was refused; `breaches_of` the error are attempts."""
    attempted = tuple(dict.fromkeys((*asked.breaches, *breaches_of(error))))
    numbers: dict[object, int] = {}
    rows = [(path, _numbered(keys, numbers)) for path, keys in (named.roots if named else ()) if keys]
    entry = asked.entry(Kind.REFUSED, epoch, subjects=rows)
    entry = entry._replace(error=error.code.name, article=error.article, breaches=attempted)
    hashes = [named.hash(str(code)) for code in numbers] if named else []
    return entry.id, await ledger.append(entry.id, canonical(entry), epoch, hashes)


def _by_path(rows: Mapping[tuple[str, ...], list[int]]) -> list[tuple[str, list[int]]]:
    return [(".".join(path), numbers) for path, numbers in rows.items()]


def _numbered(codes: Iterable[object], numbers: dict[object, int]) -> list[int]:
    """The codes by their numbers in the entry, each given one where it has none."""
    return sorted(numbers.setdefault(code, len(numbers)) for code in codes if code is not None)


def _concealed(concealed: Concealed | None) -> ConcealedRecord | None:
    if concealed is None:
        return None
    bases = tuple(f"《{basis.title}》（{basis.number}）{basis.clause}" for basis in concealed.bases)
    return ConcealedRecord(concealed.until, bases, concealed.grants)


def _purpose(purpose: Purpose | None) -> PurposeRecord | None:
    if purpose is None:
        return None
    return PurposeRecord(purpose.matter, purpose.use, purpose.handler, purpose.case, purpose.acting_for)
