"""What the platform's own machinery asks: alive, ready, figures."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from resolvers.metrics import CONTENT_TYPE, Metrics
from resolvers.traffic import Traffic

Check = Callable[[], Awaitable[object]]
"""Raises where the part is not ready; its text stays inside."""

CHECK_DEADLINE_S = 2.0
KEPT_S = 1.0
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def meta_routes(checks: Mapping[str, Check], traffic: Traffic, metrics: Metrics) -> list[Route]:
    """`/healthz` (the process answers), `/readyz` (every check passes, not draining; else 503), `/metrics`.

    The checks run together, at most once in `KEPT_S` seconds, whoever asks.
    """
    readiness = Readiness(checks)

    async def healthz(_request: Request) -> Response:
        return _json({"status": "alive"}, 200)

    async def readyz(_request: Request) -> Response:
        if traffic.draining:
            return _json({"status": "draining"}, 503)
        results = await readiness.check()
        ready = all(results.values())
        told = {name: "ok" if passed else "failed" for name, passed in results.items()}
        return _json({"status": "ready" if ready else "not ready", "checks": told}, 200 if ready else 503)

    async def figures(_request: Request) -> Response:
        return Response(metrics.render(traffic.in_flight), headers={**_HEADERS, "Content-Type": CONTENT_TYPE})

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", figures)]


class Readiness:
    """The checks' results by name, kept for a moment."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks
        self._results: dict[str, bool] = {}
        self._at = float("-inf")
        self._lock = asyncio.Lock()

    async def check(self) -> Mapping[str, bool]:
        """Whether each part is ready."""
        async with self._lock:
            if time.monotonic() - self._at >= KEPT_S:
                passed = await asyncio.gather(*map(_passes, self._checks.values()))
                self._results = dict(zip(self._checks, passed, strict=True))
                self._at = time.monotonic()
        return self._results


async def _passes(check: Check) -> bool:
    try:
        async with asyncio.timeout(CHECK_DEADLINE_S):
            await check()
    except Exception:
        return False
    return True


def _json(content: object, status: int) -> Response:
    return Response(orjson.dumps(content), status, _HEADERS, "application/json")
