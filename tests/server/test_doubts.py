"""Doubts over HTTP, on two workers (Art. 18): reported from an answer, marked on every answer, verified, told."""

import base64
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from demo.stories import STORIES
from storage.access import Role
from tests.server.applicants import Office, department
from tests.server.doubtful import (
    ACCEPT,
    ADULT,
    DECIDE,
    DEVELOPER,
    EVIDENCE,
    HALL,
    INBOX,
    NOBODY,
    OUTBOX,
    OVERSEEN,
    PURPOSE,
    READ,
    REPORT,
    SCAN,
    TRANSFER,
    WITHDRAW,
    close,
    look,
    marks,
    receipt_of,
    reported,
)

POLICE = "app-police"
LOOK = f'{{ person(idNumber: "{ADULT}") {{ name birthDate isAdult age }} }}'
NAME = f'{{ person(idNumber: "{ADULT}") {{ name }} }}'
WITH_ROWS = (
    f'{{ person(idNumber: "{ADULT}") {{ name licences {{ identifier typeName isValid status }} credit {{ name }} }} }}'
)
RESIDENCE = f'{{ person(idNumber: "{ADULT}") {{ registeredResidence }} }}'
M12 = 'matter="M12", use=administrative-basis, case="DEMO-M12", handler="H-001"'
CASE = 'matter="M07", use=administrative-basis, case="DEMO-M07", handler="H-001"'


@contextmanager
def doubted(office: Office, text: str, path: str, purpose: str = PURPOSE, **more: Any) -> Iterator[Any]:
    doubt = reported(office, text, path, purpose=purpose, **more)
    try:
        yield doubt
    finally:
        close(office, doubt, purpose=purpose)


def until(holds: Callable[[], bool]) -> None:
    """Until it holds twelve times in a row: two workers would hardly miss each other."""
    deadline, seen = time.monotonic() + 20, 0
    while seen < 12:
        assert time.monotonic() < deadline
        seen = seen + 1 if holds() else 0


