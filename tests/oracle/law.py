"""The law of sharing once more, short and on its own: may this caller see this cell of this row?

Written from the regulation's reading (the eight rules at the head of `sharing.decide`), not from its code: it decides with
the row in hand, in plain Python. It shares the catalogue's data with the product, and nothing else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from catalogue import predicate as p
from catalogue.model import (
    Catalogue,
    Conditional,
    Coordinate,
    Form,
    Item,
    NotShared,
    Relation,
    Resource,
    Rows,
    Sharing,
    Unconditional,
)
from catalogue.predicate import ItemName
from sharing.decision import Asked
from sharing.grant import Grant
from tests.oracle import cells

Row: TypeAlias = Mapping[str, Any]
"""A row by item name, unmasked."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, for what, when; `subjects` are those of the open case, where one is stated.

    `document` is the hash of what is asked, `spent` the grants whose quota is used up, `declared` what binds the matter,
    `unknown` that matters bind and this one is not registered.
    Failed comparisons are counted for the departments `counted_for`; `barred` tells of department, item and row whether so
    many have failed before that nothing more is told, `attempts` how many may.
    """

    department: str
    division: str
    matter: str
    use: str
    mode: str
    in_case: bool
    subjects: tuple[str, ...]
    grants: tuple[Grant, ...]
    now: datetime
    today: date
    acting: bool = False
    document: str = ""
    spent: frozenset[str] = frozenset()
    zone: str = "extranet"
    declared: frozenset[Coordinate] | None = None
    unknown: bool = False
    counted_for: frozenset[str] = frozenset()
    barred: Callable[[str, str, str], bool] = lambda *_: False
    attempts: int = 5


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the law says of a cell: the form in which it may be had, or None, and why."""

    form: Form | None
    reason: str
    grant: str | None = None


Fact: TypeAlias = tuple[str, p.Predicate | None]
"""`true` or `unknown` of a rule's condition, `own_division` or `case_subject` of the row."""
Branch: TypeAlias = tuple[tuple[Fact, ...], Ruling]
Opening: TypeAlias = tuple[tuple[tuple[Fact, ...], bool], ...]

ENOUGH = {
    Asked.SHOW: (Form.FULL, Form.MASKED),
    Asked.VERIFY: (Form.FULL, Form.VERIFY),
    Asked.USE: (Form.FULL,),
    Asked.FIND: (Form.FULL,),
    Asked.ROW: (Form.FULL, Form.MASKED),
}
NEAREST_FIRST = (
    "QUOTA_EXHAUSTED", "CASE_REQUIRED", "OPERATION_NOT_GRANTED", "MATTER_NOT_GRANTED", "USE_NOT_GRANTED", "MODE_NOT_GRANTED",
    "ROW_NOT_GRANTED", "GRANT_SUSPENDED", "GRANT_NOT_IN_FORCE", "NOT_GRANTED",
)  # fmt: skip
EVERYWHERE: tuple[Fact, ...] = ()


