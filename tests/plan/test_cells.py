"""Which rows may stand: those on which the first case that holds shares, told once for each case."""

from itertools import product

from catalogue.model import Form
from catalogue.predicate import Compare as Is
from catalogue.predicate import ItemName, Literal, Op, Predicate, Unknown, all_of, any_of, evaluate
from catalogue.predicate import Not as Fails
from resolvers.plan.cells import shown_rows
from sharing.decide import MISSING_FACT, NOT_SHARED, UNCONDITIONAL
from sharing.decision import Share, ShareIf, Verdict

TYPE, KIND = ItemName("typeCode"), ItemName("holderKind")


def of(*values: str) -> Predicate:
    return Is(TYPE, Op.IN, Literal(values))


SENSITIVE, PERSON = of("1", "2", "3"), Is(KIND, Op.EQ, Literal("PERSON"))
MASKED: Verdict = Share(Form.MASKED, UNCONDITIONAL.reason, UNCONDITIONAL.article)
DECISION = ShareIf(
    (
        (all_of(SENSITIVE, of("1")), UNCONDITIONAL),
        (all_of(SENSITIVE, of("2", "4")), MASKED),
        (SENSITIVE, NOT_SHARED),
        (Unknown(SENSITIVE), MISSING_FACT),
        (of("4"), UNCONDITIONAL),
        (PERSON, NOT_SHARED),
    ),
    UNCONDITIONAL,
)


def test_they_are_those_on_which_the_first_case_that_holds_shares() -> None:
    for type_code, kind in product((None, "1", "2", "3", "4", "5"), (None, "PERSON", "ORGANISATION")):
        row = {TYPE: type_code, KIND: kind}.__getitem__
        told = next((verdict for when, verdict in DECISION.cases if evaluate(when, row, {})), DECISION.otherwise)
        assert bool(evaluate(shown_rows(DECISION), row, {})) is isinstance(told, Share), (type_code, kind)


def test_a_case_does_not_exclude_what_another_shares() -> None:
    neither = Fails(SENSITIVE)
    assert shown_rows(DECISION) == any_of(
        all_of(SENSITIVE, of("1")),
        all_of(SENSITIVE, of("2", "4")),
        all_of(neither, of("4")),
        all_of(neither, any_of(Fails(PERSON), Unknown(PERSON))),
    )
