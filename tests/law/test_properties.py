"""What holds of every decision, whatever the grants: tried on drawn grants, callers and rows of the published catalogue.

That nothing withheld leaves its source is tried at the sources (`tests/oracle`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.model import Conditional, Form, Item, ItemCode, Mode, Relation, Rows, Use
from catalogue.predicate import evaluate
from sharing.consumer import Asking
from sharing.decide import decide, decide_one
from sharing.decision import Asked, Decision, Question, Share, ShareIf, Verdict
from sharing.grant import Grant, GrantId
from sharing.standpoint import Standpoint
from tests.law.test_decide import HOUSING, NANJING, NOW, SUZHOU, XUANWU, catalogue, coordinate

NAMES = (
    "Person.registeredResidence", "Person.householdNumber", "Person.phone", "Person.household", "LandParcel.boundary",
    "LandParcel.price", "MarriageRecord.registeredOn", "Licence.identifier",
)  # fmt: skip
"""All that an entry can say: forms, rows, an open form, rules on children and on sensitive certificates, a relation."""
ENTRIES = {coordinate(name): catalogue().entries[coordinate(name)] for name in NAMES}
RULED = list(ENTRIES)
CODES = [entry.code for entry in ENTRIES.values()]
MATTERS, DOCUMENTS = ("M01", "M02"), ("aa", "bb")
FULLNESS = {None: 0, Form.VERIFY: 1, Form.MASKED: 1, Form.FULL: 2}
ASKED = st.sampled_from(Asked)
QUESTIONS = st.builds(Question, st.sampled_from(RULED), ASKED)


def some(of: Iterable[Any], least: int = 0) -> st.SearchStrategy[frozenset[Any]]:
    return st.frozensets(st.sampled_from(list(of)), min_size=least)


@st.composite
def grants(draw: st.DrawFn) -> tuple[Grant, ...]:
    """Grants to the housing department; most of them apply somewhere."""
    begins, ends = (NOW - timedelta(days=1), NOW + timedelta(days=1)), (NOW + timedelta(days=9), NOW)
    narrowed: tuple[frozenset[str], ...] = (frozenset(), frozenset(), frozenset(DOCUMENTS[:1]))
    return tuple(
        Grant(
            GrantId(f"g{number}"), HOUSING, draw(some(CODES, 3)), draw(st.sampled_from(Form)), draw(st.sampled_from(Rows)),
            draw(some(Use, 2)), draw(some(MATTERS)), frozenset({Mode.ONLINE_LOOKUP, *draw(some(Mode))}),
            draw(st.sampled_from((begins[0], *begins))), draw(st.sampled_from((ends[0], *ends))),
            draw(st.sampled_from((None, None, 3))), draw(st.sampled_from(narrowed)),
            draw(st.sampled_from((False, False, True))),
        )
        for number in range(draw(st.integers(0, 5)))
    )  # fmt: skip


@st.composite
def standpoints(draw: st.DrawFn, held: tuple[Grant, ...]) -> Standpoint:
    asking = Asking(
        HOUSING, NANJING, draw(st.sampled_from(MATTERS)), draw(st.sampled_from(Use)), Mode.ONLINE_LOOKUP, draw(st.booleans())
    )  # fmt: skip
    exhausted = frozenset(grant.id for grant in held if grant.quota_per_day and draw(st.booleans()))
    return Standpoint(asking, by_item(held), NOW, draw(st.sampled_from(DOCUMENTS)), exhausted)


ROWS = st.fixed_dictionaries({
    "birthDate": st.sampled_from((date(1980, 5, 1), date(2015, 5, 1), None)),
    "divisionCode": st.sampled_from((XUANWU, SUZHOU, None)),
    "idNumber": st.sampled_from(("A", "B")),
    "creditCode": st.sampled_from(("A", "B")),
    "holderKind": st.sampled_from(("PERSON", "ORGANISATION", None)),
    "holderCode": st.sampled_from(("A", "320102201909109985", "32010619850312991X", None)),
    "typeCode": st.sampled_from(("13320000MBX000094G001", "11100000MB03271699001", None)),
})  # fmt: skip


def by_item(held: Iterable[Grant]) -> dict[ItemCode, tuple[Grant, ...]]:
    found: dict[ItemCode, tuple[Grant, ...]] = {}
    for grant in held:
        for item in grant.items:
            found[item] = (*found.get(item, ()), grant)
    return found


def shown(decision: Decision, row: Mapping[str, object]) -> int:
    """How much the decision gives of the row: nothing, in part, in full."""
    verdict: Verdict
    if isinstance(decision, ShareIf):
        facts = {"today": NOW.date(), "own_division": "3201", "case_subjects": ("A",)}
        held = (verdict for predicate, verdict in decision.cases if evaluate(predicate, row.get, facts) is True)
        verdict = next(held, decision.otherwise)
    else:
        verdict = decision
    return FULLNESS[verdict.form if isinstance(verdict, Share) else None]


def decided(question: Question, standpoint: Standpoint, held: Iterable[Grant]) -> Decision:
    return decide_one(catalogue(), question, replace(standpoint, grants=by_item(held)))


def foreseen(entry: Item | Relation) -> list[Conditional]:
    """Each sharing under which a grant for the entry may count."""
    return [one for one in (entry.sharing, *(rule.sharing for rule in entry.rules)) if isinstance(one, Conditional)]


@given(data=st.data(), held=grants(), question=QUESTIONS, row=ROWS, seed=st.integers(0, 99))
@settings(max_examples=300, deadline=None)
def test_the_order_of_grants_is_irrelevant(
    data: st.DataObject, held: tuple[Grant, ...], question: Question, row: dict[str, object], seed: int
) -> None:
    standpoint = data.draw(standpoints(held))
    shuffled = Random(seed).sample(held, len(held))
    assert decided(question, standpoint, shuffled) == decided(question, standpoint, held)


@given(data=st.data(), held=grants(), question=QUESTIONS, row=ROWS)
@settings(max_examples=400, deadline=None)
def test_a_grant_more_never_withholds(
    data: st.DataObject, held: tuple[Grant, ...], question: Question, row: dict[str, object]
) -> None:
    standpoint = data.draw(standpoints(held))
    for number in range(len(held)):
        fewer = held[:number] + held[number + 1 :]
        assert shown(decided(question, standpoint, held), row) >= shown(decided(question, standpoint, fewer), row)


@given(data=st.data(), held=grants(), question=QUESTIONS, row=ROWS)
@settings(max_examples=300, deadline=None)
def test_a_grant_whose_quota_is_used_up_shows_what_none_would(
    data: st.DataObject, held: tuple[Grant, ...], question: Question, row: dict[str, object]
) -> None:
    standpoint = data.draw(standpoints(held))
    left = [grant for grant in held if grant.id not in standpoint.exhausted]
    assert shown(decided(question, standpoint, held), row) == shown(decided(question, standpoint, left), row)


@given(data=st.data(), held=grants(), question=QUESTIONS, row=ROWS)
@settings(max_examples=400, deadline=None)
def test_a_wider_grant_never_shows_less(
    data: st.DataObject, held: tuple[Grant, ...], question: Question, row: dict[str, object]
) -> None:
    """Wider in any of its terms; in form and rows as far as the catalogue foresees it for the item and each of its rules."""
    standpoint = data.draw(standpoints(held))
    narrow = decided(question, standpoint, held)
    for number, grant in enumerate(held):
        widened = [*held[:number], wider(data, grant, question), *held[number + 1 :]]
        assert shown(decided(question, standpoint, widened), row) >= shown(narrow, row)


def wider(data: st.DataObject, grant: Grant, question: Question) -> Grant:
    """The grant, wider in some of its terms."""
    known = foreseen(ENTRIES[question.coordinate])
    changes: dict[str, Any] = {
        "items": grant.items | data.draw(some(CODES)),
        "uses": grant.uses | data.draw(some(Use)),
        "matters": data.draw(st.sampled_from((frozenset(), grant.matters | {MATTERS[0]} if grant.matters else frozenset()))),
        "modes": grant.modes | data.draw(some(Mode)),
        "valid_from": min(grant.valid_from, NOW),
        "valid_until": datetime.max.replace(tzinfo=UTC),
        "quota_per_day": None,
        "operations": frozenset(),
        "suspended": False,
    }
    if all(Rows.ALL in one.rows for one in known):
        changes["rows"] = Rows.ALL
    if all(Form.FULL in one.forms for one in known):
        changes["form"] = Form.FULL
    chosen = data.draw(some(changes))
    return replace(grant, **{name: change for name, change in changes.items() if name in chosen})


@given(data=st.data(), held=grants(), questions=st.lists(QUESTIONS, max_size=8))
@settings(max_examples=100, deadline=None)
def test_what_is_remembered_is_what_would_be_decided(
    data: st.DataObject, held: tuple[Grant, ...], questions: list[Question]
) -> None:
    standpoint = data.draw(standpoints(held))
    for _ in range(2):
        assert decide(catalogue(), questions, standpoint) == {
            question: decide_one(catalogue(), question, standpoint) for question in questions
        }
    fewer = catalogue().__class__(
        2, catalogue().registers, {name: replace(one, modes=()) for name, one in catalogue().resources.items()}, {}
    )
    assert not any(isinstance(one, Share) for one in decide(fewer, questions, standpoint).values()), "of another catalogue"
