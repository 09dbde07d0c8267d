"""A matter, the registers that answer for it, and who checks its materials: what the cases of `materialCheck` stand on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from catalogue.matters import (
    AllOf,
    AnyOf,
    Certificate,
    Items,
    Lenience,
    LenienceKind,
    Material,
    Matter,
    Own,
    Role,
    Situation,
    SubjectKind,
    Theme,
    register_of,
)
from catalogue.model import Basis, BasisClass, ProviderCode
from resolvers.ports import OpenCase
from sharing.concealment import Concealment
from sharing.grant import Grant
from sharing.open_doubts import Doubted, index_doubts
from tests.http.house import World
from tests.law.asking import LI, ZHANG, another, gateway, row
from tests.law.asking import ask as ask_as
from tests.law.asking import grant as grant_to
from tests.law.cases import department
from tests.materials.desk import HeldDesk

PERSON = SubjectKind.PERSON
HOUSING = another("housing", "11320100MBX000166L", division="320100")
DEPARTMENT = HOUSING.department
COMPILER, FEDERATION = (department(one) for one in ("government_services", "disabled_federation"))
DISABILITY, MARRIAGE_CARD, TITLE = "13320000MBX000094G001", "11100000000013338W032", "11100000MB03271699001"
PURPOSE = 'matter="M12", use=administrative-basis, handler="H1"'
IN_CASE = 'matter="M12", use=administrative-basis, handler="H1", case="C-1"'


def material(code: str, replaced_by: Any = None, **more: Any) -> Material:
    return Material(code, f"材料{code}", f"material {code}", replaced_by=replaced_by, **more)


MATTER = Matter(
    "M12",
    "公共租赁住房保障资格申请",
    "public rental housing",
    DEPARTMENT,
    valid_from=date(2020, 1, 1),
    roles={
        "applicant": Role("applicant", "申请人", "applicant", (PERSON,), 1, 1),
        "spouse": Role("spouse", "配偶", "spouse", (PERSON,), 0, 1),
        "member": Role("member", "成员", "member", (PERSON,), 0, None),
    },
    situations={"priority": Situation("priority", "优先", "priority"), "either": Situation("either", "其一", "either")},
    materials=(
        material("form"),
        material("identity", Items((("applicant", "name"), ("spouse", "name")))),
        material(
            "residence", Items((("applicant", "registeredResidence"),)), lenience=Lenience(LenienceKind.COMMITMENT, 10)
        ),
        material(
            "marriage",
            AnyOf((Items((("applicant", "marriageRecord", "status"),)), Certificate("applicant", (MARRIAGE_CARD,)))),
        ),
        material("dwelling", Items((("applicant", "realEstateUnits", "unitCode"),), absence=True)),
        material("adoption", Items((("applicant", "adoptionRecord"),))),
        material("disability", Certificate("applicant", (DISABILITY,)), situations=("priority",)),
        material(
            "either",
            AnyOf((Items((("applicant", "registeredResidence"),)), Certificate("applicant", (DISABILITY,)))),
            situations=("either",),
        ),
        material("income", Theme("家庭经济状况", "means", "民政部门")),
        material("files", AllOf((Own("档案", "files", (("applicant", "sex"),)),))),
        material("divorce", barred=True),
        material("spouseOnly", Items((("spouse", "idNumber"),))),
        material("members", Items((("member", "name"), ("member", "birthDate")))),
    ),
)
OTHER = replace(
    MATTER, code="M04", materials=(material("identity", Items((("applicant", "name"), ("applicant", "idNumber")))),)
)
FORM_ALONE = replace(MATTER, code="M08", materials=(material("form"),))
REGISTER = register_of(1, [MATTER, OTHER, FORM_ALONE])

RESIDENCE = "101001/000001-009"
CHECK = """query($s: [CaseSubjectInput!]!, $x: [String!]) {
  materialCheck(matter: "M12", subjects: $s, situations: $x) {
    matter title version receipt case comparedWith
    materials {
      code verdict reason article providerTitle remedy call expected lenience { kind checkBy } changed
      contents { coordinate title value display outcome reason asOf role roleTitle subject path since changed }
      application { document items }
    }
  }
}"""


@dataclass
class Cases:
    """Open cases of the department: about the applicant, about him and his spouse, and about the two as members as well."""

    matter: str = "M12"

    async def open_case(self, department: ProviderCode, number: str) -> OpenCase | None:
        subjects = {
            "C-1": {"applicant": [ZHANG]},
            "C-2": {"applicant": [ZHANG], "spouse": [LI]},
            "C-3": {"applicant": [ZHANG], "member": [ZHANG, LI]},
        }.get(number)
        if subjects is None or department != DEPARTMENT:
            return None
        return OpenCase(number, department, self.matter, subjects)


def grant(*items: str, **terms: Any) -> Grant:
    return grant_to(*items, department=DEPARTMENT, **terms)


async def ask(
    world: World, text: str, variables: Mapping[str, object] | None = None, *, purpose: str, strict: bool = False
) -> dict[str, Any]:
    return await ask_as(world, text, variables, client=HOUSING, purpose=purpose, strict=strict)


def hiding(matter: str) -> Grant:
    """A grant for an investigation, of which its subjects are not told."""
    law = Basis("中华人民共和国监察法", "中华人民共和国主席令第三号", "第十八条", BasisClass.LAW)
    hidden = Concealment(law, datetime.now(UTC).date() + timedelta(days=60))
    return grant("Person.registeredResidence", "Person.name", matters=frozenset({matter}), concealment=hidden)


def world_of(*grants: Any, rows: Mapping[str, Any] | None = None) -> tuple[World, HeldDesk]:
    world, held = gateway(*grants, matters=REGISTER, rows=rows, clients=[HOUSING]), HeldDesk()
    world.gateway.cases = Cases()
    world.gateway.desk = held.desk()
    return world, held


async def check(world: World, *roles: str, purpose: str = PURPOSE, situations: list[str] | None = None) -> dict[str, Any]:
    subjects = [{"role": "applicant", "idNumber": ZHANG}]
    subjects += [{"role": role, "idNumber": LI} for role in roles]
    return await ask(world, CHECK, {"s": subjects, "x": situations}, purpose=purpose)


def materials(answered: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    assert "data" in answered, answered
    return {one["code"]: one for one in answered["data"]["materialCheck"]["materials"]}


def verdicts(answered: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    return {code: (one["verdict"], one["reason"]) for code, one in materials(answered).items()}


def married(**held: object) -> dict[str, Any]:
    return {"MarriageRecord": [row("MarriageRecord", idNumber=ZHANG, status="21", divisionCode="320102", **held)]}


def certificate(type_code: str, number: str, **held: object) -> Mapping[str, Any]:
    given = {"holderKind": "PERSON", "holderCode": ZHANG, "status": "VALID", "typeName": "证", "validFrom": date(2020, 1, 1)}
    return row("Licence", identifier=number, typeCode=type_code, **{**given, **held})


FULL = ("Person.marriageRecord", "MarriageRecord.status", "Person.realEstateUnits", "Person.registeredResidence")


def doubt(world: World, *coordinates: str, subject: str = ZHANG, day: int = 1) -> None:
    """From here on these items of the subject are under verification, since that day of March."""
    world.ledger.epoch = epoch = world.rights.rights.epoch + 1
    codes = {str(coordinate): entry.code for coordinate, entry in world.gateway.served.catalogue.entries.items()}
    reference, since = world.gateway.subject_hash(subject), datetime(2026, 3, day, tzinfo=UTC)
    doubts = index_doubts([Doubted(codes[one], reference, since) for one in coordinates])
    world.rights.rights = replace(world.rights.rights, epoch=epoch, doubts=doubts)


def doubtful(found: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    """The places shown that are under verification, below the subject, with what stands there."""
    return [(one["path"].split(".", 3)[-1], one["value"]) for one in found["contents"] if one["since"] is not None]
