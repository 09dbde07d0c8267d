"""The cases of sharing through HTTP: a department asks a running gateway, and is told what the article says.

What is withheld stands as null and is told in `extensions.sharing.outcomes`; a breach of Art. 17 ¶2 stands in the ledger.
"""

import asyncio
import json
from typing import Any

import asyncpg
import pytest

from catalogue.model import LookupKind, ResourceName
from storage.access import Role, attach
from storage.own_database import DATABASE
from tests.law.cases import CATALOGUE, Case, sharing_cases
from tests.law.parties import client_of
from tests.server.gateway import Answered, Running

USES = {"administrative_basis": "administrative-basis", "work_reference": "work-reference"}


@pytest.mark.parametrize("case", sharing_cases(), ids=str)
def test_the_gateway_does_what_the_article_says(case: Case, court: Running) -> None:
    if case.case:
        opened = ask(court, case, OPEN_CASE, {"case": "LAW-1", "matter": case.matter, "subjects": named(case)})
        assert opened.body["data"]["openCase"]["number"] == "LAW-1", opened.body
    answered = ask(court, case, document(case), {})
    assert told(case, answered) == case.then
    assert recorded_breaches(court, case, answered) == ([case.breach] if case.breach else [])


OPEN_CASE = """
    mutation Open($case: String!, $matter: String!, $subjects: [CaseSubjectInput!]!) {
      openCase(case: $case, matter: $matter, subjects: $subjects) { number }
    }"""


def named(case: Case) -> list[dict[str, str]]:
    return [{"role": "applicant", "idNumber" if code[0] in "123456" else "creditCode": code} for code in case.case]


def ask(court: Running, case: Case, text: str, variables: dict[str, Any]) -> Answered:
    """The request with the case's purpose, asking for all outcomes."""
    words = [f'matter="{case.matter}"', f"use={USES[case.use]}", 'handler="H-1"']
    if case.case:
        words.append('case="LAW-1"')
    if case.acting_for:
        words.append(f'acting-for="{case.acting_for}"')
    purpose = ", ".join(words) if case.purpose else ""
    return court.ask(
        text, variables, client=client_of(case), purpose=purpose, secret="law-secret", headers={"Sharing-Explain": "full"}
    )


def document(case: Case) -> str:
    """The subject's row by its key, and the item of it."""
    resource = CATALOGUE.resources[ResourceName(case.item.type)]
    root = next(
        root for root in resource.roots
        if not root.batch and resource.lookups[root.lookup].kind is LookupKind.EQUALS
    )  # fmt: skip
    field = str(case.item.field)
    if case.asked == "verify":
        field = f"verify({field}: {json.dumps(case.offered)}) {{ {field} }}"
    return f"{{ {root.field}({root.argument}: {json.dumps(case.subject)}) {{ {field} }} }}"


def told(case: Case, answered: Answered) -> str:
    """As the cases write it: the outcome at the item's position; where the row itself is kept back, at the row's."""
    if "errors" in answered.body:
        return f"REFUSED {answered.body['errors'][0]['extensions']['code']}"
    (row,) = answered.body["data"].values()
    value = row
    for key in ("verify", str(case.item.field)) if case.asked == "verify" else (str(case.item.field),):
        value = None if value is None else value[key]
    depth = min if row is None else max  # a row that is kept back is told where it would stand
    outcome = depth(answered.sharing["outcomes"], key=lambda one: len(one["path"]))
    words = [outcome["outcome"], outcome["reason"]]
    if outcome["outcome"] == "WITHHELD":
        assert value is None
        words.append(outcome["remedy"])
    else:
        assert value is not None
    return " ".join(words)


def recorded_breaches(court: Running, case: Case, answered: Answered) -> list[str]:
    """The breaches in the case's last entry of the ledger."""

    async def read() -> list[str]:
        connection = await asyncpg.connect(attach(court.folder).dsn(DATABASE, Role.AUDITOR))
        try:
            payloads = await connection.fetch("SELECT payload FROM ledger_entry ORDER BY sequence DESC LIMIT 20")
        finally:
            await connection.close()
        entries = [json.loads(one["payload"]) for one in payloads]
        return next((one.get("breaches", []) for one in entries if one["client"] == client_of(case)), [])

    return asyncio.run(read())
