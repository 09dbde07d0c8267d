"""Doubts cost nothing where none touches a plan, and what runs is the same where one does."""

from dataclasses import replace
from datetime import UTC, datetime

from catalogue.binding import SourceName
from catalogue.model import Coordinate, ItemCode, Mode, ResourceName, Use
from catalogue.predicate import ItemName
from resolvers.decide import Decider
from sharing.consumer import Asking
from sharing.open_doubts import Doubted, index_doubts
from sharing.rights import Rights, index_rights
from tests.plan.standpoint import HALL, NOW, catalogue, plan_of

DOCUMENT = '{ person(idNumber: "11010519491231002X") { name isAdult licences { identifier isValid } } }'


def code(type_name: str, field: str) -> ItemCode:
    return catalogue().entries[Coordinate(ResourceName(type_name), ItemName(field))].code


def rights(epoch: int, *items: ItemCode) -> Rights:
    doubts = [Doubted(item, bytes(18), datetime(2026, 3, 1, tzinfo=UTC)) for item in items]
    return index_rights(epoch, (), index_doubts(doubts))


def test_a_plan_that_no_doubt_touches_is_compiled_as_ever() -> None:
    decider = Decider(catalogue(), {name: SourceName("one") for name in catalogue().resources})
    asking = Asking(HALL, "320100", "M04", Use.ADMINISTRATIVE_BASIS, Mode.ONLINE_LOOKUP, in_case=False)
    plan, _ = plan_of(DOCUMENT)
    plain = decider.permit(plan, asking, rights(1), NOW.timestamp())
    elsewhere = decider.permit(plan, asking, rights(2, code("Person", "sex"), code("LandParcel", "use")), NOW.timestamp())
    assert elsewhere is plain
    assert not plain.doubted
    touched = decider.permit(plan, asking, rights(3, code("Person", "birthDate")), NOW.timestamp())
    assert touched.doubted
    assert touched.decisions == plain.decisions
    assert touched.pruned.steps == plain.pruned.steps, "nothing is read for a mark"
    (root,) = touched.pruned.roots
    assert root.rows is not None
    assert [mark.keys for mark in root.rows.marks] == [("isAdult",)]
    assert replace(root.rows, marks=()).slots == plain.pruned.roots[0].rows.slots  # type: ignore[union-attr]
    again = decider.permit(plan, asking, rights(4, code("Person", "birthDate")), NOW.timestamp())
    assert again is touched, "whose it is makes no other plan"
    assert decider.permit(plan, asking, rights(5), NOW.timestamp()) is plain
