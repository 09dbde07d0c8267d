"""The execution rules of the GraphQL specification (October 2021, §6, with §3 for coercion), a case each.

Each case says what must come of it, and product and oracle (graphql-core's plain execution) agree on it to the byte.
"""

import asyncio
from typing import Any

import orjson
import pytest

from errors import GatewayError
from tests.oracle.comparison import Comparison
from tests.oracle.scenes import BY_GRANT, agree, case, changed, grant
from tests.oracle.world import World


class Data:
    """Rows that the cases speak of."""

    def __init__(self, world: World) -> None:
        holders = [row["holderCode"] for row in world.rows["Licence"] if row["holderKind"] == "PERSON"]
        self.world = world
        self.person = max((row["idNumber"] for row in world.rows["Person"] if row["birthDate"]), key=holders.count)
        adults = [row["idNumber"] for row in world.rows["Person"] if row["birthDate"] and row["birthDate"].year < 2000]
        self.other = next(number for number in adults if number != self.person)
        self.company = world.rows["LegalEntity"][1]["creditCode"]
        self.unknown = "11010519491231002X"
        shown = [row for row in world.rows["Licence"] if row["typeCode"] and not row["identifier"].endswith("?")]
        plain = [row for row in shown if row["typeCode"].startswith(("11100", "11320000MBX000027Q001"))]
        people = {row["idNumber"] for row in world.rows["Person"]}
        self.of_person = next(row["identifier"] for row in plain if row["holderCode"] in people)
        firms = [row for row in plain if row["holderKind"] == "ORGANISATION" and row["holderCode"] != "NOBODY"]
        self.of_company = firms[0]["identifier"]


@pytest.fixture
def held(in_memory: Comparison) -> Data:
    return Data(in_memory.world)


def ask(comparison: Comparison, text: str, variables: dict[str, Any] | None = None, **more: Any) -> Any:
    """The data that both give."""
    return agree(comparison, case(comparison.world.catalogue, text, variables, **more))


# 6.2.1, 6.3 Query; 6.3.2 Field Collection


def test_fields_answer_in_the_order_in_which_they_are_first_met(in_memory: Comparison, held: Data) -> None:
    text = "query($p: IdentityNumber!) { person(idNumber: $p) { sex ...F name sex } } fragment F on Person { age name }"
    assert list(ask(in_memory, text, {"p": held.person})["person"]) == ["sex", "age", "name"]


def test_root_fields_answer_in_order_too(in_memory: Comparison, held: Data) -> None:
    text = f'{{ b: person(idNumber: "{held.person}") {{ name }} __typename a: person(idNumber: "{held.other}") {{ name }} }}'
    assert list(ask(in_memory, text)) == ["b", "__typename", "a"]


def test_an_alias_names_the_response_key(in_memory: Comparison, held: Data) -> None:
    data = ask(in_memory, f'{{ who: person(idNumber: "{held.person}") {{ called: name name: sex }} }}')
    assert list(data["who"]) == ["called", "name"]


def test_one_field_under_two_aliases_is_read_twice(in_memory: Comparison, held: Data) -> None:
    text = """query($p: IdentityNumber!) {
      person(idNumber: $p) { one: licences(first: 1) { number } two: licences(first: 2) { number } } }"""
    found = ask(in_memory, text, {"p": held.person})["person"]
    assert (len(found["one"]), len(found["two"])) == (1, 2)


def test_selections_of_one_response_key_merge(in_memory: Comparison, held: Data) -> None:
    text = """query($p: IdentityNumber!) {
      person(idNumber: $p) { credit { code } } person(idNumber: $p) { credit { name code } name }
    }"""
    found = ask(in_memory, text, {"p": held.person})["person"]
    assert list(found) == ["credit", "name"]


def test_merging_goes_all_the_way_down_and_through_fragments(in_memory: Comparison, held: Data) -> None:
    text = """query($p: IdentityNumber!) { person(idNumber: $p) { ...A licences { holder { ... on Person { name } } } } }
      fragment A on Person { licences { number holder { __typename ... on Person { sex } } } }"""
    licences = ask(in_memory, text, {"p": held.person})["person"]["licences"]
    assert all(list(each) == ["number", "holder"] for each in licences)
    assert any(each["holder"] and list(each["holder"]) == ["__typename", "sex", "name"] for each in licences)


