"""Departments that apply and answer in the tests of applications, and what they say."""

import asyncio
import base64
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg

from catalogue.load import load_catalogue
from demo.seed import department_code
from resolvers.secrets import hash_secret
from settings import ROOT
from storage.access import Role, attach
from storage.clients import NewClient, create_client
from storage.own_database import DATABASE
from tests.server.gateway import Answered, Running

CATALOGUE = load_catalogue(ROOT / "catalogue")
SECRET = "applicant-secret"
CLIENTS = (
    ("app-police", "public_security", {"provider"}),
    ("app-police-consumer", "public_security", {"consumer"}),
    ("app-land", "natural_resources", {"provider"}),
    ("app-statistics", "statistics", {"provider"}),
    ("app-government-services", "government_services", {"provider"}),
    ("app-federation", "disabled_federation", {"provider"}),
    ("app-group", "audit", {"supervisor"}),
    ("app-nothing", "statistics", {"consumer"}),
    ("app-suzhou", "suzhou_government_services", {"supervisor"}),
    ("app-suzhou-operator", "suzhou_government_services", {"operator"}),
    ("app-nanjing", "nanjing_government_services", {"supervisor"}),
    ("app-nanjing-consumer", "nanjing_government_services", {"consumer"}),
    ("app-suzhou-provider", "suzhou_government_services", {"provider"}),
)
HEARD_S = 2.0
MATTERS = count(1)
CONSUMER = "demo-developer"
PERSON = "query($id: IdentityNumber!) { person(idNumber: $id) { name registeredResidence householdNumber } }"
COMPLETE = {"duty": "《公共租赁住房管理办法》第七条", "contact": "025-00000000"}

APPLICATION = """
  id state due dueProvisional warnFrom deadline supplement lacking grants answerHash answeredOn note
  provider { code } consumer { code }
  items { item coordinate negotiate standing asked { form rows uses matters modes validUntil quotaPerDay }
          answer { outcome reason terms { form rows validUntil } } }
  letter { name mediaType sha256 size }
  proposal { answers { item outcome } taken { step handler } letter { sha256 } }
  coordination { body office { code } }
  events { number kind step day handler items text }
"""
DRAFT = f"""mutation($document: String!, $variables: JSON, $someRows: Boolean = false) {{
  draftApplication(document: $document, variables: $variables, handler: "H-12", someRows: $someRows) {{
    batch applications {{ {APPLICATION} }} underWay {{ coordinate item application state due }}
    unobtainable {{ coordinate reason article }} }} }}"""
SAVE = f"""mutation($id: ID!, $terms: ApplicationInput!) {{
  saveApplication(id: $id, terms: $terms, handler: "H-12") {{ {APPLICATION} }} }}"""
SUBMIT = f"""mutation($id: ID!, $alsoTo: [String!]) {{
  submitApplication(id: $id, handler: "H-12", alsoTo: $alsoTo) {{ {APPLICATION} }} }}"""
WITHDRAW = f'mutation($id: ID!) {{ withdrawApplication(id: $id, handler: "H-12", reason: "取消") {{ {APPLICATION} }} }}'
SUPPLEMENT = f"""mutation($id: ID!, $lacking: [String!]!) {{
  requestSupplement(id: $id, lacking: $lacking, handler: "P-1") {{ {APPLICATION} }} }}"""
ANSWER = f"""mutation($id: ID!, $items: [ItemAnswerInput!], $letter: LetterInput, $step: AnswerStep, $handler: String!) {{
  answerApplication(id: $id, items: $items, letter: $letter, step: $step, handler: $handler, note: "见附函") {{
    {APPLICATION} }} }}"""
NEGOTIATE = f"""mutation($id: ID!, $items: [String!]) {{
  negotiate(id: $id, items: $items, message: "请复议", handler: "H-12") {{ {APPLICATION} }} }}"""
NEGOTIATED = f"""mutation($id: ID!, $result: NegotiationResult!) {{
  recordNegotiation(id: $id, result: $result, text: "见纪要", handler: "H-12") {{ {APPLICATION} }} }}"""
COORDINATE = f"""mutation($id: ID!, $body: CoordinatingBody) {{
  requestCoordination(id: $id, reason: "审核确需", body: $body, handler: "H-12") {{ {APPLICATION} }} }}"""
COORDINATED = f"""mutation($id: ID!, $result: CoordinationResult!) {{
  recordCoordination(id: $id, result: $result, text: "协调意见", handler: "S-1") {{ {APPLICATION} }} }}"""
