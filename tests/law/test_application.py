"""An application from its draft to its end (Art. 16 ¶1). Cases a lawyer can read; each step is an event with its day."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.claims import Part
from catalogue.load import load_catalogue
from catalogue.model import Coordinate, Form, ItemCode, Mode, ProviderCode, Rows, Use
from catalogue.predicate import evaluate
from catalogue.profile import Profile, Supplement, load_profile
from errors import GatewayError
from sharing.answer import ItemAnswer, Outcome, answer_hash, check_answer, granted_together
from sharing.answer_clock import Clock, Run, answer_clock
from sharing.application import (
    Actor,
    Answered,
    Application,
    ApplicationId,
    Coordinated,
    CoordinationRequested,
    Drafted,
    Event,
    Happening,
    Negotiated,
    NegotiationEnded,
    Proposed,
    Request,
    RequestedItem,
    Saved,
    Stage,
    Standing,
    State,
    Submitted,
    SupplementAsked,
    Withdrawn,
)
from sharing.chain import Step
from sharing.completeness import check_complete, lacking
from sharing.consumer import Asking
from sharing.coordination import Body, responsible_body
from sharing.deadlines import awaited_clock, clock_of, mark_of
from sharing.decide import decide_one
from sharing.decision import Asked, Question, Share, ShareIf
from sharing.grant import Grant, GrantId
from sharing.happen import happen, replay
from sharing.sources import parts_answered
from sharing.standpoint import Standpoint
from sharing.terms import Entry, Terms, check_foreseen, check_term, end_of, entries_by_code, widened
from standards.working_days import CALENDAR, WorkingCalendar, year_table

TODAY = date(2026, 3, 2)
HOUSING, POLICE = ProviderCode("11320100MBX000174F"), ProviderCode("11320000MBX000019X")
OFFICE = ProviderCode("11320000MBX0000519")
RESIDENCE, HOUSEHOLD, SEALED = "Person.registeredResidence", "Person.householdNumber", "Person.sealedJuvenileRecord"


@cache
def entries() -> dict[ItemCode, Entry]:
    return entries_by_code(load_catalogue(Path("catalogue")))


def code(name: str) -> ItemCode:
    type_name, field = name.split(".")
    return next(number for number, (at, entry) in entries().items() if (at.name, entry.name) == (type_name, field))


def entry(name: str) -> Entry:
    return entries()[code(name)]


def terms(**other: object) -> Terms:
    """In full, everywhere, as an administrative basis in matter M12, online, for a year: unless said otherwise."""
    asked = Terms(
        Form.FULL, Rows.ALL, frozenset({Use.ADMINISTRATIVE_BASIS}), frozenset({"M12"}), frozenset({Mode.ONLINE_LOOKUP}),
        date(2027, 3, 2),
    )  # fmt: skip
    return replace(asked, **other)  # type: ignore[arg-type]


def request(*items: str, not_shared: tuple[str, ...] = (), **other: str) -> Request:
    """A complete application for these items, unless said otherwise."""
    asked = [RequestedItem(code(one), terms()) for one in items]
    asked += [RequestedItem(code(one), terms(), negotiate=True) for one in not_shared]
    stated = {"duty": "公共租赁住房管理办法 第七条", "purpose": "核实申请人户籍", "handler": "H-001", "contact": "025-0000"}
    return Request(tuple(asked), **{**stated, **other})


def story(*happened: tuple[str, Happening]) -> Application:
    """The application that these steps, each on its day, come to."""
    by = Actor(HOUSING, "housing", "H-001")
    events = [
        Event(number, datetime.fromisoformat(f"{day}T02:00:00+00:00"), date.fromisoformat(day), by, what)
        for number, (day, what) in enumerate(happened, 1)
    ]
    return replay(ApplicationId("A1"), events)


def then(application: Application, what: Happening, day: str = "2026-03-10") -> Application:
    """One step more."""
    at = datetime.fromisoformat(f"{day}T02:00:00+00:00")
    by = Actor(POLICE, "police", "P-009")
    return happen(application, Event(len(application.events) + 1, at, date.fromisoformat(day), by, what))


def drafted(asked: Request) -> tuple[str, Happening]:
    return ("2026-03-02", Drafted(HOUSING, POLICE, "B1", asked))


def submitted(asked: Request | None = None) -> Application:
    return story(drafted(asked or request(RESIDENCE, HOUSEHOLD)), ("2026-03-02", Submitted(date(2026, 3, 16))))


def grant(item: str, **narrower: object) -> ItemAnswer:
    return ItemAnswer(code(item), Outcome.PARTLY if narrower else Outcome.GRANT, terms(**narrower))


def refuse(item: str, reason: str = "与所述事项无关") -> ItemAnswer:
    return ItemAnswer(code(item), Outcome.REFUSE, None, reason)


def answered(*answers: ItemAnswer) -> Happening:
    return Answered(answers, answer_hash("A1", POLICE, answers, None))


def refused_application() -> Application:
    return then(submitted(request(RESIDENCE)), answered(refuse(RESIDENCE)))


def failed_negotiation() -> Application:
    talked = then(refused_application(), Negotiated((code(RESIDENCE),), "请复议"))
    return then(talked, NegotiationEnded((code(RESIDENCE),), agreed=False, text="未达成一致"))


def error(act: Callable[[], object]) -> tuple[str, str]:
    """The code and article of what is refused."""
    with pytest.raises(GatewayError) as refused:
        act()
    return refused.value.code.name, refused.value.article


class TestTheWayOfAnApplication:
    def test_it_is_drafted_submitted_and_answered_item_by_item(self) -> None:
        assert story(drafted(request(RESIDENCE))).state is State.DRAFTED
        assert submitted().state is State.SUBMITTED
        done = then(submitted(), answered(grant(RESIDENCE, form=Form.MASKED), refuse(HOUSEHOLD)))
        assert done.state is State.ANSWERED
        assert done.items[code(RESIDENCE)].standing is Standing.PARTLY
        assert done.items[code(HOUSEHOLD)].standing is Standing.REFUSED
        assert done.answered_on == date(2026, 3, 10)

    def test_every_step_is_kept_with_its_day_and_handler(self) -> None:
        done = then(submitted(), answered(grant(RESIDENCE), grant(HOUSEHOLD)))
        assert [(event.number, event.day.isoformat(), event.by.handler) for event in done.events] == [
            (1, "2026-03-02", "H-001"), (2, "2026-03-02", "H-001"), (3, "2026-03-10", "P-009"),
        ]  # fmt: skip
        assert replay(done.id, done.events) == done

    def test_a_second_answer_is_refused(self) -> None:
        done = then(submitted(request(RESIDENCE)), answered(grant(RESIDENCE)))
        assert error(lambda: then(done, answered(refuse(RESIDENCE)))) == ("STATE_CONFLICT", "Art. 16 ¶1")

    def test_a_draft_is_not_answered(self) -> None:
        draft = story(drafted(request(RESIDENCE)))
        assert error(lambda: then(draft, answered(grant(RESIDENCE))))[0] == "STATE_CONFLICT"

    def test_an_item_that_was_not_applied_for_is_not_answered(self) -> None:
        asked = submitted(request(RESIDENCE))
        assert error(lambda: then(asked, answered(grant(RESIDENCE), grant(HOUSEHOLD)))) == ("INPUT_INVALID", "Art. 16 ¶1")

    def test_no_item_is_left_without_an_answer(self) -> None:
        assert error(lambda: then(submitted(), answered(grant(RESIDENCE))))[0] == "INPUT_INVALID"

    def test_no_item_is_answered_twice_in_one_answer(self) -> None:
        asked = submitted(request(RESIDENCE))
        assert error(lambda: then(asked, answered(grant(RESIDENCE), refuse(RESIDENCE))))[0] == "INPUT_INVALID"

    def test_before_the_answer_it_may_be_withdrawn_and_is_not_answered_then(self) -> None:
        gone = then(submitted(), Withdrawn("事项取消"))
        assert gone.state is State.WITHDRAWN
        assert error(lambda: then(gone, answered(grant(RESIDENCE), grant(HOUSEHOLD))))[0] == "STATE_CONFLICT"
        assert error(lambda: then(gone, Withdrawn("again")))[0] == "STATE_CONFLICT"

    def test_after_the_answer_it_is_not_withdrawn(self) -> None:
        done = then(submitted(request(RESIDENCE)), answered(grant(RESIDENCE)))
        assert error(lambda: then(done, Withdrawn("太迟")))[0] == "STATE_CONFLICT"

    def test_once_submitted_it_is_not_edited(self) -> None:
        assert error(lambda: then(submitted(), Saved(request(RESIDENCE))))[0] == "STATE_CONFLICT"
        assert error(lambda: then(submitted(), Submitted(None)))[0] == "STATE_CONFLICT"


class TestHandleReviewIssue:
    """经办 → 审核 → 签发: what is proposed is no answer until it is issued."""

    def test_a_proposed_answer_changes_no_state_and_gives_nothing(self) -> None:
        proposed = then(submitted(request(RESIDENCE)), Proposed(Step.HANDLE, (grant(RESIDENCE),)))
        assert proposed.state is State.SUBMITTED
        assert proposed.items[code(RESIDENCE)].answer is None
        reviewed = then(proposed, Proposed(Step.REVIEW))
        assert reviewed.proposal is not None
        assert reviewed.proposal.taken == ((Step.HANDLE, "P-009"), (Step.REVIEW, "P-009"))
        assert reviewed.proposal.answers == (grant(RESIDENCE),)

    def test_another_proposal_begins_anew(self) -> None:
        first = then(submitted(request(RESIDENCE)), Proposed(Step.HANDLE, (grant(RESIDENCE),)))
        second = then(then(first, Proposed(Step.REVIEW)), Proposed(Step.HANDLE, (refuse(RESIDENCE),)))
        assert second.proposal is not None
        assert second.proposal.taken == ((Step.HANDLE, "P-009"),)

    def test_nothing_is_passed_on_where_nothing_was_proposed(self) -> None:
        assert error(lambda: then(submitted(), Proposed(Step.REVIEW)))[0] == "STATE_CONFLICT"

    def test_a_withdrawal_ends_the_proposal(self) -> None:
        proposed = then(submitted(request(RESIDENCE)), Proposed(Step.HANDLE, (grant(RESIDENCE),)))
        assert then(proposed, Withdrawn("事项取消")).proposal is None


class TestCompleteness:
    """一次性告知: all that is lacking is told at once."""

    def test_a_complete_application_lacks_nothing(self) -> None:
        assert lacking(request(RESIDENCE)) == ()

    def test_everything_that_is_lacking_is_named_together(self) -> None:
        bare = Terms(Form.FULL, Rows.ALL, frozenset(), frozenset(), frozenset())
        asked = Request((RequestedItem(code(RESIDENCE), bare),))
        item = code(RESIDENCE)
        with pytest.raises(GatewayError) as refused:
            check_complete(asked)
        assert refused.value.extensions["lacking"] == [
            "duty", "purpose", "handler", "contact",
            f"{item}.uses", f"{item}.matters", f"{item}.modes", f"{item}.validUntil",
        ]  # fmt: skip
        assert (refused.value.code.name, refused.value.article) == ("INPUT_INVALID", "Art. 16 ¶1")

    def test_an_application_for_nothing_lacks_its_items(self) -> None:
        assert lacking(Request(())) == ("items", "duty", "purpose", "handler", "contact")

    def test_the_provider_gives_one_notice_and_no_second(self) -> None:
        noticed = then(submitted(), SupplementAsked(("需求依据不明确",)))
        assert noticed.state is State.SUPPLEMENT
        again = then(then(noticed, Saved(request(RESIDENCE, HOUSEHOLD, duty="第八条"))), Submitted(date(2026, 3, 24)))
        assert again.state is State.SUBMITTED
        assert again.request is not None
        assert again.request.duty == "第八条"
        assert error(lambda: then(again, SupplementAsked(("再补",)))) == ("STATE_CONFLICT", "Art. 16 ¶1")

    def test_what_is_being_supplied_is_not_submitted_yet(self) -> None:
        noticed = then(submitted(), SupplementAsked(("需求依据不明确",)))
        edited = then(noticed, Saved(request(RESIDENCE, HOUSEHOLD, duty="第八条")))
        assert edited.request is not None
        assert edited.request.duty == "公共租赁住房管理办法 第七条"

    def test_while_it_is_owed_there_is_no_answer(self) -> None:
        noticed = then(submitted(request(RESIDENCE)), SupplementAsked(("需求依据不明确",)))
        assert error(lambda: then(noticed, answered(grant(RESIDENCE))))[0] == "STATE_CONFLICT"

    def test_a_supplement_brings_no_other_items(self) -> None:
        noticed = then(submitted(request(RESIDENCE)), SupplementAsked(("需求依据不明确",)))
        more = then(noticed, Saved(request(RESIDENCE, HOUSEHOLD)))
        assert error(lambda: then(more, Submitted(date(2026, 3, 24))))[0] == "INPUT_INVALID"


class TestTheClock:
    """10 个工作日: from the day after submission; make-up days count."""

    profile = load_profile()

    def clock(self, *runs: tuple[str, str | None], profile: Profile | None = None, **other: object) -> Clock:
        read = [Run(date.fromisoformat(a), None if b is None else date.fromisoformat(b)) for a, b in runs]
        stated: dict[str, object] = {"told": None, "calendar": CALENDAR, **other}
        return answer_clock(read, profile=profile or self.profile, **stated)  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("submitted_on", "due"),
        [
            ("2025-01-24", "2025-02-13"), ("2025-09-26", "2025-10-16"), ("2026-02-10", "2026-03-02"),
            ("2026-02-14", "2026-03-06"), ("2026-03-02", "2026-03-16"), ("2026-04-30", "2026-05-18"),
            ("2026-09-18", "2026-10-09"), ("2026-09-30", "2026-10-20"),
        ],
    )  # fmt: skip
    def test_the_last_day_to_answer(self, submitted_on: str, due: str) -> None:
        assert self.clock((submitted_on, None)).due == date.fromisoformat(due)

    def test_the_provider_is_warned_when_three_working_days_are_left(self) -> None:
        # 16 March 2026 is a Monday: left on the 11th are the 12th, the 13th and the 16th
        assert self.clock(("2026-03-02", None)).warn_from == date(2026, 3, 11)

    def test_a_supplement_restarts_it_by_this_profile(self) -> None:
        assert self.clock(("2026-03-02", "2026-03-05"), ("2026-03-09", None)).due == date(2026, 3, 23)

    def test_or_it_goes_on_with_the_days_left_by_another(self) -> None:
        stops = replace(self.profile, supplement=Supplement.STOPS)
        # three of ten are used on 5 March (3rd, 4th, 5th); seven are left after 9 March
        assert self.clock(("2026-03-02", "2026-03-05"), ("2026-03-09", None), profile=stops).due == date(2026, 3, 18)

    def test_where_none_is_left_there_is_one(self) -> None:
        stops = replace(self.profile, supplement=Supplement.STOPS)
        assert self.clock(("2026-03-02", "2026-03-16"), ("2026-03-23", None), profile=stops).due == date(2026, 3, 24)

    def test_in_a_year_without_a_calendar_it_is_provisional(self) -> None:
        assert self.clock(("2026-12-25", None)).provisional
        assert not self.clock(("2026-03-02", None)).provisional

    def published(self, free: tuple[date, ...] = (), worked: tuple[date, ...] = ()) -> WorkingCalendar:
        return CALENDAR.extended(year_table(2027, free, worked))

    def test_once_it_is_published_the_term_grows_by_its_holidays(self) -> None:
        provisional = self.clock(("2026-12-25", None))
        calendar = self.published(free=(date(2027, 1, 1),))
        definite = self.clock(("2026-12-25", None), told=provisional.due, calendar=calendar)
        assert (provisional.due, definite.due) == (date(2027, 1, 8), date(2027, 1, 11))
        assert not definite.provisional

    def test_and_is_never_shortened_below_what_was_told(self) -> None:
        provisional = self.clock(("2026-12-25", None))
        calendar = self.published(worked=(date(2027, 1, 2), date(2027, 1, 3)))
        assert self.clock(("2026-12-25", None), calendar=calendar).due < provisional.due
        assert self.clock(("2026-12-25", None), told=provisional.due, calendar=calendar).due == provisional.due

    @given(st.dates(date(2025, 1, 1), date(2026, 11, 30)), st.integers(0, 9))
    def test_it_is_warned_before_it_is_due_and_after_it_began(self, day: date, used: int) -> None:
        clock = self.clock((day.isoformat(), None))
        assert day < clock.warn_from < clock.due
        assert CALENDAR.working_days_between(clock.warn_from, clock.due) == self.profile.warn_working_days


class TestWhatMayBeAskedAndAnswered:
    """Art. 15: condition, scope and use as the catalogue states them."""

    def test_what_the_catalogue_states_may_be_asked(self) -> None:
        check_foreseen(entry(RESIDENCE), terms())

    @pytest.mark.parametrize(
        ("item", "other"),
        [
            ("Person.phone", {"form": Form.FULL}),  # verified only
            ("Person.householdNumber", {"form": Form.VERIFY}),
            ("Person.isMarried", {"rows": Rows.ALL}),  # a case's subjects, or the own division
            ("Person.isMarried", {"rows": Rows.CASE_SUBJECT, "uses": frozenset({Use.WORK_REFERENCE})}),
            (RESIDENCE, {"modes": frozenset({Mode.FRONT_END_SERVER})}),
        ],
    )
    def test_what_it_does_not_foresee_may_not(self, item: str, other: dict[str, object]) -> None:
        assert error(lambda: check_foreseen(entry(item), terms(**other))) == ("CONDITION_UNFORESEEN", "Art. 15")

    def test_what_is_open_to_all_needs_no_application(self) -> None:
        assert error(lambda: check_foreseen(entry("Person.name"), terms())) == ("INPUT_INVALID", "Art. 16 ¶1")

    def test_what_a_statute_withholds_is_not_granted(self) -> None:
        given_all = ItemAnswer(code(SEALED), Outcome.GRANT, terms())
        assert error(lambda: check_answer(terms(), given_all, entry(SEALED), TODAY)) == ("STATUTE_PREVAILS", "Art. 11(1)")

    def test_a_refusal_must_give_its_reason(self) -> None:
        bare = refuse(RESIDENCE, " ")
        assert error(lambda: check_answer(terms(), bare, entry(RESIDENCE), TODAY)) == ("REASON_REQUIRED", "Art. 16 ¶1")
        check_answer(terms(), refuse(RESIDENCE), entry(RESIDENCE), TODAY)

    @pytest.mark.parametrize(
        "narrower",
        [
            {"form": Form.MASKED}, {"rows": Rows.CASE_SUBJECT}, {"valid_until": date(2026, 9, 1)}, {"quota_per_day": 100},
            {"operations": frozenset({"ab" * 32})},
        ],
    )  # fmt: skip
    def test_an_answer_may_narrow_what_was_asked(self, narrower: dict[str, object]) -> None:
        check_answer(terms(), grant(RESIDENCE, **narrower), entry(RESIDENCE), TODAY)

    @pytest.mark.parametrize(
        "wider",
        [
            {"form": Form.FULL}, {"rows": Rows.ALL}, {"uses": frozenset({Use.ADMINISTRATIVE_BASIS, Use.WORK_REFERENCE})},
            {"matters": frozenset()}, {"matters": frozenset({"M12", "M07"})}, {"valid_until": date(2028, 3, 2)},
            {"quota_per_day": None}, {"modes": frozenset({Mode.ONLINE_LOOKUP, Mode.BULK_DOWNLOAD})},
        ],
    )  # fmt: skip
    def test_but_never_widen_it(self, wider: dict[str, object]) -> None:
        asked = terms(form=Form.MASKED, rows=Rows.OWN_DIVISION, quota_per_day=10)
        answer = ItemAnswer(code(RESIDENCE), Outcome.PARTLY, replace(asked, **wider))  # type: ignore[arg-type]
        assert error(lambda: check_answer(asked, answer, entry(RESIDENCE), TODAY)) == ("INPUT_INVALID", "Art. 16 ¶1")

    def test_nothing_is_granted_for_the_past_or_for_ever(self) -> None:
        check_term(TODAY, TODAY)
        check_term(date(2031, 3, 2), TODAY)
        for day in (date(2026, 3, 1), date(2031, 3, 3), date(2099, 1, 1)):
            assert error(lambda day=day: check_term(day, TODAY)) == ("INPUT_INVALID", "Art. 16 ¶1")  # type: ignore[misc]
        endless = ItemAnswer(code(RESIDENCE), Outcome.PARTLY, terms(valid_until=None))
        assert error(lambda: check_answer(terms(valid_until=None), endless, entry(RESIDENCE), TODAY))[0] == "INPUT_INVALID"

    def test_the_last_day_is_a_day_in_china(self) -> None:
        assert end_of(date(2026, 3, 2)) == datetime(2026, 3, 2, 16, tzinfo=UTC)

    def test_items_on_the_same_terms_are_one_right(self) -> None:
        together = granted_together([grant(RESIDENCE), grant(HOUSEHOLD), refuse("Person.education")])
        assert together == {terms(): tuple(sorted((code(RESIDENCE), code(HOUSEHOLD))))}

    def test_the_answer_is_known_by_its_hash(self) -> None:
        one = answer_hash("A1", POLICE, [grant(RESIDENCE), refuse(HOUSEHOLD)], None)
        assert one == answer_hash("A1", POLICE, [refuse(HOUSEHOLD), grant(RESIDENCE)], None)
        assert one != answer_hash("A1", POLICE, [grant(RESIDENCE), refuse(HOUSEHOLD, "另有理由")], None)
        assert one != answer_hash("A2", POLICE, [grant(RESIDENCE), refuse(HOUSEHOLD)], None)

    @given(st.data())
    def test_narrowing_is_an_order(self, data: st.DataObject) -> None:
        """What is within a narrower answer is within the wider request."""
        drawn = st.builds(
            Terms,
            st.sampled_from(Form), st.sampled_from(Rows), st.frozensets(st.sampled_from(Use)),
            st.frozensets(st.sampled_from(["M1", "M2"])), st.frozensets(st.sampled_from(Mode)),
            st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 3)), st.none() | st.integers(1, 3),
            st.frozensets(st.sampled_from(["a", "b"])),
        )  # fmt: skip
        one, two, three = data.draw(drawn), data.draw(drawn), data.draw(drawn)
        assert widened(one, one) is None
        if widened(one, two) is None and widened(two, three) is None:
            assert widened(one, three) is None


class TestNegotiationAndCoordination:
    """协商 and 协调: in this order; coordination is a fork, and sets no statute aside."""

    def test_not_shared_items_enter_at_negotiation_and_await_no_answer(self) -> None:
        asked = story(drafted(request(not_shared=(SEALED,))), ("2026-03-02", Submitted(None)))
        assert asked.state is State.NEGOTIATION_NEEDED
        assert asked.runs == ()
        assert error(lambda: then(asked, answered(refuse(SEALED))))[0] == "STATE_CONFLICT"
        assert then(asked, Negotiated((code(SEALED),), "可否提供统计结果")).state is State.NEGOTIATING

    def test_a_refusal_may_be_negotiated_also_one_in_part(self) -> None:
        assert then(refused_application(), Negotiated((code(RESIDENCE),), "请复议")).state is State.NEGOTIATING
        partly = then(submitted(request(RESIDENCE)), answered(grant(RESIDENCE, form=Form.MASKED)))
        assert then(partly, Negotiated((code(RESIDENCE),), "需要完整地址")).state is State.NEGOTIATING

    def test_what_awaits_an_answer_or_was_granted_is_not(self) -> None:
        step = Negotiated((code(RESIDENCE),), "请尽快")
        assert error(lambda: then(submitted(), step))[0] == "STATE_CONFLICT"
        done = then(submitted(request(RESIDENCE)), answered(grant(RESIDENCE)))
        assert error(lambda: then(done, step))[0] == "STATE_CONFLICT"

    def test_an_agreement_alone_opens_nothing_the_provider_answers_it(self) -> None:
        talked = then(refused_application(), Negotiated((code(RESIDENCE),), "请复议"))
        agreed = then(talked, NegotiationEnded((code(RESIDENCE),), agreed=True, text="同意脱敏提供"))
        assert agreed.state is State.AGREED
        answer = agreed.items[code(RESIDENCE)].answer
        assert answer is not None
        assert answer.outcome is Outcome.REFUSE
        assert then(agreed, answered(grant(RESIDENCE, form=Form.MASKED))).state is State.ANSWERED

    @pytest.mark.parametrize("make", [submitted, refused_application])
    def test_there_is_no_coordination_before_negotiation(self, make: Callable[[], Application]) -> None:
        step = CoordinationRequested((code(RESIDENCE),), Body.LEADING_GROUP, OFFICE, "确需")
        assert error(lambda: then(make(), step)) == ("NEGOTIATION_REQUIRED", "Art. 16 ¶1")

    def test_nor_while_it_is_still_negotiated(self) -> None:
        talked = then(refused_application(), Negotiated((code(RESIDENCE),), "请复议"))
        step = CoordinationRequested((code(RESIDENCE),), Body.LEADING_GROUP, OFFICE, "确需")
        assert error(lambda: then(talked, step))[0] == "NEGOTIATION_REQUIRED"

    @pytest.mark.parametrize(
        ("consumer", "provider", "body"),
        [
            ("320102", "320100", Body.COMPETENT_DEPARTMENT),
            ("320100", "320500", Body.COMPETENT_DEPARTMENT),
            ("320100", "320000", Body.LEADING_GROUP),
            ("320000", "320500", Body.LEADING_GROUP),
            ("320000", "320000", Body.LEADING_GROUP),
        ],
    )
    def test_one_body_or_the_other_coordinates(self, consumer: str, provider: str, body: Body) -> None:
        assert responsible_body(consumer, provider) is body

    def test_its_result_is_recorded_once(self) -> None:
        asked = then(failed_negotiation(), CoordinationRequested((code(RESIDENCE),), Body.LEADING_GROUP, OFFICE, "确需"))
        assert asked.state is State.COORDINATING
        upheld = then(asked, Coordinated((code(RESIDENCE),), opened=False, text="不予提供"))
        assert upheld.state is State.COORDINATED
        again = CoordinationRequested((code(RESIDENCE),), Body.COMPETENT_DEPARTMENT, OFFICE, "再协调")
        assert error(lambda: then(upheld, again))[0] == "STATE_CONFLICT"  # a fork, not a ladder
        assert error(lambda: then(upheld, Coordinated((code(RESIDENCE),), opened=True, text="")))[0] == "STATE_CONFLICT"

    def test_where_it_opens_an_item_the_provider_provides_and_does_not_refuse_again(self) -> None:
        asked = then(failed_negotiation(), CoordinationRequested((code(RESIDENCE),), Body.LEADING_GROUP, OFFICE, "确需"))
        opened = then(asked, Coordinated((code(RESIDENCE),), opened=True, text="应当提供"))
        assert error(lambda: then(opened, answered(refuse(RESIDENCE))))[0] == "STATE_CONFLICT"
        assert then(opened, answered(grant(RESIDENCE))).state is State.ANSWERED


class TestOneApplicationToThirteenCities:
    """One datum, one source for each part of the rows (Art. 4(3)): who is the source of a city's rows answers for them."""

    def test_the_provider_by_the_catalogue_answers_for_all_rows(self) -> None:
        assert parts_answered(entry(RESIDENCE)[1], POLICE, (), None) == (None,)

    def test_who_claimed_a_part_answers_for_that_part_alone(self) -> None:
        said = [
            Part(code(RESIDENCE), POLICE, "320500", released=True),
            Part(code(RESIDENCE), OFFICE, "320500"),
            Part(code(HOUSEHOLD), OFFICE, "320100"),
        ]
        assert parts_answered(entry(RESIDENCE)[1], OFFICE, said, None) == ("320500",)
        assert parts_answered(entry(RESIDENCE)[1], HOUSING, said, None) == ()

    @pytest.mark.parametrize(("division", "shown"), [("320500", True), ("320505", True), ("320100", False), (None, False)])
    def test_its_answer_opens_the_rows_of_that_part_and_no_others(self, division: str | None, shown: bool) -> None:
        right = Grant(
            GrantId("G"), HOUSING, frozenset({code(RESIDENCE)}), Form.FULL, Rows.ALL,
            frozenset({Use.ADMINISTRATIVE_BASIS}), frozenset(), frozenset({Mode.ONLINE_LOOKUP}),
            datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), within="320500",
        )  # fmt: skip
        asking = Asking(HOUSING, "320100", "M12", Use.ADMINISTRATIVE_BASIS, Mode.ONLINE_LOOKUP, in_case=False)
        question = Question(Coordinate(entry(RESIDENCE)[0].name, entry(RESIDENCE)[1].name), Asked.SHOW)
        standpoint = Standpoint(asking, {code(RESIDENCE): (right,)}, datetime(2026, 3, 2, tzinfo=UTC))
        decision = decide_one(load_catalogue(Path("catalogue")), question, standpoint)
        assert isinstance(decision, ShareIf)
        row = {"birthDate": date(1980, 1, 1), "divisionCode": division}
        verdict = next(
            (one for when, one in decision.cases if evaluate(when, row.get, {"today": TODAY}) is True), decision.otherwise
        )
        assert isinstance(verdict, Share) is shown


