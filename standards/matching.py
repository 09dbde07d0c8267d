"""Comparison without disclosure (核验): an offered value against the register's, MATCH, NO_MATCH or NO_DATA.

The offered side is brought to NFKC here. The held side is brought to a plain form that SQL can express as well, so that
the comparison can run at the source: `translate(value, *held_translation(kind))`, then for a phone
`regexp_replace(regexp_replace(…, PHONE_NON_DIGITS, '', 'g'), PHONE_PREFIX, '')`. Both sides end in the same form.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from standards.width import BLANKS, FULL_WIDTH, HALF_WIDTH


class Match(StrEnum):
    """The outcome of a comparison, as the enum `Match` of the schema."""

    MATCH = "MATCH"
    NO_MATCH = "NO_MATCH"
    NO_DATA = "NO_DATA"


class Kind(StrEnum):
    """How an item's values are compared."""

    NAME = "name"
    PHONE = "phone"
    ADDRESS = "address"
    DATE = "date"
    TEXT = "text"
    IDENTITY_NUMBER = "identity_number"


MIDDLE_DOTS = "·•‧・･∙⋅."
# A hyphen separates the numbers of building and unit (1-201 is not 12-01), so addresses keep it, in one form.
DASHES = "‐‑‒–—―−"
ADDRESS_PUNCTUATION = ",，。.、;；:：·•()（）[]【】《》\"'“”‘’#＃"
PHONE_NON_DIGITS = "[^0-9]"
# The country's code before a mobile number.
PHONE_PREFIX = "^(00)?86(?=1[0-9]{10}$)"

_REMOVED: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.NAME: BLANKS + MIDDLE_DOTS + "．",
        Kind.PHONE: BLANKS,
        Kind.ADDRESS: BLANKS + ADDRESS_PUNCTUATION,
        Kind.DATE: BLANKS,
        Kind.TEXT: BLANKS,
        Kind.IDENTITY_NUMBER: BLANKS,
    }
)
_LOWER, _UPPER = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def held_translation(kind: str) -> tuple[str, str]:
    """The two last arguments of SQL `translate` for a held value: characters, and what replaces them; those beyond the
    second's length are removed. Full-width becomes half-width, ASCII letters upper-case, listed characters vanish.
    """
    removed = _REMOVED[Kind(kind)]
    pairs = dict(zip(FULL_WIDTH + DASHES, HALF_WIDTH.upper() + "-" * len(DASHES), strict=True))
    pairs |= dict(zip(_LOWER, _UPPER, strict=True))
    kept = {old: new for old, new in pairs.items() if old not in removed and new not in removed}
    gone = dict.fromkeys(removed + "".join(old for old, new in pairs.items() if new in removed))
    return "".join((*kept, *gone)), "".join(kept.values())


def normalise_held(kind: str, value: str | date) -> str:
    """The comparable form of a register's value: the Python law of what the source computes."""
    text = value.isoformat() if isinstance(value, date) else value
    plain = text.translate(_TABLES[Kind(kind)])
    if kind != Kind.PHONE:
        return plain
    return re.sub(PHONE_PREFIX, "", re.sub(PHONE_NON_DIGITS, "", plain))


def normalise_for_match(kind: str, text: str | date) -> str:
    """The comparable form of an offered value: NFKC, then as `normalise_held`. Idempotent.

    Name: no blanks, no middle dots. Phone: digits only, without +86 before a mobile number. Address: no blanks or
    punctuation but hyphens. Date: ISO 8601. Text and identity number: no blanks. Letters upper-case.
    """
    offered = text.isoformat() if isinstance(text, date) else text
    # casefold() would turn ß into ss and split the offered form from what SQL can do with the held one.
    plain = normalise_held(kind, unicodedata.normalize("NFKC", offered))
    # Removing a character can bring a letter and an accent together, which NFKC then composes.
    return unicodedata.normalize("NFKC", plain)


def match(kind: str, offered: str | date, held: str | date | None) -> Match:
    """MATCH if both sides agree, NO_DATA if the register holds nothing (None or blank), else NO_MATCH.

    An offered value of blanks and punctuation only is NO_MATCH: it proves nothing.
    """
    if held is None:
        return Match.NO_DATA
    ours = normalise_held(kind, held)
    if not ours:
        return Match.NO_DATA
    return Match.MATCH if normalise_for_match(kind, offered) == ours else Match.NO_MATCH


def _table(kind: Kind) -> dict[int, str | None]:
    old, new = held_translation(kind)
    return {ord(character): new[place] if place < len(new) else None for place, character in enumerate(old)}


_TABLES: Mapping[Kind, dict[int, str | None]] = MappingProxyType({kind: _table(kind) for kind in Kind})
