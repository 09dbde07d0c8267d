"""Applications through HTTP (Art. 16 ¶1): drafted from a refusal, submitted, answered, negotiated, coordinated."""

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from demo.stories import STORIES
from resolvers.workflow.applications import MOST_STEPS
from standards.working_days import add_working_days
from tests.server.applicants import (
    ANSWER,
    CATALOGUE,
    COMPLETE,
    COORDINATE,
    COORDINATED,
    DRAFT,
    LETTER,
    NEGOTIATE,
    NEGOTIATED,
    PDF,
    PERSON,
    READ,
    SAVE,
    SUBMIT,
    SUPPLEMENT,
    WITHDRAW,
    Office,
    department,
    new_purpose,
)

ADULT = next(story for story in STORIES if story.key == "adult").identifiers["person"]
RESIDENCE, HOUSEHOLD = "Person.registeredResidence", "Person.householdNumber"
TODAY = (datetime.now(UTC) + timedelta(hours=8)).date()
CODE_OF = {str(at): entry.code for at, entry in CATALOGUE.entries.items()}
NOBODY = "01a20569-3e58-7319-b207-000000000000"
GRANT_BOTH = [{"item": RESIDENCE, "outcome": "GRANT"}, {"item": HOUSEHOLD, "outcome": "GRANT"}]
STORE = """mutation($document: String!) {
  storeOperation(name: "户籍", document: $document, handler: "H-1") { hash } }"""
PARTLY = [
    {"item": RESIDENCE, "outcome": "PARTLY", "form": "MASKED", "validUntil": (TODAY + timedelta(days=30)).isoformat()},
    {"item": HOUSEHOLD, "outcome": "REFUSE", "reason": "资格审核不需要户号"},
]
SET_CHAIN = """mutation($steps: [AnswerStep!]!) { setAnswerChain(steps: $steps, handler: "P-0") { code } }"""


def standings(application: Any) -> dict[str, str]:
    return {item["coordinate"]: item["standing"] for item in application["items"]}


class TestDraft:
    def test_what_a_query_is_refused_becomes_one_application_for_each_provider(self, office: Office) -> None:
        text = """query($id: IdentityNumber!) { person(idNumber: $id) {
          name registeredResidence marriageRecord { status } realEstateUnits { mortgaged } } }"""
        drafted = office.draft({"id": ADULT}, text)
        by_provider = {
            one["provider"]["code"]: [item["coordinate"] for item in one["items"]] for one in drafted["applications"]
        }
        assert by_provider == {
            department("public_security"): [RESIDENCE],
            department("civil_affairs"): ["Person.marriageRecord", "MarriageRecord.status"],
            department("natural_resources"): ["Person.realEstateUnits", "RealEstateUnit.mortgaged"],
        }
        assert {one["state"] for one in drafted["applications"]} == {"DRAFTED"}
        asked = drafted["applications"][0]["items"][0]["asked"]
        assert asked == {
            "form": "FULL", "rows": "ALL", "uses": ["ADMINISTRATIVE_BASIS"], "matters": asked["matters"],
            "modes": ["ONLINE_LOOKUP"], "validUntil": asked["validUntil"], "quotaPerDay": None,
        }  # fmt: skip

    def test_a_comparison_asks_for_no_more_than_comparing(self, office: Office) -> None:
        text = (
            """query($id: IdentityNumber!, $phone: String!) { person(idNumber: $id) { verify(phone: $phone) { phone } } }"""
        )
        drafted = office.draft({"id": ADULT, "phone": "13800000000"}, text)
        (application,) = drafted["applications"]
        assert [(item["coordinate"], item["asked"]["form"]) for item in application["items"]] == [("Person.phone", "VERIFY")]

    def test_what_no_form_permits_is_told_and_not_applied_for(self, office: Office) -> None:
        text = "query($id: IdentityNumber!) { person(idNumber: $id) { phone } }"
        drafted = office.draft({"id": ADULT}, text)
        assert drafted["applications"] == []
        assert drafted["unobtainable"] == [
            {"coordinate": "Person.phone", "reason": "FORM_NOT_FORESEEN", "article": "Art. 15"}
        ]

    def test_what_is_open_needs_none(self, office: Office) -> None:
        drafted = office.draft({"id": ADULT}, "query($id: IdentityNumber!) { person(idNumber: $id) { name } }")
        assert (drafted["applications"], drafted["unobtainable"]) == ([], [])

    def test_what_is_withheld_on_some_rows_is_applied_for_where_that_is_wanted(self, office: Office) -> None:
        text = "query($id: IdentityNumber!) { person(idNumber: $id) { licences { identifier } } }"
        without = office.told("demo-developer", DRAFT, new_purpose(), document=text, variables={"id": ADULT})
        assert without["applications"] == []
        having = office.told("demo-developer", DRAFT, new_purpose(), document=text, variables={"id": ADULT}, someRows=True)
        assert having["applications"]

    def test_without_a_purpose_nothing_is_drafted(self, office: Office) -> None:
        refused = office.refused("demo-developer", DRAFT, document=PERSON, variables={"id": ADULT})
        assert (refused["code"], refused["article"]) == ("PURPOSE_REQUIRED", "Art. 4(2)")

    def test_nor_in_the_name_of_another_department(self, office: Office) -> None:
        purpose = f'matter="M12", use=administrative-basis, handler="H-12", acting-for="{department("nanjing_housing")}"'
        refused = office.refused("demo-hall", DRAFT, purpose, document=PERSON, variables={"id": ADULT})
        assert refused["code"] == "NOT_RESPONSIBLE"

    def test_a_draft_is_its_consumers_alone(self, office: Office) -> None:
        number = office.drafted(ADULT)
        assert office.told("demo-developer", READ, id=number)["state"] == "DRAFTED"
        for other in ("app-police", "demo-hall", "demo-auditor", "demo-supervisor"):
            assert office.refused(other, READ, id=number)["code"] == "NOT_FOUND"
        listed = office.told("app-police", "{ inbox(first: 100) { applications { id } } }")
        assert number not in {one["id"] for one in listed["applications"]}


