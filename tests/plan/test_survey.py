"""Rights looked over: where no purpose is stated, what a grant opens later, and what only a stored document may."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from catalogue.model import Coordinate, Form, ItemCode, ResourceName, Rows, Use
from catalogue.predicate import ItemName
from catalogue.profile import Binding
from resolvers.views import Views
from resolvers.workflow.verdicts import expected_on
from sharing.consumer import Asking
from sharing.decision import Asked, Question, Reason, Remedy, Withhold
from sharing.grant import Grant, GrantId
from sharing.regime import NOBODY, Regime
from sharing.rights import index_rights
from sharing.survey import Mark, Right, begins, survey
from tests.plan.standpoint import NOW, catalogue, grant
from tests.plan.test_views import ASKING, CONSUMER, documents_of

RESIDENCE = Coordinate(ResourceName("Person"), ItemName("registeredResidence"))
CODE = catalogue().entries[RESIDENCE].code
VIEWS = Views(catalogue(), documents_of)


def looked(*grants: Grant, asking: Asking | None = ASKING, exhausted: frozenset[GrantId] = NOBODY) -> Right:
    horizon = VIEWS.horizon(CONSUMER, asking, index_rights(1, grants), NOW.timestamp(), exhausted)
    return survey(catalogue(), horizon)[RESIDENCE]


def reasons(right: Right) -> set[Reason]:
    return {decision.reason for decision in right.decisions[Asked.SHOW] if isinstance(decision, Withhold)}


GRANTED = grant(str(RESIDENCE))


def test_a_purpose_that_only_one_grant_names_counts_where_none_is_stated() -> None:
    narrow = replace(GRANTED, uses=frozenset({Use.WORK_REFERENCE}), matters=frozenset({"M-9", "M-8"}))
    assert (looked(narrow).mark, reasons(looked(narrow))) == (Mark.APPLY, {Reason.USE_NOT_GRANTED})
    anywhere = looked(narrow, asking=None)
    assert (anywhere.mark, anywhere.grants) == (Mark.BY_GRANT, (narrow.id,))


def test_where_nothing_is_stated_a_case_may_be() -> None:
    of_case = replace(GRANTED, rows=Rows.CASE_SUBJECT)
    named = looked(of_case)  # the grant is held: naming the case is enough
    assert (named.mark, named.remedy, named.readable) == (Mark.BY_GRANT, Remedy.NAME_CASE, False)
    assert looked(of_case, asking=None).mark is Mark.BY_GRANT


def test_what_a_stored_document_may_read_counts_as_readable() -> None:
    """Else the document itself would not be valid in its caller's view."""
    stored = replace(GRANTED, operations=frozenset({"ab" * 32}))
    for asking in (ASKING, None):
        assert looked(stored, asking=asking).mark is Mark.BY_GRANT


def test_where_matters_bind_no_purpose_is_no_unknown_matter() -> None:
    binding = Views(catalogue(), documents_of, Regime(binding=Binding.ENFORCE))
    rights = index_rights(1, (GRANTED,))

    def mark(asking: Asking | None) -> Mark:
        return survey(catalogue(), binding.horizon(CONSUMER, asking, rights, NOW.timestamp()))[RESIDENCE].mark

    assert (mark(None), mark(ASKING)) == (Mark.BY_GRANT, Mark.NEGOTIATE)


def test_suspended_exhausted_ended() -> None:
    assert looked(replace(GRANTED, suspended=True)).mark is Mark.NEGOTIATE
    spent = replace(GRANTED, quota_per_day=5)
    assert looked(spent).mark is Mark.BY_GRANT
    assert looked(spent, exhausted=frozenset({spent.id})).mark is Mark.WAIT
    ended = looked(replace(GRANTED, valid_until=NOW))
    assert (ended.mark, reasons(ended)) == (Mark.APPLY, {Reason.GRANT_NOT_IN_FORCE})


