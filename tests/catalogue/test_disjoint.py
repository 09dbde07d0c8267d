"""Two conditions that no row can meet both are told from those that some row may."""

import pytest

from catalogue.disjoint import disjoint
from catalogue.predicate import ALWAYS, IsNull, ItemName, Literal, Not, Op, Param, Predicate, all_of
from catalogue.predicate import Compare as Is

TYPE, KIND = ItemName("typeCode"), ItemName("holderKind")
ONE, TWO = Is(TYPE, Op.EQ, Literal("1")), Is(TYPE, Op.IN, Literal(("1", "2")))
THREE, PERSON = Is(TYPE, Op.IN, Literal(("3",))), Is(KIND, Op.EQ, Literal("PERSON"))


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (TWO, THREE, True),
        (ONE, TWO, False),
        (ONE, Not(TWO), True),
        (TWO, Not(ONE), False),
        (TWO, Not(THREE), False),
        (Not(ONE), Not(TWO), False),
        (all_of(PERSON, ONE), all_of(THREE, PERSON), True),
        (ONE, PERSON, False),
        (ONE, Is(TYPE, Op.IN, Param("case_subjects")), False),
        (ONE, Is(TYPE, Op.GTE, Literal("3")), False),
        (ONE, Not(IsNull(TYPE)), False),
        (ONE, ALWAYS, False),
    ],
)
def test_only_what_no_row_can_meet_is_disjoint(one: Predicate, other: Predicate, apart: bool) -> None:
    assert disjoint(one, other) is apart
    assert disjoint(other, one) is apart
