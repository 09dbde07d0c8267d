"""Doubts beside the oracle (Art. 18): a doubt changes nothing but its marks, and marks what answers tell of its
subject, all of it and nothing else. Every subject there is stands in doubt, on items drawn for each case.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from random import Random
from typing import Any

import orjson
import pytest

from catalogue.model import Catalogue, Coordinate, Item, ItemCode, Relation, ResourceName
from catalogue.predicate import ItemName
from resolvers.plan import marks, prune
from resolvers.plan.pruned import CaseSlot
from sharing import open_doubts
from sharing.open_doubts import OpenDoubts, Since
from tests.oracle.comparison import Case, Comparison
from tests.oracle.execute import Told
from tests.oracle.law import Law
from tests.oracle.walk import Path

CASES = 600
SINCE = datetime(2026, 3, 2, tzinfo=UTC)
TOLD = ("SHARED", "COMPARED", "MASKED")
EPOCHS = count(1 << 50)
"""Each case's doubts belong to an epoch of their own: what is decided is kept by it."""


class Everybody(dict[bytes, Since]):
    """These items of whomever are in doubt."""

    def __init__(self, items: frozenset[ItemCode]) -> None:
        super().__init__()
        self._since: Since = dict.fromkeys(items, SINCE)

    def get(self, key: object, default: Any = None) -> Any:
        return self._since


def test_a_doubt_marks_what_it_touches_and_changes_nothing_else(in_memory: Comparison) -> None:
    assert asyncio.run(_difference(in_memory, 0, CASES)) is None


def _guards_fall_away(patch: pytest.MonkeyPatch) -> None:
    whole = marks.Marking._field

    def field(self: Any, resource: Any, one: Any, slot: Any, cells: Any) -> Iterator[Any]:
        for mark in whole(self, resource, one, slot, cells):
            yield replace(mark, guards=()) if isinstance(slot, CaseSlot) else mark

    patch.setattr(marks.Marking, "_field", field)


def _hidden_rows_are_marked(patch: pytest.MonkeyPatch) -> None:
    whole = marks.Marking._relation

    def relation(self: Any, *given: Any) -> Iterator[Any]:
        for mark in whole(self, *given):
            yield replace(mark, told=False)

    patch.setattr(marks.Marking, "_relation", relation)


def _what_is_derived_is_not_marked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(open_doubts, "derived_from", lambda _catalogue, _resource, item: frozenset({item.code}))


def _masked_and_ruled_cells_are_not_marked(patch: pytest.MonkeyPatch) -> None:
    whole = marks.Marking._field

    def field(self: Any, resource: Any, one: Any, slot: Any, cells: Any) -> Iterator[Any]:
        return iter(()) if isinstance(slot, CaseSlot) else whole(self, resource, one, slot, cells)

    patch.setattr(marks.Marking, "_field", field)


def _doubts_let_rules_pass(patch: pytest.MonkeyPatch) -> None:
    whole = prune._Pruner._row_rule

    def row_rule(self: Any, *given: Any) -> Any:
        rule = whole(self, *given)
        return replace(rule, shown=tuple(True for _ in rule.shown)) if self.doubted else rule

    patch.setattr(prune._Pruner, "_row_rule", row_rule)


