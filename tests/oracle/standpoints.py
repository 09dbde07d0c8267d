"""Catalogues, grants and callers, drawn at random: what decisions depend on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any

from catalogue import predicate as p
from catalogue.matters import Matter, MatterRegister, register_of
from catalogue.model import (
    Basis,
    BasisClass,
    Catalogue,
    Conditional,
    Coordinate,
    Form,
    Item,
    MaskName,
    Mode,
    NotShared,
    ProviderCode,
    Relation,
    Resource,
    ResourceName,
    RowRule,
    Rows,
    Sharing,
    Unconditional,
    Use,
)
from resolvers.ports import OpenCase
from sharing.consumer import Asking, Consumer, Purpose
from sharing.grant import Grant, GrantId
from sharing.rights import Rights, index_rights
from tests.oracle.law import Asker
from tests.oracle.product import Counts
from tests.oracle.world import CODES, World

NOW = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
HOURS = (0, 0, 1, 1, 23, 24)
"""Since NOW, round after round: grants begin and end between them, and so does a day."""
TODAY = date(2026, 3, 2)
THIS = "the document that is asked"
HOUSING = ProviderCode("113201000141234562")
COUNTER = ProviderCode("11320100MBX000166L")
"""An integrated counter, which acts for others."""
MATTERS = ("M01", "M02")
TO_BE_COMPARED = Conditional("条件", "范围", tuple(Use), (Form.VERIFY,), (Rows.ALL,), Form.VERIFY)
BASIS = Basis("法", "号", "条", BasisClass.LAW)
MASK_OF = {
    "String": "text", "Date": "date", "Decimal": "amount", "Int": "amount", "IdentityNumber": "identity_number",
    "CreditCode": "identity_number", "DivisionCode": "text", "LicenceIdentifier": "text", "GeoJSON": "boundary",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standpoint:
    """A caller with its department's grants, at an instant; both sides' view of the same."""

    consumer: Consumer
    purpose: Purpose
    asking: Asking
    case: OpenCase
    grants: tuple[Grant, ...]
    rights: Rights
    now: datetime
    spent: frozenset[str] = frozenset()
    salt: int = 0
    """Whom nothing more is compared with is drawn by it; 0: nobody."""
    attempts: int = 5

    def barred(self, department: str, item: str, row: str) -> bool:
        """Whether so many comparisons of this item of this row have failed today that nothing more is told."""
        return bool(self.salt) and sha256(f"{self.salt} {department} {item} {row}".encode()).digest()[0] % 4 == 0

    def counts(self) -> Counts:
        """As the product's counters find it."""
        return Counts(self.spent, self.barred, self.attempts)

    def asker(self, document: str = "", declared: frozenset[Coordinate] | None = None) -> Asker:
        """As the law sees it, asking with this document, in a matter that is bound to these items."""
        asking = self.asking
        china = self.now + timedelta(hours=8)
        return Asker(
            asking.department, asking.division, asking.matter, asking.use, asking.mode, self.purpose.case is not None,
            self.case.codes if self.purpose.case is not None else (), self.grants, self.now, china.date(),
            acting=asking.acting, document=document, spent=self.spent, declared=declared,
            unknown=self.rights.matters.in_force(asking.matter, china.date()) is None,
            counted_for=frozenset({asking.department, self.consumer.department}), barred=self.barred, attempts=self.attempts,
        )  # fmt: skip

    def asked_with(self, document: str) -> "Standpoint":
        """With the grants that are narrowed to THIS document narrowed to the one of this hash."""
        if not any(THIS in grant.operations for grant in self.grants):
            return self
        told = {THIS: document}
        grants = tuple(
            replace(grant, operations=frozenset(told.get(one, one) for one in grant.operations)) for grant in self.grants
        )
        epoch = int(sha256(f"{self.rights.epoch} {document}".encode()).hexdigest()[:12], 16)
        return replace(self, grants=grants, rights=index_rights(epoch, grants, matters=self.rights.matters))


