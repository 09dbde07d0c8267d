"""How long the demo takes to be ready: from nothing, and a second time."""

import json
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from statistics import median

from bench.room import ROOM, folder
from bench.serving import StartError, process
from bench.telling import tell
from storage.embedded import reset

RUNS = 5
DEADLINE_S = 120.0


def measure_demo_starts() -> dict[str, float]:
    """`start_cold_s` (databases made, registers loaded) and `start_warm_s`; seconds until `/readyz` answers 200, medians."""
    cold, warm = [], []
    for run in range(RUNS):
        room = folder("demo")
        reset(room)
        shutil.rmtree(room)
        tell(f"starting the demo from nothing, {run + 1} of {RUNS}")
        cold.append(_start())
        tell(f"starting it again, {run + 1} of {RUNS}")
        warm.append(_start())
    return {"start_cold_s": round(median(cold), 3), "start_warm_s": round(median(warm), 3)}


def _start() -> float:
    room = ROOM / "demo"
    note = room / "gateway.json"
    note.unlink(missing_ok=True)
    began = time.perf_counter()
    with process("demo", [sys.executable, "-m", "cli", "demo", "--port", "0"], {"ONCEGATE_DATA_DIR": str(room)}) as running:
        took = _await_ready(running, began)
        running.send_signal(signal.SIGINT)
        running.wait(30)
    return took


def _await_ready(running: "subprocess.Popen[bytes]", began: float) -> float:
    note = ROOM / "demo" / "gateway.json"
    while time.perf_counter() - began < DEADLINE_S and running.poll() is None:
        try:
            url = json.loads(note.read_text())["url"]
            with urllib.request.urlopen(f"{url}/readyz", timeout=2):
                return time.perf_counter() - began
        except (OSError, ValueError):
            time.sleep(0.005)
    raise StartError("the demo did not become ready; see the log `demo.log` of the bench")
