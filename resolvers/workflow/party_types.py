"""Departments, offices and officers as GraphQL shows them: what is public to all who are known, staff and clients to few."""

from collections.abc import Sequence
from datetime import date

import strawberry
from aiodataloader import DataLoader

from catalogue.model import ProviderCode
from resolvers.ports.parties import PartyBook, PartyClient
from resolvers.roles import OVERSEEING, Role
from schema.enums import AnswerStep, NetworkZone, OfficeKind, PartyKind, ResponsibilitySubject
from schema.scalars import CreditCode, DivisionCode
from sharing import parties as law
from sharing.chain import Officer, Step
from sharing.consumer import Consumer
from sharing.days import Days
from standards.divisions import DIVISIONS, contains


class PartyLoaders:
    """What one request loads of organisations: each kind once, whichever departments ask for it."""

    def __init__(self, book: PartyBook, viewer: Consumer, day: date) -> None:
        self.viewer = viewer
        self.day = day
        self._book = book
        self._offices: Sequence[law.Office] | None = None
        self.party: DataLoader[ProviderCode, law.Party | None] = DataLoader(self._parties)
        self.officers: DataLoader[ProviderCode, Sequence[Officer]] = DataLoader(self._officers)
        self.clients: DataLoader[ProviderCode, Sequence[PartyClient]] = DataLoader(self._clients)

    async def offices(self) -> Sequence[law.Office]:
        """Every appointment."""
        if self._offices is None:
            self._offices = await self._book.offices()
        return self._offices

    async def department(self, code: ProviderCode | None) -> "Department | None":
        """The department of this code; None for none."""
        found = None if code is None else await self.party.load(code)
        return None if found is None else department_of(found, self)

    async def _parties(self, codes: list[ProviderCode]) -> list[law.Party | None]:
        found = await self._book.parties_of(codes)
        return [found.get(code) for code in codes]

    async def _officers(self, codes: list[ProviderCode]) -> list[Sequence[Officer]]:
        found = await self._book.officers_of(codes)
        return [found[code] for code in codes]

    async def _clients(self, codes: list[ProviderCode]) -> list[Sequence[PartyClient]]:
        found = await self._book.clients_of(codes)
        return [found[code] for code in codes]

    def manages(self, party: law.Party) -> bool:
        """Whether the viewer is the department's own client, or an operator in whose jurisdiction it lies."""
        own = self.viewer.department == party.code and Role.CITIZEN_CHANNEL not in self.viewer.roles
        return own or (Role.OPERATOR in self.viewer.roles and contains(self.viewer.division, party.division))

    def oversees(self, party: law.Party) -> bool:
        """Whether the viewer may see who acts for the department: whoever manages it, its auditors and supervisors."""
        overseeing = bool(OVERSEEING & self.viewer.roles) and law.oversees(self.viewer.division, (party.division,))
        return overseeing or self.manages(party)


@strawberry.type(description="工作文件 · a rule or goal that a department has stated, and since when.")
class StatedDocument:
    text: str = strawberry.field(description="内容 · its title or text.")
    link: str | None = strawberry.field(description="链接 · where the document stands.")
    valid_from: date = strawberry.field(description="起始日 · the first day.")
    valid_until: date | None = strawberry.field(description="终止日 · the day on which it no longer holds; null: none set.")


@strawberry.type(description="缺项提示 · what a department has not stated of Art. 24. A warning: it blocks nobody.")
class DepartmentGap:
    subject: ResponsibilitySubject = strawberry.field(description="事项 · what is missing.")
    message: str = strawberry.field(description="英文提示 · in English.")
    message_zh: str = strawberry.field(description="提示 · in Chinese.")
    article: str = strawberry.field(description="依据 · the regulation's article.")


@strawberry.type(description="代理 · who takes an officer's steps, and on which days.")
class OfficerSubstitute:
    officer: str = strawberry.field(description="代理人编号 · the substituting officer's number.")
    valid_from: date = strawberry.field(description="起始日 · the first day.")
    valid_until: date | None = strawberry.field(description="终止日 · the day on which it ends.")