class Catalogues:
    """Variants of the real catalogue: other sharing types, row rules, open forms, linkable relations."""

    def __init__(self, world: World) -> None:
        self.world = world

    def vary(self, random: Random, version: int) -> Catalogue:
        """One variant; the first is the catalogue itself."""
        base = self.world.catalogue
        if version == 1:
            return base
        if random.random() < 0.25:
            return self._focused(random, version)
        resources = {name: self._resource(random, resource) for name, resource in base.resources.items()}
        return Catalogue(version, base.registers, resources, base.departments)

    def _focused(self, random: Random, version: int) -> Catalogue:
        """All plain items open, but for a rule on the key of one resource and what may only be compared: much is shown, so
        that what is not stands out.
        """
        base = self.world.catalogue
        chosen = random.choice(("Person", "LegalEntity", "Licence", "CreditSubject", "LandParcel"))
        resources = {}
        for name, resource in base.resources.items():
            items = {key: replace(item, sharing=Unconditional(), rules=()) for key, item in resource.items.items()}
            for key in resource.verify:
                if key != resource.key and random.random() < 0.7:
                    items[key] = replace(items[key], sharing=TO_BE_COMPARED)
            relations = {key: replace(each, sharing=Unconditional(), rules=()) for key, each in resource.relations.items()}
            if name == chosen and resource.key is not None:
                rules = self._rules(random, resource, [Form.FULL])
                items[resource.key] = replace(items[resource.key], rules=rules)
            resources[name] = replace(resource, items=items, relations=relations)
        return Catalogue(version, base.registers, resources, base.departments)

    def _resource(self, random: Random, resource: Resource) -> Resource:
        share = random.choice((0.1, 0.3, 0.6))
        items = {}
        for name, item in resource.items.items():
            chance = share / 4 if name == resource.key else share
            items[name] = item if item.internal else self._item(random, resource, item, chance)
        relations = {name: self._relation(random, resource, each, share) for name, each in resource.relations.items()}
        modes = resource.modes if random.random() > 0.03 else (Mode.BULK_DOWNLOAD,)
        zone = resource.network_zone if random.random() > 0.03 else "intranet"
        return replace(resource, items=items, relations=relations, modes=modes, network_zone=zone)

    def _item(self, random: Random, resource: Resource, item: Item, share: float) -> Item:
        mask = item.mask
        if mask is None and item.derivation is None and item.type in MASK_OF:
            mask = MaskName(MASK_OF[item.type])
        verifiable = item.name in resource.verify
        forms = [Form.FULL, *([Form.MASKED] if mask else []), *([Form.VERIFY] if verifiable else [])]
        sharing, rules = item.sharing, item.rules
        if random.random() < share:
            sharing = self._sharing(random, forms)
        # rows of one member of a union are hidden, and not of the other, only by a rule on its key
        of_union = item.name == resource.key and resource.name in ("Person", "LegalEntity")
        if random.random() < (share if of_union else share / 3):
            rules = (*rules, *self._rules(random, resource, forms))
        return replace(item, sharing=sharing, rules=rules, mask=mask)

    def _relation(self, random: Random, resource: Resource, relation: Relation, share: float) -> Relation:
        sharing, rules, linkable = relation.sharing, relation.rules, relation.linkable
        if random.random() < share / 2:
            sharing = self._sharing(random, [Form.FULL])
        # a key that leads on, unshown, must stay where the relation is not open: drawn often, for it is seldom seen
        if random.random() < (share if relation.linkable else share / 3):
            rules = (*rules, *self._rules(random, resource, [Form.FULL]))
        if random.random() < share / 4:
            linkable = not linkable
        return replace(relation, sharing=sharing, rules=rules, linkable=linkable)

    def _sharing(self, random: Random, forms: list[Form]) -> Sharing:
        kind = random.random()
        if kind < 0.3:
            return Unconditional()
        if kind < 0.4:
            return NotShared(BASIS)
        return Conditional(
            "条件", "范围",
            _some(random, tuple(Use), 0.8), _some(random, tuple(forms), 0.8), _some(random, tuple(Rows), 0.8),
            random.choice(forms) if random.random() < 0.2 else None,
        )  # fmt: skip

    def _rules(self, random: Random, resource: Resource, forms: list[Form]) -> tuple[RowRule, ...]:
        return tuple(
            RowRule(self._condition(random, resource), self._sharing(random, forms), "note", "注", "条")
            for _ in range(random.choice((1, 1, 2)))
        )

    def _condition(self, random: Random, resource: Resource, depth: int = 0) -> p.Predicate:
        kind = random.random()
        if depth < 2 and kind < 0.15:
            return p.AllOf(tuple(self._condition(random, resource, depth + 1) for _ in range(2)))
        if depth < 2 and kind < 0.3:
            return p.AnyOf(tuple(self._condition(random, resource, depth + 1) for _ in range(2)))
        if depth < 2 and kind < 0.4:
            return p.Not(self._condition(random, resource, depth + 1))
        item = random.choice([each for each in resource.items.values() if self._is_plain(resource.name, each)])
        if kind < 0.5:
            return p.IsNull(item.name)
        if resource.division is not None and kind < 0.62:
            return p.InSubtree(resource.division, random.choice((p.OWN_DIVISION, p.Literal("3201"), p.Literal("32"))))
        held = [row[item.name] for row in self.world.rows[resource.name] if row[item.name] is not None]
        value = random.choice(held) if held else None
        match value:
            case bool():
                return p.Compare(item.name, p.Op.EQ, p.Literal(value))
            case date():
                if kind < 0.75:
                    return p.YoungerThan(item.name, random.choice((14, 18, 30)))
                return p.Compare(item.name, random.choice((p.Op.GTE, p.Op.LTE)), random.choice((p.TODAY, p.Literal(value))))
            case int() | float():
                return p.Compare(item.name, random.choice((p.Op.GTE, p.Op.LTE, p.Op.EQ)), p.Literal(value))
            case str():
                if kind < 0.8:
                    return p.Compare(item.name, p.Op.IN, p.Literal(tuple(random.sample(held, min(len(held), 9)))))
                return p.Compare(item.name, p.Op.EQ, p.Literal(value))
            case _:
                return p.IsNull(item.name)

    def _is_plain(self, name: ResourceName, item: Item) -> bool:
        return item.name in self.world.sources.bindings[name].columns and item.type not in ("GeoJSON", "Decimal")


