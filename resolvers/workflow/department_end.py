"""A department's term ends (机构撤销), once it has handed over all that it answers for (Art. 5, 9)."""

from datetime import date
from typing import Annotated

import strawberry
from strawberry.types import Info

from catalogue.model import ProviderCode
from resolvers.roles import Role, require_role
from resolvers.workflow.catalogue_judging import published_catalogue
from resolvers.workflow.context import Context
from resolvers.workflow.inputs import check_day, required_reason
from resolvers.workflow.keeping import Handler, Of, known, operating, shown
from resolvers.workflow.party_types import Department
from sharing.succession import ARTICLE, Duties, check_end, check_handed_over


async def _end_department(
    info: Info[Context, None],
    department: Of,
    valid_until: Annotated[
        date,
        strawberry.argument(
            description="终止日 · the first day on which it no longer acts, in China: tomorrow at the earliest."
        ),
    ],
    reason: Annotated[str, strawberry.argument(description="理由 · why: the decision that dissolves or merges it.")],
    handler: Handler,
) -> Department | None:
    context, code = info.context, ProviderCode(department)
    require_role(context.caller.consumer.roles, Role.OPERATOR)
    party = await known(context, code)
    by = operating(context, party.division, handler)
    told = required_reason(reason, "the end of a department", ARTICLE)
    check_day("validUntil", valid_until, article=ARTICLE)
    check_end(party, valid_until, by.today)
    book, now = context.ports.parties, await context.ports.catalogue_life.now()
    catalogue = await published_catalogue(context, now)
    duties = Duties(catalogue, now.said, await book.offices(), await book.awaited(code))
    check_handed_over(code, duties, valid_until)
    await context.record("endDepartment", code, handler=handler)
    await book.end(code, valid_until, told, by)
    return await shown(context, code)


@strawberry.type
class DepartmentEndMutation:
    end_department: Department | None = strawberry.field(
        resolver=_end_department,
        description="**终止部门** · end a department's term from a day on, with a reason (operator, within its "
        "jurisdiction). Refused with `findings`, each by its place, while it still answers for something: items, registers, "
        "sources, offices, applications, cases, doubts. From that day on its clients are refused, nobody acts for it, and "
        "nothing is delivered to it; its term is never prolonged. Recorded in the ledger.",
    )
