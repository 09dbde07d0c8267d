"""What may I read, and why: the whole catalogue decided from where the caller stands. Nothing of a register is read."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from functools import cached_property
from itertools import chain
from time import time
from typing import Annotated

import strawberry
from strawberry.types import Info

from catalogue.model import Catalogue, Conditional, Coordinate, Form, Item, ItemCode, Relation, Use
from resolvers.count import used_up
from resolvers.roles import require_register_reader
from resolvers.workflow.context import Context
from resolvers.workflow.inputs import invalid
from resolvers.workflow.verdicts import (
    DEPENDS_ON_ROW,
    FULLEST_FIRST,
    REMEDIES,
    WITHHELD,
    WORDS,
    expected_on,
    title_of,
    verdict,
    why,
)
from schema.enums import ItemKind, SharedRows, SharingForm, SharingUse
from schema.filters import MAX_FIRST
from sharing.applied import Applied, Latest, applied_of
from sharing.decide import decide_one
from sharing.decision import PERMITTED, Asked, Question, Remedy
from sharing.grant import Grant, GrantId
from sharing.remedy import HELD
from sharing.standpoint import Standpoint
from sharing.survey import Horizon, Mark, Right, begins, quotas_of, shares, survey


@strawberry.enum(description="权限标记 · by which way something may be read; where it may not, what can be done.")
class RightMark(Enum):
    OPEN = strawberry.enum_value("OPEN", description="开放 · in full on every row, without a grant.")
    BY_GRANT = strawberry.enum_value(
        "BY_GRANT", description="凭授权 · by a grant in force, in its form and on its rows, where its case is named."
    )
    PARTLY = strawberry.enum_value(
        "PARTLY", description="部分开放 · without a grant, but masked, on some rows, or to be compared only."
    )
    WAIT = strawberry.enum_value(
        "WAIT", description="等待 · a right holds again later, or an answer is to come: see `expectedOn`."
    )
    APPLY = strawberry.enum_value(
        "APPLY", description="可申请 · conditional, and without a right: apply to the provider (Art. 16 ¶1)."
    )
    NEGOTIATE = strawberry.enum_value(
        "NEGOTIATE", description="须协商 · not shared, or not provided so: negotiate with the provider (Art. 16 ¶1)."
    )


@strawberry.type(description="授权 · a grant by which something may be read.")
class HeldGrant:
    id: str = strawberry.field(description="授权标识 · the hash of what was answered.")
    form: SharingForm = strawberry.field(description="共享形式 · how much of a value it shows.")
    rows: SharedRows = strawberry.field(description="共享行范围 · which rows it reaches.")
    uses: list[SharingUse] = strawberry.field(description="使用用途 · for which uses it holds, of those that are foreseen.")
    matters: list[str] = strawberry.field(description="事项编码 · for which matters; empty: any of the department's duty.")
    valid_from: datetime = strawberry.field(description="起 · from when.")
    valid_until: datetime = strawberry.field(description="止 · until when, exclusive.")
    quota_per_day: int | None = strawberry.field(description="每日限额 · subjects a day; null: without limit.")
    operations: list[str] = strawberry.field(
        description="限定的查询 · hashes of the stored documents to which it is narrowed; empty: any document."
    )


@strawberry.type(name="Right", description="权限 · how one item or relation stands to the caller, and why.")
class HeldRight:
    coordinate: str = strawberry.field(description="目录坐标 · `Type.field`.")
    item: str = strawberry.field(description="信息项编码 · its code in the catalogue.")
    title: str = strawberry.field(description="名称 · what it is called.")
    register: str = strawberry.field(description="登记库 · where it is catalogued.")
    resource: str = strawberry.field(description="信息资源 · the type of its rows.")
    kind: ItemKind = strawberry.field(description="信息项类别 · base, business or derived.")
    mark: RightMark = strawberry.field(description="标记 · the same in one word.")
    verdict: str = strawberry.field(description="判断 · SHARED, MASKED, VERIFIABLE, DEPENDS_ON_ROW or WITHHELD.")
    verifiable: bool = strawberry.field(description="可核验 · whether a value may be compared with it.")
    usable: bool = strawberry.field(description="可筛选 · whether it may filter and order rows.")
    reasons: list[str] = strawberry.field(description="原因 · why; several where it depends on the row or the purpose.")
    articles: list[str] = strawberry.field(description="依据 · the regulation's articles.")
    provider: str = strawberry.field(description="提供部门代码 · the credit code of who decides on it.")
    provider_title: str | None = strawberry.field(description="提供部门名称 · what that department is called.")
    remedy: str | None = strawberry.field(description=REMEDIES)
    barred_by: str | None = strawberry.field(
        description="所缺一项 · for a relation: the item without which it leads nowhere, and which is withheld."
    )
    expected_on: date | None = strawberry.field(description="预计日期 · as in `explain`.")
    grants: list[HeldGrant] = strawberry.field(
        description="授权 · the grants that open it, or will: when they begin, have a quota again, or their case is named."
    )


@strawberry.type(description="计数 · how many entries bear a mark.")
class MarkCount:
    mark: RightMark = strawberry.field(description="标记 · the mark.")
    count: int = strawberry.field(description="条目数 · how many.")


@strawberry.type(description="本客户端的权限 · a page of the catalogue's entries, each as it stands to the caller.")
class RightsPage:
    purpose_stated: bool = strawberry.field(
        description="是否按用途 · true: as the stated purpose decides; false: as any purpose may, whichever opens most."
    )
    total: int = strawberry.field(description="总数 · how many entries there are, on all pages.")
    counts: list[MarkCount] = strawberry.field(description="各标记计数 · whatever `mark` is chosen.")
    end_cursor: str | None = strawberry.field(description="末条游标 · for `after`; null on an empty page.")
    has_next_page: bool = strawberry.field(description="是否还有 · whether another page follows.")
    rights: list[HeldRight] = strawberry.field(description="本页条目 · in the catalogue's order.")


async def _my_rights(
    info: Info[Context, None],
    register: Annotated[str | None, strawberry.argument(description="登记库 · a register's name.")] = None,
    resource: Annotated[str | None, strawberry.argument(description="信息资源 · a resource's type name.")] = None,
    mark: Annotated[RightMark | None, strawberry.argument(description="标记 · only entries that bear it.")] = None,
    first: Annotated[
        int, strawberry.argument(description=f"至多条数 · at most so many entries, 1 to {MAX_FIRST}.")
    ] = MAX_FIRST,
    after: Annotated[str | None, strawberry.argument(description="游标 · `endCursor`, the last entry read.")] = None,
) -> RightsPage | None:
    context = info.context
    consumer, asking = context.caller.consumer, context.caller.asking
    require_register_reader(consumer.roles)
    if not 1 <= first <= MAX_FIRST:
        raise invalid(f"`first` is {first}", f"ask for 1 to {MAX_FIRST} entries")
    views, held = context.served.views, await context.current_rights()
    now = time()
    horizon = views.horizon(consumer, asking, held, now)
    whole = rights = (await views.survey(consumer, asking, held, now)).rights
    quotas = quotas_of(decision for right in rights.values() for of in right.decisions.values() for decision in of)
    exhausted = await used_up(context.ports.counters, quotas)
    if exhausted:
        horizon = views.horizon(consumer, asking, held, now, exhausted)
        rights = await views.aside(consumer, lambda: survey(context.catalogue, horizon))
    applying = {context.catalogue.entries[one.item].code for one in rights.values() if one.remedy is Remedy.APPLY}
    latest = await context.ports.applications.latest(horizon.asking.department, applying)
    told = _Telling(context.catalogue, horizon, whole, latest, now)
    rights = {coordinate: told.left(right) for coordinate, right in rights.items()}
    chosen = [right for right in rights.values() if _is_in(context.catalogue, right, register, resource)]
    counts = Counter(right.mark for right in chosen)
    wanted = chosen if mark is None else [right for right in chosen if right.mark.name == mark.name]
    start = _after(wanted, after)
    page = wanted[start : start + first]
    return RightsPage(
        purpose_stated=horizon.stated,
        total=len(wanted),
        counts=[MarkCount(mark=RightMark[one.name], count=counts[one]) for one in Mark],
        end_cursor=str(page[-1].coordinate) if page else None,
        has_next_page=start + first < len(wanted),
        rights=[told.right(right) for right in page],
    )


@strawberry.type
class MyRightsQuery:
    my_rights: RightsPage | None = strawberry.field(
        resolver=_my_rights,
        description="**我的权限** · every item and relation of the catalogue, and whether you may read it: by the purpose "
        "stated, or without one by whichever opens most. Nothing is read.",
    )


def _is_in(catalogue: Catalogue, right: Right, register: str | None, resource: str | None) -> bool:
    return (resource is None or right.coordinate.type == resource) and (
        register is None or catalogue.resources[right.coordinate.type].register == register
    )


def _after(rights: Sequence[Right], after: str | None) -> int:
    """Where the page begins. Raises INPUT_INVALID."""
    if after is None:
        return 0
    found = next((number for number, right in enumerate(rights) if str(right.coordinate) == after), None)
    if found is None:
        raise invalid("`after` names no entry of this list", "begin again without `after`: rights may have moved")
    return found + 1


@dataclass(frozen=True)
class _Telling:
    """What one page is told from. `whole`: the rights as they were before any quota was used up."""

    catalogue: Catalogue
    horizon: Horizon
    whole: Mapping[Coordinate, Right]
    latest: Latest
    now: float

    def left(self, right: Right) -> Right:
        """The right with the remedy that is left, where what was applied for leaves another."""
        if right.remedy is not Remedy.APPLY:
            return right
        return replace(right, left=self._applied(right).remedy(Remedy.APPLY, self._code(right)))

    def _code(self, right: Right) -> ItemCode:
        return self.catalogue.entries[right.item].code

    def _applied(self, right: Right) -> Applied:
        return self._applied_to_compare if right.only_compared else self._applied_to_show

    @cached_property
    def _applied_to_show(self) -> Applied:
        return self._applied_in(PERMITTED[Asked.SHOW])

    @cached_property
    def _applied_to_compare(self) -> Applied:
        return self._applied_in(PERMITTED[Asked.VERIFY])

    def _applied_in(self, forms: Iterable[Form]) -> Applied:
        return applied_of(self.latest, self.horizon.asking if self.horizon.stated else None, forms)

    def right(self, right: Right) -> HeldRight:
        entry, resource = right.entry, self.catalogue.resources[right.coordinate.type]
        told = why(right.deciding)
        held = {grant.id: grant for grant in self.horizon.at.grants.get(entry.code, ())}
        return HeldRight(
            coordinate=str(right.coordinate),
            item=entry.code,
            title=entry.title,
            register=resource.register,
            resource=resource.name,
            kind=ItemKind(entry.kind.name),
            mark=RightMark[right.mark.name],
            verdict=_word(right),
            verifiable=right.opens(Asked.VERIFY),
            usable=right.opens(Asked.USE),
            reasons=told.reasons,
            articles=told.articles,
            provider=entry.provider,
            provider_title=title_of(self.catalogue, entry.provider),
            remedy=right.remedy,
            barred_by=None if right.barred_by is None else str(right.barred_by),
            expected_on=expected_on(
                self._code(right), right.deciding, self._applied(right).pending, self._starts(right), self.now
            ),
            grants=[_grant(entry, held[grant]) for grant in right.grants or self._to_open(right)],
        )

    def _to_open(self, right: Right) -> Iterable[GrantId]:
        """The grants that are held and do not open it now: once they begin, have a quota again, or a case is named."""
        whole = self.whole[right.coordinate].grants
        if whole or right.remedy not in HELD:
            return whole
        in_case = self.horizon.standpoint(self.horizon.asking._replace(in_case=True), "")
        begun = self._starts(right) or in_case
        decision = decide_one(self.catalogue, Question(right.coordinate, Asked.SHOW), begun)
        return sorted({share.grant for share in shares((decision,)) if share.grant is not None})

    def _starts(self, right: Right) -> Standpoint | None:
        """From where a grant that has not begun yet will open it, the first of all purposes."""
        if right.readable:
            return None
        question = Question(right.coordinate, Asked.SHOW)
        variants = chain.from_iterable(standpoints for _, standpoints in self.horizon.variants(right.entry))
        later = (begins(self.catalogue, question, one) for one in (self.horizon.at, *variants))
        return min((one for one in later if one is not None), key=lambda one: one.now, default=None)


def _word(right: Right) -> str:
    """The fullest that any row or purpose gives."""
    if not right.readable:
        return WITHHELD
    if not right.opens(Asked.SHOW):
        return WORDS[Form.VERIFY]
    words = {verdict(decision) for decision in right.deciding}
    return next((word for word in FULLEST_FIRST if word in words), DEPENDS_ON_ROW)


def _grant(entry: Item | Relation, grant: Grant) -> HeldGrant:
    foreseen: set[Use] = set()
    for sharing in (entry.sharing, *(rule.sharing for rule in entry.rules)):
        if isinstance(sharing, Conditional):
            foreseen.update(sharing.uses)
    return HeldGrant(
        id=grant.id,
        form=SharingForm(grant.form.name),
        rows=SharedRows(grant.rows.name),
        uses=[SharingUse(use.name) for use in sorted(grant.uses & foreseen)],
        matters=sorted(grant.matters),
        valid_from=grant.valid_from,
        valid_until=grant.valid_until,
        quota_per_day=grant.quota_per_day,
        operations=sorted(grant.operations),
    )
