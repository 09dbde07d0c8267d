"""Deliberate faults in the checks of materials, one for each thing that a check could tell wrongly: as in `mutations.py`."""

from dataclasses import replace
from typing import Any

from resolvers import decide as deciding
from resolvers.materials import content, examine, result
from resolvers.materials.hidden import Hiding
from sharing import material
from sharing.decide import decide_by_matter
from sharing.decision import Outcome, ShareIf, Withhold
from sharing.material import Found, MaterialReason
from tests.materials.scene import DISABILITY, MARRIAGE_CARD
from tests.oracle.mutations import FULL, Mutation, Patch

CHECK_MUTATIONS: dict[str, Mutation] = {}


def mutation(change: Mutation) -> Mutation:
    """Enters a fault under its function's name."""
    CHECK_MUTATIONS[change.__name__] = change
    return change


@mutation
def contents_are_told_although_withheld(patch: Patch) -> None:
    """What is asked for a check is open to whoever asks."""
    whole = decide_by_matter

    def lax(*given: Any) -> Any:
        return {question: _opened(one) for question, one in whole(*given).items()}

    patch.setattr(deciding, "decide_by_matter", lax)


@mutation
def what_is_withheld_counts_as_obtained(patch: Patch) -> None:
    whole = material.stands

    def stands(found: Found, **known: Any) -> Any:
        return material.DELIVERED if found.outcome is Outcome.WITHHELD else whole(found, **known)

    patch.setattr(result, "stands", stands)


@mutation
def what_is_withheld_counts_as_absent(patch: Patch) -> None:
    whole = material.stands

    def stands(found: Found, **known: Any) -> Any:
        return whole(replace(found, outcome=None) if found.outcome is Outcome.WITHHELD else found, **known)

    patch.setattr(result, "stands", stands)


@mutation
def no_row_rule_hides_a_row(patch: Patch) -> None:
    patch.setattr(examine, "compile_hiding", lambda *_: Hiding(()))


@mutation
def a_masked_value_counts_as_none(patch: Patch) -> None:
    whole = material.stands

    def stands(found: Found, **known: Any) -> Any:
        return whole(replace(found, present=found.present and found.outcome is not Outcome.MASKED), **known)

    patch.setattr(result, "stands", stands)


@mutation
def nothing_under_a_mask_proves_nothing(patch: Patch) -> None:
    patch.setattr(content, "SHOWING_ABSENCE", frozenset())


@mutation
def a_stranger_has_nothing(patch: Patch) -> None:
    whole = examine._absent
    patch.setattr(examine, "_absent", lambda place, *, looked_for=True: whole(place))


@mutation
def a_silent_register_holds_nothing(patch: Patch) -> None:
    whole = examine.Examination.note

    def note(self: Any, shaping: Any) -> None:
        whole(self, shaping)
        self.failed.clear()

    patch.setattr(examine.Examination, "note", note)


@mutation
def what_is_under_verification_counts_as_obtained(patch: Patch) -> None:
    whole = examine.Examination.note

    def note(self: Any, shaping: Any) -> None:
        whole(self, shaping)
        for path in self.since:
            self.on_rows.pop(path, None)
        self.since.clear()

    patch.setattr(examine.Examination, "note", note)


@mutation
def the_row_of_another_subject_is_read(patch: Patch) -> None:
    whole = examine._role

    def role(of: Any, path: Any) -> Any:
        read, own = whole(of, path), of.asked.variable

        def another(examination: Any) -> Any:
            key = of.leaf.path[0]
            others = [held for name, held in examination.data.items() if name != own and held and held[0] and key in held[0]]
            return read(replace(examination, data={**examination.data, own: others[0]}) if others else examination)

        return another

    patch.setattr(examine, "_role", role)
    patch.setattr(result, "compile_quick", lambda *_: None)


@mutation
def a_certificate_of_any_type_counts(patch: Patch) -> None:
    whole, types = examine._certificates, (DISABILITY, MARRIAGE_CARD)
    patch.setattr(examine, "_certificates", lambda of: whole(replace(of, leaf=replace(of.leaf, types=types))))


@mutation
def a_certificate_counts_that_is_not_in_force(patch: Patch) -> None:
    whole = examine._certificates
    patch.setattr(examine, "_certificates", lambda of: whole(replace(of, leaf=replace(of.leaf, valid=False))))


@mutation
def one_subject_of_several_is_enough(patch: Patch) -> None:
    patch.setattr(result, "all_of", material.any_of)


@mutation
def every_alternative_is_needed(patch: Patch) -> None:
    patch.setattr(result, "any_of", material.all_of)


@mutation
def absence_proves_whatever_is_asked_for(patch: Patch) -> None:
    whole = material.stands
    patch.setattr(result, "stands", lambda found, **known: whole(found, **{**known, "absence": True}))


@mutation
def absence_never_proves(patch: Patch) -> None:
    whole = material.stands
    patch.setattr(result, "stands", lambda found, **known: whole(found, **{**known, "absence": False}))


@mutation
def what_could_be_applied_for_is_asked_for(patch: Patch) -> None:
    asked = {**material.VERDICT_OF, MaterialReason.NOT_GRANTED: material.MaterialVerdict.ASK_WITH_REASON}
    patch.setattr(material, "VERDICT_OF", asked)


def _opened(decision: Any) -> Any:
    if isinstance(decision, Withhold):
        return FULL
    return FULL if isinstance(decision, ShareIf) else decision
