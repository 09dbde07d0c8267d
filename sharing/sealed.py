"""What a provider answered, in one canonical text: the grant's identifier is its hash, the platform signs it (Art. 16 ¶1).

A row that was altered or added in the database by hand has another hash, or no signature of a key that is kept outside:
it is no right. Suspension and revocation stand beside the text: they only take away.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

import orjson

from catalogue.model import Form, ItemCode, Mode, ProviderCode, Rows, Use
from sharing.concealment import Concealment
from sharing.grant import Grant, GrantId

DOMAIN = b"oncegate grant 1\n"
"""What is signed begins with it, so that no other signature of the platform is one of a grant."""
ID_DIGITS = 32


class Signer(Protocol):
    """Ed25519 (RFC 8032) with a key kept outside the database. `key_id` names the key."""

    @property
    def key_id(self) -> str: ...

    def sign(self, message: bytes, /) -> bytes: ...


class Verifier(Protocol):
    """Whether this key made this signature; False also for an unknown key."""

    def __call__(self, key_id: str, signature: bytes, message: bytes, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class Granted:
    """What a provider answered: to whom, which items of its own, in which form, for what and how long.

    `basis`: the provider's words. `application`: whose answer it is; none where it was recorded without one. `renews`: the
    grant whose place it takes. `handler`: the officer who answered. `within`: the division to whose rows it is confined,
    where its provider is the source of that part alone. `concealment`: how access under it is hidden from the subjects.
    `apart`: items of which it gave the rows of some values alone, since others provide the rest (`catalogue.model.Parted`).
    Instants in UTC, `valid_until` exclusive.
    """

    provider: ProviderCode
    department: ProviderCode
    items: frozenset[ItemCode]
    form: Form
    rows: Rows
    uses: frozenset[Use]
    matters: frozenset[str]
    modes: frozenset[Mode]
    valid_from: datetime
    valid_until: datetime
    basis: str
    quota_per_day: int | None = None
    operations: frozenset[str] = frozenset()
    application: str | None = None
    renews: GrantId | None = None
    handler: str | None = None
    within: str | None = None
    concealment: Concealment | None = None
    apart: frozenset[ItemCode] = frozenset()

    @property
    def grant(self) -> Grant:
        """The right that it gives."""
        return right_of(self, grant_id(canonical_text(self)))


class Seal(NamedTuple):
    """The platform's signature over a grant's text, and by which key."""

    key_id: str
    signature: bytes


def canonical_text(granted: Granted) -> bytes:
    """The one spelling of what was granted: compact JSON, keys and lists in order, absent things left out, time in UTC."""
    told: dict[str, object] = {
        "apart": sorted(granted.apart) or None,
        "application": granted.application,
        "basis": granted.basis,
        "concealment": None if granted.concealment is None else concealment_told(granted.concealment),
        "consumer": granted.department,
        "form": granted.form,
        "handler": granted.handler,
        "items": sorted(granted.items),
        "matters": sorted(granted.matters),
        "modes": sorted(granted.modes),
        "operations": sorted(granted.operations),
        "provider": granted.provider,
        "quotaPerDay": granted.quota_per_day,
        "renews": granted.renews,
        "rows": granted.rows,
        "uses": sorted(granted.uses),
        "validFrom": granted.valid_from.astimezone(UTC),
        "validUntil": granted.valid_until.astimezone(UTC),
        "within": granted.within,
    }
    return orjson.dumps({name: value for name, value in told.items() if value is not None}, option=orjson.OPT_UTC_Z)


def concealment_told(concealment: Concealment) -> dict[str, str]:
    """A concealment as a grant's text and its row spell it."""
    basis = concealment.basis
    told = {"class": str(basis.basis_class), "clause": basis.clause, "number": basis.number, "title": basis.title}
    return told | {"until": concealment.until.isoformat()}


def grant_id(text: bytes) -> GrantId:
    """The identifier of the grant with this canonical text: its SHA-256, the first 32 hexadecimal digits."""
    return GrantId(hashlib.sha256(text).hexdigest()[:ID_DIGITS])


def seal(text: bytes, signer: Signer) -> Seal:
    """The platform's signature over a grant's canonical text."""
    return Seal(signer.key_id, signer.sign(DOMAIN + text))


def is_genuine(text: bytes, given: Seal, verifier: Verifier) -> bool:
    """Whether the platform signed this text."""
    return verifier(given.key_id, given.signature, DOMAIN + text)


def right_of(granted: Granted, number: GrantId, *, suspended: bool = False, first: GrantId | None = None) -> Grant:
    """The right as decisions ask for it. `first`: the grant with which its renewals began, where that is known."""
    return Grant(
        *(number, granted.department, granted.items, granted.form, granted.rows, granted.uses, granted.matters),
        *(granted.modes, granted.valid_from, granted.valid_until, granted.quota_per_day, granted.operations),
        suspended=suspended,
        within=granted.within,
        concealment=granted.concealment,
        renews=first or granted.renews,
        provider=granted.provider,
        apart=granted.apart,
    )
