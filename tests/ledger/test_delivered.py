"""Digests of what was delivered: one for each path, in canonical form, under salts of their own."""

import hashlib
from datetime import UTC, date, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.delivered import DIGEST_BYTES, SALT_BYTES, canonical, digest_delivered, digest_of, leaves

DATA: dict[str, object] = {
    "person": {
        "name": "王明远",
        "isAdult": True,
        "phone": None,
        "licences": [{"typeName": "居民身份证", "validUntil": date(2030, 1, 1)}, None, {}],
        "tags": ["a", "b"],
        "none": [],
        "boundary": {"type": "Point", "coordinates": [[118.5, 32.0], [1e-7, -0.0]]},
    },
    "count": 3,
}
PATHS = [
    "person.name", "person.isAdult", "person.phone", "person.licences.0.typeName", "person.licences.0.validUntil",
    "person.licences.1", "person.licences.2", "person.tags", "person.none", "person.boundary.type",
    "person.boundary.coordinates", "count",
]  # fmt: skip


def test_every_value_has_its_path_salt_and_digest() -> None:
    made = digest_delivered(DATA)
    assert orjson.loads(made.paths) == PATHS
    assert len(made.salts) == SALT_BYTES * len(PATHS)
    salts = [made.salts[at : at + SALT_BYTES] for at in range(0, len(made.salts), SALT_BYTES)]
    assert len(set(salts)) == len(salts)
    told = b"".join(digest_of(salt, value) for salt, (_, value) in zip(salts, leaves(DATA), strict=True))
    assert made.digests == told
    assert len(told) == DIGEST_BYTES * len(PATHS)


def test_the_same_data_has_other_digests_each_time() -> None:
    first, second = digest_delivered(DATA), digest_delivered(DATA)
    assert first.paths == second.paths
    assert first.digests != second.digests
    assert first.hash != second.hash


def test_a_digest_is_blake2s_of_salt_and_canonical_json() -> None:
    salt = bytes(range(16))
    assert digest_of(salt, "王") == hashlib.blake2s(salt + '"王"'.encode()).digest()[:16]


TEXTS = st.sampled_from(("a", "b", "ab", "c"))
TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(TEXTS, TREES, max_size=3), st.dictionaries(TEXTS, TREES, max_size=3))
def test_structures_that_differ_never_share_paths(one: dict[str, object], other: dict[str, object]) -> None:
    """Answers of one structure share their paths' text: what is kept under a structure must be its own."""
    for data in (one, other):
        made = digest_delivered(data)
        assert orjson.loads(made.paths) == [path for path, _ in leaves(data)]
        assert len(made.digests) == DIGEST_BYTES * len(orjson.loads(made.paths))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        # RFC 8785, appendix B, and §3.2.3
        (0.0, "0"), (-0.0, "0"), (5e-324, "5e-324"), (-5e-324, "-5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"), (9007199254740992.0, "9007199254740992"),
        (295147905179352830000.0, "295147905179352830000"), (9.999999999999997e22, "9.999999999999997e+22"), (1e23, "1e+23"),
        (1.0000000000000001e23, "1.0000000000000001e+23"), (999999999999999700000.0, "999999999999999700000"),
        (1e21, "1e+21"), (0.000001, "0.000001"), (0.00001, "0.00001"), (9.999999999999997e-7, "9.999999999999997e-7"),
        (1e-7, "1e-7"), (333333333.33333329, "333333333.3333333"), (-0.0000033333333333333333, "-0.0000033333333333333333"),
        (1424953923781206.2, "1424953923781206.2"), (1.0, "1"), (118.75, "118.75"), (float("nan"), "null"),
        ({"b": 1, "a": [True, None]}, '{"a":[true,null],"b":1}'), ({"€": 1, "\r": 2, "1": 3}, '{"\\r":2,"1":3,"€":1}'),
        ("王\n\u0001\"", '"王\\n\\u0001\\""'), (date(2030, 1, 2), '"2030-01-02"'),
        (datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC), '"2030-01-02T03:04:05Z"'),
    ],
)  # fmt: skip
def test_canonical_form(value: object, text: str) -> None:
    assert canonical(value).decode() == text
