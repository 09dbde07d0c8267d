"""What the twelve matters ask of the registers, as text: golden plans, and what applications are drafted from."""

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from catalogue.load_matters import load_matters
from catalogue.matters import Matter, MatterRegister, SubjectKind
from resolvers.materials.compose import document_of
from resolvers.plan.build import InForce
from resolvers.plan.cache import Plans
from resolvers.plan.plan import Plan
from resolvers.workflow.roots import ROOTS
from schema.build import build_schema
from schema.documents import Documents
from schema.limits import Limits
from schema.variables import coerce_variables
from tests.plan.standpoint import catalogue, permit

GOLDEN = Path(__file__).parent / "golden" / "checks"
DAY = date(2026, 3, 2)
CODES = {
    SubjectKind.PERSON: ("idNumber", ("11010519491231002X", "440524188001010014", "360426199101010071")),
    SubjectKind.ORGANISATION: ("creditCode", ("91110000600037341L", "91350100M000100Y43")),
    SubjectKind.REAL_ESTATE_UNIT: ("unitCode", ("320102001001GB00001F00010001",)),
    SubjectKind.LAND_PARCEL: ("parcelCode", ("320102001001GB00001", "320102001001GB00002")),
}
CHECK = """query($m: String!, $s: [CaseSubjectInput!]!, $x: [String!]) {
  materialCheck(matter: $m, subjects: $s, situations: $x) { materials { code verdict } } }"""


@cache
def register() -> MatterRegister:
    return load_matters(catalogue())


@cache
def documents() -> Documents:
    return Documents(build_schema(catalogue(), ROOTS), Limits(), 200)


@cache
def plans() -> Plans:
    return Plans(documents().schema, catalogue())


def matter_of(code: str) -> Matter:
    found = register().in_force(code, DAY)
    assert found is not None
    return found


def subjects_of(matter: Matter) -> list[dict[str, str]]:
    """Each role taken once by each kind that it takes, as far as it may be."""
    taken = []
    for role in matter.roles.values():
        for number, kind in enumerate(role.kinds):
            if role.most is None or number < role.most:
                name, codes = CODES[kind]
                taken.append({"role": role.name, name: codes[0]})
    return taken


def plan_of(matter: Matter, subjects: list[dict[str, str]]) -> Plan:
    """With all its situations."""
    prepared, lifted = documents().prepare(CHECK, None, True)
    given = {"m": matter.code, "s": subjects, "x": list(matter.situations)}
    values = coerce_variables(prepared, given, lifted)
    matters = InForce(register(), DAY)
    return plans().plan(prepared.hash, prepared.operation, prepared.fragments, values, matters)


EVERY = [f"M{number:02}" for number in range(1, 13)]


@pytest.mark.parametrize("code", EVERY)
def test_what_a_matter_asks(code: str, request: pytest.FixtureRequest) -> None:
    matter, golden = matter_of(code), GOLDEN / f"{code}.txt"
    text = plan_of(matter, subjects_of(matter)).to_text()
    if request.config.getoption("--rewrite-goldens"):
        golden.write_text(text, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("code", EVERY)
def test_an_application_is_drafted_from_a_valid_document_that_names_nobody(code: str) -> None:
    matter = matter_of(code)
    permitted = permit(plan_of(matter, subjects_of(matter)))
    (checker,) = permitted.checkers
    examiner = checker.examiner
    for asked in examiner.composed.materials:
        if asked.needed is not None:
            text = document_of(catalogue(), examiner.composed, asked.needed)
            if "(" in text:  # held by the department itself, nothing is asked
                documents().prepare(text, None, True)
            assert not any(of in text for _, codes in CODES.values() for of in codes)


def test_a_plan_depends_on_how_many_take_a_role_and_on_nobody() -> None:
    matter = matter_of("M12")
    one = plan_of(matter, [{"role": "applicant", "idNumber": "11010519491231002X"}])
    other = plan_of(matter, [{"role": "applicant", "idNumber": "440524188001010014"}])
    assert one is other
    both = [{"role": role, "idNumber": "11010519491231002X"} for role in ("applicant", "spouse")]
    assert plan_of(matter, both) is not one


def test_a_matter_declares_all_that_its_materials_ask() -> None:
    """What is bound to what a matter declares (个人信息保护法 34) never refuses its own check."""
    for code in EVERY:
        matter = matter_of(code)
        shown = {q.coordinate for q in plan_of(matter, subjects_of(matter)).questions if q.asked == "show"}
        assert shown <= matter.items, (code, sorted(map(str, shown - matter.items)))
