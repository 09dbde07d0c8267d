"""Art. 17 ¶2: whoever acts for another in a case says on what document, and only for whom the matter lets that role act."""

from datetime import UTC, date, datetime, timedelta

import pytest

from catalogue.load import load_catalogue
from catalogue.load_matters import load_matters
from errors import AUTHORITY_INVALID, GatewayError
from settings import ROOT
from sharing.authority import Authority, AuthorityKind, Named, acting_roles, check_authorities
from sharing.collection import ASKED_LAWFULLY, CollectionKind, collect
from sharing.recheck import RECHECK_WITHIN, CaseWarning, warnings_of

TODAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 2, 1, tzinfo=UTC)
REGISTER = load_matters(load_catalogue(ROOT / "catalogue"))
SCHOOL = acting_roles(REGISTER.matters["M09"][-1])
CHILD, GUARDIAN, HOME = Named("child", "c"), Named("guardian", "g"), Named("realEstateUnit", "u")


def authority(holder: Named = GUARDIAN, *principals: Named, until: date | None = None) -> Authority:
    return Authority(AuthorityKind.GUARDIAN, holder, principals or (CHILD,), "出生医学证明", until)


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


def test_every_role_that_acts_acts_for_a_role_of_its_matter() -> None:
    acting = {
        (code, role): principals
        for code, versions in REGISTER.matters.items()
        for matter in versions
        for role, principals in acting_roles(matter).items()
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
            collect(verdict, " \n")
        assert collect(verdict, "窗口要求") is CollectionKind.DUPLICATE


def test_a_check_is_fresh_for_a_day_and_a_warning_is_no_refusal() -> None:
    lapsed = [authority(until=TODAY - timedelta(days=1))]
    assert warnings_of(NOW - RECHECK_WITHIN, (), NOW, TODAY) == ()
    late = NOW - RECHECK_WITHIN - timedelta(seconds=1)
    assert warnings_of(late, lapsed, NOW, TODAY) == (CaseWarning.CHECK_OUT_OF_DATE, CaseWarning.AUTHORITY_EXPIRED)
    assert warnings_of(None, (), NOW, TODAY) == (CaseWarning.NEVER_CHECKED,)
