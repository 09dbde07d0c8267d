"""Whose materials a matter asks about: each subject in a role that the matter knows, of a kind that the role takes."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple, assert_never

from catalogue.matters import AllOf, AnyOf, Certificate, Items, Matter, Own, Replacement, Role, SubjectKind, Theme
from errors import SUBJECTS_INVALID, GatewayError

ARTICLE = "Art. 16 ¶2"

_KINDS = {
    SubjectKind.PERSON: "idNumber",
    SubjectKind.ORGANISATION: "creditCode",
    SubjectKind.REAL_ESTATE_UNIT: "unitCode",
    SubjectKind.LAND_PARCEL: "parcelCode",
}


class Subject(NamedTuple):
    """A subject by the code under which its base register knows it."""

    kind: SubjectKind
    code: str


def of_each(
    matters: Sequence[Matter], subjects: Mapping[str, Sequence[Subject]]
) -> Sequence[Mapping[str, Sequence[Subject]]]:
    """Where several matters are handled at once, who of the subjects each is about: those whose role it knows. A role that
    none of them knows is left with every one, to be refused.
    """
    known = {role for matter in matters for role in matter.roles}
    return [
        {role: of for role, of in subjects.items() if role in matter.roles or role not in known} for matter in matters
    ]  # fmt: skip


def check_subjects(matter: Matter, subjects: Mapping[str, Sequence[Subject]], *, complete: bool = True) -> None:
    """Raises SUBJECTS_INVALID for a role that the matter lacks, a kind that the role does not take, too few or too many
    subjects in a role, or one named twice in it. No code is repeated.

    Not `complete`: some roles may still have too few, as where a case is opened with whoever has come.
    """
    for name in subjects:
        if name not in matter.roles:
            known = ", ".join(f"`{role}`" for role in matter.roles)
            raise _invalid(f"matter `{matter.code}` has no role `{name}`", f"its roles are {known}")
    for name, role in matter.roles.items():
        _check_role(matter, role, subjects.get(name, ()), role.least if complete else 0)


def lacking(matter: Matter, subjects: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The roles that these (role → codes) take by fewer than the matter is about."""
    return tuple(
        name for name, role in matter.roles.items() if role.kinds and len(subjects.get(name, ())) < role.least
    )  # fmt: skip


def check_situations(matter: Matter, subjects: Mapping[str, Sequence[Subject]], situations: Collection[str]) -> None:
    """Raises SUBJECTS_INVALID for a situation that calls for a material of somebody who is not named: left out of the list,
    it would be asked for after the list that names all that is lacking, once.
    """
    for material in matter.materials:
        called = [one for one in material.situations if one in situations]
        if not called or material.replaced_by is None:
            continue
        roles = dict.fromkeys(_roles(material.replaced_by))
        if None not in roles and not any(subjects.get(role) for role in roles if role is not None):
            named = " or ".join(f"`{role}`" for role in roles)
            raise _invalid(
                f"situation `{called[0]}` calls for `{material.code}`, and nobody takes the role {named}",
                "name who takes it, or leave the situation out",
            )


def _roles(replacement: Replacement) -> Iterator[str | None]:
    """Whose data it is made of, by role; None where it is a register's as a whole, whoever takes part."""
    match replacement:
        case Items(paths=paths):
            yield from (path[0] for path in paths)
        case Certificate(role=role):
            yield role
        case Own() | Theme():
            yield None
        case AnyOf(parts=parts) | AllOf(parts=parts):
            for part in parts:
                yield from _roles(part)
        case _:
            assert_never(replacement)


def _check_role(matter: Matter, role: Role, taken: Sequence[Subject], least: int) -> None:
    if not role.kinds:
        if taken:
            raise _invalid(f"role `{role.name}` of `{matter.code}` is known to no base register", "name no subject for it")
        return
    for subject in taken:
        if subject.kind not in role.kinds:
            codes = " or ".join(f"`{_KINDS[kind]}`" for kind in role.kinds)
            raise _invalid(
                f"role `{role.name}` of `{matter.code}` is taken by no `{_KINDS[subject.kind]}`", f"name it by {codes}"
            )
    if len(taken) != len(set(taken)):
        raise _invalid(f"role `{role.name}` names a subject twice", "name each subject of a role once")
    most = role.most
    if len(taken) < least or (most is not None and len(taken) > most):
        bounds = f"{role.least} to {most}" if most is not None else f"at least {role.least}"
        raise _invalid(f"role `{role.name}` of `{matter.code}` is taken by {len(taken)}", f"it is to be taken by {bounds}")


def _invalid(message: str, hint: str) -> GatewayError:
    return GatewayError(SUBJECTS_INVALID, message, hint, article=ARTICLE)
