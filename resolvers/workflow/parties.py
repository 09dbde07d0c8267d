"""Organisations, offices and officers: looked up by whoever is known, kept by the operator and by the department itself.

Who administers a division acts within it and nowhere else (Art. 5): an operator of a city keeps that city's departments.
"""

from datetime import date
from typing import Annotated

import strawberry
from strawberry.types import Info

from catalogue.model import ProviderCode
from resolvers.ports.parties import NewParty
from resolvers.roles import Role, require_role
from resolvers.workflow.context import Context
from resolvers.workflow.inputs import check_words
from resolvers.workflow.keeping import Handler, Of, keeping, known, loaders_of, operating, shown
from resolvers.workflow.party_inputs import (
    DepartmentInput,
    NewDepartmentInput,
    OfficeInput,
    days_of,
    statements_of,
    text_of,
)
from resolvers.workflow.party_types import Department, Office, department_of, office_of
from schema.filters import DEFAULT_FIRST, MAX_FIRST
from schema.scalars import CreditCode, DivisionCode
from sharing import parties as law

AT_ONCE = 500
DEEPEST = 20

OnDay = Annotated[date | None, strawberry.argument(description="日期 · as of this day; today where none is given.")]


async def _department(
    info: Info[Context, None],
    code: Of,
    day: OnDay = None,
) -> Department | None:
    return await loaders_of(info.context, day).department(ProviderCode(code))


async def _departments(
    info: Info[Context, None],
    within: Annotated[
        DivisionCode | None,
        strawberry.argument(description="行政区划 · those that administer in this division or below; none: everywhere."),
    ] = None,
    gaps_only: Annotated[
        bool, strawberry.argument(description="仅缺项 · only those that lack something of Art. 24.")
    ] = False,
    day: OnDay = None,
    first: Annotated[int, strawberry.argument(description=f"至多条数 · at most so many, 1 to {MAX_FIRST}.")] = DEFAULT_FIRST,
    after: Annotated[CreditCode | None, strawberry.argument(description="其后 · after the one of this code.")] = None,
) -> list[Department] | None:
    loaders = loaders_of(info.context, day)
    found: list[Department] = []
    last = after or ""
    while len(found) < first:
        page = await info.context.ports.parties.parties(within, last, AT_ONCE)
        found += [department_of(one, loaders) for one in page if not gaps_only or law.gaps(one, loaders.day)]
        if len(page) < AT_ONCE:
            break
        last = page[-1].code
    return found[:first]


async def _offices(
    info: Info[Context, None],
    day: OnDay = None,
    division: Annotated[
        DivisionCode | None, strawberry.argument(description="行政区划 · of this province, city or county only.")
    ] = None,
) -> list[Office] | None:
    loaders = loaders_of(info.context, day)
    return [
        office_of(one, loaders)
        for one in await loaders.offices()
        if one.days.hold(loaders.day) and division in (None, one.division)
    ]


async def _register_department(
    info: Info[Context, None],
    department: Annotated[NewDepartmentInput, strawberry.argument(description="政务部门 · the department.")],
    handler: Handler,
) -> Department | None:
    context, code = info.context, ProviderCode(department.code)
    by = operating(context, department.division, handler)
    check_words(("title", department.title), ("name", department.name))
    kind = law.checked_kind(department.kind, code, department.authorisation)
    days = days_of(department.valid_from, department.valid_until, by.today)
    law.check_division(department.division, by.today)
    superior = None if department.superior is None else ProviderCode(department.superior)
    await _check_superior(context, code, department.division, superior)
    authorisation = None if department.authorisation is None else text_of("authorisation", department.authorisation)
    await context.record("registerDepartment", code, handler=handler)
    zone = law.Zone[department.network_zone]
    await context.ports.parties.register(
        NewParty(code, department.name, department.title, kind, department.division, zone, superior, authorisation, days)
    )
    return await shown(context, code)


async def _describe_department(
    info: Info[Context, None],
    department: Of,
    description: Annotated[DepartmentInput, strawberry.argument(description="部门情况 · what is to be stated.")],
    handler: Handler,
) -> Department | None:
    context, code = info.context, ProviderCode(department)
    party, by = await keeping(context, code, handler)
    stated = statements_of(description, by.today)
    if stated.zone is not None or stated.superior is not None:
        require_role(context.caller.consumer.roles, Role.OPERATOR)
    await _check_superior(context, code, party.division, stated.superior)
    await context.record("describeDepartment", code, handler=handler)
    await context.ports.parties.describe(code, stated, by)
    return await shown(context, code)


async def _appoint_office(
    info: Info[Context, None],
    office: Annotated[OfficeInput, strawberry.argument(description="职责任命 · the appointment.")],
    handler: Handler,
) -> Office | None:
    context = info.context
    by = operating(context, office.division, handler)
    if office.head is not None:
        check_words(("head", office.head))
    kind, days = law.OfficeKind[office.kind.value], days_of(office.valid_from, office.valid_until, by.today)
    title, basis = text_of("title", office.title), text_of("basis", office.basis)
    holder = None if office.holder is None else await known(context, ProviderCode(office.holder))
    law.check_office(kind, office.division, holder, days.begins)
    appointed = law.Office(kind, office.division, None if holder is None else holder.code, title, office.head, basis, days)
    await context.record("appointOffice", f"{kind}/{office.division}", handler=handler)
    await context.ports.parties.appoint(appointed, by)
    return office_of(appointed, loaders_of(context, None))


@strawberry.type
class PartyQuery:
    department: Department | None = strawberry.field(
        resolver=_department, description="**政务部门** · a department by its credit code; null for an unknown one."
    )
    departments: list[Department] | None = strawberry.field(
        resolver=_departments, description="**政务部门列表** · departments by code, of a division and all below it (Art. 5)."
    )
    offices: list[Office] | None = strawberry.field(
        resolver=_offices, description="**职责岗位** · who holds which office on a day (Art. 5)."
    )


@strawberry.type
class PartyMutation:
    register_department: Department | None = strawberry.field(
        resolver=_register_department,
        description="**登记部门** · register a department (operator, within its jurisdiction). Recorded in the ledger.",
    )
    describe_department: Department | None = strawberry.field(
        resolver=_describe_department,
        description="**填报部门情况** · state head, implementing body, rules and goals (Art. 24): the department's own "
        "provider or compiler, or the operator. Former statements are kept. Recorded in the ledger.",
    )
    appoint_office: Office | None = strawberry.field(
        resolver=_appoint_office,
        description="**任命** · who holds an office from a day on (operator, within its jurisdiction). Whoever held it "
        "does so until then, and stays told. Recorded in the ledger.",
    )


async def _check_superior(context: Context, department: ProviderCode, division: str, superior: ProviderCode | None) -> None:
    """Raises what `law.check_superior` does, and NOT_FOUND."""
    line: list[law.Party] = []
    while superior is not None and len(line) < DEEPEST:
        line.append(await known(context, superior))
        superior = line[-1].superior
    if line:
        law.check_superior(department, division, line)
