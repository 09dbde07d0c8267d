"""`materialCheck`, the whole way of a request: planned, decided, fetched, judged, recorded (Art. 16 ¶2, 17, 18)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
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
from catalogue.model import Basis, BasisClass, Form, ItemCode, ProviderCode, Rows
from connectors.base import SourceError
from resolvers.ports import OpenCase
from sharing.concealment import Concealment
from sharing.grant import Grant
from sharing.open_doubts import Doubted, index_doubts
from tests.http.house import CATALOGUE, HeldRights, World
from tests.law.asking import LI, ZHANG, another, code, gateway, give, row
from tests.law.asking import ask as ask_as
from tests.law.asking import grant as grant_to
from tests.law.cases import department
from tests.materials.desk import HeldDesk

PERSON = SubjectKind.PERSON
HOUSING = another("housing", "11320100MBX000166L", division="320100")
DEPARTMENT = HOUSING.department
COMPILER, FEDERATION = (department(one) for one in ("government_services", "disabled_federation"))
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
        "member": Role("member", "成员", "member", (PERSON,), 0, None),
    },
    situations={"priority": Situation("priority", "优先", "priority"), "either": Situation("either", "其一", "either")},
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
        material(
            "either",
            AnyOf((Items((("applicant", "registeredResidence"),)), Certificate("applicant", (DISABILITY,)))),
            situations=("either",),
        ),
        material("income", Theme("家庭经济状况", "means", "民政部门")),
        material("files", AllOf((Own("档案", "files", (("applicant", "sex"),)),))),
        material("divorce", barred=True),
        material("spouseOnly", Items((("spouse", "idNumber"),))),
        material("members", Items((("member", "name"), ("member", "birthDate")))),
    ),
)
OTHER = replace(
    MATTER, code="M04", materials=(material("identity", Items((("applicant", "name"), ("applicant", "idNumber")))),)
)
FORM_ALONE = replace(MATTER, code="M08", materials=(material("form"),))
REGISTER = register_of(1, [MATTER, OTHER, FORM_ALONE])

RESIDENCE = "101001/000001-009"
CHECK = """query($s: [CaseSubjectInput!]!, $x: [String!]) {
  materialCheck(matter: "M12", subjects: $s, situations: $x) {
    matter title version receipt case comparedWith
    materials {
      code verdict reason article providerTitle remedy call expected lenience { kind checkBy } changed
      contents { coordinate title value display outcome reason asOf role roleTitle subject path since changed }
      application { document items }
    }
  }
}"""


@dataclass
class Cases:
    """Open cases of the department: about the applicant, about him and his spouse, and about the two as members as well."""

    matter: str = "M12"

    async def open_case(self, department: ProviderCode, number: str) -> OpenCase | None:
        subjects = {
            "C-1": {"applicant": [ZHANG]},
            "C-2": {"applicant": [ZHANG], "spouse": [LI]},
            "C-3": {"applicant": [ZHANG], "member": [ZHANG, LI]},
        }.get(number)
        if subjects is None or department != DEPARTMENT:
            return None
        return OpenCase(number, department, self.matter, subjects)


def grant(*items: str, **terms: Any) -> Grant:
    return grant_to(*items, department=DEPARTMENT, **terms)


async def ask(
    world: World, text: str, variables: Mapping[str, object] | None = None, *, purpose: str, strict: bool = False
) -> dict[str, Any]:
    return await ask_as(world, text, variables, client=HOUSING, purpose=purpose, strict=strict)


def hiding(matter: str) -> Grant:
    """A grant for an investigation, of which its subjects are not told."""
    law = Basis("中华人民共和国监察法", "中华人民共和国主席令第三号", "第十八条", BasisClass.LAW)
    hidden = Concealment(law, datetime.now(UTC).date() + timedelta(days=60))
    return grant("Person.registeredResidence", "Person.name", matters=frozenset({matter}), concealment=hidden)


def world_of(*grants: Any, rows: Mapping[str, Any] | None = None) -> tuple[World, HeldDesk]:
    world, held = gateway(*grants, matters=REGISTER, rows=rows, clients=[HOUSING]), HeldDesk()
    world.gateway.cases = Cases()
    world.gateway.desk = held.desk()
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
    assert (status["role"], status["roleTitle"]) == ("applicant", "申请人")
    assert (found["dwelling"]["verdict"], found["dwelling"]["reason"]) == ("NOT_TO_BE_ASKED", "ABSENCE")
    receipt = answered["extensions"]["sharing"]["receipt"]
    assert answered["data"]["materialCheck"]["receipt"] == receipt


async def test_every_subject_of_a_role_counts() -> None:
    world, _ = world_of(rows={"Person": [row("Person", idNumber=ZHANG, name="张三")]})
    found = materials(await check(world, "spouse"))
    assert (found["identity"]["verdict"], found["identity"]["reason"]) == ("ASK_WITH_REASON", "NO_DATA")
    assert found["spouseOnly"]["reason"] == "NO_DATA"


async def of_absence(person: Mapping[str, Any], *grants: Grant) -> dict[str, tuple[str, str]]:
    """The verdicts on materials that an absence proves, of the applicant as the population register has him."""
    lists = {"residence": "registeredResidence", "number": "householdNumber", "married": "marriageRecord.status"}
    lists |= {"dwelling": "realEstateUnits.unitCode", "dishonest": "credit.seriousDishonestyLists.decision"}
    proofs = [material(code, Items((("applicant", *path.split(".")),), absence=True)) for code, path in lists.items()]
    world = gateway(
        *grants, matters=register_of(1, [replace(MATTER, materials=tuple(proofs))]), clients=[HOUSING],
        rows={"Person": [row("Person", **person)] if person else []},
    )  # fmt: skip
    world.gateway.cases, world.gateway.desk = Cases(), HeldDesk().desk()
    return verdicts(await check(world, purpose=IN_CASE))


PLAIN = {"idNumber": ZHANG, "name": "张三", "birthDate": date(1980, 5, 1), "divisionCode": "320102"}
MASKABLE = ("Person.registeredResidence", "Person.householdNumber")


async def test_what_may_be_read_masked_may_be_read_to_be_absent() -> None:
    for form in (Form.FULL, Form.MASKED):
        found = await of_absence(PLAIN, grant(*MASKABLE, form=form))
        assert found["residence"] == found["number"] == ("NOT_TO_BE_ASKED", "ABSENCE")
        there = await of_absence({**PLAIN, "registeredResidence": "南京市玄武区一号"}, grant(*MASKABLE, form=form))
        assert there["residence"] == ("NOT_TO_BE_ASKED", "OBTAINED")
    assert (await of_absence(PLAIN))["residence"] == ("OBTAINABLE", "NOT_GRANTED")


async def test_what_is_not_granted_on_this_row_is_not_absent_whatever_its_form() -> None:
    elsewhere = {**PLAIN, "divisionCode": "320500"}
    for form in (Form.FULL, Form.MASKED):
        granted = grant(*MASKABLE, form=form, rows=Rows.OWN_DIVISION)
        assert (await of_absence(PLAIN, granted))["number"] == ("NOT_TO_BE_ASKED", "ABSENCE")
        assert (await of_absence(elsewhere, granted))["number"][0] == "OBTAINABLE"
        unknown = {name: held for name, held in PLAIN.items() if name != "birthDate"}  # under fourteen, perhaps
        assert (await of_absence(unknown, granted))["number"][0] != "NOT_TO_BE_ASKED"


@pytest.mark.parametrize(("form", "expected"), [(Form.FULL, "ABSENCE"), (Form.MASKED, "NO_DATA")])
async def test_a_mask_that_may_show_nothing_of_what_is_there_proves_nothing(form: Form, expected: str) -> None:
    """An order of magnitude is none of what is no number."""
    company = "91110000600037341L"
    role = Role("company", "单位", "company", (SubjectKind.ORGANISATION,), 1, 1)
    insured = material("insured", Items((("company", "socialInsuredCount"),), absence=True))
    world = gateway(
        grant("LegalEntity.socialInsuredCount", form=form), clients=[HOUSING],
        matters=register_of(1, [replace(MATTER, roles={"company": role}, materials=(insured,))]),
        rows={"LegalEntity": [row("LegalEntity", creditCode=company, name="单位", divisionCode="320102")]},
    )  # fmt: skip
    world.gateway.desk = HeldDesk().desk()
    answered = await ask(world, CHECK, {"s": [{"role": "company", "creditCode": company}], "x": None}, purpose=PURPOSE)
    assert verdicts(answered)["insured"][1] == expected


async def test_of_whom_no_register_knows_nothing_is_proved_to_be_absent() -> None:
    """A number with one digit wrong, somebody from another province: what they have was never asked for."""
    granted = grant(*FULL, *MASKABLE, rows=Rows.CASE_SUBJECT)
    assert (await of_absence(PLAIN, granted))["dwelling"] == ("NOT_TO_BE_ASKED", "ABSENCE")
    assert set((await of_absence({}, granted)).values()) == {("ASK_WITH_REASON", "NO_DATA")}


async def test_what_was_not_asked_for_has_no_time_at_which_it_was() -> None:
    """Nobody reads of a time that nothing was found: papers and page say no record only of a register that was read."""
    document = """query($s: [CaseSubjectInput!]!) { materialCheck(matter: "M12", subjects: $s) {
      materials { code contents { value asOf } } } }"""
    for known in (True, False):
        nobody: Mapping[str, Any] = {"Person": []}
        world, _ = world_of(rows=None if known else nobody)
        answered = await ask(world, document, {"s": [{"role": "applicant", "idNumber": ZHANG}]}, purpose=PURPOSE)
        of_code = {one["code"]: one["contents"] for one in answered["data"]["materialCheck"]["materials"]}
        assert [one["value"] for one in of_code["dwelling"]] == [None]
        assert [one["asOf"] is not None for one in of_code["dwelling"]] == [known]


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
    shown = (*items, "Licence.isValid", "Licence.holderCode")
    give(world, grant(*shown, rows=Rows.CASE_SUBJECT, provider=COMPILER), matters=REGISTER)
    assert verdicts(await check(world, situations=["priority"], purpose=IN_CASE))["disability"] == (
        "OBTAINABLE",
        "NOT_GRANTED",
    ), "who compiles the register grants nothing of an issuer's certificates"
    give(world, grant(*shown, rows=Rows.CASE_SUBJECT, provider=FEDERATION), matters=REGISTER)
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


async def test_what_was_applied_for_is_looked_up_of_the_alternative_too_once_the_first_is_refused() -> None:
    world, held = world_of()
    found = materials(await check(world, situations=["either"]))["either"]
    assert (found["verdict"], found["application"]["items"]) == ("OBTAINABLE", [RESIDENCE])
    held.applications.refused = frozenset({RESIDENCE})
    found = materials(await check(world, situations=["either"]))["either"]
    (certificates,) = found["application"]["items"]
    assert certificates != RESIDENCE
    held.applications.pending = {ItemCode(certificates): date(2026, 12, 10)}
    found = materials(await check(world, situations=["either"]))["either"]
    told = (found["reason"], found["providerTitle"])
    assert told == ("NOT_GRANTED", "江苏省残疾人联合会"), "another department was asked, not the issuer"
    held.applications.to = FEDERATION
    found = materials(await check(world, situations=["either"]))["either"]
    assert (found["verdict"], found["reason"], found["expected"]) == ("OBTAINABLE", "PENDING", "2026-12-10")
    held.applications.pending, held.applications.refused = {}, frozenset({RESIDENCE, certificates})
    assert verdicts(await check(world, situations=["either"]))["either"] == ("ASK_WITH_REASON", "REFUSED")


async def test_what_was_answered_for_another_matter_says_nothing_of_this_one() -> None:
    world, held = world_of()
    item = "101001/000001-009"
    held.applications.matters = frozenset({"M04"})
    held.applications.refused = frozenset({item})
    assert verdicts(await check(world))["residence"] == ("OBTAINABLE", "NOT_GRANTED")
    held.applications.pending = {ItemCode(item): date(2026, 12, 10)}
    found = materials(await check(world))["residence"]
    assert (found["reason"], found["application"]["items"]) == ("NOT_GRANTED", [item])
    held.applications.matters = frozenset({"M04", "M12"})
    assert verdicts(await check(world))["residence"] == ("OBTAINABLE", "PENDING")


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


OF_BOTH = 'matter="M12", use=administrative-basis, handler="H1", case="C-2"'


async def test_a_check_of_a_part_of_the_subjects_or_in_other_roles_takes_nothing_from_a_fuller_one() -> None:
    world, held = world_of()
    await check(world, "spouse", purpose=OF_BOTH)
    (full,) = held.checks.kept[DEPARTMENT, "C-2", "M12"]
    partly = await check(world, purpose=OF_BOTH)
    assert partly["data"]["materialCheck"]["comparedWith"] is None
    turned = [{"role": "applicant", "idNumber": LI}, {"role": "spouse", "idNumber": ZHANG}]
    await ask(world, CHECK, {"s": turned, "x": None}, purpose=OF_BOTH)
    twice = [{"role": role, "idNumber": ZHANG} for role in ("applicant", "spouse")]
    await ask(world, CHECK, {"s": twice, "x": None}, purpose=OF_BOTH)
    assert held.checks.kept == {(DEPARTMENT, "C-2", "M12"): [full]}
    again = await check(world, "spouse", purpose=OF_BOTH)
    assert {one["changed"] for one in materials(again).values()} == {False}


async def test_a_check_in_fewer_situations_hides_nothing_of_one_in_more() -> None:
    world, held = world_of(rows={"Licence": [certificate(DISABILITY, "L-1", validUntil=None)]})
    await check(world, purpose=IN_CASE, situations=["priority"])
    await check(world, purpose=IN_CASE)
    newest = await held.checks.latest(DEPARTMENT, "C-1", "M12", ["disability", "identity"])
    assert newest["disability"].at < newest["identity"].at
    again = await check(world, purpose=IN_CASE, situations=["priority"])
    assert {one["changed"] for one in materials(again).values()} == {False}


async def test_a_material_checked_for_the_first_time_is_compared_with_nothing() -> None:
    world, _ = world_of()
    await check(world, purpose=IN_CASE)
    found = materials(await check(world, purpose=IN_CASE, situations=["priority"]))
    assert {one["changed"] for code, one in found.items() if code != "disability"} == {False}
    assert found["disability"]["changed"] is None
    assert {one["changed"] for one in found["disability"]["contents"]} == {None}


async def test_what_is_kept_of_one_case_tells_nothing_of_another() -> None:
    """Sex and marital status take few values: under one key alike in all cases, they could be told from a known one's."""
    world, held = world_of(grant(*FULL, rows=Rows.CASE_SUBJECT), rows=married())
    await check(world, purpose=IN_CASE)
    named = [("applicant", ZHANG), ("member", ZHANG), ("member", LI)]
    both = [{"role": role, "idNumber": code} for role, code in named]
    await ask(world, CHECK, {"s": both, "x": None}, purpose=OF_MEMBERS)
    ((one,), (other,)) = (held.checks.kept[DEPARTMENT, case, "M12"] for case in ("C-1", "C-3"))
    assert one.digests.keys() & other.digests.keys()
    assert not {*one.digests.values()} & {*other.digests.values()}


