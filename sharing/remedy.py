"""What can be done about what is withheld (Art. 16 ¶1).

Of several ways the one that needs least of others: a right that is held and holds again by itself (*wait*), or once its case
is named or its stored operation is run; then an application, where the catalogue foresees a form, rows and the use that
would serve what is asked; then to compare instead of to read (*verify*); then to negotiate. An application that is under
way, or was refused, leaves nothing to apply for.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from catalogue.model import Conditional, Form, Rows, Use
from sharing.decision import PERMITTED, Asked, Reason, Remedy

HELD = (Remedy.WAIT, Remedy.NAME_CASE, Remedy.RUN_STORED_OPERATION)
"""What makes use of a right that is there already, the nearest first."""


@dataclass(slots=True)
class Lacking:
    """What the department's grants for an entry lack where none of them reaches.

    `ways`: by which of HELD some of them would apply. `on_rows`: which rows those reach that do apply, `in_part` where only
    the part of one source of several. `in_other_form`: one applies in a form that does not permit what is asked.
    """

    reasons: set[Reason] = field(default_factory=set)
    ways: set[Remedy | None] = field(default_factory=set)
    on_rows: set[Rows] = field(default_factory=set)
    in_part: bool = False
    in_other_form: bool = False

    @staticmethod
    def joined(several: "Iterable[Lacking]") -> "Lacking":
        """What they lack together."""
        whole = Lacking()
        for one in several:
            whole.reasons |= one.reasons
            whole.ways |= one.ways
            whole.on_rows |= one.on_rows
            whole.in_part |= one.in_part
            whole.in_other_form |= one.in_other_form
        return whole


def remedy_of(reason: Reason, lacking: Lacking, sharing: Conditional, asked: Asked, use: Use, comparable: bool) -> Remedy:
    """What can be done where conditional sharing withholds for this reason. `comparable`: the entry can be compared with."""
    if reason is Reason.QUOTA_EXHAUSTED:
        return Remedy.WAIT
    for way in HELD:
        if way in lacking.ways:
            return way
    if reason is Reason.GRANT_SUSPENDED or use not in sharing.uses:
        return Remedy.NEGOTIATE
    if any(form in sharing.forms for form in PERMITTED[asked]):
        if lacking.in_part or not lacking.on_rows.issuperset(sharing.rows):
            return Remedy.APPLY
        return Remedy.NAME_CASE if Rows.CASE_SUBJECT in lacking.on_rows else Remedy.NEGOTIATE
    may_compare = Form.VERIFY in sharing.forms or sharing.open_form is Form.VERIFY
    return Remedy.VERIFY if asked is Asked.SHOW and comparable and may_compare else Remedy.NEGOTIATE
