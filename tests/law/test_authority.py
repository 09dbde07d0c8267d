"""Art. 17 ¶2: whoever acts for another in a case says on what document, and only for whom the matter lets that role act."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from catalogue.load import load_catalogue
from catalogue.load_matters import load_matters
from catalogue.matters import AllOf, AnyOf, Items, Theme
from errors import AUTHORITY_INVALID, CHECK_REQUIRED, GatewayError
from settings import ROOT
from sharing.authority import Authority, AuthorityKind, Named, acting_roles, check_authorities, check_stated, is_kin
from sharing.collection import ASKED_LAWFULLY, CollectionKind, Told, collect
from sharing.recheck import RECHECK_WITHIN, CaseWarning, checked_since, covers, warnings_of

TODAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 2, 1, tzinfo=UTC)
REGISTER = load_matters(load_catalogue(ROOT / "catalogue"))
SCHOOL = acting_roles([REGISTER.matters["M09"][-1]])
CHILD, GUARDIAN, HOME = Named("child", "c"), Named("guardian", "g"), Named("realEstateUnit", "u")


def authority(holder: Named = GUARDIAN, *principals: Named, until: date | None = None) -> Authority:
    return Authority(AuthorityKind.GUARDIAN, holder, principals or (CHILD,), "出生医学证明", until)


def test_of_matters_handled_at_once_whoever_acts_for_a_role_in_one_of_them_does() -> None:
    both = acting_roles([REGISTER.matters["M09"][-1], REGISTER.matters["M01"][-1]])
    assert both["guardian"] == ("child",)
    assert both["agent"] == ("buyer", "seller", "spouse")
    twice = acting_roles([REGISTER.matters["M01"][-1], REGISTER.matters["M02"][-1]])
    assert twice["agent"] == ("buyer", "seller", "spouse", "company")


def test_a_guardian_acts_for_the_child() -> None:
    check_authorities([authority(), authority(until=TODAY)], SCHOOL, TODAY)  # on its last day it still holds
    assert not authority(until=TODAY).expired(TODAY)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (authority(until=TODAY - timedelta(days=1)), "ran out on 2026-11-01"),
        (authority(CHILD, GUARDIAN), "`child` does not act for the role `guardian`"),
        (authority(GUARDIAN, CHILD, HOME), "`guardian` does not act for the role `realEstateUnit`"),
        (authority(GUARDIAN, GUARDIAN), "acts for nobody else"),
        (authority(Named("neighbour", "n")), "`neighbour` does not act"),
    ],
    ids=["已届满", "子女代理监护人", "超出所代理的角色", "自己代理自己", "事项没有该角色"],
)
def test_who_may_not_act(wrong: Authority, told: str) -> None:
    with pytest.raises(GatewayError, match=told) as refused:
        check_authorities([authority(), wrong], SCHOOL, TODAY)
    assert (refused.value.code, refused.value.article) == (AUTHORITY_INVALID, "Art. 17 ¶2")


@pytest.mark.parametrize(
    ("matter", "subjects", "lacking"),
    [
        ("M09", {"child": ["c"], "guardian": ["g", "h"]}, None),
        ("M10", {"applicant": ["a"], "guardianOrAgent": ["g"]}, "guardianOrAgent"),
        ("M10", {"applicant": ["a"]}, None),
        ("M01", {"buyer": ["b"], "seller": ["s"], "agent": ["g"]}, "agent"),
        ("M06", {"agent": ["g"], "employee": ["e"]}, "agent"),
    ],
    ids=["亲属关系由户籍登记核查的监护人", "监护人或者代办人", "本人办理", "委托代理人", "单位经办人"],
)
def test_whoever_acts_for_another_says_on_what_document(
    matter: str, subjects: dict[str, list[str]], lacking: str | None
) -> None:
    known = REGISTER.matters[matter][-1]
    if lacking is None:
        check_stated(known, subjects, ())
        return
    with pytest.raises(GatewayError, match=f"the `{lacking}` acts on no stated authority") as refused:
        check_stated(known, subjects, [authority(Named(lacking, "another"))])
    assert (refused.value.code, refused.value.article) == (AUTHORITY_INVALID, "Art. 17 ¶2")
    check_stated(known, subjects, [authority(Named(lacking, "g"))])


def test_kinship_spares_the_document_only_where_the_matter_reads_it_of_both_in_every_situation() -> None:
    school = REGISTER.matters["M09"][-1]
    booklet = next(one for one in school.materials if one.code == "householdBooklet")
    assert isinstance(booklet.replaced_by, Items)
    of_child = tuple(path for path in booklet.replaced_by.paths if path[0] == "child")
    fewer = (replace(booklet, replaced_by=Items(of_child)), replace(booklet, situations=("fromElsewhere",)),
             replace(booklet, replaced_by=AnyOf((booklet.replaced_by, Theme("户籍", "residence", "公安"))),
             ))  # fmt: skip
    assert is_kin(school, school.roles["guardian"])
    for one in fewer:
        assert not is_kin(replace(school, materials=(one,)), school.roles["guardian"])
    assert is_kin(
        replace(school, materials=(replace(booklet, replaced_by=AllOf((booklet.replaced_by,))),)), school.roles["guardian"]
    )


def test_every_role_that_acts_acts_for_a_role_of_its_matter() -> None:
    acting = {
        (code, role): principals
        for code, versions in REGISTER.matters.items()
        for matter in versions
        for role, principals in acting_roles([matter]).items()
        if principals
    }
    assert {role for _, role in acting} >= {"agent", "guardian"}
    for (code, role), principals in acting.items():
        assert set(principals) <= set(REGISTER.matters[code][-1].roles), (code, role)


def test_only_two_verdicts_make_asking_lawful() -> None:
    assert {"ASK", "ASK_WITH_REASON"} == ASKED_LAWFULLY
    for verdict in (
        "NOT_TO_BE_ASKED",
        "OBTAINABLE",
        "ACCEPT_IF_OFFERED",
        "",
        "UNHEARD_OF",
    ):  # an unknown one permits nothing
        with pytest.raises(GatewayError):
            collect(Told(verdict, NOW), " \n", NOW)
        assert collect(Told(verdict, NOW), "窗口要求", NOW) is CollectionKind.DUPLICATE


def test_a_check_that_is_too_old_permits_nothing_whatever_it_told() -> None:
    for verdict in ("ASK", "ASK_WITH_REASON", "OBTAINABLE"):
        assert collect(Told(verdict, NOW - RECHECK_WITHIN), "窗口要求", NOW) is not CollectionKind.OFFERED
        with pytest.raises(GatewayError, match="more than a day ago") as refused:
            collect(Told(verdict, NOW - RECHECK_WITHIN - timedelta(seconds=1)), "窗口要求", NOW)
        assert (refused.value.code, refused.value.article) == (CHECK_REQUIRED, "Art. 16 ¶2")


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ({"a": ["1"], "b": ["2", "3"]}, True),
        ({"a": ["1"], "b": ["3", "2"], "elsewhere": ["4"]}, True),
        ({"a": ["1"], "b": ["2"]}, False),
        ({"a": ["1"]}, False),
        ({"a": ["2"], "b": ["1", "3"]}, False),
        ({"a": ["1"], "b": ["2", "3", "4"]}, False),
        ({"a": ["1"], "b": ["2", "3"], "c": ["4"]}, False),
        ({}, False),
    ],
    ids=["全部", "其他事项的角色不计", "同一角色缺一人", "缺一角色", "角色互换", "多一人", "多一角色", "无人"],
)
def test_a_check_is_one_of_the_case_where_it_names_all_of_its_subjects_and_nobody_else(
    named: dict[str, list[str]], expected: bool
) -> None:
    assert covers(named, {"a": ["1"], "b": ["2", "3"]}, "abc") is expected
    assert not covers({}, {}, "abc")


def test_what_a_later_version_of_the_matter_dropped_is_not_checked_again() -> None:
    early, late = NOW - timedelta(days=3), NOW
    checked = {"dropped": early, "kept": late}
    assert checked_since(checked, {"kept", "new"}) == late
    assert checked_since(checked, {"dropped", "kept"}) == checked_since(checked, None) == early
    assert checked_since(checked, {"new"}) == late, "it was checked, though nothing of that is asked for any more"
    assert checked_since({}, {"kept"}) is None


def test_a_check_is_fresh_for_a_day_and_a_warning_is_no_refusal() -> None:
    lapsed = [authority(until=TODAY - timedelta(days=1))]
    assert warnings_of(NOW - RECHECK_WITHIN, (), NOW, TODAY) == ()
    late = NOW - RECHECK_WITHIN - timedelta(seconds=1)
    assert warnings_of(late, lapsed, NOW, TODAY) == (CaseWarning.CHECK_OUT_OF_DATE, CaseWarning.AUTHORITY_EXPIRED)
    assert warnings_of(None, (), NOW, TODAY) == (CaseWarning.NEVER_CHECKED,)
    assert warnings_of(NOW, (), NOW, TODAY, ["seller"]) == (CaseWarning.SUBJECTS_LACKING,)
