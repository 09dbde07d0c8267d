"""Checks of materials, judged a second time: by plain words on plain facts, without any of the product's law of materials.

A scene says who is there, what each has, what is granted and what is in doubt; `due` says what a check of it must tell, and
`told` what the product tells. The product's sources are in memory, its way is the whole one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import product
from typing import Any, NamedTuple, TypeAlias

from catalogue.matters import AnyOf, Certificate, Items, register_of
from catalogue.model import Form, Rows
from standards.masks import mask_address
from tests.law.asking import LI, ZHANG, gateway, row
from tests.materials.desk import HeldDesk
from tests.materials.scene import (
    DISABILITY,
    FEDERATION,
    FULL,
    HOUSING,
    MARRIAGE_CARD,
    MATTER,
    Cases,
    ask,
    certificate,
    doubt,
    grant,
    material,
)

CODES = {"applicant": ZHANG, "spouse": LI}
RANK = ("NOT_TO_BE_ASKED", "ACCEPT_IF_OFFERED", "OBTAINABLE", "ASK_WITH_REASON")
SHOWN = ("Person.name", "Person.registeredResidence", "MarriageRecord.status", "Licence.number")
LICENCE = tuple(
    f"Licence.{one}" for one in ("identifier", "typeCode", "typeName", "number", "validUntil", "isValid", "holderCode")
)
BOTH = tuple(CODES)
CHECKED = replace(
    MATTER,
    situations={},
    materials=(
        material("identity", Items(tuple((role, "name") for role in BOTH))),
        material("residence", Items(tuple((role, "registeredResidence") for role in BOTH))),
        material("noResidence", Items(tuple((role, "registeredResidence") for role in BOTH), absence=True)),
        material("unmarried", Items(tuple((role, "marriageRecord", "status") for role in BOTH), absence=True)),
        material("noDwelling", Items(tuple((role, "realEstateUnits", "unitCode") for role in BOTH), absence=True)),
        material("noCertificate", Items((("applicant", "licences", "number"),), absence=True)),
        material("disability", Certificate("applicant", (DISABILITY,))),
        material("card", Certificate("applicant", (MARRIAGE_CARD,))),
        material(
            "either",
            AnyOf((Items((("applicant", "marriageRecord", "status"),)), Certificate("applicant", (MARRIAGE_CARD,)))),
        ),
    ),
)  # fmt: skip
ASK = """query($s: [CaseSubjectInput!]!) { materialCheck(matter: "M12", subjects: $s) {
  materials { code verdict reason contents { coordinate role value } } } }"""


class Material(NamedTuple):
    """What is told of a material: the verdict, whether absence is the proof, and every value with whose it is."""

    verdict: str
    absent: bool
    values: frozenset[tuple[str, str, str]]


@dataclass(frozen=True)
class Has:
    """What somebody has in the registers; `known`: whether the population register knows the number."""

    known: bool = True
    residence: str | None = None
    married: bool = False
    cards: Mapping[str, bool] = field(default_factory=dict)
    """Certificates by type, and whether each is in force."""


@dataclass(frozen=True)
class Scene:
    """`form`: in which the residence is granted, of case subjects; None: nothing is. `case`: of these roles; None: none.

    `doubted`: whose name is in doubt; `down`: the resource that does not answer.
    """

    has: Mapping[str, Has]
    form: Form | None
    case: frozenset[str] | None
    doubted: str | None = None
    down: str | None = None

    def opened(self, role: str, *, masked: bool = False) -> bool:
        """Whether what is granted of case subjects may be read of this one; only the residence may be granted masked."""
        granted = self.form is Form.FULL or (masked and self.form is Form.MASKED)
        return granted and self.case is not None and role in self.case


def scenes() -> Iterator[Scene]:
    """Few, and each other."""
    there = Has(residence="南京市玄武区一号", married=True, cards={DISABILITY: True, MARRIAGE_CARD: True})
    lapsed, sensitive = Has(cards=dict.fromkeys((DISABILITY, MARRIAGE_CARD), False)), Has(cards={DISABILITY: True})
    persons = (
        {"applicant": there, "spouse": Has()}, {"applicant": Has(), "spouse": there}, {"applicant": sensitive},
        {"applicant": lapsed, "spouse": Has(known=False)}, {"applicant": Has(known=False)},
    )  # fmt: skip
    for role in BOTH:
        yield Scene(persons[0], Form.FULL, frozenset(BOTH), doubted=role)
    for resource, has in product(("MarriageRecord", "Person"), persons[:2]):
        yield Scene(has, Form.FULL, frozenset(BOTH), down=resource)
    cases = (frozenset({"applicant"}), frozenset(BOTH), None)
    for has, form, case in product(persons, (Form.FULL, Form.MASKED, None), cases):
        yield Scene(has, form, case)


# What must be told


def due(scene: Scene) -> Mapping[str, Material]:
    """By material."""
    own = ["applicant"]
    return {
        "identity": _all(scene, scene.has, _name),
        "residence": _all(scene, scene.has, partial(_residence, absence=False)),
        "noResidence": _all(scene, scene.has, partial(_residence, absence=True)),
        "unmarried": _all(scene, scene.has, partial(_marriage, absence=True)),
        "noDwelling": _all(scene, scene.has, _dwelling),
        "noCertificate": _all(scene, own, _any_certificate),
        "disability": _all(scene, own, partial(_certificate, of_type=DISABILITY)),
        "card": _all(scene, own, partial(_certificate, of_type=MARRIAGE_CARD)),
        "either": _either(
            _all(scene, own, partial(_marriage, absence=False)),
            _all(scene, own, partial(_certificate, of_type=MARRIAGE_CARD)),
        ),
    }


Judge: TypeAlias = Callable[[Scene, str], Material]
UNKNOWN = Material("ASK_WITH_REASON", absent=False, values=frozenset())


def _all(scene: Scene, roles: Iterable[str], judge: Judge) -> Material:
    """Everybody's is needed: what leaves most to ask. Of a silent register and of a stranger nothing is known."""
    each = [UNKNOWN if scene.down == "Person" or not scene.has[role].known else judge(scene, role) for role in roles]
    verdict = max((one.verdict for one in each), key=RANK.index)
    absent = verdict == RANK[0] and each[0].absent
    return Material(verdict, absent, frozenset().union(*(one.values for one in each)))


