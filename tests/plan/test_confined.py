"""Of which types of certificates a document asks for, read off its `where` inputs."""

import pytest

from catalogue.model import ResourceName
from resolvers.plan.confined import confined
from tests.plan.standpoint import catalogue, plan_of
from tests.plan.test_checks import matter_of, subjects_of
from tests.plan.test_checks import plan_of as plan_of_check

LICENCE = ResourceName("Licence")
ONE = 'person(idNumber: "11010519491231002X") { licences(where: $a) { number } }'
TWO = 'legalEntity(creditCode: "11320000MBX0000519") { licences(where: $b) { number } }'
IDENTIFIER = "1.2.156.3005.2.11320000MBX000027Q001.11320000MBX000027Q.SN0001.001.7"
BOTH = f"query($a: LicenceWhere, $b: LicenceWhere) {{ {ONE} {TWO} }}"


@pytest.mark.parametrize(
    ("one", "other", "values"),
    [
        ({"typeCode": {"eq": "1"}}, {"typeCode": {"in": ["2", "3"]}}, {"1", "2", "3"}),
        ({"typeCode": {"eq": "1"}, "number": {"eq": "9"}}, {"and": [{"typeCode": {"eq": "2"}}]}, {"1", "2"}),
        ({"typeCode": {"eq": "1"}}, None, None),
        ({"typeCode": {"eq": "1"}}, {"number": {"eq": "9"}}, None),
        ({"typeCode": {"eq": "1"}}, {"not": {"typeCode": {"eq": "2"}}}, None),
        ({"typeCode": {"eq": "1"}}, {"or": [{"typeCode": {"eq": "2"}}, {"number": {"eq": "9"}}]}, None),
    ],
)
def test_only_types_that_every_place_names_confine_it(one: object, other: object, values: set[str] | None) -> None:
    plan, given = plan_of(BOTH, {"a": one, "b": other})
    assert confined(catalogue(), plan, given) == ({} if values is None else {LICENCE: frozenset(values)})


def test_a_certificate_by_its_identifier_is_of_any_type() -> None:
    plan, given = plan_of("query($i: LicenceIdentifier!) { licence(identifier: $i) { number } }", {"i": IDENTIFIER})
    assert confined(catalogue(), plan, given) == {}


def test_a_check_of_materials_asks_for_the_types_that_its_matter_names() -> None:
    matter = matter_of("M10")
    plan = plan_of_check(matter, subjects_of(matter))
    assert confined(catalogue(), plan, {}) == {LICENCE: {"13320000MBX000094G001", "11320000MBX0000781001"}}
