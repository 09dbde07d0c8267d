"""Thousands of generated catalogues, grants, callers and documents: the product's answer is the oracle's, to the byte."""

import os

import pytest

from tests.oracle.comparison import Comparison

IN_MEMORY, IN_POSTGRES = 2_000, 700


def _size(config: pytest.Config, usual: int) -> int:
    return _option(config, "cases") or usual


def _seed(config: pytest.Config) -> int:
    return _option(config, "seed")


def _option(config: pytest.Config, name: str) -> int:
    """`--oracle-…` where this folder was named to pytest, else the environment's ORACLE_…."""
    return int(config.getoption(f"--oracle-{name}", default=None) or os.environ.get(f"ORACLE_{name.upper()}", "0"))


def test_as_the_oracle_says_in_memory(in_memory: Comparison, pytestconfig: pytest.Config) -> None:
    """2,000 cases and more by `--oracle-cases`: data, errors, outcomes, and nothing leaves a source that may not."""
    count = _size(pytestconfig, IN_MEMORY)
    assert in_memory.run(_seed(pytestconfig), count) is None
    assert in_memory.tally.cases >= count


def test_as_the_oracle_says_in_postgresql(in_postgres: Comparison, pytestconfig: pytest.Config) -> None:
    """The same over SQL, with other seeds."""
    count = _size(pytestconfig, IN_POSTGRES)
    assert in_postgres.run(500_000 + _seed(pytestconfig), count) is None
    assert in_postgres.tally.cases >= count


def test_cases_reach_what_they_are_meant_to(in_memory: Comparison) -> None:
    """A comparison of empty answers would prove nothing: every outcome and most reasons occur, and often."""
    assert in_memory.run(9_000, 800) is None
    tally = in_memory.tally
    kinds = {told.split()[0] for told in tally.outcomes}
    assert kinds == {"SHARED", "COMPARED", "MASKED", "WITHHELD", "NONCONFORMING", "SOURCE_UNAVAILABLE"}
    assert len(tally.outcomes) >= 20
    assert tally.cells > 5 * tally.cases
    assert tally.errors > 0
