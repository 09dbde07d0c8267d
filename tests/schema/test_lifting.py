"""Lifting and coercing give the same arguments as graphql-core does on the text as it was written."""

from collections.abc import Iterator, Mapping
from typing import Any

import strawberry
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
    print_ast,
    specified_rules,
    validate,
)
from graphql.execution.get_variable_signature import get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource, get_argument_values, get_variable_values
from graphql.language import Lexer, Source, TokenKind
from graphql.type import get_named_type
from graphql.validation import ValuesOfCorrectTypeRule
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schema.documents import Documents
from schema.lexical import count_tokens, lex
from schema.limits import Limits
from schema.variables import coerce_variables
from tests.schema.secrets import NUMBER, OTHER

BLANKS = st.sampled_from([" ", "\n", "\t", ",", " , ", '# a "quoted" 12 comment\n', "#'''\n", '#"""\r\n', "\r\n", "\ufeff"])
PLAIN = st.text(st.characters(exclude_characters='"\\', exclude_categories=("Cs", "Cc")), max_size=8)
ESCAPES = st.sampled_from(
    ['\\"', "\\\\", "\\/", "\\n", "\\t", "\\u0041", "\\u{1F600}", "\\uD83D\\uDE00", "\\u4E2D", "#", " # 1 ", "-1", "0x"]
)
STRINGS = st.lists(st.one_of(PLAIN, ESCAPES), max_size=4).map(lambda parts: f'"{"".join(parts)}"')
BLOCK_PARTS = st.sampled_from(["a", ' "b" ', '""x', '\\"""', "\n  c", "\n", "\\n", "\\\\ ", " # 9", "中", "\r\n d", "\\"])
BLOCKS = (
    st.lists(BLOCK_PARTS, max_size=5)
    .map("".join)
    # A quotation mark or a backslash before the closing marks would read as one of them.
    .map(lambda text: f'"""{text} """')
)
TEXTS = st.one_of(STRINGS, BLOCKS)
INTS = st.one_of(st.integers(-(2**31), 2**31 - 1).map(str), st.sampled_from(["0", "-0", "7"]))
FLOATS = st.one_of(
    INTS,
    st.floats(allow_nan=False, allow_infinity=False).map(repr).filter(lambda text: "inf" not in text),
    st.sampled_from(["1e5", "-1E-3", "0.5", "-0.0", "2.5e+2", "0e0", "12345678901234567890"]),
)
DATES = st.dates().map(lambda day: f'"{day.isoformat()}"')
IDENTITIES = st.sampled_from([NUMBER, OTHER, NUMBER.lower(), f" {OTHER} "]).map(lambda text: f'"{text}"')
FIRSTS = st.one_of(st.integers(1, 100).map(str), st.just("null"))
POLYGONS = st.tuples(st.floats(118, 119).map(repr), st.floats(32, 33).map(repr), TEXTS).map(
    lambda at: (
        f'{{type: "Polygon", name: {at[2]}, '
        f"coordinates: [[[{at[0]}, {at[1]}], [120, {at[1]}], [120.5, 34e0], [{at[0]}, {at[1]}]]]}}"
    )
)


def compared(value: st.SearchStrategy[str], *operators: str) -> st.SearchStrategy[str]:
    pairs = st.one_of(
        st.tuples(st.sampled_from(operators), value).map(lambda pair: f"{pair[0]}: {pair[1]}"),
        st.one_of(value, st.lists(value, max_size=3).map(lambda items: f"[{' '.join(items)}]")).map(
            lambda items: f"in: {items}"
        ),
        st.sampled_from(["isNull: true", "isNull:false", "eq: null"]),
    )
    return st.lists(pairs, max_size=2, unique_by=lambda pair: pair.split(":")[0]).map(lambda parts: f"{{{' '.join(parts)}}}")


CONDITIONS = st.one_of(
    compared(TEXTS, "eq").map(lambda value: f"code: {value}"),
    compared(INTS, "eq", "gte", "lte").map(lambda value: f"count: {value}"),
    compared(DATES, "eq", "gte", "lte").map(lambda value: f"issuedOn: {value}"),
)
WHERES = st.recursive(
    st.lists(CONDITIONS, max_size=2, unique_by=lambda text: text.split(":")[0]).map(lambda parts: f"{{{', '.join(parts)}}}"),
    lambda inner: st.one_of(
        inner.map(lambda one: f"{{not: {one}}}"),
        inner.map(lambda one: f"{{or: {one}}}"),
        st.lists(inner, max_size=2).map(lambda some: f"{{and: [{','.join(some)}]}}"),
    ),
    max_leaves=4,
)
ORDERS = st.sampled_from(["{item: code}", "[{item: count, direction: DESC}, {item: code}]", "[]", "null"])