@strawberry.type(description="经办人 · an officer of a department.")
class DepartmentOfficer:
    id: str = strawberry.field(description="经办人编号 · the department's own number.")
    name: str | None = strawberry.field(description="姓名 · to the department and its operator only; null to others.")
    steps: list[AnswerStep] = strawberry.field(description="可办环节 · the steps of an answer that the officer may take.")
    valid_from: date = strawberry.field(description="起始日 · the first day.")
    valid_until: date | None = strawberry.field(description="终止日 · the day on which it ends; null: none set.")
    substitutes: list[OfficerSubstitute] = strawberry.field(description="代理人 · who substitutes, now or later.")


@strawberry.type(description="接入系统 · a client (system) of a department.")
class DepartmentClient:
    id: str = strawberry.field(description="客户端 · its id.")
    title: str = strawberry.field(description="名称 · what it is.")
    roles: list[str] = strawberry.field(description="角色 · what it may be used for.")
    disabled: bool = strawberry.field(description="停用 · whether it is refused.")


async def _holder(root: strawberry.Parent["Office"]) -> "Department | None":
    return await root.loaders.department(root.held.holder)


@strawberry.type(description="职责岗位 · who holds an office in these days (Art. 5).")
class Office:
    held: strawberry.Private[law.Office]
    loaders: strawberry.Private[PartyLoaders]
    kind: OfficeKind = strawberry.field(description="岗位 · which office.")
    division: DivisionCode = strawberry.field(description="行政区划 · of which province, city or county.")
    title: str = strawberry.field(description="名称 · what it is called.")
    head: str | None = strawberry.field(description="负责人 · who heads it.")
    basis: str = strawberry.field(description="依据 · the document that appoints.")
    valid_from: date = strawberry.field(description="起始日 · the first day.")
    valid_until: date | None = strawberry.field(description="终止日 · the day on which it ends; null: none set.")
    holder: "Department | None" = strawberry.field(
        resolver=_holder, description="承担部门 · the department that holds it; null for a leading group without one."
    )


async def _superior(root: strawberry.Parent["Department"]) -> "Department | None":
    loaders = root.loaders
    return await loaders.department(law.superior(root.held, await loaders.offices(), loaders.day))


async def _offices(root: strawberry.Parent["Department"]) -> list[Office]:
    held, loaders = root.held, root.loaders
    return [
        office_of(one, loaders) for one in await loaders.offices() if one.holder == held.code and one.days.hold(loaders.day)
    ]


async def _officers(root: strawberry.Parent["Department"]) -> list[DepartmentOfficer] | None:
    held, loaders = root.held, root.loaders
    if not loaders.oversees(held):
        return None
    named, day = loaders.manages(held), loaders.day
    return [_officer(one, day, named=named) for one in await loaders.officers.load(held.code) if _ahead(one.days, day)]


async def _clients(root: strawberry.Parent["Department"]) -> list[DepartmentClient] | None:
    if not root.loaders.oversees(root.held):
        return None
    return [
        DepartmentClient(id=one.id, title=one.title, roles=list(one.roles), disabled=one.disabled)
        for one in await root.loaders.clients.load(root.held.code)
    ]


