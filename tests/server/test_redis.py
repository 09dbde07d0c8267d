"""A gateway with a real Redis beside it: the workers hear one another there, and its death harms nobody."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from demo.stories import STORIES
from settings import PREFIX
from storage.epoch_bus import CHANNEL
from tests.conftest import open_folder
from tests.server.gateway import Running
from tests.storage.redis import RedisServer
from tests.storage.redis import redis_server as redis_server

ADULT = next(story for story in STORIES if story.key == "adult").identifiers["person"]
LOOKUP = "query($id: IdentityNumber!) { person(idNumber: $id) { name } }"
AGAIN_S = 60.0


@dataclass
class Beside(Running):
    """A demo gateway that is told of a Redis."""

    redis: str = ""

    def environment(self) -> dict[str, str]:
        return {**super().environment(), f"{PREFIX}REDIS": self.redis}


@pytest.fixture
def beside(redis_server: RedisServer) -> Iterator[Beside]:
    gateway = Beside(open_folder(), redis=redis_server.url)
    gateway.start()
    yield gateway
    gateway.end()
    gateway.remove()


def subscribers(server: RedisServer) -> int:
    answered = server.command("PUBSUB", "NUMSUB", CHANNEL)
    return int(answered.rstrip().rsplit(b":", 1)[1])


def until_subscribed(server: RedisServer, workers: int) -> None:
    began = time.monotonic()
    while subscribers(server) < workers:
        assert time.monotonic() - began < AGAIN_S
        time.sleep(0.1)


def test_it_is_used_while_it_lives_and_not_missed_when_it_dies(beside: Beside, redis_server: RedisServer) -> None:
    until_subscribed(redis_server, 2)
    assert beside.ask(LOOKUP, {"id": ADULT}).body["data"]["person"]["name"]
    redis_server.kill()
    for _ in range(10):
        began = time.monotonic()
        assert beside.ask(LOOKUP, {"id": ADULT}).body["data"]["person"]["name"]
        assert time.monotonic() - began < 2.0
    assert beside.get("/readyz").status == 200
    redis_server.start()
    until_subscribed(redis_server, 2)
    assert beside.ask(LOOKUP, {"id": ADULT}).body["data"]["person"]["name"]
