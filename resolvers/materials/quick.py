"""The short way of a material that is simply obtained: every value is there, and nothing is to be said of any.

It gives what the long way (`examine.py`, `result.py`) gives, row by row instead of leaf by leaf; where anything is missing,
withheld, in doubt or of another outcome than shared, it gives up, and the long way finds out why.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from resolvers.materials.compose import Asked, Every, Leaf, Needed
from resolvers.materials.content import OBTAINED, Content, Place, content_of, found_of
from resolvers.materials.examine import Examination, Examiner, Row, place_at
from resolvers.shape import Path
from sharing.decision import Outcome

Quick: TypeAlias = Callable[[Examination], list[Content] | None]
"""All that is shown of a material whose every part is obtained; None where one may not be."""


@dataclass
class _Block:
    """The items that a material takes from rows of one place: the keys from a subject's row to them, the items by key."""

    asked: Asked
    base: Path
    keys: tuple[str, ...]
    items: dict[str, Place] = field(default_factory=dict)


def compile_quick(examiner: Examiner, needed: Needed) -> Quick | None:
    """The short way, where there is one: of items that are all needed, and that no row rule is needed to withhold."""
    blocks: dict[tuple[str, tuple[str, ...]], _Block] = {}
    for leaf in _items(needed):
        if leaf is None or leaf.types:
            return None
        for asked in examiner.composed.asked:
            if asked.alias in leaf.aliases:
                *keys, key = leaf.path
                place = place_at(examiner, asked, leaf, len(leaf.path))
                if found_of(place.always, present=True) is not OBTAINED:
                    return None
                block = _Block(asked, (*examiner.path, asked.alias), tuple(keys))
                blocks.setdefault((asked.alias, block.keys), block).items[key] = place
    readers = [_reader(block) for block in blocks.values()]

    def quick(examination: Examination) -> list[Content] | None:
        if examination.since or examination.failed:
            return None
        contents: list[Content] = []
        for read in readers:
            if not read(examination, contents):
                return None
        return contents

    return quick


def _items(needed: Needed) -> Iterator[Leaf | None]:
    """The leaves, all of which are needed; None for anything else."""
    match needed:
        case Leaf():
            yield needed
        case Every(parts=parts):
            for part in parts:
                yield from _items(part)
        case _:
            yield None


def _reader(block: _Block) -> Callable[[Examination, list[Content]], bool]:
    items = [(key, place, content_of(place, 0, None, (), place.always)[4:]) for key, place in block.items.items()]
    keys, asked = block.keys, block.asked

    def read(examination: Examination, into: list[Content]) -> bool:
        on_rows = examination.on_rows
        for number, found in enumerate(_subjects(block, examination)):
            rows = None if found is None else _rows(*found, keys)
            if rows is None:
                return False
            for row, at in rows:
                for key, place, plain in items:
                    value, path = row[key], (*at, key)
                    if value is None:
                        return False
                    note = on_rows.get(path)
                    if note is None:
                        into.append(Content(path, place, number + asked.first, value, *plain))
                    elif note.outcome is Outcome.SHARED:
                        into.append(content_of(place, number + asked.first, value, path, note))
                    else:
                        return False
        return True

    return read


def _subjects(block: _Block, examination: Examination) -> Sequence[tuple[Row, Path] | None]:
    """The row of each subject, and where it stands."""
    held, base = examination.data[block.asked.variable], block.base
    if not block.asked.batch:
        return [None if held is None else (cast("Row", held), base)] * len(examination.keys[block.asked.variable])
    if held is None:
        return [None]
    rows = cast("Sequence[Row | None]", held)
    return [None if row is None else (row, (*base, number)) for number, row in enumerate(rows)]


def _rows(row: Row, at: Path, keys: Sequence[str]) -> Sequence[tuple[Row, Path]] | None:
    """The rows to which these keys lead; None where one leads to none."""
    rows = [(row, at)]
    for key in keys:
        below: list[tuple[Row, Path]] = []
        for one, place in rows:
            value = one[key]
            if not value:
                return None
            if isinstance(value, list):
                below += [(each, (*place, key, number)) for number, each in enumerate(value)]
            else:
                below.append((value, (*place, key)))
        rows = below
    return rows
