"""Which article has which cases: what docs/law.md shows, from the files under `cases/`."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tests.law.cases import sharing_cases
from tests.law.steps import Run, step_cases

_NUMBERED = re.compile(r"Art\. (\d+)")
_ONCE = {Run.PURE: "（仅纯函数）", Run.HTTP: "（仅 HTTP）"}


class Told(NamedTuple):
    """A case under one of its articles."""

    article: str
    title: str
    file: str


def told_cases() -> Iterator[Told]:
    """Every case under each article that it cites, in the order of the files."""
    for case in sharing_cases():
        for article in articles_of(case.article):
            yield Told(article, case.title, "sharing")
    for step_case in step_cases():
        once = "" if step_case.only is None else _ONCE[step_case.only]
        for article in articles_of(step_case.article):
            yield Told(article, step_case.title + once, step_case.room)


def articles_of(cited: str) -> tuple[str, ...]:
    """`Art. 11(2), 16 ¶1` are two articles; another text is cited as a whole."""
    if not cited.startswith("Art. "):
        return (cited,)
    return tuple(f"Art. {one}" for one in cited.removeprefix("Art. ").split(", "))


def articles_table() -> str:
    """Each article with its cases, by number; other texts after them."""
    by_article: dict[str, list[Told]] = {}
    for case in told_cases():
        by_article.setdefault(case.article, []).append(case)
    rows = ["| 条款 article | 案例 cases | 文件 file |", "|---|---|---|"]
    for article in sorted(by_article, key=_order):
        cases = by_article[article]
        files = ", ".join(f"`{name}.toml`" for name in dict.fromkeys(one.file for one in cases))
        rows.append(f"| {article} | {'<br>'.join(one.title for one in cases)} | {files} |")
    return "\n".join(rows) + "\n"


def _order(article: str) -> tuple[int, str]:
    found = _NUMBERED.match(article)
    return (int(found[1]) if found else 1_000, article)
