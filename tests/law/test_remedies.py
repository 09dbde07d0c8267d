"""What can be done about what is withheld, and what the department's own applications make of it (Art. 16 ¶1)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest

from catalogue.model import Form, ItemCode, Mode, ProviderCode, Rows, Use
from sharing.application import (
    Application,
    ApplicationId,
    ItemState,
    Request,
    RequestedItem,
    Stage,
    Standing,
)
from sharing.applied import Applied, Applying, applied_of, under_way
from sharing.consumer import Asking
from sharing.decide import Standpoint, decide
from sharing.decision import Asked, Question, Remedy, Withhold
from sharing.prefill import Divided, Prefilled, prefill
from sharing.terms import Terms
from tests.law.asking import grant
from tests.law.cases import CATALOGUE, coordinate, department

ITEM, ANOTHER = ItemCode("item"), ItemCode("another")
CONSUMER = department("nanjing_housing")
PROVIDER = ProviderCode("P")
DUE = date(2026, 3, 16)
ASKING = Asking(CONSUMER, "320100", "M12", Use.ADMINISTRATIVE_BASIS, Mode.ONLINE_LOOKUP, in_case=False)


def terms(form: Form = Form.FULL, rows: Rows = Rows.ALL, matters: Sequence[str] = ("M12",), **more: Any) -> Terms:
    given = {"uses": frozenset({ASKING.use}), "modes": frozenset({ASKING.mode}), "valid_until": date(2027, 3, 2), **more}
    return Terms(form, rows, matters=frozenset(matters), **given)


def applying(
    standing: Standing,
    asked: Terms | None = None,
    stage: Stage = Stage.ANSWERED,
    due: date | None = None,
    provider: ProviderCode = PROVIDER,
) -> Applying:
    request = Request((RequestedItem(ITEM, asked or terms()),))
    application = Application(
        ApplicationId("A"), "B", CONSUMER, provider, stage, request, request, {ITEM: ItemState(standing)}
    )
    return Applying(application, due)


REQUESTED = applying(Standing.REQUESTED, stage=Stage.SUBMITTED, due=DUE)


def left(*latest: Applying, asking: Asking | None = ASKING, forms: Sequence[Form] = (Form.FULL, Form.MASKED)) -> Remedy:
    return applied_of({ITEM: latest}, asking, forms).remedy(Remedy.APPLY, ITEM)


class TestApplied:
    """What is applied for is waited for; what was refused is negotiated (Art. 16 ¶1), and not applied for again."""

    def test_what_awaits_an_answer_is_waited_for_until_the_day_it_is_due(self) -> None:
        assert left(REQUESTED) is Remedy.WAIT
        assert applied_of({ITEM: [REQUESTED]}, ASKING, Form).pending == {ITEM: DUE}

    @pytest.mark.parametrize("standing", [Standing.AGREED, Standing.OPENED])
    def test_so_is_what_the_provider_has_agreed_to_or_shall_provide(self, standing: Standing) -> None:
        assert left(applying(standing)) is Remedy.WAIT
        assert applied_of({ITEM: [applying(standing)]}, ASKING, Form).pending == {ITEM: None}

    @pytest.mark.parametrize(
        "standing",
        [Standing.REFUSED, Standing.NEGOTIATING, Standing.NEGOTIATION_NEEDED, Standing.COORDINATING, Standing.FAILED,
         Standing.UPHELD],
    )  # fmt: skip
    def test_what_was_refused_is_negotiated(self, standing: Standing) -> None:
        assert left(applying(standing)) is Remedy.NEGOTIATE

    @pytest.mark.parametrize(
        "latest",
        [
            applying(Standing.GRANTED),
            applying(Standing.PARTLY),
            applying(Standing.REQUESTED, stage=Stage.WITHDRAWN),
            applying(Standing.REQUESTED, stage=Stage.SUPPLEMENT),
            applying(Standing.REQUESTED, terms(matters=["M01"]), Stage.SUBMITTED, DUE),
            applying(Standing.REQUESTED, terms(uses=frozenset({Use.WORK_REFERENCE})), Stage.SUBMITTED, DUE),
            applying(Standing.REQUESTED, terms(Form.VERIFY), Stage.SUBMITTED, DUE),
            applying(Standing.REFUSED, terms(matters=["M01"])),
        ],
    )
    def test_what_is_no_answer_to_this_asking_leaves_the_remedy(self, latest: Applying) -> None:
        assert left(latest) is Remedy.APPLY

    def test_the_latest_that_serves_decides(self) -> None:
        refused, elsewhere = applying(Standing.REFUSED), applying(Standing.REFUSED, terms(matters=["M01"]))
        assert left(REQUESTED, refused) is Remedy.WAIT
        assert left(refused, REQUESTED) is Remedy.NEGOTIATE
        assert left(elsewhere, REQUESTED) is Remedy.WAIT
        assert left(applying(Standing.REQUESTED, stage=Stage.WITHDRAWN), refused) is Remedy.NEGOTIATE

    def test_without_a_purpose_any_matter_and_use_counts(self) -> None:
        assert left(applying(Standing.REQUESTED, terms(matters=["M01"]), Stage.SUBMITTED, DUE), asking=None) is Remedy.WAIT

    def test_of_another_item_and_of_another_remedy_it_says_nothing(self) -> None:
        applied = Applied(frozenset({ANOTHER}), {ITEM: DUE})
        assert applied.remedy(Remedy.APPLY, ItemCode("third")) is Remedy.APPLY
        for remedy in set(Remedy) - {Remedy.APPLY}:
            assert {applied.remedy(remedy, ITEM), applied.remedy(remedy, ANOTHER)} == {remedy}


class TestUnderWay:
    """What an application under way asks for is not drafted once more."""

    @pytest.mark.parametrize(
        "known",
        [
            REQUESTED,
            applying(Standing.REQUESTED, stage=Stage.SUPPLEMENT),
            applying(Standing.AGREED),
            applying(Standing.COORDINATING),
            applying(Standing.REQUESTED, terms(matters=[]), Stage.SUBMITTED, DUE),
            applying(Standing.REQUESTED, terms(valid_until=date(2026, 12, 31)), Stage.SUBMITTED, DUE),
        ],
    )
    def test_one_that_asks_for_as_much(self, known: Applying) -> None:
        assert under_way([known], ITEM, PROVIDER, terms(Form.MASKED, Rows.OWN_DIVISION)) is known

    @pytest.mark.parametrize(
        "known",
        [
            applying(Standing.REQUESTED, stage=Stage.WITHDRAWN),
            applying(Standing.REFUSED),
            applying(Standing.GRANTED),
            applying(Standing.REQUESTED, terms(Form.MASKED), Stage.SUBMITTED, DUE),
            applying(Standing.REQUESTED, terms(rows=Rows.OWN_DIVISION), Stage.SUBMITTED, DUE),
            applying(Standing.REQUESTED, terms(matters=["M01"]), Stage.SUBMITTED, DUE),
            applying(Standing.REQUESTED, None, Stage.SUBMITTED, DUE, ProviderCode("Q")),
        ],
    )
    def test_none_that_is_over_asks_for_less_or_goes_to_another(self, known: Applying) -> None:
        assert under_way([known], ITEM, PROVIDER, terms()) is None


class TestDrafts:
    """What a grant that is held would open is not applied for: that would ask for more than is needed (Art. 16 ¶1)."""

    NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)

    def drafted(self, item: str, *asked: Asked, terms: dict[str, Any] | None = None) -> Prefilled:
        granted = [] if terms is None else [grant(item, **terms)]
        held = {code: (one,) for one in granted for code in one.items}
        questions = [Question(coordinate(item), each) for each in asked]
        standpoint = Standpoint(ASKING, held, self.NOW)
        decisions = decide(CATALOGUE, questions, standpoint)
        assert all(isinstance(one, Withhold) for one in decisions.values())
        return prefill(CATALOGUE, decisions, standpoint, self.NOW.date(), Divided())

    @pytest.mark.parametrize(
        ("held", "reason"),
        [
            ({"rows": Rows.CASE_SUBJECT}, "CASE_REQUIRED"),
            ({"rows": Rows.OWN_DIVISION, "operations": frozenset({"ab"})}, "OPERATION_NOT_GRANTED"),
            ({"rows": Rows.OWN_DIVISION, "valid_from": datetime(2026, 4, 1, tzinfo=UTC)}, "GRANT_NOT_IN_FORCE"),
        ],
    )
    def test_what_is_held_is_not_applied_for(self, held: dict[str, Any], reason: str) -> None:
        found = self.drafted("MarriageRecord.registeredOn", Asked.SHOW, terms=held)
        assert (found.wanted, [one.reason for one in found.unobtainable]) == ((), [reason])

    def test_what_can_but_be_compared_is_applied_for_to_compare_and_the_rest_is_told(self) -> None:
        found = self.drafted("Person.phone", Asked.SHOW, Asked.VERIFY)
        assert [one.requested.terms.form for one in found.wanted] == [Form.VERIFY]
        assert [(one.reason, one.article) for one in found.unobtainable] == [("FORM_NOT_FORESEEN", "Art. 15")]
