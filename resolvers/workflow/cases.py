"""Cases (办件): named before the first read, closed when done."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from catalogue.model import ProviderCode
from resolvers.ports import NewCase
from resolvers.ports import ServiceCase as StoredCase
from resolvers.workflow.case_inputs import MOST_SUBJECTS, CaseSubjectInput, subjects_by_role
from resolvers.workflow.context import Context
from resolvers.workflow.inputs import check_words, invalid


@strawberry.type(description="办件 · a case under way.")
class Case:
    number: str = strawberry.field(description="办件编号 · its number with the department.")
    matter: str = strawberry.field(description="事项编码 · the service matter.")
    opened_at: datetime = strawberry.field(description="开始 · when its subjects were named.")
    closed_at: datetime | None = strawberry.field(description="办结 · when it was closed; null while it is open.")


async def _open_case(
    info: Info[Context, None],
    case: Annotated[str, strawberry.argument(description="办件编号 · a number of the department's own.")],
    matter: Annotated[str, strawberry.argument(description="事项编码 · the same as in the purpose.")],
    subjects: Annotated[
        list[CaseSubjectInput], strawberry.argument(description=f"当事人 · at least one, at most {MOST_SUBJECTS}.")
    ],
) -> Case | None:
    context = info.context
    purpose, department = context.stated_purpose(), _department(context)
    check_words(("case", case), ("matter", matter))
    if matter != purpose.matter:
        raise invalid("the case's matter is not that of the purpose", "state the same matter in both")
    by_role = subjects_by_role(subjects)
    await context.record("openCase", case, by_role)
    return _case(await context.ports.cases.add(NewCase(case, department, matter, purpose.handler, by_role)))


async def _close_case(
    info: Info[Context, None], case: Annotated[str, strawberry.argument(description="办件编号 · the case's number.")]
) -> Case | None:
    context = info.context
    context.stated_purpose()
    department = _department(context)
    check_words(("case", case))
    await context.record("closeCase", case, {})
    return _case(await context.ports.cases.close(department, case))


@strawberry.type
class CaseMutation:
    open_case: Case | None = strawberry.field(
        resolver=_open_case,
        description="**开始办件** · name a case's subjects before the first read: what is granted for a case's subjects "
        "holds for them while the case is open. The purpose states matter and handler. Recorded in the ledger.",
    )
    close_case: Case | None = strawberry.field(
        resolver=_close_case,
        description="**办结** · close a case: from the next request on nothing is granted for its subjects. "
        "Recorded in the ledger.",
    )


def _department(context: Context) -> ProviderCode:
    """Whose case it is: the department that has the duty, where the counter acts for it."""
    assert context.caller.asking is not None, "a purpose makes a standpoint"
    return context.caller.asking.department


def _case(stored: StoredCase) -> Case:
    return Case(number=stored.number, matter=stored.matter, opened_at=stored.opened_at, closed_at=stored.closed_at)
