"""What the demo seeds is in the catalogue's own words, and the binding covers the catalogue."""

from datetime import date
from pathlib import Path

import pytest

from catalogue.load import load_catalogue
from catalogue.load_matters import load_matters
from catalogue.load_sources import load_sources
from catalogue.matters import SubjectKind
from catalogue.model import Catalogue, Conditional, Form, Rows
from demo.counter import COUNTER
from demo.registers import REGISTERS
from demo.registers.tables import ddl
from demo.seed import CASES, CLIENTS, ENTRUSTMENTS, department_code, departments, grants
from demo.stories import STORIES
from resolvers.roles import separation_fault
from sharing.sources import parts_answered
from sharing.subjects import Subject, check_subjects
from standards import credit_code, identity_number

FOLDER = Path(__file__).parent.parent.parent / "catalogue"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(FOLDER)


def test_every_resource_is_bound_to_a_table_of_its_register(catalogue: Catalogue) -> None:
    sources = load_sources(FOLDER / "sources.toml", catalogue)
    assert set(sources.bindings) == set(catalogue.resources)
    assert set(sources.sources) == set(REGISTERS)
    for binding in sources.bindings.values():
        tables = {part.split("\n);")[0].split(" ", 1)[0]: part for part in ddl(binding.source)[0].split("CREATE TABLE ")[1:]}
        columns = tables[binding.table]
        assert all(f"\n    {column} " in columns for column in binding.columns.values())


def test_every_client_belongs_to_a_department_and_keeps_roles_apart(catalogue: Catalogue) -> None:
    names = ("hall", "developer", "theme", "provider", "compiler", "operator", "auditor", "supervisor", "citizen")
    assert {client.id for client in CLIENTS} == {f"demo-{name}" for name in names}
    for client in CLIENTS:
        assert credit_code.conforms(department_code(catalogue, client.department))
        assert separation_fault(client.roles) is None
        assert client.secret == f"{client.id}-secret"
        assert client.networks


def test_entrustments_name_departments(catalogue: Catalogue) -> None:
    assert len(departments(catalogue)) == len(catalogue.departments)
    for each in ENTRUSTMENTS:
        assert department_code(catalogue, each.counter) != department_code(catalogue, each.duty)
        assert each.matters


def test_grants_keep_to_what_the_catalogue_foresees(catalogue: Catalogue) -> None:
    entries = {entry.code: entry for entry in catalogue.entries.values()}
    seeded = grants(catalogue)
    assert len({each.grant.id for each in seeded}) == len(seeded)
    for each in seeded:
        for code in each.items:
            entry = entries[code]
            assert parts_answered(entry, each.provider, (), catalogue.parted.get(code))
            assert isinstance(entry.sharing, Conditional), code
            assert each.form in entry.sharing.forms, code
            assert each.rows in entry.sharing.rows, code
            assert each.uses <= set(entry.sharing.uses), code


def test_grants_show_every_form_and_row_scope(catalogue: Catalogue) -> None:
    held = [each.grant for each in grants(catalogue)]
    assert {grant.form for grant in held} == set(Form)
    assert {grant.rows for grant in held} == set(Rows)
    assert len({grant.valid_until for grant in held}) == 2


def kind_of(code: str) -> SubjectKind:
    match len(code):
        case 19:
            return SubjectKind.LAND_PARCEL
        case 28:
            return SubjectKind.REAL_ESTATE_UNIT
        case _:
            return SubjectKind.PERSON if identity_number.conforms(code) else SubjectKind.ORGANISATION


def test_every_story_can_be_asked_about_at_the_counter(catalogue: Catalogue) -> None:
    register = load_matters(catalogue)
    for story in STORIES:
        matter = register.in_force(story.matter, date(2026, 12, 1))
        assert matter is not None
        subjects = {role: [Subject(kind_of(code), code) for code in codes] for role, codes in story.subjects.items()}
        check_subjects(matter, subjects)
    assert [each.story.matter for each in COUNTER] == ["M04", "M10", "M02", "M01", "M12"]


def test_every_story_has_an_open_case() -> None:
    assert len({case.number for case in CASES}) == len(CASES) == 12
    assert all(case.subjects for case in CASES)
