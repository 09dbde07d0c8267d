"""From an application to what GraphQL shows of it, as each side may see it."""

from collections.abc import Mapping
from typing import assert_never

import strawberry

from catalogue.model import Catalogue, ItemCode, Mode, ProviderCode, Use
from resolvers.ports.applications import SavedTemplate
from resolvers.workflow.application_types import (
    AnswerLetter,
    AnswerProposal,
    AnswerStepTaken,
    AnswerTemplate,
    Application,
    ApplicationCoordination,
    ApplicationEvent,
    ApplicationItem,
    ApplicationParty,
    ItemAnswer,
    SharingTerms,
    UnderWay,
    Unobtainable,
    concealment_shown,
)
from schema.enums import (
    AnswerOutcome,
    AnswerStep,
    ApplicationEventKind,
    ApplicationState,
    CoordinatingBody,
    DeadlineMark,
    ItemStanding,
    ProvisionMode,
    SharedRows,
    SharingForm,
    SharingUse,
)
from sharing import application as law
from sharing.answer import ItemAnswer as LawfulAnswer
from sharing.answer import LetterReference
from sharing.answer_clock import Clock
from sharing.applied import Applying
from sharing.chain import Step
from sharing.completeness import lacking
from sharing.deadlines import Mark
from sharing.prefill import Unobtainable as Withheld
from sharing.terms import Entry, Terms


class Shown:
    """How applications are shown, on one catalogue: with the titles of items and departments."""

    def __init__(self, catalogue: Catalogue, entries: Mapping[ItemCode, Entry]) -> None:
        self._catalogue = catalogue
        self._entries = entries

    def party(self, code: ProviderCode) -> ApplicationParty:
        """The department, by its title where the catalogue names it."""
        known = self._catalogue.departments.get(code)
        return ApplicationParty(code=code, title=code if known is None else known.title)

    def application(
        self, told: law.Application, clock: Clock | None, mark: Mark | None, *, to_consumer: bool, to_provider: bool
    ) -> Application:
        """The application as this side may see it: drafts are the consumer's, proposals the provider's."""
        request = told.draft if to_consumer or told.request is None else told.request
        last = next((event.what for event in reversed(told.events) if isinstance(event.what, law.Answered)), None)
        events = [event for event in told.events if _tells(event.what, to_consumer, to_provider)]
        coordination = told.coordination
        return Application(
            id=strawberry.ID(told.id),
            batch=strawberry.ID(told.batch),
            consumer=self.party(told.consumer),
            provider=self.party(told.provider),
            state=ApplicationState(told.state.name),
            duty=request.duty,
            purpose=request.purpose,
            handler=request.handler,
            contact=request.contact,
            items=[self._item(told, one) for one in request.items],
            drafted_at=told.drafted_at,
            submitted_at=told.submitted_at,
            due=None if clock is None else clock.due,
            due_provisional=clock is not None and clock.provisional,
            warn_from=None if clock is None else clock.warn_from,
            deadline=None if mark is None else DeadlineMark(mark.name),
            lacking=list(lacking(request)) if to_consumer and told.stage is law.Stage.DRAFTED else [],
            supplement=None if told.lacking is None else list(told.lacking),
            answered_on=told.answered_on,
            answer_hash=None if last is None else last.hash,
            note=None if last is None else last.note,
            letter=None if last is None else _letter(last.letter),
            grants=[
                strawberry.ID(grant)
                for event in told.events
                if isinstance(event.what, law.Answered)
                for grant in event.what.grants
            ],
            proposal=_proposal(told.proposal) if to_provider and told.proposal is not None else None,
            coordination=None
            if coordination is None
            else ApplicationCoordination(
                body=CoordinatingBody(coordination.body.name), office=self.party(coordination.office)
            ),
            events=[self._event(number, event) for number, event in enumerate(events, 1)],
        )

    def under_way(self, item: ItemCode, told: Applying) -> UnderWay:
        """What is applied for already."""
        known, application = self._entries[item], told.application
        return UnderWay(
            coordinate=f"{known[0].name}.{known[1].name}",
            item=item,
            title=known[1].title,
            provider=self.party(application.provider),
            application=strawberry.ID(application.id),
            state=ApplicationState(application.state.name),
            due=told.due,
        )

    def unobtainable(self, told: Withheld) -> Unobtainable:
        """What no application brings."""
        return Unobtainable(
            coordinate=str(told.coordinate),
            item=told.item,
            provider=self.party(told.provider),
            reason=told.reason,
            article=told.article,
        )

    def template(self, told: SavedTemplate) -> AnswerTemplate:
        """A provider's template."""
        bounds = told.template
        return AnswerTemplate(
            id=strawberry.ID(told.id),
            name=told.name,
            refuse=bounds.refuse,
            form=None if bounds.form is None else SharingForm(bounds.form.name),
            rows=None if bounds.rows is None else SharedRows(bounds.rows.name),
            uses=None if bounds.uses is None else [SharingUse(use.name) for use in Use if use in bounds.uses],
            modes=None if bounds.modes is None else [ProvisionMode(mode.name) for mode in Mode if mode in bounds.modes],
            quota_per_day=bounds.quota_per_day,
            valid_days=bounds.valid_days,
            reason=bounds.reason,
            saved_at=told.saved_at,
        )

    def _item(self, told: law.Application, asked: law.RequestedItem) -> ApplicationItem:
        known = self._entries.get(asked.item)
        state = told.items.get(asked.item)
        return ApplicationItem(
            item=asked.item,
            coordinate=None if known is None else f"{known[0].name}.{known[1].name}",
            title=None if known is None else known[1].title,
            negotiate=asked.negotiate,
            asked=_terms(asked.terms),
            standing=None if state is None else ItemStanding(state.standing.name),
            answer=None if state is None or state.answer is None else _answer(state.answer),
        )

    def _event(self, number: int, event: law.Event) -> ApplicationEvent:
        # counted by what this side may know: a gap would tell of a step that it may not
        items, text = _said(event.what)
        return ApplicationEvent(
            number=number,
            kind=ApplicationEventKind(_kind(event.what)),
            step=_step(event.what),
            at=event.at,
            day=event.day,
            department=self.party(event.by.department),
            handler=event.by.handler,
            items=items,
            text=text,
        )


