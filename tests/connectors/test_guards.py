"""Each guard alone, with a clock of its own, and all of them together."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

import pytest

from catalogue.binding import Source
from connectors.base import Row, SourceError
from connectors.guards import Breaker, Deadline, Limit, Retry, guarded
from connectors.request import Fetch
from tests.connectors.samples import SOURCE, asking

FETCH = asking([])


class Scripted:
    """Fails with the reasons given, in order, then answers; takes as long as `wait` says."""

    def __init__(self, *reasons: str | None, wait: Callable[[], "asyncio.Future[None]"] | None = None) -> None:
        self.reasons = list(reasons)
        self.asked = 0
        self.most_at_once = 0
        self.wait = wait
        self._now = 0

    async def fetch(self, fetch: Fetch, keys: Sequence[object], params: Mapping[str, object]) -> Sequence[Row]:
        self.asked += 1
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        try:
            if self.wait is not None:
                await self.wait()
        finally:
            self._now -= 1
        reason = self.reasons.pop(0) if self.reasons else None
        if reason is not None:
            raise SourceError(reason)
        return [(key,) for key in keys]

    async def close(self) -> None:
        self.reasons = ["CLOSED"]


async def reason_of(guard: "Retry | Limit | Deadline | Breaker") -> str:
    try:
        rows = await guard.fetch(FETCH, ["k"], {})
    except SourceError as failure:
        return failure.reason
    assert rows == [("k",)]
    return "ANSWERED"


@pytest.mark.parametrize(
    ("reasons", "outcome", "asked"),
    [
        ((), "ANSWERED", 1),
        (("UNREACHABLE",), "ANSWERED", 2),
        (("UNREACHABLE", "UNREACHABLE"), "UNREACHABLE", 2),
        (("BROKEN",), "BROKEN", 1),
        (("TIMEOUT",), "TIMEOUT", 1),
        (("UNREACHABLE", "BROKEN"), "BROKEN", 2),
    ],
)
async def test_retry(reasons: tuple[str, ...], outcome: str, asked: int) -> None:
    source = Scripted(*reasons)
    assert await reason_of(Retry(source)) == outcome
    assert source.asked == asked


async def test_limit_lets_few_ask_some_wait_and_the_rest_know() -> None:
    gate = asyncio.Event()
    source = Scripted(wait=lambda: asyncio.ensure_future(gate.wait()))  # type: ignore[arg-type]
    limit = Limit(source, concurrency=2, waiting=3)
    asking_now = [asyncio.ensure_future(reason_of(limit)) for _ in range(6)]
    await asyncio.sleep(0.01)
    assert asking_now[5].result() == "OVERLOADED"
    asking_now[2].cancel()
    await asyncio.sleep(0)
    gate.set()
    rest = [each for n, each in enumerate(asking_now) if n not in (2, 5)]
    assert await asyncio.gather(*rest) == ["ANSWERED"] * 4
    assert (source.asked, source.most_at_once) == (4, 2)
    assert [await reason_of(limit) for _ in range(3)] == ["ANSWERED"] * 3


async def test_limit_passes_on_the_turn_of_one_who_went() -> None:
    gate = asyncio.Event()
    source = Scripted(wait=lambda: asyncio.ensure_future(gate.wait()))  # type: ignore[arg-type]
    limit = Limit(source, concurrency=1, waiting=2)
    first, second, third = (asyncio.ensure_future(reason_of(limit)) for _ in range(3))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    second.cancel()  # its turn has come, but it never ran
    gate.set()
    assert await third == "ANSWERED"
    assert await reason_of(limit) == "ANSWERED"


async def test_deadline() -> None:
    source = Scripted(wait=lambda: asyncio.get_running_loop().create_future())
    assert await reason_of(Deadline(source, 10)) == "TIMEOUT"
    assert await reason_of(Deadline(Scripted(), 10)) == "ANSWERED"
    going = asyncio.ensure_future(reason_of(Deadline(source, 10_000)))
    await asyncio.sleep(0)
    going.cancel()
    with pytest.raises(asyncio.CancelledError):
        await going


async def test_breaker_opens_probes_and_closes() -> None:
    time = 0.0
    source = Scripted(*["UNREACHABLE", "TIMEOUT", "UNREACHABLE"], "TIMEOUT")
    breaker = Breaker(source, lambda: time, failures=3, open_for_s=10)
    assert [await reason_of(breaker) for _ in range(3)] == ["UNREACHABLE", "TIMEOUT", "UNREACHABLE"]
    assert breaker.is_open
    assert [await reason_of(breaker) for _ in range(5)] == ["UNREACHABLE"] * 5
    assert source.asked == 3
    time = 10.0
    assert await reason_of(breaker) == "TIMEOUT"  # the probe failed: open again, from now
    time = 19.0
    assert await reason_of(breaker) == "UNREACHABLE"
    assert source.asked == 4
    time = 20.0
    assert await reason_of(breaker) == "ANSWERED"
    assert not breaker.is_open
    assert await reason_of(breaker) == "ANSWERED"


async def test_breaker_lets_one_probe_through_at_a_time() -> None:
    gate = asyncio.Event()
    source = Scripted("UNREACHABLE")
    breaker = Breaker(source, lambda: 100.0, failures=1, open_for_s=0)
    assert await reason_of(breaker) == "UNREACHABLE"
    source.wait = lambda: asyncio.ensure_future(gate.wait())  # type: ignore[arg-type]
    probe = asyncio.ensure_future(reason_of(breaker))
    await asyncio.sleep(0)
    assert await reason_of(breaker) == "UNREACHABLE"
    probe.cancel()
    await asyncio.gather(probe, return_exceptions=True)
    gate.set()
    assert await reason_of(breaker) == "ANSWERED"  # a probe that was given up leaves room for the next


@pytest.mark.parametrize("reason", ["BROKEN", "OVERLOADED", "NOT_CONNECTED"])
async def test_breaker_ignores_failures_of_a_source_that_is_there(reason: str) -> None:
    breaker = Breaker(Scripted(*[reason] * 9), lambda: 0.0, failures=2)
    assert [await reason_of(breaker) for _ in range(9)] == [reason] * 9
    assert not breaker.is_open


async def test_all_guards_together() -> None:
    source = Source(SOURCE, "postgresql", "", deadline_ms=20, concurrency=1)
    stuck = Scripted(wait=lambda: asyncio.get_running_loop().create_future())
    connector = guarded(stuck, source, lambda: 0.0)
    outcomes = await asyncio.gather(*(reason_of(connector) for _ in range(80)))  # type: ignore[arg-type]
    assert outcomes.count("OVERLOADED") == 80 - 1 - 64
    assert outcomes.count("TIMEOUT") == 65
    before = stuck.asked
    assert await reason_of(connector) == "UNREACHABLE"  # type: ignore[arg-type]
    assert stuck.asked == before
    await connector.close()
    assert stuck.reasons == ["CLOSED"]
