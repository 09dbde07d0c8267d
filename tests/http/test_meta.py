"""Alive, ready, figures, draining; what logs and figures never say."""

import asyncio
import io
import logging
import os
import subprocess
import sys

import aiohttp
import orjson
import pytest
import structlog

from resolvers import logs
from resolvers.logs import redact
from resolvers.traffic import Traffic
from tests.http.calls import PERSON, post
from tests.http.house import PERSON_NUMBER, World

LOOKUP = {"query": PERSON, "variables": {"id": PERSON_NUMBER}}


async def status(http: aiohttp.ClientSession, world: World, path: str) -> tuple[int, str]:
    async with http.get(world.url + path) as response:
        return response.status, await response.text()


async def test_ready_is_what_every_check_says(http: aiohttp.ClientSession, world: World) -> None:
    async def broken() -> None:
        raise OSError(f"password=secret {PERSON_NUMBER}")

    async def fine() -> None:
        pass

    world.checks["ledger"] = fine
    assert await status(http, world, "/readyz") == (200, '{"status":"ready","checks":{"ledger":"ok"}}')
    world.checks["database"] = broken
    await asyncio.sleep(1.05)
    code, text = await status(http, world, "/readyz")
    assert (code, orjson.loads(text)) == (503, {"status": "not ready", "checks": {"ledger": "ok", "database": "failed"}})
    assert await status(http, world, "/healthz") == (200, '{"status":"alive"}')


async def test_while_draining_running_requests_end_and_no_balancer_sends_more(
    http: aiohttp.ClientSession, world: World
) -> None:
    world.source.delay_s = 0.2
    asking = asyncio.create_task(post(http, world, LOOKUP))
    await asyncio.sleep(0.1)
    world.traffic.stop()
    assert (await status(http, world, "/readyz"))[0] == 503
    assert (await asking).status == 200


async def test_draining_waits_for_what_is_under_way_and_no_longer() -> None:
    traffic = Traffic(2)
    assert await traffic.drain(0.01) is True
    assert traffic.enter()
    assert traffic.enter()
    assert not traffic.enter()
    assert await traffic.drain(0.01) is False
    draining = asyncio.create_task(traffic.drain(1.0))
    await asyncio.sleep(0)
    traffic.leave()
    traffic.leave()
    assert await draining is True


async def test_figures_count_and_name_nobody(http: aiohttp.ClientSession, world: World) -> None:
    for _ in range(3):
        await post(http, world, LOOKUP)
    await post(http, world, LOOKUP, authorization=None)
    await post(http, world, {"query": "{"})
    code, text = await status(http, world, "/metrics")
    assert code == 200
    for line in (
        'oncegate_requests_total{code="OK",stage=""} 3.0',
        'oncegate_requests_total{code="UNAUTHENTICATED",stage="identify"} 1.0',
        'oncegate_requests_total{code="SYNTAX_ERROR",stage="parse"} 1.0',
        "oncegate_unauthenticated_total 1.0",
        "oncegate_request_seconds_count 5.0",
        'oncegate_source_batch_keys_count{source="memory"} 3.0',
        "oncegate_ledger_append_seconds_count 3.0",
        "oncegate_ledger_waiting 0.0",
        "oncegate_in_flight 0.0",
        "oncegate_workers 1.0",
    ):
        assert line in text.splitlines()
    assert 'oncegate_step_seconds_total{step="decide"}' in text
    for secret in (PERSON_NUMBER, "hall", "张三", "H1"):
        assert secret not in text


async def test_one_line_a_request_without_anything_of_it(http: aiohttp.ClientSession, world: World) -> None:
    reply = await post(http, world, LOOKUP)
    await http.get(f"{world.url}/graphql?query={PERSON_NUMBER}")
    first, second = map(orjson.loads, world.lines())
    assert set(first) == {
        "time",
        "level",
        "event",
        "method",
        "path",
        "status",
        "code",
        "ms",
        "client",
        "receipt",
    }
    assert first["client"] == "hall"
    assert first["receipt"] == reply.json["extensions"]["sharing"]["receipt"]
    assert (second["code"], second["status"], second["path"]) == ("UNAUTHENTICATED", 401, "/graphql")
    for secret in (PERSON_NUMBER, "person", "张三", "H1", "M1"):
        assert secret not in world.log.getvalue().decode()


@pytest.mark.parametrize(
    "text",
    [
        PERSON_NUMBER,
        "11010519491231002x",
        "110105491231002",
        f"id={PERSON_NUMBER},",
        f"a{PERSON_NUMBER}b",
        "１１０１０５１９４９１２３１００２Ｘ",
    ],
)
def test_an_identity_number_is_blotted_out_of_every_line(text: str) -> None:
    held = io.BytesIO()
    logger = structlog.wrap_logger(structlog.BytesLogger(held), processors=logs.processors())
    logger.info("odd", note=text, nested={"list": [text]}, **{text: 1})
    line = held.getvalue().decode()
    assert line.count("[number]") == 3
    assert "194912310" not in line
    assert "１９４９" not in line


def test_an_ordinary_line_stays_as_it_is() -> None:
    line = orjson.dumps({"receipt": "01a204ce-c854-7d2a-80fb-24cbc5eb5420", "ms": 12345678.12, "note": "，全角"})
    assert redact(line) == line


def test_the_standard_librarys_loggers_write_the_same_lines_without_an_exceptions_text() -> None:
    root, held = logging.getLogger(), io.BytesIO()
    handlers, level = root.handlers[:], root.level
    try:
        logs.configure("info", held)
        try:
            raise ValueError(f"张三 {PERSON_NUMBER}")
        except ValueError:
            logging.getLogger("uvicorn.error").exception("failed for %s", PERSON_NUMBER)
        logging.getLogger("uvicorn.access").info("GET /graphql?query=secret")
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.reset_defaults()
    (line,) = held.getvalue().splitlines()
    event = orjson.loads(line)
    assert event["event"] == "failed for [number]"
    assert event["failure"][0]["kind"] == "builtins.ValueError"
    assert "张三" not in line.decode()


def test_several_workers_figures_are_added_up(tmp_path: object) -> None:
    program = (
        "from resolvers.metrics import Metrics\nfrom resolvers.trace import Trace\n"
        "made = Metrics()\nmade.request('OK', '', Trace(), 1)\nprint(made.render(2).decode())"
    )
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for count in (1, 2):
        ran = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
        assert f'oncegate_requests_total{{code="OK",stage=""}} {count}.0' in ran.stdout
