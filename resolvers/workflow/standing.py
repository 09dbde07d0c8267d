"""Who am I, and what would this document give me: nothing of a register is read here."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, assert_never

import strawberry
from strawberry.scalars import JSON
from strawberry.types import Info

import errors
from resolvers.workflow.context import Context
from resolvers.workflow.inputs import invalid
from schema.variables import check_cost, coerce_variables
from sharing.consumer import Purpose as StatedPurpose
from sharing.decide import Standpoint, decide
from sharing.decision import Decision, Question, Share, ShareIf, Withhold


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


@strawberry.type(name="Verdict", description="逐项判断 · what would become of one item or relation; nothing is read.")
class Explained:
    coordinate: str = strawberry.field(description="目录坐标 · `Type.field`.")
    item: str | None = strawberry.field(description="信息项编码 · its code in the catalogue.")
    provider: str | None = strawberry.field(description="提供部门 · who decides on it.")
    asked: str = strawberry.field(description="show, verify, or use (filter, order, join, find).")
    verdict: str = strawberry.field(description="SHARED, MASKED, VERIFIABLE, DEPENDS_ON_ROW or WITHHELD.")
    reasons: list[str] = strawberry.field(description="原因 · why; several where it depends on the row.")
    articles: list[str] = strawberry.field(description="依据 · the regulation's articles.")
    remedy: str | None = strawberry.field(description="怎么办 · apply, negotiate or wait, where something is withheld.")


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


def _explain(
    info: Info[Context, None],
    document: Annotated[str, strawberry.argument(description="查询 · a GraphQL document.")],
    variables: Annotated[JSON | None, strawberry.argument(description="变量 · its variables, as an object.")] = None,
    operation_name: Annotated[str | None, strawberry.argument(description="操作名 · where it holds several.")] = None,
) -> list[Explained] | None:
    context = info.context
    asking = context.caller.asking
    if asking is None:
        raise errors.GatewayError(
            errors.PURPOSE_REQUIRED,
            "whether an item is shared depends on the purpose",
            'send `Sharing-Purpose: matter="…", use=administrative-basis, handler="…"`',
            article="Art. 4(2)",
        )
    if variables is not None and not isinstance(variables, dict):
        raise invalid("`variables` is not an object", 'write {"name": value}')
    served = context.served
    prepared, lifted = served.documents.prepare(document, operation_name, context.caller.consumer.introspection)
    given = coerce_variables(prepared, variables, lifted)
    check_cost(prepared, given)  # a plan is as large as its document may become
    plan = served.plans.plan(prepared.hash, prepared.operation, prepared.fragments, given)
    standpoint = Standpoint(asking, context.ports.rights.rights.of(asking.department), datetime.now(UTC))
    decisions = decide(context.catalogue, plan.questions, standpoint)
    return [_explained(context, question, decision) for question, decision in decisions.items()]


@strawberry.type
class StandingQuery:
    myself: Myself = strawberry.field(
        resolver=_myself, description="**本客户端** · who the platform takes you for, and which purpose you state."
    )
    explain: list[Explained] | None = strawberry.field(
        resolver=_explain,
        description="**预判** · what each item of a document would be decided as, from where you stand. Nothing is read.",
    )


def _purpose(stated: StatedPurpose) -> Purpose:
    return Purpose(
        matter=stated.matter,
        use=stated.use.name,
        handler=stated.handler,
        case=stated.case,
        acting_for=stated.acting_for,
    )


def _explained(context: Context, question: Question, decision: Decision) -> Explained:
    entry = context.catalogue.entries.get(question.coordinate)
    verdicts = _verdicts(decision)
    withheld = [one for one in verdicts if isinstance(one, Withhold)]
    return Explained(
        coordinate=str(question.coordinate),
        item=None if entry is None else entry.code,
        provider=None if entry is None else entry.provider,
        asked=question.asked,
        verdict="DEPENDS_ON_ROW" if isinstance(decision, ShareIf) else _word(verdicts[0]),
        reasons=_each(one.reason for one in verdicts),
        articles=_each(one.article for one in verdicts),
        remedy=withheld[0].remedy if withheld else None,
    )


def _verdicts(decision: Decision) -> tuple[Share | Withhold, ...]:
    match decision:
        case ShareIf(cases, otherwise):
            return (*(verdict for _, verdict in cases), otherwise)
        case Share() | Withhold():
            return (decision,)
        case _:
            assert_never(decision)


def _word(verdict: Share | Withhold) -> str:
    if isinstance(verdict, Withhold):
        return "WITHHELD"
    return {"full": "SHARED", "masked": "MASKED", "verify": "VERIFIABLE"}[verdict.form]


def _each(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(map(str, words)))
