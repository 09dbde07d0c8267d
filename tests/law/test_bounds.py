"""What bounds a request beside its grants: the matter, the network zone, the document; and what is recorded of attempts.

Each case goes the whole way of a request.
"""

import asyncio
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from catalogue.load_matters import load_matters
from catalogue.matters import register_of
from catalogue.model import Coordinate, Form, Mode, ProviderCode, ResourceName, Use
from catalogue.predicate import ItemName
from catalogue.profile import Binding
from errors import LEDGER_UNAVAILABLE, GatewayError
from resolvers.day import today
from sharing.consumer import Asking
from sharing.regime import Regime
from sharing.rights import index_rights, next_boundary
from tests.http.house import CATALOGUE, HALL, OPERATOR
from tests.law.asking import LI, PURPOSE, ZHANG, another, ask, code, entries, gateway, give, grant, needing, outcome

NUMBER = "Person.householdNumber"
DUTY = ProviderCode(next(code for code, one in CATALOGUE.departments.items() if one.name == "natural_resources"))
NAME, BORN = (Coordinate(ResourceName("Person"), ItemName(field)) for field in ("name", "birthDate"))
OUTSIDE = "203.0.113.7"


class TestMatters:
    """个人信息保护法 34, Art. 17 ¶2."""

    async def test_what_the_matter_does_not_declare_is_withheld_and_not_fetched(self) -> None:
        world = gateway(grant(NUMBER), regime=Regime(binding=Binding.ENFORCE), matters=needing("Person.name"))
        answered = await ask(world, f'{{ person(idNumber: "{ZHANG}") {{ name birthDate householdNumber idNumber }} }}')
        assert answered["data"]["person"] == {"name": "张三", "birthDate": None, "householdNumber": None, "idNumber": None}
        told = outcome(answered, "person", "birthDate")
        assert (told["reason"], told["article"], told["remedy"]) == ("MATTER_NOT_DECLARED", "Art. 17 ¶2", "negotiate")
        assert "call" not in told  # no application brings what its matter does not need

    async def test_of_a_register_that_the_matter_does_not_need_nobody_is_found(self) -> None:
        world = gateway(regime=Regime(binding=Binding.ENFORCE), matters=needing("LegalEntity.name"))
        answered = await ask(world, f'{{ person(idNumber: "{ZHANG}") {{ __typename }} }}')
        assert answered["data"] == {"person": None}
        assert world.source.began == []

    async def test_a_matter_that_declares_nothing_is_bound_to_nothing(self) -> None:
        silent = replace(needing("Person.name").matters["M1"][0], code="M2", items=frozenset())
        world = gateway(regime=Regime(binding=Binding.ENFORCE), matters=register_of(1, [silent]))
        other = 'matter="M2", use=administrative-basis, handler="H1"'
        answered = await ask(world, f'{{ person(idNumber: "{ZHANG}") {{ birthDate }} }}', purpose=other)
        assert answered["data"]["person"]["birthDate"] == "1980-05-01"

    async def test_one_that_is_not_registered_opens_nothing_conditional(self) -> None:
        made_up = 'matter="FANTASY99", use=administrative-basis, handler="H1"'
        world = gateway(grant(NUMBER), regime=Regime(binding=Binding.ENFORCE), matters=needing("Person.name"))
        answered = await ask(world, f'{{ person(idNumber: "{ZHANG}") {{ birthDate householdNumber }} }}', purpose=made_up)
        assert answered["data"]["person"] == {"birthDate": "1980-05-01", "householdNumber": None}
        told = outcome(answered, "person", "householdNumber")
        assert (told["reason"], told["article"], told["remedy"]) == ("MATTER_UNKNOWN", "Art. 17 ¶2", "negotiate")

    async def test_where_it_only_warns_one_that_is_not_registered_is_told_of(self) -> None:
        made_up = 'matter="FANTASY99", use=administrative-basis, handler="H1"'
        matters = needing("Person.name", "Person.householdNumber")
        world = gateway(grant(NUMBER), regime=Regime(binding=Binding.WARN), matters=matters)
        for purpose, warned in ((PURPOSE, []), (made_up, ["MATTER_UNKNOWN"]), (PURPOSE, [])):
            answered = await ask(world, f'{{ person(idNumber: "{ZHANG}") {{ name householdNumber }} }}', purpose=purpose)
            assert answered["data"]["person"] == {"name": "张三", "householdNumber": "H-1"}
            told = answered["extensions"]["sharing"].get("warnings", [])
            assert [one["code"] for one in told] == warned
            assert all(one["messageZh"] and "FANTASY99" not in str(one) for one in told)
        unbound = gateway(grant(NUMBER), regime=Regime(binding=Binding.OFF), matters=matters)
        answered = await ask(unbound, f'{{ person(idNumber: "{ZHANG}") {{ householdNumber }} }}', purpose=made_up)
        assert answered["data"]["person"]["householdNumber"] == "H-1"
        assert "warnings" not in answered["extensions"]["sharing"]

    async def test_where_it_only_warns_the_items_are_named(self) -> None:
        world = gateway(grant(NUMBER), regime=Regime(binding=Binding.WARN), matters=needing("Person.name"))
        answered = await ask(world, f'{{ person(idNumber: "{ZHANG}") {{ name birthDate householdNumber phone }} }}')
        assert answered["data"]["person"]["birthDate"] == "1980-05-01"
        (warning,) = answered["extensions"]["sharing"]["warnings"]
        assert warning["code"] == "MATTER_NOT_DECLARED"
        assert warning["coordinates"] == ["Person.birthDate", "Person.householdNumber"], "what is withheld is not read"
        within = await ask(world, f'{{ person(idNumber: "{ZHANG}") {{ name }} }}')
        assert "warnings" not in within["extensions"]["sharing"]

    async def test_two_matters_with_the_same_rights_are_warned_of_apart(self) -> None:
        world = gateway(regime=Regime(binding=Binding.WARN), matters=needing("Person.name"))
        text = f'{{ person(idNumber: "{ZHANG}") {{ birthDate }} }}'
        other = 'matter="M2", use=administrative-basis, handler="H1"'
        for purpose, warned in ((other, "MATTER_UNKNOWN"), (PURPOSE, "MATTER_NOT_DECLARED"), (other, "MATTER_UNKNOWN")):
            answered = await ask(world, text, purpose=purpose)
            assert [one["code"] for one in answered["extensions"]["sharing"]["warnings"]] == [warned]

    async def test_the_version_in_force_binds_from_its_first_day(self) -> None:
        first, day = needing("Person.name").matters["M1"][0], today(time.time())
        wider = replace(first, version=2, valid_from=day + timedelta(days=1), items=first.items | {BORN})
        text = f'{{ person(idNumber: "{ZHANG}") {{ birthDate }} }}'
        for held, shown in ((wider, None), (replace(wider, valid_from=day), "1980-05-01")):
            world = gateway(regime=Regime(binding=Binding.ENFORCE), matters=register_of(2, (first, held)))
            assert (await ask(world, text))["data"]["person"]["birthDate"] == shown

    def test_what_is_decided_holds_until_the_next_version_begins(self) -> None:
        first = needing("Person.name").matters["M1"][0]
        rights = index_rights(1, (), matters=register_of(2, (first, replace(first, version=2, valid_from=date(2026, 3, 2)))))
        eve, midnight = datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 3, 1, 16, tzinfo=UTC)  # in China
        assert next_boundary(rights, HALL.department, eve) == midnight
        assert next_boundary(rights, HALL.department, midnight) is None
        regime = Regime(binding=Binding.ENFORCE)
        asking = Asking(HALL.department, "320100", "M1", Use.ADMINISTRATIVE_BASIS, Mode.ONLINE_LOOKUP, in_case=False)
        assert regime.standpoint(asking, rights, eve).declared is not None

    def test_the_matters_of_the_catalogue_bind_as_the_profile_says(self) -> None:
        rights = index_rights(1, (), matters=load_matters(CATALOGUE))
        asking = Asking(HALL.department, "320100", "M01", Use.ADMINISTRATIVE_BASIS, Mode.ONLINE_LOOKUP, in_case=False)
        standpoint = Regime(binding=Binding.ENFORCE).standpoint(asking, rights, datetime(2026, 3, 2, tzinfo=UTC))
        assert standpoint.declared is not None
        assert NAME in standpoint.declared.items


