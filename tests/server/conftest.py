"""One demo gateway for the session: two workers, a thousand persons."""

import signal
from collections.abc import Iterator

import pytest

from tests.conftest import open_folder
from tests.server.gateway import Running


@pytest.fixture(scope="session")
def started() -> Iterator[Running]:
    """Started once; what a test stopped, the next start brings back."""
    gateway = Running(open_folder())
    gateway.start()
    yield gateway
    if gateway.process is not None and gateway.process.poll() is None:
        gateway.end(signal.SIGTERM)
    gateway.remove()


@pytest.fixture
def gateway(started: Running) -> Running:
    """The session's gateway, running."""
    assert started.process is not None
    if started.process.poll() is not None:
        started.start()
    return started
