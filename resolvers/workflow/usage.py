"""A provider sees who uses its data for which matters (Art. 17 ¶2), in sums: no person, case or handler stands here."""

from datetime import UTC, date, datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from catalogue.model import ProviderCode
from resolvers.day import today
from resolvers.ports.grants import UsageFilter
from resolvers.roles import Role, require_role
from resolvers.workflow.context import Context
from resolvers.workflow.grant_types import Usage, usage_shown
from resolvers.workflow.inputs import check_period, invalid
from resolvers.workflow.sourced_items import sourced_items
from schema.scalars import CreditCode

ARTICLE = "Art. 17 ¶2"
MOST_DAYS = 92
MOST_ROWS = 1_000
DEFAULT_ROWS = 100


async def _usage(
    info: Info[Context, None],
    from_: Annotated[date, strawberry.argument(name="from", description="起始日 · the first day, in China.")],
    to: Annotated[date, strawberry.argument(description=f"截止日 · the last day, included; at most {MOST_DAYS} days.")],
    item: Annotated[str | None, strawberry.argument(description="信息项 · of this one: its code or `Type.field`.")] = None,
    consumer: Annotated[CreditCode | None, strawberry.argument(description="使用部门 · by this department only.")] = None,
    first: Annotated[int, strawberry.argument(description=f"至多行数 · 1 to {MOST_ROWS}.")] = DEFAULT_ROWS,
) -> Usage | None:
    context = info.context
    require_role(context.caller.consumer.roles, Role.PROVIDER)
    if not 1 <= first <= MOST_ROWS:
        raise invalid(f"`first` is {first}", f"ask for 1 to {MOST_ROWS} rows")
    check_period(from_, to, article=ARTICLE)
    if (to - from_).days >= MOST_DAYS or from_ > today(datetime.now(UTC).timestamp()):
        raise invalid("`from` and `to` are no such period", f"at most {MOST_DAYS} days, begun already", article=ARTICLE)
    codes = await sourced_items(context, context.caller.consumer.department, None if item is None else [item])
    wanted = UsageFilter(codes, from_, to, None if consumer is None else ProviderCode(consumer))
    found = await context.ports.usage.usage(wanted, first)
    return Usage(total=found.total, rows=list(map(usage_shown, found.rows)), counted_until=found.counted_until)


@strawberry.type
class UsageQuery:
    usage: Usage | None = strawberry.field(
        resolver=_usage,
        description="**使用情况** · which departments used the own department's items, for which matters and how often, "
        "counted from the ledger. The provider of the items only, or the source of a part of their rows; what is counted is "
        "the whole item.",
    )
