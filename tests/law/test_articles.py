"""The cases as a whole: each article that software can hold has some, and the docs tell which."""

import re
from collections import Counter

import pytest

from settings import ROOT
from tests.law.articles import articles_table, told_cases
from tests.law.cases import sharing_cases
from tests.law.steps import Run, StepCase, runs, step_cases
from tests.law.test_steps_http import WORLDS as HTTP_WORLDS
from tests.law.test_steps_pure import WORLDS as PURE_WORLDS

HELD = (
    "Art. 2", "Art. 4(2)", "Art. 4(3)", "Art. 5", "Art. 7", "Art. 8", "Art. 9", "Art. 10", "Art. 10 ¶3", "Art. 11(1)",
    "Art. 11(2)", "Art. 13", "Art. 15", "Art. 16 ¶1", "Art. 16 ¶2", "Art. 17 ¶2", "Art. 18", "Art. 21", "Art. 24",
)  # fmt: skip
"""What the regulation asks of the parts that are built."""
MARKED = re.compile(r"<!-- table: articles -->\n(.*?)<!-- end -->", re.DOTALL)


def test_the_docs_tell_which_article_has_which_cases() -> None:
    found = MARKED.search((ROOT / "docs" / "law.md").read_text("utf-8"))
    assert found is not None
    assert found[1] == articles_table()


@pytest.mark.parametrize("article", HELD)
def test_every_article_that_software_holds_has_a_case(article: str) -> None:
    assert article in {case.article for case in told_cases()}


def test_titles_say_what_a_case_is() -> None:
    titles = Counter([case.title for case in sharing_cases()] + [case.title for case in step_cases()])
    assert [title for title, times in titles.items() if times > 1] == []
    assert all(re.search(r"[\u4e00-\u9fff]", title) for title in titles)


def test_most_cases_run_twice() -> None:
    both = {str(case) for case in runs(Run.PURE)} & {str(case) for case in runs(Run.HTTP)}
    assert len(both) >= 2 * len(step_cases()) / 3


@pytest.mark.parametrize("case", step_cases(), ids=str)
def test_where_a_case_runs_its_words_are_known(case: StepCase) -> None:
    """A case that runs once says why, and what runs has a method for each of its steps and facts."""
    for way, worlds in ((Run.PURE, PURE_WORLDS), (Run.HTTP, HTTP_WORLDS)):
        if case.only in (None, way):
            words = [step.do for step in case.steps] + [name for name in case.shows if name != "findings"]
            assert [word for word in words if not hasattr(worlds[case.room], word)] == []