OF_MEMBERS = 'matter="M12", use=administrative-basis, handler="H1", case="C-3"'
TOLD = "{ comparedWith materials { code changed contents { path value changed } } }"


async def test_in_whatever_form_a_case_is_checked_again_what_stays_has_not_changed() -> None:
    """By another response key, along with other matters, with the same people in another order."""
    world, held = world_of(grant(*FULL, rows=Rows.CASE_SUBJECT), rows=married())
    one = [{"role": "applicant", "idNumber": ZHANG}]
    ordered = [*one, *({"role": "member", "idNumber": code} for code in (ZHANG, LI))]
    turned = [*one, *({"role": "member", "idNumber": code} for code in (LI, ZHANG))]
    forms = [
        ("again", f'again: materialCheck(matter: "M12", subjects: $s) {TOLD}', ordered),
        ("materialChecks", f'materialChecks(matters: ["M08", "M12"], subjects: $s) {TOLD}', ordered),
        ("materialCheck", f'materialCheck(matter: "M12", subjects: $s) {TOLD}', turned),
    ]
    await ask(world, CHECK, {"s": ordered, "x": None}, purpose=OF_MEMBERS)
    for key, text, subjects in forms:
        answered = await ask(world, f"query($s: [CaseSubjectInput!]!) {{ {text} }}", {"s": subjects}, purpose=OF_MEMBERS)
        told = answered["data"][key]
        (found,) = [one for one in (told if isinstance(told, list) else [told]) if len(one["materials"]) > 1]
        assert found["comparedWith"] is not None
        assert {one["changed"] for one in found["materials"]} == {False}
        assert {one["changed"] for material in found["materials"] for one in material["contents"]} == {False}
    first, second, *_ = held.checks.kept[DEPARTMENT, "C-3", "M12"]
    assert first.changed(dict.fromkeys(first.verdicts, second)) == ()
    assert not any(code in str(first) for code in (ZHANG, LI))


