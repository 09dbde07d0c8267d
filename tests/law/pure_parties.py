"""Parties, offices and roles on the pure functions of `sharing.parties`, `sharing.chain` and `resolvers.roles`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from catalogue.model import ProviderCode
from errors import INPUT_INVALID
from resolvers.roles import Role, require_changer, require_register_reader, require_role, separation_fault
from sharing.chain import AnswerChain, Step
from sharing.days import Days
from sharing.parties import (
    Office,
    OfficeKind,
    Party,
    PartyKind,
    Statement,
    Subject,
    check_division,
    check_jurisdiction,
    check_office,
    checked_kind,
    gaps,
)
from sharing.succession import Awaited, Duties, check_end, check_handed_over
from standards import credit_code
from tests.law.cases import CATALOGUE, department
from tests.law.steps import Refused, StepCase

TODAY = date(2026, 3, 2)
WHO = {
    "operator": (Role.OPERATOR, "320000"),
    "city_operator": (Role.OPERATOR, "320100"),
    "auditor": (Role.AUDITOR, "320000"),
    "consumer": (Role.CONSUMER, "320100"),
    "market_regulation": (Role.PROVIDER, "320000"),
}
"""Role and jurisdiction of whoever acts."""


class PureParties:
    """The department of a case, once it is registered, and what is done to and by it."""

    def __init__(self, case: StepCase) -> None:
        self.number = case.number
        self.party: Party | None = None
        self.offices: list[tuple[OfficeKind, str]] = []
        self.chain: AnswerChain | None = None

    def register(
        self, kind: str, division: str = "320000", by: str = "operator", begins: str = "11", authorisation: str | None = None
    ) -> None:
        self.operating(by, division, "registerDepartment")
        code = ProviderCode(credit_code.compose(begins, division, f"LR{self.number:06}X"))
        known = checked_kind(kind, code, authorisation)
        check_division(division, TODAY)
        self.party = Party(code, "case", "案例部门", known, division, in_force=True, authorisation=authorisation)

    def appoint(self, office: str, division: str, holder: str | None = None, by: str = "operator") -> None:
        self.operating(by, division, "appointOffice")
        held = self.party if holder is None else party_of(holder)
        check_office(OfficeKind(office), division, held, TODAY)
        self.offices.append((OfficeKind(office), division))

    def end_department(self, of: str | None = None, by: str = "operator", days: int = 30) -> None:
        party = self.party if of is None else party_of(of)
        assert party is not None
        self.operating(by, party.division, "endDepartment")
        day = TODAY + timedelta(days=days)
        check_end(party, day, TODAY)
        offices = [
            Office(kind, division, party.code, "主管部门", None, "文件第1号", Days(TODAY)) for kind, division in self.offices
        ]
        check_handed_over(party.code, Duties(CATALOGUE, (), offices, Awaited()), day)
        self.party = replace(party, days=Days(party.days.begins, day))

    def describe(
        self, head: str | None = None, body: str | None = None, rules: str | None = None, goals: str | None = None
    ) -> None:
        assert self.party is not None
        given = {
            Subject.PRINCIPAL_HEAD: head, Subject.IMPLEMENTING_BODY: body, Subject.RULES: rules, Subject.GOALS: goals,
        }  # fmt: skip
        stated = [Statement(subject, text, None, Days(TODAY)) for subject, text in given.items() if text is not None]
        self.party = replace(self.party, statements=tuple(stated))

    def set_chain(self, by: str, steps: Sequence[str]) -> None:
        require_changer(roles_of(by), ["setAnswerChain"])
        require_role(roles_of(by), Role.PROVIDER)
        self.chain = AnswerChain(tuple(map(Step, steps)))

    def look(self, by: str) -> None:
        require_register_reader(roles_of(by))

    def give_roles(self, roles: Sequence[str]) -> None:
        fault = separation_fault(roles)
        if fault is not None:
            raise Refused(INPUT_INVALID.name, None, fault)

    def state(self) -> str:
        return "DONE"

    def kept(self) -> object:
        return self.party, tuple(self.offices), self.chain

    def gaps(self) -> list[str]:
        assert self.party is not None
        return [one.subject.name for one in gaps(self.party, TODAY)]

    def operating(self, by: str, division: str, field: str) -> None:
        require_changer(roles_of(by), [field])
        require_role(roles_of(by), Role.OPERATOR)
        check_jurisdiction(WHO[by][1], division)


def roles_of(by: str) -> frozenset[str]:
    return frozenset({WHO[by][0]})


def party_of(name: str) -> Party:
    """A department of the catalogue."""
    held = CATALOGUE.departments[department(name)]
    return Party(held.code, held.name, held.title, PartyKind.GOVERNMENT, held.division, in_force=True)
