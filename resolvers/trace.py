"""What is known of one request while it is under way: for the log's line, the metrics and `Server-Timing`."""

import time
from collections.abc import Sequence

from resolvers.plan.pruned import Note
from resolvers.shape import Shaping
from sharing.consumer import Consumer


class Trace:
    """Calling it ends a step. `steps`: milliseconds by step; `consumer` is known once identified, `receipt` once recorded.

    `notes` and `shaping` are those of the answer's data: what was found out about single rows.
    """

    __slots__ = ("_last", "consumer", "notes", "receipt", "shaping", "started", "steps")

    def __init__(self) -> None:
        self.started = self._last = time.perf_counter()
        self.steps: dict[str, float] = {}
        self.consumer: Consumer | None = None
        self.receipt = ""
        self.notes: Sequence[Note] = ()
        self.shaping: Shaping | None = None

    def __call__(self, step: str) -> None:
        now = time.perf_counter()
        self.steps[step] = self.steps.get(step, 0.0) + (now - self._last) * 1000
        self._last = now

    def elapsed_s(self) -> float:
        """Seconds since the request came."""
        return time.perf_counter() - self.started
