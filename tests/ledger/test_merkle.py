"""The tree of RFC 9162: every leaf's path leads to the root, and no other leaf's does."""

from hashlib import sha256

import pytest

from ledger.merkle import leaf_hash, path, root_of, tree


def test_the_root_of_two_is_that_of_the_specification() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert left == sha256(b"\x00a").digest()
    assert tree([left, right])[-1] == [sha256(b"\x01" + left + right).digest()]


def test_the_root_of_seven_is_that_of_the_specification() -> None:
    """RFC 9162 §2.1.5 draws it: ((ab)(cd))((ef)g)."""

    def node(one: bytes, other: bytes) -> bytes:
        return sha256(b"\x01" + one + other).digest()

    a, b, c, d, e, f, g = (leaf_hash(bytes([number])) for number in range(7))
    whole = tree([a, b, c, d, e, f, g])
    assert whole[-1] == [node(node(node(a, b), node(c, d)), node(node(e, f), g))]
    assert path(whole, 6) == [node(e, f), node(node(a, b), node(c, d))]


@pytest.mark.parametrize("size", [*range(1, 34), 256])
def test_every_path_leads_to_the_root_from_its_own_leaf_alone(size: int) -> None:
    leaves = [leaf_hash(number.to_bytes(2)) for number in range(size)]
    levels = tree(leaves)
    for index, leaf in enumerate(leaves):
        way = path(levels, index)
        assert root_of(leaf, index, size, way) == levels[-1][0]
        assert root_of(leaf_hash(b"other"), index, size, way) != levels[-1][0]
        if size > 1:
            assert root_of(leaf, (index + 1) % size, size, way) != levels[-1][0]
            assert root_of(leaf, index, size, way[:-1]) != levels[-1][0]
        assert root_of(leaf, index, size, [*way, leaf]) is None


@pytest.mark.parametrize(("index", "size"), [(-1, 1), (1, 1), (0, 0), (0, 1 << 17)])
def test_a_place_that_is_none_leads_nowhere(index: int, size: int) -> None:
    assert root_of(leaf_hash(b""), index, size, []) is None
