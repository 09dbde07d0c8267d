"""Art. 4(4): what may only be verified is not to be had by guessing.

Five failed comparisons of one item of one person are let through on a day; then neither match nor mismatch is told to that
department, whichever way it asks. Each case goes the whole way of a request.
"""

import asyncio
import time
from typing import Any

import pytest

from catalogue.model import Form, ProviderCode
from errors import LEDGER_UNAVAILABLE, GatewayError
from resolvers.day import tomorrow
from tests.http.house import CATALOGUE, HALL, World
from tests.law.asking import HOUSEHOLD, LI, PHONE, ZHANG, another, ask, code, entries, gateway, grant, outcome

LIMIT = 5
WRONG = [f"139{number:08}" for number in range(40)]
CHECK = "query($p: String!, $id: IdentityNumber!) { person(idNumber: $id) { verify(phone: $p) { phone } } }"
VERIFY = grant("Person.phone", form=Form.VERIFY)
DUTY = ProviderCode(next(code for code, one in CATALOGUE.departments.items() if one.name == "natural_resources"))
OF_DUTY = grant("Person.phone", department=DUTY, form=Form.VERIFY)


async def guess(world: World, value: str, number: str = ZHANG, **terms: Any) -> str | None:
    answered = await ask(world, CHECK, {"p": value, "id": number}, **terms)
    found: str | None = answered["data"]["person"]["verify"]["phone"]
    return found


async def use_up(world: World, **terms: Any) -> None:
    for value in WRONG[:LIMIT]:
        assert await guess(world, value, **terms) == "NO_MATCH"


async def test_after_five_failures_neither_match_nor_mismatch_is_told() -> None:
    world = gateway(VERIFY)
    await use_up(world)
    for value in (WRONG[LIMIT], PHONE):
        answered = await ask(world, CHECK, {"p": value, "id": ZHANG})
        assert answered["data"]["person"]["verify"]["phone"] is None
        told = outcome(answered, "person", "verify", "phone")
        assert (told["outcome"], told["reason"], told["article"]) == ("WITHHELD", "ATTEMPTS_EXHAUSTED", "Art. 4(4)")
        assert (told["remedy"], told["expected"]) == ("wait", tomorrow(time.time()).isoformat())
    assert ["person.verify.phone", "101001/000001-014", "WITHHELD", "ATTEMPTS_EXHAUSTED", 1] in entries(world)[-1][
        "outcomes"
    ]


async def test_what_matches_costs_nothing() -> None:
    world = gateway(VERIFY)
    for _ in range(3 * LIMIT):
        assert await guess(world, PHONE) == "MATCH"
    assert not any(world.counters.used.values())


async def test_another_person_and_another_item_are_counted_apart() -> None:
    world = gateway(VERIFY, grant("Person.education", form=Form.VERIFY))
    await use_up(world)
    assert await guess(world, WRONG[0], LI) == "NO_DATA"
    checks = 'verify(education: "本科", phone: "1") { education phone }'
    answered = await ask(world, f'{{ person(idNumber: "{ZHANG}") {{ {checks} }} }}')
    assert answered["data"]["person"]["verify"] == {"education": "NO_DATA", "phone": None}


async def test_what_is_not_held_is_not_counted() -> None:
    world = gateway(VERIFY)
    for value in WRONG:
        assert await guess(world, value, LI) == "NO_DATA"
    assert not any(world.counters.used.values())


@pytest.mark.parametrize("right", [0, LIMIT, 9, None])
async def test_many_values_at_once_are_no_better_than_one_after_another(right: int | None) -> None:
    world = gateway(VERIFY)
    values = WRONG[:10]
    if right is not None:
        values[right] = PHONE
    aliases = " ".join(f'g{at}: verify(phone: "{value}") {{ phone }}' for at, value in enumerate(values))
    answered = await ask(world, f'{{ person(idNumber: "{ZHANG}") {{ {aliases} }} }}')
    assert {one["phone"] for one in answered["data"]["person"].values()} == {None}
    assert await guess(world, PHONE) is None, "and the day's attempts are used up"


async def test_so_many_at_once_as_are_left_are_told() -> None:
    world = gateway(VERIFY)
    roots = " ".join(
        f'g{at}: person(idNumber: "{ZHANG}") {{ verify(phone: "{value}") {{ phone }} }}'
        for at, value in enumerate((*WRONG[: LIMIT - 1], PHONE))
    )
    answered = await ask(world, f"{{ {roots} }}")
    told = [one["verify"]["phone"] for one in answered["data"].values()]
    assert told == ["NO_MATCH"] * (LIMIT - 1) + ["MATCH"]
    assert await guess(world, PHONE) is None


