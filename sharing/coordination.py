"""Coordination (协调解决, Art. 16 ¶1): who settles what negotiation did not. A fork, not a ladder: one body or the other."""

from enum import StrEnum


class Body(StrEnum):
    """本级政务信息资源共享主管部门, or, where a provincial department is involved, the 领导小组 (by its office)."""

    COMPETENT_DEPARTMENT = "competent_department"
    LEADING_GROUP = "leading_group"


def responsible_body(consumer_division: str, provider_division: str) -> Body:
    """Which of the two is asked, by the divisions (GB/T 2260) of both sides: there is no second instance."""
    if is_provincial(consumer_division) or is_provincial(provider_division):
        return Body.LEADING_GROUP
    return Body.COMPETENT_DEPARTMENT


def is_provincial(division: str) -> bool:
    """Whether a department that administers there is a provincial one."""
    return division.endswith("0000")
