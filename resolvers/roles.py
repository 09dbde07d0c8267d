"""Roles of clients, and which of them read register data (三员分立, GB/T 39477: those who run or audit do not read)."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from errors import ROLE_REQUIRED, GatewayError


class Role(StrEnum):
    """What a client may be for. `citizen_channel` serves the citizen's own access records."""

    CONSUMER = "consumer"
    PROVIDER = "provider"
    COMPILER = "compiler"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    SUPERVISOR = "supervisor"
    CITIZEN_CHANNEL = "citizen_channel"


OVERSEEING = frozenset({Role.SUPERVISOR, Role.AUDITOR})
"""Who sees what the departments of its jurisdiction do, and takes no part in it (Art. 5)."""
_SEPARATED = (Role.OPERATOR, Role.AUDITOR)
COORDINATING = frozenset({"recordCoordination"})
"""What the law has the overseeing office do itself (Art. 16 ¶1): the mutations that a supervisor may run."""


def reads_registers(roles: frozenset[str]) -> bool:
    """Whether a client with these roles may read register data: a consumer that neither runs nor audits the platform."""
    return Role.CONSUMER in roles and Role.OPERATOR not in roles and Role.AUDITOR not in roles


def require_register_reader(roles: frozenset[str]) -> None:
    """Raises ROLE_REQUIRED unless the roles may read register data."""
    if not reads_registers(roles):
        raise _required((Role.CONSUMER,), "register data is read by consumers only; operators and auditors read none")


def require_role(roles: frozenset[str], *allowed: Role) -> None:
    """Raises ROLE_REQUIRED unless the client has the role, or one of several."""
    if roles.isdisjoint(allowed):
        raise _required(allowed, "ask the platform's operator for a client of that role")


def require_overseer(roles: frozenset[str]) -> None:
    """Raises ROLE_REQUIRED unless the client supervises or audits."""
    require_role(roles, Role.SUPERVISOR, Role.AUDITOR)


def require_changer(roles: frozenset[str], mutations: Iterable[str]) -> None:
    """Raises ROLE_REQUIRED where one who audits or supervises would change something: an auditor may change nothing, a
    supervisor nothing but what is COORDINATING.
    """
    if Role.AUDITOR in roles or (Role.SUPERVISOR in roles and not COORDINATING.issuperset(mutations)):
        raise GatewayError(
            ROLE_REQUIRED,
            "auditors and supervisors change nothing",
            "have a client of the department that has the duty do it",
            article="Art. 21",
        )


def separation_fault(roles: Iterable[str]) -> str | None:
    """Why this set of roles may not be given to one client, or None: unknown words, and duties that must be apart."""
    given = set(roles)
    unknown = sorted(given - set(Role))
    if unknown:
        return f"unknown role `{unknown[0]}`; roles are {', '.join(Role)}"
    if not given:
        return "a client needs a role"
    for role in _SEPARATED:
        if role in given and len(given) > 1:
            return f"`{role}` cannot be joined with another role in one client (三员分立)"
    return None


def _required(allowed: Sequence[Role], hint: str) -> GatewayError:
    named = " or ".join(f"`{role}`" for role in allowed)
    told = {"roles": [str(role) for role in allowed]}
    return GatewayError(
        ROLE_REQUIRED, f"this needs a client with the role {named}", hint, article="Art. 21", extensions=told
    )
