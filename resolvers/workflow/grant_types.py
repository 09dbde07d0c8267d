"""Grants as the workflow shows them, to their two parties and to those who supervise."""

import base64
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, NamedTuple

import strawberry

from catalogue.model import ProviderCode
from resolvers.ports.grants import GrantRecord, GrantState
from resolvers.ports.grants import StoredOperation as HeldOperation
from resolvers.ports.grants import Suspension as HeldSuspension
from resolvers.ports.grants import UsageRow as CountedRow
from resolvers.workflow.application_types import AccessConcealment, concealment_shown
from schema.enums import ProvisionMode, SharedRows, SharingForm, SharingUse
from sharing.parties import oversees
from sharing.sealed import Granted, canonical_text


@strawberry.enum(name="GrantState", description="授权状态 · where a grant stands.")
class State(Enum):
    TO_COME = strawberry.enum_value("TO_COME", description="未生效 · its term has not begun.")
    IN_FORCE = strawberry.enum_value("IN_FORCE", description="有效 · it holds.")
    SUSPENDED = strawberry.enum_value("SUSPENDED", description="暂停 · its provider has stopped it, or some of its items.")
    ENDED = strawberry.enum_value("ENDED", description="已届满 · its term is over.")
    REVOKED = strawberry.enum_value("REVOKED", description="已撤回 · withdrawn; final.")


@strawberry.enum(description="授权的经过 · what happened to a grant.")
class GrantEventKind(Enum):
    GRANTED = strawberry.enum_value("GRANTED", description="授权 · given by the provider's answer.")
    SUSPENDED = strawberry.enum_value("SUSPENDED", description="暂停 · stopped for the time being.")
    RESUMED = strawberry.enum_value("RESUMED", description="恢复 · the suspension was taken back.")
    RENEWAL_REQUESTED = strawberry.enum_value("RENEWAL_REQUESTED", description="申请续期 · the consumer asked to go on.")
    REVOKED = strawberry.enum_value("REVOKED", description="撤回 · withdrawn; final.")
    ENDED = strawberry.enum_value("ENDED", description="届满 · its term is over.")


@strawberry.type(description="授权的一次变动 · one event in a grant's life.")
class GrantEvent:
    kind: GrantEventKind = strawberry.field(description="类别 · what happened.")
    at: datetime = strawberry.field(description="时间 · when.")
    reason: str | None = strawberry.field(description="理由或答复意见 · the words given for it.")
    handler: str | None = strawberry.field(
        description="经办人 · the officer; null where the platform's operator recorded it."
    )


@strawberry.type(description="暂停共享 · a provider has stopped a grant, or items of its own for a consumer.")
class Suspension:
    id: int = strawberry.field(description="编号 · what `resumeSharing` takes.")
    provider: str = strawberry.field(description="提供部门 · who stopped it.")
    consumer: str = strawberry.field(description="使用部门 · for whom.")
    grant: str | None = strawberry.field(description="授权编号 · the grant that is stopped, with all that renews it.")
    items: list[str] = strawberry.field(description="信息项编码 · or the items, under whatever grant.")
    reason: str = strawberry.field(description="理由 · why.")
    suspended_by: str | None = strawberry.field(description="经办人 · the provider's officer; shown to the provider.")
    suspended_at: datetime = strawberry.field(description="暂停时间 · from then on.")
    resumed_reason: str | None = strawberry.field(description="恢复理由 · why it was taken back.")
    resumed_at: datetime | None = strawberry.field(description="恢复时间 · until then; null while it holds.")


