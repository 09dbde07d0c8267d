"""The parameters of a GraphQL request, from a body or an address (GraphQL over HTTP, draft, §5).

Whatever is wrong raises BAD_REQUEST; no message repeats a value.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import orjson

from errors import BAD_REQUEST, BODY_TOO_LARGE, GatewayError
from resolvers.read_only import check_address
from schema.limits import Limits

MAX_FIELDS = 16
_NUL = b"\\u0000"
"""As JSON must spell the character: only a body that holds this is searched."""
_HINT = 'send an object such as `{"query": "{ … }", "variables": { … }}`'


class Parameters(NamedTuple):
    """The parameters of a request (GraphQL over HTTP, §5.1)."""

    query: str
    operation_name: str | None
    variables: Mapping[str, object] | None
    extensions: Mapping[str, object] | None


def parse_body(body: bytes) -> Parameters:
    """The parameters of a JSON body. Raises BAD_REQUEST."""
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError:
        text = "the body is not JSON in UTF-8" if body else "the request has no body"
        raise GatewayError(BAD_REQUEST, text, _HINT) from None
    if type(given) is not dict:
        if type(given) is list:
            raise GatewayError(
                BAD_REQUEST,
                "several operations in one request are not taken",
                "send each by itself; for many keys use the batch roots, for instance `persons(idNumbers: […])`",
            )
        raise GatewayError(BAD_REQUEST, "the body is not an object", _HINT)
    if _NUL in body:
        _refuse_nul(given.get("variables"))
    return _checked(given)


def parse_address(query_string: bytes, limits: Limits) -> Parameters:
    """The parameters of a GET. An empty one is as if left out. Raises BAD_REQUEST, BODY_TOO_LARGE."""
    if len(query_string) > limits.body_bytes:
        raise too_large("body_bytes", limits.body_bytes)
    try:
        pairs = parse_qsl(query_string.decode("ascii"), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError:
        raise GatewayError(BAD_REQUEST, "the address's parameters cannot be read", "encode them as UTF-8 and URL") from None
    given: dict[str, Any] = {}
    for name, text in pairs:
        if name not in Parameters._fields and name != "operationName":
            continue
        if name in given:
            raise GatewayError(BAD_REQUEST, f"the parameter `{name}` stands twice in the address", "send it once")
        check_address(text)
        given[name] = text
    for name in ("variables", "extensions"):
        if given.get(name):
            try:
                given[name] = orjson.loads(given[name])
            except orjson.JSONDecodeError:
                raise GatewayError(BAD_REQUEST, f"the parameter `{name}` is not JSON", "send a JSON object") from None
            _refuse_nul(given[name])
    return _checked({name: value for name, value in given.items() if value != ""})


def _refuse_nul(value: object) -> None:
    """A text with U+0000 cannot be a register's: PostgreSQL refuses the whole statement, and with it other callers' keys."""
    waiting = [value]
    while waiting:
        match waiting.pop():
            case str() as text if "\0" in text:
                raise GatewayError(BAD_REQUEST, "a text holds the character U+0000", "leave it out; no register holds it")
            case list() as parts:
                waiting += parts
            case dict() as members:
                waiting += members.values()


def _checked(given: Mapping[str, Any]) -> Parameters:
    """Each parameter of its type. Others are reserved, and left alone."""
    query = given.get("query")
    if type(query) is not str:
        what = "is missing" if query is None else "is not a string"
        raise GatewayError(BAD_REQUEST, f"the parameter `query` {what}", _HINT)
    name = given.get("operationName")
    if name is not None and type(name) is not str:
        raise GatewayError(BAD_REQUEST, "the parameter `operationName` is not a string", "send a name, or null")
    variables, extensions = given.get("variables"), given.get("extensions")
    if variables is not None and type(variables) is not dict:
        raise _no_object("variables")
    if extensions is not None and type(extensions) is not dict:
        raise _no_object("extensions")
    return Parameters(query, name, variables, extensions)


def _no_object(name: str) -> GatewayError:
    return GatewayError(BAD_REQUEST, f"the parameter `{name}` is not an object", "send an object, or null")


def too_large(limit: str, most: int) -> GatewayError:
    """The refusal of a body, or an address, of more than `most` bytes, the setting `limit`."""
    return GatewayError(
        BODY_TOO_LARGE,
        f"the request has more than {most} bytes",
        "ask for less at once, or in several requests",
        extensions={"limit": limit, "allowed": most},
    )
