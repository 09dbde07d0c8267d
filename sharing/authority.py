"""Agents and guardians of a case (代理人、监护人): who acts for whom, on which document, until when (民法典 23, 34, 161)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from catalogue.matters import Matter
from errors import AUTHORITY_INVALID, GatewayError

ARTICLE = "Art. 17 ¶2"


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


def acting_roles(matter: Matter) -> Mapping[str, Sequence[str]]:
    """The roles that each role of the matter acts for."""
    return {name: role.acts_for for name, role in matter.roles.items()}


def check_authorities(authorities: Sequence[Authority], acts_for: Mapping[str, Sequence[str]] | None, day: date) -> None:
    """Raises AUTHORITY_INVALID for one that has run out on `day`, for a holder who acts for itself, and for a role that does
    not act for that of the principal. `acts_for`: the roles that each role of the matter acts for; None: not registered.
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
            if acts_for is not None and principal.role not in acts_for.get(role, ()):
                raise _invalid(
                    f"in this matter the role `{role}` does not act for the role `{principal.role}`",
                    "`matter` shows which roles act for which",
                )


def _invalid(message: str, hint: str) -> GatewayError:
    return GatewayError(AUTHORITY_INVALID, message, hint, article=ARTICLE)
