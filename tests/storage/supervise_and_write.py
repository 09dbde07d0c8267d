"""Run as a program: starts a cluster on argv[1] and commits rows, printing each number once it is acknowledged."""

import asyncio
import sys
from itertools import count
from pathlib import Path

import asyncpg

from storage.access import Role
from storage.embedded import Cluster, ServerSettings, start


async def write(cluster: Cluster) -> None:
    connection = await asyncpg.connect(cluster.dsn("postgres", Role.ADMIN))
    await connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
    print(cluster.access.server_pid, flush=True)
    for n in count():
        await connection.execute("INSERT INTO kept VALUES ($1)", n)
        print(n, flush=True)


with start(Path(sys.argv[1]), ServerSettings(shared_buffers_mb=32)) as started:
    asyncio.run(write(started))
