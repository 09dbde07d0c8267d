"""Natural batching: what shares a round trip, what does not, and who bears what."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from catalogue.predicate import Compare, ItemName, Op, Param, YoungerThan
from connectors.base import Row, SourceError
from connectors.batch import Batch, Batcher
from connectors.request import Fetch, Value
from tests.connectors.samples import asking

NAME = Value(ItemName("name"))
FETCH = asking([NAME])
OTHER = asking([Value(ItemName("sex"))])


class Gated:
    """A source whose answers come when they are let go; two rows for every key that begins with `k`."""

    def __init__(self) -> None:
        self.asked: list[tuple[Fetch, list[object], dict[str, object]]] = []
        self.gates: list[asyncio.Future[None]] = []
        self.closed = False

    async def fetch(self, fetch: Fetch, keys: Sequence[object], params: Mapping[str, object]) -> Sequence[Row]:
        self.asked.append((fetch, list(keys), dict(params)))
        gate: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.gates.append(gate)
        await gate
        return [(key, n) for n in (1, 2) for key in keys if str(key).startswith("k")]

    async def close(self) -> None:
        self.closed = True

    def batches(self) -> list[list[object]]:
        return [keys for _, keys, _ in self.asked]


async def settle() -> None:
    """Let everything run that can."""
    for _ in range(5):
        await asyncio.sleep(0)


async def let_go(source: Gated, number: int) -> None:
    source.gates[number].set_result(None)
    await settle()


def rows(*keys: str) -> dict[str, list[Row]]:
    return {key: [(key, 1), (key, 2)] for key in keys}


async def test_keys_gather_while_a_fetch_is_under_way() -> None:
    source = Gated()
    batcher = Batcher(source)
    before = datetime.now(UTC)
    first = asyncio.ensure_future(batcher.load(FETCH, {}, ["k1"]))
    await settle()
    later = [asyncio.ensure_future(batcher.load(FETCH, {}, keys)) for keys in (["k2", "x"], ["k3"], ["k2"])]
    await settle()
    assert source.batches() == [["k1"]]
    await let_go(source, 0)
    assert source.batches() == [["k1"], ["k2", "x", "k3"]]
    assert dict((await first).rows) == rows("k1")
    await let_go(source, 1)
    answers = [await each for each in later]
    # each has its own keys only, an unknown key has no rows
    assert [dict(each.rows) for each in answers] == [{**rows("k2"), "x": ()}, rows("k3"), rows("k2")]
    assert before <= (await first).as_of <= answers[0].as_of < before + timedelta(seconds=5)
    assert answers[0].as_of == answers[1].as_of
    await batcher.close()
    assert source.closed


async def test_equal_fetches_share_and_nothing_else_does() -> None:
    source = Gated()
    batcher = Batcher(source)
    where = Compare(ItemName("sex"), Op.EQ, Param("own"))
    ruled = asking([NAME], where=where)
    loads = [
        batcher.load(ruled, {"own": "1"}, ["k1"]),
        batcher.load(asking([NAME], where=where), {"own": "1", "unused": "x"}, ["k2"]),  # equal: joins
        batcher.load(ruled, {"own": "2"}, ["k3"]),  # another's rights
        batcher.load(OTHER, {"own": "1"}, ["k4"]),  # other cells
        batcher.load(asking([NAME], where=YoungerThan(ItemName("birthDate"), 14)), {"today": 1, "own": "1"}, ["k5"]),
    ]
    await settle()
    asked = [(keys, params) for _, keys, params in source.asked]
    assert asked == [
        (["k1", "k2"], {"own": "1"}), (["k3"], {"own": "2"}), (["k4"], {}), (["k5"], {"today": 1}),
    ]  # fmt: skip
    for number in range(4):
        await let_go(source, number)
    assert [list((await each).rows) for each in loads] == [["k1"], ["k2"], ["k3"], ["k4"], ["k5"]]


async def test_a_batch_holds_so_many_keys() -> None:
    source = Gated()
    batcher = Batcher(source, keys_a_batch=3)
    wanted = (["k0"], ["k1", "k2"], ["k3"], [f"k{n}" for n in range(4, 11)])
    loads = [asyncio.ensure_future(batcher.load(FETCH, {}, keys)) for keys in wanted]
    await settle()
    for number in range(5):
        await let_go(source, number)
    assert source.batches() == [["k0", "k1", "k2"], ["k3"], ["k4", "k5", "k6"], ["k7", "k8", "k9"], ["k10"]]
    assert dict((await loads[3]).rows) == rows(*(f"k{n}" for n in range(4, 11)))


async def test_one_who_goes_leaves_the_others_their_answer() -> None:
    source = Gated()
    batcher = Batcher(source)
    gone, stays = (asyncio.ensure_future(batcher.load(FETCH, {}, [key])) for key in ("k1", "k2"))
    await settle()
    gone.cancel()
    await let_go(source, 0)
    assert dict((await stays).rows) == rows("k2")
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_a_batch_nobody_waits_for_is_not_sent() -> None:
    source = Gated()
    batcher = Batcher(source, waiting_keys=2)
    first = asyncio.ensure_future(batcher.load(FETCH, {}, ["k1"]))
    await settle()
    gone = [asyncio.ensure_future(batcher.load(FETCH, {}, [key])) for key in ("k2", "k3")]
    await settle()
    for each in gone:
        each.cancel()
    await let_go(source, 0)
    assert source.batches() == [["k1"]]
    assert dict((await first).rows) == rows("k1")
    # their places in the queue are free again
    again = asyncio.ensure_future(batcher.load(FETCH, {}, ["k4", "k5"]))
    await settle()
    await let_go(source, 1)
    assert dict((await again).rows) == rows("k4", "k5")


async def test_a_failure_is_theirs_who_wait_for_that_batch() -> None:
    source = Gated()
    batcher = Batcher(source)
    first = [asyncio.ensure_future(batcher.load(FETCH, {}, [key])) for key in ("k1", "k2")]
    await settle()
    later = asyncio.ensure_future(batcher.load(FETCH, {}, ["k3"]))
    source.gates[0].set_exception(SourceError("TIMEOUT", "too slow"))
    await settle()
    for each in first:
        with pytest.raises(SourceError) as caught:
            await each
        assert (caught.value.reason, str(caught.value)) == ("TIMEOUT", "too slow")
    await let_go(source, 1)
    assert dict((await later).rows) == rows("k3")


async def test_too_many_waiting_keys_are_refused() -> None:
    source = Gated()
    batcher = Batcher(source, waiting_keys=3)
    loads = [asyncio.ensure_future(batcher.load(FETCH, {}, ["k0"]))]
    await settle()
    loads += [asyncio.ensure_future(batcher.load(OTHER if n % 2 else FETCH, {}, [f"k{n}"])) for n in (2, 4, 6)]
    with pytest.raises(SourceError) as caught:
        await batcher.load(FETCH, {}, ["k8"])
    assert caught.value.reason == "OVERLOADED"
    await let_go(source, 0)
    await let_go(source, 1)
    assert [list((await each).rows) for each in loads] == [["k0"], ["k2"], ["k4"], ["k6"]]


async def test_two_lanes_ask_side_by_side() -> None:
    source = Gated()
    batcher = Batcher(source, lanes=2)
    loads = []
    for n in range(4):
        loads.append(asyncio.ensure_future(batcher.load(FETCH, {}, [f"k{n}"])))
        await settle()
    assert source.batches() == [["k0"], ["k1"]]
    await let_go(source, 1)
    assert source.batches() == [["k0"], ["k1"], ["k2", "k3"]]
    await let_go(source, 2)
    await let_go(source, 0)
    assert [list((await each).rows) for each in loads] == [["k0"], ["k1"], ["k2"], ["k3"]]


async def test_closing_ends_what_waits() -> None:
    source = Gated()
    batcher = Batcher(source)
    loads = [asyncio.ensure_future(batcher.load(FETCH, {}, ["k1"]))]
    await settle()
    loads.append(asyncio.ensure_future(batcher.load(FETCH, {}, ["k2"])))
    await batcher.close()
    for each in loads:
        with pytest.raises(SourceError) as caught:
            await each
        assert caught.value.reason == "UNREACHABLE"


async def test_thousands_of_loads_each_get_their_own() -> None:
    class Busy(Gated):
        async def fetch(self, fetch: Fetch, keys: Sequence[object], params: Mapping[str, object]) -> Sequence[Row]:
            self.asked.append((fetch, list(keys), dict(params)))
            await asyncio.sleep(0.001)
            return [(key, params["today"], fetch.lookup) for key in keys]

    source = Busy()
    batcher = Batcher(source)
    young = YoungerThan(ItemName("birthDate"), 14)
    fetches = [asking([NAME], where=young, lookup=lookup) for lookup in ("a", "b")]

    async def caller(n: int) -> None:
        for step in range(10):
            fetch, today, keys = fetches[(n + step) % 2], n % 3, [n, (n, step), "shared"]
            answer: Batch = await batcher.load(fetch, {"today": today}, keys)
            assert dict(answer.rows) == {key: [(key, today, fetch.lookup)] for key in keys}

    await asyncio.gather(*(caller(n) for n in range(200)))
    assert len(source.asked) < 300
