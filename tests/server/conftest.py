"""One demo gateway for the session: two workers, a thousand persons."""

import signal
from collections.abc import Iterator

import pytest

from tests.conftest import open_folder
from tests.server.applicants import Office, office_of
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


@pytest.fixture(scope="module")
def office(started: Running) -> Office:
    """The session's gateway, with the clients and departments of applicants entered."""
    if started.process is None or started.process.poll() is not None:
        started.start()
    return office_of(started)
