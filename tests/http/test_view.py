"""`Sharing-View: mine`: introspection, validation, suggestions and errors speak of what the caller can read, and of nothing
else; nothing is permitted by it.
"""

import asyncio
import gc
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import aiohttp
import pytest

import errors
from catalogue.model import Coordinate, Form, Mode, ResourceName, Rows, Use
from catalogue.predicate import ItemName
from resolvers.views import MOST_UNDER_WAY, VIEWS_WEIGHT, WORKFLOW_WEIGHT, Views
from schema.build import build_schema
from schema.documents import Documents
from schema.limits import Limits
from schema.view import View
from sharing.consumer import Asking, Consumer
from sharing.grant import Grant, GrantId
from sharing.rights import Rights, index_rights
from tests.http.calls import PERSON, get, post
from tests.http.house import CATALOGUE, DEPARTMENT, OPERATOR, PERSON_NUMBER, ROOTS, World, assemble, serving

ID = {"id": PERSON_NUMBER}
FIELDS = '{ __type(name: "Person") { fields { name } } }'
BEGAN, ENDS = datetime(2025, 1, 1, tzinfo=UTC), datetime(2035, 1, 1, tzinfo=UTC)
RESIDENCE = "registeredResidence"


@pytest.fixture
def world() -> Iterator[World]:
    """With time enough to make a schema on a busy machine."""
    made = assemble(Limits(request_ms=20_000))
    with serving(made.app) as url:
        made.url = url
        yield made


def to_department(item: str, *uses: Use, matters: frozenset[str] = frozenset()) -> Grant:
    """A grant of one item of Person, in full, everywhere."""
    code = CATALOGUE.entries[Coordinate(ResourceName("Person"), ItemName(item))].code
    given = frozenset(uses or {Use.ADMINISTRATIVE_BASIS})
    return Grant(
        GrantId(f"{item} {sorted(given)}"), DEPARTMENT, frozenset({code}), Form.FULL, Rows.ALL, given, matters,
        frozenset({Mode.ONLINE_LOOKUP}), BEGAN, ENDS,
    )  # fmt: skip


def hold(world: World, *grants: Grant) -> None:
    """From here on the department has these grants."""
    epoch = world.ledger.epoch + 1
    world.rights.rights, world.ledger.epoch = index_rights(epoch, grants), epoch


async def fields(http: aiohttp.ClientSession, world: World, **changes: str | None) -> set[str]:
    """The fields of Person, as introspection in the caller's view tells them."""
    reply = await post(http, world, {"query": FIELDS}, **{"sharing_view": "mine", **changes})
    assert reply.code is None, reply.json
    return {field["name"] for field in reply.json["data"]["__type"]["fields"]}


def views_of(world: World) -> Views:
    return world.gateway.served.views


async def test_the_header_takes_two_words(http: aiohttp.ClientSession, world: World) -> None:
    body = {"query": PERSON, "variables": ID}
    assert (await post(http, world, body, sharing_view="mine")).code is None
    assert (await post(http, world, body, sharing_view="all")).code is None
    for word in ("Mine", "ours", "", "mine, all", "mine;x=1"):
        refused = await post(http, world, body, sharing_view=word)
        assert (refused.code, refused.status) == ("BAD_REQUEST", 400)
        assert "`mine` or `all`" in refused.json["errors"][0]["extensions"]["hint"]


async def test_introspection_shows_what_can_be_read(http: aiohttp.ClientSession, world: World) -> None:
    mine, whole = await fields(http, world), await fields(http, world, sharing_view=None)
    assert {"name", "birthDate", "isAdult", "licences"} <= mine
    assert {"phone", RESIDENCE, "household"} <= whole - mine
    assert mine < whole


async def test_a_hidden_field_is_as_unknown_as_one_that_never_was(http: aiohttp.ClientSession, world: World) -> None:
    """Neither message, suggestion nor hint tells the one from the other."""

    async def told(name: str, **changes: str | None) -> str:
        text = PERSON.replace("isAdult", name)
        reply = await post(http, world, {"query": text, "variables": ID}, **changes)
        assert reply.code == "VALIDATION_FAILED"
        return reply.body.decode().replace(name, "?")

    assert await told(RESIDENCE, sharing_view="mine") == await told("registeredResidencX", sharing_view="mine")
    near = "registeredResidenc"
    assert RESIDENCE in (await told(near)).replace("?", near)
    assert RESIDENCE not in (await told(near, sharing_view="mine")).replace("?", near)
    for text in (
        '{ person(idNumber: "x") { ... on MarriageRecord { status } } }',
        "query($a: LandParcelWhere) { __typename }",
    ):
        for changes in ({"sharing_view": "mine"}, {}):
            reply = await post(http, world, {"query": text.replace("LandParcelWhere", "MarriageRecordWher")}, **changes)
            assert "MarriageRecordWhere" not in reply.body.decode()