@pytest.mark.parametrize(
    "fault",
    [
        _guards_fall_away,
        _hidden_rows_are_marked,
        _what_is_derived_is_not_marked,
        _masked_and_ruled_cells_are_not_marked,
        _doubts_let_rules_pass,
    ],
)
def test_a_fault_is_found(
    fault: Callable[[pytest.MonkeyPatch], None], in_memory: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault(monkeypatch)
    assert asyncio.run(_difference(in_memory, 0, 3 * CASES)) is not None


async def _difference(comparison: Comparison, seed: int, cases: int) -> str | None:
    """The first case that is answered otherwise than the law says, told; None where there is none."""
    done, marked = 0, 0
    try:
        while done < cases:
            for group in comparison._rounds(seed + done, 1 + done):
                for case in group:
                    wrong, found = await _wrong(comparison, case, Random(done))
                    if wrong:
                        return f"seed {case.seed}: {wrong}\n{case.document.text}"
                    done, marked = done + 1, marked + found
    finally:
        await comparison.product.close()
    assert marked > cases, "cases without marks prove nothing"
    return None


async def _wrong(comparison: Comparison, case: Case, random: Random) -> tuple[str | None, int]:
    codes = sorted(entry.code for entry in case.catalogue.entries.values())
    doubted = frozenset(random.sample(codes, random.choice((1, 10, len(codes) // 2, len(codes)))))
    product, due = comparison.product, comparison.due(case)
    product.down(case.down)
    plain = case.ask()
    rights = replace(plain.rights, epoch=next(EPOCHS), doubts=OpenDoubts(Everybody(doubted), doubted))
    told = await product.answer(replace(plain, rights=rights), case.cases())
    found = {(one[0], one[1], one[4]) for one in told.outcomes if one[2] == "UNDER_VERIFICATION"}
    rest = frozenset(one for one in told.outcomes if one[2] != "UNDER_VERIFICATION")
    leaks = comparison.leaks.of(Law(case.catalogue, comparison._asker(case)), product.seen())
    if leaks:
        return f"left its source: {leaks[0]}", 0
    if told.data != orjson.dumps(due.data) or told.errors != due.errors or rest != due.outcomes:
        return "something else than marks has changed", 0
    return _marks_wrong(case.catalogue, due.outcomes, orjson.loads(told.data), doubted, found), len(found)


def _marks_wrong(
    catalogue: Catalogue,
    outcomes: frozenset[Told],
    data: Mapping[str, Any],
    doubted: frozenset[ItemCode],
    found: set[tuple[Path, str, Path | None]],
) -> str | None:
    withheld = {(path, at, row) for path, at, outcome, _, row in outcomes if outcome == "WITHHELD"}
    for path, at, row in found:
        if (path, at, row) in withheld or (path, at, None) in withheld:
            return f"marked although withheld: {row} {at}"
        hides = any(where == path and (one == row or one is None) for where, _, one in withheld)
        if hides and _value(data, row or ()) in (None, []) and not _own(catalogue, at) & doubted:
            return f"marked where rules may hide what is doubted: {row} {at}"
    for path, at, outcome, _, row in outcomes:
        coordinate, is_relation = _entry(catalogue, at)
        if outcome not in TOLD or not _doubtful(catalogue, coordinate, doubted):
            continue
        for one in [row] if row is not None else _paths(data, path):
            if (
                _value(data, one) is not None
                and (path, at, one) not in found
                and not (is_relation and _value(data, one) == [])
            ):
                return f"not marked: {one} {at}"
    return None


def _entry(catalogue: Catalogue, at: str) -> tuple[Coordinate, bool]:
    type_name, _, field = at.partition(".")
    coordinate = Coordinate(ResourceName(type_name), ItemName(field))
    return coordinate, not isinstance(catalogue.entries[coordinate], Item)


def _own(catalogue: Catalogue, at: str) -> frozenset[ItemCode]:
    """What of its own row a relation rests on: read where the relation is, whatever hides the rows that it leads to."""
    coordinate, is_relation = _entry(catalogue, at)
    relation = catalogue.entries[coordinate]
    if not is_relation:
        return frozenset()
    assert isinstance(relation, Relation)
    items = catalogue.resources[coordinate.type].items
    return frozenset({relation.code, *(items[name].code for name in (relation.key, relation.discriminator) if name)})


def _doubtful(catalogue: Catalogue, at: Coordinate, doubted: frozenset[ItemCode]) -> bool:
    """The law in short: the item itself, or a datum that it is computed from."""
    entry = catalogue.entries[at]
    if entry.code in doubted:
        return True
    if not isinstance(entry, Item) or entry.derivation is None:
        return False
    of = catalogue.resources[at.type]
    if entry.derivation.via is not None:
        of = catalogue.resources[of.relations[entry.derivation.via].targets[0].resource]
    return any(of.items[name].code in doubted for name in entry.derivation.items)


def _paths(value: Any, path: Path, at: Path = ()) -> Iterator[Path]:
    """Every indexed place of a response position."""
    if isinstance(value, list):
        for index, one in enumerate(value):
            yield from _paths(one, path, (*at, index))
    elif not path:
        yield at
    elif isinstance(value, dict) and path[0] in value:
        below = value[path[0]]
        if len(path) == 1:
            yield (*at, path[0])
        else:
            yield from _paths(below, path[1:], (*at, path[0]))


def _value(data: Any, path: Path) -> Any:
    for key in path:
        data = data[key] if isinstance(data, list) and isinstance(key, int) else data.get(key) if data else None
    return data
