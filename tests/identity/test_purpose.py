import http_sf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.model import ProviderCode, Use
from errors import GatewayError
from resolvers.purpose import MAX_HEADER_CHARACTERS, parse_purpose
from sharing.consumer import Purpose
from standards import credit_code

DEPARTMENT = ProviderCode(credit_code.compose("11", "320000", "014000123"))
PLAIN = 'matter="M-01", use=administrative-basis, handler="0012"'


def code(header: str | None, extension: object = None) -> tuple[str, GatewayError]:
    with pytest.raises(GatewayError) as caught:
        parse_purpose(header, extension)
    return caught.value.code.name, caught.value


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (PLAIN, Purpose("M-01", Use.ADMINISTRATIVE_BASIS, "0012")),
        ('handler="0012",matter="M-01" ,\tuse=work-reference', Purpose("M-01", Use.WORK_REFERENCE, "0012")),
        (
            f'{PLAIN}, case="C-7", acting-for="{DEPARTMENT}"',
            Purpose("M-01", Use.ADMINISTRATIVE_BASIS, "0012", "C-7", DEPARTMENT),
        ),
        (
            'matter=%"%e8%90%bd%e6%88%b7", use=data-verification, handler=%"%e7%8e%8b 7"',
            Purpose("落户", Use.DATA_VERIFICATION, "王 7"),
        ),
        (r'matter="a\"b\\c", use=business-coordination, handler="h"', Purpose('a"b\\c', Use.BUSINESS_COORDINATION, "h")),
    ],
)
def test_headers(header: str, expected: Purpose) -> None:
    assert parse_purpose(header) == expected
    assert parse_purpose(header) == expected  # from the cache


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ('use=administrative-basis, handler="1"', "matter"),
        ('matter="M", handler="1"', "use"),
        ('matter="M", use=administrative-basis', "handler"),
        ("", "matter"),
        ('matter="M", use="administrative-basis", handler="1"', "use"),
        ('matter="M", use=administrative_basis, handler="1"', "use"),
        ('matter="M", use=curiosity, handler="1"', "use"),
        ('matter="M", use, handler="1"', "use"),
        ('matter=M, use=administrative-basis, handler="1"', "matter"),
        ('matter="M", use=administrative-basis, handler=1', "handler"),
        ('matter="M";v=1, use=administrative-basis, handler="1"', "matter"),
        ('matter=("M" "N"), use=administrative-basis, handler="1"', "matter"),
        ('matter="M", matter="N", use=administrative-basis, handler="1"', "matter"),
        ('matter="", use=administrative-basis, handler="1"', "matter"),
        ('matter=" M", use=administrative-basis, handler="1"', "matter"),
        (f'matter="{"M" * 65}", use=administrative-basis, handler="1"', "matter"),
        (f'matter="M", use=administrative-basis, handler="{"1" * 65}"', "handler"),
        (f'{PLAIN}, case="{"1" * 65}"', "case"),
        (f'{PLAIN}, acting-for="{DEPARTMENT[:-1]}"', "acting-for"),
        (f'{PLAIN}, acting-for="113200000140001230"', "acting-for"),
        ('matter=%"a%0ab", use=administrative-basis, handler="1"', "matter"),
        ('matter=%"a%00b", use=administrative-basis, handler="1"', "matter"),
        ('matter=%"%E8%90%BD", use=administrative-basis, handler="1"', "matter"),
        ('matter=%"%e8%90", use=administrative-basis, handler="1"', "matter"),
        ('matter="M', "matter"),
        (f"{PLAIN},", ""),
        (f"{PLAIN} x", ""),
        (f'{PLAIN}, note="n"', ""),
        ('Matter="M", use=administrative-basis, handler="1"', ""),
        ('matter="落户", use=administrative-basis, handler="1"', ""),
        (f"{PLAIN}{' ' * MAX_HEADER_CHARACTERS}", ""),
    ],
)
def test_wrong_headers_name_the_key(header: str, key: str) -> None:
    name, error = code(header)
    assert name == "PURPOSE_INVALID"
    assert error.extensions.get("key", "") == key
    assert error.hint
    assert ("messageZh" in error.extensions) == (key == "acting-for")


def test_errors_do_not_repeat_persons() -> None:
    _, error = code(f'matter="M", use=administrative-basis, handler="320102199001011234{"9" * 60}"')
    assert "320102" not in str(error.to_json())


@pytest.mark.parametrize("use", ["ADMINISTRATIVE_BASIS", "administrative-basis"])
def test_extension(use: str) -> None:
    extension = {"matter": "落户", "use": use, "handler": "王7", "case": "C", "actingFor": DEPARTMENT}
    assert parse_purpose(None, extension) == Purpose("落户", Use.ADMINISTRATIVE_BASIS, "王7", "C", DEPARTMENT)
    assert parse_purpose(None, {**extension, "case": None, "actingFor": None}) == Purpose(
        "落户", Use.ADMINISTRATIVE_BASIS, "王7"
    )


@pytest.mark.parametrize(
    ("extension", "key"),
    [
        ([], ""),
        ("matter", ""),
        (1, ""),
        ({}, "matter"),
        ({"matter": 1, "use": "WORK_REFERENCE", "handler": "h"}, "matter"),
        ({"matter": None, "use": "WORK_REFERENCE", "handler": "h"}, "matter"),
        ({"matter": "M", "use": "work_reference", "handler": "h"}, "use"),
        ({"matter": "M", "use": ["WORK_REFERENCE"], "handler": "h"}, "use"),
        ({"matter": "\ud800", "use": "WORK_REFERENCE", "handler": "h"}, "matter"),
        ({"matter": "M", "use": "WORK_REFERENCE", "handler": "h", "extra": "x"}, ""),
        (
            {"matter": "M", "use": "WORK_REFERENCE", "handler": "h", "actingFor": DEPARTMENT, "acting-for": DEPARTMENT},
            "acting-for",
        ),
    ],
)
def test_wrong_extensions(extension: object, key: str) -> None:
    name, error = code(None, extension)
    assert name == "PURPOSE_INVALID"
    assert error.extensions.get("key", "") == key


def test_both_places() -> None:
    same = {"matter": "M-01", "use": "ADMINISTRATIVE_BASIS", "handler": "0012"}
    assert parse_purpose(PLAIN, same) == parse_purpose(PLAIN)
    name, error = code(PLAIN, {**same, "handler": "0013", "case": "C"})
    assert name == "PURPOSE_CONFLICT"
    assert error.extensions["keys"] == ["case", "handler"]
    assert "0013" not in str(error.to_json())


def test_no_purpose() -> None:
    assert parse_purpose(None) is None


WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=64)


@given(WORDS, st.sampled_from(Use), WORDS)
def test_what_a_library_writes_is_read(matter: str, use: Use, handler: str) -> None:
    header = http_sf.ser(
        {
            "matter": http_sf.DisplayString(matter),
            "use": http_sf.Token(use.replace("_", "-")),
            "handler": http_sf.DisplayString(handler),
        }
    )
    if len(header) <= MAX_HEADER_CHARACTERS and matter.isprintable() and handler.isprintable():
        assert parse_purpose(header) == Purpose(matter, use, handler)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    name, _ = code(text)
    assert name == "PURPOSE_INVALID"