@st.composite
def papers(draw: st.DrawFn, number: int, inner: str) -> str:
    arguments = draw(
        st.lists(
            st.one_of(
                FIRSTS.map(lambda value: f"first:{value}"),
                WHERES.map(lambda value: f"where: {value}"),
                ORDERS.map(lambda value: f"orderBy: {value}"),
            ),
            max_size=3,
            unique_by=lambda text: text.split(":")[0],
        )
    )
    written = f"({draw(BLANKS)}{draw(BLANKS).join(arguments)}{draw(BLANKS)})" if arguments else ""
    return f"papers{number}x2: papers{draw(BLANKS)}{written}{draw(BLANKS)}{{ code {inner} }}"


@st.composite
def roots(draw: st.DrawFn, number: int) -> str:
    alias = f"f{number}_9e1: "
    match draw(st.integers(0, 4)):
        case 0:
            inner = draw(papers(number, "...F" if draw(st.booleans()) else "kind"))
            verify = f"verify(born: {draw(DATES)}, phone: {draw(TEXTS)}) {{ born }}" if draw(st.booleans()) else ""
            return f"{alias} human(idNumber:{draw(BLANKS)}{draw(IDENTITIES)}) {{ name {inner} {verify} }}"
        case 1:
            keys = draw(st.one_of(IDENTITIES, st.lists(IDENTITIES, max_size=3).map(lambda items: f"[{','.join(items)}]")))
            return f"{alias} humans(idNumbers: {keys}) {{ name @include(if: true) }}"
        case 2:
            radius = draw(st.one_of(st.just(""), FLOATS.map(lambda value: f"radiusMetres: {value}")))
            return f"{alias} papersNear(latitude:{draw(FLOATS)}{draw(BLANKS)}longitude: {draw(FLOATS)} {radius}) {{ ...F }}"
        case 3:
            given = f"first: {draw(FIRSTS)}{draw(BLANKS)}polygon: {draw(POLYGONS)}"
            return f"{alias} papersWithin({given}) {{ ... on Paper {{ code }} }}"
        case _:
            inner = f"... on Human {{ {draw(papers(number, 'kind'))} }}"
            return f"{alias} paper(code: {draw(TEXTS)}) {{ ...F holder {{ {inner} }} }}"


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A document whose literals stand everywhere, defaults of variables included, and raw variables for it."""
    fields = [draw(roots(number)) for number in range(draw(st.integers(1, 3)))]
    fragment = f"fragment F on Paper {{ parts {{ holder {{ ... on Human {{ {draw(papers(77, ''))} }} }} }} }}"
    first, where, code = draw(FIRSTS.filter(lambda value: value != "null")), draw(WHERES), draw(TEXTS)
    head = f"query Q1($first: Int = {first}, $where: PaperWhere={where},$code: String! = {code}, $height: Float) "
    fields.append("v1: paper(code: $code) { holder { ... on Human { papers(first: $first, where: $where) { code } } } }")
    fields.append("v2: papersNear(latitude: 1, longitude: 2, radiusMetres: 3, first: $first) { code ...F }")
    fields.append(
        'v3: papersWithin(polygon: {type: "Polygon", coordinates: [[[118, 32], [119, 32], [119, 33], [118, 32]]]}) { code }'
    )
    fields.append("... @skip(if: $off) { code1: __typename }")
    head = head.replace("$height: Float", "$off: Boolean! = false")
    raw = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "first": st.one_of(st.none(), st.integers(1, 100)),
                "code": st.text(max_size=5),
                "where": st.just({"code": {"in": ["a"]}}),
            },
        )
    )
    return f"{head}{{{draw(BLANKS)}{draw(BLANKS).join(fields)} }} {draw(BLANKS)}{fragment}", raw


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(requests())
def test_same_arguments_as_graphql_core(request: tuple[str, dict[str, Any]]) -> None:
    text, raw = request
    schema = DOCUMENTS.schema
    document = parse(text)
    assert validate(schema, document) == []
    for documents in (DOCUMENTS, Documents(schema._strawberry_schema, Limits(tokens=100_000, aliases=1_000), 1)):  # type: ignore[attr-defined]
        # The second time round it is a hit on what the first remembered.
        for _ in range(2):
            prepared, lifted = documents.prepare(text, None, introspection=True)
            values = coerce_variables(prepared, raw, lifted)
            expected = list(
                arguments_of(schema, operation_of(document), fragments_of(document), wanted_values(schema, document, raw))
            )
            assert (
                list(arguments_of(schema, prepared.operation, prepared.fragments, given_values(prepared, schema, values)))
                == expected
            )
    # A default's neutral literal need not fit its type: the slot's value stands in its place.
    rules = [rule for rule in specified_rules if rule is not ValuesOfCorrectTypeRule]
    assert validate(schema, prepared.document, rules) == []
    assert '"' not in print_ast(prepared.document).replace('""', "")


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(requests())
def test_tokens_are_counted_as_graphql_core_does(request: tuple[str, dict[str, Any]]) -> None:
    text, _ = request
    lexer, found = Lexer(Source(text)), 0
    while lexer.advance().kind is not TokenKind.EOF:
        found += 1
    lexed = lex(text)
    assert lexed is not None
    assert count_tokens(lexed.skeleton) == found


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(requests())
def test_external_variables_run_the_lifted_document(request: tuple[str, dict[str, Any]]) -> None:
    text, raw = request
    schema = DOCUMENTS.schema
    prepared, _ = DOCUMENTS.prepare(text, None, introspection=True)
    again = get_variable_values(
        schema, prepared.operation.variable_definitions or (), DOCUMENTS.external_variables(prepared, text, raw)
    )
    assert isinstance(again, VariableValues)
    document = parse(text)
    expected = list(
        arguments_of(schema, operation_of(document), fragments_of(document), wanted_values(schema, document, raw))
    )
    assert list(arguments_of(schema, prepared.operation, prepared.fragments, again)) == expected


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from('{}():"\\#1-.eE aF$!\n,['), max_size=30))
def test_any_text_fits_the_cache_or_is_refused_alike(text: str) -> None:
    """What is refused cold is refused warm: a text never passes because another one with its skeleton did."""
    warm = Documents(DOCUMENTS.schema._strawberry_schema, Limits(), 50)  # type: ignore[attr-defined]
    for known in ('{ paper(code: "a") { code } }', "{ papersNear(latitude: 1, longitude: 1.5) { code } }"):
        warm.prepare(known, None, introspection=True)
        outcome: list[tuple[object, object]] = []
        for documents in (warm, Documents(DOCUMENTS.schema._strawberry_schema, Limits(), 1)):  # type: ignore[attr-defined]
            try:
                prepared, values = documents.prepare(
                    known.replace('"a"', text).replace("1.5", text), None, introspection=True
                )
                outcome.append((prepared.hash, values))
            except Exception as error:
                outcome.append((type(error), {"message": str(error)}))
        assert outcome[0] == outcome[1]


def arguments_of(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    values: VariableValues,
) -> Iterator[tuple[str, object]]:
    """Every field's arguments in order, as graphql-core would hand them to a resolver."""
    waiting: list[tuple[SelectionSetNode, Any]] = [(operation.selection_set, schema.query_type)]
    while waiting:
        node, parent = waiting.pop()
        for selection in node.selections:
            match selection:
                case FieldNode():
                    definition = schema.get_field(parent, selection.name.value)
                    assert isinstance(definition, GraphQLField)
                    key = selection.alias.value if selection.alias else selection.name.value
                    yield key, get_argument_values(definition, selection, values)
                    if selection.selection_set:
                        waiting.append((selection.selection_set, get_named_type(definition.type)))
                case InlineFragmentNode(type_condition=condition):
                    waiting.append((selection.selection_set, schema.get_type(condition.name.value) if condition else parent))
                case FragmentSpreadNode():
                    fragment = fragments[selection.name.value]
                    waiting.append((fragment.selection_set, schema.get_type(fragment.type_condition.name.value)))


def wanted_values(schema: GraphQLSchema, document: Any, raw: dict[str, Any]) -> VariableValues:
    values = get_variable_values(schema, operation_of(document).variable_definitions or (), raw)
    assert isinstance(values, VariableValues)
    return values


def given_values(prepared: Any, schema: GraphQLSchema, values: dict[str, Any]) -> VariableValues:
    sources = {}
    for node in prepared.operation.variable_definitions:
        signature: Any = get_variable_signature(schema, node)
        if signature.name in values:
            sources[signature.name] = VariableValueSource(signature, values[signature.name])
    return VariableValues(sources, values)


def operation_of(document: Any) -> OperationDefinitionNode:
    return next(one for one in document.definitions if isinstance(one, OperationDefinitionNode))


def fragments_of(document: Any) -> dict[str, FragmentDefinitionNode]:
    return {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}


def _documents() -> Documents:
    from schema.build import build_schema
    from tests.schema.sample import small

    schema: strawberry.Schema = build_schema(small())
    return Documents(schema, Limits(tokens=100_000, aliases=1_000), 50)


DOCUMENTS = _documents()
