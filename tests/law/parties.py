"""Who takes part in the cases through HTTP: a department and a client for each, with what was answered to it."""

from pathlib import Path

import asyncpg

from resolvers.secrets import hash_secret
from sharing.sealed import Signer
from storage.access import Role, attach
from storage.clients import NewClient, create_client
from storage.grants import Granted, add_grants
from storage.keys import load_grant_keys
from storage.layout import KEYS
from storage.own_database import DATABASE
from tests.law.cases import CATALOGUE, DIVISION, Case, sharing_cases

SECRET_HASH = hash_secret("law-secret")


def client_of(case: Case) -> str:
    """The client of the case's department. Its secret is `law-secret`."""
    return f"law-{case.number}"


async def enter_parties(folder: Path) -> None:
    """All departments, clients and answers of the cases, in one transaction."""
    signer = load_grant_keys(folder / KEYS)
    connection = await asyncpg.connect(attach(folder).dsn(DATABASE, Role.OWNER))
    try:
        async with connection.transaction():
            for case in sharing_cases():
                await connection.execute(
                    "INSERT INTO department (code, name, name_zh, kind, division_code)"
                    " VALUES ($1, $2, $3, 'government', $4)",
                    *(case.department, f"case {case.number}", f"案例部门{case.number}", DIVISION),
                )
                await create_client(connection, _client(case))
                await _answer(connection, case, signer)
    finally:
        await connection.close()


def _client(case: Case) -> NewClient:
    return NewClient(
        id=client_of(case), department=case.department, title=case.title, roles=frozenset({"consumer"}),
        secret_hash=SECRET_HASH, networks=("127.0.0.0/8",), introspection=True,
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
