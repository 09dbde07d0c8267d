"""Who am I: nothing of a register is read here."""

import strawberry
from strawberry.types import Info

from resolvers.workflow.context import Context
from sharing.consumer import Purpose as StatedPurpose


@strawberry.type(description="用途 · the purpose that the request states.")
class Purpose:
    matter: str = strawberry.field(description="事项编码 · the service matter.")
    use: str = strawberry.field(description="使用用途 · one of the four uses of Art. 15.")
    handler: str = strawberry.field(description="经办人 · who handles it.")
    case: str | None = strawberry.field(description="办件编号 · the case, where one is stated.")
    acting_for: str | None = strawberry.field(description="受委托办理的部门 · the department that has the duty.")


@strawberry.type(description="本客户端 · the client that asks, as the platform knows it.")
class Myself:
    client: str = strawberry.field(description="客户端 · its id.")
    department: str = strawberry.field(description="部门 · its department's unified social credit code.")
    division: str = strawberry.field(description="行政区划 · where that department administers.")
    roles: list[str] = strawberry.field(description="角色 · what the client may be used for.")
    introspection: bool = strawberry.field(description="可否查询目录结构 · whether it may read the schema.")
    rate_per_second: int = strawberry.field(description="每秒请求数上限 · requests a second.")
    purpose: Purpose | None = strawberry.field(description="用途 · what this request states.")


def _myself(info: Info[Context, None]) -> Myself:
    consumer, purpose = info.context.caller.consumer, info.context.caller.purpose
    return Myself(
        client=consumer.client,
        department=consumer.department,
        division=consumer.division,
        roles=sorted(consumer.roles),
        introspection=consumer.introspection,
        rate_per_second=consumer.rate_per_second,
        purpose=None if purpose is None else _purpose(purpose),
    )


@strawberry.type
class StandingQuery:
    myself: Myself = strawberry.field(
        resolver=_myself, description="**本客户端** · who the platform takes you for, and which purpose you state."
    )


def _purpose(stated: StatedPurpose) -> Purpose:
    return Purpose(
        matter=stated.matter,
        use=stated.use.name,
        handler=stated.handler,
        case=stated.case,
        acting_for=stated.acting_for,
    )