class TestAnswers:
    def test_from_the_report_on_every_answer_says_so_on_every_worker(self, office: Office) -> None:
        before = look(office, LOOK)
        assert not marks(before)
        with doubted(office, LOOK, "person.birthDate") as doubt:
            for _ in range(12):  # connections of their own: both workers answer
                for client in (HALL, DEVELOPER):
                    told = look(office, LOOK, client)
                    found = marks(told)
                    assert set(found) == {"person.birthDate", "person.isAdult", "person.age"}
                    assert told["data"] == before["data"]
                    assert "errors" not in told
                    for one in found.values():
                        assert one["accept"] == "ACCEPT_VALID_PROOF"
                        assert one["since"][:19] == doubt["reportedAt"][:19]
                        assert one["article"] == "Art. 18"
                    assert doubt["id"] not in str(told)
                    assert not any(department("nanjing_government_services") in str(one) for one in found.values())
            strict = office.gateway.ask(
                LOOK, client=HALL, purpose=PURPOSE, headers={"Sharing-Mode": "strict"}
            )  # nothing refuses because of a doubt
            assert strict.body["data"] == before["data"]
        assert not marks(look(office, LOOK))

    def test_others_and_other_items_are_not_marked(self, office: Office) -> None:
        with doubted(office, LOOK, "person.birthDate"):
            assert not marks(look(office, NAME))
            other = f'{{ persons(idNumbers: ["{NOBODY}", "{ADULT}"]) {{ birthDate name }} }}'
            assert set(marks(look(office, other))) == {"persons.1.birthDate"}

    def test_nested_rows_and_what_is_derived_of_them(self, office: Office) -> None:
        with doubted(office, WITH_ROWS, "person.licences.0.status"):
            told = look(office, WITH_ROWS)
            count = len(told["data"]["person"]["licences"])
            assert count
            expected = {f"person.licences.{row}.{item}" for row in range(count) for item in ("status", "isValid")}
            assert set(marks(told)) == expected

    def test_a_row_that_was_not_found(self, office: Office) -> None:
        missing = f'{{ person(idNumber: "{NOBODY}") {{ name birthDate }} }}'
        assert look(office, missing)["data"] == {"person": None}
        with doubted(office, missing, "person") as doubt:
            assert doubt["coordinate"] == "Person.idNumber"
            found = marks(look(office, missing))
            assert set(found) == {"person"}
            assert not marks(look(office, LOOK))
        with doubted(office, missing, "person.birthDate") as doubt:
            assert doubt["coordinate"] == "Person.birthDate"

    def test_a_joining_key_marks_what_it_joins(self, office: Office) -> None:
        text = f'{{ person(idNumber: "{ADULT}") {{ idNumber licences {{ identifier }} }} }}'
        with doubted(office, text, "person.idNumber"):
            assert {"person", "person.idNumber", "person.licences"} <= set(marks(look(office, text)))

    def test_what_did_not_match(self, office: Office) -> None:
        text = f'{{ person(idNumber: "{ADULT}") {{ verify(name: "李某某") {{ name }} }} }}'
        told = look(office, text)
        assert told["data"]["person"]["verify"]["name"] == "NO_MATCH"
        with doubted(office, text, "person.verify.name") as doubt:
            assert doubt["coordinate"] == "Person.name"
            assert set(marks(look(office, text))) == {"person.verify.name"}
            assert set(marks(look(office, NAME))) == {"person.name"}

    def test_who_may_not_read_the_item_learns_nothing(self, office: Office) -> None:
        told = look(office, RESIDENCE, HALL, CASE)
        assert told["data"]["person"]["registeredResidence"], "granted to the hall in a case"
        before = look(office, RESIDENCE, DEVELOPER)
        assert before["data"]["person"]["registeredResidence"] is None
        with doubted(office, RESIDENCE, "person.registeredResidence", purpose=CASE):
            assert set(marks(look(office, RESIDENCE, HALL, CASE))) == {"person.registeredResidence"}
            after = look(office, RESIDENCE, DEVELOPER)
            assert after["data"] == before["data"]
            assert after["extensions"]["sharing"]["outcomes"] == before["extensions"]["sharing"]["outcomes"]


