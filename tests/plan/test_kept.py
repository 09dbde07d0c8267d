"""What is kept is bounded by weight, and what was used last stays."""

from resolvers.kept import Kept
from tests.plan.standpoint import plan_of


def test_heavy_ones_push_out_those_unused_longest() -> None:
    kept: Kept[str, int] = Kept(weight=10)
    for number, name in enumerate("abc"):
        kept.put(name, number, 3)
    assert kept.get("a") == 0
    kept.put("d", 3, 3)
    assert [name for name in "abcd" if kept.get(name) is not None] == ["a", "c", "d"]
    kept.put("whole", 4, 1_000)
    assert len(kept) == 1
    assert kept.get("whole") == 4


def test_putting_again_weighs_once() -> None:
    kept: Kept[str, int] = Kept(weight=10)
    for _ in range(5):
        kept.put("a", 0, 6)
    kept.put("b", 1, 4)
    assert (kept.get("a"), kept.get("b")) == (0, 1)


def test_a_plan_weighs_its_fields() -> None:
    small, _ = plan_of('{ person(idNumber: "11010519491231002X") { name } }')
    large, _ = plan_of('{ person(idNumber: "11010519491231002X") { name licences { holder { ... on Person { sex } } } } }')
    assert small.weight < large.weight
