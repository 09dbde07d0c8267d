"""The rights in memory: one snapshot, refreshed on the channel and on demand; the demo's seed; the catalogue's versions."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from catalogue.load import load_catalogue, read_documents
from catalogue.load_matters import load_matters
from catalogue.model import Coordinate, Form, ItemCode, Mode, ProviderCode, ResourceName, Rows, Use
from catalogue.predicate import ItemName
from demo.seed import CLIENTS, ENTRUSTMENTS, department_code, grants
from demo.write_seed import write_seed
from errors import GatewayError
from resolvers.ports import NewCase
from resolvers.ports.cases import Closing
from resolvers.ports.matters import MatterStep
from resolvers.secrets import verify_secret
from settings import ROOT
from storage import rights
from storage.access import Role
from storage.cases import CaseStore
from storage.catalogue_versions import load_published, seed_catalogue
from storage.clients import disable_client, rotate_secret
from storage.grants import Granted, add_grants, revoke_grant
from storage.matters import MatterBook, seed_matters
from storage.pool import open_pool
from storage.rights import RightsStore
from tests.conftest import Database
from tests.signing import GRANT_KEYS, seals_of_tests

FOLDER = ROOT / "catalogue"
CATALOGUE = load_catalogue(FOLDER)
HALL = department_code(CATALOGUE, "nanjing_government_services")
HOUSING = department_code(CATALOGUE, "nanjing_housing")
NOW = datetime(2026, 6, 1, tzinfo=UTC)
ITEM = CATALOGUE.entries[Coordinate(ResourceName("LegalEntity"), ItemName("socialInsuredCount"))]
GRANTED = Granted(
    provider=ITEM.provider,
    department=HOUSING,
    items=frozenset({ITEM.code}),
    form=Form.FULL,
    rows=Rows.ALL,
    uses=frozenset({Use.ADMINISTRATIVE_BASIS}),
    matters=frozenset(),
    modes=frozenset({Mode.ONLINE_LOOKUP}),
    valid_from=NOW,
    valid_until=NOW + timedelta(days=3650),
    basis="同意",
)


class Seeded:
    """A seeded database, a connection that changes it, and a store over it."""

    def __init__(
        self, connection: "asyncpg.Connection[asyncpg.Record]", store: RightsStore, troubles: list[Exception]
    ) -> None:
        self.connection = connection
        self.store = store
        self.troubles = troubles

    async def epoch(self) -> int:
        epoch: int = await self.connection.fetchval("SELECT epoch FROM epoch")
        return epoch

    async def until(self, epoch: int) -> None:
        """Until the channel has told the store."""
        async with asyncio.timeout(5):
            while self.store.epoch < epoch:
                await asyncio.sleep(0.005)


@pytest.fixture
async def seeded(database: Database) -> AsyncIterator[Seeded]:
    connection = await asyncpg.connect(database.dsn())
    await seed_catalogue(connection, FOLDER)
    await seed_matters(connection, CATALOGUE, FOLDER / "matters", strict=True)
    await write_seed(connection, CATALOGUE, GRANT_KEYS)
    pool = await open_pool(database.dsn(), application_name="test", size=3)
    troubles: list[Exception] = []
    store = RightsStore(pool, database.dsn(), troubles.append, seals_of_tests())
    await store.open()
    yield Seeded(connection, store, troubles)
    await store.close()
    await pool.close()
    await connection.close()


async def test_the_seed_is_what_the_demo_states(seeded: Seeded) -> None:
    store = seeded.store
    for client in CLIENTS:
        held = store.client(client.id)
        assert held is not None
        assert (held.roles, held.introspection) == (client.roles, client.introspection)
        assert verify_secret(client.secret, held.secrets[0].hash)
    stated = {one.grant.id: one.grant for one in grants(CATALOGUE) if one.grant.valid_until > datetime.now(UTC)}
    held_grants = {grant.id: grant for of in store.rights.grants.values() for one in of.values() for grant in one}
    assert held_grants == stated
    for entrusted in ENTRUSTMENTS:
        duty = department_code(CATALOGUE, entrusted.duty)
        assert store.entrustment(HALL, duty, min(entrusted.matters), NOW.timestamp() + 1e8)
        assert not store.entrustment(HALL, duty, "M99", NOW.timestamp() + 1e8)
        assert not store.entrustment(duty, HALL, min(entrusted.matters), NOW.timestamp() + 1e8)
    assert store.division_of(HALL) == "320100"
    assert store.division_of(ProviderCode("11320000MBX9999999")) is None


async def test_seeding_again_changes_nothing_not_even_the_epoch(seeded: Seeded) -> None:
    before = await seeded.epoch()
    assert not await seed_catalogue(seeded.connection, FOLDER)
    assert not await write_seed(seeded.connection, CATALOGUE, GRANT_KEYS)
    assert await seeded.epoch() == before


async def test_a_change_is_heard_on_the_channel(seeded: Seeded) -> None:
    assert not seeded.store.rights.of(HOUSING).get(ITEM.code)
    (number,) = await add_grants(seeded.connection, [GRANTED], GRANT_KEYS)
    await seeded.until(await seeded.epoch())
    assert [grant.id for grant in seeded.store.rights.of(HOUSING)[ITEM.code]] == [number]
    await revoke_grant(seeded.connection, number, "事项已取消")
    await seeded.until(await seeded.epoch())
    assert not seeded.store.rights.of(HOUSING).get(ITEM.code)
    assert seeded.troubles == []


async def test_refresh_reaches_the_epoch_without_the_channel(database: Database, seeded: Seeded) -> None:
    pool = await open_pool(database.dsn(), application_name="deaf", size=2)
    deaf = RightsStore(pool, "postgresql://nobody@127.0.0.1:1/none", lambda _: None, seals_of_tests())
    await deaf.open()
    await disable_client(seeded.connection, "demo-hall")
    epoch = await seeded.epoch()
    held = deaf.client("demo-hall")
    assert held is not None
    assert not held.disabled
    await asyncio.gather(*(deaf.refresh(epoch) for _ in range(50)))
    held = deaf.client("demo-hall")
    assert held is not None
    assert held.disabled
    assert deaf.epoch == epoch
    await deaf.close()
    await pool.close()


LISTENERS = (
    " FROM pg_stat_activity"
    " WHERE application_name = 'oncegate epoch' AND datname = current_database() AND query LIKE 'SELECT%'"
)


async def test_the_listener_comes_back(seeded: Seeded) -> None:
    end = f"SELECT pg_terminate_backend(pid){LISTENERS}"
    async with asyncio.timeout(5):
        while not await seeded.connection.fetch(end):
            await asyncio.sleep(0.01)
    await add_grants(seeded.connection, [GRANTED], GRANT_KEYS)
    await seeded.until(await seeded.epoch())
    assert len(seeded.troubles) == 1


async def test_a_channel_that_fell_silent_is_noticed(
    database: Database, seeded: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rights, "LOOK_AGAIN_S", 0.05)
    async with asyncio.timeout(5):
        while not await seeded.connection.fetch(f"SELECT pid{LISTENERS}"):
            await asyncio.sleep(0.01)
    await disable_client(seeded.connection, "demo-hall")  # heard: from here on the listener looks again soon
    await seeded.until(await seeded.epoch())
    owner = await asyncpg.connect(database.dsn(Role.OWNER))
    await owner.execute("UPDATE epoch SET epoch = epoch + 1")  # told by nobody
    await owner.close()
    await seeded.until(await seeded.epoch())
    assert seeded.troubles == []


async def test_rights_or_cases_that_cannot_be_read_are_a_refusal(database: Database, seeded: Seeded) -> None:
    pool = await open_pool(database.dsn(), application_name="cut off", size=2)
    deaf = RightsStore(pool, "postgresql://nobody@127.0.0.1:1/none", lambda _: None, seals_of_tests())
    await deaf.open()
    await disable_client(seeded.connection, "demo-hall")
    await pool.close()
    with pytest.raises(GatewayError) as unread:
        await deaf.refresh(await seeded.epoch())
    assert unread.value.code.name == "RIGHTS_MOVED"
    with pytest.raises(GatewayError) as unreached:
        await CaseStore(pool).open_case(HALL, "DEMO-M07")
    assert unreached.value.code.name == "LEDGER_UNAVAILABLE"
    await deaf.close()


async def test_a_client_ends_with_its_department(seeded: Seeded) -> None:
    await seeded.connection.execute("UPDATE department SET valid_until = now() + interval '1 hour' WHERE code = $1", HALL)
    await seeded.until(await seeded.epoch())
    held = seeded.store.client("demo-hall")
    assert held is not None
    now = datetime.now(UTC).timestamp()
    assert held.may_act(now)
    assert not held.may_act(now + 3601)  # without another change being told


async def test_ten_thousand_grants_are_indexed(seeded: Seeded) -> None:
    many = [
        replace(GRANTED, items=frozenset({ItemCode(f"101001/000001-{number % 40:03}")}), basis=f"同意 {number}")
        for number in range(10_000)
    ]
    await add_grants(seeded.connection, many, GRANT_KEYS)
    await seeded.store.refresh(await seeded.epoch())  # however long the signatures take
    assert sum(len(of_item) for of_item in seeded.store.rights.of(HOUSING).values()) >= 10_000


def test_a_grants_id_is_the_hash_of_all_that_was_granted() -> None:
    others = [
        replace(GRANTED, provider=HALL),
        replace(GRANTED, department=HALL),
        replace(GRANTED, items=frozenset({ItemCode("101001/000001-010")})),
        replace(GRANTED, form=Form.MASKED),
        replace(GRANTED, rows=Rows.OWN_DIVISION),
        replace(GRANTED, uses=frozenset({Use.WORK_REFERENCE})),
        replace(GRANTED, matters=frozenset({"M01"})),
        replace(GRANTED, modes=frozenset({Mode.BULK_DOWNLOAD})),
        replace(GRANTED, valid_from=NOW + timedelta(seconds=1)),
        replace(GRANTED, valid_until=NOW + timedelta(days=1)),
        replace(GRANTED, basis="部分同意"),
    ]
    assert len({one.grant.id for one in (GRANTED, *others)}) == len(others) + 1
    assert replace(GRANTED).grant.id == GRANTED.grant.id


async def test_a_revoked_grant_does_not_come_back(seeded: Seeded) -> None:
    (number,) = await add_grants(seeded.connection, [GRANTED], GRANT_KEYS)
    assert await add_grants(seeded.connection, [GRANTED], GRANT_KEYS) == (number,)
    with pytest.raises(GatewayError, match="needs a reason"):
        await revoke_grant(seeded.connection, number, "  ")
    await revoke_grant(seeded.connection, number, "事项已取消")
    with pytest.raises(GatewayError, match="no grant in force"):
        await revoke_grant(seeded.connection, number, "再次")
    with pytest.raises(GatewayError, match="was revoked"):
        await add_grants(seeded.connection, [GRANTED], GRANT_KEYS)


async def test_a_former_secret_holds_for_an_hour_or_ends_at_once(seeded: Seeded) -> None:
    until = await rotate_secret(seeded.connection, "demo-hall", "scrypt$new", at_once=False)
    assert until is not None
    assert timedelta(minutes=59) < until - datetime.now(UTC) <= timedelta(hours=1)
    await seeded.until(await seeded.epoch())
    held = seeded.store.client("demo-hall")
    assert held is not None
    assert {secret.valid_until for secret in held.secrets} == {None, until.timestamp()}
    assert held.tokens_not_before == 0.0
    assert await rotate_secret(seeded.connection, "demo-hall", "scrypt$newer", at_once=True) is None
    await seeded.until(await seeded.epoch())
    held = seeded.store.client("demo-hall")
    assert held is not None
    assert [secret.hash for secret in held.secrets] == ["scrypt$newer"]
    assert held.tokens_not_before > 0


async def test_a_case_belongs_to_its_department(database: Database, seeded: Seeded) -> None:
    pool = await open_pool(database.dsn(), application_name="cases", size=2)
    cases = CaseStore(pool)
    await cases.add(NewCase("C-1", HALL, "M07", "h", {"applicant": ("a", "b"), "spouse": ("a",)}))
    await cases.add(NewCase("C-1", HOUSING, "M12", "h", {"applicant": ("c",)}))
    found = await cases.open_case(HALL, "C-1")
    assert found is not None
    assert (found.matter, sorted(found.codes)) == ("M07", ["a", "b"])
    await cases.close(HALL, "C-1", Closing("h"))
    assert await cases.open_case(HALL, "C-1") is None
    with pytest.raises(GatewayError, match="already"):
        await cases.add(NewCase("C-1", HALL, "M07", "h", {"applicant": ("a", "b"), "spouse": ("a",)}))
    assert await cases.open_case(HOUSING, "C-1") is not None
    await pool.close()


async def test_what_is_published_rules_over_the_files(seeded: Seeded, tmp_path: Path) -> None:
    published = await load_published(seeded.connection, FOLDER)
    assert published.files_agree
    assert published.catalogue.entries == CATALOGUE.entries
    assert list(published.catalogue.resources) == list(CATALOGUE.resources)
    for path, text in read_documents(FOLDER).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text.replace("江苏省公安厅", "江苏省公安局"), encoding="utf-8")
    changed = await load_published(seeded.connection, tmp_path)
    assert not changed.files_agree
    assert changed.catalogue.departments == CATALOGUE.departments


async def test_of_two_versions_published_while_a_worker_starts_the_later_is_served(seeded: Seeded) -> None:
    """The second comes while the first is being made ready."""
    taken: list[int] = []

    async def prepare(version: int) -> Callable[[], None]:
        if version == 2:
            await publish(seeded, 3)
            await seeded.store.refresh(await seeded.epoch())
        return lambda: taken.append(version)

    await publish(seeded, 2)
    await seeded.store.refresh(await seeded.epoch())
    await seeded.store.serve(1, prepare)
    assert (seeded.store.catalogue_version, taken[-1]) == (3, 3)


async def publish(seeded: Seeded, version: int) -> None:
    document = json.dumps(read_documents(FOLDER))
    await seeded.connection.execute(
        "INSERT INTO catalogue_version (version, document, published_by) VALUES ($2, $1, 'test')", document, version
    )


async def test_a_version_that_cannot_be_taken_is_said_and_taken_once_it_can(seeded: Seeded) -> None:
    """Nobody is answered by the former one, and nobody is told why but the operators."""
    taken: list[int] = []
    fault: list[Exception] = [KeyError("what no client may read")]

    async def prepare(version: int) -> Callable[[], None]:
        if fault:
            raise fault[0]
        return lambda: taken.append(version)

    await seeded.store.serve(1, prepare)
    await publish(seeded, 2)
    epoch = await seeded.epoch()
    with pytest.raises(GatewayError) as untaken:
        await seeded.store.refresh(epoch)
    assert (untaken.value.code.name, "client may read" in str(untaken.value.to_json())) == ("RIGHTS_MOVED", False)
    assert seeded.store.catalogue_version == 1
    assert fault[0] in seeded.troubles
    fault.clear()
    await seeded.store.refresh(epoch)
    assert (seeded.store.catalogue_version, taken) == (2, [2])


TODAY = date(2026, 3, 2)
SAVED = MatterStep("c-1", "h-1", "办事指南修订")


class TestMatters:
    async def test_the_files_seed_what_is_kept(self, seeded: Seeded) -> None:
        files = load_matters(CATALOGUE)
        assert seeded.store.matters.matters == files.matters
        assert seeded.store.matters.revision == 13
        assert not await seed_matters(seeded.connection, CATALOGUE, FOLDER / "matters", strict=True)

    async def test_a_new_version_comes_with_its_epoch_and_the_former_is_kept(
        self, database: Database, seeded: Seeded
    ) -> None:
        former = seeded.store.matters.in_force("M04", TODAY)
        assert former is not None
        later = replace(former, version=2, valid_from=date(2026, 3, 9), materials=former.materials[:3])
        async with asyncpg.create_pool(database.dsn(), min_size=1, max_size=1) as pool:
            saved = await MatterBook(pool).save(later, SAVED)
            assert (saved.version, saved.step, saved.withdrawn) == (2, SAVED, False)
            await seeded.until(await seeded.epoch())
            held = seeded.store.matters
            days = (date(2026, 3, 8), date(2026, 3, 9))
            assert [len(one.materials) for day in days if (one := held.in_force("M04", day))] == [8, 3]
            assert seeded.store.rights.matters is held
            with pytest.raises(GatewayError, match="by another") as refused:
                await MatterBook(pool).save(later, SAVED)
            assert refused.value.code.name == "STATE_CONFLICT"
            await MatterBook(pool).withdraw("M04", 3, date(2026, 3, 9), former.department, SAVED)
            await seeded.until(await seeded.epoch())
            assert seeded.store.matters.in_force("M04", date(2026, 3, 9)) is None
            listed = await MatterBook(pool).versions("M04")
        assert [(one.version, one.withdrawn, one.step.reason) for one in listed] == [
            (1, False, "the catalogue's files"), (2, False, SAVED.reason), (3, True, SAVED.reason),
        ]  # fmt: skip

    async def test_another_change_reads_no_matter_again(self, seeded: Seeded) -> None:
        held = seeded.store.matters
        await disable_client(seeded.connection, "demo-hall")
        await seeded.until(await seeded.epoch())
        assert seeded.store.matters is held

    async def test_the_service_never_changes_a_version(self, seeded: Seeded) -> None:
        for statement in ("UPDATE matter_version SET valid_until = NULL", "DELETE FROM matter_version"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await seeded.connection.execute(statement)

    async def test_a_version_that_does_not_hold_stops_what_rests_on_it(self, seeded: Seeded) -> None:
        """It is not passed over, for then its matter would be bound to nothing."""
        await seeded.connection.execute(
            "INSERT INTO matter_version (code, version, valid_from, department, document, reason, client, handler)"
            " SELECT code, 2, valid_from, department, '{\"code\": \"M04\"}', 'by hand', '-', '-' FROM matter_version"
            " WHERE code = 'M04'"
        )
        with pytest.raises(GatewayError) as refused:
            await seeded.store.refresh(await seeded.epoch())
        assert refused.value.code.name == "RIGHTS_MOVED"
        assert any("M04 version 2" in str(trouble) for trouble in seeded.troubles)
