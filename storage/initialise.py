"""A new cluster: initdb and our roles, complete or not there at all."""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess

from errors import START_REFUSED, GatewayError
from storage.access import Role, write_private
from storage.home import Home, check_program, hand_over, run_as

HBA = """\
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
"""


def initialise(home: Home, *, sync: bool) -> dict[str, str]:
    """Make the cluster where there is none; the roles' passwords either way.

    It is made in a temporary folder and renamed, so that a start that was cut short leaves nothing half done.
    Raises START_REFUSED with the last line that initdb printed.
    """
    if home.data.exists():
        return _passwords(home)
    check_program(home)
    # a fresh cluster gets fresh passwords; they are on disk before a cluster that knows them can stand
    passwords = {role.value: secrets.token_urlsafe(24) for role in Role}
    write_private(home.secrets, json.dumps(passwords))
    rising = home.folder / "data.rising"
    shutil.rmtree(rising, ignore_errors=True)
    hand_over(rising, home.user)
    _run(
        home,
        [
            str(home.binaries / "initdb"),
            *("--pgdata", str(rising), "--username", Role.ADMIN.value, "--encoding", "UTF8"),
            # with lc_ctype C, pg_trgm would find no trigrams in Chinese text
            *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C.UTF-8"),
            *("--lc-messages", "C", "--auth", "trust", *(() if sync else ("--no-sync",))),
        ],
        "",
    )
    (rising / "pg_hba.conf").write_text(HBA)  # before the first start: no moment of trust
    _run(
        home,
        [
            str(home.binaries / "postgres"),
            *("--single", "-D", str(rising), "-c", f"fsync={'on' if sync else 'off'}", "postgres"),
        ],
        "".join(f"{statement}\n" for statement in _role_statements(passwords)),
    )
    rising.rename(home.data)
    return passwords


def _passwords(home: Home) -> dict[str, str]:
    try:
        passwords = json.loads(home.secrets.read_text())
        return {role.value: passwords[role.value] for role in Role}
    except (FileNotFoundError, ValueError, KeyError) as problem:
        raise GatewayError(
            START_REFUSED,
            f"the passwords of the embedded database are missing from `{home.secrets}`",
            "restore that file from a backup, or start afresh with `make demo-reset`",
        ) from problem


def _role_statements(passwords: dict[str, str]) -> list[str]:
    """One statement a line, as single-user mode wants them. The passwords are ours: URL-safe, without quotes.

    They are 192 random bits, which no iteration count makes harder to guess; few iterations make connecting cheaper.
    """
    statements = ["SET scram_iterations = 32"]
    for role in Role:
        verb = "ALTER" if role is Role.ADMIN else "CREATE"
        statements.append(f"{verb} ROLE {role.value} LOGIN PASSWORD '{passwords[role.value]}'")
    return statements


def _run(home: Home, command: list[str], text: str) -> None:
    done = subprocess.run(  # type: ignore[call-overload]  # noqa: S603  our own binaries, no shell
        command, input=text, text=True, capture_output=True, cwd="/", **run_as(home.user)
    )
    failed = done.returncode != 0 or "ERROR:" in done.stderr
    if failed:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise GatewayError(
            START_REFUSED,
            f"the embedded database could not be created in `{home.folder}`: {''.join(last)}",
            "check free space and rights of that folder",
        )
