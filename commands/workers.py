"""Worker processes: the parent holds the port and the embedded database, each worker serves from the same socket.

A worker lives only as long as its parent: it reads a pipe that the parent holds open (see `commands.worker`). It runs in
a session of its own, so that Ctrl-C reaches the parent alone, which lets it drain.
"""

import contextlib
import errno
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import FrameType
from typing import BinaryIO

from errors import START_REFUSED, GatewayError
from settings import ROOT

READY = b"ready\n"
START_DEADLINE_S = 60.0
KILL_AFTER_DRAIN_S = 5.0
LOOK_S = 0.1
MOST_RESTARTS = 5
RESTARTS_WITHIN_S = 60.0
BACKLOG = 2048


def bind(host: str, port: int) -> socket.socket:
    """The listening socket. Raises START_REFUSED naming the port that is taken or may not be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as problem:
        why = "is taken by another program" if problem.errno == errno.EADDRINUSE else f"cannot be had ({problem.strerror})"
        raise GatewayError(
            START_REFUSED,
            f"port {port} on {host} {why}",
            f"choose another: `PORT={port + 1} make demo`, or set `ONCEGATE_PORT`",
        ) from None


@dataclass(slots=True)
class Worker:
    """One process: `lifeline` is what it ends with, `ready` the pipe on which it says that it serves."""

    process: "subprocess.Popen[bytes]"
    ready: int

    def has_said_ready(self, wait_s: float) -> bool:
        """Whether it has said so; the pipe is closed then, and when the worker ends."""
        if self.ready < 0:
            return True
        readable, _, _ = select.select([self.ready], [], [], wait_s)
        if not readable or os.read(self.ready, len(READY)) != READY:
            return False
        os.close(self.ready)
        self.ready = -1
        return True


@dataclass(frozen=True, slots=True)
class Crew:
    """How workers are started: how many, on which socket, with which settings' variables, and where their log goes."""

    size: int
    listening: socket.socket
    environment: Mapping[str, str]
    log: BinaryIO | None
    drain_s: int

    def hire(self) -> Worker:
        """A new worker."""
        ready, says = os.pipe()
        try:
            process = subprocess.Popen(  # noqa: S603  our own module, no shell
                [sys.executable, "-m", "commands.worker", str(self.listening.fileno()), str(says)],
                cwd=ROOT,
                env={**os.environ, **self.environment},
                stdin=subprocess.PIPE,
                stdout=self.log,
                pass_fds=(self.listening.fileno(), says),
                start_new_session=True,
            )
        finally:
            os.close(says)
        return Worker(process, ready)


class Stop:
    """The signals that end the parent: the first lets the workers drain, the second does not."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        self.asked += 1


@contextlib.contextmanager
def stop_signals() -> Iterator[Stop]:
    """Count SIGINT, SIGTERM and SIGHUP instead of ending at once."""
    stop = Stop()
    former = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield stop
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def run_workers(crew: Crew, stop: Stop, on_ready: Callable[[], None], is_alive: Callable[[], bool]) -> int:
    """Serve until stopped; the exit status. `is_alive` says whether what the workers need (the database) still runs."""
    workers: list[Worker] = []
    try:
        workers += [crew.hire() for _ in range(crew.size)]
        if not _await_ready(workers, stop):
            return 0 if stop.asked else 1
        on_ready()
        return _watch(crew, workers, stop, is_alive)
    finally:
        _dismiss(workers, crew.drain_s, stop)


def _await_ready(workers: list[Worker], stop: Stop) -> bool:
    deadline = time.monotonic() + START_DEADLINE_S
    while not stop.asked and time.monotonic() < deadline:
        if all(worker.has_said_ready(LOOK_S) for worker in workers):
            return True
        if any(worker.process.poll() is not None for worker in workers):
            return False  # it has said why
    return False


def _watch(crew: Crew, workers: list[Worker], stop: Stop, is_alive: Callable[[], bool]) -> int:
    restarts: deque[float] = deque(maxlen=MOST_RESTARTS)
    while not stop.asked:
        if not is_alive():
            sys.stderr.write("the embedded database has ended; its log says why\n")
            return 1
        for place, worker in enumerate(workers):
            if worker.process.poll() is None:
                worker.has_said_ready(0)
                continue
            now = time.monotonic()
            if len(restarts) == MOST_RESTARTS and now - restarts[0] < RESTARTS_WITHIN_S:
                sys.stderr.write("workers end again and again; the log says why\n")
                return 1
            restarts.append(now)
            ended = worker.process
            sys.stderr.write(f"worker {ended.pid} has ended with status {ended.returncode}: another starts\n")
            workers[place] = crew.hire()
        time.sleep(LOOK_S)
    return 0


def _dismiss(workers: list[Worker], drain_s: int, stop: Stop) -> None:
    """Let every worker drain; kill those that do not end, or all at once when asked a second time."""
    for worker in workers:
        worker.process.terminate()
    deadline, asked = time.monotonic() + drain_s + KILL_AFTER_DRAIN_S, stop.asked
    while any(worker.process.poll() is None for worker in workers):
        if time.monotonic() > deadline or stop.asked > max(asked, 1):
            for worker in workers:
                worker.process.kill()
        time.sleep(LOOK_S / 5)
    for worker in workers:
        assert worker.process.stdin is not None
        worker.process.stdin.close()
        if worker.ready >= 0:
            os.close(worker.ready)