class Law:
    """The law for one caller under one catalogue."""

    def __init__(self, catalogue: Catalogue, asker: Asker) -> None:
        self.catalogue = catalogue
        self.asker = asker
        self._branches: dict[tuple[Coordinate, Asked], tuple[Branch, ...]] = {}

    def ruling(self, at: Coordinate, asked: Asked, row: Row) -> Ruling:
        """The ruling on this cell."""
        resource = self.catalogue.resources.get(at.type)
        for facts, ruling in self.branches(at, asked):
            if resource is None or all(self._is(fact, resource, row) for fact in facts):
                return ruling
        raise AssertionError("the last branch holds everywhere")

    def fixed(self, at: Coordinate, asked: Asked) -> Ruling | None:
        """The ruling where it cannot depend on the row, else None. Where no row could be had, the entry's own reason."""
        branches = self.branches(at, asked)
        if not any(ruling.form for _, ruling in branches) or len({ruling for _, ruling in branches}) == 1:
            return branches[-1][1]
        return None

    def opening(self, at: Coordinate, asked: Asked) -> Opening:
        """On which rows it may be had, comparable between coordinates: two equal ones open the same rows."""
        branches = list(self.branches(at, asked))
        last = branches.pop()
        while branches and branches[-1][1] == last[1]:
            branches.pop()
        told = [(facts, ruling.form is not None) for facts, ruling in (*branches, last)]
        while told and not told[-1][1]:
            told.pop()
        return tuple(told)

    def rulings(self, at: Coordinate, asked: Asked) -> set[Ruling]:
        """All that may be had of it on some row."""
        return {ruling for _, ruling in self.branches(at, asked) if ruling.form}

    def branches(self, at: Coordinate, asked: Asked) -> tuple[Branch, ...]:
        """The cases in order; the last holds everywhere."""
        found = self._branches.get((at, asked))
        if found is None:
            found = self._branches[at, asked] = tuple(self._cases(at, asked))
        return found

    def _cases(self, at: Coordinate, asked: Asked) -> list[Branch]:
        entry = self.catalogue.entries.get(at)
        if entry is None:
            return [(EVERYWHERE, Ruling(None, "NO_CATALOGUE_ENTRY"))]
        resource = self.catalogue.resources[at.type]
        if resource.network_zone != self.asker.zone:
            return [(EVERYWHERE, Ruling(None, "ZONE_MISMATCH"))]
        if self.asker.mode not in resource.modes:
            return [(EVERYWHERE, Ruling(None, "MODE_NOT_PROVIDED"))]
        if not self._is_declared(at, asked):
            return [(EVERYWHERE, Ruling(None, "MATTER_NOT_DECLARED"))]
        cases: list[Branch] = []
        for rule in entry.rules:
            here: tuple[Fact, ...] = (("true", rule.when),)
            given = self._given(rule.sharing, entry, resource, asked)
            cases += [(here + facts, ruling) for facts, ruling in given if not is_of_no_row(here + facts)]
            # a rule that can only widen needs no fact: without it the narrower that follows is what is left
            if not (given[0][0] == EVERYWHERE and given[0][1].form is Form.FULL):
                cases.append(((("unknown", rule.when),), Ruling(None, "MISSING_FACT")))
        return cases + self._given(entry.sharing, entry, resource, asked)

    def _is_declared(self, at: Coordinate, asked: Asked) -> bool:
        declared = self.asker.declared
        if declared is None or at in declared:
            return True
        # what leads to a row is needed for whatever is needed of it
        return asked in (Asked.FIND, Asked.ROW) and any(each.type == at.type for each in declared)

    def _given(self, sharing: Sharing, entry: Item | Relation, resource: Resource, asked: Asked) -> list[Branch]:
        match sharing:
            case Unconditional():
                return [(EVERYWHERE, Ruling(Form.FULL, "UNCONDITIONAL"))]
            case NotShared():
                return [(EVERYWHERE, Ruling(None, "NOT_SHARED"))]
            case Conditional() if self.asker.unknown:
                return [(EVERYWHERE, Ruling(None, "MATTER_UNKNOWN"))]
            case Conditional():
                own = None if self.asker.acting else provided(resource, entry, self.asker.department)
                if own == EVERYWHERE:
                    return [(EVERYWHERE, Ruling(Form.FULL, "OWN_DATA"))]
                return self._by_grant(sharing, entry, resource, asked)

    def _by_grant(self, sharing: Conditional, entry: Item | Relation, resource: Resource, asked: Asked) -> list[Branch]:
        held: list[tuple[tuple[Fact, ...], Ruling]] = []
        own = None if self.asker.acting else provided(resource, entry, self.asker.department)
        if own is not None:
            held.append((own, Ruling(Form.FULL, "OWN_DATA")))
        other_form = sharing.open_form not in (None, *ENOUGH[asked])
        parts: dict[tuple[Fact, ...], _Part] = {}
        first = sorted((grant for grant in self.asker.grants if grant.quota_per_day is None), key=lambda grant: grant.id)
        last = sorted((grant for grant in self.asker.grants if grant.quota_per_day is not None), key=lambda grant: grant.id)
        for grant in (*first, None, *last):
            if grant is None:
                if sharing.open_form in ENOUGH[asked]:
                    held.append((EVERYWHERE, Ruling(sharing.open_form, "OPEN_TO_ALL")))
                continue
            if entry.code not in grant.items or grant.department != self.asker.department:
                continue
            part = provided(resource, entry, str(grant.provider)) if is_parted(resource, entry) else EVERYWHERE
            if entry.code in grant.apart and not issues(resource, entry, grant.provider):
                part = None
            if part is None:
                continue
            given = parts.setdefault(part, _Part(set(), other_form=other_form))
            lack = self._lack(grant, sharing) or self._cannot_reach(grant, resource)
            if lack is None and grant.form not in ENOUGH[asked]:
                given.other_form = True
                continue
            if lack is None and grant.id in self.asker.spent:
                lack = "QUOTA_EXHAUSTED"
            if lack:
                given.lacks.add(lack)
                continue
            given.some_rows = True
            reach: tuple[Fact, ...] = EVERYWHERE if grant.rows is Rows.ALL else ((str(grant.rows), None),)
            held.append((reach + part, Ruling(grant.form, "GRANTED", grant.id)))
        cases: list[Branch] = []
        for form in ENOUGH[asked]:
            of_form = [each for each in held if each[1].form is form]
            anywhere = [each for each in of_form if each[0] == EVERYWHERE]
            if anywhere:
                return [*cases, anywhere[0]]
            for reach, ruling in of_form:
                if all(reach != known or other.form is not form for known, other in cases):
                    cases.append((reach, ruling))
        if cases and is_parted(resource, entry):
            # what one of several has stopped is told of its rows alone; to the others' rows there is simply no right
            told = [(part, _why(given, asked)) for part, given in parts.items()]
            stopped = [(part, Ruling(None, why)) for part, why in told if why in OF_ONE_ALONE]
            return [*cases, *stopped, (EVERYWHERE, Ruling(None, "ROW_NOT_GRANTED"))]
        whole = _Part(
            {lack for given in parts.values() for lack in given.lacks},
            bool(cases),
            other_form or any(given.other_form for given in parts.values()),
        )
        return [*cases, (EVERYWHERE, Ruling(None, _why(whole, asked)))]

    def _lack(self, grant: Grant, sharing: Conditional) -> str | None:
        asker = self.asker
        if asker.now < grant.valid_from or asker.now >= grant.valid_until:
            return "GRANT_NOT_IN_FORCE"
        if not (asker.use in grant.uses and asker.use in sharing.uses):
            return "USE_NOT_GRANTED"
        if grant.matters and asker.matter not in grant.matters:
            return "MATTER_NOT_GRANTED"
        if asker.mode not in grant.modes:
            return "MODE_NOT_GRANTED"
        if grant.form not in sharing.forms or grant.rows not in sharing.rows:
            return "NOT_GRANTED"
        if grant.operations and asker.document not in grant.operations:
            return "OPERATION_NOT_GRANTED"
        return "GRANT_SUSPENDED" if grant.suspended else None

    def _cannot_reach(self, grant: Grant, resource: Resource) -> str | None:
        if grant.rows is Rows.OWN_DIVISION and resource.division is None:
            return "ROW_NOT_GRANTED"
        if grant.rows is Rows.CASE_SUBJECT and (resource.subject is None or not self.asker.in_case):
            return "CASE_REQUIRED"
        return None

    # Facts of a row

    def _is(self, fact: Fact, resource: Resource, row: Row) -> bool:
        kind, when = fact
        if kind == "own_division":
            return within(self.value(resource, row, resource.division), self.asker.division)
        if kind == "case_subject":
            return self.value(resource, row, resource.subject) in self.asker.subjects
        assert when is not None
        truth = self.truth(when, resource, row)
        return truth is None if kind == "unknown" else truth is True

    def value(self, resource: Resource, row: Row, name: str | None) -> Any:
        """The held value of an item, a derived one computed."""
        item = resource.items.get(ItemName(name or ""))
        if item is not None and item.derivation is not None and item.derivation.via is None:
            held = [row.get(operand) for operand in item.derivation.items]
            return cells.derive(item.derivation.op, held, self.asker.today)
        return row.get(name or "")

    def truth(self, when: p.Predicate, resource: Resource, row: Row) -> bool | None:
        """A rule's condition on the row: true, false, or None where a fact is missing."""
        match when:
            case p.Compare(item=item, op=op, operand=operand):
                return _compared(str(op), self.value(resource, row, item), self._operand(operand))
            case p.IsNull(item=item):
                return self.value(resource, row, item) is None
            case p.InSubtree(item=item, prefix=prefix):
                held, start = self.value(resource, row, item), self._operand(prefix)
                return None if held is None or start is None else str(held)[: len(str(start))] == start
            case p.YoungerThan(item=item, years=years):
                born = self.value(resource, row, item)
                return None if born is None else cells.derive("age", [born], self.asker.today) < years
            case p.BearerYoungerThan(item=item, years=years):
                number = self.value(resource, row, item)
                if number is None or len(number) != 18 or not number[:17].isdecimal() or number[17] not in "0123456789X":
                    return None
                reached = (self.asker.today.month, self.asker.today.day) >= (int(number[10:12]), int(number[12:14]))
                return self.asker.today.year - int(number[6:10]) - (not reached) < years
            case p.AllOf(parts=parts):
                return _and([self.truth(part, resource, row) for part in parts])
            case p.AnyOf(parts=parts):
                return _or([self.truth(part, resource, row) for part in parts])
            case p.Not(part=part):
                truth = self.truth(part, resource, row)
                return None if truth is None else not truth
            case p.Unknown(part=part):
                return self.truth(part, resource, row) is None

    def _operand(self, operand: p.Operand) -> object:
        if isinstance(operand, p.Literal):
            return operand.value
        return {
            "today": self.asker.today,
            "own_division": significant(self.asker.division),
            "case_subjects": self.asker.subjects,
        }[operand.name]


