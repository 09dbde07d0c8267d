"""A new cluster: initdb and our roles, complete or not there at all."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from errors import START_REFUSED, GatewayError
from storage.access import Role, write_private
from storage.home import Home, check_program, hand_over, run_as

RISING = "data.rising"
HBA = """\
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
"""


def initialise(home: Home, *, sync: bool) -> None:
    """Make the cluster where there is none, with our roles.

    It is made in a temporary folder and renamed, so that a start that was cut short leaves nothing half done.
    Raises START_REFUSED with the last line that initdb printed.
    """
    if home.data.exists():
        return
    passwords = _new_passwords([home])
    rising = _initdb(home, sync=sync)
    _tell(home, "postgres", _role_statements(passwords), sync=sync)
    rising.rename(home.data)


def initialise_alike(homes: Sequence[Home], database: str, *, sync: bool) -> None:
    """Make the clusters that are missing, each with the one `database` and nothing else: one is made, and copied.

    The copies know the same passwords. Complete or not there at all, and raises, as `initialise`.
    """
    missing = [home for home in homes if not home.data.exists()]
    if not missing:
        return
    first, *others = missing
    passwords = _new_passwords(missing)
    rising = _initdb(first, sync=sync)
    _tell(first, "template1", _statements_of_one(database), sync=sync)  # no statement drops the database it runs in
    _tell(first, database, ("DROP DATABASE template1", *_role_statements(passwords)), sync=sync)
    with ThreadPoolExecutor() as copying:
        for _ in copying.map(partial(_copy, rising), others):
            pass
    if sync:
        os.sync()
    for home in missing:
        (home.folder / RISING).rename(home.data)


def read_passwords(home: Home) -> dict[str, str]:
    """The passwords of the cluster's roles. Raises START_REFUSED where they are lost."""
    try:
        passwords = json.loads(home.secrets.read_text())
        return {role.value: passwords[role.value] for role in Role}
    except (FileNotFoundError, ValueError, KeyError) as problem:
        raise GatewayError(
            START_REFUSED,
            f"the passwords of the embedded database are missing from `{home.secrets}`",
            "restore that file from a backup, or start afresh with `make demo-reset`",
        ) from problem


def _new_passwords(homes: Sequence[Home]) -> dict[str, str]:
    """Fresh ones for fresh clusters; they are on disk before a cluster that knows them can stand."""
    passwords = {role.value: secrets.token_urlsafe(24) for role in Role}
    for home in homes:
        write_private(home.secrets, json.dumps(passwords))
    return passwords


def _rising(home: Home) -> Path:
    """An empty folder for the cluster while it is made."""
    rising = home.folder / RISING
    shutil.rmtree(rising, ignore_errors=True)
    hand_over(rising, home.user)
    return rising


def _initdb(home: Home, *, sync: bool) -> Path:
    """A new cluster in the folder where it is made."""
    check_program(home)
    rising = _rising(home)
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
    return rising


def _copy(rising: Path, home: Home) -> None:
    """Copy a cluster that nobody runs, as the user whom it will run as."""
    _run(home, ["cp", "-pR", f"{rising}/.", str(_rising(home))], "")


def _tell(home: Home, database: str, statements: Sequence[str], *, sync: bool) -> None:
    """Run the statements in a database of the cluster that is being made, one a line, as single-user mode wants them."""
    fsync = f"fsync={'on' if sync else 'off'}"
    command = [str(home.binaries / "postgres"), "--single", "-D", str(home.folder / RISING), "-c", fsync, database]
    _run(home, command, "".join(f"{statement}\n" for statement in statements))


def _statements_of_one(database: str) -> tuple[str, ...]:
    """What leaves `database` beside template1, which only another connection can drop."""
    return (
        "UPDATE pg_database SET datistemplate = false",
        "DROP DATABASE template0",
        f"ALTER DATABASE postgres RENAME TO {database}",
    )


def _role_statements(passwords: dict[str, str]) -> list[str]:
    """Our roles. The passwords are ours: URL-safe, without quotes.

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
