"""Parsing, validation, the cache, and what errors must not say."""

import json
from typing import Any

import pytest
import strawberry
from graphql import FieldNode, get_introspection_query, parse, print_ast, validate, visit
from graphql.language import Visitor

from catalogue.words import is_chinese
from errors import VALIDATION_FAILED, GatewayError
from schema.documents import DocumentError, Documents
from schema.limits import Limits
from schema.variables import coerce_variables
from tests.schema.secrets import BROKEN, NUMBER, OTHER, texts_within

LOOKUP = 'query Lookup { human(idNumber: "%s") { name papers(first: %d) { code } } }'


def refused(
    documents: Documents, text: str, *, name: str | None = None, introspection: bool = True
) -> list[dict[str, object]]:
    with pytest.raises(GatewayError) as caught:
        documents.prepare(text, name, introspection)
    return list(getattr(caught.value, "errors", (caught.value.to_json(),)))


def codes(entries: list[dict[str, object]]) -> list[str]:
    return [entry["extensions"]["code"] for entry in entries]  # type: ignore[index]


def test_second_text_with_other_literals_is_a_hit(documents: Documents) -> None:
    first, values = documents.prepare(LOOKUP % (NUMBER, 3), None, introspection=False)
    second, others = documents.prepare(LOOKUP % (OTHER, 4) + "# said twice", None, introspection=False)
    assert first is second
    assert list(values.values()) == [NUMBER, 3]
    assert list(others.values()) == [OTHER, 4]


def test_document_is_lifted_valid_and_without_locations(documents: Documents) -> None:
    prepared, _ = documents.prepare(LOOKUP % (NUMBER, 3), None, introspection=False)
    assert print_ast(prepared.document) == print_ast(
        parse(
            "query Lookup($literal0: IdentityNumber!, $literal1: Int) "
            "{ human(idNumber: $literal0) { name papers(first: $literal1) { code } } }"
        )
    )
    assert validate(documents.schema, prepared.document) == []
    locations = []

    class Locate(Visitor):
        def enter(self, node: object, *_args: object) -> None:
            locations.append(node.loc)  # type: ignore[attr-defined]

    visit(prepared.document, Locate())
    assert set(locations) == {None}


KEEPSAKES = (
    """
query Whole($first: Int = 7, $code: PaperWhere = {code: {eq: "%s"}}, $unused: String = "%s") {
  paper(code: "%s") { code }  # %s
  human(idNumber: "%s") {
    name @include(if: true)
    verify(phone: "13812345678") { phone }
    papers(first: $first, where: $code, orderBy: {item: code}) { code }
    more: papers(where: {code: {in: ["%s", """
    '"""%s"""'
    """]}}) { code }
  }
  papersWithin(
    polygon: {type: "Polygon", coordinates: [[[118.71, 32.01], [118.72, 32.01], [118.72, 32.03], [118.71, 32.01]]]}
  ) { kind }
  ...F
}
fragment F on Query { twin: paper(code: "%s") { code } twin: paper(code: "%s") { kind } __typename @skip(if: $skip) }
"""
)


def test_no_literal_is_remembered(small_schema: strawberry.Schema) -> None:
    documents = Documents(small_schema, Limits(), 10)
    documents.prepare(LOOKUP % (NUMBER, 3), None, introspection=True)
    text = KEEPSAKES.replace('$unused: String = "%s"', "$skip: Boolean = false").replace("%s", NUMBER)
    prepared, values = documents.prepare(text, None, introspection=True)
    assert prepared is documents.prepare(text.replace(NUMBER, OTHER), None, introspection=True)[0]
    assert len([value for value in values.values() if NUMBER in str(value)]) == 7
    held = "\n".join(texts_within(documents._held))
    assert "papersWithin" in held
    for secret in (NUMBER, OTHER, "13812345678", "118.71"):
        assert secret not in held


def test_hash_is_that_of_the_lifted_document(documents: Documents) -> None:
    first, _ = documents.prepare(LOOKUP % (NUMBER, 3), None, introspection=True)
    again, _ = Documents(documents.schema._strawberry_schema, Limits(), 1).prepare(  # type: ignore[attr-defined]
        LOOKUP % (OTHER, 9) + "\n\n# other", None, introspection=True
    )
    other, _ = documents.prepare(
        "query Lookup($n: IdentityNumber!) { human(idNumber: $n) { name } }", None, introspection=True
    )
    assert first.hash == again.hash != other.hash
    assert len(first.hash) == 32


