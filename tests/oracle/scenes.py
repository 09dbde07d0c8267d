"""One request written by hand, on the catalogue as it is or with a few entries changed: product and oracle side by side."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson

from catalogue.matters import Matter, register_of
from catalogue.model import (
    Catalogue,
    Conditional,
    Coordinate,
    Form,
    Mode,
    Relation,
    ResourceName,
    RowRule,
    Rows,
    Sharing,
    Use,
)
from catalogue.predicate import ItemName
from resolvers.ports import OpenCase
from sharing.consumer import Asking, Consumer, Purpose
from sharing.grant import Grant, GrantId
from sharing.rights import index_rights
from tests.oracle.comparison import Case, Comparison
from tests.oracle.documents import Document
from tests.oracle.standpoints import HOUSING, NOW, Standpoint

BY_GRANT = Conditional("条件", "范围", tuple(Use), (Form.FULL,), tuple(Rows))


def changed(catalogue: Catalogue, entries: Mapping[str, Sharing | RowRule | bool]) -> Catalogue:
    """The catalogue with some entries under another sharing type or one more row rule, or a relation's `linkable` set."""
    resources = dict(catalogue.resources)
    for name, change in entries.items():
        kind, field = name.split(".")
        resource = resources[ResourceName(kind)]
        entry = catalogue.entries[Coordinate(ResourceName(kind), ItemName(field))]
        made: Any
        match change:
            case bool():
                assert isinstance(entry, Relation)
                made = replace(entry, linkable=change)
            case RowRule():
                made = replace(entry, rules=(change, *entry.rules))
            case _:
                made = replace(entry, sharing=change, rules=())
        if isinstance(entry, Relation):
            resources[resource.name] = replace(resource, relations={**resource.relations, entry.name: made})
        else:
            resources[resource.name] = replace(resource, items={**resource.items, entry.name: made})
    return Catalogue(catalogue.version + 1, catalogue.registers, resources, catalogue.departments)


def grant(catalogue: Catalogue, items: Iterable[str], form: Form = Form.FULL, rows: Rows = Rows.ALL) -> Grant:
    """A grant of these items to the housing department, for every use and matter."""
    at = [Coordinate(ResourceName(kind), ItemName(field)) for kind, field in (item.split(".") for item in items)]
    codes = frozenset(catalogue.entries[each].code for each in at)
    begins, ends = NOW - timedelta(days=1), NOW + timedelta(days=1)
    name, modes = GrantId(f"{sorted(codes)}{form}{rows}"), frozenset({Mode.ONLINE_LOOKUP})
    return Grant(name, HOUSING, codes, form, rows, frozenset(Use), frozenset(), modes, begins, ends)


def case(
    catalogue: Catalogue,
    text: str,
    variables: Mapping[str, Any] | None = None,
    grants: tuple[Grant, ...] = (),
    *,
    subjects: tuple[str, ...] = (),
    down: Mapping[str, str] | None = None,
) -> Case:
    """A request of the housing department of Nanjing, in a case with these subjects."""
    asking = Asking(HOUSING, "320100", "M01", Use.ADMINISTRATIVE_BASIS, Mode.ONLINE_LOOKUP, in_case=True)
    matters = register_of(1, (Matter("M01", "事项", "matter", HOUSING),))  # registered, and bound to nothing
    point = Standpoint(
        Consumer("client", HOUSING, "320100", frozenset({"consumer"}), True, 100),
        Purpose("M01", Use.ADMINISTRATIVE_BASIS, "handler", "case"),
        asking, OpenCase("case", HOUSING, "M01", {"subject": subjects}),
        grants, index_rights(1, grants, matters=matters), NOW,
    )  # fmt: skip
    return Case(0, catalogue, point, Document(text, variables or {}), down or {})


def agree(comparison: Comparison, asked: Case) -> Any:
    """The answer's data, after asserting that both agree in data, errors and outcomes, and that nothing leaked."""
    comparison.product.publish(asked.catalogue)
    difference = asyncio.run(comparison.alone(asked))
    assert difference is None, difference
    due = comparison.due(asked)
    return orjson.loads(orjson.dumps(due.data))
