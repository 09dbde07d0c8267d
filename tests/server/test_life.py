"""Stops and kills: nothing acknowledged is lost, no process is left."""

import asyncio
import contextlib
import os
import signal
import threading
import time
import urllib.error
from pathlib import Path

import asyncpg

from demo.stories import STORIES
from storage.access import Role
from storage.embedded import attach_or_start
from storage.own_database import DATABASE
from tests.server.gateway import Running

ADULT = STORIES[0].identifiers["person"]
NAME = "query($id: IdentityNumber!) { person(idNumber: $id) { name } }"


def await_nobody(gateway: Running) -> list[int]:
    """The processes that are left after ten seconds at most."""
    ends = time.monotonic() + 10
    while (left := gateway.processes()) and time.monotonic() < ends:
        time.sleep(0.05)
    return left


def ask_until_gone(gateway: Running, receipts: list[str]) -> None:
    with contextlib.suppress(OSError, urllib.error.URLError, ValueError):
        while True:
            receipts.append(gateway.ask(NAME, {"id": ADULT}).sharing["receipt"])


def test_ctrl_c_drains_and_a_restart_is_warm(gateway: Running) -> None:
    assert len(gateway.processes()) >= 3  # two workers, PostgreSQL
    assert gateway.end(signal.SIGINT) == 0
    assert await_nobody(gateway) == []
    gateway.start()
    assert gateway.ask(NAME, {"id": ADULT}).body["data"] == {"person": {"name": "王明远"}}


def test_a_worker_that_dies_is_replaced(gateway: Running) -> None:
    assert gateway.process is not None
    workers = [pid for pid in gateway.processes() if parent(pid) == gateway.process.pid and is_worker(pid)]
    assert len(workers) == 2
    os.kill(workers[0], signal.SIGKILL)
    ends = time.monotonic() + 20
    while time.monotonic() < ends:
        now = [pid for pid in gateway.processes() if parent(pid) == gateway.process.pid and is_worker(pid)]
        if len(now) == 2 and workers[0] not in now:
            break
        time.sleep(0.05)
    assert len(now) == 2
    assert gateway.ask(NAME, {"id": ADULT}).status == 200


def test_a_kill_loses_nothing_acknowledged_and_leaves_nobody(gateway: Running) -> None:
    gateway.token()
    receipts: list[list[str]] = [[] for _ in range(4)]
    threads = [threading.Thread(target=ask_until_gone, args=(gateway, own)) for own in receipts]
    for thread in threads:
        thread.start()
    time.sleep(0.7)
    gateway.end(signal.SIGKILL)
    for thread in threads:
        thread.join()
    assert await_nobody(gateway) == []
    acknowledged = {receipt for own in receipts for receipt in own}
    assert len(acknowledged) > 20
    with attach_or_start(gateway.folder) as access:
        assert acknowledged <= asyncio.run(recorded(access.dsn(DATABASE, Role.AUDITOR)))
    verified = gateway.cli("ledger", "verify")
    assert verified.returncode == 0, verified.stderr


async def recorded(dsn: str) -> set[str]:
    connection = await asyncpg.connect(dsn)
    try:
        return {str(row["id"]) for row in await connection.fetch("SELECT id FROM ledger_entry")}
    finally:
        await connection.close()


def parent(pid: int) -> int:
    with contextlib.suppress(OSError), open(f"/proc/{pid}/stat") as file:
        return int(file.read().rpartition(")")[2].split()[1])
    return 0


def is_worker(pid: int) -> bool:
    with contextlib.suppress(OSError), open(f"/proc/{pid}/cmdline", "rb") as file:
        return b"commands.worker" in file.read()
    return False


def test_verify_of_an_empty_folder_makes_nothing(tmp_path: Path) -> None:
    refused = Running(tmp_path / "empty").cli("ledger", "verify")
    assert refused.returncode == 1
    assert "no ledger" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert list(tmp_path.iterdir()) == []
