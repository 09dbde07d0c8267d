"""Who takes part, where each administers, who answers for it, and by which steps. Cases a lawyer can read, by article."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from catalogue.model import ProviderCode
from errors import INPUT_INVALID, NOT_RESPONSIBLE, STATE_CONFLICT, Code, GatewayError
from sharing.chain import (
    ONE_STEP,
    AnswerChain,
    Officer,
    Step,
    Substitution,
    check_alone,
    check_officer,
    check_step,
    may_take,
    next_step,
)
from sharing.coordination import Body, coordinator
from sharing.days import Days
from sharing.parties import (
    Office,
    OfficeKind,
    Party,
    PartyKind,
    Statement,
    Subject,
    check_division,
    check_jurisdiction,
    check_office,
    check_superior,
    checked_kind,
    gaps,
    holder_of,
    superior,
    upward,
)
from standards import credit_code

TODAY = date(2026, 3, 2)
ALWAYS = Days(date(2025, 1, 1))
HANDLE, REVIEW, ISSUE = Step.HANDLE, Step.REVIEW, Step.ISSUE
FULL = AnswerChain((HANDLE, REVIEW, ISSUE))


def code(number: int, division: str = "320000", begins: str = "11") -> ProviderCode:
    return ProviderCode(credit_code.compose(begins, division, f"MBX00{number:03}0"))


def party(number: int, division: str, **more: Any) -> Party:
    given: dict[str, Any] = {"in_force": True, **more}
    return Party(code(number, division), "office", "部门", PartyKind.GOVERNMENT, division, **given)


PROVINCE, NANJING, XUANWU, SUZHOU = (
    party(number, division) for number, division in enumerate(("320000", "320100", "320102", "320500"), 1)
)


def competent(holder: Party, days: Days = ALWAYS) -> Office:
    return Office(OfficeKind.COMPETENT_DEPARTMENT, holder.division, holder.code, "主管部门", None, "文件", days)


def refusal(caught: pytest.ExceptionInfo[GatewayError]) -> tuple[Code, str]:
    return caught.value.code, caught.value.article


class TestArticle2:
    """政务部门 are government departments, and bodies that are authorised to administer."""

    @pytest.mark.parametrize(
        ("kind", "begins", "authorisation"),
        [
            ("government", "11", None),
            ("public_institution", "12", "机构职能规定"),
            ("social_organisation", "13", "残疾人保障法 第八条"),
            ("social_organisation", "51", "授权文件"),
            ("other_authorised", "91", "特许经营授权"),
        ],
    )
    def test_the_kinds_that_it_knows_take_part(self, kind: str, begins: str, authorisation: str | None) -> None:
        assert checked_kind(kind, code(1, begins=begins), authorisation) == kind

    @pytest.mark.parametrize("kind", ["company", "enterprise", "", "GOVERNMENT", "citizen"])
    def test_any_other_kind_is_refused(self, kind: str) -> None:
        with pytest.raises(GatewayError) as caught:
            checked_kind(kind, code(1), "授权文件")
        assert refusal(caught) == (INPUT_INVALID, "Art. 2")

    @pytest.mark.parametrize(
        ("kind", "begins"),
        [("government", "91"), ("government", "12"), ("public_institution", "51"), ("other_authorised", "11")],
    )
    def test_a_kind_that_its_own_credit_code_contradicts_is_refused(self, kind: str, begins: str) -> None:
        with pytest.raises(GatewayError) as caught:
            checked_kind(kind, code(1, begins=begins), "授权文件")
        assert refusal(caught) == (INPUT_INVALID, "Art. 2")

    @pytest.mark.parametrize("authorisation", [None, "", "  "])
    def test_who_is_no_government_department_says_what_authorises_it(self, authorisation: str | None) -> None:
        with pytest.raises(GatewayError, match="authorised") as caught:
            checked_kind("public_institution", code(1, begins="12"), authorisation)
        assert refusal(caught) == (INPUT_INVALID, "Art. 2")


class TestArticle5:
    """Each administers its own division; offices are dated."""

    def test_a_province_contains_its_cities_and_a_city_its_counties(self) -> None:
        assert list(upward("320102", TODAY)) == ["320102", "320100", "320000"]
        for inner in ("320000", "320100", "320102", "320500"):
            check_jurisdiction("320000", inner)
        check_jurisdiction("320100", "320102")

    @pytest.mark.parametrize(
        ("administrator", "division"),
        [("320100", "320500"), ("320100", "320000"), ("320102", "320100"), ("320102", "320104"), ("", "320100")],
    )
    def test_nobody_administers_outside_his_jurisdiction(self, administrator: str, division: str) -> None:
        with pytest.raises(GatewayError) as caught:
            check_jurisdiction(administrator, division)
        assert refusal(caught) == (NOT_RESPONSIBLE, "Art. 5")

    @pytest.mark.parametrize("division", ["999999", "320103", "330100"])
    def test_a_division_that_is_not_in_force_has_no_departments(self, division: str) -> None:
        with pytest.raises(GatewayError) as caught:
            check_division(division, TODAY)
        assert refusal(caught) == (INPUT_INVALID, "Art. 5")

    @pytest.mark.parametrize("holder", [PROVINCE, NANJING, XUANWU, SUZHOU])
    def test_an_office_is_held_by_a_department_of_that_level(self, holder: Party) -> None:
        check_office(OfficeKind.COMPETENT_DEPARTMENT, holder.division, holder, TODAY)

    @pytest.mark.parametrize("holder", [PROVINCE, XUANWU, SUZHOU])
    def test_the_office_of_a_city_cannot_be_held_from_outside_or_below(self, holder: Party) -> None:
        with pytest.raises(GatewayError) as caught:
            check_office(OfficeKind.COMPETENT_DEPARTMENT, "320100", holder, TODAY)
        assert refusal(caught) == (NOT_RESPONSIBLE, "Art. 5")

    def test_a_department_that_has_ended_holds_no_office(self) -> None:
        with pytest.raises(GatewayError, match="not in force") as caught:
            check_office(OfficeKind.COMPETENT_DEPARTMENT, "320100", party(2, "320100", in_force=False), TODAY)
        assert refusal(caught) == (NOT_RESPONSIBLE, "Art. 5")

    def test_the_leading_group_is_the_provinces_and_has_members_instead_of_a_holder(self) -> None:
        check_office(OfficeKind.LEADING_GROUP, "320000", None, TODAY)
        with pytest.raises(GatewayError, match="province's"):
            check_office(OfficeKind.LEADING_GROUP, "320100", None, TODAY)
        with pytest.raises(GatewayError, match="holds it"):
            check_office(OfficeKind.LEADING_GROUP_OFFICE, "320000", None, TODAY)

    def test_an_office_passes_on_a_day_and_the_former_holder_stays_told(self) -> None:
        change = date(2026, 3, 1)
        former, new = party(5, "320100"), NANJING
        offices = (competent(former, Days(ALWAYS.begins, change)), competent(new, Days(change)))
        held = [
            holder_of(offices, OfficeKind.COMPETENT_DEPARTMENT, "320100", day)
            for day in (date(2024, 12, 31), date(2026, 2, 28), change, TODAY)
        ]
        assert held == [None, former.code, new.code, new.code]
        assert holder_of(offices, OfficeKind.COMPETENT_DEPARTMENT, "320102", TODAY) is None  # 本级: no other level's

    def test_the_tree_leads_from_a_county_to_the_leading_groups_office(self) -> None:
        top = Office(OfficeKind.LEADING_GROUP_OFFICE, "320000", code(9), "领导小组办公室", None, "文件", ALWAYS)
        offices = (competent(PROVINCE), competent(NANJING), top)
        assert superior(XUANWU, offices, TODAY) == NANJING.code
        assert superior(party(7, "320100"), offices, TODAY) == NANJING.code
        assert superior(NANJING, offices, TODAY) == PROVINCE.code
        assert superior(SUZHOU, offices, TODAY) == PROVINCE.code
        assert superior(PROVINCE, offices, TODAY) == code(9)
        assert superior(party(9, "320000"), (top,), TODAY) is None

    def test_a_superior_is_stated_where_it_differs(self) -> None:
        tax = party(7, "320100", superior=code(8))
        assert superior(tax, (competent(NANJING),), TODAY) == code(8)

    def test_a_superior_administers_where_the_department_does(self) -> None:
        check_superior(XUANWU.code, XUANWU.division, (NANJING, PROVINCE))
        with pytest.raises(GatewayError) as caught:
            check_superior(XUANWU.code, XUANWU.division, (SUZHOU,))
        assert refusal(caught) == (NOT_RESPONSIBLE, "Art. 5")

    def test_nobody_stands_above_itself(self) -> None:
        other = party(6, "320100", superior=NANJING.code)
        with pytest.raises(GatewayError, match="below") as caught:
            check_superior(NANJING.code, NANJING.division, (other, NANJING))
        assert refusal(caught) == (INPUT_INVALID, "Art. 5")


class TestArticle16Coordinator:
    """Art. 16 ¶1: one body coordinates, and nobody what it applied for or refused itself."""

    GROUPS_OFFICE = Office(OfficeKind.LEADING_GROUP_OFFICE, "320000", PROVINCE.code, "领导小组办公室", None, "文件", ALWAYS)
    GROUP = Office(OfficeKind.LEADING_GROUP, "320000", code(9), "领导小组", None, "文件", ALWAYS)
    OFFICES = (GROUPS_OFFICE, competent(PROVINCE), competent(NANJING))

    def of_group(self, *parties: Party, offices: tuple[Office, ...] = OFFICES) -> ProviderCode | None:
        asked = coordinator(Body.LEADING_GROUP, offices, "320102", [one.code for one in parties], TODAY)
        assert asked not in {one.code for one in parties}
        return asked

    def competent_for(self, consumer: Party, provider: Party, *offices: Office) -> ProviderCode | None:
        parties = (consumer.code, provider.code)
        return coordinator(Body.COMPETENT_DEPARTMENT, offices or self.OFFICES, consumer.division, parties, TODAY)

    def test_the_leading_group_acts_by_its_office(self) -> None:
        assert self.of_group(NANJING, party(7, "320000")) == PROVINCE.code

    @pytest.mark.parametrize("parties", [(NANJING, PROVINCE), (PROVINCE, SUZHOU)])
    def test_where_its_office_is_a_party_only_another_that_is_appointed_for_the_group_does(
        self, parties: tuple[Party, Party]
    ) -> None:
        assert self.of_group(*parties) is None
        members_only = replace(self.GROUP, holder=None)
        assert self.of_group(*parties, offices=(*self.OFFICES, members_only)) is None
        assert self.of_group(*parties, offices=(*self.OFFICES, self.GROUP)) == code(9)
        past = replace(self.GROUP, days=Days(ALWAYS.begins, TODAY))
        assert self.of_group(*parties, offices=(*self.OFFICES, past)) is None

    def test_a_level_that_has_appointed_nobody_is_passed_over(self) -> None:
        assert self.competent_for(XUANWU, SUZHOU) == NANJING.code
        assert self.competent_for(party(8, "320105"), SUZHOU, competent(PROVINCE)) == PROVINCE.code
        assert self.competent_for(XUANWU, SUZHOU, competent(SUZHOU)) is None, "another city's is not above it"

    def test_a_level_whose_office_is_a_party_is_passed_over(self) -> None:
        assert self.competent_for(NANJING, SUZHOU) == PROVINCE.code
        assert self.competent_for(XUANWU, NANJING) == PROVINCE.code


class TestArticle24:
    """The principal head is first responsible ex officio; implementing body, rules and goals are kept. Gaps warn."""

    def stated(self, *subjects: Subject, days: Days = ALWAYS) -> Party:
        return party(1, "320000", statements=tuple(Statement(one, "内容", None, days) for one in subjects))

    def test_who_has_stated_everything_has_no_gap(self) -> None:
        assert gaps(self.stated(*Subject), TODAY) == ()

    @pytest.mark.parametrize("missing", list(Subject))
    def test_each_thing_that_is_missing_is_a_warning(self, missing: Subject) -> None:
        (gap,) = gaps(self.stated(*set(Subject) - {missing}), TODAY)
        assert (gap.subject, gap.article) == (missing, "Art. 24")
        assert gap.message_zh.startswith("尚未明确")

    def test_what_no_longer_holds_or_not_yet_is_missing(self) -> None:
        ended, coming = Days(date(2025, 1, 1), TODAY), Days(date(2026, 3, 3))
        assert len(gaps(self.stated(*Subject, days=ended), TODAY)) == 4
        assert len(gaps(self.stated(*Subject, days=coming), TODAY)) == 4
        assert gaps(self.stated(*Subject, days=ended), date(2026, 3, 1)) == ()

    def test_a_gap_blocks_nobody(self) -> None:
        check_office(OfficeKind.COMPETENT_DEPARTMENT, "320000", PROVINCE, TODAY)  # which has stated nothing
        assert len(gaps(PROVINCE, TODAY)) == 4


class TestArticle16Steps:
    """An answer may need 经办 → 审核 → 签发, as each department sets, with substitutes."""

    def test_a_department_that_sets_nothing_issues_in_one_step(self) -> None:
        assert next_step(ONE_STEP, ()) is ISSUE
        check_step(ONE_STEP, (), (), ISSUE, "anybody", TODAY)

    def test_the_steps_follow_one_another(self) -> None:
        taken: list[tuple[Step, str]] = []
        for step, handler in ((HANDLE, "a"), (REVIEW, "b"), (ISSUE, "c")):
            assert next_step(FULL, taken) is step
            check_step(FULL, taken, (), step, handler, TODAY)
            taken.append((step, handler))
        assert next_step(FULL, taken) is None

    @pytest.mark.parametrize(
        ("taken", "step"),
        [
            ([], REVIEW),
            ([], ISSUE),
            ([(HANDLE, "a")], ISSUE),
            ([(HANDLE, "a")], HANDLE),
            ([(HANDLE, "a"), (REVIEW, "b"), (ISSUE, "c")], ISSUE),
        ],
    )
    def test_a_step_out_of_order_is_refused(self, taken: list[tuple[Step, str]], step: Step) -> None:
        with pytest.raises(GatewayError) as caught:
            check_step(FULL, taken, (), step, "d", TODAY)
        assert refusal(caught) == (STATE_CONFLICT, "Art. 16 ¶1")

    @pytest.mark.parametrize("again", ["H-001", "h-001", "Ｈ-001"])
    def test_nobody_takes_two_steps_of_one_answer(self, again: str) -> None:
        with pytest.raises(GatewayError) as caught:
            check_step(FULL, [(HANDLE, "H-001")], (), REVIEW, again, TODAY)
        assert refusal(caught) == (NOT_RESPONSIBLE, "Art. 16 ¶1")

    def test_a_chain_that_changes_under_way_holds_for_what_is_left(self) -> None:
        assert next_step(FULL, [(HANDLE, "a")]) is REVIEW
        assert next_step(AnswerChain((HANDLE, ISSUE)), [(HANDLE, "a")]) is ISSUE
        assert next_step(FULL, [(REVIEW, "b")]) is HANDLE
        assert next_step(FULL, [(ISSUE, "c")]) is None
        with pytest.raises(GatewayError):  # a shorter chain gives nobody a second step
            check_step(ONE_STEP, [(HANDLE, "a")], (), ISSUE, "a", TODAY)

    @pytest.mark.parametrize("steps", [(), (HANDLE,), (ISSUE, HANDLE), (HANDLE, HANDLE, ISSUE), (REVIEW, HANDLE, ISSUE)])
    def test_a_chain_is_in_order_and_ends_with_the_issue(self, steps: tuple[Step, ...]) -> None:
        with pytest.raises(GatewayError) as caught:
            AnswerChain(steps)
        assert refusal(caught) == (INPUT_INVALID, "Art. 16 ¶1")


class TestArticle16Officers:
    """Where a department keeps officers, only they answer, each the steps that are theirs."""

    OFFICERS = (
        Officer("P-1", "甲", frozenset({HANDLE}), ALWAYS),
        Officer("P-2", "乙", frozenset({REVIEW}), ALWAYS, (Substitution("P-1", Days(date(2026, 3, 1), date(2026, 3, 5))),)),
        Officer("P-3", "丙", frozenset({ISSUE}), Days(date(2025, 1, 1), date(2026, 2, 1)), (Substitution("P-1", ALWAYS),)),
    )

    def may(self, step: Step, handler: str, day: date = TODAY) -> bool:
        return may_take(self.OFFICERS, step, handler, day)

    def test_who_may_not_is_refused_without_being_named(self) -> None:
        with pytest.raises(GatewayError) as caught:
            check_step(ONE_STEP, (), self.OFFICERS, ISSUE, "P-2", TODAY)
        assert refusal(caught) == (NOT_RESPONSIBLE, "Art. 16 ¶1")
        assert "P-2" not in caught.value.message + caught.value.hint

    def test_what_goes_with_an_answer_is_done_by_who_may_take_a_step_of_it(self) -> None:
        check_officer((), (ISSUE,), "anybody", TODAY)  # a department that keeps no officers
        check_officer(self.OFFICERS, (HANDLE, ISSUE), "P-1", TODAY)
        for steps, handler in (((ISSUE,), "P-1"), ((HANDLE, REVIEW, ISSUE), "nobody")):
            with pytest.raises(GatewayError) as caught:
                check_officer(self.OFFICERS, steps, handler, TODAY)
            assert refusal(caught) == (NOT_RESPONSIBLE, "Art. 16 ¶1")
            assert handler not in caught.value.message

    def test_what_is_given_by_one_act_goes_around_no_step(self) -> None:
        check_alone(ONE_STEP, (), "anybody", TODAY)
        with pytest.raises(GatewayError) as caught:
            check_alone(ONE_STEP, self.OFFICERS, "P-1", TODAY)
        assert refusal(caught) == (NOT_RESPONSIBLE, "Art. 16 ¶1")
        with pytest.raises(GatewayError) as caught:
            check_alone(FULL, (), "anybody", TODAY)
        assert refusal(caught) == (STATE_CONFLICT, "Art. 16 ¶1")

    def test_each_takes_his_own_steps(self) -> None:
        assert self.may(HANDLE, "P-1")
        assert self.may(REVIEW, "P-2")
        assert not self.may(HANDLE, "P-2")
        assert not self.may(HANDLE, "P-9")

    def test_a_substitute_takes_the_others_steps_within_the_dates(self) -> None:
        days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 4), date(2026, 3, 5)]
        assert [self.may(REVIEW, "P-1", day) for day in days] == [False, True, True, False]

    def test_who_has_left_answers_no_more_and_neither_does_the_substitute(self) -> None:
        assert self.may(ISSUE, "P-3", date(2026, 1, 31))
        assert self.may(ISSUE, "P-1", date(2026, 1, 31))
        assert not self.may(ISSUE, "P-3")
        assert not self.may(ISSUE, "P-1")

    def test_that_all_officers_have_left_does_not_let_everybody_answer(self) -> None:
        gone = (Officer("P-3", "丙", frozenset({ISSUE}), Days(date(2025, 1, 1), date(2026, 2, 1))),)
        with pytest.raises(GatewayError) as caught:
            check_step(ONE_STEP, (), gone, ISSUE, "anybody", TODAY)
        assert refusal(caught) == (NOT_RESPONSIBLE, "Art. 16 ¶1")

    def test_a_substitute_is_an_officer_too(self) -> None:
        given = (Officer("P-3", "丙", frozenset({ISSUE}), ALWAYS, (Substitution("stranger", ALWAYS),)),)
        with pytest.raises(GatewayError):
            check_step(ONE_STEP, (), given, ISSUE, "stranger", TODAY)


class TestDays:
    def test_a_term_holds_from_its_first_day_up_to_its_end(self) -> None:
        days = Days(date(2026, 1, 1), date(2026, 1, 3))
        assert [days.hold(date(2026, 1, day)) for day in (1, 2, 3)] == [True, True, False]
        assert not Days(TODAY, TODAY).hold(TODAY)

    def test_terms_overlap_where_a_day_lies_within_both(self) -> None:
        first = Days(date(2026, 1, 1), date(2026, 1, 3))
        assert first.overlap(Days(date(2026, 1, 2)))
        assert not first.overlap(Days(date(2026, 1, 3)))
        assert not Days(date(2026, 1, 2), date(2026, 1, 2)).overlap(first)