async def test_the_way_to_a_person_makes_no_difference() -> None:
    world = gateway(VERIFY, grant("Person.household", "Household.number", "Household.members"))
    members = "members { idNumber verify(phone: $p) { phone } }"
    text = f'query($p: String!) {{ person(idNumber: "{LI}") {{ household {{ {members} }} }} }}'

    async def at_home(value: str) -> dict[str, str | None]:
        found = (await ask(world, text, {"p": value}))["data"]["person"]["household"]["members"]
        return {one["idNumber"]: one["verify"]["phone"] for one in found}

    for value in WRONG[:LIMIT]:
        assert await at_home(value) == {ZHANG: "NO_MATCH", LI: "NO_DATA"}
    assert await guess(world, PHONE) is None
    assert await at_home(PHONE) == {ZHANG: None, LI: "NO_DATA"}


async def test_one_value_for_many_rows_is_one_comparison_of_each() -> None:
    world = gateway(VERIFY)
    batch = f'{{ persons(idNumbers: ["{ZHANG}", "{ZHANG}", "{LI}"]) {{ verify(phone: "{WRONG[0]}") {{ phone }} }} }}'
    answered = await ask(world, batch)
    assert [one["verify"]["phone"] for one in answered["data"]["persons"]] == ["NO_MATCH", "NO_MATCH", "NO_DATA"]
    assert list(world.counters.used.values()) == [1]


async def test_all_clients_of_a_department_share_its_attempts_and_another_department_has_its_own() -> None:
    second, other = another("hall-2"), another("other", DUTY)
    world = gateway(VERIFY, OF_DUTY, clients=(second, other))
    await use_up(world, client=second)
    assert await guess(world, PHONE) is None
    assert await guess(world, PHONE, client=other) == "MATCH"


async def test_who_acts_for_others_may_not_try_more_than_for_itself() -> None:
    duty = another("duty", DUTY)
    world = gateway(VERIFY, OF_DUTY, clients=(duty,))
    world.rights.entrusted.add((HALL.department, DUTY))
    acting = f'matter="M1", use=administrative-basis, handler="H1", acting-for="{DUTY}"'
    await use_up(world, purpose=acting)
    assert await guess(world, PHONE, purpose=acting) is None
    assert await guess(world, PHONE) is None, "its own attempts are used up"
    assert await guess(world, PHONE, client=duty) is None, "and those of the duty that it did"


async def test_other_matters_and_handlers_bring_no_new_attempts() -> None:
    world = gateway(VERIFY)
    await use_up(world)
    assert await guess(world, PHONE, purpose='matter="M2", use=administrative-basis, handler="H2"') is None


async def test_who_may_read_the_value_needs_no_guessing() -> None:
    world = gateway(grant("Person.registeredResidence"))
    checks = "verify(registeredResidence: $a) { registeredResidence }"
    for at in range(3 * LIMIT):
        answered = await ask(
            world, f'query($a: String!) {{ person(idNumber: "{ZHANG}") {{ {checks} }} }}', {"a": f"某处{at}"}
        )
        assert answered["data"]["person"]["verify"] == {"registeredResidence": "NO_MATCH"}
    assert world.counters.asked == []


async def test_an_answer_that_is_decided_anew_counts_once() -> None:
    world = gateway(VERIFY)
    world.ledger.epoch += 1  # the first record is stale
    assert await guess(world, WRONG[0]) == "NO_MATCH"
    assert list(world.counters.used.values()) == [1]


async def test_many_at_a_time_are_no_better_than_one_after_another() -> None:
    world = gateway(VERIFY)
    told = await asyncio.gather(*(guess(world, value) for value in WRONG))
    assert told.count("NO_MATCH") == LIMIT
    assert told.count(None) == len(WRONG) - LIMIT
    assert await guess(world, PHONE) is None


async def test_what_cannot_be_counted_is_not_told() -> None:
    world = gateway(VERIFY)
    world.counters.failure = GatewayError(LEDGER_UNAVAILABLE, "away")
    for value in (WRONG[0], PHONE):
        assert code(await ask(world, CHECK, {"p": value, "id": ZHANG})) == "LEDGER_UNAVAILABLE"


async def test_a_key_names_nobody() -> None:
    head = grant("Household.headIdNumber", form=Form.VERIFY)
    world = gateway(VERIFY, head, grant("Person.household", "Household.number"))
    await guess(world, WRONG[0])
    checks = f'verify(headIdNumber: "{LI}") {{ headIdNumber }}'
    await ask(world, f'{{ person(idNumber: "{ZHANG}") {{ household {{ {checks} }} }} }}')
    assert len(world.counters.used) == 2
    for key in world.counters.used:
        assert not any(secret in key for secret in (ZHANG, LI, HOUSEHOLD, PHONE, WRONG[0]))
        assert len(key) <= 200
