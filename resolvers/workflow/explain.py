"""What would this document give me: every coordinate decided, and nothing of a register read."""

from datetime import date
from time import time
from typing import Annotated

import strawberry
from strawberry.scalars import JSON
from strawberry.types import Info

import errors
from resolvers.count import used_up
from resolvers.workflow.context import Context
from resolvers.workflow.inputs import invalid
from resolvers.workflow.verdicts import expected_on, title_of, verdict, why
from schema.variables import check_cost, coerce_variables
from sharing.decide import decide
from sharing.survey import begins, quotas_of


@strawberry.type(name="Verdict", description="逐项判断 · what would become of one item or relation; nothing is read.")
class Explained:
    coordinate: str = strawberry.field(description="目录坐标 · `Type.field`.")
    item: str | None = strawberry.field(description="信息项编码 · its code in the catalogue.")
    title: str | None = strawberry.field(description="名称 · what it is called.")
    provider: str | None = strawberry.field(description="提供部门代码 · the credit code of who decides on it.")
    provider_title: str | None = strawberry.field(description="提供部门名称 · what that department is called.")
    asked: str = strawberry.field(
        description="用法 · show, verify, use (filter, order), find (find or join rows), row (let its row stand)."
    )
    verdict: str = strawberry.field(description="判断 · SHARED, MASKED, VERIFIABLE, DEPENDS_ON_ROW or WITHHELD.")
    reasons: list[str] = strawberry.field(description="原因 · why; several where it depends on the row.")
    articles: list[str] = strawberry.field(description="依据 · the regulation's articles.")
    remedy: str | None = strawberry.field(description="怎么办 · apply, negotiate or wait, where something is withheld.")
    expected_on: date | None = strawberry.field(
        description="预计日期 · when what is withheld can be expected: the day by which a pending application is due to be "
        "answered, a grant begins, or the day's quota is whole again; null where nothing is known."
    )


async def _explain(
    info: Info[Context, None],
    document: Annotated[str, strawberry.argument(description="查询 · a GraphQL document.")],
    variables: Annotated[JSON | None, strawberry.argument(description="变量 · its variables, as an object.")] = None,
    operation_name: Annotated[str | None, strawberry.argument(description="操作名 · where it holds several.")] = None,
) -> list[Explained] | None:
    context = info.context
    consumer, asking = context.caller.consumer, context.caller.asking
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
    prepared, lifted = served.documents.prepare(document, operation_name, consumer.introspection)
    given = coerce_variables(prepared, variables, lifted)
    check_cost(prepared, given)  # a plan is as large as its document may become
    plan = served.plans.plan(prepared.hash, prepared.operation, prepared.fragments, given)
    rights, document = await context.current_rights(), prepared.hash.hex()
    now = time()
    standpoint = served.views.horizon(consumer, asking, rights, now).standpoint(asking, document)
    decisions = decide(context.catalogue, plan.questions, standpoint)
    exhausted = await used_up(context.ports.counters, quotas_of(decisions.values()))
    if exhausted:
        standpoint = served.views.horizon(consumer, asking, rights, now, exhausted).standpoint(asking, document)
        decisions = decide(context.catalogue, plan.questions, standpoint)
    pending = await context.ports.expected.expected_answers(asking.department)
    explained = []
    for question, decision in decisions.items():
        entry = context.catalogue.entries[question.coordinate]
        told = why((decision,))
        starts = begins(context.catalogue, question, standpoint)
        explained.append(
            Explained(
                coordinate=str(question.coordinate),
                item=entry.code,
                title=entry.title,
                provider=entry.provider,
                provider_title=title_of(context.catalogue, entry.provider),
                asked=question.asked,
                verdict=verdict(decision),
                reasons=told.reasons,
                articles=told.articles,
                remedy=told.remedy,
                expected_on=expected_on(entry.code, (decision,), pending, starts, now),
            )
        )
    return explained


@strawberry.type
class ExplainQuery:
    explain: list[Explained] | None = strawberry.field(
        resolver=_explain,
        description="**预判** · what each item of a document would be decided as, from where you stand. Nothing is read.",
    )
