"""Entries as the gateway makes them, for the tests of the ledger."""

from datetime import UTC, datetime

from ledger.entry import Entry, Kind, PositionOutcome, PurposeRecord, canonical, new_id
from ledger.subject import SubjectKeys

KEYS = SubjectKeys(1, {1: bytes(range(32))})
POSITIONS = ("idNumber", "name", "sex", "birthDate", "divisionCode", "licences", "credit")


def payload(number: int = 0, epoch: int = 1) -> bytes:
    """A lookup of one person with seven positions."""
    now = datetime.now(UTC)
    outcomes = tuple(
        PositionOutcome(f"person.{name}", f"101001/{at}", "SHARED", subjects=((0, 0),)) for at, name in enumerate(POSITIONS)
    )
    return canonical(
        Entry(
            id=new_id(now),
            time=now,
            kind=Kind.ANSWERED,
            consumer="11320000014000127A",
            client="hall",
            acting_for=None,
            handler=f"H{number}",
            purpose=PurposeRecord("320000-001", "administrative_basis", f"C{number}"),
            mode="online_lookup",
            document_hash="ab" * 32,
            catalogue_version=1,
            epoch=epoch,
            outcomes=outcomes,
        )
    )


def subjects(number: int) -> list[bytes]:
    """Between none and two persons."""
    return [KEYS(f"code {number} {index}") for index in range(number % 3)]