def draw_matters(random: Random, catalogue: Catalogue) -> MatterRegister:
    """Both matters, now and then the second not; mostly bound to nothing, else the first to most of what there is."""
    known = MATTERS if random.random() < 0.9 else MATTERS[:1]
    matters = {code: Matter(code, "事项", "matter", HOUSING) for code in known}
    if random.random() > 0.2:
        return register_of(1, matters.values())
    kept = [at for at in catalogue.entries if random.random() < 0.85]
    if random.random() < 0.5:
        left_out = random.choice(list(catalogue.resources))
        kept = [at for at in kept if at.type != left_out]
    matters[MATTERS[0]] = replace(matters[MATTERS[0]], items=frozenset(kept))
    return register_of(1, matters.values())


def _some(random: Random, choices: tuple[Any, ...], share: float) -> tuple[Any, ...]:
    return tuple(choice for choice in choices if random.random() < share) or choices[:1]


def draw_standpoints(random: Random, world: World, catalogue: Catalogue, count: int) -> list[Standpoint]:
    """Several callers under one epoch of rights; some of one department, so that only purpose and place tell them apart."""
    # a grant of what may not be shared is void, and must stay so
    grantable = [entry for entry in catalogue.entries.values() if _is_grantable(entry)]
    parted = [one for one in catalogue.resources.values() if one.parted is not None]
    issuers = sorted({issuer for one in parted for issuer in (one.parted.of if one.parted else ())})
    providers = sorted({entry.provider for entry in catalogue.entries.values()}.union(issuers))
    givers = (None, *issuers, *(one.provider for one in parted))
    departments = [HOUSING, random.choice(providers), HOUSING]
    grants = tuple(
        grant
        for number, department in enumerate(departments[:2])
        for grant in _grants(random, department, grantable, f"{number}", givers)
    )
    if random.random() < 0.5:
        grants = (*grants, _on_some_rows(random, catalogue))
    rights = index_rights(random.randrange(10**9), grants)
    codes = [row["idNumber"] for row in world.rows["Person"]] + [row["creditCode"] for row in world.rows["LegalEntity"]]
    return [_standpoint(random, departments[n % 3], codes, grants, rights) for n in range(count)]


