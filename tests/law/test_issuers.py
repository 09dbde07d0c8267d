"""谁主管，谁提供 (Art. 17 ¶1): an issuer provides its own certificates; who compiles the register, those of no issuer."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from catalogue.model import Form, ItemCode, ProviderCode, Rows
from sharing.application import Application, ApplicationId, ItemState, Request, RequestedItem, Stage, Standing
from sharing.applied import Applying, applied_apart
from sharing.decide import Standpoint, decide_one
from sharing.decision import Asked, Question, Reason, Remedy, Share, ShareIf, Withhold
from sharing.grant import GrantId
from sharing.sources import Source, given_apart, parts_answered, sources_of
from sharing.terms import Terms
from tests.law.cases import CATALOGUE, coordinate, department
from tests.law.test_decide import HOUSING, NOW, decide, grant, on_row, reason
from tests.law.test_remedies import ASKING

FEDERATION, CIVIL_AFFAIRS, COMPILER = map(department, ("disabled_federation", "civil_affairs", "government_services"))
FILE = CATALOGUE.entries[coordinate("Licence.fileUrl")]
PARTED = CATALOGUE.parted[FILE.code]
HEALTH = f"{department('health')}002"
HOLDER = "110105194912310021"
ROWS: Mapping[str, Mapping[str, object]] = {
    name: {"typeCode": code, "holderKind": "PERSON", "holderCode": HOLDER, "divisionCode": "320102"}
    for name, code in (("card", f"{FEDERATION}001"), ("marriage", f"{CIVIL_AFFAIRS}001"), ("other", "of nobody"))
}


@pytest.mark.parametrize(
    ("giver", "opened"),
    [(FEDERATION, {"card"}), (CIVIL_AFFAIRS, {"marriage"}), (COMPILER, {"other"}), (HOUSING, set()), (None, set())],
)
def test_a_grant_reaches_what_its_giver_provides(giver: ProviderCode | None, opened: set[str]) -> None:
    held = replace(grant("Licence.fileUrl", rows=Rows.CASE_SUBJECT), provider=giver)
    decision = decide("Licence.fileUrl", held, in_case=True)
    told = {name: on_row(decision, row, case_subjects=(HOLDER,)) for name, row in ROWS.items()}
    assert {name for name, verdict in told.items() if isinstance(verdict, Share)} == opened


def test_what_a_claimed_division_opens_is_of_no_issuers() -> None:
    held = replace(grant("Licence.fileUrl", rows=Rows.CASE_SUBJECT), provider=HOUSING, within="320100", without=("320102",))
    near = replace(held, without=())
    for given, opened in ((near, {"other"}), (held, set())):
        decision = decide("Licence.fileUrl", given, in_case=True)
        told = {name: on_row(decision, row, case_subjects=(HOLDER,)) for name, row in ROWS.items()}
        assert {name for name, verdict in told.items() if isinstance(verdict, Share)} == opened


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        ({"suspended": True}, (Reason.GRANT_SUSPENDED, Remedy.NEGOTIATE)),
        ({"quota_per_day": 1}, (Reason.QUOTA_EXHAUSTED, Remedy.WAIT)),
        ({"operations": frozenset({"another"})}, (Reason.OPERATION_NOT_GRANTED, Remedy.RUN_STORED_OPERATION)),
        ({"matters": frozenset({"M01"})}, (Reason.ROW_NOT_GRANTED, Remedy.APPLY)),
    ],
)
def test_what_one_issuer_has_stopped_is_told_of_its_certificates_alone(terms: Any, told: tuple[Reason, Remedy]) -> None:
    held = grant("Licence.number", rows=Rows.CASE_SUBJECT)
    given = replace(held, id=GrantId("of the federation"), provider=FEDERATION, **terms)
    open_to_it = replace(held, provider=CIVIL_AFFAIRS)
    standing = {"exhausted": frozenset({given.id})}
    decision = decide("Licence.number", given, open_to_it, in_case=True, terms=standing)
    divorce = {**ROWS["marriage"], "typeCode": f"{CIVIL_AFFAIRS}002"}
    assert isinstance(on_row(decision, divorce, case_subjects=(HOLDER,)), Share)
    card = on_row(decision, ROWS["card"], case_subjects=(HOLDER,))
    assert isinstance(card, Withhold)
    assert (card.reason, card.remedy) == told
    health = on_row(decision, {**ROWS["card"], "typeCode": HEALTH}, case_subjects=(HOLDER,))
    assert isinstance(health, Withhold)
    assert (health.reason, health.remedy) == (Reason.ROW_NOT_GRANTED, Remedy.APPLY), "nobody stopped it: it was not granted"


@pytest.mark.parametrize("change", ["it is parted no more", "the item has a provider of its own", "another issues them"])
def test_what_an_issuer_gave_ends_with_its_part(change: str) -> None:
    held = replace(grant("Licence.fileUrl", rows=Rows.CASE_SUBJECT), provider=FEDERATION)
    assert given_apart(held.items, FEDERATION, None, CATALOGUE.parted) == held.items
    assert given_apart(held.items, COMPILER, None, CATALOGUE.parted) == frozenset()
    assert given_apart(held.items, FEDERATION, "320100", CATALOGUE.parted) == frozenset()
    at = coordinate("Licence.fileUrl")
    licence = CATALOGUE.resources[at.type]
    rest = {provider: values for provider, values in PARTED.of.items() if provider != FEDERATION}
    changed = {
        "it is parted no more": replace(licence, parted=None),
        "the item has a provider of its own": replace(
            licence, items={**licence.items, at.field: replace(licence.items[at.field], provider=CIVIL_AFFAIRS)}
        ),
        "another issues them": replace(licence, parted=replace(PARTED, of=rest)),
    }[change]
    catalogue = replace(CATALOGUE, resources={**CATALOGUE.resources, licence.name: changed})
    given = {FILE.code: (replace(held, apart=held.items),)}
    standpoint = Standpoint(ASKING._replace(department=HOUSING, in_case=True), given, NOW)
    told = [decide_one(one, Question(at, Asked.SHOW), standpoint) for one in (CATALOGUE, catalogue)]
    assert [isinstance(one, ShareIf) for one in told] == [True, False]


def test_an_issuer_reads_its_own_and_no_others() -> None:
    decision = decide("Licence.fileUrl", department=FEDERATION)
    assert reason(on_row(decision, ROWS["card"])) is Reason.OWN_DATA
    for name in ("marriage", "other"):
        told = on_row(decision, ROWS[name])
        assert isinstance(told, Withhold)
        assert (told.reason, told.remedy) == (Reason.ROW_NOT_GRANTED, Remedy.APPLY)
    acting = decide("Licence.fileUrl", department=FEDERATION, acting=True)
    assert isinstance(on_row(acting, ROWS["card"]), Withhold), "an entrustment hands on no holdings"


def test_who_compiles_reads_none_of_an_issuers() -> None:
    decision = decide("Licence.fileUrl", department=COMPILER)
    assert reason(on_row(decision, ROWS["other"])) is Reason.OWN_DATA
    assert isinstance(on_row(decision, ROWS["card"]), Withhold)
    assert isinstance(on_row(decision, {**ROWS["other"], "typeCode": None}), Withhold), "whose it is must be known"


def test_each_answers_for_its_own() -> None:
    for provider, parts in ((COMPILER, (None,)), (FEDERATION, (None,)), (HOUSING, ())):
        assert parts_answered(FILE, provider, (), PARTED) == parts
    sources = sources_of(FILE, (), PARTED)
    assert sources[0] == Source(COMPILER)
    assert Source(FEDERATION, values=(f"{FEDERATION}001",)) in sources


def applying(provider: ProviderCode, standing: Standing) -> Applying:
    uses, modes = frozenset({ASKING.use}), frozenset({ASKING.mode})
    request = Request((RequestedItem(FILE.code, Terms(Form.FULL, Rows.ALL, uses, frozenset(), modes)),))
    stage = Stage.SUBMITTED if standing is Standing.REQUESTED else Stage.ANSWERED
    items = {FILE.code: ItemState(standing)}
    application = Application(ApplicationId(provider), "B", ASKING.department, provider, stage, request, request, items)
    return Applying(application, date(2026, 12, 10))


def test_what_one_issuer_refused_says_nothing_of_another() -> None:
    latest = {FILE.code: [applying(COMPILER, Standing.REFUSED), applying(FEDERATION, Standing.REQUESTED)]}
    applied = applied_apart(latest, ASKING, Form, CATALOGUE.parted)

    def left(provider: str, item: ItemCode = FILE.code) -> Remedy:
        return applied.to(provider).remedy(Remedy.APPLY, item)

    assert (left(COMPILER), left(FEDERATION), left(CIVIL_AFFAIRS)) == (Remedy.NEGOTIATE, Remedy.WAIT, Remedy.APPLY)


def test_of_an_item_that_one_department_provides_any_application_tells() -> None:
    latest = {FILE.code: [applying(FEDERATION, Standing.REFUSED)]}
    applied = applied_apart(latest, ASKING, Form, {})
    assert applied.to(FEDERATION).refused == applied.refused == {FILE.code}