class TestReport:
    def test_a_position_that_was_not_asked_is_refused(self, office: Office) -> None:
        receipt = receipt_of(look(office, NAME))
        for path in ("person.birthDate", "person.name.x", "persons", "persons.0.name"):
            assert office.refused(HALL, REPORT, PURPOSE, receipt=receipt, path=path)["code"] == "POSITION_NOT_ASKED"
        for path in ("", "person..name", "x" * 2_000):
            assert office.refused(HALL, REPORT, PURPOSE, receipt=receipt, path=path)["code"] == "INPUT_INVALID"

    def test_a_forged_and_a_foreign_receipt_are_the_same_unknown_one(self, office: Office) -> None:
        foreign = receipt_of(look(office, NAME))
        told = [
            office.refused(DEVELOPER, REPORT, PURPOSE, receipt=receipt, path="person.name")
            for receipt in (foreign, "0197a000-0000-7000-8000-000000000000", "no receipt")
        ]
        assert {one["code"] for one in told} == {"RECEIPT_UNKNOWN"}
        assert len({str(one) for one in told}) == 1

    def test_where_several_stood_one_is_named(self, office: Office) -> None:
        other = "320106199404049951"
        text = f'{{ persons(idNumbers: ["{ADULT}", "{other}"]) {{ name }} }}'
        receipt = receipt_of(look(office, text))
        assert office.refused(HALL, REPORT, PURPOSE, receipt=receipt, path="persons.1.name")["code"] == "INPUT_INVALID"
        wrong = office.refused(HALL, REPORT, PURPOSE, receipt=receipt, path="persons.1.name", subject=NOBODY)
        assert wrong["code"] == "INPUT_INVALID"
        assert NOBODY not in str(wrong)
        doubt = office.told(HALL, REPORT, PURPOSE, receipt=receipt, path="persons.1.name", subject=other)
        try:
            assert set(marks(look(office, text))) == {"persons.1.name"}
        finally:
            close(office, doubt)

    def test_evidence_is_bounded_and_kept_for_both_sides(self, office: Office) -> None:
        receipt = receipt_of(look(office, NAME))
        large = {**SCAN, "content": base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(1 << 20)).decode()}
        for evidence, code in (
            ([large], "EVIDENCE_TOO_LARGE"), ([SCAN] * 6, "INPUT_INVALID"), ([{**SCAN, "content": "?"}], "INPUT_INVALID"),
            ([{**SCAN, "mediaType": "application/pdf"}], "INPUT_INVALID"), ([{**SCAN, "name": "../x"}], "INPUT_INVALID"),
        ):  # fmt: skip
            refused = office.refused(HALL, REPORT, PURPOSE, receipt=receipt, path="person.name", evidence=evidence)
            assert refused["code"] == code
        assert not marks(look(office, NAME)), "nothing was reported"
        doubt = office.told(HALL, REPORT, PURPOSE, receipt=receipt, path="person.name", evidence=[SCAN])
        try:
            (kept,) = doubt["evidence"]
            for client, purpose in ((HALL, PURPOSE), (POLICE, "")):
                content = office.told(client, EVIDENCE, purpose, id=doubt["id"], sha256=kept["sha256"])
                assert content == SCAN["content"]
            refused = office.refused(DEVELOPER, EVIDENCE, PURPOSE, id=doubt["id"], sha256=kept["sha256"])
            assert refused["code"] == "NOT_FOUND"
            again = office.refused(HALL, REPORT, PURPOSE, receipt=receipt, path="person.name")
            assert again["code"] == "STATE_CONFLICT"
        finally:
            close(office, doubt)

    def test_no_number_is_kept(self, office: Office) -> None:
        with doubted(office, NAME, "person.name", subject=ADULT) as doubt:
            rows = office.sql("SELECT doubt::text AS row FROM doubt WHERE id = $1::text::uuid", doubt["id"])
            rows += office.sql("SELECT detail::text AS row FROM doubt_event WHERE doubt = $1::text::uuid", doubt["id"])
            assert rows
            assert not any(ADULT in row["row"] for row in rows)