@strawberry.type(description="授权 · what a provider granted to a department, signed by the platform (Art. 16 ¶1).")
class Grant:
    id: str = strawberry.field(description="授权编号 · the hash of what was granted.")
    state: State = strawberry.field(description="状态 · as of now.")
    sound: bool = strawberry.field(
        description="哈希与签名是否有效 · whether hash and signature hold; where they don't, it counts for nothing."
    )
    provider: str = strawberry.field(description="提供部门 · who granted it.")
    consumer: str = strawberry.field(description="使用部门 · to whom.")
    items: list[str] = strawberry.field(description="信息项编码 · the items.")
    suspended_items: list[str] = strawberry.field(description="暂停的信息项 · those of them that are stopped now.")
    form: SharingForm = strawberry.field(description="共享形式 · how much of a value is shown.")
    rows: SharedRows = strawberry.field(description="共享行范围 · of which rows.")
    within: str | None = strawberry.field(
        description="所限行政区划 · only the rows of this division and all below it, which its provider is the source of."
    )
    uses: list[SharingUse] = strawberry.field(description="使用用途 · for which uses.")
    matters: list[str] = strawberry.field(description="事项 · for which matters; empty: any of the department's duty.")
    modes: list[ProvisionMode] = strawberry.field(description="提供方式 · in which modes.")
    valid_from: datetime = strawberry.field(description="有效期起 · from this instant.")
    valid_until: datetime = strawberry.field(description="有效期止 · up to this instant, exclusive.")
    quota_per_day: int | None = strawberry.field(description="每日限额 · subjects a day; null: without a limit.")
    operations: list[str] = strawberry.field(
        description="限定的查询 · hashes of stored operations; where there are any, only these run under it."
    )
    concealment: AccessConcealment | None = strawberry.field(
        description="隐匿查询记录 · where access under it is hidden from its subjects. Not shown to operators."
    )
    application: str | None = strawberry.field(description="申请 · the application whose answer it is.")
    renews: str | None = strawberry.field(description="所续授权 · the grant whose place it takes.")
    renewed_by: list[str] = strawberry.field(description="后续授权 · what took its place.")
    text: str | None = strawberry.field(
        description="规范文本 · the canonical text: its SHA-256 begins with the id. Not shown to operators."
    )
    signing_key: str | None = strawberry.field(description="签名密钥 · by which key of the platform it is signed.")
    signature: str | None = strawberry.field(
        description="签名 · Ed25519 over `oncegate grant 1`, a line feed and the text; Base64. Not shown to operators."
    )
    suspensions: list[Suspension] = strawberry.field(description="暂停 · all that touched it, the earliest first.")
    events: list[GrantEvent] = strawberry.field(description="经过 · its life so far, the earliest first.")


@strawberry.type(description="授权列表 · a page of grants, the newest first.")
class GrantPage:
    total: int = strawberry.field(description="总数 · how many there are in all.")
    nodes: list[Grant] = strawberry.field(description="授权 · this page's.")
    end_cursor: str | None = strawberry.field(description="游标 · pass it as `after`; null where there is no more.")


@strawberry.type(description="存储的查询 · a consumer's document, without any literal, to which a grant can be narrowed.")
class StoredOperation:
    hash: str = strawberry.field(description="哈希 · SHA-256 of the document; what a grant names.")
    consumer: str = strawberry.field(description="使用部门 · whose it is.")
    name: str = strawberry.field(description="名称 · as the department calls it.")
    version: int = strawberry.field(description="版本 · counted under the name; every version is kept.")
    document: str = strawberry.field(description="查询 · the document; values stand in variables.")
    stored_at: datetime = strawberry.field(description="存储时间 · when.")


@strawberry.type(description="使用情况 · how often a department used an item for a matter.")
class UsageRow:
    consumer: str = strawberry.field(description="使用部门 · whose duty it was.")
    counter: str | None = strawberry.field(description="受委托的窗口 · who acted for it, where another did.")
    matter: str = strawberry.field(description="事项编码 · for which matter.")
    use: SharingUse = strawberry.field(description="使用用途 · for which use.")
    item: str = strawberry.field(description="信息项编码 · the item.")
    requests: int = strawberry.field(description="次数 · requests that were given it, in whole or in part.")
    withheld: int = strawberry.field(description="未予提供次数 · requests that asked for it in vain.")
    last_used_on: date = strawberry.field(description="最近使用日 · the last day of it in the period.")


@strawberry.type(description="使用情况表 · the use of a provider's items, the most used first.")
class Usage:
    total: int = strawberry.field(description="行数 · rows in all.")
    rows: list[UsageRow] = strawberry.field(description="各行 · at most as many as asked for.")
    counted_until: datetime | None = strawberry.field(
        description="统计截至 · what was recorded later is not counted yet; null: all is counted."
    )


class View(NamedTuple):
    """Whose grants are shown: a department's, as consumer only where another acts for it; or, where there is no `party`,
    those with a party `within` a division. And whether the provider's words and the signature are shown with them.
    """

    party: ProviderCode | None
    within: str | None
    consumer_only: bool
    words: bool

    def shows(self, granted: Granted, division: Callable[[ProviderCode], str | None]) -> bool:
        """Whether this grant may be known here at all. `division`: where a department is registered."""
        parties = (granted.department,) if self.consumer_only else (granted.department, granted.provider)
        if self.party is not None:
            return self.party in parties
        return self.within is not None and oversees(self.within, map(division, parties))

    def handlers_of(self, department: ProviderCode) -> bool:
        """An officer is named to the own department, and to those who supervise."""
        return self.words if self.party is None else self.party == department