OF_ONE_ALONE = ("QUOTA_EXHAUSTED", "CASE_REQUIRED", "OPERATION_NOT_GRANTED", "GRANT_SUSPENDED")


@dataclass
class _Part:
    """What the grants of those who provide the same rows lack; whether they open some, or do in another form."""

    lacks: set[str]
    some_rows: bool = False
    other_form: bool = False


def _why(given: _Part, asked: Asked) -> str:
    if "QUOTA_EXHAUSTED" in given.lacks:
        return "QUOTA_EXHAUSTED"
    if given.some_rows:
        return "ROW_NOT_GRANTED"
    if given.other_form:
        return "VERIFY_ONLY" if asked in (Asked.SHOW, Asked.ROW) else "FULL_REQUIRED"
    return next((reason for reason in NEAREST_FIRST if reason in given.lacks), "NOT_GRANTED")


def is_of_no_row(facts: tuple[Fact, ...]) -> bool:
    """Whether the facts leave an item no value: it is to be one of a list, and none of it, or one of another."""
    left: dict[str, set[object]] = {}
    listed = [_listed(when) for kind, when in facts if kind == "true" and when is not None]
    for item, values, is_one in sorted((one for one in listed if one is not None), key=lambda one: not one[2]):
        if is_one:
            left[item] = left.get(item, values) & values
        elif item in left:
            left[item] -= values
    return set() in left.values()


