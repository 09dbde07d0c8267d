"""From rows to the answer's data, compiled once per pruned plan: no resolver per cell, no await, no avoidable check.

`compile_shape` turns the slots of every row into one function. What depends on the row (a case that withheld, a value that
breaks its standard, a source that is down) is noted with the indexed path while the row is made.
"""

import ast
from collections import defaultdict
from collections.abc import Callable, Container, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeAlias, cast

import orjson

from catalogue.model import ItemCode
from connectors.base import Row, SourceError
from resolvers.conformity import CONFORMS, GEOJSON
from resolvers.enums import CODES
from resolvers.fetch import RowsOrError
from resolvers.plan.pruned import (
    Branch,
    CaseSlot,
    CellSlot,
    Constant,
    DerivedSlot,
    Mark,
    Pruned,
    RelationSlot,
    RootShape,
    RowRule,
    RowShape,
    Slot,
    VerifySlot,
)
from sharing.open_doubts import NONE, Since

Path: TypeAlias = tuple[str | int, ...]
Object: TypeAlias = dict[str, object]
Pair: TypeAlias = tuple[object, ItemCode]
"""What a comparison is counted under: the row, told apart by its key, and the item."""

MATCHED = {"MATCH": True, "NO_MATCH": False}


class Doubted(Protocol):
    """Since when each item of whoever this code names is in doubt; nothing for almost everybody."""

    def __call__(self, code: object, /) -> Since: ...


def undoubted(_: object) -> Since:
    """Where no doubt touches the plan."""
    return NONE


@dataclass(slots=True)
class Shaping:
    """One answer in the making: the fetched rows by step, and what is found out about single rows.

    `found`: per note the paths at which it holds. `subjects`: per row selection's path whose data was answered.
    `failures`: paths that a source left empty, with its reason. `compared`: what was compared where that is limited, and
    whether it matched, by the parameter offered; pairs that are `barred` tell neither. `absent`: how many keys had no row,
    by note. `marked`: the paths under verification, by note and since when.
    """

    steps: Sequence[RowsOrError]
    found: dict[int, list[Path]] = field(default_factory=lambda: defaultdict(list))
    subjects: dict[tuple[str, ...], set[object]] = field(default_factory=lambda: defaultdict(set))
    failures: list[tuple[int, Path, str]] = field(default_factory=list)
    barred: Container[Pair] = ()
    compared: dict[Pair, dict[str, bool]] | None = None
    doubted: Doubted = undoubted
    marked: dict[tuple[int, datetime], list[Path]] = field(default_factory=dict)
    absent: dict[int, int] = field(default_factory=dict)

    def compare(self, pair: Pair, param: str, matched: bool) -> None:
        """A value offered as `param` was compared with this item of this row."""
        if self.compared is None:
            self.compared = {}
        self.compared.setdefault(pair, {})[param] = matched

    def mark(self, note: int, since: datetime, at: Path) -> None:
        """What stands there is under verification (Art. 18); it stands all the same."""
        self.marked.setdefault((note, since), []).append(at)

    def missing(self, root: RootShape) -> None:
        """No row was found under a key, and no rule may have hidden one: that is on the record, and may be doubted."""
        if root.absent is not None and root.hidden is None:
            self.absent[root.absent] = self.absent.get(root.absent, 0) + 1


RowMaker: TypeAlias = Callable[[Row, Path, Shaping], Object]
Finish: TypeAlias = Callable[[Object, Row, Path, Shaping], None]
Shape: TypeAlias = Callable[[Shaping, Sequence[Sequence[Hashable]]], Object]


def compile_shape(pruned: Pruned) -> Shape:
    """The function from one request's rows and root keys to its data, root fields in response order."""
    makers = [_root(root) for root in pruned.roots]
    template: Object = dict.fromkeys(pruned.plan.response)

    def shape(shaping: Shaping, keys: Sequence[Sequence[Hashable]]) -> Object:
        data = template.copy()
        for (key, make), of_root in zip(makers, keys, strict=True):
            data[key] = make(shaping, of_root)
        return data

    return shape


