"""From where a decision is made: who asks for what, with which document, grants and matter, in which zone, and when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from catalogue.model import Catalogue, Coordinate, ItemCode, ResourceName
from sharing.consumer import Asking
from sharing.decision import Asked, Decision, Question
from sharing.grant import Grant, GrantId

EXTRANET = "extranet"


class Declared:
    """What a matter declares that it needs: entries, and so the resources of which it needs anything."""

    __slots__ = ("items", "resources")

    def __init__(self, items: Iterable[Coordinate]) -> None:
        self.items = frozenset(items)
        self.resources: frozenset[ResourceName] = frozenset(item.type for item in self.items)

    def needs(self, question: Question) -> bool:
        """Whether what is asked lies within it."""
        if question.asked is Asked.FIND or question.asked is Asked.ROW:
            return question.coordinate.type in self.resources
        return question.coordinate in self.items


class _Known:
    """What has been decided from one standpoint, under one catalogue: both are immutable, so it holds as long as they do."""

    __slots__ = ("catalogue", "decisions")

    def __init__(self) -> None:
        self.catalogue: Catalogue | None = None
        self.decisions: dict[Question, Decision] = {}


@dataclass(frozen=True, slots=True)
class Standpoint:
    """From where a decision is made: who asks for what, with which grants (by item), at which instant (UTC).

    `document`: the hash of the document that asks, in hex. `exhausted`: what is used up for the day, by what grants are
    counted as. `zone`: the deployment's. `declared`: what the matter needs, where it is bound to that; else None. `unknown`:
    matters bind, and no such matter is registered. Nothing of it may change once it is made: what was decided from it is
    remembered with it.
    """

    asking: Asking
    grants: Mapping[ItemCode, tuple[Grant, ...]]
    now: datetime
    document: str = ""
    exhausted: frozenset[GrantId] = frozenset()
    zone: str = EXTRANET
    declared: Declared | None = None
    unknown: bool = False
    _known: _Known = field(default_factory=_Known, init=False, repr=False, compare=False)

    def known(self, catalogue: Catalogue) -> dict[Question, Decision]:
        """What has been decided from here under this catalogue: to be added to by `sharing.decide` alone."""
        known = self._known
        if known.catalogue is not catalogue:
            known.catalogue, known.decisions = catalogue, {}
        return known.decisions
