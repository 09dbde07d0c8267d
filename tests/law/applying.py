"""What both runs of an application have in common: the matter, what is stated of the need, subjects, changed terms."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from catalogue.model import Form, Mode, ResourceName, Rows, Use
from sharing.terms import Terms
from tests.law.cases import SUBJECTS

MATTER = "M12"
DUTY = {"duty": "《公共租赁住房管理办法》第七条", "contact": "025-00000000"}
SUBJECT_OF: Mapping[ResourceName, str] = {
    ResourceName("Person"): SUBJECTS["adult.person"],
    ResourceName("LandParcel"): SUBJECTS["couple.parcel"],
}
"""Whose row is asked for; both lie in Nanjing."""
ELSEWHERE: Mapping[ResourceName, str] = {ResourceName("LandParcel"): SUBJECTS["company.parcel"]}
"""A row of Suzhou's."""


def changed(
    terms: Terms,
    day: date,
    *,
    form: str | None = None,
    rows: str | None = None,
    uses: Sequence[str] | None = None,
    modes: Sequence[str] | None = None,
    until: date | None = None,
    days: int | None = None,
) -> Terms:
    """The terms with what a case states in the place of what was there; `days` from today are the last day."""
    return replace(
        terms,
        form=terms.form if form is None else Form(form),
        rows=terms.rows if rows is None else Rows(rows),
        uses=terms.uses if uses is None else frozenset(map(Use, uses)),
        modes=terms.modes if modes is None else frozenset(map(Mode, modes)),
        valid_until=until or (terms.valid_until if days is None else day + timedelta(days=days)),
    )
