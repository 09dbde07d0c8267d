"""Who asks: a client (system) of a department, and for which purpose (Art. 4(2), 17)."""

from dataclasses import dataclass
from typing import NamedTuple

from catalogue.model import Mode, ProviderCode, Use

NO_MATTER = ""
"""Where no purpose is stated: a matter that no grant names. What is open in it is open in any; no purpose can state it."""


@dataclass(frozen=True, slots=True)
class Consumer:
    """The identified client. `department` is the unified social credit code of the department it belongs to."""

    client: str
    department: ProviderCode
    division: str
    roles: frozenset[str]
    introspection: bool
    rate_per_second: int


@dataclass(frozen=True, slots=True)
class Purpose:
    """用途: the matter (事项编码), the use, the handling officer, and where it matters the case (办件编号).

    `acting_for` is the department that has the duty where an integrated counter acts for it; its rights apply then.
    """

    matter: str
    use: Use
    handler: str
    case: str | None = None
    acting_for: ProviderCode | None = None


class Asking(NamedTuple):
    """What a decision depends on besides the catalogue and the grants.

    `department` is whose rights count (the duty's department where one acts for it: then `acting`), `division` that
    department's own.
    """

    department: ProviderCode
    division: str
    matter: str
    use: Use
    mode: Mode
    in_case: bool
    acting: bool = False