def _either(one: Material, other: Material) -> Material:
    best = min(one.verdict, other.verdict, key=RANK.index)
    return Material(best, absent=False, values=one.values | other.values)


def _found(role: str, coordinate: str, value: str) -> Material:
    return Material("NOT_TO_BE_ASKED", absent=False, values=frozenset({(coordinate, role, value)}))


def _absent(opened: bool, absence: bool = True) -> Material:
    """Nothing is there, as far as can be read."""
    verdict = "OBTAINABLE" if not opened else "NOT_TO_BE_ASKED" if absence else "ASK_WITH_REASON"
    return Material(verdict, absent=opened and absence, values=frozenset())


def _name(scene: Scene, role: str) -> Material:
    told = _found(role, "Person.name", f"名{role}")
    return told._replace(verdict="ACCEPT_IF_OFFERED") if scene.doubted == role else told


def _residence(scene: Scene, role: str, *, absence: bool) -> Material:
    held, opened = scene.has[role].residence, scene.opened(role, masked=True)
    if held is None or not opened:
        return _absent(opened, absence)
    shown = held if scene.form is Form.FULL else mask_address(held)
    assert shown is not None
    return _found(role, "Person.registeredResidence", shown)


def _marriage(scene: Scene, role: str, *, absence: bool) -> Material:
    if scene.down == "MarriageRecord" and scene.opened(role):
        return UNKNOWN
    if scene.has[role].married and scene.opened(role):
        return _found(role, "MarriageRecord.status", "21")
    return _absent(scene.opened(role), absence)


def _dwelling(scene: Scene, role: str) -> Material:
    """Nobody here has one."""
    return _absent(scene.opened(role))


