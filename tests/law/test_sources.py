"""How far a grant reaches where sources change (Art. 4(3)): what was let go, what a part's source stops, who comes after."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from catalogue.claims import Part
from catalogue.model import Form, ItemCode, Mode, ProviderCode, Rows, Use
from sharing.grant import Grant, GrantId
from sharing.sources import Said, Standing, Stop

PROVINCE, CITY, OTHER, CONSUMER = (ProviderCode(name) for name in ("province", "city", "other", "consumer"))
PRICE, NAME = ItemCode("price"), ItemCode("name")
NOW = datetime(2026, 3, 2, tzinfo=UTC)
EARLIER, LATER = NOW - timedelta(days=1), NOW + timedelta(days=1)
GRANT = Grant(
    GrantId("G"), CONSUMER, frozenset({PRICE, NAME}), Form.FULL, Rows.ALL, frozenset(Use), frozenset(), frozenset(Mode),
    NOW, NOW + timedelta(days=300),
)  # fmt: skip
HEIR = Said(Part(PRICE, CITY, "320100"), EARLIER)


def released(at: datetime, *, holds: bool = True) -> Said:
    return Said(Part(PRICE, PROVINCE, "320100", released=True, to=CITY), at, holds)


def stop(by: ProviderCode, at: datetime = LATER, consumer: ProviderCode = CONSUMER) -> Stop:
    return Stop(by, consumer, frozenset({PRICE}), at)


def reach(standing: Standing, grant: Grant = GRANT, provider: ProviderCode = PROVINCE) -> tuple[bool, tuple[str, ...]]:
    """Of the price: whether it is stopped, and which divisions it does not reach. The name is always as it was."""
    confined = list(standing.confined([(provider, grant)]))
    assert sorted(item for one in confined for item in one.items) == [NAME, PRICE]
    (name,) = (one for one in confined if NAME in one.items)
    assert (name.suspended, name.without) == (False, ())
    (price,) = (one for one in confined if PRICE in one.items)
    assert replace(price, items=grant.items, suspended=False, without=()) == grant
    return price.suspended, price.without


def test_what_nobody_spoke_of_is_as_it_was() -> None:
    assert list(Standing().confined([(PROVINCE, GRANT)])) == [GRANT]
    elsewhere = Said(Part(ItemCode("x"), OTHER, "320100", released=True), NOW)
    assert list(Standing([elsewhere]).confined([(PROVINCE, GRANT)])) == [GRANT]


@pytest.mark.parametrize(
    ("said", "without"),
    [
        (released(EARLIER), ("320100",)),
        (released(NOW), ("320100",)),
        (released(LATER), ()),
        (released(EARLIER, holds=False), ()),
    ],
    ids=["before", "at the same moment", "after", "taken back"],
)
def test_who_let_a_part_go_gives_it_no_more_and_what_it_gave_before_goes_on(said: Said, without: tuple[str, ...]) -> None:
    assert reach(Standing([said, HEIR])) == (False, without)


def test_the_new_source_stops_its_own_part_alone() -> None:
    said = [released(LATER), HEIR]
    assert reach(Standing(said, [stop(CITY)])) == (False, ("320100",))
    assert reach(Standing(said, [stop(CITY, consumer=OTHER)])) == (False, ())


def test_who_is_no_source_of_the_part_any_more_stops_nothing() -> None:
    assert reach(Standing([released(LATER), HEIR._replace(holds=False)], [stop(CITY)])) == (False, ())


def test_who_is_the_provider_now_stops_what_a_former_one_gave_before() -> None:
    assert reach(Standing((), [stop(OTHER)])) == (True, ())
    assert reach(Standing((), [stop(OTHER, EARLIER)])) == (False, ()), "its right to do so ended before this was given"


def test_who_provides_rows_by_their_value_stops_nothing_that_another_gave() -> None:
    apart = replace(stop(OTHER), apart=frozenset({PRICE}))
    assert reach(Standing((), [apart])) == (False, ())
    assert reach(Standing((), [apart]), provider=OTHER) == (True, ())


def test_the_provider_of_all_does_not_stop_what_the_source_of_a_part_gave() -> None:
    of_city = replace(GRANT, within="320100")
    standing = Standing([released(EARLIER), HEIR], [stop(PROVINCE)])
    assert reach(standing, of_city, CITY) == (False, ())
    assert reach(standing) == (True, ("320100",))
