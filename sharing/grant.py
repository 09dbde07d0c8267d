"""The provider's answer to an application (Art. 16 ¶1): what one department may see, for what, and how much of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from catalogue.model import Form, ItemCode, Mode, ProviderCode, Rows, Use
from sharing.concealment import Concealment

GrantId = NewType("GrantId", str)


@dataclass(frozen=True, slots=True)
class Grant:
    """A right, identified by the hash of what was answered. Empty `matters` means any matter of the department's duty.

    `valid_from` and `valid_until` (exclusive) are instants in UTC. `quota_per_day`: how many subjects may be looked up under
    it on a day in China. `operations`: hashes of stored documents; where there are any, only these run under it.
    `suspended`: its provider has stopped it for the time being, with a reason. `within`: the division, with all below it,
    whose rows its provider is the source of (Art. 4(3)); None: of all. `concealment`: who is looked up under it is not told
    for a time. `without`: divisions, with all below them, whose rows it does not reach, for they have another source
    (`sharing.sources`). `renews`: the first of the grants whose place it took, one after another; None: none. `provider`:
    who gave it; where departments provide rows by the value of an item (`catalogue.model.Parted`), it reaches that one's.
    `apart`: items of which it was given as a right to such rows alone: none where their giver provides none by a value.
    """

    id: GrantId
    department: ProviderCode
    items: frozenset[ItemCode]
    form: Form
    rows: Rows
    uses: frozenset[Use]
    matters: frozenset[str]
    modes: frozenset[Mode]
    valid_from: datetime
    valid_until: datetime
    quota_per_day: int | None = None
    operations: frozenset[str] = frozenset()
    suspended: bool = False
    within: str | None = None
    concealment: Concealment | None = None
    without: tuple[str, ...] = ()
    renews: GrantId | None = None
    provider: ProviderCode | None = None
    apart: frozenset[ItemCode] = frozenset()

    @property
    def counted_as(self) -> GrantId:
        """As which grant its quota is counted: what takes a grant's place has no more than that had left of the day."""
        return self.renews or self.id