def _readable(scene: Scene, of_type: str) -> bool:
    """A certificate of disability is of a sensitive type: none is read without a right to it."""
    return of_type != DISABILITY or scene.opened("applicant")


def _certificate(scene: Scene, role: str, of_type: str) -> Material:
    held = scene.has[role].cards.get(of_type)
    if held is None or not _readable(scene, of_type):
        return _absent(_readable(scene, of_type), absence=False)
    told = _found(role, "Licence.number", f"No-{of_type}")
    return told if held else told._replace(verdict="ASK_WITH_REASON")


def _any_certificate(scene: Scene, role: str) -> Material:
    """All that may be read. Where nothing is there, nothing is proved: of some type it may be one that is not to be read."""
    shown = [one for one in scene.has[role].cards if _readable(scene, one)]
    values = frozenset(("Licence.number", role, f"No-{one}") for one in shown)
    return Material("NOT_TO_BE_ASKED" if shown else "OBTAINABLE", absent=False, values=values)


# What is told


@dataclass
class OneCase(Cases):
    """The open case of these roles, under the number that purposes state here."""

    roles: frozenset[str] = frozenset()

    async def open_case(self, department: Any, number: str) -> Any:
        opened = await super().open_case(department, "C-2")
        return None if opened is None else replace(opened, number=number, subjects={one: [CODES[one]] for one in self.roles})


async def told(scene: Scene) -> Mapping[str, Material]:
    """What a fresh product tells of this scene."""
    known = {role: has for role, has in scene.has.items() if has.known}
    world = gateway(*_grants(scene), matters=register_of(1, [CHECKED]), rows=_rows(known), clients=[HOUSING])
    world.gateway.cases, world.gateway.desk = OneCase(roles=scene.case or frozenset()), HeldDesk().desk()
    if scene.doubted is not None:
        doubt(world, "Person.name", subject=CODES[scene.doubted])
    if scene.down is not None:
        world.source.silent = frozenset({scene.down})
    purpose = 'matter="M12", use=administrative-basis, handler="H1"' + (', case="C"' if scene.case is not None else "")
    subjects = [{"role": role, "idNumber": CODES[role]} for role in scene.has]
    answered = await ask(world, ASK, {"s": subjects}, purpose=purpose)
    return {one["code"]: _material(one) for one in answered["data"]["materialCheck"]["materials"]}


def _material(told: Mapping[str, Any]) -> Material:
    values = frozenset(
        (one["coordinate"], one["role"], one["value"])
        for one in told["contents"]
        if one["value"] is not None and one["coordinate"] in SHOWN
    )
    return Material(told["verdict"], told["reason"] == "ABSENCE", values)


def _grants(scene: Scene) -> list[Any]:
    if scene.form is None:
        return []
    rest = [
        grant(*(one for one in FULL if not one.startswith("Person.registered")), rows=Rows.CASE_SUBJECT),
        grant(*LICENCE, rows=Rows.CASE_SUBJECT, provider=FEDERATION),
    ]
    residence = grant("Person.registeredResidence", form=scene.form, rows=Rows.CASE_SUBJECT)
    return [residence, *(rest if scene.form is Form.FULL else [])]


def _rows(known: Mapping[str, Has]) -> dict[str, Any]:
    born = {"birthDate": date(1980, 5, 1), "divisionCode": "320102"}
    return {
        "Person": [
            row("Person", idNumber=CODES[role], name=f"名{role}", registeredResidence=has.residence, **born)
            for role, has in known.items()
        ],
        "MarriageRecord": [
            row("MarriageRecord", idNumber=CODES[role], status="21", divisionCode="320102")
            for role, has in known.items() if has.married
        ],
        "Licence": [
            {
                **certificate(of_type, f"{role} {of_type}", holderCode=CODES[role]), "number": f"No-{of_type}",
                "validUntil": None if valid else date(2021, 1, 1),
            }
            for role, has in known.items() for of_type, valid in has.cards.items()
        ],
    }  # fmt: skip
