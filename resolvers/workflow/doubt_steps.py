"""核实疑义: the department that a doubt is with accepts, verifies, decides it, or transfers it to the right one."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

import strawberry
from strawberry.types import Info

import errors
from catalogue.model import ProviderCode
from resolvers.roles import Role
from resolvers.workflow.context import Context
from resolvers.workflow.doubt_place import spellings
from resolvers.workflow.doubt_reading import compared, subject_code
from resolvers.workflow.doubt_types import Doubt as Told
from resolvers.workflow.doubts import Side, acting, after, desk, find_to_verify, take
from resolvers.workflow.inputs import check_words, invalid, required_reason
from schema.enums import DoubtResult
from sharing.doubt import (
    ARTICLE,
    Accepted,
    Check,
    Decided,
    Doubt,
    Happening,
    Result,
    State,
    Transferred,
    Verifying,
    check_begins,
)
from sharing.doubt_notices import Received, correction_notices
from sharing.open_doubts import carriers
from sharing.terms import entries_by_code

TOLD_SINCE = timedelta(days=365)
"""Whoever was told the item so long before the report, or since, may have received what was wrong: since when it was wrong,
nobody knows.
"""

Id = Annotated[strawberry.ID, strawberry.argument(name="id", description="疑义编号 · which doubt.")]
Handler = Annotated[str, strawberry.argument(description="经办人 · who takes this step.")]


async def _accept_doubt(
    info: Info[Context, None],
    doubt: Id,
    handler: Handler,
    verifier: Annotated[
        str | None,
        strawberry.argument(description="核实人 · who verifies it: named, the verification begins; also later, once."),
    ] = None,
) -> Told | None:
    context = info.context
    by = acting(context, Role.PROVIDER, handler)
    found = await find_to_verify(context, doubt)
    steps: list[Happening] = []
    if verifier is None or found.state in (State.REPORTED, State.TRANSFERRED):
        steps.append(Accepted())
    if verifier is not None:
        check_words(("verifier", verifier))
        check_begins(found)
        steps.append(Verifying(verifier))
    at = await desk(context)
    return at.told(await take(at, "acceptDoubt", found, by, *steps), Side.PROVIDER)


async def _transfer_doubt(
    info: Info[Context, None],
    doubt: Id,
    to: Annotated[str, strawberry.argument(description="转办部门 · whose it is to verify (unified social credit code).")],
    reason: Annotated[str, strawberry.argument(description="理由 · why it is that department's.")],
    handler: Handler,
) -> Told | None:
    context = info.context
    by = acting(context, Role.PROVIDER, handler)
    found = await find_to_verify(context, doubt)
    check_words(("to", to))
    if context.ports.rights.division_of(ProviderCode(to)) is None:
        raise errors.GatewayError(
            errors.NOT_FOUND, "no department in force of this code", "compare the code", article=ARTICLE
        )
    passed = Transferred(ProviderCode(to), required_reason(reason, "a transfer", ARTICLE))
    at = await desk(context)
    return at.told(await take(at, "transferDoubt", found, by, passed), Side.FORMER)


async def _decide_doubt(
    info: Info[Context, None],
    doubt: Id,
    result: Annotated[DoubtResult, strawberry.argument(description="核实结果 · corrected, or confirmed (核实无误).")],
    reason: Annotated[str, strawberry.argument(description="理由 · what was found, and on what it rests.")],
    handler: Handler,
    subject: Annotated[
        str | None,
        strawberry.argument(
            description="主体代码 · whose data it is, so that the register is compared with what it answered then. It is "
            "hashed and not kept."
        ),
    ] = None,
) -> Told | None:
    context = info.context
    by = acting(context, Role.PROVIDER, handler)
    found = await find_to_verify(context, doubt)
    why = required_reason(reason, "a decision on a doubt", ARTICLE)
    at = await desk(context)
    after(at, found, by, Decided(Result.CONFIRMED, why))  # refused before anything is read, where it may not happen
    _check_subject(context, found, subject)
    code = await subject_code(context, found.place, found.reporter, subject)
    entry = entries_by_code(context.catalogue).get(found.place.item)
    check = Check.NOT_CHECKED if entry is None else await compared(context, entry, code, found.digest)
    decided = Decided(Result[result.value], why, check)
    if decided.result is Result.CORRECTED and check is Check.UNCHANGED:
        raise errors.GatewayError(
            errors.REGISTER_UNCHANGED,
            "the register answers what was doubted still",
            "correct it there first, and decide once it answers otherwise; or decide `CONFIRMED`",
            article=ARTICLE,
        )
    moved = after(at, found, by, decided)
    await context.record("decideDoubt", found.id, {} if code is None else {"subject": [code]}, handler=by.handler)
    received = await _received(context, found, code) if decided.result is Result.CORRECTED else ()
    told = correction_notices(moved, at.day, received)
    await context.ports.doubts.keep(at.change(moved, len(found.events), told))
    return at.told(moved, Side.PROVIDER)


@strawberry.type
class DoubtStepMutation:
    accept_doubt: Told | None = strawberry.field(
        resolver=_accept_doubt,
        description="**受理疑义** · by the department that it is with. Naming who verifies it begins the verification.",
    )
    transfer_doubt: Told | None = strawberry.field(
        resolver=_transfer_doubt,
        description="**转办疑义** · to the department whose it is; its time runs anew from the next day.",
    )
    decide_doubt: Told | None = strawberry.field(
        resolver=_decide_doubt,
        description="**办结疑义** · once it was accepted: corrected, or confirmed, with a reason. A correction arrives "
        "through the source: where the register can be compared and answers as before, it is refused. Whoever received what "
        "was wrong is told, by its own receipts.",
    )


def _check_subject(context: Context, doubt: Doubt, subject: str | None) -> None:
    """Raises INPUT_INVALID for a subject that is not the doubt's."""
    if subject is None:
        return
    known = {bytes(one).hex() for code in spellings(subject) for one in context.ports.subject_hash.all_of(code)}
    if doubt.place.subject not in known:
        raise invalid("`subject` is not whom the doubt is about", "compare the code with the evidence", article=ARTICLE)


async def _received(context: Context, doubt: Doubt, code: str | None) -> Sequence[Received]:
    """Who was told the item, or what rests on it, of this subject: by all keys where its code is at hand."""
    references = [bytes.fromhex(doubt.place.subject)] if code is None else context.ports.subject_hash.all_of(code)
    items = sorted(carriers(context.catalogue, doubt.place.item))
    return await context.ports.doubts.received(references, items, doubt.reported_at - TOLD_SINCE)
