"""The workflow's own root fields: who am I, what would this document give me, opening and closing a case."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, assert_never

import strawberry
from strawberry.scalars import JSON
from strawberry.types import Info

import errors
from catalogue.model import ProviderCode
from resolvers.ports import NewCase
from resolvers.ports import ServiceCase as StoredCase
from resolvers.workflow import Context
from schema.build import WorkflowRoots
from schema.scalars import CreditCode, IdentityNumber
from schema.variables import check_cost, coerce_variables
from sharing.consumer import Purpose as StatedPurpose
from sharing.decide import Standpoint, decide
from sharing.decision import Decision, Question, Share, ShareIf, Withhold

MOST_SUBJECTS = 50
MOST_CHARACTERS = 64


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


@strawberry.type(description="办件 · a case under way.")
class Case:
    number: str = strawberry.field(description="办件编号 · its number with the department.")
    matter: str = strawberry.field(description="事项编码 · the service matter.")
    opened_at: datetime = strawberry.field(description="开始 · when its subjects were named.")
    closed_at: datetime | None = strawberry.field(description="办结 · when it was closed; null while it is open.")


@strawberry.input(
    description="办件当事人 · whose data the case is about: exactly one of the codes, in the role they have in it."
)
class CaseSubjectInput:
    role: str = strawberry.field(description="角色 · applicant, spouse, company …")
    id_number: IdentityNumber | None = strawberry.field(default=None, description="公民身份号码 · of a person.")
    credit_code: CreditCode | None = strawberry.field(default=None, description="统一社会信用代码 · of an organisation.")


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
        raise _invalid("`variables` is not an object", 'write {"name": value}')
    served = context.served
    prepared, lifted = served.documents.prepare(document, operation_name, context.caller.consumer.introspection)
    given = coerce_variables(prepared, variables, lifted)
    check_cost(prepared, given)  # a plan is as large as its document may become
    plan = served.plans.plan(prepared.hash, prepared.operation, prepared.fragments, given)
    standpoint = Standpoint(asking, context.ports.rights.rights.of(asking.department), datetime.now(UTC))
    decisions = decide(context.catalogue, plan.questions, standpoint)
    return [_explained(context, question, decision) for question, decision in decisions.items()]


async def _open_case(
    info: Info[Context, None],
    case: Annotated[str, strawberry.argument(description="办件编号 · a number of the department's own.")],
    matter: Annotated[str, strawberry.argument(description="事项编码 · the same as in the purpose.")],
    subjects: Annotated[
        list[CaseSubjectInput], strawberry.argument(description=f"当事人 · at least one, at most {MOST_SUBJECTS}.")
    ],
) -> Case | None:
    context = info.context
    purpose, department = context.stated_purpose(), _department(context)
    _check_words(("case", case), ("matter", matter), *(("role", subject.role) for subject in subjects))
    if matter != purpose.matter:
        raise _invalid("the case's matter is not that of the purpose", "state the same matter in both")
    if not 1 <= len(subjects) <= MOST_SUBJECTS:
        raise _invalid(f"`subjects` holds {len(subjects)}", f"name between 1 and {MOST_SUBJECTS}")
    by_role: dict[str, list[str]] = {}
    for subject in subjects:
        by_role.setdefault(subject.role, []).append(_code(subject))
    await context.record("openCase", case, by_role)
    return _case(await context.ports.cases.add(NewCase(case, department, matter, purpose.handler, by_role)))


async def _close_case(
    info: Info[Context, None], case: Annotated[str, strawberry.argument(description="办件编号 · the case's number.")]
) -> Case | None:
    context = info.context
    context.stated_purpose()
    department = _department(context)
    _check_words(("case", case))
    await context.record("closeCase", case, {})
    return _case(await context.ports.cases.close(department, case))


@strawberry.type
class Query:
    myself: Myself = strawberry.field(
        resolver=_myself, description="**本客户端** · who the platform takes you for, and which purpose you state."
    )
    explain: list[Explained] | None = strawberry.field(
        resolver=_explain,
        description="**预判** · what each item of a document would be decided as, from where you stand. Nothing is read.",
    )


@strawberry.type(description="办理 · what may be done.")
class Mutation:
    open_case: Case | None = strawberry.field(
        resolver=_open_case,
        description="**开始办件** · name a case's subjects before the first read: what is granted for a case's subjects "
        "holds for them while the case is open. The purpose states matter and handler. Recorded in the ledger.",
    )
    close_case: Case | None = strawberry.field(
        resolver=_close_case,
        description="**办结** · close a case: from the next request on nothing is granted for its subjects. "
        "Recorded in the ledger.",
    )


ROOTS = WorkflowRoots(query=Query, mutation=Mutation)
"""What `build_schema` is handed."""


def _purpose(stated: StatedPurpose) -> Purpose:
    return Purpose(
        matter=stated.matter,
        use=stated.use.name,
        handler=stated.handler,
        case=stated.case,
        acting_for=stated.acting_for,
    )


def _department(context: Context) -> ProviderCode:
    """Whose case it is: the department that has the duty, where the counter acts for it."""
    assert context.caller.asking is not None, "a purpose makes a standpoint"
    return context.caller.asking.department


def _case(stored: StoredCase) -> Case:
    return Case(number=stored.number, matter=stored.matter, opened_at=stored.opened_at, closed_at=stored.closed_at)


def _code(subject: CaseSubjectInput) -> str:
    given = [code for code in (subject.id_number, subject.credit_code) if code is not None]
    if len(given) != 1:
        raise _invalid("a subject needs `idNumber` or `creditCode`, and not both", "name each person or company once")
    return given[0]


def _check_words(*words: tuple[str, str]) -> None:
    """Raises INPUT_INVALID for an empty or overlong one, and for control characters. The value is not repeated."""
    for name, word in words:
        if not word or word != word.strip() or len(word) > MOST_CHARACTERS or not word.isprintable():
            raise _invalid(f"`{name}` is empty, too long or not plain text", f"at most {MOST_CHARACTERS} characters")


def _invalid(message: str, hint: str) -> errors.GatewayError:
    return errors.GatewayError(errors.INPUT_INVALID, message, hint)


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