def _root(root: RootShape) -> tuple[str, Callable[[Shaping, Sequence[Hashable]], object]]:
    if root.rows is None:
        nothing: Callable[[Shaping, Sequence[Hashable]], object] = (
            (lambda _shaping, keys: [None] * len(keys)) if root.batch else (lambda _shaping, _keys: None)
        )
        return root.key, nothing
    make, at, step = _row_maker(root.rows), root.path, root.step
    make_rows = _rows_maker(root.rows, make)
    one = _Unique(make, root.hidden, None, root.ambiguous)
    mark = _root_mark(root)

    def single(shaping: Shaping, keys: Sequence[Hashable]) -> object:
        rows = shaping.steps[step]
        if isinstance(rows, SourceError):
            shaping.failures.append((root.unavailable, at, rows.reason))
            return None
        found = rows.get(keys[0], ())
        if not found:
            shaping.missing(root)
        if mark is not None:
            mark(found, keys[0], at, shaping)
        if root.many:
            return make_rows(found, at, shaping)
        return one(found, at, shaping)

    def batch(shaping: Shaping, keys: Sequence[Hashable]) -> object:
        rows = shaping.steps[step]
        if isinstance(rows, SourceError):
            shaping.failures.append((root.unavailable, at, rows.reason))
            return None
        found = [rows.get(of_row, ()) for of_row in keys]
        if mark is not None:
            for index, of_row in enumerate(keys):
                mark(found[index], of_row, (*at, index), shaping)
        if all(len(rows_of_key) == 1 for rows_of_key in found):
            return make_rows([row for (row,) in found], at, shaping)
        for rows_of_key in found:
            if not rows_of_key:
                shaping.missing(root)
        return [one(rows_of_key, (*at, index), shaping) for index, rows_of_key in enumerate(found)]

    return root.key, batch if root.batch else single


def _root_mark(root: RootShape) -> Callable[[Sequence[Row], Hashable, Path, Shaping], None] | None:
    """Marks the root field where the very row is in doubt, also where there is none; not where rules may hide one."""
    if root.mark is None:
        return None
    note, items, hidden = root.mark.note, root.mark.items, root.hidden is not None

    def mark(found: Sequence[Row], key: Hashable, at: Path, shaping: Shaping) -> None:
        doubts = shaping.doubted(key)
        if doubts and (found or not hidden):
            since = min((doubts[item] for item in items if item in doubts), default=None)
            if since is not None:
                shaping.mark(note, since, at)

    return mark


@dataclass(frozen=True, slots=True)
class _Unique:
    """At most one row: none is null, two are null as well, for nobody can say which one is meant."""

    make: RowMaker
    hidden: int | None
    dangling: int | None
    ambiguous: int

    def __call__(self, found: Sequence[Row], at: Path, shaping: Shaping) -> Object | None:
        if len(found) == 1:
            return self.make(found[0], at, shaping)
        if found:
            shaping.found[self.ambiguous].append(at)
        elif self.hidden is not None:
            shaping.found[self.hidden].append(at)
        elif self.dangling is not None:
            shaping.found[self.dangling].append(at)
        return None


RowsMaker: TypeAlias = Callable[[Sequence[Row], Path, Shaping], list[Object]]


def _rows_maker(shape: RowShape, make: RowMaker) -> RowsMaker:
    """Many rows at once. Where a row is nothing but cells, they are made and checked column by column."""
    cells = [slot for slot in shape.slots if isinstance(slot, CellSlot)]
    checks = [(slot.key, slot.cell, slot.nonconforming, CONFORMS[slot.kind]) for slot in cells if slot.kind in CONFORMS]
    if shape.marks or len(cells) < len(shape.slots) or any(slot.kind in CODES or slot.kind == GEOJSON for slot in cells):
        return lambda rows, at, shaping: [make(row, (*at, index), shaping) for index, row in enumerate(rows)]
    fill = _compile_object([(slot.key, slot.cell) for slot in cells])
    subject, path = shape.subject, shape.path

    def make_rows(rows: Sequence[Row], at: Path, shaping: Shaping) -> list[Object]:
        if rows:
            shaping.subjects[path].update([row[subject] for row in rows])
        for key, cell, note, conforms in checks:
            for index, row in enumerate(rows):
                value = row[cell]
                if value is not None and not conforms(value):
                    shaping.found[note].append((*at, index, key))
        return [fill(row) for row in rows]

    return make_rows


