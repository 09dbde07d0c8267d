"""Grants in our database: what a hand in the database cannot do, and what their providers can."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest

from catalogue.model import Basis, BasisClass, Form, ItemCode, Mode, ProviderCode, Rows, Use
from errors import GatewayError
from ledger.entry import Entry, Kind, PositionOutcome, PurposeRecord, canonical, encode_outcomes, new_id
from resolvers.ports.grants import GrantFilter, GrantState, NewSuspension, UsageFilter
from sharing.concealment import Concealment
from sharing.grant import Grant, GrantId
from sharing.sealed import Granted
from storage.access import Role
from storage.grant_book import GrantBook
from storage.grants import add_grants, revoke_grant
from storage.ledger import LedgerWriter
from storage.operations import OperationBook
from storage.pool import open_pool
from storage.seals import SELECT, SELECT_FORMER, SELECT_SAID, SELECT_SUSPENSIONS, Seals
from storage.usage import UsageCounts
from storage.verify_grants import verify_grants
from tests.conftest import Database
from tests.signing import GRANT_KEYS

PROVIDER, CONSUMER, STRANGER = map(ProviderCode, ("11320000MBX000027Q", "11320100MBX0003018", "11320000MBX000019X"))
NOW = datetime.now(UTC)
LAW = Basis("中华人民共和国监察法", "中华人民共和国主席令第三号", "第十八条", BasisClass.LAW)
FIRST, SECOND = ItemCode("101002/000001-001"), ItemCode("101002/000001-002")
GRANTED = Granted(
    provider=PROVIDER,
    department=CONSUMER,
    items=frozenset({FIRST, SECOND}),
    form=Form.FULL,
    rows=Rows.ALL,
    uses=frozenset({Use.ADMINISTRATIVE_BASIS}),
    matters=frozenset({"M12"}),
    modes=frozenset({Mode.ONLINE_LOOKUP}),
    valid_from=NOW - timedelta(days=1),
    valid_until=NOW + timedelta(days=100),
    basis="同意",
    handler="H-1",
    within="320100",
)


class Room:
    """A database with three departments; `service` is what a worker has, `owner` a hand that may do anything."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.unsound: list[Sequence[str]] = []
        self.seals = Seals(GRANT_KEYS, self.unsound.append)

    async def open(self) -> None:
        self.owner = await asyncpg.connect(self.database.dsn(Role.OWNER))
        self.service = await asyncpg.connect(self.database.dsn())
        self.pool = await open_pool(self.database.dsn(), application_name="test", size=4)
        self.book = GrantBook(self.pool, self.seals, GRANT_KEYS)
        for code in (PROVIDER, CONSUMER, STRANGER):
            await self.owner.execute(
                "INSERT INTO department (code, name, name_zh, kind, division_code)"
                " VALUES ($1, $1, $1, 'government', '320000')",
                code,
            )

    async def close(self) -> None:
        await self.pool.close()
        await self.service.close()
        await self.owner.close()

    async def give(self, *granted: Granted) -> tuple[GrantId, ...]:
        return await add_grants(self.service, granted or (GRANTED,), GRANT_KEYS)

    async def rights(self) -> list[Grant]:
        queries = (SELECT, SELECT_FORMER, SELECT_SUSPENSIONS, SELECT_SAID)
        return self.seals.rights(*[await self.service.fetch(query) for query in queries])

    async def reach(self, grant: GrantId) -> dict[ItemCode, tuple[tuple[str, ...], bool]]:
        """By item: the divisions that the grant does not reach, and whether it is stopped."""
        held = [one for one in await self.rights() if one.id == grant]
        return {item: (one.without, one.suspended) for one in held for item in one.items}

    async def by_hand(self, statement: str, *values: object) -> None:
        """As the tables' owner, past the triggers."""
        await self.owner.execute("ALTER TABLE sharing_grant DISABLE TRIGGER sharing_grant_is_kept")
        await self.owner.execute(statement, *values)
        await self.owner.execute("ALTER TABLE sharing_grant ENABLE TRIGGER sharing_grant_is_kept")

    async def suspend(self, *, grant: GrantId | None = None, items: Sequence[ItemCode] = ()) -> int:
        consumer = None if grant is not None else CONSUMER
        return (await self.book.suspend(NewSuspension(PROVIDER, consumer, grant, frozenset(items), "核查", "H-2"))).id