class TestSteps:
    def test_accepted_verified_and_confirmed(self, office: Office) -> None:
        doubt = reported(office, NAME, "person.name")
        assert (doubt["state"], doubt["deadline"], doubt["provider"]["code"]) == (
            "REPORTED", "RUNNING", department("public_security"),
        )  # fmt: skip
        refused = office.refused(POLICE, DECIDE, id=doubt["id"], result="CONFIRMED")
        assert refused["code"] == "STATE_CONFLICT"
        accepted = office.told(POLICE, ACCEPT, id=doubt["id"])
        assert accepted["state"] == "ACCEPTED"
        assert accepted["receipt"] is None, "the reporter's own"
        assert office.refused(POLICE, ACCEPT, id=doubt["id"])["code"] == "STATE_CONFLICT"
        assert office.told(POLICE, ACCEPT, id=doubt["id"], verifier="P-9")["state"] == "VERIFYING"
        assert marks(look(office, NAME))
        assert office.refused(POLICE, DECIDE, id=doubt["id"], result="CONFIRMED", reason=" ")["code"] == "REASON_REQUIRED"
        decided = office.told(POLICE, DECIDE, id=doubt["id"], result="CONFIRMED")
        assert (decided["state"], decided["result"], decided["deadline"]) == ("CONFIRMED", "CONFIRMED", "IN_TIME")
        assert not marks(look(office, NAME))
        for result in ("CONFIRMED", "CORRECTED"):  # a double decision
            assert office.refused(POLICE, DECIDE, id=doubt["id"], result=result)["code"] == "STATE_CONFLICT"
        assert office.refused(HALL, WITHDRAW, PURPOSE, id=doubt["id"])["code"] == "STATE_CONFLICT"
        told = office.told(HALL, READ, PURPOSE, id=doubt["id"])
        assert [event["kind"] for event in told["events"]] == ["REPORTED", "ACCEPTED", "VERIFYING", "DECIDED"]

    def test_only_whom_it_is_with_takes_a_step(self, office: Office) -> None:
        with doubted(office, NAME, "person.name") as doubt:
            assert office.refused("app-land", ACCEPT, id=doubt["id"])["code"] == "NOT_RESPONSIBLE"
            assert office.refused(HALL, ACCEPT, PURPOSE, id=doubt["id"])["code"] == "ROLE_REQUIRED"
            assert office.refused("app-land", READ, id=doubt["id"])["code"] == "NOT_FOUND"
            assert office.refused(DEVELOPER, READ, PURPOSE, id=doubt["id"])["code"] == "NOT_FOUND"
            assert office.refused(DEVELOPER, WITHDRAW, PURPOSE, id=doubt["id"])["code"] == "NOT_FOUND"

    def test_transferred_to_the_right_department(self, office: Office) -> None:
        with doubted(office, NAME, "person.name") as doubt:
            own, land = department("public_security"), department("natural_resources")
            assert office.refused(POLICE, TRANSFER, id=doubt["id"], to=own)["code"] == "INPUT_INVALID"
            assert office.refused(POLICE, TRANSFER, id=doubt["id"], to="91320508MA00Y6G94L")["code"] == "NOT_FOUND"
            passed = office.told(POLICE, TRANSFER, id=doubt["id"], to=land)
            assert (passed["state"], passed["provider"]["code"]) == ("TRANSFERRED", land)
            assert office.refused(POLICE, DECIDE, id=doubt["id"], result="CONFIRMED")["code"] == "NOT_RESPONSIBLE"
            assert marks(look(office, NAME))
            office.told("app-land", ACCEPT, id=doubt["id"])
            listed = office.told("app-land", INBOX, item="Person.name", state="ACCEPTED")
            assert doubt["id"] in [one["id"] for one in listed["doubts"]]
            office.told("app-land", DECIDE, id=doubt["id"], result="CONFIRMED")

    def test_boxes_with_counts_filters_and_marks(self, office: Office) -> None:
        with doubted(office, NAME, "person.name") as doubt:
            for client, text, purpose in ((POLICE, INBOX, ""), (HALL, OUTBOX, PURPOSE)):
                page = office.told(client, text, purpose, state="REPORTED", subject=ADULT.lower())
                assert [one["id"] for one in page["doubts"]] == [doubt["id"]]
                assert {"state": "REPORTED", "count": 1} in page["counts"]
                assert office.told(client, text, purpose, subject="320106199404049951X")["doubts"] == []
            office.sql("UPDATE doubt SET due = due - 30 WHERE id = $1::text::uuid", doubt["id"])
            page = office.told(POLICE, INBOX, overdue=True)
            assert doubt["id"] in [one["id"] for one in page["doubts"]]
            assert page["overdue"] >= 1
            assert office.refused(HALL, INBOX, PURPOSE)["code"] == "ROLE_REQUIRED"

    def test_what_was_withheld_may_be_doubted_and_its_result_is_not_told(self, office: Office) -> None:
        doubt = reported(office, RESIDENCE, "person.registeredResidence", client=DEVELOPER)
        assert doubt["outcome"] == "WITHHELD"
        office.told(POLICE, ACCEPT, id=doubt["id"])
        office.told(POLICE, DECIDE, id=doubt["id"], result="CONFIRMED")
        told = office.told(DEVELOPER, READ, PURPOSE, id=doubt["id"])
        assert (told["state"], told["result"], told["reason"], told["check"]) == ("CLOSED", None, None, None)
        page = office.told(DEVELOPER, OUTBOX, PURPOSE, item="Person.registeredResidence")
        assert page["counts"] == [{"state": "CLOSED", "count": 1}]
        assert office.told(DEVELOPER, OUTBOX, PURPOSE, state="CONFIRMED")["doubts"] == []

    def test_so_is_what_a_rule_may_have_hidden(self, office: Office) -> None:
        """A list without any row, where a rule may keep some back: what a doubt comes to would tell whether there are."""
        heir = next(story for story in STORIES if story.key == "no-dwelling").identifiers["applicant"]
        text = f"""{{ materialCheck(matter: "M12", subjects: [{{role: "applicant", idNumber: "{heir}"}}]) {{
          materials {{ code }} }} }}"""
        for path, outcome in (("certificates", "WITHHELD"), ("realEstateUnits", "SHARED")):
            with doubted(office, text, f"materialCheck.applicant.{path}", purpose=M12) as doubt:
                assert doubt["outcome"] == outcome


