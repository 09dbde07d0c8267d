"""Applications and grants on the pure functions: each step asks those of `sharing` that the step of the workflow asks."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from catalogue.claims import Part
from catalogue.edit import ItemEdit, edited
from catalogue.load import load_documents, read_documents
from catalogue.model import Basis, Coordinate, ItemCode, Mode, ProviderCode, ResourceName, Use
from catalogue.profile import Supplement, load_profile
from demo.parties import OFFICERS
from errors import NOT_RESPONSIBLE
from resolvers.roles import Role, require_changer, require_role
from settings import ROOT
from sharing.answer import ItemAnswer, Outcome, answer_hash, check_answer, granted_together
from sharing.application import (
    Actor,
    Answered,
    Application,
    ApplicationId,
    Coordinated,
    CoordinationRequested,
    Drafted,
    Event,
    Happening,
    Negotiated,
    NegotiationEnded,
    Proposed,
    Request,
    RequestedItem,
    Saved,
    Standing,
    Submitted,
    SupplementAsked,
    Withdrawn,
)
from sharing.chain import ONE_STEP, AnswerChain, Officer, Step, Substitution, check_step, next_step
from sharing.completeness import check_complete, lacking
from sharing.concealment import Concealment, class_of
from sharing.consumer import Asking
from sharing.coordination import responsible_body
from sharing.days import Days
from sharing.deadlines import answer_due, check_supplement_in_time, clock_if_submitted, clock_of, mark_of
from sharing.decide import Standpoint, decide
from sharing.decision import Asked, Question
from sharing.grant import Grant
from sharing.happen import begin, happen
from sharing.negotiation import check_heard
from sharing.parties import Party, PartyKind, gaps
from sharing.prefill import Divided, prefill
from sharing.renewal import Ground, narrowed, renewed
from sharing.sealed import Granted
from sharing.sources import Said, given_apart, parts_answered
from sharing.sources import Standing as Sources
from sharing.terms import Terms, check_foreseen, check_may_be_granted, check_term, end_of, entries_by_code, statute
from standards.working_days import CALENDAR, year_table
from tests.law.applying import DUTY, ELSEWHERE, MATTER, SUBJECT_OF, changed
from tests.law.cases import CATALOGUE, DIVISION, coordinate, department
from tests.law.steps import Refused, StepCase
from tests.law.verdicts import told, verdict_on

MONDAY = date(2026, 3, 2)
"""The day on which a case begins unless it says otherwise; a year to come is not published then."""
ROLES = {"auditor": Role.AUDITOR, "leading_group": Role.SUPERVISOR}


class PureApplications:
    """One department's application to one provider."""

    def __init__(self, case: StepCase) -> None:
        self.consumer = case.department
        self.day = MONDAY
        self.calendar, self.profile = CALENDAR, load_profile()
        self.catalogue = CATALOGUE
        self.said: list[Part] = []
        self.chain: AnswerChain = ONE_STEP
        self.officers: tuple[Officer, ...] = ()
        self.drafts: list[Application] = []
        self.without: dict[str, str] = {}
        self.asked: list[Coordinate] = []
        self.granted: list[Granted] = []

    # what is done

    def under_profile(self, supplement: str) -> None:
        self.profile = replace(self.profile, supplement=Supplement(supplement))

    def wait(self, until: date) -> None:
        self.day = until

    def publish_calendar(self, year: int, holidays: Sequence[date], make_up_days: Sequence[date] = ()) -> None:
        self.calendar = self.calendar.extended(year_table(year, holidays, make_up_days))

    def let_go(self, item: str, division: str, to: str) -> None:
        code, provider = self.entry(item)[1].code, self.entry(item)[1].provider
        self.said += [Part(code, provider, division, released=True), Part(code, department(to), division)]

    def draft(
        self, items: Sequence[str] = ("Person.registeredResidence",), on: date | None = None, *, complete: bool = True
    ) -> None:
        self.day, self.drafts = on or self.day, []
        self.asked = [coordinate(item) for item in items]
        asking = self.asking
        standpoint = Standpoint(asking, self.held(), self.now)
        decisions = decide(self.catalogue, [Question(item, Asked.SHOW) for item in self.asked], standpoint)
        found = prefill(self.catalogue, decisions, standpoint, self.day, Divided(self.said))
        self.without = {str(one.coordinate): one.reason for one in found.unobtainable}
        by_provider: dict[ProviderCode, list[RequestedItem]] = {}
        for wanted in found.wanted:
            by_provider.setdefault(wanted.provider, []).append(wanted.requested)
        for provider, wanted_items in by_provider.items():
            request = Request(tuple(wanted_items), purpose=f"办理事项 {MATTER}", handler="H-1")
            self.drafts.append(self.begun(provider, request))
        if self.drafts:
            self.officers = OFFICERS.get(self.name_of(self.application.provider), ())
            if complete:
                self.happen(Saved(replace(self.application.draft, duty=DUTY["duty"], contact=DUTY["contact"])))

    def save(self, **words: Any) -> None:
        draft, add = self.application.draft, words.pop("add", None)
        request = replace(draft, duty=words.pop("duty", draft.duty))
        if words:
            code = self.code(words.pop("item", str(self.asked[0])))
            items = (
                replace(one, terms=changed(one.terms, self.day, **words)) if one.item == code else one
                for one in request.items
            )
            request = replace(request, items=tuple(items))
        if add is not None:
            first = request.items[0].terms
            entry = self.entry(add)
            more = RequestedItem(entry[1].code, first, negotiate=statute(entry[1]) is not None)
            request = replace(request, items=(*request.items, more))
        self.check_request(request, self.application.provider)
        self.happen(Saved(request))

    def submit(self, also_to: str = "") -> None:
        application = self.application
        check_complete(application.draft)
        if also_to:
            self.check_request(application.draft, department(also_to))
            application = self.begun(department(also_to), application.draft)
            self.officers = OFFICERS.get(also_to, ())
        self.check_request(application.draft, application.provider)
        clock = clock_if_submitted(application, self.day, self.calendar, self.profile)
        submitted = Submitted(None) if clock is None else Submitted(clock.due, clock.provisional)
        self.drafts[0] = self.after(application, submitted, self.consumer, "H-1")

    def withdraw(self) -> None:
        self.happen(Withdrawn("事项取消"))

    def ask_supplement(self, lacking: Sequence[str]) -> None:
        check_supplement_in_time(self.application, self.day, self.calendar, self.profile)
        self.happen(SupplementAsked(tuple(lacking)), by=self.application.provider)

    def set_chain(self, steps: Sequence[str]) -> None:
        self.chain = AnswerChain(tuple(map(Step, steps)))

    def substitute(self, officer: str, substitute: str, days: int) -> None:
        term = Days(self.day, self.day + timedelta(days=days))
        self.officers = tuple(
            replace(one, substitutes=(*one.substitutes, Substitution(substitute, term))) if one.id == officer else one
            for one in self.officers
        )

    def answer(
        self,
        by: str = "provider",
        grant: Sequence[str] = (),
        partly: Sequence[dict[str, Any]] = (),
        refuse: Sequence[str] = (),
        reason: str = "",
        step: str | None = None,
        handler: str = "A-1",
        conceal: dict[str, Any] | None = None,
    ) -> None:
        self.act_as(by, Role.PROVIDER, "answerApplication")
        application = self.application
        given: list[tuple[str, Outcome, dict[str, Any]]] = [(item, Outcome.GRANT, {}) for item in grant]
        given += [(one["item"], Outcome.PARTLY, {k: v for k, v in one.items() if k != "item"}) for one in partly]
        answers = [self.answered(item, outcome, **terms) for item, outcome, terms in given]
        if conceal is not None:
            answers = [replace(one, terms=self.concealed(one.terms, **conceal)) for one in answers]
        answers += [ItemAnswer(self.code(item), Outcome.REFUSE, None, reason) for item in refuse]
        taken = () if application.proposal is None or answers else application.proposal.taken
        now = next_step(self.chain, taken) or Step.ISSUE if step is None else Step(step)
        check_step(self.chain, taken, self.officers, now, handler, self.day)
        if now is not Step.ISSUE:
            self.check_answers(answers)
            self.happen(Proposed(now, tuple(answers)), by=application.provider, handler=handler)
            return
        answers = answers or list(application.proposal.answers if application.proposal else ())
        known_by = answer_hash(application.id, application.provider, answers, None)
        after = self.after(application, Answered(tuple(answers), known_by), application.provider, handler)
        self.check_answers(answers)
        self.drafts[0] = after
        for terms, items in granted_together(answers).items():
            self.give(terms, items, known_by)

    def negotiate(self, by: str = "consumer", items: Sequence[str] = ()) -> None:
        self.act_as(by, Role.CONSUMER, "negotiate")
        standings = (Standing.NEGOTIATION_NEEDED, Standing.NEGOTIATING, Standing.REFUSED, Standing.PARTLY)
        codes = tuple(map(self.code, items)) or self.application.standing(*standings)
        self.happen(Negotiated(codes, "请复议"), by=self.side(by))

    def end_negotiation(self, result: str, by: str = "consumer") -> None:
        codes = self.application.standing(Standing.NEGOTIATING)
        check_heard(
            *(self.application, codes, self.side(by)), agreed=result == "agreed", today=self.day, calendar=self.calendar,
            profile=self.profile,
        )  # fmt: skip
        due = answer_due(self.day, self.calendar, self.profile) if result == "agreed" else None
        self.happen(NegotiationEnded(codes, result == "agreed", "见纪要", due), by=self.side(by))

    def coordinate(self) -> None:
        application = self.application
        body = responsible_body(DIVISION, self.division_of(application.provider))
        codes = application.standing(Standing.FAILED) or tuple(application.items)
        self.happen(CoordinationRequested(codes, body, department("government_services"), "审核确需"))

    def record_coordination(self, result: str) -> None:
        codes = self.application.standing(Standing.COORDINATING)
        if result == "opened":
            for code in codes:
                check_may_be_granted(entries_by_code(self.catalogue)[code][1])
        due = answer_due(self.day, self.calendar, self.profile) if result == "opened" else None
        self.happen(Coordinated(codes, result == "opened", "协调意见", due), by=department("government_services"))

    def amend(self, item: str, **attributes: Any) -> None:
        documents = read_documents(ROOT / "catalogue")
        path = f"registers/{self.catalogue.resources[coordinate(item).type].file}"
        edits = [ItemEdit(coordinate(item), name, tuple(value)) for name, value in attributes.items()]
        self.catalogue = load_documents({**documents, path: edited(documents[path], edits).text}, 2)

    def renew(self, days: int) -> None:
        former, last = self.granted[-1], self.day + timedelta(days=days)
        ground = Ground(self.catalogue, self.said)
        self.granted.append(renewed(former, former.grant.id, ground, (self.day, last), self.now, handler="A-2"))

    def narrow(self, operations: Sequence[str]) -> None:
        former = self.granted[-1]
        self.granted.append(narrowed(former, former.grant.id, frozenset(operations), self.now, handler="A-2"))

    # what is seen

    def state(self) -> str:
        return self.application.state.name if self.drafts else "NOTHING"

    def kept(self) -> object:
        return tuple(self.drafts), tuple(self.granted), self.catalogue.version

    def applications(self) -> list[str]:
        return sorted(self.name_of(one.provider) for one in self.drafts)

    def unobtainable(self) -> dict[str, str]:
        return self.without

    def standing(self) -> dict[str, str]:
        names = {entry.code: str(at) for at, entry in self.catalogue.entries.items()}
        return {names[code]: one.standing.name for code, one in self.application.items.items()}

    def lacking(self) -> list[str]:
        return list(lacking(self.application.draft))

    def supplement(self) -> list[str]:
        return list(self.application.lacking or ())

    def due(self) -> date | None:
        clock = clock_of(self.application, self.calendar, self.profile)
        return None if clock is None else clock.due

    def has_due(self) -> bool:
        return self.due() is not None

    def warn_from(self) -> date | None:
        clock = clock_of(self.application, self.calendar, self.profile)
        return None if clock is None else clock.warn_from

    def provisional(self) -> bool:
        clock = clock_of(self.application, self.calendar, self.profile)
        return clock is not None and clock.provisional

    def due_in_working_days(self) -> int:
        due = self.due()
        assert due is not None
        return CALENDAR.working_days_between(self.day, due)

    def mark(self) -> str | None:
        mark = mark_of(self.application, self.calendar, self.profile, self.day)
        return None if mark is None else mark.name

    def taken(self) -> list[str]:
        proposal = self.application.proposal
        return [f"{step.name} {handler}" for step, handler in (proposal.taken if proposal else ())]

    def body(self) -> str | None:
        return None if self.application.coordination is None else self.application.coordination.body.name

    def hidden(self) -> list[str]:
        """By which laws access under the grants is hidden from its subjects."""
        told = [one.concealment for one in self.granted]
        return ["" if one is None else f"《{one.basis.title}》{one.basis.clause}" for one in told]

    def grants(self) -> int:
        return len(self.granted)

    def within(self) -> list[str | None]:
        return [one.within for one in self.granted]

    def last_day_in_days(self) -> int:
        """Of the latest grant, its last day, counted from today."""
        return next(n for n in range(4_000) if end_of(self.day + timedelta(days=n)) == self.granted[-1].valid_until)

    def reads(self) -> str:
        """What becomes of the first item that was asked for."""
        return self.read(SUBJECT_OF)

    def reads_elsewhere(self) -> str:
        """The same on a row of another city."""
        return self.read(ELSEWHERE)

    def read(self, subjects: Mapping[ResourceName, str]) -> str:
        item = self.asked[0]
        return told(verdict_on(item, subjects[item.type], Standpoint(self.asking, self.held(), self.now)))

    def held(self) -> Mapping[ItemCode, tuple[Grant, ...]]:
        """The grants by item, as far as they reach."""
        held: dict[ItemCode, tuple[Grant, ...]] = {}
        sources = Sources([Said(part, self.now) for part in self.said])
        for grant in sources.confined((one.provider, one.grant) for one in self.granted):
            for code in grant.items:
                held[code] = (*held.get(code, ()), grant)
        return held

    def gaps(self) -> list[str]:
        party = Party(self.consumer, "case", "案例部门", PartyKind.GOVERNMENT, DIVISION, in_force=True)
        return [one.subject.name for one in gaps(party, self.day)]

    # how

    @property
    def application(self) -> Application:
        return self.drafts[0]

    @property
    def now(self) -> datetime:
        return datetime.combine(self.day, time(2), UTC)

    @property
    def asking(self) -> Asking:
        return Asking(self.consumer, DIVISION, MATTER, Use.ADMINISTRATIVE_BASIS, Mode.ONLINE_LOOKUP, in_case=False)

    def entry(self, item: str) -> Any:
        at = coordinate(item)
        return self.catalogue.resources[at.type], self.catalogue.entries[at]

    def code(self, item: str) -> ItemCode:
        code: ItemCode = self.entry(item)[1].code
        return code

    def name_of(self, code: ProviderCode) -> str:
        return self.catalogue.departments[code].name

    def division_of(self, code: ProviderCode) -> str:
        return self.catalogue.departments[code].division

    def side(self, by: str) -> ProviderCode:
        return self.consumer if by == "consumer" else self.application.provider

    def act_as(self, by: str, role: Role, field: str) -> None:
        if by in ROLES:
            require_changer(frozenset({ROLES[by]}), [field])
            require_role(frozenset({ROLES[by]}), role)

    def begun(self, provider: ProviderCode, request: Request) -> Application:
        drafted = Drafted(self.consumer, provider, "B", request)
        number = ApplicationId(f"A{len(self.drafts)}")
        return begin(number, Event(1, self.now, self.day, Actor(self.consumer, "c", "H-1"), drafted))

    def after(self, application: Application, what: Happening, by: ProviderCode, handler: str) -> Application:
        event = Event(len(application.events) + 1, self.now, self.day, Actor(by, "c", handler), what)
        return happen(application, event)

    def happen(self, what: Happening, by: ProviderCode | None = None, handler: str = "H-1") -> None:
        self.drafts[0] = self.after(self.application, what, by or self.consumer, handler)

    def check_request(self, request: Request, provider: ProviderCode) -> None:
        entries = entries_by_code(self.catalogue)
        for one in request.items:
            if not parts_answered(entries[one.item][1], provider, self.said, self.catalogue.parted.get(one.item)):
                raise Refused(NOT_RESPONSIBLE.name, None, "apply for it to its provider")  # the code is the resolver's
            if not one.negotiate:
                check_foreseen(entries[one.item], one.terms)
            check_term(one.terms.valid_until, self.day)

    def answered(self, item: str, outcome: Outcome, **terms: Any) -> ItemAnswer:
        found = (self.application.request or self.application.draft).item(self.code(item))
        first = self.application.draft.items[0].terms if found is None else found.terms
        return ItemAnswer(self.code(item), outcome, changed(first, self.day, **terms))

    def concealed(self, terms: Terms | None, days: int, **basis: str) -> Terms:
        assert terms is not None
        law = Basis(basis["title"], basis["number"], basis["clause"], class_of(basis["class"]))
        return replace(terms, concealment=Concealment(law, self.day + timedelta(days=days)))

    def check_answers(self, answers: Sequence[ItemAnswer]) -> None:
        request = self.application.request
        for one in answers:
            asked = None if request is None else request.item(one.item)
            assert asked is not None, "only what was applied for is answered"
            check_answer(asked.terms, one, entries_by_code(self.catalogue)[one.item], self.day)

    def give(self, terms: Terms, items: Sequence[ItemCode], known_by: str) -> None:
        assert terms.valid_until is not None
        application = self.application
        entry = entries_by_code(self.catalogue)[items[0]][1]
        for within in parts_answered(entry, application.provider, self.said, self.catalogue.parted.get(items[0])):
            self.granted.append(Granted(
                application.provider, self.consumer, frozenset(items), terms.form, terms.rows, terms.uses, terms.matters,
                terms.modes, self.now, end_of(terms.valid_until), known_by, within=within,
                concealment=terms.concealment,
                apart=given_apart(items, application.provider, within, self.catalogue.parted),
            ))  # fmt: skip