class TestSubmit:
    def test_an_incomplete_application_is_told_all_that_is_lacking_at_once_and_stays_a_draft(self, office: Office) -> None:
        (application,) = office.draft({"id": ADULT})["applications"]
        refused = office.refused("demo-developer", SUBMIT, id=application["id"])
        assert (refused["code"], refused["article"]) == ("INPUT_INVALID", "Art. 16 ¶1")
        assert refused["lacking"] == ["duty", "contact"] == application["lacking"]
        assert "需求依据" in refused["message"]
        assert office.told("demo-developer", READ, id=application["id"])["state"] == "DRAFTED"

    def test_the_clock_runs_from_the_day_after(self, office: Office) -> None:
        number = office.drafted(ADULT)
        (submitted,) = office.told("demo-developer", SUBMIT, id=number)
        deadline = add_working_days(TODAY, 10)
        assert (submitted["state"], submitted["due"]) == ("SUBMITTED", deadline.date.isoformat())
        assert (submitted["dueProvisional"], submitted["deadline"]) == (deadline.provisional, "RUNNING")
        assert standings(submitted) == {RESIDENCE: "REQUESTED", HOUSEHOLD: "REQUESTED"}
        assert [(one["kind"], one["handler"]) for one in submitted["events"]] == [
            ("DRAFTED", "H-12"), ("SAVED", "H-12"), ("SUBMITTED", "H-12"),
        ]  # fmt: skip

    def test_its_expected_date_is_told(self, office: Office) -> None:
        purpose = new_purpose()
        office.submitted(ADULT, purpose=purpose)
        text = "query($d: String!, $v: JSON) { explain(document: $d, variables: $v) { coordinate expectedOn } }"
        explained = office.told("demo-developer", text, purpose, d=PERSON, v={"id": ADULT})
        expected = {one["coordinate"]: one["expectedOn"] for one in explained}
        assert expected[RESIDENCE] == add_working_days(TODAY, 10).date.isoformat()

    def test_it_is_not_submitted_or_edited_twice(self, office: Office) -> None:
        number = office.submitted(ADULT)
        assert office.refused("demo-developer", SUBMIT, id=number)["code"] == "STATE_CONFLICT"
        assert office.refused("demo-developer", SAVE, id=number, terms=COMPLETE)["code"] == "STATE_CONFLICT"

    def test_what_the_catalogue_does_not_foresee_is_not_asked_for(self, office: Office) -> None:
        number = office.drafted(ADULT)
        for item in (
            {"item": HOUSEHOLD, "form": "VERIFY"},
            {"item": HOUSEHOLD, "modes": ["FRONT_END_SERVER"]},
            {"item": "Person.phone", "form": "FULL", "rows": "ALL"},
        ):
            refused = office.refused("demo-developer", SAVE, id=number, terms={"items": [item]})
            assert (refused["code"], refused["article"]) == ("CONDITION_UNFORESEEN", "Art. 15")

    @pytest.mark.parametrize(
        ("item", "code"),
        [
            ({"item": RESIDENCE, "validUntil": (TODAY - timedelta(days=1)).isoformat()}, "INPUT_INVALID"),
            ({"item": RESIDENCE, "validUntil": "2099-01-01"}, "INPUT_INVALID"),
            ({"item": RESIDENCE, "quotaPerDay": 0}, "INPUT_INVALID"),
            ({"item": "Person.name", "form": "FULL", "rows": "ALL"}, "INPUT_INVALID"),
            ({"item": "Person.nothing"}, "INPUT_INVALID"),
            ({"item": "Person.marriageRecord", "form": "FULL", "rows": "OWN_DIVISION"}, "NOT_RESPONSIBLE"),
        ],
    )
    def test_bad_terms_change_nothing(self, office: Office, item: dict[str, Any], code: str) -> None:
        number = office.drafted(ADULT)
        before = office.told("demo-developer", READ, id=number)
        assert office.refused("demo-developer", SAVE, id=number, terms={"items": [item]})["code"] == code
        assert office.told("demo-developer", READ, id=number) == before

    def test_it_is_withdrawn_before_the_answer_and_then_not_answered(self, office: Office) -> None:
        number = office.submitted(ADULT)
        assert office.told("demo-developer", WITHDRAW, id=number)["state"] == "WITHDRAWN"
        refused = office.refused("app-police", ANSWER, id=number, items=GRANT_BOTH, handler="P-1")
        assert refused["code"] == "STATE_CONFLICT"
        assert office.refused("demo-developer", WITHDRAW, id=number)["code"] == "STATE_CONFLICT"


class TestFreeTexts:
    """What one department writes to the other is no way to pass a person's number on (Art. 21)."""

    def test_no_text_of_an_application_holds_an_identity_number(self, office: Office) -> None:
        number, holding = office.drafted(ADULT), f"核对 {ADULT}"
        for name in ("purpose", "duty", "contact"):
            refused = office.refused("demo-developer", SAVE, id=number, terms={name: holding})
            assert (refused["code"], refused["article"]) == ("INPUT_INVALID", "Art. 21")
            assert refused["message"] == f"`{name}` holds an identity number"
        office.told("demo-developer", SUBMIT, id=number)
        refused = office.refused("app-police", SUPPLEMENT, id=number, lacking=["职责依据", holding])
        assert refused["message"] == "`lacking[1]` holds an identity number"
        items = [GRANT_BOTH[0], {"item": HOUSEHOLD, "outcome": "REFUSE", "reason": holding}]
        refused = office.refused("app-police", ANSWER, id=number, items=items, handler="P-1")
        assert refused["message"] == "`items[1].reason` holds an identity number"
        assert office.told("demo-developer", READ, id=number)["state"] == "SUBMITTED"


