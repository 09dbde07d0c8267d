"""Art. 16 ¶1: a grant may say how many subjects are looked up under it on a day.

Each case goes the whole way of a request.
"""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from catalogue.model import Form, Rows
from connectors.base import SourceError
from errors import LEDGER_UNAVAILABLE, GatewayError
from resolvers.day import tomorrow
from sharing.grant import GrantId
from tests.http.house import World
from tests.law.asking import LI, ZHANG, ask, code, gateway, give, grant, household, outcome, row

NUMBER = "Person.householdNumber"
ONE = f'{{ person(idNumber: "{ZHANG}") {{ name householdNumber }} }}'
BOTH = f'{{ persons(idNumbers: ["{ZHANG}", "{LI}"]) {{ name householdNumber }} }}'

LED = (grant("Person.household"), grant("Household.number"), grant("Household.members"))
MEMBERS = f'{{ person(idNumber: "{ZHANG}") {{ household {{ members {{ name householdNumber }} }} }} }}'
OF_MEMBERS = ("person", "household", "members", "householdNumber")
NOBODY = "320102199902259913"
AREA = "query($polygon: GeoJSON!) { landParcelsWithin(polygon: $polygon) { parcelCode } }"
ROUND = {"type": "Polygon", "coordinates": [[[118, 32], [119, 32], [119, 33], [118, 33], [118, 32]]]}


def parcel(code: str) -> Mapping[str, Any]:
    corners = ((118.1, 32.1), (118.2, 32.1), (118.2, 32.2))
    return {**row("LandParcel", parcelCode=code, divisionCode="320102", boundary="{}"), "#shape": corners}


def used(world: World) -> list[int]:
    return list(world.counters.used.values())