def test_names_with_digits_are_no_literals(documents: Documents) -> None:
    prepared, values = documents.prepare(
        '{ a1: paper(code: "x") { c2: code } a2: paper(code: "y") { c2: code } }', None, True
    )
    assert list(values.values()) == ["x", "y"]
    assert [
        node.alias.value
        for node in prepared.operation.selection_set.selections
        if isinstance(node, FieldNode) and node.alias
    ] == ["a1", "a2"]


def test_generated_names_give_way(documents: Documents) -> None:
    prepared, values = documents.prepare(
        'query($literal0: String!) { a: paper(code: $literal0) { code } b: paper(code: "y") { code } }', None, True
    )
    assert coerce_variables(prepared, {"literal0": "x"}, values) == {"literal0": "x", "literal_0": "y"}


def test_refused_on_a_hit_reads_as_on_a_miss(documents: Documents) -> None:
    """The slow way gives graphql-core's own error, with the location in this text."""
    documents.prepare(LOOKUP % (NUMBER, 3), None, introspection=True)
    text = "\n\n" + LOOKUP % (BROKEN, 3)
    fresh = Documents(documents.schema._strawberry_schema, Limits(), 1)  # type: ignore[attr-defined]
    warm = refused(documents, LOOKUP % (BROKEN, 3))
    assert warm == refused(fresh, LOOKUP % (BROKEN, 3))
    assert warm[0]["locations"] == [{"line": 1, "column": 32}]
    assert refused(documents, text)[0]["locations"] == [{"line": 3, "column": 32}]
    assert warm[0]["extensions"]["part"] == "check_digit"  # type: ignore[index]


def test_failed_documents_are_not_remembered(documents: Documents) -> None:
    for text in (LOOKUP % (BROKEN, 3), "{ nothing }", "{", "{ __schema { types { name } } }"):
        refused(documents, text, introspection=False)
    assert len(documents) == 0


def test_those_unused_longest_go_first(small_schema: strawberry.Schema) -> None:
    documents = Documents(small_schema, Limits(), 2)
    one, _ = documents.prepare('{ a: paper(code: "1") { code } }', None, True)
    documents.prepare('{ b: paper(code: "1") { code } }', None, True)
    assert documents.prepare('{ a: paper(code: "2") { code } }', None, True)[0] is one
    documents.prepare('{ c: paper(code: "1") { code } }', None, True)
    assert len(documents) == 2
    assert documents.prepare('{ a: paper(code: "3") { code } }', None, True)[0] is one


SIBLINGS = (
    '{ human(idNumber: "%s") { ...F ...G } } fragment F on Human { papers(first: %s) { code } } '
    "fragment G on Human { papers(first: %s) { kind } }"
)


def test_sibling_fragments_with_one_response_key_and_other_arguments_conflict(documents: Documents) -> None:
    assert codes(refused(documents, SIBLINGS % (NUMBER, 1, 2))) == ["VALIDATION_FAILED"]


def test_the_conflict_is_found_on_a_known_skeleton_too(documents: Documents) -> None:
    """The two texts differ in literals alone, and only one of them is valid."""
    prepared, _ = documents.prepare(SIBLINGS % (NUMBER, 1, 1), None, True)
    assert codes(refused(documents, SIBLINGS % (NUMBER, 1, 2))) == ["VALIDATION_FAILED"]
    again, values = documents.prepare(SIBLINGS % (OTHER, 5, 5), None, True)
    assert again is prepared
    assert list(values.values()) == [OTHER, 5, 5]


def test_twins_spelled_otherwise_do_not_open_the_door(documents: Documents) -> None:
    text = "{ a: paper(code: %s) { code } a: paper(code: %s) { kind } }"
    documents.prepare(text % ('"A"', '"\\u0041"'), None, True)
    assert codes(refused(documents, text % ('"A"', '"\\u0042"'))) == ["VALIDATION_FAILED"]
    assert codes(refused(documents, text % ('"A"', '"B"'))) == ["VALIDATION_FAILED"]
    assert codes(refused(documents, text % ('"A"', '"""B"""'))) == ["VALIDATION_FAILED"]
    documents.prepare(text % ('"C"', '"C"'), None, True)