class TestAnswer:
    def test_what_is_granted_is_read_from_the_next_request_on_and_no_more(self, office: Office) -> None:
        purpose = new_purpose()
        number = office.submitted(ADULT, purpose=purpose)
        before = office.ask("demo-developer", PERSON, purpose, id=ADULT).body
        assert before["data"]["person"]["registeredResidence"] is None
        answered = office.answer(number, PARTLY)
        assert (answered["state"], answered["deadline"]) == ("ANSWERED", "IN_TIME")
        assert standings(answered) == {RESIDENCE: "PARTLY", HOUSEHOLD: "REFUSED"}
        after = office.ask("demo-developer", PERSON, purpose, id=ADULT).body
        assert "*" in after["data"]["person"]["registeredResidence"]
        assert after["data"]["person"]["householdNumber"] is None
        outcomes = {one["coordinate"]: one["outcome"] for one in after["extensions"]["sharing"]["outcomes"]}
        assert outcomes == {RESIDENCE: "MASKED", HOUSEHOLD: "WITHHELD"}
        (row,) = office.sql("SELECT * FROM sharing_grant WHERE application = $1", number)
        assert answered["grants"] == [row["id"]]
        assert answered["answerHash"] in row["basis"]
        assert row["valid_until"] == datetime.combine(TODAY + timedelta(days=31), datetime.min.time(), UTC) - timedelta(
            hours=8
        )

    def test_the_consumer_sees_the_answer_with_its_reasons(self, office: Office) -> None:
        number = office.submitted(ADULT)
        office.answer(number, PARTLY)
        seen = office.told("demo-developer", READ, id=number)
        answers = {item["coordinate"]: item["answer"] for item in seen["items"]}
        assert answers[HOUSEHOLD] == {"outcome": "REFUSE", "reason": "资格审核不需要户号", "terms": None}
        assert answers[RESIDENCE]["terms"]["form"] == "MASKED"

    @pytest.mark.parametrize(
        ("items", "code", "article"),
        [
            ([{"item": RESIDENCE, "outcome": "GRANT"}, {"item": HOUSEHOLD, "outcome": "REFUSE"}], "REASON_REQUIRED",
             "Art. 16 ¶1"),
            ([{"item": RESIDENCE, "outcome": "GRANT"}, {"item": HOUSEHOLD, "outcome": "REFUSE", "reason": " "}],
             "REASON_REQUIRED", "Art. 16 ¶1"),
            ([{"item": RESIDENCE, "outcome": "GRANT"}, {"item": HOUSEHOLD, "outcome": "PARTLY", "form": "VERIFY"}],
             "CONDITION_UNFORESEEN", "Art. 15"),
            ([{"item": RESIDENCE, "outcome": "GRANT"}], "INPUT_INVALID", "Art. 16 ¶1"),
            ([*GRANT_BOTH, {"item": "Person.phone", "outcome": "GRANT"}], "INPUT_INVALID", "Art. 16 ¶1"),
            ([*GRANT_BOTH, GRANT_BOTH[0]], "INPUT_INVALID", "Art. 16 ¶1"),
            ([GRANT_BOTH[0], {"item": HOUSEHOLD, "outcome": "PARTLY", "validUntil": "2020-01-01"}], "INPUT_INVALID",
             "Art. 16 ¶1"),
            ([GRANT_BOTH[0], {"item": HOUSEHOLD, "outcome": "PARTLY", "validUntil": "2099-01-01"}], "INPUT_INVALID",
             "Art. 16 ¶1"),
            ([GRANT_BOTH[0], {"item": HOUSEHOLD, "outcome": "PARTLY", "uses": ["ADMINISTRATIVE_BASIS", "WORK_REFERENCE"]}],
             "INPUT_INVALID", "Art. 16 ¶1"),
            ([GRANT_BOTH[0], {"item": HOUSEHOLD, "outcome": "PARTLY", "uses": []}], "INPUT_INVALID", "Art. 16 ¶1"),
            ([GRANT_BOTH[0], {"item": HOUSEHOLD, "outcome": "PARTLY", "operations": ["ab"]}], "NOT_FOUND", "Art. 16 ¶1"),
            ([], "INPUT_INVALID", "Art. 16 ¶1"),
        ],
    )  # fmt: skip
    def test_a_bad_answer_is_refused_and_changes_nothing(
        self, office: Office, items: list[dict[str, Any]], code: str, article: str
    ) -> None:
        number = office.submitted(ADULT)
        refused = office.refused("app-police", ANSWER, id=number, items=items, handler="P-1")
        assert (refused["code"], refused["article"]) == (code, article)
        assert refused["hint"]
        assert office.told("app-police", READ, id=number)["state"] == "SUBMITTED"
        assert office.sql("SELECT 1 FROM sharing_grant WHERE application = $1", number) == []

    def test_it_may_be_narrowed_to_what_the_consumer_has_stored(self, office: Office) -> None:
        document = "query Kept($id: IdentityNumber!) { person(idNumber: $id) { registeredResidence } }"
        stored = office.told("demo-developer", STORE, document=document)["hash"]
        purpose = new_purpose()
        number = office.submitted(ADULT, purpose=purpose)
        narrowed = {"item": RESIDENCE, "outcome": "PARTLY", "operations": [stored]}
        office.answer(number, [narrowed, PARTLY[1]])
        for text, shown in ((document, True), (PERSON, False)):
            person = office.ask("demo-developer", text, purpose, id=ADULT).body["data"]["person"]
            assert (person["registeredResidence"] is not None) == shown

    def test_a_second_answer_is_refused(self, office: Office) -> None:
        number = office.submitted(ADULT)
        office.answer(number, PARTLY)
        refused = office.refused("app-police", ANSWER, id=number, items=GRANT_BOTH, handler="P-1")
        assert (refused["code"], refused["state"]) == ("STATE_CONFLICT", "ANSWERED")

    def test_of_two_answers_at_once_one_wins(self, office: Office) -> None:
        for _ in range(5):
            number = office.submitted(ADULT)

            def answer(handler: str, number: str = number) -> Any:
                return office.ask("app-police", ANSWER, id=number, items=GRANT_BOTH, handler=handler).body

            with ThreadPoolExecutor(4) as together:
                told = list(together.map(answer, [f"P-{one}" for one in range(4)]))
            won = [one for one in told if "errors" not in one]
            lost = [one["errors"][0]["extensions"]["code"] for one in told if "errors" in one]
            assert len(won) == 1
            assert lost == ["STATE_CONFLICT"] * 3
            assert len(office.sql("SELECT 1 FROM sharing_grant WHERE application = $1", number)) == 1

    def test_the_wrong_provider_is_not_responsible_whether_there_is_such_an_application_or_not(self, office: Office) -> None:
        number = office.submitted(ADULT)
        told = [office.refused("app-land", ANSWER, id=one, items=GRANT_BOTH, handler="P-1") for one in (number, NOBODY, "x")]
        assert told[0]["code"] == "NOT_RESPONSIBLE"
        assert told[0] == told[1] == told[2]

    def test_each_step_stands_in_the_ledger_before_it_is_done(self, office: Office) -> None:
        number = office.submitted(ADULT)
        office.answer(number, PARTLY)
        rows = office.sql("SELECT convert_from(payload, 'UTF8') AS told FROM ledger_entry ORDER BY sequence")
        steps = [
            name
            for row in rows
            for name in ("saveApplication", "submitApplication", "answerApplication")
            if number in row["told"] and name in row["told"]
        ]
        assert steps == ["saveApplication", "submitApplication", "answerApplication"]
        assert "025-00000000" not in "".join(row["told"] for row in rows)