def _row_maker(shape: RowShape) -> RowMaker:
    cells = [slot for slot in shape.slots if isinstance(slot, CellSlot)]
    fill = _compile_object([(slot.key, slot.cell) for slot in cells])
    finishes = tuple(finish for slot in shape.slots if (finish := _finish(slot)) is not None)
    if shape.marks:
        finishes = (*finishes, _marks(shape.marks))
    template: Object = {slot.key: slot.value if isinstance(slot, Constant) else None for slot in shape.slots}
    subject, path = shape.subject, shape.path

    if len(cells) == len(shape.slots):

        def make_plain(row: Row, at: Path, shaping: Shaping) -> Object:
            shaping.subjects[path].add(row[subject])
            made = fill(row)
            for finish in finishes:
                finish(made, row, at, shaping)
            return made

        return make_plain

    def make(row: Row, at: Path, shaping: Shaping) -> Object:
        shaping.subjects[path].add(row[subject])
        made = template.copy()
        made.update(fill(row))
        for finish in finishes:
            finish(made, row, at, shaping)
        return made

    return make


def _marks(marks: Sequence[Mark]) -> Finish:
    """Marks what open doubts are about, once the row is made. Mostly nobody in it is doubted, and nothing is looked at."""
    cells = tuple({cell: None for mark in marks for cell in mark.cells})

    def finish(made: Object, row: Row, at: Path, shaping: Shaping) -> None:
        doubted = {cell: doubts for cell in cells if (doubts := shaping.doubted(row[cell]))}
        if not doubted:
            return
        for mark in marks:
            since = min(
                (
                    doubted[cell][item]
                    for cell in mark.cells
                    if cell in doubted
                    for item in mark.items & doubted[cell].keys()
                ),
                default=None,
            )
            if since is None or not all(row[guard.cell] in guard.values for guard in mark.guards):
                continue
            if not mark.told or _stands(made, mark.keys):
                shaping.mark(mark.note, since, (*at, *mark.keys))

    return finish


def _stands(made: Object, keys: Sequence[str]) -> bool:
    """Whether something stands there; an empty list is nothing."""
    value: object = made
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value is not None and value != []


def _compile_object(cells: Sequence[tuple[str, int]]) -> Callable[[Row], Object]:
    """`lambda row: {key: row[cell], …}` as code: two to three times as fast as zipping keys and values.

    Built as a syntax tree of constants, so that a response key is never read as code.
    """
    keys: list[ast.expr | None] = [ast.Constant(key) for key, _ in cells]
    values: list[ast.expr] = [
        ast.Subscript(ast.Name("row", ast.Load()), ast.Constant(cell), ast.Load()) for _, cell in cells
    ]
    parameters = ast.arguments(posonlyargs=[], args=[ast.arg("row")], kwonlyargs=[], kw_defaults=[], defaults=[])
    function = ast.Lambda(parameters, ast.Dict(keys, values))
    code = compile(ast.fix_missing_locations(ast.Expression(function)), "<shape>", "eval")
    return cast("Callable[[Row], Object]", eval(code))  # noqa: S307 - constants only, see above


def _finish(slot: Slot) -> Finish | None:
    match slot:
        case Constant():
            return None
        case CellSlot():
            return _checked(slot.key, slot.cell, slot.kind, slot.nonconforming)
        case CaseSlot():
            return _case(slot)
        case DerivedSlot():
            return _derived(slot)
        case VerifySlot():
            return _verify(slot)
        case RelationSlot():
            return _relation(slot)


def _checked(key: str, cell: int, kind: str, note: int) -> Finish | None:
    """An enum's code becomes its name, GeoJSON's text an object; a value that breaks its standard is noted."""
    names = CODES.get(kind)
    if names is not None:

        def named(made: Object, row: Row, at: Path, shaping: Shaping) -> None:
            code = row[cell]
            if code is not None:
                name = made[key] = names.get(cast("str", code))
                if name is None:
                    shaping.found[note].append((*at, key))

        return named
    if kind == GEOJSON:

        def parsed(made: Object, row: Row, at: Path, shaping: Shaping) -> None:
            text = row[cell]
            if text is not None:
                try:
                    made[key] = orjson.loads(cast("str", text))
                except orjson.JSONDecodeError:
                    shaping.found[note].append((*at, key))

        return parsed
    conforms = CONFORMS.get(kind)
    if conforms is None:
        return None

    def checked(_made: Object, row: Row, at: Path, shaping: Shaping) -> None:
        value = row[cell]
        if value is not None and not conforms(value):
            shaping.found[note].append((*at, key))

    return checked


