"""A demo gateway as a newcomer starts it, in a process of its own, and requests to it."""

import base64
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from settings import PREFIX, ROOT
from storage.access import Role
from storage.layout import GATEWAY
from storage.register_servers import DATABASE, register_access

HALL_PURPOSE = 'matter="M07", use=administrative-basis, case="DEMO-M07", handler="H-001"'
DEADLINE_S = 60.0


@dataclass
class Answered:
    """A response: status, and its JSON."""

    status: int
    body: dict[str, Any]

    @property
    def sharing(self) -> dict[str, Any]:
        found: dict[str, Any] = self.body["extensions"]["sharing"]
        return found


@dataclass
class Running:
    """A gateway over `folder`. `said` is what it printed when it was ready."""

    folder: Path
    arguments: tuple[str, ...] = ("demo", "--port", "0", "--persons", "1000", "--workers", "2")
    process: "subprocess.Popen[str] | None" = None
    url: str = ""
    said: str = ""
    tokens: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    renew_at: dict[str, float] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    """Settings by their names without prefix; taken at the next start."""

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        stated = {f"{PREFIX}{name}": value for name, value in self.settings.items()}
        return {**kept, f"{PREFIX}DATA_DIR": str(self.folder), **stated}

    def start(self) -> float:
        """Start it and wait until it says that it is ready; how many seconds that took."""
        began = time.monotonic()
        output = self.folder / "said.txt"
        with output.open("w") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cli", *self.arguments], cwd=ROOT, env=self.environment(), stdout=said, stderr=said,
                text=True, start_new_session=True,
            )  # fmt: skip
        while not (self.folder / GATEWAY).exists() or "Ctrl-C" not in output.read_text():
            assert self.process.poll() is None, output.read_text()
            assert time.monotonic() - began < DEADLINE_S, output.read_text()
            time.sleep(0.02)
        self.said = output.read_text()
        self.url = json.loads((self.folder / GATEWAY).read_text())["url"]
        self.tokens.clear()
        return time.monotonic() - began

    def end(self, number: int = signal.SIGINT) -> int:
        """Send the signal and wait; the exit status."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(DEADLINE_S)

    def cli(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """A command against the same data folder."""
        return subprocess.run(
            [sys.executable, "-m", "cli", *arguments], cwd=ROOT, env=self.environment(), capture_output=True, text=True,
            check=False, timeout=DEADLINE_S,
        )  # fmt: skip

    def register_dsn(self, name: str, role: Role = Role.SOURCE) -> str:
        """The database of a register that runs."""
        return register_access(self.folder, name).dsn(DATABASE, role)

    def processes(self) -> list[int]:
        """The workers and the PostgreSQL that belong to this data folder."""
        mine = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                command = (entry / "cmdline").read_bytes()
                variables = (entry / "environ").read_bytes()
            except OSError:
                continue
            folder = os.fsencode(self.folder)
            if (b"commands.worker" in command or b"postgres" in command) and (folder in variables or folder in command):
                mine.append(int(entry.name))
        return mine

    def token(self, client: str = "demo-hall", secret: str | None = None) -> str:
        """One that is good for a while yet: a suite may last longer than a token."""
        renewed = time.monotonic() >= self.renew_at.get(client, 0)
        if renewed or client not in self.tokens or secret not in (None, self.secrets.get(client)):
            secret = secret or self.secrets.get(client)
            login = base64.b64encode(f"{client}:{secret or f'{client}-secret'}".encode()).decode()
            answered = self.post("/oauth/token", b"grant_type=client_credentials", {
                "Authorization": f"Basic {login}", "Content-Type": "application/x-www-form-urlencoded",
            })  # fmt: skip
            assert answered.status == 200, answered.body
            self.tokens[client] = answered.body["access_token"]
            self.secrets[client] = secret or f"{client}-secret"
            self.renew_at[client] = time.monotonic() + answered.body["expires_in"] / 2
        return self.tokens[client]

    def ask(
        self,
        query: str,
        variables: dict[str, Any] | None = None,
        *,
        client: str = "demo-hall",
        purpose: str = HALL_PURPOSE,
        secret: str | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Answered:
        """A GraphQL request with a token and a purpose."""
        headers = {
            "Authorization": f"Bearer {self.token(client, secret)}",
            "Content-Type": "application/json",
            "Accept": "application/graphql-response+json",
            **headers,
        }
        if purpose:
            headers["Sharing-Purpose"] = purpose
        return self.post("/graphql", json.dumps({"query": query, "variables": variables or {}}).encode(), headers)

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> Answered:
        return self._send(urllib.request.Request(self.url + path, body, headers))

    def get(self, path: str) -> Answered:
        return self._send(urllib.request.Request(self.url + path))

    def read(self, path: str) -> str:
        with urllib.request.urlopen(self.url + path, timeout=DEADLINE_S) as response:
            text: str = response.read().decode()
            return text

    def _send(self, request: urllib.request.Request) -> Answered:
        try:
            with urllib.request.urlopen(request, timeout=DEADLINE_S) as response:
                return Answered(response.status, json.loads(response.read()))
        except urllib.error.HTTPError as refused:
            with refused:
                return Answered(refused.code, json.loads(refused.read()))

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