async def test_right_across_a_rotated_key_what_stays_has_not_changed_nor_does_the_file_say_so() -> None:
    world, held = world_of(grant(*FULL, rows=Rows.CASE_SUBJECT), rows=married())
    await check(world, purpose=IN_CASE)
    held.digest.keys.append("2")
    again = await check(world, purpose=IN_CASE)
    assert {one["changed"] for one in materials(again).values()} == {False}
    give(world, grant("Person.realEstateUnits", rows=Rows.CASE_SUBJECT), matters=REGISTER)
    await check(world, purpose=IN_CASE)
    newest, second, first = held.checks.kept[DEPARTMENT, "C-1", "M12"]
    assert second.changed(dict.fromkeys(second.verdicts, first)) == ()
    changed = newest.changed(dict.fromkeys(newest.verdicts, second))
    assert {one.partition(" ")[0] for one in changed} == {"marriage", "residence"}


@pytest.mark.parametrize("asked", ["materialCheck", "materialChecks"])
@pytest.mark.parametrize("of", ["C-9", "closed", "of another", "of another matter"])
async def test_a_check_in_a_case_that_is_not_open_here_is_refused_and_on_the_record(asked: str, of: str) -> None:
    world, held = world_of()
    number = "C-1" if of == "of another matter" else "C-9"
    if of == "of another matter":
        world.gateway.cases = Cases("M04")
    one = 'matter: "M12"' if asked == "materialCheck" else 'matters: ["M12", "M04"]'
    document = f"""query($s: [CaseSubjectInput!]!) {{ {asked}({one}, subjects: $s) {{ case materials {{ code }} }} }}"""
    stated = f'matter="M12", use=administrative-basis, handler="H1", case="{number}"'
    answered = await ask(world, document, {"s": [{"role": "applicant", "idNumber": ZHANG}]}, purpose=stated)
    assert code(answered) == "CASE_UNKNOWN"
    assert answered["errors"][0]["extensions"]["article"] == "Art. 17 ¶2"
    assert not world.source.began
    assert not held.checks.kept
    (entry,) = map(orjson.loads, world.ledger.entries)
    assert (entry["kind"], entry["error"], entry["purpose"]["case"]) == ("refused", "CASE_UNKNOWN", number)
    assert ZHANG not in str(entry)


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