async def test_what_the_view_holds_is_answered_and_recorded_as_ever(http: aiohttp.ClientSession, world: World) -> None:
    body = {"query": PERSON, "variables": ID}
    whole, mine = await post(http, world, body), await post(http, world, body, sharing_view="mine")
    assert mine.json["data"] == whole.json["data"] == {"person": {"name": "张三", "isAdult": True}}
    assert mine.json["extensions"]["sharing"]["outcomes"] == whole.json["extensions"]["sharing"]["outcomes"]
    assert len(world.ledger.entries) == 2
    by_get = await get(http, world, {"query": FIELDS}, sharing_view="mine")
    assert RESIDENCE not in by_get.body.decode()


async def test_a_view_permits_nothing(http: aiohttp.ClientSession, world: World) -> None:
    """Without a purpose any counts for the view, and none for the data; another purpose has another view."""
    hold(world, to_department(RESIDENCE, Use.WORK_REFERENCE))
    assert RESIDENCE in await fields(http, world, sharing_purpose=None)
    assert RESIDENCE not in await fields(http, world)
    body = {"query": PERSON.replace("isAdult", RESIDENCE), "variables": ID}
    assert (await post(http, world, body, sharing_view="mine", sharing_purpose=None)).code == "PURPOSE_REQUIRED"
    assert (await post(http, world, body, sharing_view="mine")).code == "VALIDATION_FAILED"
    reference = 'matter="M1", use=work-reference, handler="H1"'
    assert (await post(http, world, body, sharing_view="mine", sharing_purpose=reference)).code is None


@pytest.mark.parametrize(
    "purpose", ["matter=", 'matter="M1", use=guessing, handler="H1"', 'acting-for="11320000MBX000019X"']
)
async def test_a_purpose_that_does_not_hold_is_refused_on_the_record(
    http: aiohttp.ClientSession, world: World, purpose: str
) -> None:
    purpose = (
        purpose
        if "=guess" in purpose or purpose == "matter="
        else f'matter="M1", use=work-reference, handler="H1", {purpose}'
    )
    body = {"query": PERSON, "variables": ID}
    whole = await post(http, world, body, sharing_purpose=purpose)
    mine = await post(http, world, body, sharing_purpose=purpose, sharing_view="mine")
    assert mine.json == whole.json
    assert mine.code in ("PURPOSE_INVALID", "ENTRUSTMENT_REQUIRED")
    assert len(world.ledger.entries) == 2


async def test_the_view_follows_the_rights_from_the_next_request_on(http: aiohttp.ClientSession, world: World) -> None:
    body = {"query": PERSON.replace("isAdult", RESIDENCE), "variables": ID}
    assert (await post(http, world, body, sharing_view="mine")).code == "VALIDATION_FAILED"
    hold(world, to_department(RESIDENCE))
    assert RESIDENCE in await fields(http, world)
    assert (await post(http, world, body, sharing_view="mine")).code is None
    hold(world)
    assert RESIDENCE not in await fields(http, world)
    assert (await post(http, world, body, sharing_view="mine")).code == "VALIDATION_FAILED"


async def test_who_reads_no_register_sees_none(http: aiohttp.ClientSession, world: World) -> None:
    token = f"Bearer {world.token(OPERATOR)}"
    reply = await post(
        http, world, {"query": "{ here __schema { queryType { fields { name } } types { name } } }"},
        sharing_view="mine", authorization=token,
    )  # fmt: skip
    assert reply.json["data"]["here"] is True
    assert reply.json["data"]["__schema"]["queryType"]["fields"] == [{"name": "here"}]
    assert not {"Person", "Licence"} & {one["name"] for one in reply.json["data"]["__schema"]["types"]}


async def test_purposes_with_the_same_rights_share_one_view(http: aiohttp.ClientSession, world: World) -> None:
    for number in range(12):
        await fields(http, world, sharing_purpose=f'matter="M{number}", use=administrative-basis, handler="H1"')
    assert len(views_of(world)) == 1
    hold(world, *(to_department(RESIDENCE, matters=frozenset({"M3"})),))
    for number in range(6):
        await fields(http, world, sharing_purpose=f'matter="M{number}", use=administrative-basis, handler="H1"')
    assert len(views_of(world)) == 2


HALL = Consumer("hall", DEPARTMENT, "320000", frozenset({"consumer"}), True, 100)
OTHER = replace(HALL, client="other")


