"""What is left of a plan once every question is decided: fetches in waves, and the slots that their cells fill.

What may not be read is not here any more: a withheld item is a constant null with a note, and no fetch names it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias, assert_never

from catalogue.model import Form, ItemCode, ResourceName
from catalogue.predicate import to_text
from connectors.needs import params_needed
from connectors.request import CaseNumber, Cases, Cell, Derived, Fetch, Masked, Matched, Value
from resolvers.plan.plan import Plan, Position
from sharing.decision import Outcome, Question, Remedy
from sharing.grant import GrantId


@dataclass(frozen=True, slots=True)
class Note:
    """An outcome at a position. `always`: on every row there; else the rows are found while shaping."""

    position: Position
    outcome: Outcome
    reason: str
    article: str
    remedy: Remedy | None
    always: bool


@dataclass(frozen=True, slots=True)
class Guard:
    """Only rows whose cell holds one of these values count as parents."""

    cell: int
    values: frozenset[object]


@dataclass(frozen=True, slots=True)
class FromRoot:
    """Keys as the root field was asked."""

    root: int


@dataclass(frozen=True, slots=True)
class FromRows:
    """Keys that stand in a cell of an earlier step's rows."""

    step: int
    cell: int
    guards: tuple[Guard, ...]


KeySource: TypeAlias = FromRoot | FromRows


@dataclass(frozen=True, slots=True)
class Step:
    """One fetch of the plan. Steps of the same wave go out together."""

    index: int
    wave: int
    fetch: Fetch
    keys: KeySource


class Opened(NamedTuple):
    """Of which rows of a step something is open by one grant: of those that one of the `guards` lets through, of all where
    there are none. `unfound`: also of a root's key that no row has, for the grant is not confined to rows of some kind.
    """

    guards: frozenset[Guard]
    unfound: bool


class Quota(NamedTuple):
    """A quota that the plan relies on, by what the grants are counted as that it belongs to: `per_day` subjects.

    `roots`: under which root fields. `steps`: on which rows something is open by it, by step.
    """

    counted_as: GrantId
    per_day: int
    roots: frozenset[int]
    steps: Mapping[int, Opened]


class ToldApart(NamedTuple):
    """How the subjects of a step's rows are told apart where a quota counts them.

    `cell`: what names the subject, 0 for the key that the row was found by; None where nothing may, and each row counts.
    `kind`: what it names, the same for all that name persons and entities.
    """

    kind: str
    cell: int | None


@dataclass(frozen=True, slots=True)
class Constant:
    """The same on every row: a type's name, or null for what is withheld."""

    key: str
    value: str | None


@dataclass(frozen=True, slots=True)
class CellSlot:
    """A cell as fetched. `kind` is the item's type; `nonconforming` the note for a value that breaks its standard."""

    key: str
    cell: int
    kind: str
    nonconforming: int


@dataclass(frozen=True, slots=True)
class CaseSlot:
    """A cell under row rules: the next cell holds the number of the case; per case the note, whether a value stands, and
    whether in full.
    """

    key: str
    cell: int
    kind: str
    nonconforming: int
    notes: tuple[int, ...]
    shown: tuple[bool, ...]
    full: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class RowRule:
    """A rule on what hangs on a row (a relation): `cell` holds the number of its case, None where it holds on every row.

    Per case the note, and whether what hangs there is shown.
    """

    cell: int | None
    notes: tuple[int, ...]
    shown: tuple[bool, ...]

    @property
    def guards(self) -> tuple[Guard, ...]:
        """The parent rows that the rule lets through."""
        if self.cell is None:
            return ()
        return (Guard(self.cell, frozenset(number for number, shown in enumerate(self.shown) if shown)),)


@dataclass(frozen=True, slots=True)
class DerivedSlot:
    """A derived item computed in another resource: `absent` is its value where that has no row, null where it has two."""

    key: str
    step: int
    cell: int
    key_cell: int
    absent: bool | None
    rule: RowRule
    unavailable: int
    ambiguous: int


@dataclass(frozen=True, slots=True)
class Limited:
    """Comparisons whose failures are counted: what may only be verified must not be had by guessing (Art. 4(4)).

    `param` holds the value offered. `cases`: by number, those in which the item may only be verified; one where no row rule
    numbers them. Notes by number: `barred` (the day's attempts are used up), `unknown` (the row cannot be told apart from
    others, so nothing could be counted).
    """

    item: ItemCode
    param: str
    cases: tuple[bool, ...]
    barred: int
    unknown: int


@dataclass(frozen=True, slots=True)
class VerifyCell:
    """One comparison: its cell, or the constant that stands for it; under row rules the note of each case (`CaseSlot`).

    A limited one has its note for each row, whether row rules number its cases or not (`numbered`).
    """

    key: str
    cell: int | None
    constant: str | None
    notes: tuple[int, ...]
    numbered: bool = True
    limited: Limited | None = None


@dataclass(frozen=True, slots=True)
class VerifySlot:
    """A match check's object. `identity`: the cell that tells the row apart from others, however it was found."""

    key: str
    cells: tuple[VerifyCell, ...]
    identity: int | None


@dataclass(frozen=True, slots=True)
class Branch:
    """One target of a relation; `when` is the discriminator's value, None where there is only one target.

    `hidden` is the note where its row is not there and rules may have hidden it.
    """

    step: int
    rows: "RowShape"
    when: str | None
    hidden: int | None


@dataclass(frozen=True, slots=True)
class RelationSlot:
    """Rows of other steps, found by the key in `key_cell`, where the relation's own `rule` lets the parent row through.

    Notes by number: `unavailable` (the source is down), `dangling` (a reference without its row), `ambiguous` (two rows
    where one is due).
    """

    key: str
    many: bool
    key_cell: int
    discriminator: int | None
    rule: RowRule
    branches: tuple[Branch, ...]
    unavailable: int
    dangling: int | None
    ambiguous: int