class TestWhoMaySeeAndAct:
    def test_for_others_there_is_no_such_application(self, office: Office) -> None:
        number = office.submitted(ADULT)
        for other in (
            "app-land",
            "app-nothing",
            "demo-hall",
            "demo-theme",
            "demo-operator",
            "app-police-consumer",
            "demo-citizen",
        ):
            told = [office.refused(other, READ, id=one) for one in (number, NOBODY)]
            assert told[0]["code"] == "NOT_FOUND"
            assert told[0] == told[1]

    def test_auditors_and_supervisors_read_and_change_nothing(self, office: Office) -> None:
        number = office.submitted(ADULT)
        for other in ("demo-auditor", "demo-supervisor"):
            seen = office.told(other, READ, id=number)
            assert seen["state"] == "SUBMITTED"
            assert [one["kind"] for one in seen["events"]] == ["SUBMITTED"]
            steps: list[tuple[str, dict[str, Any]]] = [
                (WITHDRAW, {}),
                (ANSWER, {"items": GRANT_BOTH, "handler": "P-1"}),
                (NEGOTIATE, {}),
            ]
            for text, more in steps:
                assert office.refused(other, text, id=number, **more)["code"] == "ROLE_REQUIRED"

    def test_another_citys_supervisor_does_not_see_it(self, office: Office) -> None:
        number = office.submitted(ADULT)
        assert office.refused("app-suzhou", READ, id=number)["code"] == "NOT_FOUND"

    def test_consumers_apply_and_providers_answer(self, office: Office) -> None:
        number = office.submitted(ADULT)
        steps: list[tuple[str, dict[str, Any]]] = [
            (ANSWER, {"items": GRANT_BOTH, "handler": "H-1"}),
            (SUPPLEMENT, {"lacking": ["x"]}),
        ]
        for text, more in steps:
            assert office.refused("demo-developer", text, id=number, **more)["code"] == "ROLE_REQUIRED"
        assert office.refused("app-police", WITHDRAW, id=number)["code"] == "ROLE_REQUIRED"
        for other in ("demo-operator", "demo-provider"):
            refused = office.refused(other, DRAFT, new_purpose(), document=PERSON, variables={"id": ADULT})
            assert refused["code"] == "ROLE_REQUIRED"

    def test_another_consumer_does_not_withdraw_it(self, office: Office) -> None:
        number = office.submitted(ADULT)
        assert office.refused("demo-hall", WITHDRAW, id=number)["code"] == "NOT_FOUND"


class TestOversight:
    """Art. 5: who supervises or audits finds the applications of its jurisdiction, and no others."""

    LIST = """query($overdue: Boolean! = false) { overseenApplications(first: 100, overdueOnly: $overdue) {
      overdue applications { id } } }"""

    def found(self, office: Office, client: str, *, overdue: bool = False) -> set[str]:
        page = office.told(client, self.LIST, overdue=overdue)
        return {one["id"] for one in page["applications"]}

    def test_it_reaches_as_far_as_the_jurisdiction(self, office: Office) -> None:
        drafted, number = office.drafted(ADULT), office.submitted(ADULT)
        for client in ("demo-supervisor", "demo-auditor", "app-nanjing"):
            assert number in self.found(office, client), client
            assert drafted not in self.found(office, client), "a draft is its consumer's alone"
        assert number not in self.found(office, "app-suzhou")
        for client in ("demo-developer", "app-police", "demo-operator"):
            refused = office.refused(client, self.LIST)
            assert (refused["code"], refused["article"]) == ("ROLE_REQUIRED", "Art. 21")

    def test_what_is_overdue_is_found(self, office: Office) -> None:
        late, timely = office.submitted(ADULT), office.submitted(ADULT)
        overdue(office, late)
        found = self.found(office, "demo-auditor", overdue=True)
        assert late in found
        assert timely not in found


class TestSupplement:
    def test_an_officer_gives_the_notice_and_nobody_else_stops_the_clock(self, office: Office) -> None:
        """Civil affairs has officers: P-3 issues its answers; P-1 handles, which its chain of one step does not know."""
        number = office.submitted(ADULT, "query($id: IdentityNumber!) { person(idNumber: $id) { isMarried } }")
        for handler in ("P-1", "nobody"):
            noticed = SUPPLEMENT.replace('"P-1"', f'"{handler}"')
            refused = office.refused("demo-provider", noticed, id=number, lacking=["x"])
            assert (refused["code"], refused["article"]) == ("NOT_RESPONSIBLE", "Art. 16 ¶1")
        assert office.told("demo-developer", READ, id=number)["state"] == "SUBMITTED"
        noticed = office.told("demo-provider", SUPPLEMENT.replace('"P-1"', '"P-3"'), id=number, lacking=["x"])
        assert noticed["state"] == "SUPPLEMENT"

    def test_one_notice_of_all_that_is_lacking_and_the_clock_stands(self, office: Office) -> None:
        number = office.submitted(ADULT)
        noticed = office.told("app-police", SUPPLEMENT, id=number, lacking=["需求依据不明确", "使用期限过长"])
        assert (noticed["state"], noticed["due"], noticed["deadline"]) == ("SUPPLEMENT", None, "STANDS")
        assert office.told("demo-developer", READ, id=number)["supplement"] == ["需求依据不明确", "使用期限过长"]
        refused = office.refused("app-police", ANSWER, id=number, items=GRANT_BOTH, handler="P-1")
        assert refused["code"] == "STATE_CONFLICT"
        office.told("demo-developer", SAVE, id=number, terms={"duty": "第八条"})
        (again,) = office.told("demo-developer", SUBMIT, id=number)
        assert (again["state"], again["due"]) == ("SUBMITTED", add_working_days(TODAY, 10).date.isoformat())
        second = office.refused("app-police", SUPPLEMENT, id=number, lacking=["还缺"])
        assert (second["code"], second["article"]) == ("STATE_CONFLICT", "Art. 16 ¶1")
        assert office.answer(number, GRANT_BOTH)["state"] == "ANSWERED"

    def test_after_the_answer_was_due_it_is_too_late_for_one(self, office: Office) -> None:
        number = office.submitted(ADULT)
        overdue(office, number)
        assert office.refused("app-police", SUPPLEMENT, id=number, lacking=["x"])["code"] == "STATE_CONFLICT"


def overdue(office: Office, number: str) -> None:
    """As if it had been submitted forty days ago."""
    office.sql("UPDATE application_event SET at = at - interval '40 days' WHERE application = $1::text::uuid", number)
    office.sql(
        "UPDATE application_event SET detail = jsonb_set(detail, '{due}', to_jsonb(($2::date - 20)::text))"
        " WHERE application = $1::text::uuid AND kind = 'submitted'",
        *(number, TODAY),
    )
    office.sql("UPDATE application SET due = $2::date - 20, drafted_at = drafted_at - interval '40 days',"
               " submitted_at = submitted_at - interval '40 days' WHERE id = $1::text::uuid", number, TODAY)  # fmt: skip