def _tells(what: law.Happening, to_consumer: bool, to_provider: bool) -> bool:
    """Whether this side may know of the step: edits are the consumer's own, proposals the provider's."""
    if isinstance(what, law.Drafted | law.Saved):
        return to_consumer
    return to_provider if isinstance(what, law.Proposed) else True


def _kind(what: law.Happening) -> str:
    """`NegotiationEnded` → `NEGOTIATION_ENDED`."""
    name = type(what).__name__
    return "".join(f"_{one}" if one.isupper() and place else one for place, one in enumerate(name)).upper()


def _step(what: law.Happening) -> AnswerStep | None:
    """Which step of an answer it was; None for what is none."""
    match what:
        case law.Proposed(step=step):
            return AnswerStep(step.name)
        case law.Answered():
            return AnswerStep(Step.ISSUE.name)
        case _:
            return None


def _said(what: law.Happening) -> tuple[list[str], str | None]:
    """Which items a step was about, and in which words."""
    match what:
        case law.Drafted() | law.Saved() | law.Submitted():
            return [], None
        case law.SupplementAsked(lacking=names):
            return [], "\n".join(names)
        case law.Withdrawn(reason=reason):
            return [], reason
        case law.Proposed(answers=answers, note=note):
            return [one.item for one in answers], note or None
        case law.Answered(answers=answers, note=note):
            return [one.item for one in answers], note or None
        case law.Negotiated(items=items, message=text):
            return list(items), text
        case law.NegotiationEnded(items=items, text=text):
            return list(items), text
        case law.CoordinationRequested(items=items, reason=text):
            return list(items), text
        case law.Coordinated(items=items, text=text):
            return list(items), text
        case _:
            assert_never(what)


def _terms(told: Terms) -> SharingTerms:
    return SharingTerms(
        form=SharingForm(told.form.name),
        rows=SharedRows(told.rows.name),
        uses=[SharingUse(use.name) for use in Use if use in told.uses],
        matters=sorted(told.matters),
        modes=[ProvisionMode(mode.name) for mode in Mode if mode in told.modes],
        valid_until=told.valid_until,
        quota_per_day=told.quota_per_day,
        operations=sorted(told.operations),
        concealment=concealment_shown(told.concealment),
    )


def _answer(told: LawfulAnswer) -> ItemAnswer:
    return ItemAnswer(
        item=told.item,
        outcome=AnswerOutcome(told.outcome.name),
        terms=None if told.terms is None else _terms(told.terms),
        reason=told.reason,
    )


def _letter(told: LetterReference | None) -> AnswerLetter | None:
    if told is None:
        return None
    return AnswerLetter(name=told.name, media_type=told.media_type, sha256=told.sha256, size=told.size)


def _proposal(told: law.Proposal) -> AnswerProposal:
    return AnswerProposal(
        answers=[_answer(one) for one in told.answers],
        note=told.note,
        letter=_letter(told.letter),
        taken=[AnswerStepTaken(step=AnswerStep(step.name), handler=handler) for step, handler in told.taken],
    )