Slot: TypeAlias = Constant | CellSlot | CaseSlot | DerivedSlot | VerifySlot | RelationSlot


@dataclass(frozen=True, slots=True)
class Mark:
    """A position below a row that an open doubt on one of `items` marks (Art. 18), where it is about whom a cell of `cells`
    names.

    Only on rows that the `guards` let through, and with `told` only where something stands there: where nothing does, rules
    may have kept it back, and nobody learns of a doubt on what they may not read.
    """

    keys: tuple[str, ...]
    note: int
    items: frozenset[ItemCode]
    cells: tuple[int, ...]
    guards: tuple[Guard, ...]
    told: bool


@dataclass(frozen=True, slots=True)
class RootMark:
    """The position of a root field, marked by a doubt on the row itself: also where there is none."""

    note: int
    items: frozenset[ItemCode]


@dataclass(frozen=True, slots=True)
class RowShape:
    """How a row becomes an object. `subject` is the cell whose data subject the ledger records; 0 is the key asked for.

    `marks`: what open doubts may mark; none where no doubt touches the plan.
    """

    resource: ResourceName
    slots: tuple[Slot, ...]
    subject: int
    subject_item: str
    path: tuple[str, ...]
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class RootShape:
    """A root field: the rows of its step by key. `rows` is None where all of it is withheld; `path` is its position.

    `absent` is the note for a key without a row, where keys name persons or entities: that, too, is told of them.
    """

    key: str
    path: tuple[str, ...]
    batch: bool
    many: bool
    step: int
    rows: RowShape | None
    unavailable: int
    hidden: int | None
    ambiguous: int
    absent: int | None = None
    mark: RootMark | None = None


@dataclass(frozen=True)
class Pruned:
    """The plan that runs. `waves` holds the steps by wave; `used` the questions it relies on; `quotas` those of the grants
    by which something is open, one before those that it leads to; `apart` the steps on whose rows they count.
    """

    plan: Plan
    steps: tuple[Step, ...]
    waves: tuple[tuple[Step, ...], ...]
    roots: tuple[RootShape, ...]
    notes: tuple[Note, ...]
    used: frozenset[Question]
    quotas: tuple[Quota, ...]
    apart: Mapping[int, ToldApart]

    @property
    def params(self) -> frozenset[str]:
        """The run-time values that the fetches need."""
        return frozenset(name for step in self.steps for name in params_needed(step.fetch))

    @property
    def withheld(self) -> tuple[Note, ...]:
        """What no row of the answer will show."""
        return tuple(note for note in self.notes if note.always and note.outcome is Outcome.WITHHELD)

    def to_text(self) -> str:
        """Fetches by wave, then the notes that hold on every row: what golden files compare."""
        lines: list[str] = []
        for step in self.steps:
            fetch = step.fetch
            rows = f"{fetch.source} {fetch.resource} by {fetch.lookup}"
            lines.append(f"wave {step.wave} fetch {step.index}: {rows}{_keys(step.keys)}")
            lines += [f"  {_cell_text(cell)}" for cell in fetch.cells]
            if fetch.where is not None:
                lines.append(f"  where {to_text(fetch.where)}")
            lines += [f"  order {order.item}{' descending' if order.descending else ''}" for order in fetch.order]
            if fetch.first is not None:
                lines.append(f"  first ${fetch.first}")
        lines.append("outcomes:")
        for note in self.notes:
            if note.outcome not in PLAIN and note.always:
                remedy = f" remedy {note.remedy}" if note.remedy else ""
                place = f"{'.'.join(note.position.path)}: {note.position.coordinate}"
                lines.append(f"  {place} {note.outcome} {note.reason} ({note.article}){remedy}")
        return "\n".join(lines) + "\n"


def _keys(keys: KeySource) -> str:
    match keys:
        case FromRoot(root=root):
            return f" from root {root}"
        case FromRows(step=step, cell=cell, guards=guards):
            conditions = "".join(f" if cell {guard.cell} in {sorted(map(str, guard.values))}" for guard in guards)
            return f" from fetch {step} cell {cell}{conditions}"
        case _:
            assert_never(keys)


def _cell_text(cell: Cell) -> str:
    match cell:
        case Value(item=item):
            return f"{item}"
        case Masked(item=item, mask=mask):
            return f"{item} masked {mask}"
        case Matched(item=item, kind=kind):
            return f"{item} matched {kind}"
        case Derived(op=op, items=items):
            return f"{op}({', '.join(items)})"
        case Cases(cases=cases, otherwise=otherwise):
            parts = [f"if {to_text(predicate)}: {_cell_text(cell) if cell else 'nothing'}" for predicate, cell in cases]
            return "; ".join([*parts, f"else {_cell_text(otherwise) if otherwise else 'nothing'}"])
        case CaseNumber(predicates=predicates):
            return "number of the first true: " + "; ".join(map(to_text, predicates))
        case _:
            assert_never(cell)


SHOWN: Mapping[Form, Outcome] = {
    Form.FULL: Outcome.SHARED,
    Form.MASKED: Outcome.MASKED,
    Form.VERIFY: Outcome.COMPARED,
}
"""The outcome of what is shared, by the form that it is shared in."""
COMPARED: Mapping[Form, Outcome] = dict.fromkeys(Form, Outcome.COMPARED)
"""The same where it is only compared with what is offered: whatever form is open, no more than that is told."""
PLAIN = frozenset({Outcome.SHARED, Outcome.COMPARED})
"""Outcomes of which there is nothing to say beside the value."""
