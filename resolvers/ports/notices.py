"""Notices to departments: written down at once, delivered by signed webhook later, and never waited for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from catalogue.model import ProviderCode


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a notice at one webhook. `failure`: the last try's (`STATUS_500`, `TIMED_OUT`, `UNREACHABLE` …)."""

    webhook: str
    tries: int
    delivered_at: datetime | None
    given_up_at: datetime | None
    next_try_at: datetime | None
    failure: str | None


@dataclass(frozen=True, slots=True)
class StoredNotice:
    """A notice. `cursor` rises with each."""

    cursor: int
    id: str
    kind: str
    about: str
    facts: Mapping[str, str]
    created_at: datetime
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """An endpoint to be registered. `client`, `handler`: who does it."""

    department: ProviderCode
    url: str
    client: str
    handler: str


@dataclass(frozen=True, slots=True)
class Webhook:
    """A registered endpoint."""

    id: str
    department: ProviderCode
    url: str
    registered_at: datetime


class Notices(Protocol):
    """Every method raises LEDGER_UNAVAILABLE where our database is away."""

    async def tell(
        self, department: ProviderCode, kind: str, about: str, facts: Mapping[str, str], *, once: str | None = None
    ) -> None:
        """Write a notice to a department: `kind` (`application.submitted`), `about` (an application's id …), and facts
        without personal data (states, dates, numbers of items; no names, no reasons). It is delivered to the webhooks that
        the department has now. `once`: where a notice was told under the same words before, nothing happens.
        """

    async def list(
        self, department: ProviderCode, first: int, after: int | None, *, undelivered_only: bool
    ) -> Sequence[StoredNotice]:
        """The department's notices, the latest first, at most `first` of them, before the cursor `after`."""


class Webhooks(Protocol):
    """Every method raises LEDGER_UNAVAILABLE where our database is away."""

    async def register(self, webhook: NewWebhook) -> tuple[Webhook, str]:
        """Register an endpoint; it and the secret that its notices are signed with, which is told only now.

        Raises INPUT_INVALID for an address that may not be one, STATE_CONFLICT where it is registered already or the
        department has as many as it may.
        """

    async def owner(self, webhook: str) -> ProviderCode | None:
        """Whose endpoint this is; None where there is none of this id, or it is removed."""

    async def remove(self, department: ProviderCode, webhook: str, client: str, handler: str) -> Webhook | None:
        """Remove an endpoint of this department: nothing more is delivered to it. None where it has none of this id."""

    async def list(self, department: ProviderCode) -> Sequence[Webhook]:
        """The department's endpoints, the earliest first."""
