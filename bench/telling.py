"""Progress: one line that is written over at a terminal, lines elsewhere."""

import sys
import time

_BEGAN = time.monotonic()


def tell(what: str) -> None:
    """Say what is being done now, with the seconds since the start."""
    line = f"{time.monotonic() - _BEGAN:6.1f} s  {what}"
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{line}")
    else:
        sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def say(what: str) -> None:
    """A line that stays."""
    sys.stderr.write(("\r\033[K" if sys.stderr.isatty() else "") + what + "\n")
    sys.stderr.flush()
