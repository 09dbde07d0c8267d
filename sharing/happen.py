"""What may happen to an application, and what it comes to: the state machine of Art. 16 ¶1.

`happen` takes one event in, or refuses it with a coded error. Rules that need the catalogue (may this be asked, may that be
granted) stand in `sharing.terms` and `sharing.answer`; here is only what the application's own past permits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import assert_never

import errors
from catalogue.model import ItemCode
from sharing.answer import ItemAnswer, Outcome
from sharing.answer_clock import Run
from sharing.application import (
    ANSWERABLE,
    Answered,
    Application,
    ApplicationId,
    Coordinated,
    Coordination,
    CoordinationRequested,
    Drafted,
    Event,
    ItemState,
    Negotiated,
    NegotiationEnded,
    Owed,
    Proposal,
    Proposed,
    Saved,
    Stage,
    Standing,
    Submitted,
    SupplementAsked,
    Withdrawn,
)

_ANSWERED = {
    Outcome.GRANT: Standing.GRANTED,
    Outcome.PARTLY: Standing.PARTLY,
    Outcome.REFUSE: Standing.REFUSED,
}
NEGOTIABLE = (Standing.NEGOTIATION_NEEDED, Standing.REFUSED, Standing.PARTLY, Standing.NEGOTIATING)
_UNCOORDINATED = {
    Standing.GRANTED: "needs no coordination of `{}`, which is granted",
    Standing.AGREED: "needs no coordination of `{}`: it was agreed on, and awaits the provider's answer",
    Standing.COORDINATING: "has coordination of `{}` under way",
    Standing.OPENED: "had `{}` coordinated: it is to be provided, and awaits the provider's answer",
    Standing.UPHELD: "had `{}` coordinated: the refusal stands, and there is no second instance",
}
"""What is told where coordination is requested of an item that stands so."""


def replay(application: ApplicationId, events: Iterable[Event]) -> Application:
    """The application that these events, the first of which drafted it, come to."""
    first, *later = events
    state = begin(application, first)
    for event in later:
        state = happen(state, event)
    return state


def begin(application: ApplicationId, event: Event) -> Application:
    """An application as it is drafted."""
    drafted = event.what
    assert isinstance(drafted, Drafted), "an application begins with its draft"
    return Application(
        application, drafted.batch, drafted.consumer, drafted.provider, Stage.DRAFTED, drafted.request, events=(event,)
    )


def happen(application: Application, event: Event) -> Application:
    """The application after this event.

    Raises STATE_CONFLICT where it may not happen now, NEGOTIATION_REQUIRED for a coordination before its time, INPUT_INVALID
    for items that were not applied for or are left without an answer.
    """
    assert event.number == len(application.events) + 1, "events are numbered without gaps"
    return replace(_after(application, event), events=(*application.events, event))


def _after(application: Application, event: Event) -> Application:
    match event.what:
        case Drafted():
            raise conflict(application, "is drafted already")
        case Saved(request):
            check_editable(application)
            return replace(application, draft=request)
        case Submitted(due=due):
            return _submitted(application, event, due is not None)
        case SupplementAsked(lacking):
            check_supplement(application)
            runs = (*application.runs[:-1], replace(application.runs[-1], stopped=event.day))
            return replace(application, stage=Stage.SUPPLEMENT, lacking=lacking, runs=runs, proposal=None)
        case Withdrawn():
            check_withdrawable(application)
            return replace(application, stage=Stage.WITHDRAWN, proposal=None)
        case Proposed(step, answers, letter, note):
            return _proposed(application, Proposal(answers, letter, note, ((step, event.by.handler),)))
        case Answered(answers):
            check_answerable(application, answers)
            return _answered(application, event, answers)
        case Negotiated(items):
            check_items(application, items, NEGOTIABLE, "be negotiated")
            return application.with_items(items, Standing.NEGOTIATING)
        case NegotiationEnded(items, agreed, due=due):
            check_items(application, items, (Standing.NEGOTIATING,), "have its negotiation ended")
            if agreed:
                return _owing(application.with_items(items, Standing.AGREED), Owed(items, event.day, due))
            return application.with_items(items, Standing.FAILED)
        case CoordinationRequested(items, body, office):
            check_coordinable(application, items)
            return replace(application.with_items(items, Standing.COORDINATING), coordination=Coordination(body, office))
        case Coordinated(items, opened, due=due):
            check_items(application, items, (Standing.COORDINATING,), "have its coordination ended")
            if opened:
                return _owing(application.with_items(items, Standing.OPENED), Owed(items, event.day, due))
            return application.with_items(items, Standing.UPHELD)
        case _:
            assert_never(event.what)


def _owing(application: Application, owed: Owed) -> Application:
    return replace(application, owed=(*application.owed, owed))


def _submitted(application: Application, event: Event, awaits_answer: bool) -> Application:
    check_editable(application)
    assert isinstance(event.what, Submitted)
    request = application.draft
    if application.request is not None and {one.item for one in request.items} != set(application.items):
        raise errors.GatewayError(
            errors.INPUT_INVALID,
            "a supplement changes which items are applied for",
            "supply what is lacking; apply for other items by another application",
            article="Art. 16 ¶1",
        )
    items = dict(application.items) or {
        one.item: ItemState(Standing.NEGOTIATION_NEEDED if one.negotiate else Standing.REQUESTED) for one in request.items
    }
    return replace(
        application,
        stage=Stage.SUBMITTED,
        request=request,
        items=MappingProxyType(items),
        runs=(*application.runs, Run(event.day)) if awaits_answer else application.runs,
        told_due=event.what.due,
    )


def _proposed(application: Application, proposed: Proposal) -> Application:
    former = application.proposal
    if not proposed.answers:
        if former is None:
            raise conflict(application, "has no proposed answer to pass on")
        check_answerable(application, former.answers)
        passed_on = replace(
            former,
            letter=proposed.letter or former.letter,
            note=proposed.note or former.note,
            taken=(*former.taken, *proposed.taken),
        )
        return replace(application, proposal=passed_on)
    check_answerable(application, proposed.answers)
    return replace(application, proposal=proposed)


def _answered(application: Application, event: Event, answers: Sequence[ItemAnswer]) -> Application:
    items = dict(application.items)
    for answer in answers:
        items[answer.item] = ItemState(_ANSWERED[answer.outcome], answer)
    codes = [answer.item for answer in answers]
    return replace(
        application,
        stage=Stage.ANSWERED,
        items=MappingProxyType(items),
        owed=tuple(one.answered(codes, event.day) for one in application.owed),
        proposal=None,
        answered_on=application.answered_on or event.day,
    )


def check_editable(application: Application) -> None:
    """Raises STATE_CONFLICT unless it is a draft, or a supplement is owed."""
    if application.stage not in (Stage.DRAFTED, Stage.SUPPLEMENT):
        raise conflict(application, "can be edited and submitted as a draft only, or while a supplement is owed")


def check_supplement(application: Application) -> None:
    """Raises STATE_CONFLICT unless an answer is awaited and no notice was given yet: there is one, of all that lacks."""
    check_under_way(application)
    if application.lacking is not None:
        raise conflict(application, "has had its one notice of all that is lacking")
    if application.stage is not Stage.SUBMITTED or not application.standing(Standing.REQUESTED):
        raise conflict(application, "awaits no answer")


def check_withdrawable(application: Application) -> None:
    """Raises STATE_CONFLICT once there is an answer, or it is withdrawn already."""
    check_under_way(application, also_drafts=True)
    if application.stage is Stage.ANSWERED:
        raise conflict(application, "is answered; a right that is no longer needed is revoked by its provider")


def check_under_way(application: Application, *, also_drafts: bool = False) -> None:
    """Raises STATE_CONFLICT for one that was withdrawn, or is not submitted yet."""
    if application.stage is Stage.WITHDRAWN:
        raise conflict(application, "was withdrawn")
    if application.stage is Stage.DRAFTED and not also_drafts:
        raise conflict(application, "is not submitted")


def check_answerable(application: Application, answers: Sequence[ItemAnswer]) -> None:
    """Raises INPUT_INVALID for an item that was not applied for, twice answered or left out; STATE_CONFLICT for a second
    answer, or for one while a supplement is owed.
    """
    check_under_way(application)
    if application.stage is Stage.SUPPLEMENT:
        raise conflict(application, "awaits the supplement that was asked for")
    codes = [answer.item for answer in answers]
    _check_applied_for(application, codes)
    if not application.standing(*ANSWERABLE):
        raise conflict(application, "is answered, or negotiated first: no item awaits an answer")
    for answer in answers:
        standing = application.items[answer.item].standing
        if standing not in ANSWERABLE:
            raise conflict(application, f"awaits no answer on `{answer.item}`, which is `{standing}`")
        if standing is Standing.OPENED and answer.outcome is Outcome.REFUSE:
            raise conflict(application, f"was coordinated: `{answer.item}` is to be provided, and is not refused again")
    left = [code for code in application.standing(Standing.REQUESTED) if code not in codes]
    if left:
        raise errors.GatewayError(
            errors.INPUT_INVALID,
            f"the answer leaves out `{left[0]}`",
            "answer every item that was applied for, at once",
            article="Art. 16 ¶1",
            extensions={"unanswered": left},
        )


def check_items(application: Application, items: Sequence[ItemCode], standings: tuple[Standing, ...], what: str) -> None:
    """Raises INPUT_INVALID for items not applied for, STATE_CONFLICT for one that does not stand as it must."""
    check_under_way(application)
    _check_applied_for(application, items)
    for code in items:
        if application.items[code].standing not in standings:
            raise conflict(application, f"cannot have `{code}`, which is `{application.items[code].standing}`, {what}")


def check_coordinable(application: Application, items: Sequence[ItemCode]) -> None:
    """Raises NEGOTIATION_REQUIRED unless the negotiation of each item has failed; STATE_CONFLICT for a coordination that is
    under way, was had before, or is not needed.
    """
    check_under_way(application)
    _check_applied_for(application, items)
    for code in items:
        standing = application.items[code].standing
        if standing in _UNCOORDINATED:
            raise conflict(application, _UNCOORDINATED[standing].format(code))
        if standing is not Standing.FAILED:
            raise errors.GatewayError(
                errors.NEGOTIATION_REQUIRED,
                f"`{code}` is `{standing}`: the provider has not been negotiated with in vain",
                "use `negotiate`, and where it fails `recordNegotiation`, before `requestCoordination`",
                article="Art. 16 ¶1",
            )


def _check_applied_for(application: Application, codes: Sequence[ItemCode]) -> None:
    if not codes or len(set(codes)) != len(codes):
        raise errors.GatewayError(
            errors.INPUT_INVALID, "no item is named, or one twice", "name each item once", article="Art. 16 ¶1"
        )
    for code in codes:
        if code not in application.items:
            raise errors.GatewayError(
                errors.INPUT_INVALID,
                f"`{code}` was not applied for",
                "name items of the application",
                article="Art. 16 ¶1",
            )


def conflict(application: Application, what: str) -> errors.GatewayError:
    """STATE_CONFLICT: this application `what`."""
    return errors.GatewayError(
        errors.STATE_CONFLICT,
        f"the application {what}",
        f"it is `{application.state}`; look at it again before the next step",
        article="Art. 16 ¶1",
        extensions={"state": application.state.name},
    )
