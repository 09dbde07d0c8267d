"""How another process has a register of the running demo stopped or revived: a socket in the data folder, mode 0600.

The demo's main thread alone can do it, since the servers are its children; it looks at the socket while it watches them.
A request and its answer are a line of JSON each.
"""

import contextlib
import json
import os
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from errors import START_REFUSED, GatewayError
from storage.layout import CONTROL
from storage.register_servers import RegisterServers, State

BREAK, MEND = "break", "mend"
ASKER_S = 10.0
"""How long one who connected may take to say what is asked."""
ANSWER_S = 90.0
LONGEST = 4_096


class _Asker:
    """One who connected, and what has come from there so far."""

    def __init__(self, connected: socket.socket) -> None:
        connected.setblocking(False)
        self._connected = connected
        self._got = b""
        self._until = time.monotonic() + ASKER_S

    def line(self) -> str | None:
        """What is asked; None while it is not complete. The empty text, and closed, where it never will be."""
        try:
            more = self._connected.recv(LONGEST)
        except BlockingIOError:
            more = b""
            ended = time.monotonic() > self._until
        except OSError:
            more, ended = b"", True
        else:
            ended = not more
        self._got += more
        if self._got.endswith(b"\n"):
            return self._got.decode(errors="replace")
        if ended or len(self._got) > LONGEST:
            self._connected.close()
            return ""
        return None

    def say(self, answer: Mapping[str, Any]) -> None:
        """Answer, and close; one who has gone misses it."""
        with self._connected, contextlib.suppress(OSError):
            self._connected.sendall(json.dumps(answer).encode() + b"\n")


class Control:
    """The demo's end."""

    def __init__(self, listening: socket.socket, registers: RegisterServers) -> None:
        self._listening = listening
        self._registers = registers
        self._askers: list[_Asker] = []
        self._ended: set[str] = set()

    def attend(self) -> None:
        """Do what has been asked; say which register has ended by itself. Waits for nobody."""
        self._look()
        with contextlib.suppress(BlockingIOError):
            while True:
                self._askers.append(_Asker(self._listening.accept()[0]))
        for asker in tuple(self._askers):
            asked = asker.line()
            if asked:
                asker.say(self._answer(asked))
            if asked is not None:
                self._askers.remove(asker)

    def _answer(self, asked: str) -> Mapping[str, Any]:
        try:
            request = json.loads(asked)
            act, name = request["act"], request["register"]
            if name not in self._registers.states():
                return {"refused": f"no register `{name}`"}
            match act:
                case "break":
                    self._registers.stop(name)
                case "mend":
                    self._registers.revive(name)
                case _:
                    return {"refused": f"no command `{act}`"}
        except (ValueError, TypeError, KeyError):
            return {"refused": "the request cannot be read"}
        except GatewayError as fault:
            return {"refused": fault.message, "hint": fault.hint}
        return {"states": self._registers.states()}

    def _look(self) -> None:
        ended = {name for name, state in self._registers.states().items() if state is State.ENDED}
        for name in sorted(ended - self._ended):
            sys.stderr.write(f"the register `{name}` has ended by itself; `cli demo mend {name}` revives it\n")
        self._ended = ended


@contextlib.contextmanager
def control(folder: Path, registers: RegisterServers) -> Iterator[Control]:
    """Listen while the block lasts. The caller holds the folder: a socket that stands there was left by a killed one."""
    path = folder / CONTROL
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        former = os.umask(0o177)
        try:
            with contextlib.chdir(folder):  # the path may be longer than a socket's may be
                listening.bind(CONTROL)
        finally:
            os.umask(former)
        listening.listen()
        listening.setblocking(False)
        try:
            yield Control(listening, registers)
        finally:
            path.unlink(missing_ok=True)


def ask_demo(folder: Path, act: str, register: str) -> Mapping[str, State]:
    """Have it done by the demo that runs on the folder; what all registers are then. Raises START_REFUSED."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        asking.settimeout(ANSWER_S)
        try:
            with contextlib.chdir(folder):
                asking.connect(CONTROL)
        except OSError:
            raise GatewayError(
                START_REFUSED, f"no demo runs on `{folder}`", "start it with `make demo`, or set its `ONCEGATE_DATA_DIR`"
            ) from None
        try:
            asking.sendall(json.dumps({"act": act, "register": register}).encode() + b"\n")
            with asking.makefile(encoding="utf-8") as answered:
                answer = json.loads(answered.readline())
        except (OSError, ValueError):
            raise GatewayError(
                START_REFUSED, "the demo did not answer", "look whether it still runs, and at its log"
            ) from None
    if "refused" in answer:
        raise GatewayError(START_REFUSED, answer["refused"], answer.get("hint", ""))
    return {name: State(state) for name, state in answer["states"].items()}
