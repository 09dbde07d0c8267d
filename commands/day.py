"""`cli demo day`: a scripted day of the law over HTTP, on a demo gateway of its own that is gone afterwards."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import typer

from demo.day import DayWentWrong, check_left, play
from errors import START_REFUSED, GatewayError
from settings import PREFIX, ROOT
from storage.access import Role, attach
from storage.heads import read_heads
from storage.layout import GATEWAY, HEADS
from storage.own_database import DATABASE

PERSONS = 1_000
START_S, STOP_S, HEAD_S = 120, 30, 20
ENTRIES = "SELECT payload FROM ledger_entry ORDER BY sequence"


def day() -> None:
    """被拒、申请、部分同意、撤回，一日之内 · refused, applied for, answered, revoked; then the ledger is verified."""
    with _gateway() as (url, environment):
        try:
            left = play(url, typer.echo)
            typer.echo("八、逐笔留痕：核对台账 · every step left its record: the ledger is verified")
            folder = Path(environment[f"{PREFIX}DATA_DIR"])
            entries = asyncio.run(_entries(folder))
            check_left(left, entries)
            _await_head(folder, len(entries))
        except DayWentWrong as wrong:
            typer.echo(f"与法不符 · not as the law says: {wrong}", err=True)
            raise typer.Exit(1) from None
        verified = subprocess.run(
            [sys.executable, "-m", "cli", "ledger", "verify"], cwd=ROOT, env=environment, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        typer.echo(f"   {(verified.stdout or verified.stderr).strip()}")
    if verified.returncode:
        raise typer.Exit(verified.returncode)


async def _entries(folder: Path) -> list[dict[str, Any]]:
    """What the ledger holds, in order."""
    connection = await asyncpg.connect(attach(folder).dsn(DATABASE, Role.AUDITOR))
    try:
        return [json.loads(row["payload"]) for row in await connection.fetch(ENTRIES)]
    finally:
        await connection.close()


def _await_head(folder: Path, sequence: int) -> None:
    """Until a signed head stands behind that entry and all before it. Raises DayWentWrong."""
    begun = time.monotonic()
    while max((one.head.sequence for one in read_heads(folder / HEADS)), default=0) < sequence:
        if time.monotonic() - begun > HEAD_S:
            raise DayWentWrong(f"no signed head stands behind entry {sequence} of the ledger")
        time.sleep(0.05)


@contextmanager
def _gateway() -> Iterator[tuple[str, dict[str, str]]]:
    """A demo gateway on a free port over a folder of its own: its address, and the environment that reaches it."""
    # not under a folder that only we can enter: PostgreSQL runs as a user of its own where we are root
    with tempfile.TemporaryDirectory(prefix="oncegate-day-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        kept = {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}
        environment = {**kept, f"{PREFIX}DATA_DIR": name, f"{PREFIX}HEAD_INTERVAL_S": "1"}
        said = folder / "said.txt"
        with said.open("w") as output:
            process = subprocess.Popen(  # noqa: S603 - our own program, with our own words
                [sys.executable, "-m", "cli", "demo", "--port", "0", "--persons", str(PERSONS)], cwd=ROOT, env=environment,
                stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip
        try:
            typer.echo("正在启动演示网关 · starting a demo gateway")
            yield _address(folder, process, said), environment
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(STOP_S)


def _address(folder: Path, process: "subprocess.Popen[bytes]", said: Path) -> str:
    """Where it listens, once it is ready. Raises START_REFUSED with what it said."""
    begun = time.monotonic()
    while not (folder / GATEWAY).exists():
        if process.poll() is not None or time.monotonic() - begun > START_S:
            raise GatewayError(
                START_REFUSED, f"the demo gateway did not start: {said.read_text()[-500:]}", "try `make demo`"
            )
        time.sleep(0.05)
    url: str = json.loads((folder / GATEWAY).read_text())["url"]
    return url