READ = f"query($id: ID!) {{ application(id: $id) {{ {APPLICATION} }} }}"
LETTER = "query($id: ID!, $sha256: String!) { answerLetter(id: $id, sha256: $sha256) }"
PDF = {"name": "答复函.pdf", "mediaType": "application/pdf", "content": base64.b64encode(b"%PDF-1.7 demo").decode()}


def new_purpose() -> str:
    """A purpose with a matter of its own: what another test was granted does not hold for it."""
    return f'matter="T{next(MATTERS)}", use=administrative-basis, handler="H-12"'


def department(name: str) -> str:
    """A department's credit code by its name in departments.toml."""
    return department_code(CATALOGUE, name)


async def enter(folder: Path) -> bool:
    """The clients of `CLIENTS`, with the same secret each, once for whichever tests come first; whether it was now."""
    secret_hash = hash_secret(SECRET)
    connection = await asyncpg.connect(attach(folder).dsn(DATABASE, Role.OWNER))
    try:
        async with connection.transaction():
            held = {row["id"] for row in await connection.fetch("SELECT id FROM client")}
            for client, name, roles in CLIENTS:
                if client in held:
                    continue
                new = NewClient(
                    id=client, department=department_code(CATALOGUE, name), title=client, roles=frozenset(roles),
                    secret_hash=secret_hash, networks=("127.0.0.0/8",), introspection=True, rate_per_second=1_000,
                    burst=1_000,
                )  # fmt: skip
                await create_client(connection, new)
            return len(held) < len(held | {client for client, _, _ in CLIENTS})
    finally:
        await connection.close()


@dataclass(frozen=True, slots=True)
class Office:
    """Asks the gateway as its departments do."""

    gateway: Running

    def ask(self, client: str, text: str, purpose: str = "", **variables: Any) -> Answered:
        secret = SECRET if client.startswith("app-") else None
        return self.gateway.ask(text, variables, client=client, purpose=purpose, secret=secret)

    def told(self, client: str, text: str, purpose: str = "", **variables: Any) -> Any:
        """What the one root field answers; there must be no error."""
        answered = self.ask(client, text, purpose, **variables).body
        assert "errors" not in answered, answered["errors"]
        (value,) = answered["data"].values()
        return value

    def refused(self, client: str, text: str, purpose: str = "", **variables: Any) -> dict[str, Any]:
        """The one error: its extensions, with `message`; nothing is answered."""
        answered = self.ask(client, text, purpose, **variables).body
        (error,) = answered["errors"]
        assert not any((answered.get("data") or {}).values())
        told: dict[str, Any] = {**error["extensions"], "message": error["message"]}
        return told

    def draft(self, variables: dict[str, Any], document: str = PERSON, purpose: str = "") -> Any:
        """What `draftApplication` makes of a document."""
        return self.told(CONSUMER, DRAFT, purpose or new_purpose(), document=document, variables=variables)

    def drafted(self, person: str, document: str = PERSON, purpose: str = "") -> str:
        """A complete draft to the first provider that the document needs, before any source of a part; its id."""
        application, *_ = self.draft({"id": person}, document, purpose)["applications"]
        self.told(CONSUMER, SAVE, id=application["id"], terms=COMPLETE)
        number: str = application["id"]
        return number

    def submitted(self, person: str, document: str = PERSON, purpose: str = "") -> str:
        """The same, submitted."""
        number = self.drafted(person, document, purpose)
        self.told(CONSUMER, SUBMIT, id=number)
        return number

    def answer(self, number: str, items: Sequence[dict[str, Any]], client: str = "app-police", **more: Any) -> Any:
        return self.told(client, ANSWER, **{"id": number, "items": items, "handler": "P-1", **more})

    def sql(self, text: str, *values: object) -> list[Any]:
        """As the database's owner: for what only time brings about."""
        return _fetch(attach(self.gateway.folder).dsn(DATABASE, Role.OWNER), text, values)

    def population(self, text: str, *values: object, role: Role = Role.SOURCE) -> list[Any]:
        """In the population register, as the gateway reads it or as another role."""
        return _fetch(self.gateway.register_dsn("population", role), text, values)


def office_of(gateway: Running) -> Office:
    """Departments that ask this gateway, each worker of which has heard of their clients."""
    if asyncio.run(enter(gateway.folder)):
        time.sleep(HEARD_S)
    return Office(gateway)


def _fetch(dsn: str, text: str, values: Sequence[object]) -> list[Any]:
    async def run() -> list[Any]:
        connection = await asyncpg.connect(dsn)
        try:
            return list(await connection.fetch(text, *values))
        finally:
            await connection.close()

    return asyncio.run(run())
