"""What a matter's material may be asked for (Art. 16 ¶2, 17, 18): the verdict on each, from what became of what replaces it.

**Combination, stated once.** A material is replaced by a tree. At each of its leaves the law says how the positions stand:

- delivered, in whichever form the provider answered, absence that is itself the proof, held by the handling department
  itself, or barred by the matter: *not to be asked*;
- under verification (Art. 18): *accept if offered*, never demanded;
- withheld, though an application or an open case would bring it: *obtainable*, and not to be asked either (the test is
  whether it can be had, not whether the department has applied);
- refused, not shared, down, no data, or none that can be used: *ask, with the reason*; nothing replaces it: *ask*.

Where **all** parts are needed, the part that leaves most to ask decides. Where **any** part is enough, the one that leaves
least; but a doubt about what was delivered is not outweighed by another part: valid proof stays welcome.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass, replace
from enum import StrEnum

from sharing.decision import Outcome, Reason, Remedy


class MaterialVerdict(StrEnum):
    """What a counter does about a material, from what is least to what is most to ask."""

    NOT_TO_BE_ASKED = "NOT_TO_BE_ASKED"
    ACCEPT_IF_OFFERED = "ACCEPT_IF_OFFERED"
    OBTAINABLE = "OBTAINABLE"
    ASK_WITH_REASON = "ASK_WITH_REASON"
    ASK = "ASK"


class MaterialReason(StrEnum):
    """Why."""

    OBTAINED = "OBTAINED"
    ABSENCE = "ABSENCE"
    OWN_REGISTER = "OWN_REGISTER"
    BARRED = "BARRED"
    UNDER_VERIFICATION = "UNDER_VERIFICATION"
    NOT_GRANTED = "NOT_GRANTED"
    GRANT_LAPSED = "GRANT_LAPSED"
    CASE_REQUIRED = "CASE_REQUIRED"
    PENDING = "PENDING"
    REFUSED = "REFUSED"
    NOT_SHARED = "NOT_SHARED"
    NOT_SHARED_NOW = "NOT_SHARED_NOW"
    SOURCE_UNAVAILABLE = "SOURCE_UNAVAILABLE"
    NO_DATA = "NO_DATA"
    NONCONFORMING = "NONCONFORMING"
    NOT_VALID = "NOT_VALID"
    NOT_CATALOGUED = "NOT_CATALOGUED"
    NOTHING_REPLACES = "NOTHING_REPLACES"


VERDICT_OF: dict[MaterialReason, MaterialVerdict] = {
    MaterialReason.OBTAINED: MaterialVerdict.NOT_TO_BE_ASKED,
    MaterialReason.ABSENCE: MaterialVerdict.NOT_TO_BE_ASKED,
    MaterialReason.OWN_REGISTER: MaterialVerdict.NOT_TO_BE_ASKED,
    MaterialReason.BARRED: MaterialVerdict.NOT_TO_BE_ASKED,
    MaterialReason.UNDER_VERIFICATION: MaterialVerdict.ACCEPT_IF_OFFERED,
    MaterialReason.NOT_GRANTED: MaterialVerdict.OBTAINABLE,
    MaterialReason.GRANT_LAPSED: MaterialVerdict.OBTAINABLE,
    MaterialReason.CASE_REQUIRED: MaterialVerdict.OBTAINABLE,
    MaterialReason.PENDING: MaterialVerdict.OBTAINABLE,
    MaterialReason.REFUSED: MaterialVerdict.ASK_WITH_REASON,
    MaterialReason.NOT_SHARED: MaterialVerdict.ASK_WITH_REASON,
    MaterialReason.NOT_SHARED_NOW: MaterialVerdict.ASK_WITH_REASON,
    MaterialReason.SOURCE_UNAVAILABLE: MaterialVerdict.ASK_WITH_REASON,
    MaterialReason.NO_DATA: MaterialVerdict.ASK_WITH_REASON,
    MaterialReason.NONCONFORMING: MaterialVerdict.ASK_WITH_REASON,
    MaterialReason.NOT_VALID: MaterialVerdict.ASK_WITH_REASON,
    MaterialReason.NOT_CATALOGUED: MaterialVerdict.ASK_WITH_REASON,
    MaterialReason.NOTHING_REPLACES: MaterialVerdict.ASK,
}

_RANK = {reason: tuple(MaterialVerdict).index(verdict) for reason, verdict in VERDICT_OF.items()}
"""How much a reason leaves to ask."""

ARTICLE_OF: dict[MaterialReason, str] = {
    MaterialReason.UNDER_VERIFICATION: "Art. 18",
    MaterialReason.REFUSED: "Art. 16 ¶1",
    MaterialReason.NOT_SHARED: "Art. 11(1)",
    MaterialReason.NOT_SHARED_NOW: "Art. 16 ¶1",
    MaterialReason.SOURCE_UNAVAILABLE: "Art. 17 ¶1",
    MaterialReason.NONCONFORMING: "Art. 17 ¶1",
    MaterialReason.NOT_CATALOGUED: "Art. 7",
}
"""Where another article than Art. 16 ¶2 says so."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one leaf, or a whole material, stands. `provider`: the department whose answer decides, its code; `remedy`: what
    the consumer can do about it.
    """

    reason: MaterialReason
    provider: str | None = None
    remedy: Remedy | None = None
    items: tuple[str, ...] = ()
    """The codes of items that an application would bring, or brings once it is answered."""

    @property
    def verdict(self) -> MaterialVerdict:
        return VERDICT_OF[self.reason]

    @property
    def article(self) -> str:
        return ARTICLE_OF.get(self.reason, "Art. 16 ¶2")


@dataclass(frozen=True, slots=True)
class Found:
    """What became of one position: the outcome told there, or None where nothing stood in the way; and whether a value came.

    `why`, `remedy`, `provider`, `item` are those of the outcome. `looked_for`: whether the register that would hold it was
    asked at all; it was not where the subject itself is in no register, and then nothing is known of what it has.
    """

    outcome: Outcome | None
    present: bool
    why: str = ""
    remedy: Remedy | None = None
    provider: str = ""
    item: str = ""
    looked_for: bool = True


DELIVERED = Standing(MaterialReason.OBTAINED)
_BROUGHT = (Remedy.APPLY, Remedy.RUN_STORED_OPERATION)
"""What an application brings to a check: its document is none that a grant could be narrowed to."""
_LAPSED = {Reason.GRANT_NOT_IN_FORCE, Reason.USE_NOT_GRANTED, Reason.MATTER_NOT_GRANTED}


def stands(found: Found, *, absence: bool, refused: Set[str], pending: Set[str]) -> Standing:
    """How a position stands. `absence`: that there is no row or value is the proof asked for.

    `refused`, `pending`: codes of items on which the provider has refused the department, or has yet to answer it.
    """
    match found.outcome:
        case Outcome.UNDER_VERIFICATION:
            return Standing(MaterialReason.UNDER_VERIFICATION, found.provider)
        case Outcome.SOURCE_UNAVAILABLE:
            return Standing(MaterialReason.SOURCE_UNAVAILABLE, found.provider, Remedy.WAIT)
        case Outcome.WITHHELD:
            return _withheld(found, refused, pending)
    if found.present:
        return DELIVERED
    if found.outcome is Outcome.NONCONFORMING:
        return Standing(MaterialReason.NONCONFORMING, found.provider)
    if absence and found.outcome is None and found.looked_for:
        return Standing(MaterialReason.ABSENCE)
    return Standing(MaterialReason.NO_DATA, found.provider or None)


def _withheld(found: Found, refused: Set[str], pending: Set[str]) -> Standing:
    if found.why == Reason.NOT_SHARED:
        return Standing(MaterialReason.NOT_SHARED, found.provider, found.remedy)
    if found.remedy is Remedy.NAME_CASE:
        return Standing(MaterialReason.CASE_REQUIRED, found.provider, found.remedy)
    if found.why == Reason.GRANT_NOT_IN_FORCE and found.remedy is Remedy.WAIT:
        return Standing(MaterialReason.GRANT_LAPSED, found.provider, found.remedy)
    if found.remedy not in _BROUGHT:
        return Standing(MaterialReason.NOT_SHARED_NOW, found.provider, found.remedy)
    if found.item in pending:
        return Standing(MaterialReason.PENDING, found.provider, Remedy.WAIT, (found.item,))
    if found.item in refused:
        return Standing(MaterialReason.REFUSED, found.provider, Remedy.NEGOTIATE)
    reason = MaterialReason.GRANT_LAPSED if found.why in _LAPSED else MaterialReason.NOT_GRANTED
    return Standing(reason, found.provider, Remedy.APPLY, (found.item,))


def all_of(parts: Iterable[Standing]) -> Standing | None:
    """Every part is needed: the one that leaves most to ask, with all that could be applied for. None: no part applies.

    Of equals, one that is not applied for yet: where only some parts are pending, the others still are to be applied for.
    """
    listed = list(parts)
    if not listed:
        return None
    chosen = listed[0] if len(listed) == 1 else max(listed, key=lambda one: (_rank(one), not _is_pending(one)))
    lacking = listed if _is_pending(chosen) else [one for one in listed if not _is_pending(one)]
    items = tuple(dict.fromkeys([item for one in lacking for item in one.items]))
    return chosen if items == chosen.items else replace(chosen, items=items)


def any_of(parts: Iterable[Standing]) -> Standing | None:
    """One part is enough: the one that leaves least to ask, unless a part is under verification. None: no part applies.

    Of equals, one whose source is down: what it would have told nobody knows, and it may be asked again.
    """
    listed = list(parts)
    if not listed:
        return None
    best = min(listed, key=lambda one: (_rank(one), one.reason is not MaterialReason.SOURCE_UNAVAILABLE))
    if best.verdict is MaterialVerdict.NOT_TO_BE_ASKED:
        best = next((one for one in listed if one.reason is MaterialReason.UNDER_VERIFICATION), best)
    return best


def _is_pending(standing: Standing) -> bool:
    return standing.reason is MaterialReason.PENDING


def _rank(standing: Standing) -> int:
    return _RANK[standing.reason]
