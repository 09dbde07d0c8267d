"""Requests as a client makes them."""

from typing import Any

import aiohttp
import orjson

from resolvers.negotiate import RESPONSE_JSON
from tests.http.house import HALL, PURPOSE, World

PERSON = "query($id: IdentityNumber!) { person(idNumber: $id) { name isAdult } }"
JSON = "application/json"


class Reply:
    """A response, read."""

    def __init__(self, response: aiohttp.ClientResponse, body: bytes) -> None:
        self.status = response.status
        self.headers = response.headers
        self.media = response.headers.get("content-type", "")
        self.body = body
        self.json: Any = orjson.loads(body) if body else None

    @property
    def code(self) -> str | None:
        """The refusal's code; None where there is data."""
        if "data" in self.json:
            return None
        return str(self.json["errors"][0]["extensions"]["code"])


def headers(world: World, **changes: str | None) -> dict[str, str]:
    """Usual headers of the hall; `_` in a name stands for `-`, None leaves one out."""
    usual: dict[str, str | None] = {
        "authorization": f"Bearer {world.token(HALL)}",
        "accept": RESPONSE_JSON.name,
        "content-type": JSON,
        "sharing-purpose": PURPOSE,
    }
    given = {**usual, **{name.replace("_", "-"): value for name, value in changes.items()}}
    return {name: value for name, value in given.items() if value is not None}


async def post(http: aiohttp.ClientSession, world: World, body: object, **changes: str | None) -> Reply:
    """A POST; a body that is not bytes becomes JSON."""
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    async with http.post(f"{world.url}/graphql", data=raw, headers=headers(world, **changes)) as response:
        return Reply(response, await response.read())


async def get(http: aiohttp.ClientSession, world: World, params: dict[str, str], **changes: str | None) -> Reply:
    """A GET with these parameters."""
    given = headers(world, **{"content_type": None, **changes})
    async with http.get(f"{world.url}/graphql", params=params, headers=given) as response:
        return Reply(response, await response.read())
