"""In which type a paper is set: the largest in which all of it stands on one page of A4, by a count of its lines."""

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple
from unicodedata import east_asian_width

PAGE_HEIGHT, PAGE_WIDTH = 750.0, 516.0
"""What a page holds within its margins, in points: 273 mm, a line less for what a count does not see, by 182 mm."""
CELL_SIDES, CELL_EDGES = 1.2, 0.45
"""What a cell's padding and border take of its width, with what a line leaves at its end, and of its height, in em."""
NARROW = 0.56
"""How wide a letter or a digit is, in em, where a Chinese character is 1."""


class Table(NamedTuple):
    """A heading, the columns' names, rows of plain text, and how wide each column is, in parts of a hundred.

    A row of one cell stands over those that follow it.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int]


class Type(NamedTuple):
    """`points` high, in lines of `leading` times that."""

    points: float
    leading: float


TYPES = (Type(10.5, 1.5), Type(9, 1.35), Type(8, 1.28), Type(7.2, 1.22), Type(6, 1.15))
"""The largest first."""
OVER_SEVERAL = 1
"""Which of them is taken where one page holds it in none."""


def fit(tables: Sequence[Table], around: int) -> int:
    """Which type it is. `around`: how many lines stand around the tables."""
    return next((at for at, size in enumerate(TYPES) if _height(tables, around, size) <= PAGE_HEIGHT), OVER_SEVERAL)


def _height(tables: Sequence[Table], around: int, size: Type) -> float:
    """In points."""
    em = around * size.leading + sum(_table_height(table, size) for table in tables)
    return em * size.points


def _table_height(table: Table, size: Type) -> float:
    """In em: its heading with what is kept free around it, then its rows."""
    widths = [PAGE_WIDTH / size.points * part / 100 - CELL_SIDES for part in table.widths]
    lines = [1] + [max(map(_lines, row, widths if len(row) > 1 else [sum(widths)])) for row in table.rows]
    return 1.1 * size.leading + 1.95 + sum(held * size.leading + CELL_EDGES for held in lines)


def _lines(text: str, width: float) -> int:
    """How many lines of so many em the text takes."""
    taken = sum(1 if east_asian_width(sign) in "WF" else NARROW for sign in text)
    return max(1, ceil(taken / width))
