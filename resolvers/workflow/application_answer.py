"""The provider's side of an application: the one notice of what is lacking, and the answer, step by step or at once."""

from collections.abc import Mapping, Sequence
from typing import Annotated, NamedTuple, TypeAlias

import strawberry
from strawberry.types import Info

import errors
from catalogue.model import ItemCode
from resolvers.ports.applications import Change, NewLetter
from resolvers.roles import Role
from resolvers.workflow.application_inputs import ItemAnswerInput, LetterInput, changed_terms
from resolvers.workflow.application_types import Application as Told
from resolvers.workflow.applications import (
    ARTICLE,
    Desk,
    Side,
    acting,
    after,
    change,
    desk,
    find_to_answer,
    keep,
    take,
)
from resolvers.workflow.context import Acting, Context
from resolvers.workflow.inputs import checked_text, invalid
from resolvers.workflow.letters import read_letter
from resolvers.workflow.stored import check_stored
from schema.enums import AnswerStep
from sharing.answer import ItemAnswer, LetterReference, Outcome, answer_hash, check_answer, granted_together
from sharing.application import Answered, Application, Proposed, SupplementAsked
from sharing.chain import Step, check_officer, check_step, next_step
from sharing.deadlines import check_supplement_in_time
from sharing.happen import check_answerable, check_supplement, check_under_way
from sharing.sealed import Granted
from sharing.sources import given_apart
from sharing.terms import Terms, end_of

MOST_AT_ONCE = 50
MOST_LACKING = 30


async def _request_supplement(
    info: Info[Context, None],
    application: Annotated[strawberry.ID, strawberry.argument(name="id", description="申请编号 · which application.")],
    lacking: Annotated[list[str], strawberry.argument(description="缺项 · all that is lacking, at once.")],
    handler: Annotated[str, strawberry.argument(description="经办人 · who gives the notice.")],
) -> Told | None:
    context = info.context
    at = await desk(context)
    by = acting(context, Role.PROVIDER, handler)
    found = await find_to_answer(context, application)
    parties = context.ports.parties
    chain, officers = await parties.answer_chain(by.department), await parties.officers(by.department)
    check_officer(officers, chain.steps, handler, at.day)
    if not 1 <= len(lacking) <= MOST_LACKING:
        raise invalid(f"`lacking` holds {len(lacking)}", f"name between 1 and {MOST_LACKING} things", article=ARTICLE)
    notice = SupplementAsked(tuple(checked_text(f"lacking[{place}]", one, 500) for place, one in enumerate(lacking)))
    check_supplement(found)
    check_supplement_in_time(found, at.day, at.calendar, context.ports.profile)
    return at.told(await take(at, "requestSupplement", found, by, notice), Side.PROVIDER)


async def _answer_application(
    info: Info[Context, None],
    application: Annotated[strawberry.ID, strawberry.argument(name="id", description="申请编号 · which application.")],
    handler: Annotated[str, strawberry.argument(description="经办人 · who takes this step.")],
    items: Annotated[
        list[ItemAnswerInput] | None,
        strawberry.argument(description="逐项答复 · every item; left out where a proposed answer is passed on as it is."),
    ] = None,
    letter: Annotated[LetterInput | None, strawberry.argument(description="附函 · a letter to go with it.")] = None,
    step: Annotated[
        AnswerStep | None, strawberry.argument(description="环节 · which step; left out: the department's next.")
    ] = None,
    note: Annotated[str, strawberry.argument(description="说明 · a note to go with the answer.")] = "",
) -> Told | None:
    context = info.context
    at = await desk(context)
    by = acting(context, Role.PROVIDER, handler)
    found = await find_to_answer(context, application)
    answers = tuple(_read(at, found, one, f"items[{place}]") for place, one in enumerate(items or ()))
    new = None if letter is None else read_letter(letter)
    said = checked_text("note", note) if note.strip() else ""
    reply = Reply(answers, new, said)
    changed = await next_of_answer(at, found, by, None if step is None else Step[step.value], reply)
    await keep(at, "answerApplication", by, [changed])
    return at.told(changed.application, Side.PROVIDER)


