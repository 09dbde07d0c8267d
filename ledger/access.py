"""What one entry tells a person of it: who looked, when, for what, and which items of that person (个人信息保护法 44, 45).

An answer may be about several persons. Each is told of the positions at which it stood itself, by its number in the entry,
and of nobody else's. Case numbers and officers are not told: they name others.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import orjson


class AccessKind(StrEnum):
    """What became of a look-up, as far as this person is concerned."""

    ANSWERED = "ANSWERED"
    NOT_FOUND = "NOT_FOUND"
    REFUSED = "REFUSED"
    STEP = "STEP"


NO_DATA = "NO_DATA"
"""The outcome at a position where no row of the person stood."""
WITHHELD, UNAVAILABLE = "WITHHELD", "SOURCE_UNAVAILABLE"
DOUBTED = "UNDER_VERIFICATION"
FULLEST_FIRST = ("SHARED", "NONCONFORMING", DOUBTED, "MASKED", "COMPARED", UNAVAILABLE, WITHHELD, NO_DATA)
"""Where several outcomes may be a person's, it is told what was disclosed at most."""
_NOTHING = frozenset({UNAVAILABLE, WITHHELD, NO_DATA})


@dataclass(frozen=True, slots=True)
class AccessedItem:
    """An item by its code, and its outcome. Not `certain`: several persons stood at the position, with several outcomes, and
    the entry tells only how many had which; `outcome` is then the fullest.
    """

    item: str
    outcome: str
    certain: bool


@dataclass(frozen=True, slots=True)
class Access:
    """One look-up. `consumer` asked, for the duty of `acting_for` where that is another department. `step`: the workflow's
    root field that named the person. `error`: the code by which it was refused as a whole.
    """

    at: datetime
    kind: AccessKind
    consumer: str
    acting_for: str | None
    matter: str | None
    use: str | None
    step: str | None
    error: str | None
    items: tuple[AccessedItem, ...]


def access_of(payload: bytes, number: int, now: datetime) -> Access | None:
    """What the entry with these bytes tells the subject of this number; None where it is concealed at `now`."""
    told = orjson.loads(payload)
    if "concealed" in told and now < datetime.fromisoformat(told["concealed"]["until"]):
        return None
    purpose = told.get("purpose", {})
    items = _items(told, number) if told["kind"] == "answered" else ()
    step = told["outcomes"][0][0] if told["kind"] == "workflow" else None
    breaches = told.get("breaches", ())
    return Access(
        at=datetime.fromisoformat(told["time"]).astimezone(UTC),
        kind=_kind(told["kind"], items),
        consumer=told["consumer"],
        acting_for=purpose.get("actingFor"),
        matter=purpose.get("matter"),
        use=purpose.get("use"),
        step=step,
        error=breaches[0] if step is not None and breaches else told.get("error"),
        items=items,
    )


def _kind(of_entry: str, items: Iterable[AccessedItem]) -> AccessKind:
    if of_entry == "workflow":
        return AccessKind.STEP
    outcomes = {item.outcome for item in items}
    if outcomes - _NOTHING:
        return AccessKind.ANSWERED
    return AccessKind.REFUSED if of_entry == "refused" or outcomes == {WITHHELD} else AccessKind.NOT_FOUND


def _items(told: Mapping[str, Any], number: int) -> tuple[AccessedItem, ...]:
    """The person's items, each once, in the order in which they were asked for."""
    rows: dict[str, Sequence[int]] = dict(told.get("subjects", ()))
    absent: dict[str, Sequence[int]] = dict(told.get("absent", ()))
    empty = told.get("empty", ())
    placed: dict[tuple[str, str], list[tuple[str, int]]] = {}
    words: dict[str, dict[str, int]] = {}
    for path, item, outcome, _, *count in told.get("outcomes", ()):
        placed.setdefault((path, item), []).append((outcome, count[0] if count else 0))
        words.setdefault(path, {})[outcome] = count[0] if count else 0
    found: dict[str, AccessedItem] = {}
    for (path, item), outcomes in placed.items():
        row = _row_of(path, rows)
        if row is None or number not in rows[row]:
            continue
        nothing = next((one for one in empty if path == one or path.startswith(f"{one}.")), None)
        if number in absent.get(row, ()):
            outcome, certain = _of_no_row(outcomes, path == row), True
        elif path == row:
            continue  # what became of other rows than this person's
        elif nothing is not None:
            outcome, certain = _why_empty(words.get(nothing, {}), {outcome for outcome, _ in outcomes}, len(rows[row]))
        else:
            # of a relation it is not told how many of several persons had rows there
            outcome, certain = _of_a_row(outcomes, len(rows[row]), path in rows)
        if outcome is not None:
            found[item] = _fuller(found.get(item), AccessedItem(item, outcome, certain))
    return tuple(found.values())


def _row_of(path: str, rows: Mapping[str, Sequence[int]]) -> str | None:
    """The row selection in which a position stands: the nearest above it; for a root field, the one that it is itself."""
    above = path
    while "." in above:
        above = above.rpartition(".")[0]
        if above in rows:
            return above
    return path if path in rows else None


def _of_no_row(outcomes: Sequence[tuple[str, int]], of_root: bool) -> str | None:
    """Where no row of the person stood: what was withheld from everybody, else that there was nothing. Why that is so (the
    source down, the row withheld) is told at the root field itself.
    """
    words = {outcome for outcome, _ in outcomes} & _NOTHING
    if of_root:
        return min(words, key=FULLEST_FIRST.index) if words else None
    return WITHHELD if words == {WITHHELD} else NO_DATA


def _why_empty(at_relation: Mapping[str, int], own: Set[str], persons: int) -> tuple[str, bool]:
    """What stands at and below a relation that led to no row: why that is so, where the relation's own place tells it; what
    is withheld from everybody was withheld here too. Certain but for what was counted on some rows, where several stood.
    """
    said = at_relation.keys() & _NOTHING
    if said:
        return min(said, key=FULLEST_FIRST.index), persons == 1 or not any(at_relation[one] for one in said)
    return WITHHELD if own == {WITHHELD} else NO_DATA, True


def _of_a_row(outcomes: Sequence[tuple[str, int]], persons: int, leads_to_rows: bool) -> tuple[str, bool]:
    """What holds on every row is certain; of what was counted on some, the fullest, certain where one person stood there.
    That it was marked as doubted says nothing of how much of it was told.
    """
    plain = [one for one in outcomes if one[0] != DOUBTED] or outcomes
    fullest = min((outcome for outcome, _ in plain), key=_fullness)
    return fullest, persons == 1 or not (leads_to_rows or any(count for _, count in plain))


def _fuller(one: AccessedItem | None, other: AccessedItem) -> AccessedItem:
    """An item that was asked for at several positions is told as the fullest of them."""
    return other if one is None or _fullness(other.outcome) < _fullness(one.outcome) else one


def _fullness(outcome: str) -> int:
    """An outcome that is not known here discloses as much as any."""
    return FULLEST_FIRST.index(outcome) if outcome in FULLEST_FIRST else 0
