"""What an item needs so that each of its forms can be given (Art. 7, 10): a type, a mask, a comparison, a derivation."""

from collections.abc import Iterator

from catalogue.check import Breach, conditionals, entry_breach
from catalogue.model import Catalogue, Conditional, Form, Item, Kind, Relation, Resource
from standards.masks import MASKS
from standards.matching import Kind as MatchKind

SCALARS = frozenset(
    {
        "String",
        "Int",
        "Float",
        "Boolean",
        "Date",
        "DateTime",
        "Decimal",
        "GeoJSON",
        "IdentityNumber",
        "CreditCode",
        "DivisionCode",
        "LicenceIdentifier",
    }
)
ENUMS = frozenset({"Sex", "VitalStatus", "DivisionLevel", "HolderKind"})
OPERANDS: dict[str, tuple[str, ...]] = {
    "age": ("Date",),
    "is_adult": ("Date",),
    "is_child": ("Date",),
    "is_valid": ("Date", "Date", "String"),
    "is_married": ("String",),
}
"""The derivations that every source can compute, with the types of their operands in order (`standards.derivations`)."""


def types_are_known(catalogue: Catalogue) -> Iterator[Breach]:
    """An item's type is a scalar or enum of the schema."""
    for resource, item in _items(catalogue):
        if item.type not in SCALARS | ENUMS:
            yield entry_breach(
                resource,
                item,
                "type",
                f"`{item.type}` is no known type",
                "信息项类型未知",
                f"write one of {', '.join(sorted(SCALARS | ENUMS))}",
            )


def masked_form_has_a_mask(catalogue: Catalogue) -> Iterator[Breach]:
    """Who offers a masked form says by which rule of `standards.masks` it is masked."""
    for site, sharing in conditionals(catalogue):
        if Form.MASKED not in sharing.forms:
            continue
        if isinstance(site.entry, Relation):
            yield site.breach("forms", "a relation has no masked form", "关联不能脱敏", "leave `masked` out")
        elif site.entry.mask not in MASKS:
            yield site.breach(
                "mask",
                f"`{site.entry.mask}` is no mask" if site.entry.mask else "a masked form without a mask",
                "脱敏形式未指定脱敏规则",
                f"write one of {', '.join(MASKS)}",
            )


def verify_form_has_a_match(catalogue: Catalogue) -> Iterator[Breach]:
    """Who offers the verify form says how values are compared, and stands in the resource's `verify` list."""
    for site, sharing in conditionals(catalogue):
        if Form.VERIFY not in sharing.forms:
            continue
        if isinstance(site.entry, Relation):
            yield site.breach("forms", "a relation has no verify form", "关联不能核验", "leave `verify` out")
        elif site.entry.name not in site.resource.verify:
            yield site.breach(
                "forms",
                f"is verifiable and not in `verify` of {site.resource.name}",
                "可核验的信息项未列入核验字段",
                "add it to the resource's `verify`; an edit of its `forms` does",
            )


def verified_items_can_be_compared(catalogue: Catalogue) -> Iterator[Breach]:
    """An item of a `verify` list has a way of comparing and is open in full or verify form."""
    known = ", ".join(MatchKind)
    for resource in catalogue.resources.values():
        for item in (resource.items[name] for name in resource.verify if name in resource.items):
            if item.match is None or item.match not in set(MatchKind):
                yield entry_breach(
                    resource,
                    item,
                    "match",
                    f"`{item.match}` is no way of comparing" if item.match else "is in `verify` without `match`",
                    "未指定核验方式",
                    f"write one of {known}",
                )
            if isinstance(item.sharing, Conditional) and Form.VERIFY not in item.sharing.forms:
                yield entry_breach(
                    resource,
                    item,
                    "forms",
                    "is in `verify` and its forms do not hold `verify`",
                    "列入核验字段但未提供核验形式",
                    "add `verify` to `forms`",
                )


def derived_items_are_derived(catalogue: Catalogue) -> Iterator[Breach]:
    """A derived item says what it is computed from; no other item is computed."""
    for resource, item in _items(catalogue):
        if (item.kind == Kind.DERIVED) != (item.derivation is not None):
            yield entry_breach(
                resource,
                item,
                "derivation",
                "and kind `derived` go together",
                "衍生信息项与计算规则不一致",
                "state `derivation` on derived items and nowhere else",
            )
            continue
        if item.derivation is None:
            continue
        if item.derivation.op not in OPERANDS:
            yield entry_breach(
                resource,
                item,
                "derivation.op",
                f"`{item.derivation.op}` is no derivation",
                "未知的计算规则",
                f"write one of {', '.join(OPERANDS)}",
            )
        elif item.derivation.years is not None:
            yield entry_breach(
                resource, item, "derivation.years", "no derivation takes years", "计算规则不需要年数", "leave it out"
            )
        else:
            yield from _check_operands(catalogue, resource, item)


def _check_operands(catalogue: Catalogue, resource: Resource, item: Item) -> Iterator[Breach]:
    assert item.derivation is not None
    holder: Resource | None = resource
    if item.derivation.via is not None:
        relation = resource.relations.get(item.derivation.via)
        to_one = relation is not None and not relation.many and len(relation.targets) == 1
        holder = catalogue.resources.get(relation.targets[0].resource) if relation is not None and to_one else None
        if holder is None:
            yield entry_breach(
                resource,
                item,
                "derivation.via",
                f"names no relation to one row: `{item.derivation.via}`",
                "经由的关联不存在",
                "name a to-one relation of the resource",
            )
            return
    assert holder is not None
    wanted = OPERANDS[item.derivation.op]
    found = tuple(holder.items[name].type if name in holder.items else None for name in item.derivation.items)
    if found != wanted:
        yield entry_breach(
            resource,
            item,
            "derivation.items",
            f"`{item.derivation.op}` takes items of type {', '.join(wanted)}",
            "计算所用信息项有误",
            f"name {len(wanted)} of {holder.name}, in this order",
        )


def _items(catalogue: Catalogue) -> Iterator[tuple[Resource, Item]]:
    for resource in catalogue.resources.values():
        for item in resource.items.values():
            yield resource, item