def _case(slot: CaseSlot) -> Finish:
    key, cell, kind, notes, shown, full = slot.key, slot.cell, slot.kind, slot.notes, slot.shown, slot.full
    check = _checked(key, cell, kind, slot.nonconforming)

    def case(made: Object, row: Row, at: Path, shaping: Shaping) -> None:
        number = cast("int", row[cell + 1])
        shaping.found[notes[number]].append((*at, key))
        if shown[number]:
            made[key] = row[cell]
            if check is not None and (full[number] or kind == GEOJSON):
                check(made, row, at, shaping)

    return case


def _row_rule(rule: RowRule) -> Callable[[Row, Path, Shaping], bool] | None:
    """Notes which case holds for the row, and says whether what hangs on it is shown."""
    cell, notes, shown = rule.cell, rule.notes, rule.shown
    if cell is None:
        return None

    def lets_through(row: Row, at: Path, shaping: Shaping) -> bool:
        number = cast("int", row[cell])
        shaping.found[notes[number]].append(at)
        return shown[number]

    return lets_through


def _derived(slot: DerivedSlot) -> Finish:
    rule = _row_rule(slot.rule)

    def derived(made: Object, row: Row, at: Path, shaping: Shaping) -> None:
        key = row[slot.key_cell]
        if key is None or (rule is not None and not rule(row, (*at, slot.key), shaping)):
            return
        rows = shaping.steps[slot.step]
        if isinstance(rows, SourceError):
            shaping.failures.append((slot.unavailable, (*at, slot.key), rows.reason))
            return
        found = rows.get(key, ())
        if len(found) > 1:
            shaping.found[slot.ambiguous].append((*at, slot.key))
        else:
            made[slot.key] = found[0][slot.cell] if found else slot.absent

    return derived


def _verify(slot: VerifySlot) -> Finish:
    ruled = tuple(cell for cell in slot.cells if cell.notes and cell.limited is None)
    limited = tuple((cell, cell.limited) for cell in slot.cells if cell.limited is not None)
    identity = slot.identity

    def verify(made: Object, row: Row, at: Path, shaping: Shaping) -> None:
        made[slot.key] = {one.key: one.constant if one.cell is None else row[one.cell] for one in slot.cells}
        for one in ruled:
            assert one.cell is not None
            shaping.found[one.notes[cast("int", row[one.cell + 1])]].append((*at, slot.key, one.key))

    def verify_limited(made: Object, row: Row, at: Path, shaping: Shaping) -> None:
        verify(made, row, at, shaping)
        verified = cast("Object", made[slot.key])
        told_apart = None if identity is None else row[identity]
        for one, limit in limited:
            assert one.cell is not None
            number = cast("int", row[one.cell + 1]) if one.numbered else 0
            note = one.notes[number]
            matched = MATCHED.get(cast("str", verified[one.key])) if limit.cases[number] else None
            if matched is not None:
                if told_apart is None:
                    note, verified[one.key] = limit.unknown, None
                elif (told_apart, limit.item) in shaping.barred:
                    note, verified[one.key] = limit.barred, None
                else:
                    shaping.compare((told_apart, limit.item), limit.param, matched)
            shaping.found[note].append((*at, slot.key, one.key))

    return verify_limited if limited else verify


def _relation(slot: RelationSlot) -> Finish:
    key, many, key_cell, rule = slot.key, slot.many, slot.key_cell, _row_rule(slot.rule)
    targets = {branch.when: (branch.step, *_makers(slot, branch)) for branch in slot.branches}
    discriminator = slot.discriminator

    def relation(made: Object, row: Row, at: Path, shaping: Shaping) -> None:
        if rule is not None and not rule(row, (*at, key), shaping):
            return
        when = None if discriminator is None else cast("str | None", row[discriminator])
        if when not in targets:
            return
        step, make_one, make_rows = targets[when]
        wanted = row[key_cell]
        rows = shaping.steps[step]
        if wanted is None:
            made[key] = [] if many else None
        elif isinstance(rows, SourceError):
            shaping.failures.append((slot.unavailable, (*at, key), rows.reason))
        elif many:
            made[key] = make_rows(rows.get(wanted, ()), (*at, key), shaping)
        else:
            made[key] = make_one(rows.get(wanted, ()), (*at, key), shaping)

    return relation


def _makers(slot: RelationSlot, branch: Branch) -> tuple[_Unique, RowsMaker]:
    make = _row_maker(branch.rows)
    return _Unique(make, branch.hidden, slot.dangling, slot.ambiguous), _rows_maker(branch.rows, make)
