"""Properties of every doubt, whatever is done with it and in which order (Art. 18)."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import uuid4

import pytest

from catalogue.model import Coordinate, ItemCode, ProviderCode, ResourceName
from catalogue.predicate import ItemName
from catalogue.profile import load_profile
from errors import GatewayError
from ledger.entry import PositionOutcome
from resolvers.ports.receipts import RecordedEntry
from resolvers.workflow.doubt_place import find_place
from sharing.application import Actor
from sharing.decision import Outcome
from sharing.doubt import (
    MOST_TRANSFERS,
    Accepted,
    Check,
    Decided,
    Doubt,
    DoubtId,
    Event,
    Happening,
    Place,
    Reported,
    Result,
    State,
    Transferred,
    Verifying,
    Withdrawn,
    begin,
    happen,
    replay,
)
from sharing.doubt_clock import doubt_clock, doubt_mark
from sharing.doubt_notices import Received, correction_notices, deadline_notices, notices_of
from sharing.open_doubts import Doubted, carriers, index_doubts, rests_on
from standards.working_days import CALENDAR
from tests.http.house import Plain
from tests.law.cases import CATALOGUE

REPORTER, PROVIDER = ProviderCode("11320000014000127A"), ProviderCode("113200000140002351")
OTHERS = (ProviderCode("11320100MBX000166L"), ProviderCode("11320508MBX000166L"))
ENDED = (State.CORRECTED, State.CONFIRMED, State.WITHDRAWN)
DAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
PROFILE = load_profile()
SECRET = "户口簿载明张三"


def reported(outcome: str = "SHARED") -> Doubt:
    place = Place("receipt", "person.name", ItemCode("x"), outcome, "ab" * 18)
    return begin(DoubtId("d"), event(1, Reported(REPORTER, PROVIDER, place, SECRET)))


def event(number: int, what: Happening, day: date = DAY, by: ProviderCode = PROVIDER) -> Event:
    return Event(number, AT + (day - DAY), day, Actor(by, "client", "H"), what)


def drawn(random: Random) -> Happening:
    return random.choice((
        Accepted(), Verifying("P"), Transferred(random.choice((PROVIDER, REPORTER, *OTHERS)), "转办"),
        Decided(random.choice(tuple(Result)), "理由", random.choice(tuple(Check))), Withdrawn("撤回"),
        Reported(REPORTER, PROVIDER, reported().place, "再次"),
    ))  # fmt: skip


@pytest.mark.parametrize("seed", range(300))
def test_whatever_happens(seed: int) -> None:
    random, doubt, taken = Random(seed), reported(), 0
    for step in range(30):
        before, day = doubt, DAY + timedelta(days=step)
        what = drawn(random)
        after, refusal = _happened(doubt, event(len(doubt.events) + 1, what, day, doubt.provider))
        if after is None:
            assert refusal in (("STATE_CONFLICT", "Art. 18"), ("INPUT_INVALID", "Art. 18"))
            continue
        doubt = after
        taken += 1
        assert before.is_open, "nothing happens after the end"
        assert doubt.is_open == (doubt.state not in ENDED)
        assert (doubt.decided is not None) == (doubt.state in (State.CORRECTED, State.CONFIRMED))
        assert (doubt.ended_on is None) == doubt.is_open
        assert doubt.provider != doubt.reporter
        assert len(doubt.former) <= MOST_TRANSFERS
        if isinstance(what, Decided):
            assert before.state in (State.ACCEPTED, State.VERIFYING)
        told = (*notices_of(doubt, doubt.events[-1]), *_deadline_notices(doubt, day))
        assert not any(SECRET in str(one) or doubt.place.subject in str(one) for one in told)
        assert replay(doubt.id, doubt.events) == doubt
    assert len(doubt.events) == taken + 1


def _happened(doubt: Doubt, step: Event) -> tuple[Doubt | None, tuple[str, str]]:
    """The doubt after the step; else the code and article that it is refused with."""
    try:
        return happen(doubt, step), ("", "")
    except GatewayError as refused:
        return None, (refused.code.name, refused.article)


def _deadline_notices(doubt: Doubt, day: date) -> tuple[object, ...]:
    clock = doubt_clock(doubt, CALENDAR, PROFILE)
    assert clock.due > doubt.since
    assert CALENDAR.add_working_days(doubt.since, PROFILE.doubt_working_days).date == clock.due
    mark = doubt_mark(doubt, clock, day)
    return deadline_notices(doubt, clock, mark) if doubt.is_open else ()


@pytest.mark.parametrize("outcome", ["SHARED", "MASKED", "WITHHELD", "NONCONFORMING", "SOURCE_UNAVAILABLE"])
def test_a_result_is_told_to_whom_the_item_was(outcome: str) -> None:
    told = []
    for result in Result:
        doubt = happen(happen(reported(outcome), event(2, Accepted())), event(3, Decided(result, "理由")))
        told.append((doubt.told, [one.facts for one in notices_of(doubt, doubt.events[-1])]))
    assert (told[0] == told[1]) == (outcome == "WITHHELD")


def test_receivers_are_told_by_their_own_receipts_alone() -> None:
    received = [Received(one, f"{one}-{number}") for number in range(30) for one in (REPORTER, *OTHERS)]
    notices = correction_notices(reported(), DAY, received)
    assert sorted(one.department for one in notices) == sorted({REPORTER, *OTHERS})
    for one in notices:
        assert all(receipt.startswith(one.department) for receipt in one.facts["receipts"].split())
        assert one.facts["count"] == "30"
        others = {REPORTER, PROVIDER, *OTHERS} - {one.department}
        assert not any(other in str(one.facts) for other in others), "not who else, nor who doubted it"
        assert one.once is not None


@pytest.mark.parametrize("seed", range(50))
def test_the_index_holds_the_first_report_of_each(seed: int) -> None:
    random = Random(seed)
    doubts = [
        Doubted(ItemCode(random.choice("abc")), random.choice((b"x", b"y", b"z")), AT + timedelta(hours=random.randrange(9)))
        for _ in range(random.randrange(20))
    ]
    index = index_doubts(doubts)
    assert index.items == {one.item for one in doubts}
    for references in ((b"x",), (b"x", b"y"), (b"no",), ()):
        mine = [one for one in doubts if one.subject in references]
        assert index.of(references) == {
            item: min(one.since for one in mine if one.item == item) for item in {one.item for one in mine}
        }


def code(coordinate: str) -> ItemCode:
    type_name, field = coordinate.split(".")
    return CATALOGUE.entries[Coordinate(ResourceName(type_name), ItemName(field))].code


@pytest.mark.parametrize(
    ("doubted", "carried"),
    [
        ("Person.birthDate", {"Person.birthDate", "Person.isAdult", "Person.age", "Person.isChild"}),
        ("MarriageRecord.status", {"MarriageRecord.status", "Person.isMarried"}),
        ("Person.marriageRecord", {"Person.marriageRecord", "Person.isMarried"}),
        ("Person.name", {"Person.name"}),
    ],
)
def test_what_rests_on_a_doubted_item(doubted: str, carried: set[str]) -> None:
    assert carriers(CATALOGUE, code(doubted)) == {code(one) for one in carried}


def test_a_joining_key_is_carried_by_the_relations_that_it_joins() -> None:
    assert code("LegalEntity.representative") in carriers(CATALOGUE, code("LegalEntity.representativeIdNumber"))
    assert code("Person.licences") in carriers(CATALOGUE, code("Person.idNumber"))
    assert code("Person.licences") in carriers(CATALOGUE, code("Licence.holderCode"))


def test_everything_rests_on_itself() -> None:
    for coordinate, entry in CATALOGUE.entries.items():
        assert entry.code in rests_on(CATALOGUE, coordinate)


@pytest.mark.parametrize(
    ("path", "empty", "expected"),
    [
        ("person.licences", (), Outcome.WITHHELD),
        ("person.licences", ("person.licences",), Outcome.WITHHELD),
        ("person.licences.typeName", ("person.licences",), Outcome.WITHHELD),
        ("person.licences.typeName", (), Outcome.SHARED),
        ("person.name", (), Outcome.SHARED),
    ],
)
def test_whether_rules_hid_rows_is_not_told_by_what_a_doubt_comes_to(
    path: str, empty: tuple[str, ...], expected: Outcome
) -> None:
    """Also beside rows that are shown: of the same person, or of another that was asked about with him."""
    outcomes = [("person.name", "Person.name"), ("person.licences", "Person.licences")]
    outcomes += [("person.licences.typeName", "Licence.typeName")]
    told = [PositionOutcome(at, code(of), Outcome.SHARED, "BASE") for at, of in outcomes]
    hidden = PositionOutcome("person.licences", code("Licence.identifier"), Outcome.WITHHELD, "ROW_RULE")
    entry = RecordedEntry(
        uuid4(), datetime(2026, 3, 2, tzinfo=UTC), REPORTER, "hall", None, "ab" * 32, 1, (*told, hidden),
        {"person": (b"a" * 18,), "person.licences": (b"a" * 18,)}, None, empty,
    )  # fmt: skip
    place, _ = find_place(CATALOGUE, entry, path, None, Plain())
    assert place.outcome == expected
