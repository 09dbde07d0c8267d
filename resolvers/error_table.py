"""docs/errors.md from the codes: `python -m resolvers.error_table` writes it; a test compares it with the code."""

from dataclasses import fields
from pathlib import Path

from errors import CODES, Code
from resolvers.identify_ports import StoredClient
from schema.limits import Limits

PAGE = Path(__file__).parents[1] / "docs" / "errors.md"

_HEAD = """# Errors

Written from the code by `python -m resolvers.error_table`; a test compares this page with it.

Every error has one shape: `message`, and in `extensions` `code`, `stage`, the Chinese `title`, `hint` and `hintZh` (what to
do, in English and in Chinese: as below, or nearer to the case), often `article` (of the regulation) and facts of its own; of
a value that breaks its standard these are `fault`, `part` and `messageZh`. A refused request has no `data`. The first status
is that of `application/graphql-response+json`, the second that of `application/json`. `SOURCE_UNAVAILABLE` stands beside
data, with its path. A request without identity is 401 before anything else is said of it. Errors of the stage `start` are
printed, not answered.

| code | stage | status | `application/json` | limit, default | 含义 | what to do | 怎么办 |
|---|---|---|---|---|---|---|---|
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
    said = f"{code.title_zh} | {code.hint} | {code.hint_zh}"
    return f"| `{code.name}` | {code.stage} | {status} | {legacy} | {limit} | {said} |\n"


if __name__ == "__main__":
    PAGE.write_text(render(), "utf-8")
