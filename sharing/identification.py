"""How the citizen's service channel has made sure whom it answers, before it tells anybody who looked (个人信息保护法 45).

The platform cannot see the person: the channel states how, when and under which reference, and answers for it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import errors
from standards.identity_number import stands_in

ARTICLE = "个人信息保护法 45"
VALID_FOR = timedelta(hours=24)
AHEAD = timedelta(minutes=1)
"""Clocks differ a little."""
MOST_CHARACTERS = 128


class Method(StrEnum):
    """实名账号, 人脸核验, 窗口查验居民身份证, 可靠的电子签名."""

    REAL_NAME_ACCOUNT = "REAL_NAME_ACCOUNT"
    FACE = "FACE"
    COUNTER_ID_CARD = "COUNTER_ID_CARD"
    QUALIFIED_SIGNATURE = "QUALIFIED_SIGNATURE"


@dataclass(frozen=True, slots=True)
class Identification:
    """How the person was identified, under which reference of the channel's own, and when (UTC)."""

    method: Method
    reference: str
    at: datetime

    def __str__(self) -> str:
        return f"{self.method} {self.at.isoformat(timespec='seconds')} {self.reference}"


def checked_identification(stated: Identification | None, now: datetime) -> Identification:
    """The identification, which is there, recent and sound. Raises IDENTIFICATION_REQUIRED; nothing stated is repeated."""
    if stated is None:
        raise _required("`identifiedBy` does not say how the person was identified")
    if stated.at.tzinfo is None or not now - VALID_FOR <= stated.at <= now + AHEAD:
        raise _required("the person was not identified within the last 24 hours")
    reference = stated.reference
    if not reference.strip() or len(reference) > MOST_CHARACTERS or not reference.isprintable():
        raise _required("the identification bears no reference under which the channel finds it again")
    if stands_in(reference):
        raise _required("the reference of the identification names the person")
    return stated


def _required(message: str) -> errors.GatewayError:
    return errors.GatewayError(
        errors.IDENTIFICATION_REQUIRED,
        message,
        "identify the person and state `identifiedBy`: method, a reference without an identity number, and when",
        article=ARTICLE,
    )
