"""The supervisor, its faults tried by really killing."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from errors import START_REFUSED, GatewayError
from storage.access import CONNECTION_FILE, Role, attach, running
from storage.embedded import Cluster, ServerSettings, attach_or_start, reset, start
from tests.conftest import TEST_SERVER, open_folder

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder() -> Iterator[Path]:
    made = open_folder()
    yield made
    shutil.rmtree(made)


def gone(pid: int, within_s: float = 5) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return True  # dead, and only waiting for init to notice
        time.sleep(0.02)
    return False


async def test_speaks_chinese_and_denies_strangers(cluster: Cluster) -> None:
    connection = await asyncpg.connect(cluster.dsn("postgres", Role.ADMIN))
    try:
        query = "SELECT ARRAY[datlocale, datctype] FROM pg_database WHERE datname = current_database()"
        assert await connection.fetchval(query) == ["C.UTF-8", "C.UTF-8"]
        await connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        assert await connection.fetchval("SELECT cardinality(show_trgm('南京市'))") > 0
    finally:
        await connection.close()
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(cluster.dsn("postgres", Role.ADMIN), password="guessed")


def test_second_start_names_the_process_that_holds_it(cluster: Cluster) -> None:
    with pytest.raises(GatewayError, match=f"already running under process `{os.getpid()}`") as refused:
        start(cluster.data_dir)
    assert refused.value.code is START_REFUSED
    with pytest.raises(GatewayError, match="already running"):
        reset(cluster.data_dir)


async def test_attach_reads_the_connection_file(cluster: Cluster) -> None:
    access = attach(cluster.data_dir)
    connection = await asyncpg.connect(access.dsn("postgres"))
    assert await connection.fetchval("SELECT current_user") == Role.SERVICE
    await connection.close()
    mode = (cluster.data_dir / CONNECTION_FILE).stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_lives_only_as_long_as_asked(folder: Path) -> None:
    with pytest.raises(GatewayError, match="no embedded database runs"):
        attach(folder)
    with attach_or_start(folder, TEST_SERVER) as access:
        assert access.answers()
        with attach_or_start(folder) as same:
            assert same == access
    assert gone(access.server_pid)
    assert running(folder) is None
    reset(folder)
    assert not (folder / "postgres").exists()


async def test_listens_on_tcp_only_when_asked(folder: Path) -> None:
    settings = ServerSettings(shared_buffers_mb=32, durable=False, tcp=True)
    with start(folder, settings) as cluster:
        connection = await asyncpg.connect(cluster.access.tcp_dsn("postgres"))
        assert await connection.fetchval("SELECT 1") == 1
        await connection.close()


def test_tcp_dsn_is_refused_without_tcp(cluster: Cluster) -> None:
    with pytest.raises(GatewayError, match="socket only"):
        cluster.access.tcp_dsn("postgres")


def test_interrupted_creation_leaves_nothing_half_done(folder: Path) -> None:
    (folder / "postgres").mkdir()
    (folder / "postgres" / "data.rising").mkdir()
    (folder / "postgres" / "data.rising" / "PG_VERSION").write_text("18\n")
    with start(folder, TEST_SERVER) as cluster:
        assert cluster.is_alive()


def test_a_long_path_still_gets_a_socket(folder: Path) -> None:
    long = folder / ("x" * 90)
    with start(long, TEST_SERVER) as cluster:
        assert len(cluster.access.socket_dir) < 90
        assert cluster.access.answers()
    Path(cluster.access.socket_dir).rmdir()


def test_lost_passwords_are_named(folder: Path) -> None:
    with start(folder, TEST_SERVER):
        pass
    (folder / "postgres" / "secrets.json").unlink()
    with pytest.raises(GatewayError, match="passwords of the embedded database are missing"):
        start(folder, TEST_SERVER)


async def test_killed_supervisor_leaves_no_server_and_loses_no_row(folder: Path) -> None:
    program = [sys.executable, str(Path(__file__).with_name("supervise_and_write.py")), str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True, env=environment) as supervisor:
        assert supervisor.stdout is not None
        server_pid = int(supervisor.stdout.readline())
        for _ in range(50):
            supervisor.stdout.readline()
        os.kill(supervisor.pid, signal.SIGKILL)
        acknowledged = 50 + len([line for line in supervisor.stdout.read().splitlines() if line])
    with start(folder, TEST_SERVER) as cluster:  # at once, while the orphan may still be shutting down
        assert gone(server_pid, within_s=0.1)
        connection = await asyncpg.connect(cluster.dsn("postgres", Role.ADMIN))
        kept = await connection.fetchval("SELECT count(*) FROM kept")
        await connection.close()
    assert kept >= acknowledged


async def test_killed_server_loses_no_row_and_a_foreign_pid_file_does_not_block(folder: Path) -> None:
    durable = ServerSettings(shared_buffers_mb=32)
    with start(folder, durable) as cluster:
        connection = await asyncpg.connect(cluster.dsn("postgres", Role.ADMIN))
        await connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
        os.kill(cluster.access.server_pid, signal.SIGKILL)
        while cluster.is_alive():
            time.sleep(0.01)
        connection.terminate()
    pid_file = folder / "postgres" / "data" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getppid()), *lines[1:]]) + "\n")  # that number is someone else's by now
    with start(folder, durable) as cluster:
        connection = await asyncpg.connect(cluster.dsn("postgres", Role.ADMIN))
        assert await connection.fetchval("SELECT n FROM kept") == 1
        await connection.close()