def test_a_fragment_is_spread_once_in_a_selection(in_memory: Comparison, held: Data) -> None:
    text = "query($p: IdentityNumber!) { person(idNumber: $p) { ...F ...F } } fragment F on Person { name }"
    assert list(ask(in_memory, text, {"p": held.person})["person"]) == ["name"]


def test_a_fragment_left_out_once_may_still_be_spread(in_memory: Comparison, held: Data) -> None:
    text = """query($p: IdentityNumber!) { person(idNumber: $p) { ...F @skip(if: true) sex ...F } }
      fragment F on Person { name }"""
    assert list(ask(in_memory, text, {"p": held.person})["person"]) == ["sex", "name"]


def test_fragments_nest(in_memory: Comparison, held: Data) -> None:
    text = """query($p: IdentityNumber!) { person(idNumber: $p) { ...A } } fragment A on Person { ...B sex }
      fragment B on Person { ... on Person { name } ... { age } }"""
    assert list(ask(in_memory, text, {"p": held.person})["person"]) == ["name", "age", "sex"]


@pytest.mark.parametrize("kind", ["Person", "LegalEntity"])
def test_fragments_apply_to_the_member_that_stands_there(in_memory: Comparison, held: Data, kind: str) -> None:
    identifier = held.of_person if kind == "Person" else held.of_company
    text = """query($i: LicenceIdentifier!) { licence(identifier: $i) { holder {
      ... on LicenceHolder { __typename } ... on Person { sex } ... on LegalEntity { creditCode } ...P ...E
    } } } fragment P on Person { name } fragment E on LegalEntity { name status }"""
    holder = ask(in_memory, text, {"i": identifier})["licence"]["holder"]
    assert list(holder) == ["__typename", *(["sex", "name"] if kind == "Person" else ["creditCode", "name", "status"])]


def test_members_of_a_union_may_give_one_key_different_arguments(in_memory: Comparison, held: Data) -> None:
    text = """query($i: LicenceIdentifier!) { licence(identifier: $i) { holder {
      ... on Person { licences(first: 1) { number } } ... on LegalEntity { licences(first: 2) { number } } } } }"""
    for identifier in (held.of_person, held.of_company):
        assert ask(in_memory, text, {"i": identifier})["licence"]["holder"]["licences"]


def test_typename_is_told_everywhere(in_memory: Comparison, held: Data) -> None:
    text = f'{{ t: __typename person(idNumber: "{held.person}") {{ __typename verify(name: "某") {{ __typename }} }} }}'
    assert ask(in_memory, text) == {
        "t": "Query", "person": {"__typename": "Person", "verify": {"__typename": "PersonVerification"}}
    }  # fmt: skip


# 3.13.1, 3.13.2 @skip and @include


@pytest.mark.parametrize("skip", [True, False])
@pytest.mark.parametrize("include", [True, False])
def test_skip_goes_before_include(in_memory: Comparison, held: Data, skip: bool, include: bool) -> None:
    text = """query($p: IdentityNumber!, $s: Boolean!, $i: Boolean!) {
      person(idNumber: $p) { sex name @skip(if: $s) @include(if: $i) } }"""
    found = ask(in_memory, text, {"p": held.person, "s": skip, "i": include})["person"]
    assert ("name" in found) is (include and not skip)


@pytest.mark.parametrize("written", ["true", "false"])
def test_conditions_may_be_written_out(in_memory: Comparison, held: Data, written: str) -> None:
    text = f'{{ person(idNumber: "{held.person}") {{ sex ... @include(if: {written}) {{ name }} }} }}'
    assert ("name" in ask(in_memory, text)["person"]) is (written == "true")


def test_a_condition_may_have_a_default(in_memory: Comparison, held: Data) -> None:
    text = "query($p: IdentityNumber!, $s: Boolean! = true) { person(idNumber: $p) { sex name @skip(if: $s) } }"
    assert list(ask(in_memory, text, {"p": held.person})["person"]) == ["sex"]
    assert list(ask(in_memory, text, {"p": held.person, "s": False})["person"]) == ["sex", "name"]


def test_a_condition_on_one_of_two_merged_fields_keeps_the_other(in_memory: Comparison, held: Data) -> None:
    text = f'{{ person(idNumber: "{held.person}") {{ name @skip(if: true) sex name }} }}'
    assert list(ask(in_memory, text)["person"]) == ["sex", "name"]


def test_an_object_whose_fields_are_all_left_out_is_empty(in_memory: Comparison, held: Data) -> None:
    assert ask(in_memory, f'{{ person(idNumber: "{held.person}") {{ name @skip(if: true) }} }}') == {"person": {}}


