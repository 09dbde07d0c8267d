"""What exists: registers, resources, items and relations, with the rule of sharing that each stands under (Art. 7-11, 15).

Everything here is frozen data. `catalogue.load` makes it from TOML, `catalogue.checks` holds it against the regulation, the
schema is generated from it and `sharing.decide` reads it: nothing that is absent here can be asked for (Art. 7).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, NewType, TypeAlias

from catalogue.predicate import ItemName, Predicate

ResourceName = NewType("ResourceName", str)
"""The GraphQL type that a resource's rows appear as: `Person`."""
ItemCode = NewType("ItemCode", str)
"""A resource's catalogue code and the item's sequence: `101001/000001-003`."""
ProviderCode = NewType("ProviderCode", str)
"""A department's unified social credit code."""
MaskName = NewType("MaskName", str)
"""A key of `standards.masks.MASKS`."""


class Coordinate(NamedTuple):
    """A schema coordinate: what is decided."""

    type: ResourceName
    field: ItemName

    def __str__(self) -> str:
        return f"{self.type}.{self.field}"


class Kind(StrEnum):
    """Base and business items (Art. 11(2)); a derived item is computed from others and has a right of its own."""

    BASE = "base"
    BUSINESS = "business"
    DERIVED = "derived"


class Form(StrEnum):
    """How much of a value is shown."""

    FULL = "full"
    MASKED = "masked"
    VERIFY = "verify"


class Rows(StrEnum):
    """Which rows a right reaches."""

    ALL = "all"
    OWN_DIVISION = "own_division"
    CASE_SUBJECT = "case_subject"


class Use(StrEnum):
    """使用用途 (Art. 15): what shared information is used for."""

    ADMINISTRATIVE_BASIS = "administrative_basis"
    WORK_REFERENCE = "work_reference"
    DATA_VERIFICATION = "data_verification"
    BUSINESS_COORDINATION = "business_coordination"


class Mode(StrEnum):
    """提供方式 (Art. 15): how a resource is provided."""

    ONLINE_LOOKUP = "online_lookup"
    BULK_DOWNLOAD = "bulk_download"
    SYSTEM_INTERCONNECTION = "system_interconnection"
    FRONT_END_SERVER = "front_end_server"


class UpdateCycle(StrEnum):
    """更新周期 of the 目录编制指南."""

    REAL_TIME = "real_time"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"
    ON_DEMAND = "on_demand"


class Opening(StrEnum):
    """开放属性 of the 目录编制指南: whether a resource is open to society."""

    OPEN = "open"
    CLOSED = "closed"


class BasisClass(StrEnum):
    """The only classes of text that can withhold an item (Art. 11(1))."""

    LAW = "法律"
    ADMINISTRATIVE_REGULATION = "行政法规"
    CENTRAL_COMMITTEE_POLICY = "党中央政策"
    STATE_COUNCIL_POLICY = "国务院政策"


@dataclass(frozen=True, slots=True)
class Basis:
    """The statutory basis of a not-shared item."""

    title: str
    number: str
    clause: str
    basis_class: BasisClass


@dataclass(frozen=True, slots=True)
class Unconditional:
    """无条件共享: to every department that states a purpose."""


@dataclass(frozen=True, slots=True)
class Conditional:
    """有条件共享: by grant. `open_form` is what every department may see without one (Art. 10 ¶3: partly to all)."""

    condition: str
    scope: str
    uses: tuple[Use, ...]
    forms: tuple[Form, ...]
    rows: tuple[Rows, ...]
    open_form: Form | None = None


@dataclass(frozen=True, slots=True)
class NotShared:
    """不予共享: never through this platform."""

    basis: Basis


Sharing: TypeAlias = Unconditional | Conditional | NotShared


@dataclass(frozen=True, slots=True)
class RowRule:
    """For rows that meet `when`, this sharing instead of the item's. Rules are tried in order; the first that holds decides.

    Where a fact that `when` needs is missing, the cell is withheld: a rule that cannot be decided permits nothing.
    """

    when: Predicate
    sharing: Sharing
    note: str
    note_zh: str
    article: str


@dataclass(frozen=True, slots=True)
class Derivation:
    """A value computed at the source: `op` is a key of `standards.derivations`; `items` are its operands in order.

    With `via`, the operands are items of the resource that this relation (of the same resource) leads to.
    """

    op: str
    items: tuple[ItemName, ...]
    years: int | None = None
    via: ItemName | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """信息项. `type` is a scalar or enum of the schema; `mask` and `match` name the law of its masked and verify forms.
    `note_zh` says what it means, `note` the same in English.
    `datum` names what it is the value of, where that is one datum with another item (`catalogue.claims`).

    An `internal` item exists for lookups, relations and rules (a foreign key, a row's division); it is never in the schema
    and its sharing grants nothing.
    """

    name: ItemName
    code: ItemCode
    title: str
    type: str
    kind: Kind
    sharing: Sharing
    provider: ProviderCode
    rules: tuple[RowRule, ...] = ()
    mask: MaskName | None = None
    match: str | None = None
    derivation: Derivation | None = None
    standard: str | None = None
    note: str = ""
    note_zh: str = ""
    internal: bool = False
    datum: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Where a relation leads: rows of `resource` by its `lookup`; in a union, where the discriminator equals `when`."""

    resource: ResourceName
    lookup: str
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation is itself an item with a code and a rule: it says who belongs to whom.

    `key` is the item of this resource whose value is looked up. `linkable`: a right to the relation may use the key
    although the key itself is not shown. `component`: the rows are parts of this one (shareholders of a company) and take
    no arguments. `discriminator` chooses among the targets of a union, whose GraphQL name is `union`.
    """

    name: ItemName
    code: ItemCode
    title: str
    kind: Kind
    sharing: Sharing
    provider: ProviderCode
    key: ItemName
    targets: tuple[Target, ...]
    many: bool
    rules: tuple[RowRule, ...] = ()
    linkable: bool = False
    component: bool = False
    discriminator: ItemName | None = None
    union: str | None = None
    note: str = ""
    note_zh: str = ""


