"""What the scalars take, give and refuse; and variables that use them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import strawberry
from graphql import GraphQLError, GraphQLScalarType, Undefined, parse_value
from graphql.utilities import coerce_input_literal, coerce_input_value

from schema.documents import DocumentError, Documents
from schema.variables import coerce_variables
from tests.schema.secrets import BROKEN, NUMBER, OTHER

SQUARE = {"type": "Polygon", "coordinates": [[[118.7, 32.0], [118.8, 32.0], [118.8, 32.1], [118.7, 32.0]]]}
FULL_WIDTH = NUMBER.translate(str.maketrans("0123456789X", "０１２３４５６７８９Ｘ"))

TAKEN: list[tuple[str, Any, Any]] = [
    ("IdentityNumber", NUMBER, NUMBER),
    ("IdentityNumber", f" {FULL_WIDTH}　", NUMBER),
    ("IdentityNumber", "11010519491231002x", "11010519491231002X"),
    ("CreditCode", "11320000mbx000019x", "11320000MBX000019X"),
    ("DivisionCode", "３２０１００", "320100"),
    ("Date", "2024-02-29", date(2024, 2, 29)),
    ("DateTime", "2024-02-29T08:00:00Z", datetime(2024, 2, 29, 8, tzinfo=UTC)),
    ("Decimal", "12.50", Decimal("12.50")),
    ("Decimal", 7, Decimal(7)),
    ("GeoJSON", SQUARE, SQUARE),
]
REFUSED: list[tuple[str, Any, str]] = [
    ("IdentityNumber", NUMBER[:-1], "length"),
    ("IdentityNumber", BROKEN, "check_digit"),
    ("IdentityNumber", "320102199013077654", "birth_date"),
    ("IdentityNumber", "A" * 18, "alphabet"),
    ("CreditCode", "11320000MBX0000190", "check_digit"),
    ("CreditCode", "1132", "length"),
    ("CreditCode", "I" * 18, "alphabet"),
    ("DivisionCode", "3201", "length"),
    ("DivisionCode", "32010A", "alphabet"),
    ("LicenceIdentifier", "1.2.3", "prefix"),
    ("GeoJSON", {"type": "Point", "coordinates": [118, 32]}, "geometry"),
    ("GeoJSON", {"type": "Polygon", "coordinates": [[[32.0, 118.7], [32.0, 118.8], [32.1, 118.8], [32.0, 118.7]]]}, "order"),
    ("Date", "2023-02-29", ""),
    ("Date", "20240229", ""),
    ("Date", "2024-W01-1", ""),
    ("DateTime", "2024-02-29T08:00:00", ""),
    ("DateTime", "2024-02-29", ""),
    ("Decimal", "NaN", ""),
    ("Decimal", "1e999999999999999999999", ""),
    ("Decimal", "1e999999999", ""),
    ("Decimal", "-1e-999999999", ""),
    ("Decimal", True, ""),
    ("Decimal", "9" * 41, ""),
    ("GeoJSON", "{}", ""),
    ("IdentityNumber", 5, ""),
    ("Date", None, ""),
]


def scalar(schema: strawberry.Schema, name: str) -> GraphQLScalarType:
    found = schema._schema.type_map[name]
    assert isinstance(found, GraphQLScalarType)
    return found


@pytest.mark.parametrize(("name", "given", "kept"), TAKEN)
def test_taken_and_normalised(name: str, given: Any, kept: Any, small_schema: strawberry.Schema) -> None:
    type_ = scalar(small_schema, name)
    assert type_.parse_value(given) == kept
    assert coerce_input_value(given, type_) == kept
    if isinstance(given, str | int):
        literal = f'"{given}"' if isinstance(given, str) else str(given)
        assert coerce_input_literal(parse_value(literal), type_) == kept


@pytest.mark.parametrize(("name", "given", "part"), REFUSED)
def test_refused_with_the_part_that_fails(name: str, given: Any, part: str, small_schema: strawberry.Schema) -> None:
    type_ = scalar(small_schema, name)
    with pytest.raises(GraphQLError) as caught:
        type_.parse_value(given)
    assert (caught.value.extensions or {}).get("part", "") == part
    assert (caught.value.extensions or {})["messageZh"]
    if isinstance(given, str) and len(given) > 6:
        assert given not in caught.value.message
        assert coerce_input_literal(parse_value(f'"{given}"'), type_) is Undefined


@pytest.mark.parametrize(
    "name", ["Date", "DateTime", "IdentityNumber", "CreditCode", "DivisionCode", "LicenceIdentifier", "GeoJSON", "Decimal"]
)
def test_output_refuses_nothing(name: str, small_schema: strawberry.Schema) -> None:
    type_ = scalar(small_schema, name)
    for held in ("1900-00-00", "?", 5, None, {"type": "Point"}):
        assert type_.serialize(held) == held
    assert scalar(small_schema, "Date").serialize(date(2024, 2, 29)) == "2024-02-29"
    assert scalar(small_schema, "Decimal").serialize(Decimal("12.50")) == "12.50"


def test_official_specifications_are_named(small_schema: strawberry.Schema) -> None:
    named = {name: scalar(small_schema, name).specified_by_url for name in ("Date", "DateTime", "GeoJSON")}
    assert all(url and url.startswith("https://") for url in named.values())


def coerced(documents: Documents, head: str, body: str, raw: dict[str, Any] | None) -> dict[str, Any]:
    prepared, lifted = documents.prepare(f"query({head}) {{ {body} }}", None, introspection=True)
    return coerce_variables(prepared, raw, lifted)


def test_variables(documents: Documents) -> None:
    body = "human(idNumber: $n) { name }"
    assert coerced(documents, "$n: IdentityNumber!", body, {"n": NUMBER.lower(), "more": 1}) == {"n": NUMBER}
    batch = "humans(idNumbers: $n) { name }"
    assert coerced(documents, "$n: [IdentityNumber!]!", batch, {"n": [NUMBER, OTHER]}) == {"n": [NUMBER, OTHER]}
    assert coerced(documents, "$n: [IdentityNumber!]!", batch, {"n": NUMBER}) == {"n": [NUMBER]}
    near = "papersNear(latitude: $y, longitude: $y, first: $f) { code }"
    assert coerced(documents, "$y: Float!, $f: Int", near, {"y": 32}) == {"y": 32.0}
    assert coerced(documents, "$y: Float!, $f: Int = 3", near, {"y": 32.5})["f"] == 3
    assert coerced(documents, "$y: Float!, $f: Int = 3", near, {"y": 32.5, "f": None})["f"] is None


@pytest.mark.parametrize(
    ("head", "raw", "said"),
    [
        ("$n: IdentityNumber!", None, "'$n' of required type 'IdentityNumber!' was not provided"),
        ("$n: IdentityNumber!", {}, "was not provided"),
        ("$n: IdentityNumber!", {"n": None}, "not to be None"),
        ("$n: IdentityNumber!", {"n": BROKEN}, "the check digit of the identity number does not fit"),
        ("$n: IdentityNumber!", {"n": [NUMBER]}, "written as a string"),
        ("$n: IdentityNumber!", {"n": 12}, "written as a string"),
    ],
)
def test_refused_variables(head: str, raw: dict[str, Any] | None, said: str, documents: Documents) -> None:
    with pytest.raises(DocumentError) as caught:
        coerced(documents, head, "human(idNumber: $n) { name }", raw)
    assert caught.value.code.name == "VARIABLE_INVALID"
    assert said in str(caught.value.errors[0]["message"])


def test_each_faulty_variable_has_an_entry_with_its_path(documents: Documents) -> None:
    with pytest.raises(DocumentError) as caught:
        coerced(
            documents,
            "$n: [IdentityNumber!]!, $w: PaperWhere",
            "humans(idNumbers: $n) { papers(where: $w) { code } }",
            {"n": [NUMBER, BROKEN, None], "w": {"issuedOn": {"gte": "soon"}}},
        )
    messages = [str(entry["message"]) for entry in caught.value.errors]
    assert len(messages) == 3
    assert "[1]" in messages[0]
    assert "[2]" in messages[1]
    assert ".issuedOn.gte" in messages[2]


def test_a_deeply_nested_variable_is_refused(documents: Documents) -> None:
    where: dict[str, Any] = {}
    for _ in range(3_000):
        where = {"not": where}
    with pytest.raises(DocumentError, match="nested too deeply"):
        coerced(documents, "$w: PaperWhere", f'human(idNumber: "{NUMBER}") {{ papers(where: $w) {{ code }} }}', {"w": where})


def test_a_variable_inside_a_written_polygon_is_refused(documents: Documents) -> None:
    with pytest.raises(DocumentError, match="put the whole value into a variable"):
        coerced(
            documents,
            "$x: Float!",
            'papersWithin(polygon: {type: "Polygon", coordinates: [[[$x, 32]]]}) { code } '
            "papersNear(latitude: $x, longitude: 1) { code }",
            {"x": 118},
        )
