"""What a deployment and its regulation add to every decision: the network zone, and whether matters are bound."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from catalogue.matters import Matter
from catalogue.model import ItemCode
from catalogue.profile import Binding
from sharing.consumer import Asking
from sharing.decision import Question
from sharing.grant import Grant, GrantId
from sharing.standpoint import EXTRANET, Declared, Standpoint

NOBODY: frozenset[GrantId] = frozenset()


@dataclass(frozen=True, slots=True)
class Regime:
    """`zone`: the network that the deployment serves (Art. 12, 13). `matters`: what each declares that it needs, by code;
    `binding`: whether that binds what is read (个人信息保护法 34). A matter that declares nothing is bound to nothing.
    """

    zone: str = EXTRANET
    binding: Binding = Binding.OFF
    matters: Mapping[str, Declared] = field(default_factory=dict)

    def standpoint(
        self,
        asking: Asking,
        grants: Mapping[ItemCode, tuple[Grant, ...]],
        now: datetime,
        document: str = "",
        exhausted: frozenset[GrantId] = NOBODY,
    ) -> Standpoint:
        """From where a decision is made here; see `Standpoint`."""
        declared = self.matters.get(asking.matter) if self.binding is Binding.ENFORCE else None
        return Standpoint(asking, grants, now, document, exhausted, self.zone, declared)

    def undeclared(self, matter: str, questions: Iterable[Question]) -> frozenset[Question]:
        """Of what is asked, what the matter does not declare, where that is only remarked on."""
        declared = self.matters.get(matter)
        if self.binding is not Binding.WARN or declared is None:
            return frozenset()
        return frozenset(question for question in questions if not declared.needs(question))


def make_regime(zone: str, binding: Binding, matters: Iterable[Matter]) -> Regime:
    """The regime of a zone, a profile's binding, and the matters that are in force."""
    return Regime(zone, binding, {matter.code: Declared(matter.items) for matter in matters if matter.items})
