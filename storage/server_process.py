"""The process of one embedded PostgreSQL: how it is started, when it accepts connections, how it ends."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from errors import START_REFUSED, GatewayError
from storage.home import Home, run_as

PORT = 5432  # names the socket; nothing listens on it
START_DEADLINE_S = 60.0
STOP_DEADLINE_S = 15.0
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What differs between a small deployment (the defaults) and a test (`durable=False`)."""

    shared_buffers_mb: int = 256
    max_connections: int = 200
    durable: bool = True
    tcp: bool = False


def free_port() -> int:
    """A TCP port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def spawn(home: Home, settings: ServerSettings, tcp_port: int | None) -> subprocess.Popen[bytes]:
    """Start `postgres` as a direct child that ends with us; it does not accept connections yet. Main thread only."""
    if home.log.exists():
        home.log.replace(home.log.with_suffix(".log.1"))
    options = {
        "unix_socket_directories": str(home.socket_dir),
        "listen_addresses": "127.0.0.1" if tcp_port else "",
        "port": str(tcp_port or PORT),
        "max_connections": str(settings.max_connections),
        "shared_buffers": f"{settings.shared_buffers_mb}MB",
        "effective_cache_size": f"{settings.shared_buffers_mb * 4}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        "jit": "off",  # our statements are short: compiling them costs more than it saves
        "io_method": "sync",
        "synchronous_commit": "on",
        "fsync": "on" if settings.durable else "off",
        "full_page_writes": "on" if settings.durable else "off",
        "wal_level": "minimal",  # no replicas of an embedded cluster; bulk loads skip the log
        "max_wal_senders": "0",
        "max_logical_replication_workers": "0",
        "max_wal_size": "2GB",
        "wal_buffers": f"{min(16, settings.shared_buffers_mb // 4)}MB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_min_messages": "warning",
        # identity numbers must not reach the log: neither statements nor the details of an error
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
    }
    command = [str(home.binaries / "postgres"), "-D", str(home.data)]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    with home.log.open("wb") as log:
        return subprocess.Popen(  # type: ignore[call-overload, no-any-return]  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,
            preexec_fn=_end_with(os.getpid()),  # runs after the change of user, which would clear it
            **run_as(home.user),
        )


def _end_with(parent: int) -> Callable[[], None] | None:
    """Ask the kernel (Linux) for a fast shutdown of the child when its parent dies."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def arm() -> None:
        if prctl(PR_SET_PDEATHSIG, int(signal.SIGINT), 0, 0, 0) != 0 or os.getppid() != parent:
            os._exit(1)

    return arm


def await_ready(home: Home, server: subprocess.Popen[bytes]) -> None:
    """Wait until it accepts connections: the last line of postmaster.pid turns `ready`.

    Raises START_REFUSED with the last line of its log.
    """
    pid_file = home.data / "postmaster.pid"
    deadline = time.monotonic() + START_DEADLINE_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        with contextlib.suppress(FileNotFoundError):
            lines = pid_file.read_text().splitlines()
            if len(lines) >= 8 and lines[0] == str(server.pid) and lines[7].strip() == "ready":
                return
        time.sleep(0.004)
    last = home.log.read_text(errors="replace").strip().splitlines()[-1:]
    raise GatewayError(
        START_REFUSED,
        f"the embedded database did not start: {''.join(last) or 'no word in its log'}",
        f"the whole log is `{home.log}`",
    )


def end(*servers: subprocess.Popen[bytes]) -> None:
    """Fast shutdown, then immediate, then by force, all of them at once; waits until the processes are gone."""
    for way in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        left = [server for server in servers if server.poll() is None]
        for server in left:
            server.send_signal(way)
        deadline = time.monotonic() + STOP_DEADLINE_S
        for server in left:
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(max(deadline - time.monotonic(), 0))
