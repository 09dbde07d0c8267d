"""A register of the running demo is stopped, killed and revived from another process; the others answer meanwhile."""

import json
import os
import signal
import socket
import stat
import time
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest

from commands.control import ask_demo
from demo.registers import REGISTERS
from demo.stories import STORIES
from errors import GatewayError
from storage.layout import CONTROL
from storage.register_servers import State, register_access
from tests.server.gateway import Running
from tests.server.test_life import is_worker, parent

PERSON, UNIT = (STORIES[1].identifiers[role] for role in ("spouse", "unit"))
NAME = "陈建国"
QUERY = """query($id: IdentityNumber!, $unit: String!) {
  person(idNumber: $id) { name }
  realEstateUnit(unitCode: $unit) { location }
}"""
AGAIN_S = 10.0
"""A source that failed is left alone for two seconds; the rest is for a busy machine."""


@pytest.fixture
def whole(gateway: Running) -> Iterator[Running]:
    """The gateway, every register revived afterwards."""
    yield gateway
    if gateway.process is not None and gateway.process.poll() is None:
        for name in REGISTERS:
            ask_demo(gateway.folder, "mend", name)


def ask(gateway: Running) -> tuple[dict[str, Any], dict[str, str]]:
    """The data, and the outcome of each position that is listed."""
    answered = gateway.ask(QUERY, {"id": PERSON, "unit": UNIT}, headers={"Sharing-Explain": "full"})
    assert answered.status == 200, answered.body
    outcomes = {".".join(map(str, one["path"])): one["outcome"] for one in answered.sharing["outcomes"]}
    return answered.body["data"], outcomes


def ask_until(gateway: Running, position: str, outcome: str) -> dict[str, Any]:
    ends = time.monotonic() + AGAIN_S
    while True:
        data, outcomes = ask(gateway)
        if outcomes.get(position) == outcome:
            return data
        assert time.monotonic() < ends, outcomes
        time.sleep(0.05)


def test_a_register_is_stopped_and_revived_while_the_gateway_serves(whole: Running) -> None:
    data, outcomes = ask(whole)
    assert outcomes["realEstateUnit.location"] == "SHARED"
    where = data["realEstateUnit"]["location"]

    stopped = whole.cli("demo", "break", "real-estate")
    assert stopped.returncode == 0, stopped.stderr
    assert "→ geospatial" in stopped.stdout
    assert "stopped" in stopped.stdout
    data, outcomes = ask(whole)
    assert data == {"person": {"name": NAME}, "realEstateUnit": None}
    assert "SOURCE_UNAVAILABLE" in outcomes.values()
    assert outcomes["person.name"] == "SHARED"
    with pytest.raises(GatewayError, match="no embedded database runs"):
        register_access(whole.folder, "geospatial")

    again = whole.cli("demo", "break", "不动产登记簿")
    assert again.returncode == 0
    assert again.stdout == stopped.stdout

    mended = whole.cli("demo", "mend", "不动产")
    assert mended.returncode == 0, mended.stderr
    assert "stopped" not in mended.stdout
    assert register_access(whole.folder, "geospatial").answers()
    assert ask_until(whole, "realEstateUnit.location", "SHARED")["realEstateUnit"] == {"location": where}
    assert whole.cli("demo", "mend", "geospatial").stdout == mended.stdout


def test_a_register_that_is_killed_stays_down_until_it_is_revived(whole: Running) -> None:
    os.kill(register_access(whole.folder, "population").server_pid, signal.SIGKILL)
    ask_until(whole, "person", "SOURCE_UNAVAILABLE")
    assert whole.process is not None
    assert whole.process.poll() is None
    said = whole.folder / "said.txt"
    ends = time.monotonic() + AGAIN_S
    while "`population` has ended by itself" not in said.read_text():
        assert time.monotonic() < ends
        time.sleep(0.05)
    assert ask_demo(whole.folder, "mend", "population")["population"] is State.RUNNING
    assert ask_until(whole, "person.name", "SHARED")["person"] == {"name": NAME}


def test_a_worker_that_starts_while_a_register_is_down_serves_the_others(whole: Running) -> None:
    states = ask_demo(whole.folder, "break", "population")
    assert states["population"] is State.STOPPED
    assert {state for name, state in states.items() if name != "population"} == {State.RUNNING}
    assert whole.process is not None
    workers = [pid for pid in whole.processes() if parent(pid) == whole.process.pid and is_worker(pid)]
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    said = whole.folder / "said.txt"
    ends = time.monotonic() + 20
    while any(f"worker {pid} has ended" not in said.read_text() for pid in workers):
        assert time.monotonic() < ends
        time.sleep(0.05)
    data, outcomes = ask(whole)  # answered by one that started after the register was stopped
    assert data["person"] is None
    assert outcomes["realEstateUnit.location"] == "SHARED"
    ask_demo(whole.folder, "mend", "population")
    assert ask_until(whole, "person.name", "SHARED")["person"] == {"name": NAME}


@pytest.mark.parametrize("word", ["tax", "population;", "../population", ""])
def test_an_unknown_register_is_refused_with_the_names(whole: Running, word: str) -> None:
    refused = whole.cli("demo", "break", word)
    assert refused.returncode == 1
    for name in ("population", "legal-entity", "geospatial", "licence", "credit", "real-estate"):
        assert f"`{name}`" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_without_a_running_demo_it_says_so(tmp_path: Path) -> None:
    for command in ("break", "mend"):
        refused = Running(tmp_path / "empty").cli("demo", command, "credit")
        assert refused.returncode == 1
        assert "no demo runs on" in refused.stderr
        assert "make demo" in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_only_the_owner_reaches_the_demo_and_nonsense_does_not_hold_it(whole: Running) -> None:
    assert stat.S_IMODE((whole.folder / CONTROL).stat().st_mode) == 0o600
    for line in (b"nonsense\n", b"[]\n", b'{"act": "drop", "register": "credit"}\n', b'{"act": "break", "register": "x"}\n'):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking, chdir(whole.folder):
            asking.settimeout(30)
            asking.connect(CONTROL)
            asking.sendall(line)
            assert "refused" in json.loads(asking.recv(4_096))
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as silent, chdir(whole.folder):
        silent.connect(CONTROL)
        assert ask_demo(whole.folder, "mend", "credit")["credit"] is State.RUNNING


def test_a_killed_demo_leaves_no_register(whole: Running) -> None:
    servers = {name: register_access(whole.folder, name).server_pid for name in REGISTERS}
    assert len(set(servers.values())) == len(REGISTERS)
    whole.end(signal.SIGKILL)
    ends = time.monotonic() + 10
    while left := whole.processes():
        assert time.monotonic() < ends, left
        time.sleep(0.05)
    whole.start()
    assert ask(whole)[0]["person"] == {"name": NAME}