async def test_a_check_for_another_matter_than_stated_does_not_give_an_investigation_away() -> None:
    world, _ = world_of(hiding("M12"))
    document = """query($s: [CaseSubjectInput!]!) { materialCheck(matter: "M04", subjects: $s) { matter } }"""
    answered = await ask(world, document, {"s": [{"role": "applicant", "idNumber": ZHANG}]}, purpose=PURPOSE)
    assert code(answered) == "PURPOSE_CONFLICT"
    (entry,) = map(orjson.loads, world.ledger.entries)
    assert entry["subjects"]
    assert entry["concealed"]["bases"] == ["《中华人民共和国监察法》（中华人民共和国主席令第三号）第十八条"]


async def test_also_where_nothing_is_read_a_refusal_is_on_the_record() -> None:
    world, _ = world_of()
    document = """query($s: [CaseSubjectInput!]!) { materialCheck(matter: "M08", subjects: $s) { matter } }"""
    answered = await ask(world, document, {"s": [{"role": "applicant", "idNumber": ZHANG}]}, purpose=PURPOSE)
    assert code(answered) == "PURPOSE_CONFLICT"
    assert [orjson.loads(one)["error"] for one in world.ledger.entries] == ["PURPOSE_CONFLICT"]


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


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize(("entrusted", "told"), [({"M12"}, "ENTRUSTMENT_REQUIRED"), ({"M12", "M04"}, None)])
async def test_of_several_matters_each_must_be_entrusted(entrusted: set[str], told: str | None, strict: bool) -> None:
    """Who acts for another in one matter does not come by its rights for the next (Art. 17 ¶2); the attempt is on record."""
    duty = next(one for one in CATALOGUE.departments if one != HOUSING.department)
    world, _ = world_of(hiding("M04"))

    class Entrusted(HeldRights):
        def entrustment(self, counter: ProviderCode, duty: ProviderCode, matter: str, now: float) -> bool:
            return matter in entrusted

    world.gateway.rights = Entrusted(world.rights.rights)
    document = """query($s: [CaseSubjectInput!]!) { materialChecks(matters: ["M12", "M04"], subjects: $s) { matter } }"""
    subjects = [{"role": "applicant", "idNumber": ZHANG}]
    answered = await ask(world, document, {"s": subjects}, purpose=f'{PURPOSE}, acting-for="{duty}"', strict=strict)
    if told is None and strict:  # only now it is that department's rights that withhold
        assert code(answered) == "STRICT_WITHHELD"
        return
    if told is None:
        assert [one["matter"] for one in answered["data"]["materialChecks"]] == ["M12", "M04"]
        return
    assert code(answered) == told
    assert "`M04`" in answered["errors"][0]["message"]
    assert not world.source.began
    (entry,) = map(orjson.loads, world.ledger.entries)
    assert (entry["kind"], entry["error"], entry["breaches"]) == ("refused", told, [told])
    assert entry["concealed"], "an investigation in any of the matters is not told of by the slip"


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


