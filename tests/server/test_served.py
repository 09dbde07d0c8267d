"""What one catalogue version is served with, as the composition root puts it together."""

import time

from catalogue.binding import Sources
from catalogue.load import load_catalogue
from catalogue.model import Mode, ProviderCode, Use
from schema.limits import Limits
from server import serve_catalogue
from settings import ROOT
from sharing.consumer import Asking
from sharing.rights import index_rights

CATALOGUE = load_catalogue(ROOT / "catalogue")


def test_decisions_of_several_documents_are_kept_side_by_side() -> None:
    served = serve_catalogue(CATALOGUE, Sources({}, {}), Limits())
    asking = Asking(
        ProviderCode("11320000014000087P"), "320000", "M07", Use.ADMINISTRATIVE_BASIS, Mode.ONLINE_LOOKUP, in_case=False
    )
    plans = []
    for item in ("name", "sex", "age"):
        prepared, lifted = served.documents.prepare(f'{{ person(idNumber: "32010619850312991X") {{ {item} }} }}', None, True)
        plans.append(served.plans.plan(prepared.hash, prepared.operation, prepared.fragments, lifted))
    rights, now = index_rights(1, ()), time.time()
    first = [served.decider.permit(plan, asking, rights, now) for plan in plans]
    again = [served.decider.permit(plan, asking, rights, now) for plan in plans]
    assert all(one is other for one, other in zip(first, again, strict=True))
