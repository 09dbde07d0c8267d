"""The life of a grant (Art. 15, 16 ¶1, 17): its words are sealed, what takes its place is bounded. Cases a lawyer can read.

What only a running platform can show (revocation on every worker, suspension, the end at its instant, who may dispose of a
grant) is tried through HTTP in tests/server/test_grants.py, a hand in the database in tests/storage/test_grants.py.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache

import pytest

from catalogue.claims import Part
from catalogue.load import load_catalogue
from catalogue.model import (
    Catalogue,
    Coordinate,
    Form,
    Item,
    ItemCode,
    Mode,
    ProviderCode,
    ResourceName,
    Rows,
    Unconditional,
    Use,
)
from catalogue.predicate import ItemName
from errors import GatewayError
from settings import ROOT
from sharing.consumer import Asking
from sharing.decide import Standpoint, decide_one
from sharing.decision import Asked, Question, Share, ShareIf
from sharing.grant import GrantId
from sharing.renewal import Ground, chosen, narrowed, renewed
from sharing.rights import index_rights
from sharing.sealed import Granted, canonical_text, grant_id, is_genuine, seal
from tests.signing import GRANT_KEYS

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
MARRIED, REGISTERED_ON = (
    Coordinate(ResourceName("Person"), ItemName("isMarried")),
    Coordinate(ResourceName("MarriageRecord"), ItemName("registeredOn")),
)
HOUSING = ProviderCode("11320100MBX000301X")


@cache
def catalogue() -> Catalogue:
    return load_catalogue(ROOT / "catalogue")


def answer() -> Granted:
    """Civil affairs to housing: whether somebody of its own division is married, and since when; until the end of June."""
    item = catalogue().entries[MARRIED]
    return Granted(
        provider=item.provider,
        department=HOUSING,
        items=frozenset({item.code, catalogue().entries[REGISTERED_ON].code}),
        form=Form.FULL,
        rows=Rows.OWN_DIVISION,
        uses=frozenset({Use.ADMINISTRATIVE_BASIS}),
        matters=frozenset({"M12"}),
        modes=frozenset({Mode.ONLINE_LOOKUP}),
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        valid_until=datetime(2026, 7, 1, tzinfo=UTC),
        basis="同意，限本市",
        quota_per_day=500,
        application="A-2026-1",
        handler="H-1",
    )


def changed(coordinate: Coordinate, **changes: object) -> Catalogue:
    """The catalogue with one item changed."""
    entry = catalogue().entries[coordinate]
    assert isinstance(entry, Item)
    resource = catalogue().resources[coordinate.type]
    items = {**resource.items, coordinate.field: replace(entry, **changes)}  # type: ignore[arg-type]
    resources = {**catalogue().resources, coordinate.type: replace(resource, items=items)}
    return replace(catalogue(), resources=resources)


def renew(
    granted: Granted, last_day: date, of: Catalogue | None = None, now: datetime = NOW, said: tuple[Part, ...] = ()
) -> Granted:
    number = grant_id(canonical_text(granted))
    return renewed(granted, number, Ground(of or catalogue(), said), (DAY, last_day), now, handler="H-2")


def refusal(caught: pytest.ExceptionInfo[GatewayError]) -> tuple[str, str]:
    return caught.value.code.name, caught.value.article


def may_see(granted: Granted, at: datetime, document: str = "") -> bool:
    asking = Asking(HOUSING, "320100", "M12", Use.ADMINISTRATIVE_BASIS, Mode.ONLINE_LOOKUP, in_case=False)
    held = index_rights(1, [granted.grant]).of(HOUSING)
    standpoint = Standpoint(asking, held, at, document)
    return isinstance(decide_one(catalogue(), Question(MARRIED, Asked.SHOW), standpoint), Share | ShareIf)


class TestArticle16:
    """有条件共享 by the provider's answer: use follows what was answered, and nothing else."""

    @pytest.mark.parametrize(
        "change",
        [
            {"provider": HOUSING},
            {"department": ProviderCode("11320000MBX000019X")},
            {"items": frozenset({ItemCode("101001/000001-018")})},
            {"form": Form.MASKED},
            {"rows": Rows.CASE_SUBJECT},
            {"uses": frozenset({Use.ADMINISTRATIVE_BASIS, Use.DATA_VERIFICATION})},
            {"matters": frozenset()},
            {"modes": frozenset({Mode.BULK_DOWNLOAD})},
            {"valid_from": datetime(2025, 1, 1, tzinfo=UTC)},
            {"valid_until": datetime(2026, 7, 1, 0, 0, 0, 1, tzinfo=UTC)},
            {"basis": "同意"},
            {"quota_per_day": None},
            {"operations": frozenset({"ab" * 32})},
            {"application": "A-2026-2"},
            {"renews": GrantId("0" * 32)},
            {"handler": "H-2"},
            {"apart": answer().items},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_whatever_is_changed_in_an_answer_is_another_grant_and_unsigned(self, change: dict[str, object]) -> None:
        text = canonical_text(answer())
        other = canonical_text(replace(answer(), **change))  # type: ignore[arg-type]
        given = seal(text, GRANT_KEYS)
        assert is_genuine(text, given, GRANT_KEYS)
        assert grant_id(other) != grant_id(text)
        assert not is_genuine(other, given, GRANT_KEYS)

    def test_the_same_answer_is_one_grant_however_it_is_written_down(self) -> None:
        at_home = replace(
            answer(),
            items=frozenset(sorted(answer().items, reverse=True)),
            valid_until=answer().valid_until.astimezone(timezone(timedelta(hours=8))),
        )
        assert canonical_text(at_home) == canonical_text(answer())

    def test_a_signature_of_another_kind_is_none_of_a_grant(self) -> None:
        text = canonical_text(answer())
        bare = seal(text, GRANT_KEYS)._replace(signature=GRANT_KEYS.sign(text))
        assert not is_genuine(text, bare, GRANT_KEYS)
        assert not is_genuine(text, seal(text, GRANT_KEYS)._replace(key_id="head-1"), GRANT_KEYS)

    def test_a_grant_ends_at_its_instant(self) -> None:
        end = answer().valid_until
        assert may_see(answer(), end - timedelta(microseconds=1))
        assert not may_see(answer(), end)

    def test_a_renewal_continues_where_the_grant_ends(self) -> None:
        later = renew(answer(), date(2026, 12, 31))
        assert (later.valid_from, later.valid_until) == (answer().valid_until, datetime(2026, 12, 31, 16, tzinfo=UTC))
        assert later.renews == grant_id(canonical_text(answer()))
        assert (later.application, later.quota_per_day, later.handler) == ("A-2026-1", 500, "H-2")
        assert not may_see(later, answer().valid_until - timedelta(seconds=1))  # never two quotas at once
        assert may_see(later, answer().valid_until)

    def test_what_has_ended_is_renewed_from_now_on(self) -> None:
        now = datetime(2026, 8, 1, tzinfo=UTC)
        assert renew(answer(), date(2026, 12, 31), now=now).valid_from == now

    @pytest.mark.parametrize("last_day", [date(2026, 6, 30), date(2026, 3, 1), date(2031, 3, 3)])
    def test_a_renewal_is_longer_than_the_grant_and_no_longer_than_five_years(self, last_day: date) -> None:
        with pytest.raises(GatewayError) as refused:
            renew(answer(), last_day)
        assert refusal(refused) == ("INPUT_INVALID", "Art. 16 ¶1")

    def test_a_narrowing_only_takes_away(self) -> None:
        number = grant_id(canonical_text(answer()))
        one, two = "11" * 32, "22" * 32
        bound = narrowed(answer(), number, frozenset({one, two}), NOW, handler="H-2")
        assert bound == replace(answer(), operations=frozenset({one, two}), valid_from=NOW, renews=number, handler="H-2")
        assert may_see(bound, NOW, document=one)
        assert not may_see(bound, NOW, document="33" * 32)
        again = narrowed(bound, number, frozenset({one}), NOW, handler="H-2")
        assert not may_see(again, NOW, document=two)
        for operations in (frozenset[str](), frozenset({one, "33" * 32})):
            with pytest.raises(GatewayError) as refused:
                narrowed(bound, number, operations, NOW, handler="H-2")
            assert refusal(refused) == ("INPUT_INVALID", "Art. 16 ¶1")
        with pytest.raises(GatewayError) as refused:
            narrowed(answer(), number, frozenset({one}), answer().valid_until, handler="H-2")
        assert refusal(refused) == ("STATE_CONFLICT", "Art. 16 ¶1")


class TestArticle15:
    """A renewal is given on the terms that the catalogue states on that day, not on those of the former answer."""

    def test_uses_that_the_catalogue_gave_up_are_left_out(self) -> None:
        wide = replace(answer(), uses=frozenset({Use.ADMINISTRATIVE_BASIS, Use.WORK_REFERENCE}))
        assert renew(wide, date(2026, 12, 31)).uses == {Use.ADMINISTRATIVE_BASIS}

    @pytest.mark.parametrize(
        "change",
        [{"form": Form.VERIFY}, {"rows": Rows.ALL}, {"uses": frozenset({Use.WORK_REFERENCE})}],
        ids=["form", "rows", "uses"],
    )
    def test_terms_that_it_foresees_no_more_are_not_renewed(self, change: dict[str, object]) -> None:
        with pytest.raises(GatewayError) as refused:
            renew(replace(answer(), **change), date(2026, 12, 31))  # type: ignore[arg-type]
        assert refusal(refused) == ("CONDITION_UNFORESEEN", "Art. 15")

    def test_an_item_that_is_gone_is_left_out_by_the_provider_itself(self) -> None:
        more = replace(answer(), items=answer().items | {ItemCode("101001/000001-777")})
        with pytest.raises(GatewayError) as refused:
            renew(more, date(2026, 12, 31))
        assert refusal(refused) == ("CONDITION_UNFORESEEN", "Art. 15")
        assert renew(chosen(more, answer().items), date(2026, 12, 31)).items == answer().items
        with pytest.raises(GatewayError, match="does not hold"):
            chosen(answer(), ["101001/000001-001"])

    def test_what_is_open_to_all_by_now_needs_no_renewal(self) -> None:
        with pytest.raises(GatewayError, match="shared unconditionally"):
            renew(answer(), date(2026, 12, 31), changed(MARRIED, sharing=Unconditional()))


class TestArticle17:
    """谁主管，谁提供，谁负责: each provider answers for its own items."""

    def test_a_provider_renews_nothing_that_has_another_provider_now(self) -> None:
        other = changed(MARRIED, provider=ProviderCode("11320000MBX000019X"))
        with pytest.raises(GatewayError) as refused:
            renew(answer(), date(2026, 12, 31), other)
        assert refusal(refused) == ("NOT_RESPONSIBLE", "Art. 17 ¶1")


class TestArticle4:
    """一数一源: who is the source of a part of the rows answers for that part, and as long as it is."""

    def test_an_issuer_renews_for_its_own_certificates_alone(self) -> None:
        file, other = (
            catalogue().entries[Coordinate(ResourceName("Licence"), ItemName(one))] for one in ("fileUrl", "fileDigest")
        )
        issuer, items = next(iter(catalogue().parted[file.code].of)), frozenset({file.code, other.code})
        given = replace(answer(), provider=issuer, items=items, rows=Rows.ALL, apart=items)
        assert renew(given, date(2026, 12, 31)).apart == items
        assert renew(replace(given, apart=frozenset()), date(2026, 12, 31)).apart == items
        assert chosen(given, [file.code]).apart == {file.code}

    def test_the_source_of_a_part_renews_for_that_part_alone(self) -> None:
        city = ProviderCode("11320100MBX0003018")
        item = catalogue().entries[MARRIED].code
        of_city = replace(answer(), provider=city, items=frozenset({item}), within="320100")
        said = (Part(item, city, "320100"),)
        assert renew(of_city, date(2026, 12, 31), said=said).within == "320100"
        for granted, parts in (
            (of_city, ()),
            (replace(of_city, within=None), said),
            (replace(of_city, within="320500"), said),
        ):
            with pytest.raises(GatewayError) as refused:
                renew(granted, date(2026, 12, 31), said=parts)
            assert refusal(refused) == ("NOT_RESPONSIBLE", "Art. 17 ¶1")
