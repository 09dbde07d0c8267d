"""收取材料: what it means that a counter asked the citizen for a material, by what its last check told (Art. 16 ¶2, 18).

What the platform can give must not be asked again: whoever asks all the same states a reason and leaves a record of
duplicate collection (重复采集). Valid proof that is offered is taken and never demanded (照常办理).
"""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from errors import CHECK_REQUIRED, REASON_REQUIRED, GatewayError
from sharing.recheck import is_recent

ARTICLE = "Art. 16 ¶2"
ASKED_LAWFULLY = frozenset({"ASK", "ASK_WITH_REASON"})
"""The verdicts after which asking is lawful: nothing replaces the material, or the platform could not give it."""


_UNDER_VERIFICATION = (
    "the material is under verification: proof is accepted where it is offered, and not demanded",
    "file what was offered with `recordOfferedProof`",
    "请收存当事人主动提供的证明（`recordOfferedProof`），不得要求提交。",
)
_COULD_BE_SHARED = (
    "the material can be shared, so it is not to be asked of the citizen",
    "take it from `materialCheck`, or apply for it; state `reason` where it is asked for all the same",
    "请采用核验取得的内容，或者申请共享；仍要收取的，请写明理由（`reason`）。",
)


class CollectionKind(StrEnum):
    """What kind of collection it was: of what could be shared, lawful, or of proof that was offered."""

    DUPLICATE = "duplicate"
    LAWFUL = "lawful"
    OFFERED = "offered"


class Told(NamedTuple):
    """What the newest check of the case that covers the material told of it, and when."""

    verdict: str
    at: datetime


def collect(told: Told | None, reason: str, now: datetime) -> CollectionKind:
    """The kind of collection that asking for a material is `now`. A verdict that is not known is no permission.

    Raises CHECK_REQUIRED where no check tells, or one so old that the register may answer otherwise by now;
    REASON_REQUIRED where it could have been shared, or might only be accepted, and no reason is stated.
    """
    if told is None or not is_recent(told.at, now):
        raise GatewayError(
            CHECK_REQUIRED,
            "the material was not checked in this case" if told is None else "the material was checked more than a day ago",
            "run `materialCheck` with the case in the purpose, naming all of its subjects in their roles, and the situation "
            "that calls for the material",
            article=ARTICLE,
        )
    if told.verdict in ASKED_LAWFULLY:
        return CollectionKind.LAWFUL
    if not reason.strip():
        message, hint, hint_zh = _UNDER_VERIFICATION if told.verdict == "ACCEPT_IF_OFFERED" else _COULD_BE_SHARED
        raise GatewayError(REASON_REQUIRED, message, hint, hint_zh=hint_zh, article=ARTICLE)
    return CollectionKind.DUPLICATE
