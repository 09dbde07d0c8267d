"""All grants in force or to come, as one epoch of the ledger knows them, indexed the way decisions ask."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from catalogue.matters import NO_MATTERS, MatterRegister
from catalogue.model import ItemCode, ProviderCode
from sharing.days import beginning_of, day_of
from sharing.grant import Grant
from sharing.open_doubts import NO_DOUBTS, OpenDoubts


@dataclass(frozen=True)
class Rights:
    """Grants by department and item. `epoch` is the ledger's: a record under another epoch is refused (rule 3).

    `narrowed`: departments some of whose grants hold for stored operations only. `doubts`: what is under verification.
    `concealing`: by department, the grants under which access is hidden from its subjects.
    `matters`: what each matter needs, by its versions.
    """

    epoch: int
    grants: Mapping[ProviderCode, Mapping[ItemCode, tuple[Grant, ...]]]
    narrowed: frozenset[ProviderCode] = frozenset()
    doubts: OpenDoubts = NO_DOUBTS
    concealing: Mapping[ProviderCode, tuple[Grant, ...]] = field(default_factory=dict)
    matters: MatterRegister = NO_MATTERS

    def of(self, department: ProviderCode) -> Mapping[ItemCode, tuple[Grant, ...]]:
        """The department's grants by item; empty where it has none."""
        return self.grants.get(department, {})


def index_rights(
    epoch: int, grants: Iterable[Grant], doubts: OpenDoubts = NO_DOUBTS, matters: MatterRegister = NO_MATTERS
) -> Rights:
    """The index over `grants`, each item's in the order of their identifiers, so that decisions do not depend on storage."""
    index: dict[ProviderCode, dict[ItemCode, list[Grant]]] = defaultdict(lambda: defaultdict(list))
    narrowed = set()
    concealing: dict[ProviderCode, tuple[Grant, ...]] = {}
    for grant in sorted(grants, key=lambda grant: grant.id):
        if grant.operations:
            narrowed.add(grant.department)
        if grant.concealment is not None:
            concealing[grant.department] = (*concealing.get(grant.department, ()), grant)
        for item in grant.items:
            index[grant.department][item].append(grant)
    indexed = {department: {item: tuple(of) for item, of in items.items()} for department, items in index.items()}
    return Rights(epoch, indexed, frozenset(narrowed), doubts, concealing, matters)


def next_boundary(rights: Rights, department: ProviderCode, now: datetime) -> datetime | None:
    """The next instant after `now` at which one of the department's grants, or any matter's version, begins or ends, or a
    grant's access is hidden no more: until then decisions hold.
    """
    instants = {
        instant
        for of_item in rights.of(department).values()
        for grant in of_item
        for instant in (
            grant.valid_from,
            grant.valid_until,
            *(() if grant.concealment is None else (grant.concealment.ends,)),
        )
        if instant > now
    }
    turn = rights.matters.next_change(day_of(now))
    if turn is not None:
        instants.add(beginning_of(turn))
    return min(instants, default=None)
