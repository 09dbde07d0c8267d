"""May it be shared? Cases a lawyer can read, on the catalogue as it is published. Each cites its article."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from catalogue.load import load_catalogue
from catalogue.model import Catalogue, Coordinate, Form, ItemCode, Mode, ProviderCode, ResourceName, Rows, Use
from catalogue.predicate import ItemName, evaluate
from sharing.consumer import Asking
from sharing.decide import Standpoint, decide_one
from sharing.decision import Asked, Decision, Question, Reason, Remedy, Share, ShareIf, Verdict, Withhold
from sharing.grant import Grant, GrantId
from sharing.standpoint import Declared

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HOUSING = ProviderCode("113201000141234562")
NANJING, XUANWU, SUZHOU = "320100", "320102", "320500"


@cache
def catalogue() -> Catalogue:
    return load_catalogue(Path("catalogue"))


def coordinate(text: str) -> Coordinate:
    type_name, field = text.split(".")
    return Coordinate(ResourceName(type_name), ItemName(field))


def code(text: str) -> ItemCode:
    return catalogue().entries[coordinate(text)].code


def provider(text: str) -> ProviderCode:
    return catalogue().entries[coordinate(text)].provider


def grant(*items: str, form: Form = Form.FULL, rows: Rows = Rows.ALL, **terms: object) -> Grant:
    """A grant of these items to the housing department, for any matter, all of 2026, unless said otherwise."""
    stated: dict[str, object] = {
        "uses": frozenset({Use.ADMINISTRATIVE_BASIS}),
        "matters": frozenset(),
        "modes": frozenset({Mode.ONLINE_LOOKUP}),
        "valid_from": datetime(2026, 1, 1, tzinfo=UTC),
        "valid_until": datetime(2027, 1, 1, tzinfo=UTC),
        **terms,
    }
    name = GrantId(f"{items}{form}{rows}{terms}")
    return Grant(name, HOUSING, frozenset(map(code, items)), form, rows, **stated)  # type: ignore[arg-type]


def decide(
    item: str, *grants: Grant, asked: Asked = Asked.SHOW, terms: Mapping[str, object] | None = None, **asking: object
) -> Decision:
    """What the housing department of Nanjing may do with the item in matter M12, as an administrative basis.

    `terms`: what else the standpoint states.
    """
    stated: dict[str, object] = {
        "department": HOUSING,
        "division": NANJING,
        "matter": "M12",
        "use": Use.ADMINISTRATIVE_BASIS,
        "mode": Mode.ONLINE_LOOKUP,
        "in_case": False,
        **asking,
    }
    held: dict[ItemCode, tuple[Grant, ...]] = {}
    for given in grants:
        for of_item in given.items:
            held[of_item] = (*held.get(of_item, ()), given)
    standpoint = Standpoint(Asking(**stated), held, NOW, **(terms or {}))  # type: ignore[arg-type]
    return decide_one(catalogue(), Question(coordinate(item), asked), standpoint)


def on_row(decision: Decision, row: Mapping[str, object], **params: object) -> Verdict:
    """What a decision comes to on one row."""
    if not isinstance(decision, ShareIf):
        return decision
    facts = {"today": NOW.date(), "own_division": "3201", "case_subjects": (), **params}
    for predicate, verdict in decision.cases:
        if evaluate(predicate, row.get, facts) is True:
            return verdict
    return decision.otherwise


def reason(verdict: Decision) -> Reason:
    assert isinstance(verdict, (Share, Withhold))
    return verdict.reason


ADULT = {"birthDate": datetime(1980, 5, 1, tzinfo=UTC).date(), "divisionCode": XUANWU, "idNumber": "A"}
CHILD = {"birthDate": datetime(2015, 5, 1, tzinfo=UTC).date(), "divisionCode": XUANWU, "idNumber": "C"}


class TestArticle7:
    """目录是共享的依据: nothing is read that the catalogue does not hold."""

    def test_without_an_entry_nothing_is_shared(self) -> None:
        assert decide("Person.bloodGroup") == Withhold(Reason.NO_CATALOGUE_ENTRY, "Art. 7", Remedy.NONE)


class TestArticle11:
    def test_base_items_are_open_to_every_department_without_application(self) -> None:
        assert reason(decide("Person.name")) is Reason.UNCONDITIONAL

    @pytest.mark.parametrize(
        "item", ["Person.adoptionRecord", "Person.sealedJuvenileRecord", "LegalEntity.statisticalReturn"]
    )
    def test_a_not_shared_item_is_withheld_even_under_a_grant_and_remedied_by_negotiation(self, item: str) -> None:
        assert decide(item, grant(item)) == Withhold(Reason.NOT_SHARED, "Art. 11(1)", Remedy.NEGOTIATE)

    def test_nor_does_its_provider_get_it_here(self) -> None:
        own = decide("Person.adoptionRecord", department=provider("Person.adoptionRecord"))
        assert reason(own) is Reason.NOT_SHARED


class TestArticle16:
    """Conditional items are read by grant, as granted."""

    def test_without_a_grant_one_applies(self) -> None:
        assert on_row(decide("Person.householdNumber"), ADULT) == Withhold(Reason.NOT_GRANTED, "Art. 16 ¶1", Remedy.APPLY)

    def test_with_a_grant_it_is_shared(self) -> None:
        decision = decide("Person.householdNumber", grant("Person.householdNumber"))
        assert reason(on_row(decision, ADULT)) is Reason.GRANTED

    def test_masked_where_the_answer_says_masked(self) -> None:
        decision = decide("Person.registeredResidence", grant("Person.registeredResidence", form=Form.MASKED))
        verdict = on_row(decision, ADULT)
        assert isinstance(verdict, Share)
        assert verdict.form is Form.MASKED

    def test_of_two_grants_the_fuller_form_shows(self) -> None:
        masked = grant("Person.registeredResidence", form=Form.MASKED)
        full = grant("Person.registeredResidence", rows=Rows.OWN_DIVISION)
        for grants in ((masked, full), (full, masked)):
            decision = decide("Person.registeredResidence", *grants)
            here, elsewhere = on_row(decision, ADULT), on_row(decision, ADULT | {"divisionCode": SUZHOU})
            assert isinstance(here, Share)
            assert isinstance(elsewhere, Share)
            assert (here.form, elsewhere.form) == (Form.FULL, Form.MASKED)

    def test_verify_only_is_not_shown_but_compared(self) -> None:
        verify = grant("Person.phone", form=Form.VERIFY)
        assert on_row(decide("Person.phone", verify), ADULT) == Withhold(Reason.VERIFY_ONLY, "Art. 16 ¶1", Remedy.VERIFY), (
            "an application could ask for nothing more: the catalogue foresees no other form"
        )
        assert reason(on_row(decide("Person.phone", verify, asked=Asked.VERIFY), ADULT)) is Reason.GRANTED

    def test_where_more_is_foreseen_one_applies_for_it(self) -> None:
        decision = decide("Person.registeredResidence", grant("Person.registeredResidence", form=Form.VERIFY))
        assert on_row(decision, ADULT) == Withhold(Reason.VERIFY_ONLY, "Art. 16 ¶1", Remedy.APPLY)

    def test_masked_is_not_enough_to_verify(self) -> None:
        masked = grant("Person.registeredResidence", form=Form.MASKED)
        verdict = on_row(decide("Person.registeredResidence", masked, asked=Asked.VERIFY), ADULT)
        assert reason(verdict) is Reason.FULL_REQUIRED

    def test_a_form_that_the_catalogue_does_not_foresee_gives_nothing(self) -> None:
        decision = decide("Person.phone", grant("Person.phone", form=Form.FULL))
        assert reason(on_row(decision, ADULT)) is Reason.NOT_GRANTED

    @pytest.mark.parametrize(
        ("terms", "why"),
        [
            ({"valid_until": NOW}, Reason.GRANT_NOT_IN_FORCE),
            ({"valid_from": datetime(2026, 3, 3, tzinfo=UTC)}, Reason.GRANT_NOT_IN_FORCE),
            ({"uses": frozenset({Use.WORK_REFERENCE})}, Reason.USE_NOT_GRANTED),
            ({"matters": frozenset({"M01"})}, Reason.MATTER_NOT_GRANTED),
            ({"modes": frozenset({Mode.BULK_DOWNLOAD})}, Reason.MODE_NOT_GRANTED),
        ],
    )
    def test_a_grant_counts_only_as_it_was_given(self, terms: dict[str, Any], why: Reason) -> None:
        assert reason(on_row(decide("Person.householdNumber", grant("Person.householdNumber", **terms)), ADULT)) is why

    def test_own_division_means_its_subtree(self) -> None:
        decision = decide("Person.householdNumber", grant("Person.householdNumber", rows=Rows.OWN_DIVISION))
        assert isinstance(on_row(decision, ADULT), Share)
        assert reason(on_row(decision, ADULT | {"divisionCode": SUZHOU})) is Reason.ROW_NOT_GRANTED

    def test_a_row_without_a_division_is_in_nobodys(self) -> None:
        decision = decide("Person.householdNumber", grant("Person.householdNumber", rows=Rows.OWN_DIVISION))
        assert reason(on_row(decision, ADULT | {"divisionCode": None})) is Reason.ROW_NOT_GRANTED

    def test_case_subject_needs_a_case_and_reaches_its_subjects_only(self) -> None:
        granted = grant("Person.householdNumber", rows=Rows.CASE_SUBJECT)
        assert reason(on_row(decide("Person.householdNumber", granted), ADULT)) is Reason.CASE_REQUIRED
        decision = decide("Person.householdNumber", granted, in_case=True)
        assert isinstance(on_row(decision, ADULT, case_subjects=("A",)), Share)
        assert reason(on_row(decision, ADULT, case_subjects=("B",))) is Reason.ROW_NOT_GRANTED


class TestArticle10:
    def test_partly_open_to_all_departments(self) -> None:
        verdict = on_row(decide("LandParcel.boundary"), {})
        assert isinstance(verdict, Share)
        assert (verdict.form, verdict.reason, verdict.article) == (Form.MASKED, Reason.OPEN_TO_ALL, "Art. 10 ¶3")

    def test_a_grant_shows_more_than_what_is_open_to_all(self) -> None:
        verdict = on_row(decide("LandParcel.boundary", grant("LandParcel.boundary")), {})
        assert isinstance(verdict, Share)
        assert (verdict.form, verdict.reason) == (Form.FULL, Reason.GRANTED)

    def test_what_is_open_in_part_does_not_filter(self) -> None:
        assert reason(decide("LandParcel.boundary", asked=Asked.USE)) is Reason.FULL_REQUIRED
        assert reason(decide("LandParcel.boundary", asked=Asked.FIND)) is Reason.FULL_REQUIRED


class TestArticle13:
    """电子政务内网 and 外网 are two deployments: what belongs to the other is not read here, under any grant."""

    def test_another_zones_resource_is_withheld_from_everybody(self) -> None:
        for item in ("Person.name", "Person.householdNumber"):
            found = decide(item, grant("Person.householdNumber"), terms={"zone": "intranet"})
            assert found == Withhold(Reason.ZONE_MISMATCH, "Art. 13", Remedy.NONE)
        own = decide("Person.name", department=provider("Person.name"), terms={"zone": "intranet"})
        assert reason(own) is Reason.ZONE_MISMATCH


class TestArticle15:
    def test_a_mode_that_the_entry_does_not_list_is_refused(self) -> None:
        decision = decide("Person.name", mode=Mode.FRONT_END_SERVER)
        assert decision == Withhold(Reason.MODE_NOT_PROVIDED, "Art. 15", Remedy.NEGOTIATE)


class TestArticle17:
    def test_a_use_outside_the_grant_is_named_as_such(self) -> None:
        decision = decide("Person.householdNumber", grant("Person.householdNumber"), use=Use.WORK_REFERENCE)
        verdict = on_row(decision, ADULT)
        assert isinstance(verdict, Withhold)
        assert (verdict.reason, verdict.article) == (Reason.USE_NOT_GRANTED, "Art. 17 ¶2")

    def test_a_provider_reads_its_own_holdings(self) -> None:
        decision = decide("Person.householdNumber", department=provider("Person.householdNumber"))
        assert reason(on_row(decision, ADULT)) is Reason.OWN_DATA

    def test_who_acts_for_a_provider_does_not_become_it(self) -> None:
        decision = decide("Person.householdNumber", department=provider("Person.householdNumber"), acting=True)
        assert reason(on_row(decision, ADULT)) is Reason.NOT_GRANTED


class TestGrants:
    """Art. 16 ¶1: a grant counts as its provider answered it, and as long as the provider lets it count."""

    HOUSEHOLD = "Person.householdNumber"

    def test_a_suspended_one_counts_for_nothing_until_it_is_resumed(self) -> None:
        suspended = decide(self.HOUSEHOLD, grant(self.HOUSEHOLD, suspended=True))
        assert on_row(suspended, ADULT) == Withhold(Reason.GRANT_SUSPENDED, "Art. 16 ¶1", Remedy.NEGOTIATE)
        both = decide(self.HOUSEHOLD, grant(self.HOUSEHOLD, suspended=True), grant(self.HOUSEHOLD))
        assert isinstance(on_row(both, ADULT), Share)

    def test_one_for_stored_operations_counts_for_these_documents_only(self) -> None:
        stored = grant(self.HOUSEHOLD, operations=frozenset({"aa", "bb"}))
        assert isinstance(on_row(decide(self.HOUSEHOLD, stored, terms={"document": "bb"}), ADULT), Share)
        for document in ("", "cc"):
            found = on_row(decide(self.HOUSEHOLD, stored, terms={"document": document}), ADULT)
            assert found == Withhold(Reason.OPERATION_NOT_GRANTED, "Art. 16 ¶1", Remedy.RUN_STORED_OPERATION)

    def test_one_whose_quota_is_used_up_waits_for_tomorrow(self) -> None:
        counted = grant(self.HOUSEHOLD, quota_per_day=5)
        open_ = on_row(decide(self.HOUSEHOLD, counted), ADULT)
        assert isinstance(open_, Share)
        assert (open_.grant, open_.quota_per_day) == (counted.id, 5)
        used_up = decide(self.HOUSEHOLD, counted, terms={"exhausted": frozenset({counted.id})})
        assert on_row(used_up, ADULT) == Withhold(Reason.QUOTA_EXHAUSTED, "Art. 16 ¶1", Remedy.WAIT)

    def test_one_without_a_quota_is_used_before_one_with(self) -> None:
        counted, free = grant(self.HOUSEHOLD, quota_per_day=5), grant(self.HOUSEHOLD, matters=frozenset({"M12"}))
        for grants in ((counted, free), (free, counted)):
            verdict = on_row(decide(self.HOUSEHOLD, *grants), ADULT)
            assert isinstance(verdict, Share)
            assert verdict.grant == free.id

    def test_what_is_open_to_all_uses_up_no_quota(self) -> None:
        verdict = decide("LandParcel.boundary", grant("LandParcel.boundary", form=Form.MASKED, quota_per_day=5))
        assert reason(verdict) is Reason.OPEN_TO_ALL

    def test_where_the_quota_for_the_full_value_is_used_up_the_masked_one_is_left(self) -> None:
        item = "Person.registeredResidence"
        counted, masked = grant(item, quota_per_day=5), grant(item, form=Form.MASKED)
        verdict = on_row(decide(item, counted, masked, terms={"exhausted": frozenset({counted.id})}), ADULT)
        assert isinstance(verdict, Share)
        assert verdict.form is Form.MASKED

    def test_a_use_beyond_the_grant_is_not_hidden_by_its_quota(self) -> None:
        counted = grant(self.HOUSEHOLD, quota_per_day=5)
        found = decide(self.HOUSEHOLD, counted, use=Use.WORK_REFERENCE, terms={"exhausted": frozenset({counted.id})})
        assert reason(on_row(found, ADULT)) is Reason.USE_NOT_GRANTED


class TestMatters:
    """个人信息保护法 34, Art. 17 ¶2: where matters are bound, only what the matter declares is read, base items too."""

    NEEDS_NAMES = {"declared": Declared([coordinate("Person.name"), coordinate("Person.licences")])}  # noqa: RUF012

    def test_an_item_that_the_matter_does_not_declare_is_withheld_open_or_granted(self) -> None:
        for item in ("Person.birthDate", "Person.householdNumber"):
            found = decide(item, grant("Person.householdNumber"), terms=self.NEEDS_NAMES)
            assert found == Withhold(Reason.MATTER_NOT_DECLARED, "Art. 17 ¶2", Remedy.NEGOTIATE)
        assert isinstance(decide("Person.name", terms=self.NEEDS_NAMES), Share)

    def test_a_person_is_found_by_a_number_that_is_neither_shown_nor_filtered_by(self) -> None:
        number = "Person.idNumber"
        assert isinstance(decide(number, asked=Asked.FIND, terms=self.NEEDS_NAMES), Share)
        assert isinstance(decide(number, asked=Asked.ROW, terms=self.NEEDS_NAMES), Share)
        for asked in (Asked.SHOW, Asked.USE, Asked.VERIFY):
            assert reason(decide(number, asked=asked, terms=self.NEEDS_NAMES)) is Reason.MATTER_NOT_DECLARED

    def test_one_that_is_not_registered_opens_nothing_conditional_to_its_own_provider_either(self) -> None:
        terms = {"unknown": True}
        for item in ("Person.householdNumber", "LandParcel.boundary"):
            found = decide(item, grant("Person.householdNumber"), terms=terms)
            assert on_row(found, ADULT) == Withhold(Reason.MATTER_UNKNOWN, "Art. 17 ¶2", Remedy.NEGOTIATE)
        assert isinstance(decide("Person.name", terms=terms), Share)

    def test_of_a_resource_that_the_matter_does_not_need_no_row_is_found(self) -> None:
        for asked in (Asked.FIND, Asked.ROW):
            assert (
                reason(decide("LegalEntity.creditCode", asked=asked, terms=self.NEEDS_NAMES)) is Reason.MATTER_NOT_DECLARED
            )


class TestRowRules:
    """Children under fourteen (个人信息保护法 28, 31) and sensitive certificates are narrower, row by row."""

    def test_a_childs_residence_needs_the_childs_own_case(self) -> None:
        everywhere = grant("Person.registeredResidence")
        decision = decide("Person.registeredResidence", everywhere, in_case=True)
        assert isinstance(on_row(decision, ADULT), Share)
        assert isinstance(on_row(decision, CHILD, case_subjects=("C",)), Withhold)
        both = decide(
            "Person.registeredResidence",
            everywhere,
            grant("Person.registeredResidence", rows=Rows.CASE_SUBJECT),
            in_case=True,
        )
        assert isinstance(on_row(both, CHILD, case_subjects=("C",)), Share)
        assert isinstance(on_row(both, CHILD, case_subjects=("X",)), Withhold)

    def test_where_the_date_of_birth_is_missing_nothing_is_shown(self) -> None:
        decision = decide("Person.registeredResidence", grant("Person.registeredResidence"))
        assert reason(on_row(decision, ADULT | {"birthDate": None})) is Reason.MISSING_FACT

    def test_a_sensitive_certificate_is_conditional_another_is_open(self) -> None:
        decision = decide("Licence.identifier")
        sensitive = {"typeCode": "13320000MBX000094G001", "holderKind": "PERSON", "holderCode": "110105194912310021"}
        assert isinstance(on_row(decision, sensitive), Withhold)
        assert isinstance(on_row(decision, sensitive | {"typeCode": "11100000MB03271699001"}), Share)

    def test_a_childs_certificate_is_for_the_childs_own_case_also_where_it_is_asked_by_its_identifier(self) -> None:
        decision = decide("Licence.identifier")
        ordinary = {"typeCode": "11100000MB03271699001", "holderKind": "PERSON"}
        assert isinstance(on_row(decision, ordinary | {"holderCode": "320102201909109985"}), Withhold)
        assert isinstance(on_row(decision, ordinary | {"holderCode": "32010619850312991X"}), Share)
        assert reason(on_row(decision, ordinary | {"holderCode": "3201"})) is Reason.MISSING_FACT
        assert isinstance(on_row(decision, ordinary | {"holderKind": "ORGANISATION", "holderCode": "3201"}), Share)


class TestUse:
    """To filter, order, join or find by an item discloses it: a row on which it is not open in full takes no part."""

    def test_a_masked_item_does_not_filter(self) -> None:
        masked = grant("LandParcel.price", form=Form.MASKED)
        assert reason(decide("LandParcel.price", masked, asked=Asked.USE)) is Reason.FULL_REQUIRED

    def test_an_item_open_on_some_rows_filters_those(self) -> None:
        decision = decide("LandParcel.price", grant("LandParcel.price", rows=Rows.OWN_DIVISION), asked=Asked.USE)
        assert isinstance(on_row(decision, {"divisionCode": XUANWU}), Share)
        assert isinstance(on_row(decision, {"divisionCode": SUZHOU}), Withhold)

    def test_an_open_item_filters(self) -> None:
        assert isinstance(decide("LandParcel.use", asked=Asked.USE), Share)


class TestDerived:
    def test_adult_or_not_is_open_although_a_childs_other_items_are_not(self) -> None:
        assert isinstance(decide("Person.isAdult"), Share)

    def test_married_or_not_has_its_own_right(self) -> None:
        assert isinstance(on_row(decide("Person.isMarried"), ADULT), Withhold)
        assert isinstance(on_row(decide("Person.isMarried", grant("MarriageRecord.status")), ADULT), Withhold)
        granted = decide("Person.isMarried", grant("Person.isMarried", rows=Rows.OWN_DIVISION))
        assert isinstance(on_row(granted, ADULT), Share)
