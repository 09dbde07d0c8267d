"""Identifiers for synthetic subjects: conforming, and different for every subject of every block without a common memory."""

from datetime import date
from functools import cache
from random import Random

from standards import credit_code, identity_number, licence_identifier

REFERENCE_DAY = date(2026, 1, 1)
"""The registers' present: ages and terms count from here, so that the rows do not change with the day of loading."""

BLOCKS = 99 * 30
"""How many blocks have numbers of their own."""
STORY_ORDER = 99
"""The two digits after the birth date that stand in the stories' numbers and in no generated one."""

_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


class IdentityNumbers:
    """A block's identity numbers.

    Two digits of the sequence and the day's residue modulo 30 together belong, for each division, to one block; within
    the block the third digit, and if need be another day, keep numbers apart.
    """

    def __init__(self, block: int) -> None:
        self._block = block
        self._taken: set[str] = set()

    def give(self, division: str, born: int, female: bool, turn: int) -> tuple[str, date]:
        """A new number and its birth date: up to 29 days before the ordinal `born`; `turn` varies the last digit."""
        place = int(division) % 97
        order = (self._block + place) % STORY_ORDER
        born -= (born - (self._block // STORY_ORDER + place + order)) % 30
        while True:
            day = date.fromordinal(born)
            first16 = f"{division}{day.year:04d}{day.month:02d}{day.day:02d}{order:02d}"
            for step in range(5):
                first17 = first16 + str((turn + step) % 5 * 2 + (not female))
                if first17 not in self._taken:
                    self._taken.add(first17)
                    return first17 + identity_number.check_digit(first17), day
            born -= 30


def story_identity_number(division: str, born: date, serial: int) -> str:
    """A story's number; an odd `serial` (0 … 9) is male."""
    first17 = f"{division}{born:%Y%m%d}{STORY_ORDER}{serial}"
    return first17 + identity_number.check_digit(first17)


def organisation_code(first8: str) -> str:
    """Nine characters of GB 11714: eight and their check."""
    total = sum(w * int(c, 36) for w, c in zip(_ORGANISATION_WEIGHTS, first8, strict=True))
    check = (11 - total % 11) % 11
    return first8 + ("X" if check == 10 else str(check))


def entity_code(kind: str, division: str, serial: int) -> str:
    """The credit code of the entity `serial`; `kind` is the first two characters (91 company, 92 trader …)."""
    digits, rest = "", serial
    for _ in range(6):
        rest, digit = divmod(rest, 31)
        digits = credit_code.ALPHABET[digit] + digits
    return credit_code.compose(kind, division, organisation_code("MA" + digits))


@cache
def office_code(division: str, office: int) -> str:
    """The credit code of a county's office number `office` (0 … 99)."""
    return credit_code.compose("11", division, organisation_code(f"MBY00{office:02d}0"))


def licence_number(type_code: str, issuer: str, serial: str) -> str:
    """A conforming electronic certificate identifier, first version."""
    return licence_identifier.compose(type_code, issuer, serial)


def pick_text(rng: Random, words: tuple[str, ...]) -> str:
    """One of the words, evenly."""
    return words[int(rng.random() * len(words))]
