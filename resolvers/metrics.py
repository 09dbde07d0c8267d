"""What is counted, for Prometheus: no client, person or document is named in any label.

With several workers each scrape meets one of them: set `PROMETHEUS_MULTIPROC_DIR` to an empty folder before they start, and
every worker answers with the sum of all (prometheus_client's multiprocess mode). Without it, one process gives its own.
"""

import os
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

import errors
from connectors.base import Connector, Row, SourceError
from connectors.request import Fetch
from ledger.signed_receipt import Claims
from resolvers.ports import Ledger, Receipt, Stale
from resolvers.trace import Trace

MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_KEYS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_FLUSH_S = 0.2
_MARKED = ("AMBIGUOUS_KEY", "REFERENCE_WITHOUT_ROW")


class Metrics:
    """One process's figures. Children are bound once; what a request costs here is a few additions."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = own = CollectorRegistry() if registry is None else registry
        name, seconds = "oncegate_", _SECONDS
        self._requests = Counter(f"{name}requests", "Requests by outcome, refusing stage.", ("code", "stage"), registry=own)
        self._seconds = Histogram(f"{name}request_seconds", "From headers to answer.", buckets=seconds, registry=own)
        self._steps = Counter(f"{name}step_seconds", "Time spent in each step of a request.", ("step",), registry=own)
        self._unauthenticated = Counter(f"{name}unauthenticated", "Requests that nobody known sent.", registry=own)
        self._marks = Counter(
            f"{name}nonconforming_rows", "Keys with two rows, references without one.", ("resource", "reason"), registry=own
        )
        self._withheld_by_source = Counter(
            f"{name}unanswered_positions", "Positions left empty by a source.", ("resource", "reason"), registry=own
        )
        self._batch_keys = Histogram(f"{name}source_batch_keys", "Keys a fetch.", ("source",), buckets=_KEYS, registry=own)
        self._batch_seconds = Histogram(f"{name}source_seconds", "One fetch.", ("source",), buckets=seconds, registry=own)
        self._source_errors = Counter(f"{name}source_errors", "Fetches that failed.", ("source", "reason"), registry=own)
        self._append_seconds = Histogram(f"{name}ledger_append_seconds", "Recording.", buckets=seconds, registry=own)
        self._append_bytes = Counter(f"{name}ledger_bytes", "Recorded bytes.", registry=own)
        self._stale = Counter(f"{name}ledger_stale", "Entries refused because rights had moved.", registry=own)
        self._append_failures = Counter(f"{name}ledger_failures", "Entries that could not be written.", registry=own)
        self._recording = Gauge(f"{name}ledger_waiting", "Entries under way.", multiprocess_mode="livesum", registry=own)
        self._in_flight = Gauge(f"{name}in_flight", "Requests under way.", multiprocess_mode="livesum", registry=own)
        self._unsound = Gauge(
            f"{name}unsound_grants", "Altered or unsigned grants.", multiprocess_mode="livemax", registry=own
        )
        self._workers = Gauge(f"{name}workers", "Live workers.", multiprocess_mode="livesum", registry=own)
        self._workers.set(1)
        self._by_code: dict[str, Counter] = {}
        self._pending: defaultdict[str, float] = defaultdict(float)
        self._flushed = 0.0

    def request(self, code: str, stage: str, trace: Trace, in_flight: int) -> None:
        """A request has been answered, with this outcome; so many more are under way."""
        by_code = self._by_code.get(code)
        if by_code is None:
            by_code = self._by_code[code] = self._requests.labels(code, stage)
        by_code.inc()
        self._seconds.observe(trace.elapsed_s())
        pending = self._pending
        for step, took_ms in trace.steps.items():
            pending[step] += took_ms
        if trace.started - self._flushed > _FLUSH_S:
            self._flushed = trace.started
            self._in_flight.set(in_flight)
            self._flush()
        known = errors.CODES.get(code)
        if known is not None and known.status == 401:
            self._unauthenticated.inc()
        shaping = trace.shaping
        if shaping is not None and (shaping.found or shaping.failures):
            self._rows(trace)

    def unsound_grants(self, count: int) -> None:
        """So many rows of grants count for nothing, because their hash or signature does not hold."""
        self._unsound.set(count)

    def render(self, in_flight: int) -> bytes:
        """The text that Prometheus reads."""
        self._in_flight.set(in_flight)
        self._flush()
        if MULTIPROCESS not in os.environ:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)

    def source(self, connector: Connector, name: str) -> Connector:
        """The connector, its fetches counted under the source's name. Put it outside the guards, inside the batching."""
        keys, seconds = self._batch_keys.labels(name), self._batch_seconds.labels(name)
        return _MeasuredConnector(connector, keys, seconds, self._errors_of(name))

    def ledger(self, ledger: Ledger) -> Ledger:
        """The ledger, its appends counted."""
        return _MeasuredLedger(ledger, self)

    def _flush(self) -> None:
        """Steps are added up by hand in between: eight counters a request would cost more than all the rest here."""
        for step, took_ms in self._pending.items():
            self._steps.labels(step).inc(took_ms / 1000)
        self._pending.clear()

    def _errors_of(self, name: str) -> Mapping[str, Counter]:
        reasons = ("UNREACHABLE", "TIMEOUT", "OVERLOADED", "NOT_CONNECTED", "BROKEN")
        return {reason: self._source_errors.labels(name, reason) for reason in reasons}

    def _rows(self, trace: Trace) -> None:
        assert trace.shaping is not None
        for number, paths in trace.shaping.found.items():
            note = trace.notes[number]
            if note.reason in _MARKED:
                self._marks.labels(note.position.coordinate.type, note.reason).inc(len(paths))
        for number, _, reason in trace.shaping.failures:
            self._withheld_by_source.labels(trace.notes[number].position.coordinate.type, reason).inc()


class _MeasuredConnector:
    def __init__(self, inner: Connector, keys: Histogram, seconds: Histogram, failures: Mapping[str, Counter]) -> None:
        self._inner = inner
        self._keys = keys
        self._seconds = seconds
        self._failures = failures

    async def fetch(self, fetch: Fetch, keys: Sequence[object], params: Mapping[str, object]) -> Sequence[Row]:
        self._keys.observe(len(keys))
        started = time.perf_counter()
        try:
            return await self._inner.fetch(fetch, keys, params)
        except SourceError as failure:
            if failure.reason in self._failures:
                self._failures[failure.reason].inc()
            raise
        finally:
            self._seconds.observe(time.perf_counter() - started)

    async def close(self) -> None:
        await self._inner.close()


class _MeasuredLedger:
    def __init__(self, inner: Ledger, metrics: Metrics) -> None:
        self._inner = inner
        self._seconds = metrics._append_seconds
        self._bytes = metrics._append_bytes
        self._stale = metrics._stale
        self._failures = metrics._append_failures
        self._recording = metrics._recording

    async def append(
        self, entry: UUID, payload: bytes, epoch: int, subjects: Sequence[bytes], claims: Claims | None = None
    ) -> Receipt:
        started = time.perf_counter()
        self._recording.inc()
        try:
            receipt = await self._inner.append(entry, payload, epoch, subjects, claims)
        except errors.GatewayError:
            self._failures.inc()
            raise
        finally:
            self._recording.dec()
            self._seconds.observe(time.perf_counter() - started)
        if isinstance(receipt, Stale):
            self._stale.inc()
        else:
            self._bytes.inc(len(payload))
        return receipt
