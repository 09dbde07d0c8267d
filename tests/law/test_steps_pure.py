"""The cases of steps on the pure functions: what the law's own modules say, without a request and without a database."""

from collections.abc import Callable

import pytest

from tests.law.pure_applications import PureApplications
from tests.law.pure_calendar import PureCalendar
from tests.law.pure_catalogue import PureCatalogue
from tests.law.pure_collections import PureCollections
from tests.law.pure_doubts import PureDoubts
from tests.law.pure_matters import PureMatters
from tests.law.pure_parties import PureParties
from tests.law.steps import Run, StepCase, World, run, runs

WORLDS: dict[str, Callable[[StepCase], World]] = {
    "applications": PureApplications,
    "grants": PureApplications,
    "catalogue": PureCatalogue,
    "parties": PureParties,
    "calendar": PureCalendar,
    "doubts": PureDoubts,
    "collections": PureCollections,
    "matters": PureMatters,
}


@pytest.mark.parametrize("case", runs(Run.PURE), ids=str)
def test_the_step_is_what_the_article_says(case: StepCase) -> None:
    run(case, WORLDS[case.room](case), case.pure)
