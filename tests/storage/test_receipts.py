"""A recorded entry read back: whole for its parties, as if unknown for everybody else."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from catalogue.model import ItemCode, ProviderCode
from ledger.entry import Entry, Kind, PositionOutcome, PurposeRecord, canonical, encode_outcomes, new_id
from storage.ledger import LedgerWriter
from storage.pool import open_pool
from storage.receipts import ReceiptStore
from tests.conftest import Database
from tests.storage.entries import KEYS

COUNTER, DUTY, OTHER = map(ProviderCode, ("11320000014000127A", "11320000014000135X", "11320000014000143L"))
ITEM, FOREIGN = ItemCode("101001/000001-003"), ItemCode("102001/000001-001")
PLACES = (
    PositionOutcome("person.name", ITEM, "SHARED", "UNCONDITIONAL"),
    PositionOutcome("person.licences.typeName", "105001/000001-004", "WITHHELD", "ROW_RULE", 2),
)


def entry(kind: Kind = Kind.ANSWERED) -> Entry:
    now = datetime.now(UTC)
    return Entry(
        id=new_id(now),
        time=now,
        kind=kind,
        consumer=COUNTER,
        client="hall",
        purpose=PurposeRecord("320000-001", "administrative_basis", "H1", "C1", DUTY),
        mode="online_lookup",
        document="ab" * 32,
        catalogue_version=1,
        epoch=1,
        outcomes=encode_outcomes(PLACES),
        subjects=[("person", [0]), ("person.licences", [0, 1])],
    )


async def appended(database: Database, made: Entry) -> UUID:
    writer = LedgerWriter(database.dsn())
    await writer.append(made.id, canonical(made), 1, [KEYS("a"), KEYS("b")])
    await writer.close()
    return made.id


async def test_its_parties_read_all_of_it(database: Database) -> None:
    receipt = await appended(database, entry())
    pool = await open_pool(database.dsn(), application_name="test")
    for department, provides in ((COUNTER, ()), (DUTY, ()), (OTHER, (FOREIGN, ITEM))):
        found = await ReceiptStore(pool).entry(receipt, department, provides)
        assert found is not None
        assert (found.id, found.consumer, found.client, found.duty) == (receipt, COUNTER, "hall", DUTY)
        assert found.purpose == PurposeRecord("320000-001", "administrative_basis", "H1", "C1", DUTY)
        assert found.outcomes == PLACES
        assert found.subjects == {"person": (KEYS("a"),), "person.licences": (KEYS("a"), KEYS("b"))}
        assert (found.document, found.catalogue_version, found.signed) == ("ab" * 32, 1, None)
    await pool.close()


async def test_what_is_foreign_looks_unknown(database: Database) -> None:
    receipt = await appended(database, entry())
    pool = await open_pool(database.dsn(), application_name="test")
    store = ReceiptStore(pool)
    assert await store.entry(receipt, OTHER) is None
    assert await store.entry(receipt, OTHER, (FOREIGN,)) is None
    assert await store.entry(uuid4(), COUNTER) is None
    await pool.close()


@pytest.mark.parametrize("kind", [Kind.REFUSED, Kind.WORKFLOW])
async def test_only_an_answer_has_a_receipt(database: Database, kind: Kind) -> None:
    receipt = await appended(database, entry(kind))
    pool = await open_pool(database.dsn(), application_name="test")
    assert await ReceiptStore(pool).entry(receipt, COUNTER) is None
    await pool.close()
