"""`materialCheck` in a case: kept with it, and told with what has changed since its last check."""

import orjson
import pytest

from catalogue.model import Rows
from tests.law.asking import LI, ZHANG, code, give
from tests.materials.scene import (
    CHECK,
    DEPARTMENT,
    DISABILITY,
    FULL,
    IN_CASE,
    REGISTER,
    Cases,
    ask,
    certificate,
    check,
    grant,
    married,
    materials,
    world_of,
)


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
