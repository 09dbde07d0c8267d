"""One embedded PostgreSQL for the whole test session, and fresh databases in it."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.embedded import Cluster, ServerSettings, start

TEST_SERVER = ServerSettings(shared_buffers_mb=64, durable=False)


def open_folder() -> Path:
    """A temporary folder that the cluster's service user can enter, also when the tests run as root."""
    folder = Path(tempfile.mkdtemp(prefix="oncegate-test-"))
    folder.chmod(0o711)
    return folder


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The session's embedded cluster: the product's own code, without fsync."""
    folder = open_folder()
    try:
        with start(folder, TEST_SERVER) as running:
            yield running
    finally:
        shutil.rmtree(folder)