STEPS: tuple[Happening, ...] = (
    Saved(request(RESIDENCE)),
    Submitted(date(2026, 3, 16)),
    SupplementAsked(("x",)),
    Withdrawn("x"),
    Proposed(Step.HANDLE, (grant(RESIDENCE),)),
    answered(grant(RESIDENCE)),
    answered(refuse(RESIDENCE)),
    Negotiated((code(RESIDENCE),), "x"),
    NegotiationEnded((code(RESIDENCE),), agreed=True, text="x"),
    NegotiationEnded((code(RESIDENCE),), agreed=False, text="x"),
    CoordinationRequested((code(RESIDENCE),), Body.LEADING_GROUP, OFFICE, "x"),
    Coordinated((code(RESIDENCE),), opened=True, text="x"),
    Coordinated((code(RESIDENCE),), opened=False, text="x"),
)


@given(st.lists(st.sampled_from(STEPS), max_size=12))
def test_whatever_is_tried_in_whichever_order_the_law_holds(steps: list[Happening]) -> None:
    """A step is taken in or refused with a code; nothing is granted without an answer, nor coordinated unnegotiated."""
    application = story(drafted(request(RESIDENCE)))
    refused: list[GatewayError] = []
    for step in steps:
        try:
            after = then(application, step)
        except GatewayError as refusal:
            refused.append(refusal)
            continue
        kinds = [type(event.what) for event in after.events]
        standing = {state.standing for state in after.items.values()}
        if standing & {Standing.GRANTED, Standing.PARTLY}:
            assert Answered in kinds
        if CoordinationRequested in kinds:
            assert kinds.index(Negotiated) < kinds.index(CoordinationRequested)
        if application.stage is Stage.WITHDRAWN:
            raise AssertionError("a withdrawn application took in another step")
        assert replay(after.id, after.events) == after
        application = after
    assert {one.code.name for one in refused} <= {"STATE_CONFLICT", "NEGOTIATION_REQUIRED", "INPUT_INVALID"}
    assert {one.article for one in refused} <= {"Art. 16 ¶1"}


