"""Load on one server: by wrk where it is installed, else by `bench.generator`; either is a process of its own."""

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from bench.room import ROOT

WRK = shutil.which("wrk")
TOOL = "bench.generator" if WRK is None else "wrk"


@dataclass(frozen=True, slots=True)
class Target:
    """A server and the requests that it is sent: `bodies` and `headers` are files, a line each."""

    name: str
    host: str
    port: int
    path: str
    bodies: Path
    headers: Path

    def read_headers(self) -> dict[str, str]:
        return dict(line.split(": ", 1) for line in self.headers.read_text().splitlines())


@dataclass(frozen=True, slots=True)
class Measured:
    """One run. Times in milliseconds."""

    requests_per_second: float
    p50_ms: float
    p99_ms: float
    requests: int


class LoadError(RuntimeError):
    """Answers were refused or connections broke: such a run measures nothing."""


def write_target(
    name: str, address: tuple[str, int, str], asked: tuple[Sequence[object], Mapping[str, str]], room: Path
) -> Target:
    """A target whose bodies and headers stand in files of `room`."""
    host, port, path = address
    bodies, headers = asked
    body_file, header_file = room / f"{name}.bodies", room / f"{name}.headers"
    body_file.write_bytes(b"\n".join(map(orjson.dumps, bodies)) + b"\n")
    lines = {"Content-Type": "application/json", "Accept": "application/json", **headers}
    header_file.touch(mode=0o600)  # they hold a token
    header_file.write_text("".join(f"{key}: {value}\n" for key, value in lines.items()))
    return Target(name, host, port, path, body_file, header_file)


def run_load(target: Target, connections: int, seconds: float) -> Measured:
    """Keep `connections` busy for `seconds` with random requests of the target. Raises LoadError."""
    if WRK is None:
        command = [
            sys.executable,
            "-m",
            "bench.generator",
            target.host,
            str(target.port),
            target.path,
            str(connections),
            str(seconds),
            str(target.bodies),
            str(target.headers),
        ]
    else:
        command = [
            WRK,
            "-t1",
            f"-c{connections}",
            f"-d{max(1, round(seconds))}s",
            "-s",
            str(ROOT / "bench" / "wrk.lua"),
            f"http://{target.host}:{target.port}{target.path}",
            "--",
            str(target.bodies),
            str(target.headers),
        ]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=seconds + 60)
    _, marked, result = ended.stdout.partition("RESULT ")
    if ended.returncode or not marked:
        raise LoadError(f"{target.name}: the load generator failed: {(ended.stderr or ended.stdout)[-2000:]}")
    found = orjson.loads(result.splitlines()[0])
    if found["failed"]:
        raise LoadError(f"{target.name}: {found['failed']} of {found['requests']} requests failed")
    return Measured(
        found["requests"] / found["duration_us"] * 1e6, found["p50_us"] / 1e3, found["p99_us"] / 1e3, found["requests"]
    )
