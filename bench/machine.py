"""On what it was measured."""

import os
import platform
import time
from pathlib import Path

from bench.load import TOOL
from bench.room import folder

SYNCS = 200


def machine() -> dict[str, object]:
    """Processor, memory, versions, and what a flush to disk costs here: it is in every recorded answer."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": platform.system() + " " + platform.release(),
        "python": platform.python_version(),
        "load_by": TOOL,
        "fdatasync_ms": _sync_ms(),
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


def _sync_ms() -> float:
    path = folder("load") / "sync"
    took = []
    with path.open("wb", buffering=0) as file:
        for _ in range(SYNCS):
            file.write(b"\0" * 8192)
            began = time.perf_counter()
            getattr(os, "fdatasync", os.fsync)(file.fileno())
            took.append(time.perf_counter() - began)
    path.unlink()
    return round(sorted(took)[SYNCS // 2] * 1e3, 3)
