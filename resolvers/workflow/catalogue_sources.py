"""一数一源 (Art. 4(3)): who is the source of an item's datum for which rows, claims to be it, and whose data verifies it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, NamedTuple

import strawberry
from strawberry.types import Info

import errors
from catalogue.claims import Datum, Holding, Part, coordinates_of, data_of, holdings, overlap
from catalogue.model import Catalogue, Coordinate, Item, ItemCode, ProviderCode, ResourceName
from catalogue.predicate import ItemName
from resolvers.refusals import ATTEMPTS
from resolvers.roles import Role
from resolvers.workflow.catalogue_drafts import department_of
from resolvers.workflow.catalogue_entries import CatalogueDepartment
from resolvers.workflow.catalogue_judging import doer, published_catalogue
from resolvers.workflow.context import Context
from resolvers.workflow.inputs import check_day, invalid
from schema.scalars import CreditCode
from sharing.days import beginning_of
from standards.divisions import IN_FORCE, contains


@strawberry.type(description="数据来源 · who is the authoritative source of which rows.")
class DatumSource:
    provider: CatalogueDepartment = strawberry.field(description="提供部门 · the source.")
    division: str = strawberry.field(description="行政区划 · of the rows of this division and all below it.")
    without: list[str] = strawberry.field(description="除外 · but not of these divisions, which it let go.")
    item: str = strawberry.field(description="信息项代码 · by which item.")
    claimed_at: datetime | None = strawberry.field(
        description="登记时间 · when it was claimed; null: by the catalogue itself."
    )


@strawberry.type(description="按取值提供的部分 · whose the rows of some values of an item are, by the catalogue.")
class DatumPart:
    provider: CatalogueDepartment = strawberry.field(description="提供部门 · the source of these rows.")
    by: str = strawberry.field(description="依据的信息项 · which item of the same resource tells them apart.")
    values: list[str] = strawberry.field(description="取值 · its values, such as the types of certificates that it issues.")


@strawberry.type(description="校核来源 · a department whose data verifies it (多元校核).")
class DatumVerifier:
    department: CatalogueDepartment = strawberry.field(description="部门 · which one.")
    named_at: datetime = strawberry.field(description="登记时间 · since when.")
    named_by: str = strawberry.field(description="登记部门 · who named it (unified social credit code).")
    ended_at: datetime | None = strawberry.field(description="撤销时间 · when it was taken back; null: it verifies still.")
    ended_reason: str | None = strawberry.field(description="撤销理由 · why it was taken back.")


SourcesParent = strawberry.Parent["DatumSources"]


async def _verifying(
    root: SourcesParent,
    info: Info[Context, None],
    on: Annotated[date | None, strawberry.argument(description="日期 · as of the end of this day; left out: now.")] = None,
) -> list[DatumVerifier]:
    if on is not None:
        check_day("on", on)
    ends = None if on is None else beginning_of(on + timedelta(days=1))
    return [
        DatumVerifier(
            department=department_of(root.catalogue, one.department),
            named_at=one.named_at,
            named_by=one.by.department,
            ended_at=one.ended_at,
            ended_reason=one.ended_reason,
        )
        for one in await info.context.ports.catalogue_life.verifying(root.codes)
        if one.verifies(ends)
    ]


@strawberry.type(description="一数一源 · the sources of an item's datum.")
class DatumSources:
    catalogue: strawberry.Private[Catalogue]
    codes: strawberry.Private[Sequence[ItemCode]]
    datum: str = strawberry.field(
        description="数据 · which datum it is: a stated name, title and standard, or its own code."
    )
    items: list[str] = strawberry.field(description="信息项 · the items that are this datum.")
    sources: list[DatumSource] = strawberry.field(description="权威来源 · one for each part of the rows.")
    parts: list[DatumPart] = strawberry.field(
        description="按取值提供的部分 · the rows that other departments provide by their value; `sources` are of all others."
    )
    verifying: list[DatumVerifier] = strawberry.field(
        resolver=_verifying, description="校核来源 · whose data verifies it, or verified it on that day."
    )


class Subject(NamedTuple):
    """The item that is spoken of, and what each entry of its catalogue is the value of."""

    catalogue: Catalogue
    coordinate: Coordinate
    code: ItemCode
    provider: ProviderCode
    datum: Datum
    data: Mapping[ItemCode, Datum]

    @property
    def lead(self) -> ProviderCode:
        return self.catalogue.registers[self.catalogue.resources[self.coordinate.type].register].lead


ItemArgument = Annotated[str, strawberry.argument(description="信息项 · its code, or its coordinate `Type.field`.")]
DivisionArgument = Annotated[str, strawberry.argument(description="行政区划 · a division's code: it and all below it.")]
Handler = Annotated[str, strawberry.argument(description="经办人 · who handles it.")]


async def _claim(
    info: Info[Context, None], item: ItemArgument, division: DivisionArgument, handler: Handler
) -> DatumSources | None:
    context = info.context
    by, life = doer(context, handler, Role.PROVIDER), context.ports.catalogue_life
    _check_division(context, division)
    for _ in range(ATTEMPTS):
        now = await life.now()
        subject = subject_of(await published_catalogue(context, now), item)
        ends = [
            one
            for one in now.said
            if one.released and one.provider == by.department and contains(division, one.division)
            and _same(subject, one)
        ]  # fmt: skip
        part = Part(subject.code, by.department, division)
        held = holdings(subject.catalogue, [one for one in now.said if one not in ends])
        mine = Holding(subject.datum, subject.code, by.department, division)
        other = next((one for one in held if overlap(one, mine)), None)
        if other is not None:
            await context.record("claimSource", subject.code, handler=handler, breaches=(errors.SOURCE_CLAIMED.name,))
            raise _claimed(subject, other)
        _check_let_go(subject, now.said, by.department, division)
        await context.record("claimSource", subject.code, handler=handler)
        if await life.say(None if _covered(mine, held) else part, ends, now.mark, by):
            return await sources_shown(context, subject)
    raise _busy()


async def _release(
    info: Info[Context, None],
    item: ItemArgument,
    division: DivisionArgument,
    to: Annotated[CreditCode, strawberry.argument(description="部门 · who may claim it from now on: nobody else.")],
    handler: Handler,
) -> DatumSources | None:
    context = info.context
    by, life = doer(context, handler, Role.PROVIDER), context.ports.catalogue_life
    _check_division(context, division)
    heir = ProviderCode(to)
    if heir == by.department or context.ports.rights.division_of(heir) is None:
        raise invalid("`to` is no other department in force", "its unified social credit code", article="Art. 4(3)")
    for _ in range(ATTEMPTS):
        now = await life.now()
        subject = subject_of(await published_catalogue(context, now), item)
        ends = [
            one
            for one in now.said
            if not one.released and one.provider == by.department and contains(division, one.division)
            and _same(subject, one)
        ]  # fmt: skip
        held = holdings(subject.catalogue, [one for one in now.said if one not in ends])
        mine = [one for one in held if (one.datum, one.provider) == (subject.datum, by.department)]
        within = next((one for one in mine if one.division != division and contains(one.division, division)), None)
        if any(contains(division, one.division) for one in mine):
            raise errors.GatewayError(
                errors.STATE_CONFLICT,
                "the catalogue names your department the source of all of it",
                "have the item's provider changed in the catalogue",
                article="Art. 4(3)",
            )
        if not ends and within is None:
            raise errors.GatewayError(
                errors.NOT_RESPONSIBLE, f"your department is not the source in `{division}`", "look at `sources`",
                article="Art. 4(3)",
            )  # fmt: skip
        await context.record("releaseSource", subject.code, handler=handler)
        part = None if within is None else Part(subject.code, by.department, division, released=True, to=heir)
        if await life.say(part, ends, now.mark, by):
            return await sources_shown(context, subject)
    raise _busy()


async def _sources(info: Info[Context, None], item: ItemArgument) -> DatumSources | None:
    return await sources_shown(info.context, subject_of(info.context.catalogue, item))


@strawberry.type
class SourceQuery:
    sources: DatumSources | None = strawberry.field(
        resolver=_sources,
        description="**一数一源** · who is the authoritative source of an item, for which rows, and whose data verifies it.",
    )


@strawberry.type
class SourceMutation:
    claim_source: DatumSources | None = strawberry.field(
        resolver=_claim,
        description="**登记权威来源** · claim to be the source of an item for a division. A claim that overlaps another's "
        "is refused and recorded as an attempt (Art. 4(3)). Recorded in the ledger.",
    )
    release_source: DatumSources | None = strawberry.field(
        resolver=_release,
        description="**让出权威来源** · let a division go to another department, which may then claim it. "
        "Recorded in the ledger.",
    )


def _check_let_go(subject: Subject, said: Iterable[Part], claimant: ProviderCode, division: str) -> None:
    """Raises NOT_RESPONSIBLE where others let the part go, and none of them to this department: nobody takes it unasked."""
    others = [
        one for one in said
        if one.released and one.provider != claimant and contains(one.division, division) and _same(subject, one)
    ]  # fmt: skip
    if others and all(one.to != claimant for one in others):
        raise errors.GatewayError(
            errors.NOT_RESPONSIBLE,
            f"the part was let go to `{others[-1].to}`",
            "have its source let it go to your department with `releaseSource`",
            article="Art. 4(3)",
        )


def subject_of(catalogue: Catalogue, item: str) -> Subject:
    """The item of this code or coordinate. Raises NOT_FOUND."""
    resource, _, name = item.partition(".")
    for coordinate, entry in catalogue.entries.items():
        if isinstance(entry, Item) and entry.internal:
            continue
        if entry.code == item or coordinate == Coordinate(ResourceName(resource), ItemName(name)):
            data = data_of(catalogue)
            return Subject(catalogue, coordinate, entry.code, entry.provider, data[entry.code], data)
    raise errors.GatewayError(errors.NOT_FOUND, "no such item in the catalogue", "compare its code", article="Art. 7")


def codes_of(subject: Subject) -> list[ItemCode]:
    """The codes of the items that are its datum."""
    catalogue = subject.catalogue
    return [catalogue.entries[place].code for place in coordinates_of(catalogue, subject.datum)]


def _same(subject: Subject, part: Part) -> bool:
    """Whether the part was said of the same datum."""
    return subject.data.get(part.item) == subject.datum


def _covered(mine: Holding, held: tuple[Holding, ...]) -> bool:
    """Whether the department is the source of all of it already."""
    return any(
        (one.datum, one.provider) == (mine.datum, mine.provider)
        and contains(one.division, mine.division)
        and not any(contains(each, mine.division) or contains(mine.division, each) for each in one.without)
        for one in held
    )


def _check_division(context: Context, division: str) -> None:
    if division not in IN_FORCE:
        raise invalid("`division` is no division in force", "write a six-digit code (GB/T 2260)")
    own = context.caller.consumer.division
    if not contains(own, division):
        raise errors.GatewayError(
            errors.NOT_RESPONSIBLE,
            f"your department administers `{own}`, not `{division}`",
            "claim a part of your own division",
            article="Art. 5",
        )


def _claimed(subject: Subject, other: Holding) -> errors.GatewayError:
    source = department_of(subject.catalogue, other.provider)
    return errors.GatewayError(
        errors.SOURCE_CLAIMED,
        f"`{source.title}` is the source of `{subject.coordinate}` in `{other.division}` already; the attempt is recorded",
        "have it let the part go with `releaseSource`, or be named as a verifying source",
        article="Art. 4(3)",
    )


def _busy() -> errors.GatewayError:
    return errors.GatewayError(errors.STATE_CONFLICT, "sources are being claimed at this moment", "try again")


async def sources_shown(context: Context, subject: Subject) -> DatumSources:
    """The sources of the item's datum as the schema shows them."""
    life, catalogue = context.ports.catalogue_life, subject.catalogue
    places, codes = coordinates_of(catalogue, subject.datum), codes_of(subject)
    stated, parted = await life.parts_of(codes), catalogue.parted.get(subject.code)
    since = {(one.part.item, one.part.provider, one.part.division): one.at for one in stated if not one.part.released}
    return DatumSources(
        catalogue=catalogue,
        codes=codes,
        datum=subject.datum,
        items=[str(place) for place in places],
        sources=[
            DatumSource(
                provider=department_of(catalogue, one.provider),
                division=one.division,
                without=list(one.without),
                item=one.item,
                claimed_at=since.get((one.item, one.provider, one.division)),
            )
            for one in holdings(catalogue, [each.part for each in stated])
            if one.datum == subject.datum
        ],
        parts=[
            DatumPart(provider=department_of(catalogue, provider), by=one.by, values=list(values))
            for one in (() if parted is None else (parted,))
            for provider, values in one.of.items()
        ],
    )
