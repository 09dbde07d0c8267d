"""The hash chain: each entry's hash covers its id, its bytes, its subjects, its place, its moment and the hash before it.

`ledger_append` in storage/migrations makes the same bytes; a test compares the two.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from struct import pack

from ledger.head import Head, SignedHead, Verifier

GENESIS = bytes(32)


@dataclass(frozen=True, slots=True)
class ChainedEntry:
    """An entry as it is stored: `id` is the UUID's 16 bytes, `subjects` its references (18 bytes each) end to end."""

    sequence: int
    recorded_at_us: int
    id: bytes
    payload: bytes
    subjects: bytes
    hash: bytes


class Attack(StrEnum):
    """What a break in the chain shows."""

    ALTERED = "altered"  # an entry, its subjects or its place differ from what was hashed
    MISSING = "missing"  # entries between two others are gone
    INSERTED = "inserted"  # a second entry under a number, or one that the chain's head does not know
    CUT = "cut"  # the tail up to a known head is gone
    REWRITTEN = "rewritten"  # the chain is whole in itself, but not the one whose head was published
    FORGED_HEAD = "forged head"  # a published head without a valid signature


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain breaks, from the first sequence number to the last one that it concerns."""

    attack: Attack
    first: int
    last: int

    def __str__(self) -> str:
        place = f"entry {self.first}" if self.first == self.last else f"entries {self.first} to {self.last}"
        return f"{self.attack}: {place}"


def entry_hash(previous: bytes, entry: ChainedEntry) -> bytes:
    """The hash that the entry must have: SHA-256 over the previous one and all else that is stored of it.

    Previous hash, sequence, moment, id, payload, subjects; what varies in length has its length before it.
    """
    return sha256(
        pack(">i", len(previous))
        + previous
        + pack(">qq", entry.sequence, entry.recorded_at_us)
        + entry.id
        + pack(">i", len(entry.payload))
        + entry.payload
        + pack(">i", len(entry.subjects))
        + entry.subjects
    ).digest()


@dataclass(slots=True)
class Check:
    """Follows a chain entry by entry, in the order of sequence numbers, against its signed heads."""

    heads: Sequence[SignedHead]
    verifier: Verifier
    breaks: list[Break] = field(default_factory=list)
    entries: int = 0
    agreed: int = 0  # the last published head that the chain agreed with
    _last: int = 0
    _hash: bytes = GENESIS
    _pending: list[Head] = field(default_factory=list)

    def __post_init__(self) -> None:
        for signed in sorted(self.heads, key=lambda signed: signed.head.sequence):
            if signed.is_genuine(self.verifier):
                self._pending.append(signed.head)
            else:
                self._found(Attack.FORGED_HEAD, signed.head.sequence)
        self._pending.reverse()

    def follow(self, entry: ChainedEntry) -> None:
        """Take the next entry."""
        self.entries += 1
        if entry.sequence <= self._last:
            self._found(Attack.INSERTED, entry.sequence)
            return
        self._pass_heads(before=entry.sequence)
        whole = entry_hash(self._hash, entry) == entry.hash
        if entry.sequence > self._last + 1:  # what stands before it is gone, so its own hash proves nothing
            self._found(Attack.MISSING, self._last + 1, entry.sequence - 1)
        elif not whole:
            self.report(Attack.ALTERED, entry.sequence)
        self._last, self._hash = entry.sequence, entry.hash
        while self._pending and self._pending[-1].sequence == entry.sequence:
            head = self._pending.pop()
            if head.hash == entry.hash:
                self.agreed = entry.sequence
            elif not self._explained(self.agreed + 1, entry.sequence):
                self._found(Attack.REWRITTEN, self.agreed + 1, entry.sequence)

    def report(self, attack: Attack, sequence: int) -> None:
        """Add a break at this entry, unless one is known there already."""
        if not self._explained(sequence, sequence):
            self._found(attack, sequence)

    def finish(self, stored: Head | None = None) -> list[Break]:
        """All breaks, in their order. `stored` is the head that the database itself keeps."""
        known = [head.sequence for head in self._pending]
        if stored is not None:
            known.append(stored.sequence)
            if stored.sequence < self._last:
                self._found(Attack.INSERTED, stored.sequence + 1, self._last)
            elif stored.sequence == self._last and stored.hash != self._hash:
                self._found(Attack.ALTERED, self._last)
        if known and max(known) > self._last:
            self._found(Attack.CUT, self._last + 1, max(known))
        return sorted(self.breaks, key=lambda found: (found.first, found.last))

    def _pass_heads(self, before: int) -> None:
        """Heads of entries that are missing: the gap is reported as such."""
        while self._pending and self._pending[-1].sequence < before:
            self._pending.pop()

    def _explained(self, first: int, last: int) -> bool:
        """Whether a break already found there says why it differs."""
        return any(
            found.first <= last and found.last >= first and found.attack is not Attack.FORGED_HEAD for found in self.breaks
        )

    def _found(self, attack: Attack, first: int, last: int | None = None) -> None:
        self.breaks.append(Break(attack, first, first if last is None else last))


def verify(
    entries: Iterable[ChainedEntry], heads: Sequence[SignedHead], verifier: Verifier, stored: Head | None = None
) -> list[Break]:
    """All breaks of a chain that begins at 1; empty where it is whole and agrees with every published head."""
    check = Check(heads, verifier)
    for entry in entries:
        check.follow(entry)
    return check.finish(stored)