@strawberry.type
class ApplicationAnswerMutation:
    request_supplement: Told | None = strawberry.field(
        resolver=_request_supplement,
        description="**补正告知** · the one notice of all that an application lacks; the clock stands until it is supplied. "
        "A second notice is refused, and one after the answer was due.",
    )
    answer_application: Told | None = strawberry.field(
        resolver=_answer_application,
        description="**答复申请** · item by item: grant, grant in part, or refuse with a reason. Where the department "
        "answers in steps (经办、审核、签发), it takes the next one; the last gives the answer and what it grants.",
    )


Parts: TypeAlias = Mapping[ItemCode, tuple[str | None, ...]]
"""The parts of each item's rows that its provider answers for, as `sharing.sources` tells them."""


class Right(NamedTuple):
    """What is granted together: items on the same terms, on the rows of a division (None: on all)."""

    terms: Terms
    items: tuple[ItemCode, ...]
    within: str | None


class Reply:
    """What is answered: to each item, with which letter and note. Without `answers`: what was proposed."""

    __slots__ = ("answers", "letter", "note")

    def __init__(self, answers: Sequence[ItemAnswer], letter: NewLetter | None = None, note: str = "") -> None:
        self.answers = tuple(answers)
        self.letter = letter
        self.note = note


async def next_of_answer(at: Desk, found: Application, by: Acting, step: Step | None, reply: Reply) -> Change:
    """The application after the next step of its answer: proposed, passed on, or issued with what it grants.

    Raises what `sharing.chain.check_step`, `sharing.answer.check_answer` and `sharing.happen` raise.
    """
    check_under_way(found)
    parties = at.context.ports.parties
    chain, officers = await parties.answer_chain(by.department), await parties.officers(by.department)
    begins_anew = bool(reply.answers) and step in (None, chain.steps[0])
    taken = () if found.proposal is None or begins_anew else found.proposal.taken
    step = step or next_step(chain, taken) or Step.ISSUE
    check_step(chain, taken, officers, step, by.handler, at.day)
    if reply.answers and found.proposal is not None and not begins_anew:
        raise errors.GatewayError(
            errors.STATE_CONFLICT,
            f"the step `{step.name}` passes on the answer that was proposed, and does not alter it",
            f"leave `items` out, or propose another answer with `{chain.steps[0].name}`",
            article=ARTICLE,
        )
    letter = reply.letter
    if step is not Step.ISSUE:
        proposed = Proposed(step, reply.answers, None if letter is None else letter.reference, reply.note)
        await _check(at, found, reply.answers)
        return change(at, after(at, found, by, proposed), len(found.events), (), letter)
    return await _issued(at, found, by, reply)


async def _issued(at: Desk, found: Application, by: Acting, reply: Reply) -> Change:
    """签发: the answer, with the rights that it gives."""
    proposal = None if reply.answers else found.proposal
    answers = reply.answers if proposal is None else proposal.answers
    if not answers:
        raise invalid("the answer says nothing of any item", "answer every item in `items`", article=ARTICLE)
    check_answerable(found, answers)
    parts = await _check(at, found, answers)
    await _check_not_stopped(at, found, answers)
    reference = None if proposal is None else proposal.letter
    reference = reference if reply.letter is None else reply.letter.reference
    note = reply.note or ("" if proposal is None else proposal.note)
    known_by = answer_hash(found.id, found.provider, answers, reference)
    grants = [
        _granted(at, found, by, known_by, Right(terms, items, within))
        for terms, together in granted_together(answers).items()
        for within, items in _by_part(together, parts).items()
    ]
    issued = Answered(answers, known_by, tuple(one.grant.id for one in grants), reference, note)
    return change(at, after(at, found, by, issued), len(found.events), grants, reply.letter)


def _by_part(items: Sequence[ItemCode], parts: Parts) -> Mapping[str | None, tuple[ItemCode, ...]]:
    """The items by the part of the rows that is answered for: one that is answered for in two parts is granted twice."""
    by_part: dict[str | None, list[ItemCode]] = {}
    for item in items:
        for within in parts[item]:
            by_part.setdefault(within, []).append(item)
    return {within: tuple(of) for within, of in by_part.items()}


