"""Who takes part in the cases through HTTP: a department and a client for each, with what was answered to it, and staff of
the departments that provide, compile and coordinate.
"""

from collections.abc import Mapping
from pathlib import Path

import asyncpg
import pytest

import resolvers.secrets
from catalogue.model import ProviderCode
from sharing.sealed import Signer
from storage.access import Role, attach
from storage.clients import NewClient, create_client
from storage.grants import Granted, add_grants
from storage.keys import load_grant_keys
from storage.layout import KEYS
from storage.own_database import DATABASE
from tests.law.cases import CATALOGUE, DIVISION, Case, department, sharing_cases
from tests.law.steps import StepCase, step_cases

SECRET = "law-secret"
_ANSWERS = frozenset({"provider", "compiler"})
STAFF: Mapping[str, tuple[str, frozenset[str]]] = {
    "law-public-security": ("public_security", _ANSWERS),
    "law-civil-affairs": ("civil_affairs", _ANSWERS),
    "law-natural-resources": ("natural_resources", _ANSWERS),
    "law-market-regulation": ("market_regulation", _ANSWERS),
    "law-education": ("education", frozenset({"provider"})),
    "law-nanjing-housing": ("nanjing_housing", frozenset({"provider"})),
    "law-suzhou-government-services": ("suzhou_government_services", frozenset({"provider"})),
    "law-nanjing-education": ("nanjing_education", frozenset({"provider"})),
    "law-nanjing-government-services": ("nanjing_government_services", frozenset({"supervisor"})),
    "law-nanjing-operator": ("nanjing_government_services", frozenset({"operator"})),
}
"""Client → its department and roles: those who answer to the cases' departments."""


def client_of(case: Case) -> str:
    """The client of the case's department. Its secret is `law-secret`."""
    return f"law-{case.number}"


def quick_hash() -> str:
    """A hash of the secret, of the least cost that is accepted: as many clients identify themselves as there are cases."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resolvers.secrets, "_LOG2_N", 10)
        return resolvers.secrets.hash_secret(SECRET)


async def enter_parties(folder: Path) -> None:
    """All departments, clients and answers of the cases, in one transaction."""
    hashed, signer = quick_hash(), load_grant_keys(folder / KEYS)
    connection = await asyncpg.connect(attach(folder).dsn(DATABASE, Role.OWNER))
    try:
        async with connection.transaction():
            for case in sharing_cases():
                await _enter_department(connection, case)
                await create_client(connection, _client(hashed, client_of(case), case.department, case.title))
                await _answer(connection, case, signer)
            for step_case in step_cases():
                await _enter_department(connection, step_case)
                client = _client(hashed, step_case.client, step_case.department, step_case.title)
                await create_client(connection, client)
            for staff, (name, roles) in STAFF.items():
                await create_client(connection, _client(hashed, staff, department(name), staff, roles))
    finally:
        await connection.close()


async def _enter_department(connection: "asyncpg.Connection[asyncpg.Record]", case: Case | StepCase) -> None:
    await connection.execute(
        "INSERT INTO department (code, name, name_zh, kind, division_code) VALUES ($1, $2, $3, 'government', $4)",
        *(case.department, f"case {case.number}", f"案例部门{case.number}", DIVISION),
    )


def _client(
    hashed: str, name: str, code: ProviderCode, title: str, roles: frozenset[str] = frozenset({"consumer"})
) -> NewClient:
    return NewClient(
        id=name, department=code, title=title, roles=roles, secret_hash=hashed, networks=("127.0.0.0/8",),
        introspection=True, rate_per_second=1_000, burst=1_000,
    )  # fmt: skip


async def _answer(connection: "asyncpg.Connection[asyncpg.Record]", case: Case, signer: Signer) -> None:
    providers = {entry.code: entry.provider for entry in CATALOGUE.entries.values()}
    for number, answer in enumerate(case.answers):
        grant = Granted(
            provider=providers[answer.items[0]], department=case.department, items=frozenset(answer.items),
            form=answer.form, rows=answer.rows, uses=answer.uses, matters=answer.matters, modes=answer.modes,
            valid_from=answer.valid_from, valid_until=answer.valid_until, basis=f"案例{case.number}第{number}份答复",
        )  # fmt: skip
        (entered,) = await add_grants(connection, [grant], signer)
        if answer.suspended:
            await connection.execute(
                "INSERT INTO sharing_suspension (provider, consumer, grant_id, reason, suspended_by)"
                " VALUES ($1, $2, $3, '核查', 'H-1')",
                *(grant.provider, grant.department, entered),
            )