def test_same_key_in_two_places_may_differ(documents: Documents) -> None:
    text = (
        '{ a: human(idNumber: "%s") { papers(first: %d) { code } } b: human(idNumber: "%s") { papers(first: %d) { code } } }'
    )
    documents.prepare(text % (NUMBER, 1, OTHER, 1), None, True)
    _, values = documents.prepare(text % (NUMBER, 1, OTHER, 2), None, True)
    assert list(values.values()) == [NUMBER, 1, OTHER, 2]


def test_suggestions_only_where_introspection_is_allowed(documents: Documents) -> None:
    for text, name in (
        ("{ humam { name } }", "human"),
        ('{ paper(cod: "1") { code } }', "code"),
        ('{ paper(code: "1") { ... on Humen { name } } }', "Human"),
    ):
        told = json.dumps(refused(documents, text, introspection=True))
        hidden = json.dumps(refused(documents, text, introspection=False))
        assert "Did you mean" in told
        assert f"'{name}'" in told
        assert "Did you mean" not in hidden
        assert f"'{name}'?" not in hidden


def test_variables_suggest_nothing_either(documents: Documents) -> None:
    text = f'query($w: PaperWhere) {{ human(idNumber: "{NUMBER}") {{ papers(where: $w) {{ code }} }} }}'
    messages = {}
    for introspection in (True, False):
        prepared, values = documents.prepare(text, None, introspection)
        with pytest.raises(DocumentError) as caught:
            coerce_variables(prepared, {"w": {"issuedOm": {"eq": "2020-01-01"}}}, values)
        messages[introspection] = str(caught.value.errors)
    assert "issuedOn" in messages[True]
    assert "issuedOn" not in messages[False]


@pytest.mark.parametrize("field", ["__schema { queryType { name } }", '__type(name: "Human") { name }'])
def test_introspection_follows_the_client(field: str, documents: Documents) -> None:
    documents.prepare(f"{{ {field} }}", None, introspection=True)
    assert codes(refused(documents, f"{{ {field} }}", introspection=False)) == ["INTROSPECTION_DISABLED"]
    documents.prepare('{ __typename paper(code: "1") { __typename } }', None, introspection=False)


def test_the_usual_introspection_query_passes(documents: Documents) -> None:
    query = get_introspection_query(
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
    )
    prepared, values = documents.prepare(query, None, introspection=True)
    answer = documents.schema._strawberry_schema.execute_sync(  # type: ignore[attr-defined]
        print_ast(prepared.document), variable_values=documents.external_variables(prepared, query, None)
    )
    assert answer.errors is None
    assert values == {}


def test_operations_are_chosen_by_name(documents: Documents) -> None:
    text = 'query A { a: paper(code: "1") { code } } query B { b: paper(code: "2") { ...F } } fragment F on Paper { kind }'
    prepared, values = documents.prepare(text, "B", True)
    assert [one.kind for one in prepared.document.definitions] == ["operation_definition", "fragment_definition"]
    assert list(values.values()) == ["2"]
    assert documents.prepare(text, "A", True)[0].fragments == {}
    assert codes(refused(documents, text)) == ["OPERATION_UNKNOWN"]
    assert codes(refused(documents, text, name="C")) == ["OPERATION_UNKNOWN"]
    assert codes(refused(documents, "fragment F on Paper { kind }")) == ["OPERATION_UNKNOWN"]


def test_literals_of_other_operations_must_fit_all_the_same(documents: Documents) -> None:
    text = 'query A { paper(code: "1") { code } } query B { human(idNumber: "%s") { name } }'
    documents.prepare(text % NUMBER, "A", True)
    assert codes(refused(documents, text % BROKEN, name="A")) == ["VALIDATION_FAILED"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "query {",
        '{ paper(code: "1) { code } }',
        '{ paper(code: "\\q") { code } }',
        "{ a \0 }",
        '{ paper(code: """1) { code } }',
        "{ papersNear(latitude: 01, longitude: 1) { code } }",
    ],
)
def test_syntax_errors(text: str, documents: Documents) -> None:
    assert codes(refused(documents, text)) == ["SYNTAX_ERROR"]


