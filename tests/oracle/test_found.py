"""What the oracle has found, a case each, so that it stays found."""

from catalogue.model import Form, Rows
from sharing.decision import Asked
from tests.oracle.comparison import Comparison
from tests.oracle.law import Law
from tests.oracle.scenes import BY_GRANT, agree, case, changed, grant
from tests.oracle.world import ODD_NUMBER, PLAIN, World


def with_head(world: World) -> str:
    """A company whose representative's number is held."""
    return next(str(row["creditCode"]) for row in world.rows["LegalEntity"] if row["representativeIdNumber"])


def test_verify_answers_in_the_order_of_the_selection(in_memory: Comparison) -> None:
    world = in_memory.world
    number = world.rows["Person"][3]["idNumber"]
    text = f'{{ person(idNumber: "{number}") {{ verify(name: "某") {{ name __typename again: name }} }} }}'
    data = agree(in_memory, case(world.catalogue, text))
    assert list(data["person"]["verify"]) == ["name", "__typename", "again"]


def test_a_mask_is_not_held_against_the_standard_of_what_it_masks(in_memory: Comparison) -> None:
    world = in_memory.world
    right = grant(world.catalogue, ["LegalEntity.representativeIdNumber"], Form.MASKED)
    text = f'{{ legalEntity(creditCode: "{with_head(world)}") {{ representativeIdNumber }} }}'
    asked = case(world.catalogue, text, grants=(right,))
    assert "*" in agree(in_memory, asked)["legalEntity"]["representativeIdNumber"]
    assert {told[2] for told in in_memory.due(asked).outcomes} == {"MASKED"}


def test_a_key_stays_at_its_source_where_the_relation_is_not_open_to_the_row(in_memory: Comparison) -> None:
    world = in_memory.world
    right = grant(world.catalogue, ["LegalEntity.representative"], rows=Rows.CASE_SUBJECT)
    text = f'{{ legalEntity(creditCode: "{with_head(world)}") {{ representative {{ name }} }} }}'
    asked = case(world.catalogue, text, grants=(right,), subjects=())
    assert agree(in_memory, asked) == {"legalEntity": {"representative": None}}
    assert not [cell for seen in in_memory.product.seen() for cell in seen.row[1:] if isinstance(cell, str)]


def test_a_row_without_a_key_needs_no_source(in_memory: Comparison) -> None:
    world = in_memory.world
    units = "{ legalEntities(creditCodes: $codes) { division { name } } }"
    codes = [row["creditCode"] for row in world.rows["LegalEntity"]]
    assert any(row["divisionCode"] is None for row in world.rows["LegalEntity"])
    asked = case(world.catalogue, f"query($codes: [CreditCode!]!) {units}", {"codes": codes}, down={"geospatial": "TIMEOUT"})
    agree(in_memory, asked)


def test_rows_within_a_place_come_in_a_total_order(in_memory: Comparison) -> None:
    world = in_memory.world
    ring = [[118.4, 31.9], [118.7, 31.9], [118.7, 32.2], [118.4, 32.2], [118.4, 31.9]]
    text = "query($p: GeoJSON!) { landParcelsWithin(polygon: $p, first: 3) { parcelCode } }"
    catalogue = changed(world.catalogue, {"LandParcel.boundary": BY_GRANT})
    right = grant(catalogue, ["LandParcel.boundary"])
    found = agree(in_memory, case(catalogue, text, {"p": {"type": "Polygon", "coordinates": [ring]}}, (right,)))
    codes = [parcel["parcelCode"] for parcel in found["landParcelsWithin"]]
    assert codes == sorted(row["parcelCode"] for row in world.rows["LandParcel"])[:3]


def test_a_member_of_a_union_is_not_hidden_by_the_rule_of_another(in_memory: Comparison) -> None:
    world = in_memory.world
    catalogue = changed(world.catalogue, {"Person.idNumber": BY_GRANT})
    right = grant(catalogue, ["Person.idNumber"], rows=Rows.OWN_DIVISION)
    firms = {row["creditCode"] for row in world.rows["LegalEntity"]}
    law = Law(catalogue, case(catalogue, "", grants=(right,)).standpoint.asker())
    lost = next(
        row for row in world.rows["Licence"]
        if row["holderKind"] == "ORGANISATION" and row["holderCode"] not in firms and row["typeCode"] in PLAIN
        and not row["identifier"].endswith("?")
    )  # fmt: skip
    assert law.fixed(next(at for at in catalogue.entries if str(at) == "Person.idNumber"), Asked.ROW) is None
    text = f'{{ licence(identifier: "{lost["identifier"]}") {{ holder {{ __typename }} }} }}'
    asked = case(catalogue, text, grants=(right,))
    agree(in_memory, asked)
    told = {(each[2], each[3]) for each in in_memory.due(asked).outcomes if each[4] is not None}
    assert told == {("NONCONFORMING", "REFERENCE_WITHOUT_ROW")}


def test_a_bad_value_is_marked_also_where_it_is_the_key_that_led_there(in_memory: Comparison) -> None:
    world = in_memory.world
    code = next(row["creditCode"] for row in world.rows["LegalEntity"] if row["representativeIdNumber"] == ODD_NUMBER)
    right = grant(world.catalogue, ["LegalEntity.representative"])
    text = f'{{ legalEntity(creditCode: "{code}") {{ representative {{ idNumber }} }} }}'
    found = agree(in_memory, case(world.catalogue, text, grants=(right,)))
    assert found == {"legalEntity": {"representative": {"idNumber": ODD_NUMBER}}}
