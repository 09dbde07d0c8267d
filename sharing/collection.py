"""收取材料: what it means that a counter asked the citizen for a material, by what its last check told (Art. 16 ¶2, 18).

What the platform can give must not be asked again: whoever asks all the same states a reason and leaves a record of
duplicate collection (重复采集). Valid proof that is offered is taken and never demanded (照常办理).
"""

from enum import StrEnum

from errors import REASON_REQUIRED, GatewayError

ARTICLE = "Art. 16 ¶2"
ASKED_LAWFULLY = frozenset({"ASK", "ASK_WITH_REASON"})
"""The verdicts after which asking is lawful: nothing replaces the material, or the platform could not give it."""


_UNDER_VERIFICATION = (
    "the material is under verification: proof is accepted where it is offered, and not demanded",
    "file what was offered with `recordOfferedProof`",
)
_COULD_BE_SHARED = (
    "the material can be shared, so it is not to be asked of the citizen",
    "take it from `materialCheck`, or apply for it; state `reason` where it is asked for all the same",
)


class CollectionKind(StrEnum):
    """What kind of collection it was: of what could be shared, lawful, or of proof that was offered."""

    DUPLICATE = "duplicate"
    LAWFUL = "lawful"
    OFFERED = "offered"


def collect(verdict: str, reason: str) -> CollectionKind:
    """The kind of collection that asking for a material with this verdict is. A verdict that is not known is no permission.

    Raises REASON_REQUIRED where it could have been shared, or might only be accepted, and no reason is stated.
    """
    if verdict in ASKED_LAWFULLY:
        return CollectionKind.LAWFUL
    if not reason.strip():
        message, hint = _UNDER_VERIFICATION if verdict == "ACCEPT_IF_OFFERED" else _COULD_BE_SHARED
        raise GatewayError(REASON_REQUIRED, message, hint, article=ARTICLE)
    return CollectionKind.DUPLICATE
