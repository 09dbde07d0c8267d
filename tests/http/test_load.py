"""What bounds a request and what ends it: size, time, number, and a client that goes away."""

import asyncio

import aiohttp
import orjson

from connectors.base import SourceError
from errors import LEDGER_UNAVAILABLE, GatewayError
from tests.http.calls import PERSON, Reply, headers, post
from tests.http.conftest import SMALL
from tests.http.house import AUDITOR, CHECK_NUMBER, PERSON_NUMBER, World

LOOKUP = {"query": PERSON, "variables": {"id": PERSON_NUMBER}}
OTHER = {"query": PERSON, "variables": {"id": CHECK_NUMBER}}


async def raw(world: World, head: list[str], *parts: bytes, pause_s: float = 0.0) -> bytes:
    """What the server answers to these bytes until it closes the connection."""
    port = int(world.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    reading = asyncio.create_task(reader.read())
    writer.write("\r\n".join(["POST /graphql HTTP/1.1", "host: x", *head, "", ""]).encode())
    for part in parts:
        if reading.done():
            break
        writer.write(part)
        await asyncio.sleep(pause_s)
    try:
        async with asyncio.timeout(5):
            return await reading
    finally:
        writer.close()


def lines(world: World, **changes: str) -> list[str]:
    return [f"{name}: {value}" for name, value in headers(world, **changes).items()]


async def test_a_large_body_is_refused_before_it_has_arrived(world: World) -> None:
    answer = await raw(world, [*lines(world), "content-length: 1000000000"], b"{")
    assert b"413" in answer.split(b"\r\n")[0]
    assert b"BODY_TOO_LARGE" in answer


async def test_a_large_body_without_a_length_is_refused_while_it_arrives(world: World) -> None:
    chunk = b"400\r\n" + b" " * 0x400 + b"\r\n"
    answer = await raw(world, [*lines(world), "transfer-encoding: chunked"], *[chunk] * 8, pause_s=0.01)
    assert b"413" in answer.split(b"\r\n")[0]


async def test_a_large_body_just_fits(http: aiohttp.ClientSession, world: World) -> None:
    body = orjson.dumps({"query": "{ here }"})
    token = f"Bearer {world.token(AUDITOR)}"  # of those who send no file
    just, over = (body + b" " * (SMALL.body_bytes - len(body) + more) for more in (0, 1))
    assert (await post(http, world, just, authorization=token)).status == 200
    assert (await post(http, world, over, authorization=token)).status == 413


async def test_a_body_that_never_ends_is_not_waited_for(world: World) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    answer = await raw(world, [*lines(world), "content-length: 100"], b'{"query": ')
    assert b"504" in answer.split(b"\r\n")[0]
    assert b"DEADLINE_EXCEEDED" in answer
    assert 0.7 < loop.time() - began < 2.0
    assert world.traffic.in_flight == 0


async def test_a_source_that_is_late_ends_the_request_in_time(http: aiohttp.ClientSession, world: World) -> None:
    world.source.delay_s = 3.0
    reply = await post(http, world, LOOKUP)
    assert (reply.status, reply.code) == (504, "DEADLINE_EXCEEDED")
    assert len(world.ledger.entries) == 1


async def test_the_request_of_a_client_that_leaves_is_cancelled(http: aiohttp.ClientSession, world: World) -> None:
    world.source.delay_s = 1.0
    asking = asyncio.create_task(post(http, world, LOOKUP))
    await asyncio.sleep(0.1)
    assert world.source.began
    asking.cancel()
    await asyncio.sleep(0.4)
    assert world.traffic.in_flight == 0
    assert [line for line in world.lines() if b"CLIENT_GONE" in line]
    await asyncio.sleep(0.6)
    assert world.ledger.entries == []


async def test_who_shares_a_batch_with_a_client_that_leaves_is_answered(http: aiohttp.ClientSession, world: World) -> None:
    world.source.delay_s = 0.35
    leaving = asyncio.create_task(post(http, world, LOOKUP))
    await asyncio.sleep(0.05)
    also_leaving = asyncio.create_task(post(http, world, LOOKUP))
    staying = asyncio.create_task(post(http, world, OTHER))
    await asyncio.sleep(0.1)
    leaving.cancel()
    await asyncio.sleep(0.15)
    also_leaving.cancel()
    reply = await staying
    assert reply.json["data"]["person"]["name"] == "李四"
    assert any(CHECK_NUMBER in keys for keys in world.source.ended)
    assert len(world.ledger.entries) == 1


async def test_too_many_requests_at_once_are_refused_and_told_when_to_return(
    http: aiohttp.ClientSession, world: World
) -> None:
    world.source.delay_s = 0.2
    replies: list[Reply] = await asyncio.gather(*(post(http, world, LOOKUP) for _ in range(SMALL.queue * 3)))
    refused = [reply for reply in replies if reply.status == 503]
    assert sum(reply.status == 200 for reply in replies) == SMALL.queue
    assert len(refused) == SMALL.queue * 2
    assert {(reply.code, reply.headers["retry-after"]) for reply in refused} == {("OVERLOADED", "1")}
    world.source.delay_s = 0.0
    assert (await post(http, world, LOOKUP)).status == 200


async def test_a_source_that_is_down_leaves_a_gap_and_a_figure(http: aiohttp.ClientSession, world: World) -> None:
    world.source.failure = SourceError("UNREACHABLE")
    reply = await post(http, world, LOOKUP)
    assert (reply.status, reply.json["data"]) == (200, {"person": None})
    assert reply.json["errors"][0]["extensions"]["reason"] == "UNREACHABLE"
    figures = world.metrics.render(0).decode()
    assert 'oncegate_unanswered_positions_total{reason="UNREACHABLE",resource="Person"} 1.0' in figures
    assert 'oncegate_source_errors_total{reason="UNREACHABLE",source="memory"} 1.0' in figures


async def test_without_a_record_there_is_no_answer(http: aiohttp.ClientSession, world: World) -> None:
    world.ledger.failure = GatewayError(LEDGER_UNAVAILABLE, "the ledger cannot be written", "try again")
    reply = await post(http, world, LOOKUP)
    assert (reply.status, reply.code, reply.headers["retry-after"]) == (503, "LEDGER_UNAVAILABLE", "1")
    assert "张三" not in reply.body.decode()


async def test_what_should_not_fail_is_told_by_a_reference_alone(http: aiohttp.ClientSession, world: World) -> None:
    world.source.failure = KeyError(f"Key (id_number)=({PERSON_NUMBER}) 张三")
    reply = await post(http, world, LOOKUP)
    assert (reply.status, reply.code) == (500, "INTERNAL")
    reference = reply.json["errors"][0]["extensions"]["reference"]
    line = orjson.loads(world.lines()[-1])
    assert line["reference"] == reference
    assert line["client"] == "hall"
    assert line["failure"][0]["kind"] == "builtins.KeyError"
    assert any("request.py" in place and place.endswith(" answer") for place in line["failure"][0]["places"])
    told = (world.log.getvalue() + reply.body).decode()
    assert PERSON_NUMBER not in told
    assert "张三" not in told
    assert "isAdult" not in told


async def test_a_strangers_slow_body_is_not_waited_for(world: World) -> None:
    head = ["content-type: application/json", "content-length: 100", "authorization: Bearer made.up.token"]
    head.append("connection: close")
    answered = await asyncio.wait_for(raw(world, head), SMALL.request_ms / 2_000)
    assert answered.startswith(b"HTTP/1.1 401 ")


async def test_a_worker_behind_the_published_catalogue_does_not_answer(http: aiohttp.ClientSession, world: World) -> None:
    """An item may have been narrowed since (Art. 7): until the worker serves the new version, it refuses, on the record."""
    world.rights.catalogue_version = 2
    reply = await post(http, world, LOOKUP)
    assert (reply.status, reply.code) == (503, "RIGHTS_MOVED")
    assert len(world.ledger.entries) == 1


async def test_a_source_that_too_many_wait_for_is_503_and_on_the_record(http: aiohttp.ClientSession, world: World) -> None:
    world.source.failure = SourceError("OVERLOADED")
    reply = await post(http, world, LOOKUP)
    assert (reply.status, reply.code) == (503, "OVERLOADED")
    (entry,) = world.ledger.entries
    assert orjson.loads(entry)["error"] == "OVERLOADED"
