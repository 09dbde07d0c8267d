"""The demo's registers, each on an embedded PostgreSQL of its own, so that one can really be stopped and revived.

They stand in `registers/<name>` of the data folder under the same discipline as our own database: children of one process,
which ends with none of them left. A register that ends by itself stays down until it is revived, as in life.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from storage.access import Access, Role, attach
from storage.embedded import Cluster, ServerSettings, reset, start_alike, stop_together
from storage.layout import REGISTERS

DATABASE = "register"
"""The one database of each server."""
SHARED_BUFFERS_MB = 16
"""What is read often stays in the system's cache as well: five servers must fit beside the gateway on a small machine."""


class State(StrEnum):
    """Whether a register's server runs; ENDED: nobody stopped it."""

    RUNNING = "running"
    STOPPED = "stopped"
    ENDED = "ended"


class RegisterServers:
    """The running servers of a data folder. Made, stopped and revived from the main thread only."""

    def __init__(self, data_dir: Path, names: Sequence[str], beside: Cluster, connections: int) -> None:
        """Start one for each name on the program of `beside`, each for so many `connections`. Raises as `embedded.start`."""
        self._folders = {name: register_folder(data_dir, name) for name in names}
        self._settings = ServerSettings(shared_buffers_mb=SHARED_BUFFERS_MB, max_connections=connections)
        self._beside = beside
        self._stopped: set[str] = set()
        clusters = start_alike(list(self._folders.values()), DATABASE, beside, self._settings)
        self._clusters = dict(zip(self._folders, clusters, strict=True))

    def dsn(self, name: str, role: Role = Role.SOURCE) -> str:
        """The register's DSN, the same before it is stopped, while it is, and after it was revived."""
        return self._clusters[name].dsn(DATABASE, role)

    def states(self) -> Mapping[str, State]:
        """Of every register, now."""
        return {name: self._state(name) for name in self._clusters}

    def stop(self, name: str) -> None:
        """Stop the register; returns when its server is gone. One that does not run is left as it is."""
        self._clusters[name].stop()
        self._stopped.add(name)

    def revive(self, name: str) -> None:
        """Start the register again where it does not run; returns when it accepts connections. Raises START_REFUSED."""
        if self._clusters[name].is_alive():
            return
        self._clusters[name].stop()  # gives back the lock of one that ended by itself
        (self._clusters[name],) = start_alike([self._folders[name]], DATABASE, self._beside, self._settings)
        self._stopped.discard(name)

    def close(self) -> None:
        """Stop all of them, at the same time."""
        self._stopped.update(self._clusters)
        stop_together(list(self._clusters.values()))

    def _state(self, name: str) -> State:
        if self._clusters[name].is_alive():
            return State.RUNNING
        return State.STOPPED if name in self._stopped else State.ENDED


def register_folder(data_dir: Path, name: str) -> Path:
    """The data folder of a register's server."""
    return data_dir / REGISTERS / name


def register_access(data_dir: Path, name: str) -> Access:
    """How to reach a register that runs. Raises START_REFUSED where it does not."""
    return attach(register_folder(data_dir, name))


def reset_registers(data_dir: Path) -> None:
    """Delete the registers' servers with all rows. Raises START_REFUSED while one runs."""
    for folder in sorted((data_dir / REGISTERS).glob("*/")):
        reset(folder)
