"""Before the decision a case is checked again (Art. 17 ¶2: what is used is as it is now). It warns, and blocks nothing."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from sharing.authority import Authority

RECHECK_WITHIN = timedelta(hours=24)
"""Where the text is silent: registers are taken to be as a check found them for a day."""


def is_recent(checked_at: datetime, now: datetime) -> bool:
    """Whether registers are still taken to be as a check of that instant found them."""
    return now - checked_at <= RECHECK_WITHIN


def covers(named: Mapping[str, Collection[str]], subjects: Mapping[str, Collection[str]], roles: Collection[str]) -> bool:
    """Whether a check that names these (role → codes) is one of the case with those `subjects`: all of them are named, each
    in the role that it has there, and nobody else. Of both only who stands in one of the matter's `roles` counts.

    What is found of some only, or with others, is not what stands for the case: who is left out may be the one of whom a
    material could be had, and whoever is added the one of whom it cannot.
    """
    here, there = _standing(named, roles), _standing(subjects, roles)
    return bool(there) and here == there


def _standing(subjects: Mapping[str, Collection[str]], roles: Collection[str]) -> Mapping[str, frozenset[str]]:
    return {role: frozenset(codes) for role, codes in subjects.items() if role in roles and codes}


class CaseWarning(StrEnum):
    """What whoever decides a case should know."""

    SUBJECTS_LACKING = "SUBJECTS_LACKING"
    NEVER_CHECKED = "NEVER_CHECKED"
    CHECK_OUT_OF_DATE = "CHECK_OUT_OF_DATE"
    AUTHORITY_EXPIRED = "AUTHORITY_EXPIRED"


def checked_since(checked: Mapping[str, datetime], materials: Collection[str] | None) -> datetime | None:
    """Since when every material that was `checked` (material → its last check) has been; None: none ever was. What a later
    version of the matter dropped is not asked for, and no reason to check again: `materials` are those of the version that
    counts (None: it is in force no more, and all do).
    """
    kept = [at for material, at in checked.items() if materials is None or material in materials]
    return min(kept) if kept else max(checked.values(), default=None)


def warnings_of(
    checked_since: datetime | None, authorities: Sequence[Authority], now: datetime, day: date, lacking: Collection[str] = ()
) -> tuple[CaseWarning, ...]:
    """The warnings at this instant, or at the one at which the case was closed; `day` is that instant's day in China.

    `checked_since`: since when every material that was ever checked in the case has been checked; None: none ever was.
    `lacking`: the roles in which the case names too few, so that no check can be one of it.
    """
    found = [CaseWarning.SUBJECTS_LACKING] if lacking else []
    if checked_since is None:
        found.append(CaseWarning.NEVER_CHECKED)
    elif not is_recent(checked_since, now):
        found.append(CaseWarning.CHECK_OUT_OF_DATE)
    if any(one.expired(day) for one in authorities):
        found.append(CaseWarning.AUTHORITY_EXPIRED)
    return tuple(found)