def _listed(when: p.Predicate) -> tuple[str, set[object], bool] | None:
    match when:
        case p.Not(part=part):
            found = _listed(part)
            return None if found is None else (found[0], found[1], not found[2])
        case p.Compare(item=item, op=p.Op.EQ, operand=p.Literal(value=value)):
            return str(item), {value}, True
        case p.Compare(item=item, op=p.Op.IN, operand=p.Literal(value=tuple(values))):
            return str(item), set(values), True
        case _:
            return None


def is_parted(resource: Resource, entry: Item | Relation) -> bool:
    """Whether several departments provide the entry, each on rows of its own values."""
    return resource.parted is not None and entry.provider == resource.provider


def issues(resource: Resource, entry: Item | Relation, department: str | None) -> bool:
    """Whether the department provides rows of the entry by their value, whoever compiles them."""
    return is_parted(resource, entry) and resource.parted is not None and department in resource.parted.of


def provided(resource: Resource, entry: Item | Relation, department: str) -> tuple[Fact, ...] | None:
    """On which rows the department is the provider; None: on none. An issuer's are its certificates, whoever compiles."""
    if not is_parted(resource, entry) or resource.parted is None:
        return EVERYWHERE if department == entry.provider else None
    by, of = resource.parted.by, resource.parted.of
    issued = {str(issuer): p.Compare(by, p.Op.IN, p.Literal(values)) for issuer, values in of.items()}
    if department in issued:
        return (("true", issued[department]),)
    if department != entry.provider:
        return None
    return tuple(("true", p.Not(one)) for one in issued.values())


def significant(division: str) -> str | None:
    """The digits that a division shares with all below it."""
    if not division:
        return None
    while division.endswith("00") and len(division) > 2:
        division = division[:-2]
    return division


def within(held: object, division: str) -> bool:
    """Whether a row's division is the caller's or lies below it."""
    start = significant(division)
    return isinstance(held, str) and start is not None and held[: len(start)] == start


def _compared(op: str, held: Any, operand: Any) -> bool | None:
    if held is None or operand is None:
        return None
    if op == "eq":
        return bool(held == operand)
    if op == "in":
        return any(held == each for each in operand)
    return bool(held >= operand) if op == "gte" else bool(held <= operand)


def _and(truths: list[bool | None]) -> bool | None:
    return False if False in truths else None if None in truths else True


def _or(truths: list[bool | None]) -> bool | None:
    return True if True in truths else None if None in truths else False
