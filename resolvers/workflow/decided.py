"""What would be decided on a document, from where the caller stands: nothing of a register is read."""

from functools import partial
from time import time
from typing import NamedTuple

import errors
from resolvers.day import today
from resolvers.plan.build import InForce
from resolvers.workflow.context import Context
from resolvers.workflow.inputs import invalid
from schema.variables import check_cost, coerce_variables
from sharing.consumer import Asking
from sharing.decide import Standpoint, decide_by_matter
from sharing.decision import Decision, Question


class Decided(NamedTuple):
    """Every question of the document's plan, decided from this standpoint."""

    asking: Asking
    standpoint: Standpoint
    decisions: dict[Question, Decision]
    now: float


def decided(context: Context, document: str, variables: object, operation_name: str | None) -> Decided:
    """The decisions on a document. Raises PURPOSE_REQUIRED, INPUT_INVALID, and what reading a document raises."""
    consumer, asking = context.caller.consumer, context.caller.asking
    if asking is None:
        raise errors.GatewayError(
            errors.PURPOSE_REQUIRED,
            "whether an item is shared depends on the purpose",
            'send `Sharing-Purpose: matter="…", use=administrative-basis, handler="…"`',
            article="Art. 4(2)",
        )
    if variables is not None and not isinstance(variables, dict):
        raise invalid("`variables` is not an object", 'write {"name": value}')
    served, now = context.served, time()
    prepared, lifted = served.documents.prepare(document, operation_name, consumer.introspection)
    given = coerce_variables(prepared, variables, lifted)
    check_cost(prepared, given)  # a plan is as large as its document may become
    matters = InForce(context.ports.rights.matters, today(now))
    plan = served.plans.plan(prepared.hash, prepared.operation, prepared.fragments, given, matters)
    horizon = served.views.horizon(consumer, asking, context.ports.rights.rights, now)
    stand = partial(horizon.standpoint, document=prepared.hash.hex())
    return Decided(asking, stand(asking), decide_by_matter(context.catalogue, plan.questions, asking, stand), now)
