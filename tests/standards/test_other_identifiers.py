"""Credit codes, licence identifiers, parcel and unit codes, catalogue codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards import catalogue_code, credit_code, licence_identifier, parcel_code, unit_code
from standards.faults import IdentifierFault, Part

CREDIT_CODES = (
    "91110000600037341L",
    "91350100M000100Y43",
    "11100000000013338W",
    "11110000000021135M",
    "11430000006122244L",
)
LICENCES = (
    "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U",
    "1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F",
    "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9",
)
WRONG_LICENCE = "1.2.156.3005.2.11100000000013661B006.113700000045046442.209FA4E88F9E4C878F3E9BED2CE7EA49.001.M"

credit_codes = st.text(st.sampled_from(credit_code.ALPHABET), min_size=17, max_size=17).map(
    lambda first17: credit_code.compose(first17[:2], first17[2:8], first17[8:])
)
plain = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
licences = st.builds(
    licence_identifier.compose,
    st.tuples(credit_codes, st.integers(0, 999)).map(lambda pair: f"{pair[0]}{pair[1]:03d}"),
    st.text(st.sampled_from(plain), min_size=1, max_size=20),
    st.text(st.sampled_from(plain), min_size=1, max_size=34),
    st.integers(1, 999),
)


def accepts(parse: object, text: str) -> bool:
    try:
        return bool(parse(text) == text)  # type: ignore[operator]
    except IdentifierFault:
        return False


@pytest.mark.parametrize("code", CREDIT_CODES)
def test_credit_code_vectors(code: str) -> None:
    assert credit_code.parse(code.lower()) == code
    assert credit_code.conforms(code)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("91110000600037341", Part.LENGTH),
        ("9111000060003734IL", Part.ALPHABET),
        ("91110000600037341M", Part.CHECK_DIGIT),
    ],
)
def test_a_credit_code_says_which_part_fails(text: str, part: Part) -> None:
    with pytest.raises(IdentifierFault) as raised:
        credit_code.parse(text)
    assert (raised.value.code, raised.value.part) == ("CREDIT_CODE_INVALID", part)
    assert text not in str(raised.value)
    assert not credit_code.conforms(text)


@given(credit_codes)
def test_a_composed_credit_code_conforms(code: str) -> None:
    assert credit_code.conforms(code)
    assert credit_code.parse(code) == code


@given(credit_codes, st.integers(0, 17), st.sampled_from(plain))
def test_one_changed_character_of_a_credit_code_never_conforms(code: str, place: int, character: str) -> None:
    changed = code[:place] + character + code[place + 1 :]
    assert credit_code.conforms(changed) == (changed == code)


@given(st.text() | st.text(st.sampled_from(plain), min_size=18, max_size=18))
def test_the_fast_credit_code_test_agrees_with_the_strict_one(text: str) -> None:
    assert credit_code.conforms(text) == accepts(credit_code.parse, text)


@pytest.mark.parametrize("identifier", LICENCES)
def test_licence_vectors(identifier: str) -> None:
    assert licence_identifier.parse(identifier) == identifier
    assert licence_identifier.conforms(identifier)
    kind, issuer, serial, version, _ = identifier.removeprefix(licence_identifier.PREFIX).split(".")
    assert licence_identifier.compose(kind, issuer, serial, int(version)) == identifier
    assert licence_identifier.type_code(identifier) == kind


def test_the_wrong_licence_vector_computes_another_check() -> None:
    assert not licence_identifier.conforms(WRONG_LICENCE)
    payload = WRONG_LICENCE.removeprefix(licence_identifier.PREFIX).rsplit(".", 1)[0].replace(".", "")
    assert licence_identifier.check_digit(payload) == "D"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("1.2.156.3005.3.11100000000013338W011.A.1.001.U", Part.PREFIX),
        ("1.2.156.3005.2.11100000000013338W011.A.1.001", Part.LENGTH),
        ("1.2.156.3005.2.11100000000013338W01X.A.1.001.U", Part.TYPE),
        ("1.2.156.3005.2.11100000000013338W011..1.001.U", Part.ISSUER),
        ("1.2.156.3005.2.11100000000013338W011.A..001.U", Part.SERIAL),
        ("1.2.156.3005.2.11100000000013338W011.A.1-2.001.U", Part.SERIAL),
        ("1.2.156.3005.2.11100000000013338W011.A.1.01.U", Part.VERSION),
        (WRONG_LICENCE, Part.CHECK_DIGIT),
    ],
)
def test_a_licence_identifier_says_which_part_fails(text: str, part: Part) -> None:
    with pytest.raises(IdentifierFault) as raised:
        licence_identifier.parse(text)
    assert raised.value.part is part
    assert text not in str(raised.value)
    assert not licence_identifier.conforms(text)


@given(licences)
def test_a_composed_licence_identifier_conforms(identifier: str) -> None:
    assert licence_identifier.conforms(identifier)
    assert licence_identifier.parse(identifier) == identifier


@given(licences, st.data())
def test_one_changed_symbol_of_a_licence_identifier_never_conforms(identifier: str, data: st.DataObject) -> None:
    places = [place for place in range(len(licence_identifier.PREFIX), len(identifier)) if identifier[place] != "."]
    place = data.draw(st.sampled_from(places))
    changed = identifier[:place] + data.draw(st.sampled_from(plain)) + identifier[place + 1 :]
    assert licence_identifier.conforms(changed) == (changed == identifier)


@given(licences, st.data())
def test_the_fast_licence_test_agrees_with_the_strict_one(identifier: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(identifier)))
    until = data.draw(st.integers(place, min(place + 3, len(identifier))))
    text = identifier[:place] + data.draw(st.text(st.sampled_from(plain + ".aé中"), max_size=3)) + identifier[until:]
    assert licence_identifier.conforms(text) == accepts(licence_identifier.parse, text)


@pytest.mark.parametrize("foreign", ["é", "中", "\ud800"], ids=ascii)
def test_a_foreign_character_in_a_licence_identifier_is_told_even_one_that_no_encoding_has(foreign: str) -> None:
    for place in range(len(licence_identifier.PREFIX), len(LICENCES[0])):
        text = LICENCES[0][:place] + foreign + LICENCES[0][place + 1 :]
        assert not licence_identifier.conforms(text)
        assert not accepts(licence_identifier.parse, text)


@given(st.text() | st.none() | st.integers() | st.binary())
def test_anything_else_is_no_licence_identifier(value: object) -> None:
    assert not licence_identifier.conforms(value)
    assert not parcel_code.conforms(value)
    assert not unit_code.conforms(value)


parcels = st.builds(
    parcel_code.compose,
    st.sampled_from(["320102", "320583", "321324"]),
    st.integers(0, 999),
    st.integers(0, 999),
    st.tuples(st.sampled_from(parcel_code.OWNERSHIP), st.sampled_from(parcel_code.RIGHT_KINDS)).map("".join),
    st.integers(0, 99999),
)


@given(parcels, st.integers(0, 9999), st.integers(0, 9999))
def test_composed_parcel_and_unit_codes_conform(parcel: str, building: int, unit: int) -> None:
    assert parcel_code.conforms(parcel)
    assert parcel_code.parse(parcel.lower()) == parcel
    house = unit_code.compose(parcel, "F", building, unit)
    assert unit_code.conforms(house)
    assert unit_code.conforms(unit_code.compose(parcel, "W"))
    assert unit_code.parcel_code(house) == parcel
    assert unit_code.parse(f"{house[:6]} {house[6:12]} {house[12:19]} {house[19:]}") == house


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("320102001001GB0000", Part.LENGTH),
        ("32010200A001GB00001", Part.DIVISION),
        ("320102001001QB00001", Part.FEATURE),
        ("320102001001GB0000A", Part.SEQUENCE),
    ],
)
def test_a_parcel_code_says_which_part_fails(text: str, part: Part) -> None:
    with pytest.raises(IdentifierFault) as raised:
        parcel_code.parse(text)
    assert (raised.value.code, raised.value.part) == ("PARCEL_CODE_INVALID", part)
    assert not parcel_code.conforms(text)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("320102001001GB00001", Part.LENGTH),
        ("320102001001GB00001X00000000", Part.FEATURE),
        ("320102001001GB00001W00000001", Part.SEQUENCE),
        ("320102001001GB00001F0000000A", Part.SEQUENCE),
        ("320102001001QB00001F00010001", Part.FEATURE),
    ],
)
def test_a_unit_code_says_which_part_fails(text: str, part: Part) -> None:
    with pytest.raises(IdentifierFault) as raised:
        unit_code.parse(text)
    assert (raised.value.code, raised.value.part) == ("UNIT_CODE_INVALID", part)
    assert not unit_code.conforms(text)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("307002/000015", "307002/000015"),
        ("307002000015", "307002/000015"),
        ("307002/15", "307002/000015"),
        ("30700201004/000015", "30700201004/000015"),
        ("30700201004000015", "30700201004/000015"),
        (" １０１００１／０００００１ ", "101001/000001"),
    ],
)
def test_a_catalogue_code_has_one_canonical_form(text: str, canonical: str) -> None:
    assert catalogue_code.canonical(text) == canonical


def test_a_catalogue_code_comes_apart() -> None:
    code = catalogue_code.parse("20713201/000007")
    parts = (code.class_, code.item, code.sub_item, code.detail, code.sequence, code.category)
    assert parts == ("2", "07", "132", "01", "000007", "THEME")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("30700A/000001", Part.ALPHABET),
        ("307001/000001/1", Part.ALPHABET),
        ("30700/000001", Part.LENGTH),
        ("30700000001", Part.LENGTH),
        ("407001/000001", Part.CATEGORY),
        ("307001/0000001", Part.SEQUENCE),
    ],
)
def test_a_catalogue_code_says_which_part_fails(text: str, part: Part) -> None:
    with pytest.raises(IdentifierFault) as raised:
        catalogue_code.parse(text)
    assert (raised.value.code, raised.value.part) == ("CATALOGUE_CODE_INVALID", part)


@given(st.from_regex("[123][0-9]{5,12}/[0-9]{1,6}", fullmatch=True))
def test_the_canonical_form_is_its_own_and_the_slash_is_optional(text: str) -> None:
    canonical = catalogue_code.canonical(text)
    assert catalogue_code.canonical(canonical) == canonical
    assert catalogue_code.canonical(canonical.replace("/", "")) == canonical
