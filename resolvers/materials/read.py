"""The arguments of a check: which matter, about whom, in which situations."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypeAlias, cast

import errors
from catalogue.matters import Matter, MatterRegister, SubjectKind
from resolvers.materials.compose import Asked, CheckShape, Taken
from sharing.subjects import Subject, check_situations, check_subjects, of_each
from standards.faults import StandardFault
from standards.parcel_code import parse as parse_parcel_code
from standards.unit_code import parse as parse_unit_code

CHECKS = ("materialCheck", "materialChecks")
"""The fields of Query that are answered by checking materials: of one matter, or of several at once (一件事)."""
MOST_SUBJECTS = 50
MOST_MATTERS = 10

Values: TypeAlias = Mapping[str, Callable[[Mapping[str, object]], object]]

_CODES = {
    "idNumber": SubjectKind.PERSON,
    "creditCode": SubjectKind.ORGANISATION,
    "unitCode": SubjectKind.REAL_ESTATE_UNIT,
    "parcelCode": SubjectKind.LAND_PARCEL,
}
_PARSED: Mapping[SubjectKind, Callable[[str], str]] = {
    SubjectKind.REAL_ESTATE_UNIT: parse_unit_code,
    SubjectKind.LAND_PARCEL: parse_parcel_code,
}


class CheckRequest(NamedTuple):
    """What is asked for: the subjects by role, in the order in which they are named. `many`: several matters at once."""

    matters: tuple[str, ...]
    subjects: Mapping[str, Sequence[Subject]]
    situations: frozenset[str]
    many: bool

    @property
    def taken(self) -> tuple[Taken, ...]:
        """By how many subjects of which kind each role is taken."""
        counts: dict[tuple[str, SubjectKind], int] = {}
        for role, of_role in self.subjects.items():
            for subject in of_role:
                counts[role, subject.kind] = counts.get((role, subject.kind), 0) + 1
        return tuple(Taken(role, kind, count) for (role, kind), count in sorted(counts.items()))

    def outline(self, register: MatterRegister, day: date) -> Hashable:
        """What a plan depends on: nothing of it is a subject's."""
        found = (register.in_force(code, day) for code in self.matters)
        versions = tuple(None if matter is None else matter.version for matter in found)
        return self.matters, versions, self.taken, self.situations


def read_check(values: Values, variables: Mapping[str, object]) -> CheckRequest:
    """The arguments of one check, as these variables give them. Raises SUBJECTS_INVALID, TOO_MANY_KEYS."""
    many = "matters" in values
    named = values["matters"](variables) if many else [values["matter"](variables)]
    matters = tuple(dict.fromkeys(map(str, cast("Sequence[object]", named))))
    listed = cast("Sequence[Mapping[str, object]]", values["subjects"](variables))
    _check_number("subjects", len(listed), MOST_SUBJECTS)
    _check_number("matters", len(matters), MOST_MATTERS)
    situations = cast("Sequence[str] | None", values["situations"](variables)) or ()
    return CheckRequest(matters, _by_role(listed), frozenset(situations), many)


def _by_role(listed: Sequence[Mapping[str, object]]) -> Mapping[str, Sequence[Subject]]:
    by_role: dict[str, list[Subject]] = {}
    for given in listed:
        by_role.setdefault(str(given["role"]), []).append(read_subject(given))
    return by_role


def _check_number(name: str, found: int, most: int) -> None:
    if not 1 <= found <= most:
        raise errors.GatewayError(
            errors.SUBJECTS_INVALID,
            f"`{name}` holds {found}, it must hold 1 to {most}",
            "name at least one" if not found else "check in several requests",
            article="Art. 16 ¶2",
        )


def read_subject(given: Mapping[str, object]) -> Subject:
    """One subject, by exactly one of its codes. Raises SUBJECTS_INVALID."""
    codes = [(kind, str(code)) for name, kind in _CODES.items() if (code := given.get(name)) is not None]
    if len(codes) != 1:
        raise errors.GatewayError(
            errors.SUBJECTS_INVALID,
            f"a subject in role `{given['role']}` is named by {len(codes)} codes",
            "name each by exactly one of `idNumber`, `creditCode`, `unitCode`, `parcelCode`",
            article="Art. 16 ¶2",
        )
    kind, code = codes[0]
    parse = _PARSED.get(kind)
    if parse is not None:
        try:
            code = parse(code)
        except StandardFault as fault:
            raise errors.GatewayError(
                errors.SUBJECTS_INVALID, fault.message, fault.hint, article="Art. 16 ¶2", extensions=fault.facts()
            ) from None
    return Subject(kind, code)


def valid_shapes(request: CheckRequest, register: MatterRegister, day: date) -> tuple[CheckShape, ...]:
    """What is to be planned, a shape a matter; where several are handled at once, each takes the subjects and situations
    that it knows. Raises MATTER_UNKNOWN; SUBJECTS_INVALID for a wrong role, kind, number or situation, and for a situation
    that is about somebody who is not named.
    """
    matters = [matter_in_force(register, code, day) for code in request.matters]
    known = frozenset(situation for matter in matters for situation in matter.situations)
    unknown = sorted(request.situations - known)
    if unknown:
        raise errors.GatewayError(
            errors.SUBJECTS_INVALID,
            f"there is no situation `{unknown[0]}`",
            f"the situations are {', '.join(f'`{one}`' for one in sorted(known)) or 'none'}",
            article="Art. 16 ¶2",
        )
    shapes = []
    for matter, own in zip(matters, of_each(matters, request.subjects), strict=True):
        check_subjects(matter, own)
        check_situations(matter, own, request.situations)
        taken = tuple(one for one in request.taken if one.role in own)
        shapes.append(CheckShape(matter, taken, request.situations.intersection(matter.situations)))
    return tuple(shapes)


def matter_in_force(register: MatterRegister, code: str, day: date) -> Matter:
    """The matter as of this day. Raises MATTER_UNKNOWN."""
    matter = register.in_force(code, day)
    if matter is None:
        raise errors.GatewayError(
            errors.MATTER_UNKNOWN, f"no matter `{code}` is in force", "the query `matters` lists them", article="Art. 16 ¶2"
        )
    return matter


@dataclass(frozen=True, slots=True)
class ReadSubjects:
    """The subjects' codes by the names under which a check's root fields look for them.

    Of arguments that `read_check` has read: a plan is found by them.
    """

    values: Values
    asked: tuple[Asked, ...]

    def __call__(self, variables: Mapping[str, object]) -> dict[str, object]:
        by_role = self._read(variables)
        found: dict[str, object] = {}
        for one in self.asked:
            codes = [subject.code for subject in by_role[one.taken.role] if subject.kind is one.taken.kind]
            found[one.variable] = codes if one.batch else codes[one.first]
        return found

    def named(self, variables: Mapping[str, object]) -> Mapping[str, frozenset[str]]:
        """Everybody whom the argument names, by role: also who is in none of the matter's, or of whom nothing is asked."""
        return {role: frozenset(one.code for one in of_role) for role, of_role in self._read(variables).items()}

    def _read(self, variables: Mapping[str, object]) -> Mapping[str, Sequence[Subject]]:
        return _by_role(cast("Sequence[Mapping[str, object]]", self.values["subjects"](variables)))
