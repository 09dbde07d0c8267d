"""提出疑义: a doubt is reported from the answer itself, by its receipt and a position in it; or withdrawn."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.types import Info

import errors
from catalogue.model import Item, ProviderCode, Relation
from ledger.entry import new_id
from resolvers.ports.receipts import RecordedEntry
from resolvers.roles import Role
from resolvers.workflow.context import Context
from resolvers.workflow.doubt_evidence import MOST_FILES, EvidenceInput, read_evidence
from resolvers.workflow.doubt_place import find_place
from resolvers.workflow.doubt_reading import register_digest, subject_code
from resolvers.workflow.doubt_types import Doubt as Told
from resolvers.workflow.doubts import Side, acting, desk, find, take
from resolvers.workflow.inputs import checked_text, invalid, required_reason
from schema.scalars import CreditCode
from sharing.doubt import ARTICLE, DoubtId, Reported, Withdrawn, begin
from sharing.sources import parts_answered


async def _report_doubt(
    info: Info[Context, None],
    receipt: Annotated[str, strawberry.argument(description="回执 · `extensions.sharing.receipt` of the answer.")],
    path: Annotated[
        str,
        strawberry.argument(
            description="位置 · where in that answer, dotted, with or without indexes: `person.licences.0.status`, or the "
            "row itself where none was found."
        ),
    ],
    observed: Annotated[str, strawberry.argument(description="疑义内容 · what was observed instead, and where.")],
    subject: Annotated[
        str | None,
        strawberry.argument(
            description="主体代码 · whose data it is, needed where several stood there. It is hashed and not kept; named, "
            "it lets the register be compared before and after."
        ),
    ] = None,
    evidence: Annotated[
        list[EvidenceInput] | None, strawberry.argument(description=f"佐证材料 · at most {MOST_FILES} files.")
    ] = None,
    handler: Annotated[
        str | None, strawberry.argument(description="经办人 · who reports it; left out: the purpose's, else the answer's.")
    ] = None,
    provider: Annotated[
        CreditCode | None,
        strawberry.argument(
            description="提供部门 · who is to verify it, where several departments provide the item: as the answer names it "
            "(a certificate's issuer); left out: the item's provider by the catalogue, who may transfer it."
        ),
    ] = None,
) -> Told | None:
    context = info.context
    said = checked_text("observed", observed)
    files = read_evidence(evidence or ())
    entry = await _entry(context, receipt)
    by = acting(context, Role.CONSUMER, _handler(context, entry, handler))
    place, found = find_place(context.catalogue, entry, path, subject, context.ports.subject_hash)
    code = await subject_code(context, place, by.department, subject)
    digest = await register_digest(context, found, code)
    at = await desk(context)
    verifies = await _provider(context, found[1], provider)
    told = Reported(by.department, verifies, place, said, tuple(one.reference for one in files), digest)
    doubt = begin(DoubtId(str(new_id(at.now))), at.event(1, by, told))
    named = {} if code is None else {"subject": [code]}
    await context.record("reportDoubt", doubt.id, named, handler=by.handler, may_investigate=True)
    await context.ports.doubts.keep(replace(at.change(doubt, 0), evidence=files))
    return at.told(doubt, Side.REPORTER)


async def _withdraw_doubt(
    info: Info[Context, None],
    doubt: Annotated[strawberry.ID, strawberry.argument(name="id", description="疑义编号 · which doubt.")],
    reason: Annotated[str, strawberry.argument(description="理由 · why.")],
    handler: Annotated[str, strawberry.argument(description="经办人 · who withdraws it.")],
) -> Told | None:
    context = info.context
    by = acting(context, Role.CONSUMER, handler)
    found, side = await find(context, doubt)
    if side is not Side.REPORTER:
        raise errors.GatewayError(
            errors.NOT_RESPONSIBLE, "a doubt is withdrawn by who reported it", "decide it instead", article=ARTICLE
        )
    why = Withdrawn(required_reason(reason, "a withdrawal", ARTICLE))
    at = await desk(context)
    return at.told(await take(at, "withdrawDoubt", found, by, why), side)


@strawberry.type
class DoubtReportMutation:
    report_doubt: Told | None = strawberry.field(
        resolver=_report_doubt,
        description="**提出疑义** · report that what an answer told of somebody is wrong, also where it was null, masked, "
        "missing or did not match. From now on every answer that carries the item of that subject says UNDER_VERIFICATION; "
        "the business goes on, by valid proof where the person offers it.",
    )
    withdraw_doubt: Told | None = strawberry.field(
        resolver=_withdraw_doubt, description="**撤回疑义** · by its reporter, as long as nothing is decided."
    )


async def _provider(context: Context, item: Item | Relation, named: str | None) -> ProviderCode:
    """Who verifies the doubt. Raises INPUT_INVALID for a department that provides nothing of the item."""
    if named is None or named == item.provider:
        return item.provider
    said = [one.part for one in await context.ports.catalogue_life.parts_of([item.code])]
    provider = ProviderCode(named)
    if not parts_answered(item, provider, said, context.catalogue.parted.get(item.code)):
        raise invalid(
            f"`provider` provides nothing of `{item.code}`",
            "name the department that the answer names, or leave it out",
            article=ARTICLE,
        )
    return provider


async def _entry(context: Context, receipt: str) -> RecordedEntry:
    """The answer of this receipt, where the caller's department asked it. Raises RECEIPT_UNKNOWN, the same for another's."""
    consumer, asking = context.caller.consumer, context.caller.asking
    try:
        number = UUID(receipt)
    except ValueError:
        number = None
    department = consumer.department if asking is None else asking.department
    entry = None if number is None else await context.ports.receipts.entry(number, department)
    if entry is None:
        raise errors.GatewayError(
            errors.RECEIPT_UNKNOWN,
            "no answer to this department has this receipt",
            "give `extensions.sharing.receipt` of the answer, under the same purpose",
            article=ARTICLE,
        )
    return entry


def _handler(context: Context, entry: RecordedEntry, named: str | None) -> str:
    if named is not None:
        return named
    purpose = context.caller.purpose
    if purpose is not None:
        return purpose.handler
    return "" if entry.purpose is None else entry.purpose.handler