class TestZone:
    """Art. 13: one deployment is one zone."""

    async def test_nothing_of_another_zone_is_fetched(self) -> None:
        world = gateway(grant(NUMBER), regime=Regime(zone="intranet"))
        answered = await ask(world, f'{{ person(idNumber: "{ZHANG}") {{ name householdNumber }} }}')
        assert answered["data"] == {"person": None}
        told = outcome(answered, "person")
        assert (told["reason"], told["article"], told["remedy"]) == ("ZONE_MISMATCH", "Art. 13", "none")
        assert world.source.began == []


class TestOperations:
    """Art. 16 ¶1: a grant can be narrowed to stored documents, whatever values they are asked with."""

    async def test_only_the_stored_document_runs_under_it(self) -> None:
        stored = f'{{ person(idNumber: "{ZHANG}") {{ name householdNumber }} }}'
        world = gateway(grant(NUMBER))
        await ask(world, stored)
        name = entries(world)[-1]["document"]
        give(world, grant(NUMBER, operations=frozenset({name})))
        for number in (ZHANG, LI):
            answered = await ask(world, stored.replace(ZHANG, number))
            assert answered["data"]["person"]["householdNumber"] == "H-1"
        answered = await ask(world, stored.replace("name ", "sex "))
        assert answered["data"]["person"]["householdNumber"] is None
        assert outcome(answered, "person", "householdNumber")["reason"] == "OPERATION_NOT_GRANTED"


