"""What may be read of one coordinate, and why: a decision always carries its reason, article and remedy.

`Share` and `Withhold` hold for every row. `ShareIf` depends on the row: its cases travel to the source as predicates, so
that the row which may not be shown never leaves (a residual decision).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from catalogue.model import Coordinate, Form
from catalogue.predicate import Predicate
from sharing.grant import GrantId


class Outcome(StrEnum):
    """What stands at a response position (design: `extensions.sharing.outcomes`)."""

    SHARED = "SHARED"
    COMPARED = "COMPARED"
    MASKED = "MASKED"
    WITHHELD = "WITHHELD"
    UNDER_VERIFICATION = "UNDER_VERIFICATION"
    SOURCE_UNAVAILABLE = "SOURCE_UNAVAILABLE"
    NONCONFORMING = "NONCONFORMING"


class Remedy(StrEnum):
    """What the consumer can do about a withheld item (Art. 16 ¶1), the nearest first; chosen in `sharing.remedy`."""

    WAIT = "wait"
    NAME_CASE = "name_case"
    RUN_STORED_OPERATION = "run_stored_operation"
    APPLY = "apply"
    VERIFY = "verify"
    NEGOTIATE = "negotiate"
    NONE = "none"


class Reason(StrEnum):
    """Why a coordinate is shared, narrowed or withheld."""

    UNCONDITIONAL = "UNCONDITIONAL"
    OPEN_TO_ALL = "OPEN_TO_ALL"
    GRANTED = "GRANTED"
    OWN_DATA = "OWN_DATA"
    NOT_SHARED = "NOT_SHARED"
    NOT_GRANTED = "NOT_GRANTED"
    GRANT_NOT_IN_FORCE = "GRANT_NOT_IN_FORCE"
    GRANT_SUSPENDED = "GRANT_SUSPENDED"
    OPERATION_NOT_GRANTED = "OPERATION_NOT_GRANTED"
    QUOTA_EXHAUSTED = "QUOTA_EXHAUSTED"
    ATTEMPTS_EXHAUSTED = "ATTEMPTS_EXHAUSTED"
    USE_NOT_GRANTED = "USE_NOT_GRANTED"
    MATTER_NOT_GRANTED = "MATTER_NOT_GRANTED"
    MATTER_NOT_DECLARED = "MATTER_NOT_DECLARED"
    MATTER_UNKNOWN = "MATTER_UNKNOWN"
    MODE_NOT_GRANTED = "MODE_NOT_GRANTED"
    MODE_NOT_PROVIDED = "MODE_NOT_PROVIDED"
    ZONE_MISMATCH = "ZONE_MISMATCH"
    CASE_REQUIRED = "CASE_REQUIRED"
    ROW_NOT_GRANTED = "ROW_NOT_GRANTED"
    ROW_RULE = "ROW_RULE"
    VERIFY_ONLY = "VERIFY_ONLY"
    FULL_REQUIRED = "FULL_REQUIRED"
    MISSING_FACT = "MISSING_FACT"
    NO_CATALOGUE_ENTRY = "NO_CATALOGUE_ENTRY"


BREACHES = frozenset({Reason.USE_NOT_GRANTED, Reason.MATTER_NOT_GRANTED})
"""What is withheld for these was asked for beyond what was granted (Art. 17 ¶2): recorded as an attempt."""


class Asked(StrEnum):
    """What the request would do with a coordinate.

    Show it, compare it, use it to filter or order, find or join rows by it, or let the row whose key it is stand in the
    answer. The last two serve what is read of the row; nothing is selected by them.
    """

    SHOW = "show"
    VERIFY = "verify"
    USE = "use"
    FIND = "find"
    ROW = "row"


PERMITTED: dict[Asked, tuple[Form, ...]] = {
    Asked.SHOW: (Form.FULL, Form.MASKED),
    Asked.VERIFY: (Form.FULL, Form.VERIFY),
    Asked.USE: (Form.FULL,),
    Asked.FIND: (Form.FULL,),
    Asked.ROW: (Form.FULL, Form.MASKED),
}
"""The forms that permit what is asked, the fullest first."""


class Question(NamedTuple):
    """`matter`: for which one it is asked, where several are handled at once; empty: for that of the purpose."""

    coordinate: Coordinate
    asked: Asked
    matter: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """The value may be read in this form; `quota_per_day` is that of the grant, where it has one, and `counted_as` the grant
    as which it is counted.
    """

    form: Form
    reason: Reason
    article: str
    grant: GrantId | None = None
    quota_per_day: int | None = None
    counted_as: GrantId | None = None


@dataclass(frozen=True, slots=True)
class Withhold:
    """The value may not be read."""

    reason: Reason
    article: str
    remedy: Remedy


Verdict: TypeAlias = Share | Withhold


@dataclass(frozen=True, slots=True)
class ShareIf:
    """The first case whose predicate is true of the row decides; else `otherwise`."""

    cases: tuple[tuple[Predicate, Verdict], ...]
    otherwise: Verdict


Decision: TypeAlias = Share | ShareIf | Withhold


def verdicts(decision: Decision) -> tuple[Verdict, ...]:
    """What the decision says, case by case; the last holds where no case does."""
    if isinstance(decision, ShareIf):
        return (*(verdict for _, verdict in decision.cases), decision.otherwise)
    return (decision,)


def quotas(decision: Decision) -> dict[GrantId, int]:
    """What may be looked up on a day by the grants by which the decision shares, as far as they say; by what they are
    counted as: the least of several.
    """
    found: dict[GrantId, int] = {}
    for one in verdicts(decision):
        if isinstance(one, Share) and one.counted_as is not None and one.quota_per_day is not None:
            found[one.counted_as] = min(one.quota_per_day, found.get(one.counted_as, one.quota_per_day))
    return found


Decisions: TypeAlias = Mapping[Question, Decision]
"""Every question of a plan, decided. A question that is absent is an error, never a permission."""