@pytest.fixture
async def room(database: Database) -> AsyncIterator[Room]:
    room = Room(database)
    await room.open()
    yield room
    await room.close()


async def refusal(doing: object) -> str:
    with pytest.raises(GatewayError) as refused:
        await doing  # type: ignore[misc]
    return refused.value.code.name


ALTERED = {
    "items": "items = items || ARRAY['101002/000001-004']",
    "consumer": "consumer = '11320000MBX000019X'",
    "form": "form = 'masked'",
    "rows": "rows = 'case_subject'",
    "uses": "uses = ARRAY['work_reference']",
    "matters": "matters = '{}'",
    "modes": "modes = ARRAY['bulk_download']",
    "an unknown mode": "modes = ARRAY['by_fax']",
    "begin": "valid_from = valid_from - interval '1 year'",
    "end": "valid_until = valid_until + interval '1 microsecond'",
    "provider": "answered_by = '11320000MBX000019X'",
    "words": "basis = '同意，不限'",
    "quota": "quota_per_day = 1000000",
    "operations": "operations = ARRAY['00']",
    "application": "application = 'A-1'",
    "part of the rows": "within = NULL",
    "rows of some values": "apart = items",
    "officer": "handler = 'H-9'",
    "signature": "signature = set_byte(signature, 0, get_byte(signature, 0) # 1)",
    "no signature": "signature = NULL, signing_key = NULL",
    "another key": "signing_key = 'grant-7'",
    "another kind of key": "signing_key = 'head-1'",
    "id": "id = repeat('0', 32)",
}


@pytest.mark.parametrize("change", ALTERED.values(), ids=ALTERED)
async def test_a_row_altered_by_hand_counts_for_nothing(room: Room, change: str) -> None:
    number, other = await room.give(GRANTED, replace(GRANTED, basis="另一份"))
    assert {grant.id for grant in await room.rights()} == {number, other}
    await room.by_hand(f"UPDATE sharing_grant SET {change} WHERE id = $1", number)
    assert [grant.id for grant in await room.rights()] == [other]
    ((told,),) = room.unsound
    assert told in (number, "0" * 32)
    held = await room.book.find(number)
    assert held is None or not held.sound


async def test_all_that_was_granted_comes_back_as_it_was(room: Room) -> None:
    (first,) = await room.give()
    whole = replace(
        GRANTED, quota_per_day=500, operations=frozenset({"ab" * 32}), application="A-1", renews=first,
        valid_until=GRANTED.valid_until.replace(microsecond=1),
        concealment=Concealment(LAW, date(2027, 1, 31)), apart=frozenset({FIRST}),
    )  # fmt: skip
    assert all(getattr(whole, field.name) for field in fields(Granted))  # one that is added later is not forgotten here
    (number,) = await room.give(whole)
    record = await room.book.find(number)
    assert record is not None
    assert record.sound
    assert record.granted == whole
    assert [grant for grant in await room.rights() if grant.id == number] == [whole.grant]


async def test_what_took_a_grants_place_is_counted_as_the_first_of_them(room: Room) -> None:
    (first,) = chain = await room.give(replace(GRANTED, quota_per_day=5))
    for operations in (frozenset({"ab" * 32, "cd" * 32}), frozenset({"ab" * 32}), frozenset({"cd" * 32})):
        later = replace(GRANTED, quota_per_day=5, operations=operations, renews=chain[-1])
        chain = (*chain, *await room.give(later))
    await room.by_hand("UPDATE sharing_grant SET revoked_at = now(), revoked_reason = '限定' WHERE id = ANY($1)", chain[:2])
    assert {grant.id: grant.counted_as for grant in await room.rights()} == dict.fromkeys(chain[2:], first)


