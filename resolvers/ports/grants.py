"""What the workflow does with grants after they are given, and what it knows of their use. Storage implements these."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from catalogue.model import ItemCode, ProviderCode
from sharing.grant import GrantId
from sharing.sealed import Granted, Seal


class GrantState(StrEnum):
    """Where a grant stands at an instant. SUSPENDED: its provider has stopped it, or some of its items."""

    TO_COME = "TO_COME"
    IN_FORCE = "IN_FORCE"
    SUSPENDED = "SUSPENDED"
    ENDED = "ENDED"
    REVOKED = "REVOKED"


@dataclass(frozen=True, slots=True)
class Suspension:
    """A provider has stopped a grant with its renewals (`grant`), or items of its own for a consumer (`items`)."""

    id: int
    provider: ProviderCode
    consumer: ProviderCode
    grant: GrantId | None
    items: tuple[ItemCode, ...]
    reason: str
    suspended_by: str
    suspended_at: datetime
    resumed_reason: str | None
    resumed_by: str | None
    resumed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Revocation:
    """Final. `handler` is unknown where the operator recorded it."""

    at: datetime
    reason: str
    handler: str | None


@dataclass(frozen=True, slots=True)
class RenewalRequest:
    """The consumer asks to go on."""

    note: str
    handler: str
    at: datetime


@dataclass(frozen=True, slots=True)
class GrantRecord:
    """A grant with its life so far. `sound`: hash and signature hold; where they don't, it counts for nothing.

    `granted` is None for a row that can't be read as a grant at all. `suspensions`: all that touched it, the earliest first.
    """

    id: GrantId
    granted: Granted | None
    sealed: Seal | None
    sound: bool
    created_at: datetime
    revocation: Revocation | None
    suspensions: tuple[Suspension, ...]
    renewed_by: tuple[GrantId, ...]
    renewal_request: RenewalRequest | None

    @property
    def suspended(self) -> tuple[Suspension, ...]:
        """Those that hold now."""
        return tuple(one for one in self.suspensions if one.resumed_at is None)


@dataclass(frozen=True, slots=True)
class GrantFilter:
    """Which grants: `party` gave or got them (None: anybody's); `ending_before`: in force now and ended by then; `within`:
    a department that administers in this division or below gave or got them.
    """

    party: ProviderCode | None
    state: GrantState | None = None
    consumer: ProviderCode | None = None
    provider: ProviderCode | None = None
    item: ItemCode | None = None
    ending_before: datetime | None = None
    within: str | None = None


@dataclass(frozen=True, slots=True)
class GrantPage:
    """The newest first. `after` continues after the last; None where there is no more."""

    grants: tuple[GrantRecord, ...]
    total: int
    after: str | None


@dataclass(frozen=True, slots=True)
class NewSuspension:
    """Either a grant, or items for a consumer. `apart`: those of which other departments provide rows by their value."""

    provider: ProviderCode
    consumer: ProviderCode | None
    grant: GrantId | None
    items: frozenset[ItemCode]
    reason: str
    handler: str
    apart: frozenset[ItemCode] = frozenset()


@dataclass(frozen=True, slots=True)
class StoredOperation:
    """A document of a consumer without any literal, kept for good. `hash`: SHA-256 of it, in hexadecimal digits."""

    consumer: ProviderCode
    name: str
    version: int
    hash: str
    document: str
    stored_by: str
    stored_at: datetime


@dataclass(frozen=True, slots=True)
class UsageFilter:
    """Both days included, in China."""

    items: Collection[ItemCode]
    first_day: date
    last_day: date
    consumer: ProviderCode | None


@dataclass(frozen=True, slots=True)
class UsageRow:
    """How many requests for a matter were given an item (`shown`) or asked in vain; `counter` acted for `consumer`."""

    consumer: ProviderCode
    counter: ProviderCode | None
    matter: str
    use: str
    item: ItemCode
    shown: int
    withheld: int
    last_used_on: date


@dataclass(frozen=True, slots=True)
class Usage:
    """The rows, most used first. `counted_until`: what was recorded later is not counted yet; None: all is counted."""

    rows: tuple[UsageRow, ...]
    total: int
    counted_until: datetime | None


class GrantBook(Protocol):
    """Grants, and what their providers do with them. All raise LEDGER_UNAVAILABLE where our own database can't be asked."""

    async def find(self, grant: str) -> GrantRecord | None: ...

    async def page(self, wanted: GrantFilter, first: int, after: str | None) -> GrantPage:
        """Raises INPUT_INVALID for an `after` that no page gave."""

    async def revoke(self, provider: ProviderCode, grant: str, reason: str, handler: str) -> GrantRecord:
        """Withdraw it, with all that renews it. Raises NOT_FOUND, NOT_RESPONSIBLE, STATE_CONFLICT."""

    async def replace(self, granted: Granted, *, revoke_reason: str | None) -> GrantRecord:
        """Sign and add a grant that takes the place of `granted.renews`, which is revoked in the same transaction where a
        reason for it is given.

        Raises NOT_FOUND, NOT_RESPONSIBLE, STATE_CONFLICT where it was revoked, suspended, or replaced already.
        """

    async def request_renewal(self, consumer: ProviderCode, grant: str, note: str, handler: str) -> GrantRecord:
        """Raises NOT_FOUND, NOT_RESPONSIBLE, STATE_CONFLICT where it was revoked, renewed, or asked for before."""

    async def suspend(self, new: NewSuspension) -> Suspension:
        """Stop it from the next request on. Raises NOT_FOUND, NOT_RESPONSIBLE, STATE_CONFLICT."""

    async def resume(self, provider: ProviderCode, suspension: int, reason: str, handler: str) -> Suspension:
        """Raises NOT_FOUND, NOT_RESPONSIBLE, STATE_CONFLICT where it was taken back before."""

    async def suspensions(
        self, party: ProviderCode | None, only_open: bool, within: str | None = None
    ) -> Sequence[Suspension]:
        """A party's (None: anybody's), or with a party within a division; the latest first, at most a hundred."""


class OperationBook(Protocol):
    """Stored operations."""

    async def store(self, consumer: ProviderCode, name: str, hash_: str, document: str, handler: str) -> StoredOperation:
        """A new version under the name; one with the same hash is the version that is there."""

    async def of(
        self, consumer: ProviderCode | None, party: ProviderCode | None, within: str | None = None
    ) -> Sequence[StoredOperation]:
        """A consumer's (None: everybody's); of those the ones that `party` may see (None: all): its own, and those of
        departments that it granted something to; or that some department within a division may see.
        """


class UsageCounts(Protocol):
    async def usage(self, wanted: UsageFilter, most: int) -> Usage:
        """From the ledger, brought up to date as far as that is quick."""
