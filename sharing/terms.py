"""Terms (Art. 15, 16 ¶1): in which form, on which rows, for what, how often and how long an item is asked for and granted.

What may be asked and answered is what the catalogue foresees; an answer may narrow what was asked and never widen it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias

import errors
from catalogue.model import (
    Basis,
    Catalogue,
    Conditional,
    Form,
    Item,
    ItemCode,
    Mode,
    NotShared,
    Relation,
    Resource,
    Rows,
    Use,
)
from sharing.concealment import Concealment, check_concealment
from sharing.days import beginning_of

LONGEST_YEARS = 5
"""A right is given for so long at most, then it is asked for anew: needs change, and so do those who have them."""

Entry: TypeAlias = tuple[Resource, Item | Relation]
"""An item or relation of the catalogue, and the resource that it belongs to."""

NARROWER_FORMS: Mapping[Form, frozenset[Form]] = {
    Form.FULL: frozenset({Form.FULL, Form.MASKED, Form.VERIFY}),
    Form.MASKED: frozenset({Form.MASKED, Form.VERIFY}),
    Form.VERIFY: frozenset({Form.VERIFY}),
}
NARROWER_ROWS: Mapping[Rows, frozenset[Rows]] = {
    Rows.ALL: frozenset(Rows),
    Rows.OWN_DIVISION: frozenset({Rows.OWN_DIVISION, Rows.CASE_SUBJECT}),  # one person a case, named before the read
    Rows.CASE_SUBJECT: frozenset({Rows.CASE_SUBJECT}),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """How much of an item. No `matters`: any matter of the department's duty. `valid_until` is the last day, in China.

    `quota_per_day`: subjects a day; None without a limit. `operations`: hashes of stored documents; none: any document.
    `concealment`: the answer's alone (an application asks for none): how access under it is hidden from the subjects.
    """

    form: Form
    rows: Rows
    uses: frozenset[Use]
    matters: frozenset[str]
    modes: frozenset[Mode]
    valid_until: date | None = None
    quota_per_day: int | None = None
    operations: frozenset[str] = frozenset()
    concealment: Concealment | None = None


def entries_by_code(catalogue: Catalogue) -> dict[ItemCode, Entry]:
    """Every published item and relation by its code; internal items are none that could be asked for."""
    return {
        entry.code: (catalogue.resources[coordinate.type], entry)
        for coordinate, entry in catalogue.entries.items()
        if not (isinstance(entry, Item) and entry.internal)
    }


def foreseen(entry: Item | Relation) -> tuple[Conditional, ...]:
    """The terms of conditional sharing that the catalogue states for an entry: its own, and those of its row rules."""
    stated = (entry.sharing, *(rule.sharing for rule in entry.rules))
    return tuple(one for one in stated if isinstance(one, Conditional))


def statute(entry: Item | Relation) -> Basis | None:
    """The basis on which the entry is not shared (Art. 11(1)), or None where it may be."""
    return entry.sharing.basis if isinstance(entry.sharing, NotShared) else None


def check_foreseen(entry: Entry, terms: Terms) -> None:
    """Form, rows, uses and modes are among those that the catalogue states for the entry.

    Raises CONDITION_UNFORESEEN; INPUT_INVALID where the entry needs no application; STATUTE_PREVAILS where it is not shared.
    """
    resource, item = entry
    check_may_be_granted(item)
    stated = foreseen(item)
    if not stated:
        raise errors.GatewayError(
            errors.INPUT_INVALID,
            f"`{item.code}` is shared unconditionally",
            "read it at once: it needs no application",
            article="Art. 16 ¶1",
        )
    _check_among(item, "form", terms.form, {form for one in stated for form in one.forms})
    _check_among(item, "rows", terms.rows, {rows for one in stated for rows in one.rows})
    for use in sorted(terms.uses):
        _check_among(item, "use", use, {each for one in stated for each in one.uses})
    for mode in sorted(terms.modes):
        _check_among(item, "mode", mode, set(resource.modes))
    if not any(terms.form in one.forms and terms.rows in one.rows for one in stated):
        raise _unforeseen(item, f"form `{terms.form}` together with rows `{terms.rows}`", "")


def check_may_be_granted(item: Item | Relation) -> None:
    """Raises STATUTE_PREVAILS for an entry that is not shared: neither answer nor coordination opens it."""
    basis = statute(item)
    if basis is not None:
        raise errors.GatewayError(
            errors.STATUTE_PREVAILS,
            f"`{item.code}` is not shared, by 《{basis.title}》 {basis.clause}",
            "neither answer nor coordination sets a statute aside: agree on another way, or have the entry changed",
            article="Art. 11(1)",
            extensions={"basis": {"title": basis.title, "number": basis.number, "clause": basis.clause}},
        )


def _check_among(item: Item | Relation, name: str, word: str, words: set[str]) -> None:
    if word not in words:
        raise _unforeseen(
            item, f"{name} `{word}`", "foreseen are " + ", ".join(f"`{one}`" for one in sorted(map(str, words)))
        )


def _unforeseen(item: Item | Relation, what: str, hint: str) -> errors.GatewayError:
    return errors.GatewayError(
        errors.CONDITION_UNFORESEEN,
        f"the catalogue does not foresee {what} for `{item.code}`",
        hint or "ask for a combination that the entry states",
        article="Art. 15",
    )


def check_term(valid_until: date | None, today: date) -> None:
    """Raises INPUT_INVALID for a last day that has passed, or beyond `LONGEST_YEARS`."""
    if valid_until is None:
        return
    if valid_until < today:
        raise _term(f"`validUntil` `{valid_until}` has passed", "name a day to come")
    if valid_until > latest_day(today):
        raise _term(
            f"`validUntil` `{valid_until}` is more than {LONGEST_YEARS} years away", f"at most until `{latest_day(today)}`"
        )


def check_hidden(terms: Terms, today: date) -> None:
    """Where access under the terms is to be hidden, a law says so. Raises CONCEALMENT_UNFOUNDED."""
    if terms.concealment is not None:
        check_concealment(terms.concealment, terms.matters, today, latest_day(today))


def _term(message: str, hint: str) -> errors.GatewayError:
    return errors.GatewayError(errors.INPUT_INVALID, message, hint, article="Art. 16 ¶1")


def latest_day(today: date) -> date:
    """The latest last day that a right given today may have."""
    return years_after(today, LONGEST_YEARS)


def years_after(day: date, years: int) -> date:
    """The same day of a later year; of 29 February the 28th where that year has none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def end_of(day: date) -> datetime:
    """The instant (UTC) at which this day ends in China."""
    return beginning_of(day + timedelta(days=1))


def widened(asked: Terms, answered: Terms) -> str | None:
    """The name of a term in which the answer gives more than was asked, or None."""
    within = {
        "form": answered.form in NARROWER_FORMS[asked.form],
        "rows": answered.rows in NARROWER_ROWS[asked.rows],
        "uses": answered.uses <= asked.uses,
        "matters": not asked.matters or (bool(answered.matters) and answered.matters <= asked.matters),
        "modes": answered.modes <= asked.modes,
        "validUntil": asked.valid_until is None
        or (answered.valid_until is not None and answered.valid_until <= asked.valid_until),
        "quotaPerDay": asked.quota_per_day is None
        or (answered.quota_per_day is not None and answered.quota_per_day <= asked.quota_per_day),
        "operations": not asked.operations or (bool(answered.operations) and answered.operations <= asked.operations),
    }
    return next((name for name, holds in within.items() if not holds), None)
