"""Art. 16 ¶2: a check of materials names whom a matter is about, in the roles that it knows."""

from dataclasses import replace

import pytest

from catalogue.matters import AllOf, Certificate, Items, Material, Matter, Own, Role, SubjectKind
from catalogue.model import ProviderCode
from errors import SUBJECTS_INVALID, GatewayError
from sharing.subjects import Subject, check_situations, check_subjects, lacking

PERSON, COMPANY, UNIT = SubjectKind.PERSON, SubjectKind.ORGANISATION, SubjectKind.REAL_ESTATE_UNIT
MATTER = Matter(
    "M01",
    "存量房买卖",
    "transfer of an existing dwelling",
    ProviderCode("11320000MBX000043E"),
    roles={
        "buyer": Role("buyer", "买方", "buyer", (PERSON, COMPANY), 1, None),
        "spouse": Role("spouse", "配偶", "spouse", (PERSON,), 0, 1),
        "realEstateUnit": Role("realEstateUnit", "不动产单元", "unit", (UNIT,), 1, 1),
        "project": Role("project", "项目", "project", (), 1, 1),
    },
)
ANNA, BERT = Subject(PERSON, "11010519491231002X"), Subject(PERSON, "440524188001010014")
FIRM, HOME = Subject(COMPANY, "91110000600037341L"), Subject(UNIT, "320106001001GB00001F00010001")
WHOLE = {"buyer": [ANNA], "realEstateUnit": [HOME]}


def test_those_that_fit() -> None:
    check_subjects(MATTER, WHOLE)
    check_subjects(MATTER, WHOLE | {"buyer": [ANNA, BERT, FIRM], "spouse": [BERT]})


def test_who_has_not_come_yet() -> None:
    assert lacking(MATTER, {"buyer": ["a"], "realEstateUnit": ["u"]}) == ()
    assert lacking(MATTER, {"spouse": ["s"], "buyer": []}) == ("buyer", "realEstateUnit")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"seller": [ANNA]}, "no role `seller`"),
        ({"spouse": [FIRM]}, "no `creditCode`"),
        ({"spouse": [ANNA, BERT]}, "taken by 2"),
        ({"buyer": []}, "taken by 0"),
        ({"buyer": [ANNA, ANNA]}, "twice"),
        ({"project": [HOME]}, "no base register"),
    ],
    ids=["事项没有该角色", "主体类别不符", "人数过多", "缺少必需的主体", "同一主体重复", "该角色不由登记簿掌握"],
)
def test_those_that_do_not(changed: dict[str, list[Subject]], told: str) -> None:
    with pytest.raises(GatewayError) as refused:
        check_subjects(MATTER, WHOLE | changed)
    assert refused.value.code is SUBJECTS_INVALID
    assert told in refused.value.message
    assert refused.value.article == "Art. 16 ¶2"
    assert not any(one.code in refused.value.message + refused.value.hint for one in (ANNA, BERT, FIRM, HOME))


OF_SPOUSE = Certificate("spouse", ("x",))
REGISTER = Own("档案", "files")


@pytest.mark.parametrize("replaced_by", [OF_SPOUSE, Items((("spouse", "name"),)), AllOf((OF_SPOUSE, OF_SPOUSE))])
def test_a_situation_about_somebody_who_is_not_named(replaced_by: Certificate | Items | AllOf) -> None:
    """Its material would be missing from the list of all that is lacking."""
    matter = replace(MATTER, materials=(Material("consent", "同意书", "consent", ("together",), replaced_by),))
    with pytest.raises(GatewayError) as refused:
        check_situations(matter, WHOLE, ["together"])
    assert refused.value.code is SUBJECTS_INVALID
    assert "`together` calls for `consent`, and nobody takes the role `spouse`" in refused.value.message
    check_situations(matter, WHOLE, [])
    check_situations(matter, WHOLE | {"spouse": [BERT]}, ["together"])


@pytest.mark.parametrize(
    "replaced_by", [None, REGISTER, AllOf((OF_SPOUSE, REGISTER)), Items((("buyer", "name"), ("spouse", "name")))]
)
def test_a_situation_that_concerns_whoever_is_named(replaced_by: Own | AllOf | Items | None) -> None:
    matter = replace(MATTER, materials=(Material("consent", "同意书", "consent", ("together",), replaced_by),))
    check_situations(matter, WHOLE, ["together"])
