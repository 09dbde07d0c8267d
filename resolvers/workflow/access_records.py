"""Who looked: told to the citizen's service channel alone, about a person that it has identified (个人信息保护法 44, 45).

The query is in the ledger before anything of it leaves, as is one that was refused for want of an identification: whoever
asks in a person's name without one is what the person will want to know of.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import strawberry
from strawberry.types import Info

import errors
from catalogue.model import Item, ProviderCode, Relation
from ledger.access import Access, access_of
from resolvers.day import today
from resolvers.roles import Role, require_role
from resolvers.workflow.access_types import (
    AccessItem,
    AccessPage,
    AccessParty,
    AccessRecord,
    IdentificationInput,
    ItemOutcome,
    Kind,
)
from resolvers.workflow.context import Context
from resolvers.workflow.inputs import check_period, invalid
from schema.enums import SharingUse
from schema.scalars import IdentityNumber
from sharing.days import FIRST_DAY, LAST_DAY, beginning_of
from sharing.identification import Identification, Method, checked_identification
from sharing.terms import end_of

FIELD = "accessRecords"
DEFAULT_FIRST, MAX_FIRST = 20, 100
ARTICLE = "个人信息保护法 45"
_TITLE = re.compile(r"\*\*(.+?)\*\*")


async def _access_records(
    info: Info[Context, None],
    subject: Annotated[IdentityNumber, strawberry.argument(description="公民身份号码 · whose records.")],
    identified_by: Annotated[
        IdentificationInput | None,
        strawberry.argument(description="身份核实 · how the channel identified the person; refused without."),
    ] = None,
    from_: Annotated[
        date | None, strawberry.argument(name="from", description="起始日 · the first day, in China; default all.")
    ] = None,
    to: Annotated[date | None, strawberry.argument(description="截止日 · the last day, included; default today.")] = None,
    first: Annotated[int, strawberry.argument(description=f"至多条数 · 1 to {MAX_FIRST}.")] = DEFAULT_FIRST,
    after: Annotated[str | None, strawberry.argument(description="游标 · `endCursor` of the page before.")] = None,
) -> AccessPage | None:
    context, now = info.context, datetime.now(UTC)
    require_role(context.caller.consumer.roles, Role.CITIZEN_CHANNEL)
    identification = await _identified(context, subject, identified_by, now)
    if not 1 <= first <= MAX_FIRST:
        raise invalid(f"`first` is {first}", f"ask for 1 to {MAX_FIRST} records", article=ARTICLE)
    since, upto = _period(from_, to)
    page = await context.ports.accesses.of(subject, since, upto, first, after)
    found = [access_of(one.payload, one.number, now) for one in page.entries]
    nodes = await _Telling.of(context, [access for access in found if access is not None])
    receipt = await context.record(FIELD, str(identification), {"subject": [subject]})
    return AccessPage(nodes=nodes, end_cursor=page.after, receipt=strawberry.ID(receipt))


async def _identified(context: Context, subject: str, stated: IdentificationInput | None, now: datetime) -> Identification:
    """How the person was identified; without that, the attempt is on the record. Raises IDENTIFICATION_REQUIRED."""
    told = None if stated is None else Identification(Method[stated.method.name], stated.reference, stated.at)
    try:
        return checked_identification(told, now)
    except errors.GatewayError as refusal:
        await context.record(FIELD, "", {"subject": [subject]}, breaches=(refusal.code.name,))
        raise


def _period(from_: date | None, to: date | None) -> tuple[datetime, datetime]:
    """The instants of both days, in China; open where none is named. Raises INPUT_INVALID."""
    begins, ends = from_ or FIRST_DAY, to or LAST_DAY
    check_period(begins, ends, article=ARTICLE)
    return beginning_of(begins), end_of(ends) - timedelta(microseconds=1)


@strawberry.type
class AccessQuery:
    access_records: AccessPage | None = strawberry.field(
        resolver=_access_records,
        description="**查询记录** · who looked at a person, when, under which matter and for which use, at which of the "
        "person's items; the newest first, also what was refused or not found. The citizen's service channel only, for a "
        "person that it has identified; this query is itself in the ledger. What a law keeps secret is told when its time "
        "has come.",
    )


class _Telling:
    """What the records of one page are told with."""

    def __init__(self, context: Context, titles: Mapping[ProviderCode, str], entries: Mapping[str, Item | Relation]) -> None:
        self._context = context
        self._titles = titles
        self._entries = entries

    @classmethod
    async def of(cls, context: Context, found: Sequence[Access]) -> list[AccessRecord]:
        """The records with all names, read for the page at once."""
        codes = {item.item for access in found for item in access.items}
        entries = {str(entry.code): entry for entry in context.catalogue.entries.values() if entry.code in codes}
        named = {code for access in found for code in (access.consumer, access.acting_for) if code is not None}
        parties = sorted({*map(ProviderCode, named), *(entry.provider for entry in entries.values())})
        known = await context.ports.parties.parties_of(parties)
        telling = cls(context, {code: party.name_zh for code, party in known.items()}, entries)
        return [telling.record(access) for access in found]

    def record(self, access: Access) -> AccessRecord:
        return AccessRecord(
            at=access.at,
            kind=Kind[access.kind.name],
            consumer=self._party(access.consumer),
            acting_for=None if access.acting_for is None else self._party(access.acting_for),
            matter=access.matter,
            matter_title=None if access.matter is None else self._matter(access.matter, access.at),
            use=None if access.use is None else SharingUse(access.use.upper()),
            step=access.step,
            step_title=None if access.step is None else self._step(access.step),
            refusal=access.error,
            refusal_title=errors.CODES[access.error].title_zh if access.error in errors.CODES else None,
            items=[
                AccessItem(
                    item=one.item,
                    title=self._entries[one.item].title if one.item in self._entries else None,
                    provider=self._party(self._entries[one.item].provider) if one.item in self._entries else None,
                    outcome=ItemOutcome(one.outcome),
                    certain=one.certain,
                )
                for one in access.items
            ],
        )

    def _party(self, code: str) -> AccessParty:
        return AccessParty(code=code, title=self._titles.get(ProviderCode(code)))

    def _matter(self, code: str, at: datetime) -> str | None:
        """As it was called then; where no version was in force, as its last version calls it."""
        register = self._context.ports.rights.matters
        matter = register.in_force(code, today(at.timestamp())) or next(iter(reversed(register.matters.get(code, ()))), None)
        return None if matter is None else matter.title

    def _step(self, name: str) -> str | None:
        """As the schema calls it, in Chinese."""
        schema = self._context.served.documents.schema
        for root in (schema.mutation_type, schema.query_type):
            if root is not None and name in root.fields:
                titled = _TITLE.match(root.fields[name].description or "")
                return None if titled is None else titled[1]
        return None
