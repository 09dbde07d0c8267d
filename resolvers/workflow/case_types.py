"""Cases as GraphQL shows them: to the department whose they are."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import strawberry

from catalogue.matters import MatterRegister
from resolvers.day import today
from resolvers.ports.case_collections import Collection as StoredCollection
from resolvers.ports.case_collections import Proof
from resolvers.ports.cases import CaseFile as StoredCase
from resolvers.ports.cases import Handover as StoredHandover
from resolvers.ports.cases import KeptCheck, latest_of
from resolvers.workflow.doubt_types import Doubt
from schema.enums import AuthorityKind, CaseResult, CaseWarning, CollectionKind
from sharing.authority import Authority, Named
from sharing.recheck import checked_since, warnings_of
from sharing.subjects import lacking


@strawberry.type(description="办件 · a case under way, or closed.")
class Case:
    number: str = strawberry.field(description="办件编号 · its number with the department.")
    matter: str = strawberry.field(description="事项编码 · the service matter.")
    opened_by: str = strawberry.field(description="受理人 · the handler who opened it.")
    handler: str = strawberry.field(description="经办人 · the handler who has it now.")
    opened_at: datetime = strawberry.field(description="开始 · when its subjects were named.")
    last_checked_at: datetime | None = strawberry.field(
        description="最近核查 · when its materials were checked last; null: never."
    )
    closed_at: datetime | None = strawberry.field(description="办结 · when it was closed; null while it is open.")
    closed_by: str | None = strawberry.field(description="办结人 · the handler who closed it.")
    result: CaseResult | None = strawberry.field(description="办结结果 · how it ended; null: open, or not said.")
    warnings: list[CaseWarning] = strawberry.field(
        description="提示 · what to know before the decision, or what stood so when it was made. Nothing blocks."
    )


@strawberry.type(description="当事人 · a subject of a case.")
class CaseSubject:
    role: str = strawberry.field(description="角色 · in which role.")
    code: str = strawberry.field(description="代码 · identity number, credit code, unit code or parcel code.")


@strawberry.type(description="代理权限 · who acts for whom, on which document, until when.")
class CaseAuthority:
    kind: AuthorityKind = strawberry.field(description="类别 · guardian or agent.")
    holder: CaseSubject = strawberry.field(description="代理人 · who acts.")
    acts_for: list[CaseSubject] = strawberry.field(description="被代理人 · for whom.")
    basis: str = strawberry.field(description="依据文件 · the document that it rests on.")
    valid_until: date | None = strawberry.field(description="有效期至 · its last day; null: without an end.")
    expired: bool = strawberry.field(description="是否届满 · whether it has run out by today.")


@strawberry.type(description="移交 · a case handed to a colleague.")
class CaseHandover:
    id: strawberry.ID = strawberry.field(description="编号 · its entry in the ledger.")
    passed_by: str = strawberry.field(description="移交人 · who had it.")
    passed_to: str = strawberry.field(description="接收人 · who has it from then on.")
    reason: str = strawberry.field(description="理由 · why.")
    handler: str = strawberry.field(description="经办人 · who handed it over.")
    at: datetime = strawberry.field(description="时间 · when.")


@strawberry.type(description="材料核查结论 · what a check told of one material.")
class CaseMaterialVerdict:
    material: str = strawberry.field(description="材料编码 · which material.")
    title: str | None = strawberry.field(description="材料名称 · what it is called; null: the register holds it no more.")
    verdict: str = strawberry.field(description="结论 · NOT_TO_BE_ASKED, OBTAINABLE, ACCEPT_IF_OFFERED …")
    changed: bool | None = strawberry.field(
        description="是否有变 · whether verdict or contents differ from the check before; null: there was none."
    )


@strawberry.type(description="核查记录 · what a check of the materials told, and what had changed since the one before.")
class CaseCheck:
    receipt: strawberry.ID = strawberry.field(description="回执 · its entry in the ledger.")
    matter: str = strawberry.field(description="事项编码 · of which matter.")
    at: datetime = strawberry.field(description="时间 · when.")
    compared_with: datetime | None = strawberry.field(description="对比 · when the check before was; null: there was none.")
    materials: list[CaseMaterialVerdict] = strawberry.field(description="材料 · the verdict on each.")
    changed: list[str] = strawberry.field(
        description="变化 · the materials and positions whose verdict or value differs from the check before."
    )


@strawberry.type(description="证明材料 · a scan of proof that was offered; `offeredProof` reads its bytes.")
class OfferedProof:
    id: strawberry.ID = strawberry.field(description="编号 · which `offeredProof` takes.")
    doubt: strawberry.ID | None = strawberry.field(description="疑义编号 · the doubt that it belongs to.")
    name: str = strawberry.field(description="文件名 · its name.")
    media_type: str = strawberry.field(description="类型 · its media type.")
    sha256: str = strawberry.field(description="摘要 · SHA-256 of its bytes, in hex.")
    size: int = strawberry.field(description="大小 · in bytes.")


@strawberry.type(description="材料收取 · a material that was asked of the citizen, or accepted.")
class Collection:
    id: strawberry.ID = strawberry.field(description="编号 · its entry in the ledger.")
    department: str = strawberry.field(description="部门 · whose case it was: its unified social credit code.")
    case: str = strawberry.field(description="办件编号 · the case.")
    matter: str = strawberry.field(description="事项编码 · the matter.")
    material: str = strawberry.field(description="材料编码 · the material.")
    title: str | None = strawberry.field(description="材料名称 · what it is called; null: the register holds it no more.")
    kind: CollectionKind = strawberry.field(description="类别 · duplicate, lawful or offered.")
    verdict: str | None = strawberry.field(description="核查结论 · what the check told of it; null: none was run.")
    reason: str | None = strawberry.field(description="理由 · why it was asked for; a duplicate always says so.")
    check: strawberry.ID | None = strawberry.field(description="核查回执 · which check told so.")
    checked_at: datetime | None = strawberry.field(description="核查时间 · when.")
    handler: str = strawberry.field(description="经办人 · who asked for it.")
    at: datetime = strawberry.field(description="时间 · when.")
    proof: OfferedProof | None = strawberry.field(description="证明材料 · what was offered; its department alone sees it.")


@strawberry.type(description="办件档案 · a case with all that its department has of it.")
class CaseFile(Case):
    subjects: list[CaseSubject] = strawberry.field(description="当事人 · whose data it is about.")
    authorities: list[CaseAuthority] = strawberry.field(description="代理权限 · who acts for whom.")
    handovers: list[CaseHandover] = strawberry.field(description="移交记录 · one handler after another.")
    checks: list[CaseCheck] = strawberry.field(description="核查记录 · the latest first, at most twenty.")
    collections: list[Collection] = strawberry.field(description="材料收取 · the latest first.")
    doubts: list[Doubt] = strawberry.field(
        description="疑义 · what the department doubts of these subjects, the latest reported first.", default_factory=list
    )


def case_shown(stored: StoredCase, register: MatterRegister) -> Case:
    """The case, with what it warns of now, or as of when it was closed."""
    return Case(**_told(stored, register))


def file_shown(
    stored: StoredCase,
    handovers: Sequence[StoredHandover],
    checks: Sequence[tuple[str, KeptCheck]],
    collections: Sequence[StoredCollection],
    register: MatterRegister,
) -> CaseFile:
    """The case with all that is kept of it; materials are called as the register calls them."""
    day = today(datetime.now(UTC).timestamp())
    return CaseFile(
        **_told(stored, register),
        subjects=[CaseSubject(role=role, code=code) for role, codes in sorted(stored.subjects.items()) for code in codes],
        authorities=[_authority(one, day) for one in stored.authorities],
        handovers=[
            CaseHandover(
                id=strawberry.ID(one.id),
                passed_by=one.passed_by,
                passed_to=one.passed_to,
                reason=one.reason,
                handler=one.handler,
                at=one.at,
            )
            for one in handovers
        ],
        checks=[
            check_shown(matter, check, [then for of, then in checks[place + 1 :] if of == matter], register)
            for place, (matter, check) in enumerate(checks)
        ],
        collections=[collection_shown(one, register) for one in collections],
    )


def check_shown(matter: str, check: KeptCheck, earlier: Sequence[KeptCheck], register: MatterRegister) -> CaseCheck:
    """A check, each material beside the last one before it that covered it; of those earlier ones the newest first."""
    before = latest_of(check.verdicts, earlier)
    changed = check.changed(before)
    differ = {one for one, then in before.items() if one in changed or then.verdicts[one] != check.verdicts[one]}
    return CaseCheck(
        receipt=strawberry.ID(check.receipt),
        matter=matter,
        at=check.at,
        compared_with=max((one.at for one in before.values()), default=None),
        materials=[
            CaseMaterialVerdict(
                material=material,
                title=title_of(register, matter, material, check.at),
                verdict=verdict,
                changed=material in differ if material in before else None,
            )
            for material, verdict in check.verdicts.items()
        ],
        changed=list(changed),
    )


def collection_shown(stored: StoredCollection, register: MatterRegister, *, to_department: bool = True) -> Collection:
    """A collection; what was offered only to the case's own department."""
    proof = stored.proof if to_department else None
    return Collection(
        id=strawberry.ID(stored.id),
        department=stored.department,
        case=stored.case,
        matter=stored.matter,
        material=stored.material,
        title=title_of(register, stored.matter, stored.material, stored.at),
        kind=CollectionKind(stored.kind.name),
        verdict=stored.verdict,
        reason=stored.reason,
        check=None if stored.checked_by is None else strawberry.ID(stored.checked_by),
        checked_at=stored.checked_at,
        handler=stored.handler,
        at=stored.at,
        proof=None if proof is None else proof_shown(stored.id, proof),
    )