class TestSteps:
    """经办 → 审核 → 签发."""

    def test_only_with_the_last_step_is_there_an_answer_and_a_right(self, office: Office) -> None:
        text = "query($id: IdentityNumber!) { person(idNumber: $id) { realEstateUnits { unitCode } } }"
        office.told("app-land", SET_CHAIN, steps=["HANDLE", "REVIEW", "ISSUE"])
        number = office.submitted(ADULT, text)
        items = [{"item": "Person.realEstateUnits", "outcome": "GRANT"}]
        proposed = office.answer(number, items, "app-land", handler="L-1", letter=PDF)
        assert (proposed["state"], proposed["grants"]) == ("SUBMITTED", [])
        assert proposed["proposal"]["taken"] == [{"step": "HANDLE", "handler": "L-1"}]
        sha256 = proposed["proposal"]["letter"]["sha256"]

        seen = office.told("demo-developer", READ, id=number)
        assert (seen["proposal"], seen["letter"], seen["state"]) == (None, None, "SUBMITTED")
        assert [one["number"] for one in seen["events"]] == [1, 2, 3]
        assert office.refused("demo-developer", LETTER, id=number, sha256=sha256)["code"] == "NOT_FOUND"
        assert base64.b64decode(office.told("app-land", LETTER, id=number, sha256=sha256)).startswith(b"%PDF-")
        assert office.told("demo-auditor", READ, id=number)["proposal"] is None

        def step(name: str, handler: str, **more: Any) -> dict[str, Any]:
            return office.refused("app-land", ANSWER, id=number, step=name, handler=handler, **more)

        assert step("ISSUE", "L-2")["code"] == "STATE_CONFLICT"
        assert step("REVIEW", "L-1")["code"] == "NOT_RESPONSIBLE"
        assert step("REVIEW", "L-2", items=items)["code"] == "STATE_CONFLICT"
        reviewed = office.told("app-land", ANSWER, id=number, step="REVIEW", handler="L-2")
        assert [one["step"] for one in reviewed["proposal"]["taken"]] == ["HANDLE", "REVIEW"]
        proposed = [(one["kind"], one["step"], one["handler"]) for one in reviewed["events"] if one["step"]]
        assert proposed == [("PROPOSED", "HANDLE", "L-1"), ("PROPOSED", "REVIEW", "L-2")]
        assert office.sql("SELECT 1 FROM sharing_grant WHERE application = $1", number) == []
        issued = office.told("app-land", ANSWER, id=number, handler="L-3")
        assert (issued["state"], len(issued["grants"]), issued["letter"]["sha256"]) == ("ANSWERED", 1, sha256)
        seen = office.told("demo-developer", READ, id=number)["events"]
        assert [(one["kind"], one["step"]) for one in seen if one["step"]] == [("ANSWERED", "ISSUE")]
        for party in ("demo-developer", "app-land"):
            assert office.told(party, LETTER, id=number, sha256=sha256) == PDF["content"]
        for other in ("demo-auditor", "demo-supervisor", "demo-hall"):
            assert office.refused(other, LETTER, id=number, sha256=sha256)["code"] == "NOT_FOUND"

    @pytest.mark.parametrize(
        "letter",
        [
            {**PDF, "mediaType": "text/html"}, {**PDF, "mediaType": "image/png"}, {**PDF, "content": "%%"},
            {**PDF, "name": "../x.pdf"}, {**PDF, "name": ""}, {**PDF, "content": ""},
        ],
    )  # fmt: skip
    def test_a_bad_letter_is_refused(self, office: Office, letter: dict[str, str]) -> None:
        number = office.submitted(ADULT)
        refused = office.refused("app-police", ANSWER, id=number, items=GRANT_BOTH, handler="P-1", letter=letter)
        assert refused["code"] == "INPUT_INVALID"
        assert office.told("app-police", READ, id=number)["state"] == "SUBMITTED"

    def test_a_letter_may_have_a_mebibyte_and_no_more(self, office: Office) -> None:
        number = office.submitted(ADULT)

        def letter(size: int) -> dict[str, str]:
            return {**PDF, "content": base64.b64encode(b"%PDF-".ljust(size, b".")).decode()}

        refused = office.refused("app-police", ANSWER, id=number, items=GRANT_BOTH, handler="P-1", letter=letter(2**20 + 1))
        assert refused["code"] == "INPUT_INVALID"
        answered = office.answer(number, GRANT_BOTH, letter=letter(2**20))
        assert answered["letter"]["size"] == 2**20


