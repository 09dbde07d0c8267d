"""Servers as processes of their own: one uvicorn worker each, uvloop and httptools, on a free port."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from bench.room import ROOT, folder

START_DEADLINE_S = 60.0
STOP_DEADLINE_S = 15.0


class StartError(RuntimeError):
    """A server did not come up; its log's last lines stand in the message."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def process(name: str, command: list[str], environment: Mapping[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """Run it with these variables added; its output goes to a log; it is stopped at the end of the block."""
    log = folder("logs") / f"{name}.log"
    with log.open("wb") as output:
        running = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment}, stdout=output, stderr=output, stdin=subprocess.DEVNULL
        )
    try:
        yield running
    finally:
        if running.poll() is None:
            running.send_signal(signal.SIGTERM)
            try:
                running.wait(STOP_DEADLINE_S)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()


def await_answer(url: str, name: str, running: "subprocess.Popen[bytes]") -> float:
    """Seconds until the address gives any answer (any status below 500). Raises StartError."""
    began = time.perf_counter()
    while time.perf_counter() - began < START_DEADLINE_S:
        if running.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=2):
                return time.perf_counter() - began
        except urllib.error.HTTPError as refused:
            if refused.code < 500:
                return time.perf_counter() - began
        except OSError:
            pass
        time.sleep(0.01)
    last = (folder("logs") / f"{name}.log").read_text(errors="replace").splitlines()[-15:]
    raise StartError(f"{name} did not start:\n" + "\n".join(last))


@contextmanager
def peer(name: str, module: str, environment: Mapping[str, str]) -> Iterator[int]:
    """A peer's application behind uvicorn; gives its port."""
    port = free_port()
    command = [
        sys.executable, "-m", "uvicorn", f"{module}:app", "--port", str(port), "--loop", "uvloop", "--http", "httptools",
        "--no-access-log", "--log-level", "warning",
    ]  # fmt: skip
    with process(name, command, environment) as running:
        await_answer(f"http://127.0.0.1:{port}/", name, running)
        yield port
