"""Limits count what is executed: through fragments, in one pass, and never in a circle."""

import time
from dataclasses import replace

import pytest
import strawberry

from errors import GatewayError
from schema.documents import Documents, estimate_cost
from schema.limits import Limits
from schema.variables import check_cost, coerce_variables
from tests.schema.secrets import NUMBER, OTHER

LIMITS = Limits()


def refusal(documents: Documents, text: str) -> tuple[str, dict[str, object]]:
    with pytest.raises(GatewayError) as caught:
        documents.prepare(text, None, introspection=True)
    return caught.value.code.name, dict(caught.value.extensions)


def nested(depth: int) -> str:
    """A query of the given depth: `paper` is the first field, `parts` the ones between, `code` the last."""
    return '{ paper(code: "1") ' + "{ parts " * (depth - 2) + "{ code }" + " }" * (depth - 2) + " }"


def test_depth(documents: Documents) -> None:
    documents.prepare(nested(LIMITS.depth), None, introspection=True)
    assert refusal(documents, nested(LIMITS.depth + 1)) == ("TOO_DEEP", {"limit": "depth", "allowed": 12, "found": "13"})


def test_depth_through_fragments(documents: Documents) -> None:
    fragments = (
        " ".join(f"fragment F{n} on Paper {{ parts {{ ...F{n + 1} }} }}" for n in range(11))
        + " fragment F11 on Paper { code }"
    )
    assert refusal(documents, '{ paper(code: "1") { ...F0 } } ' + fragments) == (
        "TOO_DEEP",
        {"limit": "depth", "allowed": 12, "found": "13"},
    )


def test_introspection_has_a_depth_of_its_own(documents: Documents) -> None:
    text = '{ __type(name: "Human") { ' + "ofType { " * 15 + "name" + " }" * 15 + " } }"
    code, extensions = refusal(documents, text)
    assert (code, extensions["limit"], extensions["found"]) == ("TOO_DEEP", "introspection_depth", "17")


def test_aliases_are_counted_through_fragments(documents: Documents) -> None:
    """Eleven aliases in a fragment that is spread three times are thirty-three, though eleven are written."""
    written = " ".join(f"a{n}: code" for n in range(11))
    papers = " ".join(f'{key}: paper(code: "1") {{ ...F }}' for key in "xyz")
    text = f"{{ {papers} }} fragment F on Paper {{ {written} }}"
    assert refusal(documents, text) == ("TOO_MANY_ALIASES", {"limit": "aliases", "allowed": 30, "found": "36"})


def test_a_bomb_of_fragments_is_measured_in_no_time(documents: Documents) -> None:
    fragments = [f"fragment F{n} on Paper {{ ...F{n + 1} ...F{n + 1} }}" for n in range(100)] + [
        "fragment F100 on Paper { a: code }"
    ]
    before = time.perf_counter()
    assert refusal(documents, '{ paper(code: "1") { ...F0 } } ' + " ".join(fragments)) == (
        "TOO_MANY_ALIASES",
        {"limit": "aliases", "allowed": 30, "found": "more than 1000000000"},
    )
    assert time.perf_counter() - before < 1


def test_a_circle_of_fragments_is_left_to_validation(documents: Documents) -> None:
    text = '{ paper(code: "1") { ...A } } fragment A on Paper { code ...B } fragment B on Paper { kind ...A }'
    assert refusal(documents, text)[0] == "VALIDATION_FAILED"


def test_directives(documents: Documents) -> None:
    def asked(count: int) -> str:
        return '{ paper(code: "1") { ' + " ".join("... @include(if: true) { code }" for _ in range(count)) + " } }"

    documents.prepare(asked(50), None, introspection=True)
    assert refusal(documents, asked(51)) == ("TOO_MANY_DIRECTIVES", {"limit": "directives", "allowed": 50, "found": "51"})


def test_root_fields_through_fragments(documents: Documents) -> None:
    text = "{ ...F ...F ...F } fragment F on Query { " + " ".join(["__typename"] * 7) + " }"
    assert refusal(documents, text) == ("TOO_MANY_ROOT_FIELDS", {"limit": "root_fields", "allowed": 20, "found": "21"})


def test_tokens_without_comments(documents: Documents) -> None:
    head, tail = f'{{ human(idNumber: "{NUMBER}") {{ papers(where: {{count: {{in: [', "]}}) { code } } }"
    text = head + '1 # said "often"\n' * 1_972 + tail
    documents.prepare(text, None, introspection=True)  # 28 tokens stand around the list
    assert refusal(documents, text.replace("1 #", "1 1 #", 1)) == (
        "TOO_MANY_TOKENS",
        {"limit": "tokens", "allowed": 2_000, "found": "2001"},
    )


