"""A running gateway for the cases through HTTP, and in it a department of its own for each case."""

import asyncio
import base64
import signal
import time
from collections.abc import Iterator

import pytest

from tests.conftest import open_folder
from tests.law.parties import SECRET, STAFF, enter_parties
from tests.server.gateway import Running


def await_parties(gateway: Running) -> None:
    """Until the workers have heard of the last client: eight tokens in a row, whoever answers."""
    login = base64.b64encode(f"{list(STAFF)[-1]}:{SECRET}".encode()).decode()
    headers = {"Authorization": f"Basic {login}", "Content-Type": "application/x-www-form-urlencoded"}
    given, deadline = 0, time.monotonic() + 10
    while given < 8:
        assert time.monotonic() < deadline, "the workers do not know the cases' clients"
        answered = gateway.post("/oauth/token", b"grant_type=client_credentials", headers)
        given = given + 1 if answered.status == 200 else 0


@pytest.fixture(scope="session")
def court() -> Iterator[Running]:
    """A demo gateway with two workers; every case has its department, its client and its answers in it."""
    gateway = Running(open_folder())
    gateway.start()
    asyncio.run(enter_parties(gateway.folder))
    await_parties(gateway)
    yield gateway
    gateway.end(signal.SIGTERM)
    gateway.remove()
