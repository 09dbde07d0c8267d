"""Structured logs: JSON, one line an event, at most one a request. No body, no address's query, no person.

A failure is logged as its kinds and places: an exception's text may quote data, so it is left out. As a last defence
whatever still looks like an identity number is blotted out of each finished line.
"""

import logging
import re
import sys
import traceback
from collections.abc import Callable, MutableMapping
from datetime import UTC, datetime
from typing import Any, BinaryIO

import orjson
import structlog

from errors import GatewayError
from resolvers.trace import Trace

BLOT = b"[number]"
_DIGITS_TO_ZERO = bytes.maketrans(b"123456789", b"000000000")
_FIFTEEN = b"0" * 15
_FULL_WIDTH = b"\xef\xbc"
_DIGIT = rb"(?:[0-9]|\xef\xbc[\x90-\x99])"
_NUMBER = re.compile(rb"%b{15,}(?:[Xx]|\xef\xbc\xb8|\xef\xbd\x98)?" % _DIGIT)
_MAX_FRAMES = 30


class RequestLog:
    """One line for each request, written with `write` (standard output); none where `quiet`, but for failures."""

    def __init__(self, write: Callable[[bytes], None] | None = None, *, quiet: bool = False) -> None:
        self._write = structlog.BytesLogger(sys.stdout.buffer).msg if write is None else write
        self._quiet = quiet

    def request(self, method: str, status: int, code: str, trace: Trace) -> None:
        """An answered request. Its path is known, its query may hold anything: neither is told."""
        if not self._quiet:
            self._write(render(None, "", self._line("request", method, status, code, trace)))

    def failure(self, method: str, reference: str, failure: BaseException, trace: Trace) -> None:
        """What should not have failed, under the reference that its caller was told: in the place of the request's line."""
        line = self._line("failure", method, 500, "INTERNAL", trace)
        self._write(render(None, "", {**line, "reference": reference, "failure": describe(failure)}))

    def _line(self, event: str, method: str, status: int, code: str, trace: Trace) -> dict[str, object]:
        consumer = trace.consumer
        return {
            "time": datetime.now(UTC),
            "level": "error" if status >= 500 else "info",
            "event": event,
            "method": method if method in ("POST", "GET") else "other",
            "path": "/graphql",
            "status": status,
            "code": code,
            "ms": round(trace.elapsed_s() * 1000, 2),
            "client": "" if consumer is None else consumer.client,
            "receipt": trace.receipt,
        }


def configure(level: str = "info", stream: BinaryIO | None = None) -> None:
    """Let structlog, and the standard library's loggers with it, write JSON lines to `stream` (standard output)."""
    out = sys.stdout.buffer if stream is None else stream
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=processors(),
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.BytesLoggerFactory(out),
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    for handler in tuple(root.handlers):
        root.removeHandler(handler)
    root.addHandler(_ToStructlog())
    root.setLevel(max(number, logging.INFO))
    for name in ("uvicorn", "uvicorn.error", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    access = logging.getLogger("uvicorn.access")
    access.handlers.clear()
    access.propagate = False


def processors() -> list[Any]:
    """What makes a line of an event."""
    return [_level_and_time, _describe_failure, render]


def describe(failure: BaseException) -> list[dict[str, object]]:
    """An exception and its causes: kind and places, outermost frame first; never its text, which may quote data. Our own
    errors name a place and a rule, never a person's data: those tell code and message too.
    """
    described: list[dict[str, object]] = []
    seen: set[int] = set()
    current: BaseException | None = failure
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        frames = traceback.extract_tb(current.__traceback__)[-_MAX_FRAMES:]
        described.append(
            {
                "kind": f"{type(current).__module__}.{type(current).__qualname__}",
                "places": [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames],
                **({"code": current.code.name, "message": current.message} if isinstance(current, GatewayError) else {}),
            }
        )
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return described


def redact(line: bytes) -> bytes:
    """The line without runs of 15 and more digits (half or full width), a check character X with them."""
    if _FIFTEEN in line.translate(_DIGITS_TO_ZERO) or _FULL_WIDTH in line:
        return _NUMBER.sub(BLOT, line)
    return line


def render(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> bytes:
    """The event as one redacted JSON line."""
    return redact(orjson.dumps(event, default=_unknown, option=orjson.OPT_UTC_Z))


def _level_and_time(_logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {"time": datetime.now(UTC), "level": method, **event}


def _describe_failure(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """`exc_info`, wherever it comes from, becomes kinds and places."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    failure = given[1] if isinstance(given, tuple) else given
    if isinstance(failure, BaseException):
        event["failure"] = describe(failure)
    return event


class _ToStructlog(logging.Handler):
    """The standard library's records as events. Their arguments may quote data; identity numbers in them are blotted out."""

    def emit(self, record: logging.LogRecord) -> None:
        """One record; at `debug` too it says no more than its own text."""
        logger = structlog.get_logger()
        failure = record.exc_info[1] if record.exc_info else None
        level = record.levelno
        tell = logger.error if level >= logging.ERROR else logger.warning if level >= logging.WARNING else logger.info
        tell(record.getMessage(), logger=record.name, exc_info=failure)


def _short(filename: str) -> str:
    """The last two parts of a path: where it lies on this machine is nobody's business."""
    return "/".join(filename.replace("\\", "/").split("/")[-2:])


def _unknown(value: object) -> str:
    """What JSON has no form for is named by its kind: its text may quote data."""
    return f"<{type(value).__qualname__}>"
