"""A check of materials, compiled under one pruned plan: how its answers are read, judged and told."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from catalogue.model import Catalogue
from ledger.entry import PositionOutcome, encode_outcomes
from resolvers.materials.examine import Examiner, compile_examiner
from resolvers.materials.result import Check, CheckedMaterial, compile_checks
from resolvers.materials.tell import Tell, compile_tell
from resolvers.plan.plan import CheckField
from resolvers.plan.pruned import Pruned
from sharing.decision import Decisions
from sharing.material import MaterialReason


@dataclass(frozen=True, slots=True)
class Checker:
    """`materials`: in the matter's order."""

    check: CheckField
    examiner: Examiner
    materials: tuple[Check, ...]
    tell: Tell
    encoded: dict[tuple[str, MaterialReason], bytes] = field(default_factory=dict)
    """Verdicts as the ledger spells them, by material and reason."""

    def recorded(self, materials: Sequence[CheckedMaterial]) -> bytes:
        """What the ledger keeps of the verdicts: a position each, the material in place of an item."""
        return b",".join([self._recorded(one) for one in materials])

    def _recorded(self, checked: CheckedMaterial) -> bytes:
        code, standing = checked.code, checked.standing
        known = self.encoded.get((code, standing.reason))
        if known is None:
            path, matter = ".".join(self.check.path), self.check.composed.shape.matter.code
            position = PositionOutcome(f"{path}.materials.{code}", f"{matter}/{code}", standing.verdict, standing.reason)
            known = self.encoded[code, standing.reason] = encode_outcomes([position])
        return known


def compile_checker(catalogue: Catalogue, check: CheckField, pruned: Pruned, decisions: Decisions) -> Checker:
    """The checker of a check's answers under this pruned plan."""
    examiner = compile_examiner(catalogue, check, pruned, decisions)
    return Checker(check, examiner, compile_checks(examiner), compile_tell(check.select))
