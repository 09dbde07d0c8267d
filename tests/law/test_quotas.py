"""Art. 16 ¶1: a grant may say how many subjects are looked up under it on a day.

Each case goes the whole way of a request.
"""

import time
from typing import Any

from catalogue.model import Form, Rows
from errors import LEDGER_UNAVAILABLE, GatewayError
from resolvers.day import tomorrow
from tests.http.house import World
from tests.law.asking import LI, ZHANG, ask, code, gateway, give, grant, outcome

NUMBER = "Person.householdNumber"
ONE = f'{{ person(idNumber: "{ZHANG}") {{ name householdNumber }} }}'
BOTH = f'{{ persons(idNumbers: ["{ZHANG}", "{LI}"]) {{ name householdNumber }} }}'


def used(world: World) -> list[int]:
    return list(world.counters.used.values())


def numbers(answered: dict[str, Any]) -> list[str | None]:
    return [one["householdNumber"] for one in answered["data"]["persons"]]


async def test_when_it_is_used_up_the_item_is_withheld_until_tomorrow_and_all_else_is_given() -> None:
    world = gateway(grant(NUMBER, quota_per_day=2))
    for _ in range(2):
        assert (await ask(world, ONE))["data"]["person"]["householdNumber"] == "H-1"
    answered = await ask(world, ONE)
    assert answered["data"]["person"] == {"name": "张三", "householdNumber": None}
    told = outcome(answered, "person", "householdNumber")
    assert (told["outcome"], told["reason"], told["article"]) == ("WITHHELD", "QUOTA_EXHAUSTED", "Art. 16 ¶1")
    assert (told["remedy"], told["expected"]) == ("wait", tomorrow(time.time()).isoformat())
    assert "call" not in told


async def test_what_is_counted_is_subjects_not_requests_and_each_once() -> None:
    world = gateway(grant(NUMBER, quota_per_day=10))
    await ask(world, BOTH)
    assert used(world) == [2]
    await ask(
        world,
        f'{{ a: person(idNumber: "{ZHANG}") {{ householdNumber }} b: person(idNumber: "{ZHANG}") {{ householdNumber }} }}',
    )
    assert used(world) == [3]


async def test_only_the_subjects_under_whom_it_is_used_are_counted() -> None:
    world = gateway(grant(NUMBER, quota_per_day=10))
    await ask(world, f'{{ a: person(idNumber: "{ZHANG}") {{ householdNumber }} b: person(idNumber: "{LI}") {{ name }} }}')
    assert used(world) == [1]


async def test_more_than_are_left_use_up_nothing() -> None:
    world = gateway(grant(NUMBER, quota_per_day=2))
    await ask(world, ONE)
    assert numbers(await ask(world, BOTH)) == [None, None]
    assert (await ask(world, ONE))["data"]["person"]["householdNumber"] == "H-1"


async def test_a_grant_without_a_quota_spares_the_one_with() -> None:
    for grants in ((0, 1), (1, 0)):
        both = (grant(NUMBER, quota_per_day=1), grant(NUMBER))
        world = gateway(*(both[at] for at in grants))
        for _ in range(3):
            assert (await ask(world, ONE))["data"]["person"]["householdNumber"] == "H-1"
        assert world.counters.asked == []


async def test_one_grant_after_another_is_used_up() -> None:
    rows = grant(NUMBER, rows=Rows.OWN_DIVISION, quota_per_day=1)
    world = gateway(grant(NUMBER, quota_per_day=1), rows, grant(NUMBER, form=Form.MASKED))
    shown = [(await ask(world, ONE))["data"]["person"]["householdNumber"] for _ in range(3)]
    assert shown == ["H-1", "H-1", "H**"], "in full, in full at home, and then masked, which has no quota"


async def test_what_needs_no_counting_asks_for_none() -> None:
    world = gateway(grant(NUMBER, quota_per_day=1))
    await ask(world, f'{{ person(idNumber: "{ZHANG}") {{ name registeredResidence }} }}')
    await ask(world, "{ persons(idNumbers: []) { householdNumber } }")
    assert world.counters.asked == []


async def test_what_leads_nowhere_is_not_counted() -> None:
    world = gateway(grant("Person.household", quota_per_day=1))  # the household's own key is not granted
    answered = await ask(world, f'{{ person(idNumber: "{ZHANG}") {{ household {{ address }} }} }}')
    assert answered["data"] == {"person": {"household": None}}
    assert world.counters.asked == []


async def test_an_answer_that_is_decided_anew_counts_once() -> None:
    world = gateway(grant(NUMBER, quota_per_day=10))
    world.ledger.epoch += 1
    assert (await ask(world, ONE))["data"]["person"]["householdNumber"] == "H-1"
    assert used(world) == [1]


async def test_strictly_the_request_is_refused_when_it_is_used_up() -> None:
    world = gateway(grant(NUMBER, quota_per_day=1))
    assert code(await ask(world, ONE, strict=True)) is None
    assert code(await ask(world, ONE, strict=True)) == "STRICT_WITHHELD"


async def test_what_cannot_be_counted_is_not_given() -> None:
    world = gateway(grant(NUMBER, quota_per_day=10))
    world.counters.failure = GatewayError(LEDGER_UNAVAILABLE, "away")
    assert code(await ask(world, ONE)) == "LEDGER_UNAVAILABLE"
    assert code(await ask(world, f'{{ person(idNumber: "{ZHANG}") {{ name }} }}')) is None


async def test_a_quota_that_is_taken_away_holds_from_the_next_request_on() -> None:
    world = gateway(grant(NUMBER, quota_per_day=1))
    await ask(world, ONE)
    give(world, grant(NUMBER))
    assert (await ask(world, ONE))["data"]["person"]["householdNumber"] == "H-1"
