"""Write the demo's seed into our own database, once: clients last, so that a seed that was cut short is written again."""

import asyncio
from typing import Any

import asyncpg

from catalogue.model import Catalogue
from demo.parties import ALWAYS, AUTHORISATIONS, OFFICERS, OFFICES, STATEMENTS, ZONE
from demo.seed import CASES, CLIENTS, ENTRUSTMENTS, department_code, grants
from resolvers.ports.parties import Description, Recorder
from resolvers.secrets import hash_secret
from sharing.parties import Office
from sharing.sealed import Signer
from storage.cases import subjects_json
from storage.clients import NewClient, create_client
from storage.departments import add_entrustment
from storage.grants import add_grants
from storage.write_parties import add_officer, appoint_office, describe_party, place_party


async def write_seed(connection: "asyncpg.Connection[Any]", catalogue: Catalogue, signer: Signer) -> bool:
    """Clients, entrustments, offices, officers, signed grants and cases of the demo; False where they are there already.

    The departments must be there: they came with the catalogue.
    """
    if await connection.fetchval("SELECT true FROM client WHERE id = $1", CLIENTS[-1].id):
        return False
    hashes = await asyncio.gather(*(asyncio.to_thread(hash_secret, client.secret) for client in CLIENTS))
    async with connection.transaction():
        for entrusted in ENTRUSTMENTS:
            counter, duty = department_code(catalogue, entrusted.counter), department_code(catalogue, entrusted.duty)
            await add_entrustment(connection, counter, duty, entrusted.matters, entrusted.basis)
        await _write_parties(connection, catalogue)
        await add_grants(connection, grants(catalogue), signer)
        await connection.executemany(
            "INSERT INTO service_case (number, consumer, matter, opened_by, subjects) VALUES ($1, $2, $3, $4, $5)",
            [
                (each.number, hall, each.matter, each.handler, subjects_json(each.subjects))
                for each, hall in ((each, department_code(catalogue, each.department)) for each in CASES)
            ],
        )
        for client, secret_hash in zip(CLIENTS, hashes, strict=True):
            await create_client(
                connection,
                NewClient(
                    id=client.id,
                    department=department_code(catalogue, client.department),
                    title=client.title,
                    roles=client.roles,
                    secret_hash=secret_hash,
                    networks=client.networks,
                    introspection=client.introspection,
                    rate_per_second=client.rate_per_second,
                    burst=client.rate_per_second,
                ),
            )
    return True


async def _write_parties(connection: "asyncpg.Connection[Any]", catalogue: Catalogue) -> None:
    by = Recorder("demo", "demo-handler", ALWAYS.begins)
    for department in catalogue.departments.values():
        await place_party(connection, department.code, ZONE, None, AUTHORISATIONS.get(department.name))
    for name, statements in STATEMENTS.items():
        stated = Description(ALWAYS.begins, {one.subject: (one,) for one in statements})
        await describe_party(connection, department_code(catalogue, name), stated, by)
    for each in OFFICES:
        holder = None if each.holder is None else department_code(catalogue, each.holder)
        office = Office(each.kind, each.division, holder, each.title, None, each.basis, ALWAYS)
        await appoint_office(connection, office, by)
    for name, officers in OFFICERS.items():
        for officer in officers:
            await add_officer(connection, department_code(catalogue, name), officer, by)
