"""Catalogues made by hand, for what the five registers do not show: a small one of two types, and a large one."""

import strawberry

from catalogue.model import (
    Catalogue,
    Conditional,
    Coordinate,
    Department,
    Form,
    Item,
    ItemCode,
    Kind,
    Lookup,
    LookupKind,
    Mode,
    ProviderCode,
    Register,
    Relation,
    Resource,
    ResourceName,
    Root,
    Rows,
    Sharing,
    Target,
    Unconditional,
    UpdateCycle,
    Use,
)
from catalogue.predicate import ItemName


@strawberry.type
class Here:
    """A query of the workflow's side: it is there whatever may be read."""

    @strawberry.field
    def here(self) -> bool:
        return True


PROVIDER = ProviderCode("11320000MBX000019X")
CONDITIONAL = Conditional("凭授权", "省级", (Use.ADMINISTRATIVE_BASIS,), (Form.FULL, Form.MASKED), (Rows.ALL,))
VERIFY_ONLY = Conditional("凭授权", "省级", (Use.DATA_VERIFICATION,), (Form.VERIFY,), (Rows.ALL,))


def item(name: str, type_name: str = "String", sharing: Sharing | None = None, *, internal: bool = False) -> Item:
    return Item(
        ItemName(name),
        ItemCode(f"X-{name}"),
        f"项{name}",
        type_name,
        Kind.BASE,
        sharing or Unconditional(),
        PROVIDER,
        internal=internal,
    )


def relation(
    name: str, key: str, targets: tuple[Target, ...], *, many: bool, union: str | None = None, component: bool = False
) -> Relation:
    return Relation(
        ItemName(name),
        ItemCode(f"X-{name}"),
        f"关系{name}",
        Kind.BUSINESS,
        Unconditional(),
        PROVIDER,
        ItemName(key),
        targets,
        many,
        union=union,
        component=component,
        discriminator=ItemName("kind") if union else None,
    )


def resource(
    name: str,
    items: list[Item],
    relations: list[Relation],
    lookups: list[Lookup],
    roots: tuple[Root, ...],
    verify: tuple[str, ...] = (),
) -> Resource:
    return Resource(
        name=ResourceName(name),
        code=f"1-{name}",
        register="sample",
        title=f"资源{name}",
        provider=PROVIDER,
        abstract="",
        format="table",
        update_cycle=UpdateCycle.DAILY,
        modes=(Mode.ONLINE_LOOKUP,),
        network_zone="政务外网",
        items={one.name: one for one in items},
        relations={one.name: one for one in relations},
        lookups={one.name: one for one in lookups},
        roots=roots,
        key=items[0].name,
        verify=tuple(ItemName(one) for one in verify),
    )


def catalogue_of(*resources: Resource) -> Catalogue:
    return Catalogue(
        version=1,
        registers={"sample": Register("sample", "样例库", PROVIDER)},
        resources={one.name: one for one in resources},
        departments={PROVIDER: Department(PROVIDER, "public_security", "江苏省公安厅", "320000")},
    )


def lookup(name: str, of: str, *, unique: bool = True, kind: LookupKind = LookupKind.EQUALS) -> Lookup:
    return Lookup(name, kind, ItemName(of), unique)


def small() -> Catalogue:
    """Two types in a circle, through a union too; every kind of argument."""
    human = resource(
        "Human",
        [
            item("idNumber", "IdentityNumber"),
            item("name"),
            item("born", "Date"),
            item("height", "Float"),
            item("rank", "Int"),
            item("alive", "Boolean"),
            item("sex", "Sex"),
            item("phone", "String", VERIFY_ONLY),
            item("worth", "Decimal", CONDITIONAL),
            item("hidden", internal=True),
        ],
        [relation("papers", "idNumber", (Target(ResourceName("Paper"), "byHolder"),), many=True)],
        [lookup("byNumber", "idNumber")],
        (
            Root("human", "byNumber", "idNumber", "查询自然人"),
            Root("humans", "byNumber", "idNumbers", "批量查询", batch=True),
        ),
        verify=("phone", "born"),
    )
    paper = resource(
        "Paper",
        [
            item("code"),
            item("kind"),
            item("holderCode"),
            item("count", "Int"),
            item("shape", "GeoJSON"),
            item("issuedOn", "Date"),
        ],
        [
            relation(
                "holder",
                "holderCode",
                (Target(ResourceName("Human"), "byNumber", "PERSON"), Target(ResourceName("Paper"), "byCode", "PAPER")),
                many=False,
                union="Holder",
            ),
            relation("parts", "code", (Target(ResourceName("Paper"), "byHolder"),), many=True, component=True),
        ],
        [
            lookup("byCode", "code"),
            lookup("byHolder", "holderCode", unique=False),
            lookup("near", "shape", unique=False, kind=LookupKind.NEAR),
            lookup("within", "shape", unique=False, kind=LookupKind.WITHIN),
        ],
        (
            Root("paper", "byCode", "code", "查询证件"),
            Root("papersNear", "near", "", "附近"),
            Root("papersWithin", "within", "polygon", "范围内"),
        ),
    )
    return catalogue_of(human, paper)


def large(resources: int = 200, items: int = 15) -> Catalogue:
    """As many resources as a province's catalogue may soon have, each with a relation to the next."""
    types = ("String", "Date", "Int", "Decimal", "Boolean", "CreditCode", "Float")
    made = []
    for number in range(resources):
        target = Target(ResourceName(f"Resource{(number + 1) % resources}"), "byRef")
        made.append(
            resource(
                f"Resource{number}",
                [
                    item("code"),
                    item("ref"),
                    *(item(f"item{n}", types[n % len(types)], CONDITIONAL) for n in range(items - 3)),
                ],
                [relation("next", "code", (target,), many=True)],
                [lookup("byCode", "code"), lookup("byRef", "ref", unique=False)],
                (Root(f"resource{number}", "byCode", "code", "查询"),),
            )
        )
    return catalogue_of(*made)


def coordinates(catalogue: Catalogue) -> list[Coordinate]:
    return list(catalogue.entries)
