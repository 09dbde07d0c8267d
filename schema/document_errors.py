"""Errors of documents and variables, as they go to the client: several entries, true locations, no value of the caller's.

graphql-core's messages end with the value they refuse. It may be an identity number, so the end is cut off; whatever is left
that looks like a number or a name of a person is blotted out.
"""

import re
from collections.abc import Sequence

from graphql import GraphQLError

from errors import Code, GatewayError

_VALUE_AT_END = re.compile(r"(?:,? ?\bfound|\. Found|\b[Vv]alues?|\bgot|sequence): .*$", re.DOTALL)
_UNKNOWN_ENUM = re.compile(r"^Value '.*' does not exist", re.DOTALL)
_TOKEN = re.compile(r"\b(String|BlockString|Int|Float) (?:\"|').*$", re.DOTALL)
_NUMBER = re.compile(r"[0-9]{6,}[0-9Xx]?")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_BLOT = "[...]"


class DocumentError(GatewayError):
    """SYNTAX_ERROR, VALIDATION_FAILED, INTROSPECTION_DISABLED or VARIABLE_INVALID. `errors` holds every entry of the
    response's `errors`, in order; `to_json` gives the first."""

    def __init__(self, code: Code, faults: Sequence[GraphQLError], hint: str = "") -> None:
        self.errors: tuple[dict[str, object], ...] = tuple(_entry(code, fault, hint) for fault in faults)
        super().__init__(code, str(self.errors[0]["message"]), hint)

    def to_json(self) -> dict[str, object]:
        """The first entry."""
        return dict(self.errors[0])


def redact(message: str) -> str:
    """The message without the value that it quotes."""
    text = _VALUE_AT_END.sub("", _UNKNOWN_ENUM.sub("the value does not exist", message))
    text = _TOKEN.sub(r"\1", text)
    return _FOREIGN.sub(_BLOT, _NUMBER.sub(_BLOT, text)).rstrip(" .,:;")


def _entry(code: Code, fault: GraphQLError, hint: str) -> dict[str, object]:
    entry = GatewayError(code, redact(fault.message), hint, extensions=fault.extensions).to_json()
    if fault.locations:
        entry["locations"] = [{"line": place.line, "column": place.column} for place in fault.locations]
    return entry
