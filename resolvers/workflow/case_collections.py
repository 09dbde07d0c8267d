"""What was asked of the citizen (Art. 16 ¶2) and what was offered (Art. 18), with the verdict of the last check."""

from datetime import UTC, datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

import errors
from resolvers.day import today
from resolvers.ports.case_collections import Collection as Stored
from resolvers.ports.case_collections import Proof
from resolvers.ports.cases import KeptCheck
from resolvers.workflow.case_desk import AtCase, at_case, check_entrusted, held_case, open_case
from resolvers.workflow.case_types import Collection, collection_shown
from resolvers.workflow.context import Context
from resolvers.workflow.doubts import find as find_doubt
from resolvers.workflow.inputs import check_words, checked_text
from resolvers.workflow.scans import ScanInput, read_scan
from sharing.collection import ARTICLE, Told, collect
from sharing.collection import CollectionKind as Kind

CaseNumber = Annotated[str, strawberry.argument(description="办件编号 · the case.")]
Material = Annotated[str, strawberry.argument(description="材料编码 · which material, by its code in the check.")]
OfMatter = Annotated[
    str | None, strawberry.argument(description="事项编码 · of which matter checked in the case; the case's own by default.")
]


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
    found = await held_case(at, case)
    of = matter or found.matter
    check_entrusted(context, of)
    check = await _last_check(at, case, of, material)
    if check is None:
        _check_known(context, of, material)
    told_then = None if check is None else Told(check.verdicts[material], check.at)
    kind = collect(told_then, told or "", datetime.now(UTC))
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
    check_words(("material", material))
    if doubt is not None:
        await find_doubt(context, doubt)
    proof, content = read_scan(file, doubt)
    found = await open_case(at, case)
    of = matter or found.matter
    check_entrusted(context, of)
    check = await _last_check(at, case, of, material)
    if check is None:
        _check_known(context, of, material)
    what = (of, material)
    kept = await _keep(at, "recordOfferedProof", case, what, Kind.OFFERED, check=check, filed=(proof, content))
    return collection_shown(kept, context.ports.rights.matters)


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


async def _last_check(at: AtCase, case: str, matter: str, material: str) -> KeptCheck | None:
    """The newest check of the case that covers the material: one in fewer situations hides no earlier one."""
    found = await at.context.ports.case_checks.latest(at.department, case, matter, (material,))
    return found.get(material)


def _check_known(context: Context, matter: str, material: str) -> None:
    """Raises NOT_FOUND for a material that the matter, where it is in the register, does not have."""
    known = context.ports.rights.matters.in_force(matter, today(datetime.now(UTC).timestamp()))
    if known is not None and all(one.code != material for one in known.materials):
        hint = "name a material by its `code` in `materialCheck`"
        raise errors.GatewayError(errors.NOT_FOUND, "the matter has no such material", hint, article=ARTICLE)


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
