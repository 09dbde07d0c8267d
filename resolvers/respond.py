"""From an outcome to bytes: one JSON document, serialised once."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import orjson

from errors import Code, GatewayError


class Answer(NamedTuple):
    """A response body. `error` is the code that refused the whole request; None where there is data.

    `headers` belong to an error (`WWW-Authenticate`, `Retry-After`); `timing` is in milliseconds by step.
    """

    body: bytes
    error: Code | None
    timing: Mapping[str, float]
    headers: Sequence[tuple[str, str]] = ()


def data_answer(
    data: Mapping[str, object],
    failures: Sequence[object],
    timing: Mapping[str, float],
    sharing: Mapping[str, object] | None = None,
) -> Answer:
    """Data, possibly partial, with its errors and `extensions.sharing`."""
    document: dict[str, object] = {"data": data}
    if failures:
        document["errors"] = failures
    if sharing is not None:
        document["extensions"] = {"sharing": sharing}
    return Answer(orjson.dumps(document, option=orjson.OPT_UTC_Z), None, timing)


def error_answer(error: GatewayError, timing: Mapping[str, float]) -> Answer:
    """A request refused as a whole: no `data` at all."""
    listed = getattr(error, "errors", None) or (error.to_json(),)
    return Answer(orjson.dumps({"errors": listed}), error.code, timing, getattr(error, "headers", ()))
