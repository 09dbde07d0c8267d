"""政务服务事项: service matters, their materials, and what replaces each (Art. 16 ¶2, 17 ¶2; 个人信息保护法 34).

Frozen data. `catalogue.read_matter` reads a matter, `catalogue.matter_items` binds it to a catalogue, and
`catalogue.check_matter` holds it against one. Its versions follow one another by day: a case is judged by the list of then.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from catalogue.model import Coordinate, ProviderCode

Path: TypeAlias = tuple[str, ...]
"""A role, then GraphQL field names from the resource of whoever takes it: `("applicant", "marriageRecord", "status")`."""


class SubjectKind(StrEnum):
    """What takes a role: it is found in the base registers by a code of its own."""

    PERSON = "person"
    ORGANISATION = "organisation"
    REAL_ESTATE_UNIT = "real_estate_unit"
    LAND_PARCEL = "land_parcel"


@dataclass(frozen=True, slots=True)
class Role:
    """Who or what a matter is about. `least`, `most`: how many take it (None: any number); `acts_for`: the roles that an
    agent or guardian acts for.

    Without `kinds` it is something that no base register knows (a construction project): no subject is named for it.
    """

    name: str
    title: str
    title_en: str
    kinds: tuple[SubjectKind, ...]
    least: int
    most: int | None
    acts_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Situation:
    """情形: circumstances in which further materials are needed."""

    code: str
    title: str
    title_en: str


@dataclass(frozen=True, slots=True)
class Items:
    """Information items, all of them needed. `absence`: that there is no row, or no value, is itself the proof.

    A path applies to subjects of a kind whose resource has its first field; a role that nobody takes is passed over.
    """

    paths: tuple[Path, ...]
    absence: bool = False


@dataclass(frozen=True, slots=True)
class Certificate:
    """An electronic certificate that the role's subject holds, of any of these types (codes); `valid`: one in force."""

    role: str
    types: tuple[str, ...]
    valid: bool = True


@dataclass(frozen=True, slots=True)
class Own:
    """The handling department's own register or files: nothing is shared, and it may not be asked for either.

    `paths`: the items that stand there, where it is catalogued: for whoever handles the matter in another's stead.
    """

    title: str
    title_en: str
    paths: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Theme:
    """Another department's thematic or departmental resource, outside this catalogue. `absence` as of `Items`."""

    title: str
    title_en: str
    provider_title: str
    absence: bool = False


@dataclass(frozen=True, slots=True)
class AnyOf:
    """任选其一: one of the parts is enough."""

    parts: "tuple[Replacement, ...]"


@dataclass(frozen=True, slots=True)
class AllOf:
    """All parts are needed."""

    parts: "tuple[Replacement, ...]"


Replacement: TypeAlias = Items | Certificate | Own | Theme | AnyOf | AllOf


class LenienceKind(StrEnum):
    """How a matter goes on without a material that could not be had."""

    COMMITMENT = "commitment"
    """告知承诺: on the applicant's written commitment."""
    DEFERRED = "deferred"
    """容缺受理: accepted, to be supplied afterwards."""


@dataclass(frozen=True, slots=True)
class Lenience:
    """Where the matter allows it; the check afterwards is due in so many working days. `checked`: not from memory."""

    kind: LenienceKind
    working_days: int
    checked: bool = False


@dataclass(frozen=True, slots=True)
class Material:
    """材料. `replaced_by` None: nothing replaces it. `situations`: needed in any of these only; none: always.

    `statutory`: a law or regulation of the State lists it; without that it is local practice. `barred`: it may not be asked
    for, whatever the registers say. `checked`: compared with a public text; else the list is from memory.
    """

    code: str
    title: str
    title_en: str
    situations: tuple[str, ...] = ()
    replaced_by: Replacement | None = None
    note: str = ""
    lenience: Lenience | None = None
    statutory: bool = True
    barred: bool = False
    checked: bool = False


