"""A served gateway for the tests of HTTP."""

from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
import pytest_asyncio

from resolvers.gateway import Gateway
from schema.limits import Limits
from tests.http.house import World, assemble, serving

SMALL = Limits(body_bytes=4_000, request_ms=800, queue=4)


@pytest.fixture
def gateway() -> Gateway:
    """A gateway of real parts over registers in memory, not served."""
    return assemble().gateway


@pytest.fixture
def world() -> Iterator[World]:
    """A fresh gateway with small limits, served."""
    made = assemble(SMALL)
    with serving(made.app) as url:
        made.url = url
        yield made


@pytest_asyncio.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """A client that adds nothing by itself but what HTTP needs."""
    async with aiohttp.ClientSession(skip_auto_headers=("Accept", "Content-Type", "User-Agent")) as session:
        yield session
