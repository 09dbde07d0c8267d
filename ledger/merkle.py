"""A Merkle tree over what is signed at once, so that one signature serves many (RFC 9162 §2.1, SHA-256)."""

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

LEAF, NODE = b"\x00", b"\x01"
HASH_BYTES = 32
MOST_LEAVES = 1 << 16

Told = TypeVar("Told")


def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf; a leaf can never be taken for a node."""
    return sha256(LEAF + content).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(NODE + left + right).digest()


def tree(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """The tree over these leaf hashes, at least one, level by level: the leaves first, the root alone last."""
    level = list(leaves)
    levels = [level]
    while len(level) > 1:
        above = [_node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            above.append(level[-1])  # without a neighbour it goes up as it is
        level = above
        levels.append(level)
    return levels


def path(levels: Sequence[Sequence[Told]], index: int) -> list[Told]:
    """What lies beside the way from the leaf at `index` to the root, from below; `levels` in whatever spelling."""
    found = []
    for level in levels:
        beside = index ^ 1
        if beside < len(level):
            found.append(level[beside])
        index >>= 1
    return found


def root_of(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root to which this path leads from the leaf at `index` of `size` (RFC 9162 §2.1.3.2); None: it leads nowhere."""
    if not 0 <= index < size <= MOST_LEAVES:
        return None
    made, last = leaf, size - 1
    for other in path:
        if last == 0:
            return None
        if index % 2 or index == last:
            made = _node(other, made)
            while index % 2 == 0 and index:
                index, last = index // 2, last // 2
        else:
            made = _node(made, other)
        index, last = index // 2, last // 2
    return made if last == 0 else None
