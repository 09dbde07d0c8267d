"""经办 → 审核 → 签发: by which steps a department answers an application, and who may take each (Art. 16 ¶1).

Each department sets its own chain; until it does, an answer is issued in one step. Whether somebody may take a step is
asked on the day on which it is taken: officers and their substitutes are dated.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from errors import INPUT_INVALID, NOT_RESPONSIBLE, STATE_CONFLICT, GatewayError
from sharing.days import Days

ARTICLE = "Art. 16 ¶1"


class Step(StrEnum):
    """经办, 审核, 签发: in this order, so far as a chain has them."""

    HANDLE = "handle"
    REVIEW = "review"
    ISSUE = "issue"


@dataclass(frozen=True, slots=True)
class AnswerChain:
    """The steps of a department's answer, in their order; the last is ISSUE: with it the answer is given.

    Made of anything else it raises INPUT_INVALID.
    """

    steps: tuple[Step, ...] = (Step.ISSUE,)

    def __post_init__(self) -> None:
        in_order = tuple(step for step in Step if step in self.steps)
        if self.steps != in_order or Step.ISSUE not in self.steps:
            raise GatewayError(
                INPUT_INVALID,
                "an answer's steps are `HANDLE`, `REVIEW`, `ISSUE`: in this order, each at most once, the last always",
                "name them in their order and end with `ISSUE`",
                article=ARTICLE,
            )


ONE_STEP = AnswerChain()
"""What holds until a department sets its own."""


@dataclass(frozen=True, slots=True)
class Substitution:
    """代理: who takes an officer's steps, and on which days. `substitute` is an officer's id of the same department."""

    substitute: str
    days: Days


@dataclass(frozen=True, slots=True)
class Officer:
    """经办人: `id` is the department's own number for a person; `name` is personal data and goes into no log.

    `steps` are those that the officer may take on `days`; an officer who is registered anew has an `Officer` for each span.
    """

    id: str
    name: str
    steps: frozenset[Step]
    days: Days
    substitutes: tuple[Substitution, ...] = ()


Taken = Sequence[tuple[Step, str]]
"""The steps taken on one draft of an answer, each with its handler, the earliest first; one sent back begins anew."""


def next_step(chain: AnswerChain, taken: Taken) -> Step | None:
    """The step that comes next; None where the answer is issued.

    A chain that is changed meanwhile holds for what is still to be done: a step that it now has must still be taken.
    """
    done = {step for step, _ in taken}
    return None if Step.ISSUE in done else next(step for step in chain.steps if step not in done)


def check_step(chain: AnswerChain, taken: Taken, officers: Sequence[Officer], step: Step, handler: str, day: date) -> None:
    """Whether this handler may take this step now.

    `officers` are all that the department ever registered: where there are any, only they answer, and one whose term has
    ended does not make room for everybody. Raises STATE_CONFLICT for a step out of order; NOT_RESPONSIBLE for a person who
    has taken another step of this answer, and for an officer who may not take it.
    """
    expected = next_step(chain, taken)
    if step is not expected:
        raise GatewayError(
            STATE_CONFLICT,
            "the answer is issued already" if expected is None else f"the step `{step.name}` is not next",
            "an issued answer stands" if expected is None else f"next is `{expected.name}`",
            article=ARTICLE,
        )
    if any(same_person(handler, earlier) for _, earlier in taken):
        raise GatewayError(
            NOT_RESPONSIBLE,
            f"who has taken a step of this answer cannot take `{step.name}` as well",
            "have another officer of the department take it",
            article=ARTICLE,
        )
    if officers and not may_take(officers, step, handler, day):
        raise GatewayError(
            NOT_RESPONSIBLE,
            f"the handler is no officer of the department who may take `{step.name}` on this day",
            "have one take it who may, or record a substitute with `appointSubstitute`",
            article=ARTICLE,
        )


def check_officer(officers: Sequence[Officer], steps: Iterable[Step], handler: str, day: date) -> None:
    """Whether this handler may do what goes with one of these steps: give the notice of what lacks, stop what was given.

    `officers` as for `check_step`. Raises NOT_RESPONSIBLE.
    """
    wanted = frozenset(steps)
    if officers and not any(may_take(officers, step, handler, day) for step in wanted):
        raise GatewayError(
            NOT_RESPONSIBLE,
            "the handler is no officer of the department who may take "
            + " or ".join(f"`{step.name}`" for step in Step if step in wanted)
            + " on this day",
            "have one do it who may, or record a substitute with `appointSubstitute`",
            article=ARTICLE,
        )


def check_alone(chain: AnswerChain, officers: Sequence[Officer], handler: str, day: date) -> None:
    """Whether this handler may give by one act what an answer gives: a renewal goes around no step of the department's.

    Raises STATE_CONFLICT where its answers take several; NOT_RESPONSIBLE for who may not issue them.
    """
    if chain != ONE_STEP:
        raise GatewayError(
            STATE_CONFLICT,
            "the department gives in steps (" + ", ".join(f"`{step.name}`" for step in chain.steps) + "), not by one act",
            "have the consumer apply anew: the answer to that takes the department's steps",
            article=ARTICLE,
        )
    check_step(chain, (), officers, Step.ISSUE, handler, day)


def may_take(officers: Iterable[Officer], step: Step, handler: str, day: date) -> bool:
    """Whether one of these officers, of this id or substituted by it, may take the step on the day.

    A substitute is an officer too, in office on that day, with whichever steps.
    """
    serving = [officer for officer in officers if officer.days.hold(day)]
    return any(officer.id == handler for officer in serving) and any(
        step in officer.steps
        and (officer.id == handler or any(one.substitute == handler and one.days.hold(day) for one in officer.substitutes))
        for officer in serving
    )


def same_person(one: str, other: str) -> bool:
    """Whether two handlers' ids are one but for width and case: `h-001` is not another person than `H-001`."""
    return _folded(one) == _folded(other)


def _folded(handler: str) -> str:
    return unicodedata.normalize("NFKC", handler).casefold()