def persons(answered: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answered["data"]["persons"]
    return found


def members(answered: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answered["data"]["person"]["household"]["members"]
    return found


def numbers_of(rows: list[dict[str, Any]]) -> list[str | None]:
    return [one["householdNumber"] for one in rows]


def numbers(answered: dict[str, Any]) -> list[str | None]:
    return numbers_of(persons(answered))


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


async def test_everybody_of_whom_it_opens_something_is_counted_whatever_led_to_them() -> None:
    for left, shown in ((2, "H-1"), (1, None)):
        world = gateway(grant(NUMBER, quota_per_day=left), *LED)
        answered = await ask(world, MEMBERS)
        assert members(answered) == [
            {"name": "张三", "householdNumber": shown}, {"name": "李四", "householdNumber": shown},
        ]  # fmt: skip
        assert used(world) == [2 if shown else 0], "what shows nothing uses up nothing"
        assert (left == 2) != ("QUOTA_EXHAUSTED" in [one["reason"] for one in answered["extensions"]["sharing"]["outcomes"]])


async def test_what_was_not_shown_for_want_of_a_quota_leaves_it_as_it_was() -> None:
    rows = household()
    rows["Person"].append({**rows["Person"][1], "idNumber": NOBODY, "name": "王五"})
    world = gateway(grant(NUMBER, quota_per_day=2), *LED, rows=rows)
    for _ in range(2):
        assert outcome(await ask(world, MEMBERS), *OF_MEMBERS)["reason"] == "QUOTA_EXHAUSTED"
    assert numbers(await ask(world, BOTH)) == ["H-1", "H-1"]
    assert used(world) == [2]


async def test_what_leads_to_nobody_for_want_of_a_quota_uses_up_none_of_those_it_would_lead_to() -> None:
    led, shown = grant("Person.household", quota_per_day=1), grant(NUMBER, quota_per_day=5)
    for grants in ((led, shown), (shown, led)):
        world = gateway(*grants, *LED[1:])
        text = f'{{ persons(idNumbers: ["{ZHANG}", "{LI}"]) {{ household {{ members {{ householdNumber }} }} }} }}'
        assert persons(await ask(world, text)) == [{"household": None}, {"household": None}]
        assert not any(used(world))


async def test_only_the_rows_that_the_grant_reaches_are_counted() -> None:
    rows = household()
    rows["Person"][1] = {**rows["Person"][1], "divisionCode": "440100"}
    for text, of in ((MEMBERS, members), (BOTH, persons)):
        world = gateway(grant(NUMBER, rows=Rows.OWN_DIVISION, quota_per_day=1), *LED, rows=rows)
        assert numbers_of(of(await ask(world, text))) == ["H-1", None]
        assert used(world) == [1]


async def test_of_two_grants_each_counts_the_rows_that_it_opened() -> None:
    rows = household()
    rows["Person"][1] = {**rows["Person"][1], "divisionCode": "440100"}
    near, far = grant(NUMBER, rows=Rows.OWN_DIVISION, quota_per_day=9), grant(NUMBER, form=Form.MASKED, quota_per_day=9)
    world = gateway(near, far, *LED, rows=rows)
    assert numbers_of(members(await ask(world, MEMBERS))) == ["H-1", "H**"]
    assert world.counters.used == {f"quota:{near.id}": 1, f"quota:{far.id}": 1}


async def test_a_row_that_a_grant_does_not_reach_counts_neither_found_nor_not() -> None:
    """Else the quota would tell of a hidden row from none."""
    world = gateway(grant(NUMBER, rows=Rows.OWN_DIVISION, quota_per_day=1))
    await ask(world, f'{{ person(idNumber: "{NOBODY}") {{ householdNumber }} }}')
    assert used(world) == [0]
    assert (await ask(world, ONE))["data"]["person"]["householdNumber"] == "H-1"


async def test_a_register_that_does_not_answer_uses_up_nothing() -> None:
    world = gateway(grant(NUMBER, quota_per_day=1))
    world.source.failure = SourceError("UNREACHABLE")
    assert (await ask(world, ONE))["data"]["person"] is None
    assert used(world) == [0]


async def test_who_was_looked_up_and_who_was_led_to_are_one_subject_each_once() -> None:
    world = gateway(
        grant(NUMBER, "Person.household", "Household.address", quota_per_day=10),
        grant("Household.number", "Household.members"),
    )
    led = "household { address members { householdNumber } }"
    await ask(world, f'{{ person(idNumber: "{ZHANG}") {{ householdNumber {led} }} }}')
    assert used(world) == [2]
    await ask(world, f'{{ persons(idNumbers: ["{ZHANG}", "{LI}"]) {{ {led} }} }}')
    assert used(world) == [4]
    await ask(world, f'{{ a: person(idNumber: "{NOBODY}") {{ {led} }} b: person(idNumber: "{ZHANG}") {{ {led} }} }}')
    assert used(world) == [7], "one of whom there is no row was looked up, too"


async def test_where_it_may_not_leave_the_source_whom_rows_are_about_each_counts() -> None:
    held = {"unitCode": "U-1", "code": ZHANG, "name": "张三", "divisionCode": "320102"}
    rows = {
        "RealEstateUnit": [row("RealEstateUnit", unitCode="U-1", location="一号", divisionCode="320102")],
        "RightHolder": [row("RightHolder", position=position, share=50, **held) for position in (1, 2)],
    }
    led = grant("RealEstateUnit.rightHolders")
    for grants, counted in (((), 2), ((grant("RightHolder.code"),), 1)):
        world = gateway(grant("RightHolder.share", quota_per_day=10), led, *grants, rows=rows)
        holders = (await ask(world, '{ realEstateUnit(unitCode: "U-1") { rightHolders { share } } }'))["data"]
        assert len(holders["realEstateUnit"]["rightHolders"]) == 2
        assert used(world) == [counted]


async def test_each_parcel_of_an_area_is_counted() -> None:
    world = gateway(grant("LandParcel.boundary", quota_per_day=3), rows={"LandParcel": [parcel("P-1"), parcel("P-2")]})
    assert len((await ask(world, AREA, {"polygon": ROUND}))["data"]["landParcelsWithin"]) == 2
    assert used(world) == [2]
    again = await ask(world, AREA, {"polygon": ROUND})
    assert again["data"]["landParcelsWithin"] is None
    assert outcome(again, "landParcelsWithin")["reason"] == "QUOTA_EXHAUSTED"


async def test_one_grant_after_another_does_not_reach_all() -> None:
    rows = grant(NUMBER, rows=Rows.OWN_DIVISION, quota_per_day=1)
    world = gateway(grant(NUMBER, quota_per_day=1), rows, grant(NUMBER, form=Form.MASKED), *LED)
    answered = await ask(world, f'{{ person(idNumber: "{ZHANG}") {{ household {{ members {{ householdNumber }} }} }} }}')
    members = answered["data"]["person"]["household"]["members"]
    assert [one["householdNumber"] for one in members] == ["H**", "H**"]


async def test_what_takes_a_grants_place_has_no_more_than_that_had_left() -> None:
    world = gateway(first := grant(NUMBER, quota_per_day=1))
    await ask(world, ONE)
    give(world, replace(first, id=GrantId("narrowed"), renews=first.id))
    assert outcome(await ask(world, ONE), "person", "householdNumber")["reason"] == "QUOTA_EXHAUSTED"


async def test_two_that_took_the_place_of_one_count_together() -> None:
    first = grant(NUMBER, "Person.registeredResidence", quota_per_day=10)
    parts = [replace(first, id=GrantId(str(item)), items=frozenset({item}), renews=first.id) for item in first.items]
    world = gateway(*parts)
    answered = await ask(world, f'{{ person(idNumber: "{ZHANG}") {{ householdNumber registeredResidence }} }}')
    assert None not in answered["data"]["person"].values()
    assert used(world) == [1]


async def test_where_they_differ_the_least_of_them_holds() -> None:
    first = grant(NUMBER, "Person.registeredResidence", quota_per_day=10)
    codes = sorted(first.items)
    parts = [replace(first, id=GrantId(one), items=frozenset({one}), renews=first.id, quota_per_day=limit)
             for one, limit in zip(codes, (1, 100), strict=True)]  # fmt: skip
    for fields in ("householdNumber registeredResidence", "registeredResidence householdNumber"):
        for grants in (parts, parts[::-1]):
            world = gateway(*grants)
            answers = [await ask(world, f'{{ person(idNumber: "{ZHANG}") {{ {fields} }} }}') for _ in range(2)]
            assert [None in one["data"]["person"].values() for one in answers] == [False, True]
            assert used(world) == [1]


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
