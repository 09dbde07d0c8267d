"""The world's rows as sources: in memory, and in an embedded PostgreSQL."""

import asyncio
from collections.abc import Mapping

import asyncpg

from catalogue.binding import SourceName
from connectors.base import Connector
from connectors.memory import MemoryConnector
from connectors.postgresql import PostgresConnector
from connectors.sql_scope import quoted_one
from storage.access import Role
from storage.embedded import Cluster
from tests.oracle.product import Spy, numbered
from tests.oracle.world import NUMBER, World, column_types


def memory_spies(world: World) -> dict[str, Spy]:
    """Each source of the binding, answered from Python rows."""
    tables, bindings = world.tables(), numbered(world.sources.bindings)
    held = MemoryConnector(world.catalogue.resources, bindings, tables)
    return _spies(world, dict.fromkeys(world.sources.sources, held))


def postgres_spies(world: World, cluster: Cluster, database: str) -> dict[str, Spy]:
    """Each source of the binding, answered by PostgreSQL, all from one database that `load` has filled."""
    bindings, dsn = numbered(world.sources.bindings), cluster.dsn(database, Role.SOURCE)
    return _spies(
        world, {name: PostgresConnector(dsn, world.catalogue.resources, bindings, 2) for name in world.sources.sources}
    )


def _spies(world: World, connectors: Mapping[SourceName, Connector]) -> dict[str, Spy]:
    return {str(name): Spy(connectors[name]) for name in world.sources.sources}


def load(world: World, cluster: Cluster, database: str) -> None:
    """Make the database and fill it with the world's tables, every column nullable as in life."""
    asyncio.run(_load(world, cluster, database))


async def _load(world: World, cluster: Cluster, database: str) -> None:
    admin = await asyncpg.connect(cluster.dsn("postgres", Role.ADMIN))
    await admin.execute(f"CREATE DATABASE {database}")
    await admin.close()
    connection = await asyncpg.connect(cluster.dsn(database, Role.ADMIN))
    tables = world.tables()
    for name, binding in world.sources.bindings.items():
        types = column_types(world.catalogue, name)
        columns = {column: types[item] for item, column in binding.columns.items()}
        if binding.geometry is not None:
            columns[binding.geometry] = "point" if name == "Address" else "polygon"
        columns[NUMBER] = "text"
        stated = ", ".join(f"{quoted_one(column)} {kind}" for column, kind in columns.items())
        await connection.execute(f"CREATE TABLE {binding.table} ({stated})")
        await connection.copy_records_to_table(
            binding.table, columns=list(columns), records=[tuple(row[c] for c in columns) for row in tables[binding.table]]
        )
    await connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {Role.SOURCE}")
    await connection.close()
