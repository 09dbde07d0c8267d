"""Registers' servers: made together, each with one database, stopped and revived one by one."""

import os
import shutil
import signal
import time

import asyncpg

from storage.access import Role
from storage.embedded import start
from storage.register_servers import DATABASE, RegisterServers, State, register_access, reset_registers
from tests.conftest import TEST_SERVER, open_folder


async def databases(dsn: str) -> list[str]:
    connection = await asyncpg.connect(dsn)
    try:
        return [row[0] for row in await connection.fetch("SELECT datname FROM pg_database")]
    finally:
        await connection.close()


async def test_each_is_a_server_of_its_own_that_keeps_its_rows_and_its_address() -> None:
    folder = open_folder()
    try:
        with start(folder, TEST_SERVER) as cluster:
            servers = RegisterServers(folder, ("one", "two"), cluster, 20)
            assert servers.states() == {"one": State.RUNNING, "two": State.RUNNING}
            reached = {name: register_access(folder, name) for name in ("one", "two")}
            assert len({each.server_pid for each in reached.values()} | {cluster.access.server_pid}) == 3
            assert reached["one"].passwords != cluster.access.passwords
            for name in reached:
                assert await databases(servers.dsn(name)) == [DATABASE]
            admin = await asyncpg.connect(servers.dsn("one", Role.ADMIN))
            await admin.execute("CREATE TABLE kept AS SELECT 1 AS n")
            await admin.close()

            dsn = servers.dsn("one")
            servers.stop("one")
            servers.stop("one")
            assert servers.states() == {"one": State.STOPPED, "two": State.RUNNING}
            assert not reached["one"].answers()
            servers.revive("one")
            servers.revive("one")
            assert servers.dsn("one") == dsn

            pid = register_access(folder, "one").server_pid
            os.kill(pid, signal.SIGKILL)
            deadline = time.monotonic() + 5
            while servers.states()["one"] is not State.ENDED:
                assert time.monotonic() < deadline
                time.sleep(0.01)
            servers.revive("one")
            assert servers.states()["one"] is State.RUNNING
            admin = await asyncpg.connect(servers.dsn("one", Role.ADMIN))
            assert await admin.fetchval("SELECT n FROM kept") == 1
            await admin.close()

            servers.close()
            assert servers.states() == {"one": State.STOPPED, "two": State.STOPPED}
        reset_registers(folder)
        assert not list((folder / "registers").glob("*/postgres"))
    finally:
        shutil.rmtree(folder)
