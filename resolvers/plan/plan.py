"""What a document asks of the registers, before anyone has decided what may be answered.

A `Plan` is a constant of the document, of its `@include`/`@skip` conditions and of the shape of its `where` inputs. It
holds no value of a request and no right of a caller, so that it can be cached and shared; it lists every question that
must be decided before anything is read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from catalogue.model import Coordinate, ItemCode, ProviderCode, Relation, ResourceName, Root
from catalogue.predicate import ItemName, Predicate, items_of, to_text
from connectors.request import Order
from resolvers.materials.compose import Composed
from sharing.decision import Question

Variables: TypeAlias = Mapping[str, object]
ValueOf: TypeAlias = Callable[[Variables], object]
"""How a run-time value is had from the coerced variables of one request."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """The value of an argument that no variable changes."""

    value: object

    def __call__(self, _: Variables) -> object:
        return self.value


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the response, without list indexes: where an outcome is reported."""

    path: tuple[str, ...]
    coordinate: Coordinate
    code: ItemCode
    provider: ProviderCode


@dataclass(frozen=True, slots=True)
class TypenameField:
    key: str


@dataclass(frozen=True, slots=True)
class ItemField:
    """One item under its response key. `hidden` answers a derived item whose operands stand in another resource."""

    key: str
    item: ItemName
    position: Position
    hidden: "RelationField | None" = None


Comparison: TypeAlias = tuple[str, ItemName, str, Position]
"""A response key, the item compared, and the parameter that holds the offered value."""


@dataclass(frozen=True, slots=True)
class VerifyField:
    """A match check: its comparisons, and the keys that name its type; `order` has all keys."""

    key: str
    type_name: str
    fields: tuple[Comparison, ...]
    typenames: tuple[str, ...]
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A caller's `where`, `orderBy` and `first` on a relation list; values travel as parameters."""

    where: Predicate | None
    order: tuple[Order, ...]
    first: str | None

    @property
    def items(self) -> tuple[ItemName, ...]:
        """The items that filter or order, which the caller must be able to read in full."""
        used = {order.item for order in self.order}
        if self.where is not None:
            used |= items_of(self.where)
        return tuple(sorted(used))


@dataclass(frozen=True, slots=True)
class RelationField:
    """Rows of other resources. `rows` has one entry per target, in the relation's order."""

    key: str
    relation: Relation
    position: Position
    rows: "tuple[RowSelection, ...]"
    listing: Listing | None


Field: TypeAlias = TypenameField | ItemField | VerifyField | RelationField


@dataclass(frozen=True, slots=True)
class RowSelection:
    """What is asked of each row of a resource, in response order. `position` is where the row stands."""

    resource: ResourceName
    fields: tuple[Field, ...]
    position: Position | None
    """Its coordinate is the resource's key item; None where the resource has none."""


@dataclass(frozen=True, slots=True)
class RootField:
    """A field of Query: how its rows are found, and what is asked of them."""

    key: str
    root: Root
    keys: ValueOf
    """The looked-up key; for a batch root the list of keys, in order."""
    listing: Listing | None
    rows: RowSelection
    path: tuple[str, ...]
    kind: str
    """The type of the item that its key is a value of; empty where the key is a place."""
    matter: str = ""
    """For which matter it is asked, where several are handled at once."""


