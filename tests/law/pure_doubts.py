"""Doubts on the pure functions: each step asks those of `sharing` that the step of the workflow asks."""

from datetime import UTC, datetime, time

from catalogue.binding import SourceName
from catalogue.model import Coordinate, Mode, ProviderCode, ResourceName, Use
from catalogue.predicate import ItemName
from catalogue.profile import load_profile
from resolvers.day import today
from resolvers.decide import Decider
from resolvers.workflow.inputs import required_reason
from sharing.application import Actor
from sharing.consumer import Asking
from sharing.doubt import (
    ARTICLE,
    Accepted,
    Decided,
    Doubt,
    DoubtId,
    Event,
    Happening,
    Place,
    Reported,
    Result,
    State,
    Transferred,
    Verifying,
    Withdrawn,
    begin,
    check_begins,
    happen,
)
from sharing.doubt_clock import doubt_clock, doubt_mark
from sharing.open_doubts import NONE, Doubted, OpenDoubts, index_doubts
from sharing.rights import index_rights
from standards.working_days import CALENDAR
from tests.law.applying import MATTER
from tests.law.cases import CATALOGUE, DIVISION, department
from tests.law.doubting import asking, doubted
from tests.law.steps import StepCase
from tests.plan.standpoint import plan_of

PROFILE = load_profile()
SUBJECT = bytes(18)


class PureDoubts:
    """One doubt of one department."""

    def __init__(self, case: StepCase) -> None:
        self.department = case.department
        self.person, item = doubted(case)
        self.item = CATALOGUE.entries[Coordinate(ResourceName("Person"), ItemName(item))]
        self.text = asking(self.person, item)
        self.day = today(datetime.now(UTC).timestamp())
        self.now = datetime.combine(self.day, time(4), UTC)
        self.doubt: Doubt | None = None

    # what is done

    def report(self) -> None:
        place = Place("r", "person.x", self.item.code, "SHARED", SUBJECT.hex())
        told = Reported(self.department, self.item.provider, place, "户口簿载明不同")
        self.doubt = begin(DoubtId("d"), self._event(1, self.department, told))

    def accept(self, by: str = "public_security", verifier: str | None = None) -> None:
        assert self.doubt is not None
        steps: list[Happening] = []
        if verifier is None or self.doubt.state in (State.REPORTED, State.TRANSFERRED):
            steps.append(Accepted())
        if verifier is not None:
            check_begins(self.doubt)
            steps.append(Verifying(verifier))
        self._take(department(by), *steps)

    def transfer(self, to: str, by: str = "public_security", reason: str = "由其核实") -> None:
        self._take(department(by), Transferred(department(to), required_reason(reason, "a transfer", ARTICLE)))

    def decide(self, result: str, by: str = "public_security", reason: str = "已核对底册") -> None:
        why = required_reason(reason, "a decision on a doubt", ARTICLE)
        self._take(department(by), Decided(Result[result], why))

    def withdraw(self, reason: str = "已澄清") -> None:
        self._take(self.department, Withdrawn(required_reason(reason, "a withdrawal", ARTICLE)))

    def _take(self, by: ProviderCode, *steps: Happening) -> None:
        assert self.doubt is not None
        for what in steps:
            self.doubt = happen(self.doubt, self._event(len(self.doubt.events) + 1, by, what))

    def _event(self, number: int, by: ProviderCode, what: Happening) -> Event:
        return Event(number, self.now, self.day, Actor(by, "client", "H-1"), what)

    # what is shown

    def state(self) -> str:
        assert self.doubt is not None
        return self.doubt.state.name

    def kept(self) -> object:
        return self.doubt

    def marked(self) -> bool:
        return self._open().of([SUBJECT]) is not NONE

    def business(self) -> bool:
        """Whether all that is read stays as open as without a doubt."""
        plan, _ = plan_of(self.text)
        decider = Decider(CATALOGUE, dict.fromkeys(CATALOGUE.resources, SourceName("one")))
        caller = Asking(self.department, DIVISION, MATTER, Use.ADMINISTRATIVE_BASIS, Mode.ONLINE_LOOKUP, in_case=False)
        permitted = decider.permit(plan, caller, index_rights(1, (), self._open()), self.now.timestamp())
        return permitted.doubted == self.marked() and not permitted.withheld and not permitted.breaches

    def deadline(self) -> str | None:
        assert self.doubt is not None
        mark = doubt_mark(self.doubt, doubt_clock(self.doubt, CALENDAR, PROFILE), self.day)
        return None if mark is None else mark.name

    def due_in_working_days(self) -> int:
        assert self.doubt is not None
        due = doubt_clock(self.doubt, CALENDAR, PROFILE).due
        return next(days for days in range(1, 30) if CALENDAR.add_working_days(self.day, days).date == due)

    def _open(self) -> OpenDoubts:
        doubt = self.doubt
        known = [] if doubt is None or not doubt.is_open else [Doubted(doubt.place.item, SUBJECT, doubt.reported_at)]
        return index_doubts(known)
