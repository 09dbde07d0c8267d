"""The cases of steps through HTTP: departments take them at a running gateway. A refused attempt that the law names a breach
stands in the ledger.
"""

from collections.abc import Callable

import pytest

from tests.law.http_applications import HttpApplications
from tests.law.http_calendar import HttpCalendar
from tests.law.http_catalogue import HttpCatalogue
from tests.law.http_collections import HttpCollections
from tests.law.http_doubts import HttpDoubts
from tests.law.http_house import House
from tests.law.http_matters import HttpMatters
from tests.law.http_parties import HttpParties
from tests.law.steps import Run, StepCase, World, run, runs
from tests.server.gateway import Running

WORLDS: dict[str, Callable[[StepCase, Running], World]] = {
    "applications": HttpApplications,
    "grants": HttpApplications,
    "catalogue": HttpCatalogue,
    "parties": HttpParties,
    "calendar": HttpCalendar,
    "doubts": HttpDoubts,
    "collections": HttpCollections,
    "matters": HttpMatters,
}


@pytest.mark.parametrize("case", runs(Run.HTTP), ids=str)
def test_the_gateway_does_the_step_as_the_article_says(case: StepCase, court: Running) -> None:
    run(case, WORLDS[case.room](case, court), case.then)
    if case.breach:
        assert House(court, case.client).breaches(case.steps[-1].words["by"]) == [case.breach]
