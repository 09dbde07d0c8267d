"""`materialCheck`, the whole way of a request: planned, decided, fetched, judged, recorded (Art. 16 ¶2, 17)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import orjson
import pytest

from catalogue.matters import (
    Items,
    Role,
    SubjectKind,
    register_of,
)
from catalogue.model import Form, ItemCode, ProviderCode, Rows
from connectors.base import SourceError
from sharing.grant import Grant
from tests.http.house import CATALOGUE, HeldRights
from tests.law.asking import LI, ZHANG, code, gateway, give, row
from tests.materials.desk import HeldDesk
from tests.materials.scene import (
    CHECK,
    COMPILER,
    DISABILITY,
    FEDERATION,
    FULL,
    HOUSING,
    IN_CASE,
    MARRIAGE_CARD,
    MATTER,
    OTHER,
    PURPOSE,
    REGISTER,
    RESIDENCE,
    Cases,
    ask,
    certificate,
    check,
    doubt,
    grant,
    hiding,
    married,
    material,
    materials,
    verdicts,
    world_of,
)


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
