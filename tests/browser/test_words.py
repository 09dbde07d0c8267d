"""What a page calls the gateway's words: none of them stands there as a code."""

import re
from pathlib import Path

import pytest

from sharing.decision import Outcome, Remedy

SOURCES = Path(__file__).parents[2] / "web" / "src"


def called(page: str, table: str) -> set[str]:
    """The words that the page's table knows."""
    text = (SOURCES / page / "words.ts").read_text("utf-8")
    (held,) = re.findall(rf"^(?:export )?const {table}\b[^{{]*{{\n(.*?)^}};", text, re.MULTILINE | re.DOTALL)
    return set(re.findall(r"^  (\w+):", held, re.MULTILINE))


@pytest.mark.parametrize("page", ["hall", "graphiql"])
def test_every_remedy_has_words(page: str) -> None:
    assert set(Remedy) <= called(page, "REMEDIES")


def test_every_outcome_but_the_plain_one_has_words_in_the_hall() -> None:
    assert set(Outcome) - {Outcome.SHARED} <= called("hall", "OUTCOMES")