def test_several_faults_are_several_entries(documents: Documents) -> None:
    entries = refused(documents, "{ nothing paper(cod: 1) { nil } }")
    assert codes(entries) == ["VALIDATION_FAILED"] * len(entries)
    assert len(entries) >= 3
    assert all(entry["locations"] for entry in entries)


@pytest.mark.parametrize(
    "template",
    [
        '{ human(idNumber: "%s") { nothing } }',
        "{ human(idNumber: %s) { name } }",
        '{ human(idNumber "%s") { name } }',
        '{ human("%s") { name } }',
        "{ human(%s) { name } }",
        '{ human(idNumber: ["%s"]) { name } }',
        '{ human(idNumber: {a: "%s"}) { name } }',
        "{ paper(code: %s) { code } }",
        "{ humans(idNumbers: [%s]) { name } }",
        '{ human(idNumber: "%s" { name } }',
        '{ paper(code: {x: "%s"}) { code } }',
        'query($n: Int = "%s") { papersNear(latitude: 1, longitude: 1, first: $n) { code } }',
        '{ papersNear(latitude: "%s", longitude: 1) { code } }',
        '{ human(idNumber: """%s""", x: 1) { name } }',
        "{ human(idNumber: _%s) { name } }",
        "{ n%s: nothing }",
        "query Q%s { nothing }",
        "{ p(n%s: 1) }",
        "query($n%s: Int) { nothing }",
        "{ ...F%s }",
        '{ human(idNumber: "%s\\q") { name } }',
        '{ human(idNumber: "%s\n") { name } }',
        '{ human(idNumber: "x") @include(if: "%s") { name } }',
        '{ papersWithin(polygon: {type: "%s"}) { code } }',
    ],
)
def test_no_error_echoes_a_number(template: str, documents: Documents) -> None:
    for number in (NUMBER, BROKEN, NUMBER[:17], "13812345678"):
        for introspection in (True, False):
            try:
                documents.prepare(template % number, None, introspection)
            except GatewayError as error:
                shown = json.dumps(getattr(error, "errors", error.to_json())) + str(error) + repr(error.args)
                assert number[:17] not in shown
                continue
            assert template % number == f'{{ human(idNumber: """{number}""", x: 1) {{ name }} }}'


@pytest.mark.parametrize("value", [BROKEN, int(NUMBER[:17]), [NUMBER], {"a": NUMBER}, "张三"])
@pytest.mark.parametrize(
    "type_", ["IdentityNumber", "Int", "Float", "Boolean", "Sex", "PaperWhere", "[PaperOrderBy!]", "Date", "GeoJSON"]
)
def test_no_variable_error_echoes_a_value(value: object, type_: str, documents: Documents) -> None:
    schema = documents.schema
    uses = {
        "Int": "papersNear(latitude: 1, longitude: 1, first: $v)",
        "Float": "papersNear(latitude: $v, longitude: 1)",
        "IdentityNumber": "human(idNumber: $v)",
        "GeoJSON": "papersWithin(polygon: $v)",
    }
    text = (
        f"query($v: {type_}!) {{ {uses[type_]} {{ __typename }} }}"
        if type_ in uses
        else (
            f'query($v: {type_}!) {{ human(idNumber: "{NUMBER}") '
            f"{{ papers({'where' if 'Where' in type_ else 'orderBy'}: $v) {{ code }} }} }}"
        )
    )
    if type_ in ("Boolean", "Sex", "Date"):
        text = f'query($v: {type_}!) {{ human(idNumber: "{NUMBER}") {{ verify(born: $v) {{ born }} }} }}'
        if type_ != "Date":
            assert codes(refused(documents, text)) == ["VALIDATION_FAILED"]
            return
    prepared, lifted = Documents(schema._strawberry_schema, Limits(), 5).prepare(text, None, True)  # type: ignore[attr-defined]
    with pytest.raises(DocumentError) as caught:
        coerce_variables(prepared, {"v": value}, lifted)
    shown = json.dumps(caught.value.errors, ensure_ascii=False)
    assert codes(list(caught.value.errors))[0] == "VARIABLE_INVALID"
    assert all(is_chinese(entry["extensions"]["hintZh"]) for entry in caught.value.errors)  # type: ignore[index]
    assert NUMBER[:17] not in shown
    assert "张三" not in shown


