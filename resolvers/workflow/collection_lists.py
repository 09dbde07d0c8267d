"""What was asked of citizens and what was offered, listed and counted for the department and for who oversees it."""

import base64
from datetime import UTC, date, datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

import errors
from catalogue.model import ProviderCode
from resolvers.ports.case_collections import CollectionFilter
from resolvers.roles import OVERSEEING
from resolvers.workflow.case_desk import reading
from resolvers.workflow.case_types import Collection, OfferedProof, collection_shown, proof_shown, title_of
from resolvers.workflow.context import Context
from resolvers.workflow.inputs import check_period, invalid
from schema.enums import CollectionKind
from schema.scalars import CreditCode
from sharing.collection import CollectionKind as Kind
from sharing.days import FIRST_DAY, LAST_DAY, beginning_of
from sharing.terms import end_of

DEFAULT_FIRST = 20
MOST_FIRST = 100
MOST_COUNTS = 200


@strawberry.type(description="收取计数 · how many collections of one matter's material there were.")
class CollectionCount:
    matter: str = strawberry.field(description="事项编码 · the matter.")
    material: str = strawberry.field(description="材料编码 · the material.")
    title: str | None = strawberry.field(description="材料名称 · what it is called now.")
    duplicates: int = strawberry.field(description="重复采集 · of what could be shared (Art. 25(6)).")
    lawful: int = strawberry.field(description="依法收取 · of what could not.")
    offered: int = strawberry.field(description="主动提供 · proof that was offered.")


@strawberry.type(description="收取列表 · one page of collections, and how many there are of all that were chosen.")
class CollectionPage:
    collections: list[Collection] = strawberry.field(description="收取 · the latest first.")
    counts: list[CollectionCount] = strawberry.field(
        description=f"计数 · by matter and material, those with most duplicates first, at most {MOST_COUNTS}."
    )
    next: strawberry.ID | None = strawberry.field(description="续页 · what `after` takes for the next page.")


@strawberry.type(description="证明材料内容 · what was offered, with its bytes.")
class ProofContent:
    proof: OfferedProof = strawberry.field(description="证明材料 · what it is.")
    content: str = strawberry.field(description="内容 · its bytes in Base64 (RFC 4648 §4).")


async def _collections(
    info: Info[Context, None],
    matter: Annotated[str | None, strawberry.argument(description="事项编码 · only of this matter.")] = None,
    material: Annotated[str | None, strawberry.argument(description="材料编码 · only of this material.")] = None,
    kind: Annotated[CollectionKind | None, strawberry.argument(description="类别 · only of this kind.")] = None,
    department: Annotated[
        CreditCode | None, strawberry.argument(description="部门 · only of this department, for who oversees it.")
    ] = None,
    from_: Annotated[
        date | None, strawberry.argument(name="from", description="起始日 · from this day on, in China.")
    ] = None,
    to: Annotated[date | None, strawberry.argument(description="截止日 · until this day, included.")] = None,
    first: Annotated[int, strawberry.argument(description=f"条数 · how many, at most {MOST_FIRST}.")] = DEFAULT_FIRST,
    after: Annotated[strawberry.ID | None, strawberry.argument(description="续页 · what `next` said.")] = None,
) -> CollectionPage | None:
    context = info.context
    if not 1 <= first <= MOST_FIRST:
        raise invalid(f"`first` is {first}", f"between 1 and {MOST_FIRST}")
    begins, ends = from_ or FIRST_DAY, to or LAST_DAY
    check_period(begins, ends, article="Art. 25(6)")
    overseer = OVERSEEING & context.caller.consumer.roles
    asked = None if department is None else ProviderCode(department)
    may = None if overseer else reading(context)
    chosen = CollectionFilter(
        department=asked if may is None else may.department,
        within=context.caller.consumer.division if overseer else None,
        matter=matter if may is None else may.within(matter),
        material=material,
        kind=None if kind is None else Kind[kind.value],
        since=beginning_of(begins),
        before=end_of(ends),
    )
    if asked not in (None, chosen.department):
        raise errors.GatewayError(
            errors.NOT_RESPONSIBLE,
            "a department sees its own collections only",
            "leave `department` out, or have who oversees it look",
            article="Art. 5",
        )
    found = await context.ports.collections.page(chosen, first + 1, after)
    counts = await context.ports.collections.counts(chosen, MOST_COUNTS)
    page, register, now = found[:first], context.ports.rights.matters, datetime.now(UTC)
    return CollectionPage(
        collections=[collection_shown(one, register, to_department=not overseer) for one in page],
        counts=[
            CollectionCount(
                matter=one.matter,
                material=one.material,
                title=title_of(register, one.matter, one.material, now),
                duplicates=one.duplicates,
                lawful=one.lawful,
                offered=one.offered,
            )
            for one in counts
        ],
        next=strawberry.ID(page[-1].id) if len(found) > first else None,
    )


async def _offered_proof(
    info: Info[Context, None],
    proof: Annotated[strawberry.ID, strawberry.argument(name="id", description="编号 · which proof.")],
) -> ProofContent | None:
    context = info.context
    context.stated_purpose()
    may = reading(context)
    found = await context.ports.collections.proof(may.department, proof)
    if found is None or found[0].proof is None or not may.sees(found[0].matter):
        raise errors.GatewayError(
            errors.NOT_FOUND,
            "the department has no such proof",
            "`serviceCase` lists what was offered in a case",
            article="Art. 17 ¶2",
        )
    collection, content = found
    assert collection.proof is not None
    await context.record("offeredProof", f"{collection.matter}.{collection.material}", case=collection.case)
    return ProofContent(proof=proof_shown(collection.id, collection.proof), content=base64.b64encode(content).decode())


@strawberry.type
class CollectionQuery:
    collections: CollectionPage | None = strawberry.field(
        resolver=_collections,
        description="**材料收取记录** · what was asked of citizens, by matter and material: the own department's, or for "
        "supervisors and auditors those within their jurisdiction.",
    )
    offered_proof: ProofContent | None = strawberry.field(
        resolver=_offered_proof,
        description="**查阅证明材料** · a scan that was offered, for the department whose case it is. The purpose names the "
        "handler; recorded in the ledger.",
    )