@dataclass(frozen=True, slots=True)
class Basis:
    """Legal basis. `checked`: compared with the public text; else it is stated from memory."""

    title: str
    number: str
    clause: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """In this division (its code, or the beginning of it) another department is competent (相对集中行政许可权)."""

    division: str
    department: ProviderCode
    checked: bool = False


@dataclass(frozen=True, slots=True)
class Matter:
    """One version of a matter, in force from `valid_from` until the day before `valid_until` (None: without an end).

    `demo_key`: its code is the demo's own, no official item code. `items`: all that it declares to need, those of its
    materials included, as the catalogue has them; empty: it declares none, and is bound to none. `marked`: the materials
    that may not be asked for, since all that replaces them can be obtained (Art. 16 ¶2).
    """

    code: str
    title: str
    title_en: str
    department: ProviderCode
    basis: tuple[Basis, ...] = ()
    version: int = 1
    valid_from: date = date.min
    valid_until: date | None = None
    roles: Mapping[str, Role] = field(default_factory=dict, hash=False)
    situations: Mapping[str, Situation] = field(default_factory=dict, hash=False)
    materials: tuple[Material, ...] = ()
    declared: tuple[str, ...] = ()
    demo_key: bool = False
    elsewhere: tuple[Elsewhere, ...] = ()
    note: str = ""
    items: frozenset[Coordinate] = frozenset()
    marked: frozenset[str] = frozenset()

    def holds(self, day: date) -> bool:
        """Whether this version is in force on that day."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)

    def competent(self, division: str) -> ProviderCode:
        """The department that handles it in the division; the most particular word decides."""
        found = [one for one in self.elsewhere if division.startswith(one.division.rstrip("0"))]
        return max(found, key=lambda one: len(one.division.rstrip("0"))).department if found else self.department


@dataclass(frozen=True, slots=True)
class MatterRegister:
    """Every version of every matter, by code and in order. `revision` rises with each that is added."""

    revision: int = 0
    matters: Mapping[str, tuple[Matter, ...]] = field(default_factory=lambda: MappingProxyType({}), hash=False)

    def in_force(self, code: str, day: date) -> Matter | None:
        """The version in force on that day; None where there is none."""
        return next((one for one in reversed(self.matters.get(code, ())) if one.holds(day)), None)

    def known_from(self, code: str, day: date) -> bool:
        """Whether a version of the matter is in force on that day or later."""
        return any(one.valid_until is None or one.valid_until > day for one in self.matters.get(code, ()))

    def all_in_force(self, day: date) -> tuple[Matter, ...]:
        """Every matter in force on that day, by code."""
        found = (self.in_force(code, day) for code in self.matters)
        return tuple(one for one in found if one is not None)

    def next_change(self, day: date) -> date | None:
        """The first day after `day` on which a version of any matter begins or ends."""
        turns = (turn for of_code in self.matters.values() for one in of_code for turn in (one.valid_from, one.valid_until))
        return min((turn for turn in turns if turn is not None and turn > day), default=None)


NO_MATTERS = MatterRegister()


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A version that ends the matter, from this day on."""

    code: str
    version: int
    valid_from: date


def register_of(revision: int, versions: Iterable[Matter | Withdrawn]) -> MatterRegister:
    """The register of these versions. A later one takes the place of all before it from its first day on."""
    matters: dict[str, list[Matter]] = {}
    begins: dict[str, date] = {}
    for one in sorted(versions, key=lambda one: one.version, reverse=True):
        later = begins.get(one.code)
        begins[one.code] = one.valid_from if later is None else min(later, one.valid_from)
        of_code = matters.setdefault(one.code, [])
        if isinstance(one, Matter):
            ends = [day for day in (one.valid_until, later) if day is not None]
            of_code.insert(0, replace(one, valid_until=min(ends, default=None)))
    return MatterRegister(revision, {code: tuple(of_code) for code, of_code in sorted(matters.items())})
