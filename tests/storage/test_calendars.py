"""Years that an operator loads: every worker counts by them at once, and what stood before is kept."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date

import asyncpg
import pytest

from errors import LEDGER_UNAVAILABLE, STATE_CONFLICT, GatewayError
from resolvers.ports.calendars import NewYear
from standards.working_days import CALENDAR, Deadline, YearTable
from storage.access import Role
from storage.calendars import CalendarStore
from storage.pool import open_pool
from tests.conftest import Database

US = "11320000014000127A"
NEXT = max(CALENDAR.years) + 1


@pytest.fixture
async def stores(database: Database) -> AsyncIterator[list[CalendarStore]]:
    """Those of two workers."""
    owner = await asyncpg.connect(database.dsn(Role.OWNER))
    await owner.execute("INSERT INTO department VALUES ($1, 'n', 'n', 'government', '320000')", US)
    await owner.close()
    pools = [await open_pool(database.dsn(), application_name="test calendars", size=1) for _ in range(2)]
    yield [CalendarStore(pool) for pool in pools]
    for pool in pools:
        await pool.close()


def year(*holidays: date, basis: str = "国办发明电〔2026〕7号") -> NewYear:
    return NewYear(YearTable(NEXT, frozenset(holidays), frozenset()), basis, US, "operator", "H-1")


def weekdays(count: int) -> list[date]:
    """The first days from Monday to Friday of the year."""
    days = [date(NEXT, 1, 1 + offset) for offset in range(28)]
    return [day for day in days if day.weekday() < 5][:count]


async def test_a_loaded_year_makes_a_provisional_deadline_definite_in_every_worker(stores: list[CalendarStore]) -> None:
    first, second = stores
    start = date(NEXT - 1, 12, 28)
    assert await second.calendar() is CALENDAR
    before = (await second.calendar()).add_working_days(start, 10)
    assert before.provisional
    holidays = weekdays(2)
    loaded = await first.load(year(*holidays))
    assert (loaded.revision, loaded.holidays) == (1, tuple(holidays))
    after = (await second.calendar()).add_working_days(start, 10)
    assert not after.provisional
    assert after.date > before.date
    assert await second.loaded(NEXT) == loaded
    assert await second.loaded(NEXT + 1) is None


async def test_an_amended_notice_replaces_the_year_and_the_former_is_kept(
    stores: list[CalendarStore], database: Database
) -> None:
    first, second = stores
    start = date(NEXT - 1, 12, 28)
    await first.load(year(*weekdays(2)))
    once = (await second.calendar()).add_working_days(start, 10)
    assert (await first.load(year(*weekdays(4), basis="国办发明电〔2026〕9号"))).revision == 2
    calendar = await second.calendar()
    assert calendar.add_working_days(start, 10).date > once.date
    assert calendar.version == CALENDAR.version + 2
    assert await second.calendar() is calendar  # not read again while nothing is loaded
    connection = await asyncpg.connect(database.dsn(Role.SERVICE))
    assert [row["basis"] for row in await connection.fetch("SELECT basis FROM working_year ORDER BY revision")] == [
        "国办发明电〔2026〕7号",
        "国办发明电〔2026〕9号",
    ]
    for change in ("UPDATE working_year SET basis = 'x'", "DELETE FROM working_year"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(change)
    await connection.close()


async def test_two_that_load_at_once_are_told_apart(stores: list[CalendarStore]) -> None:
    results = await asyncio.gather(*(store.load(year(*weekdays(2))) for store in stores * 4), return_exceptions=True)
    refused = [one for one in results if isinstance(one, GatewayError)]
    assert all(one.code is STATE_CONFLICT for one in refused)
    held = await stores[0].loaded(NEXT)
    assert held is not None
    assert held.revision == len(results) - len(refused)


async def test_without_the_database_no_day_is_told(stores: list[CalendarStore], database: Database) -> None:
    assert (await stores[0].calendar()).add_working_days(date(2026, 3, 2), 10) == Deadline(date(2026, 3, 16), False)
    admin = await asyncpg.connect(database.cluster.dsn("postgres", Role.ADMIN))
    await admin.execute(f"ALTER DATABASE {database.name} ALLOW_CONNECTIONS false")
    await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", database.name)
    await admin.close()
    with pytest.raises(GatewayError) as refused:
        await stores[0].calendar()
    assert refused.value.code is LEDGER_UNAVAILABLE


async def test_a_year_that_is_committed_after_a_later_one_counts(stores: list[CalendarStore], database: Database) -> None:
    """Two operators at once: the one who began first ends last."""
    first, second = stores
    connection = await asyncpg.connect(database.dsn(Role.SERVICE))
    async with connection.transaction():
        await connection.execute(
            "INSERT INTO working_year (year, revision, holidays, make_up_days, basis, department, client, handler)"
            " VALUES ($1, 1, $2, '{}', 'b', $3, 'c', 'h')",
            *(NEXT, weekdays(2), US),
        )
        await first.load(NewYear(YearTable(NEXT + 1, frozenset(), frozenset()), "b", US, "operator", "H-1"))
        assert NEXT not in (await second.calendar()).years
    await connection.close()
    assert {NEXT, NEXT + 1} <= (await second.calendar()).years.keys()
