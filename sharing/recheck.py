"""Before the decision a case is checked again (Art. 17 ¶2: what is used is as it is now). It warns, and blocks nothing."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from sharing.authority import Authority

RECHECK_WITHIN = timedelta(hours=24)
"""Where the text is silent: registers are taken to be as a check found them for a day."""


class CaseWarning(StrEnum):
    """What whoever decides a case should know."""

    NEVER_CHECKED = "NEVER_CHECKED"
    CHECK_OUT_OF_DATE = "CHECK_OUT_OF_DATE"
    AUTHORITY_EXPIRED = "AUTHORITY_EXPIRED"


def warnings_of(
    last_checked_at: datetime | None, authorities: Sequence[Authority], now: datetime, day: date
) -> tuple[CaseWarning, ...]:
    """The warnings at this instant, or at the one at which the case was closed; `day` is that instant's day in China."""
    found = []
    if last_checked_at is None:
        found.append(CaseWarning.NEVER_CHECKED)
    elif now - last_checked_at > RECHECK_WITHIN:
        found.append(CaseWarning.CHECK_OUT_OF_DATE)
    if any(one.expired(day) for one in authorities):
        found.append(CaseWarning.AUTHORITY_EXPIRED)
    return tuple(found)
