"""What is given in part: forms, rows, relations that need every part, and what stands for something that is not shown.

Each case goes the whole way of a request.
"""

import time
from datetime import timedelta

import pytest

from catalogue.model import Form, Rows
from catalogue.profile import Binding
from resolvers.day import today
from sharing.regime import Regime
from tests.law.asking import LI, ZHANG, ask, gateway, grant, needing, outcome, row

DISABILITY, DRIVING = "13320000MBX000094G001", "11100000MB03271699001"
CHILD = "320102201909109985"


class TestForms:
    async def test_masked_values_leave_masked(self) -> None:
        world = gateway(grant("Person.registeredResidence", "Person.householdNumber", form=Form.MASKED))
        answered = await ask(world, f'{{ person(idNumber: "{ZHANG}") {{ registeredResidence householdNumber }} }}')
        assert answered["data"]["person"] == {"registeredResidence": "南京市玄武区****", "householdNumber": "H**"}
        told = [outcome(answered, "person", item)["outcome"] for item in answered["data"]["person"]]
        assert told == ["MASKED", "MASKED"]

    async def test_what_is_open_in_part_to_all_needs_no_grant_and_more_of_it_does(self) -> None:
        rows = {
            "RealEstateUnit": [row("RealEstateUnit", unitCode="U1", location="某路一号")],
            "RightHolder": [row("RightHolder", unitCode="U1", position=1, code=ZHANG, name="张小三")],
        }
        relation = grant("RealEstateUnit.rightHolders")
        text = '{ realEstateUnit(unitCode: "U1") { rightHolders { name } } }'
        masked = await ask(gateway(relation, rows=rows), text)
        assert masked["data"]["realEstateUnit"]["rightHolders"] == [{"name": "张**"}]
        full = await ask(gateway(relation, grant("RightHolder.name"), rows=rows), text)
        assert full["data"]["realEstateUnit"]["rightHolders"] == [{"name": "张小三"}]


class TestDerived:
    async def test_adult_or_not_is_told_where_the_date_of_birth_is_not(self) -> None:
        world = gateway(regime=Regime(binding=Binding.ENFORCE), matters=needing("Person.isAdult"))
        answered = await ask(world, f'{{ person(idNumber: "{ZHANG}") {{ isAdult birthDate }} }}')
        assert answered["data"]["person"] == {"isAdult": True, "birthDate": None}


class TestJoined:
    """A relation is an item; what it leads to needs rights of its own, each part."""

    PARTS = ("Person.household", "Household.number", "Household.address")
    TEXT = f'{{ person(idNumber: "{ZHANG}") {{ household {{ address }} }} }}'

    async def test_with_every_part_it_is_given(self) -> None:
        answered = await ask(gateway(grant(*self.PARTS)), self.TEXT)
        assert answered["data"]["person"]["household"] == {"address": "南京市玄武区一号"}

    @pytest.mark.parametrize("lacking", PARTS)
    async def test_without_any_one_of_them_it_is_not(self, lacking: str) -> None:
        world = gateway(grant(*(part for part in self.PARTS if part != lacking)))
        answered = await ask(world, self.TEXT)
        whole = lacking == "Household.address"
        assert answered["data"]["person"]["household"] == ({"address": None} if whole else None)
        assert len(world.source.began) == 1 + whole, "the household's rows are read only for who may see them"

    async def test_the_key_that_joins_is_not_shown_by_the_right_to_join(self) -> None:
        text = self.TEXT.replace("household {", "householdNumber household {")
        answered = await ask(gateway(grant(*self.PARTS)), text)
        assert answered["data"]["person"]["householdNumber"] is None


class TestRows:
    async def test_own_division_and_below(self) -> None:
        world = gateway(grant("Person.householdNumber", rows=Rows.OWN_DIVISION))
        answered = await ask(world, f'{{ person(idNumber: "{ZHANG}") {{ householdNumber }} }}')
        assert answered["data"]["person"]["householdNumber"] == "H-1", "the hall's division is the province"

    async def test_sensitive_certificates_are_withheld_type_by_type_and_a_childs_altogether(self) -> None:
        rows = {
            "Licence": [
                row("Licence", identifier=f"L{at}", typeCode=kind, typeName=name, holderKind="PERSON", holderCode=holder)
                for at, (kind, name, holder) in enumerate(
                    ((DISABILITY, "残疾人证", ZHANG), (DRIVING, "驾驶证", ZHANG), (DRIVING, "驾驶证", CHILD))
                )
            ]
        }
        text = '{ person(idNumber: "%s") { licences { identifier typeName } } }'
        answered = await ask(gateway(rows=rows), text % ZHANG)
        assert answered["data"]["person"]["licences"] == [{"identifier": "L1", "typeName": "驾驶证"}]
        told = outcome(answered, "person", "licences")
        assert (told["outcome"], told["reason"], told["call"]) == ("WITHHELD", "ROW_RULE", "draftApplication")

    async def test_expired_and_repaired_penalties_are_not_shown(self) -> None:
        now = today(time.time())
        held = (
            ("当前", now + timedelta(days=1), None),
            ("期满", now - timedelta(days=1), None),
            ("已修复", now + timedelta(days=1), now),
            ("今日到期", now, None),
        )
        rows = {
            "CreditSubject": [row("CreditSubject", code=ZHANG, name="张三", subjectKind="PERSON")],
            "CreditRecord": [
                row("CreditRecord", subjectCode=ZHANG, listKind="PENALTY", recordNumber=f"{at}", decision=word,
                    publishedUntil=until, repairedOn=repaired)
                for at, (word, until, repaired) in enumerate(held)
            ],
        }  # fmt: skip
        answered = await ask(gateway(rows=rows), f'{{ creditSubject(code: "{ZHANG}") {{ penalties {{ decision }} }} }}')
        assert [one["decision"] for one in answered["data"]["creditSubject"]["penalties"]] == ["当前", "今日到期"]

    async def test_a_rating_is_of_organisations_only(self) -> None:
        rows = {"CreditSubject": [
            row("CreditSubject", code=code, name="主体", subjectKind=kind, level="A", divisionCode="320102")
            for code, kind in ((ZHANG, "PERSON"), ("91320102MA01029XX1", "ORGANISATION"), (LI, None))
        ]}  # fmt: skip
        world = gateway(grant("CreditSubject.level"), rows=rows)
        shown = [
            (await ask(world, f'{{ creditSubject(code: "{code}") {{ level }} }}'))["data"]["creditSubject"]["level"]
            for code in (ZHANG, "91320102MA01029XX1", LI)
        ]
        assert shown == [None, "A", None], "nobody rates a natural person; who it is of must be known"
