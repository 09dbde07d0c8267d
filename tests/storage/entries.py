"""Entries as the gateway makes them, for the tests of the ledger."""

from datetime import UTC, datetime
from uuid import UUID

import orjson

from ledger.entry import Entry, Kind, PositionOutcome, PurposeRecord, canonical, encode_outcomes, new_id
from ledger.receipt import Receipt
from ledger.subject import SubjectKeys
from storage.ledger import LedgerWriter

KEYS = SubjectKeys(1, {1: bytes(range(32))})
POSITIONS = ("idNumber", "name", "sex", "birthDate", "divisionCode", "licences", "credit")


def payload(number: int = 0, epoch: int = 1) -> bytes:
    """A lookup of one person with seven positions."""
    now = datetime.now(UTC)
    outcomes = encode_outcomes(
        [PositionOutcome(f"person.{name}", f"101001/{at}", "SHARED", "UNCONDITIONAL") for at, name in enumerate(POSITIONS)]
    )
    return canonical(
        Entry(
            id=new_id(now),
            time=now,
            kind=Kind.ANSWERED,
            consumer="11320000014000127A",
            client="hall",
            purpose=PurposeRecord("320000-001", "administrative_basis", f"H{number}", f"C{number}"),
            mode="online_lookup",
            document="ab" * 32,
            catalogue_version=1,
            epoch=epoch,
            outcomes=outcomes,
        )
    )


async def append(writer: LedgerWriter, number: int = 0, epoch: int = 1, named: list[bytes] | None = None) -> Receipt:
    """Append the entry of that number, with its own subjects or those named."""
    made = payload(number, epoch)
    return await writer.append(UUID(orjson.loads(made)["id"]), made, epoch, subjects(number) if named is None else named)


def subjects(number: int) -> list[bytes]:
    """Between none and two persons."""
    return [KEYS(f"code {number} {index}") for index in range(number % 3)]
