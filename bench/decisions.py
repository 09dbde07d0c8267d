"""The pure decision: microseconds a coordinate, on the questions of a real plan, from a standpoint with thirty grants.

`decide_us` is warm: the standpoint has been decided from before, as a worker keeps it. Beside it what the first time costs.
"""

import gc
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from statistics import median

from bench.room import ROOT
from catalogue.load import load_catalogue
from catalogue.model import Mode, Use
from demo.seed import HALL, department_code, grants
from resolvers.plan.cache import Plans
from schema.build import build_schema
from schema.documents import Documents
from schema.limits import Limits
from schema.variables import coerce_variables
from sharing.consumer import Asking
from sharing.decide import decide
from sharing.grant import GrantId
from sharing.rights import index_rights
from sharing.standpoint import Standpoint

GRANTS, RUNS, CALLS = 30, 31, 200
DOCUMENT = """query($id: IdentityNumber!) { person(idNumber: $id) {
  idNumber name sex ethnicGroup birthDate birthplace vitalStatus divisionCode registeredResidence householdNumber
  relationToHead idCardValidUntil isAdult isMarried verify(phone: "13800000000") { phone }
  marriageRecord { status registeredOn authority } household { number address }
  licences(first: 3) { identifier typeCode typeName number holderCode issuer validUntil status } credit { code name } } }"""


def measure_decide() -> tuple[dict[str, float], dict[str, object]]:
    """`decide_us`: the median, in microseconds a coordinate."""
    catalogue = load_catalogue(ROOT / "catalogue")
    documents = Documents(build_schema(catalogue), Limits(), 10)
    prepared, lifted = documents.prepare(DOCUMENT, None, True)
    values = coerce_variables(prepared, {"id": "11010519491231002X"}, lifted)
    plan = Plans(documents.schema, catalogue).plan(prepared.hash, prepared.operation, prepared.fragments, values)
    hall = department_code(catalogue, HALL)
    seeded = [one.grant for one in grants(catalogue)]
    held = [replace(seeded[number % len(seeded)], id=GrantId(f"{number:032x}"), department=hall) for number in range(GRANTS)]
    asking = Asking(hall, "320100", "M07", Use.ADMINISTRATIVE_BASIS, Mode.ONLINE_LOOKUP, in_case=True)
    standpoint = Standpoint(asking, index_rights(1, held).of(hall), datetime.now(UTC))
    count = len(plan.questions)
    warm = _median_us(lambda: decide(catalogue, plan.questions, standpoint)) / count
    first = _median_us(lambda: decide(catalogue, plan.questions, replace(standpoint))) / count
    measured = {"questions": count, "grants": GRANTS, "warm_us": round(warm, 3), "first_us": round(first, 3)}
    return {"decide_us": round(warm, 3)}, {"decide": measured}


def _median_us(run: Callable[[], object]) -> float:
    run()
    took = []
    gc.collect()
    for _ in range(RUNS):
        began = time.perf_counter()
        for _ in range(CALLS):
            run()
        took.append((time.perf_counter() - began) / CALLS * 1e6)
    return median(took)
