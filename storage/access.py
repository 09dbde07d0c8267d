"""How to reach a running cluster: the connection file that workers, the CLI and tools attach through."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote

from errors import START_REFUSED, GatewayError

CONNECTION_FILE = "connection.json"


class Role(StrEnum):
    """The login roles of an embedded cluster, from most to least powerful."""

    ADMIN = "oncegate_admin"  # superuser: creates databases, loads the demo's registers
    OWNER = "oncegate_owner"  # owns our tables, runs migrations
    SERVICE = "oncegate_service"  # the gateway at work: may only append to the ledger
    AUDITOR = "oncegate_auditor"  # reads the ledger, nothing else
    SOURCE = "oncegate_source"  # how the connectors read the demo's registers


@dataclass(frozen=True, slots=True)
class Access:
    """Where a running cluster listens, and with which passwords. Written as JSON, mode 0600.

    `supervisor_pid` is the process that started it and that it ends with; `tcp_port` is None unless TCP was asked
    for.
    """

    socket_dir: str
    port: int
    tcp_port: int | None
    supervisor_pid: int
    server_pid: int
    passwords: dict[str, str]

    def dsn(self, database: str, role: Role = Role.SERVICE) -> str:
        """A DSN over the Unix socket, for asyncpg as well as for libpq's tools."""
        password = quote(self.passwords[role])
        return f"postgresql://{role}:{password}@/{quote(database)}?host={quote(self.socket_dir)}&port={self.port}"

    def tcp_dsn(self, database: str, role: Role = Role.SERVICE) -> str:
        """A DSN over 127.0.0.1, for programs that know no Unix sockets.

        Raises START_REFUSED where the cluster listens on its socket only.
        """
        if self.tcp_port is None:
            raise GatewayError(START_REFUSED, "the embedded database listens on its socket only", "start it with `tcp=True`")
        password = quote(self.passwords[role])
        return f"postgresql://{role}:{password}@127.0.0.1:{self.tcp_port}/{quote(database)}"

    def answers(self) -> bool:
        """Whether something accepts connections on the socket now."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(1)
            try:
                probe.connect(f"{self.socket_dir}/.s.PGSQL.{self.port}")
            except OSError:
                return False
        return True


def write_access(data_dir: Path, access: Access) -> None:
    """Write the connection file at once or not at all; only its owner can read it."""
    temporary = data_dir / f".{CONNECTION_FILE}.{os.getpid()}"
    write_private(temporary, json.dumps(asdict(access), indent=1))
    temporary.rename(data_dir / CONNECTION_FILE)


def running(data_dir: Path) -> Access | None:
    """The access to the cluster that runs on `data_dir`; a connection file that a killed one left counts as none."""
    try:
        access = Access(**json.loads((data_dir / CONNECTION_FILE).read_text()))
    except (FileNotFoundError, NotADirectoryError):
        return None
    return access if access.answers() else None


def attach(data_dir: Path) -> Access:
    """As `running`, but raises START_REFUSED where none runs."""
    access = running(data_dir)
    if access is None:
        raise GatewayError(
            START_REFUSED,
            f"no embedded database runs on `{data_dir}`",
            "start the gateway, or point ONCEGATE_DATABASE to a PostgreSQL of your own",
        )
    return access


def write_private(path: Path, text: str) -> None:
    """Write `text` to a new file of mode 0600, on disk before this returns; replaces one that stands there."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
