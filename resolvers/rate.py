"""The rate of one client: a token bucket, in process, O(1), without a clock of its own.

Each worker has its own buckets: a client's total over w workers is at most w times its rate.
"""


class Bucket:
    """`rate_per_second` refills up to `burst`. Times are seconds; a clock that steps back refills nothing."""

    __slots__ = ("_at", "_level", "burst", "rate_per_second")

    def __init__(self, rate_per_second: float, burst: float, now: float) -> None:
        self.rate_per_second = rate_per_second
        self.burst = max(burst, 1.0)
        self._level = self.burst
        self._at = now

    def take(self, now: float) -> float:
        """0.0 when the request may go on, else the seconds after which one may (a refused request costs nothing)."""
        elapsed = now - self._at
        level = self._level
        if elapsed > 0.0:
            level += elapsed * self.rate_per_second
            if level > self.burst:
                level = self.burst
        self._at = now
        if level >= 1.0:
            self._level = level - 1.0
            return 0.0
        self._level = level
        if self.rate_per_second <= 0:
            return 3600.0
        return (1.0 - level) / self.rate_per_second


class Rates:
    """The buckets of registered clients: at most one each, kept while the rate stands, replaced when it is changed."""

    __slots__ = ("_buckets",)

    def __init__(self) -> None:
        self._buckets: dict[str, Bucket] = {}

    def bucket(self, client_id: str, rate_per_second: float, burst: float, now: float) -> Bucket:
        """The client's bucket; a new, full one where its rate or burst has been changed."""
        bucket = self._buckets.get(client_id)
        if bucket is None or bucket.rate_per_second != rate_per_second or bucket.burst != max(burst, 1.0):
            bucket = self._buckets[client_id] = Bucket(rate_per_second, burst, now)
        return bucket