def doubt(world: World, *coordinates: str, subject: str = ZHANG, day: int = 1) -> None:
    """From here on these items of the subject are under verification, since that day of March."""
    world.ledger.epoch = epoch = world.rights.rights.epoch + 1
    codes = {str(coordinate): entry.code for coordinate, entry in world.gateway.served.catalogue.entries.items()}
    reference, since = world.gateway.subject_hash(subject), datetime(2026, 3, day, tzinfo=UTC)
    doubts = index_doubts([Doubted(codes[one], reference, since) for one in coordinates])
    world.rights.rights = replace(world.rights.rights, epoch=epoch, doubts=doubts)


def doubtful(found: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    """The places shown that are under verification, below the subject, with what stands there."""
    return [(one["path"].split(".", 3)[-1], one["value"]) for one in found["contents"] if one["since"] is not None]


async def test_an_item_under_verification_is_told_with_its_value_and_proof_is_accepted() -> None:
    world, _ = world_of()
    doubt(world, "Person.name")
    found = materials(await check(world))["identity"]
    assert (found["verdict"], found["reason"]) == ("ACCEPT_IF_OFFERED", "UNDER_VERIFICATION")
    assert found["article"] == "Art. 18"
    assert doubtful(found) == [("name", "张三")]
    assert found["contents"][0]["outcome"] == "UNDER_VERIFICATION"
    assert found["contents"][0]["since"] == "2026-03-01T00:00:00Z"


async def test_a_doubt_about_one_person_is_none_about_another() -> None:
    world, _ = world_of()
    doubt(world, "Person.name", subject=LI)
    assert verdicts(await check(world))["identity"] == ("NOT_TO_BE_ASKED", "OBTAINED")
    answered = await check(world, "spouse")
    assert verdicts(answered)["identity"] == ("ACCEPT_IF_OFFERED", "UNDER_VERIFICATION")
    assert [one["since"] is None for one in materials(answered)["identity"]["contents"]] == [True, False]


async def test_what_a_doubted_relation_leads_to_is_in_doubt_with_it() -> None:
    world, _ = world_of(grant(*FULL, rows=Rows.CASE_SUBJECT), rows=married())
    doubt(world, "MarriageRecord.idNumber")
    found = materials(await check(world, purpose=IN_CASE))["marriage"]
    assert (found["verdict"], found["reason"]) == ("ACCEPT_IF_OFFERED", "UNDER_VERIFICATION")
    assert ("marriageRecord.status", "21") in doubtful(found)


async def test_a_missing_row_under_verification_proves_nothing() -> None:
    world, _ = world_of(grant(*FULL, rows=Rows.CASE_SUBJECT))
    assert verdicts(await check(world, purpose=IN_CASE))["dwelling"] == ("NOT_TO_BE_ASKED", "ABSENCE")
    doubt(world, "Person.realEstateUnits")
    found = materials(await check(world, purpose=IN_CASE))["dwelling"]
    assert (found["verdict"], found["reason"]) == ("ACCEPT_IF_OFFERED", "UNDER_VERIFICATION")
    assert doubtful(found) == [("realEstateUnits", None)]


async def test_a_missing_person_under_verification_is_not_demanded_to_prove_himself() -> None:
    world, _ = world_of(rows={"Person": []})
    assert verdicts(await check(world))["identity"] == ("ASK_WITH_REASON", "NO_DATA")
    doubt(world, "Person.idNumber")
    found = materials(await check(world))["identity"]
    assert (found["verdict"], found["reason"]) == ("ACCEPT_IF_OFFERED", "UNDER_VERIFICATION")


async def test_a_certificate_under_verification_stays_and_proof_is_accepted() -> None:
    world, _ = world_of(rows={"Licence": [certificate(MARRIAGE_CARD, "L-1", validUntil=None)]})
    doubt(world, "Licence.number")
    found = materials(await check(world))["marriage"]
    assert (found["verdict"], found["reason"]) == ("ACCEPT_IF_OFFERED", "UNDER_VERIFICATION")
    assert [path for path, _ in doubtful(found)] == ["certificates.0.number"]


async def test_what_the_department_holds_itself_is_not_asked_for_whatever_is_in_doubt() -> None:
    world, _ = world_of()
    doubt(world, "Person.sex")
    assert verdicts(await check(world))["files"] == ("NOT_TO_BE_ASKED", "OWN_REGISTER")


ROWS = {
    **married(),
    "Household": [row("Household", number="H-1", address="玄武区一号", divisionCode="320102", headIdNumber=ZHANG)],
    "Licence": [certificate(MARRIAGE_CARD, "L-1"), certificate(DISABILITY, "L-2", validUntil=date(2021, 1, 1))],
}
BOOKLET = material(
    "booklet",
    Items(
        tuple(
            (role, *path.split("."))
            for path in ("householdNumber", "name", "household.members.name", "household.address", "household.members.sex")
            for role in ("applicant", "spouse")
        )
    ),
)


@pytest.mark.parametrize("doubted", [(), ("Person.sex",), ("Household.address",)])
@pytest.mark.parametrize("rows", [Rows.CASE_SUBJECT, Rows.OWN_DIVISION])
async def test_the_short_way_gives_what_the_long_way_gives(
    rows: Rows, doubted: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    household = ("Person.householdNumber", "Person.household", "Household.address", "Household.members")
    matters = register_of(1, [replace(MATTER, materials=(*MATTER.materials, BOOKLET)), OTHER])

    async def answered() -> list[object]:
        world = gateway(grant(*FULL, *household, rows=rows), matters=matters, rows=ROWS, clients=[HOUSING])
        world.gateway.cases = Cases()
        world.gateway.desk = HeldDesk().desk()
        if doubted:
            doubt(world, *doubted)
        shown = [
            {key: value for key, value in content.items() if key != "asOf"} | {"material": one["code"]}
            for purpose in (PURPOSE, IN_CASE)
            for roles in ((), ("spouse",))
            for one in (await check(world, *roles, purpose=purpose))["data"]["materialCheck"]["materials"]
            for content in [{"verdict": one["verdict"], "reason": one["reason"]}, *one["contents"]]
        ]
        return [*shown, *(orjson.loads(entry)["outcomes"] for entry in world.ledger.entries)]

    short = await answered()
    monkeypatch.setattr("resolvers.materials.result.compile_quick", lambda *_: None)
    assert await answered() == short
