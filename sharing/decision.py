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
    MASKED = "MASKED"
    WITHHELD = "WITHHELD"
    UNDER_VERIFICATION = "UNDER_VERIFICATION"
    SOURCE_UNAVAILABLE = "SOURCE_UNAVAILABLE"
    NONCONFORMING = "NONCONFORMING"


class Remedy(StrEnum):
    """What the consumer can do about a withheld item (Art. 16 ¶1)."""

    APPLY = "apply"
    NEGOTIATE = "negotiate"
    WAIT = "wait"
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
    USE_NOT_GRANTED = "USE_NOT_GRANTED"
    MATTER_NOT_GRANTED = "MATTER_NOT_GRANTED"
    MODE_NOT_GRANTED = "MODE_NOT_GRANTED"
    MODE_NOT_PROVIDED = "MODE_NOT_PROVIDED"
    CASE_REQUIRED = "CASE_REQUIRED"
    ROW_NOT_GRANTED = "ROW_NOT_GRANTED"
    ROW_RULE = "ROW_RULE"
    VERIFY_ONLY = "VERIFY_ONLY"
    FULL_REQUIRED = "FULL_REQUIRED"
    MISSING_FACT = "MISSING_FACT"
    NO_CATALOGUE_ENTRY = "NO_CATALOGUE_ENTRY"


class Asked(StrEnum):
    """What the request would do with a coordinate: show it, compare it, or use it to filter, order, join or find rows."""

    SHOW = "show"
    VERIFY = "verify"
    USE = "use"


class Question(NamedTuple):
    coordinate: Coordinate
    asked: Asked


@dataclass(frozen=True, slots=True)
class Share:
    """The value may be read in this form."""

    form: Form
    reason: Reason
    article: str
    grant: GrantId | None = None


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

Decisions: TypeAlias = Mapping[Question, Decision]
"""Every question of a plan, decided. A question that is absent is an error, never a permission."""
