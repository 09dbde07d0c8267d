"""Plans as text: what is asked, what is left, and why. A changed golden file is a change of what leaves a source."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from catalogue.model import Form, ResourceName, Rows
from catalogue.predicate import ItemName
from resolvers.plan.cache import Plans
from schema.variables import coerce_variables
from sharing.grant import Grant
from tests.plan.standpoint import catalogue, documents, grant, permit, plan_of

GOLDEN = Path(__file__).parent / "golden"


@dataclass(frozen=True)
class Case:
    """A document and the grants it is asked under."""

    name: str
    document: str
    grants: Sequence[Grant] = ()
    in_case: bool = False
    variables: dict[str, object] = field(default_factory=dict)


ID = 'idNumber: "11010519491231002X"'

CASES = [
    Case("open_lookup", f"{{ person({ID}) {{ name birthDate licences {{ identifier typeName }} credit {{ name }} }} }}"),
    Case("alias", f"{{ him: person({ID}) {{ who: name grown: isAdult }} }}"),
    Case(
        "two_fragments_with_one_response_key",
        f"""query {{ person({ID}) {{ ...a ...b }} }}
        fragment a on Person {{ x: credit {{ name }} }}
        fragment b on Person {{ x: credit {{ code permits {{ decision }} }} }}""",
    ),
    Case(
        "filter_by_a_withheld_item",
        f"{{ person({ID}) {{ representedEntities(where: {{socialInsuredCount: {{gte: 3}}}}) {{ name }} }} }}",
        [grant("Person.representedEntities")],
    ),
    Case(
        "filter_by_a_masked_item",
        '{ legalEntity(creditCode: "91110000600037341L") { landParcels(where: {price: {gte: "9"}}) { use } } }',
        [grant("LegalEntity.landParcels"), grant("LandParcel.price", Form.MASKED)],
    ),
    Case(
        "filter_by_an_item_open_on_some_rows",
        '{ legalEntity(creditCode: "91110000600037341L") { landParcels(where: {price: {gte: "9"}}) { use } } }',
        [grant("LegalEntity.landParcels"), grant("LandParcel.price", rows=Rows.OWN_DIVISION)],
    ),
    Case(
        "order_by_a_withheld_item",
        f"{{ person({ID}) {{ realEstateUnits(orderBy: [{{item: mortgaged}}]) {{ unitCode }} }} }}",
        [grant("Person.realEstateUnits", rows=Rows.CASE_SUBJECT)],
        in_case=True,
    ),
    Case("join_by_an_internal_item", '{ landParcel(parcelCode: "320102001001GB00001") { use division { name } } }'),
    Case(
        "find_by_a_withheld_item",
        """{ landParcelsWithin(polygon: {type: "Polygon", coordinates:
         [[[118.7, 32.0], [118.8, 32.0], [118.8, 32.1], [118.7, 32.0]]]}) { use } }""",
    ),
    Case(
        "union_member_with_a_different_rule",
        """{ licence(identifier: "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U") {
         holder { __typename ... on Person { name phone } ... on LegalEntity { name businessScope } } } }""",
    ),
    Case("relation_withheld_while_its_target_is_open", f"{{ person({ID}) {{ representedEntities {{ name status }} }} }}"),
    Case(
        "relation_granted_by_an_unshown_key",
        f"{{ person({ID}) {{ household {{ address }} }} }}",
        [grant("Person.household Household.number Household.address")],
    ),
    Case(
        "masked_everywhere_full_at_home",
        f"{{ person({ID}) {{ registeredResidence }} }}",
        [grant("Person.registeredResidence", Form.MASKED), grant("Person.registeredResidence", rows=Rows.OWN_DIVISION)],
    ),
    Case(
        "case_subject",
        f"{{ person({ID}) {{ isMarried marriageRecord {{ status }} }} }}",
        [grant("Person.isMarried Person.marriageRecord MarriageRecord.status", rows=Rows.CASE_SUBJECT)],
        in_case=True,
    ),
    Case(
        "verify_only",
        f'{{ person({ID}) {{ phone verify(phone: "13800000000", name: "张三") {{ phone name education }} }} }}',
        [grant("Person.phone", Form.VERIFY)],
    ),
    Case("not_shared", f"{{ person({ID}) {{ adoptionRecord name }} }}", [grant("Person.adoptionRecord")]),
    Case("partly_open_to_all", '{ landParcel(parcelCode: "320102001001GB00001") { boundary price } }'),
    Case(
        "include_and_skip",
        f"query($deep: Boolean!) {{ person({ID}) {{ name credit @include(if: $deep) {{ name }} sex @skip(if: $deep) }} }}",
        variables={"deep": False},
    ),
    Case("batch", '{ persons(idNumbers: ["11010519491231002X", "440524188001010014"]) { name credit { name } } }'),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_plan(case: Case, request: pytest.FixtureRequest) -> None:
    plan, _ = plan_of(case.document, case.variables)
    permitted = permit(plan, *case.grants, in_case=case.in_case)
    text = f"{case.document.strip()}\n\n{plan.to_text()}\n{permitted.pruned.to_text()}"
    golden = GOLDEN / f"{case.name}.txt"
    if request.config.getoption("--rewrite-goldens"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == text


def test_join_by_a_withheld_item() -> None:
    """Without `linkable`, a right to the relation does not reach through a key that is not open."""
    published = catalogue()
    person = published.resources[ResourceName("Person")]
    household = replace(person.relations[ItemName("household")], linkable=False)
    changed = replace(
        published,
        resources={
            **published.resources,
            person.name: replace(person, relations={**person.relations, household.name: household}),
        },
    )
    document = f"{{ person({ID}) {{ household {{ address }} }} }}"
    grants = [grant("Person.household Household.number Household.address")]
    prepared, lifted = documents().prepare(document, None, True)
    values = coerce_variables(prepared, None, lifted)
    plan = Plans(documents().schema, changed).plan(prepared.hash, prepared.operation, prepared.fragments, values)
    pruned = permit(plan, *grants, of=changed).pruned
    assert [step.fetch.resource for step in pruned.steps] == ["Person"]
    assert [str(note.position.coordinate) for note in pruned.withheld] == ["Person.householdNumber"]


def test_no_golden_file_without_its_case() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == {case.name for case in CASES}


class TestCache:
    """A plan is a constant of the document, its conditions and the shape of its filters; of no value."""

    def test_values_do_not_make_plans(self) -> None:
        text = "query($id: IdentityNumber!, $type: String) { person(idNumber: $id) "
        text += "{ licences(where: {typeCode: {eq: $type}}) { number } } }"
        first, _ = plan_of(text, {"id": "11010519491231002X", "type": "a"})
        second, _ = plan_of(text, {"id": "440524188001010014", "type": "b"})
        assert first is second

    def test_shapes_do(self) -> None:
        text = (
            'query($where: LicenceWhere) { person(idNumber: "11010519491231002X") { licences(where: $where) { number } } }'
        )
        wheres: list[object] = [
            None,
            {},
            {"typeCode": {"eq": "a"}},
            {"typeCode": {"in": ["a"]}},
            {"number": {"eq": "a"}},
            {"not": {"typeCode": {"eq": "a"}}},
            {"or": [{"typeCode": {"eq": "a"}}]},
            {"or": [{"typeCode": {"eq": "a"}}, {"typeCode": {"eq": "b"}}]},
            {"number": {"isNull": True}},
            {"number": {"isNull": False}},
            {"typeCode": {"eq": None}},
        ]
        plans = [plan_of(text, {"where": where})[0] for where in wheres]
        for other in range(len(plans)):
            for one in range(other):
                same = plans[one].to_text() == plans[other].to_text()
                assert same or plans[one] is not plans[other], (wheres[one], wheres[other])
        assert plan_of(text, {"where": {"typeCode": {"eq": "z"}}})[0] is plans[2]

    def test_what_arguments_give_is_each_requests_own(self) -> None:
        text = """query($number: String, $first: Int) { person(idNumber: "11010519491231002X") {
            licences { number } few: licences(first: $first, where: {number: {eq: $number}}) { number } } }"""
        one, of_one = plan_of(text, {"number": "a", "first": 3})
        two, of_two = plan_of(text, {"number": "b", "first": 4})
        assert one is two
        given = one.given(of_one)
        assert sorted(map(str, given.values())) == ["20", "3", "a"]
        given["first0"] = given["today"] = 1
        assert sorted(map(str, two.given(of_two).values())) == ["20", "4", "b"]

    def test_a_shorter_list_of_alternatives_is_another_plan(self) -> None:
        text = (
            'query($where: LicenceWhere) { person(idNumber: "11010519491231002X") { licences(where: $where) { number } } }'
        )
        one, _ = plan_of(text, {"where": {"or": [{"typeCode": {"eq": "a"}}]}})
        two, values = plan_of(text, {"where": {"or": [{"typeCode": {"eq": "a"}}, {"number": {"eq": "b"}}]}})
        assert one is not two
        assert [group.values(values) for group in two.params if group.names[0].startswith("where")] == [("a", "b")]
