"""Which table of which register each list of a block fills, and rows as the text of COPY."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from demo import rows
from demo.estates import geojson, polygon
from demo.generate import block
from demo.territory import BOXES
from standards.divisions import DIVISIONS, EARLIER, Division

REGISTERS = ("population", "legal_entity", "geospatial", "licence", "credit")
_AFTER = "-- after the rows\n"


class Table(NamedTuple):
    """A table: the register it stands in, its name, its columns, and the list of a block that fills it."""

    register: str
    name: str
    columns: tuple[str, ...]
    filled_by: str


TABLES = (
    Table("population", "person", rows.Person._fields, "persons"),
    Table("population", "household", rows.Household._fields, "households"),
    Table("population", "marriage_record", rows.Marriage._fields, "marriages"),
    Table("legal_entity", "legal_entity", rows.Entity._fields, "entities"),
    Table("legal_entity", "shareholder", rows.Shareholder._fields, "shareholders"),
    Table("geospatial", "address", rows.Address._fields, "addresses"),
    Table("geospatial", "land_parcel", rows.Parcel._fields, "parcels"),
    Table("geospatial", "real_estate_unit", rows.Unit._fields, "units"),
    Table("geospatial", "right_holder", rows.RightHolder._fields, "right_holders"),
    Table("licence", "licence", rows.Licence._fields, "licences"),
    Table("credit", "credit_subject", rows.Subject._fields, "subjects"),
    Table("credit", "credit_record", rows.Record._fields, "records"),
)


def ddl(register: str) -> tuple[str, str]:
    """The statements before the rows (tables) and after them (keys and indexes)."""
    text = (Path(__file__).parent / f"{register}.sql").read_text(encoding="utf-8")
    before, after = text.split(_AFTER)
    return before, after


def copy_text(held: Iterable[Sequence[str | None]]) -> bytes:
    """Rows as COPY reads them. No value of ours holds a tab, a backslash or a line's end."""
    lines = ["\t".join(["\\N" if value is None else value for value in row]) for row in held]
    return ("\n".join(lines) + "\n").encode() if lines else b""


def encode_block(number: int, seed: int) -> Mapping[str, bytes]:
    """A block's rows by table name, as COPY reads them."""
    made = block(number, seed)
    return {table.name: copy_text(getattr(made, table.filled_by)) for table in TABLES}


def division_rows() -> list[rows.Division]:
    """The division that bore each code last, with its shape where it is in force."""
    return [_division(each, shown=True) for each in DIVISIONS.values()]


def division_history() -> list[rows.Division]:
    """Every bearer of every code."""
    earlier = [each for code in sorted(EARLIER) for each in EARLIER[code]]
    return [_division(each, shown=False) for each in (*earlier, *DIVISIONS.values())]


def _division(each: Division, *, shown: bool) -> rows.Division:
    box = BOXES.get(each.code) if shown and each.valid_until is None else None
    return rows.Division(
        each.code,
        each.name,
        each.level,
        each.parent,
        str(each.valid_from),
        None if each.valid_until is None else str(each.valid_until),
        "{" + ",".join(each.successors) + "}",
        geojson(box.ring()) if box else None,
        polygon(box.ring()) if box else None,
    )
