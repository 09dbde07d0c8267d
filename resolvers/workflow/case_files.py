"""Cases resumed: the list of the department's cases, and the file of one with all that was done in it."""

from collections.abc import Sequence
from typing import Annotated

import strawberry
from strawberry.types import Info

import errors
from catalogue.model import ProviderCode
from resolvers.ports.case_collections import CollectionFilter
from resolvers.ports.cases import CaseFilter
from resolvers.ports.doubts import DoubtFilter
from resolvers.workflow.case_desk import reading
from resolvers.workflow.case_types import Case, CaseFile, case_shown, file_shown
from resolvers.workflow.context import Context
from resolvers.workflow.doubt_types import Doubt
from resolvers.workflow.doubts import Side, desk
from resolvers.workflow.inputs import check_words, invalid

DEFAULT_FIRST = 20
MOST_FIRST = 100
MOST_CHECKS = 20
MOST_COLLECTIONS = 200
MOST_DOUBTS = 100


@strawberry.type(description="办件列表 · one page of cases.")
class CasePage:
    cases: list[Case] = strawberry.field(description="办件 · the latest opened first.")
    next: str | None = strawberry.field(description="续页 · what `after` takes for the next page; null: this is the last.")


async def _service_case(
    info: Info[Context, None],
    number: Annotated[str, strawberry.argument(description="办件编号 · the case's number.")],
) -> CaseFile | None:
    ports, may = info.context.ports, reading(info.context)
    department = may.department
    check_words(("number", number))
    found = await ports.cases.find(department, number)
    if found is None or not may.sees(found.matter):
        raise errors.GatewayError(
            errors.NOT_FOUND,
            f"the department has no case `{number}`",
            "`serviceCases` lists its cases; where you act for another department, state it in `acting-for`, and the matter",
            article="Art. 17 ¶2",
        )
    await info.context.record(
        "serviceCase", number, found.subjects, case=number, case_matter=found.matter, may_investigate=True
    )
    checks = await ports.case_checks.of_case(department, number, MOST_CHECKS + 1)
    of_case = CollectionFilter(department=department, case=number)
    collections = await ports.collections.page(of_case, MOST_COLLECTIONS, None)
    shown = file_shown(found, await ports.cases.handovers(department, number), checks, collections, ports.rights.matters)
    shown.checks = shown.checks[:MOST_CHECKS]  # one more was read, for what had changed since
    shown.doubts = await _doubts(info.context, department, [code for codes in found.subjects.values() for code in codes])
    return shown


async def _doubts(context: Context, department: ProviderCode, codes: Sequence[str]) -> list[Doubt]:
    """What the department doubts of these subjects, in this case or another."""
    references = tuple(bytes(one) for code in codes for one in context.ports.subject_hash.all_of(code))
    reported = DoubtFilter(reporter=department, subjects=references)
    at = await desk(context)
    return [at.told(one, Side.REPORTER) for one in await context.ports.doubts.page(reported, MOST_DOUBTS, None)]


async def _service_cases(
    info: Info[Context, None],
    open: Annotated[  # noqa: A002 - the argument's name
        bool | None, strawberry.argument(description="是否在办 · only open ones, or only closed ones; null: both.")
    ] = None,
    handler: Annotated[str | None, strawberry.argument(description="经办人 · only those that this handler has.")] = None,
    matter: Annotated[str | None, strawberry.argument(description="事项编码 · only those of this matter.")] = None,
    first: Annotated[int, strawberry.argument(description=f"条数 · how many, at most {MOST_FIRST}.")] = DEFAULT_FIRST,
    after: Annotated[str | None, strawberry.argument(description="续页 · what `next` of the page before said.")] = None,
) -> CasePage | None:
    may = reading(info.context)
    check_words(*((name, word) for name, word in (("handler", handler), ("matter", matter), ("after", after)) if word))
    if not 1 <= first <= MOST_FIRST:
        raise invalid(f"`first` is {first}", f"between 1 and {MOST_FIRST}")
    chosen = CaseFilter(may.department, open, handler, may.within(matter))
    found = await info.context.ports.cases.page(chosen, first + 1, after)
    page = found[:first]
    return CasePage(
        cases=[case_shown(one, info.context.ports.rights.matters) for one in page],
        next=page[-1].number if len(found) > first else None,
    )


@strawberry.type
class CaseQuery:
    service_case: CaseFile | None = strawberry.field(
        resolver=_service_case,
        description="**办件档案** · resume a case: its subjects, who has it, what each check told and what has changed "
        "since, what was collected. For the department whose case it is, or who acts for it; opening it is on record.",
    )
    service_cases: CasePage | None = strawberry.field(
        resolver=_service_cases, description="**办件列表** · the department's cases, the latest opened first."
    )
