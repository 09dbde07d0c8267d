"""What a department must have handed over before its term ends (Art. 4, 5, 9, 16, 17, 18)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from catalogue.claims import Part
from catalogue.model import ItemCode, ProviderCode
from errors import INPUT_INVALID, STATE_CONFLICT, GatewayError
from sharing.days import Days
from sharing.parties import Office, OfficeKind, Party, PartyKind
from sharing.succession import Awaited, Duties, check_end, check_handed_over, remaining
from tests.law.cases import CATALOGUE, department

TODAY = date(2026, 3, 2)
END = TODAY + timedelta(days=30)
EDUCATION, NOBODY, POLICE = department("education"), department("xuanwu_civil_affairs"), department("public_security")
ITEM = ItemCode("101001/000001-001")


def duties(**given: Any) -> Duties:
    stated: dict[str, Any] = {"catalogue": CATALOGUE, "said": (), "offices": (), "awaited": Awaited(), **given}
    return Duties(**stated)


def office(days: Days, holder: ProviderCode = NOBODY) -> Office:
    return Office(OfficeKind.COMPETENT_DEPARTMENT, "320102", holder, "主管部门", None, "文件", days)


def places(of: ProviderCode, **given: Any) -> list[tuple[str, str]]:
    return [(one.path, one.article) for one in remaining(of, duties(**given), END)]


def findings(caught: pytest.ExceptionInfo[GatewayError]) -> Any:
    return caught.value.extensions["findings"]


def test_who_answers_for_nothing_leaves_nothing() -> None:
    check_handed_over(NOBODY, duties(), END)
    others = Part(ITEM, POLICE, "320102")
    let_go = Part(ITEM, NOBODY, "320102", released=True, to=POLICE)
    taken = Part(ITEM, POLICE, "320100", released=True, to=NOBODY)
    held = [office(Days(TODAY, END)), office(Days(TODAY), POLICE), office(Days(END, END))]
    assert places(NOBODY, said=[others, let_go, taken], offices=held) == []


def test_each_item_and_register_is_named_where_it_stands() -> None:
    told = places(EDUCATION)
    assert ("resource.Person.item.education", "Art. 9") in told
    own = sum(entry.provider == EDUCATION for entry in CATALOGUE.entries.values())
    assert len(told) == own
    assert ("lead", "Art. 9") in places(POLICE)


def test_the_rows_that_it_provides_by_their_value_count() -> None:
    federation = next(code for code, one in CATALOGUE.departments.items() if one.name == "disabled_federation")
    assert places(federation) == [("resource.Licence.part", "Art. 9")]


def test_a_resource_of_its_own_without_an_item_of_its_own_counts() -> None:
    name, person = next((name, one) for name, one in CATALOGUE.resources.items() if one.name == "Person")
    changed = replace(CATALOGUE, resources={**CATALOGUE.resources, name: replace(person, provider=NOBODY)})
    assert places(NOBODY, catalogue=changed) == [("resource.Person", "Art. 9")]


def test_sources_offices_and_what_waits_for_it() -> None:
    told = places(
        NOBODY,
        said=[Part(ITEM, NOBODY, "320102")],
        offices=[office(Days(TODAY)), office(Days(TODAY, END + timedelta(days=1)))],
        awaited=Awaited(applications=3, cases=1, doubts=2),
    )
    assert told == [
        (f"{ITEM}.320102", "Art. 4(3)"),
        *[("competent_department.320102", "Art. 5")] * 2,
        *[("", article) for article in ("Art. 16 ¶1", "Art. 17 ¶2", "Art. 18")],
    ]


def test_the_refusal_names_all_of_it_in_both_languages_with_the_articles() -> None:
    with pytest.raises(GatewayError) as caught:
        check_handed_over(NOBODY, duties(offices=[office(Days(TODAY))], awaited=Awaited(cases=1)), END)
    assert (caught.value.code, caught.value.article) == (STATE_CONFLICT, "Art. 5, Art. 17 ¶2")
    first, second = findings(caught)
    assert (first["file"], first["messageZh"]) == ("offices", "届时仍担任320102的“主管部门”，须先另行任命")
    assert (second["file"], second["message"], second["messageZh"]) == (
        "cases",
        "one is to be closed",
        "尚有1件办件尚未办结",
    )
    assert first["hint"]
    with pytest.raises(GatewayError) as caught:
        check_handed_over(NOBODY, duties(said=[Part(ITEM, NOBODY, "320102")] * 53), END)
    assert len(findings(caught)) == 50
    assert caught.value.message.splitlines()[-1] == "and 3 more"


@pytest.mark.parametrize(
    ("days", "day", "code"),
    [
        (Days(date(2020, 1, 1)), TODAY + timedelta(days=1), None),
        (Days(date(2020, 1, 1)), TODAY, INPUT_INVALID),
        (Days(date(2020, 1, 1)), date(2019, 1, 1), INPUT_INVALID),
        (Days(END), END, INPUT_INVALID),
        (Days(END), END + timedelta(days=1), None),
        (Days(date(2020, 1, 1), END), END, STATE_CONFLICT),
        (Days(date(2020, 1, 1), END), END + timedelta(days=1), STATE_CONFLICT),
        (Days(date(2020, 1, 1), END), END - timedelta(days=1), None),
        (Days(date(2020, 1, 1), TODAY), END, STATE_CONFLICT),
    ],
)
def test_a_term_ends_after_today_after_its_beginning_and_is_never_prolonged(days: Days, day: date, code: Any) -> None:
    party = Party(NOBODY, "office", "部门", PartyKind.GOVERNMENT, "320102", in_force=True, days=days)
    if code is None:
        check_end(party, day, TODAY)
        return
    with pytest.raises(GatewayError) as caught:
        check_end(party, day, TODAY)
    assert (caught.value.code, caught.value.article) == (code, "Art. 5")
