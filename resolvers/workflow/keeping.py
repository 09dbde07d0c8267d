"""Who keeps what of organisations: the operator within its jurisdiction (Art. 5), a department's own client (Art. 9)."""

from datetime import date
from time import time
from typing import Annotated

import strawberry

import errors
from catalogue.model import ProviderCode
from resolvers.day import today
from resolvers.ports.parties import Recorder
from resolvers.roles import Role, require_role
from resolvers.workflow.context import Context
from resolvers.workflow.inputs import check_words
from resolvers.workflow.party_types import Department, PartyLoaders
from schema.scalars import CreditCode
from sharing import parties as law

Handler = Annotated[str, strawberry.argument(description="经办人 · the officer who has it done.")]
Of = Annotated[CreditCode, strawberry.argument(description="政务部门 · the department's unified social credit code.")]


def operating(context: Context, division: str, handler: str) -> Recorder:
    """The operator, in whose jurisdiction the division lies. Raises ROLE_REQUIRED, NOT_RESPONSIBLE, INPUT_INVALID."""
    acting = context.acting(Role.OPERATOR, handler)
    law.check_jurisdiction(context.caller.consumer.division, division)
    return Recorder(acting.client, handler, today(time()))


async def keeping(context: Context, department: ProviderCode, handler: str) -> tuple[law.Party, Recorder]:
    """The department, which its own provider or compiler keeps, or the operator in whose jurisdiction it lies.

    Raises ROLE_REQUIRED, NOT_RESPONSIBLE, NOT_FOUND, INPUT_INVALID.
    """
    consumer = context.caller.consumer
    if Role.OPERATOR not in consumer.roles:
        if Role.COMPILER not in consumer.roles:
            require_role(consumer.roles, Role.PROVIDER)
        if consumer.department != department:
            raise errors.GatewayError(
                errors.NOT_RESPONSIBLE,
                f"`{department}` is another department",
                "a department keeps its own officers, rules, goals and head; the operator may do it for it",
                article="Art. 9",
            )
    check_words(("handler", handler))
    party = await known(context, department)
    if Role.OPERATOR in consumer.roles:
        law.check_jurisdiction(consumer.division, party.division)
    return party, Recorder(consumer.client, handler, today(time()))


async def known(context: Context, department: ProviderCode) -> law.Party:
    party = await context.ports.parties.party(department)
    if party is None:
        raise errors.GatewayError(
            errors.NOT_FOUND, f"no department `{department}`", "register it with `registerDepartment`", article="Art. 5"
        )
    return party


def loaders_of(context: Context, day: date | None) -> PartyLoaders:
    return PartyLoaders(context.ports.parties, context.caller.consumer, today(time()) if day is None else day)


async def shown(context: Context, department: ProviderCode) -> Department | None:
    return await loaders_of(context, None).department(department)
