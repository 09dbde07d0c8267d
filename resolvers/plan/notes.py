"""The notes of a pruned plan in the making: what became of each position, known by number."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalogue.model import Catalogue, Coordinate, Form
from resolvers.plan.draft import Refused
from resolvers.plan.plan import Position
from resolvers.plan.pruned import SHOWN, Note
from sharing.decision import Outcome, Remedy, Share, ShareIf, Withhold


@dataclass
class Notes:
    """Notes as they are added; what adds one gets its number."""

    catalogue: Catalogue
    made: list[Note] = field(default_factory=list)

    def note(
        self,
        position: Position,
        outcome: Outcome,
        reason: str,
        article: str,
        remedy: Remedy | None,
        always: bool = False,
    ) -> int:
        """`always`: it holds on every row there."""
        self.made.append(Note(position, outcome, reason, article, remedy, always))
        return len(self.made) - 1

    def shared(self, position: Position, share: Share, forms: Mapping[Form, Outcome] = SHOWN) -> None:
        """Open on every row; `forms`: its outcome by form."""
        self.note(position, forms[share.form], share.reason, share.article, None, always=True)

    def withheld(self, position: Position, refused: Refused) -> None:
        """Withheld on every row."""
        at, why = self.at(position, refused.coordinate), refused.why
        self.note(at, Outcome.WITHHELD, why.reason, why.article, why.remedy, always=True)

    def by_case(
        self, position: Position, decision: ShareIf, forms: Mapping[Form, Outcome] = SHOWN
    ) -> tuple[tuple[int, ...], tuple[bool, ...]]:
        """For each case of a row rule the note that it gives, and whether it shares."""
        verdicts = (*(verdict for _, verdict in decision.cases), decision.otherwise)
        notes = tuple(
            self.note(position, Outcome.WITHHELD, verdict.reason, verdict.article, verdict.remedy)
            if isinstance(verdict, Withhold)
            else self.note(position, forms[verdict.form], verdict.reason, verdict.article, None)
            for verdict in verdicts
        )
        return notes, tuple(isinstance(verdict, Share) for verdict in verdicts)

    def unavailable(self, position: Position) -> int:
        """Where the source is down."""
        return self.note(position, Outcome.SOURCE_UNAVAILABLE, "", "Art. 17 ¶1", Remedy.WAIT)

    def nonconforming(self, position: Position, reason: str) -> int:
        """Where what the source gave is not what is due."""
        return self.note(position, Outcome.NONCONFORMING, reason, "Art. 17 ¶1", None)

    def doubted(self, position: Position) -> int:
        """Where it is under verification."""
        return self.note(position, Outcome.UNDER_VERIFICATION, "DOUBT_REPORTED", "Art. 18", None)

    def at(self, position: Position, coordinate: Coordinate) -> Position:
        """The same place, naming the item that decides there."""
        entry = self.catalogue.entries.get(coordinate)
        if entry is None or coordinate == position.coordinate:
            return position
        return Position(position.path, coordinate, entry.code, entry.provider)
