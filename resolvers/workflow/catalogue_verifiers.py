"""多元校核 (Art. 4(3)): an item's source, or its compiler, names departments whose data verifies it, and takes them back."""

from datetime import UTC, datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

import errors
from catalogue.claims import holdings
from catalogue.model import ProviderCode
from resolvers.ports.catalogue_life import VerifyingSource
from resolvers.roles import Role
from resolvers.workflow.catalogue_judging import doer, published_catalogue
from resolvers.workflow.catalogue_sources import DatumSources, Handler, ItemArgument, codes_of, sources_shown, subject_of
from resolvers.workflow.context import Context
from resolvers.workflow.inputs import invalid, required_reason

ARTICLE = "Art. 4(3)"
Verifier = Annotated[str, strawberry.argument(description="部门 · the verifying department's unified social credit code.")]


async def _name(
    info: Info[Context, None], item: ItemArgument, department: Verifier, handler: Handler
) -> DatumSources | None:
    context = info.context
    by, life = doer(context, handler, Role.PROVIDER, Role.COMPILER), context.ports.catalogue_life
    now = await life.now()
    subject = subject_of(await published_catalogue(context, now), item)
    held = [one for one in holdings(subject.catalogue, now.said) if one.datum == subject.datum]
    parted = subject.catalogue.parted.get(subject.code)
    sources = {subject.lead, *(one.provider for one in held), *(() if parted is None else parted.of)}
    if by.department not in sources:
        raise errors.GatewayError(
            errors.NOT_RESPONSIBLE,
            f"your department is neither a source of `{subject.coordinate}` nor its compiler",
            "they name who verifies it",
            article=ARTICLE,
        )
    code = ProviderCode(department)
    if context.ports.rights.division_of(code) is None:
        raise errors.GatewayError(errors.NOT_FOUND, "no such department in force", "compare its unified social credit code")
    if any(one.provider == code and not one.without for one in held):
        raise invalid("a source cannot verify itself", "name another department", article=ARTICLE)
    await context.record("nameVerifyingSource", subject.code, handler=handler)
    await life.name_verifying(VerifyingSource(subject.code, code, datetime.now(UTC), by))
    return await sources_shown(context, subject)


async def _withdraw(
    info: Info[Context, None],
    item: ItemArgument,
    department: Verifier,
    handler: Handler,
    reason: Annotated[str, strawberry.argument(description="理由 · why its data verifies the item no longer.")],
) -> DatumSources | None:
    context = info.context
    by, life = doer(context, handler, Role.PROVIDER, Role.COMPILER), context.ports.catalogue_life
    why = required_reason(reason, "the withdrawal of a verifying source", ARTICLE)
    subject = subject_of(await published_catalogue(context, await life.now()), item)
    named = [one for one in await life.verifying(codes_of(subject)) if one.department == department and one.ended_at is None]
    if not named:
        raise errors.GatewayError(
            errors.NOT_FOUND, f"no such department verifies `{subject.coordinate}`", "look at `sources`", article=ARTICLE
        )
    mine = [one for one in named if one.by.department == by.department]
    if not mine:
        raise errors.GatewayError(
            errors.NOT_RESPONSIBLE,
            f"`{named[0].by.department}` named it, not your department",
            "who named a verifying source takes it back",
            article=ARTICLE,
        )
    await context.record("withdrawVerifyingSource", subject.code, handler=handler)
    await life.end_verifying([one.item for one in mine], ProviderCode(department), why, by)
    return await sources_shown(context, subject)


@strawberry.type
class VerifierMutation:
    name_verifying_source: DatumSources | None = strawberry.field(
        resolver=_name,
        description="**登记校核来源** · name a department whose data verifies the item (多元校核). Recorded in the ledger.",
    )
    withdraw_verifying_source: DatumSources | None = strawberry.field(
        resolver=_withdraw,
        description="**撤销校核来源** · take back, with a reason, a verifying source that your department named; it stays "
        "listed for the days on which it verified. Recorded in the ledger.",
    )