def _standpoint(
    random: Random, department: ProviderCode, codes: list[str], grants: tuple[Grant, ...], rights: Rights
) -> Standpoint:
    matter, use = random.choice(MATTERS), random.choice((Use.ADMINISTRATIVE_BASIS, Use.ADMINISTRATIVE_BASIS, *Use))
    division = random.choice(CODES) if random.random() < 0.95 else ""
    number = f"case-{random.randrange(10**9)}"
    case = OpenCase(number, department, matter, {"subject": random.sample(codes, 25)})
    stated = number if random.random() < 0.7 else None
    acting = random.random() < 0.2
    asking = Asking(department, division, matter, use, Mode.ONLINE_LOOKUP, stated is not None, acting)
    counter = COUNTER if acting else department
    consumer = Consumer("client", counter, division, frozenset({"consumer"}), True, 100)
    spent = frozenset(str(grant.id) for grant in grants if grant.quota_per_day is not None and random.random() < 0.5)
    salt = random.randrange(1, 10**6) if random.random() < 0.5 else 0
    return Standpoint(
        consumer, Purpose(matter, use, "handler", stated), asking, case, grants, rights, NOW, spent, salt,
        random.choice((1, 1, 5)),
    )  # fmt: skip


def _on_some_rows(random: Random, catalogue: Catalogue) -> Grant:
    """Of a relation by a key that is not shown: what must stay at its source elsewhere."""
    entry = catalogue.resources[ResourceName("LegalEntity")].relations[p.ItemName("representative")]
    begins, ends = NOW - timedelta(days=30), NOW + timedelta(days=30)
    rows = random.choice((Rows.OWN_DIVISION, Rows.CASE_SUBJECT))
    return Grant(
        GrantId("g-lead"), HOUSING, frozenset({entry.code}), Form.FULL, rows, frozenset(Use), frozenset(),
        frozenset({Mode.ONLINE_LOOKUP}), begins, ends,
    )  # fmt: skip


def _is_grantable(entry: Item | Relation) -> bool:
    sharings = (entry.sharing, *(rule.sharing for rule in entry.rules))
    return any(not isinstance(each, Unconditional) for each in sharings)


def _grants(
    random: Random,
    department: ProviderCode,
    entries: list[Item | Relation],
    name: str,
    givers: Sequence[ProviderCode | None],
) -> list[Grant]:
    made = []
    if not entries:
        return []
    for number in range(random.choice((3, 15, 40))):
        chosen = random.sample(entries, min(len(entries), random.choice((1, 6, 25))))
        begins, ends = NOW - timedelta(days=30), NOW + timedelta(days=30)
        if random.random() < 0.3:
            begins, ends = random.choice(((begins, NOW), (NOW + timedelta(hours=1), ends), (NOW, NOW + timedelta(hours=24))))
        made.append(Grant(
            GrantId(f"g{name}-{number:02d}"), department, frozenset(entry.code for entry in chosen),
            random.choice((Form.FULL, Form.FULL, Form.MASKED, Form.VERIFY)), random.choice(tuple(Rows)),
            frozenset(_some(random, tuple(Use), 0.75)), frozenset(random.choice(((), (), MATTERS[:1], MATTERS[1:]))),
            frozenset({Mode.ONLINE_LOOKUP} if random.random() < 0.95 else {Mode.BULK_DOWNLOAD}), begins, ends,
            random.choice((None, None, 1_000)), frozenset(random.choice(((),) * 6 + ((THIS,), ("another",)))),
            random.random() < 0.05,
            provider=random.choice(givers), apart=frozenset(entry.code for entry in chosen if number % 5 == 4),
        ))  # fmt: skip
    return made
