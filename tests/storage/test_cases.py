"""Cases and collections in our own database: what is kept, handed over and closed, also by two at once."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any

import asyncpg
import pytest

from catalogue.model import ProviderCode
from errors import GatewayError
from ledger.entry import new_id
from resolvers.ports import NewCase
from resolvers.ports.case_collections import Collection, CollectionFilter, Proof
from resolvers.ports.cases import CaseFilter, Closing, Handover
from sharing.authority import Authority, AuthorityKind, Named
from sharing.collection import CollectionKind
from storage import case_collections
from storage.access import Role
from storage.case_collections import CollectionBook
from storage.cases import CaseStore
from storage.pool import open_pool
from tests.conftest import Database

NANJING, SUZHOU = ProviderCode("11320100MB00000001"), ProviderCode("11320500MB00000002")
AT = datetime(2026, 11, 2, 1, tzinfo=UTC)
AUTHORITY = Authority(AuthorityKind.AGENT, Named("agent", "a"), (Named("applicant", "b"),), "委托书", date(2027, 1, 1))
CASE = NewCase("C-1", NANJING, "M07", "H-1", {"applicant": ("b",), "agent": ("a",)}, (AUTHORITY,))
SCAN = b"%PDF-1.7 scan"
LATER = count()
"""Ids follow each other by the millisecond."""


@pytest.fixture
async def pool(database: Database) -> AsyncIterator["asyncpg.Pool[Any]"]:
    pool = await open_pool(database.dsn(), application_name="cases", size=6)
    owner = await asyncpg.connect(database.dsn(Role.OWNER))
    for code, division in ((NANJING, "320100"), (SUZHOU, "320500")):
        await owner.execute(
            "INSERT INTO department (code, name, name_zh, kind, division_code) VALUES ($1, $1, $1, 'government', $2)",
            *(code, division),
        )
    await owner.close()
    yield pool
    await pool.close()


def handover(passed_by: str, passed_to: str) -> Handover:
    return Handover(str(new_id(datetime.now(UTC))), passed_by, passed_to, "轮班", passed_by, "hall", AT)


def collection(kind: CollectionKind = CollectionKind.DUPLICATE, **other: Any) -> Collection:
    number = str(new_id(datetime.now(UTC) + timedelta(milliseconds=next(LATER))))
    made = Collection(
        number, NANJING, "C-1", "M07", "id_card", kind, "OBTAINABLE", "系统升级", None, None, "H-1", "hall", AT
    )
    return replace(made, **other)


def proof() -> Proof:
    return Proof(None, "scan.pdf", "application/pdf", sha256(SCAN).hexdigest(), len(SCAN))


async def test_a_case_comes_back_as_it_was_opened(pool: "asyncpg.Pool[Any]") -> None:
    cases = CaseStore(pool)
    for _ in range(2):  # again with the same content
        opened = await cases.add(CASE)
        assert opened == await cases.find(NANJING, "C-1")
        assert (opened.opened_by, opened.handler, opened.authorities) == ("H-1", "H-1", (AUTHORITY,))
        assert opened.subjects == {"agent": ["a"], "applicant": ["b"]}
    for other in (replace(CASE, authorities=()), replace(CASE, matter="M08"), replace(CASE, subjects={"applicant": ("b",)})):
        with pytest.raises(GatewayError, match="already"):
            await cases.add(other)
    assert await cases.find(SUZHOU, "C-1") is None


async def test_of_two_who_hand_over_at_once_one_does(pool: "asyncpg.Pool[Any]") -> None:
    cases = CaseStore(pool)
    await cases.add(CASE)
    tried = await asyncio.gather(
        *(cases.hand_over(NANJING, "C-1", handover("H-1", f"H-{number}")) for number in range(2, 6)), return_exceptions=True
    )
    failed = [one for one in tried if isinstance(one, GatewayError)]
    assert [one.code.name for one in failed] == ["STATE_CONFLICT"] * 3
    (kept,) = await cases.handovers(NANJING, "C-1")
    found = await cases.find(NANJING, "C-1")
    assert found is not None
    assert (found.opened_by, found.handler) == ("H-1", kept.passed_to)


async def test_a_closed_case_takes_nothing_more(pool: "asyncpg.Pool[Any]") -> None:
    cases, collections = CaseStore(pool), CollectionBook(pool)
    await cases.add(CASE)
    tried = await asyncio.gather(
        *(cases.close(NANJING, "C-1", Closing(f"H-{number}", "approved")) for number in range(3)), return_exceptions=True
    )
    closed = next(one for one in tried if not isinstance(one, BaseException))
    assert [one.code.name for one in tried if isinstance(one, GatewayError)] == ["CASE_UNKNOWN"] * 2
    assert (closed.result, closed.closed_by is None, closed.closed_at is None) == ("approved", False, False)
    for late in (
        cases.hand_over(NANJING, "C-1", handover("H-1", "H-2")),
        collections.add(collection()),
        cases.close(NANJING, "C-1", Closing("H-1")),
    ):
        with pytest.raises(GatewayError) as refused:
            await late
        assert (refused.value.code.name, refused.value.article) == ("CASE_UNKNOWN", "Art. 17 ¶2")
    assert await cases.find(NANJING, "C-1") == closed
    with pytest.raises(asyncpg.CheckViolationError):
        await pool.execute("INSERT INTO service_case (number, consumer, matter, opened_by, subjects, closed_by)"
                           " VALUES ('C-2', $1, 'M', 'h', '{}', 'h')", NANJING)  # fmt: skip


async def test_cases_of_one_instant_are_paged_without_a_gap(pool: "asyncpg.Pool[Any]") -> None:
    cases = CaseStore(pool)
    for number in range(7):
        await cases.add(replace(CASE, number=f"C-{number}", matter=f"M{number % 2}"))
    await pool.execute(
        "INSERT INTO service_case (number, consumer, matter, opened_by, opened_at, subjects)"
        " SELECT 'S-' || n, $1, 'M9', 'H-9', $2, '{}' FROM generate_series(1, 5) AS n",
        *(NANJING, AT),
    )
    chosen, seen, after = CaseFilter(NANJING, matter="M9"), list[str](), None
    while page := await cases.page(chosen, 2, after):
        seen += [one.number for one in page]
        after = page[-1].number
    assert seen == [f"S-{number}" for number in (5, 4, 3, 2, 1)]
    await cases.close(NANJING, "C-3", Closing("H-1"))
    assert [one.number for one in await cases.page(CaseFilter(NANJING, open=False), 9, None)] == ["C-3"]
    assert len(await cases.page(CaseFilter(NANJING, handler="H-1", open=True), 9, None)) == 6
    assert await cases.page(CaseFilter(SUZHOU), 9, None) == []


async def test_collections_are_kept_whole_and_counted_by_division(pool: "asyncpg.Pool[Any]") -> None:
    cases, book = CaseStore(pool), CollectionBook(pool)
    await cases.add(CASE)
    await cases.add(replace(CASE, department=SUZHOU))
    receipt = str(new_id(AT))
    duplicate = collection(checked_by=receipt, checked_at=AT)
    offered = collection(CollectionKind.OFFERED, reason=None, verdict=None, proof=proof())
    elsewhere = collection(department=SUZHOU, material="lease", at=AT + timedelta(days=2))
    await book.add(duplicate)
    await book.add(offered, SCAN)
    await book.add(elsewhere)
    assert await book.page(CollectionFilter(), 9, None) == [elsewhere, offered, duplicate]
    assert await book.page(CollectionFilter(), 9, elsewhere.id) == [offered, duplicate]
    for chosen, expected in (
        (CollectionFilter(within="320000"), [elsewhere, offered, duplicate]),
        (CollectionFilter(within="320100"), [offered, duplicate]),
        (CollectionFilter(within="320100", department=SUZHOU), []),
        (CollectionFilter(case="C-1", department=NANJING, kind=CollectionKind.OFFERED), [offered]),
        (CollectionFilter(since=AT + timedelta(days=1)), [elsewhere]),
        (CollectionFilter(before=AT), []),
    ):
        assert await book.page(chosen, 9, None) == expected
    counts = await book.counts(CollectionFilter(within="320000"), 9)
    assert [(one.material, one.duplicates, one.lawful, one.offered) for one in counts] == [
        ("id_card", 1, 0, 1),
        ("lease", 1, 0, 0),
    ]
    assert await book.proof(NANJING, offered.id) == (offered, SCAN)
    assert await book.proof(SUZHOU, offered.id) is None
    assert await book.proof(NANJING, duplicate.id) is None


async def test_a_duplicate_without_a_reason_is_kept_by_nobody(pool: "asyncpg.Pool[Any]") -> None:
    await CaseStore(pool).add(CASE)
    with pytest.raises(GatewayError) as refused:
        await CollectionBook(pool).add(collection(reason=None))
    assert isinstance(refused.value.__cause__, asyncpg.CheckViolationError)


async def test_a_case_holds_so_much_and_no_more(pool: "asyncpg.Pool[Any]", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_collections, "MOST_PROOFS", 2)
    monkeypatch.setattr(case_collections, "MOST_COLLECTIONS", 3)
    book = CollectionBook(pool)
    await CaseStore(pool).add(CASE)
    tried = await asyncio.gather(
        *(book.add(collection(CollectionKind.OFFERED, proof=proof()), SCAN) for _ in range(4)), return_exceptions=True
    )
    assert [one.code.name for one in tried if isinstance(one, GatewayError)] == ["STATE_CONFLICT"] * 2
    await book.add(collection())
    with pytest.raises(GatewayError, match="3 collections"):
        await book.add(collection())
    assert len(await book.page(CollectionFilter(), 9, None)) == 3


async def test_a_scan_that_was_altered_is_no_scan(pool: "asyncpg.Pool[Any]") -> None:
    await CaseStore(pool).add(CASE)
    with pytest.raises(GatewayError) as refused:
        await CollectionBook(pool).add(collection(CollectionKind.OFFERED, proof=proof()), SCAN + b"!")
    assert isinstance(refused.value.__cause__, asyncpg.CheckViolationError)
    assert await CollectionBook(pool).page(CollectionFilter(), 9, None) == []  # the two are kept together, or not at all
