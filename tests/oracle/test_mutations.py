"""Each class of leak, made on purpose: the comparison must find it within the cases that it usually runs."""

import pytest

from tests.oracle.comparison import Comparison
from tests.oracle.mutations import MUTATIONS
from tests.oracle.test_oracle import IN_MEMORY


@pytest.mark.parametrize("name", MUTATIONS)
def test_the_comparison_finds(name: str, in_memory: Comparison, monkeypatch: pytest.MonkeyPatch) -> None:
    """The seeds are those of the comparison itself."""
    MUTATIONS[name](monkeypatch)
    assert in_memory.run(0, IN_MEMORY, shrink=False) is not None