class TestNegotiationAndCoordination:
    SEALED = "query($id: IdentityNumber!) { person(idNumber: $id) { sealedJuvenileRecord } }"

    def test_what_is_not_shared_enters_at_negotiation(self, office: Office) -> None:
        number = office.drafted(ADULT, self.SEALED)
        (submitted,) = office.told("demo-developer", SUBMIT, id=number)
        assert (submitted["state"], submitted["due"], submitted["deadline"]) == ("NEGOTIATION_NEEDED", None, None)
        refused = office.refused(
            "app-police", ANSWER, id=number, items=[{"item": "Person.sealedJuvenileRecord", "outcome": "GRANT"}], handler="P"
        )
        assert refused["code"] in ("STATE_CONFLICT", "STATUTE_PREVAILS")
        assert office.told("demo-developer", NEGOTIATE, id=number)["state"] == "NEGOTIATING"
        assert office.told("app-police", NEGOTIATE, id=number)["state"] == "NEGOTIATING"
        assert office.told("app-police", NEGOTIATED, id=number, result="FAILED")["state"] == "FAILED"
        office.told("demo-developer", COORDINATE, id=number)
        opened = office.refused("demo-supervisor", COORDINATED, id=number, result="OPENED")
        assert (opened["code"], opened["article"]) == ("STATUTE_PREVAILS", "Art. 11(1)")
        assert opened["basis"]["clause"] == "第二百八十六条"
        assert office.told("demo-supervisor", COORDINATED, id=number, result="UPHELD")["state"] == "COORDINATED"

    def refused_application(self, office: Office) -> str:
        number = office.submitted(ADULT)
        refuse = {"outcome": "REFUSE", "reason": "无关"}
        office.answer(number, [{"item": RESIDENCE, **refuse}, {"item": HOUSEHOLD, **refuse}])
        return number

    def test_words_end_somewhere_and_take_no_other_step_away(self, office: Office) -> None:
        number = self.refused_application(office)
        for _ in range(MOST_STEPS):
            office.told("demo-developer", NEGOTIATE, id=number)
        assert office.refused("demo-developer", NEGOTIATE, id=number)["code"] == "STATE_CONFLICT"
        assert office.told("app-police", NEGOTIATE, id=number)["state"] == "NEGOTIATING"
        assert office.told("app-police", NEGOTIATED, id=number, result="FAILED")["state"] == "FAILED"

    def test_coordination_comes_after_negotiation(self, office: Office) -> None:
        number = self.refused_application(office)
        refused = office.refused("demo-developer", COORDINATE, id=number)
        assert (refused["code"], refused["article"]) == ("NEGOTIATION_REQUIRED", "Art. 16 ¶1")
        office.told("demo-developer", NEGOTIATE, id=number)
        assert office.refused("demo-developer", COORDINATE, id=number)["code"] == "NEGOTIATION_REQUIRED"

    def test_it_is_a_fork_and_no_ladder(self, office: Office) -> None:
        number = self.refused_application(office)
        office.told("demo-developer", NEGOTIATE, id=number)
        office.told("app-police", NEGOTIATED, id=number, result="FAILED")
        other = office.refused("demo-developer", COORDINATE, id=number, body="COMPETENT_DEPARTMENT")
        assert (other["code"], other["article"]) == ("NOT_RESPONSIBLE", "Art. 16 ¶1")
        asked = office.told("demo-developer", COORDINATE, id=number, body="LEADING_GROUP")
        assert asked["coordination"] == {
            "body": "LEADING_GROUP", "office": {"code": department("government_services")},
        }  # fmt: skip
        listed = office.told("demo-supervisor", "{ inbox(state: COORDINATING, first: 100) { applications { id } } }")
        assert number in {one["id"] for one in listed["applications"]}
        for one in (number, NOBODY):
            assert office.refused("app-suzhou", COORDINATED, id=one, result="UPHELD")["code"] == "NOT_RESPONSIBLE"
        assert office.refused("demo-developer", COORDINATED, id=number, result="OPENED")["code"] == "ROLE_REQUIRED"
        again = office.refused("demo-developer", COORDINATE, id=number)
        assert (again["code"], "under way" in again["message"]) == ("STATE_CONFLICT", True)
        assert office.told("demo-supervisor", COORDINATED, id=number, result="UPHELD")["state"] == "COORDINATED"
        assert office.refused("demo-developer", COORDINATE, id=number)["code"] == "STATE_CONFLICT"
        assert office.refused("demo-supervisor", COORDINATED, id=number, result="OPENED")["code"] == "STATE_CONFLICT"

    def test_a_second_request_for_coordination_is_told_that_it_is_under_way(self, office: Office) -> None:
        """Also where another item of the application was granted: that one is not what it is about."""
        number = office.submitted(ADULT)
        office.answer(number, [GRANT_BOTH[0], PARTLY[1]])
        office.told("demo-developer", NEGOTIATE, id=number, items=[HOUSEHOLD])
        office.told("app-police", NEGOTIATED, id=number, result="FAILED")
        office.told("demo-developer", COORDINATE, id=number)
        refused = office.refused("demo-developer", COORDINATE, id=number)
        assert refused["code"] == "STATE_CONFLICT"
        assert f"has coordination of `{CODE_OF[HOUSEHOLD]}` (户号, `{HOUSEHOLD}`) under way" in refused["message"]

    def test_what_it_opens_is_granted_by_the_provider_and_not_refused_again(self, office: Office) -> None:
        number = self.refused_application(office)
        office.told("demo-developer", NEGOTIATE, id=number)
        office.told("app-police", NEGOTIATED, id=number, result="FAILED")
        office.told("demo-developer", COORDINATE, id=number)
        opened = office.told("demo-supervisor", COORDINATED, id=number, result="OPENED")
        assert set(standings(opened).values()) == {"OPENED"}
        assert office.sql("SELECT 1 FROM sharing_grant WHERE application = $1", number) == []
        again = [{"item": RESIDENCE, "outcome": "REFUSE", "reason": "仍不同意"}]
        assert office.refused("app-police", ANSWER, id=number, items=again, handler="P-1")["code"] == "STATE_CONFLICT"
        assert office.answer(number, GRANT_BOTH)["state"] == "ANSWERED"

    def test_what_is_agreed_is_granted_by_the_provider(self, office: Office) -> None:
        number = self.refused_application(office)
        office.told("demo-developer", NEGOTIATE, id=number, items=[RESIDENCE])
        assert office.told("app-police", NEGOTIATED, id=number, result="AGREED")["state"] == "AGREED"
        answered = office.answer(number, [PARTLY[0]])
        assert standings(answered) == {RESIDENCE: "PARTLY", HOUSEHOLD: "REFUSED"}

    def test_a_negotiation_is_between_the_parties(self, office: Office) -> None:
        number = self.refused_application(office)
        for one in (number, NOBODY):
            assert office.refused("demo-hall", NEGOTIATE, id=one)["code"] == "NOT_FOUND"


