"""个人信息保护法 44, 45: what an entry tells each of its subjects; 18 ¶1: what a law keeps from them, and how long."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from catalogue.model import Basis, BasisClass, Form, ItemCode, Mode, ProviderCode, Rows, Use
from errors import GatewayError
from ledger.access import Access, AccessedItem, AccessKind, access_of
from ledger.entry import ConcealedRecord, Entry, Kind, PositionOutcome, PurposeRecord, canonical, encode_outcomes, new_id
from sharing.answer import ItemAnswer, Outcome, answer_hash, check_answer, granted_together
from sharing.conceal import conceal
from sharing.concealment import Concealment, check_concealment, class_of
from sharing.consumer import Asking
from sharing.grant import Grant, GrantId
from sharing.identification import Identification, Method, checked_identification
from sharing.rights import index_rights, next_boundary
from sharing.sealed import Granted, canonical_text, grant_id, right_of
from sharing.terms import Terms, entries_by_code
from tests.law.cases import CATALOGUE, coordinate

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
TODAY, LATEST = date(2026, 3, 2), date(2031, 3, 2)
NAME, SEX, LICENCES, TYPE = "101001/000001-002", "101001/000001-003", "101001/000001-021", "105001/000001-002"
SUPERVISION = Basis("中华人民共和国监察法", "中华人民共和国主席令第三号", "第十八条", BasisClass.LAW)
PROCEDURE = Basis("中华人民共和国刑事诉讼法", "中华人民共和国主席令第十号", "第一百五十二条", BasisClass.LAW)
INVESTIGATOR, PROVIDER = ProviderCode("11320100MBX000301X"), ProviderCode("11320000MBX000027Q")


def told(number: int, outcomes: list[PositionOutcome], now: datetime = NOW, **changes: Any) -> Access | None:
    entry = Entry(
        id=new_id(NOW), time=NOW, kind=Kind.ANSWERED, consumer="C", client="hall",
        purpose=PurposeRecord("M07", "administrative_basis", "H-1", "CASE-1", "D"), mode="online_lookup", document="ab" * 32,
        catalogue_version=1, epoch=1, outcomes=encode_outcomes(outcomes),
    )  # fmt: skip
    return access_of(canonical(entry._replace(**changes)), number, now)


def items(number: int, outcomes: list[PositionOutcome], **changes: Any) -> dict[str, tuple[str, bool]]:
    found = told(number, outcomes, **changes)
    assert found is not None
    return {item.item: (item.outcome, item.certain) for item in found.items}


def at(path: str, item: str, outcome: str = "SHARED", count: int = 0) -> PositionOutcome:
    return PositionOutcome(path, item, outcome, "REASON", count)


class TestWhatIsTold:
    def test_who_when_for_what(self) -> None:
        found = told(0, [at("person.name", NAME)], subjects=[("person", [0])])
        item = AccessedItem(NAME, "SHARED", certain=True)
        assert found == Access(NOW, AccessKind.ANSWERED, "C", "D", "M07", "administrative_basis", None, None, (item,))

    def test_each_person_is_told_of_its_own_positions(self) -> None:
        outcomes = [at("a.name", NAME), at("b.sex", SEX), at("a.licences.typeName", TYPE), at("a.licences", LICENCES)]
        rows: dict[str, Any] = {"subjects": [("a", [0]), ("b", [1]), ("a.licences", [0, 2])]}
        assert items(0, outcomes, **rows).keys() == {NAME, TYPE, LICENCES}
        assert items(1, outcomes, **rows).keys() == {SEX}
        assert items(2, outcomes, **rows).keys() == {TYPE}
        assert items(3, outcomes, **rows) == {}

    def test_a_path_that_begins_alike_is_another(self) -> None:
        assert items(0, [at("persons.name", NAME)], subjects=[("person", [0])]) == {}

    def test_of_several_persons_at_one_position_it_is_told_what_was_disclosed_at_most(self) -> None:
        outcomes = [at("p.name", NAME, "SHARED", 1), at("p.name", NAME, "WITHHELD", 2), at("p.sex", SEX, "MASKED")]
        assert items(0, outcomes, subjects=[("p", [0, 1, 2])]) == {NAME: ("SHARED", False), SEX: ("MASKED", True)}
        assert items(0, outcomes, subjects=[("p", [0])])[NAME] == ("SHARED", True)

    def test_an_item_at_two_positions_is_told_once_as_the_fuller(self) -> None:
        outcomes = [at("a.name", NAME, "WITHHELD"), at("b.name", NAME, "MASKED")]
        assert items(0, outcomes, subjects=[("a", [0]), ("b", [0])]) == {NAME: ("MASKED", True)}

    def test_one_who_was_not_found_among_others(self) -> None:
        outcomes = [at("p.name", NAME), at("p.sex", SEX, "WITHHELD"), at("p", NAME, "SHARED", 1)]
        rows: dict[str, Any] = {"subjects": [("p", [0, 1])], "absent": [("p", [1])]}
        assert items(0, outcomes, **rows) == {NAME: ("SHARED", True), SEX: ("WITHHELD", True)}
        assert items(1, outcomes, **rows) == {NAME: ("NO_DATA", True), SEX: ("WITHHELD", True)}
        vain = told(1, outcomes, **rows)
        assert vain is not None
        assert vain.kind is AccessKind.NOT_FOUND

    def test_a_source_that_was_down_and_a_root_that_is_withheld(self) -> None:
        rows: dict[str, Any] = {"subjects": [("p", [0])], "absent": [("p", [0])]}
        down = [at("p.name", NAME), at("p", SEX, "SOURCE_UNAVAILABLE", 1)]
        assert items(0, down, **rows) == {NAME: ("NO_DATA", True), SEX: ("SOURCE_UNAVAILABLE", True)}
        withheld = told(0, [at("p", SEX, "WITHHELD")], **rows)
        assert withheld is not None
        assert (withheld.kind, withheld.items) == (AccessKind.REFUSED, (AccessedItem(SEX, "WITHHELD", certain=True),))

    def test_what_became_of_other_rows_at_the_root_is_not_told(self) -> None:
        outcomes = [at("p.name", NAME), at("p", SEX, "WITHHELD", 1)]
        assert items(0, outcomes, subjects=[("p", [0, 1])], absent=[("p", [1])]) == {NAME: ("SHARED", True)}

    def test_below_a_relation_that_led_to_no_row_nothing_was_told(self) -> None:
        outcomes = [at("p.name", NAME), at("p.licences", LICENCES), at("p.licences.typeName", TYPE)]
        rows: dict[str, Any] = {"subjects": [("p", [0])], "empty": ["p.licences"]}
        expected = {NAME: ("SHARED", True), LICENCES: ("NO_DATA", True), TYPE: ("NO_DATA", True)}
        assert items(0, outcomes, **rows) == expected
        hidden = [*outcomes, at("p.licences", SEX, "WITHHELD")]
        expected |= {LICENCES: ("WITHHELD", True), TYPE: ("WITHHELD", True), SEX: ("WITHHELD", True)}
        assert items(0, hidden, **rows) == expected
        down = [*outcomes, at("p.licences", LICENCES, "SOURCE_UNAVAILABLE", 1)]
        expected = {NAME: ("SHARED", True), LICENCES: ("SOURCE_UNAVAILABLE", True), TYPE: ("SOURCE_UNAVAILABLE", True)}
        assert items(0, down, **rows) == expected
        withheld = [at("p.licences", LICENCES), at("p.licences.typeName", TYPE, "WITHHELD")]
        assert items(0, withheld, **rows)[TYPE] == ("WITHHELD", True)
        alike = [at("p.licencesOfOthers.typeName", TYPE)]
        assert items(0, alike, **rows) == {TYPE: ("SHARED", True)}

    def test_why_several_had_no_row_there_is_not_certain(self) -> None:
        rows: dict[str, Any] = {"subjects": [("p", [0, 1])], "empty": ["p.licences"]}
        one_of_them = [at("p.licences", LICENCES), at("p.licences", LICENCES, "WITHHELD", 1)]
        assert items(1, one_of_them, **rows) == {LICENCES: ("WITHHELD", False)}
        everybody = [at("p.licences", LICENCES), at("p.licences", LICENCES, "WITHHELD")]
        assert items(1, everybody, **rows) == {LICENCES: ("WITHHELD", True)}

    def test_a_relation_of_which_several_may_have_had_rows_is_not_certain(self) -> None:
        rows: dict[str, Any] = {"subjects": [("p", [0, 1]), ("p.licences", [0])]}
        assert items(1, [at("p.licences", LICENCES)], **rows) == {LICENCES: ("SHARED", False)}

    def test_a_comparison_tells_no_more_than_whether_it_matched(self) -> None:
        compared = told(0, [at("p.verify.name", NAME, "COMPARED")], subjects=[("p", [0])])
        assert compared is not None
        assert (compared.kind, compared.items) == (AccessKind.ANSWERED, (AccessedItem(NAME, "COMPARED", certain=True),))

    @pytest.mark.parametrize("told_as", ["SHARED", "MASKED", "COMPARED"])
    def test_that_it_was_doubted_makes_it_no_fuller(self, told_as: str) -> None:
        outcomes = [at("p.name", NAME, told_as), at("p.name", NAME, "UNDER_VERIFICATION", 1)]
        assert items(0, outcomes, subjects=[("p", [0, 1])]) == {NAME: (told_as, True)}

    def test_refusals_and_steps(self) -> None:
        refused = told(0, [], kind=Kind.REFUSED, error="STRICT_WITHHELD", subjects=[("p", [0])])
        step = told(0, [at("openCase", "CASE-1", "REQUESTED")], kind=Kind.WORKFLOW, subjects=[("openCase.applicant", [0])])
        attempt = told(0, [at("accessRecords", "", "REFUSED")], kind=Kind.WORKFLOW, breaches=("IDENTIFICATION_REQUIRED",))
        assert refused is not None
        assert step is not None
        assert attempt is not None
        assert (refused.kind, refused.error) == (AccessKind.REFUSED, "STRICT_WITHHELD")
        assert (step.kind, step.step, step.error) == (AccessKind.STEP, "openCase", None)
        assert "CASE-1" not in str(step)
        assert (attempt.step, attempt.error) == ("accessRecords", "IDENTIFICATION_REQUIRED")

    def test_what_is_concealed_is_told_from_its_instant_on(self) -> None:
        hidden = ConcealedRecord(NOW + timedelta(days=1), ("《监察法》",), ("ab",))
        about: dict[str, Any] = {"subjects": [("p", [0])], "concealed": hidden}
        assert told(0, [at("p.name", NAME)], NOW + timedelta(days=1) - timedelta(seconds=1), **about) is None
        assert told(0, [at("p.name", NAME)], NOW + timedelta(days=1), **about) is not None


def concealment(basis: Basis = SUPERVISION, until: date = date(2026, 6, 30)) -> Concealment:
    return Concealment(basis, until)


def grant(**changes: Any) -> Grant:
    right = Grant(
        GrantId("a" * 32), INVESTIGATOR, frozenset({ItemCode(NAME)}), Form.FULL, Rows.ALL,
        frozenset({Use.ADMINISTRATIVE_BASIS}), frozenset({"INV"}), frozenset({Mode.ONLINE_LOOKUP}),
        datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), concealment=concealment(),
    )  # fmt: skip
    return replace(right, **changes)


ASKING = Asking(INVESTIGATOR, "320100", "INV", Use.ADMINISTRATIVE_BASIS, Mode.ONLINE_LOOKUP, in_case=False)
ASKED = frozenset({ItemCode(NAME), ItemCode(SEX)})


class TestWhatIsHidden:
    def test_what_is_asked_under_the_grant_up_to_the_end_of_its_last_day_in_china(self) -> None:
        found = conceal([grant()], ASKING, NOW, ASKED)
        assert found is not None
        assert found.until == datetime(2026, 6, 30, 16, tzinfo=UTC)
        assert (found.bases, found.grants) == ((SUPERVISION,), ("a" * 32,))
        assert conceal([grant()], ASKING, found.until - timedelta(seconds=1), ASKED) is not None
        assert conceal([grant()], ASKING, found.until, ASKED) is None

    @pytest.mark.parametrize(
        ("held", "asking", "asked"),
        [
            (grant(concealment=None), ASKING, ASKED),
            (grant(), ASKING._replace(matter="M07"), ASKED),
            (grant(), ASKING._replace(use=Use.WORK_REFERENCE), ASKED),
            (grant(), ASKING, frozenset({ItemCode(SEX)})),
            (grant(valid_until=NOW), ASKING, ASKED),
            (grant(valid_from=NOW + timedelta(seconds=1)), ASKING, ASKED),
        ],
        ids=["a plain grant", "another matter", "another use", "other items", "it has ended", "it is to come"],
    )
    def test_nothing_else(self, held: Grant, asking: Asking, asked: frozenset[ItemCode]) -> None:
        assert conceal([held], asking, NOW, asked) is None

    def test_what_was_withheld_all_the_same_and_a_step_that_names_the_person(self) -> None:
        assert conceal([grant(suspended=True)], ASKING, NOW, ASKED) is not None
        assert conceal([grant()], ASKING, NOW, None) is not None

    def test_where_it_was_not_said_for_what_any_grant_in_force_may_be_the_one(self) -> None:
        assert conceal([grant(concealment=None), grant()], None, NOW, None) is not None
        assert conceal([grant(valid_until=NOW), grant(concealment=None)], None, NOW, None) is None

    def test_a_step_on_the_case_of_its_matter_whatever_is_stated(self) -> None:
        other = ASKING._replace(matter="M07", use=Use.WORK_REFERENCE)
        assert conceal([grant()], other, NOW, None, frozenset({"INV"})) is not None
        assert conceal([grant()], other, NOW, None, frozenset({"M08"})) is None

    def test_of_two_the_longer_with_both_laws(self) -> None:
        other = grant(id=GrantId("b" * 32), concealment=concealment(PROCEDURE, date(2026, 9, 30)))
        found = conceal([other, grant()], ASKING, NOW, ASKED)
        assert found is not None
        assert found.until == datetime(2026, 9, 30, 16, tzinfo=UTC)
        assert (found.bases, found.grants) == ((SUPERVISION, PROCEDURE), ("a" * 32, "b" * 32))

    def test_its_end_is_a_boundary_of_decisions(self) -> None:
        rights = index_rights(1, [grant(), replace(grant(), id=GrantId("c" * 32), concealment=None)])
        assert [one.id for one in rights.concealing[INVESTIGATOR]] == ["a" * 32]
        assert next_boundary(rights, INVESTIGATOR, NOW) == datetime(2026, 6, 30, 16, tzinfo=UTC)


def refusal(step: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(GatewayError) as refused:
        step()
    return refused.value.code.name, refused.value.article


class TestTheBasis:
    @pytest.mark.parametrize("basis", [SUPERVISION, PROCEDURE])
    def test_a_law_hides(self, basis: Basis) -> None:
        check_concealment(concealment(basis), frozenset({"INV"}), TODAY, LATEST)
        check_concealment(concealment(basis, TODAY), frozenset({"INV"}), TODAY, LATEST)
        check_concealment(concealment(basis, LATEST), frozenset({"INV"}), TODAY, LATEST)

    @pytest.mark.parametrize(
        "basis",
        [
            *(replace(SUPERVISION, basis_class=kind) for kind in BasisClass if kind is not BasisClass.LAW),
            replace(SUPERVISION, number="公安部令第160号"),
            replace(SUPERVISION, clause="全文"),
            replace(SUPERVISION, title=" "),
        ],
        ids=str,
    )
    def test_nothing_below_a_law_does_nor_one_that_is_not_cited(self, basis: Basis) -> None:
        def step() -> None:
            check_concealment(concealment(basis), frozenset({"INV"}), TODAY, LATEST)

        assert refusal(step) == ("CONCEALMENT_UNFOUNDED", "个人信息保护法 18 ¶1")

    def test_a_departmental_rule_is_of_no_class(self) -> None:
        assert refusal(lambda: class_of("部门规章"))[0] == "CONCEALMENT_UNFOUNDED"
        assert class_of("法律") is BasisClass.LAW

    def test_it_is_confined_to_matters_and_to_a_term(self) -> None:
        for matters, until in (
            (frozenset[str](), date(2026, 6, 30)),
            (frozenset({"INV"}), TODAY - timedelta(days=1)),
            (frozenset({"INV"}), LATEST + timedelta(days=1)),
        ):
            check = lambda of=matters, end=until: check_concealment(concealment(until=end), of, TODAY, LATEST)  # noqa: E731
            assert refusal(check)[0] == "CONCEALMENT_UNFOUNDED"


RESIDENCE = CATALOGUE.entries[coordinate("Person.registeredResidence")]
ENTRY = entries_by_code(CATALOGUE)[RESIDENCE.code]
TERMS = Terms(
    Form.FULL, Rows.CASE_SUBJECT, frozenset({Use.ADMINISTRATIVE_BASIS}), frozenset({"INV"}), frozenset({Mode.ONLINE_LOOKUP}),
    date(2026, 12, 31),
)  # fmt: skip


class TestTheAnswer:
    def test_the_provider_hides_what_it_grants_as_asked(self) -> None:
        hiding = replace(TERMS, concealment=concealment())
        check_answer(TERMS, ItemAnswer(RESIDENCE.code, Outcome.GRANT, hiding), ENTRY, TODAY)
        assert refusal(
            lambda: check_answer(TERMS, ItemAnswer(RESIDENCE.code, Outcome.PARTLY, hiding), ENTRY, TODAY)
        )[0] == "INPUT_INVALID"  # fmt: skip

    def test_without_a_law_the_answer_is_refused(self) -> None:
        below = replace(TERMS, concealment=concealment(replace(SUPERVISION, basis_class=BasisClass.STATE_COUNCIL_POLICY)))
        answer = ItemAnswer(RESIDENCE.code, Outcome.GRANT, below)
        assert refusal(lambda: check_answer(TERMS, answer, ENTRY, TODAY))[0] == "CONCEALMENT_UNFOUNDED"

    def test_what_is_hidden_and_what_is_not_are_two_rights(self) -> None:
        answers = [
            ItemAnswer(ItemCode(NAME), Outcome.GRANT, TERMS),
            ItemAnswer(ItemCode(SEX), Outcome.GRANT, replace(TERMS, concealment=concealment())),
        ]
        assert len(granted_together(answers)) == 2
        plain = [answers[0], replace(answers[1], terms=TERMS)]
        assert answer_hash("A", "P", answers, None) != answer_hash("A", "P", plain, None)


def granted(hidden: Concealment | None) -> Granted:
    return Granted(
        PROVIDER, INVESTIGATOR, frozenset({ItemCode("101001/000001-018")}), Form.FULL, Rows.OWN_DIVISION,
        frozenset({Use.ADMINISTRATIVE_BASIS}), frozenset({"M12"}), frozenset({Mode.ONLINE_LOOKUP}),
        datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC), "同意", concealment=hidden,
    )  # fmt: skip


class TestTheSeal:
    def test_the_hash_of_a_grant_without_concealment_is_what_it_was_before_there_was_any(self) -> None:
        assert b"concealment" not in canonical_text(granted(None))
        assert grant_id(canonical_text(granted(None))) == "de0d3ebf2b023f021e0835f6a8a9cdd2"

    def test_a_concealment_is_under_the_seal(self) -> None:
        texts = {
            canonical_text(granted(one)) for one in (None, concealment(), concealment(PROCEDURE), concealment(until=TODAY))
        }
        assert len(texts) == 4
        assert right_of(granted(concealment()), GrantId("x")).concealment == concealment()


class TestTheIdentification:
    def test_of_the_last_day_with_a_reference(self) -> None:
        for method in Method:
            stated = Identification(method, "SB-1", NOW - timedelta(hours=24))
            assert checked_identification(stated, NOW) is stated

    @pytest.mark.parametrize(
        "stated",
        [
            None,
            Identification(Method.FACE, "SB-1", NOW - timedelta(hours=24, seconds=1)),
            Identification(Method.FACE, "SB-1", NOW + timedelta(minutes=2)),
            Identification(Method.FACE, "", NOW),
            Identification(Method.FACE, "x" * 129, NOW),
            Identification(Method.FACE, "a\nb", NOW),
            Identification(Method.FACE, "n32010619850312991x", NOW),
        ],
        ids=["none", "old", "to come", "empty", "long", "two lines", "an identity number"],
    )
    def test_else_nothing_is_told(self, stated: Identification | None) -> None:
        assert refusal(lambda: checked_identification(stated, NOW)) == ("IDENTIFICATION_REQUIRED", "个人信息保护法 45")