def grant_shown(record: GrantRecord, view: View) -> Grant:
    """A grant that this view shows."""
    granted = record.granted
    assert granted is not None
    sealed = record.sealed if view.words else None
    return Grant(
        id=record.id,
        state=State[state_of(record, datetime.now(UTC)).name],
        sound=record.sound,
        provider=granted.provider,
        consumer=granted.department,
        items=sorted(granted.items),
        suspended_items=sorted(stopped_items(record)),
        form=SharingForm(granted.form.upper()),
        rows=SharedRows(granted.rows.upper()),
        within=granted.within,
        uses=_words(SharingUse, granted.uses),
        matters=sorted(granted.matters),
        modes=_words(ProvisionMode, granted.modes),
        valid_from=granted.valid_from,
        valid_until=granted.valid_until,
        quota_per_day=granted.quota_per_day,
        operations=sorted(granted.operations),
        concealment=concealment_shown(granted.concealment) if view.words else None,
        application=granted.application,
        renews=granted.renews,
        renewed_by=list(record.renewed_by),
        text=canonical_text(granted).decode() if view.words else None,
        signing_key=None if sealed is None else sealed.key_id,
        signature=None if sealed is None else base64.b64encode(sealed.signature).decode(),
        suspensions=[suspension_shown(one, view) for one in record.suspensions],
        events=sorted(_events(record, granted, view), key=lambda event: event.at),
    )


def state_of(record: GrantRecord, now: datetime) -> GrantState:
    """Where the grant stands at this instant."""
    granted = record.granted
    assert granted is not None
    if record.revocation is not None:
        return GrantState.REVOKED
    if granted.valid_until <= now:
        return GrantState.ENDED
    if now < granted.valid_from:
        return GrantState.TO_COME
    return GrantState.SUSPENDED if record.suspended else GrantState.IN_FORCE


def stopped_items(record: GrantRecord) -> frozenset[str]:
    """The grant's items that are suspended now."""
    assert record.granted is not None
    if any(one.grant is not None for one in record.suspended):
        return record.granted.items
    return record.granted.items.intersection(*[{code for one in record.suspended for code in one.items}])


def suspension_shown(held: HeldSuspension, view: View) -> Suspension:
    """A suspension that this view shows."""
    return Suspension(
        id=held.id,
        provider=held.provider,
        consumer=held.consumer,
        grant=held.grant,
        items=list(held.items),
        reason=held.reason,
        suspended_by=held.suspended_by if view.handlers_of(held.provider) else None,
        suspended_at=held.suspended_at,
        resumed_reason=held.resumed_reason,
        resumed_at=held.resumed_at,
    )


def operation_shown(held: HeldOperation) -> StoredOperation:
    return StoredOperation(
        hash=held.hash,
        consumer=held.consumer,
        name=held.name,
        version=held.version,
        document=held.document,
        stored_at=held.stored_at,
    )


def usage_shown(counted: CountedRow) -> UsageRow:
    return UsageRow(
        consumer=counted.consumer,
        counter=counted.counter,
        matter=counted.matter,
        use=SharingUse(counted.use.upper()),
        item=counted.item,
        requests=counted.shown,
        withheld=counted.withheld,
        last_used_on=counted.last_used_on,
    )


def _events(record: GrantRecord, granted: Granted, view: View) -> Iterator[GrantEvent]:
    provider, consumer = view.handlers_of(granted.provider), view.handlers_of(granted.department)

    def event(kind: GrantEventKind, at: datetime, reason: str | None, handler: str | None) -> GrantEvent:
        return GrantEvent(kind=kind, at=at, reason=reason if view.words else None, handler=handler)

    yield event(GrantEventKind.GRANTED, record.created_at, granted.basis, granted.handler if provider else None)
    for one in record.suspensions:
        by = one.suspended_by if provider else None
        yield event(GrantEventKind.SUSPENDED, one.suspended_at, one.reason, by)
        if one.resumed_at is not None:
            by = one.resumed_by if provider else None
            yield event(GrantEventKind.RESUMED, one.resumed_at, one.resumed_reason, by)
    asked = record.renewal_request
    if asked is not None:
        yield event(GrantEventKind.RENEWAL_REQUESTED, asked.at, asked.note, asked.handler if consumer else None)
    if record.revocation is not None:
        by = record.revocation.handler if provider else None
        yield event(GrantEventKind.REVOKED, record.revocation.at, record.revocation.reason, by)
    elif granted.valid_until <= datetime.now(UTC):
        yield event(GrantEventKind.ENDED, granted.valid_until, None, None)


def _words(enum: Any, values: frozenset[Any]) -> list[Any]:
    return [enum(value.upper()) for value in sorted(values)]