@dataclass(frozen=True, slots=True)
class Params:
    """Parameters of fetches that one argument of the document gives: `values` yields them in the order of `names`."""

    names: tuple[str, ...]
    values: Callable[[Variables], tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Selected:
    """A field under its response key; `below`: what is selected of the object that it is, or of each."""

    key: str
    name: str
    below: "Selection | None"


@dataclass(frozen=True, slots=True)
class Selection:
    """What is selected of an object of this type, in response order."""

    type_name: str
    fields: tuple[Selected, ...]


@dataclass(frozen=True, slots=True)
class CheckField:
    """A check of a matter's materials: what it asks, how its subjects are read, what is selected.

    `path` begins with the response key; where several matters are handled at once (`many`) it ends with this one's code.
    Its root fields stand among the plan's, under keys that no response has (`materialCheck.applicant`).
    """

    path: tuple[str, ...]
    many: bool
    composed: Composed
    subjects: Callable[[Variables], Mapping[str, object]]
    """The subjects' codes (of one, or a list) by the name under which the check's root fields look for them."""
    named: Callable[[Variables], Mapping[str, frozenset[str]]]
    """Whom the check names: by role, their codes."""
    select: Selection


@dataclass(frozen=True)
class Plan:
    """`response` names all root response keys in order, also those that the workflow's side answers (`workflow`).

    `document` is the hash of the text without literals, in hex: what a grant may be narrowed to. `params` is what arguments
    give of each request's variables, `fixed` what they give whatever those are.
    """

    roots: tuple[RootField, ...]
    workflow: tuple[str, ...]
    response: tuple[str, ...]
    questions: tuple[Question, ...]
    params: tuple[Params, ...]
    fixed: Mapping[str, object]
    document: str = ""
    checks: tuple[CheckField, ...] = ()

    def given(self, variables: Variables) -> dict[str, object]:
        """The parameters that arguments give, by name: the request's own, to be added to. Raises VARIABLE_INVALID."""
        given = dict(self.fixed)
        for group in self.params:
            given.update(zip(group.names, group.values(variables), strict=True))
        return given

    @property
    def matters(self) -> tuple[str, ...]:
        """The matters whose materials it checks, each once."""
        return tuple(dict.fromkeys(one.composed.shape.matter.code for one in self.checks))

    @property
    def weight(self) -> int:
        """How many fields it holds, and one: what keeping it costs."""
        return 1 + sum(1 + _weight(root.rows) for root in self.roots) + len(self.response)

    def to_text(self) -> str:
        """The plan as text: one line a field, indented as the response is; golden files and `explain` show it."""
        lines: list[str] = []
        for root in self.roots:
            lines.append(f"{root.key}: {root.root.field} by {root.root.lookup}{_listing(root.listing)}")
            _rows_text(root.rows, lines, 1)
        lines += [f"{key}: workflow" for key in self.workflow]
        lines.append("questions:")
        lines += [f"  {one.asked} {one.coordinate}{one.matter and f' for {one.matter}'}" for one in self.questions]
        return "\n".join(lines) + "\n"


def _weight(rows: RowSelection) -> int:
    below = (
        sum(_weight(target) for target in field.rows) if isinstance(field, RelationField) else
        len(field.fields) if isinstance(field, VerifyField) else 0
        for field in rows.fields
    )  # fmt: skip
    return len(rows.fields) + sum(below)


def _rows_text(rows: RowSelection, lines: list[str], depth: int) -> None:
    pad = "  " * depth
    for field in rows.fields:
        match field:
            case TypenameField(key=key):
                lines.append(f"{pad}{key}: __typename")
            case ItemField(key=key, position=position, hidden=hidden):
                via = f" through {hidden.relation.name}" if hidden is not None else ""
                lines.append(f"{pad}{key}: {position.coordinate}{via}")
            case VerifyField(key=key, fields=fields):
                lines.append(f"{pad}{key}: verify")
                lines += [f"{pad}  {name}: match {rows.resource}.{item}" for name, item, _, _ in fields]
            case RelationField(key=key, position=position, rows=targets, listing=listing):
                lines.append(f"{pad}{key}: {position.coordinate}{_listing(listing)}")
                for target in targets:
                    lines.append(f"{pad}  on {target.resource}")
                    _rows_text(target, lines, depth + 2)
            case _:
                assert_never(field)


def _listing(listing: Listing | None) -> str:
    if listing is None:
        return ""
    order = "".join(f" order {order.item}{' descending' if order.descending else ''}" for order in listing.order)
    where = f" where {to_text(listing.where)}" if listing.where is not None else ""
    return f"{where}{order} first ${listing.first}"
