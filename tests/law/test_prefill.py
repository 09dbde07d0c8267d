"""What an application is prefilled with where parts of the rows have other sources, and where a right is suspended."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from catalogue.claims import Part
from catalogue.model import Coordinate, Form, Mode, ProviderCode, Rows, Use
from sharing.consumer import Asking
from sharing.decide import Standpoint, decide
from sharing.decision import Asked, Question
from sharing.grant import Grant, GrantId
from sharing.prefill import OWN_ITEM, Divided, Prefilled, prefill
from tests.law.cases import CATALOGUE, coordinate, department

TODAY, NOW = date(2026, 3, 2), datetime(2026, 3, 2, 2, tzinfo=UTC)
CONSUMER = department("education")
PROVINCE, NANJING, SUZHOU = map(department, ("natural_resources", "nanjing_housing", "suzhou_government_services"))
PRICE, MARRIED = coordinate("LandParcel.price"), coordinate("Person.isMarried")
ASKING = Asking(CONSUMER, "320000", "M12", Use.ADMINISTRATIVE_BASIS, Mode.ONLINE_LOOKUP, in_case=False)
GRANT = Grant(
    GrantId("G"), CONSUMER, frozenset({CATALOGUE.entries[PRICE].code}), Form.FULL, Rows.ALL, frozenset(Use),
    frozenset({"M12"}), frozenset(Mode), NOW, datetime(2027, 3, 2, tzinfo=UTC),
)  # fmt: skip


def let_go(division: str, heir: str | None, at: Coordinate = PRICE) -> list[Part]:
    entry = CATALOGUE.entries[at]
    said = [Part(entry.code, entry.provider, division, released=True)]
    return said if heir is None else [*said, Part(entry.code, department(heir), division)]


NANJING_ITS_OWN = let_go("320100", "nanjing_housing")
BOTH = [*NANJING_ITS_OWN, *let_go("320500", "suzhou_government_services")]


def asked(said: Sequence[Part], *grants: Grant, asking: Asking = ASKING, at: Coordinate = PRICE) -> Prefilled:
    """What is applied for of the item, to be shown, by one that holds these grants."""
    code = CATALOGUE.entries[at].code
    standpoint = Standpoint(asking, {code: grants} if grants else {}, NOW)
    question = Question(at, Asked.SHOW)
    return prefill(CATALOGUE, decide(CATALOGUE, [question], standpoint), standpoint, TODAY, Divided(said))


def whom(found: Prefilled) -> list[tuple[str, bool]]:
    """Who is asked, and whether it is negotiated with."""
    return [(one.provider, one.requested.negotiate) for one in found.wanted]


def test_each_source_is_asked_once_the_provider_first() -> None:
    twice = [*BOTH, *let_go("320600", "nanjing_housing")]
    assert whom(asked(twice)) == [(PROVINCE, False), (NANJING, False), (SUZHOU, False)]


def test_who_let_a_part_go_that_nobody_claims_is_asked_alone() -> None:
    assert whom(asked(let_go("320100", None))) == [(PROVINCE, False)]


@pytest.mark.parametrize(
    ("grants", "left"),
    [
        ([replace(GRANT, without=("320100", "320500"))], [NANJING, SUZHOU]),
        ([replace(GRANT, without=("320100",))], [NANJING]),
        ([replace(GRANT, within="320100")], [PROVINCE, SUZHOU]),
        ([replace(GRANT, without=("320100", "320500")), replace(GRANT, id=GrantId("H"), within="320500")], [NANJING]),
        ([replace(GRANT, matters=frozenset({"M07"}))], [PROVINCE, NANJING, SUZHOU]),
        ([replace(GRANT, valid_until=NOW)], [PROVINCE, NANJING, SUZHOU]),
    ],
    ids=[
        "the province",
        "the province, before Suzhou's part was let go",
        "Nanjing",
        "all but Nanjing",
        "for another matter",
        "expired",
    ],
)
def test_who_has_granted_its_part_is_not_asked_again(grants: list[Grant], left: list[str]) -> None:
    assert whom(asked(BOTH, *grants)) == [(one, False) for one in left]


def test_rows_that_nobody_answers_for_are_told_and_not_applied_for() -> None:
    found = asked(let_go("320100", None), replace(GRANT, without=("320100",)))
    assert found.wanted == ()
    (told,) = found.unobtainable
    assert (told.reason, told.article) == ("ROW_NOT_GRANTED", "Art. 4(3)")


def test_a_source_does_not_apply_to_itself() -> None:
    assert whom(asked(BOTH, asking=ASKING._replace(department=NANJING))) == [(PROVINCE, False), (SUZHOU, False)]


def test_what_is_limited_to_the_own_division_is_asked_of_its_source() -> None:
    """Of marriage, an authority sees its own division's rows: another city's source has none of them."""
    said = [*let_go("320100", "nanjing_housing", MARRIED), *let_go("320500", "suzhou_government_services", MARRIED)]
    civil_affairs = CATALOGUE.entries[MARRIED].provider

    def sources(division: str) -> list[str]:
        return [one for one, _ in whom(asked(said, asking=ASKING._replace(division=division), at=MARRIED))]

    assert sources("320100") == sources("320102") == [NANJING]
    assert sources("320600") == [civil_affairs]
    assert sources("320000") == [civil_affairs, NANJING, SUZHOU]


def test_who_suspended_what_it_granted_is_negotiated_with() -> None:
    assert whom(asked([], replace(GRANT, suspended=True))) == [(PROVINCE, True)]
    (wanted,) = asked([], replace(GRANT, suspended=True)).wanted
    assert (wanted.requested.terms.form, wanted.requested.terms.rows) == (Form.FULL, Rows.ALL)


def test_the_other_sources_are_applied_to() -> None:
    stopped = replace(GRANT, suspended=True)
    assert whom(asked(NANJING_ITS_OWN, replace(stopped, without=("320100",)))) == [(PROVINCE, True), (NANJING, False)]
    city = replace(GRANT, id=GrantId("H"), within="320100")
    assert whom(asked(NANJING_ITS_OWN, replace(stopped, without=("320100",)), city)) == [(PROVINCE, True)]
    assert whom(asked(NANJING_ITS_OWN, replace(city, suspended=True))) == [(PROVINCE, False), (NANJING, True)]


def test_a_suspended_right_for_something_else_is_no_reason_to_negotiate() -> None:
    other = replace(GRANT, suspended=True, matters=frozenset({"M07"}))
    assert whom(asked([], other)) == [(PROVINCE, False)]


FILE = coordinate("Licence.fileUrl")
FEDERATION, COMPILER = department("disabled_federation"), department("government_services")
DISABILITY = f"{FEDERATION}001"
ISSUERS = set(CATALOGUE.parted[CATALOGUE.entries[FILE].code].of)


def of_types(*types: str, held: Sequence[Grant] = (), asking: Asking = ASKING) -> Prefilled:
    """What is applied for of the file of certificates of these types; none: of any."""
    standpoint = Standpoint(asking, {CATALOGUE.entries[FILE].code: tuple(held)}, NOW)
    decisions = decide(CATALOGUE, [Question(FILE, Asked.SHOW)], standpoint)
    confined = {FILE.type: frozenset(types)} if types else {}
    return prefill(CATALOGUE, decisions, standpoint, TODAY, Divided((), confined))


def by(provider: ProviderCode, **terms: Any) -> Grant:
    return replace(GRANT, id=GrantId(provider), items=frozenset({CATALOGUE.entries[FILE].code}), provider=provider, **terms)


def test_certificates_are_asked_of_their_issuers() -> None:
    assert {provider for provider, _ in whom(of_types())} == {COMPILER, *ISSUERS}
    assert whom(of_types(DISABILITY)) == [(FEDERATION, False)]
    assert whom(of_types(DISABILITY, "a type of nobody's")) == [(COMPILER, False), (FEDERATION, False)]


def test_who_has_granted_its_certificates_is_not_asked_again() -> None:
    in_case, rows = ASKING._replace(in_case=True), Rows.CASE_SUBJECT
    asked_again = {one for one, _ in whom(of_types(held=[by(FEDERATION, rows=rows)], asking=in_case))}
    assert asked_again == {COMPILER, *ISSUERS} - {FEDERATION}
    assert whom(of_types(DISABILITY, held=[by(COMPILER, rows=rows)], asking=in_case)) == [(FEDERATION, False)]
    suspended = by(FEDERATION, rows=rows, suspended=True)
    assert whom(of_types(DISABILITY, held=[suspended], asking=in_case)) == [(FEDERATION, True)]


def test_an_issuer_asks_nobody_for_its_own() -> None:
    own = of_types(DISABILITY, asking=ASKING._replace(department=FEDERATION))
    assert (own.wanted, [one.reason for one in own.unobtainable]) == ((), [OWN_ITEM])
    others = of_types(asking=ASKING._replace(department=FEDERATION))
    assert {provider for provider, _ in whom(others)} == {COMPILER, *ISSUERS} - {FEDERATION}
