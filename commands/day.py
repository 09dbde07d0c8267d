"""`cli demo day`: a scripted day of the law over HTTP, on a demo gateway of its own that is gone afterwards."""

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

import typer

from demo.day import DayWentWrong, play
from errors import START_REFUSED, GatewayError
from settings import PREFIX, ROOT
from storage.layout import GATEWAY

PERSONS = 1_000
START_S, STOP_S = 120, 30


def day() -> None:
    """被拒、申请、部分同意、撤回，一日之内 · refused, applied for, answered, revoked; then the ledger is verified."""
    with _gateway() as (url, environment):
        try:
            play(url, typer.echo)
        except DayWentWrong as wrong:
            typer.echo(f"与法不符 · not as the law says: {wrong}", err=True)
            raise typer.Exit(1) from None
        typer.echo("八、逐笔留痕：核对台账 · every step left its record: the ledger is verified")
        verified = subprocess.run(
            [sys.executable, "-m", "cli", "ledger", "verify"], cwd=ROOT, env=environment, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        typer.echo(f"   {(verified.stdout or verified.stderr).strip()}")
    if verified.returncode:
        raise typer.Exit(verified.returncode)


@contextmanager
def _gateway() -> Iterator[tuple[str, dict[str, str]]]:
    """A demo gateway on a free port over a folder of its own: its address, and the environment that reaches it."""
    # not under a folder that only we can enter: PostgreSQL runs as a user of its own where we are root
    with tempfile.TemporaryDirectory(prefix="oncegate-day-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        kept = {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}
        environment = {**kept, f"{PREFIX}DATA_DIR": name}
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