class TestManyProviders:
    """One application can go to thirteen cities, each of them the source of its own part of the rows."""

    RELEASE = (
        "mutation($d: String!, $to: CreditCode!) {"
        ' releaseSource(item: "Person.registeredResidence", division: $d, to: $to, handler: "P-1") { datum } }'
    )
    CLAIM = (
        'mutation($d: String!) { claimSource(item: "Person.registeredResidence", division: $d, handler: "S-1") { datum } }'
    )
    ONE = "query($id: IdentityNumber!) { person(idNumber: $id) { registeredResidence } }"

    def residents(self, office: Office) -> tuple[str, str]:
        """An adult of Nanjing, and one of Suzhou."""
        found = [
            office.population(
                "SELECT id_number FROM person WHERE division_code LIKE $1 AND birth_date < '2000-01-01' ORDER BY 1 LIMIT 1",
                f"{prefix}%",
            )[0]["id_number"]
            for prefix in ("3201", "3205")
        ]  # fmt: skip
        return found[0], found[1]

    def test_a_copy_goes_to_each_with_a_clock_of_its_own_and_opens_its_own_rows(self, office: Office) -> None:
        suzhou, purpose = department("suzhou_government_services"), new_purpose()
        in_nanjing, in_suzhou = self.residents(office)
        office.told("app-police", self.RELEASE, d="320500", to=department("suzhou_government_services"))
        office.told("app-suzhou-provider", self.CLAIM, d="320500")
        number = office.drafted(in_suzhou, self.ONE, purpose)
        first, copy = office.told("demo-developer", SUBMIT, id=number, alsoTo=[suzhou])
        assert [one["provider"]["code"] for one in (first, copy)] == [department("public_security"), suzhou]
        assert first["due"] == copy["due"] == add_working_days(TODAY, 10).date.isoformat()
        assert first["id"] == number != copy["id"]
        answered = office.answer(copy["id"], [GRANT_BOTH[0]], "app-suzhou-provider")
        assert (answered["state"], len(answered["grants"])) == ("ANSWERED", 1)
        assert office.told("demo-developer", READ, id=number)["state"] == "SUBMITTED"
        seen = {
            person: office.ask("demo-developer", self.ONE, purpose, id=person).body["data"]["person"]["registeredResidence"]
            for person in (in_nanjing, in_suzhou)
        }
        assert seen[in_nanjing] is None
        assert seen[in_suzhou]

    def test_between_cities_the_competent_department_of_the_consumers_level_coordinates(self, office: Office) -> None:
        office.told("app-police", self.RELEASE, d="320500", to=department("suzhou_government_services"))
        office.told("app-suzhou-provider", self.CLAIM, d="320500")
        suzhou, nanjing = department("suzhou_government_services"), department("nanjing_government_services")
        _, copy = office.told("demo-developer", SUBMIT, id=office.drafted(ADULT, self.ONE), alsoTo=[suzhou])
        number = copy["id"]
        office.answer(number, [{"item": RESIDENCE, "outcome": "REFUSE", "reason": "无关"}], "app-suzhou-provider")
        office.told("demo-developer", NEGOTIATE, id=number)
        office.told("app-suzhou-provider", NEGOTIATED, id=number, result="FAILED")
        wrong = office.refused("demo-developer", COORDINATE, id=number, body="LEADING_GROUP")
        assert (wrong["code"], wrong["article"]) == ("NOT_RESPONSIBLE", "Art. 16 ¶1")
        asked = office.told("demo-developer", COORDINATE, id=number)
        assert asked["coordination"] == {"body": "COMPETENT_DEPARTMENT", "office": {"code": nanjing}}
        for other in ("demo-supervisor", "app-suzhou"):
            assert office.refused(other, COORDINATED, id=number, result="UPHELD")["code"] == "NOT_RESPONSIBLE"
        assert office.told("app-nanjing", COORDINATED, id=number, result="OPENED")["state"] == "COORDINATED"

    def test_nobody_coordinates_what_it_applied_for_itself(self, office: Office) -> None:
        office.told("app-police", self.RELEASE, d="320500", to=department("suzhou_government_services"))
        office.told("app-suzhou-provider", self.CLAIM, d="320500")
        suzhou, own = department("suzhou_government_services"), "app-nanjing-consumer"
        variables = {"document": self.ONE, "variables": {"id": ADULT}, "someRows": True}
        drafted, *others = office.told(own, DRAFT, new_purpose(), **variables)["applications"]
        assert suzhou in [one["provider"]["code"] for one in others]
        office.told(own, SAVE, id=drafted["id"], terms=COMPLETE)
        _, copy = office.told(own, SUBMIT, id=drafted["id"], alsoTo=[suzhou])
        number = copy["id"]
        office.answer(number, [{"item": RESIDENCE, "outcome": "REFUSE", "reason": "无关"}], "app-suzhou-provider")
        office.told(own, NEGOTIATE, id=number)
        office.told("app-suzhou-provider", NEGOTIATED, id=number, result="FAILED")
        asked = office.told(own, COORDINATE, id=number)["coordination"]
        assert asked == {"body": "COMPETENT_DEPARTMENT", "office": {"code": department("government_services")}}
        assert office.refused("app-nanjing", COORDINATED, id=number, result="OPENED")["code"] == "NOT_RESPONSIBLE"

    FILE = "query($id: IdentityNumber!) { person(idNumber: $id) { licences { fileUrl } } }"
    ACT_FOR_THE_GROUP = """mutation($holder: CreditCode) { appointOffice(handler: "O-1", office: {kind: LEADING_GROUP,
      division: "320000", title: "领导小组", basis: "领导小组会议纪要", holder: $holder}) { holder { code } } }"""

    def test_the_leading_groups_office_does_not_settle_what_it_refused_itself(self, office: Office) -> None:
        number = office.submitted(ADULT, self.FILE)
        refuse = [{"item": "Licence.fileUrl", "outcome": "REFUSE", "reason": "无关"}]
        office.answer(number, refuse, "app-government-services")
        office.told("demo-developer", NEGOTIATE, id=number)
        office.told("app-government-services", NEGOTIATED, id=number, result="FAILED")
        refused = office.refused("demo-developer", COORDINATE, id=number)
        assert (refused["code"], refused["article"]) == ("NOT_FOUND", "Art. 5")
        assert "a party itself" in refused["message"]
        assert "appointOffice" in refused["hint"]
        office.told("demo-operator", self.ACT_FOR_THE_GROUP, holder=department("audit"))
        try:
            asked = office.told("demo-developer", COORDINATE, id=number)
            assert asked["coordination"] == {"body": "LEADING_GROUP", "office": {"code": department("audit")}}
            for result in ("UPHELD", "OPENED"):
                refused = office.refused("demo-supervisor", COORDINATED, id=number, result=result)
                assert (refused["code"], refused["article"]) == ("NOT_RESPONSIBLE", "Art. 16 ¶1")
            assert office.told("app-group", COORDINATED, id=number, result="OPENED")["state"] == "COORDINATED"
        finally:
            office.told("demo-operator", self.ACT_FOR_THE_GROUP)

    def test_who_was_asked_and_holds_the_office_no_more_records_nothing(self, office: Office) -> None:
        number = office.submitted(ADULT, self.FILE)
        refuse = [{"item": "Licence.fileUrl", "outcome": "REFUSE", "reason": "无关"}]
        office.answer(number, refuse, "app-government-services")
        office.told("demo-developer", NEGOTIATE, id=number)
        office.told("app-government-services", NEGOTIATED, id=number, result="FAILED")
        office.told("demo-operator", self.ACT_FOR_THE_GROUP, holder=department("audit"))
        office.told("demo-developer", COORDINATE, id=number)
        office.told("demo-operator", self.ACT_FOR_THE_GROUP)
        assert office.refused("app-group", COORDINATED, id=number, result="OPENED")["code"] == "NOT_RESPONSIBLE"

    def test_who_is_no_source_is_not_asked(self, office: Office) -> None:
        number = office.drafted(ADULT)
        refused = office.refused("demo-developer", SUBMIT, id=number, alsoTo=[department("natural_resources")])
        assert refused["code"] == "NOT_RESPONSIBLE"
        refused = office.refused("demo-developer", SUBMIT, id=number, alsoTo=[department("nanjing_housing")])
        assert refused["code"] == "INPUT_INVALID"
        assert office.refused("demo-developer", SUBMIT, id=number, alsoTo=["nobody"])["code"] == "INPUT_INVALID"
        assert office.told("demo-developer", READ, id=number)["state"] == "DRAFTED"