def title_of(register: MatterRegister, matter: str, material: str, at: datetime) -> str | None:
    """What the material is called in the matter's version of that day; None where it is not in the register."""
    known = register.in_force(matter, today(at.timestamp()))
    return None if known is None else next((one.title for one in known.materials if one.code == material), None)


def proof_shown(number: str, proof: Proof) -> OfferedProof:
    """What was offered, without its bytes."""
    return OfferedProof(
        id=strawberry.ID(number),
        doubt=None if proof.doubt is None else strawberry.ID(proof.doubt),
        name=proof.name,
        media_type=proof.media_type,
        sha256=proof.sha256,
        size=proof.size,
    )


def _told(stored: StoredCase, register: MatterRegister) -> dict[str, Any]:
    then = stored.closed_at or datetime.now(UTC)
    day = today(then.timestamp())
    matter = register.in_force(stored.matter, day)
    since = checked_since(stored.checked, None if matter is None else {one.code for one in matter.materials})
    lacks = () if matter is None else lacking(matter, stored.subjects)
    warned = warnings_of(since, stored.authorities, then, day, lacks)
    return {
        "number": stored.number,
        "matter": stored.matter,
        "opened_by": stored.opened_by,
        "handler": stored.handler,
        "opened_at": stored.opened_at,
        "last_checked_at": stored.last_checked_at,
        "closed_at": stored.closed_at,
        "closed_by": stored.closed_by,
        "result": None if stored.result is None else CaseResult(stored.result.upper()),
        "warnings": [CaseWarning(one) for one in warned],
    }


def _authority(one: Authority, day: date) -> CaseAuthority:
    return CaseAuthority(
        kind=AuthorityKind(one.kind.name),
        holder=_subject(one.holder),
        acts_for=[_subject(principal) for principal in one.principals],
        basis=one.basis,
        valid_until=one.valid_until,
        expired=one.expired(day),
    )


def _subject(named: Named) -> CaseSubject:
    return CaseSubject(role=named.role, code=named.code)
