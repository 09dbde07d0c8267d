"""Entries as they are written: names not yet resolved, defaults not yet applied. `catalogue.resolve` makes the model."""

from dataclasses import dataclass

from catalogue.model import Basis, Derivation, Form, Kind, Lookup, Mode, Opening, Root, Rows, UpdateCycle, Use
from catalogue.predicate import ItemName, Predicate


@dataclass(frozen=True, slots=True)
class DraftTerms:
    """Terms of conditional sharing; None is not stated here."""

    condition: str | None
    scope: str | None
    uses: tuple[Use, ...] | None
    forms: tuple[Form, ...] | None
    rows: tuple[Rows, ...] | None
    open_form: Form | None


@dataclass(frozen=True, slots=True)
class DraftSharing:
    """A sharing type as written; `terms` names terms of the file, `own` stands over them."""

    path: str
    word: str
    terms: str | None
    own: DraftTerms
    basis: Basis | None


@dataclass(frozen=True, slots=True)
class DraftRule:
    """A row rule; `applies_to` None means every entry of the resource that is shared at all."""

    path: str
    when: Predicate
    sharing: DraftSharing
    note: str
    note_zh: str
    article: str
    applies_to: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class DraftEntry:
    """What items and relations have in common; `sharing` is None for an internal item."""

    path: str
    name: ItemName
    seq: int
    title: str
    kind: Kind
    sharing: DraftSharing | None
    provider: str | None
    rules: tuple[DraftRule, ...]
    note: str
    note_zh: str


@dataclass(frozen=True, slots=True)
class DraftItem:
    entry: DraftEntry
    type: str
    mask: str | None
    match: str | None
    derivation: Derivation | None
    standard: str | None
    datum: str | None


@dataclass(frozen=True, slots=True)
class DraftRelation:
    """`targets` are pairs of `Resource.lookup` and, in a union, the discriminator's value."""

    entry: DraftEntry
    key: ItemName
    targets: tuple[tuple[str, str | None], ...]
    many: bool
    linkable: bool
    component: bool
    discriminator: ItemName | None
    union: str | None


@dataclass(frozen=True, slots=True)
class DraftPart:
    """Rows that another department provides: those with these values of the resource's `parted_by`."""

    path: str
    provider: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DraftResource:
    path: str
    file: str
    register: str
    name: str
    code: str
    title: str
    provider: str
    abstract: str
    note: str
    format: str
    update_cycle: UpdateCycle
    modes: tuple[Mode, ...]
    network_zone: str
    opening: Opening | None
    opening_condition: str
    items: tuple[DraftItem, ...]
    relations: tuple[DraftRelation, ...]
    lookups: tuple[Lookup, ...]
    roots: tuple[Root, ...]
    rules: tuple[DraftRule, ...]
    key: ItemName | None
    subject: ItemName | None
    division: ItemName | None
    published_when: Predicate | None
    verify: tuple[ItemName, ...]
    ordered_by: tuple[ItemName, ...]
    parted_by: ItemName | None
    parts: tuple[DraftPart, ...]


@dataclass(frozen=True, slots=True)
class DraftRegister:
    file: str
    name: str
    title: str
    lead: str
    terms: dict[str, DraftTerms]
    resources: tuple[DraftResource, ...]
