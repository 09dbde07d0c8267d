"""Agents and guardians of a case (代理人、监护人): who acts for whom, on which document, until when (民法典 23, 34, 161)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from catalogue.matters import AllOf, Items, Matter, Path, Replacement, Role
from errors import AUTHORITY_INVALID, GatewayError

ARTICLE = "Art. 17 ¶2"
KINSHIP = "relationToHead"
"""与户主关系 (GB/T 4761): the item that tells who of a household belongs to whom."""


class AuthorityKind(StrEnum):
    """By law, or by mandate."""

    GUARDIAN = "guardian"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Named:
    """A subject of a case: in which role, its code."""

    role: str
    code: str


@dataclass(frozen=True, slots=True)
class Authority:
    """`holder` acts for `principals`. `basis`: what document it rests on, with its number where it has one."""

    kind: AuthorityKind
    holder: Named
    principals: tuple[Named, ...]
    basis: str
    valid_until: date | None

    def expired(self, day: date) -> bool:
        """Whether it has run out before this day."""
        return self.valid_until is not None and self.valid_until < day


def acting_roles(matters: Iterable[Matter]) -> Mapping[str, Sequence[str]]:
    """The roles that each role acts for, in any of the matters that are handled at once."""
    found: dict[str, tuple[str, ...]] = {}
    for matter in matters:
        for name, role in matter.roles.items():
            found[name] = found.get(name, ()) + role.acts_for
    return found


def check_authorities(authorities: Sequence[Authority], acts_for: Mapping[str, Sequence[str]], day: date) -> None:
    """Raises AUTHORITY_INVALID for one that has run out on `day`, for a holder who acts for itself, and for a role that does
    not act for that of the principal. `acts_for`: the roles that each role of the matter acts for.
    """
    for one in authorities:
        role = one.holder.role
        if one.expired(day):
            raise _invalid(
                f"the authority of the `{role}` ran out on {one.valid_until}", "have it renewed, or act in person"
            )
        if not one.principals or any(principal.code == one.holder.code for principal in one.principals):
            raise _invalid(f"the `{role}` acts for nobody else", "name in `actsFor` whom it acts for")
        for principal in one.principals:
            if principal.role not in acts_for.get(role, ()):
                raise _invalid(
                    f"in this matter the role `{role}` does not act for the role `{principal.role}`",
                    "`matter` shows which roles act for which",
                )


def check_stated(matter: Matter, subjects: Mapping[str, Sequence[str]], authorities: Sequence[Authority]) -> None:
    """Raises AUTHORITY_INVALID for a subject (role → codes) of a role that acts for others, who acts on no stated authority.

    Kin need none (民法典 27: parents are guardians by law): where the matter itself reads from the register how they belong
    to the one they act for, a document for it would be asked for twice (Art. 16 ¶2). Every other guardian was appointed or
    agreed on, and every agent (委托代理人) mandated, by a document that no register holds.
    """
    stated = {one.holder for one in authorities}
    for name, codes in subjects.items():
        role = matter.roles.get(name)
        if role is None or not role.acts_for or is_kin(matter, role):
            continue
        if any(Named(name, code) not in stated for code in codes):
            raise _invalid(
                f"the `{name}` acts on no stated authority",
                "state in `authorities` who acts (`holder`), for whom (`actsFor`), and on what document (`basis`)",
            )


def is_kin(matter: Matter, role: Role) -> bool:
    """Whether the matter reads, in every situation, the kinship of who takes this role and of all it may act for."""
    return any(
        (role.name, KINSHIP) in paths and all((other, KINSHIP) in paths for other in role.acts_for)
        for material in matter.materials
        if material.replaced_by is not None and not material.situations
        for paths in _read_together(material.replaced_by)
    )


def _read_together(replacement: Replacement) -> Iterator[Sequence[Path]]:
    """The paths of each group of items, wherever it stands among parts that are all needed."""
    match replacement:
        case Items(paths=paths):
            yield paths
        case AllOf(parts=parts):
            for part in parts:
                yield from _read_together(part)


def _invalid(message: str, hint: str) -> GatewayError:
    return GatewayError(AUTHORITY_INVALID, message, hint, article=ARTICLE)
