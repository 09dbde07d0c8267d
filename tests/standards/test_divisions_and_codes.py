"""Divisions of Jiangsu in force and abolished, and the code lists."""

from collections import Counter
from datetime import date

import pytest

from standards import codes
from standards.divisions import (
    DIVISIONS,
    EARLIER,
    IN_FORCE,
    children,
    contains,
    current_successors,
    in_force,
    subtree_prefix,
)


def test_the_divisions_in_force() -> None:
    assert Counter(division.level for division in IN_FORCE.values()) == {"PROVINCE": 1, "CITY": 13, "COUNTY": 95}
    endings = Counter(division.name[-1] for division in IN_FORCE.values() if division.level == "COUNTY")
    assert endings == {"区": 55, "市": 21, "县": 19}
    assert "".join(IN_FORCE[f"32{number:02d}00"].name[:-1] for number in range(1, 14)) == (
        "南京无锡徐州常州苏州南通连云港淮安盐城扬州镇江泰州宿迁"
    )


# County-level units at the end of a year, as the provincial department of civil affairs counted them (2014: 99).
@pytest.mark.parametrize(("year", "count"), [(2008, 106), (2014, 99), (2016, 96), (2020, 95), (2025, 95)])
def test_the_table_as_of_a_year(year: int, count: int) -> None:
    day = date(year, 12, 31)
    found = [division for code in DIVISIONS if (division := in_force(code, day)) and division.level == "COUNTY"]
    assert len(found) == count
    assert len({(division.parent, division.name) for division in found}) == count


@pytest.mark.parametrize(
    ("code", "name", "year", "successors"),
    [
        ("320602", "崇川区", 2020, ("320613",)),
        ("320611", "港闸区", 2020, ("320613",)),
        ("320684", "海门市", 2020, ("320614",)),
        ("320683", "通州市", 2009, ("320612",)),
        ("320125", "高淳县", 2013, ("320118",)),
        ("320124", "溧水县", 2013, ("320117",)),
        ("320103", "白下区", 2013, ("320104",)),
        ("320107", "下关区", 2013, ("320106",)),
        ("320323", "铜山县", 2010, ("320312",)),
        ("320584", "吴江市", 2012, ("320509",)),
        ("320503", "平江区", 2012, ("320508",)),
        ("321088", "江都市", 2011, ("321012",)),
        ("321011", "维扬区", 2011, ("321003",)),
        ("321284", "姜堰市", 2012, ("321204",)),
        ("320482", "金坛市", 2015, ("320413",)),
        ("320405", "戚墅堰区", 2015, ("320412",)),
        ("320721", "赣榆县", 2014, ("320707",)),
        ("320705", "新浦区", 2014, ("320706",)),
        ("320829", "洪泽县", 2016, ("320813",)),
        ("320811", "清浦区", 2016, ("320812",)),
        ("320982", "大丰市", 2015, ("320904",)),
        ("320203", "南长区", 2015, ("320213",)),
        ("320621", "海安县", 2018, ("320685",)),
    ],
)
def test_abolished_divisions(code: str, name: str, year: int, successors: tuple[str, ...]) -> None:
    division = DIVISIONS[code]
    assert division.valid_until is not None
    assert (division.name, division.valid_until.year, division.successors) == (name, year, successors)
    assert current_successors(code) == successors
    assert in_force(code, date(2026, 1, 1)) is None


def test_history_has_no_gap() -> None:
    everything = [*DIVISIONS.values(), *(division for group in EARLIER.values() for division in group)]
    for division in everything:
        if division.valid_until is None:
            assert division.successors == ()
            continue
        assert division.valid_from < division.valid_until
        assert division.successors, division
        for successor in division.successors:
            assert in_force(successor, division.valid_until) is not None, division
    for code in DIVISIONS:
        assert all(successor in IN_FORCE for successor in current_successors(code))


def test_a_code_under_two_names() -> None:
    earlier, later = in_force("320803", date(2010, 1, 1)), in_force("320803", date(2020, 1, 1))
    assert earlier is not None
    assert later is not None
    assert (earlier.name, later.name) == ("楚州区", "淮安区")
    assert in_force("320803", date(1990, 1, 1)) is None


def test_parents_and_children() -> None:
    today = date(2026, 1, 1)
    for division in IN_FORCE.values():
        assert division.parent is None if division.level == "PROVINCE" else division.parent in IN_FORCE
    assert len(children("320000", today)) == 13
    assert [child.name for child in children("321100", today)] == [
        "京口区",
        "润州区",
        "丹徒区",
        "丹阳市",
        "扬中市",
        "句容市",
    ]


def test_subtrees() -> None:
    assert [subtree_prefix(code) for code in ("320000", "320100", "320102")] == ["32", "3201", "320102"]
    assert contains("320000", "320102")
    assert contains("320100", "320102")
    assert contains("320102", "320102")
    assert not contains("320102", "320100")
    assert not contains("320200", "320102")


def test_code_lists() -> None:
    assert codes.SEX == {"0": "UNKNOWN", "1": "MALE", "2": "FEMALE", "9": "UNSPECIFIED"}
    assert sorted(codes.MARITAL_STATUS) == ["10", "20", "21", "22", "23", "30", "40", "90"]
    assert sorted(codes.ETHNIC_GROUPS) == [*(f"{number:02d}" for number in range(1, 57)), "97", "98"]
    assert len(set(codes.ETHNIC_GROUPS.values())) == 58
    assert set(codes.VITAL_STATUS.values()) == set(codes.VITAL_STATUS_NAMES)
    assert codes.entity_type("91110000600037341L") == "企业"
    assert codes.RELATION_TO_HEAD["02"] == "户主"
    assert codes.EDUCATION["21"] == "大学本科毕业"