class TestOversight:
    @pytest.mark.parametrize("client", ["demo-auditor", "demo-supervisor"])
    def test_across_departments_without_what_a_register_holds(self, office: Office, client: str) -> None:
        with doubted(office, NAME, "person.name", subject=ADULT, evidence=[SCAN]) as doubt:
            office.told(POLICE, ACCEPT, id=doubt["id"], verifier="P-9")
            office.told(POLICE, DECIDE, id=doubt["id"], result="CONFIRMED", reason="底册为王明远")
            found = office.told(client, OVERSEEN, item="Person.name", reporter=doubt["reporter"]["code"])
            told = next(one for one in found["doubts"] if one["id"] == doubt["id"])
            assert (told["state"], told["result"], told["provider"]) == ("CONFIRMED", "CONFIRMED", doubt["provider"])
            assert (told["observed"], told["reason"], told["evidence"], told["receipt"]) == (None, None, [], None)
            assert [one["text"] for one in told["events"]] == [None] * 4
            assert "王明远" not in str(found)
            assert ADULT not in str(found)
            assert office.told(client, READ, id=doubt["id"]) == told
            assert (
                office.refused(client, EVIDENCE, id=doubt["id"], sha256=doubt["evidence"][0]["sha256"])["code"]
                == "NOT_FOUND"
            )
            assert "CONFIRMED" in [one["state"] for one in found["counts"]]
            provider = doubt["provider"]["code"]
            assert doubt["id"] in [one["id"] for one in office.told(client, OVERSEEN, provider=provider)["doubts"]]
            assert office.told(client, OVERSEEN, provider=doubt["reporter"]["code"], item="Person.name")["doubts"] == []
            assert office.refused(client, ACCEPT, id=doubt["id"])["code"] == "ROLE_REQUIRED"

    def test_what_was_withheld_is_seen_as_it_ended_whoever_reported_it(self, office: Office) -> None:
        doubt = reported(office, RESIDENCE, "person.registeredResidence", client=DEVELOPER)
        office.told(POLICE, ACCEPT, id=doubt["id"])
        office.told(POLICE, DECIDE, id=doubt["id"], result="CONFIRMED")
        wanted = {"item": "Person.registeredResidence", "reporter": doubt["reporter"]["code"], "state": "CONFIRMED"}
        assert doubt["id"] in [one["id"] for one in office.told("demo-auditor", OVERSEEN, **wanted)["doubts"]]

    def test_within_the_jurisdiction_and_for_no_other_role(self, office: Office) -> None:
        """Nanjing's counter reported it, the province's police verify it: Nanjing oversees it, Suzhou does not."""
        with doubted(office, NAME, "person.name") as doubt:
            assert doubt["id"] in [one["id"] for one in office.told("app-nanjing", OVERSEEN)["doubts"]]
            assert doubt["id"] not in [one["id"] for one in office.told("app-suzhou", OVERSEEN)["doubts"]]
            assert office.refused("app-suzhou", READ, id=doubt["id"])["code"] == "NOT_FOUND"
            for client in (HALL, POLICE, "demo-operator"):
                assert office.refused(client, OVERSEEN, PURPOSE if client == HALL else "")["code"] == "ROLE_REQUIRED"

    def test_what_a_department_left_is_overseen_when_its_term_has_ended(self, office: Office) -> None:
        """What the list tells, the doubt itself tells too."""
        doubt = reported(office, NAME, "person.name", DEVELOPER)
        end = "UPDATE department SET valid_until = {} WHERE code = $1"
        office.sql(end.format("now()"), doubt["reporter"]["code"])
        try:
            until(lambda: "errors" in office.ask(DEVELOPER, NAME, PURPOSE, id=ADULT).body)
            assert doubt["id"] in [one["id"] for one in office.told("app-nanjing", OVERSEEN)["doubts"]]
            assert office.told("app-nanjing", READ, id=doubt["id"])["id"] == doubt["id"]
            assert office.refused("app-suzhou", READ, id=doubt["id"])["code"] == "NOT_FOUND"
        finally:
            office.sql(end.format("NULL"), doubt["reporter"]["code"])
            until(lambda: "errors" not in office.ask(DEVELOPER, NAME, PURPOSE, id=ADULT).body)
            close(office, doubt, DEVELOPER)


