"""What would this document give me: every coordinate decided, and nothing of a register read."""

from datetime import date
from typing import Annotated

import strawberry
from strawberry.scalars import JSON
from strawberry.types import Info

from resolvers.workflow.context import Context
from resolvers.workflow.decided import decided
from resolvers.workflow.verdicts import REMEDIES, expected_on, title_of, verdict, why
from sharing.applied import applied_of
from sharing.decision import PERMITTED, Remedy
from sharing.survey import begins, nearest_remedy


@strawberry.type(name="Verdict", description="逐项判断 · what would become of one item or relation; nothing is read.")
class Explained:
    coordinate: str = strawberry.field(description="目录坐标 · `Type.field`.")
    item: str | None = strawberry.field(description="信息项编码 · its code in the catalogue.")
    title: str | None = strawberry.field(description="名称 · what it is called.")
    provider: str | None = strawberry.field(description="提供部门代码 · the credit code of who decides on it.")
    provider_title: str | None = strawberry.field(description="提供部门名称 · what that department is called.")
    matter: str = strawberry.field(description="事项编码 · for which matter it is asked.")
    asked: str = strawberry.field(
        description="用法 · show, verify, use (filter, order), find (find or join rows), row (let its row stand)."
    )
    verdict: str = strawberry.field(description="判断 · SHARED, MASKED, VERIFIABLE, DEPENDS_ON_ROW or WITHHELD.")
    reasons: list[str] = strawberry.field(description="原因 · why; several where it depends on the row.")
    articles: list[str] = strawberry.field(description="依据 · the regulation's articles.")
    remedy: str | None = strawberry.field(description=REMEDIES)
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
    catalogue = info.context.catalogue
    found = await decided(info.context, document, variables, operation_name)
    lacking = {
        catalogue.entries[question.coordinate].code
        for question, decision in found.decisions.items()
        if nearest_remedy((decision,)) is Remedy.APPLY
    }
    latest = await info.context.ports.applications.latest(found.asking.department, lacking)
    explained = []
    for question, decision in found.decisions.items():
        entry = catalogue.entries[question.coordinate]
        asking = found.asking_of(question)
        applied = applied_of(latest, asking, PERMITTED[question.asked])
        told = why((decision,))
        starts = begins(catalogue, question, found.standpoint(question))
        explained.append(
            Explained(
                coordinate=str(question.coordinate),
                item=entry.code,
                title=entry.title,
                provider=entry.provider,
                provider_title=title_of(catalogue, entry.provider),
                matter=asking.matter,
                asked=question.asked,
                verdict=verdict(decision),
                reasons=told.reasons,
                articles=told.articles,
                remedy=None if told.remedy is None else applied.remedy(told.remedy, entry.code),
                expected_on=expected_on(entry.code, (decision,), applied.pending, starts, found.now),
            )
        )
    return explained


@strawberry.type
class ExplainQuery:
    explain: list[Explained] | None = strawberry.field(
        resolver=_explain,
        description="**预判** · what each item of a document would be decided as, from where you stand. Nothing is read.",
    )
