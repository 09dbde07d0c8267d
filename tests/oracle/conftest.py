"""The oracle's setting, and its sources in memory and in PostgreSQL."""

import pytest

from storage.embedded import Cluster
from tests.oracle.comparison import Comparison, Setting, make_setting
from tests.oracle.sources import load, memory_spies, postgres_spies

DATABASE = "oracle"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--oracle-cases", type=int, help="how many cases")
    parser.addoption("--oracle-seed", type=int, help="the first seed")


@pytest.fixture(scope="session")
def setting() -> Setting:
    """One world and its schemas."""
    return make_setting()


@pytest.fixture
def in_memory(setting: Setting) -> Comparison:
    """A fresh comparison over Python rows."""
    return setting.comparison(memory_spies(setting.world))


@pytest.fixture(scope="session")
def loaded(setting: Setting, cluster: Cluster) -> Cluster:
    """A cluster with the world's rows."""
    load(setting.world, cluster, DATABASE)
    return cluster


@pytest.fixture
def in_postgres(setting: Setting, loaded: Cluster) -> Comparison:
    """A fresh comparison over the same rows in PostgreSQL."""
    return setting.comparison(postgres_spies(setting.world, loaded, DATABASE))
