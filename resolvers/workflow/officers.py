"""经办人: a department's officers, who substitutes for whom, and by which steps it answers applications (Art. 16 ¶1)."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

import strawberry
from strawberry.types import Info

import errors
from catalogue.model import ProviderCode
from resolvers.roles import Role, require_role
from resolvers.workflow.context import Context
from resolvers.workflow.inputs import check_words, invalid
from resolvers.workflow.keeping import Handler, Of, keeping, shown
from resolvers.workflow.party_inputs import OfficerInput, check_officer_id, days_of, officer_of
from resolvers.workflow.party_types import Department
from schema.enums import AnswerStep
from sharing.chain import AnswerChain, Officer, Step, Substitution
from sharing.days import Days


async def _register_officer(
    info: Info[Context, None],
    department: Of,
    officer: Annotated[OfficerInput, strawberry.argument(description="经办人 · the officer.")],
    handler: Handler,
) -> Department | None:
    context, code = info.context, ProviderCode(department)
    _, by = await keeping(context, code, handler)
    registered = officer_of(officer, by.today)
    await context.record("registerOfficer", f"{code}/{registered.id}", handler=handler)
    await context.ports.parties.register_officer(code, registered, by)
    return await shown(context, code)


async def _appoint_substitute(
    info: Info[Context, None],
    department: Of,
    officer: Annotated[str, strawberry.argument(description="经办人编号 · whose steps are taken.")],
    substitute: Annotated[str, strawberry.argument(description="代理人编号 · who takes them, an officer too.")],
    valid_until: Annotated[date, strawberry.argument(description="终止日 · the day on which it ends.")],
    handler: Handler,
    valid_from: Annotated[date | None, strawberry.argument(description="起始日 · today where none is given.")] = None,
) -> Department | None:
    context, code = info.context, ProviderCode(department)
    _, by = await keeping(context, code, handler)
    check_officer_id("officer", officer)
    check_officer_id("substitute", substitute)
    if officer == substitute:
        raise invalid("nobody substitutes for himself or herself", "name two officers", article="Art. 16 ¶1")
    days = days_of(valid_from, valid_until, by.today)
    registered = await context.ports.parties.officers(code)
    if not all(_serves(registered, one, days) for one in (officer, substitute)):
        raise errors.GatewayError(
            errors.NOT_FOUND,
            "one of the two is no officer of the department in that time",
            "register the officer first with `registerOfficer`",
        )
    await context.record("appointSubstitute", f"{code}/{officer}/{substitute}", handler=handler)
    await context.ports.parties.appoint_substitute(code, officer, Substitution(substitute, days), by)
    return await shown(context, code)


async def _set_answer_chain(
    info: Info[Context, None],
    steps: Annotated[
        list[AnswerStep], strawberry.argument(description="环节 · HANDLE, REVIEW, ISSUE in this order; ISSUE always.")
    ],
    handler: Handler,
) -> Department | None:
    context = info.context
    roles = context.caller.consumer.roles
    if Role.COMPILER not in roles:
        require_role(roles, Role.PROVIDER)
    check_words(("handler", handler))
    code = context.caller.consumer.department  # an entrusted counter sets its own chain, not that of the duty's department
    chain = AnswerChain(tuple(Step[step] for step in steps))
    await context.record("setAnswerChain", f"{code}/{'>'.join(chain.steps)}", handler=handler)
    await context.ports.parties.set_answer_chain(code, chain)
    return await shown(context, code)


@strawberry.type
class OfficerMutation:
    register_officer: Department | None = strawberry.field(
        resolver=_register_officer,
        description="**登记经办人** · register an officer of a department: its own provider or compiler, or the operator. "
        "Once it has officers, only they answer, give the notice of what lacks, and dispose of what was granted. "
        "Recorded in the ledger.",
    )
    appoint_substitute: Department | None = strawberry.field(
        resolver=_appoint_substitute,
        description="**指定代理人** · let an officer take another's steps for some days. Recorded in the ledger.",
    )
    set_answer_chain: Department | None = strawberry.field(
        resolver=_set_answer_chain,
        description="**设定答复流程** · by which steps one's own department answers applications. Recorded in the ledger.",
    )


def _serves(registered: Iterable[Officer], officer: str, days: Days) -> bool:
    return any(one.id == officer and one.days.overlap(days) for one in registered)