def test_the_remedy_follows_the_mark() -> None:
    """A grant for one stored document whose quota is used up: the document is run again tomorrow, nothing is applied for."""
    stored = replace(GRANTED, operations=frozenset({"ab" * 32}), quota_per_day=1)
    for asking in (ASKING, None):
        spent = looked(stored, asking=asking, exhausted=frozenset({stored.id}))
        assert (spent.mark, spent.remedy) == (Mark.WAIT, Remedy.WAIT)
    to_come = looked(replace(GRANTED, valid_from=NOW + timedelta(days=1)))
    assert (to_come.mark, to_come.remedy) == (Mark.WAIT, Remedy.WAIT)


def test_what_can_but_be_compared_is_applied_for_to_compare() -> None:
    """Without a grant: the mark tells of comparing, for there is nothing else to apply for."""
    at = Coordinate(ResourceName("Person"), ItemName("phone"))
    found = survey(catalogue(), VIEWS.horizon(CONSUMER, ASKING, index_rights(1, ()), NOW.timestamp()))[at]
    assert (found.only_compared, found.mark, found.remedy) == (True, Mark.APPLY, Remedy.APPLY)


@pytest.mark.parametrize("asked", [Asked.SHOW, Asked.USE])
def test_a_grant_that_has_not_begun_says_when(asked: Asked) -> None:
    """The first of them that opens it: one that begins earlier for another use does not."""
    question = Question(RESIDENCE, asked)
    starts = [NOW + timedelta(days=days) for days in (3, 9, 20)]
    other_use = replace(GRANTED, id=GrantId("a"), uses=frozenset({Use.WORK_REFERENCE}), valid_from=starts[0])
    grants = (other_use, *(replace(GRANTED, id=GrantId(str(one)), valid_from=one) for one in starts[1:]))
    horizon = VIEWS.horizon(CONSUMER, ASKING, index_rights(1, grants), NOW.timestamp())
    later = begins(catalogue(), question, horizon.at)
    assert later is not None
    assert later.now == starts[1]
    assert begins(catalogue(), question, VIEWS.horizon(CONSUMER, ASKING, index_rights(1, [GRANTED]), 0.0).at) is not None
    assert begins(catalogue(), question, VIEWS.horizon(CONSUMER, ASKING, index_rights(1, ()), NOW.timestamp()).at) is None


AT_NIGHT = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
"""Already the third of March in China."""


@pytest.mark.parametrize(
    ("reason", "pending", "starts", "day"),
    [
        (Reason.NOT_GRANTED, {}, None, None),
        (Reason.NOT_GRANTED, {CODE: date(2026, 3, 16)}, None, date(2026, 3, 16)),
        (Reason.NOT_GRANTED, {ItemCode("another"): date(2026, 3, 16)}, None, None),
        (Reason.QUOTA_EXHAUSTED, {CODE: date(2026, 3, 16)}, None, date(2026, 3, 4)),
        (Reason.GRANT_NOT_IN_FORCE, {}, AT_NIGHT, date(2026, 3, 3)),
    ],
)
def test_the_expected_day_is_the_first_that_is_known(
    reason: Reason, pending: dict[ItemCode, date], starts: datetime | None, day: date | None
) -> None:
    withheld = Withhold(reason, "Art. 16 ¶1", Remedy.APPLY)
    horizon = VIEWS.horizon(CONSUMER, ASKING, index_rights(1, ()), NOW.timestamp())
    later = None if starts is None else replace(horizon.at, now=starts)
    assert expected_on(CODE, [withheld], pending, later, AT_NIGHT.timestamp()) == day


def test_nothing_is_expected_of_what_is_shared() -> None:
    shared = looked(grant(str(RESIDENCE), Form.FULL)).decisions[Asked.USE]
    assert not any(isinstance(one, Withhold) for one in shared)
    name = Coordinate(ResourceName("Person"), ItemName("name"))
    horizon = VIEWS.horizon(CONSUMER, ASKING, index_rights(1, ()), NOW.timestamp())
    found = survey(catalogue(), horizon)[name]
    assert found.mark is Mark.OPEN
    assert expected_on(found.entry.code, found.deciding, {found.entry.code: date(2026, 3, 16)}, None, 0.0) is None
