"""Nothing that the law withholds leaves a source: each row and cell that did, held against the law with the row in hand."""

from collections.abc import Iterator, Mapping

from catalogue.model import Coordinate, Form, Item, Relation, Resource
from connectors.needs import is_by_place
from connectors.request import CaseNumber, Cases, Derived, Expression, Fetch, Masked, Matched, Value
from sharing.decision import Asked
from tests.oracle.law import Law, Row
from tests.oracle.product import Seen
from tests.oracle.world import NUMBER, World


class Leaks:
    """Finds them in what spies saw."""

    def __init__(self, world: World) -> None:
        self.rows: Mapping[str, Row] = {row[NUMBER]: row for rows in world.rows.values() for row in rows}

    def of(self, law: Law, seen: list[Seen]) -> list[str]:
        """What left a source and may not have."""
        return [leak for each in seen for leak in self._leaks(law, each)]

    def _leaks(self, law: Law, seen: Seen) -> Iterator[str]:
        fetch, row = seen.fetch, self.rows[seen.number]
        resource = law.catalogue.resources[fetch.resource]
        if _is_derivation(fetch, law):
            if not self._is_derived_for(law, fetch, seen.row[0]):
                yield f"{seen.number}: {fetch.cells}"
            return
        if resource.key is not None and not _may(law, resource, resource.key, Asked.ROW, row):
            yield f"{seen.number}: the row, whose key may not be shown"
        column = 1
        for cell in fetch.cells:
            width = 2 if isinstance(cell, Cases) else 1
            expression: Expression | None
            match cell:
                case Cases(cases=cases, otherwise=otherwise):
                    number = seen.row[column + 1]
                    assert isinstance(number, int)
                    expression = otherwise if number == len(cases) else cases[number][1]
                case CaseNumber():
                    expression = None
                case _:
                    expression = cell
            value = seen.row[column]
            by_place = is_by_place(fetch.kind)
            if not (expression is None or value is None or _is_open(law, resource, expression, row, by_place)):
                yield f"{seen.number}: {expression}"
            column += width

    def _is_derived_for(self, law: Law, fetch: Fetch, key: object) -> bool:
        """Whether the derivation's result is due to a row of another resource that leads here."""
        for at, item, relation in _derivations(law):
            if relation.targets[0].resource != fetch.resource or item.derivation is None:
                continue
            for row in self.rows.values():
                leads = str(row[NUMBER]).startswith(f"{at.type}/") and row.get(relation.key) == key
                if leads and law.ruling(at, Asked.SHOW, row).form is Form.FULL:
                    return True
        return False


def _is_derivation(fetch: Fetch, law: Law) -> bool:
    made = {(relation.targets[0].resource, item.derivation.op) for _, item, relation in _derivations(law) if item.derivation}
    return bool(fetch.cells) and all(isinstance(cell, Derived) and (fetch.resource, cell.op) in made for cell in fetch.cells)


def _derivations(law: Law) -> Iterator[tuple[Coordinate, Item, Relation]]:
    for at, entry in law.catalogue.entries.items():
        if isinstance(entry, Item) and entry.derivation is not None and entry.derivation.via is not None:
            yield at, entry, law.catalogue.resources[at.type].relations[entry.derivation.via]


def _may(law: Law, resource: Resource, item: str, asked: Asked, row: Row) -> bool:
    return law.ruling(Coordinate(resource.name, resource.items[item].name), asked, row).form is not None  # type: ignore[index]


def _is_open(law: Law, resource: Resource, expression: Expression, row: Row, place: bool) -> bool:
    match expression:
        case Value(item=item):
            if item == resource.key and place:
                return True  # the ledger's: whose data it was, where the key that was asked for does not say it
            if resource.items[item].internal or any(_may(law, resource, item, how, row) for how in (Asked.USE, Asked.FIND)):
                return True
            if any(each.type == resource.name and relation.key == item and _may(law, resource, each.field, Asked.SHOW, row)
                   for each, _, relation in _derivations(law)):  # fmt: skip
                return True
            return any(
                relation.linkable and relation.key == item and _may_follow(law, resource, relation, row)
                for relation in resource.relations.values()
            )
        case Masked(item=item):
            return _may(law, resource, item, Asked.SHOW, row)
        case Matched(item=item):
            return _may(law, resource, item, Asked.VERIFY, row)
        case Derived(op=op, items=items):
            return any(
                item.derivation is not None and (item.derivation.op, item.derivation.items) == (op, items)
                and _may(law, resource, item.name, Asked.SHOW, row)
                for item in resource.items.values()
            )  # fmt: skip


def _may_follow(law: Law, resource: Resource, relation: Relation, row: Row) -> bool:
    return law.ruling(Coordinate(resource.name, relation.name), Asked.SHOW, row).form is Form.FULL
