"""Where a request's time goes: the worker under 64 connections, sampled by py-spy (a tool of the machine, not of the lock).

`python -m bench.profiling [--py-spy PATH] [--connections 64] [--seconds 10]` prints microseconds per request by function.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import threading
import urllib.request
from collections import Counter
from pathlib import Path

from bench.load import LoadError, run_load
from bench.lookup import product_target
from bench.product import Product, serve_product
from bench.registers import open_registers
from bench.room import folder
from bench.telling import say, tell

RATE = 500
SHOWN = 45
SYSTEM_CALLS = ("write ", "epoll_pwait", "read ", "writev", "getpid")
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Serve, load, sample, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.profiling")
    parser.add_argument("--py-spy", default="py-spy")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seconds", type=int, default=10)
    asked = parser.parse_args()
    with open_registers() as registers, serve_product(registers, "profiled") as gateway:
        worker = _worker(gateway)
        target = product_target(gateway)
        run_load(target, asked.connections, 3)
        tell("without the sampler")
        server = registers.cluster.access.server_pid
        before = (*_cpu_s(worker), *_tree_cpu_s(server))
        metrics = _metrics(gateway)
        free = run_load(target, asked.connections, asked.seconds)
        _show_metrics(metrics, _metrics(gateway))
        user, system, of_user, of_system = [
            (after - earlier) / free.requests * 1e6
            for earlier, after in zip(before, (*_cpu_s(worker), *_tree_cpu_s(server)), strict=True)
        ]
        say(
            f"{free.requests_per_second:.0f} requests/s; p50 {free.p50_ms:.2f} ms; CPU per request in µs, user + system: "
            f"worker {user:.0f} + {system:.0f}, PostgreSQL {of_user:.0f} + {of_system:.0f}"
        )
        tell("with the sampler")
        output = folder("profile") / "samples.txt"
        sampler = threading.Thread(target=_sample, args=(asked.py_spy, worker, asked.seconds, output))
        sampler.start()
        with contextlib.suppress(LoadError):  # the sampler stops the worker for moments: some requests time out
            run_load(target, asked.connections, asked.seconds + 2)
        sampler.join()
        _show(output, user)


def _metrics(gateway: Product) -> dict[str, float]:
    with urllib.request.urlopen(f"http://127.0.0.1:{gateway.port}/metrics", timeout=10) as answered:
        lines = answered.read().decode().splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if not line.startswith("#"))}


def _show_metrics(before: dict[str, float], after: dict[str, float]) -> None:
    """Per step the milliseconds of a request, waiting included; per source how many keys went together."""
    found = {name: value - before.get(name, 0.0) for name, value in after.items()}
    requests = found["oncegate_request_seconds_count"]
    for name, value in found.items():
        if name.startswith("oncegate_step_seconds_total"):
            say(f"  {name.partition('step=')[2][:-1]:<12} {value / requests * 1e3:8.3f} ms a request")
        if name.startswith("oncegate_source_batch_keys_sum"):
            fetches = found[name.replace("_sum", "_count")]
            took = found[name.replace("batch_keys_sum", "seconds_sum")]
            say(
                f"  {name.partition('source=')[2][:-1]:<12} {value / max(fetches, 1):8.2f} keys a fetch, "
                f"{took / max(fetches, 1) * 1e3:.3f} ms each"
            )


def _worker(gateway: Product) -> int:
    """The process that `cli serve` started."""
    children = Path(f"/proc/{gateway.pid}/task/{gateway.pid}/children").read_text().split()
    return int(children[0])


def _cpu_s(pid: int) -> tuple[float, float]:
    """Seconds of processor time in user mode and in the kernel."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) / TICKS, int(fields[12]) / TICKS


def _tree_cpu_s(pid: int) -> tuple[float, float]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    each = [_cpu_s(int(one)) for one in (str(pid), *children)]
    return sum(user for user, _ in each), sum(system for _, system in each)


def _sample(py_spy: str, pid: int, seconds: int, output: Path) -> None:
    command = [
        py_spy, "record", "--native", "-p", str(pid), "-d", str(seconds), "-r", str(RATE), "-f", "raw", "-o", str(output),
    ]  # fmt: skip
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _show(samples: Path, user_us: float) -> None:
    """Own and inclusive microseconds per request by Python function, what it calls in C counted as its own.

    Samples that end in a system call are left out: there the worker waits for its turn more than it works.
    """
    own: Counter[str] = Counter()
    inclusive: Counter[str] = Counter()
    total = 0
    for line in samples.read_text().splitlines():
        stack, _, count = line.rpartition(" ")
        frames = stack.split(";")
        if "_bootstrap" in stack or frames[-1].startswith(SYSTEM_CALLS):
            continue
        names = [_name(frame) for frame in frames if ".py:" in frame or "<string>" in frame]
        total += int(count)
        own["garbage collection" if "gc_collect_main" in stack else names[-1]] += int(count)
        for name in set(names):
            inclusive[name] += int(count)
    for title, counted in (("own", own), ("inclusive", inclusive)):
        sys.stdout.write(f"\n{title}: µs per request, of {user_us:.0f} µs in user mode\n")
        for name, times in counted.most_common(SHOWN):
            sys.stdout.write(f"  {times / total * user_us:8.1f}  {times / total:6.1%}  {name}\n")


def _name(frame: str) -> str:
    """`function (file)` without the line."""
    return frame.rpartition(":")[0] + ")" if ":" in frame else frame


if __name__ == "__main__":
    main()