@strawberry.type(description="政务部门 · a department (Art. 2) with its place, responsibilities, offices and systems.")
class Department:
    held: strawberry.Private[law.Party]
    loaders: strawberry.Private[PartyLoaders]
    code: CreditCode = strawberry.field(description="统一社会信用代码 · its unified social credit code.")
    title: str = strawberry.field(description="名称 · its name.")
    name: str = strawberry.field(description="英文名称 · its name in English.")
    kind: PartyKind = strawberry.field(description="类别 · its kind (Art. 2).")
    authorisation: str | None = strawberry.field(
        description="授权依据 · what authorises one that is no government department; null where not stated."
    )
    in_force: bool = strawberry.field(description="是否有效 · whether its term has begun and not ended.")
    valid_from: date = strawberry.field(description="起始日 · the first day of its term.")
    valid_until: date | None = strawberry.field(description="终止日 · the day on which it no longer acts; null: none set.")
    division: DivisionCode = strawberry.field(description="行政区划 · where it administers.")
    division_name: str | None = strawberry.field(description="行政区划名称 · what that division is called.")
    jurisdiction: list[DivisionCode] = strawberry.field(
        description="所属层级 · that division and those above it, up to the province."
    )
    network_zone: NetworkZone | None = strawberry.field(
        description="网络 · the network that it works in; null where not stated."
    )
    principal_head: str | None = strawberry.field(
        description="主要负责人 · the principal head, first responsible ex officio (Art. 24)."
    )
    implementing_body: str | None = strawberry.field(
        description="实施机构 · the body that carries the sharing out (Art. 24)."
    )
    rules: list[StatedDocument] = strawberry.field(description="工作规范 · its rules (Art. 24).")
    goals: list[StatedDocument] = strawberry.field(description="工作目标 · its goals (Art. 24).")
    gaps: list[DepartmentGap] = strawberry.field(
        description="缺项提示 · what of Art. 24 is missing: warnings, which block nobody."
    )
    answer_chain: list[AnswerStep] = strawberry.field(
        description="答复流程 · the steps of its answers; until it sets others, ISSUE alone."
    )
    superior: "Department | None" = strawberry.field(
        resolver=_superior,
        description="上级 · who administers its sharing: the superior that is stated; else the competent department of its "
        "division, or of those above; at the top the leading group's office (Art. 5).",
    )
    offices: list[Office] = strawberry.field(
        resolver=_offices, description="承担的职责 · the offices that it holds on the day."
    )
    officers: list[DepartmentOfficer] | None = strawberry.field(
        resolver=_officers,
        description="经办人 · its officers; null but to the department, its operator, and who audits or supervises its "
        "jurisdiction.",
    )
    clients: list[DepartmentClient] | None = strawberry.field(
        resolver=_clients,
        description="接入系统 · its clients; null but to the department, its operator, and who audits or supervises its "
        "jurisdiction.",
    )


def department_of(held: law.Party, loaders: PartyLoaders) -> Department:
    """The department as it stands on the loaders' day."""
    day = loaders.day
    division = DIVISIONS.get(held.division)
    return Department(
        held=held,
        loaders=loaders,
        code=CreditCode(held.code),
        title=held.name_zh,
        name=held.name,
        kind=PartyKind(held.kind.name),
        authorisation=held.authorisation,
        in_force=held.in_force,
        valid_from=held.days.begins,
        valid_until=held.days.ends,
        division=DivisionCode(held.division),
        division_name=None if division is None else division.name,
        jurisdiction=list(map(DivisionCode, law.upward(held.division, day))),
        network_zone=None if held.zone is None else NetworkZone(held.zone.name),
        principal_head=_words(held, law.Subject.PRINCIPAL_HEAD, day),
        implementing_body=_words(held, law.Subject.IMPLEMENTING_BODY, day),
        rules=_documents(held, law.Subject.RULES, day),
        goals=_documents(held, law.Subject.GOALS, day),
        gaps=[
            DepartmentGap(
                subject=ResponsibilitySubject(gap.subject.name),
                message=gap.message,
                message_zh=gap.message_zh,
                article=gap.article,
            )
            for gap in law.gaps(held, day)
        ],
        answer_chain=[AnswerStep(step.name) for step in held.chain.steps],
    )


def office_of(held: law.Office, loaders: PartyLoaders) -> Office:
    """The office and who holds it in its days."""
    return Office(
        held=held,
        loaders=loaders,
        kind=OfficeKind(held.kind.name),
        division=DivisionCode(held.division),
        title=held.title,
        head=held.head,
        basis=held.basis,
        valid_from=held.days.begins,
        valid_until=held.days.ends,
    )


def _officer(held: Officer, day: date, *, named: bool) -> DepartmentOfficer:
    return DepartmentOfficer(
        id=held.id,
        name=held.name if named else None,
        steps=[AnswerStep(step.name) for step in Step if step in held.steps],
        valid_from=held.days.begins,
        valid_until=held.days.ends,
        substitutes=[
            OfficerSubstitute(officer=one.substitute, valid_from=one.days.begins, valid_until=one.days.ends)
            for one in held.substitutes
            if _ahead(one.days, day)
        ],
    )


def _ahead(days: Days, day: date) -> bool:
    """Whether these days hold on the day or will later."""
    return days.ends is None or (day < days.ends and days.begins < days.ends)


def _words(held: law.Party, subject: law.Subject, day: date) -> str | None:
    return next((one.text for one in held.stated(subject, day)), None)


def _documents(held: law.Party, subject: law.Subject, day: date) -> list[StatedDocument]:
    return [
        StatedDocument(text=one.text, link=one.link, valid_from=one.days.begins, valid_until=one.days.ends)
        for one in held.stated(subject, day)
    ]