class TestRemedies:
    async def test_each_remedy_names_the_mutation_to_call(self) -> None:
        world = gateway(grant("Person.phone", form=Form.VERIFY))
        answered = await ask(world, f'{{ person(idNumber: "{ZHANG}") {{ householdNumber adoptionRecord phone }} }}')
        told = {one["path"][-1]: (one["remedy"], one.get("call")) for one in answered["extensions"]["sharing"]["outcomes"]}
        assert told == {
            "householdNumber": ("apply", "draftApplication"),
            "adoptionRecord": ("negotiate", "draftApplication"),
            "phone": ("verify", None),
        }


class TestBreaches:
    """Art. 17 ¶2, 4(4): what goes beyond the grant is refused and recorded as an attempt."""

    LOOKUP = f'{{ person(idNumber: "{ZHANG}") {{ name householdNumber }} }}'

    @pytest.mark.parametrize(
        ("terms", "breach"),
        [({"matters": frozenset({"M9"})}, "MATTER_NOT_GRANTED"), ({"uses": frozenset()}, "USE_NOT_GRANTED")],
    )
    @pytest.mark.parametrize("strict", [False, True])
    async def test_a_use_or_matter_outside_the_grant(self, terms: dict[str, Any], breach: str, strict: bool) -> None:
        world = gateway(grant(NUMBER, **terms))
        await ask(world, self.LOOKUP, strict=strict)
        (entry,) = entries(world)
        assert (entry["kind"], entry["breaches"]) == ("refused" if strict else "answered", [breach])

    async def test_what_was_never_granted_is_no_breach(self) -> None:
        world = gateway()
        await ask(world, self.LOOKUP)
        assert "breaches" not in entries(world)[0]

    @pytest.mark.parametrize("text", [LOOKUP, "{ __typename }"])
    async def test_another_departments_right_without_an_entrustment(self, text: str) -> None:
        world = gateway()
        answered = await ask(world, text, purpose=f'{PURPOSE}, acting-for="{DUTY}"')
        assert code(answered) == "ENTRUSTMENT_REQUIRED"
        (entry,) = entries(world)
        assert (entry["kind"], entry["breaches"]) == ("refused", ["ENTRUSTMENT_REQUIRED"])
        assert entry["purpose"]["actingFor"] == DUTY

    async def test_a_token_from_outside_its_network(self) -> None:
        world = gateway()
        assert code(await ask(world, self.LOOKUP, peer=OUTSIDE)) == "TOKEN_NOT_BOUND"
        (entry,) = entries(world)
        assert (entry["kind"], entry["error"], entry["breaches"]) == ("refused", "TOKEN_NOT_BOUND", ["TOKEN_NOT_BOUND"])
        assert (entry["client"], entry["consumer"]) == ("hall", another("hall").department)
        assert world.source.began == []

    async def test_one_entry_a_second_of_each_client_however_many_come(self) -> None:
        world = gateway()
        await asyncio.gather(*(ask(world, self.LOOKUP, peer=OUTSIDE) for _ in range(20)))
        assert len(entries(world)) == 1
        assert code(await ask(world, self.LOOKUP, peer=OUTSIDE, client=OPERATOR)) == "TOKEN_NOT_BOUND"
        assert [entry["client"] for entry in entries(world)] == ["hall", "operator"]

    async def test_it_is_refused_also_where_nothing_can_be_recorded(self) -> None:
        world = gateway()
        world.ledger.failure = GatewayError(LEDGER_UNAVAILABLE, "away")
        assert code(await ask(world, self.LOOKUP, peer=OUTSIDE)) == "TOKEN_NOT_BOUND"

    async def test_a_forged_token_names_nobody_and_leaves_no_entry(self) -> None:
        world = gateway()
        assert code(await ask(world, self.LOOKUP, client=another("nobody"), peer=OUTSIDE)) == "CLIENT_DISABLED"
        assert entries(world) == []