class TestNotices:
    NOTICES = "{ notices(first: 100) { nodes { kind about facts } } }"

    def told(self, office: Office, client: str, number: str) -> dict[str, dict[str, str]]:
        nodes = office.told(client, self.NOTICES)["nodes"]
        return {one["kind"]: one["facts"] for one in nodes if one["about"] == number}

    def test_each_side_is_told_what_the_other_did_in_states_dates_and_numbers(self, office: Office) -> None:
        number = office.submitted(ADULT)
        office.answer(number, PARTLY)
        to_provider, to_consumer = self.told(office, "app-police", number), self.told(office, "demo-developer", number)
        assert set(to_provider) == {"application.submitted"}
        assert to_provider["application.submitted"] == {
            "state": "SUBMITTED", "day": TODAY.isoformat(), "due": add_working_days(TODAY, 10).date.isoformat(),
            "items": "2", "consumer": department("nanjing_housing"), "provider": department("public_security"),
        }  # fmt: skip
        assert set(to_consumer) == {"application.answered"}
        counts = to_consumer["application.answered"]
        assert (counts["grant"], counts["partly"], counts["refuse"]) == ("0", "1", "1")


class TestTemplatesAndBatches:
    SAVE = """mutation($template: AnswerTemplateInput!) {
      saveTemplate(template: $template, handler: "P-1") { id name form quotaPerDay } }"""
    BATCH = """mutation($ids: [ID!]!, $template: ID!) {
      answerApplications(ids: $ids, template: $template, handler: "P-1") {
        id state items { coordinate answer { outcome terms { form validUntil quotaPerDay } } } } }"""

    def test_many_are_answered_by_one_template(self, office: Office) -> None:
        bounds = {"name": "户籍脱敏", "form": "MASKED", "quotaPerDay": 100, "validDays": 90}
        saved = office.told("app-police", self.SAVE, template=bounds)
        again = office.told("app-police", self.SAVE, template=bounds)
        assert again["id"] == saved["id"]
        assert "户籍脱敏" in {one["name"] for one in office.told("app-police", "{ templates { name } }")}
        numbers = [office.submitted(ADULT) for _ in range(3)]
        answered = office.told("app-police", self.BATCH, ids=numbers, template=saved["id"])
        assert [one["id"] for one in answered] == numbers
        until = (TODAY + timedelta(days=90)).isoformat()
        for one in answered:
            for item in one["items"]:
                terms = {"form": "MASKED", "validUntil": until, "quotaPerDay": 100}
                assert item["answer"] == {"outcome": "PARTLY", "terms": terms}

    def test_all_or_none(self, office: Office) -> None:
        saved = office.told("app-police", self.SAVE, template={"name": "照准"})
        one, other = office.submitted(ADULT), office.submitted(ADULT)
        office.told("demo-developer", WITHDRAW, id=other)
        refused = office.refused("app-police", self.BATCH, ids=[one, other], template=saved["id"])
        assert (refused["code"], refused["application"]) == ("STATE_CONFLICT", other)
        assert office.told("app-police", READ, id=one)["state"] == "SUBMITTED"

    def test_a_template_is_its_departments_own_and_gives_reasons(self, office: Office) -> None:
        saved = office.told("app-police", self.SAVE, template={"name": "照准"})
        number = office.submitted(ADULT)
        assert office.refused("app-land", self.BATCH, ids=[number], template=saved["id"])["code"] == "NOT_FOUND"
        bare = {"name": "不同意", "refuse": True}
        assert office.refused("app-police", self.SAVE, template=bare)["code"] == "REASON_REQUIRED"


class TestBoxes:
    INBOX = """query($state: ApplicationState, $late: Boolean = false, $consumer: String, $item: String, $first: Int = 100,
        $after: ID) {
      inbox(state: $state, overdueOnly: $late, consumer: $consumer, item: $item, first: $first, after: $after) {
        applications { id state deadline } counts { state count } overdue next } }"""

    def test_counts_and_filters(self, office: Office) -> None:
        text = "query($id: IdentityNumber!) { person(idNumber: $id) { education } }"
        number = office.submitted(ADULT, text)
        box = office.told("demo-developer", """{ outbox(item: "Person.education", first: 1) {
          applications { id state } counts { state count } next } }""")  # fmt: skip
        assert box["applications"] == [{"id": number, "state": "SUBMITTED"}]
        assert {"state": "SUBMITTED", "count": 1} in box["counts"]
        text = '{ outbox(item: "Person.education", state: WITHDRAWN) { applications { id } counts { state count } } }'
        nothing = office.told("demo-developer", text)
        assert nothing == {"applications": [], "counts": [{"state": "SUBMITTED", "count": 1}]}

    def test_pages(self, office: Office) -> None:
        for _ in range(3):
            office.submitted(ADULT)
        whole = [one["id"] for one in office.told("app-police", self.INBOX)["applications"]]
        paged: list[str] = []
        after = None
        while True:
            page = office.told("app-police", self.INBOX, first=2, after=after)
            paged += [one["id"] for one in page["applications"]]
            after = page["next"]
            if after is None:
                break
        assert paged[: len(whole)] == whole
        assert len(paged) == len(set(paged))

    def test_an_overdue_answer_is_marked_and_found(self, office: Office) -> None:
        number = office.submitted(ADULT)
        before = office.told("app-police", self.INBOX)["overdue"]
        overdue(office, number)
        late = office.told("app-police", self.INBOX, late=True)
        assert {"id": number, "state": "SUBMITTED", "deadline": "OVERDUE"} in late["applications"]
        assert {one["deadline"] for one in late["applications"]} == {"OVERDUE"}
        assert late["overdue"] == before + 1
        answered = office.answer(number, GRANT_BOTH)
        assert answered["deadline"] == "LATE"
        assert office.told("app-police", self.INBOX)["overdue"] == before

    def test_what_is_asked_for_must_make_sense(self, office: Office) -> None:
        for more in ({"item": "Person.nothing"}, {"consumer": "\n"}):
            assert office.refused("app-police", self.INBOX, **more)["code"] == "INPUT_INVALID"
        for first in (0, 101):
            assert office.refused("app-police", self.INBOX, first=first)["code"] == "VARIABLE_INVALID"
        assert office.refused("demo-developer", self.INBOX)["code"] == "ROLE_REQUIRED"
        assert office.refused("app-police", "{ outbox { overdue } }")["code"] == "ROLE_REQUIRED"