# 6.1.2 Coercing Variable Values, 6.4.1 Coercing Field Arguments


LISTED = "query($p: IdentityNumber!{}) {{ person(idNumber: $p) {{ licences{} {{ number }} }} }}"


@pytest.mark.parametrize(
    ("declared", "written", "given", "alike"),
    [
        ("", "", {}, "(first: 20)"),  # the argument's default
        ("", "(first: null)", {}, "(first: 20)"),
        (", $f: Int", "(first: $f)", {}, "(first: 20)"),  # an absent variable leaves the argument out
        (", $f: Int", "(first: $f)", {"f": None}, "(first: 20)"),
        (", $f: Int = 1", "(first: $f)", {}, "(first: 1)"),
        (", $f: Int = 1", "(first: $f)", {"f": 2}, "(first: 2)"),
        (", $o: [LicenceOrderBy!]", "(orderBy: $o)", {"o": {"item": "number"}}, "(orderBy: [{item: number}])"),
        ("", "(orderBy: {item: number})", {}, "(orderBy: [{item: number, direction: ASC}])"),
        (", $d: SortDirection!", "(orderBy: {item: number, direction: $d})", {"d": "DESC"},
         "(orderBy: {item: number, direction: DESC})"),
        (", $i: LicenceItem!", "(orderBy: {item: $i})", {"i": "number"}, "(orderBy: {item: number})"),
        (", $w: LicenceWhere", "(where: $w)", {}, ""),
        (", $w: LicenceWhere", "(where: $w)", {"w": None}, ""),
        (", $w: LicenceWhere", "(where: $w)", {"w": {}}, ""),
        (", $w: LicenceWhere = {holderKind: {eq: PERSON}}", "(where: $w)", {}, "(where: {holderKind: {eq: PERSON}})"),
        (", $k: HolderKind", "(where: {holderKind: {eq: $k}})", {"k": "PERSON"}, "(where: {holderKind: {eq: PERSON}})"),
        (", $k: HolderKind", "(where: {holderKind: {eq: $k}})", {}, "(where: {holderKind: {}})"),  # an absent field
        (", $k: HolderKind", "(where: {holderKind: {eq: $k}})", {"k": None}, "(where: {holderKind: {eq: null}})"),
        ("", '(where: {status: {in: "VALID"}})', {}, '(where: {status: {in: ["VALID"]}})'),  # one value for a list
        (", $s: [String!]", "(where: {status: {in: $s}})", {"s": "VALID"}, '(where: {status: {in: ["VALID"]}})'),
        (", $s: String!", '(where: {status: {in: [$s, "X"]}})', {"s": "VALID"}, '(where: {status: {in: ["VALID", "X"]}})'),
        (", $d: Date", "(where: {issuedOn: {gte: $d}})", {"d": "2000-01-01"}, '(where: {issuedOn: {gte: "2000-01-01"}})'),
    ],
)  # fmt: skip
def test_arguments_are_coerced(
    in_memory: Comparison, held: Data, declared: str, written: str, given: dict[str, Any], alike: str
) -> None:
    found = ask(in_memory, LISTED.format(declared, written), {"p": held.person, **given})
    assert found == ask(in_memory, LISTED.format("", alike), {"p": held.person})


def test_an_integer_stands_for_a_float(in_memory: Comparison) -> None:
    text = "query($f: Float!) { addressesNear(latitude: 32, longitude: $f, radiusMetres: 5000, first: 2) { code } }"
    assert len(ask(in_memory, text, {"f": 118.7})["addressesNear"]) == 2


def test_a_key_is_brought_to_its_standards_form(in_memory: Comparison, held: Data) -> None:
    wide = held.person.replace("3", "３")
    text = "query($p: IdentityNumber!) { person(idNumber: $p) { idNumber } }"
    assert ask(in_memory, text, {"p": wide}) == {"person": {"idNumber": held.person}}


@pytest.mark.parametrize("keys", ['["{0}", "{1}", "{0}", "{2}"]', '["{0}"]', '"{0}"', "[]", '[$k, "{0}"]', "[$k, $k]"])
def test_a_batch_keeps_order_doubles_and_unknown_keys(in_memory: Comparison, held: Data, keys: str) -> None:
    written = keys.replace("{0}", held.person).replace("{1}", held.unknown).replace("{2}", held.other)
    declared = f'query($k: IdentityNumber! = "{held.other}") ' if "$k" in keys else ""
    found = ask(in_memory, f"{declared}{{ persons(idNumbers: {written}) {{ idNumber }} }}")["persons"]
    wanted = [part.strip(' []"') for part in written.replace("$k", held.other).split(",")]
    assert found == [None if key == held.unknown else {"idNumber": key} for key in wanted if key]


