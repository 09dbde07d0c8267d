"""docs/errors.md from the codes: `python -m resolvers.error_table` writes it; a test compares it with the code."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

from errors import CODES, Code
from resolvers.identify_ports import StoredClient
from schema.limits import Limits

PAGE = Path(__file__).parents[1] / "docs" / "errors.md"

ADVICE: Mapping[str, str] = {
    "UNAUTHENTICATED": "get a token from `POST /oauth/token`, send it as `Authorization: Bearer <token>`",
    "INVALID_TOKEN": "get a new token",
    "TOKEN_NOT_BOUND": "call from the client's registered network, or with its registered key",
    "CLIENT_DISABLED": "ask the platform's operator",
    "ROLE_REQUIRED": "use a client of the role that the message names",
    "RATE_LIMITED": "wait as `Retry-After` says; ask for many keys in one request",
    "PURPOSE_REQUIRED": "send the header `Sharing-Purpose`",
    "PURPOSE_INVALID": "correct the key that `extensions.key` names",
    "PURPOSE_CONFLICT": "state the purpose in one place, or the same in both",
    "ENTRUSTMENT_REQUIRED": "have the entrustment recorded, or ask in your own department's name",
    "CASE_UNKNOWN": "open the case first, naming its subjects",
    "BAD_REQUEST": "correct what the message names; by GET, send what names a person or entity by POST",
    "UNSUPPORTED_MEDIA_TYPE": "send `Content-Type: application/json`, in UTF-8",
    "NOT_ACCEPTABLE": "accept `application/graphql-response+json` or `application/json`",
    "METHOD_NOT_ALLOWED": "use what `Allow` names; mutations by POST",
    "PREFLIGHT_REQUIRED": "by GET, send credentials that no browser adds by itself: `Bearer` or `DPoP`",
    "BODY_TOO_LARGE": "ask for less at once",
    "SYNTAX_ERROR": "correct the document at `locations`",
    "VALIDATION_FAILED": "compare the document with the schema at `locations`",
    "INTROSPECTION_DISABLED": "ask the operator for the client's attribute `introspection`",
    "TOO_MANY_TOKENS": "shorten the document",
    "TOO_DEEP": "nest less, or ask in several requests",
    "TOO_MANY_ALIASES": "use the batch roots, such as `persons(idNumbers: […])`",
    "TOO_MANY_DIRECTIVES": "leave some out",
    "TOO_MANY_ROOT_FIELDS": "ask in several requests",
    "VARIABLE_INVALID": "correct the variable that the message names",
    "OPERATION_UNKNOWN": "name an operation of the document in `operationName`",
    "TOO_MANY_KEYS": "split the request, or apply for bulk download",
    "TOO_COSTLY": "ask for fewer rows with `first`, fewer keys or fewer items",
    "STRICT_WITHHELD": "do what `remedy` says of each, leave the items out, or ask without `Sharing-Mode: strict`",
    "SOURCE_UNAVAILABLE": "the rest of the answer stands; ask again later",
    "OVERLOADED": "wait as `Retry-After` says",
    "DEADLINE_EXCEEDED": "ask for less, or again later; nothing was delivered",
    "LEDGER_UNAVAILABLE": "ask again later; nothing was delivered",
    "RIGHTS_MOVED": "send it again",
    "INPUT_INVALID": "correct the input that the message names",
    "NOT_FOUND": "compare the number or name; the lists show what is there for your department",
    "STATE_CONFLICT": "look at its state again: somebody was quicker, or another step comes first",
    "NOT_RESPONSIBLE": "the message names the department that must take this step",
    "REASON_REQUIRED": "state `reason`: the article that the message cites asks for it",
    "CONDITION_UNFORESEEN": "grant what the catalogue entry foresees, or have its compiler change the entry first",
    "NEGOTIATION_REQUIRED": "use `negotiate` first; coordination comes where that has failed (Art. 16 ¶1)",
    "CONCEALMENT_UNFOUNDED": "cite a 法律 by number and clause, name the matters it is confined to and its last day",
    "IDENTIFICATION_REQUIRED": "state `identifiedBy`: method, reference, and when",
    "STATUTE_PREVAILS": "record a result that respects the statute which the message cites",
    "SOURCE_CLAIMED": "leave the item to its provider, or name this source as one that verifies it (Art. 4(3))",
    "PUBLISH_REFUSED": "correct what `extensions.findings` lists; nothing was published",
    "SHEET_INVALID": "correct the cells that `extensions.findings` lists by row and column; nothing was changed",
    "CALENDAR_UNPUBLISHED": "have the operator load the year's calendar with `loadCalendar`",
    "MATTER_UNKNOWN": "compare the code with the query `matters`",
    "MATTER_INVALID": "correct the places that `extensions.findings` lists; nothing was changed",
    "SUBJECTS_INVALID": "name each subject in a role of the matter, by its code, as many as the role takes",
    "AUTHORITY_INVALID": "name an authority in force, of a role that acts for the other",
    "CHECK_REQUIRED": "run `materialCheck` first, with the case in the purpose",
    "EVIDENCE_TOO_LARGE": "send at most what the message says; nothing was filed",
    "RECEIPT_UNKNOWN": "take the number from `extensions.sharing.receipt` of an answer that your department was given",
    "RECEIPT_INVALID": "send the answer as it was delivered; `extensions.faults` name what differs",
    "POSITION_NOT_ASKED": "name a position of that very answer, dotted, as it stands there",
    "REGISTER_UNCHANGED": "correct the register first: corrections arrive through the source; else decide `CONFIRMED`",
    "CATALOGUE_INVALID": "correct the files and paths that the message lists",
    "DATABASE_NEWER": "start the program's version that the database belongs to",
    "START_REFUSED": "change what the message names",
    "INTERNAL": "send it again; where it stays, tell the operator the reference",
}

_HEAD = """# Errors

