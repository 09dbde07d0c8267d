"""What was asked of the citizen (Art. 16 ¶2) and what was offered (Art. 18), with the verdict of the last check; listed and
counted for the department and for who oversees it.
"""

import base64
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

import strawberry
from strawberry.types import Info

import errors
from catalogue.model import ProviderCode
from resolvers.day import CHINA_AHEAD_S, today
from resolvers.ports.case_collections import Collection as Stored
from resolvers.ports.case_collections import CollectionFilter, Proof
from resolvers.ports.cases import KeptCheck
from resolvers.roles import Role
from resolvers.workflow.case_desk import AtCase, at_case, open_case, reading
from resolvers.workflow.case_types import (
    Collection,
    OfferedProof,
    collection_shown,
    proof_shown,
    title_of,
)
from resolvers.workflow.context import Context
from resolvers.workflow.inputs import check_words, checked_text, invalid
from resolvers.workflow.scans import ScanInput, read_scan
from schema.enums import CollectionKind
from schema.scalars import CreditCode
from sharing.collection import ARTICLE, collect
from sharing.collection import CollectionKind as Kind

DEFAULT_FIRST = 20
MOST_FIRST = 100
MOST_COUNTS = 200
OVERSEEING = frozenset({Role.SUPERVISOR, Role.AUDITOR})

CaseNumber = Annotated[str, strawberry.argument(description="办件编号 · the case.")]
Material = Annotated[str, strawberry.argument(description="材料编码 · which material, by its code in the check.")]
OfMatter = Annotated[
    str | None, strawberry.argument(description="事项编码 · of which matter checked in the case; the case's own by default.")
]


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


async def _record_collection(
    info: Info[Context, None],
    case: CaseNumber,
    material: Material,
    reason: Annotated[
        str | None, strawberry.argument(description="理由 · why it is asked for; required where it could be shared.")
    ] = None,
    matter: OfMatter = None,
) -> Collection | None:
    context = info.context
    at = at_case(context, case)
    check_words(("material", material))
    told = checked_text("reason", reason) if reason and reason.strip() else None
    found = await open_case(at, case)
    of = matter or found.matter
    check = await context.ports.case_checks.last(at.department, case, of)
    if check is None:
        raise errors.GatewayError(
            errors.CHECK_REQUIRED,
            "the materials have not been checked in this case yet",
            f'run `materialCheck` with case="{case}" in the purpose: it tells what may be asked',
            article=ARTICLE,
        )
    kind = collect(_verdict(check, material), told or "")
    kept = await _keep(at, "recordCollection", case, (of, material), kind, check=check, reason=told)
    return collection_shown(kept, context.ports.rights.matters)


async def _record_offered_proof(
    info: Info[Context, None],
    case: CaseNumber,
    material: Material,
    file: Annotated[ScanInput, strawberry.argument(description="证明材料 · the scan.")],
    doubt: Annotated[
        strawberry.ID | None, strawberry.argument(description="疑义编号 · the doubt that it belongs to.")
    ] = None,
    matter: OfMatter = None,
) -> Collection | None:
    context = info.context
    at = at_case(context, case)
    check_words(("material", material), *(() if doubt is None else (("doubt", doubt),)))
    proof, content = read_scan(file, doubt)
    found = await open_case(at, case)
    of = matter or found.matter
    check = await context.ports.case_checks.last(at.department, case, of)
    if check is None:
        _check_known(context, of, material)
    else:
        _verdict(check, material)
    what = (of, material)
    kept = await _keep(at, "recordOfferedProof", case, what, Kind.OFFERED, check=check, filed=(proof, content))
    return collection_shown(kept, context.ports.rights.matters)


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
    overseer = OVERSEEING & context.caller.consumer.roles
    asked = None if department is None else ProviderCode(department)
    chosen = CollectionFilter(
        department=asked if overseer else reading(context),
        within=context.caller.consumer.division if overseer else None,
        matter=matter,
        material=material,
        kind=None if kind is None else Kind[kind.value],
        since=None if from_ is None else _begins(from_),
        before=None if to is None else _begins(to) + timedelta(days=1),
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
    found = await context.ports.collections.proof(reading(context), proof)
    if found is None or found[0].proof is None:
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
class CollectionMutation:
    record_collection: Collection | None = strawberry.field(
        resolver=_record_collection,
        description="**登记收取材料** · record that a material was asked of the citizen. What the case's last check says "
        "can be shared is a duplicate collection and needs a reason (Art. 16 ¶2); what could not is recorded as lawful.",
    )
    record_offered_proof: Collection | None = strawberry.field(
        resolver=_record_offered_proof,
        description="**登记主动提供的证明** · file a scan of proof that the citizen offered with the case, and proceed "
        "as usual (Art. 18): it was accepted, not demanded.",
    )


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


def _verdict(check: KeptCheck, material: str) -> str:
    verdict = check.verdicts.get(material)
    if verdict is None:
        raise _no_material("the last check of the case holds no such material")
    return verdict


def _check_known(context: Context, matter: str, material: str) -> None:
    """Raises NOT_FOUND for a material that the matter, where it is in the register, does not have."""
    known = context.ports.rights.matters.in_force(matter, today(datetime.now(UTC).timestamp()))
    if known is not None and all(one.code != material for one in known.materials):
        raise _no_material("the matter has no such material")


def _no_material(message: str) -> errors.GatewayError:
    hint = "name a material by its `code` in `materialCheck`"
    return errors.GatewayError(errors.NOT_FOUND, message, hint, article=ARTICLE)


async def _keep(
    at: AtCase,
    step: str,
    case: str,
    what: tuple[str, str],
    kind: Kind,
    *,
    check: KeptCheck | None,
    reason: str | None = None,
    filed: tuple[Proof, bytes] | None = None,
) -> Stored:
    """In the ledger first, then with the case."""
    matter, material = what
    receipt = await at.context.record(step, f"{matter}.{material}", case=case)
    proof, content = filed or (None, None)
    stored = Stored(
        id=receipt,
        department=at.department,
        case=case,
        matter=matter,
        material=material,
        kind=kind,
        verdict=None if check is None else check.verdicts[material],
        reason=reason,
        checked_by=None if check is None else check.receipt,
        checked_at=None if check is None else check.at,
        handler=at.handler,
        client=at.client,
        at=datetime.now(UTC),
        proof=proof,
    )
    await at.context.ports.collections.add(stored, content)
    return stored


def _begins(day: date) -> datetime:
    """The instant at which a day begins in China."""
    return datetime.combine(day, time(), UTC) - timedelta(seconds=CHINA_AHEAD_S)
