"""Notices (通知) of a department, and the webhooks that they are delivered to."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.scalars import JSON
from strawberry.types import Info

import errors
from catalogue.model import ProviderCode
from resolvers.ports.notices import Delivery as StoredDelivery
from resolvers.ports.notices import NewWebhook, StoredNotice
from resolvers.ports.notices import Webhook as StoredWebhook
from resolvers.roles import Role
from resolvers.workflow.context import Context
from resolvers.workflow.inputs import check_words, invalid
from sharing.parties import check_jurisdiction
from standards.divisions import contains

DEFAULT_FIRST, MAX_FIRST = 20, 100
PARTIES = (Role.PROVIDER, Role.CONSUMER, Role.COMPILER)


@strawberry.type(name="NoticeDelivery", description="送达 · what became of a notice at one webhook.")
class Delivered:
    webhook: strawberry.ID = strawberry.field(description="推送地址编号 · which webhook.")
    tries: int = strawberry.field(description="尝试次数 · how often it was tried.")
    delivered_at: datetime | None = strawberry.field(description="送达时间 · when it was taken.")
    given_up_at: datetime | None = strawberry.field(description="放弃时间 · when it was given up.")
    next_try_at: datetime | None = strawberry.field(description="下次尝试 · when it is tried next.")
    failure: str | None = strawberry.field(description="失败原因 · of the last try: STATUS_500, TIMED_OUT, UNREACHABLE …")


@strawberry.type(description="通知 · what the platform told a department.")
class Notice:
    id: strawberry.ID = strawberry.field(description="编号 · its id, the same as in the header `webhook-id`.")
    kind: str = strawberry.field(description="类型 · what happened.")
    about: str = strawberry.field(description="事由对象 · what it is about.")
    facts: JSON = strawberry.field(description="内容 · states, dates, numbers; no personal data.")
    created_at: datetime = strawberry.field(description="产生时间 · when it was written.")
    deliveries: list[Delivered] = strawberry.field(
        description="送达情况 · one for each webhook that the department had then."
    )


@strawberry.type(description="通知列表 · notices, the latest first.")
class NoticePage:
    nodes: list[Notice] = strawberry.field(description="通知 · the notices.")
    next: strawberry.ID | None = strawberry.field(description="下一页 · what to give as `after`; null on the last page.")


@strawberry.type(name="Webhook", description="推送地址 · where a department's notices are delivered to.")
class Hook:
    id: strawberry.ID = strawberry.field(description="编号 · its id.")
    department: str = strawberry.field(description="部门 · whose it is (unified social credit code).")
    url: str = strawberry.field(description="地址 · where it is.")
    registered_at: datetime = strawberry.field(description="登记时间 · since when.")


@strawberry.type(description="新登记的推送地址 · a webhook just registered, and its secret.")
class RegisteredWebhook:
    webhook: Hook = strawberry.field(description="推送地址 · the webhook.")
    secret: str = strawberry.field(
        description="签名密钥 · what its notices are signed with (`whsec_` and base64, Standard Webhooks). Told only now."
    )


async def _notices(
    info: Info[Context, None],
    first: Annotated[int, strawberry.argument(description=f"条数 · 1 to {MAX_FIRST}.")] = DEFAULT_FIRST,
    after: Annotated[strawberry.ID | None, strawberry.argument(description="上页游标 · `next` of the last page.")] = None,
    undelivered_only: Annotated[bool, strawberry.argument(description="仅未送达 · taken by no webhook yet.")] = False,
) -> NoticePage | None:
    context = info.context
    _require_party(context, *PARTIES, Role.OPERATOR, Role.SUPERVISOR)  # a coordination is asked of a supervising office
    if not 1 <= first <= MAX_FIRST:
        raise invalid(f"`first` is {first}", f"between 1 and {MAX_FIRST}")
    if after is not None and not (after.isdecimal() and after.isascii() and len(after) <= 18):
        raise invalid("`after` is no cursor", "give what `next` of the last page said")
    department = context.caller.consumer.department
    found = await context.ports.notices.list(
        department, first + 1, None if after is None else int(after), undelivered_only=undelivered_only
    )
    shown = found[:first]
    more = strawberry.ID(str(shown[-1].cursor)) if len(found) > first else None
    return NoticePage(nodes=[_notice(one) for one in shown], next=more)


async def _webhooks(info: Info[Context, None]) -> list[Hook] | None:
    _require_party(info.context, *PARTIES, Role.OPERATOR)
    return [_hook(one) for one in await info.context.ports.webhooks.list(info.context.caller.consumer.department)]


async def _register_webhook(
    info: Info[Context, None],
    url: Annotated[str, strawberry.argument(description="地址 · `https://…`, without credentials.")],
    handler: Annotated[str, strawberry.argument(description="经办人 · who registers it.")],
    department: Annotated[
        str | None, strawberry.argument(description="部门 · for an operator: whose it is; by default the client's own.")
    ] = None,
) -> RegisteredWebhook | None:
    context = info.context
    _require_party(context, *PARTIES, Role.OPERATOR)
    check_words(("handler", handler))
    consumer = context.caller.consumer
    owner = consumer.department if department is None else _department(context, department)
    await context.record("registerWebhook", owner, handler=handler)
    webhook, secret = await context.ports.webhooks.register(NewWebhook(owner, url, consumer.client, handler))
    return RegisteredWebhook(webhook=_hook(webhook), secret=secret)


async def _remove_webhook(
    info: Info[Context, None],
    webhook: Annotated[strawberry.ID, strawberry.argument(description="编号 · of the webhook.")],
    handler: Annotated[str, strawberry.argument(description="经办人 · who removes it.")],
) -> Hook | None:
    context = info.context
    _require_party(context, *PARTIES, Role.OPERATOR)
    check_words(("handler", handler), ("webhook", webhook))
    consumer = context.caller.consumer
    await context.record("removeWebhook", webhook, handler=handler)
    owner = await context.ports.webhooks.owner(webhook)
    removed = None
    if owner is not None and _keeps_webhooks_of(context, owner):
        removed = await context.ports.webhooks.remove(owner, webhook, consumer.client, handler)
    if removed is None:  # the same for one that does not exist as for one that is another department's
        raise errors.GatewayError(
            errors.NOT_FOUND, "no webhook of this id", "`webhooks` lists those of the department", article="Art. 21"
        )
    return _hook(removed)


@strawberry.type
class NoticeQuery:
    notices: NoticePage | None = strawberry.field(
        resolver=_notices,
        description="**通知** · what the platform told the client's own department, the latest first, and whether it "
        "arrived.",
    )
    webhooks: list[Hook] | None = strawberry.field(
        resolver=_webhooks, description="**推送地址** · where the notices of the client's own department are delivered to."
    )


@strawberry.type
class NoticeMutation:
    register_webhook: RegisteredWebhook | None = strawberry.field(
        resolver=_register_webhook,
        description="**登记推送地址** · have the department's notices delivered to an address, signed with a secret that is "
        "told once. By a client of the department, or by an operator of its jurisdiction. Recorded in the ledger.",
    )
    remove_webhook: Hook | None = strawberry.field(
        resolver=_remove_webhook,
        description="**撤销推送地址** · deliver nothing more to it. By a client of the department, or by an operator of its "
        "jurisdiction. Recorded in the ledger.",
    )


def _require_party(context: Context, *roles: Role) -> None:
    """Raises ROLE_REQUIRED unless the client has one of the roles: auditors and citizens are told nothing here."""
    if not context.caller.consumer.roles & set(roles):
        raise errors.GatewayError(
            errors.ROLE_REQUIRED,
            "this needs a client with one of the roles " + ", ".join(f"`{role}`" for role in roles),
            "ask the platform's operator for a client of such a role",
            article="Art. 21",
        )


def _department(context: Context, department: str) -> ProviderCode:
    """The department that an operator names. Raises NOT_RESPONSIBLE for anybody else and outside of the operator's
    jurisdiction (Art. 5): who receives a department's notices is told what is its own; NOT_FOUND for one unknown.
    """
    if department == context.caller.consumer.department:
        return context.caller.consumer.department
    if Role.OPERATOR not in context.caller.consumer.roles:
        raise errors.GatewayError(
            errors.NOT_RESPONSIBLE, "a department registers its own webhooks", "leave `department` out", article="Art. 21"
        )
    division = context.ports.rights.division_of(ProviderCode(department))
    if division is None:
        raise errors.GatewayError(
            errors.NOT_FOUND, "no department in force of this code", "compare the code", article="Art. 5"
        )
    check_jurisdiction(context.caller.consumer.division, division)
    return ProviderCode(department)


def _keeps_webhooks_of(context: Context, department: ProviderCode) -> bool:
    """Whether the caller may remove this department's: its own client, or an operator of its jurisdiction (Art. 5)."""
    consumer, division = context.caller.consumer, context.ports.rights.registered_in(department)
    operates = Role.OPERATOR in consumer.roles and division is not None and contains(consumer.division, division)
    return operates or department == consumer.department


def _notice(stored: StoredNotice) -> Notice:
    return Notice(
        id=strawberry.ID(stored.id),
        kind=stored.kind,
        about=stored.about,
        facts=JSON(stored.facts),
        created_at=stored.created_at,
        deliveries=[_delivered(one) for one in stored.deliveries],
    )


def _delivered(stored: StoredDelivery) -> Delivered:
    return Delivered(
        webhook=strawberry.ID(stored.webhook),
        tries=stored.tries,
        delivered_at=stored.delivered_at,
        given_up_at=stored.given_up_at,
        next_try_at=stored.next_try_at,
        failure=stored.failure,
    )


def _hook(stored: StoredWebhook) -> Hook:
    return Hook(
        id=strawberry.ID(stored.id), department=stored.department, url=stored.url, registered_at=stored.registered_at
    )
