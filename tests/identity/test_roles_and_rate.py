import pytest

from errors import GatewayError
from resolvers.rate import Bucket, Rates
from resolvers.roles import Role, reads_registers, require_register_reader, require_role, separation_fault


@pytest.mark.parametrize(
    ("roles", "reads"),
    [
        ({"consumer"}, True),
        ({"consumer", "provider"}, True),
        ({"provider"}, False),
        ({"operator"}, False),
        ({"auditor"}, False),
        ({"supervisor"}, False),
        ({"compiler"}, False),
        ({"citizen_channel"}, False),
        (set(), False),
        ({"consumer", "operator"}, False),
        ({"consumer", "auditor"}, False),
    ],
)
def test_who_reads_registers(roles: set[str], reads: bool) -> None:
    assert reads_registers(frozenset(roles)) is reads
    if reads:
        require_register_reader(frozenset(roles))
    else:
        with pytest.raises(GatewayError) as caught:
            require_register_reader(frozenset(roles))
        assert caught.value.code.name == "ROLE_REQUIRED"


def test_a_role_is_required() -> None:
    require_role(frozenset({"auditor"}), Role.AUDITOR)
    require_role(frozenset({"auditor"}), Role.SUPERVISOR, Role.AUDITOR)
    for allowed, named in ([Role.AUDITOR], "`auditor`"), ([Role.SUPERVISOR, Role.AUDITOR], "`supervisor` or `auditor`"):
        with pytest.raises(GatewayError, match=f"the role {named}$") as caught:
            require_role(frozenset({"operator"}), *allowed)
        assert caught.value.extensions == {"roles": allowed}


@pytest.mark.parametrize(
    ("roles", "fault"),
    [
        ({"consumer", "provider"}, None),
        ({"operator"}, None),
        ({"operator", "auditor"}, "三员"),
        ({"auditor", "consumer"}, "三员"),
        ({"king"}, "king"),
        (set(), "needs a role"),
    ],
)
def test_duties_kept_apart(roles: set[str], fault: str | None) -> None:
    found = separation_fault(roles)
    assert (found is None) if fault is None else fault in (found or "")


def test_a_bucket() -> None:
    bucket = Bucket(rate_per_second=10, burst=5, now=0.0)
    assert [bucket.take(0.0) for _ in range(5)] == [0.0] * 5
    assert bucket.take(0.0) == pytest.approx(0.1)
    assert bucket.take(0.05) == pytest.approx(0.05)
    assert bucket.take(0.1) == 0.0
    assert [bucket.take(1000.0) for _ in range(6)][4:] == [0.0, pytest.approx(0.1)]
    assert bucket.take(0.0) > 0  # a clock that steps back gives nothing
    assert sum(bucket.take(step / 1000) == 0.0 for step in range(10_001)) == pytest.approx(100, abs=2)


def test_at_a_rate_of_nothing_one_request_passes() -> None:
    bucket = Bucket(0, 0, 0.0)
    assert bucket.take(0.0) == 0.0
    assert bucket.take(1e9) == 3600.0


def test_buckets_are_kept_while_the_rate_stands() -> None:
    rates = Rates()
    first = rates.bucket("hall", 10, 20, 0.0)
    assert rates.bucket("hall", 10, 20, 1.0) is first
    assert rates.bucket("hall", 10, 0, 1.0) is not first