@pytest.mark.parametrize("given", [{}, {"p": None}, {"p": "1"}, {"p": 1}, {"p": ["x"]}])
def test_a_required_variable_that_is_missing_or_wrong_refuses_the_request(
    in_memory: Comparison, given: dict[str, Any]
) -> None:
    text = "query($p: IdentityNumber!) { person(idNumber: $p) { name } }"
    told = case(in_memory.world.catalogue, text, given)
    with pytest.raises(AssertionError):
        in_memory.due(told)
    in_memory.product.publish(told.catalogue)
    with pytest.raises(GatewayError):
        asyncio.run(in_memory.product.answer(told.ask(), told.cases()))


# 6.4.3 Value Completion, 6.4.4 Handling Field Errors


def test_values_are_completed_by_their_type(in_memory: Comparison, held: Data) -> None:
    text = f'{{ legalEntity(creditCode: "{held.company}") {{ registeredCapital establishedOn shareholders {{ share }} }} }}'
    found = ask(in_memory, text)["legalEntity"]
    assert isinstance(found["registeredCapital"], str | None)
    assert found["establishedOn"] is None or len(found["establishedOn"]) == 10
    assert all(isinstance(each["share"], str) for each in found["shareholders"])


def test_null_ends_where_it_stands(in_memory: Comparison, held: Data) -> None:
    text = """query($u: IdentityNumber!, $p: IdentityNumber!) {
      person(idNumber: $u) { credit { code } } again: person(idNumber: $p) { name } }"""
    found = ask(in_memory, text, {"u": held.unknown, "p": held.person})
    assert found["person"] is None
    assert found["again"]["name"]


def test_a_source_that_is_down_is_an_error_with_its_path_and_the_rest_stands(in_memory: Comparison, held: Data) -> None:
    text = "query($k: [IdentityNumber!]!) { persons(idNumbers: $k) { name kept: licences { number } } }"
    keys = {"k": [held.person, held.unknown, held.other]}
    asked = case(in_memory.world.catalogue, text, keys, down={"licence": "TIMEOUT"})
    found = agree(in_memory, asked)["persons"]
    assert [each and each["kept"] for each in found] == [None, None, None]
    assert found[0]["name"]
    paths = {("persons", 0, "kept"), ("persons", 2, "kept")}
    assert in_memory.due(asked).errors == {(path, "TIMEOUT") for path in paths}


def test_a_list_of_required_rows_that_cannot_be_had_is_null_and_not_empty(in_memory: Comparison, held: Data) -> None:
    text = f'{{ person(idNumber: "{held.person}") {{ realEstateUnits {{ unitCode }} }} }}'
    assert ask(in_memory, text) == {"person": {"realEstateUnits": None}}


def test_a_withheld_item_is_null_beside_those_that_are_not(in_memory: Comparison, held: Data) -> None:
    catalogue = changed(in_memory.world.catalogue, {"Person.name": BY_GRANT})
    text = f'{{ person(idNumber: "{held.person}") {{ name sex }} }}'
    assert agree(in_memory, case(catalogue, text))["person"]["name"] is None
    right = grant(catalogue, ["Person.name"])
    assert agree(in_memory, case(catalogue, text, grants=(right,)))["person"]["name"]


def test_a_plan_serves_other_values_of_the_same_document(in_memory: Comparison, held: Data) -> None:
    text = """query($p: IdentityNumber!, $o: [LicenceOrderBy!], $w: LicenceWhere) {
      person(idNumber: $p) { licences(orderBy: $o, where: $w) { number } } }"""
    product = in_memory.product
    catalogue = in_memory.world.catalogue
    orders = [[{"item": "number", "direction": way}] for way in ("ASC", "DESC")]
    wheres: list[Any] = [None, {"validUntil": {"isNull": True}}, {"validUntil": {"isNull": False}}]
    product.publish(catalogue)
    answers = set()
    for order in orders:
        for where in wheres:
            asked = case(catalogue, text, {"p": held.person, "o": order, "w": where})
            answer = asyncio.run(product.answer(asked.ask(), asked.cases()))
            assert answer.data == orjson.dumps(in_memory.due(asked).data)
            answers.add(answer.data)
    assert len(answers) > 2
