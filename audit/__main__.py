"""`python -m audit`: the GraphQL over HTTP audit against a running gateway; 0 only where all checks pass.

`python -m audit [URL]` asks the gateway at URL, else the demo at `http://127.0.0.1:$PORT` (8000), as the demo's developer.
Another client: `ONCEGATE_AUDIT_CLIENT` and `ONCEGATE_AUDIT_SECRET`.
"""

import hashlib
import os
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from base64 import b64encode
from pathlib import Path

import orjson

from web.build import BuildError, Node, find_node

AUDIT = Path(__file__).parent
MODULES = AUDIT / "node_modules"
PURPOSE = 'matter="audit", use=administrative-basis, handler="audit"'


class AuditError(Exception):
    """The audit could not be made; the text says why and what to do."""


def main(arguments: list[str]) -> int:
    """Both runs: with a token every check passes, without one every request is 401."""
    base = arguments[0].rstrip("/") if arguments else f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
    base = base.removesuffix("/graphql")
    try:
        token = fetch_token(base)
        node = find_node()
        install(node)
        with_token = run(node, f"{base}/graphql", token, PURPOSE)
        without_token = run(node, f"{base}/graphql")
    except (AuditError, BuildError) as error:
        print(f"audit: {error}", file=sys.stderr)
        return 2
    return with_token or without_token


def fetch_token(base: str) -> str:
    """An access token of the gateway at `base`. Raises AuditError."""
    client = os.environ.get("ONCEGATE_AUDIT_CLIENT", "demo-developer")
    secret = os.environ.get("ONCEGATE_AUDIT_SECRET", f"{client}-secret")
    login = b64encode(f"{urllib.parse.quote(client)}:{urllib.parse.quote(secret)}".encode()).decode()
    request = urllib.request.Request(  # noqa: S310 (the address is the caller's own)
        f"{base}/oauth/token",
        b"grant_type=client_credentials",
        {"Authorization": f"Basic {login}", "Content-Type": "application/x-www-form-urlencoded"},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
            return str(orjson.loads(response.read())["access_token"])
    except urllib.error.HTTPError as refused:
        said = refused.read(500).decode(errors="replace")
        raise AuditError(f"`{client}` gets no token: {refused.status} {said}") from None
    except OSError as failure:
        raise AuditError(f"{base} cannot be reached: {failure}\nhint: start the gateway first, with `make demo`") from None


def install(node: Node) -> None:
    """`npm ci`, when the lock differs from what is installed. Raises AuditError."""
    lock = hashlib.sha256((AUDIT / "package-lock.json").read_bytes()).hexdigest()
    stamp = MODULES / ".oncegate-lock"
    if stamp.is_file() and stamp.read_text("utf-8") == lock:
        return
    done = subprocess.run(  # noqa: S603 (a fixed command of this file)
        (*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"),
        cwd=AUDIT,
        env=_environment(node),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise AuditError(f"npm ci failed\n{done.stderr.strip()}\nhint: npm must reach its package registry once")
    stamp.write_text(lock, "utf-8")


def run(node: Node, url: str, *token_and_purpose: str) -> int:
    """The checks; the status of `run.mjs`. The token goes by the environment: arguments can be read by others."""
    program = str(node.folder / ("node.exe" if sys.platform == "win32" else "node"))
    names = ("AUDIT_TOKEN", "AUDIT_PURPOSE")
    given = dict(zip(names, token_and_purpose, strict=False))
    done = subprocess.run(  # noqa: S603 (a fixed command of this file)
        (program, str(AUDIT / "run.mjs"), url), env={**_environment(node), **given}, stdin=subprocess.DEVNULL, check=False
    )
    return done.returncode


def _environment(node: Node) -> dict[str, str]:
    return {**os.environ, "PATH": f"{node.folder}{os.pathsep}{os.environ.get('PATH', '')}", "NO_COLOR": "1"}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
