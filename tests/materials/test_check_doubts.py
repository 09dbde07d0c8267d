"""`materialCheck` of what is under verification: told with its value, and valid proof is accepted (Art. 18)."""

from catalogue.model import Rows
from tests.law.asking import LI
from tests.materials.scene import (
    FULL,
    IN_CASE,
    MARRIAGE_CARD,
    certificate,
    check,
    doubt,
    doubtful,
    grant,
    married,
    materials,
    verdicts,
    world_of,
)


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
