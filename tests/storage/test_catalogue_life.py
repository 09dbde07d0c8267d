"""The catalogue's life in our database: what is published is what was judged, objections too."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest

from catalogue.life import GONE, Act, Confirmation
from catalogue.model import ProviderCode
from resolvers.ports.catalogue_life import ChangeTask, Doer, NewDraft, Publication
from resolvers.workflow.catalogue_changes import task_shown
from standards.working_days import CALENDAR
from storage.access import Role
from storage.catalogue_life import CatalogueLifeStore
from storage.pool import open_pool
from tests.conftest import Database

COMPILER, PROVIDER = ProviderCode("11320000MBX000027Q"), ProviderCode("11320000MBX000019X")
BY = Doer(COMPILER, "client", "H-1")


@pytest.fixture
async def life(database: Database) -> AsyncIterator[CatalogueLifeStore]:
    owner = await asyncpg.connect(database.dsn(Role.OWNER))
    for code in (COMPILER, PROVIDER):
        await owner.execute("INSERT INTO department VALUES ($1, 'n', 'n', 'government', '320000')", code)
    await owner.execute("INSERT INTO catalogue_version (version, document, published_by) VALUES (1, '{}', $1)", COMPILER)
    await owner.close()
    pool = await open_pool(database.dsn(), application_name="test", size=2)
    yield CatalogueLifeStore(pool)
    await pool.close()


async def test_a_word_that_came_after_the_judgement_is_judged_first(life: CatalogueLifeStore) -> None:
    begun = await life.save(NewDraft(None, 0, "r", "themes/r.toml", 1, "text", (), (PROVIDER,), ""), BY)
    draft = await life.move(begun, Act.SUBMIT, "", BY)
    await life.confirm(draft, Confirmation(PROVIDER, True, "", "f"), BY)
    words = (await life.confirmations([draft.id]))[draft.id]
    judged = Publication(draft, await life.now(), {"themes/r.toml": "text"}, (), words)
    await life.confirm(draft, Confirmation(PROVIDER, False, "不同意", "f"), BY)
    assert await life.publish(judged, BY) is None
    assert [one.number for one in await life.versions()] == [1]
    anew = Publication(*(draft, judged.now, judged.documents, ()), (await life.confirmations([draft.id]))[draft.id])
    assert await life.publish(anew, BY) == 2  # whether an objection stands against it is not judged here


async def test_a_last_day_that_was_told_of_a_change_task_is_kept(life: CatalogueLifeStore) -> None:
    """Where a calendar that was loaded since would end the fifteen working days earlier."""
    start, reported = date(2026, 9, 18), datetime(2026, 9, 18, tzinfo=UTC)
    counted = CALENDAR.add_working_days(start, 15).date
    for told, due in ((counted + timedelta(days=6), counted + timedelta(days=6)), (counted - timedelta(days=6), counted)):
        task = await life.report_change(ChangeTask(0, "r", "law", "修订", start, 15, told, reported, BY, COMPILER))
        (kept,) = await life.change_tasks("r", [task.id])
        assert kept.told_due == told
        assert task_shown(kept, CALENDAR).due_on == due


async def test_the_withdrawal_of_a_register_completes_its_open_tasks_and_no_others(life: CatalogueLifeStore) -> None:
    day, now = date(2026, 9, 18), datetime.now(UTC)
    for register in ("gone", "kept"):
        await life.report_change(ChangeTask(0, register, "law", "修订", day, 15, None, now, BY, COMPILER))
    begun = await life.save(NewDraft(None, 0, "gone", "themes/gone.toml", 1, GONE, (), (), "任务已完成"), BY)
    draft = await life.move(begun, Act.SUBMIT, "", BY)
    assert await life.publish(Publication(draft, await life.now(), {}, (), ()), BY) == 2
    tasks = await life.change_tasks(None, None)
    assert {one.register: (one.completed_version, one.lead) for one in tasks} == {
        "gone": (2, COMPILER),
        "kept": (None, COMPILER),
    }
