"""The cases of steps on the pure functions: what the law's own modules say, without a request and without a database."""

import pytest

from tests.law.pure_applications import PureApplications
from tests.law.steps import Run, StepCase, World, run, runs

WORLDS = {"applications": PureApplications, "grants": PureApplications}


def world_of(case: StepCase) -> World:
    return WORLDS[case.room](case)


@pytest.mark.parametrize("case", runs(Run.PURE), ids=str)
def test_the_step_is_what_the_article_says(case: StepCase) -> None:
    run(case, world_of(case), case.pure)
