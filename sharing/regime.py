"""What a deployment and its regulation add to every decision: the network zone, and whether matters are bound."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from catalogue.profile import Binding
from sharing.consumer import NO_MATTER, Asking
from sharing.days import day_of
from sharing.decision import Question
from sharing.grant import GrantId
from sharing.rights import Rights
from sharing.standpoint import EXTRANET, Declared, Standpoint

NOBODY: frozenset[GrantId] = frozenset()


@dataclass(frozen=True, slots=True)
class Regime:
    """`zone`: the network that the deployment serves (Art. 12, 13). `binding`: whether what a matter declares that it needs
    binds what is read (个人信息保护法 34). A matter that declares nothing is bound to nothing; one that is not registered
    on the day opens nothing conditional where matters bind, and is told of where they only warn.
    """

    zone: str = EXTRANET
    binding: Binding = Binding.OFF

    def standpoint(
        self,
        asking: Asking,
        rights: Rights,
        now: datetime,
        document: str = "",
        exhausted: frozenset[GrantId] = NOBODY,
    ) -> Standpoint:
        """From where a decision is made here; see `Standpoint`."""
        binds = self.binding is Binding.ENFORCE
        declared = _declared(rights, asking.matter, now) if binds else None
        unknown = binds and asking.matter != NO_MATTER and not is_registered(rights, asking.matter, now)
        return Standpoint(asking, rights.of(asking.department), now, document, exhausted, self.zone, declared, unknown)

    def warns_of(self, matter: str, rights: Rights, now: datetime) -> bool:
        """Whether it is told that no such matter is registered on the day."""
        return self.binding is Binding.WARN and not is_registered(rights, matter, now)

    def undeclared(self, matter: str, rights: Rights, now: datetime, questions: Iterable[Question]) -> frozenset[Question]:
        """Of what is asked, what the matter does not declare, where that is only remarked on."""
        if self.binding is not Binding.WARN:
            return frozenset()
        listed = tuple(questions)
        declared = {one: _declared(rights, one or matter, now) for one in {question.matter for question in listed}}
        return frozenset(
            question for question in listed if (found := declared[question.matter]) is not None and not found.needs(question)
        )


def is_registered(rights: Rights, matter: str, now: datetime) -> bool:
    """Whether a version of the matter is in force today."""
    return rights.matters.in_force(matter, day_of(now)) is not None


def _declared(rights: Rights, matter: str, now: datetime) -> Declared | None:
    """What the version in force today declares."""
    found = rights.matters.in_force(matter, day_of(now))
    return Declared(found.items) if found is not None and found.items else None