async def test_a_former_grant_changed_by_hand_gives_no_fresh_quota(room: Room) -> None:
    (first, other) = await room.give(replace(GRANTED, quota_per_day=5), replace(GRANTED, basis="另一份"))
    (second,) = await room.give(replace(GRANTED, quota_per_day=5, basis="续期", renews=first))
    (third,) = await room.give(replace(GRANTED, quota_per_day=5, basis="再续", renews=second))
    await room.by_hand(
        "UPDATE sharing_grant SET revoked_at = now(), revoked_reason = '续期' WHERE id = ANY($1)", [first, second]
    )
    counted = {other: other, third: first}
    assert {grant.id: grant.counted_as for grant in await room.rights()} == counted
    for number, renews in ((second, None), (second, other), (second, third), (first, other), (first, third)):
        was = await room.owner.fetchval("SELECT renews FROM sharing_grant WHERE id = $1", number)
        await room.by_hand("UPDATE sharing_grant SET renews = $2 WHERE id = $1", number, renews)
        assert [grant.id for grant in await room.rights()] == [other]
        assert room.unsound[-1] == (third,)
        await room.by_hand("UPDATE sharing_grant SET renews = $2 WHERE id = $1", number, was)
        assert {grant.id: grant.counted_as for grant in await room.rights()} == counted


async def test_what_a_grant_took_the_place_of_outlives_the_key_that_signed_it(room: Room) -> None:
    (first,) = await room.give(replace(GRANTED, quota_per_day=5))
    (later,) = await room.give(replace(GRANTED, quota_per_day=5, basis="续期", renews=first))
    await room.by_hand("UPDATE sharing_grant SET signing_key = 'withdrawn', valid_until = valid_until WHERE id = $1", first)
    assert {grant.id: grant.counted_as for grant in await room.rights()} == {later: first}


async def test_a_row_added_by_hand_counts_for_nothing(room: Room) -> None:
    (number,) = await room.give()
    copy = "INSERT INTO sharing_grant SELECT (jsonb_populate_record(g, $2)).* FROM sharing_grant AS g WHERE id = $1"
    await room.owner.execute(copy, number, '{"id": "ffffffffffffffffffffffffffffffff", "form": "masked"}')
    await room.owner.execute(copy, number, '{"id": "张三 320106199001011234"}')
    assert [grant.id for grant in await room.rights()] == [number]
    (told,) = room.unsound
    assert sorted(told) == ["f" * 32, "no hash"]  # what somebody wrote into a table is not repeated in a log
    await room.rights()
    assert len(room.unsound) == 1  # told once, until it changes
    await room.by_hand("DELETE FROM sharing_grant WHERE id <> $1", number)
    await room.rights()
    assert room.unsound[1:] == [()]


async def test_a_signature_is_verified_once_and_again_when_anything_changed(room: Room) -> None:
    verified: list[str] = []

    def verifier(key_id: str, signature: bytes, message: bytes, /) -> bool:
        verified.append(key_id)
        return GRANT_KEYS(key_id, signature, message)

    room.seals = Seals(verifier, room.unsound.append)
    await room.give(*(replace(GRANTED, basis=str(number)) for number in range(20)))
    assert len(await room.rights()) == 20
    assert len(await room.rights()) == 20
    assert len(verified) == 20
    await room.by_hand("UPDATE sharing_grant SET signature = $1 WHERE basis = '7'", bytes(64))
    assert len(await room.rights()) == 19
    assert len(verified) == 21


