"""Coordination (协调解决, Art. 16 ¶1): who settles what negotiation did not. A fork, not a ladder: one body or the other."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from catalogue.model import ProviderCode
from sharing.parties import Office, OfficeKind, holder_of, upward


class Body(StrEnum):
    """本级政务信息资源共享主管部门, or, where a provincial department is involved, the 领导小组 (by its office)."""

    COMPETENT_DEPARTMENT = "competent_department"
    LEADING_GROUP = "leading_group"


def responsible_body(consumer_division: str, provider_division: str) -> Body:
    """Which of the two is asked, by the divisions (GB/T 2260) of both sides: there is no second instance."""
    if is_provincial(consumer_division) or is_provincial(provider_division):
        return Body.LEADING_GROUP
    return Body.COMPETENT_DEPARTMENT


def province_of(division: str) -> str:
    """The province of a division: 320102 → 320000."""
    return division[:2] + "0000"


def is_provincial(division: str) -> bool:
    """Whether a department that administers there is a provincial one."""
    return division.endswith("0000")


def coordinator(
    body: Body, offices: Iterable[Office], division: str, parties: Iterable[ProviderCode], day: date
) -> ProviderCode | None:
    """The department that acts as the body on the day: nobody settles what it applied for or refused itself, nor is an
    office that is vacant, or whose holder is a party, waited for.

    The leading group acts by its office, else by the department that is appointed for the group itself; the competent
    department is that of the consumer's `division`, else of the one above. None where nobody is left.
    """
    held, concerned = tuple(offices), frozenset(parties)
    match body:
        case Body.LEADING_GROUP:
            of_group = (OfficeKind.LEADING_GROUP_OFFICE, OfficeKind.LEADING_GROUP)
            holders = (holder_of(held, kind, province_of(division), day) for kind in of_group)
        case Body.COMPETENT_DEPARTMENT:
            holders = (holder_of(held, OfficeKind.COMPETENT_DEPARTMENT, one, day) for one in upward(division, day))
    return next((one for one in holders if one is not None and one not in concerned), None)