Written from the code by `python -m resolvers.error_table`; a test compares this page with it.

Every error has one shape: `message`, and in `extensions` `code`, `stage`, the Chinese `title`, often `hint` (what to do),
`article` (of the regulation) and facts of its own. A refused request has no `data`. The first status is that of
`application/graphql-response+json`, the second that of `application/json`. `SOURCE_UNAVAILABLE` stands beside data, with
its path. A request without identity is 401 before anything else is said of it. Errors of the stage `start` are printed,
not answered.

| code | stage | status | `application/json` | limit, default | 含义 | what to do |
|---|---|---|---|---|---|---|
"""

_LIMITS = """
## Limits

Counted in the operation as executed, fragments where they are spread. `rate_per_second` is an attribute of the client, with
a `burst` beside it; all others are settings (`ONCEGATE_LIMITS__<NAME>`).

| limit | default | refused as |
|---|---|---|
"""


def render() -> str:
    """The page."""
    rows = "".join(_row(code) for code in CODES.values())
    named: dict[str, str] = {code.limit: code.name for code in CODES.values() if code.limit}
    named |= {"introspection_depth": "TOO_DEEP", "upload_bytes": "BODY_TOO_LARGE"}
    limits = "".join(f"| `{name}` | {value:,} | `{named[name]}` |\n" for name, value in defaults().items())
    return f"{_HEAD}{rows}{_LIMITS}{limits}"


def defaults() -> dict[str, int]:
    """Every limit by name: the settings, then the client's attribute."""
    limits: dict[str, int] = {field.name: getattr(Limits(), field.name) for field in fields(Limits)}
    rate = next(field.default for field in fields(StoredClient) if field.name == "rate_per_second")
    assert isinstance(rate, int)
    return {**limits, "rate_per_second": rate}


def _row(code: Code) -> str:
    limit = f"`{code.limit}`, {defaults()[code.limit]:,}" if code.limit else ""
    status, legacy = ("", "") if code.stage == "start" else (str(code.status), str(code.legacy))
    return f"| `{code.name}` | {code.stage} | {status} | {legacy} | {limit} | {code.title_zh} | {ADVICE[code.name]} |\n"


if __name__ == "__main__":
    PAGE.write_text(render(), "utf-8")