async def test_the_service_can_neither_change_a_grant_nor_undo_a_revocation(room: Room) -> None:
    (number,) = await room.give()
    stop = await room.suspend(grant=number)
    with pytest.raises(asyncpg.CheckViolationError):  # Art. 16 ¶1: with a reason
        await room.service.execute("UPDATE sharing_grant SET revoked_at = now(), revoked_by = 'H-2'")
    await room.book.revoke(PROVIDER, number, "事项已取消", "H-2")
    for statement in (
        "UPDATE sharing_grant SET valid_until = valid_until + interval '1 day'",
        "UPDATE sharing_grant SET signature = NULL, signing_key = NULL",
        "DELETE FROM sharing_grant",
        "UPDATE sharing_suspension SET items = '{}'",
        "DELETE FROM sharing_suspension",
        "DELETE FROM usage_of_day",
        "SELECT payload FROM ledger_entry",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await room.service.execute(statement)
    cleared = "UPDATE sharing_grant SET revoked_at = NULL, revoked_reason = NULL, revoked_by = NULL"
    for connection in (room.service, room.owner):
        with pytest.raises(asyncpg.RestrictViolationError, match="final"):
            await connection.execute(cleared)
    await room.book.resume(PROVIDER, stop, "核查完毕", "H-2")
    for statement in ("UPDATE sharing_suspension SET resumed_reason = '另'", "DELETE FROM sharing_suspension"):
        with pytest.raises(asyncpg.RestrictViolationError):
            await room.owner.execute(statement)
    with pytest.raises(asyncpg.RestrictViolationError, match="never changed"):
        await room.owner.execute("UPDATE sharing_grant SET items = items || ARRAY['x'], revoked_at = now()")
    assert await room.rights() == []


async def test_an_answer_of_many_grants_moves_the_epoch_once(room: Room) -> None:
    before = await room.service.fetchval("SELECT epoch FROM epoch")
    await room.give(*(replace(GRANTED, basis=str(number)) for number in range(50)))
    assert await room.service.fetchval("SELECT epoch FROM epoch") == before + 1
    assert len(await room.rights()) == 50


async def test_a_part_let_go_moves_the_epoch_and_its_new_source_stops_it(room: Room) -> None:
    say = (
        "INSERT INTO source_part (item, department, division, released, let_go_to, client, handler)"
        " VALUES ($1, $2, '320100', $3, $4, 'c', 'H-1')"
    )
    granted = replace(GRANTED, within=None)
    (number,) = await room.give(granted)
    epoch = await room.service.fetchval("SELECT epoch FROM epoch")
    await room.service.execute(say, FIRST, PROVIDER, True, STRANGER)
    await room.service.execute(say, FIRST, STRANGER, False, None)
    assert await room.service.fetchval("SELECT epoch FROM epoch") == epoch + 2
    assert {grant.without for grant in await room.rights()} == {()}, "it was given before"
    (later,) = await room.give(replace(granted, valid_from=datetime.now(UTC), basis="让出之后的答复"))
    assert await room.reach(later) == {FIRST: (("320100",), False), SECOND: ((), False)}
    await room.book.suspend(NewSuspension(STRANGER, CONSUMER, None, frozenset({FIRST}), "核查", "H-3"))
    assert await room.reach(number) == {FIRST: (("320100",), False), SECOND: ((), False)}
    found = await room.book.find(number)
    assert found is not None
    assert [one.provider for one in found.suspended] == [STRANGER]
    stopped = await room.book.page(GrantFilter(None, GrantState.SUSPENDED), 10, None)
    assert {one.id for one in stopped.grants} == {number, later}
    renewal = replace(granted, renews=number, valid_until=granted.valid_until + timedelta(days=1))
    assert (await room.book.replace(renewal, revoke_reason=None)).granted == renewal, "the rest is its provider's"


async def test_a_revocation_takes_the_renewals_with_it(room: Room) -> None:
    (number,) = await room.give()
    renewal = replace(
        GRANTED, renews=number, valid_from=GRANTED.valid_until, valid_until=GRANTED.valid_until + timedelta(days=1)
    )
    later = (await room.book.replace(renewal, revoke_reason=None)).id
    assert {grant.id for grant in await room.rights()} == {number, later}
    assert await refusal(room.book.replace(renewal, revoke_reason=None)) == "STATE_CONFLICT"
    record = await room.book.revoke(PROVIDER, number, "事项已取消", "H-2")
    assert record.renewed_by == (later,)
    assert await room.rights() == []
    for one in (number, later):
        found = await room.book.find(one)
        assert found is not None
        assert found.sound
        assert found.revocation is not None
        assert (found.revocation.reason, found.revocation.handler) == ("事项已取消", "H-2")
    assert await refusal(room.book.revoke(PROVIDER, number, "再次", "H-2")) == "STATE_CONFLICT"
    assert await refusal(room.book.revoke(CONSUMER, number, "不归我管", "H-2")) == "NOT_RESPONSIBLE"
    assert await refusal(room.book.revoke(STRANGER, number, "不归我管", "H-2")) == "NOT_FOUND"
    assert await refusal(room.book.revoke(PROVIDER, "0" * 32, "没有", "H-2")) == "NOT_FOUND"


async def test_a_revocation_finds_the_renewal_that_was_being_made(room: Room) -> None:
    """A forerunner is revoked while what renewed it is narrowed: whichever comes first, nothing is left in force."""
    (number,) = await room.give()
    renewal = replace(
        GRANTED, renews=number, valid_from=GRANTED.valid_until, valid_until=GRANTED.valid_until + timedelta(days=1)
    )
    later = (await room.book.replace(renewal, revoke_reason=None)).id
    narrower = replace(renewal, renews=later, operations=frozenset({"ab" * 32}))

    async def waiting(many: int) -> None:
        while await room.service.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted") < many:
            await asyncio.sleep(0.01)

    async with room.owner.transaction():
        await room.owner.execute("SELECT FROM ledger_head FOR UPDATE")  # the narrowing gets as far as its last step
        narrowing = asyncio.create_task(room.book.replace(narrower, revoke_reason="限定查询"))
        await asyncio.wait_for(waiting(1), 10)
        revocation = asyncio.create_task(room.book.revoke(PROVIDER, number, "事项已取消", "H-2"))
        await asyncio.wait_for(waiting(2), 10)
    await asyncio.gather(narrowing, revocation)
    assert await room.rights() == []


async def test_narrowing_is_one_step(room: Room) -> None:
    (number,) = await room.give()
    narrower = replace(GRANTED, renews=number, valid_from=NOW, operations=frozenset({"ab" * 32}))
    record = await room.book.replace(narrower, revoke_reason="限定查询")
    (grant,) = await room.rights()
    assert (grant.id, grant.operations) == (record.id, frozenset({"ab" * 32}))
    former = await room.book.find(number)
    assert former is not None
    assert former.revocation is not None
    assert former.revocation.reason == "限定查询"


async def test_suspended_items_are_stopped_and_no_others(room: Room) -> None:
    (number,) = await room.give()
    stop = await room.suspend(items=[FIRST])
    parts = {grant.suspended: grant.items for grant in await room.rights()}
    assert parts == {True: frozenset({FIRST}), False: frozenset({SECOND})}
    (later,) = await room.give(replace(GRANTED, basis="之后的另一份"))
    assert {(grant.id, grant.suspended) for grant in await room.rights() if FIRST in grant.items} == {
        (number, True),
        (later, True),
    }
    other = replace(GRANTED, department=STRANGER)
    await room.give(other)
    assert [grant.suspended for grant in await room.rights() if grant.department == STRANGER] == [False]
    await room.book.resume(PROVIDER, stop, "核查完毕", "H-2")
    assert not any(grant.suspended for grant in await room.rights())
    assert await refusal(room.book.resume(PROVIDER, stop, "再次", "H-2")) == "STATE_CONFLICT"


async def test_what_is_suspended_is_not_suspended_again(room: Room) -> None:
    (number,) = await room.give()
    first = await room.suspend(items=[FIRST, SECOND])
    assert await refusal(room.suspend(items=[FIRST])) == "STATE_CONFLICT"
    await room.suspend(grant=number)  # another kind of stop: each is taken back by itself
    assert await refusal(room.suspend(grant=number)) == "STATE_CONFLICT"
    await room.book.resume(PROVIDER, first, "核查完毕", "H-2")
    await room.suspend(items=[FIRST])
    assert len(await room.book.suspensions(PROVIDER, only_open=True)) == 2


async def test_a_suspended_grant_stops_its_renewals_too(room: Room) -> None:
    (number,) = await room.give()
    renewal = replace(
        GRANTED, renews=number, valid_from=GRANTED.valid_until, valid_until=GRANTED.valid_until + timedelta(days=1)
    )
    await room.book.replace(renewal, revoke_reason=None)
    stop = await room.suspend(grant=number)
    assert [grant.suspended for grant in await room.rights()] == [True, True]
    again = replace(renewal, basis="续期", renews=number)
    assert await refusal(room.book.replace(again, revoke_reason=None)) == "STATE_CONFLICT"
    assert await refusal(room.book.resume(CONSUMER, stop, "自行恢复", "H-2")) == "NOT_RESPONSIBLE"
    assert await refusal(room.book.resume(STRANGER, stop, "自行恢复", "H-2")) == "NOT_FOUND"
    assert len(await room.book.suspensions(CONSUMER, only_open=True)) == 1
    assert await room.book.suspensions(STRANGER, only_open=True) == ()


async def test_pages_are_of_the_parties_and_whole(room: Room) -> None:
    ended = replace(GRANTED, basis="已届满", valid_from=NOW - timedelta(days=9), valid_until=NOW - timedelta(days=1))
    to_come = replace(GRANTED, basis="未生效", valid_from=NOW + timedelta(days=1))
    numbers = await room.give(GRANTED, ended, to_come, *(replace(GRANTED, basis=str(number)) for number in range(5)))
    await room.give(replace(GRANTED, provider=STRANGER, department=PROVIDER, items=frozenset({ItemCode("x")})))
    await room.book.revoke(PROVIDER, numbers[3], "事项已取消", "H-2")
    await room.suspend(grant=numbers[4])

    async def pages(wanted: GrantFilter) -> list[str]:
        found: list[str] = []
        after = None
        while True:
            page = await room.book.page(wanted, 3, after)
            found += [one.id for one in page.grants]
            if page.after is None:
                assert len(found) == page.total
                return found
            after = page.after

    assert sorted(await pages(GrantFilter(CONSUMER))) == sorted(numbers)
    assert len(await pages(GrantFilter(PROVIDER))) == 9
    assert len(await pages(GrantFilter(None, provider=STRANGER))) == 1
    assert await pages(GrantFilter(STRANGER, consumer=CONSUMER)) == []
    by_state = {state: await pages(GrantFilter(CONSUMER, state)) for state in GrantState}
    assert {state: len(found) for state, found in by_state.items()} == {
        GrantState.TO_COME: 1,
        GrantState.IN_FORCE: 4,
        GrantState.SUSPENDED: 1,
        GrantState.ENDED: 1,
        GrantState.REVOKED: 1,
    }
    assert by_state[GrantState.SUSPENDED] == [numbers[4]]
    assert len(await pages(GrantFilter(CONSUMER, item=FIRST))) == 8
    assert await pages(GrantFilter(CONSUMER, ending_before=NOW + timedelta(days=99))) == []
    assert len(await pages(GrantFilter(CONSUMER, ending_before=NOW + timedelta(days=101)))) == 5
    assert await refusal(room.book.page(GrantFilter(CONSUMER), 3, "bm8=")) == "INPUT_INVALID"
    assert await refusal(room.book.page(GrantFilter(CONSUMER), 3, "?")) == "INPUT_INVALID"


async def test_a_renewal_is_asked_for_once_by_who_holds_the_grant(room: Room) -> None:
    (number,) = await room.give()
    record = await room.book.request_renewal(CONSUMER, number, "事项仍在办理", "H-3")
    assert record.renewal_request is not None
    assert record.renewal_request.note == "事项仍在办理"
    assert await refusal(room.book.request_renewal(CONSUMER, number, "再次", "H-3")) == "STATE_CONFLICT"
    assert await refusal(room.book.request_renewal(PROVIDER, number, "代为申请", "H-3")) == "NOT_RESPONSIBLE"
    assert await refusal(room.book.request_renewal(STRANGER, number, "代为申请", "H-3")) == "NOT_FOUND"


async def test_the_other_party_is_told_in_the_same_step(room: Room) -> None:
    number, other = await room.give(GRANTED, replace(GRANTED, basis="另一份"))
    await room.book.request_renewal(CONSUMER, number, "事项仍在办理", "H-3")
    stop = await room.suspend(items=[FIRST])
    await room.book.resume(PROVIDER, stop, "核查完毕", "H-2")
    end = GRANTED.valid_until + timedelta(days=1)
    await room.book.replace(
        replace(GRANTED, renews=number, valid_from=GRANTED.valid_until, valid_until=end), revoke_reason=None
    )
    await room.book.replace(replace(GRANTED, renews=other, operations=frozenset({"ab" * 32})), revoke_reason="限定查询")
    await room.book.revoke(PROVIDER, number, "事项已取消", "H-2")
    assert await refusal(room.book.revoke(PROVIDER, number, "再次", "H-2")) == "STATE_CONFLICT"
    told = await room.owner.fetch("SELECT department, kind, about FROM notice ORDER BY number")
    assert [tuple(row) for row in told] == [
        (PROVIDER, "grant.renewal_requested", number),
        (CONSUMER, "sharing.suspended", CONSUMER),
        (CONSUMER, "sharing.resumed", CONSUMER),
        (CONSUMER, "grant.renewed", number),
        (CONSUMER, "grant.narrowed", other),
        (CONSUMER, "grant.revoked", number),
    ]


async def test_what_the_tables_owner_undoes_is_found_against_the_ledger(room: Room, database: Database) -> None:
    sound, undone, altered, tried = await room.give(
        *(replace(GRANTED, basis=basis) for basis in ("完好", "撤回后恢复", "被改动", "他部门试图撤回"))
    )
    first, second = await room.suspend(items=[FIRST]), await room.suspend(items=[SECOND])
    await room.book.revoke(PROVIDER, undone, "事项已取消", "H-2")
    await room.book.resume(PROVIDER, first, "核查完毕", "H-2")
    writer = LedgerWriter(database.dsn())
    epoch = await room.service.fetchval("SELECT epoch FROM epoch")
    for step, about, by in (
        ("revokeGrant", undone, PROVIDER),
        ("revokeGrant", tried, STRANGER),
        ("resumeSharing", str(first), PROVIDER),
    ):
        outcomes = encode_outcomes([PositionOutcome(step, about, "REQUESTED", "WORKFLOW")])
        one = entry(0, kind=Kind.WORKFLOW)._replace(purpose=None, consumer=by, outcomes=outcomes)
        await writer.append(one.id, canonical(one), epoch, ())
    await writer.close()
    auditor = database.dsn(Role.AUDITOR)
    assert await verify_grants(auditor, room.seals) == (4, [])
    await room.by_hand("UPDATE sharing_grant SET revoked_at = NULL, revoked_reason = NULL, revoked_by = NULL")
    await room.by_hand("UPDATE sharing_grant SET basis = '改' WHERE id = $1", altered)
    await room.owner.execute(
        "UPDATE sharing_suspension SET resumed_at = now(), resumed_by = 'x', resumed_reason = 'x' WHERE id = $1", second
    )
    assert [str(one) for one in (await verify_grants(auditor, room.seals))[1]] == [
        f"unsound: {altered}",
        f"not revoked: {undone}",
        f"not resumed: {second}",
    ]
    assert sound in {grant.id for grant in await room.rights()}


async def test_operations_keep_their_versions(room: Room) -> None:
    book = OperationBook(room.pool)
    first = await book.store(CONSUMER, "核验", "aa" * 32, "{ a }", "H-3")
    assert (first.version, await book.store(CONSUMER, "核验", "aa" * 32, "{ a }", "H-4")) == (1, first)
    stored = await asyncio.gather(*(book.store(CONSUMER, "核验", f"{number:064x}", "{ b }", "H-3") for number in range(6)))
    assert sorted(one.version for one in stored) == [2, 3, 4, 5, 6, 7]
    assert await book.of(None, PROVIDER) == ()  # it granted nothing to that department
    await room.give()
    assert len(await book.of(CONSUMER, PROVIDER)) == len(await book.of(None, CONSUMER)) == 7
    assert await book.of(None, STRANGER) == ()
    assert len(await book.of(None, None)) == 7


def entry(number: int, *, kind: Kind = Kind.ANSWERED, acting_for: ProviderCode | None = None) -> Entry:
    positions = [
        PositionOutcome("person.a", FIRST, "SHARED", "GRANTED"),
        PositionOutcome("person.again", FIRST, "MASKED", "GRANTED", 2),
        PositionOutcome("person.b", SECOND, "WITHHELD" if number % 2 else "COMPARED", "NOT_GRANTED"),
        PositionOutcome("person.c", "other", "SOURCE_UNAVAILABLE", "TIMEOUT"),
    ]
    now = datetime.now(UTC)
    purpose = PurposeRecord("M12", "administrative_basis", '经办"kind":"answered"', "CASE-1", acting_for)
    return Entry(
        new_id(now), now, kind, CONSUMER, "client", purpose, "online_lookup", "00" * 32,
        1, 1, encode_outcomes(positions),
    )  # fmt: skip


async def test_use_is_counted_once_from_what_was_answered(room: Room, database: Database) -> None:
    writer = LedgerWriter(database.dsn())
    epoch = await room.service.fetchval("SELECT epoch FROM epoch")

    async def write(entries: Sequence[Entry]) -> None:
        for one in entries:
            await writer.append(one.id, canonical(one), epoch, ())

    await write([entry(number) for number in range(10)])
    await write([entry(0, kind=Kind.REFUSED), entry(0, kind=Kind.WORKFLOW), entry(1, acting_for=STRANGER)])
    counts = UsageCounts(room.pool)
    today = (datetime.now(UTC) + timedelta(hours=8)).date()
    wanted = UsageFilter((FIRST, SECOND), today, today, None)
    found, *others = await asyncio.gather(*(counts.usage(wanted, 100) for _ in range(4)))
    assert others == [found] * 3
    assert found.counted_until is None
    told = {(one.consumer, one.counter, one.item): (one.shown, one.withheld) for one in found.rows}
    assert told == {
        (CONSUMER, None, FIRST): (10, 0),
        (CONSUMER, None, SECOND): (5, 5),
        (STRANGER, CONSUMER, FIRST): (1, 0),
        (STRANGER, CONSUMER, SECOND): (0, 1),
    }
    assert {(one.matter, one.use, one.last_used_on) for one in found.rows} == {("M12", "administrative_basis", today)}
    await write([entry(2)])
    again = await counts.usage(replace(wanted, consumer=CONSUMER), 1)
    assert [(one.item, one.shown) for one in again.rows] == [(FIRST, 11)]
    assert again.total == 2
    assert (await counts.usage(UsageFilter((FIRST,), date(2020, 1, 1), date(2020, 1, 2), None), 9)).rows == ()
    await writer.close()


async def test_the_operators_revocation_is_one_too(room: Room) -> None:
    (number,) = await room.give()
    await revoke_grant(room.service, number, "依通知撤回")
    assert await room.rights() == []