class LookupKind(StrEnum):
    """How rows are found: by an item's value, or by place (CGCS2000 latitude and longitude, metres)."""

    EQUALS = "equals"
    AT_POINT = "at_point"
    NEAR = "near"
    WITHIN = "within"


@dataclass(frozen=True, slots=True)
class Lookup:
    """A way into a resource. `item` is the item compared; `unique`: at most one row a key.

    Only rows that meet `filter` are found this way (the penalties among a subject's records).
    """

    name: str
    kind: LookupKind
    item: ItemName
    unique: bool
    filter: Predicate | None = None


@dataclass(frozen=True, slots=True)
class Root:
    """A field of Query: `argument` is the key's (for places the arguments are those of the kind).

    `batch`: the argument is a list, the answer keeps its order, null for unknown.
    """

    field: str
    lookup: str
    argument: str
    title: str
    batch: bool = False


@dataclass(frozen=True, slots=True)
class Parted:
    """Rows that other departments provide than the resource's provider, by the value of an item (Art. 17 ¶1: a certificate
    by its type). `by`: the item; `of`: which values are whose. What has none of these values is the provider's.
    """

    by: ItemName
    of: Mapping[ProviderCode, tuple[str, ...]]

    @property
    def values(self) -> tuple[str, ...]:
        """All values whose rows are somebody else's."""
        return tuple(value for values in self.of.values() for value in values)

    def provider_of(self, value: object) -> ProviderCode | None:
        """Who provides the rows of this value; None: the resource's provider."""
        return next((provider for provider, values in self.of.items() if value in values), None)


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of a register (Art. 8: class, party responsible, format, attributes, update cycle, type, mode, use).

    `key` identifies a row to the caller, `subject` holds whose data the row is, `division` where it belongs.
    `published_when`: rows that fail it are not part of the resource (an expired penalty). `verify`: items of the
    resource's verify field, in order. `ordered_by` is a total order of the rows: the key, or where none is shown to callers
    (parts of a whole) internal items. `opening`: whether it is open to society, None where that is not stated, and under
    which condition. `parted`: whose rows others provide, of all entries that name no provider of their own.
    """

    name: ResourceName
    code: str
    register: str
    title: str
    provider: ProviderCode
    abstract: str
    format: str
    update_cycle: UpdateCycle
    modes: tuple[Mode, ...]
    network_zone: str
    items: Mapping[ItemName, Item]
    relations: Mapping[ItemName, Relation]
    lookups: Mapping[str, Lookup]
    roots: tuple[Root, ...]
    key: ItemName | None = None
    subject: ItemName | None = None
    division: ItemName | None = None
    published_when: Predicate | None = None
    verify: tuple[ItemName, ...] = ()
    ordered_by: tuple[ItemName, ...] = ()
    note: str = ""
    file: str = ""
    opening: Opening | None = None
    opening_condition: str = ""
    parted: Parted | None = None

    def parted_for(self, entry: Item | Relation) -> Parted | None:
        """How others provide rows of this entry of the resource; None: its provider provides all."""
        return self.parted if entry.provider == self.provider else None


@dataclass(frozen=True, slots=True)
class Department:
    """A party (Art. 2). `code` is its unified social credit code, `division` where it administers."""

    code: ProviderCode
    name: str
    title: str
    division: str


@dataclass(frozen=True, slots=True)
class Register:
    """One of the five base registers, or a theme. `lead` compiles its catalogue (牵头部门)."""

    name: str
    title: str
    lead: ProviderCode
    file: str = ""


@dataclass(frozen=True)
class Catalogue:
    """All that can be asked for, resolved: every name that an entry mentions exists.

    `items` and `relations` by coordinate, `roots` by field and `parted` by an entry's code are indexes over `resources`.
    """

    version: int
    registers: Mapping[str, Register]
    resources: Mapping[ResourceName, Resource]
    departments: Mapping[ProviderCode, Department]
    entries: Mapping[Coordinate, Item | Relation] = field(init=False)
    roots: Mapping[str, tuple[Resource, Root]] = field(init=False)
    parted: Mapping[ItemCode, Parted] = field(init=False)

    def __post_init__(self) -> None:
        entries: dict[Coordinate, Item | Relation] = {}
        roots: dict[str, tuple[Resource, Root]] = {}
        for resource in self.resources.values():
            for name, item in resource.items.items():
                entries[Coordinate(resource.name, name)] = item
            for name, relation in resource.relations.items():
                entries[Coordinate(resource.name, name)] = relation
            for root in resource.roots:
                roots[root.field] = (resource, root)
        parted = {
            entry.code: found
            for at, entry in entries.items()
            if (found := self.resources[at.type].parted_for(entry)) is not None
        }
        object.__setattr__(self, "entries", entries)
        object.__setattr__(self, "roots", roots)
        object.__setattr__(self, "parted", parted)

    def provider_of(self, entry: Item | Relation, value: object) -> ProviderCode:
        """Who provides the entry on rows of this value of what its resource is parted by."""
        parted = self.parted.get(entry.code)
        return (None if parted is None else parted.provider_of(value)) or entry.provider