class TestTheClockAfterAnAgreement:
    """What was agreed on, or coordinated, is answered in the time of a first answer (Art. 16 ¶1)."""

    PROFILE = load_profile()

    def mark(self, application: Application, day: str) -> tuple[str, str]:
        clock = clock_of(application, CALENDAR, self.PROFILE)
        assert clock is not None
        told = mark_of(application, CALENDAR, self.PROFILE, date.fromisoformat(day))
        assert told is not None
        return clock.due.isoformat(), told.name

    def agreed(self, asked: Application, item: str, day: str, due: date | None = None) -> Application:
        talked = then(asked, Negotiated((code(item),), "请复议"), day)
        return then(talked, NegotiationEnded((code(item),), agreed=True, text="一致", due=due), day)

    def test_it_runs_is_warned_of_and_marked(self) -> None:
        owed = self.agreed(refused_application(), RESIDENCE, "2026-03-11")
        assert owed.awaiting == (code(RESIDENCE),)
        assert self.mark(owed, "2026-03-11") == ("2026-03-25", "RUNNING")
        assert self.mark(owed, "2026-03-20") == ("2026-03-25", "WARNED")
        assert self.mark(owed, "2026-03-26") == ("2026-03-25", "OVERDUE")
        in_time = then(owed, answered(grant(RESIDENCE)), "2026-03-25")
        assert self.mark(in_time, "2026-04-30") == ("2026-03-25", "IN_TIME")
        assert (in_time.awaiting, awaited_clock(in_time, CALENDAR, self.PROFILE)) == ((), None)
        late = then(owed, answered(grant(RESIDENCE)), "2026-03-26")
        assert self.mark(late, "2026-03-26") == ("2026-03-25", "LATE")

    def test_of_several_the_first_to_end_counts_until_it_is_answered(self) -> None:
        refused = then(submitted(), answered(refuse(RESIDENCE), refuse(HOUSEHOLD)))
        owed = self.agreed(self.agreed(refused, RESIDENCE, "2026-03-11"), HOUSEHOLD, "2026-03-13")
        assert self.mark(owed, "2026-03-13") == ("2026-03-25", "RUNNING")
        one = then(owed, answered(grant(RESIDENCE)), "2026-03-16")
        assert self.mark(one, "2026-03-26") == ("2026-03-27", "WARNED")

    def test_an_answer_to_one_of_two_leaves_the_other_owed(self) -> None:
        refused = then(submitted(), answered(refuse(RESIDENCE), refuse(HOUSEHOLD)))
        both = (code(RESIDENCE), code(HOUSEHOLD))
        talked = then(refused, Negotiated(both, "请复议"))
        owed = then(talked, NegotiationEnded(both, agreed=True, text="一致"), "2026-03-11")
        one = then(owed, answered(grant(RESIDENCE)), "2026-03-12")
        assert (one.awaiting, self.mark(one, "2026-03-26")) == ((code(HOUSEHOLD),), ("2026-03-25", "OVERDUE"))

    def test_while_the_first_answer_is_awaited_its_clock_counts(self) -> None:
        asked = submitted(request(RESIDENCE, not_shared=(SEALED,)))
        owed = self.agreed(asked, SEALED, "2026-03-04")
        assert self.mark(owed, "2026-03-04") == ("2026-03-16", "RUNNING")

    def test_a_supplement_stops_it_as_well(self) -> None:
        asked = self.agreed(submitted(request(RESIDENCE, not_shared=(SEALED,))), SEALED, "2026-03-04")
        lacking = then(asked, SupplementAsked(("职责",)), "2026-03-05")
        assert (lacking.awaiting, clock_of(lacking, CALENDAR, self.PROFILE)) == ((), None)
        again = then(lacking, Submitted(date(2026, 4, 3)), "2026-03-20")
        left = then(again, answered(grant(RESIDENCE)), "2026-03-23")
        assert self.mark(left, "2026-03-23") == ("2026-04-03", "RUNNING")

    def test_a_day_that_was_told_is_not_taken_back(self) -> None:
        owed = self.agreed(refused_application(), RESIDENCE, "2026-03-11", due=date(2026, 3, 27))
        assert self.mark(owed, "2026-03-26") == ("2026-03-27", "WARNED")

    def test_an_answer_that_came_late_stays_late_whatever_is_agreed_on_and_answered_in_time_later(self) -> None:
        refused = then(submitted(), answered(refuse(RESIDENCE), refuse(HOUSEHOLD)), "2026-06-01")
        assert self.mark(refused, "2026-06-01") == ("2026-03-16", "LATE")
        owed = self.agreed(refused, RESIDENCE, "2026-07-01")
        assert self.mark(owed, "2026-07-02") == ("2026-07-15", "RUNNING")  # what is awaited now comes first
        again = then(owed, answered(grant(RESIDENCE)), "2026-07-03")
        assert self.mark(again, "2026-07-03") == ("2026-07-15", "LATE")

    def test_of_two_answers_that_were_owed_the_late_one_counts_be_it_the_former(self) -> None:
        refused = then(submitted(), answered(refuse(RESIDENCE), refuse(HOUSEHOLD)), "2026-03-05")
        owed = self.agreed(self.agreed(refused, RESIDENCE, "2026-04-01"), HOUSEHOLD, "2026-06-30")
        both = then(owed, answered(grant(RESIDENCE), grant(HOUSEHOLD)), "2026-07-03")
        assert self.mark(both, "2026-07-03")[1] == "LATE"

    def test_a_negotiation_that_failed_and_a_refusal_that_stands_set_no_clock_going(self) -> None:
        failed = failed_negotiation()
        asked = CoordinationRequested((code(RESIDENCE),), Body.LEADING_GROUP, OFFICE, "确需")
        upheld = then(then(failed, asked), Coordinated((code(RESIDENCE),), opened=False, text="维持"), "2026-03-12")
        for one in (failed, upheld):
            assert (one.awaiting, self.mark(one, "2026-05-01")[1]) == ((), "IN_TIME")