def rights_to(number: int) -> Rights:
    """Rights by which each number reads something else."""
    names = ("divisionCode", "relationToHead", "idCardValidUntil", RESIDENCE, "representedEntities", "realEstateUnits")
    chosen = [name for bit, name in enumerate(names) if number & (1 << bit)]
    return index_rights(number + 1, [to_department(name) for name in chosen])


def small_documents(view: View) -> Documents:
    return Documents(build_schema(view.catalogue, ROOTS, view.usable), Limits(), 10)


async def test_a_view_is_made_once_however_many_wait_and_the_loop_goes_on() -> None:
    made: list[View] = []
    begun, go = threading.Event(), threading.Event()

    def slowly(view: View) -> Documents:
        made.append(view)
        begun.set()
        assert go.wait(10)
        return small_documents(view)

    views = Views(CATALOGUE, slowly)
    waiting = [asyncio.create_task(views.documents(HALL, None, rights_to(0), time.time())) for _ in range(20)]
    while not begun.is_set():
        await asyncio.sleep(0.001)
    waiting[0].cancel()  # who goes does not take the others' view along
    go.set()
    first, *found = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(first, asyncio.CancelledError)
    assert len(made) == 1
    assert len({id(one) for one in found}) == 1


async def test_one_at_a_time_is_made_and_few_wait_for_one_client() -> None:
    go, most, now = threading.Event(), 0, 0

    def slowly(view: View) -> Documents:
        nonlocal most, now
        now += 1
        most = max(most, now)
        assert go.wait(10)
        now -= 1
        return small_documents(view)

    views = Views(CATALOGUE, slowly)
    looked = [await views.survey(HALL, asking_of(number), rights_to(number), time.time()) for number in range(8)]
    assert len({one.readable for one in looked}) == 8

    def ask(client: Consumer, number: int) -> "asyncio.Task[Documents]":
        return asyncio.create_task(views.documents(client, asking_of(number), rights_to(number), time.time()))

    waiting = [ask(HALL, number) for number in range(MOST_UNDER_WAY)]
    await asyncio.sleep(0.01)
    with pytest.raises(errors.GatewayError) as refused:
        await ask(HALL, MOST_UNDER_WAY)
    assert refused.value.code is errors.OVERLOADED
    waiting.append(ask(OTHER, MOST_UNDER_WAY))
    await asyncio.sleep(0.01)
    go.set()
    await asyncio.gather(*waiting)
    assert most == 1
    await ask(HALL, MOST_UNDER_WAY)  # there is room again


async def test_a_view_that_cannot_be_made_is_tried_again() -> None:
    faults: list[Exception] = [RuntimeError("once")]

    def made(view: View) -> Documents:
        if faults:
            raise faults.pop()
        return small_documents(view)

    views = Views(CATALOGUE, made)
    with pytest.raises(RuntimeError):
        await views.documents(HALL, None, rights_to(0), time.time())
    assert (await views.documents(HALL, None, rights_to(0), time.time())).schema.query_type


async def test_views_are_bounded_and_those_pushed_out_are_let_go() -> None:
    """Who states many purposes gains nothing by it: neither weight nor classes stay behind."""

    def classes() -> int:
        gc.collect()
        return sum(1 for one in gc.get_objects() if isinstance(one, type) and one.__name__ == "PersonVerification")

    before, views = classes(), Views(CATALOGUE, small_documents)
    for number in range(34):
        await views.documents(HALL, asking_of(number), rights_to(number), time.time())
    assert 1 < len(views) <= VIEWS_WEIGHT // WORKFLOW_WEIGHT
    held = len(views)
    assert held < 34
    assert classes() - before <= held + 1


async def test_an_empty_view_is_a_schema_all_the_same() -> None:
    views = Views(CATALOGUE, small_documents)
    nobody = replace(HALL, roles=frozenset({"auditor"}))
    documents = await views.documents(nobody, None, rights_to(63), time.time())
    prepared, _ = documents.prepare("{ here }", None, True)
    assert prepared.operation
    with pytest.raises(errors.GatewayError):
        documents.prepare(PERSON, None, True)


def asking_of(number: int) -> Asking:
    return Asking(DEPARTMENT, "320000", f"M{number}", Use.ADMINISTRATIVE_BASIS, Mode.ONLINE_LOOKUP, False)


async def test_long_work_of_one_document_is_done_one_after_another() -> None:
    """However many a document asks for, none is refused, and the threads are left to others."""
    views, under_way, most = Views(CATALOGUE, small_documents), 0, 0
    consumer = Consumer("client", DEPARTMENT, "320000", frozenset({"consumer"}), True, 10)

    def work() -> int:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        time.sleep(0.01)
        under_way -= 1
        return most

    assert set(await asyncio.gather(*(views.aside(consumer, work) for _ in range(3 * MOST_UNDER_WAY)))) == {1}
