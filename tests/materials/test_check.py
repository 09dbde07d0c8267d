"""`materialCheck`, the whole way of a request: planned, decided, fetched, judged, recorded (Art. 16 ¶2, 17, 18)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import orjson
import pytest

from catalogue.matters import (
    AllOf,
    AnyOf,
    Certificate,
    Items,
    Lenience,
    LenienceKind,
    Material,
    Matter,
    Own,
    Role,
    Situation,
    SubjectKind,
    Theme,
    register_of,
)
from catalogue.model import ItemCode, ProviderCode, Rows
from connectors.base import SourceError
from resolvers.ports import OpenCase
from sharing.grant import Grant
from tests.http.house import World
from tests.law.asking import LI, ZHANG, another, code, gateway, give, row
from tests.law.asking import ask as ask_as
from tests.law.asking import grant as grant_to
from tests.materials.desk import HeldDesk

PERSON = SubjectKind.PERSON
HOUSING = another("housing", "11320100MBX000166L", division="320100")
DEPARTMENT = HOUSING.department
DISABILITY, MARRIAGE_CARD, TITLE = "13320000MBX000094G001", "11100000000013338W032", "11100000MB03271699001"
PURPOSE = 'matter="M12", use=administrative-basis, handler="H1"'
IN_CASE = 'matter="M12", use=administrative-basis, handler="H1", case="C-1"'


def material(code: str, replaced_by: Any = None, **more: Any) -> Material:
    return Material(code, f"材料{code}", f"material {code}", replaced_by=replaced_by, **more)


MATTER = Matter(
    "M12",
    "公共租赁住房保障资格申请",
    "public rental housing",
    DEPARTMENT,
    valid_from=date(2020, 1, 1),
    roles={
        "applicant": Role("applicant", "申请人", "applicant", (PERSON,), 1, 1),
        "spouse": Role("spouse", "配偶", "spouse", (PERSON,), 0, 1),
    },
    situations={"priority": Situation("priority", "优先", "priority")},
    materials=(
        material("form"),
        material("identity", Items((("applicant", "name"), ("spouse", "name")))),
        material(
            "residence", Items((("applicant", "registeredResidence"),)), lenience=Lenience(LenienceKind.COMMITMENT, 10)
        ),
        material(
            "marriage",
            AnyOf((Items((("applicant", "marriageRecord", "status"),)), Certificate("applicant", (MARRIAGE_CARD,)))),
        ),
        material("dwelling", Items((("applicant", "realEstateUnits", "unitCode"),), absence=True)),
        material("adoption", Items((("applicant", "adoptionRecord"),))),
        material("disability", Certificate("applicant", (DISABILITY,)), situations=("priority",)),
        material("income", Theme("家庭经济状况", "means", "民政部门")),
        material("files", AllOf((Own("档案", "files", (("applicant", "sex"),)),))),
        material("divorce", barred=True),
        material("spouseOnly", Items((("spouse", "idNumber"),))),
    ),
)
OTHER = replace(
    MATTER, code="M04", materials=(material("identity", Items((("applicant", "name"), ("applicant", "idNumber")))),)
)
REGISTER = register_of(1, [MATTER, OTHER])

CHECK = """query($s: [CaseSubjectInput!]!, $x: [String!]) {
  materialCheck(matter: "M12", subjects: $s, situations: $x) {
    matter title version receipt case comparedWith
    materials {
      code verdict reason article providerTitle remedy call expected lenience { kind checkBy } changed
      contents { coordinate title value display outcome reason asOf role subject path since changed }
      application { document items }
    }
  }
}"""


@dataclass
class Cases:
    """One open case with its subject."""

    subject: str = ZHANG

    async def open_case(self, department: ProviderCode, number: str) -> OpenCase | None:
        return OpenCase(number, department, "M12", (self.subject,)) if number == "C-1" else None


def grant(*items: str, **terms: Any) -> Grant:
    return grant_to(*items, department=DEPARTMENT, **terms)


async def ask(world: World, text: str, variables: Mapping[str, object] | None = None, *, purpose: str) -> dict[str, Any]:
    return await ask_as(world, text, variables, client=HOUSING, purpose=purpose)


def world_of(*grants: Any, rows: Mapping[str, Any] | None = None) -> tuple[World, HeldDesk]:
    world, held = gateway(*grants, matters=REGISTER, rows=rows, clients=[HOUSING]), HeldDesk()
    world.gateway.cases = Cases()
    world.gateway.desk = held.desk(world.gateway.cases)
    return world, held


async def check(world: World, *roles: str, purpose: str = PURPOSE, situations: list[str] | None = None) -> dict[str, Any]:
    subjects = [{"role": "applicant", "idNumber": ZHANG}]
    subjects += [{"role": role, "idNumber": LI} for role in roles]
    return await ask(world, CHECK, {"s": subjects, "x": situations}, purpose=purpose)


def materials(answered: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    assert "data" in answered, answered
    return {one["code"]: one for one in answered["data"]["materialCheck"]["materials"]}


def verdicts(answered: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    return {code: (one["verdict"], one["reason"]) for code, one in materials(answered).items()}


def married(**held: object) -> dict[str, Any]:
    return {"MarriageRecord": [row("MarriageRecord", idNumber=ZHANG, status="21", divisionCode="320102", **held)]}


def certificate(type_code: str, number: str, **held: object) -> Mapping[str, Any]:
    given = {"holderKind": "PERSON", "holderCode": ZHANG, "status": "VALID", "typeName": "证", "validFrom": date(2020, 1, 1)}
    return row("Licence", identifier=number, typeCode=type_code, **{**given, **held})


FULL = ("Person.marriageRecord", "MarriageRecord.status", "Person.realEstateUnits", "Person.registeredResidence")


async def test_without_a_grant_nothing_that_could_be_shared_is_asked_for() -> None:
    world, _ = world_of(rows=married())
    assert verdicts(await check(world)) == {
        "form": ("ASK", "NOTHING_REPLACES"),
        "identity": ("NOT_TO_BE_ASKED", "OBTAINED"),
        "residence": ("OBTAINABLE", "NOT_GRANTED"),
        "marriage": ("OBTAINABLE", "NOT_GRANTED"),
        "dwelling": ("OBTAINABLE", "NOT_GRANTED"),
        "adoption": ("ASK_WITH_REASON", "NOT_SHARED"),
        "income": ("ASK_WITH_REASON", "NOT_CATALOGUED"),
        "files": ("NOT_TO_BE_ASKED", "OWN_REGISTER"),
        "divorce": ("NOT_TO_BE_ASKED", "BARRED"),
    }


async def test_what_is_granted_is_obtained_and_absence_proves() -> None:
    world, _ = world_of(grant(*FULL, rows=Rows.CASE_SUBJECT), rows=married())
    answered = await check(world, purpose=IN_CASE)
    found = materials(answered)
    assert found["marriage"]["verdict"] == "NOT_TO_BE_ASKED"
    (status,) = [one for one in found["marriage"]["contents"] if one["coordinate"] == "MarriageRecord.status"]
    assert (status["value"], status["display"], status["outcome"]) == ("21", "初婚", "SHARED")
    assert status["path"] == "materialCheck.applicant.0.marriageRecord.status"
    assert status["asOf"] is not None
    assert (found["dwelling"]["verdict"], found["dwelling"]["reason"]) == ("NOT_TO_BE_ASKED", "ABSENCE")
    receipt = answered["extensions"]["sharing"]["receipt"]
    assert answered["data"]["materialCheck"]["receipt"] == receipt


async def test_every_subject_of_a_role_counts() -> None:
    world, _ = world_of(rows={"Person": [row("Person", idNumber=ZHANG, name="张三")]})
    found = materials(await check(world, "spouse"))
    assert (found["identity"]["verdict"], found["identity"]["reason"]) == ("ASK_WITH_REASON", "NO_DATA")
    assert found["spouseOnly"]["reason"] == "NO_DATA"


async def test_a_silent_source_lets_ask_and_proves_nothing() -> None:
    world, _ = world_of(grant(*FULL, rows=Rows.CASE_SUBJECT))
    world.source.failure = SourceError("UNREACHABLE")
    answered = await check(world, purpose=IN_CASE)
    found = verdicts(answered)
    assert found["identity"] == found["dwelling"] == ("ASK_WITH_REASON", "SOURCE_UNAVAILABLE")
    assert materials(answered)["residence"]["lenience"]["kind"] == "COMMITMENT"
    assert answered["errors"]


async def test_a_certificate_that_a_rule_hides_is_obtainable_and_one_that_is_not_there_is_no_data() -> None:
    world, _ = world_of()
    found = verdicts(await check(world, situations=["priority"]))
    assert found["disability"] == ("OBTAINABLE", "NOT_GRANTED")
    assert found["marriage"][0] == "OBTAINABLE"
    items = ("Licence.identifier", "Licence.typeCode", "Licence.typeName", "Licence.number", "Licence.validUntil")
    granted = grant(*items, "Licence.isValid", "Licence.holderCode", rows=Rows.CASE_SUBJECT)
    give(world, granted, matters=REGISTER)
    assert verdicts(await check(world, situations=["priority"], purpose=IN_CASE))["disability"] == (
        "ASK_WITH_REASON",
        "NO_DATA",
    )


async def test_a_certificate_counts_while_it_is_in_force() -> None:
    rows = {"Licence": [certificate(MARRIAGE_CARD, "L-1", validUntil=date(2021, 1, 1))]}
    world, _ = world_of(grant(*FULL, rows=Rows.CASE_SUBJECT), rows=rows)
    assert verdicts(await check(world, purpose=IN_CASE))["marriage"] == ("ASK_WITH_REASON", "NO_DATA")
    rows["Licence"] = [certificate(MARRIAGE_CARD, "L-1", validUntil=None)]
    world, _ = world_of(rows=rows)
    answered = await check(world)
    assert verdicts(answered)["marriage"] == ("NOT_TO_BE_ASKED", "OBTAINED")
    shown = {one["coordinate"] for one in materials(answered)["marriage"]["contents"]}
    assert "Licence.number" in shown


async def test_what_was_refused_may_be_asked_for_and_what_is_pending_is_told() -> None:
    world, held = world_of()
    item = "101001/000001-009"
    held.applications.refused = frozenset({item})
    assert verdicts(await check(world))["residence"] == ("ASK_WITH_REASON", "REFUSED")
    held.applications.pending = {ItemCode(item): date(2026, 12, 10)}
    found = materials(await check(world))["residence"]
    assert (found["verdict"], found["reason"], found["expected"]) == ("OBTAINABLE", "PENDING", "2026-12-10")
    assert found["application"] is None


async def test_what_could_be_applied_for_comes_with_its_application() -> None:
    world, _ = world_of()
    found = materials(await check(world))["residence"]
    assert "registeredResidence" in found["application"]["document"]
    assert ZHANG not in found["application"]["document"]
    assert found["application"]["items"] == ["101001/000001-009"]
    assert (found["remedy"], found["call"], found["article"]) == ("apply", "draftApplication", "Art. 16 ¶2")


async def test_what_is_granted_for_a_case_waits_for_the_case() -> None:
    world, _ = world_of(grant(*FULL, rows=Rows.CASE_SUBJECT), rows=married())
    assert verdicts(await check(world))["marriage"] == ("OBTAINABLE", "CASE_REQUIRED")
    assert verdicts(await check(world, purpose=IN_CASE))["marriage"] == ("NOT_TO_BE_ASKED", "OBTAINED")


async def test_a_case_tells_what_has_changed_since_its_last_check() -> None:
    world, _ = world_of(grant(*FULL, rows=Rows.CASE_SUBJECT), rows=married())
    first = await check(world, purpose=IN_CASE)
    assert {one["changed"] for one in materials(first).values()} == {None}
    assert first["data"]["materialCheck"]["comparedWith"] is None
    again = await check(world, purpose=IN_CASE)
    assert {one["changed"] for one in materials(again).values()} == {False}
    assert again["data"]["materialCheck"]["comparedWith"] is not None
    give(world, grant("Person.realEstateUnits", rows=Rows.CASE_SUBJECT), matters=REGISTER)
    changed = {code for code, one in materials(await check(world, purpose=IN_CASE)).items() if one["changed"]}
    assert changed == {"marriage", "residence"}


async def test_a_check_of_somebody_else_is_not_kept_with_the_case() -> None:
    world, held = world_of()
    answered = await check(world, "spouse", purpose=IN_CASE)
    assert answered["data"]["materialCheck"]["comparedWith"] is None
    assert not held.checks.kept


async def test_the_ledger_holds_every_verdict_and_no_number() -> None:
    world, _ = world_of()
    answered = await check(world)
    (payload,) = world.ledger.entries
    entry = orjson.loads(payload)
    told = {tuple(one[:3]) for one in entry["outcomes"]}
    assert ("materialCheck.materials.residence", "M12/residence", "OBTAINABLE") in told
    assert any(path == "materialCheck.applicant.name" for path, _, _ in told)
    assert entry["id"] == answered["extensions"]["sharing"]["receipt"]
    assert ZHANG.encode() not in payload


@pytest.mark.parametrize(
    ("subjects", "matter", "situations", "expected"),
    [
        ([], "M12", [], "SUBJECTS_INVALID"),
        ([{"role": "spouse", "idNumber": LI}], "M12", [], "SUBJECTS_INVALID"),
        ([{"role": "applicant", "creditCode": "91110000600037341L"}], "M12", [], "SUBJECTS_INVALID"),
        ([{"role": "applicant"}], "M12", [], "SUBJECTS_INVALID"),
        ([{"role": "applicant", "idNumber": ZHANG}], "M12", ["none"], "SUBJECTS_INVALID"),
        ([{"role": "applicant", "idNumber": ZHANG}], "M99", [], "MATTER_UNKNOWN"),
        ([{"role": "applicant", "idNumber": ZHANG}], "M04", [], "PURPOSE_CONFLICT"),
        ([{"role": "applicant", "idNumber": "110105194912310021"}], "M12", [], "VARIABLE_INVALID"),
    ],
)
async def test_bad_input_is_refused_and_nothing_is_read(
    subjects: list[Any], matter: str, situations: list[str], expected: str
) -> None:
    world, _ = world_of()
    document = """query($m: String!, $s: [CaseSubjectInput!]!, $x: [String!]) {
      materialCheck(matter: $m, subjects: $s, situations: $x) { matter } }"""
    answered = await ask(world, document, {"m": matter, "s": subjects, "x": situations}, purpose=PURPOSE)
    assert code(answered) == expected
    assert not world.source.began


async def test_several_matters_are_decided_each_for_itself() -> None:
    document = """query($s: [CaseSubjectInput!]!) { materialChecks(matters: ["M12", "M04"], subjects: $s) {
      matter materials { code verdict reason contents { path value } } } }"""
    world, _ = world_of(grant("Person.registeredResidence", matters=frozenset({"M04"})))
    subjects = [{"role": "applicant", "idNumber": ZHANG}]
    answered = await ask(world, document, {"s": subjects}, purpose=PURPOSE)
    first, second = answered["data"]["materialChecks"]
    assert (first["matter"], second["matter"]) == ("M12", "M04")
    by_code = {one["code"]: one for one in first["materials"]}
    assert by_code["residence"]["reason"] == "GRANT_LAPSED"  # what is granted for M04 does not serve M12
    assert second["materials"][0]["contents"][0]["path"] == "materialChecks.M04.applicant.0.name"
    assert len(world.ledger.entries) == 1


async def test_fragments_aliases_and_literals_select_as_anywhere() -> None:
    world, _ = world_of()
    answered = await ask(
        world,
        f"""{{ mine: materialCheck(matter: "M12", subjects: [{{role: "applicant", idNumber: "{ZHANG}"}}]) {{
          ...part kind: __typename }} person(idNumber: "{ZHANG}") {{ name }} }}
        fragment part on MaterialCheck {{ m: materials {{ c: code }} }}""",
        purpose=PURPOSE,
    )
    mine = answered["data"]["mine"]
    assert list(mine) == ["m", "kind"]
    assert mine["kind"] == "MaterialCheck"
    assert mine["m"][0] == {"c": "form"}
    assert answered["data"]["person"] == {"name": "张三"}
    assert list(answered["data"]) == ["mine", "person"]


async def test_what_only_one_may_read_is_not_in_anothers_contents() -> None:
    """The values that a check shows left the source only where the law lets them."""
    world, _ = world_of(rows=married())
    answered = await check(world)
    assert "21" not in [one["value"] for of in materials(answered).values() for one in of["contents"]]