def _granted(at: Desk, found: Application, by: Acting, known_by: str, right: Right) -> Granted:
    """The right to these items on these terms, from now on."""
    terms = right.terms
    assert terms.valid_until is not None, "a grant without an end was refused"
    return Granted(
        provider=found.provider,
        department=found.consumer,
        items=frozenset(right.items),
        form=terms.form,
        rows=terms.rows,
        uses=terms.uses,
        matters=terms.matters,
        modes=terms.modes,
        valid_from=at.now,
        valid_until=end_of(terms.valid_until),
        basis=f"申请 {found.id} 的答复 {known_by}",
        quota_per_day=terms.quota_per_day,
        operations=terms.operations,
        application=found.id,
        handler=by.handler,
        within=right.within,
        concealment=terms.concealment,
        apart=given_apart(right.items, found.provider, right.within, at.context.catalogue.parted),
    )


async def _check(at: Desk, found: Application, answers: Sequence[ItemAnswer]) -> Parts:
    """Each item's answer stands, by the application and by the catalogue as it is now; which parts of its rows it is for."""
    assert found.request is not None, "it was submitted"
    parts = await at.parts([answer.item for answer in answers], found.provider)
    for answer in answers:
        asked, entry = found.request.item(answer.item), at.entries.get(answer.item)
        if asked is None:
            raise invalid(f"`{answer.item}` was not applied for", "answer items of the application", article=ARTICLE)
        if entry is None or not parts[answer.item]:
            if answer.outcome is Outcome.REFUSE and answer.reason.strip():
                continue
            raise errors.GatewayError(
                errors.NOT_RESPONSIBLE,
                f"`{answer.item}` is not provided by this department any more",
                "refuse it with that reason: its provider by the catalogue is to be asked",
                article="Art. 4(3)",
            )
        check_answer(asked.terms, answer, entry, at.day)
        if answer.terms is not None:
            await check_stored(at.context, found.consumer, answer.terms.operations, answer.item)
    return parts


async def _check_not_stopped(at: Desk, found: Application, answers: Sequence[ItemAnswer]) -> None:
    """Raises STATE_CONFLICT for an item that the department has stopped for the consumer: a right that is given would be
    none until it is resumed.
    """
    granted = {answer.item for answer in answers if answer.terms is not None}
    for stop in await at.context.ports.grants.suspensions(found.consumer, only_open=True):
        stopped = sorted(granted & set(stop.items)) if stop.provider == found.provider else []
        if stopped:
            raise errors.GatewayError(
                errors.STATE_CONFLICT,
                f"the department has suspended the sharing of `{stopped[0]}` with the applicant",
                f"take that back first: `resumeSharing(suspension: {stop.id})`; or refuse the item with a reason",
                article=ARTICLE,
            )


def _read(at: Desk, found: Application, given: ItemAnswerInput, place: str) -> ItemAnswer:
    """One item's answer, given at this place, with the terms that were asked for where none are given."""
    assert found.request is not None, "it was submitted"
    code = at.code(given.item)
    asked = found.request.item(code)
    if asked is None:
        raise invalid(f"`{code}` was not applied for", "answer items of the application", article=ARTICLE)
    outcome = Outcome[given.outcome.value]
    terms = changed_terms(asked.terms, given)
    reason = (given.reason or "").strip()
    told = checked_text(f"{place}.reason", reason) if reason else ""
    if outcome is Outcome.REFUSE and terms == asked.terms:
        return ItemAnswer(code, outcome, None, told)
    return ItemAnswer(code, outcome, terms, told)


def letter_of(application: Application, sha256: str) -> LetterReference | None:
    """The letter of this hash, among those that went with an answer."""
    letters = [event.what.letter for event in application.events if isinstance(event.what, Answered)]
    return next((one for one in letters if one is not None and one.sha256 == sha256), None)
