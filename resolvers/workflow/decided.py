"""What would be decided on a document, from where the caller stands: as a request for it would be, and nothing is read."""

from collections.abc import Mapping
from time import time
from typing import NamedTuple

import errors
from catalogue.model import ResourceName
from resolvers.count import used_up
from resolvers.day import today
from resolvers.materials.step import case_of, check_entrusted, check_matters
from resolvers.plan.build import InForce
from resolvers.plan.confined import confined
from resolvers.roles import require_register_reader
from resolvers.stand import open_case
from resolvers.workflow.context import Context
from resolvers.workflow.inputs import invalid
from schema.variables import check_cost, coerce_variables
from sharing.consumer import Asking
from sharing.decision import Decision, Question
from sharing.standpoint import Standpoint
from sharing.survey import Horizon, quotas_of


class Decided(NamedTuple):
    """Every question of the document's plan, decided from where `asking` stands at `now` (Unix seconds).

    `confined`: of which values it asks for rows that departments provide by them.
    """

    asking: Asking
    decisions: dict[Question, Decision]
    horizon: Horizon
    document: str
    now: float
    confined: Mapping[ResourceName, frozenset[str]]

    def asking_of(self, question: Question) -> Asking:
        """For which matter it is asked, where several are handled at once."""
        return self.asking._replace(matter=question.matter) if question.matter else self.asking

    def standpoint(self, question: Question) -> Standpoint:
        """From where it was decided."""
        return self.horizon.standpoint(self.asking_of(question), self.document)


async def decided(context: Context, document: str, variables: object, operation_name: str | None) -> Decided:
    """The decisions on a document.

    Raises what a request for it would be refused with: ROLE_REQUIRED, PURPOSE_REQUIRED, ENTRUSTMENT_REQUIRED,
    PURPOSE_CONFLICT, CASE_UNKNOWN, what reading a document raises; and INPUT_INVALID, RIGHTS_MOVED, LEDGER_UNAVAILABLE.
    """
    caller, ports, served = context.caller, context.ports, context.served
    require_register_reader(caller.consumer.roles)
    asking = caller.asking
    if asking is None:
        raise errors.GatewayError(
            errors.PURPOSE_REQUIRED,
            "whether an item is shared depends on the purpose",
            'send `Sharing-Purpose: matter="…", use=administrative-basis, handler="…"`',
            article="Art. 4(2)",
        )
    if variables is not None and not isinstance(variables, dict):
        raise invalid("`variables` is not an object", 'write {"name": value}')
    prepared, lifted = served.documents.prepare(document, operation_name, caller.consumer.introspection)
    given = coerce_variables(prepared, variables, lifted)
    check_cost(prepared, given)  # a plan is as large as its document may become
    rights, now = await context.current_rights(), time()
    matters = InForce(rights.matters, today(now))
    plan = served.plans.plan(prepared.hash, prepared.operation, prepared.fragments, given, matters)
    check_entrusted(ports.rights, plan, caller, now)
    permitted = served.decider.permit(plan, asking, rights, now)
    check_matters(plan, caller)
    if await case_of(ports.cases, plan, caller, given) is None and permitted.needs_case:
        await open_case(ports.cases, caller)
    exhausted = await used_up(ports.counters, quotas_of(permitted.decisions))
    if exhausted:
        permitted = served.decider.permit(plan, asking, rights, now, exhausted)
    horizon = served.views.horizon(caller.consumer, asking, rights, now, exhausted)
    decisions = dict(zip(plan.questions, permitted.decisions, strict=True))
    values = confined(context.catalogue, plan, given)
    return Decided(asking, decisions, horizon, prepared.hash.hex(), now, values)