def test_every_entry_says_what_to_do_and_a_value_what_is_wrong_with_it(documents: Documents) -> None:
    told: list[Any] = refused(documents, f'{{ human(idNumber: "{BROKEN}") {{ nme }} }}')
    by_fault = {entry["extensions"].get("fault", ""): entry["extensions"] for entry in told}
    assert (by_fault[""]["hint"], by_fault[""]["hintZh"]) == (VALIDATION_FAILED.hint, VALIDATION_FAILED.hint_zh)
    broken = by_fault["IDENTITY_NUMBER_INVALID"]
    assert (broken["part"], broken["messageZh"]) == ("check_digit", "公民身份号码校验码不符")
    assert broken["hintZh"] == "请对照证件或者登记簿，核对后重新填写。"


def test_schema_directives_are_not_for_operations(documents: Documents) -> None:
    entries = refused(
        documents, '{ paper(code: "1") { code @sharing(code: "x", type: UNCONDITIONAL, kind: BASE, provider: "p") } }'
    )
    assert codes(entries) == ["VALIDATION_FAILED"]
    for renamed in ("@share", "@skipIf(if: true)", "@include__(if: true)", "@defer"):
        assert "VALIDATION_FAILED" in codes(refused(documents, f'{{ paper(code: "1") {{ code {renamed} }} }}'))


@pytest.mark.parametrize("text", ['query p%s { human(idNumber: "1") { name } }', '{ p%s: human(idNumber: "1") { name } }'])
def test_an_identity_number_in_a_name_is_refused_and_not_remembered(documents: Documents, text: str) -> None:
    number = NUMBER[:17]
    entries = refused(documents, text % number)
    assert codes(entries) == ["VALIDATION_FAILED"]
    assert number not in json.dumps(entries)
    assert len(documents) == 0


@pytest.mark.parametrize(
    ("declared", "used"),
    [
        (f'IdentityNumber = "{NUMBER}"', "human(idNumber: $v) { name }"),
        (f'[IdentityNumber!] = ["{NUMBER}"]', "humans(idNumbers: $v) { name }"),
        (f'IdentityNumber = "{NUMBER}"', "humans(idNumbers: [$v]) { name }"),
        ("Float = 1.0", "papersNear(latitude: $v, longitude: 1) { code }"),
        ("Float", "papersNear(latitude: 1, longitude: 1, radiusMetres: $v) { code }"),
        ("Boolean = true", f'human(idNumber: "{NUMBER}") {{ name @include(if: $v) }}'),
        ("Boolean = true", f'human(idNumber: "{NUMBER}") {{ ...F }} }} fragment F on Human {{ name @skip(if: $v)'),
    ],
)
def test_a_default_lets_no_null_pass(documents: Documents, declared: str, used: str) -> None:
    """GraphQL specification, §6.4.1: what stands where null does not is refused when it is null, default or not."""
    prepared, lifted = documents.prepare(f"query($v: {declared}) {{ {used} }}", None, introspection=False)
    assert coerce_variables(prepared, {}, lifted)
    with pytest.raises(DocumentError) as caught:
        coerce_variables(prepared, {"v": None}, lifted)
    assert caught.value.code.name == "VARIABLE_INVALID"
    assert "is null" in caught.value.message


def test_null_passes_where_it_may(documents: Documents) -> None:
    text = f'query($n: Int = 3) {{ human(idNumber: "{NUMBER}") {{ papers(first: $n) {{ code }} }} }}'
    prepared, lifted = documents.prepare(text, None, introspection=False)
    assert coerce_variables(prepared, {"n": None}, lifted)["n"] is None


def test_fields_that_stand_again_and_again_are_not_compared_for_long(documents: Documents) -> None:
    text = f'{{ human(idNumber: "{NUMBER}") {{ %s }} }}'
    documents.prepare(text % ("papers { code } " * 50), None, introspection=False)
    entries = refused(documents, text % ("papers { code } " * 400))
    assert codes(entries) == ["VALIDATION_FAILED"]
    assert "aborted" in str(entries[0]["message"])
    assert len(documents) == 1
