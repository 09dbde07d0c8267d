"""What a department's own applications make of a remedy (Art. 16 ¶1): what it awaits, or was refused, it waits for or
negotiates.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple, TypeAlias

from catalogue.model import Form, ItemCode, Parted, ProviderCode
from sharing.application import ANSWERABLE, Application, Stage, Standing
from sharing.consumer import Asking
from sharing.decision import Remedy
from sharing.terms import Terms, widened

REFUSED = (
    Standing.REFUSED,
    Standing.NEGOTIATION_NEEDED,
    Standing.NEGOTIATING,
    Standing.FAILED,
    Standing.COORDINATING,
    Standing.UPHELD,
)
UNDER_WAY = (*ANSWERABLE, Standing.NEGOTIATION_NEEDED, Standing.NEGOTIATING, Standing.COORDINATING)
"""Somebody's next step is to come."""


class Applying(NamedTuple):
    """An application that its provider knows of. `due`: the day by which its answer is due; None where no clock runs."""

    application: Application
    due: date | None


Latest: TypeAlias = Mapping[ItemCode, Sequence[Applying]]
"""By item the department's own applications for it, the latest first."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a department's applications, by item: refused for now, or to be answered (by this day, if known).

    `apart`: the same by who provides rows by their value (`catalogue.model.Parted`): what others answer says nothing of it.
    """

    refused: frozenset[ItemCode]
    pending: Mapping[ItemCode, date | None]
    apart: Mapping[ProviderCode, "Applied"] = field(default_factory=dict)

    def to(self, provider: str) -> "Applied":
        """What concerns the rows that the department with this code provides."""
        return self.apart.get(ProviderCode(provider), self)

    def remedy(self, remedy: Remedy, item: ItemCode) -> Remedy:
        """What is left to do where an application would be the remedy."""
        if remedy is not Remedy.APPLY:
            return remedy
        if item in self.pending:
            return Remedy.WAIT
        return Remedy.NEGOTIATE if item in self.refused else remedy


NOTHING_APPLIED = Applied(frozenset(), {})


def applied_of(latest: Latest, asking: Asking | None, forms: Iterable[Form]) -> Applied:
    """What became of the latest that would serve this asking (None: any) in one of these forms: what was refused or is
    pending for another matter or use says nothing of it. One that lacks the department's own supplement awaits no answer.
    """
    serving = frozenset(forms)
    pending: dict[ItemCode, date | None] = {}
    refused: set[ItemCode] = set()
    for item, listed in latest.items():
        found = next((one for one in listed if _serves(one.application, item, asking, serving)), None)
        if found is None:
            continue
        if item in found.application.awaiting:
            pending[item] = found.due
        elif found.application.items[item].standing in REFUSED:
            refused.add(item)
    return Applied(frozenset(refused), pending)


def applied_apart(latest: Latest, asking: Asking, forms: Iterable[Form], parted: Mapping[ItemCode, Parted]) -> Applied:
    """The same, told apart by whom it was applied to where departments provide rows of the item by their value."""
    serving = frozenset(forms)

    def answered_by(provider: ProviderCode | None) -> Applied:
        """What this one answers of the items that are divided; None: whoever answers for the rest of their rows."""

        def counts(item: ItemCode, to: ProviderCode) -> bool:
            if item not in parted:
                return True
            return to not in parted[item].of if provider is None else to == provider

        counted = {
            item: [one for one in listed if counts(item, one.application.provider)] for item, listed in latest.items()
        }
        return applied_of(counted, asking, serving)

    providers = dict.fromkeys(provider for item in latest if item in parted for provider in parted[item].of)
    return replace(answered_by(None), apart={one: answered_by(one) for one in providers})


def under_way(listed: Iterable[Applying], item: ItemCode, provider: ProviderCode, terms: Terms) -> Applying | None:
    """The application to this provider that is under way and asks for all that these terms would, but for how long."""
    for one in listed:
        asked = None if one.application.request is None else one.application.request.item(item)
        if asked is None or one.application.provider != provider:
            continue
        if one.application.stage is Stage.WITHDRAWN or one.application.items[item].standing not in UNDER_WAY:
            continue
        if widened(replace(asked.terms, valid_until=None), replace(terms, valid_until=None)) is None:
            return one
    return None


def _serves(application: Application, item: ItemCode, asking: Asking | None, forms: Set[Form]) -> bool:
    """Whether what it asks for the item on would serve this matter and use, in one of these forms."""
    asked = None if application.request is None else application.request.item(item)
    if asked is None or application.stage is Stage.WITHDRAWN or asked.terms.form not in forms:
        return False
    if asking is None:
        return True
    return asking.use in asked.terms.uses and (not asked.terms.matters or asking.matter in asked.terms.matters)
