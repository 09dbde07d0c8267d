"""The provider's answer (答复) to an application, item by item: granted, granted in part, or refused with a reason."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

import errors
from catalogue.model import ItemCode
from sharing.sealed import concealment_told
from sharing.terms import Entry, Terms, check_foreseen, check_hidden, check_term, widened

MOST_REASON = 2_000


class Outcome(StrEnum):
    """同意、部分同意、不同意 (Art. 16 ¶1)."""

    GRANT = "grant"
    PARTLY = "partly"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    """What becomes of one item. `terms` are what is granted: as asked, or narrower where `PARTLY`; None where refused."""

    item: ItemCode
    outcome: Outcome
    terms: Terms | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LetterReference:
    """附函: a file that goes with the answer. `sha256` in hex is over its bytes; `size` in bytes."""

    name: str
    media_type: str
    sha256: str
    size: int


def check_answer(asked: Terms, answer: ItemAnswer, entry: Entry, today: date) -> None:
    """An answer to one item stands: a refusal says why, a grant is foreseen, in time, and no more than was asked.

    Raises REASON_REQUIRED, CONDITION_UNFORESEEN, STATUTE_PREVAILS, INPUT_INVALID.
    """
    if answer.outcome is Outcome.REFUSE:
        if not answer.reason.strip():
            raise errors.GatewayError(
                errors.REASON_REQUIRED,
                f"the refusal of `{answer.item}` gives no reason",
                "state it in the item's `reason`",
                article="Art. 16 ¶1",
            )
        if answer.terms is not None:
            raise _invalid(f"`{answer.item}` is refused and granted at once", "leave its terms out, or answer PARTLY")
        return
    terms = answer.terms
    assert terms is not None, "what is granted has terms"
    check_foreseen(entry, terms)
    check_term(terms.valid_until, today)
    check_hidden(terms, today)
    wider = widened(asked, terms)
    if wider is not None:
        raise _invalid(f"`{wider}` of `{answer.item}` gives more than was applied for", "answer as asked, or less")
    for name, words in (("uses", terms.uses), ("modes", terms.modes)):
        if not words:
            raise _invalid(f"`{name}` of `{answer.item}` is empty: nothing would be granted", "refuse it with a reason")
    if terms.valid_until is None:
        raise _invalid(f"`{answer.item}` is granted without an end", "state its `validUntil`")
    given = replace(terms, concealment=None)  # to hide the access is no part of what was asked
    if answer.outcome is Outcome.GRANT and given != asked:
        raise _invalid(f"`{answer.item}` is granted on other terms than asked", "answer PARTLY")
    if answer.outcome is Outcome.PARTLY and given == asked:
        raise _invalid(f"`{answer.item}` is answered PARTLY on the very terms asked", "answer GRANT, or narrow a term")


def _invalid(message: str, hint: str) -> errors.GatewayError:
    return errors.GatewayError(errors.INPUT_INVALID, message, hint, article="Art. 16 ¶1")


def granted_together(answers: Sequence[ItemAnswer]) -> Mapping[Terms, tuple[ItemCode, ...]]:
    """What the answers grant: items on the same terms are one right."""
    together: dict[Terms, list[ItemCode]] = {}
    for answer in answers:
        if answer.terms is not None:
            together.setdefault(answer.terms, []).append(answer.item)
    return {terms: tuple(sorted(items)) for terms, items in together.items()}


def answer_hash(application: str, provider: str, answers: Sequence[ItemAnswer], letter: LetterReference | None) -> str:
    """SHA-256, in hex, of what was answered, in one spelling: the answer that a right rests on is known by it."""
    told = [
        application,
        provider,
        [[one.item, one.outcome, _spelt(one.terms), one.reason] for one in sorted(answers, key=lambda one: one.item)],
        None if letter is None else [letter.name, letter.media_type, letter.sha256],
    ]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _spelt(terms: Terms | None) -> list[object] | None:
    if terms is None:
        return None
    return [
        *(terms.form, terms.rows, sorted(terms.uses), sorted(terms.matters), sorted(terms.modes)),
        *(None if terms.valid_until is None else terms.valid_until.isoformat(), terms.quota_per_day),
        sorted(terms.operations),
        *(() if terms.concealment is None else (concealment_told(terms.concealment),)),
    ]