class TestCorrection:
    def test_it_arrives_through_the_source_and_receivers_are_told(self, office: Office) -> None:
        seen = receipt_of(look(office, NAME, DEVELOPER))
        doubt = reported(office, NAME, "person.name", subject=ADULT)
        office.told(POLICE, ACCEPT, id=doubt["id"], verifier="P-9")
        unchanged = office.refused(POLICE, DECIDE, id=doubt["id"], result="CORRECTED", subject=ADULT)
        assert unchanged["code"] == "REGISTER_UNCHANGED"
        assert marks(look(office, NAME)), "it is open still"
        with corrected_name(office):
            wrong = office.refused(POLICE, DECIDE, id=doubt["id"], result="CORRECTED", subject=NOBODY)
            assert wrong["code"] == "INPUT_INVALID"
            decided = office.told(POLICE, DECIDE, id=doubt["id"], result="CORRECTED", subject=ADULT)
            assert (decided["state"], decided["check"]) == ("CORRECTED", "CHANGED")
            told = look(office, NAME)
            assert not marks(told)
            assert told["data"]["person"]["name"] == "更正后"
        facts = notices(office, DEVELOPER, "item.corrected")
        assert any(seen in one["receipts"] for one in facts)
        assert ADULT not in str(facts)
        assert not any(doubt["id"] in str(one) or doubt["reporter"]["code"] in str(one) for one in facts)
        assert notices(office, HALL, "doubt.decided")
        assert notices(office, POLICE, "doubt.reported")

    def test_a_case_names_the_subject(self, office: Office) -> None:
        doubt = reported(office, NAME, "person.name", purpose=CASE)
        office.told(POLICE, ACCEPT, id=doubt["id"])
        assert office.refused(POLICE, DECIDE, id=doubt["id"], result="CORRECTED")["code"] == "REGISTER_UNCHANGED"
        with corrected_name(office):
            assert office.told(POLICE, DECIDE, id=doubt["id"], result="CORRECTED")["check"] == "CHANGED"

    def test_where_nobody_is_named_it_is_said_that_nothing_was_compared(self, office: Office) -> None:
        doubt = reported(office, NAME, "person.name")
        office.told(POLICE, ACCEPT, id=doubt["id"])
        assert office.told(POLICE, DECIDE, id=doubt["id"], result="CORRECTED")["check"] == "NOT_CHECKED"


@contextmanager
def corrected_name(office: Office) -> Iterator[None]:
    """The police correct the name in their register; then it is as before."""
    find = "SELECT name FROM person WHERE id_number = $1"
    (row,) = office.population(find, ADULT, role=Role.ADMIN)
    change = "UPDATE person SET name = $2 WHERE id_number = $1"
    office.population(change, ADULT, "更正后", role=Role.ADMIN)
    try:
        yield
    finally:
        office.population(change, ADULT, row["name"], role=Role.ADMIN)


def notices(office: Office, client: str, kind: str) -> list[dict[str, str]]:
    told = office.told(client, "{ notices(first: 100) { nodes { kind facts } } }", PURPOSE if client != POLICE else "")
    return [one["facts"] for one in told["nodes"] if one["kind"] == kind]
