"""The peers' way to the registers: one pool of ten per database, nothing reset on release, one source's role."""

import os
from typing import Any

import asyncpg

POOL_SIZE = 10
REGISTERS = ("POPULATION", "LICENCE", "CREDIT")
RECORDS = "BENCH_RECORDS"
"""The environment variable with the DSN of the database that recorded requests go to."""


class Connection(asyncpg.Connection):
    """Spares the reset round trip: no statement here leaves anything behind on its connection."""

    def get_reset_query(self) -> str:
        return ""


async def open_pool(dsn: str) -> "asyncpg.Pool[Any]":
    """Ten connections, all open before the first request."""
    return await asyncpg.create_pool(
        dsn, min_size=POOL_SIZE, max_size=POOL_SIZE, connection_class=Connection, server_settings={"jit": "off"}
    )


async def open_registers() -> "tuple[asyncpg.Pool[Any], asyncpg.Pool[Any], asyncpg.Pool[Any]]":
    """Population, licence and credit, from the same environment variables that the product reads."""
    population, licence, credit = [await open_pool_of(name) for name in REGISTERS]
    return population, licence, credit


async def open_pool_of(register: str) -> "asyncpg.Pool[Any]":
    """One register's pool."""
    return await open_pool(os.environ[f"ONCEGATE_SOURCE_{register}"])
