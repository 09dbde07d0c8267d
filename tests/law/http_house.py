"""The running gateway as the cases' departments ask it: who asks, what is refused, what was kept."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg

from storage.access import Role, attach
from storage.own_database import DATABASE
from tests.law.parties import SECRET, STAFF
from tests.law.steps import Refused
from tests.server.gateway import Running

NAMED = {
    "auditor": "demo-auditor",
    "operator": "demo-operator",
    "leading_group": "demo-supervisor",
    "counter": "demo-hall",
    "city_operator": "law-nanjing-operator",
}
"""Who is not named by a department: the others are its client `law-<name>`."""


@dataclass(frozen=True, slots=True)
class House:
    """The gateway, and the client of the case's own department."""

    court: Running
    own: str

    def client(self, by: str) -> str:
        """The client that takes a step by this word."""
        name = by.replace("_", "-")
        known = f"law-{name}"
        return self.own if by == "consumer" else NAMED.get(by, known)

    def ask(self, by: str, text: str, purpose: str = "", **variables: Any) -> Any:
        """What the one root field answers. Raises Refused with its error."""
        body = self.answered(by, text, purpose, variables=variables).body
        if "errors" in body:
            error = body["errors"][0]["extensions"]
            assert not any((body.get("data") or {}).values()), body
            findings = tuple(one["path"] for one in error.get("findings", ()))
            raise Refused(error["code"], error.get("article", ""), error.get("hint", ""), findings)
        (value,) = body["data"].values()
        return value

    def answered(self, by: str, text: str, purpose: str = "", headers: Mapping[str, str] | None = None, **more: Any) -> Any:
        """The whole answer."""
        client = self.client(by)
        secret = None if client.startswith("demo-") else SECRET
        assert client.startswith("demo-") or client == self.own or client in STAFF, f"nobody is called `{by}`"
        return self.court.ask(
            text, more.get("variables"), client=client, purpose=purpose, secret=secret, headers=headers or {}
        )

    def breaches(self, by: str) -> list[str]:
        """The breaches in the last entry of this client in the ledger."""

        async def read() -> list[str]:
            connection = await asyncpg.connect(attach(self.court.folder).dsn(DATABASE, Role.AUDITOR))
            try:
                payloads = await connection.fetch("SELECT payload FROM ledger_entry ORDER BY sequence DESC LIMIT 20")
            finally:
                await connection.close()
            entries = [json.loads(one["payload"]) for one in payloads]
            return next((one.get("breaches", []) for one in entries if one["client"] == self.client(by)), [])

        return asyncio.run(read())
