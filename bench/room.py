"""Where the bench keeps its databases and files."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOM = ROOT / ".oncegate" / "bench"


def folder(name: str) -> Path:
    """A folder of that name, made if missing; the embedded cluster's user must be able to pass through."""
    path = ROOM / name
    path.mkdir(parents=True, exist_ok=True)
    return path