@pytest.mark.parametrize("first", [0, -1, 101, 1_000_000])
def test_first_is_bounded(first: int, documents: Documents) -> None:
    for text, raw in (
        (f"{{ papersNear(latitude: 1, longitude: 1, first: {first}) {{ code }} }}", None),
        ("query($n: Int) { papersNear(latitude: 1, longitude: 1, first: $n) { code } }", {"n": first}),
        (f"query($n: Int = {first}) {{ papersNear(latitude: 1, longitude: 1, first: $n) {{ code }} }}", {}),
    ):
        prepared, lifted = documents.prepare(text, None, introspection=True)
        with pytest.raises(
            GatewayError, match=f"`first` of `Query.papersNear` is {first}, it must be between 1 and 100"
        ) as caught:
            coerce_variables(prepared, raw, lifted)
        assert caught.value.code.name == "VARIABLE_INVALID"


def test_keys_are_bounded(documents: Documents, small_schema: strawberry.Schema) -> None:
    text = "query($n: [IdentityNumber!]!) { humans(idNumbers: $n) { name } }"
    prepared, lifted = documents.prepare(text, None, introspection=True)
    assert len(coerce_variables(prepared, {"n": [NUMBER] * 100}, lifted)["n"]) == 100  # type: ignore[arg-type]
    with pytest.raises(GatewayError) as caught:
        coerce_variables(prepared, {"n": [NUMBER] * 101}, lifted)
    assert (caught.value.code.name, caught.value.extensions["found"]) == ("TOO_MANY_KEYS", 101)
    few = Documents(small_schema, replace(LIMITS, keys=1), 1)
    assert refusal(few, f'{{ humans(idNumbers: ["{NUMBER}", "{OTHER}"]) {{ name }} }}')[0] == "TOO_MANY_KEYS"


def cost(documents: Documents, text: str, raw: dict[str, object] | None = None) -> int:
    prepared, lifted = documents.prepare(text, None, introspection=True)
    return estimate_cost(prepared, coerce_variables(prepared, raw, lifted))


def test_cost_is_rows_times_items(documents: Documents) -> None:
    one = f'idNumber: "{NUMBER}"'
    assert cost(documents, f"{{ human({one}) {{ name sex }} }}") == 3
    assert cost(documents, f"{{ human({one}) {{ papers {{ code kind }} }} }}") == 1 + 1 + 20 * 2
    assert cost(documents, f"{{ human({one}) {{ papers(first: 3) {{ code parts {{ kind }} }} }} }}") == 1 + 1 + 3 * 3
    assert cost(
        documents, f'{{ humans(idNumbers: ["{NUMBER}", "{OTHER}"]) {{ name papers(first: 5) {{ code }} }} }}'
    ) == 1 + 2 * (2 + 5)
    by_variable = "query($n: [IdentityNumber!]!, $f: Int) { humans(idNumbers: $n) { name papers(first: $f) { code } } }"
    assert cost(documents, by_variable, {"n": [NUMBER] * 10, "f": 7}) == 1 + 10 * (2 + 7)
    assert cost(documents, by_variable, {"n": [NUMBER]}) == 1 + 2 + 20
    fragment = "{ a: papersNear(latitude: 1, longitude: 1, first: 2) { ...F } ...G } fragment F on Paper { code kind } "
    assert (
        cost(documents, fragment + "fragment G on Query { b: papersNear(latitude: 1, longitude: 1) { ...F } }")
        == 1 + 2 * 2 + 1 + 20 * 2
    )


def test_cost_is_bounded(documents: Documents) -> None:
    text = (
        "query($f: Int) { papersNear(latitude: 1, longitude: 1, first: 100) "
        "{ holder { ... on Human { papers(first: $f) { code } } } } }"
    )
    prepared, lifted = documents.prepare(text, None, introspection=True)
    assert check_cost(prepared, coerce_variables(prepared, {"f": 40}, lifted)) == 4_201
    with pytest.raises(GatewayError, match="may deliver 10201 cells, the limit is 5000") as caught:
        check_cost(prepared, coerce_variables(prepared, {"f": 100}, lifted))
    assert caught.value.code.name == "TOO_COSTLY"
