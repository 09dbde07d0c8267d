"""Cases (办件): named before the first read, handed over, closed when done."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from resolvers.day import today
from resolvers.materials.read import MOST_MATTERS, matter_in_force
from resolvers.ports import NewCase
from resolvers.ports.cases import Closing, Handover
from resolvers.workflow.case_desk import at_case, check_entrusted, held_case, open_case
from resolvers.workflow.case_inputs import (
    MOST_SUBJECTS,
    CaseAuthorityInput,
    CaseSubjectInput,
    authorities_of,
    subjects_by_role,
)
from resolvers.workflow.case_types import Case, case_shown
from resolvers.workflow.context import Context
from resolvers.workflow.inputs import check_words, invalid, required_reason
from schema.enums import CaseResult
from sharing.authority import acting_roles, check_authorities, check_stated
from sharing.subjects import check_subjects, of_each

ARTICLE = "Art. 17 ¶2"
Number = Annotated[str, strawberry.argument(description="办件编号 · the case's number.")]


async def _open_case(
    info: Info[Context, None],
    case: Annotated[str, strawberry.argument(description="办件编号 · a number of the department's own.")],
    matter: Annotated[str, strawberry.argument(description="事项编码 · the same as in the purpose.")],
    subjects: Annotated[
        list[CaseSubjectInput], strawberry.argument(description=f"当事人 · at least one, at most {MOST_SUBJECTS}.")
    ],
    authorities: Annotated[
        list[CaseAuthorityInput] | None,
        strawberry.argument(
            description="代理权限 · what the agents and guardians among them rest on: of everybody in a role that acts for "
            "others, but for kin whose kinship the matter reads from the register."
        ),
    ] = None,
    further: Annotated[
        list[str] | None,
        strawberry.argument(
            description=f"一并办理的事项 · other matters that are handled in the case (一件事), at most {MOST_MATTERS - 1}: "
            "`subjects` names those in their roles, too."
        ),
    ] = None,
) -> Case | None:
    context = info.context
    at = at_case(context, case)
    check_words(("matter", matter), *(("further", one) for one in further or ()))
    if matter != context.stated_purpose().matter:
        raise invalid("the case's matter is not that of the purpose", "state the same matter in both")
    by_role = subjects_by_role(subjects)
    stated = authorities_of(subjects, authorities or ())
    day = today(datetime.now(UTC).timestamp())
    matters = [matter_in_force(context.ports.rights.matters, one, day) for one in _handled(context, matter, further or ())]
    for known, own in zip(matters, of_each(matters, by_role), strict=True):
        check_subjects(known, own, complete=False)
    codes = {role: [subject.code for subject in of_role] for role, of_role in by_role.items()}
    check_authorities(stated, acting_roles(matters), day)
    for known in matters:
        check_stated(known, codes, stated)
    await context.record("openCase", case, codes, case=case)
    new = NewCase(case, at.department, matter, at.handler, codes, stated)
    return case_shown(await context.ports.cases.add(new), context.ports.rights.matters)


async def _hand_over_case(
    info: Info[Context, None],
    case: Number,
    to: Annotated[str, strawberry.argument(description="接收人 · the colleague who has it from now on.")],
    reason: Annotated[str, strawberry.argument(description="理由 · why.")],
) -> Case | None:
    context = info.context
    at = at_case(context, case)
    check_words(("to", to))
    told = required_reason(reason, "handing a case over", ARTICLE)
    found = await open_case(at, case)
    if to == found.handler:
        raise invalid("the case is that handler's already", "name the colleague who takes it over", article=ARTICLE)
    receipt = await context.record("handOverCase", case, case=case)
    handover = Handover(receipt, found.handler, to, told, at.handler, at.client, datetime.now(UTC))
    return case_shown(await context.ports.cases.hand_over(at.department, case, handover), context.ports.rights.matters)


async def _close_case(
    info: Info[Context, None],
    case: Number,
    result: Annotated[CaseResult | None, strawberry.argument(description="办结结果 · how it ended.")] = None,
) -> Case | None:
    context = info.context
    at = at_case(context, case)
    await held_case(at, case)
    await context.record("closeCase", case, case=case)
    closing = Closing(at.handler, None if result is None else result.value.lower())
    return case_shown(await context.ports.cases.close(at.department, case, closing), context.ports.rights.matters)


def _handled(context: Context, matter: str, further: Sequence[str]) -> Sequence[str]:
    """The matters of the case, its own first. Raises INPUT_INVALID, ENTRUSTMENT_REQUIRED."""
    handled = tuple(dict.fromkeys((matter, *further)))
    if len(handled) > MOST_MATTERS:
        raise invalid(f"`further` names {len(handled) - 1} matters", f"at most {MOST_MATTERS - 1}", article=ARTICLE)
    for one in handled[1:]:
        check_entrusted(context, one)
    return handled


@strawberry.type
class CaseMutation:
    open_case: Case | None = strawberry.field(
        resolver=_open_case,
        description="**开始办件** · name a case's subjects before the first read: what is granted for a case's subjects "
        "holds for them while the case is open. The purpose states matter and handler. Recorded in the ledger.",
    )
    hand_over_case: Case | None = strawberry.field(
        resolver=_hand_over_case,
        description="**移交办件** · hand a case over to a colleague of the department, with the reason. The case stays as "
        "it is: subjects, checks, collections. Whoever handed it over acts on it again once it is taken back, in the same "
        "way. Recorded in the ledger.",
    )
    close_case: Case | None = strawberry.field(
        resolver=_close_case,
        description="**办结** · close a case: from the next request on nothing is granted for its subjects; it is not "
        "opened again. `warnings` say where it was not checked again before the decision. Recorded in the ledger.",
    )
